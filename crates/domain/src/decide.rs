//! What a command makes happen: pure decisions, one file for each area.
//!
//! A decision says which events follow and which versions of which streams it was made from. Whoever writes the events
//! makes sure that those versions still hold; otherwise the command is decided again on what is then known.
//!
//! *When it happened*: an event that is about a day (an enrolment, a move, an assignment and its end, attendance,
//! a school year, what holds at a school from a day on) happened when that day began in Sweden, or, when the day lies ahead, at the moment of the command. A contact
//! happened when the person says so. Everything else, a correction too, happened at the moment of the command.
//!
//! *Nothing in the future*: days are compared with today's date in Sweden. Only what starts may start ahead: an
//! enrolment, a placement, an assignment, a school year, a responsibility.

mod attendance;
mod caseload;
mod contact;
mod correction;
mod cover;
mod digest;
mod enrolment;
mod erasure;
mod guardians;
mod matter;
mod publication;
mod school;
mod staff;
mod work;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::access::guardian_hidden_from;
use crate::actor::{Actor, Role};
use crate::calendar::{local_date, start_of_day};
use crate::command::{Command, Moment};
use crate::event::Event;
use crate::id::{EventId, FreshIds, GuardianId, PupilId, SchoolId, StaffId};
use crate::recorded::StreamRef;
use crate::refusal::{Code, Refusal};
use crate::state::{PupilCase, RegisteredSchool, World};
use crate::words::Minutes;

/// What follows from a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// What happens, in order; at least one event.
    pub events: Vec<Decided>,
    /// Which streams the decision was made from. Every stream written to stands here, once.
    pub expected: Vec<(StreamRef, Expectation)>,
}

/// One event that follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// Whose stream.
    pub stream: StreamRef,
    /// The event's id.
    pub id: EventId,
    /// When it happened.
    pub occurred: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What a stream must be for the decision still to hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Expectation {
    /// Anything: the event is a pure addition.
    Any,
    /// At this version; 0 for a stream that has not begun.
    Version(u64),
}

/// Decides what a command makes happen. Whether the actor may ask for it is [`crate::access::may_do`]'s to say, before.
pub fn decide(
    world: &World,
    actor: Actor,
    command: &Command,
    moment: Moment,
    ids: &mut dyn FreshIds,
) -> Result<Decision, Refusal> {
    let mut draft = Draft { world, actor, moment, ids, events: Vec::new(), expected: Vec::new() };
    let draft = &mut draft;
    match command {
        Command::RegisterSchool(details) => school::register(draft, details),
        Command::SetSchoolYear { school, year } => school::set_year(draft, *school, year),
        Command::MakePrincipalResponsible { school, principal, responsibility, from, until } => {
            school::make_responsible(draft, *school, *principal, responsibility, (*from, *until))
        }
        Command::JoinStaff { name } => {
            staff::join(draft, name);
            Ok(())
        }
        Command::GrantRole { staff, grant } => staff::grant(draft, *staff, *grant),
        Command::AdoptMission { school, mission } => school::adopt_mission(draft, *school, *mission),
        Command::ChooseMentoringModel { school, chosen } => school::choose_model(draft, *school, *chosen),
        Command::MarkTermNotComparable { school, marked } => school::mark_term(draft, *school, *marked),
        Command::SetWorkingTime { staff, set } => staff::set_working_time(draft, *staff, *set),
        Command::LogTime { staff, time } => staff::log_time(draft, *staff, *time),
        Command::TakeTaskOver { staff, taken } => staff::take_task_over(draft, *staff, *taken),
        Command::WithdrawRole { staff, grant } => matter::withdraw(draft, *staff, *grant),
        Command::ArrangeStaff { staff, matter } => matter::arrange(draft, *staff, matter),
        Command::SettleSchool { school, matter } => matter::settle(draft, *school, matter),
        Command::BeginErasure { decision, approved_by, due, kept, told, again } => {
            erasure::begin(draft, (decision, *approved_by), (due, kept, *again), told)
        }
        Command::FinishErasure { done } => erasure::finish(draft, done),
        Command::RollYearOver { school, first_day, moves } => matter::roll_over(draft, *school, *first_day, moves),
        Command::EnrolPupil { pupil, school, name, placement, from, protection } => {
            enrolment::enrol(draft, *pupil, *school, (name, *protection), placement, *from)
        }
        Command::MovePupil { pupil, placement, from } => enrolment::move_class(draft, *pupil, placement, *from),
        Command::PupilLeaves { pupil, reason, last_day, destination } => {
            enrolment::leave(draft, *pupil, (*reason, destination.as_ref()), *last_day)
        }
        Command::LinkGuardian { pupil, guardian, guardianship, household } => {
            guardians::link(draft, *pupil, guardian, (*guardianship, *household))
        }
        Command::AssignMentor { pupil, mentor, kind, principal, from } => {
            caseload::assign(draft, *pupil, (*mentor, *kind), *principal, *from)
        }
        Command::EndAssignment { pupil, assignment, reason, last_day } => {
            caseload::end(draft, *pupil, *assignment, *reason, *last_day)
        }
        Command::HandOver { pupil, assignment, mentor, from, note } => {
            caseload::hand_over(draft, *pupil, (*assignment, *mentor), *from, note.as_ref())
        }
        Command::StartCover { pupil, assignment, deputy, from, until } => {
            cover::start(draft, *pupil, (*assignment, *deputy), (*from, *until))
        }
        Command::EndCover { pupil, assignment, deputy, last_day } => {
            cover::end(draft, *pupil, (*assignment, *deputy), *last_day)
        }
        Command::LogGuardianContact(contact) => contact::log(draft, contact),
        Command::LogWork(logged) => work::log(draft, logged),
        Command::HandOn(entry) => work::hand_on(draft, entry),
        Command::CorrectEntry(entry) => correction::correct(draft, entry),
        Command::CorrectPupilName { pupil, school, name } => correction::correct_name(draft, (*pupil, *school), name),
        Command::CorrectEnrolmentDays(wrong) => correction::correct_days(draft, wrong),
        Command::CorrectGuardian { guardian, name, phone } => guardians::correct(draft, *guardian, (name, phone)),
        Command::Digest { guardian, act } => digest::act(draft, *guardian, act),
        Command::RegisterAttendance { pupil, days } => attendance::register(draft, *pupil, days),
        Command::CorrectAttendance { pupil, day } => attendance::correct(draft, *pupil, *day),
    }?;
    Ok(Decision { events: std::mem::take(&mut draft.events), expected: std::mem::take(&mut draft.expected) })
}

/// A decision in the making.
struct Draft<'a> {
    world: &'a World,
    actor: Actor,
    moment: Moment,
    ids: &'a mut dyn FreshIds,
    events: Vec<Decided>,
    expected: Vec<(StreamRef, Expectation)>,
}

type Ruling = Result<(), Refusal>;

impl<'a> Draft<'a> {
    /// Today in Sweden.
    fn today(&self) -> NaiveDate {
        local_date(self.moment.0)
    }

    /// Lets something happen now.
    fn happens(&mut self, stream: StreamRef, event: impl Into<Event>) {
        self.happened_at(stream, self.moment.0, event);
    }

    /// Lets something happen that is about a day: when the day began, or now when it lies ahead.
    fn happened_on(&mut self, stream: StreamRef, day: NaiveDate, event: impl Into<Event>) {
        self.happened_at(stream, start_of_day(day).min(self.moment.0), event);
    }

    fn happened_at(&mut self, stream: StreamRef, occurred: DateTime<Utc>, event: impl Into<Event>) {
        let id = EventId::fresh(self.ids);
        self.events.push(Decided { stream, id, occurred, event: event.into() });
    }

    /// The decision rests on what this stream says now.
    fn rests_on(&mut self, stream: StreamRef) {
        let expectation = (stream, Expectation::Version(self.world.version(stream)));
        if !self.expected.contains(&expectation) {
            self.expected.push(expectation);
        }
    }

    /// The decision only adds to this stream.
    fn adds_to(&mut self, stream: StreamRef) {
        self.expected.push((stream, Expectation::Any));
    }

    fn school(&self, id: SchoolId) -> Result<&'a RegisteredSchool, Refusal> {
        self.world.school(id).ok_or(Refusal::at(Code::NotFound, "school"))
    }

    /// Whether somebody holds any role at a school.
    fn works_at(&self, staff: StaffId, school: SchoolId) -> bool {
        let member = self.world.staff_member(staff);
        member.is_some_and(|member| Role::ALL.iter().any(|role| self.world.holds(member, *role, school)))
    }

    /// Whether a guardian is the pupil's, and there for who decides: one whose identity is protected from them is as one who never was.
    fn has_guardian(&self, pupil: PupilId, guardian: GuardianId) -> bool {
        let there = match self.actor {
            Actor::Staff(staff) => !guardian_hidden_from(self.world, staff, (guardian, pupil), self.today()),
            Actor::Setup => true,
        };
        there && self.world.case(pupil).is_some_and(|case| case.has_guardian(guardian))
    }

    fn case(&self, id: PupilId) -> Result<&'a PupilCase, Refusal> {
        self.world.case(id).ok_or(Refusal::at(Code::NotFound, "pupil"))
    }

    /// Nobody gives rights to themselves.
    fn not_oneself(&self, staff: StaffId, field: &'static str) -> Ruling {
        if self.actor == Actor::Staff(staff) { refuse(Code::NotAllowed, field) } else { Ok(()) }
    }

    /// The day is not after today.
    fn not_ahead(&self, day: NaiveDate, field: &'static str) -> Ruling {
        plausible(day, field)?;
        if day > self.today() { Err(Refusal::at(Code::InTheFuture, field)) } else { Ok(()) }
    }
}

/// The day lies in a century that schools keep records of, so that a slip of the finger is seen.
fn plausible(day: NaiveDate, field: &'static str) -> Ruling {
    if (1950..2150).contains(&day.year()) { Ok(()) } else { Err(Refusal::at(Code::InvalidInput, field)) }
}

/// What was done once for a pupil took no longer than a day's work, in minutes.
fn within_a_days_work(minutes: Option<Minutes>) -> Ruling {
    if minutes.is_some_and(|minutes| minutes.0 > 12 * 60) { refuse(Code::InvalidInput, "minutes") } else { Ok(()) }
}

/// Says no, for a field's sake.
const fn refuse<T>(code: Code, field: &'static str) -> Result<T, Refusal> {
    Err(Refusal::at(code, field))
}
