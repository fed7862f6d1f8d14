//! Messages to guardians by e-mail (mejl till vårdnadshavare): what is due, how it reads, and handing it over.
//!
//! Nothing here is reached from a projection or a replay: a sender is run by the program alone, and each of its steps is an
//! event. What may be said, and to whom, is decided by the domain when a message is claimed, not when it is planned.

pub use courier::RelayError;
mod catalogue;
mod courier;
mod form;
pub mod plan;
mod round;

pub use courier::{Courier, FileCourier, Relay, RelaySettings, Security};
pub use form::{FormError, Mail, Sender, preview};
pub use round::{Round, Tally};
