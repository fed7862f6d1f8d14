//! The texts of messages, in each language that guardians may be written to in. A guardian who wants one that is not switched on
//! is written to in Swedish. That every text is there in every language is checked while building.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use domain::words::Language;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, static_loader};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "sv",
    };
}

/// Values put into a text.
pub(crate) type Values = [(&'static str, FluentValue<'static>)];

/// Whether a speaker has checked the texts of a language.
pub fn is_checked(language: Language) -> bool {
    text(language, "checked", &[]).is_some_and(|said| said == "yes")
}

/// The language that a message is written in, for a guardian who wants this one, where these are switched on besides those that
/// a speaker has checked.
pub(crate) fn written_in(wanted: Language, switched_on: &[Language]) -> Language {
    if is_checked(wanted) || switched_on.contains(&wanted) { wanted } else { Language::Swedish }
}

/// The text with this name; `None`: the catalogue lacks it, which the build does not let happen.
pub(crate) fn text(language: Language, name: &str, values: &Values) -> Option<String> {
    let identifier: LanguageIdentifier = language.code().parse().ok()?;
    let values: HashMap<std::borrow::Cow<'static, str>, FluentValue<'static>> =
        values.iter().map(|(key, value)| ((*key).into(), value.clone())).collect();
    let text = LOCALES.lookup_single_language(&identifier, name, Some(&values)).ok()?;
    // Invisible marks keep a Latin name in its place in a line that runs from the right; elsewhere they would be in the way.
    Some(if language.right_to_left() { text } else { text.replace(['\u{2068}', '\u{2069}'], "") })
}

/// What CLDR calls the languages that it has under another name.
fn locale(language: Language) -> Option<Locale> {
    let name = match language {
        Language::Dari => "fa-AF",
        Language::Kurmanji => "ku",
        // As in Europe: the day before the month.
        Language::English => "en-GB",
        Language::Swedish
        | Language::Arabic
        | Language::Somali
        | Language::Tigrinya
        | Language::Persian
        | Language::Ukrainian
        | Language::Sorani => language.code(),
    };
    name.parse().ok()
}

/// A day as it is written out in a language, in the calendar that the school goes by.
pub(crate) fn day(language: Language, day: NaiveDate) -> Option<String> {
    let formatter =
        FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(locale(language)?.into(), YMD::long()).ok()?;
    let month = u8::try_from(day.month()).ok()?;
    let date = Date::try_new_gregorian(day.year(), month, u8::try_from(day.day()).ok()?).ok()?;
    Some(formatter.format(&date).to_string())
}

/// Which form of a text a count takes in a language.
pub(crate) fn form(language: Language, count: u32) -> Option<&'static str> {
    let rules = PluralRules::try_new_cardinal(locale(language)?.into()).ok()?;
    Some(match rules.category_for(count) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_out_and_counted_in_every_language_by_its_own_rules() {
        let born = NaiveDate::from_ymd_opt(2020, 2, 29).unwrap_or_default();
        let written: Vec<String> = Language::ALL.into_iter().filter_map(|language| day(language, born)).collect();
        assert_eq!(written.len(), Language::ALL.len());
        assert_eq!(written.first().map(String::as_str), Some("29 februari 2020"));
        assert!(!written.iter().any(|text| text.contains("2020-02-29")), "{written:?}");
        assert_eq!(form(Language::Arabic, 2), Some("two"));
        assert_eq!([1, 3, 5].map(|count| form(Language::Ukrainian, count)), [Some("one"), Some("few"), Some("many")]);
    }

    #[test]
    fn every_language_has_a_catalogue_and_every_catalogue_a_language() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
        let folders = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        let mut known = Language::ALL.map(Language::code).to_vec();
        found.sort();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[test]
    fn only_what_a_speaker_has_checked_is_switched_on_by_itself() {
        let checked: Vec<Language> = Language::ALL.into_iter().filter(|language| is_checked(*language)).collect();
        assert_eq!(checked, [Language::Swedish, Language::English]);
        assert_eq!(written_in(Language::Somali, &[]), Language::Swedish);
        assert_eq!(written_in(Language::Somali, &[Language::Somali]), Language::Somali);
    }
}
