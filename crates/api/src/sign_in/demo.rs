//! The demo's bearer tokens: good on this machine only. And the mail that the demo shows instead of sending it.

use std::sync::Arc;

use domain::actor::Actor;

use super::token::Chance;

/// A message that the demo has written to a guardian.
#[derive(Clone)]
pub struct DemoMail {
    /// What it is called in the page's address: letters, digits and hyphens.
    pub name: String,
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// In which language, by BCP 47.
    pub language: String,
    /// The plain text.
    pub text: String,
    /// The HTML; `None`: it has none.
    pub html: Option<String>,
}

/// What reads the demo's messages, each time that they are looked at.
pub type DemoMails = Arc<dyn Fn() -> Vec<DemoMail> + Send + Sync>;

/// The demo's tokens: only their hashes are kept.
pub struct DemoTokens {
    known: Vec<(blake3::Hash, Actor)>,
    pub(super) mail: Option<(DemoMails, Chance)>,
}

impl DemoTokens {
    /// These tokens and whom they belong to.
    pub fn new<'a>(tokens: impl IntoIterator<Item = (&'a str, Actor)>) -> Self {
        let known = tokens.into_iter().map(|(token, actor)| (super::token::hash(token), actor)).collect();
        Self { known, mail: None }
    }

    /// And these messages, whose links lead somewhere.
    #[must_use]
    pub fn showing(self, mails: DemoMails, chance: Chance) -> Self {
        Self { mail: Some((mails, chance)), ..self }
    }

    /// The person with this token. Takes the same time whether there is one or not.
    pub(super) fn actor(&self, bearer: &str) -> Option<Actor> {
        let hash = super::token::hash(bearer);
        // Hashes compare in constant time, and all are looked at.
        self.known.iter().fold(None, |found, (known, actor)| if *known == hash { Some(*actor) } else { found })
    }
}
