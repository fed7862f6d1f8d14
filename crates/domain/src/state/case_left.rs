//! What a case held when the pupil was enrolled anew. At another school the case does not follow: the next one begins its own. Should the
//! pupil never have come, the case is again as it was left.

use chrono::NaiveDate;

use crate::id::{EnrolmentId, GuardianId, SchoolId, StaffId};
use crate::state::facts::{CaseFacts, LinkedGuardian};
use crate::words::ProtectionLevel;

/// What the case held that was left for an enrolment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct CaseLeft {
    /// The enrolment that the pupil came to.
    came_to: EnrolmentId,
    /// Whether it was at another school.
    moved: bool,
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

impl CaseLeft {
    /// Who was unlinked at the same school since, or is not to be told any longer, stays so: none is mailed to by a mistake.
    fn keep_only(&mut self, (guardians, consents): (&[LinkedGuardian], &[(GuardianId, NaiveDate)])) {
        self.guardians.retain(|one| guardians.iter().any(|linked| linked.guardian == one.guardian));
        self.consents.retain(|(guardian, _)| consents.iter().any(|(told, _)| told == guardian));
    }
}

impl CaseFacts {
    /// At another school: guardians are part of the case, which does not follow, and who was named for a protected pupil was named
    /// by the principal of the school that was left. Bans and what is withheld stay.
    pub(super) fn leave_case(&mut self, (came_to, to): (EnrolmentId, SchoolId)) {
        let moved = to != self.latest.school;
        self.cases_left.push(CaseLeft {
            came_to,
            moved,
            guardians: self.guardians.clone(),
            consents: self.consents.clone(),
            named: self.named.clone(),
            protection: self.protection,
            born: self.born,
            bans: self.bans.clone(),
            withheld: self.withheld.clone(),
            guardians_protected: self.guardians_protected.clone(),
            protected_before: self.protected_before.clone(),
        });
        if moved {
            self.consents.clear();
            self.named.clear();
            self.protected_before.clone_from(&self.guardians_protected);
            self.leave_school();
        }
    }

    /// An enrolment was taken back. Where it is the latest, the one before it that the pupil came to is the latest again, and the case is
    /// as it was left: the guardians who were linked, whom they consented to, who was named, and whether the identity was
    /// protected. What was said in it to keep a guardian away holds until it is lifted, and so does what was lifted in it.
    pub(super) fn take_back(&mut self, taken_back: EnrolmentId) {
        if self.latest.id != taken_back {
            self.lift_nothing(taken_back);
            return;
        }
        let Some(came) = self.earlier.iter().rposition(|one| !one.never_came()) else {
            // There is nothing to go back to: whoever enrols the pupil after all says anew who their guardians are.
            self.leave_school();
            self.consents.clear();
            self.named.clear();
            self.born = None;
            return;
        };
        let before = self.earlier.remove(came);
        let since = |one: &CaseLeft| self.enrolment(one.came_to).is_some_and(|to| to.recorded > before.recorded);
        let left = self.cases_left.iter().position(since).and_then(|at| self.cases_left.drain(at..).next());
        let (guardians, consents) = (self.guardians.clone(), self.consents.clone());
        if left.is_some() {
            self.leave_school();
        }
        self.earlier.push(std::mem::replace(&mut self.latest, before));
        let Some(mut left) = left else { return };
        if !left.moved {
            left.keep_only((&guardians, &consents));
        }
        self.is_again(left);
    }

    /// Somebody has enrolled the pupil since: what was lifted in the enrolment that was none holds again, and what came after it came
    /// after the one before.
    fn lift_nothing(&mut self, taken_back: EnrolmentId) {
        let Some(at) = self.cases_left.iter().position(|one| one.came_to == taken_back) else { return };
        if at + 1 >= self.cases_left.len() {
            return;
        }
        let before = self.cases_left.remove(at);
        let Some(after) = self.cases_left.get_mut(at) else { return };
        let lifted = |held: &[GuardianId], left: &[GuardianId]| -> Vec<GuardianId> {
            held.iter().copied().filter(|guardian| !left.contains(guardian)).collect()
        };
        let (bans, withheld) = (lifted(&before.bans, &after.bans), lifted(&before.withheld, &after.withheld));
        let protected = lifted(&before.guardians_protected, &after.guardians_protected);
        let protection = before.protection.filter(|_| after.protection.is_none());
        also(&mut self.bans, &bans);
        also(&mut self.withheld, &withheld);
        also(&mut self.guardians_protected, &protected);
        also(&mut self.protected_before, &protected);
        self.protection = self.protection.or(protection);
        if self.born == after.born {
            self.born = before.born;
        }
        let (came_to, moved) = (after.came_to, after.moved || before.moved);
        let mut left = before;
        if !left.moved {
            left.keep_only((&after.guardians, &after.consents));
        }
        *after = CaseLeft { came_to, moved, ..left };
        for later in self.cases_left.iter_mut().skip(at + 1) {
            also(&mut later.bans, &bans);
            also(&mut later.withheld, &withheld);
            also(&mut later.guardians_protected, &protected);
            also(&mut later.protected_before, &protected);
            later.protection = later.protection.or(protection);
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
        self.born = left.born;
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
