//! Stored forms of a guardian's events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `guardian-registered`, version 1: sealed.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GuardianRegisteredV1 {
    /// Name.
    pub name: String,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// `guardian-corrected`, version 1: sealed. What is missing stands as it was.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GuardianCorrectedV1 {
    /// The name as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The telephone number as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}
