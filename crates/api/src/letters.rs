//! What the service is told about letters to guardians, which are written elsewhere: in which languages, and how one reads.

use std::sync::Arc;

use casework::post::Letter;
use domain::words::Language;

/// How a letter reads.
#[derive(Clone, PartialEq, Eq)]
pub struct Reads {
    /// The subject.
    pub subject: String,
    /// The plain text. Where a link of the guardian's stands in the message, it holds none: whoever has one can use it.
    pub text: String,
}

/// What writes a letter out; `None`: it cannot be.
pub type Writer = Arc<dyn Fn(&Letter) -> Option<Reads> + Send + Sync>;

/// How guardians are written to.
#[derive(Clone)]
pub struct Letters {
    /// Languages that guardians are written to in: no other is offered.
    pub languages: Vec<Language>,
    /// What writes a letter out, to be looked at; `None`: guardians are not written to.
    pub writer: Option<Writer>,
}

impl Default for Letters {
    /// The languages that a speaker has checked, and nobody who writes.
    fn default() -> Self {
        Self { languages: vec![Language::Swedish, Language::English], writer: None }
    }
}
