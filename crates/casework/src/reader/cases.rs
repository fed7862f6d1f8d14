//! One pupil, as those who have the case see them.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::access::{Part, Subject, guardian_hidden_from};
use domain::actor::Actor;
use domain::id::{GuardianId, PupilId};
use domain::projection::AsOf;
use domain::refusal::Refusal;
use domain::state::{CaseFacts, PupilCase};

use super::{Reader, Seen};
use crate::answer::{GuardianOfPupil, MentorOfPupil, PupilCard};

impl Reader {
    /// One pupil; `None`: no such pupil, or no right.
    pub fn pupil(&self, pupil: PupilId, at: AsOf) -> Option<Seen<PupilCard>> {
        let facts = self.case_as_of(pupil, at)?;
        pupil_card(pupil, &facts, at).map(Seen)
    }

    /// What was so in the present enrolment, decided and noted; `None` before it had been decided on: an earlier one is not
    /// this school's.
    pub(super) fn case_as_of(&self, pupil: PupilId, at: AsOf) -> Option<Arc<CaseFacts>> {
        let present = self.case(pupil)?.latest.id;
        self.view.facts(pupil, at).filter(|facts| facts.latest.id == present)
    }

    /// What is so in a pupil's case whatever the day, as far as was known.
    pub(super) fn known_case(&self, pupil: PupilId, at: AsOf) -> Option<Arc<CaseFacts>> {
        self.view.facts(pupil, AsOf { day: NaiveDate::MAX, known: at.known })
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

    /// Who has the pupil; none for those who do not see it.
    pub fn mentors(&self, pupil: PupilId, at: AsOf) -> Seen<Vec<MentorOfPupil>> {
        let case = self.part_of(pupil, Part::Mentors, at);
        let present = case.as_ref().map(|case| case.latest.id);
        let here = case.iter().flat_map(|case| case.assignments_on(at.day));
        let mentors = here.filter(|assignment| Some(assignment.enrolment) == present).filter_map(|assignment| {
            Some(MentorOfPupil {
                assignment: assignment.id,
                mentor: self.staff_card(assignment.mentor, at)?,
                kind: assignment.kind,
                principal: assignment.principal,
                from: assignment.from,
            })
        });
        Seen(mentors.collect())
    }

    /// The pupil's guardians, by the names that were known then; none for those who do not see them.
    pub async fn guardians(&self, pupil: PupilId, at: AsOf) -> Result<Seen<Vec<GuardianOfPupil>>, Refusal> {
        let case = self.part_of(pupil, Part::Guardians, at);
        let linked = case.iter().flat_map(|case| &case.guardians);
        let mut guardians = Vec::new();
        for linked in linked.filter(|linked| !self.guardian_hidden(linked.guardian, pupil)) {
            guardians.push(GuardianOfPupil {
                id: linked.guardian,
                name: self.guardian_name(linked.guardian, at).await?,
                guardianship: linked.guardianship,
                household: linked.household,
            });
        }
        Ok(Seen(guardians))
    }

    /// Whether a guardian of a pupil's is not there for the actor.
    pub(super) fn guardian_hidden(&self, guardian: GuardianId, pupil: PupilId) -> bool {
        match self.actor {
            Actor::Setup => false,
            Actor::Staff(staff) => guardian_hidden_from(&self.view.world, staff, (guardian, pupil), self.today),
        }
    }

    /// The case, if the actor sees this part of it; decided and noted: also that they looked for a part which they do not see.
    fn part_of(&self, pupil: PupilId, part: Part, at: AsOf) -> Option<Arc<CaseFacts>> {
        let case = self.case_as_of(pupil, at)?;
        let seen = self.view_of(pupil).has(part);
        if !seen {
            self.ledger.refuse(pupil.to_string());
        }
        seen.then_some(case)
    }
}

/// The pupil as the facts have them: by the name that was known then, put right as far as it was by then. To be called only for a
/// case that has been decided and noted.
pub(super) fn pupil_card(id: PupilId, case: &CaseFacts, at: AsOf) -> Option<PupilCard> {
    let enrolment = &case.latest;
    let then = enrolment.placement_on(at.day.max(enrolment.from));
    let placement = then.or_else(|| enrolment.placements.last().map(|(_, placement)| placement))?;
    Some(PupilCard {
        id,
        name: enrolment.name.present().cloned(),
        enrolment: enrolment.id,
        school: enrolment.school,
        placement: placement.clone(),
        protected: case.protection.is_some(),
        at,
    })
}
