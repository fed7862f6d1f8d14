//! The HTTP service: one GraphQL endpoint by the GraphQL-over-HTTP specification, subscriptions over WebSocket, health,
//! and a page that says how to ask.

mod answer;
mod endpoint;
mod health;
mod heard;
mod media;
mod origin;
mod peer;
mod places;
mod protocol;
mod serve;
mod site;
mod socket;

pub(crate) use answer::allow_only;
#[cfg(feature = "testing")]
pub(crate) use endpoint::{MAX_BODY, asked};
pub use health::Readiness;
pub(crate) use origin::is_own;
pub(crate) use peer::{bearer, is_local};
pub use serve::{Bound, bind};
