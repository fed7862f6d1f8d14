//! What the build refuses of a catalogue: the same words that the build itself goes by.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../build/texts.rs"]
mod texts;

use texts::{alike, texts};

const SWEDISH: &str = "read-at = Läs mer här: { $address }\ndays =\n    { $form ->\n        [one] en dag för { $name }\n       \
                       *[other] { $count } dagar för { $name }\n    }\n";

#[test]
fn a_catalogue_that_lacks_a_text_or_a_value_or_has_one_more_fails_the_build_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let held = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let wanted = texts(&held("sv.ftl", SWEDISH)).unwrap();
    let same = SWEDISH.replace("Läs mer här", "Read more here").replace("dagar för", "days for");
    assert!(alike(&held("en.ftl", &same), &wanted).is_ok());
    for (wrong, named) in [
        (same.replace("read-at", "read-it"), "read-at"),
        (same.replace("{ $address }", "there"), "read-at"),
        (same.replace("{ $address }", "{ $adress }"), "read-at"),
        (same.clone() + "more = More.\n", "more"),
        (same.replace("[one] en dag för { $name }", "[one] one day"), "days"),
        (same.replace("Read more here: { $address }", ""), "read-at"),
        (same.replace("{ $address }", "{ $address "), "en.ftl"),
        (String::new(), "read-at"),
    ] {
        let refused = alike(&held("en.ftl", &wrong), &wanted);
        let Err(said) = refused else { panic!("taken: {wrong}") };
        assert!(said.to_string().contains(named) && said.to_string().contains("en.ftl"), "{said}");
    }
    assert!(alike(&folder.path().join("so.ftl"), &wanted).is_err(), "and one that is not there");
}
