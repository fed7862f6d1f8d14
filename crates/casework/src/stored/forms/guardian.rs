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
