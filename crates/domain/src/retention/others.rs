//! What is due of those who are no pupils: guardians, and members of staff. They belong to no single school, and so are kept
//! as long as the one of their schools that keeps them longest says.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::{Due, Records, Subject, last, school_year_ends};
use crate::calendar::{Term, local_date};
use crate::event::EventKind;
use crate::id::{GuardianId, PupilId, SchoolId, StaffId};
use crate::projection::Projections;
use crate::state::outbox::Told;
use crate::state::{Assignment, Cover, PupilCase, World};
use crate::words::{Reference, RetentionClass};

/// What is over of a guardian's or a member of staff's records. Who they are goes last: it explains the rest.
pub(super) fn due_of(known: &Projections, subject: Subject, records: &[Records], today: NaiveDate) -> Vec<Due> {
    let world = &known.world;
    let (schools, ended) = match subject {
        Subject::Guardian(guardian) => (schools_of_guardian(world, guardian), relation_ended(known, guardian)),
        Subject::Staff(staff) => (schools_of_staff(world, staff), employment_ended(world, staff, today)),
        Subject::Pupil(_) => return Vec::new(),
    };
    let rests_on = match subject {
        Subject::Guardian(guardian) if ended.is_none() => sending_rests_on(world, guardian),
        Subject::Guardian(_) | Subject::Staff(_) | Subject::Pupil(_) => None,
    };
    let over = |one: &Records| {
        if one.class == RetentionClass::Message && rests_on.is_some_and(|first| one.period >= first) {
            return None;
        }
        let (school, months, plan_item) = longest(world, &schools, one.class, today)?;
        let begins = if one.period == 0 { ended? } else { school_year_ends(one.period)? };
        let since = begins.checked_add_months(Months::new(months.into()))?.succ_opt()?;
        (since <= today).then(|| Due {
            school,
            records: *one,
            plan_item: plan_item.clone(),
            since,
            last: last::explains(one.class),
        })
    };
    let mut due: Vec<Due> = records.iter().filter_map(over).collect();
    if due.len() < records.len() {
        due.retain(|due| !due.goes_last());
    }
    due
}

/// Whether it is known who they are, or whose guardian: when their relation ended follows from that.
pub(super) fn is_known(world: &World, subject: Subject) -> bool {
    match subject {
        Subject::Pupil(pupil) => world.case(pupil).is_some(),
        Subject::Guardian(guardian) => pupils_of(world, guardian).next().is_some(),
        Subject::Staff(staff) => world.staff_member(staff).is_some(),
    }
}

/// The school whose plan keeps them longest, how long, and by which item; `None` where one of the schools says nothing.
pub(super) fn longest<'a>(
    world: &'a World,
    schools: &BTreeSet<SchoolId>,
    class: RetentionClass,
    today: NaiveDate,
) -> Option<(SchoolId, u16, &'a Reference)> {
    let mut longest: Option<(SchoolId, u16, &Reference)> = None;
    for id in schools {
        let (months, plan_item) = world.school(*id)?.retention_on(class, today)?;
        if longest.is_none_or(|(_, most, _)| months > most) {
            longest = Some((*id, months, plan_item));
        }
    }
    longest
}

/// The pupils whose guardian it is or was.
pub(super) fn pupils_of(world: &World, guardian: GuardianId) -> impl Iterator<Item = (PupilId, &PupilCase)> {
    world.cases().filter(move |(_, case)| case.guardians_ever().any(|one| one == guardian))
}

fn schools_of_guardian(world: &World, guardian: GuardianId) -> BTreeSet<SchoolId> {
    let ever = |case: &PupilCase| case.enrolments().map(|enrolment| enrolment.school).collect::<Vec<_>>();
    let schools: BTreeSet<SchoolId> = pupils_of(world, guardian).flat_map(|(_, case)| ever(case)).collect();
    or_all(world, schools)
}

pub(super) fn or_all(world: &World, schools: BTreeSet<SchoolId>) -> BTreeSet<SchoolId> {
    if schools.is_empty() { world.schools().map(|(id, _)| id).collect() } else { schools }
}

/// The last day on which the guardian had a pupil; `None` while there is one, or somebody who must be kept from them, or
/// nobody is known whose guardian it ever was.
fn relation_ended(known: &Projections, guardian: GuardianId) -> Option<NaiveDate> {
    let mut ended = None;
    for (pupil, case) in pupils_of(&known.world, guardian) {
        let kept_from = case.bans.contains(&guardian) || case.withheld.contains(&guardian);
        let linked = case.guardians.iter().any(|linked| linked.guardian == guardian);
        let day = case.facts.last_day_on_record();
        let day = if linked || kept_from { day? } else { unlinked(known, pupil).into_iter().chain(day).max()? };
        ended = ended.max(Some(day));
    }
    ended
}

/// The last day on which a guardian of the pupil's was unlinked, whichever it was, or a new school began to link its own.
fn unlinked(known: &Projections, pupil: PupilId) -> Option<NaiveDate> {
    let entries = known.timeline.cases.get(&pupil).into_iter().flat_map(|case| case.entries.iter());
    let entries = entries.filter_map(|packed| packed.entry());
    let ends = entries.filter(|entry| matches!(entry.kind, EventKind::GuardianUnlinked | EventKind::PupilEnrolled));
    ends.map(|entry| local_date(entry.key.occurred)).max()
}

/// The first school year whose messages are still needed while the guardian may be written to: that an address came back for
/// good, so that nothing is sent there again, and what digests told of each pupil whom the guardian still has at a school, so that it is not told
/// again, and nothing after it is left out. `None`: none is.
fn sending_rests_on(world: &World, guardian: GuardianId) -> Option<u16> {
    let outbox = &world.guardian(guardian)?.outbox;
    if outbox.bounced {
        return Some(0);
    }
    let children = world.children_of(guardian);
    let goes = |pupil: PupilId| world.case(pupil).is_some_and(|case| case.facts.latest.left.is_none());
    let may_be = |told: &&Told| children.contains(&told.pupil) && goes(told.pupil);
    let told = outbox.told.iter().filter(|told| told.position > 0).filter(may_be);
    told.map(|told| Term::of(told.last).school_year()).min()
}

pub(super) fn schools_of_staff(world: &World, staff: StaffId) -> BTreeSet<SchoolId> {
    let roles = world.staff_member(staff).map(|member| member.roles.as_slice()).unwrap_or_default();
    if roles.iter().any(|change| change.grant.school.is_none()) {
        return or_all(world, BTreeSet::new());
    }
    or_all(world, roles.iter().filter_map(|change| change.grant.school).collect())
}

/// The day on which the person's last role was withdrawn (slutade); `None` while there is one, or one is still somebody's
/// mentor or stands in.
fn employment_ended(world: &World, staff: StaffId, today: NaiveDate) -> Option<NaiveDate> {
    let member = world.staff_member(staff)?;
    if !member.grants.is_empty() || world.cases().any(|(_, case)| is_with(case, staff, today)) {
        return None;
    }
    member.roles.iter().map(|change| change.on).max()
}

/// Whether the pupil goes to a school and has the person as mentor, or as who stands in, now or later.
fn is_with(case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    let goes = case.facts.latest.last_day().is_none_or(|last| today <= last);
    let mentors = |one: &Assignment| one.mentor == staff && one.until.is_none_or(|until| today <= until);
    let covers = |one: &Cover| one.deputy == staff && today <= one.until;
    goes && (case.assignments.iter().any(mentors) || case.covers.iter().any(covers))
}
