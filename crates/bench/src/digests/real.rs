//! The same digests, handed to a real relay on this machine (Debian's Postfix) over STARTTLS, and beside it the same messages handed
//! to it by the same client without any work. What it takes it throws away: its own queue is what it costs.

use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use digest::{Courier, Mail, Relay, RelaySettings, Security};
use domain::words::DeliveryFailure;
use futures::{StreamExt, TryStreamExt};

use super::{AT_ONCE, Handed, hand_over};
use crate::growth::number;
use crate::postfix::{Ids, NAME, PARTS, Postfix, certify, free_ports, furnish, own_places, vouch};
use crate::stats::Spread;
use crate::{Failure, Options};

/// Digests to it: what a relay takes in a second is known after so many.
const GUARDIANS: u64 = 2_000;

/// What was measured.
pub(super) struct Real {
    pub(super) guardians: u64,
    pub(super) ours: f64,
    pub(super) bare: Spread,
}

/// A way to it that keeps what went.
struct Keeping {
    relay: Relay,
    kept: Mutex<Vec<Mail>>,
}

impl Courier for Keeping {
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        self.relay.carry(mail)
    }
}

/// Measures it; `None`: there can be no such relay here.
pub(super) async fn measure(options: &Options) -> Result<Option<Real>, Failure> {
    let Some(ids) = Postfix::can_be_had() else { return Ok(None) };
    let guardians = if options.quick { 100 } else { GUARDIANS };
    println!("digests: {guardians} guardians, to Postfix");
    let folder = tempfile::tempdir_in(&options.folder)?;
    let here = folder.path();
    let (held, [port]) = free_ports();
    furnish(here, ids);
    vouch(here, "authority");
    certify(here);
    let (main, master) = configuration(here, ids, port);
    drop(held);
    let running = Postfix::start(here, &main, &master, &[port]).await;
    let courier = Arc::new(Keeping { relay: relay(here, port)?, kept: Mutex::default() });
    let Handed { sent, seconds, .. } = hand_over(options, guardians, Arc::<Keeping>::clone(&courier), 1).await?;
    if u64::try_from(sent)? != guardians {
        return Err(format!("{sent} of {guardians} were taken by Postfix").into());
    }
    let messages = std::mem::take(&mut *courier.kept.lock().unwrap_or_else(PoisonError::into_inner));
    let mut bare = Vec::new();
    for _ in 0..options.repetitions() {
        let begin = Instant::now();
        let handed = futures::stream::iter(&messages).map(|mail| courier.relay.carry(mail));
        let handed = handed.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await;
        handed.map_err(|failure| format!("a message was not taken: {failure:?}"))?;
        bare.push(number(guardians) / begin.elapsed().as_secs_f64());
    }
    drop(running);
    Ok(Some(Real { guardians, ours: number(guardians) / seconds, bare: Spread::of(bare) }))
}

fn relay(folder: &Path, port: u16) -> Result<Relay, Failure> {
    Ok(Relay::new(&RelaySettings {
        host: NAME.to_owned(),
        port,
        security: Security::StartTls,
        patience: Duration::from_mins(1),
        authority: Some(std::fs::read(folder.join("authority.pem"))?),
        credentials: None,
    })?)
}

/// As Debian sets it up, but for where its parts lie, and that nothing leaves it.
fn configuration(folder: &Path, (uid, gid): Ids, port: u16) -> (String, String) {
    let (here, own) = (folder.display(), own_places(folder));
    let main = format!(
        "{own}myhostname = relay.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8
default_transport = discard:
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {here}/server.pem
smtpd_tls_key_file = {here}/server.key
"
    );
    let master = format!(
        "127.0.0.1:{port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
discard unix - - n - - discard
{PARTS}"
    );
    (main, master)
}
