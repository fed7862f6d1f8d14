//! The GraphQL schema: thin resolvers over `casework`. They decide nothing and take only what access has decided.
#![allow(
    clippy::unused_async,
    reason = "resolvers are asynchronous by the library's rule, also those that need not be"
)]

pub(crate) mod catalogue;
pub(crate) mod document;
mod documents;
pub(crate) mod error;
pub(crate) mod execute;
pub(crate) mod limits;
mod masked;
mod mutation;
mod query;
mod scalars;
pub(crate) mod session;
mod subscription;
mod types;
pub(crate) mod written;

use async_graphql::{SDLExportOptions, Schema};

use mutation::Mutation;
use query::Query;
use subscription::Subscription;

/// The schema with its three roots.
pub(crate) type MentorlogSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema. What a request needs comes with the request.
pub(crate) fn schema() -> MentorlogSchema {
    Schema::build(Query, Mutation::default(), Subscription).disable_suggestions().finish()
}

/// The schema as text (SDL), as committed in `schema/schema.graphql`.
pub fn sdl() -> String {
    schema().sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by())
}
