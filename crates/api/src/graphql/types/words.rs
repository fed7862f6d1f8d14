//! The field's own words as enums: each mirrors the domain's, and the build breaks when the two differ.

use async_graphql::Enum;

/// A role that a person may be granted. A role alone opens no case: a relation does.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::actor::Role")]
pub(crate) enum Role {
    /// Full-time mentor (heltidsmentor).
    Mentor,
    /// Principal (rektor).
    Principal,
    /// Officer of the education authority (huvudman): sees figures, never a case.
    Authority,
    /// Sets the system up (systemförvaltare): never case content.
    Administrator,
}

/// Form of school (skolform).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::SchoolForm")]
pub(crate) enum SchoolForm {
    /// Lower secondary, years 7-9 (grundskola).
    Compulsory,
    /// Upper secondary, years 1-3 (gymnasieskola).
    UpperSecondary,
}

/// What kind of mentor is assigned.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::AssignmentKind")]
pub(crate) enum AssignmentKind {
    /// The pupil's one main mentor.
    Primary,
    /// A targeted effort (riktad insats) for pupils in great need.
    Targeted,
    /// In addition to the main mentor.
    Additional,
}

/// Why an assignment ended.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::AssignmentEndReason")]
pub(crate) enum AssignmentEndReason {
    /// Another mentor took over.
    HandedOver,
    /// The need ended.
    NeedEnded,
    /// The mentor left.
    MentorLeft,
    /// The pupil left.
    PupilLeft,
}

/// Why a pupil left.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::LeavingReason")]
pub(crate) enum LeavingReason {
    /// Finished the school's last grade (slutfört).
    Completed,
    /// Moved to another school (bytt skola).
    ChangedSchool,
    /// Left without completing (avbrutit).
    DroppedOut,
    /// Another reason.
    Other,
}

/// What a guardian is to the pupil.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::Guardianship")]
pub(crate) enum Guardianship {
    /// Has custody (vårdnadshavare).
    Custodian,
    /// Specially appointed in a custodian's place (särskilt förordnad).
    Appointed,
    /// A parent without custody (förälder utan vårdnad).
    ParentWithoutCustody,
}

/// How a guardian was reached, or was tried.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactChannel")]
pub(crate) enum ContactChannel {
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
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactDirection")]
pub(crate) enum ContactDirection {
    /// The school contacted the guardian.
    Outgoing,
    /// The guardian contacted the school.
    Incoming,
}

/// What came of a contact.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactOutcome")]
pub(crate) enum ContactOutcome {
    /// They spoke or met.
    Reached,
    /// No answer.
    NoAnswer,
    /// A message was left or sent.
    MessageLeft,
}

/// What a contact was about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactTopic")]
pub(crate) enum ContactTopic {
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

/// The kind of an event: known even when its content has been erased.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::EventKind")]
pub(crate) enum EventKind {
    /// A school unit was registered (skolenhet registrerad).
    SchoolRegistered,
    /// A school year was set (läsår fastställt).
    SchoolYearSet,
    /// A principal was made responsible (rektorsansvar).
    PrincipalMadeResponsible,
    /// A staff member joined (anställd).
    StaffJoined,
    /// A role was granted (behörighet given).
    RoleGranted,
    /// A pupil was enrolled (inskriven).
    PupilEnrolled,
    /// A pupil moved to another class (bytt klass).
    PupilMovedClass,
    /// A pupil left (utskriven).
    PupilLeft,
    /// A guardian was linked to a pupil (vårdnadshavare kopplad).
    GuardianLinked,
    /// A mentor was assigned (mentor tilldelad).
    MentorAssigned,
    /// A mentor's assignment ended (mentorsuppdrag avslutat).
    AssignmentEnded,
    /// A guardian was contacted (vårdnadshavarkontakt).
    GuardianContacted,
    /// Attendance was registered (närvaro registrerad).
    AttendanceRegistered,
    /// Registered attendance was corrected (närvaro rättad).
    AttendanceCorrected,
    /// A guardian became known (vårdnadshavare registrerad).
    GuardianRegistered,
}
