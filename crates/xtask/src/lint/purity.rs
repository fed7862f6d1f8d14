//! `domain` is pure: no I/O, no clock, no chance, nothing asynchronous. Time and fresh ids are parameters.

use crate::lint::Finding;
use crate::lint::source::Source;
use crate::lint::tokens::{paths, words};

const RULE: &str = "purity";

/// Paths that do I/O, wait, or look at the machine.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time",
    "chrono::Local",
    "Local::now",
    "SystemTime",
    "Instant",
    "Utc::now",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "futures",
    "getrandom",
    "rand",
    "tokio",
    "tracing",
];

/// Macros that print or look at the machine.
const IMPURE_WORDS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg", "option_env", "include_str"];

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if source.package != "domain" {
        return Vec::new();
    }
    let impure = paths(source).into_iter().filter_map(|named| {
        let which = IMPURE.iter().find(|impure| named.has(impure))?;
        source.product_finding(named.line, RULE, format!("the domain is pure: `{which}` belongs to who calls it"))
    });
    let printed = IMPURE_WORDS.iter().flat_map(|word| words(source.tokens.clone(), word));
    let printed = printed.filter_map(|line| source.product_finding(line, RULE, "the domain is pure: no I/O"));
    let waiting = ["async", "await"].iter().flat_map(|word| words(source.tokens.clone(), word));
    let waiting = waiting.filter_map(|line| source.product_finding(line, RULE, "the domain is pure: nothing async"));
    impure.chain(printed).chain(waiting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: [usize; 0] = [];

    fn found(path: &str, text: &str) -> Vec<usize> {
        let mut lines: Vec<usize> =
            check(&Source::parse(path, text).expect("valid Rust")).into_iter().map(|finding| finding.line).collect();
        lines.dedup();
        lines
    }

    #[test]
    fn input_and_output_are_found_however_they_are_imported() {
        assert_eq!(found("crates/domain/src/a.rs", "use std::{fmt, fs};"), [1]);
        assert_eq!(found("crates/domain/src/a.rs", "fn a() {\n    std::fs::read(\"x\");\n}"), [2]);
        assert_eq!(found("crates/domain/src/a.rs", "fn a() {\n    println!(\"x\");\n}"), [2]);
    }

    #[test]
    fn clock_chance_and_waiting_are_found() {
        assert_eq!(found("crates/domain/src/a.rs", "fn a() { chrono::Utc::now(); }"), [1]);
        assert_eq!(found("crates/domain/src/a.rs", "fn a() { uuid::Uuid::new_v4(); }"), [1]);
        assert_eq!(found("crates/domain/src/a.rs", "async fn a() {}"), [1]);
    }

    #[test]
    fn pure_code_and_tests_and_other_crates_are_left_alone() {
        assert_eq!(found("crates/domain/src/a.rs", "use std::{fmt, collections::BTreeMap};"), NOTHING);
        assert_eq!(found("crates/domain/src/a.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}"), NOTHING);
        assert_eq!(found("crates/storage/src/a.rs", "use std::fs;"), NOTHING);
    }
}
