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

/// A count in the digits of a language: those that its days are written in, so that no message holds two kinds.
pub(crate) fn number(language: Language, count: u32) -> String {
    let zero = match language {
        Language::Persian | Language::Dari => '\u{6f0}',
        Language::Sorani => '\u{660}',
        Language::Swedish
        | Language::English
        | Language::Arabic
        | Language::Somali
        | Language::Tigrinya
        | Language::Ukrainian
        | Language::Kurmanji => '0',
    };
    let digit = |latin: char| {
        let above = latin.to_digit(10).unwrap_or_default();
        char::from_u32(u32::from(zero) + above).unwrap_or(latin)
    };
    count.to_string().chars().map(digit).collect()
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

    /// The kind of digits that stand in a text, each by its zero.
    fn digits(text: &str) -> Vec<char> {
        let zeros = ['0', '\u{660}', '\u{6f0}'];
        let holds = |zero: &char| {
            text.chars().any(|letter| (u32::from(*zero)..u32::from(*zero) + 10).contains(&u32::from(letter)))
        };
        zeros.into_iter().filter(holds).collect()
    }

    /// The forms that a catalogue has for a text.
    fn forms(language: Language, name: &str) -> Vec<String> {
        let path = format!("{}/locales/{}/digest.ftl", env!("CARGO_MANIFEST_DIR"), language.code());
        let catalogue = std::fs::read_to_string(path).unwrap_or_default();
        let text = catalogue.split(&format!("{name} =")).nth(1).and_then(|rest| rest.split("    }").next());
        let inside = |part: &str| part.split_once(']').map(|(form, _)| form.to_owned());
        text.unwrap_or_default().split('[').skip(1).filter_map(inside).collect()
    }

    /// Every day of two years, one of which has a 29th of February.
    fn days() -> impl Iterator<Item = NaiveDate> {
        NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or_default().iter_days().take(731)
    }

    #[test]
    fn every_language_has_a_form_of_its_own_for_each_of_its_plurals() {
        for language in Language::ALL {
            for (name, most) in [("plain-minutes", 20_000), ("plain-days", 35)] {
                let held = forms(language, name);
                for count in 1..=most {
                    let form = form(language, count).unwrap_or_default();
                    assert!(held.iter().any(|held| held == form), "{} {name}: {count} is {form}", language.code());
                }
            }
        }
        let said = |language, name, count| crate::form::counted(language, name, count).unwrap_or_default();
        for (count, text) in
            [(1, "1 день"), (2, "2 дні"), (5, "5 днів"), (11, "11 днів"), (21, "21 день"), (22, "22 дні")]
        {
            assert_eq!(said(Language::Ukrainian, "plain-days", count), text);
        }
        let arabic =
            [(1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (11, "11 يومًا"), (100, "100 يوم"), (103, "103 أيام")];
        for (count, text) in arabic {
            assert_eq!(said(Language::Arabic, "plain-days", count).replace(['\u{2068}', '\u{2069}'], ""), text);
        }
    }

    #[test]
    fn no_message_mixes_two_kinds_of_digits_or_ends_a_sentence_twice() {
        for language in Language::ALL {
            let code = language.code();
            let mut kinds = Vec::new();
            for on in days() {
                let written = day(language, on).unwrap_or_default();
                let found = digits(&written);
                assert_eq!(found.len(), 1, "{code}: {written}");
                kinds.extend(found);
                let values = [("name", "Kim".into()), ("date", written.into())];
                let said = text(language, "plain-talk", &values).unwrap_or_default();
                assert!(!said.contains("..") && said.ends_with(['.', '።']), "{code}: {said}");
            }
            for count in 1..=20_000 {
                kinds.extend(digits(&number(language, count)));
                assert_eq!(number(language, count).chars().count(), count.to_string().len());
            }
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds.len(), 1, "{code}: {kinds:?}");
        }
    }

    #[test]
    fn every_language_writes_each_month_by_a_name_of_its_own() {
        for language in Language::ALL {
            let first = |month| NaiveDate::from_ymd_opt(2019, month, 1).and_then(|first| day(language, first));
            let mut months: Vec<String> = (1..=12).filter_map(first).collect();
            assert!(months.iter().all(|month| month.chars().any(char::is_alphabetic)), "{months:?}");
            months.sort_unstable();
            months.dedup();
            assert_eq!(months.len(), 12, "{}: {months:?}", language.code());
        }
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
