//! Messages to guardians by e-mail (mejl till vårdnadshavare): what is due, how it reads, and handing it over.
//!
//! Nothing here is reached from a projection or a replay: a sender is run by the program alone, and each of its steps is an
//! event. What may be said, and to whom, is decided by the domain when a message is claimed, not when it is planned.

mod body;
mod bounce;
mod catalogue;
mod courier;
mod form;
mod pace;
pub mod plan;
mod reads;
mod relay;
mod round;
mod shown;
mod signing;

pub use bounce::{Bounce, Came, Returned};
pub use catalogue::is_checked;
pub use courier::{Courier, FileCourier};
pub use form::{FormError, Mail, Sender};
pub use pace::Pace;
pub use reads::reads;
pub use relay::{Relay, RelayError, RelaySettings, Security};
pub use round::{Ids, Round, Stop, Tally};
pub use shown::Shown;
pub use signing::{NotAKey, SigningKey};
