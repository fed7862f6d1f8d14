//! Stored forms of a school's events.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case_words::{IncomparableReasonName, MentoringModelName, TalkDutyName, TimeCategoryName};
use super::words::{SchoolFormName, Span};

/// `school-registered`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SchoolRegisteredV1 {
    /// Everyday code.
    pub code: String,
    /// School unit code (skolenhetskod).
    pub unit_code: String,
    /// Name.
    pub name: String,
    /// Form of school.
    pub form: SchoolFormName,
    /// Lowest grade taught.
    pub lowest_grade: u8,
    /// Highest grade taught.
    pub highest_grade: u8,
}

/// `school-year-set`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SchoolYearSetV1 {
    /// The calendar year in which it starts.
    pub starts_in: u16,
    /// Autumn term.
    pub autumn: Span,
    /// Spring term.
    pub spring: Span,
    /// Days without school within the terms.
    pub breaks: Vec<Span>,
}

/// What a principal answers for.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ResponsibilityV1 {
    /// The whole unit.
    Unit,
    /// One programme.
    Programme(String),
    /// One class.
    Class(String),
}

/// `principal-made-responsible`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PrincipalMadeResponsibleV1 {
    /// The principal.
    pub principal: String,
    /// For what.
    pub responsibility: ResponsibilityV1,
    /// First day.
    pub from: NaiveDate,
    /// Last day, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// `mission-adopted`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MissionAdoptedV1 {
    /// First day.
    pub from: NaiveDate,
    /// What the mentor has to do with development talks.
    pub talks: TalkDutyName,
}

/// `mission-adopted`, version 2: it says what is a mentor's task.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MissionAdoptedV2 {
    /// First day.
    pub from: NaiveDate,
    /// What the mentor has to do with development talks.
    pub talks: TalkDutyName,
    /// What is a mentor's task; what is not among these is not.
    pub within: Vec<TimeCategoryName>,
}

/// `mentoring-model-chosen`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MentoringModelChosenV1 {
    /// First day.
    pub from: NaiveDate,
    /// Which.
    pub model: MentoringModelName,
}

/// `term-marked-not-comparable`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TermMarkedNotComparableV1 {
    /// The term, such as `vt20`.
    pub term: String,
    /// Why.
    pub reason: IncomparableReasonName,
}
