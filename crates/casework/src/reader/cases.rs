//! One pupil, as those who have the case see them.

use domain::access::Subject;
use domain::id::PupilId;
use domain::state::PupilCase;

use super::{Reader, Seen};
use crate::answer::{GuardianOfPupil, MentorOfPupil, PupilCard};

impl Reader {
    /// One pupil; `None`: no such pupil, or no right.
    pub fn pupil(&self, pupil: PupilId) -> Option<Seen<PupilCard>> {
        self.case(pupil).and_then(|case| self.pupil_card(pupil, case)).map(Seen)
    }

    /// The case, decided and noted: the way to everything about one pupil.
    pub(super) fn case(&self, pupil: PupilId) -> Option<&PupilCase> {
        let case = self.decides(Subject::Case(pupil)).then(|| self.view.world.case(pupil)).flatten();
        match case {
            Some(_) => self.ledger.show(pupil),
            None => self.ledger.refuse(pupil.to_string()),
        }
        case
    }

    /// To be called only for a case that has been decided and noted.
    pub(super) fn pupil_card(&self, id: PupilId, case: &PupilCase) -> Option<PupilCard> {
        let enrolment = &case.latest;
        let today = enrolment.placement_on(self.today.max(enrolment.from));
        let placement = today.or_else(|| enrolment.placements.last().map(|(_, placement)| placement))?;
        Some(PupilCard {
            id,
            name: case.name.present().cloned(),
            enrolment: enrolment.id,
            school: enrolment.school,
            placement: placement.clone(),
            mentors: self.mentors(case),
            guardians: self.guardians(case),
        })
    }

    fn mentors(&self, case: &PupilCase) -> Vec<MentorOfPupil> {
        case.assignments_on(self.today)
            .filter_map(|assignment| {
                Some(MentorOfPupil {
                    assignment: assignment.id,
                    mentor: self.staff_card(assignment.mentor)?,
                    kind: assignment.kind,
                    principal: assignment.principal,
                    from: assignment.from,
                })
            })
            .collect()
    }

    fn guardians(&self, case: &PupilCase) -> Vec<GuardianOfPupil> {
        case.guardians
            .iter()
            .map(|linked| GuardianOfPupil {
                id: linked.guardian,
                name: self.view.world.guardian(linked.guardian).map(|guardian| guardian.name.clone()),
                guardianship: linked.guardianship,
            })
            .collect()
    }
}
