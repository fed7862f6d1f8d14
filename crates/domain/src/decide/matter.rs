//! What is settled for a member of staff or a school, from a day on; and what is done to many pupils at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Draft, Ruling, caseload, enrolment, plausible, publication, refuse};
use crate::actor::{Actor, Grant, Role};
use crate::digest::{digests_passed_over, in_term};
use crate::event::pupil::Placement;
use crate::event::staff::RoleWithdrawn;
use crate::event::{SchoolEvent, SchoolMatter, StaffEvent, StaffMatter};
use crate::id::{PupilId, SchoolId, StaffId};
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::retention;
use crate::state::{RegisteredSchool, StaffMember};
use crate::words::{Committee, Name, NotSent};

/// Longest retention period, in months.
const MOST_MONTHS: u16 = 1_200;
/// Most pupils that go on to the next year in one command.
const MOST_PUPILS: usize = 200;

pub(super) fn withdraw(draft: &mut Draft<'_>, staff: StaffId, grant: Grant) -> Ruling {
    let held = member(draft, staff, "staff")?.grants.contains(&grant);
    draft.not_oneself(staff, "staff")?;
    if !held {
        return refuse(Code::RoleMissing, "grant");
    }
    let stream = StreamRef::Staff(staff);
    draft.rests_on(stream);
    draft.happens(stream, StaffEvent::RoleWithdrawn(RoleWithdrawn { grant }));
    Ok(())
}

pub(super) fn arrange(draft: &mut Draft<'_>, staff: StaffId, matter: &StaffMatter) -> Ruling {
    let known = member(draft, staff, "staff")?;
    let stream = StreamRef::Staff(staff);
    let on = match matter {
        StaffMatter::StaffAway { first_day, last_day } => in_order(*first_day, *last_day)?,
        StaffMatter::StaffBack { on } => {
            draft.not_ahead(*on, "on")?;
            if !known.away_on(*on, u64::MAX) {
                return refuse(Code::NotSo, "on");
            }
            *on
        }
        StaffMatter::StandingDeputyNamed { deputy, school, first_day, last_day } => {
            let first = in_order(*first_day, *last_day)?;
            for school in deputy_for(draft, (staff, *deputy), *school)? {
                let (deputy, first_day, last_day) = (*deputy, *first_day, *last_day);
                let named = StaffMatter::StandingDeputyNamed { deputy, school: Some(school), first_day, last_day };
                draft.happened_on(stream, first, StaffEvent::Arranged(named));
            }
            draft.rests_on(StreamRef::Staff(*deputy));
            draft.rests_on(stream);
            return Ok(());
        }
        StaffMatter::ShareAgreed { principal, share, first_day } => {
            // Principals share a mentor of their own schools.
            let here = |grant: &Grant| {
                let school = grant.school.filter(|_| grant.role == Role::Principal);
                school.is_some_and(|school| draft.world.holds(known, Role::Mentor, school))
            };
            if !grants(draft, *principal).iter().any(here) {
                return refuse(Code::RoleMissing, "principal");
            }
            plausible(*first_day, "firstDay")?;
            let others: u32 = known
                .shares_on(*first_day, u64::MAX)
                .filter(|(agreed, _)| agreed != principal)
                .map(|(_, share)| u32::from(share.percent()))
                .sum();
            // Nobody can be agreed away beyond a full post.
            if others + u32::from(share.percent()) > 100 {
                return refuse(Code::InvalidInput, "share");
            }
            *first_day
        }
        StaffMatter::GroupActivityHeld { on, minutes, pupils, .. } => {
            draft.not_ahead(*on, "on")?;
            if minutes.0 == 0 || u32::from(minutes.0) > super::staff::DAY {
                return refuse(Code::InvalidInput, "minutes");
            }
            if *pupils < 2 {
                return refuse(Code::InvalidInput, "pupils");
            }
            draft.adds_to(stream);
            draft.happened_on(stream, *on, StaffEvent::Arranged(matter.clone()));
            return Ok(());
        }
        StaffMatter::ClassGiven { school, first_day, last_day, .. } => {
            draft.school(*school)?;
            // Of who works elsewhere no more is said than of nobody.
            if !draft.works_at(staff, *school) {
                return refuse(Code::NotFound, "staff");
            }
            if !draft.world.holds(known, Role::Teacher, *school) {
                return refuse(Code::RoleMissing, "school");
            }
            in_order(*first_day, *last_day)?
        }
    };
    draft.rests_on(stream);
    draft.happened_on(stream, on, StaffEvent::Arranged(matter.clone()));
    Ok(())
}

/// The schools for whose pupils a deputy is named: where both are mentors, and whoever names leads; the one that was asked for, or
/// all. Whoever leads one of a shared mentor's schools settles nothing for the pupils of the others.
fn deputy_for(
    draft: &Draft<'_>,
    (mentor, deputy): (StaffId, StaffId),
    asked: Option<SchoolId>,
) -> Result<BTreeSet<SchoolId>, crate::Refusal> {
    let holds = |staff: StaffId, role, school: SchoolId| {
        draft.world.staff_member(staff).is_some_and(|member| draft.world.holds(member, role, school))
    };
    let leads = |school: &SchoolId| match draft.actor {
        Actor::Setup => true,
        Actor::Staff(principal) => holds(principal, Role::Principal, *school),
    };
    if asked.is_some_and(|school| !leads(&school)) {
        return refuse(Code::NotFound, "school");
    }
    let both = |school: &SchoolId| [mentor, deputy].into_iter().all(|staff| holds(staff, Role::Mentor, *school));
    let schools = draft.world.schools().map(|(school, _)| school);
    let schools = schools.filter(|school| asked.is_none_or(|asked| asked == *school));
    let named: BTreeSet<_> = schools.filter(leads).filter(both).collect();
    if mentor == deputy || named.is_empty() { refuse(Code::RoleMissing, "deputy") } else { Ok(named) }
}

pub(super) fn settle(draft: &mut Draft<'_>, school: SchoolId, matter: &SchoolMatter) -> Ruling {
    let unit = draft.school(school)?;
    let stream = StreamRef::School(school);
    let matter = &delegated_by_whoever_asks(draft, matter);
    let on = match matter {
        SchoolMatter::DecisionDelegated { to, by, first_day, last_day, .. } => {
            draft.not_oneself(*to, "to")?;
            // A principal delegates what is their own to decide.
            let Some(by) = by.filter(|by| draft.actor == Actor::Setup || draft.actor == Actor::Staff(*by)) else {
                return refuse(Code::NotAllowed, "by");
            };
            caseload::holds(draft, by, Role::Principal, "by", school)?;
            let here = |grant: &Grant| draft.world.reaches(grant, school);
            if !grants(draft, *to).iter().any(here) {
                return refuse(Code::RoleMissing, "to");
            }
            draft.rests_on(StreamRef::Staff(*to));
            in_order(*first_day, *last_day)?
        }
        SchoolMatter::LadderPolicyAdopted { number, first_day, percent, window_days, inquiry: _ } => {
            plausible(*first_day, "firstDay")?;
            // Each policy has a number of its own, higher than those before it.
            if *number == 0 || unit.latest_ladder_policy().is_some_and(|latest| *number <= latest) {
                return refuse(Code::AlreadySo, "number");
            }
            if !(1..=100).contains(percent) {
                return refuse(Code::InvalidInput, "percent");
            }
            if !(1..=366).contains(window_days) {
                return refuse(Code::InvalidInput, "windowDays");
            }
            *first_day
        }
        SchoolMatter::AttendanceSenderChosen { first_day, .. } | SchoolMatter::DigestScheduleSet { first_day, .. } => {
            plausible(*first_day, "firstDay")?;
            *first_day
        }
        SchoolMatter::PlainContentDecided { first_day, last_day, .. } => in_order(*first_day, *last_day)?,
        SchoolMatter::FiguresPublished { term } => {
            if !unit.calendar.terms().contains(term) {
                return refuse(Code::OutsidePeriod, "term");
            }
            if unit.published(*term) {
                return refuse(Code::AlreadySo, "term");
            }
            if term.last_day() >= draft.today() {
                return refuse(Code::InTheFuture, "term");
            }
            publication::on_its_day(draft, unit, *term)?
        }
        SchoolMatter::PublicationDayAdopted { term, on } => {
            publication::may_be_adopted(draft, unit, *term, *on)?;
            draft.today()
        }
        SchoolMatter::RetentionAdopted { months, first_day, .. } => {
            plausible(*first_day, "firstDay")?;
            if !(1..=MOST_MONTHS).contains(months) {
                return refuse(Code::InvalidInput, "months");
            }
            *first_day
        }
        SchoolMatter::LegalHoldPlaced { subject, .. } => {
            if !retention::is_at(draft.world, *subject, school) {
                return refuse(Code::NotFound, subject.kind());
            }
            if unit.held().contains(subject) {
                return refuse(Code::AlreadySo, subject.kind());
            }
            draft.today()
        }
        SchoolMatter::LegalHoldLifted { subject } => {
            if !unit.held().contains(subject) {
                // Of one who never was here no more is said than of one who is nowhere.
                let was_here = retention::is_at(draft.world, *subject, school);
                return refuse(if was_here { Code::NotSo } else { Code::NotFound }, subject.kind());
            }
            draft.today()
        }
        SchoolMatter::PlacedUnderCommittee { committee, name } => placed_anew(draft, unit, (*committee, name))?,
        SchoolMatter::SchoolDigestsPassedOver { period, reason } => passed_over(draft, unit, (*period, *reason))?,
        // The first follows from the pupils' going on, the others are the program's own: never settled by themselves.
        SchoolMatter::YearRolledOver { .. }
        | SchoolMatter::ErasureBegun { .. }
        | SchoolMatter::RemainderKept { .. }
        | SchoolMatter::ErasureCarriedOut { .. }
        | SchoolMatter::FigureTold { .. }
        | SchoolMatter::ChangeTold { .. }
        | SchoolMatter::LoadTold { .. } => return refuse(Code::InvalidInput, "matter"),
    };
    draft.rests_on(stream);
    draft.happened_on(stream, on, SchoolEvent::Settled(matter.clone()));
    Ok(())
}

fn passed_over(
    draft: &Draft<'_>,
    unit: &RegisteredSchool,
    (period, reason): (NaiveDate, NotSent),
) -> Result<NaiveDate, crate::Refusal> {
    plausible(period, "period")?;
    if reason != NotSent::SchoolBreak || in_term(unit, period) {
        return refuse(Code::NotSo, "reason");
    }
    if digests_passed_over(unit, period) == Some(reason) {
        return refuse(Code::AlreadySo, "period");
    }
    Ok(draft.today())
}

fn placed_anew(
    draft: &Draft<'_>,
    unit: &RegisteredSchool,
    (committee, name): (Committee, &Name),
) -> Result<NaiveDate, crate::Refusal> {
    let is_so = unit.committee.as_ref().is_some_and(|(so, called)| *so == committee && called == name);
    if is_so { refuse(Code::AlreadySo, "committee") } else { Ok(draft.today()) }
}

/// Whoever delegates without saying whose decisions, delegates their own.
fn delegated_by_whoever_asks(draft: &Draft<'_>, matter: &SchoolMatter) -> SchoolMatter {
    let mut matter = matter.clone();
    if let (SchoolMatter::DecisionDelegated { by: by @ None, .. }, Actor::Staff(staff)) = (&mut matter, draft.actor) {
        *by = Some(staff);
    }
    matter
}

/// Many pupils go on to their next class: all of them or none.
pub(super) fn roll_over(
    draft: &mut Draft<'_>,
    school: SchoolId,
    first_day: NaiveDate,
    moves: &[(PupilId, Placement)],
) -> Ruling {
    draft.school(school)?;
    if moves.is_empty() || moves.len() > MOST_PUPILS {
        return refuse(Code::InvalidInput, "pupils");
    }
    let mut sorted: Vec<PupilId> = moves.iter().map(|(pupil, _)| *pupil).collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair.first() == pair.last()) {
        return refuse(Code::InvalidInput, "pupils");
    }
    for (pupil, placement) in moves {
        if draft.case(*pupil)?.latest.school != school {
            return refuse(Code::NotEnrolled, "pupils");
        }
        enrolment::move_class(draft, *pupil, placement, first_day)?;
    }
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    let pupils = u16::try_from(moves.len()).unwrap_or(u16::MAX);
    draft.happened_on(stream, first_day, SchoolEvent::Settled(SchoolMatter::YearRolledOver { first_day, pupils }));
    Ok(())
}

fn member<'a>(draft: &Draft<'a>, staff: StaffId, field: &'static str) -> Result<&'a StaffMember, crate::Refusal> {
    draft.world.staff_member(staff).ok_or(crate::Refusal::at(Code::NotFound, field))
}

/// What somebody holds; nothing for who is not there: of the two nobody is told which it is.
fn grants<'a>(draft: &Draft<'a>, staff: StaffId) -> &'a [Grant] {
    draft.world.staff_member(staff).map_or(&[], |member| &member.grants)
}

fn in_order(first: NaiveDate, last: NaiveDate) -> Result<NaiveDate, crate::Refusal> {
    plausible(first, "firstDay")?;
    plausible(last, "lastDay")?;
    if last < first { refuse(Code::InvalidInput, "lastDay") } else { Ok(first) }
}
