//! A mail server as a school's authority (huvudman) runs one, with doors that are as they should be and doors that are not.

use std::path::Path;
use std::time::Duration;

use digest::{Relay, RelaySettings, Security};

use crate::postfix::{
    ACCOUNT, Ids, NAME, PARTS, Postfix, certify, delivered, free_ports, furnish, keep_accounts, own_places, vouch,
};

/// The server.
pub(crate) struct Server {
    // Ended before its folder is removed.
    _running: Postfix,
    folder: tempfile::TempDir,
    ports: Ports,
}

#[derive(Clone, Copy)]
struct Ports {
    starttls: u16,
    tls: u16,
    open: u16,
}

/// One of the server's doors.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// TLS after a greeting, and nothing without it.
    StartTls,
    /// TLS from the first byte, and a password.
    Tls,
    /// No TLS is offered.
    Open,
}

impl Server {
    /// `None` where it has been chosen to do without. It takes mail for anybody at `home.example`; there are mailboxes for `alex`
    /// and `sam`, and what is sent to anybody else there comes back.
    pub(crate) async fn start() -> Option<Self> {
        let ids = Postfix::needed()?;
        let folder = tempfile::tempdir().unwrap();
        let (held, [starttls, tls, open]) = free_ports();
        let ports = Ports { starttls, tls, open };
        furnish(folder.path(), ids);
        vouch(folder.path(), "authority");
        vouch(folder.path(), "stranger");
        certify(folder.path());
        keep_accounts(folder.path());
        let (main, master) = configuration(folder.path(), ids, ports);
        drop(held);
        let running = Postfix::start(folder.path(), &main, &master, &[starttls, tls, open]).await;
        Some(Self { _running: running, folder, ports })
    }

    /// A courier through a door, who believes this authority; `None`: those whom the machine believes.
    pub(crate) fn courier(&self, door: Door, host: &str, authority: Option<&str>) -> Relay {
        self.courier_of(door, host, authority, ACCOUNT.1)
    }

    /// The same, with another password.
    pub(crate) fn courier_of(&self, door: Door, host: &str, authority: Option<&str>, password: &str) -> Relay {
        let (port, security, asked) = match door {
            Door::StartTls => (self.ports.starttls, Security::StartTls, false),
            Door::Tls => (self.ports.tls, Security::Tls, true),
            Door::Open => (self.ports.open, Security::StartTls, false),
        };
        let pem = |name| std::fs::read(self.folder.path().join(format!("{name}.pem"))).unwrap();
        let settings = RelaySettings {
            host: host.to_owned(),
            port,
            security,
            patience: Duration::from_secs(30),
            authority: authority.map(pem),
            credentials: asked.then(|| (ACCOUNT.0.to_owned(), password.to_owned())),
        };
        Relay::new(&settings).unwrap()
    }

    /// A courier as it should be.
    pub(crate) fn good_courier(&self, door: Door) -> Relay {
        self.courier(door, NAME, Some("authority"))
    }

    /// Waits until so many messages lie in a mailbox, and reads them.
    pub(crate) async fn delivered(&self, mailbox: &str, count: usize) -> Vec<String> {
        delivered(&self.folder.path().join("mail").join(mailbox), count).await
    }

    /// How many messages the server has taken in, by its own log, those that came back included.
    pub(crate) fn taken(&self) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().filter(|line| line.contains("postfix/cleanup") && line.contains("message-id=")).count()
    }
}

fn configuration(folder: &Path, (uid, gid): Ids, ports: Ports) -> (String, String) {
    let (here, own) = (folder.display(), own_places(folder));
    let main = format!(
        "{own}myhostname = relay.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = home.example, mentor.example
virtual_mailbox_base = {here}/mail
virtual_mailbox_maps = inline:{{ alex@home.example=alex/ sam@home.example=sam/ bounce@mentor.example=bounces/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {here}/server.pem
smtpd_tls_key_file = {here}/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = {here}/accounts
"
    );
    let Ports { starttls, tls, open } = ports;
    let master = format!(
        "127.0.0.1:{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{open} inet n - n - - smtpd -o smtpd_tls_security_level=none
virtual unix - n n - - virtual
{PARTS}"
    );
    (main, master)
}
