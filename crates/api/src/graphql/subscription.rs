//! What can be followed. The right is decided again, and a trace written, for each item. A right that ends by its date ends
//! what is open when that day comes, also where nothing else happens.

mod mentor;

use std::sync::Arc;

use async_graphql::{Context, Error, ID, Result, Subscription};
use casework::Place;
use chrono::NaiveDate;
use domain::id::PupilId;
use domain::refusal::{Code, Refusal};
use futures::stream::{self, Stream};
use tokio::sync::watch;

use super::error::{OrRefused, graphql_error};
use super::session::{Session, session};
use super::types::caseload::CaseloadConnection;
use super::types::connection::page_request;
use super::types::timeline::TimelineEntry;
use super::types::workload::Workload;

/// What can be followed, over a WebSocket with the protocol `graphql-transport-ws`.
pub(crate) struct Subscription;

/// What can be followed, over a WebSocket with the protocol `graphql-transport-ws`.
#[Subscription]
impl Subscription {
    /// A pupil's timeline as it grows, oldest first; what is handed on from a school before, when it is. Ends when the
    /// asker no longer has the pupil, and at once for a pupil whom they may not see, exactly as for one who does not exist.
    async fn pupil_timeline(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil.")] pupil_id: ID,
        #[graphql(
            desc = "A position in the log, as text: entries recorded after it come first. Left out: new ones only."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<TimelineEntry>> + use<>> {
        let session = Arc::clone(session(context)?);
        let mut moves = session.casework().subscribe();
        let now = *moves.borrow_and_update();
        let invalid = |_| graphql_error(Refusal::at(Code::InvalidInput, "after"), session.language);
        let after = after.map_or(Ok(now), |text| text.parse().map_err(invalid))?;
        let (pupil, day) = (pupil_id.parse().ok(), session.casework().today());
        let after = Place::after(after);
        let follow = Follow { session: Arc::clone(&session), pupil, after, moves, day, more: true };
        Ok(stream::unfold(Some(follow), next_entry))
    }

    /// A mentor's caseload as it is, and again whenever what the asker is told of it changes, or anything in those of its cases
    /// that the asker has whole. A page of it at a time: `pageInfo` and `totalCount` say whether that is all. Ends when
    /// the asker no longer has the right, one's own when one is a mentor no longer; and at once for a mentor whom they may not ask
    /// about.
    async fn mentor_caseload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The mentor.")] mentor_id: ID,
        #[graphql(desc = "How many at most, 1 to 100.", default = 100)] first: i32,
        #[graphql(desc = "The cursor after which to go on: a greater caseload is followed in several pages.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<CaseloadConnection>> + use<>> {
        let session = Arc::clone(session(context)?);
        let page = page_request(first, after).or_refused(context)?;
        Ok(mentor::follow(session, mentor_id.parse().ok(), mentor::Caseload(page)))
    }

    /// What a mentor's week holds, and again whenever what the asker is told of it changes. Ends when the asker no longer has
    /// the right; not because the mentor has left: the week was at the principal's school. One's own is told as long as one is
    /// employed, also when one is a mentor no longer: there are only numbers in it.
    async fn mentor_workload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The mentor.")] mentor_id: ID,
        #[graphql(desc = "The week, such as 2019-W36.")] week: String,
    ) -> Result<impl Stream<Item = Result<Workload>> + use<>> {
        let session = Arc::clone(session(context)?);
        let week = week.parse().map_err(|_| Refusal::at(Code::InvalidInput, "week")).or_refused(context)?;
        Ok(mentor::follow(session, mentor_id.parse().ok(), mentor::Week(week)))
    }
}

/// A timeline that is being followed.
struct Follow {
    session: Arc<Session>,
    pupil: Option<PupilId>,
    after: Place,
    moves: watch::Receiver<u64>,
    /// The day on which it was looked at last.
    day: NaiveDate,
    /// Whether there may be more already.
    more: bool,
}

/// Waits until something was recorded, or it is another day; `false`: the service stops.
async fn another(session: &Session, moves: &mut watch::Receiver<u64>, day: NaiveDate) -> bool {
    tokio::select! {
        recorded = moves.changed() => recorded.is_ok(),
        () = session.casework().another_day(day) => true,
    }
}

/// Waits for the next entry; `None` when the right has ended or the service stops.
async fn next_entry(follow: Option<Follow>) -> Option<(Result<TimelineEntry>, Option<Follow>)> {
    let mut follow = follow?;
    loop {
        if !follow.more && !another(&follow.session, &mut follow.moves, follow.day).await {
            return None;
        }
        match follow.look().await {
            Ok(Some(Some(entry))) => return Some((Ok(entry), Some(follow))),
            Ok(Some(None)) => {}
            Ok(None) => return None,
            Err(error) => return Some((Err(error), None)),
        }
    }
}

impl Follow {
    /// What is new, one entry at a time. The reading is on record before it is handed on.
    async fn look(&mut self) -> Result<Option<Option<TimelineEntry>>, Error> {
        let Some(pupil) = self.pupil else { return Ok(None) };
        let told = |refusal| graphql_error(refusal, self.session.language);
        self.moves.borrow_and_update();
        self.day = self.session.casework().today();
        let reader = self.session.fresh_reader();
        let seen = reader.timeline_after(pupil, self.after).await;
        reader.finish().await.map_err(|_| told(Refusal::new(Code::TraceNotRecorded)))?;
        let Some(entry) = seen.map_err(told)? else { return Ok(None) };
        let found = entry.into_inner();
        self.more = found.is_some();
        self.after = found.as_ref().map_or(self.after, |(place, _)| *place);
        Ok(Some(found.map(|(_, entry)| TimelineEntry(entry))))
    }
}
