//! The authority's relay, over SMTP, step by step: so that of each step it is known what its failing means. Only after the whole
//! message has been written can it have been taken without our knowing; only what is said of this recipient or this message
//! ends it. A relay that is set wrong ends nothing.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::words::{DeliveryFailure, DeliveryStatus, SpeaksOf};
use lettre::address::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailCommand, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::courier::Courier;
use crate::form::Mail;

/// Connections to the relay at once.
const CONNECTIONS: usize = 8;
/// How long a hand-over takes at most, whatever the relay does: less than the time for which a message is held.
pub(crate) const LONGEST: Duration = Duration::from_mins(8);

/// How the way to the relay is closed to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// TLS from the first byte (465).
    Tls,
    /// TLS after a greeting, and nothing without it (587, 25).
    StartTls,
    /// None: only to this machine itself.
    OnThisMachine,
}

/// Which relay.
#[derive(Clone)]
pub struct RelaySettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is closed.
    pub security: Security,
    /// How long it may take for each answer.
    pub patience: Duration,
    /// Certificates in PEM of who vouches for it, besides those whom this machine trusts.
    pub authority: Option<Vec<u8>>,
    /// Name and password there.
    pub credentials: Option<(String, String)>,
}

/// The relay cannot be used as it is set.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Without TLS only this machine.
    #[error("a relay on another machine needs TLS: set `security` to `tls` or `starttls`")]
    Open,
    /// No certificate stands in the file.
    #[error("the relay's `authority_file` holds no certificate in PEM")]
    Authority,
    /// No TLS can be had for the name.
    #[error("no TLS can be had for the relay's name")]
    Tls,
}

/// The authority's relay. Connections are kept and used again, each only after it was left in good order.
#[derive(Clone)]
pub struct Relay(Arc<Way>);

struct Way {
    host: String,
    port: u16,
    tls: Tls,
    patience: Duration,
    credentials: Option<Credentials>,
    hello: ClientId,
    places: Semaphore,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

enum Tls {
    FromTheFirstByte(TlsParameters),
    AfterTheGreeting(TlsParameters),
    None,
}

impl Relay {
    /// Sets the way up; nobody is asked yet.
    pub fn new(settings: &RelaySettings) -> Result<Self, RelayError> {
        let host = settings.host.as_str();
        let parameters = || {
            let mut builder = TlsParameters::builder(host.to_owned());
            if let Some(authority) = &settings.authority {
                let certificate = Certificate::from_pem(authority).map_err(|_| RelayError::Authority)?;
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().map_err(|_| RelayError::Tls)
        };
        let tls = match settings.security {
            Security::Tls => Tls::FromTheFirstByte(parameters()?),
            Security::StartTls => Tls::AfterTheGreeting(parameters()?),
            Security::OnThisMachine if is_this_machine(host) => Tls::None,
            Security::OnThisMachine => return Err(RelayError::Open),
        };
        let credentials = settings.credentials.clone().map(|(name, password)| Credentials::new(name, password));
        Ok(Self(Arc::new(Way {
            host: host.to_owned(),
            port: settings.port,
            tls,
            patience: settings.patience,
            credentials,
            hello: ClientId::default(),
            places: Semaphore::new(CONNECTIONS),
            idle: Mutex::default(),
        })))
    }
}

/// Whether a host is this machine: by its number, since a name such as `127.example.org` may be anybody's.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Courier for Relay {
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>> {
        Box::pin(self.0.hand_over(mail))
    }
}

/// A step of handing over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Sender,
    Recipient,
    Data,
    Content,
}

/// How a step failed.
enum Failed {
    /// The relay said no; it waits for what comes next.
    Answered(DeliveryFailure),
    /// Nobody knows what the connection would say next.
    Broken(DeliveryFailure),
}

impl Way {
    async fn hand_over(&self, mail: &Mail) -> Result<(), DeliveryFailure> {
        let written = AtomicBool::new(false);
        match timeout(LONGEST, self.in_turn(mail, &written)).await {
            Ok(done) => done,
            Err(_) if written.load(Ordering::Relaxed) => Err(DeliveryFailure::AnswerLost),
            Err(_) => Err(DeliveryFailure::Unreachable),
        }
    }

    async fn in_turn(&self, mail: &Mail, written: &AtomicBool) -> Result<(), DeliveryFailure> {
        let _place = self.places.acquire().await.map_err(|_| DeliveryFailure::Unreachable)?;
        // Whoever is dropped on the way takes the connection along: an answer that nobody read is never the next message's.
        let mut connection = self.connection().await?;
        let done = self.transaction(&mut connection, mail, written).await;
        let in_order = match &done {
            Ok(()) => true,
            Err(Failed::Answered(_)) => matches!(timeout(self.patience, connection.command(Rset)).await, Ok(Ok(_))),
            Err(Failed::Broken(_)) => false,
        };
        if in_order {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        done.map_err(|(Failed::Answered(failure) | Failed::Broken(failure))| failure)
    }

    /// A connection that the relay answers on.
    async fn connection(&self) -> Result<AsyncSmtpConnection, DeliveryFailure> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut kept) = kept else { return self.connect().await };
            if timeout(self.patience, kept.test_connected()).await == Ok(true) {
                return Ok(kept);
            }
        }
    }

    /// A new connection. What goes wrong here has sent nothing, and is no message's fault.
    async fn connect(&self) -> Result<AsyncSmtpConnection, DeliveryFailure> {
        let gone = |_| DeliveryFailure::Unreachable;
        let mut connection = timeout(self.patience, self.greeted()).await.map_err(gone)??;
        if let Tls::AfterTheGreeting(tls) = &self.tls {
            if !connection.can_starttls() {
                return Err(DeliveryFailure::NotEncrypted);
            }
            let upgraded = timeout(self.patience, connection.starttls(tls.clone(), &self.hello)).await.map_err(gone)?;
            upgraded.map_err(|error| match setting_up(&error) {
                DeliveryFailure::RelayRefuses => DeliveryFailure::NotEncrypted,
                failure => failure,
            })?;
        }
        if !matches!(self.tls, Tls::None) && !connection.is_encrypted() {
            return Err(DeliveryFailure::NotEncrypted);
        }
        if let Some(credentials) = &self.credentials {
            let signing_in = connection.auth(DEFAULT_MECHANISMS, credentials);
            let signed_in = timeout(self.patience, signing_in).await.map_err(gone)?;
            signed_in
                .map_err(|error| if error.is_client() { DeliveryFailure::RelayRefuses } else { setting_up(&error) })?;
        }
        Ok(connection)
    }

    /// A connection that has been greeted on.
    ///
    /// The library writes the end of a message apart from the message. The system would keep it back until the relay has
    /// acknowledged what came before, 40 ms with each message (RFC 896, RFC 1122 4.2.3.2), so it is told to write at once;
    /// where TLS comes first, the library opens the way itself and cannot be told.
    async fn greeted(&self) -> Result<AsyncSmtpConnection, DeliveryFailure> {
        let address = (self.host.as_str(), self.port);
        let connected = if let Tls::FromTheFirstByte(tls) = &self.tls {
            let tls = Some(tls.clone());
            AsyncSmtpConnection::connect_tokio1(address, Some(self.patience), &self.hello, tls, None).await
        } else {
            let stream = TcpStream::connect(address).await.map_err(|_| DeliveryFailure::Unreachable)?;
            stream.set_nodelay(true).map_err(|_| DeliveryFailure::Unreachable)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await
        };
        connected.map_err(|error| setting_up(&error))
    }

    async fn transaction(
        &self,
        connection: &mut AsyncSmtpConnection,
        mail: &Mail,
        written: &AtomicBool,
    ) -> Result<(), Failed> {
        let said = |step, error: &Error| failed(step, error);
        let lost = |step| move |_| Failed::Broken(unanswered(step));
        let mut options = Vec::new();
        let can = |feature| connection.server_info().supports_feature(feature);
        let plain = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !mail.envelope.from().into_iter().chain(mail.envelope.to()).all(plain) {
            if !can(Extension::SmtpUtfEight) {
                return Err(Failed::Answered(DeliveryFailure::Unwritable));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !mail.bytes.is_ascii() {
            if !can(Extension::EightBitMime) {
                return Err(Failed::Answered(DeliveryFailure::Unwritable));
            }
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = MailCommand::new(mail.envelope.from().cloned(), options);
        let told = timeout(self.patience, connection.command(from)).await.map_err(lost(Step::Sender))?;
        told.map_err(|error| said(Step::Sender, &error))?;
        for to in mail.envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            let told = timeout(self.patience, connection.command(to)).await.map_err(lost(Step::Recipient))?;
            told.map_err(|error| said(Step::Recipient, &error))?;
        }
        let told = timeout(self.patience, connection.command(Data)).await.map_err(lost(Step::Data))?;
        told.map_err(|error| said(Step::Data, &error))?;
        written.store(true, Ordering::Relaxed);
        let told = timeout(self.patience, connection.message(&mail.bytes)).await.map_err(lost(Step::Content))?;
        told.map(drop).map_err(|error| said(Step::Content, &error))
    }
}

/// What it means that a connection could not be made ready.
fn setting_up(error: &Error) -> DeliveryFailure {
    if error.is_tls() {
        DeliveryFailure::NotEncrypted
    } else if error.is_permanent() {
        DeliveryFailure::RelayRefuses
    } else {
        DeliveryFailure::Unreachable
    }
}

/// What it means that a step got no answer.
const fn unanswered(step: Step) -> DeliveryFailure {
    match step {
        Step::Sender | Step::Recipient | Step::Data => DeliveryFailure::Unreachable,
        // The whole message may have come, and been taken.
        Step::Content => DeliveryFailure::AnswerLost,
    }
}

fn failed(step: Step, error: &Error) -> Failed {
    let Some(status) = error.status().map(u16::from) else { return Failed::Broken(unanswered(step)) };
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    Failed::Answered(answered(step, status, &text))
}

/// What an answer means.
fn answered(step: Step, status: u16, text: &str) -> DeliveryFailure {
    if status < 500 {
        return DeliveryFailure::Deferred;
    }
    // Sign-in needed or wrong; commands out of place or not known.
    let of_the_relay = matches!(status, 500..=504 | 530 | 534 | 535 | 538);
    let said = DeliveryStatus::try_new(text).ok();
    let subject = said.map_or(0, DeliveryStatus::subject);
    let about_the_message = matches!(subject, 1 | 2 | 4 | 6);
    match step {
        Step::Sender => DeliveryFailure::RelayRefuses,
        _ if said.is_some_and(|said| said.speaks_of() == SpeaksOf::Address) => DeliveryFailure::AddressRefused,
        _ if of_the_relay && !about_the_message => DeliveryFailure::RelayRefuses,
        // A server may say of the sender only now what it has against it (`5.1.8 Sender address rejected`).
        Step::Recipient | Step::Data if said.is_some_and(DeliveryStatus::is_of_the_sender) => {
            DeliveryFailure::RelayRefuses
        }
        // Before the message has been seen, a policy is against who sends, as `554 5.7.1 Relay access denied`, and a fault of the
        // system's or of what we say would meet every message.
        Step::Recipient | Step::Data if matches!(subject, 3 | 5 | 7) || (status == 554 && !about_the_message) => {
            DeliveryFailure::RelayRefuses
        }
        Step::Recipient | Step::Data | Step::Content => DeliveryFailure::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_the_message_ends_it_and_only_what_is_said_of_the_address_ends_that() {
        use DeliveryFailure::{AddressRefused, Deferred, Rejected, RelayRefuses};
        let cases = [
            (Step::Recipient, 550, "5.1.1 no such user", AddressRefused),
            (Step::Recipient, 550, "5.2.1 disabled", AddressRefused),
            (Step::Recipient, 556, "5.1.10 takes no mail", AddressRefused),
            (Step::Content, 550, "5.1.1 no such user", AddressRefused),
            (Step::Recipient, 552, "5.2.2 mailbox full", Rejected),
            (Step::Recipient, 550, "5.4.1 access denied", Rejected),
            (Step::Recipient, 550, "5.7.1 blocked", RelayRefuses),
            (Step::Recipient, 550, "5.1.8 sender rejected", RelayRefuses),
            (Step::Recipient, 550, "5.1.7 sender rejected", RelayRefuses),
            (Step::Recipient, 550, "5.3.0 access denied", RelayRefuses),
            (Step::Recipient, 550, "5.5.1 out of place", RelayRefuses),
            (Step::Content, 550, "5.7.1 not signed", Rejected),
            (Step::Recipient, 550, "no such user", Rejected),
            (Step::Recipient, 501, "5.1.3 bad address syntax", AddressRefused),
            (Step::Recipient, 554, "5.7.1 <a@b.example>: Relay access denied", RelayRefuses),
            (Step::Recipient, 554, "no", RelayRefuses),
            (Step::Recipient, 530, "5.7.0 Authentication required", RelayRefuses),
            (Step::Recipient, 450, "4.2.0 greylisted", Deferred),
            (Step::Sender, 530, "5.7.0 Must issue a STARTTLS command first", RelayRefuses),
            (Step::Sender, 550, "5.1.8 sender's domain unknown", RelayRefuses),
            (Step::Data, 554, "no", RelayRefuses),
            (Step::Content, 554, "5.6.0 no", Rejected),
            (Step::Content, 552, "5.2.2 mailbox full", Rejected),
            (Step::Content, 451, "4.3.0 later", Deferred),
        ];
        for (step, status, text, expected) in cases {
            assert_eq!(answered(step, status, text), expected, "{step:?} {status} {text}");
        }
    }

    #[test]
    fn a_name_that_looks_like_this_machine_is_not_this_machine() {
        for host in ["127.0.0.1", "::1", "localhost", "127.1.2.3"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["127.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.example", ""] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
