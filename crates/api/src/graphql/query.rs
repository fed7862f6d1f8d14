//! What can be asked.

use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;

use super::error::OrRefused;
use super::session::session;
use super::types::connection::page_request;
use super::types::extract::{Extract, review};
use super::types::guardian::Guardian;
use super::types::node::Node;
use super::types::past::{self, Past};
use super::types::pupil::Pupil;
use super::types::reading::{Reading, ReadingConnection};
use super::types::school::{School, SchoolConnection};
use super::types::timeline::TimelineConnection;
use super::types::viewer::Viewer;

/// What can be asked. What the asker has no right to is answered exactly as what does not exist: with null. Every
/// reading of a case is put on record before the answer leaves.
pub(crate) struct Query;

/// What can be asked. What the asker has no right to is answered exactly as what does not exist: with null. Every
/// reading of a case is put on record before the answer leaves.
#[Object]
impl Query {
    /// How things were at the end of a past day: as known now, or as it was on record at the end of another day. "What
    /// was true on 14 October?" leaves knownOn out; "what did we know on 14 October?" gives it.
    async fn as_of(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What had happened by the end of this day. Not in the future.")] day: NaiveDate,
        #[graphql(desc = "What was on record at the end of this day. Left out: everything that is known now.")]
        known_on: Option<NaiveDate>,
    ) -> Result<Past> {
        Past::find(context, day, known_on)
    }

    /// A school unit, member of staff or pupil by its id.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id, such as pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Node>> {
        let session = session(context)?;
        Ok(Node::find(session, &id, session.reader().now()))
    }

    /// The person who asks; null when they are no member of staff any more.
    async fn viewer(&self, context: &Context<'_>) -> Result<Option<Viewer>> {
        let reader = session(context)?.reader();
        Ok(reader.me().map(|seen| Viewer(seen.into_inner(), reader.now())))
    }

    /// The school units that the asker has something to do with.
    async fn schools(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<SchoolConnection> {
        let now = session(context)?.reader().now();
        past::schools(context, now, first, after)
    }

    /// A school unit by its everyday code.
    async fn school(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The short code in everyday use, such as LJU.")] code: String,
    ) -> Result<Option<School>> {
        past::school(context, session(context)?.reader().now(), &code)
    }

    /// What was recorded at a school that the pupil has left, for that school's principal: what the next school needs is
    /// handed on from it.
    async fn former_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil's id.")] pupil_id: ID,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<TimelineConnection>> {
        let now = session(context)?.reader().now();
        past::former_case(context, now, &pupil_id, first, after).await
    }

    /// Who has read what a school has on record of a pupil who goes there or went there, newest first, for that school's
    /// principal; of no other school. Asking is itself a reading.
    async fn school_readings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil's id.")] pupil_id: ID,
        #[graphql(desc = "The school's id.")] school_id: ID,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<ReadingConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let (Ok(pupil), Ok(school)) = (pupil_id.parse(), school_id.parse()) else { return Ok(None) };
        let seen = session(context)?.reader().readings_at((pupil, school), &page).await.or_refused(context)?;
        Ok(seen.map(|seen| ReadingConnection::of(seen.into_inner(), goes_on, Reading::from)))
    }

    /// Everything that a school has on record of a pupil who goes there or went there, for the person (registerutdrag, article
    /// 15 GDPR); for that school's principal, and of no other school. Review the draft for secrecy (sekretessprövning) before
    /// it is handed out: say what is held back and what is let in, and ask again as reviewed.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the field's")]
    async fn school_extract(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil's id.")] pupil_id: ID,
        #[graphql(desc = "The school's id.")] school_id: ID,
        #[graphql(desc = "Entries that are not handed out, by their ids.", default)] hold_back: Vec<ID>,
        #[graphql(
            desc = "Entries that are handed out whole though they never enter by themselves: reports of concern, restricted \
                    notes.",
            default
        )]
        let_in: Vec<ID>,
        #[graphql(desc = "Whether it has been reviewed for secrecy.", default)] reviewed: bool,
    ) -> Result<Option<Extract>> {
        let review = review(&hold_back, &let_in).or_refused(context)?;
        let (Ok(pupil), Ok(school)) = (pupil_id.parse(), school_id.parse()) else { return Ok(None) };
        let seen = session(context)?.reader().extract_at((pupil, school), &review).await.or_refused(context)?;
        Ok(seen.map(|seen| Extract::new(seen.get(), reviewed)))
    }

    /// A guardian by id, for those who have one of the guardian's pupils.
    async fn guardian(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id: guardian_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Guardian>> {
        let session = session(context)?;
        Ok(id.parse().ok().and_then(|id| Guardian::find(session, id, session.reader().now())))
    }

    /// A pupil by id.
    async fn pupil(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id: pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Pupil>> {
        let session = session(context)?;
        Ok(id.parse().ok().and_then(|id| Pupil::find(session, id, session.reader().now())))
    }
}
