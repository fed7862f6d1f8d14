//! What happened, in the past tense and in the field's own words. One file for each kind of stream.

pub mod guardian;
pub mod pupil;
pub mod school;
pub mod staff;

pub use guardian::GuardianEvent;
pub use pupil::PupilEvent;
pub use school::SchoolEvent;
pub use staff::StaffEvent;

/// Everything that can have happened. There is no catch-all arm over these enums anywhere (invariant 13).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// In a school's stream.
    School(SchoolEvent),
    /// In a staff member's stream.
    Staff(StaffEvent),
    /// In a pupil's stream.
    Pupil(PupilEvent),
    /// In a guardian's stream.
    Guardian(GuardianEvent),
}

macro_rules! event_kinds {
    ($( $(#[$doc:meta])* $kind:ident = $name:literal ),* $(,)?) => {
        /// The kind of an event, known even when its content has been erased.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EventKind { $( $(#[$doc])* $kind, )* }

        impl EventKind {
            /// Every kind, for listings and exhaustive tests.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable name in the log, in `schema/events/` and in the API.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The kind with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* _ => None }
            }
        }
    };
}

event_kinds! {
    /// A school unit was registered (skolenhet registrerad).
    SchoolRegistered = "school-registered",
    /// A school year with its terms and breaks was set (läsår fastställt).
    SchoolYearSet = "school-year-set",
    /// A principal was made responsible (rektorsansvar) for a unit, programme or class.
    PrincipalMadeResponsible = "principal-made-responsible",
    /// A staff member joined (anställd).
    StaffJoined = "staff-joined",
    /// A role was granted (behörighet given).
    RoleGranted = "role-granted",
    /// A pupil was enrolled (inskriven).
    PupilEnrolled = "pupil-enrolled",
    /// A pupil moved to another class (bytt klass).
    PupilMovedClass = "pupil-moved-class",
    /// A pupil left (utskriven).
    PupilLeft = "pupil-left",
    /// A guardian was linked to a pupil (vårdnadshavare kopplad).
    GuardianLinked = "guardian-linked",
    /// A mentor was assigned (mentor tilldelad).
    MentorAssigned = "mentor-assigned",
    /// A mentor's assignment ended (mentorsuppdrag avslutat).
    AssignmentEnded = "assignment-ended",
    /// A guardian was contacted (vårdnadshavarkontakt).
    GuardianContacted = "guardian-contacted",
    /// Attendance was registered (närvaro registrerad).
    AttendanceRegistered = "attendance-registered",
    /// Registered attendance was corrected (närvaro rättad).
    AttendanceCorrected = "attendance-corrected",
    /// A guardian became known (vårdnadshavare registrerad).
    GuardianRegistered = "guardian-registered",
}

impl Event {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::School(event) => event.kind(),
            Self::Staff(event) => event.kind(),
            Self::Pupil(event) => event.kind(),
            Self::Guardian(event) => event.kind(),
        }
    }
}

impl From<SchoolEvent> for Event {
    fn from(event: SchoolEvent) -> Self {
        Self::School(event)
    }
}

impl From<StaffEvent> for Event {
    fn from(event: StaffEvent) -> Self {
        Self::Staff(event)
    }
}

impl From<PupilEvent> for Event {
    fn from(event: PupilEvent) -> Self {
        Self::Pupil(event)
    }
}

impl From<GuardianEvent> for Event {
    fn from(event: GuardianEvent) -> Self {
        Self::Guardian(event)
    }
}
