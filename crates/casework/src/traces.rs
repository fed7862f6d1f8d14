//! What is put on record of a reading (invariant 11), as it is stored.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stored::forms::words::{ActorText, RoleName};

/// The open part of a trace, version 1: who read, when and by what; not about whom.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TraceV1 {
    /// Version of this form.
    pub form: u16,
    /// Who read, or signed in or out; `nobody` when a sign-in was refused.
    pub actor: ActorText,
    /// The roles that the person held then, anywhere.
    pub roles: Vec<RoleName>,
    /// The kind of request.
    pub operation: String,
    /// Whether something that was looked for was not found, or not permitted: the two are traced alike.
    pub refused: bool,
    /// When, in microseconds since 1970 UTC, by the service's clock.
    pub at_micros: i64,
}

/// The sealed part of a trace, version 1: whom it was about.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SubjectsV1 {
    /// Pupils whose case was shown, wholly or in part. Earlier writers named those here too of whom only a line was shown.
    pub shown: Vec<String>,
    /// Pupils of whom only a line in a list was shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<String>,
    /// Those of them of whom an extract was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extracted: Vec<String>,
    /// Everything was written out: of every pupil, and whatever else there is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub everything: bool,
    /// Pupils of whom nothing was written out with everything else, since their identity is protected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// Ids that were looked for and not shown.
    pub refused: Vec<String>,
    /// Events whose restricted notes were opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<String>,
    /// The enrolment that had been left, when what was shown was recorded in it. Absent: it was the present case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// At a sign-in: the account that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where many sign-ins were refused in a short time: those that have no trace of their own, together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<MoreRefusedV1>,
}

/// Refusals that have one trace together.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MoreRefusedV1 {
    /// How many.
    pub times: u64,
    /// The network that they came from; `0.0.0.0`: from many.
    pub address: String,
    /// When the first was, in microseconds since 1970 UTC.
    pub from_micros: i64,
    /// When the last was.
    pub until_micros: i64,
}

impl SubjectsV1 {
    /// Every pupil of whom something was shown, each once.
    pub fn pupils(&self) -> impl Iterator<Item = &String> {
        let shown: HashSet<&String> = self.shown.iter().collect();
        self.shown.iter().chain(self.listed.iter().filter(move |listed| !shown.contains(listed)))
    }
}
