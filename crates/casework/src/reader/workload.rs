//! What a mentor's weeks hold, and which pupils nobody has talked with. Each as of a past day, when one is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use domain::access::{Part, Subject};
use domain::actor::{Actor, Role};
use domain::calendar::{IsoWeek, Term};
use domain::disclosure::FEWEST;
use domain::event::pupil::Placement;
use domain::event::{Event, EventKind};
use domain::id::{EnrolmentId, PupilId, SchoolId, StaffId};
use domain::projection::workload::{Load, Span};
use domain::projection::{AsOf, Projections};
use domain::recorded::{Body, StreamRef};
use domain::refusal::{Code, Refusal};
use domain::state::{CaseFacts, RegisteredSchool, Spell};
use domain::words::{TalkDuty, TeacherTask};
use storage::Position;

use super::figures::Audience;
use super::timeline::internal;
use super::{Reader, Seen};
use crate::answer::{CaseloadRow, Page, PageRequest, TakenOver, TermOfWork, WeekOfWork};
use crate::stored::decode;

/// Development talks with each pupil in a school year (10 kap. 12 § skollagen: at least one each term).
const TALKS_A_YEAR: u32 = 2;
/// The fewest mentors whose work is added up for those outside the school: fewer tell of persons.
const FEWEST_MENTORS: usize = 3;

/// A pupil whom a mentor had, or covered, in a week.
struct PupilOfWeek {
    pupil: PupilId,
    /// The last day of the week, so far, on which the mentor had or covered the pupil: what is told of the pupil is as of then.
    on: NaiveDate,
    /// Where the pupil went then.
    school: SchoolId,
    /// Where in the log the pupil was in it: what else was recorded is another's.
    own: Spell,
    /// Whether the pupil was the asker's then; otherwise one for another principal.
    askers: bool,
    /// What the mission said then about development talks.
    duty: Option<TalkDuty>,
    /// Who answered for them.
    owed_by: Option<StaffId>,
}

/// A pupil in an enrolment, with what was so in the case as of a day.
type CaseAt = (PupilId, EnrolmentId, Arc<CaseFacts>, AsOf);

/// Schools as they were, each looked up once.
type Units = BTreeMap<SchoolId, Option<RegisteredSchool>>;

impl Reader {
    /// What a mentor's week holds: their own, or that of a mentor at the principal's school. The last day told of is that of
    /// the question. Of what was done in cases of pupils who were not the asker's, only the minutes are told, in one sum.
    pub async fn workload(
        &self,
        mentor: StaffId,
        week: IsoWeek,
        at: AsOf,
    ) -> Result<Option<Seen<WeekOfWork>>, Refusal> {
        if !self.decides(Subject::Workload(mentor, week)) {
            self.ledger.refuse(mentor.to_string());
            return Ok(None);
        }
        let Some((first, last)) = week.days() else { return Err(Refusal::at(Code::InvalidInput, "week")) };
        if first > at.day {
            return Err(Refusal::at(Code::InTheFuture, "week"));
        }
        let at = AsOf { day: last.min(at.day), ..at };
        let span = Span { first, last: at.day, known: at.known };
        let load = self.view.load_without(mentor, span, &self.done_for_others(mentor, span).await?);
        Ok(Some(Seen(self.week_of((mentor, week), load, (first, at)))))
    }

    /// Positions of what the mentor did in cases of pupils who were not the asker's then, or who are not there for them. In whose
    /// case it was stands in the log. What can no longer be read is told of as little as possible.
    async fn done_for_others(&self, mentor: StaffId, span: Span) -> Result<BTreeSet<u64>, Refusal> {
        let mut others = BTreeSet::new();
        if self.actor == Actor::Setup || self.actor == Actor::Staff(mentor) {
            return Ok(others);
        }
        let at = AsOf { day: span.last, known: span.known };
        let mut units = Units::default();
        let positions: Vec<Position> = self.view.workload.in_cases(mentor, span).map(Position).collect();
        for event in &self.casework.log.read_at(positions).await.map_err(internal)? {
            let recorded = decode(event).map_err(internal)?;
            let askers = match (&recorded.body, recorded.stream) {
                (Body::Known(Event::Pupil(event)), StreamRef::Pupil(pupil)) => {
                    self.in_askers_case(mentor, (pupil, event.enrolment()), (&mut units, at))
                }
                (
                    Body::Known(Event::Pupil(_) | Event::School(_) | Event::Staff(_) | Event::Guardian(_))
                    | Body::Erased(_),
                    StreamRef::Pupil(_) | StreamRef::School(_) | StreamRef::Staff(_) | StreamRef::Guardian(_),
                ) => false,
            };
            if !askers {
                others.insert(recorded.position);
            }
        }
        Ok(others)
    }

    /// Whether an enrolment was the asker's on a day, or on the last before it: at a school that they lead, of a pupil for whom they
    /// answered there, and who is there for them.
    fn in_askers_case(
        &self,
        mentor: StaffId,
        (pupil, enrolment): (PupilId, EnrolmentId),
        (units, at): (&mut Units, AsOf),
    ) -> bool {
        // Also of a day that is the enrolment's no longer, since that was put right: what was done was done.
        let Some(facts) = self.known_case(pupil, at) else { return false };
        let Some(enrolment) = facts.enrolment(enrolment).filter(|one| !self.hidden_at(pupil, one.school)) else {
            return false;
        };
        let day = enrolment.last_day().map_or(at.day, |last| at.day.min(last)).max(enrolment.from);
        let unit = self.unit_of(enrolment.school, (units, at));
        self.leads(mentor, enrolment.school) && self.answered(mentor, unit, enrolment.placement_near(at.day), day)
    }

    /// A school as it was.
    fn unit_of<'a>(&self, school: SchoolId, (units, at): (&'a mut Units, AsOf)) -> Option<&'a RegisteredSchool> {
        units.entry(school).or_insert_with(|| self.view.school(school, at)).as_ref()
    }

    /// Whether a mentor's pupil, placed like this, was the asker's on a day: one's own all are one's own, another's those for whom
    /// the asker answered as their principal.
    fn answered(
        &self,
        mentor: StaffId,
        unit: Option<&RegisteredSchool>,
        placement: Option<&Placement>,
        day: NaiveDate,
    ) -> bool {
        let Actor::Staff(asker) = self.actor else { return true };
        let answers = |(unit, placement): (&RegisteredSchool, _)| unit.answers_for(asker, placement, day);
        asker == mentor || unit.zip(placement).is_some_and(answers)
    }

    /// Whom a mentor had or covered on any day of a week so far, each as on the last of these days: who stands in from Monday to Friday
    /// covers nobody on Sunday.
    fn pupils_of_week(&self, mentor: StaffId, (first, at): (NaiveDate, AsOf)) -> [Vec<PupilOfWeek>; 2] {
        let days = first.iter_days().take_while(|day| *day <= at.day);
        let days: Vec<AsOf> = days.map(|day| AsOf { day, ..at }).collect();
        let (mut held, mut covered) = (BTreeMap::new(), BTreeMap::new());
        for at in days.into_iter().rev() {
            for one in self.view.caseload.of_mentor(mentor, at) {
                held.entry((one.pupil, one.enrolment)).or_insert(at);
            }
            for (pupil, enrolment, facts) in self.view.covered_by(mentor, at) {
                covered.entry((pupil, enrolment)).or_insert((facts, at));
            }
        }
        covered.retain(|of, _| !held.contains_key(of));
        let held = held.into_iter().filter_map(|((pupil, enrolment), at)| {
            self.view.facts(pupil, at).map(|facts| (pupil, enrolment, facts, at))
        });
        let covered = covered.into_iter().map(|((pupil, enrolment), (facts, at))| (pupil, enrolment, facts, at));
        let mut units = Units::default();
        let mut told = |cases: Vec<CaseAt>| -> Vec<PupilOfWeek> {
            let of = |(pupil, enrolment, facts, on): CaseAt| {
                self.pupil_of_week(mentor, (pupil, enrolment, &facts), (&mut units, on))
            };
            cases.into_iter().filter_map(of).collect()
        };
        [told(held.collect()), told(covered.collect())]
    }

    fn week_of(&self, (mentor, week): (StaffId, IsoWeek), load: Load, (first, at): (NaiveDate, AsOf)) -> WeekOfWork {
        let [own, covered] = self.pupils_of_week(mentor, (first, at));
        let all = || own.iter().chain(&covered);
        // How many there were is told of all; what was in their cases only of the asker's, at a school that the asker leads.
        let askers = |one: &&PupilOfWeek| one.askers && self.leads(mentor, one.school);
        let open = |kind| {
            let here = |one: &PupilOfWeek| Span { first: NaiveDate::MIN, last: one.on, known: at.known };
            let all = all().filter(askers);
            all.map(|one| self.view.workload.open((one.pupil, &one.own), kind, here(one))).sum()
        };
        // Who has handed a pupil over in the week owes that pupil's talks no longer.
        let still = own.iter().filter(|one| one.on == at.day).filter(askers);
        let talks = still.map(|one| self.talks(mentor, one, at));
        let (talks_due, talks_held) = talks.fold((0, 0), |(due, held), talks| (due + talks.0, held + talks.1));
        // Who went to two schools in the week is one pupil.
        let who = |askers| all().filter(|one| one.askers == askers).map(|one| one.pupil).collect::<BTreeSet<_>>();
        let (askers_own, others) = (who(true), who(false));
        WeekOfWork {
            week,
            pupils: askers_own.len(),
            pupils_for_others: others.difference(&askers_own).count(),
            covered: covered.iter().map(|one| one.pupil).collect::<BTreeSet<_>>().len(),
            load,
            talks_due,
            talks_held,
            open_steps: open(EventKind::LadderStepOpened),
            open_referrals: open(EventKind::ReferralOpened),
            working_minutes: self.working_minutes(mentor, at),
            agreed_minutes: self.agreed_minutes(mentor, at),
            term: self.term_of(mentor, at),
        }
    }

    /// A pupil whom a mentor had, as the pupil was placed then; `None`: not to be counted for who asks. One's own pupils are one's
    /// own also when somebody else has them since; of another's, those were the asker's whom the asker answered for as their
    /// principal then.
    fn pupil_of_week(
        &self,
        mentor: StaffId,
        (pupil, enrolment, facts): (PupilId, EnrolmentId, &CaseFacts),
        (units, at): (&mut Units, AsOf),
    ) -> Option<PupilOfWeek> {
        let enrolment = facts.enrolment(enrolment).unwrap_or(&facts.latest);
        let school = enrolment.school;
        if self.hidden_at(pupil, school) || !self.within_committee(mentor, school) {
            return None;
        }
        let unit = self.unit_of(school, (units, at));
        let askers = self.answered(mentor, unit, enrolment.placement_on(at.day.max(enrolment.from)), at.day);
        let here = enrolment.covers(at.day);
        let duty = unit.filter(|_| here).and_then(|unit| unit.mission_on(at.day)).map(|mission| mission.talks);
        let owed_by = Projections::talks_owed_by(facts, enrolment.id, at.day);
        // Whatever happened since, also what is put right, says until when.
        let own = self.known_case(pupil, at).map(|known| known.spell_of(enrolment)).unwrap_or_default();
        Some(PupilOfWeek { pupil, on: at.day, school, own, askers, duty, owed_by })
    }

    /// The person's own working time in the week of a day.
    fn working_minutes(&self, mentor: StaffId, at: AsOf) -> Option<u32> {
        let set = self.view.world.staff_member(mentor)?.working_time(at.day, at.known)?;
        Some(u32::from(set.weekly.0) * u32::from(set.share.percent()) / 100)
    }

    /// What a week of the person's full post gives each principal whose share was agreed: the asker's, or all of one's own.
    fn agreed_minutes(&self, mentor: StaffId, at: AsOf) -> Option<u32> {
        let member = self.view.world.staff_member(mentor)?;
        let full = u32::from(member.working_time(at.day, at.known)?.weekly.0);
        let askers = |principal| self.actor == Actor::Staff(principal) || self.actor == Actor::Staff(mentor);
        let shares = member.shares_on(at.day, at.known).filter(|(principal, _)| askers(*principal));
        shares.map(|(_, share)| full * u32::from(share.percent()) / 100).reduce(|one, other| one + other)
    }

    /// The term so far: from its first day at the mentor's school, or from its half of the year where that is not set.
    fn term_of(&self, mentor: StaffId, at: AsOf) -> TermOfWork {
        let term = Term::of(at.day);
        let member = self.view.world.staff_member(mentor);
        let schools = member.map(|member| member.mentor_at((term.first_day(), at.day), at.known)).unwrap_or_default();
        let set = schools.into_iter().find_map(|school| self.view.school(school, at)?.calendar.span(term));
        let (first, last) = set.map_or((term.first_day(), term.last_day()), |span| (span.first(), span.last()));
        let monday = IsoWeek::of(first).days().map_or(first, |(monday, _)| monday);
        let last = last.min(at.day);
        let weeks = monday.iter_weeks().take_while(|monday| *monday <= last);
        let working = weeks.clone().map(|monday| {
            let sunday = monday.checked_add_days(Days::new(6)).unwrap_or(monday);
            self.working_minutes(mentor, AsOf { day: sunday.min(at.day), ..at })
        });
        // Weeks before a person's first with a working time are none of theirs: they came in the course of the term.
        let working: Vec<Option<u32>> = working.skip_while(Option::is_none).collect();
        let weeks = if working.is_empty() { weeks.count() } else { working.len() };
        let load = self.view.load(mentor, Span { first: monday, last: at.day, known: at.known });
        TermOfWork {
            term,
            weeks: u32::try_from(weeks).unwrap_or(u32::MAX),
            sampled_weeks: load.sampled_weeks,
            minutes: load.total_minutes(),
            working_minutes: (!working.is_empty()).then(|| working.into_iter().flatten().sum()),
        }
    }

    /// What everything that a mentor has and does, or had on a past day, is made from: another number when any of it has changed,
    /// or the asker's own rights, or the day. Says no more than that it is worth looking again: also what the asker may not see
    /// moves it, and so nobody may be told that it has moved.
    pub fn stamp_of(&self, mentor: StaffId, at: AsOf) -> u64 {
        let mut hasher = DefaultHasher::new();
        let world = &self.view.world;
        self.today.hash(&mut hasher);
        world.version(StreamRef::Staff(mentor)).hash(&mut hasher);
        // What they did for others' pupils, and what was corrected of it when the pupil is no longer theirs.
        self.view.workload.amount_of(mentor).hash(&mut hasher);
        if let Actor::Staff(asker) = self.actor {
            world.version(StreamRef::Staff(asker)).hash(&mut hasher);
        }
        for (school, _) in world.schools() {
            world.version(StreamRef::School(school)).hash(&mut hasher);
        }
        let held = self.view.caseload.of_mentor(mentor, at).map(|held| (held.pupil, held.enrolment));
        let covered = self.view.covered_by(mentor, at).into_iter().map(|(pupil, enrolment, _)| (pupil, enrolment));
        let present = |pupil, enrolment| world.case(pupil).is_some_and(|case| case.latest.id == enrolment);
        for (pupil, _) in held.chain(covered).filter(|(pupil, enrolment)| present(*pupil, *enrolment)) {
            (pupil, world.version(StreamRef::Pupil(pupil))).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Whether a mentor's pupils at a school are counted for who asks: one's own all; of another's those at schools of the
    /// committees whose schools the asker leads. How many a mentor has under another committee is that one's, also as a number.
    fn within_committee(&self, mentor: StaffId, school: SchoolId) -> bool {
        let Actor::Staff(asker) = self.actor else { return true };
        let world = &self.view.world;
        let Some(leader) = world.staff_member(asker) else { return asker == mentor };
        let theirs = world.committee_of(school);
        let leads = |(school, _)| world.holds(leader, Role::Principal, school) && world.committee_of(school) == theirs;
        asker == mentor || world.schools().any(leads)
    }

    /// Whether what a mentor does at a school is told to who asks: one's own all, else where the asker is a principal.
    fn leads(&self, mentor: StaffId, school: SchoolId) -> bool {
        let Actor::Staff(asker) = self.actor else { return true };
        let holds = |leader| self.view.world.holds(leader, Role::Principal, school);
        asker == mentor || self.view.world.staff_member(asker).is_some_and(holds)
    }

    /// Development talks with a pupil in the school year, due and done, for the mentor who answers for them: two a year
    /// where the mission says that mentors hold, attend or book them, and as many as are booked where they attend some.
    /// Whoever held them, they are done.
    fn talks(&self, mentor: StaffId, of: &PupilOfWeek, at: AsOf) -> (u32, u32) {
        if of.owed_by != Some(mentor) {
            return (0, 0);
        }
        let span = Span { first: NaiveDate::MIN, last: at.day, known: at.known };
        let year = Term::of(at.day).school_year();
        let (held, booked) = self.view.workload.development_talks((of.pupil, &of.own), year, span);
        match of.duty {
            Some(TalkDuty::Holds | TalkDuty::Attends) => (TALKS_A_YEAR, held.min(TALKS_A_YEAR)),
            Some(TalkDuty::Books) => (TALKS_A_YEAR, booked.min(TALKS_A_YEAR)),
            Some(TalkDuty::AttendsSome) => (booked.min(TALKS_A_YEAR), held.min(booked).min(TALKS_A_YEAR)),
            Some(TalkDuty::None) | None => (0, 0),
        }
    }

    /// What the mentors of a school have taken over from teachers in a term, added up: never by person. Outside the school
    /// only the tasks that several mentors have taken over, five times or more, and as known when the term was published, once it
    /// had been; no sum of all tasks stands beside them, from which another could be worked out.
    pub fn taken_over(&self, school: SchoolId, term: Term, at: AsOf) -> Option<Seen<Vec<TakenOver>>> {
        let Some(audience) = self.audience(Subject::Loads(school)) else {
            self.ledger.refuse(school.to_string());
            return None;
        };
        let outside = audience == Audience::Outside;
        let at = if outside { self.view.past.publication(school, Some(term), at)? } else { at };
        let span = Span { first: term.first_day(), last: term.last_day().min(at.day), known: at.known };
        // What somebody took over who is a mentor under another committee too says not at which school.
        let committee = self.view.world.committee_of(school);
        let here = |schools: BTreeSet<SchoolId>| {
            schools.contains(&school) && schools.iter().all(|one| self.view.world.committee_of(*one) == committee)
        };
        let mentors =
            self.view.world.staff().filter(|(_, member)| here(member.mentor_at((span.first, span.last), at.known)));
        let loads: Vec<_> = mentors.map(|(mentor, _)| self.view.load(mentor, span)).collect();
        if outside && loads.iter().filter(|load| !load.taken_over.is_empty()).count() < FEWEST_MENTORS {
            return None;
        }
        let mut sums: BTreeMap<TeacherTask, (usize, u32, u32)> = BTreeMap::new();
        for load in &loads {
            for (task, count) in &load.taken_over {
                let minutes = load.taken_minutes.get(task).copied().unwrap_or_default();
                let (by, times, spent) = sums.entry(*task).or_default();
                (*by, *times, *spent) = (*by + 1, *times + count, *spent + minutes);
            }
        }
        sums.retain(|_, (by, times, _)| !outside || *by >= FEWEST_MENTORS && *times >= FEWEST);
        let told = sums.into_iter().map(|(task, (_, count, minutes))| TakenOver { task, count, minutes });
        Some(Seen(told.collect()))
    }

    /// Pupils at a school with whom nobody has talked for so many weeks, as far as the asker may see them: of those who have been
    /// there for so long, for nobody has kept silent with one who came yesterday.
    pub fn not_talked_with(
        &self,
        school: SchoolId,
        weeks: u8,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if weeks == 0 || weeks > 52 {
            return Err(Refusal::at(Code::InvalidInput, "weeks"));
        }
        let Some(since) = at.day.checked_sub_days(Days::new(u64::from(weeks) * 7)) else {
            return Err(Refusal::at(Code::InvalidInput, "weeks"));
        };
        // With whom they talked at a school that was left is not known here.
        let silent = |pupil, facts: &CaseFacts| {
            let enrolment = facts.enrolment_at(school, at.day).unwrap_or(&facts.latest);
            let first = enrolment.from;
            let here = Span { first: NaiveDate::MIN, last: at.day, known: at.known };
            let own = self.known_case(pupil, at).map(|known| known.spell_of(enrolment)).unwrap_or_default();
            self.view.workload.last_talk((pupil, &own), here).unwrap_or(first) < since
        };
        self.at_school((&format!("silent {weeks} {school}"), Part::Talks), school, page, at, silent)
    }
}
