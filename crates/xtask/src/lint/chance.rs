//! Chance comes from one file of the program, and from sealing, which needs nonces and keys.

use crate::lint::Finding;
use crate::lint::source::Source;
use crate::lint::tokens::paths;

const RULE: &str = "chance";
const PLACES: &[&str] = &["crates/mentorlog/src/chance.rs", "crates/storage/src/seal", "crates/storage/src/key"];
const SOURCES: &[&str] = &[
    "rand",
    "getrandom",
    "fastrand",
    "OsRng",
    "SystemRandom",
    "RandomState",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "RandomizedNonceKey",
];

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if source.package == "bench" || PLACES.iter().any(|place| source.path.starts_with(place)) {
        return Vec::new();
    }
    let found = paths(source).into_iter().filter_map(|named| {
        let which = SOURCES.iter().find(|source| named.has(source))?;
        source.product_finding(
            named.line,
            RULE,
            format!("chance is a parameter: `{which}` only in {}", PLACES.join(", ")),
        )
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::parse(path, text).expect("valid Rust")).len()
    }

    #[test]
    fn chance_is_found_outside_its_places() {
        assert_eq!(count("crates/casework/src/a.rs", "fn a() { uuid::Uuid::new_v4(); }"), 1);
        assert_eq!(count("crates/storage/src/journal.rs", "use aws_lc_rs::rand::SystemRandom;"), 2);
    }

    #[test]
    fn sealing_and_the_programs_own_place_may_use_it() {
        assert_eq!(count("crates/storage/src/sealing/nonce.rs", "use aws_lc_rs::rand;"), 0);
        assert_eq!(count("crates/mentorlog/src/chance.rs", "fn a() { uuid::Uuid::new_v4(); }"), 0);
        assert_eq!(count("crates/casework/src/a.rs", "fn a() { operand::b(); }"), 0);
    }
}
