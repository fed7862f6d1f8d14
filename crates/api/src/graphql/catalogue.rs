//! The texts that people read, in the languages that they read: `locales/LANGUAGE/*.ftl`.

use std::collections::HashMap;

use domain::refusal::Code;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "sv",
    };
}

static SWEDISH: LanguageIdentifier = langid!("sv");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A language that the service speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Language {
    /// Swedish: the default.
    #[default]
    Swedish,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub(crate) const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The language's tag, as in `lang="sv"`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language with this tag; a region after it changes nothing.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header that is spoken here, by its weights; otherwise Swedish.
    pub(crate) fn from_accept(header: Option<&str>) -> Self {
        let mut best = (0.0_f32, Self::default());
        for part in header.unwrap_or_default().split(',') {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(Self::from_tag) else { continue };
            let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self {
            Self::Swedish => &SWEDISH,
            Self::English => &ENGLISH,
        }
    }
}

/// The text with this name; `None` when the catalogue of that language lacks it.
pub(crate) fn text(language: Language, name: &str) -> Option<String> {
    LOCALES.lookup_single_language::<&str>(language.identifier(), name, None).ok()
}

/// The text with this name in a language that guardians are written to in; `None` when the catalogue of that language lacks it.
pub(crate) fn text_in(language: domain::words::Language, name: &str) -> Option<String> {
    let identifier: LanguageIdentifier = language.code().parse().ok()?;
    LOCALES.lookup_single_language::<&str>(&identifier, name, None).ok()
}

/// The text with this name and one value put in; `None` when the catalogue of that language lacks it.
pub(crate) fn text_with(language: Language, name: &str, key: &'static str, value: &str) -> Option<String> {
    let values = HashMap::from([(key, FluentValue::from(value.to_owned()))]);
    let text = LOCALES.lookup_single_language(language.identifier(), name, Some(&values)).ok()?;
    // Both languages run left to right: the invisible marks around the value would only be in the way.
    Some(text.replace(['\u{2068}', '\u{2069}'], ""))
}

/// What a person is told when something is refused with this code.
pub(crate) fn refusal_text(language: Language, code: Code) -> String {
    text(language, &format!("error-{}", code.name())).unwrap_or_else(|| code.meaning().to_owned())
}

#[cfg(test)]
mod tests;
