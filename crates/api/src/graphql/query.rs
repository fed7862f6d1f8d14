//! What can be asked.

use async_graphql::{Context, ID, Object, Result};
use casework::answer::SchoolCard;

use super::error::OrRefused;
use super::session::session;
use super::types::connection::{page_of, page_request};
use super::types::node::Node;
use super::types::pupil::Pupil;
use super::types::school::{School, SchoolConnection};
use super::types::viewer::Viewer;

/// What can be asked. What the asker has no right to is answered exactly as what does not exist: with null. Every
/// reading of a case is put on record before the answer leaves.
pub(crate) struct Query;

/// What can be asked. What the asker has no right to is answered exactly as what does not exist: with null. Every
/// reading of a case is put on record before the answer leaves.
#[Object]
impl Query {
    /// A school unit, member of staff or pupil by its id.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id, such as pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(Node::find(session(context)?, &id))
    }

    /// The person who asks; null when they are no member of staff any more.
    async fn viewer(&self, context: &Context<'_>) -> Result<Option<Viewer>> {
        Ok(session(context)?.reader().me().map(|seen| Viewer(seen.into_inner())))
    }

    /// The school units that the asker has something to do with.
    async fn schools(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<SchoolConnection> {
        let goes_on = after.is_some();
        let request = page_request(first, after).or_refused(context)?;
        let all: Vec<SchoolCard> =
            session(context)?.reader().schools().into_iter().map(casework::Seen::into_inner).collect();
        let page = page_of(all, |school| school.id.to_string(), &request).or_refused(context)?;
        Ok(SchoolConnection::of(page, goes_on, School))
    }

    /// A school unit by its everyday code.
    async fn school(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The short code in everyday use, such as LJU.")] code: String,
    ) -> Result<Option<School>> {
        let mut schools = session(context)?.reader().schools().into_iter();
        Ok(schools.find(|seen| seen.get().code.as_str() == code).map(|seen| School(seen.into_inner())))
    }

    /// A pupil by id.
    async fn pupil(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id: pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Pupil>> {
        let session = session(context)?;
        Ok(id.parse().ok().and_then(|id| Pupil::find(session, id)))
    }
}
