//! The GraphQL schema and the HTTP service. Resolvers decide nothing: they take what `casework` has let through.

mod graphql;
mod http;
mod page;

pub use graphql::sdl;
pub use http::{Bound, DemoTokens, Readiness, SignIn, bind};
