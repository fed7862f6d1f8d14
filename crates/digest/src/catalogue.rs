//! The texts of messages, in the languages that a speaker has checked. A guardian who wants another is written to in Swedish.

use std::collections::HashMap;

use domain::words::Language;
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

/// Values put into a text.
pub(crate) type Values = [(&'static str, FluentValue<'static>)];

/// The language that a message is written in, for a guardian who wants this one.
pub(crate) const fn written_in(wanted: Language) -> Language {
    match wanted {
        Language::English => Language::English,
        Language::Swedish
        | Language::Arabic
        | Language::Somali
        | Language::Tigrinya
        | Language::Persian
        | Language::Dari
        | Language::Ukrainian
        | Language::Kurmanji
        | Language::Sorani => Language::Swedish,
    }
}

/// The text with this name; `None`: the catalogue lacks it, which a test does not let happen.
pub(crate) fn text(language: Language, name: &str, values: &Values) -> Option<String> {
    let identifier = if written_in(language) == Language::English { &ENGLISH } else { &SWEDISH };
    let values: HashMap<std::borrow::Cow<'static, str>, FluentValue<'static>> =
        values.iter().map(|(key, value)| ((*key).into(), value.clone())).collect();
    let text = LOCALES.lookup_single_language(identifier, name, Some(&values)).ok()?;
    // Both languages run left to right: the invisible marks around a value would only be in the way.
    Some(text.replace(['\u{2068}', '\u{2069}'], ""))
}
