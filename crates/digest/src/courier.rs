//! Handing a message over: to the authority's relay, or, in the demo, to a folder.

use std::path::PathBuf;
use std::pin::Pin;

use domain::words::DeliveryFailure;

use crate::form::Mail;

/// Carries messages. Not to be had from anything that is derived from the log.
pub trait Courier: Send + Sync {
    /// Hands one message over. `Ok`: whoever took it has said so.
    fn carry<'a>(&'a self, mail: &'a Mail) -> Pin<Box<dyn Future<Output = Result<(), DeliveryFailure>> + Send + 'a>>;
}

/// A folder that messages are written into, a file each: for the demo, and for trying things out.
#[derive(Clone)]
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
