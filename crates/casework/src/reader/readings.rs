//! Who has read a pupil's case: from the traces, newest first.

use chrono::{DateTime, Utc};
use domain::access::Subject;
use domain::actor::Actor;
use domain::id::PupilId;
use domain::refusal::{Code, Refusal};

use super::cursor::checked_first;
use super::{Reader, Seen};
use crate::answer::{Page, PageRequest, Reading};
use crate::stored::decode;

fn internal<E: std::error::Error>(error: E) -> Refusal {
    tracing::error!(code = "internal", %error, "the traces could not be read");
    Refusal::new(Code::Internal)
}

impl Reader {
    /// Who has read a pupil's case, newest first; `None`: no such pupil, or no right to know. Asking is itself a reading.
    pub async fn readings(&self, pupil: PupilId, page: &PageRequest) -> Result<Option<Seen<Page<Reading>>>, Refusal> {
        if !self.decides(Subject::Readings(pupil)) {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        }
        self.ledger.show(pupil);
        let (list, first) = (format!("readings {pupil}"), checked_first(page)?);
        let before = page.after.as_ref().map(|cursor| self.reading_place(&list, cursor)).transpose()?;
        let found = self.readings_here(pupil).await?;
        let total = found.len();
        let older = found.into_iter().rev().filter(|(number, _)| before.is_none_or(|before| *number < before));
        let mut items: Vec<_> = older.take(first + 1).collect();
        let has_next = items.len() > first;
        items.truncate(first);
        let cursor = self.cursors(&list);
        let items = items.into_iter().map(|(number, told)| {
            let name = match told.actor {
                Actor::Staff(staff) => self.staff_card(staff, self.now()).map(|card| card.name),
                Actor::Setup => None,
            };
            (cursor(number.to_le_bytes().to_vec()), Reading { name, ..told })
        });
        Ok(Some(Seen(Page { items: items.collect(), has_next, total })))
    }

    /// Readings since the pupil came to the school: who read the case of the one before is not this school's to know.
    pub(super) async fn readings_here(&self, pupil: PupilId) -> Result<Vec<(u64, Reading)>, Refusal> {
        let mut found = self.casework.readings_of(pupil).await.map_err(internal)?;
        if let Some(came) = self.came(pupil).await? {
            found.retain(|(_, reading)| reading.at >= came);
        }
        Ok(found)
    }

    /// When it was recorded that the pupil came to the school; `None`: there was no school before.
    async fn came(&self, pupil: PupilId) -> Result<Option<DateTime<Utc>>, Refusal> {
        let Some(case) = self.view.world.case(pupil) else { return Ok(None) };
        let here = case.enrolments().take_while(|enrolment| enrolment.school == case.latest.school);
        let Some(first) = here.last().filter(|_| case.earlier.iter().any(|one| one.school != case.latest.school))
        else {
            return Ok(None);
        };
        let entries = self.view.timeline.after((pupil, first.id), 0);
        let Some(begins) = entries.first().copied() else { return Ok(None) };
        let event = self.read(&[begins]).await?.pop();
        event.map(|event| decode(&event).map(|recorded| recorded.recorded).map_err(internal)).transpose()
    }

    fn reading_place(&self, list: &str, cursor: &str) -> Result<u64, Refusal> {
        let place = self.place(list, cursor)?;
        let bytes = place.first_chunk::<8>().ok_or(Refusal::at(Code::CursorInvalid, "after"))?;
        Ok(u64::from_le_bytes(*bytes))
    }
}
