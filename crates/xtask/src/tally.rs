//! Reads how many tests passed and failed out of what the runners themselves print. Nothing is counted by us.

/// Tests that passed and tests that failed, as a runner says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tally {
    /// Passed.
    pub(crate) passed: u64,
    /// Failed, in whatever way.
    pub(crate) failed: u64,
}

/// What a runner says at its end; `None` when it says nothing. nextest has one summary, and shows the closing lines of
/// the tests that failed too, so those are not counted beside it. cargo has a closing line for each binary.
pub(crate) fn read(text: &str) -> Option<Tally> {
    let lines = || text.lines().map(str::trim_start);
    let summary = lines().rfind(|line| line.starts_with("Summary [") && line.contains("run:"));
    if let Some(summary) = summary {
        return Some(read_line(summary));
    }
    let closing = lines().filter(|line| line.starts_with("test result:"));
    closing.map(read_line).reduce(|sum, one| Tally { passed: sum.passed + one.passed, failed: sum.failed + one.failed })
}

fn read_line(line: &str) -> Tally {
    Tally {
        passed: number_before(line, "passed"),
        failed: number_before(line, "failed") + number_before(line, "timed") + number_before(line, "exec"),
    }
}

fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty()).collect();
    let found = words.windows(2).filter_map(|pair| match pair {
        [number, next] if *next == word => number.parse::<u64>().ok(),
        _ => None,
    });
    found.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_nextest_is_read() {
        let text = "  PASS [ 0.1s] a\n     Summary [   4.020s] 31 tests run: 29 passed (1 slow), 2 failed, 3 skipped\n";
        assert_eq!(read(text), Some(Tally { passed: 29, failed: 2 }));
    }

    #[test]
    fn the_closing_lines_of_cargo_test_are_added_up() {
        let text = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(read(text), Some(Tally { passed: 7, failed: 1 }));
    }

    #[test]
    fn what_a_failed_test_printed_is_not_counted_beside_the_summary() {
        let text = "    test result: FAILED. 0 passed; 1 failed; 0 ignored\n\
                    Summary [  53.782s] 297 tests run: 296 passed, 1 failed, 0 skipped\n";
        assert_eq!(read(text), Some(Tally { passed: 296, failed: 1 }));
    }

    #[test]
    fn timeouts_count_as_failed() {
        let text = "Summary [ 60.0s] 4/9 tests run: 2 passed, 1 failed, 1 timed out, 0 skipped";
        assert_eq!(read(text), Some(Tally { passed: 2, failed: 2 }));
    }

    #[test]
    fn without_a_closing_line_nothing_is_claimed() {
        assert_eq!(read("error: could not compile `domain`"), None);
    }
}
