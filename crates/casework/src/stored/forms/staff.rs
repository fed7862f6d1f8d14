//! Stored forms of a staff member's events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::RoleName;

/// `staff-joined`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StaffJoinedV1 {
    /// The person's name.
    pub name: String,
}

/// `role-granted`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RoleGrantedV1 {
    /// The role.
    pub role: RoleName,
    /// At which unit; absent: for the whole authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
}
