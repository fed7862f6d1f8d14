//! Who has opened a case in an emergency, and why: for the principal, whom the reason is written for.

use domain::access::{Subject, View};
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::{EnrolmentId, PupilId, SchoolId};
use domain::projection::AsOf;
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};

use super::timeline::Told;
use super::{Reader, Seen};
use crate::answer::EmergencyAccess;
use crate::stored::decode;

impl Reader {
    /// Who had opened a case at the school in an emergency, newest first, and for what reason: for whoever answers for the
    /// pupil, or did when the pupil left. Reading the reasons is on record as opening them.
    pub async fn emergency_accesses(
        &self,
        school: SchoolId,
        at: AsOf,
    ) -> Result<Option<Seen<Vec<EmergencyAccess>>>, Refusal> {
        if !self.decides(Subject::School(school)) {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        }
        let mut found = Vec::new();
        for (pupil, facts) in self.view.ever_at_school(school, at) {
            let Some(enrolment) = self.answered_for(pupil, school).filter(|_| !facts.emergencies.is_empty()) else {
                continue;
            };
            found.extend(self.emergencies_in(pupil, enrolment, at).await?);
        }
        found.sort_by_key(|access| std::cmp::Reverse((access.on, access.pupil)));
        Ok(Some(Seen(found)))
    }

    /// The enrolment at the school for which the actor answers.
    fn answered_for(&self, pupil: PupilId, school: SchoolId) -> Option<EnrolmentId> {
        let latest = &self.view.world.case(pupil)?.latest;
        if latest.school == school && self.decides(Subject::Readings(pupil)) {
            Some(latest.id)
        } else {
            self.case_left(pupil)
        }
    }

    async fn emergencies_in(
        &self,
        pupil: PupilId,
        enrolment: EnrolmentId,
        at: AsOf,
    ) -> Result<Vec<EmergencyAccess>, Refusal> {
        let internal = |_| Refusal::new(Code::Internal);
        let mut places = self.places(pupil, enrolment, View::ALL, (at, Told::WhatCounts));
        places.retain(|entry| entry.kind == EventKind::EmergencyAccessTaken);
        let mut found = Vec::new();
        for event in &self.read(&places).await? {
            let recorded = decode(event).map_err(internal)?;
            let Body::Known(mut event) = recorded.body else { continue };
            let reason = event.take_note();
            let Event::Pupil(PupilEvent::Worked(worked)) = &event else { continue };
            let Work::EmergencyAccessTaken { staff, on } = &worked.work else { continue };
            let Some(staff) = self.staff_card(*staff, at) else { continue };
            self.ledger.list(pupil);
            if reason.is_some() {
                self.ledger.open(pupil, recorded.id);
            }
            found.push(EmergencyAccess { pupil, staff, on: *on, reason });
        }
        Ok(found)
    }
}
