//! Which past a question is about, on both time axes: what had happened by a day, as far as it was on record by then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};

use crate::actor::Role;
use crate::calendar::{Term, local_date, start_of_day};
use crate::event::{Event, SchoolEvent, SchoolMatter};
use crate::id::{EnrolmentId, GuardianId, PupilId, SchoolId, StaffId};
use crate::projection::Projections;
use crate::projection::caseload::Held;
use crate::projection::change::Change;
use crate::projection::rows::Rows;
use crate::projection::workload::{Load, Span};
use crate::recorded::{Body, Recorded, StreamRef};
use crate::retention::Records;
use crate::state::{AT_ONCE, Assignment, ById, CaseFacts, Gathers, Kept, RegisteredSchool};

/// A point on both time axes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsOf {
    /// What had happened by the end of this day.
    pub day: NaiveDate,
    /// What was on record up to this position of the log; [`u64::MAX`]: everything that is known now.
    pub known: u64,
}

impl AsOf {
    /// What is so on a day, as known now.
    pub const fn now(day: NaiveDate) -> Self {
        Self { day, known: u64::MAX }
    }

    /// Whether it lies no later than another, on neither axis.
    pub fn is_by(self, other: Self) -> bool {
        self.day <= other.day && self.known <= other.known
    }

    /// The earliest point that lies by neither of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { day: self.day.max(other.day), known: self.known.max(other.known) }
    }
}

/// Why nobody has a pupil.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Uncovered {
    /// No mentor is assigned.
    NoMentor,
    /// The mentor is away, and nobody stands in.
    MentorAway,
    /// The mentor no longer has the role here, and nobody has taken over.
    RoleWithdrawn,
}

/// For so many days of the log it is known which minute each position lies in: more than lie between two days on which digests go.
const MINUTES_KEPT: i64 = 40;

/// The changes of a case, each with its position and the day on which it happened.
type Changes = Arc<Vec<(u64, NaiveDate, Change)>>;

/// How what is known came to be known: the few changes of each case and school, and where each day of the log ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Past {
    /// The first position of each day on which something was recorded.
    pub(crate) days: imbl::OrdMap<NaiveDate, u64>,
    /// The first position of each of the latest minutes in which something was recorded.
    pub(crate) minutes: imbl::OrdMap<DateTime<Utc>, u64>,
    pub(crate) cases: Kept<PupilId, Changes>,
    pub(crate) schools: ById<SchoolId, Arc<Vec<(u64, SchoolEvent)>>>,
    /// Where each guardian's events are, and the day on which each happened: there are many of them, and few ask for them.
    pub(crate) guardians: Kept<GuardianId, Rows<(u64, NaiveDate)>>,
}

impl Past {
    pub(super) fn apply(&mut self, recorded: &Recorded) {
        self.minute_begins(recorded);
        match recorded.stream {
            StreamRef::Pupil(pupil) => {
                if let Some(change) = Change::of(recorded) {
                    let day = local_date(recorded.happened());
                    self.cases.change(pupil, |changes| {
                        Arc::make_mut(changes).push((recorded.position, day, change));
                    });
                }
            }
            StreamRef::School(school) => {
                if let Body::Known(Event::School(event)) = &recorded.body {
                    Arc::make_mut(self.schools.entry(school).or_default()).push((recorded.position, event.clone()));
                }
            }
            StreamRef::Guardian(guardian) => {
                let day = local_date(recorded.happened());
                self.guardians.change(guardian, |rows| {
                    rows.put((recorded.position, day), |(position, _)| *position);
                });
            }
            StreamRef::Staff(_) => {}
        }
    }

    /// The maps that grow with the log.
    pub(super) fn each_kept(&mut self) -> [&mut dyn Gathers; 2] {
        let Self { cases, guardians, days: _, minutes: _, schools: _ } = self;
        [cases, guardians]
    }

    /// Takes in a minute of which nothing has been recorded yet, and the day that begins with it. One that a clock which went back
    /// shows again is none. Most events are of the minute of the one before, and cost no more than to see that.
    fn minute_begins(&mut self, recorded: &Recorded) {
        let Ok(minute) = recorded.recorded.duration_trunc(TimeDelta::minutes(1)) else { return };
        if self.minutes.get_max().is_some_and(|(last, _)| *last >= minute) {
            return;
        }
        self.minutes.insert(minute, recorded.position);
        let day = local_date(minute);
        if self.days.get_max().is_none_or(|(last, _)| *last < day) {
            self.days.insert(day, recorded.position);
        }
        let kept = minute - TimeDelta::days(MINUTES_KEPT);
        while let Some(oldest) = self.minutes.get_min().map(|(oldest, _)| *oldest).filter(|oldest| *oldest < kept) {
            self.minutes.remove(&oldest);
        }
    }

    /// The last position that was on record when a minute was over, of the latest weeks; in them everything was, where nothing has
    /// been recorded since.
    pub fn end_of_minute(&self, minute: DateTime<Utc>) -> u64 {
        let next = minute.duration_trunc(TimeDelta::minutes(1)).unwrap_or(minute) + TimeDelta::minutes(1);
        self.minutes.range(next..).next().map_or(u64::MAX, |(_, first)| first.saturating_sub(1))
    }

    /// The minute of a day in which a position was recorded; `None`: in none of that day, or it was weeks ago.
    pub fn minute_of(&self, day: NaiveDate, position: u64) -> Option<DateTime<Utc>> {
        let end = start_of_day(day.succ_opt().unwrap_or(day));
        let of_day = self.minutes.range(start_of_day(day)..end);
        of_day.take_while(|(_, first)| **first <= position).last().map(|(minute, _)| *minute)
    }

    /// The last position that was on record at the end of a day; 0 before the first. On the last day everything was.
    pub fn end_of(&self, day: NaiveDate) -> u64 {
        let Some(next) = day.succ_opt() else { return u64::MAX };
        self.days.range(next..).next().map_or(u64::MAX, |(_, first)| first.saturating_sub(1))
    }

    /// Positions of a guardian's events that had happened and were known, in their order: from them
    /// [`crate::state::Outbox::of`] tells what was written to the guardian, and what they wanted.
    pub fn of_guardian(&self, guardian: GuardianId, at: AsOf) -> impl Iterator<Item = u64> {
        let events = self.guardians.get(&guardian).into_iter().flat_map(|events| events.iter());
        events.filter(move |(position, day)| *position <= at.known && *day <= at.day).map(|(position, _)| *position)
    }

    /// Whether nothing of a guardian has been recorded after a position: what is known of them now was known then.
    pub fn nothing_of_guardian_since(&self, guardian: GuardianId, known: u64) -> bool {
        let mut events = self.guardians.get(&guardian).into_iter().flat_map(|events| events.iter());
        events.all(|(position, _)| *position <= known)
    }

    /// When a school's figures of a term had been published by then, as of when they are told ever since; of any term: the last
    /// time.
    pub fn publication(&self, school: SchoolId, of: Option<Term>, at: AsOf) -> Option<AsOf> {
        let by_day = self.end_of(at.day);
        let published = |(position, event): &&(u64, SchoolEvent)| {
            if let SchoolEvent::Settled(SchoolMatter::FiguresPublished { term }) = event {
                *position <= at.known.min(by_day) && of.is_none_or(|of| of == *term)
            } else {
                false
            }
        };
        let (known, _) = self.schools.get(&school)?.iter().rev().find(published)?;
        let day = self.days.iter().take_while(|(_, first)| *first <= known).last().map(|(day, _)| *day)?;
        // What was registered by then are the term's days: the figures are the term's, whole.
        let day = of.map_or(day, |term| day.max(term.last_day()));
        Some(AsOf { day, known: *known })
    }

    /// Which records have been erased, and at which position that is recorded: the last time, of those erased again.
    pub fn erased(&self) -> BTreeMap<Records, u64> {
        let mut erased = BTreeMap::new();
        for (position, event) in self.schools.values().flat_map(|events| events.iter()) {
            if let SchoolEvent::Settled(SchoolMatter::ErasureCarriedOut { subject, class, period }) = event {
                let records = Records { subject: *subject, class: *class, period: *period };
                let last = erased.entry(records).or_insert(*position);
                *last = (*last).max(*position);
            }
        }
        erased
    }

    /// What was so in a case after the changes that had happened by a day, of those up to a position.
    pub(crate) fn facts(&self, pupil: PupilId, at: AsOf) -> Option<CaseFacts> {
        Change::facts(self.cases.get(&pupil)?, at)
    }

    /// Whether a pupil's identity has ever been protected: cheaper to see than what was so on a day.
    fn ever_protected(&self, pupil: PupilId) -> bool {
        self.cases.get(&pupil).is_some_and(|changes| changes.iter().any(|(.., change)| change.protects()))
    }
}

impl Projections {
    /// What was so in a pupil's case on a day, as known at a position; `None`: nothing was, or it is erased. What begins or
    /// ends on a later day is not so yet; what was decided ahead stands there with its first day.
    pub fn facts(&self, pupil: PupilId, at: AsOf) -> Option<Arc<CaseFacts>> {
        let now = self.world.case(pupil)?;
        if now.since.is_by(at) {
            return Some(Arc::clone(&now.facts));
        }
        self.past.facts(pupil, at).map(Arc::new)
    }

    /// Whether a pupil's identity was protected (skyddad identitet) on a day, as far as was known.
    pub fn was_protected(&self, pupil: PupilId, at: AsOf) -> bool {
        self.past.ever_protected(pupil) && self.facts(pupil, at).is_some_and(|facts| facts.protection.is_some())
    }

    /// Whom a mentor had on a day, as far as was known, with what was so in their cases. What a row of a caseload shows of each is
    /// looked up together: it lies anywhere in memory, and one after another each would be waited for.
    pub fn held_by(&self, mentor: StaffId, at: AsOf) -> Vec<(&Arc<Held>, Arc<CaseFacts>)> {
        let held: Vec<&Arc<Held>> = self.caseload.of_mentor(mentor, at).collect();
        for some in held.chunks(AT_ONCE) {
            std::hint::black_box(self.world.near_facts(some.iter().map(|held| held.pupil)));
            std::hint::black_box(self.caseload.near_contacts(some.iter().map(|held| held.enrolment)));
        }
        held.into_iter().filter_map(|held| Some((held, self.facts(held.pupil, at)?))).collect()
    }

    /// A school unit as it was on a day, as known at a position: what had been settled by then, with what was settled ahead.
    pub fn school(&self, school: SchoolId, at: AsOf) -> Option<RegisteredSchool> {
        let now = self.world.school(school)?;
        let changes = self.past.schools.get(&school)?;
        let by_day = self.past.end_of(at.day);
        if changes.last().is_none_or(|(last, _)| *last <= at.known.min(by_day)) {
            return Some(now.clone());
        }
        let known = changes.iter().take_while(|(position, _)| *position <= at.known);
        let then =
            known.filter(|(position, event)| *position <= by_day || event.was_by(at.day)).map(|(_, event)| event);
        // How many changes there had been is not asked about the past.
        RegisteredSchool::after(now.version, then)
    }

    /// Every pupil who ever went to a school, with what was so in their cases.
    pub fn ever_at_school(&self, school: SchoolId, at: AsOf) -> Vec<(PupilId, Arc<CaseFacts>)> {
        self.caseload.ever_at(school).filter_map(|pupil| Some((pupil, self.facts(pupil, at)?))).collect()
    }

    /// The pupils who went to a school on a day, as far as was known.
    pub fn at_school(&self, school: SchoolId, at: AsOf) -> Vec<(PupilId, Arc<CaseFacts>)> {
        let mut pupils = self.ever_at_school(school, at);
        pupils.retain(|(_, facts)| facts.enrolment_at(school, at.day).is_some());
        pupils
    }

    /// The pupils at a school whom a principal answered for on a day, as far as was known.
    pub fn of_principal(&self, principal: StaffId, school: SchoolId, at: AsOf) -> Vec<(PupilId, Arc<CaseFacts>)> {
        let Some(unit) = self.school(school, at) else { return Vec::new() };
        let mut pupils = self.at_school(school, at);
        pupils.retain(|(_, facts)| {
            let placement = facts.enrolment_at(school, at.day).and_then(|enrolment| enrolment.placement_on(at.day));
            placement.is_some_and(|placement| unit.answers_for(principal, placement, at.day))
        });
        pupils
    }

    /// The pupils at a school whom nobody had on a day, as far as was known, and why: those without a mentor, and those
    /// whose mentors were all away or no longer mentors here, with nobody standing in.
    pub fn uncovered(&self, school: SchoolId, at: AsOf) -> Vec<(PupilId, Arc<CaseFacts>, Uncovered)> {
        let pupils = self.at_school(school, at).into_iter();
        pupils
            .filter_map(|(pupil, facts)| self.why_uncovered(school, &facts, at).map(|why| (pupil, facts, why)))
            .collect()
    }

    fn why_uncovered(&self, school: SchoolId, facts: &CaseFacts, at: AsOf) -> Option<Uncovered> {
        let member = |staff: StaffId| self.world.staff_member(staff);
        let lost = |staff| member(staff).is_none_or(|member| member.lost(Role::Mentor, school, at));
        let away = |staff| member(staff).is_some_and(|member| member.away_on(at.day, at.known));
        let there = |staff: StaffId| !lost(staff) && !away(staff);
        let here = facts.enrolment_at(school, at.day)?.id;
        if facts.covers_in(here, at.day).any(|cover| there(cover.deputy)) {
            return None;
        }
        let mut why = Uncovered::NoMentor;
        for assignment in facts.assignments_in(here, at.day) {
            let mentor = assignment.mentor;
            let deputy = || member(mentor).and_then(|member| member.deputy_on(at.day, school, at.known));
            let stands_in = |deputy| there(deputy) && self.works_here(deputy, school, at);
            if there(mentor) || deputy().is_some_and(stands_in) {
                return None;
            }
            why = why.max(if lost(mentor) { Uncovered::RoleWithdrawn } else { Uncovered::MentorAway });
        }
        Some(why)
    }

    /// Whether somebody is a mentor at a school, or has been one or will be, as far as was known. A deputy is named where
    /// both are mentors, and may have ceased to be one there.
    fn works_here(&self, staff: StaffId, school: SchoolId, at: AsOf) -> bool {
        let changes = self.world.staff_member(staff).into_iter().flat_map(|member| &member.roles);
        let mut granted = changes.filter(|change| change.granted && change.position <= at.known);
        granted.any(|change| change.grant.role == Role::Mentor && self.world.reaches(&change.grant, school))
    }

    /// What a staff member's days held, each minute once: under its category, within the mission of the day or outside it.
    pub fn load(&self, staff: StaffId, span: Span) -> Load {
        self.load_without(staff, span, &BTreeSet::new())
    }

    /// The same, with nothing but the minutes of what stands at some positions of the log.
    pub fn load_without(&self, staff: StaffId, span: Span, untold: &BTreeSet<u64>) -> Load {
        let member = self.world.staff_member(staff);
        let schools = member.map(|member| member.mentor_at((span.first, span.last), span.known)).unwrap_or_default();
        let at = AsOf { day: span.last, known: span.known };
        let known: Vec<_> = schools.into_iter().filter_map(|school| self.school(school, at)).collect();
        // Whoever works at two schools has two missions: what one of them holds is a mentor's task.
        let within = |on, category| {
            let missions = known.iter().filter_map(|school| school.mission_on(on));
            missions.map(|mission| mission.within.contains(category)).reduce(|one, other| one || other)
        };
        self.workload.held(staff, span, within, |position| !untold.contains(&position))
    }

    /// The mentor who answers for a pupil's development talks in an enrolment on a day: the main one, before one in addition.
    pub fn talks_owed_by(facts: &CaseFacts, enrolment: EnrolmentId, day: NaiveDate) -> Option<StaffId> {
        let order = |one: &&Assignment| (one.kind, one.from, one.id);
        facts.assignments_in(enrolment, day).min_by_key(order).map(|one| one.mentor)
    }

    /// The pupils for whose mentor somebody stood in on a day, as far as was known, each with the enrolment that the mentor had them
    /// in.
    pub fn covered_by(&self, deputy: StaffId, at: AsOf) -> Vec<(PupilId, EnrolmentId, Arc<CaseFacts>)> {
        let mut covered: BTreeMap<PupilId, (EnrolmentId, Arc<CaseFacts>)> = BTreeMap::new();
        for pupil in self.caseload.ever_covered_by(deputy) {
            let Some(facts) = self.facts(pupil, at) else { continue };
            let stands_in = facts.covers.iter().rfind(|cover| cover.deputy == deputy && cover.covers(at.day));
            if let Some(enrolment) = stands_in.map(|cover| cover.enrolment) {
                covered.insert(pupil, (enrolment, facts));
            }
        }
        let named = self.world.named_by(deputy);
        for (mentor, member) in named.filter(|(_, member)| member.away_on(at.day, at.known)) {
            let stands_in = |school| member.standing_deputy_on(at.day, school, at.known) == Some(deputy);
            for held in self.caseload.of_mentor(mentor, at) {
                let here = |facts: &Arc<CaseFacts>| {
                    let school = facts.enrolment(held.enrolment).map(|enrolment| enrolment.school);
                    school.is_some_and(|school| stands_in(school) && self.works_here(deputy, school, at))
                };
                let facts = self.facts(held.pupil, at).filter(here);
                covered.extend(facts.map(|facts| (held.pupil, (held.enrolment, facts))));
            }
        }
        covered.into_iter().map(|(pupil, (enrolment, facts))| (pupil, enrolment, facts)).collect()
    }

    /// The mentors who had pupils of a school on a day, with those pupils, as far as was known.
    pub fn loads(&self, school: SchoolId, at: AsOf) -> BTreeMap<StaffId, BTreeSet<PupilId>> {
        let mut loads = BTreeMap::<StaffId, BTreeSet<PupilId>>::new();
        for (pupil, facts) in self.at_school(school, at) {
            let here = facts.enrolment_at(school, at.day).into_iter();
            for assignment in here.flat_map(|enrolment| facts.assignments_in(enrolment.id, at.day)) {
                loads.entry(assignment.mentor).or_default().insert(pupil);
            }
        }
        loads
    }
}
