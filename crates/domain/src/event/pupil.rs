//! What happens in a pupil's case.

mod corrected;

use chrono::NaiveDate;

pub use self::corrected::{EnrolmentDays, EnrolmentDaysCorrected, EntryCorrected, PupilNameCorrected};

use crate::attendance::DayAttendance;
use crate::event::{CaseWork, EventKind};
use crate::id::{AssignmentId, EnrolmentId, GuardianId, SchoolId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::words::{ClassName, Grade, Household, Minutes, Name, Note, ProgrammeCode, Reference};

/// An event in a pupil's stream. Each belongs to an enrolment, for the case does not follow the pupil by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PupilEvent {
    /// The pupil was enrolled.
    Enrolled(PupilEnrolled),
    /// The pupil moved to another class.
    MovedClass(PupilMovedClass),
    /// The pupil left.
    Left(PupilLeft),
    /// A guardian was linked.
    GuardianLinked(GuardianLinked),
    /// A mentor was assigned.
    MentorAssigned(MentorAssigned),
    /// An assignment ended.
    AssignmentEnded(AssignmentEnded),
    /// An assignment was handed over.
    AssignmentHandedOver(AssignmentHandedOver),
    /// Somebody stands in for a mentor.
    CoverStarted(CoverStarted),
    /// Nobody stands in any longer.
    CoverEnded(CoverEnded),
    /// A guardian was contacted.
    GuardianContacted(GuardianContacted),
    /// Attendance was registered.
    AttendanceRegistered(AttendanceRegistered),
    /// Attendance was corrected.
    AttendanceCorrected(AttendanceCorrected),
    /// Something was done in the case.
    Worked(CaseWork),
    /// An entry was corrected.
    EntryCorrected(EntryCorrected),
    /// The pupil's name was corrected.
    NameCorrected(PupilNameCorrected),
    /// The enrolment's days were corrected.
    DaysCorrected(EnrolmentDaysCorrected),
}

impl PupilEvent {
    /// Whether it changes what is so in the case (see [`crate::state::CaseFacts`]), besides having happened.
    pub const fn changes_facts(&self) -> bool {
        match self {
            Self::Worked(work) => work.work.changes_facts(),
            Self::Enrolled(_)
            | Self::MovedClass(_)
            | Self::Left(_)
            | Self::GuardianLinked(_)
            | Self::MentorAssigned(_)
            | Self::AssignmentEnded(_)
            | Self::CoverStarted(_)
            | Self::CoverEnded(_)
            | Self::NameCorrected(_)
            | Self::DaysCorrected(_) => true,
            Self::AssignmentHandedOver(_)
            | Self::GuardianContacted(_)
            | Self::AttendanceRegistered(_)
            | Self::AttendanceCorrected(_)
            | Self::EntryCorrected(_) => false,
        }
    }

    /// The day from which on all is so that it makes so, when it happened on a day: what puts a name right counts for every day
    /// once it is on record, and what puts days right from the later of them.
    pub(crate) fn settled_on(&self, happened: NaiveDate) -> NaiveDate {
        match self {
            Self::NameCorrected(_) => NaiveDate::MIN,
            Self::DaysCorrected(corrected) => corrected.latest(),
            Self::Enrolled(_)
            | Self::MovedClass(_)
            | Self::Left(_)
            | Self::GuardianLinked(_)
            | Self::MentorAssigned(_)
            | Self::AssignmentEnded(_)
            | Self::AssignmentHandedOver(_)
            | Self::CoverStarted(_)
            | Self::CoverEnded(_)
            | Self::GuardianContacted(_)
            | Self::AttendanceRegistered(_)
            | Self::AttendanceCorrected(_)
            | Self::Worked(_)
            | Self::EntryCorrected(_) => happened,
        }
    }

    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Enrolled(_) => EventKind::PupilEnrolled,
            Self::MovedClass(_) => EventKind::PupilMovedClass,
            Self::Left(_) => EventKind::PupilLeft,
            Self::GuardianLinked(_) => EventKind::GuardianLinked,
            Self::MentorAssigned(_) => EventKind::MentorAssigned,
            Self::AssignmentEnded(_) => EventKind::AssignmentEnded,
            Self::AssignmentHandedOver(_) => EventKind::AssignmentHandedOver,
            Self::CoverStarted(_) => EventKind::CoverStarted,
            Self::CoverEnded(_) => EventKind::CoverEnded,
            Self::GuardianContacted(_) => EventKind::GuardianContacted,
            Self::AttendanceRegistered(_) => EventKind::AttendanceRegistered,
            Self::AttendanceCorrected(_) => EventKind::AttendanceCorrected,
            Self::Worked(event) => event.work.kind(),
            Self::EntryCorrected(_) => EventKind::EntryCorrected,
            Self::NameCorrected(_) => EventKind::PupilNameCorrected,
            Self::DaysCorrected(_) => EventKind::EnrolmentDaysCorrected,
        }
    }

    /// The pupil's name that it tells, unless that is erased.
    pub const fn name(&self) -> Option<&Personal<Name>> {
        match self {
            Self::Enrolled(enrolled) => enrolled.name.present(),
            Self::NameCorrected(corrected) => corrected.name.present(),
            Self::MovedClass(_)
            | Self::Left(_)
            | Self::GuardianLinked(_)
            | Self::MentorAssigned(_)
            | Self::AssignmentEnded(_)
            | Self::AssignmentHandedOver(_)
            | Self::CoverStarted(_)
            | Self::CoverEnded(_)
            | Self::GuardianContacted(_)
            | Self::AttendanceRegistered(_)
            | Self::AttendanceCorrected(_)
            | Self::Worked(_)
            | Self::EntryCorrected(_)
            | Self::DaysCorrected(_) => None,
        }
    }

    /// The spelling that it put right, unless that is erased.
    pub const fn earlier_name(&self) -> Option<&Personal<Name>> {
        if let Self::NameCorrected(corrected) = self { corrected.instead_of.present() } else { None }
    }

    /// The enrolment that the event belongs to.
    pub const fn enrolment(&self) -> EnrolmentId {
        match self {
            Self::Enrolled(event) => event.enrolment,
            Self::MovedClass(event) => event.enrolment,
            Self::Left(event) => event.enrolment,
            Self::GuardianLinked(event) => event.enrolment,
            Self::MentorAssigned(event) => event.enrolment,
            Self::AssignmentEnded(event) => event.enrolment,
            Self::AssignmentHandedOver(event) => event.enrolment,
            Self::CoverStarted(event) => event.enrolment,
            Self::CoverEnded(event) => event.enrolment,
            Self::GuardianContacted(event) => event.enrolment,
            Self::AttendanceRegistered(event) => event.enrolment,
            Self::AttendanceCorrected(event) => event.enrolment,
            Self::Worked(event) => event.enrolment,
            Self::EntryCorrected(event) => event.enrolment,
            Self::NameCorrected(event) => event.enrolment,
            Self::DaysCorrected(event) => event.enrolment,
        }
    }
}

/// Where in the school a pupil goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Placement {
    /// The class.
    pub class: ClassName,
    /// The grade (årskurs).
    pub grade: Grade,
    /// The programme, in upper secondary school.
    pub programme: Option<ProgrammeCode>,
}

/// A pupil was enrolled (inskriven) at a school unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilEnrolled {
    /// This enrolment.
    pub enrolment: EnrolmentId,
    /// The unit.
    pub school: SchoolId,
    /// The pupil's name.
    pub name: Erasable<Personal<Name>>,
    /// Class, grade and programme.
    pub placement: Placement,
    /// First day.
    pub from: NaiveDate,
}

/// A pupil moved to another class (bytt klass), for instance when a new school year began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilMovedClass {
    /// The enrolment, which goes on.
    pub enrolment: EnrolmentId,
    /// Class, grade and programme from then on.
    pub placement: Placement,
    /// First day there.
    pub from: NaiveDate,
}

/// Why a pupil left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LeavingReason {
    /// Finished the school's last grade (slutfört).
    Completed,
    /// Moved to another school (bytt skola).
    ChangedSchool,
    /// Left without completing (avbrutit).
    DroppedOut,
    /// Another reason.
    Other,
}

/// A pupil left (utskriven).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilLeft {
    /// The enrolment that ended.
    pub enrolment: EnrolmentId,
    /// Why.
    pub reason: LeavingReason,
    /// Last day, included.
    pub last_day: NaiveDate,
    /// Where the pupil goes on (destination), when it is known: a school or an activity, never an address.
    pub destination: Option<Reference>,
}

/// What a guardian is to the pupil.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Guardianship {
    /// Has custody (vårdnadshavare).
    Custodian,
    /// Specially appointed in a custodian's place (särskilt förordnad).
    Appointed,
    /// A parent without custody (förälder utan vårdnad): is told nothing by the school on its own initiative.
    ParentWithoutCustody,
}

/// A guardian was linked to the pupil (vårdnadshavare kopplad). Contact details stay in the guardian's own stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardianLinked {
    /// The enrolment during which it was recorded.
    pub enrolment: EnrolmentId,
    /// The guardian.
    pub guardian: GuardianId,
    /// What they are to the pupil.
    pub guardianship: Guardianship,
    /// How the pupil lives with them, when it is known.
    pub household: Option<Household>,
}

/// What kind of mentor is assigned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AssignmentKind {
    /// The pupil's one main mentor.
    Primary,
    /// A targeted effort (riktad insats) for pupils in great need.
    Targeted,
    /// In addition to the main mentor.
    Additional,
}

/// A mentor was assigned to the pupil (mentor tilldelad).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MentorAssigned {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// This assignment.
    pub assignment: AssignmentId,
    /// The mentor.
    pub mentor: StaffId,
    /// Which kind.
    pub kind: AssignmentKind,
    /// The principal whose work it is: two may share a mentor.
    pub principal: StaffId,
    /// First day.
    pub from: NaiveDate,
}

/// Why an assignment ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AssignmentEndReason {
    /// Another mentor took over.
    HandedOver,
    /// The need ended.
    NeedEnded,
    /// The mentor left.
    MentorLeft,
    /// The pupil left.
    PupilLeft,
}

/// A mentor's assignment ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentEnded {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The assignment that ended.
    pub assignment: AssignmentId,
    /// Why.
    pub reason: AssignmentEndReason,
    /// Last day, included.
    pub last_day: NaiveDate,
}

/// An assignment was handed over (överlämning) from one mentor to the next, with what the next one needs to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentHandedOver {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The assignment that ended with it.
    pub from: AssignmentId,
    /// The assignment that began with it.
    pub to: AssignmentId,
    /// Free text, sealed by itself and kept for a time of its own.
    pub note: Option<Erasable<Personal<Note>>>,
}

/// Somebody stands in for a mentor (vikarierar) from a day to a day: has the pupil as the mentor has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CoverStarted {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The assignment that is covered.
    pub assignment: AssignmentId,
    /// Who stands in.
    pub deputy: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included: a cover always has one.
    pub until: NaiveDate,
}

/// A cover ended before its last day (vikariatet avslutat i förtid).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CoverEnded {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The assignment that was covered.
    pub assignment: AssignmentId,
    /// Who stood in.
    pub deputy: StaffId,
    /// Last day, included.
    pub last_day: NaiveDate,
}

/// How a guardian was reached, or was tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContactChannel {
    /// Telephone call.
    Phone,
    /// Text message (SMS).
    TextMessage,
    /// E-mail.
    Email,
    /// Meeting at school or by video.
    Meeting,
    /// Home visit (hembesök).
    HomeVisit,
    /// Letter.
    Letter,
}

/// Who took the contact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContactDirection {
    /// The school contacted the guardian.
    Outgoing,
    /// The guardian contacted the school.
    Incoming,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContactOutcome {
    /// They spoke or met.
    Reached,
    /// No answer.
    NoAnswer,
    /// A message was left or sent.
    MessageLeft,
}

/// What it was about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContactTopic {
    /// Absence (frånvaro).
    Absence,
    /// Development talk (utvecklingssamtal).
    DevelopmentTalk,
    /// How the pupil fares (mående).
    Wellbeing,
    /// Schoolwork and support.
    Schoolwork,
    /// Practical matters.
    Practical,
    /// Something else.
    Other,
}

/// A guardian was contacted (vårdnadshavarkontakt).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardianContacted {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Whom.
    pub guardian: GuardianId,
    /// How.
    pub channel: ContactChannel,
    /// Who took the contact.
    pub direction: ContactDirection,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// About what.
    pub topic: ContactTopic,
    /// How long it took, when it was noted.
    pub minutes: Option<Minutes>,
    /// Free text, sealed by itself and kept for a time of its own.
    pub note: Option<Erasable<Personal<Note>>>,
}

/// Attendance was registered (närvaro registrerad): one or more days, as an attendance system hands them over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttendanceRegistered {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The days, each once, in order.
    pub days: Vec<DayAttendance>,
}

/// One day's registered attendance was corrected after the fact (närvaro rättad).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttendanceCorrected {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The day as it should have been. Replaces what was known of that date.
    pub day: DayAttendance,
}
