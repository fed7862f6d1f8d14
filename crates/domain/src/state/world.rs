//! Everything that decisions need to know, of every stream.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{ById, Gathers, Kept, at_once};
use crate::actor::{Grant, Role};
use crate::event::{Event, StaffEvent, StaffMatter};
use crate::id::{GuardianId, PupilId, SchoolId, StaffId};
use crate::recorded::{Body, Recorded, StreamRef};
use crate::state::{
    CaseFacts, FoldError, Guardian, KnownGuardian, LinkedGuardian, Pupil, PupilCase, RegisteredSchool, School, Staff,
    StaffMember,
};
use crate::words::{Committee, SchoolCode};

/// The state of every stream. Cheap to clone: clones share what has not changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct World {
    pub(crate) schools: ById<SchoolId, Arc<School>>,
    pub(crate) staff: ById<StaffId, Arc<Staff>>,
    pub(crate) pupils: Kept<PupilId, Arc<Pupil>>,
    pub(crate) guardians: Kept<GuardianId, Arc<Guardian>>,
    pub(crate) codes: imbl::HashMap<SchoolCode, SchoolId>,
    /// The pupils of each guardian; a guardian without any is not there.
    pub(crate) children: Kept<GuardianId, Arc<Vec<PupilId>>>,
    /// The pupils of whom it is said that a guardian's identity is protected, also where the guardian is no longer linked.
    pub(crate) protecting: Kept<GuardianId, Arc<Vec<PupilId>>>,
    /// The pupils whose identity is protected, or was when they left a school, in order.
    pub(crate) protected: imbl::OrdSet<PupilId>,
    /// Who named each standing deputy, ever; a member of staff whom nobody has named is not there.
    pub(crate) named_by: ById<StaffId, Arc<BTreeSet<StaffId>>>,
    /// Every pupil of whom anything is known, in order.
    pub(crate) roll: imbl::OrdSet<PupilId>,
}

impl World {
    /// Takes one event in, and tells what of a pupil's case is no longer as it was. On an error nothing has changed.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<Option<Changed>, FoldError> {
        match recorded.stream {
            StreamRef::School(id) => {
                let school = fold(self.schools.get(&id), recorded, School::apply)?;
                self.schools.insert(id, school);
                if let Some(school) = self.school(id) {
                    let code = school.details.code.clone();
                    self.codes.insert(code, id);
                }
            }
            StreamRef::Staff(id) => {
                let staff = fold(self.staff.get(&id), recorded, Staff::apply)?;
                self.staff.insert(id, staff);
                if let Body::Known(Event::Staff(StaffEvent::Arranged(matter))) = &recorded.body {
                    self.names(id, matter);
                }
            }
            StreamRef::Pupil(id) => {
                let changed = fold_pupil(&mut self.pupils, id, recorded)?;
                if recorded.version == 1 {
                    self.roll.insert(id);
                }
                if let Some(Changed { before, after }) = &changed {
                    self.regroup(id, before.as_deref(), after.as_deref());
                }
                return Ok(changed);
            }
            StreamRef::Guardian(id) => {
                let guardian = fold(self.guardians.get(&id), recorded, Guardian::apply)?;
                self.guardians.insert(id, guardian);
            }
        }
        Ok(None)
    }

    /// The maps that grow with the log.
    pub(crate) fn each_kept(&mut self) -> [&mut dyn Gathers; 4] {
        let Self {
            pupils,
            guardians,
            children,
            protecting,
            schools: _,
            staff: _,
            codes: _,
            roll: _,
            protected: _,
            named_by: _,
        } = self;
        [pupils, guardians, children, protecting]
    }

    /// A school unit in use.
    pub fn school(&self, id: SchoolId) -> Option<&RegisteredSchool> {
        self.schools.get(&id)?.registered()
    }

    /// A person employed.
    pub fn staff_member(&self, id: StaffId) -> Option<&StaffMember> {
        self.staff.get(&id)?.member()
    }

    /// Puts a member of staff under the standing deputy whom they name, if they name one.
    pub(crate) fn names(&mut self, staff: StaffId, matter: &StaffMatter) {
        if let StaffMatter::StandingDeputyNamed { deputy, .. } = matter {
            Arc::make_mut(self.named_by.entry(*deputy).or_default()).insert(staff);
        }
    }

    /// Those employed who have ever named a member of staff as their standing deputy.
    pub(crate) fn named_by(&self, deputy: StaffId) -> impl Iterator<Item = (StaffId, &StaffMember)> {
        let named = self.named_by.get(&deputy).into_iter().flat_map(|staff| staff.iter());
        named.filter_map(|staff| Some((*staff, self.staff_member(*staff)?)))
    }

    /// A pupil's life, whatever its phase.
    pub fn pupil(&self, id: PupilId) -> Option<&Arc<Pupil>> {
        self.pupils.get(&id)
    }

    /// A pupil's case, unless erased.
    pub fn case(&self, id: PupilId) -> Option<&PupilCase> {
        self.pupils.get(&id)?.case()
    }

    /// Brings near what most events of these pupils change.
    pub(crate) fn near(&self, pupils: &[PupilId]) -> usize {
        let cases = at_once(pupils.iter().filter_map(|id| self.case(*id)));
        cases.iter().flatten().map(|case| case.registered.near() + Arc::strong_count(&case.opened)).sum()
    }

    /// Brings near what is so in the cases of pupils.
    pub(crate) fn near_facts(&self, pupils: impl Iterator<Item = PupilId>) -> usize {
        let found = at_once(pupils.filter_map(|id| self.pupils.get(&id)));
        let facts = at_once(found.iter().flatten().filter_map(|pupil| pupil.case()).map(|case| &*case.facts));
        let placements = at_once(facts.iter().flatten().map(|facts| facts.latest.placements.as_slice()));
        placements.iter().flatten().filter_map(|placed| placed.last()).map(|(_, last)| last.class.as_str().len()).sum()
    }

    /// The case of another pupil, chosen by the id of one who is not there: the work of refusing it is what refusing a real
    /// one costs.
    pub(crate) fn stand_in(&self, id: PupilId) -> Option<&PupilCase> {
        let next = self.roll.range(id..).next().or_else(|| self.roll.get_min())?;
        self.case(*next)
    }

    /// A guardian, unless erased.
    pub fn guardian(&self, id: GuardianId) -> Option<&KnownGuardian> {
        self.guardians.get(&id)?.known()
    }

    /// The pupils of a guardian, in the order of their ids; whether anything of them may be told is another matter.
    pub fn children_of(&self, guardian: GuardianId) -> &[PupilId] {
        self.children.get(&guardian).map_or(&[], |pupils| pupils.as_slice())
    }

    /// Whether the guardian's identity is protected: who says so of one pupil says it of all, until it is said to have ended;
    /// also when the guardian is that pupil's no longer.
    pub fn guardian_protected(&self, guardian: GuardianId) -> bool {
        self.protecting.contains_key(&guardian)
    }

    /// Whether the identity of the pupil or of any guardian of theirs is protected, also of one who is no longer linked: whoever
    /// they are protected from may be the other guardian, and so nothing of the pupil is mailed to anybody.
    pub fn involves_protected(&self, case: &PupilCase) -> bool {
        let linked = |one: &LinkedGuardian| self.guardian_protected(one.guardian);
        case.protection.is_some() || !case.guardians_protected.is_empty() || case.guardians.iter().any(linked)
    }

    /// Whether the identity of any guardian is protected.
    pub fn protects_guardians(&self) -> bool {
        !self.protecting.is_empty()
    }

    /// The pupils whose identity is protected, or was when they left a school: where, and from whom, is another matter.
    pub fn protected(&self) -> impl Iterator<Item = PupilId> {
        self.protected.iter().copied()
    }

    /// Finds the pupil by their guardians, and by being protected: as the case has come to be.
    pub(crate) fn regroup(&mut self, pupil: PupilId, before: Option<&CaseFacts>, after: Option<&CaseFacts>) {
        let linked = |facts: Option<&CaseFacts>| -> Vec<GuardianId> {
            facts.map(|facts| facts.guardians.iter().map(|one| one.guardian).collect()).unwrap_or_default()
        };
        let protected = |facts: Option<&CaseFacts>| {
            facts.map(|facts| facts.guardians_protected.iter().collect::<Vec<_>>()).unwrap_or_default()
        };
        regroup(&mut self.children, pupil, &linked(before), &linked(after));
        regroup(&mut self.protecting, pupil, &protected(before), &protected(after));
        if after.is_some_and(|facts| facts.protection.is_some() || !facts.left_protected.is_empty()) {
            self.protected.insert(pupil);
        } else {
            self.protected.remove(&pupil);
        }
    }

    /// Every guardian, unless erased, in no order.
    pub fn guardians(&self) -> impl Iterator<Item = (GuardianId, &KnownGuardian)> {
        self.guardians.iter().filter_map(|(id, guardian)| Some((*id, guardian.known()?)))
    }

    /// Which school has this code.
    pub fn school_by_code(&self, code: &SchoolCode) -> Option<SchoolId> {
        self.codes.get(code).copied()
    }

    /// The committee (nämnd) that a school is under.
    pub fn committee_of(&self, school: SchoolId) -> Option<Committee> {
        self.school(school)?.committee.as_ref().map(|(committee, _)| *committee)
    }

    /// Whether two schools are under the same committee; those that are under none are together too.
    pub fn same_committee(&self, one: SchoolId, other: SchoolId) -> bool {
        self.committee_of(one) == self.committee_of(other)
    }

    /// Whether what was granted holds at the school: there, or for all schools of the committee.
    pub fn reaches(&self, grant: &Grant, school: SchoolId) -> bool {
        grant.school.is_none_or(|at| at == school)
            && (!grant.is_bound() || grant.committee == self.committee_of(school))
    }

    /// Whether the person holds the role at the school.
    pub fn holds(&self, member: &StaffMember, role: Role, school: SchoolId) -> bool {
        member.grants.iter().any(|grant| grant.role == role && self.reaches(grant, school))
    }

    /// Whether the person holds a role at the school, or ever held one.
    pub fn has_worked_at(&self, staff: StaffId, school: SchoolId) -> bool {
        let ever = (NaiveDate::MIN, NaiveDate::MAX);
        self.staff_member(staff)
            .is_some_and(|member| member.held_between(ever).any(|grant| self.reaches(&grant, school)))
    }

    /// Every school unit in use, in no order.
    pub fn schools(&self) -> impl Iterator<Item = (SchoolId, &RegisteredSchool)> {
        self.schools.iter().filter_map(|(id, school)| Some((*id, school.registered()?)))
    }

    /// Every person employed, in no order.
    pub fn staff(&self) -> impl Iterator<Item = (StaffId, &StaffMember)> {
        self.staff.iter().filter_map(|(id, staff)| Some((*id, staff.member()?)))
    }

    /// Every pupil's case that is not erased, in no order.
    pub fn cases(&self) -> impl Iterator<Item = (PupilId, &PupilCase)> {
        self.pupils.iter().filter_map(|(id, pupil)| Some((*id, pupil.case()?)))
    }

    /// Version of a stream; 0 when it has not begun.
    pub fn version(&self, stream: StreamRef) -> u64 {
        match stream {
            StreamRef::School(id) => self.schools.get(&id).map_or(0, |school| school.version()),
            StreamRef::Staff(id) => self.staff.get(&id).map_or(0, |staff| staff.version()),
            StreamRef::Pupil(id) => self.pupils.get(&id).map_or(0, |pupil| pupil.version()),
            StreamRef::Guardian(id) => self.guardians.get(&id).map_or(0, |guardian| guardian.version()),
        }
    }
}

/// Puts a pupil under those of whom it is so after, and takes it away from those of whom it was so before.
fn regroup(
    groups: &mut Kept<GuardianId, Arc<Vec<PupilId>>>,
    pupil: PupilId,
    before: &[GuardianId],
    after: &[GuardianId],
) {
    for guardian in before.iter().filter(|one| !after.contains(one)) {
        let Some(pupils) = groups.get_mut(guardian) else { continue };
        Arc::make_mut(pupils).retain(|one| *one != pupil);
        if pupils.is_empty() {
            groups.remove(guardian);
        }
    }
    for guardian in after.iter().filter(|one| !before.contains(one)) {
        groups.change(*guardian, |pupils| {
            let pupils = Arc::make_mut(pupils);
            if let Err(at) = pupils.binary_search(&pupil) {
                pupils.insert(at, pupil);
            }
        });
    }
}

/// What is so in a pupil's case, before and after an event that changed it; `None` where there is no case.
#[derive(Debug)]
pub struct Changed {
    /// Before it.
    pub before: Option<Arc<CaseFacts>>,
    /// After it.
    pub after: Option<Arc<CaseFacts>>,
}

/// Folds one event into a pupil's state where it stands: most of the log is about pupils, and few events change what is so.
fn fold_pupil(
    pupils: &mut Kept<PupilId, Arc<Pupil>>,
    id: PupilId,
    recorded: &Recorded,
) -> Result<Option<Changed>, FoldError> {
    let facts = |pupil: &Pupil| pupil.case().map(|case| Arc::clone(&case.facts));
    let Some(slot) = pupils.get_mut(&id) else {
        let pupil = Pupil::first(recorded)?;
        let after = facts(&pupil);
        pupils.insert(id, Arc::new(pupil));
        return Ok(Some(Changed { before: None, after }));
    };
    let pupil = Arc::make_mut(slot);
    // Few events do. Without one that does nobody holds on to the facts.
    let changes = pupil.changes_with(recorded);
    let before = if changes { facts(pupil) } else { None };
    pupil.apply(recorded)?;
    Ok(if changes { Some(Changed { before, after: facts(pupil) }) } else { None })
}

/// One stream's state after one event more.
fn fold<State: Clone>(
    before: Option<&Arc<State>>,
    recorded: &Recorded,
    apply: fn(Option<State>, &Recorded) -> Result<State, FoldError>,
) -> Result<Arc<State>, FoldError> {
    apply(before.map(|state| State::clone(state)), recorded).map(Arc::new)
}
