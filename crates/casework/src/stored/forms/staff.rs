//! Stored forms of a staff member's events.

use domain::actor::Grant;
use domain::words::Committee;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use chrono::NaiveDate;

use super::case_words::{TeacherTaskName, TimeCategoryName};
use super::words::RoleName;
use crate::stored::DecodeError;

/// `staff-joined`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StaffJoinedV1 {
    /// The person's name.
    pub name: String,
}

/// `role-granted` and `role-withdrawn`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RoleV1 {
    /// The role.
    pub role: RoleName,
    /// At which unit; absent: for the whole authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
}

/// `role-granted` and `role-withdrawn`, version 2: it may be for a committee.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RoleV2 {
    /// The role.
    pub role: RoleName,
    /// At which unit; absent: for the whole authority, or for the committee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
    /// For which committee; absent: for schools that are under none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee: Option<String>,
}

impl From<Grant> for RoleV2 {
    fn from(grant: Grant) -> Self {
        Self {
            role: grant.role.into(),
            school: grant.school.map(|school| school.to_string()),
            committee: grant.committee.map(|committee| committee.as_str().to_owned()),
        }
    }
}

impl TryFrom<RoleV2> for Grant {
    type Error = DecodeError;

    fn try_from(form: RoleV2) -> Result<Self, DecodeError> {
        Ok(Self {
            role: form.role.into(),
            school: form.school.map(|school| school.parse()).transpose()?,
            committee: form.committee.map(Committee::try_new).transpose()?,
        })
    }
}

/// `working-time-set`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkingTimeSetV1 {
    /// First day.
    pub from: NaiveDate,
    /// A full post's minutes in a week.
    pub weekly_minutes: u16,
    /// Share of a full post, in per cent.
    pub share_percent: u8,
}

/// `time-logged`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TimeLoggedV1 {
    /// The day.
    pub on: NaiveDate,
    /// Spent on what.
    pub category: TimeCategoryName,
    /// How long.
    pub minutes: u16,
    /// Within the mission.
    pub within_mission: bool,
    /// Preventive; otherwise acute.
    pub preventive: bool,
}

/// `time-logged`, version 2: sealed. It says whether the whole week is sampled.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TimeLoggedV2 {
    /// The day.
    pub on: NaiveDate,
    /// Spent on what.
    pub category: TimeCategoryName,
    /// How long.
    pub minutes: u16,
    /// Within the mission, by the mentor's word.
    pub within_mission: bool,
    /// Preventive; otherwise acute.
    pub preventive: bool,
    /// Of a week whose whole time is sampled.
    pub sampled: bool,
}

/// `task-taken-over`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TaskTakenOverV1 {
    /// The day.
    pub on: NaiveDate,
    /// Which task.
    pub task: TeacherTaskName,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
}
