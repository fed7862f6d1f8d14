//! Only the program reads the clock, in one file; everybody else is told what time it is (invariant 13).
//!
//! Measuring how long something takes is reading a clock too. Waiting with a limit (`tokio::time`, `recv_timeout`) is
//! not: nothing that is recorded depends on it. Chores and benchmarks may read what they like.

use crate::lint::Finding;
use crate::lint::source::Source;
use crate::lint::tokens::paths;

const RULE: &str = "clock";
const PLACE: &str = "crates/mentorlog/src/clock.rs";
const FREE: &[&str] = &["xtask", "bench"];
const READS: &[&str] = &["Utc::now", "Local::now", "SystemTime::now", "Instant::now", "Uuid::now_v7", "Uuid::now_v1"];

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if source.path == PLACE || FREE.contains(&source.package.as_str()) {
        return Vec::new();
    }
    let reads = paths(source).into_iter().filter_map(|named| {
        let which = READS.iter().find(|read| named.has(read))?;
        source.product_finding(named.line, RULE, format!("time is a parameter: `{which}` only in {PLACE}"))
    });
    reads.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::parse(path, text).expect("valid Rust")).len()
    }

    #[test]
    fn reading_the_clock_is_found_everywhere_but_in_its_place() {
        let text = "fn a() { chrono::Utc::now(); }";
        assert_eq!(count("crates/api/src/a.rs", text), 1);
        assert_eq!(count("crates/storage/src/a.rs", "fn a() { let x = std::time::Instant::now(); }"), 1);
        assert_eq!(count(PLACE, text), 0);
    }

    #[test]
    fn waiting_with_a_limit_tests_and_chores_are_left_alone() {
        assert_eq!(count("crates/api/src/a.rs", "fn a() { tokio::time::timeout(b, c); }"), 0);
        assert_eq!(count("crates/api/tests/a.rs", "fn a() { Utc::now(); }"), 0);
        assert_eq!(count("crates/bench/src/a.rs", "fn a() { Instant::now(); }"), 0);
    }
}
