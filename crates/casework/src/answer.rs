//! What questions are answered with. Each leaves `casework` only inside [`crate::Seen`].

mod guardian;
mod person;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::event::pupil::{AssignmentKind, Guardianship, Placement};
use domain::id::{AssignmentId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::recorded::Body;
use domain::words::{ClassName, Committee, Grade, Name, SchoolCode, SchoolForm};

use crate::reader::sealed;

pub use guardian::{GuardianCard, GuardianCorrection, ToBePhoned, Unreachable};
pub use person::{AboutPerson, PersonEntry};

/// Which part of a list is asked for: at most `first` items after a cursor.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many at most; 1 to 100.
    pub first: usize,
    /// The cursor of the last item already seen, as given by [`Page`].
    pub after: Option<String>,
}

/// One part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items, each with its cursor: opaque, and of use only to the list and the person it was given to.
    pub items: Vec<(Cursor, T)>,
    /// Whether more follow.
    pub has_next: bool,
    /// How many there are in all, counted after access has filtered.
    pub total: usize,
}

/// An item's place in a list. Sealed when it is written: most answers are not asked for it.
#[derive(Clone, Debug)]
pub struct Cursor(pub(crate) Place);

#[derive(Clone, Debug)]
pub(crate) enum Place {
    Text(String),
    Sealed { key: Arc<[u8; 32]>, place: Vec<u8> },
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(Place::Text(text))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Text(text) => f.write_str(text),
            Place::Sealed { key, place } => f.write_str(&sealed(key, place)),
        }
    }
}

/// The person who asks.
#[derive(Clone, Debug)]
pub struct Me {
    /// Who.
    pub staff: StaffId,
    /// Name.
    pub name: Personal<Name>,
    /// What they have been granted.
    pub grants: Vec<Grant>,
}

/// A school unit.
#[derive(Clone, Debug)]
pub struct SchoolCard {
    /// The unit.
    pub id: SchoolId,
    /// Everyday code.
    pub code: SchoolCode,
    /// Name.
    pub name: Name,
    /// Form of school.
    pub form: SchoolForm,
    /// The committee that it is under, and what that is called; `None`: nobody has said.
    pub committee: Option<(Committee, Name)>,
    /// Terms that have been set, oldest first.
    pub terms: Vec<domain::calendar::Term>,
    /// The mission description that holds today.
    pub mission: Option<domain::event::school::MissionAdopted>,
    /// The mentoring model that holds today.
    pub model: Option<domain::event::school::MentoringModelChosen>,
    /// Terms that cannot be compared.
    pub not_comparable: Vec<domain::event::school::TermMarkedNotComparable>,
    /// Who tells guardians of absence on the day.
    pub attendance_sender: domain::words::AttendanceSender,
    /// What else has been settled, in the order recorded.
    pub settled: Vec<domain::event::SchoolMatter>,
    /// As of when this is; what is asked of it goes on from there.
    pub at: AsOf,
}

/// A colleague.
#[derive(Clone, Debug)]
pub struct StaffCard {
    /// Who.
    pub id: StaffId,
    /// Name.
    pub name: Personal<Name>,
    /// Whether the person is away.
    pub away: bool,
    /// Who has the person's pupils whenever the person is away: named last for a school where the asker works.
    pub standing_deputy: Option<StaffId>,
    /// The shares of the person's post that principals have.
    pub shares: Vec<(StaffId, domain::words::PostShare)>,
    /// As of when this was asked; what is asked of it goes on from there.
    pub at: AsOf,
}

/// A pupil, as those who have the case see them.
#[derive(Clone, Debug)]
pub struct PupilCard {
    /// Who.
    pub id: PupilId,
    /// Name; `None` when it has been erased.
    pub name: Option<Personal<Name>>,
    /// The current enrolment.
    pub enrolment: EnrolmentId,
    /// The unit.
    pub school: SchoolId,
    /// Class, grade and programme.
    pub placement: Placement,
    /// Whether the pupil's identity is protected.
    pub protected: bool,
    /// As of when this is; what is asked of it goes on from there.
    pub at: AsOf,
}

/// A mentor who has a pupil.
#[derive(Clone, Debug)]
pub struct MentorOfPupil {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub mentor: StaffCard,
    /// Which kind.
    pub kind: AssignmentKind,
    /// For which principal.
    pub principal: StaffId,
    /// First day.
    pub from: NaiveDate,
}

/// A guardian linked to a pupil.
#[derive(Clone, Debug)]
pub struct GuardianOfPupil {
    /// Who.
    pub id: GuardianId,
    /// Name; `None` when it has been erased.
    pub name: Option<Personal<Name>>,
    /// What they are to the pupil.
    pub guardianship: Guardianship,
    /// How the pupil lives with them, when it is known.
    pub household: Option<domain::words::Household>,
}

/// One pupil in a caseload.
#[derive(Clone, Debug)]
pub struct CaseloadRow {
    /// The pupil.
    pub pupil: PupilCard,
    /// Which kind of assignment; `None` in a list of pupils whom nobody has.
    pub kind: Option<AssignmentKind>,
    /// First day of it.
    pub since: Option<NaiveDate>,
    /// When a guardian was last reached.
    pub last_reached: Option<DateTime<Utc>>,
    /// Contacts with guardians, so far, in this enrolment; `None` where they are not seen.
    pub contacts: Option<u32>,
    /// Why nobody has the pupil; `None` elsewhere than in a list of such pupils.
    pub uncovered: Option<domain::projection::Uncovered>,
}

/// What a mentor's week holds. It says how much work there is; it is never a ranking of persons.
#[derive(Clone, Hash, Debug)]
pub struct WeekOfWork {
    /// The week.
    pub week: domain::calendar::IsoWeek,
    /// Pupils at its end who were the asker's then.
    pub pupils: usize,
    /// Those for other principals then: a number, never the pupils.
    pub pupils_for_others: usize,
    /// Of all pupils, those for whose mentor the person stands in.
    pub covered: usize,
    /// Contacts, work and minutes.
    pub load: domain::projection::workload::Load,
    /// Development talks due with the mentor's own pupils in the school year, by the mission.
    pub talks_due: u32,
    /// How many of them are done so far, by whomever: held, or booked where the mentor only books.
    pub talks_held: u32,
    /// Open steps of the ladder.
    pub open_steps: u32,
    /// Open referrals.
    pub open_referrals: u32,
    /// The person's own working time in a week; `None` when it has not been set.
    pub working_minutes: Option<u32>,
    /// Of a week's working time, what was agreed with the principal who asks; for the mentor, with all of them together. `None`
    /// where nothing was.
    pub agreed_minutes: Option<u32>,
    /// The term so far, to the end of the week.
    pub term: TermOfWork,
}

/// How much of a mentor's working time in a term, so far, is covered by what was noted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TermOfWork {
    /// The term.
    pub term: domain::calendar::Term,
    /// Weeks so far.
    pub weeks: u32,
    /// Those of them whose whole time was sampled.
    pub sampled_weeks: u32,
    /// Minutes that were noted.
    pub minutes: u32,
    /// Working time in those weeks; `None` when it has not been set for all of them.
    pub working_minutes: Option<u32>,
}

/// A task that mentors took over from teachers at a school in a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenOver {
    /// Which.
    pub task: domain::words::TeacherTask,
    /// How many times.
    pub count: u32,
    /// Minutes that were noted.
    pub minutes: u32,
}

/// How many pupils a mentor has.
#[derive(Clone, Debug)]
pub struct MentorLoad {
    /// The mentor.
    pub mentor: StaffCard,
    /// Pupils who were the asker's.
    pub pupils: usize,
    /// Pupils for other principals: a number, never the pupils; `None` where it would tell of a few outside the school.
    pub for_others: Option<usize>,
}

/// One line of a pupil's timeline.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// Place in the log.
    pub position: u64,
    /// The event.
    pub id: EventId,
    /// When it happened; `None` when erased.
    pub occurred: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// The actor's name, when it is a person.
    pub actor_name: Option<Personal<Name>>,
    /// In which role.
    pub role: Option<Role>,
    /// What happened; without a note that is restricted or not seen.
    pub body: Body,
    /// Whether there is a note that opens with an act of its own.
    pub note_restricted: bool,
    /// Whether it has been corrected, and counts no longer.
    pub corrected: bool,
}

/// Whose absence, and when.
#[derive(Clone, Debug)]
pub struct AbsenceQuestion {
    /// The school.
    pub school: SchoolId,
    /// Which term.
    pub term: domain::calendar::Term,
    /// Only this grade.
    pub grade: Option<Grade>,
    /// Only this class.
    pub class: Option<ClassName>,
    /// As of when.
    pub at: AsOf,
}

/// Absence of a group: all, and told apart by whether they had a mentor on the day.
#[derive(Clone, Debug)]
pub struct AbsenceFigures {
    /// All.
    pub all: domain::projection::absence::Sums,
    /// Days on which the pupil had a mentor.
    pub with_mentor: Option<domain::projection::absence::Sums>,
    /// Days on which the pupil had none. Both are `None` where they would tell of a few outside the school.
    pub without_mentor: Option<domain::projection::absence::Sums>,
    /// Whether those with a mentor are those in greatest need: then a level with a mentor and one without tell nothing of
    /// mentors, and are not told by themselves.
    pub targeted: bool,
}

/// How absence changed from each group's own baseline.
#[derive(Clone, Debug)]
pub struct AbsenceEvidence {
    /// The baseline term.
    pub baseline: domain::calendar::Term,
    /// The later term.
    pub term: domain::calendar::Term,
    /// Terms that were asked for and cannot be compared, and why: then nothing is told.
    pub left_out: Vec<domain::event::school::TermMarkedNotComparable>,
    /// The mentoring model, where one has been chosen.
    pub model: Option<domain::words::MentoringModel>,
    /// The changes; `None` when a term is left out.
    pub change: Option<domain::projection::absence::evidence::Evidence>,
}

/// Absence of one class.
#[derive(Clone, Debug)]
pub struct ClassAbsence {
    /// The class.
    pub class: ClassName,
    /// Its grade.
    pub grade: Grade,
    /// The figures.
    pub figures: AbsenceFigures,
}

/// How much of a case somebody has read, or meant to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadHow {
    /// A line in a list.
    Listed,
    /// The case, or a part of it.
    Opened,
    /// Everything, as an extract for the person.
    Extracted,
    /// Everything of everybody was written out by the program.
    Exported,
    /// Nothing: it was looked for, and not shown.
    Refused,
}

/// Somebody has read a pupil's case, or something of it, or meant to.
#[derive(Clone, Debug)]
pub struct Reading {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None`: somebody who has never worked at the school and looked in vain, who is not this school's to know.
    pub actor: Option<Actor>,
    /// The reader's name, when it is a person.
    pub name: Option<Personal<Name>>,
    /// The roles that the reader held then.
    pub roles: Vec<Role>,
    /// The kind of request.
    pub operation: String,
    /// How much was read.
    pub how: ReadHow,
    /// How many restricted notes were opened by it.
    pub notes_opened: usize,
}

/// A case was opened in an emergency.
#[derive(Clone, Debug)]
pub struct EmergencyAccess {
    /// Whose case.
    pub pupil: PupilId,
    /// By whom.
    pub staff: StaffCard,
    /// The day.
    pub on: NaiveDate,
    /// The reason; `None` when it has been erased.
    pub reason: Option<Personal<domain::words::Note>>,
}

/// What the authority must be told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DutyKind {
    /// Harassment that the principal has passed on (6 kap. 10 § skollagen).
    HarassmentPassedOn,
    /// Absence is being looked into, in compulsory school (7 kap. 19 a §).
    AbsenceInquiryOpened,
    /// Absence of that kind in upper secondary school (15 kap. 15-16 §§).
    AbsenceInUpperSecondary,
}

/// One thing that the authority must be told of: never whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// The day on which it happened.
    pub day: NaiveDate,
    /// By which the school finds it.
    pub number: u64,
}

/// Why something is not in an extract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeldBack {
    /// A report of concern never enters by itself.
    ConcernReport,
    /// A restricted note, and the note of why somebody is a guardian no longer, never enter by themselves; the rest of the entry stands.
    RestrictedNote,
    /// What safeguards from a guardian, or is about a guardian whose identity is protected, or was recorded while it was, never enters
    /// by itself.
    GuardianSafeguard,
    /// The principal has decided so.
    ByReview,
}

/// One entry of an extract.
#[derive(Clone, Debug)]
pub struct ExtractEntry {
    /// The event.
    pub id: EventId,
    /// Its place in the log.
    pub position: u64,
    /// When it happened; `None` when erased.
    pub occurred: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
    /// In which role somebody did it.
    pub role: Option<Role>,
    /// Whether it has been corrected, and counts no longer.
    pub corrected: bool,
    /// The day as it is, where it tells a first or last day that was put right: the rest of it holds.
    pub right_day: Option<NaiveDate>,
    /// What kind of thing happened.
    pub kind: domain::event::EventKind,
    /// Whether its content has been erased.
    pub erased: bool,
    /// What it says, by the names of the stored form, without other persons.
    pub content: serde_json::Map<String, serde_json::Value>,
    /// The names of the fields in it that hold text as somebody entered it.
    pub entered: BTreeSet<String>,
    /// Free text.
    pub note: Option<Personal<domain::words::Note>>,
    /// What is held back of it, and why.
    pub held_back: Option<HeldBack>,
}

/// Fields that hold how the pupil's own name is spelled, or was.
const OWN_NAME: [&str; 2] = ["name", "insteadOf"];

impl ExtractEntry {
    /// Why it is not told at all, not even that it is there; `None`: something of it is.
    pub fn held_whole(&self) -> Option<HeldBack> {
        self.held_back.filter(|why| match why {
            HeldBack::ByReview | HeldBack::ConcernReport | HeldBack::GuardianSafeguard => true,
            HeldBack::RestrictedNote => false,
        })
    }

    /// Whether it tells text that somebody entered, in which others may be named: a note, or a field, but for the pupil's own name.
    pub fn has_free_text(&self) -> bool {
        self.note.is_some() || self.has_entered(&self.content)
    }

    fn has_entered(&self, content: &serde_json::Map<String, serde_json::Value>) -> bool {
        content.iter().any(|(name, value)| match value {
            serde_json::Value::String(_) => self.entered.contains(name) && !OWN_NAME.contains(&name.as_str()),
            serde_json::Value::Object(inner) => self.has_entered(inner),
            serde_json::Value::Array(items) => {
                items.iter().filter_map(serde_json::Value::as_object).any(|inner| self.has_entered(inner))
            }
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
        })
    }
}

/// Everything about a pupil, for the person.
#[derive(Clone, Debug)]
pub struct Extract {
    /// Who.
    pub pupil: PupilCard,
    /// The school's name.
    pub school: Option<Name>,
    /// The day on which it was made.
    pub day: NaiveDate,
    /// What is on record, oldest first.
    pub entries: Vec<ExtractEntry>,
    /// The names of schools before it: what was recorded there is reviewed there, and is not in it; from when until when is theirs.
    pub elsewhere: Vec<Name>,
    /// Who has read the case, oldest first.
    pub readings: Vec<Reading>,
}
