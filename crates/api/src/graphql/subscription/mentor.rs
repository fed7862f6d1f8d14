//! What a mentor has and does, as it changes: the whole of it each time, since it is small. Sent again only when what it tells the
//! one who follows it is another: that nothing else was sent tells of nothing either.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use async_graphql::{Error, Result};
use casework::Reader;
use casework::answer::PageRequest;
use chrono::NaiveDate;
use domain::calendar::IsoWeek;
use domain::id::StaffId;
use domain::projection::AsOf;
use domain::refusal::{Code, Refusal};
use futures::stream::{self, Stream};
use tokio::sync::watch;

use super::another;
use crate::graphql::error::graphql_error;
use crate::graphql::session::Session;
use crate::graphql::types::caseload::{CaseloadConnection, CaseloadEntry};
use crate::graphql::types::workload::Workload;

/// Something about a mentor that is followed.
pub(super) trait Followed: Send + Sync + 'static {
    /// What is sent.
    type Item: Send;

    /// As of when it is told: what was in a mentor's cases then is what it is made from.
    fn at(&self, reader: &Reader) -> AsOf;

    /// What it is now, and a number that is another when what it tells the asker is another; `None`: the asker has no right to it,
    /// or it is not there.
    fn read(
        &self,
        reader: &Reader,
        mentor: StaffId,
    ) -> impl Future<Output = Result<Option<(Self::Item, u64)>, Refusal>> + Send;
}

/// A page of a mentor's caseload.
pub(super) struct Caseload(pub(super) PageRequest);

impl Followed for Caseload {
    type Item = CaseloadConnection;

    fn at(&self, reader: &Reader) -> AsOf {
        reader.now()
    }

    async fn read(&self, reader: &Reader, mentor: StaffId) -> Result<Option<(CaseloadConnection, u64)>, Refusal> {
        let seen = reader.followed_caseload(mentor, &self.0)?;
        Ok(seen.map(|seen| {
            let told = reader.told_of(&seen);
            (CaseloadConnection::of(seen.into_inner(), self.0.after.is_some(), CaseloadEntry::from), told)
        }))
    }
}

/// A mentor's week.
pub(super) struct Week(pub(super) IsoWeek);

impl Followed for Week {
    type Item = Workload;

    /// A week that is over is made from the cases of whom the mentor had at its end, whoever has them since.
    fn at(&self, reader: &Reader) -> AsOf {
        let now = reader.now();
        AsOf { day: self.0.days().map_or(now.day, |(_, last)| last.min(now.day)), ..now }
    }

    async fn read(&self, reader: &Reader, mentor: StaffId) -> Result<Option<(Workload, u64)>, Refusal> {
        let seen = reader.workload(mentor, self.0, reader.now()).await?;
        Ok(seen.map(|seen| {
            let mut hasher = DefaultHasher::new();
            seen.get().hash(&mut hasher);
            (Workload(seen.into_inner()), hasher.finish())
        }))
    }
}

/// Who follows what.
struct Follow<F> {
    session: Arc<Session>,
    mentor: StaffId,
    what: F,
    moves: watch::Receiver<u64>,
    /// The day on which it was looked at last.
    day: NaiveDate,
    /// What it was made from when it was looked at last; `None` before the first time.
    stamp: Option<u64>,
    /// What the last item told; `None` before the first.
    told: Option<u64>,
}

/// The thing as it is, and again whenever it has changed; ends when the right ends. An id that is none ends at once.
pub(super) fn follow<F: Followed>(
    session: Arc<Session>,
    mentor: Option<StaffId>,
    what: F,
) -> impl Stream<Item = Result<F::Item>> + use<F> {
    let moves = session.casework().subscribe();
    let day = session.casework().today();
    let follow = mentor.map(|mentor| Follow { session, mentor, what, moves, day, stamp: None, told: None });
    stream::unfold(follow, async |follow| {
        let mut follow = follow?;
        match follow.next().await {
            Ok(Some(item)) => Some((Ok(item), Some(follow))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })
}

impl<F: Followed> Follow<F> {
    /// Waits until it is another than before. The reading is on record before it is handed on.
    async fn next(&mut self) -> Result<Option<F::Item>, Error> {
        let told = |refusal| graphql_error(refusal, self.session.language);
        loop {
            if self.stamp.is_some() && !another(&self.session, &mut self.moves, self.day).await {
                return Ok(None);
            }
            self.moves.borrow_and_update();
            self.day = self.session.casework().today();
            let reader = self.session.fresh_reader();
            let stamp = Some(reader.stamp_of(self.mentor, self.what.at(&reader)));
            // Nothing of it has moved: looking shows nothing, and leaves no trace. A right that ended moves it.
            if stamp == self.stamp {
                continue;
            }
            let item = self.what.read(&reader, self.mentor).await;
            // Nothing that is told has moved: no item says that something else has, and what is not sent leaves no trace.
            if matches!(&item, Ok(Some((_, told))) if self.told == Some(*told)) {
                self.stamp = stamp;
                continue;
            }
            reader.finish().await.map_err(|_| told(Refusal::new(Code::TraceNotRecorded)))?;
            let Some((item, told)) = item.map_err(told)? else { return Ok(None) };
            (self.stamp, self.told) = (stamp, Some(told));
            return Ok(Some(item));
        }
    }
}
