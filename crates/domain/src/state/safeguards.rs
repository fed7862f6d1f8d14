//! Who the pupil's guardians are, whom they let be told, and what protects the pupil and them: as it follows from what was said,
//! and from which enrolments were none.
//!
//! What was said in an enrolment that was none counts where it keeps somebody away, and not where it lets somebody in: a ban too many
//! is lifted by a principal, one too few is a mail to the wrong parent (decision record 12).

use chrono::NaiveDate;

use crate::event::pupil::Guardianship;
use crate::id::{EnrolmentId, GuardianId, SchoolId, StaffId};
use crate::state::said::{Guard, Guarded, Said, What};
use crate::words::{Household, ProtectionLevel};

/// A guardian linked to the pupil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkedGuardian {
    /// Who.
    pub guardian: GuardianId,
    /// What they are to the pupil.
    pub guardianship: Guardianship,
    /// How the pupil lives with them, when it is known.
    pub household: Option<Household>,
}

impl LinkedGuardian {
    /// The same guardian, with no more rights than either word gives.
    fn at_most(self, other: Self) -> Self {
        let custody = self.guardianship != Guardianship::ParentWithoutCustody;
        let guardianship = if custody { other.guardianship } else { self.guardianship };
        let household = self.household.filter(|known| other.household == Some(*known));
        Self { guardian: self.guardian, guardianship, household }
    }
}

/// Who the pupil's guardians are, and what protects the pupil and them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Safeguards {
    /// Guardians linked at the school, in the order linked.
    pub guardians: Vec<LinkedGuardian>,
    /// Guardians whom a pupil of full age lets be told, each with the last day.
    pub consents: Vec<(GuardianId, NaiveDate)>,
    /// Guardians who may have no contact with the pupil.
    pub bans: Guarded,
    /// Guardians who are not to be told about the pupil.
    pub withheld: Guarded,
    /// Guardians whose identity is protected.
    pub guardians_protected: Guarded,
    /// How the pupil's identity is protected, when it is.
    pub protection: Option<ProtectionLevel>,
    /// The schools that the pupil left while their identity was protected: there it stays so, whatever came after.
    pub left_protected: Vec<SchoolId>,
    /// Who is named for the pupil while the identity is protected, each with the last day.
    pub named: Vec<(StaffId, NaiveDate)>,
    /// The pupil's date of birth, when it is known.
    pub born: Option<NaiveDate>,
    /// Those of the protected guardians of whom a school said so that the pupil has left since.
    protected_before: Vec<GuardianId>,
    /// Guardians who were unlinked, or whom schools before it had linked, each with the school where they were: the next school
    /// links its own, and knows nothing of them. For the day they are erased, and for the school that links them anew.
    former: Vec<(GuardianId, SchoolId)>,
    /// The school of the latest enrolment that was one.
    school: Option<SchoolId>,
    /// The latest enrolment that was on record at the time, also where it was none.
    latest: Option<(EnrolmentId, SchoolId)>,
    /// Those before it, in the order recorded.
    earlier: Vec<(EnrolmentId, SchoolId)>,
    /// Of the protection of the pupil's identity what counts, each with the enrolment in which it was said; the latest is in force.
    protections: Vec<(ProtectionLevel, EnrolmentId)>,
    /// The same, as it was on record at the time.
    protection_on_record: Vec<(ProtectionLevel, EnrolmentId)>,
    /// Whom an enrolment that was none unlinked at the same school.
    unlinked: Vec<(EnrolmentId, LinkedGuardian)>,
}

impl Safeguards {
    /// What holds after all that was said, when some of the enrolments were none.
    pub(super) fn of(all: &[Said], none: &[EnrolmentId]) -> Self {
        let mut held = Self::default();
        for said in all {
            held.hear(said, none.contains(&said.enrolment));
        }
        held
    }

    /// Something was said, in an enrolment or in one that was none.
    pub(super) fn hear(&mut self, said: &Said, in_none: bool) {
        if in_none {
            self.hear_in_none(said);
        } else {
            self.hear_in_one(said);
        }
    }

    /// Whether the guardian is linked.
    pub fn has_guardian(&self, guardian: GuardianId) -> bool {
        self.guardians.iter().any(|linked| linked.guardian == guardian)
    }

    /// Everybody who is or was a guardian of the pupil, each once.
    pub fn guardians_ever(&self) -> impl Iterator<Item = GuardianId> {
        let first = |at: usize, guardian| self.former.iter().position(|(other, _)| *other == guardian) == Some(at);
        let former = self.former.iter().enumerate().filter(move |(at, (guardian, _))| first(*at, *guardian));
        let former = former.map(|(_, (guardian, _))| *guardian).filter(|guardian| !self.has_guardian(*guardian));
        self.guardians.iter().map(|linked| linked.guardian).chain(former)
    }

    /// Whether the guardian was the pupil's at a school, and is no longer linked there.
    pub fn had_guardian_at(&self, guardian: GuardianId, school: SchoolId) -> bool {
        let linked_here = self.school == Some(school) && self.has_guardian(guardian);
        self.former.contains(&(guardian, school)) && !linked_here
    }

    /// The guardians whose identity is protected, as far as the school where the pupil goes now knows of them. What another said of
    /// one who is not linked here holds, and is that school's.
    pub fn guardians_protected_here(&self) -> impl Iterator<Item = GuardianId> {
        let here = |guardian: &GuardianId| !self.protected_before.contains(guardian) || self.has_guardian(*guardian);
        self.guardians_protected.iter().filter(here)
    }

    fn hear_in_one(&mut self, Said { enrolment, what }: &Said) {
        match what {
            What::Enrolled(school) => self.enrolled((*enrolment, *school)),
            // Only one that was none is taken back.
            What::TakenBack => {}
            What::Linked(linked) => {
                self.guardians.retain(|known| known.guardian != linked.guardian);
                self.guardians.push(*linked);
            }
            What::Unlinked(guardian) => {
                self.unlink(*guardian);
                self.is_former(*guardian, self.school_of(*enrolment));
            }
            What::Consented(guardian, last_day) => {
                self.withdraw(*guardian);
                self.consents.push((*guardian, *last_day));
            }
            What::ConsentWithdrawn(guardian) => self.withdraw(*guardian),
            What::Begun(guard, guardian) => self.guarded(*guard).begin((*guardian, *enrolment)),
            What::Ended(guard, guardian) => {
                self.guarded(*guard).end(*guardian);
                if *guard == Guard::Identity {
                    self.guardian_protection_ended(*guardian);
                }
            }
            What::Protected(level) => {
                self.protection_on_record.push((*level, *enrolment));
                self.protections.push((*level, *enrolment));
                self.protection_changed();
            }
            What::ProtectionEnded => {
                self.protection_on_record.clear();
                self.protections.clear();
                self.protection_changed();
                self.named.clear();
            }
            What::Named(staff, last_day) => {
                self.named.retain(|(named, _)| named != staff);
                self.named.push((*staff, *last_day));
            }
            What::Born(born) => self.born = Some(*born),
        }
    }

    fn hear_in_none(&mut self, Said { enrolment, what }: &Said) {
        let same_school = self.school.is_some() && self.school_of(*enrolment) == self.school;
        match what {
            What::Enrolled(school) => {
                self.goes_on_protected(*enrolment);
                self.is_on_record((*enrolment, *school));
            }
            What::TakenBack => self.taken_back(*enrolment),
            What::Linked(linked) => {
                self.is_former(linked.guardian, self.school_of(*enrolment));
                let again =
                    |one: &&(EnrolmentId, LinkedGuardian)| (one.0, one.1.guardian) == (*enrolment, linked.guardian);
                // Custody, or where the pupil lives, is put right by unlinking and linking anew.
                if let Some((_, before)) = self.unlinked.iter().rev().find(again) {
                    self.guardians.push(before.at_most(*linked));
                }
            }
            What::Unlinked(guardian) => {
                self.is_former(*guardian, self.school_of(*enrolment));
                if same_school {
                    let linked = self.guardians.iter().find(|linked| linked.guardian == *guardian);
                    self.unlinked.extend(linked.map(|linked| (*enrolment, *linked)));
                    self.unlink(*guardian);
                }
            }
            What::Consented(guardian, last_day) => {
                let before = self.consents.iter_mut().filter(|(told, _)| same_school && told == guardian);
                before.for_each(|(_, until)| *until = (*until).min(*last_day));
            }
            What::ConsentWithdrawn(guardian) if same_school => self.withdraw(*guardian),
            What::Begun(guard, guardian) => {
                if *guard == Guard::Identity && !same_school && !self.guardians_protected.contains(guardian) {
                    self.protected_before.push(*guardian);
                }
                self.guarded(*guard).begin((*guardian, *enrolment));
            }
            What::Ended(guard, guardian) => {
                self.guarded(*guard).end_there((*guardian, *enrolment));
                self.forget_unprotected();
            }
            What::Protected(level) => {
                self.protection_on_record.push((*level, *enrolment));
                // That it was not known yet is of the enrolment.
                if same_school && *level != ProtectionLevel::NotYetKnown {
                    self.protections.push((*level, *enrolment));
                    self.protection_changed();
                }
            }
            What::ProtectionEnded => {
                self.protection_on_record.clear();
                self.protections.retain(|(_, said_in)| said_in != enrolment);
                self.protection_changed();
            }
            What::ConsentWithdrawn(_) | What::Named(..) | What::Born(_) => {}
        }
    }

    /// At another school the case does not follow the pupil: guardians are part of it, and who was named for a protected pupil was named
    /// by the principal of the school that was left. What keeps somebody away stays. An enrolment that came after one that was none
    /// began a case of its own as well, for nobody there said of whom the case before it was.
    fn enrolled(&mut self, (enrolment, school): (EnrolmentId, SchoolId)) {
        let there = self.latest.map(|(_, school)| school);
        let left = [self.school, there].into_iter().flatten().filter(|left| *left != school);
        let left: Vec<SchoolId> = left.collect();
        // Who enrols a pupil whose identity is protected need not say so again.
        if let Some(level) = self.goes_on_protected(enrolment) {
            for school in &left {
                self.leaves_protected(*school);
            }
            self.protections.push((level, enrolment));
            self.protection_changed();
        }
        if !left.is_empty() {
            for linked in std::mem::take(&mut self.guardians) {
                self.is_former(linked.guardian, self.school);
            }
            self.consents.clear();
            self.named.clear();
            self.protected_before = self.guardians_protected.iter().collect();
        }
        self.is_on_record((enrolment, school));
        self.school = Some(school);
    }

    fn taken_back(&mut self, enrolment: EnrolmentId) {
        let school = self.school_of(enrolment).filter(|school| Some(*school) != self.school);
        let said_there = self.protection_on_record.iter().rev().find(|(_, said_in)| *said_in == enrolment).copied();
        if let Some(school) = school.filter(|_| said_there.is_some()) {
            self.leaves_protected(school);
        }
        if self.latest.is_some_and(|(latest, _)| latest == enrolment) {
            self.latest = self.earlier.pop();
        }
        self.earlier.retain(|(other, _)| *other != enrolment);
        if self.school.is_none() {
            // There is no enrolment before it that says otherwise.
            self.protections.extend(said_there);
            self.protection_changed();
        }
        self.protection_on_record.retain(|(_, other)| *other != enrolment);
    }

    /// The protection that was in force when the pupil was enrolled is said of that enrolment too.
    fn goes_on_protected(&mut self, enrolment: EnrolmentId) -> Option<ProtectionLevel> {
        let in_force = self.protection.or_else(|| self.protection_on_record.last().map(|(level, _)| *level));
        self.protection_on_record.extend(in_force.map(|level| (level, enrolment)));
        in_force
    }

    fn protection_changed(&mut self) {
        self.protection = self.protections.last().map(|(level, _)| *level);
    }

    fn leaves_protected(&mut self, school: SchoolId) {
        if !self.left_protected.contains(&school) {
            self.left_protected.push(school);
        }
    }

    fn guarded(&mut self, guard: Guard) -> &mut Guarded {
        match guard {
            Guard::Ban => &mut self.bans,
            Guard::Withholding => &mut self.withheld,
            Guard::Identity => &mut self.guardians_protected,
        }
    }

    fn guardian_protection_ended(&mut self, guardian: GuardianId) {
        self.protected_before.retain(|protected| *protected != guardian);
        // Who was named was named for what is over: what a school before says of a guardian names nobody here.
        if self.protection.is_none() && self.guardians_protected_here().next().is_none() {
            self.named.clear();
        }
    }

    fn forget_unprotected(&mut self) {
        let Self { protected_before, guardians_protected, .. } = self;
        protected_before.retain(|guardian| guardians_protected.contains(guardian));
    }

    /// What keeps somebody from the pupil ends when it is lifted, and by nothing else: it holds when they are linked anew.
    fn unlink(&mut self, guardian: GuardianId) {
        self.guardians.retain(|linked| linked.guardian != guardian);
        self.withdraw(guardian);
    }

    fn withdraw(&mut self, guardian: GuardianId) {
        self.consents.retain(|(told, _)| *told != guardian);
    }

    /// The guardian is the pupil's no longer at a school; or was not, in an enrolment that was none.
    fn is_former(&mut self, guardian: GuardianId, school: Option<SchoolId>) {
        let former = school.or(self.school).map(|school| (guardian, school));
        if let Some(former) = former.filter(|former| !self.former.contains(former)) {
            self.former.push(former);
        }
    }

    fn is_on_record(&mut self, enrolment: (EnrolmentId, SchoolId)) {
        self.earlier.extend(self.latest.replace(enrolment));
    }

    fn school_of(&self, enrolment: EnrolmentId) -> Option<SchoolId> {
        self.latest.iter().chain(&self.earlier).find(|(known, _)| *known == enrolment).map(|(_, school)| *school)
    }
}
