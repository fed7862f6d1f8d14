//! The ways in to what can be asked: as it is now, and as it was on a past day, on both time axes.

use async_graphql::{Context, ID, Object, Result};
use casework::answer::SchoolCard;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::projection::AsOf;
use domain::refusal::{Code, Refusal};

use super::caseload::CaseloadConnection;
use super::connection::{page_of, page_request};
use super::guardian::Guardian;
use super::node::Node;
use super::pupil::Pupil;
use super::school::{School, SchoolConnection};
use super::staff::mentor_caseload;
use super::timeline::{TimelineConnection, TimelineEntry};
use super::viewer::Viewer;
use crate::graphql::error::OrRefused;
use crate::graphql::session::session;

/// How things were at the end of a day. Whatever is asked from here on is answered as of then; today's rights decide
/// what of it may be seen. Names of pupils and guardians are as they were known, those of staff are today's.
pub(crate) struct Past {
    at: AsOf,
    known_on: Option<NaiveDate>,
}

impl Past {
    pub(crate) fn find(context: &Context<'_>, day: NaiveDate, known_on: Option<NaiveDate>) -> Result<Self> {
        let at = session(context)?.reader().past(day, known_on).or_refused(context)?;
        Ok(Self { at, known_on })
    }
}

/// How things were at the end of a day. Whatever is asked from here on is answered as of then; today's rights decide
/// what of it may be seen. Names of pupils and guardians are as they were known, those of staff are today's.
#[Object]
impl Past {
    /// The day.
    async fn day(&self) -> NaiveDate {
        self.at.day
    }

    /// What was on record at the end of this day counts; null: everything that is known now.
    async fn known_on(&self) -> Option<NaiveDate> {
        self.known_on
    }

    /// A school unit, member of staff or pupil by its id.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id, such as pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(Node::find(session(context)?, &id, self.at))
    }

    /// The person who asks: the caseload is as it was, the roles are today's, for they decide what may be seen. Null when they are
    /// no member of staff any more.
    async fn viewer(&self, context: &Context<'_>) -> Result<Option<Viewer>> {
        Ok(session(context)?.reader().me().map(|seen| Viewer(seen.into_inner(), self.at)))
    }

    /// The caseload that the person who asks had as a mentor; by class and name.
    async fn caseload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        match session(context)?.actor {
            Actor::Staff(staff) => mentor_caseload(context, (staff, self.at), first, after),
            Actor::Setup => Ok(None),
        }
    }

    /// The school units that the asker has something to do with.
    async fn schools(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<SchoolConnection> {
        schools(context, self.at, first, after)
    }

    /// A school unit by its everyday code.
    async fn school(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The short code in everyday use, such as LJU.")] code: String,
    ) -> Result<Option<School>> {
        school(context, self.at, &code)
    }

    /// What had been recorded at a school that the pupil has left, for that school's principal.
    async fn former_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil's id.")] pupil_id: ID,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<TimelineConnection>> {
        former_case(context, self.at, &pupil_id, first, after).await
    }

    /// A guardian by id, for those who have one of the guardian's pupils: what they wanted, and where messages stood.
    async fn guardian(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id: guardian_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Guardian>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let seen = session(context)?.reader().guardian_as_of(id, self.at).await.or_refused(context)?;
        Ok(seen.map(|seen| Guardian(seen.into_inner(), self.at)))
    }

    /// A pupil by id.
    async fn pupil(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id: pupil_ and 32 hexadecimal digits.")] id: ID,
    ) -> Result<Option<Pupil>> {
        let session = session(context)?;
        Ok(id.parse().ok().and_then(|id| Pupil::find(session, id, self.at)))
    }
}

/// Refuses what has no past, where it is asked of a day that is.
pub(crate) fn of_today(context: &Context<'_>, at: AsOf) -> Result<()> {
    let today = at == session(context)?.reader().now();
    if today { Ok(()) } else { Err(Refusal::at(Code::InvalidInput, "asOf")).or_refused(context) }
}

/// The school units that the asker has something to do with, one page of them.
pub(crate) fn schools(context: &Context<'_>, at: AsOf, first: i32, after: Option<String>) -> Result<SchoolConnection> {
    let goes_on = after.is_some();
    let request = page_request(first, after).or_refused(context)?;
    let all: Vec<SchoolCard> =
        session(context)?.reader().schools(at).into_iter().map(casework::Seen::into_inner).collect();
    let page = page_of(all, |school| school.id.to_string(), &request).or_refused(context)?;
    Ok(SchoolConnection::of(page, goes_on, School))
}

/// What was recorded at a school that the pupil has left.
pub(crate) async fn former_case(
    context: &Context<'_>,
    at: AsOf,
    pupil: &ID,
    first: i32,
    after: Option<String>,
) -> Result<Option<TimelineConnection>> {
    let goes_on = after.is_some();
    let page = page_request(first, after).or_refused(context)?;
    let Ok(pupil) = pupil.parse() else { return Ok(None) };
    let seen = session(context)?.reader().former_timeline(pupil, &page, at).await.or_refused(context)?;
    Ok(seen.map(|seen| TimelineConnection::of(seen.into_inner(), goes_on, TimelineEntry)))
}

/// A school unit by its everyday code.
pub(crate) fn school(context: &Context<'_>, at: AsOf, code: &str) -> Result<Option<School>> {
    Ok(session(context)?.reader().school_by_code(code, at).map(|seen| School(seen.into_inner())))
}
