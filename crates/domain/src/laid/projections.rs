//! Everything that is known. What can be folded from the few changes that are kept is folded again: schools, and what is so
//! in each case.

use std::hash::Hash;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Bytes, Laid, laid_fields, laid_variants, lay_block, lay_count, picked};
use crate::event::pupil::Placement;
use crate::event::{EventKind, SchoolEvent};
use crate::id::{PupilId, SchoolId, StaffId};
use crate::projection::absence::days::{Day, PupilDays, Share};
use crate::projection::absence::rows::DayRows;
use crate::projection::absence::{Absence, Figures, Groups, Scope};
use crate::projection::as_of::Past;
use crate::projection::caseload::{Caseload, Contact, ContactLog, Held};
use crate::projection::change::Change;
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::projection::timeline::{Case, Packed, Timeline};
use crate::projection::workload::{Development, Entry as Spending, Opening, Spent, Workload};
use crate::projection::{AsOf, Projections};
use crate::state::ById;
use crate::state::guardian::{Guardian, KnownGuardian};
use crate::state::outbox::{Covered, Message, Outbox, PassedOver, Preference, Standing, Told};
use crate::state::pupil::Days;
use crate::state::staff::{RoleChange, Staff, StaffMember};
use crate::state::work::{
    BookedTalk, LadderStep, Offer, Opened, Plan, PlanStanding, Referral, ReferralStanding, SafetyNote,
};
use crate::state::{Pupil, PupilCase, RegisteredSchool, School, World};
use crate::words::{ClassName, Grade};

laid_fields! {
    Case { entries, enrolments, corrected, ended }
    Timeline { cases }
    Held { assignment, pupil, enrolment, mentor, kind, principal, from, recorded, begins, ends }
    Contact { occurred, position, guardian, reached }
    ContactLog { contacts, corrected }
    Caseload { of_mentor, of_pupil, at_school, contacts, covered_by }
    Absence { pupils, groups, remainders, last, held }
    Figures { all, with_mentor, without_mentor }
    PupilDays { days, corrected, shares }
    Day { date, recorded, minutes }
    Share { school, term, placement, mentored, sums }
    Spending { on, position, spent, minutes, word, preventive, sampled }
    Opening { event, kind, on, position, closed }
    Development { on, day, position, held }
    Workload { of_staff, openings, talks, development, corrected_of, corrected_about }
    Past { days, minutes, cases, schools, guardians }
    RoleChange { position, on, grant, granted }
    StaffMember { version, name, grants, roles, working_times, arranged, sampled }
    KnownGuardian { version, name, outbox }
    Outbox { address, confirmed, vouched, bounced, stopped, preference, said, told, messages, passed_over }
    Preference { frequency, language, plain_text }
    Message {
        class, period, since, standing, at, attempts, unanswered, claimed, known, covers, earlier, before, address, seen
    }
    Covered { pupil, named, told }
    Told { pupil, position, first, last }
    PassedOver { class, period, reason }
    LadderStep { opened, enrolment, step, since, open }
    Referral { opened, enrolment, team, since, standing }
    BookedTalk { booked, enrolment, since, on, held }
    Plan { drafted, enrolment, since, standing }
    Offer { made, enrolment, mentor, by }
    SafetyNote { noted, enrolment, by }
    Opened { steps, referrals, talks, plans, decisions, offers, safety, reported, held, corrected }
}

laid_variants! {
    Change { 0 => Happened(event), 1 => LeftErased(day) }
    Spent { 0 => GuardianContact, 1 => Case(kind), 2 => Logged(category), 3 => Taken(task), 4 => Group(activity) }
    ReferralStanding { 0 => Opened, 1 => Returned, 2 => Accepted, 3 => Declined, 4 => Closed }
    PlanStanding { 0 => Drafted, 1 => Adopted, 2 => Rejected, 3 => Ended }
    Staff { 0 => Joined(member), 1 => Erased { version } }
    Guardian { 0 => Known(guardian), 1 => Erased { version } }
    Standing {
        0 => Prepared, 1 => Claimed { attempt, until }, 2 => Failed { failure, again }, 3 => Sent, 4 => Refused(reason),
        5 => GivenUp(failure), 6 => Bounced(of),
    }
}

impl Laid for Corrected {
    fn lay(&self, out: &mut Vec<u8>) {
        self.0.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Rows::pick(from).map(Self)
    }
}

impl<Row: Laid> Laid for Rows<Row> {
    fn lay(&self, out: &mut Vec<u8>) {
        self.0.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Laid::pick(from).map(Self)
    }
}

impl Laid for Days {
    fn lay(&self, out: &mut Vec<u8>) {
        self.first.lay(out);
        self.words.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some(Self { first: Laid::pick(from)?, words: Laid::pick(from)? })
    }
}

impl Laid for Packed {
    fn lay(&self, out: &mut Vec<u8>) {
        Packed::laid(*self).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Packed::picked(Laid::pick(from)?)
    }
}

impl Laid for DayRows {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_block(self.packed(), out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Self::unpacked(from.block()?)
    }
}

impl Laid for Groups {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_sorted(&self.0, out, Laid::lay);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Laid::pick(from).map(Self)
    }
}

/// By its grade, class and placement, of which it has some.
impl Laid for Scope {
    fn lay(&self, out: &mut Vec<u8>) {
        let (grade, class, placement) = match self {
            Self::School => (None, None, None),
            Self::Grade(grade) => (Some(*grade), None, None),
            Self::Class(class) => (None, Some(class.clone()), None),
            Self::GradeClass(grade, class) => (Some(*grade), Some(class.clone()), None),
            Self::Placement(placement) => (None, None, Some(placement.clone())),
        };
        (grade, class, placement).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let said: (Option<Grade>, Option<ClassName>, Option<Placement>) = Laid::pick(from)?;
        match said {
            (None, None, None) => Some(Self::School),
            (Some(grade), None, None) => Some(Self::Grade(grade)),
            (None, Some(class), None) => Some(Self::Class(class)),
            (Some(grade), Some(class), None) => Some(Self::GradeClass(grade, class)),
            (None, None, Some(placement)) => Some(Self::Placement(placement)),
            (Some(_), _, Some(_)) | (None, Some(_), Some(_)) => None,
        }
    }
}

/// What is left of a case beside its facts.
type KeptCase = (u64, Option<(Days, Arc<Opened>, Vec<(SchoolId, Days)>)>);

impl Laid for Projections {
    fn lay(&self, out: &mut Vec<u8>) {
        for kind in EventKind::ALL {
            kind.name().to_owned().lay(out);
        }
        self.position.lay(out);
        self.past.lay(out);
        lay_world(&self.world, out);
        self.timeline.lay(out);
        self.caseload.lay(out);
        self.absence.lay(out);
        self.workload.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        for kind in EventKind::ALL {
            if String::pick(from)? != kind.name() {
                return None;
            }
        }
        let position = u64::pick(from)?;
        let past = Past::pick(from)?;
        Some(Self {
            position,
            world: pick_world(&past, from)?,
            timeline: Laid::pick(from)?,
            caseload: Laid::pick(from)?,
            absence: Laid::pick(from)?,
            workload: Laid::pick(from)?,
            past,
        })
    }
}

fn lay_world(world: &World, out: &mut Vec<u8>) {
    lay_sorted(&world.schools, out, |school, out| (school.version(), school.registered().is_some()).lay(out));
    lay_sorted(&world.staff, out, Laid::lay);
    world.guardians.lay(out);
    world.children.lay(out);
    world.protecting.lay(out);
    world.protected.lay(out);
    world.pupils.lay(out);
}

fn pick_world(past: &Past, from: &mut Bytes<'_>) -> Option<World> {
    let mut world = World::default();
    for (id, (version, registered)) in Vec::<(SchoolId, (u64, bool))>::pick(from)? {
        let events = past.schools.get(&id).map(|events| events.iter().map(|(_, event): &(u64, SchoolEvent)| event));
        let school = if registered {
            let school = RegisteredSchool::after(version, events?)?;
            world.codes.insert(school.details.code.clone(), id);
            School::Registered(Box::new(school))
        } else {
            School::Erased { version }
        };
        world.schools.insert(id, Arc::new(school));
    }
    for (id, staff) in Vec::<(StaffId, Arc<Staff>)>::pick(from)? {
        for (_, matter) in staff.member().into_iter().flat_map(|member| &member.arranged) {
            world.names(id, matter);
        }
        world.staff.insert(id, staff);
    }
    world.guardians = Laid::pick(from)?;
    world.children = Laid::pick(from)?;
    world.protecting = Laid::pick(from)?;
    world.protected = Laid::pick(from)?;
    for _ in 0..from.count()? {
        let (id, mut piece) = (PupilId::pick(from)?, from.piece()?);
        if let Some(changes) = past.cases.piece(&id) {
            piece.beside = changes.own.clone();
        }
        world.pupils.insert_laid(id, piece);
        world.roll.insert(id);
    }
    Some(world)
}

/// A pupil, without what is so in the case: that follows from what changed it.
pub(super) fn lay_pupil(pupil: &Pupil, out: &mut Vec<u8>) {
    let kept =
        pupil.case().map(|case| (case.registered.clone(), Arc::clone(&case.opened), case.registered_elsewhere.clone()));
    (pupil.version(), kept).lay(out);
}

/// A pupil, with what changed the case.
pub(super) fn pick_pupil(kept: &[u8], changes: &[u8]) -> Option<Pupil> {
    let (version, kept): KeptCase = picked(kept)?;
    let Some((registered, opened, registered_elsewhere)) = kept else { return Some(Pupil::Erased { version }) };
    let changes: Vec<(u64, NaiveDate, Change)> = picked(changes)?;
    let facts = Arc::new(Change::facts(&changes, AsOf::now(NaiveDate::MAX))?);
    let left = facts.latest.left.is_some();
    let case = PupilCase { version, facts, since: Change::since(&changes)?, registered, registered_elsewhere, opened };
    Some(if left { Pupil::Left(case) } else { Pupil::Enrolled(case) })
}

/// A map in the order of its keys, so that the same is laid out the same.
fn lay_sorted<K: Laid + Hash + Ord + Copy, V: Clone>(
    map: &ById<K, V>,
    out: &mut Vec<u8>,
    lay: impl Fn(&V, &mut Vec<u8>),
) {
    let mut all: Vec<(&K, &V)> = map.iter().collect();
    all.sort_unstable_by_key(|(key, _)| **key);
    lay_count(all.len(), out);
    for (key, value) in all {
        key.lay(out);
        lay(value, out);
    }
}
