//! The GraphQL schema and the HTTP service. Resolvers decide nothing: they take what `casework` has let through.

mod graphql;
mod http;
#[cfg(feature = "testing")]
mod in_process;
mod page;

pub use graphql::sdl;
pub use http::{Bound, DemoTokens, Readiness, SignIn, bind};
#[cfg(feature = "testing")]
pub use in_process::InProcess;
