//! Handing a message over: to the authority's relay, or, in the demo, to a folder.

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use domain::words::DeliveryFailure;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::form::Mail;

/// Carries messages. Not to be had from anything that is derived from the log.
pub trait Courier: Send + Sync {
    /// Hands one message over. `Ok`: whoever took it has said so.
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>>;
}

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

/// The authority's relay, over SMTP. Connections are kept and used again.
pub struct Relay(AsyncSmtpTransport<Tokio1Executor>);

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
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::OnThisMachine if host == "localhost" || host.starts_with("127.") || host == "::1" => Tls::None,
            Security::OnThisMachine => return Err(RelayError::Open),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host);
        let builder = builder.port(settings.port).tls(tls).timeout(Some(settings.patience));
        let builder = match &settings.credentials {
            Some((name, password)) => builder.credentials(Credentials::new(name.clone(), password.clone())),
            None => builder,
        };
        Ok(Self(builder.build()))
    }

    async fn hand_over(&self, mail: &Mail) -> Result<(), DeliveryFailure> {
        // Whether the relay can be reached is found out first: what goes wrong then has sent nothing for certain.
        match self.0.test_connection().await {
            Ok(true) => {}
            Err(error) if error.is_tls() || error.is_client() => return Err(DeliveryFailure::NotEncrypted),
            Ok(false) | Err(_) => return Err(DeliveryFailure::Unreachable),
        }
        match self.0.send_raw(&mail.envelope, &mail.bytes).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(DeliveryFailure::Rejected),
            Err(error) if error.is_transient() => Err(DeliveryFailure::Deferred),
            Err(error) if error.is_tls() => Err(DeliveryFailure::NotEncrypted),
            // Something was said, and no answer came: it may have been taken.
            Err(_) => Err(DeliveryFailure::AnswerLost),
        }
    }
}

impl Courier for Relay {
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>> {
        Box::pin(self.hand_over(mail))
    }
}

/// A folder that messages are written into, a file each: for the demo, and for trying things out.
pub struct FileCourier(pub PathBuf);

impl Courier for FileCourier {
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>> {
        Box::pin(async move {
            let transport = lettre::FileTransport::new(&self.0);
            let sent = lettre::Transport::send_raw(&transport, &mail.envelope, &mail.bytes);
            sent.map(drop).map_err(|_| DeliveryFailure::Unreachable)
        })
    }
}
