//! A pupil's timeline: places from the projection, contents from the log, opened after the decision.

use chrono::DateTime;
use domain::actor::Actor;
use domain::id::PupilId;
use domain::projection::AsOf;
use domain::projection::timeline::{Entry, TimelineKey};
use domain::refusal::{Code, Refusal};
use storage::Position;

use super::cursor::checked_first;
use super::{Reader, Seen};
use crate::answer::{Page, PageRequest, TimelineEntry};
use crate::stored::decode;

/// Most entries that are sent to a subscription at a time.
const BATCH: usize = 100;

impl Reader {
    /// A pupil's timeline, newest first by when it happened. Only the present enrolment's: the case does not follow the
    /// pupil by itself.
    pub async fn timeline(
        &self,
        pupil: PupilId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        let Some(case) = self.case(pupil) else { return Ok(None) };
        let (list, first) = (format!("timeline {pupil} {at:?}"), checked_first(page)?);
        let older_than = page.after.as_ref().map(|cursor| self.timeline_place(&list, cursor)).transpose()?;
        let of = (pupil, case.latest.id);
        let total = self.view.timeline.newest_first(of, None, at).count();
        let mut places: Vec<&Entry> = self.view.timeline.newest_first(of, older_than, at).take(first + 1).collect();
        let has_next = places.len() > first;
        places.truncate(first);
        let entries = self.entries(&places).await?;
        let cursors = places.iter().map(|entry| {
            let key = entry.key;
            let place = [key.occurred.timestamp_micros().to_le_bytes(), key.position.to_le_bytes()].concat();
            self.cursor(&list, &place)
        });
        Ok(Some(Seen(Page { items: cursors.zip(entries).collect(), has_next, total })))
    }

    /// A pupil's timeline entries recorded after a position, oldest first: what a subscription sends.
    pub async fn timeline_after(
        &self,
        pupil: PupilId,
        position: u64,
    ) -> Result<Option<Seen<Vec<TimelineEntry>>>, Refusal> {
        let decided = self.decides(domain::access::Subject::Case(pupil));
        let Some(case) = decided.then(|| self.view.world.case(pupil)).flatten() else {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        };
        let mut places = self.view.timeline.after((pupil, case.latest.id), position);
        places.truncate(BATCH);
        // Looking whether there is something new shows nothing; showing it does.
        if !places.is_empty() {
            self.ledger.show(pupil);
        }
        self.entries(&places).await.map(|entries| Some(Seen(entries)))
    }

    fn timeline_place(&self, list: &str, cursor: &str) -> Result<TimelineKey, Refusal> {
        let invalid = || Refusal::at(Code::CursorInvalid, "after");
        let place = self.place(list, cursor)?;
        let (micros, rest) = place.split_first_chunk::<8>().ok_or_else(invalid)?;
        let position = rest.first_chunk::<8>().map(|bytes| u64::from_le_bytes(*bytes)).ok_or_else(invalid)?;
        let occurred = DateTime::from_timestamp_micros(i64::from_le_bytes(*micros)).ok_or_else(invalid)?;
        Ok(TimelineKey { occurred, position })
    }

    async fn entries(&self, places: &[&Entry]) -> Result<Vec<TimelineEntry>, Refusal> {
        let internal = |why: String| {
            tracing::error!(code = "internal", %why, "a timeline could not be read");
            Refusal::new(Code::Internal)
        };
        let positions = places.iter().map(|entry| Position(entry.key.position)).collect();
        let events = self.casework.log.read_at(positions).await.map_err(|error| internal(error.to_string()))?;
        events
            .iter()
            .map(|event| {
                let recorded = decode(event).map_err(|error| internal(error.to_string()))?;
                let actor_name = match recorded.actor {
                    Actor::Setup => None,
                    Actor::Staff(staff) => self.staff_card(staff, self.now()).map(|card| card.name),
                };
                Ok(TimelineEntry {
                    position: recorded.position,
                    id: recorded.id,
                    occurred: recorded.occurred,
                    recorded: recorded.recorded,
                    actor: recorded.actor,
                    actor_name,
                    role: recorded.role,
                    body: recorded.body,
                })
            })
            .collect()
    }
}
