//! The catalogue is whole, in every language.

use std::collections::BTreeSet;

use domain::refusal::Code;

use super::{Language, text, text_with};

fn names(file: &str) -> BTreeSet<&str> {
    file.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect()
}

#[test]
fn every_code_has_a_text_in_every_language() {
    for language in Language::ALL {
        for code in Code::ALL {
            let found = text(language, &format!("error-{}", code.name()));
            assert!(found.is_some_and(|text| !text.is_empty()), "{} in {}", code.name(), language.tag());
        }
    }
}

#[test]
fn both_languages_have_the_same_texts() {
    let errors = (include_str!("../../../locales/sv/errors.ftl"), include_str!("../../../locales/en/errors.ftl"));
    let page = (include_str!("../../../locales/sv/page.ftl"), include_str!("../../../locales/en/page.ftl"));
    assert_eq!(names(errors.0), names(errors.1));
    assert_eq!(names(page.0), names(page.1));
}

#[test]
fn a_field_is_named_in_the_text() {
    for language in Language::ALL {
        assert!(text_with(language, "error-with-field", "field", "minutes").unwrap().contains(": minutes)"));
    }
}

#[test]
fn swedish_is_spoken_unless_english_is_wanted_more() {
    for header in [None, Some(""), Some("de"), Some("sv"), Some("en;q=0.5, sv")] {
        assert_eq!(Language::from_accept(header), Language::Swedish, "{header:?}");
    }
    for header in ["en", "en-GB,en;q=0.9", "de, en;q=0.3", "sv;q=0.1, en;q=0.2"] {
        assert_eq!(Language::from_accept(Some(header)), Language::English, "{header}");
    }
}
