//! Who has read what a school has on record of a pupil: from the traces, newest first.

use domain::access::Subject;
use domain::actor::Actor;
use domain::id::{EnrolmentId, PupilId, SchoolId};
use domain::refusal::{Code, Refusal};
use domain::state::{Enrolment, PupilCase};
use storage::Position;

use super::cursor::checked_first;
use super::ledger::Of;
use super::{Reader, Seen};
use crate::answer::{Page, PageRequest, ReadHow, Reading};
use crate::service::Stays;
use crate::stored::decode;

fn internal<E: std::error::Error>(error: E) -> Refusal {
    tracing::error!(code = "internal", %error, "the traces could not be read");
    Refusal::new(Code::Internal)
}

impl Reader {
    /// Who has read a pupil's case at the school that the pupil goes to, newest first; `None`: no such pupil, or no right to know.
    /// Asking is itself a reading.
    pub async fn readings(&self, pupil: PupilId, page: &PageRequest) -> Result<Option<Seen<Page<Reading>>>, Refusal> {
        let Some(school) = self.present_school(pupil) else {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        };
        self.readings_at((pupil, school), page).await
    }

    /// The same of a school that the pupil goes to or went to: each school is told of what is on record there, and of nothing else.
    pub async fn readings_at(
        &self,
        (pupil, school): (PupilId, SchoolId),
        page: &PageRequest,
    ) -> Result<Option<Seen<Page<Reading>>>, Refusal> {
        let Some((case, of)) = self.records(pupil, school) else { return Ok(None) };
        self.ledger.show_of(of);
        let (list, first) = (format!("readings {pupil} {school}"), checked_first(page)?);
        let before = page.after.as_ref().map(|cursor| self.reading_place(&list, cursor)).transpose()?;
        let found = self.readings_here((pupil, case), school).await?;
        let total = found.len();
        let older = found.into_iter().rev().filter(|(number, _)| before.is_none_or(|before| *number < before));
        let mut items: Vec<_> = older.take(first + 1).collect();
        let has_next = items.len() > first;
        items.truncate(first);
        let cursor = self.cursors(&list);
        let items = items.into_iter().map(|(number, told)| {
            let name = match told.actor {
                Some(Actor::Staff(staff)) => self.staff_card(staff, self.now()).map(|card| card.name),
                Some(Actor::Setup) | None => None,
            };
            (cursor(number.to_le_bytes().to_vec()), Reading { name, ..told })
        });
        Ok(Some(Seen(Page { items: items.collect(), has_next, total })))
    }

    /// The school that the pupil goes to, or went to last; undecided.
    pub(super) fn present_school(&self, pupil: PupilId) -> Option<SchoolId> {
        self.view.world.case(pupil).map(|case| case.latest.school)
    }

    /// The case of which a school has something on record, and what a reading of that is noted as; decided. Refused is noted.
    pub(super) fn records(&self, pupil: PupilId, school: SchoolId) -> Option<(&PupilCase, Of)> {
        let decided = self.decides(Subject::Records(pupil, school));
        let case = decided.then(|| self.view.world.case(pupil)).flatten();
        let found = case.and_then(|case| {
            let latest = case.latest_at(school)?;
            Some((case, of(pupil, case, latest.id)))
        });
        if found.is_none() {
            self.ledger.refuse(pupil.to_string());
        }
        found
    }

    /// Readings while the case was the school's, and of what it kept: who read the case of another is not this school's to know.
    pub(super) async fn readings_here(
        &self,
        (pupil, case): (PupilId, &PupilCase),
        school: SchoolId,
    ) -> Result<Vec<(u64, Reading)>, Refusal> {
        let here = case.enrolments_at(school).map(|enrolment| enrolment.id);
        let mut stays = Stays { enrolments: here.collect(), spans: Vec::new() };
        // Where an enrolment begins, and where one is taken back, the case becomes another's.
        let begun = self.view.timeline.beginnings(pupil).into_iter().map(|(entry, _)| entry.key.position);
        let mut turns: Vec<u64> = begun.chain(case.enrolments().filter_map(Enrolment::taken_back)).collect();
        turns.sort_unstable();
        let positions = turns.iter().copied().map(Position).collect();
        let mut recorded = Vec::with_capacity(turns.len());
        for event in &self.casework.log.read_at(positions).await.map_err(internal)? {
            recorded.push(decode(event).map_err(internal)?.recorded);
        }
        // What was read, or written out, before the pupil was known told nothing of them.
        let ends = recorded.iter().copied().skip(1).map(Some).chain([None]);
        for (turn, span) in turns.iter().zip(recorded.iter().copied().zip(ends)) {
            let there = case.recorded_in(turn + 1).map(|enrolment| enrolment.id);
            if there.is_some_and(|enrolment| stays.enrolments.contains(&enrolment)) {
                stays.spans.push(span);
            }
        }
        let found = self.casework.readings_of(pupil, &stays).await.map_err(internal)?;
        Ok(found.into_iter().map(|(number, reading)| (number, self.told_at(school, reading))).collect())
    }

    /// Who looked in vain and has never worked at the school is not named there: it may be the next one's principal, and which that is
    /// may be what is secret. The trace has them.
    fn told_at(&self, school: SchoolId, reading: Reading) -> Reading {
        let from_elsewhere = match reading.actor {
            Some(Actor::Staff(staff)) => !self.view.world.has_worked_at(staff, school),
            Some(Actor::Setup) | None => false,
        };
        if reading.how == ReadHow::Refused && from_elsewhere {
            Reading { actor: None, roles: Vec::new(), ..reading }
        } else {
            reading
        }
    }

    fn reading_place(&self, list: &str, cursor: &str) -> Result<u64, Refusal> {
        let place = self.place(list, cursor)?;
        let bytes = place.first_chunk::<8>().ok_or(Refusal::at(Code::CursorInvalid, "after"))?;
        Ok(u64::from_le_bytes(*bytes))
    }
}

/// What a reading of an enrolment is noted as.
pub(super) fn of(pupil: PupilId, case: &PupilCase, enrolment: EnrolmentId) -> Of {
    Of(pupil, Some(enrolment).filter(|enrolment| *enrolment != case.latest.id))
}
