//! Legal holds (gallringsstopp): what they keep, and where one can be placed.

use std::collections::{BTreeMap, BTreeSet};

use super::{NOBODY, Records, Subject, others};
use crate::id::{GuardianId, SchoolId};
use crate::state::{PupilCase, World};

/// The holds that are in force, by school.
pub(crate) struct Holds(BTreeMap<SchoolId, BTreeSet<Subject>>);

impl Holds {
    pub(crate) fn of(world: &World) -> Self {
        let held = world.schools().map(|(id, school)| (id, school.held()));
        Self(held.filter(|(_, held)| !held.is_empty()).collect())
    }

    /// Whether anybody's records are held.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    fn name(&self, subject: Subject) -> bool {
        self.0.values().any(|held| held.contains(&subject))
    }

    /// Whether everything of somebody's is kept: by a hold of their own; of a guardian, by one of a pupil of theirs; of a member of
    /// staff, by one of a pupil or a guardian at a school where they had a role, for who they are explains what they recorded.
    pub(super) fn keep(&self, world: &World, subject: Subject) -> bool {
        if !self.any() {
            return false;
        }
        if subject == NOBODY {
            return true;
        }
        self.name(subject)
            || match subject {
                Subject::Pupil(_) => false,
                Subject::Guardian(guardian) => {
                    others::pupils_of(world, guardian).any(|(pupil, _)| self.name(Subject::Pupil(pupil)))
                }
                Subject::Staff(staff) => {
                    let schools = others::schools_of_staff(world, staff);
                    let held = schools.iter().filter_map(|school| self.0.get(school)).flatten();
                    held.into_iter().any(|held| !matches!(held, Subject::Staff(_)))
                }
            }
    }

    /// Whether the records of one who is or was the pupil's guardian are held: then it stays known whose guardian it was.
    pub(super) fn keep_guardian_of(&self, case: &PupilCase) -> bool {
        self.any() && case.guardians_ever().any(|guardian| self.name(Subject::Guardian(guardian)))
    }

    /// Whether these records are kept.
    pub(crate) fn keep_records(&self, world: &World, records: Records) -> bool {
        let explains = || {
            let Subject::Pupil(pupil) = records.subject else { return false };
            // Whose guardian it was is not known where the case is gone: anybody's hold may be about it.
            let kept = world.case(pupil).map_or_else(|| self.any(), |case| self.keep_guardian_of(case));
            records.class.lasts() && kept
        };
        self.keep(world, records.subject) || explains()
    }
}

/// Whether somebody is known at a school, so that their records can be held there: as a pupil who goes or went there, as the
/// guardian of one, or as one who has or had a role there.
pub fn is_at(world: &World, subject: Subject, school: SchoolId) -> bool {
    let went = |case: &PupilCase| case.facts.enrolments_at(school).next().is_some();
    match subject {
        Subject::Pupil(pupil) => world.case(pupil).is_some_and(went),
        Subject::Guardian(guardian) => {
            world.guardian(guardian).is_some()
                && others::pupils_of(world, guardian).any(|(_, case)| is_here(case, guardian, school))
        }
        Subject::Staff(staff) => world
            .staff_member(staff)
            .is_some_and(|member| member.roles.iter().any(|change| world.reaches(&change.grant, school))),
    }
}

/// Whether the school has or had the pupil when it was the guardian's: a guardian whom a later school linked is not known to the
/// one before.
pub(crate) fn is_here(case: &PupilCase, guardian: GuardianId, school: SchoolId) -> bool {
    let linked = case.guardians.iter().any(|linked| linked.guardian == guardian);
    (linked && case.facts.latest.school == school) || case.had_guardian_at(guardian, school)
}
