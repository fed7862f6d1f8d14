//! The HTTP service: one GraphQL endpoint by the GraphQL-over-HTTP specification, subscriptions over WebSocket, health,
//! and a page that says how to ask.

mod answer;
mod endpoint;
mod health;
mod media;
mod origin;
mod protocol;
mod serve;
mod sign_in;
mod site;
mod socket;

#[cfg(feature = "testing")]
pub(crate) use endpoint::{MAX_BODY, asked};
pub use health::Readiness;
pub use serve::{Bound, bind};
pub use sign_in::{DemoTokens, SignIn};
