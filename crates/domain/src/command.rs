//! What somebody asks for. Values inside are already valid by their types; whether the thing may happen is decided later.

mod digest;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::digest::DigestAct;

use crate::actor::{Actor, Grant};
use crate::attendance::DayAttendance;
use crate::event::pupil::{
    AssignmentEndReason, AssignmentKind, ContactChannel, ContactDirection, ContactOutcome, ContactTopic, Guardianship,
    LeavingReason, Placement,
};
use crate::event::school::{
    MentoringModelChosen, MissionAdopted, Responsibility, SchoolRegistered, SchoolYearSet, TermMarkedNotComparable,
};
use crate::event::staff::{TaskTakenOver, TimeLogged, WorkingTimeSet};
use crate::event::{EventKind, SchoolMatter, StaffMatter, Work};
use crate::id::{AssignmentId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use crate::personal::Personal;
use crate::retention::{Due, Records};
use crate::words::{ContactDetail, Household, Minutes, Name, Note, ProtectionLevel, Reference};

/// A command. Ids of things that it creates are made when it is decided, from its command id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Register a school unit.
    RegisterSchool(SchoolRegistered),
    /// Set a school year.
    SetSchoolYear {
        /// The unit.
        school: SchoolId,
        /// The year.
        year: SchoolYearSet,
    },
    /// Let a person join the staff.
    JoinStaff {
        /// The person's name.
        name: Personal<Name>,
    },
    /// Grant a role.
    GrantRole {
        /// To whom.
        staff: StaffId,
        /// What and where.
        grant: Grant,
    },
    /// Make a principal responsible.
    MakePrincipalResponsible {
        /// The unit.
        school: SchoolId,
        /// The principal.
        principal: StaffId,
        /// For what.
        responsibility: Responsibility,
        /// First day.
        from: NaiveDate,
        /// Last day, included, when it is known.
        until: Option<NaiveDate>,
    },
    /// Adopt a mission description.
    AdoptMission {
        /// The unit.
        school: SchoolId,
        /// What it says, and from when.
        mission: MissionAdopted,
    },
    /// Choose a mentoring model.
    ChooseMentoringModel {
        /// The unit.
        school: SchoolId,
        /// Which, and from when.
        chosen: MentoringModelChosen,
    },
    /// Mark a term as not comparable.
    MarkTermNotComparable {
        /// The unit.
        school: SchoolId,
        /// Which, and why.
        marked: TermMarkedNotComparable,
    },
    /// Set a staff member's working time.
    SetWorkingTime {
        /// Whose.
        staff: StaffId,
        /// What, and from when.
        set: WorkingTimeSet,
    },
    /// Log working time: one's own.
    LogTime {
        /// Whose.
        staff: StaffId,
        /// What.
        time: TimeLogged,
    },
    /// Record a task taken over from a teacher: by oneself.
    TakeTaskOver {
        /// By whom.
        staff: StaffId,
        /// Which.
        taken: TaskTakenOver,
    },
    /// Withdraw a role.
    WithdrawRole {
        /// From whom.
        staff: StaffId,
        /// What and where.
        grant: Grant,
    },
    /// Arrange something for a member of staff.
    ArrangeStaff {
        /// For whom.
        staff: StaffId,
        /// What.
        matter: StaffMatter,
    },
    /// Settle something at a school.
    SettleSchool {
        /// The unit.
        school: SchoolId,
        /// What.
        matter: SchoolMatter,
    },
    /// Begin an erasure: the program's own, by a decision that a person has made. Never over the network.
    BeginErasure {
        /// The decision's number.
        decision: Reference,
        /// Who approved it. `None`: only where it was carried out before, and the list of that does not say.
        approved_by: Option<StaffId>,
        /// What is erased.
        due: Vec<Due>,
        /// All that is kept of those whose records these are, as far as there are keys of it: with what goes last of somebody goes
        /// everything.
        kept: Vec<Records>,
        /// What was told of terms that were published before publications kept it, each at its school:
        /// [`crate::Projections::told`].
        told: Vec<(SchoolId, SchoolMatter)>,
        /// Whether it was carried out before, and a restored backup does not know of it: then no hold keeps it.
        again: bool,
    },
    /// Say that the keys of what was begun are destroyed: the program's own.
    FinishErasure {
        /// What was erased, each at the school where it was begun.
        done: Vec<(SchoolId, Records)>,
    },
    /// Let pupils go on to the next school year together.
    RollYearOver {
        /// The unit.
        school: SchoolId,
        /// First day of the new year.
        first_day: NaiveDate,
        /// Where each pupil goes from then on.
        moves: Vec<(PupilId, Placement)>,
    },
    /// Enrol a pupil: a new one, or one who is known and has left.
    EnrolPupil {
        /// A pupil already known, or `None` for a new one.
        pupil: Option<PupilId>,
        /// The unit.
        school: SchoolId,
        /// The pupil's name.
        name: Personal<Name>,
        /// Class, grade and programme.
        placement: Placement,
        /// First day.
        from: NaiveDate,
        /// How the pupil's identity is protected; `None`: it was looked up, and is not. Who does not know says so.
        protection: Option<ProtectionLevel>,
    },
    /// Move a pupil to another class.
    MovePupil {
        /// The pupil.
        pupil: PupilId,
        /// Class, grade and programme from then on.
        placement: Placement,
        /// First day there.
        from: NaiveDate,
    },
    /// Record that a pupil leaves.
    PupilLeaves {
        /// The pupil.
        pupil: PupilId,
        /// Why.
        reason: LeavingReason,
        /// Last day, included.
        last_day: NaiveDate,
        /// Where the pupil goes on, when it is known.
        destination: Option<Reference>,
    },
    /// Link a guardian to a pupil.
    LinkGuardian {
        /// The pupil.
        pupil: PupilId,
        /// The guardian: one known already, or one to register.
        guardian: GuardianChoice,
        /// What they are to the pupil.
        guardianship: Guardianship,
        /// How the pupil lives with them, when it is known.
        household: Option<Household>,
    },
    /// Assign a mentor to a pupil.
    AssignMentor {
        /// The pupil.
        pupil: PupilId,
        /// The mentor.
        mentor: StaffId,
        /// Which kind.
        kind: AssignmentKind,
        /// The principal whose work it is.
        principal: StaffId,
        /// First day.
        from: NaiveDate,
    },
    /// End a mentor's assignment.
    EndAssignment {
        /// The pupil.
        pupil: PupilId,
        /// The assignment.
        assignment: AssignmentId,
        /// Why.
        reason: AssignmentEndReason,
        /// Last day, included.
        last_day: NaiveDate,
    },
    /// Hand an assignment over to another mentor: the one ends and the other begins, in one decision.
    HandOver {
        /// The pupil.
        pupil: PupilId,
        /// The assignment that ends.
        assignment: AssignmentId,
        /// The next mentor.
        mentor: StaffId,
        /// The next mentor's first day.
        from: NaiveDate,
        /// What the next one needs to know.
        note: Option<Personal<Note>>,
    },
    /// Let somebody stand in for a mentor.
    StartCover {
        /// The pupil.
        pupil: PupilId,
        /// The assignment that is covered.
        assignment: AssignmentId,
        /// Who stands in.
        deputy: StaffId,
        /// First day.
        from: NaiveDate,
        /// Last day, included.
        until: NaiveDate,
    },
    /// End a cover before its last day.
    EndCover {
        /// The pupil.
        pupil: PupilId,
        /// The assignment that is covered.
        assignment: AssignmentId,
        /// Who stands in.
        deputy: StaffId,
        /// Last day, included.
        last_day: NaiveDate,
    },
    /// Log a contact with a guardian.
    LogGuardianContact(ContactToLog),
    /// Log work in a case.
    LogWork(WorkToLog),
    /// Hand an entry of the case that a pupil has left on to the next school.
    HandOn(EntryToHandOn),
    /// Correct an entry of a case.
    CorrectEntry(EntryToCorrect),
    /// Put the pupil's name right.
    CorrectPupilName {
        /// The pupil.
        pupil: PupilId,
        /// The school that knows the pupil by it, whether they go there or have left; `None`: where they go, or went last.
        school: Option<SchoolId>,
        /// The name as it should have been.
        name: Personal<Name>,
    },
    /// Put an enrolment's first or last day right.
    CorrectEnrolmentDays(DaysToCorrect),
    /// Put right what is known of a guardian.
    CorrectGuardian {
        /// The guardian.
        guardian: GuardianId,
        /// The name as it should have been; `None`: it stands.
        name: Option<Personal<Name>>,
        /// The telephone number as it should have been; `None`: it stands.
        phone: Option<Personal<ContactDetail>>,
    },
    /// Do something about messages to a guardian.
    Digest {
        /// The guardian.
        guardian: GuardianId,
        /// What.
        act: DigestAct,
    },
    /// Register attendance.
    RegisterAttendance {
        /// The pupil.
        pupil: PupilId,
        /// The days, each once, in order.
        days: Vec<DayAttendance>,
    },
    /// Correct a day's attendance.
    CorrectAttendance {
        /// The pupil.
        pupil: PupilId,
        /// The day as it should have been.
        day: DayAttendance,
    },
}

/// A guardian who is known already, or one to register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GuardianChoice {
    /// Known already, for instance through a sibling.
    Known(GuardianId),
    /// To be registered.
    New {
        /// The guardian's name.
        name: Personal<Name>,
        /// Telephone number.
        phone: Option<Personal<ContactDetail>>,
        /// E-mail address.
        email: Option<Personal<ContactDetail>>,
    },
}

/// A contact with a guardian, as a mentor logs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactToLog {
    /// The pupil whom it was about.
    pub pupil: PupilId,
    /// Siblings whom it was about too.
    pub with: Vec<PupilId>,
    /// The guardian.
    pub guardian: GuardianId,
    /// When it happened; `None`: now.
    pub occurred: Option<DateTime<Utc>>,
    /// How.
    pub channel: ContactChannel,
    /// Who took the contact.
    pub direction: ContactDirection,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// About what.
    pub topic: ContactTopic,
    /// How long it took.
    pub minutes: Option<Minutes>,
    /// Free text.
    pub note: Option<Personal<Note>>,
}

/// Work in a case, as somebody logs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkToLog {
    /// The pupil.
    pub pupil: PupilId,
    /// Others whom it was done with at the same time.
    pub with: Vec<PupilId>,
    /// When it happened; `None`: now.
    pub occurred: Option<DateTime<Utc>>,
    /// What was done.
    pub work: Work,
    /// How long it took.
    pub minutes: Option<Minutes>,
    /// Free text.
    pub note: Option<Personal<Note>>,
}

/// An entry of the case that a pupil has left, to be handed on (uppgift att lämna över).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryToHandOn {
    /// What is logged: [`Work::EntryHandedOn`], which names the entry.
    pub logged: WorkToLog,
    /// Whether the entry stands in that case and counts, as the log says. Looked up, never taken from who asks.
    pub stands: bool,
}

/// An entry of a case that is not so, or not about this pupil.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryToCorrect {
    /// The pupil in whose case it stands.
    pub pupil: PupilId,
    /// Its position in the log.
    pub position: u64,
    /// What stands there, as the log says; `None`: nothing of this case, or it has been erased.
    pub meant: Option<MeantEntry>,
    /// Why it is corrected.
    pub reason: Personal<Note>,
}

/// What is so instead of the days of an enrolment that are on record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RightDays {
    /// Other days.
    Were {
        /// The first day as it should have been; `None`: it stands.
        from: Option<NaiveDate>,
        /// The last day as it should have been; `None`: it stands, or there is none.
        last_day: Option<NaiveDate>,
    },
    /// The pupil has not left.
    NotLeft,
    /// The pupil never came.
    NeverCame,
}

/// An enrolment whose first or last day is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DaysToCorrect {
    /// The pupil.
    pub pupil: PupilId,
    /// The school that the enrolment is at.
    pub school: SchoolId,
    /// The first day as it stands: it tells which enrolment there is meant.
    pub enrolled_from: NaiveDate,
    /// What is so instead.
    pub right: RightDays,
    /// Why it is corrected.
    pub reason: Personal<Note>,
}

/// What stands in the log where an entry is corrected. Looked up, never taken from who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MeantEntry {
    /// The event.
    pub event: EventId,
    /// Its kind.
    pub kind: EventKind,
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Who made it.
    pub author: Actor,
    /// The guardian whom it is about.
    pub guardian: Option<GuardianId>,
}

/// When a command is decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment(pub DateTime<Utc>);
