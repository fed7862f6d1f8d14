//! What a case held when the pupil came to another school. The case does not follow: the next school begins its own. Should the pupil
//! never have come there, the case is again as it was left.

use chrono::NaiveDate;

use crate::id::{EnrolmentId, GuardianId, StaffId};
use crate::state::facts::{CaseFacts, LinkedGuardian};
use crate::words::ProtectionLevel;

/// What the case held that was left for an enrolment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct CaseLeft {
    /// The enrolment that the pupil came to.
    came_to: EnrolmentId,
    guardians: Vec<LinkedGuardian>,
    consents: Vec<(GuardianId, NaiveDate)>,
    named: Vec<(StaffId, NaiveDate)>,
    protection: Option<ProtectionLevel>,
    born: Option<NaiveDate>,
    bans: Vec<GuardianId>,
    withheld: Vec<GuardianId>,
    guardians_protected: Vec<GuardianId>,
    protected_before: Vec<GuardianId>,
}

impl CaseFacts {
    /// At another school: guardians are part of the case, which does not follow, and who was named for a protected pupil was named
    /// by the principal of the school that was left. Bans and what is withheld stay.
    pub(super) fn leave_case(&mut self, came_to: EnrolmentId) {
        self.cases_left.push(CaseLeft {
            came_to,
            guardians: self.guardians.clone(),
            consents: std::mem::take(&mut self.consents),
            named: std::mem::take(&mut self.named),
            protection: self.protection,
            born: self.born,
            bans: self.bans.clone(),
            withheld: self.withheld.clone(),
            guardians_protected: self.guardians_protected.clone(),
            protected_before: std::mem::replace(&mut self.protected_before, self.guardians_protected.clone()),
        });
        self.leave_school();
    }

    /// Where the latest enrolment is one to which the pupil never came, the one before it that they came to is the latest again, and
    /// the case is as it was left: the guardians who were linked there, whom they consented to, who was named, and whether the identity
    /// was protected. What the other school said to keep a guardian away holds until it is lifted, and so does what it lifted.
    pub(super) fn go_back_to_the_one_left(&mut self) {
        if !self.latest.never_came() {
            return;
        }
        let Some(came) = self.earlier.iter().rposition(|one| !one.never_came()) else { return };
        let before = self.earlier.remove(came);
        let since = |one: &CaseLeft| self.enrolment(one.came_to).is_some_and(|to| to.recorded > before.recorded);
        let left = self.cases_left.iter().position(since).and_then(|at| self.cases_left.drain(at..).next());
        if left.is_some() {
            self.leave_school();
        }
        self.earlier.push(std::mem::replace(&mut self.latest, before));
        if let Some(left) = left {
            self.is_again(left);
        }
    }

    /// What the school that is left holds of its own is former: as it was when the pupil left.
    fn leave_school(&mut self) {
        let school = self.latest.school;
        if self.protection.is_some() && !self.left_protected.contains(&school) {
            self.left_protected.push(school);
        }
        for linked in std::mem::take(&mut self.guardians) {
            self.is_former((linked.guardian, school));
        }
    }

    fn is_again(&mut self, left: CaseLeft) {
        let here = self.latest.school;
        self.left_protected.retain(|school| *school != here);
        let linked = |guardian: &GuardianId| left.guardians.iter().any(|one| one.guardian == *guardian);
        self.former_guardians.retain(|(guardian, school)| *school != here || !linked(guardian));
        let known_here = |guardian: &GuardianId| {
            left.guardians_protected.contains(guardian) && !left.protected_before.contains(guardian)
        };
        also(&mut self.guardians_protected, &left.guardians_protected);
        self.protected_before = self.guardians_protected.iter().copied().filter(|one| !known_here(one)).collect();
        also(&mut self.bans, &left.bans);
        also(&mut self.withheld, &left.withheld);
        self.guardians = left.guardians;
        self.consents = left.consents;
        self.named = left.named;
        self.protection = left.protection;
        self.born = left.born.or(self.born);
    }
}

/// Takes those in that are not there.
fn also(guardians: &mut Vec<GuardianId>, others: &[GuardianId]) {
    for guardian in others {
        if !guardians.contains(guardian) {
            guardians.push(*guardian);
        }
    }
}
