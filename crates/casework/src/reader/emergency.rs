//! Who has opened a case in an emergency, and why: for the principal, whom the reason is written for.

use domain::access::{Subject, View};
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::{EnrolmentId, SchoolId};
use domain::projection::AsOf;
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};

use super::ledger::Of;
use super::readings::of;
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
            if facts.emergencies.is_empty() || !self.decides(Subject::Records(pupil, school)) {
                continue;
            }
            let Some(case) = self.view.world.case(pupil) else { continue };
            for enrolment in case.enrolments_at(school) {
                found.extend(self.emergencies_in(of(pupil, case, enrolment.id), enrolment.id, at).await?);
            }
        }
        found.sort_by_key(|access| std::cmp::Reverse((access.on, access.pupil)));
        Ok(Some(Seen(found)))
    }

    async fn emergencies_in(
        &self,
        case: Of,
        enrolment: EnrolmentId,
        at: AsOf,
    ) -> Result<Vec<EmergencyAccess>, Refusal> {
        let Of(pupil, _) = case;
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
            self.ledger.list_of(case);
            if reason.is_some() {
                self.ledger.open_of(case, recorded.id);
            }
            found.push(EmergencyAccess { pupil, staff, on: *on, reason });
        }
        Ok(found)
    }
}
