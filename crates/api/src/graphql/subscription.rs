//! What can be followed. The right is decided again, and a trace written, for each item.

mod mentor;

use std::sync::Arc;

use async_graphql::{Context, Error, ID, Result, Subscription};
use domain::id::PupilId;
use domain::refusal::{Code, Refusal};
use futures::stream::{self, Stream, StreamExt};
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
    /// A pupil's timeline as it grows, oldest first. Ends when the asker no longer has the pupil, and at once for a pupil
    /// whom they may not see, exactly as for one who does not exist.
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
        let follow = Follow { session: Arc::clone(&session), pupil: pupil_id.parse().ok(), after, moves, first: true };
        Ok(stream::unfold(Some(follow), next_entries).flat_map(stream::iter))
    }

    /// A mentor's caseload as it is, and again whenever it or anything in its cases changes. Ends when the asker no longer
    /// has the right, and at once for a mentor whom they may not ask about.
    async fn mentor_caseload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The mentor.")] mentor_id: ID,
        #[graphql(desc = "How many at most, 1 to 100.", default = 100)] first: i32,
    ) -> Result<impl Stream<Item = Result<CaseloadConnection>> + use<>> {
        let session = Arc::clone(session(context)?);
        let page = page_request(first, None).or_refused(context)?;
        Ok(mentor::follow(session, mentor_id.parse().ok(), mentor::Caseload(page)))
    }

    /// What a mentor's week holds, and again whenever that changes. Ends when the asker no longer has the right.
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
    after: u64,
    moves: watch::Receiver<u64>,
    first: bool,
}

type Entries = Vec<Result<TimelineEntry>>;

/// Waits for the next entries; `None` when the right has ended or the service stops.
async fn next_entries(follow: Option<Follow>) -> Option<(Entries, Option<Follow>)> {
    let mut follow = follow?;
    loop {
        if !std::mem::take(&mut follow.first) {
            follow.moves.changed().await.ok()?;
        }
        match follow.look().await {
            Ok(Some(entries)) if entries.is_empty() => {}
            Ok(Some(entries)) => return Some((entries.into_iter().map(Ok).collect(), Some(follow))),
            Ok(None) => return None,
            Err(error) => return Some((vec![Err(error)], None)),
        }
    }
}

impl Follow {
    /// What is new. The reading is on record before it is handed on.
    async fn look(&mut self) -> Result<Option<Vec<TimelineEntry>>, Error> {
        let Some(pupil) = self.pupil else { return Ok(None) };
        let told = |refusal| graphql_error(refusal, self.session.language);
        self.moves.borrow_and_update();
        let reader = self.session.fresh_reader();
        let seen = reader.timeline_after(pupil, self.after).await;
        reader.finish().await.map_err(|_| told(Refusal::new(Code::TraceNotRecorded)))?;
        let Some(entries) = seen.map_err(told)? else { return Ok(None) };
        let entries = entries.into_inner();
        self.after = entries.iter().map(|entry| entry.position).fold(self.after, u64::max);
        Ok(Some(entries.into_iter().map(TimelineEntry).collect()))
    }
}
