//! How the values of casework are stored, and how they are read back.

use chrono::NaiveDate;
use domain::calendar::{IsoWeek, Term};
use domain::event::pupil::{ContactDirection, ContactOutcome, ContactTopic};
use domain::id::{EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::projection::absence::Sums;
use domain::projection::absence::evidence::{GroupChange, Mean};
use domain::retention::Subject;
use domain::words::{
    AtRisk, AttendanceSender, ChangeGroup, ClassName, Closing, Committee, DelegatedDecision, FigurePart, Grade,
    GroupActivity, HealthTeamMember, LadderAction, LadderTrigger, Minutes, Name, Obligation, OnwardTo, OutsideParty,
    PlanKind, PostShare, ProgrammeCode, ProtectionLevel, Reference, ReferralConcern, ReportLevel, RetentionClass,
    SafetyMatter, StepNumber, SubjectName, Team,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case_words::{
    AtRiskName, AttendanceSenderName, ChangeGroupName, ClosingName, DelegatedDecisionName, FigurePartName,
    GroupActivityName, HealthTeamMemberName, LadderActionName, LadderTriggerName, ObligationName, OnwardToName,
    OutsidePartyName, PlanKindName, ProtectionLevelName, ReferralConcernName, ReportLevelName, RetentionClassName,
    SafetyMatterName, TeamName,
};
use super::words::{ContactDirectionName, ContactOutcomeName, ContactTopicName};
use crate::stored::DecodeError;

/// A value that stands in a stored form.
pub(super) trait Stored: Sized {
    /// As it is stored.
    type Form;

    /// Whether it is text that somebody entered: neither a word of ours, nor an id, a date or a number.
    const ENTERED: bool = false;

    fn form(&self) -> Self::Form;

    fn back(form: Self::Form) -> Result<Self, DecodeError>;
}

/// Which of a form's fields hold text that somebody entered, by their names in the stored form.
macro_rules! entered_fields {
    ($( $field:ident : $type:ty ),*) => {{
        let fields: &[(&str, bool)] = &[$( (stringify!($field), <$type as Stored>::ENTERED) ),*];
        fields.iter().filter(|(_, entered)| *entered).map(|(field, _)| $crate::stored::entered::stored_name(field)).collect()
    }};
}
pub(super) use entered_fields;

macro_rules! stored_as_is {
    ($($type:ty),+) => {$(
        impl Stored for $type {
            type Form = Self;

            fn form(&self) -> Self {
                *self
            }

            fn back(form: Self) -> Result<Self, DecodeError> {
                Ok(form)
            }
        }
    )+};
}

macro_rules! stored_by_name {
    ($($type:ty => $name:ty),+ $(,)?) => {$(
        impl Stored for $type {
            type Form = $name;

            fn form(&self) -> $name {
                (*self).into()
            }

            fn back(form: $name) -> Result<Self, DecodeError> {
                Ok(form.into())
            }
        }
    )+};
}

macro_rules! stored_as_text {
    ($($type:ty),+) => {$(
        impl Stored for $type {
            type Form = String;

            const ENTERED: bool = true;

            fn form(&self) -> String {
                self.as_str().to_owned()
            }

            fn back(form: String) -> Result<Self, DecodeError> {
                Ok(Self::try_new(form)?)
            }
        }
    )+};
}

macro_rules! stored_as_id {
    ($($type:ty),+) => {$(
        impl Stored for $type {
            type Form = String;

            fn form(&self) -> String {
                self.to_string()
            }

            fn back(form: String) -> Result<Self, DecodeError> {
                Ok(form.parse()?)
            }
        }
    )+};
}

stored_as_is!(bool, u8, u16, u64, NaiveDate, Option<u16>);
stored_as_text!(SubjectName, Reference, ProgrammeCode, ClassName, Committee, Name);
stored_as_id!(EventId, GuardianId, PupilId, SchoolId, StaffId, Subject);
stored_by_name! {
    ContactTopic => ContactTopicName,
    ContactDirection => ContactDirectionName,
    ContactOutcome => ContactOutcomeName,
    LadderTrigger => LadderTriggerName,
    LadderAction => LadderActionName,
    Closing => ClosingName,
    OnwardTo => OnwardToName,
    OutsideParty => OutsidePartyName,
    ReferralConcern => ReferralConcernName,
    HealthTeamMember => HealthTeamMemberName,
    AtRisk => AtRiskName,
    PlanKind => PlanKindName,
    ReportLevel => ReportLevelName,
    SafetyMatter => SafetyMatterName,
    GroupActivity => GroupActivityName,
    DelegatedDecision => DelegatedDecisionName,
    AttendanceSender => AttendanceSenderName,
    ProtectionLevel => ProtectionLevelName,
    RetentionClass => RetentionClassName,
    ChangeGroup => ChangeGroupName,
    FigurePart => FigurePartName,
    Team => TeamName,
    Obligation => ObligationName,
}

impl Stored for StepNumber {
    type Form = u8;

    fn form(&self) -> u8 {
        self.number()
    }

    fn back(form: u8) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form)?)
    }
}

macro_rules! stored_when_known {
    ($($type:ty),+) => {$(
        impl Stored for Option<$type> {
            type Form = Option<<$type as Stored>::Form>;

            const ENTERED: bool = <$type as Stored>::ENTERED;

            fn form(&self) -> Self::Form {
                self.as_ref().map(Stored::form)
            }

            fn back(form: Self::Form) -> Result<Self, DecodeError> {
                form.map(Stored::back).transpose()
            }
        }
    )+};
}

stored_when_known!(EventId, SchoolId, StaffId, Reference, StepNumber);

impl Stored for Option<Grade> {
    type Form = Option<u8>;

    fn form(&self) -> Option<u8> {
        self.map(Grade::number)
    }

    fn back(form: Option<u8>) -> Result<Self, DecodeError> {
        Ok(form.map(Grade::try_new).transpose()?)
    }
}

/// Minutes added up.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SumsV1 {
    /// Pupils with at least one day in it.
    pub pupils: u32,
    /// Days of pupils: one pupil on one day.
    pub days: u64,
    /// Minutes offered.
    pub offered: u64,
    /// Minutes of notified absence.
    pub notified: u64,
    /// Minutes of unnotified absence.
    pub unnotified: u64,
    /// Minutes of absence found valid.
    pub valid: u64,
    /// Minutes of absence found invalid.
    pub invalid: u64,
    /// Offered minutes in which attendance was not taken.
    pub unregistered: u64,
    /// Lessons offered.
    pub lessons: u64,
    /// Lessons in which attendance was not taken.
    pub unregistered_lessons: u64,
}

macro_rules! sums {
    ($from:expr => $to:ident) => {{
        let from = $from;
        $to {
            pupils: from.pupils,
            days: from.days,
            offered: from.offered,
            notified: from.notified,
            unnotified: from.unnotified,
            valid: from.valid,
            invalid: from.invalid,
            unregistered: from.unregistered,
            lessons: from.lessons,
            unregistered_lessons: from.unregistered_lessons,
        }
    }};
}

impl Stored for Sums {
    type Form = SumsV1;

    fn form(&self) -> SumsV1 {
        sums!(self => SumsV1)
    }

    fn back(form: SumsV1) -> Result<Self, DecodeError> {
        Ok(sums!(form => Sums))
    }
}

impl Stored for Vec<EventId> {
    type Form = Vec<String>;

    fn form(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }

    fn back(form: Vec<String>) -> Result<Self, DecodeError> {
        form.into_iter().map(|id| Ok(id.parse()?)).collect()
    }
}

/// How the absence of the same pupils changed.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GroupChangeV1 {
    /// How many pupils.
    pub pupils: u32,
    /// Their absence in the baseline term.
    pub before: SumsV1,
    /// Their absence in the later term.
    pub after: SumsV1,
    /// The mean of their changes; left out for a group of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<MeanV1>,
}

/// A mean of changes, in hundredths of a percentage point, with its interval.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MeanV1 {
    /// The mean.
    pub points: i64,
    /// Lower end of the interval.
    pub low: i64,
    /// Upper end of the interval.
    pub high: i64,
}

impl Stored for GroupChange {
    type Form = GroupChangeV1;

    fn form(&self) -> GroupChangeV1 {
        let mean = self.mean.map(|Mean { points, low, high }| MeanV1 { points, low, high });
        GroupChangeV1 { pupils: self.pupils, before: self.before.form(), after: self.after.form(), mean }
    }

    fn back(form: GroupChangeV1) -> Result<Self, DecodeError> {
        let GroupChangeV1 { pupils, before, after, mean } = form;
        let mean = mean.map(|MeanV1 { points, low, high }| Mean { points, low, high });
        Ok(Self { pupils, before: Sums::back(before)?, after: Sums::back(after)?, mean })
    }
}

/// A week, as ISO 8601 counts them.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct WeekV1 {
    /// The year that it belongs to.
    pub year: u16,
    /// Its number.
    pub week: u8,
}

impl Stored for IsoWeek {
    type Form = WeekV1;

    fn form(&self) -> WeekV1 {
        WeekV1 { year: self.year(), week: self.week() }
    }

    fn back(form: WeekV1) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form.year, form.week)?)
    }
}

impl Stored for Minutes {
    type Form = u16;

    fn form(&self) -> u16 {
        self.0
    }

    fn back(form: u16) -> Result<Self, DecodeError> {
        Ok(Self(form))
    }
}

impl Stored for PostShare {
    type Form = u8;

    fn form(&self) -> u8 {
        self.percent()
    }

    fn back(form: u8) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form)?)
    }
}

/// A term is written as in everyday use: `vt20`.
impl Stored for Term {
    type Form = String;

    fn form(&self) -> String {
        self.to_string()
    }

    fn back(form: String) -> Result<Self, DecodeError> {
        form.parse().map_err(|_| DecodeError::Malformed)
    }
}
