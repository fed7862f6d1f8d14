//! The stored names of the domain's words: stable, whatever the words are called in code.

use chrono::NaiveDate;
use domain::actor::{Actor, Role};
use domain::event::pupil as domain_pupil;
use domain::words::{DateSpan, Invalid, SchoolForm};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! mirrored {
    ($(#[$doc:meta])* $name:ident = $domain:path { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "each variant is described where the domain defines it")]
        pub enum $name { $($variant),+ }

        impl From<$domain> for $name {
            fn from(word: $domain) -> Self {
                use $domain as Word;
                match word { $(Word::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(name: $name) -> Self {
                use $domain as Word;
                match name { $($name::$variant => Word::$variant),+ }
            }
        }
    };
}

pub(super) use mirrored;

mirrored!(
    /// A role.
    RoleName = Role {
        Mentor, Principal, Authority, Administrator, Coordinator, HealthTeam, SafetyTeam, Teacher, AttendanceWatch, Integration
    }
);
mirrored!(
    /// A form of school.
    SchoolFormName = SchoolForm { Compulsory, UpperSecondary }
);
mirrored!(
    /// Why a pupil left.
    LeavingReasonName = domain_pupil::LeavingReason { Completed, ChangedSchool, DroppedOut, Other }
);
mirrored!(
    /// What a guardian is to the pupil.
    GuardianshipName = domain_pupil::Guardianship { Custodian, Appointed, ParentWithoutCustody }
);
mirrored!(
    /// What kind of mentor.
    AssignmentKindName = domain_pupil::AssignmentKind { Primary, Targeted, Additional }
);
mirrored!(
    /// Why an assignment ended.
    AssignmentEndReasonName = domain_pupil::AssignmentEndReason { HandedOver, NeedEnded, MentorLeft, PupilLeft }
);
mirrored!(
    /// How a guardian was reached, or was tried.
    ContactChannelName = domain_pupil::ContactChannel { Phone, TextMessage, Email, Meeting, HomeVisit, Letter }
);
mirrored!(
    /// Who took the contact.
    ContactDirectionName = domain_pupil::ContactDirection { Outgoing, Incoming }
);
mirrored!(
    /// What came of it.
    ContactOutcomeName = domain_pupil::ContactOutcome { Reached, NoAnswer, MessageLeft }
);
mirrored!(
    /// What it was about.
    ContactTopicName = domain_pupil::ContactTopic {
        Absence, DevelopmentTalk, Wellbeing, Schoolwork, Practical, Other,
    }
);

/// Dates from and to, both included.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First date.
    pub first: NaiveDate,
    /// Last date.
    pub last: NaiveDate,
}

impl From<DateSpan> for Span {
    fn from(span: DateSpan) -> Self {
        Self { first: span.first(), last: span.last() }
    }
}

impl TryFrom<Span> for DateSpan {
    type Error = Invalid;

    fn try_from(span: Span) -> Result<Self, Invalid> {
        Self::try_new(span.first, span.last)
    }
}

/// Who did it: `setup`, or a staff id.
#[derive(Serialize, Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(transparent)]
pub struct ActorText(String);

impl ActorText {
    /// Of a trace: somebody who was not let in, and so is not known.
    pub(crate) fn nobody() -> Self {
        Self("nobody".to_owned())
    }
}

impl From<Actor> for ActorText {
    fn from(actor: Actor) -> Self {
        Self(match actor {
            Actor::Setup => "setup".to_owned(),
            Actor::Staff(staff) => staff.to_string(),
        })
    }
}

impl TryFrom<ActorText> for Actor {
    type Error = domain::id::NotAnId;

    fn try_from(text: ActorText) -> Result<Self, Self::Error> {
        if text.0 == "setup" { Ok(Self::Setup) } else { text.0.parse().map(Self::Staff) }
    }
}
