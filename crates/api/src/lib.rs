//! The GraphQL schema and the HTTP service. Resolvers decide nothing: they take what `casework` has let through.

mod graphql;

pub use graphql::sdl;
