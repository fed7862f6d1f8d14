//! The stored forms. A form is never changed once released: a new version is added, with an upgrade step.

pub mod case_words;
pub mod digest;
pub mod first;
pub mod guardian;
pub mod matter;
pub mod pupil;
pub mod school;
pub mod staff;
mod values;
pub mod words;
pub mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use words::{ActorText, RoleName};

/// The open content of every event. `body` and `occurredMicros` stand here only when the event is about no person.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Open<B> {
    /// Who did it: `setup`, or a staff id.
    pub actor: ActorText,
    /// In which role; absent for the program's own set-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleName>,
    /// When it happened, in microseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_micros: Option<i64>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<B>,
}

/// The first sealed part of an event about a person.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Sealed<B> {
    /// When it happened, in microseconds since 1970 UTC.
    pub occurred_micros: i64,
    /// What happened.
    pub body: B,
}

/// Nothing: events about a person have no open body.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A later part that holds one text: a name or a note.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TextPart {
    /// The text.
    pub text: String,
}
