//! How the values of casework are shown and taken.

use std::str::FromStr;

use async_graphql::ID;
use chrono::NaiveDate;
use domain::calendar::{IsoWeek, Term};
use domain::event::pupil as contact;
use domain::id::{EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::refusal::{Code, Refusal};
use domain::words::{
    ClassName, ClockTime, Committee, DayOfWeek, Minutes, Name, PortalUrl, PostShare, ProgrammeCode, Reference,
    StepNumber, SubjectName, ZoneName,
};

use crate::graphql::types::{case_words, digest_words, words};

/// A value that a piece of work may hold.
pub(super) trait Value: Sized {
    /// As the schema shows it.
    type Out;
    /// As the schema takes it.
    type In;

    fn out(&self) -> Self::Out;

    fn read(input: Self::In, field: &'static str) -> Result<Self, Refusal>;
}

const fn invalid(field: &'static str) -> Refusal {
    Refusal::at(Code::InvalidInput, field)
}

macro_rules! plain {
    ($($type:ty),+) => {$(
        impl Value for $type {
            type Out = Self;
            type In = Self;

            fn out(&self) -> Self {
                *self
            }

            fn read(input: Self, _: &'static str) -> Result<Self, Refusal> {
                Ok(input)
            }
        }
    )+};
}

macro_rules! word {
    ($($domain:ty => $shown:ty),+ $(,)?) => {$(
        impl Value for $domain {
            type Out = $shown;
            type In = $shown;

            fn out(&self) -> $shown {
                (*self).into()
            }

            fn read(input: $shown, _: &'static str) -> Result<Self, Refusal> {
                Ok(input.into())
            }
        }
    )+};
}

macro_rules! text {
    ($($type:ty),+) => {$(
        impl Value for $type {
            type Out = String;
            type In = String;

            fn out(&self) -> String {
                self.as_str().to_owned()
            }

            fn read(input: String, field: &'static str) -> Result<Self, Refusal> {
                Self::try_new(input).map_err(|_| invalid(field))
            }
        }
    )+};
}

macro_rules! id {
    ($($type:ty),+) => {$(
        impl Value for $type {
            type Out = ID;
            type In = ID;

            fn out(&self) -> ID {
                self.to_string().into()
            }

            fn read(input: ID, field: &'static str) -> Result<Self, Refusal> {
                Self::from_str(&input).map_err(|_| invalid(field))
            }
        }
    )+};
}

plain!(bool, NaiveDate);
text!(SubjectName, Reference, ProgrammeCode, ClassName, Committee, Name, ZoneName);
id!(EventId, GuardianId, PupilId, SchoolId, StaffId);
word! {
    contact::ContactTopic => words::ContactTopic,
    contact::ContactDirection => words::ContactDirection,
    contact::ContactOutcome => words::ContactOutcome,
    domain::words::LadderTrigger => case_words::LadderTrigger,
    domain::words::LadderAction => case_words::LadderAction,
    domain::words::Closing => case_words::Closing,
    domain::words::OnwardTo => case_words::OnwardTo,
    domain::words::OutsideParty => case_words::OutsideParty,
    domain::words::ReferralConcern => case_words::ReferralConcern,
    domain::words::HealthTeamMember => case_words::HealthTeamMember,
    domain::words::AtRisk => case_words::AtRisk,
    domain::words::PlanKind => case_words::PlanKind,
    domain::words::ReportLevel => case_words::ReportLevel,
    domain::words::SafetyMatter => case_words::SafetyMatter,
    domain::words::ProtectionLevel => case_words::ProtectionLevel,
    domain::words::GroupActivity => case_words::GroupActivity,
    domain::words::DelegatedDecision => case_words::DelegatedDecision,
    domain::words::AttendanceSender => case_words::AttendanceSender,
    domain::words::DigestRhythm => digest_words::DigestRhythm,
    domain::words::RetentionClass => case_words::RetentionClass,
}

/// A word that was not always asked for: what it is when it is left out.
macro_rules! word_or {
    ($($domain:ty => $shown:ty, $otherwise:ident;)+) => {$(
        impl Value for $domain {
            type Out = $shown;
            type In = Option<$shown>;

            fn out(&self) -> $shown {
                (*self).into()
            }

            fn read(input: Option<$shown>, _: &'static str) -> Result<Self, Refusal> {
                Ok(input.map_or(Self::$otherwise, Into::into))
            }
        }
    )+};
}

word_or! {
    domain::words::Team => case_words::Team, Health;
    domain::words::Obligation => case_words::Obligation, Other;
}

/// A value that may be left out.
macro_rules! when_known {
    ($($type:ty),+) => {$(
        impl Value for Option<$type> {
            type Out = Option<<$type as Value>::Out>;
            type In = Option<<$type as Value>::In>;

            fn out(&self) -> Self::Out {
                self.as_ref().map(Value::out)
            }

            fn read(input: Self::In, field: &'static str) -> Result<Self, Refusal> {
                input.map(|input| Value::read(input, field)).transpose()
            }
        }
    )+};
}

when_known!(EventId, GuardianId, PupilId, SchoolId, StaffId, Reference, StepNumber);

macro_rules! number {
    ($($type:ty),+) => {$(
        impl Value for $type {
            type Out = i32;
            type In = i32;

            fn out(&self) -> i32 {
                i32::from(*self)
            }

            fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
                Self::try_from(input).map_err(|_| invalid(field))
            }
        }
    )+};
}

number!(u8, u16);

impl Value for Vec<EventId> {
    type Out = Vec<ID>;
    type In = Vec<ID>;

    fn out(&self) -> Vec<ID> {
        self.iter().map(|id| id.to_string().into()).collect()
    }

    fn read(input: Vec<ID>, field: &'static str) -> Result<Self, Refusal> {
        input.iter().map(|id| EventId::from_str(id).map_err(|_| invalid(field))).collect()
    }
}

impl Value for Minutes {
    type Out = i32;
    type In = i32;

    fn out(&self) -> i32 {
        i32::from(self.0)
    }

    fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
        u16::try_from(input).map(Self).map_err(|_| invalid(field))
    }
}

impl Value for PostShare {
    type Out = i32;
    type In = i32;

    fn out(&self) -> i32 {
        i32::from(self.percent())
    }

    fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
        let percent = u8::try_from(input).map_err(|_| invalid(field))?;
        Self::try_new(percent).map_err(|_| invalid(field))
    }
}

impl Value for DayOfWeek {
    type Out = i32;
    type In = i32;

    fn out(&self) -> i32 {
        i32::from(self.number())
    }

    fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
        let number = u8::try_from(input).map_err(|_| invalid(field))?;
        Self::try_new(number).map_err(|_| invalid(field))
    }
}

impl Value for ClockTime {
    type Out = i32;
    type In = i32;

    fn out(&self) -> i32 {
        i32::from(self.minutes())
    }

    fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
        let minutes = u16::try_from(input).map_err(|_| invalid(field))?;
        Self::try_new(minutes).map_err(|_| invalid(field))
    }
}

impl Value for Option<PortalUrl> {
    type Out = Option<String>;
    type In = Option<String>;

    fn out(&self) -> Option<String> {
        self.as_ref().map(|url| url.as_str().to_owned())
    }

    fn read(input: Option<String>, field: &'static str) -> Result<Self, Refusal> {
        input.map(PortalUrl::try_new).transpose().map_err(|_| invalid(field))
    }
}

/// A term is written as in everyday use: `vt20`.
impl Value for Term {
    type Out = String;
    type In = String;

    fn out(&self) -> String {
        self.to_string()
    }

    fn read(input: String, field: &'static str) -> Result<Self, Refusal> {
        input.parse().map_err(|_| invalid(field))
    }
}

impl Value for StepNumber {
    type Out = i32;
    type In = i32;

    fn out(&self) -> i32 {
        i32::from(self.number())
    }

    fn read(input: i32, field: &'static str) -> Result<Self, Refusal> {
        let number = u8::try_from(input).map_err(|_| invalid(field))?;
        Self::try_new(number).map_err(|_| invalid(field))
    }
}

/// A week is written as ISO 8601 has it: `2019-W36`.
impl Value for IsoWeek {
    type Out = String;
    type In = String;

    fn out(&self) -> String {
        self.to_string()
    }

    fn read(input: String, field: &'static str) -> Result<Self, Refusal> {
        input.parse().map_err(|_| invalid(field))
    }
}
