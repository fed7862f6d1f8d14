//! Who does something: a person employed, or the system's own set-up.

use crate::id::{SchoolId, StaffId};
use crate::words::Committee;

/// What a person has been granted to be. One person may hold several; a role alone opens no case: a relation does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Full-time mentor (heltidsmentor) at a school unit.
    Mentor,
    /// Principal (rektor) at a school unit.
    Principal,
    /// An officer of one of the education authority's committees (huvudmannens handläggare, nämndens): sees figures of its schools,
    /// never a case.
    Authority,
    /// Sets the system up (systemförvaltare): schools, staff and roles, never case content.
    Administrator,
    /// Coordinates a school's mentors (samordnare): caseloads, without notes.
    Coordinator,
    /// Member of the student health team (elevhälsoteamet, EHT): what was referred to it.
    HealthTeam,
    /// Member of the safety team (trygghetsteamet): harassment, incidents and conflicts.
    SafetyTeam,
    /// Class mentor or teacher (klassmentor, undervisande lärare): absence, talks and agreed actions of their classes.
    Teacher,
    /// Watches a whole school's attendance (frånvarobevakning): absence only.
    AttendanceWatch,
    /// A system's account (integration): hands attendance in, and sees no case.
    Integration,
}

impl Role {
    /// Every role, for listings and exhaustive tests.
    pub const ALL: [Self; 10] = [
        Self::Mentor,
        Self::Principal,
        Self::Authority,
        Self::Administrator,
        Self::Coordinator,
        Self::HealthTeam,
        Self::SafetyTeam,
        Self::Teacher,
        Self::AttendanceWatch,
        Self::Integration,
    ];

    /// The role's stable name in stored forms and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mentor => "mentor",
            Self::Principal => "principal",
            Self::Authority => "authority",
            Self::Administrator => "administrator",
            Self::Coordinator => "coordinator",
            Self::HealthTeam => "health-team",
            Self::SafetyTeam => "safety-team",
            Self::Teacher => "teacher",
            Self::AttendanceWatch => "attendance-watch",
            Self::Integration => "integration",
        }
    }
}

/// A role as granted: at one school unit, or for the whole authority.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Grant {
    /// What was granted.
    pub role: Role,
    /// Where it holds. `None`: the whole authority (huvudman).
    pub school: Option<SchoolId>,
    /// For which committee (nämnd). `None`: for schools that are under none. Whom it binds: [`Self::is_bound`].
    pub committee: Option<Committee>,
}

impl Grant {
    /// The role at one school unit.
    pub const fn at(role: Role, school: SchoolId) -> Self {
        Self { role, school: Some(school), committee: None }
    }

    /// Whether it holds at the schools of one committee only, for committees keep secrets from each other: the authority's
    /// officer's always, any other when it is for no school. The administrator sees no case and no figure, and sets all of
    /// them up.
    pub const fn is_bound(self) -> bool {
        match self.role {
            Role::Authority => true,
            Role::Administrator => false,
            Role::Mentor
            | Role::Principal
            | Role::Coordinator
            | Role::HealthTeam
            | Role::SafetyTeam
            | Role::Teacher
            | Role::AttendanceWatch
            | Role::Integration => self.school.is_none(),
        }
    }
}

/// Who asks for a command or a reading.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// A person employed, signed in.
    Staff(StaffId),
    /// The program itself: setting a new log up (demo, load), and sending what is due to guardians. Never reachable over the
    /// network.
    Setup,
}

impl Actor {
    /// The person; `None`: the program itself.
    pub const fn staff(self) -> Option<StaffId> {
        match self {
            Self::Staff(staff) => Some(staff),
            Self::Setup => None,
        }
    }
}
