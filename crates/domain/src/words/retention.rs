//! Words of retention and erasure (gallring).

/// A class of records with a retention period (gallringsfrist) of its own in the authority's information management plan
/// (informationshanteringsplan).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RetentionClass {
    /// Who the pupil is: the name.
    Identity,
    /// That the pupil went to a school, where, and who the guardians were.
    Enrolment,
    /// Who was the pupil's mentor.
    Caseload,
    /// Contacts with guardians.
    Contact,
    /// What was noted in free text.
    Note,
    /// Attendance.
    Attendance,
    /// The absence ladder.
    Ladder,
    /// Referrals to the student health team.
    Referral,
    /// Support, talks, plans and warnings.
    Support,
    /// Safety: that something was reported.
    Safety,
    /// References to other systems.
    External,
    /// Who read whose case: of nobody by itself, and kept for a time of its own.
    Trace,
    /// Messages to a guardian (utskick): that each was sent, when, about whom, and what became of it.
    Message,
    /// Who a guardian is, how they are reached, and what they want to be sent.
    Guardian,
    /// Who a member of staff was: the name.
    Staff,
    /// How a member of staff's time was set and spent (arbetstid): entries, samples, tasks taken over, absences.
    WorkingTime,
}

impl RetentionClass {
    /// Every class.
    pub const ALL: [Self; 16] = [
        Self::Identity,
        Self::Enrolment,
        Self::Caseload,
        Self::Contact,
        Self::Note,
        Self::Attendance,
        Self::Ladder,
        Self::Referral,
        Self::Support,
        Self::Safety,
        Self::External,
        Self::Trace,
        Self::Message,
        Self::Guardian,
        Self::Staff,
        Self::WorkingTime,
    ];

    /// Whether it is kept as long as the relation lasts, and not by school year.
    pub const fn lasts(self) -> bool {
        matches!(self, Self::Identity | Self::Enrolment | Self::Caseload)
    }

    /// Its stable name, in lists that people approve.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Enrolment => "enrolment",
            Self::Caseload => "caseload",
            Self::Contact => "contact",
            Self::Note => "note",
            Self::Attendance => "attendance",
            Self::Ladder => "ladder",
            Self::Referral => "referral",
            Self::Support => "support",
            Self::Safety => "safety",
            Self::External => "external",
            Self::Trace => "trace",
            Self::Message => "message",
            Self::Guardian => "guardian",
            Self::Staff => "staff",
            Self::WorkingTime => "working-time",
        }
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Which pupils a change from one term to another is told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChangeGroup {
    /// Those who got a mentor after the baseline term.
    WithMentor,
    /// Those who got none.
    WithoutMentor,
    /// Those who had one in the baseline term.
    MentorBefore,
}

impl ChangeGroup {
    /// Every group.
    pub const ALL: [Self; 3] = [Self::WithMentor, Self::WithoutMentor, Self::MentorBefore];
}

/// Which of a group's figures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FigurePart {
    /// All days.
    All,
    /// Days on which the pupil had a mentor.
    WithMentor,
    /// Days on which the pupil had none.
    WithoutMentor,
}
