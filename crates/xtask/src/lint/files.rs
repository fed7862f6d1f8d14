//! A file has one reason to exist: past 400 lines it is warned about, past 500 it fails.

use crate::lint::Finding;
use crate::lint::source::Source;
use crate::workspace::has_extension;

const RULE: &str = "length";
const WARN: usize = 400;
const FAIL: usize = 500;

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let what = || format!("{} lines, at most {FAIL}: split it where its reasons part", source.lines);
    if source.lines > FAIL { vec![source.finding(1, RULE, what())] } else { Vec::new() }
}

/// A word about a file that is getting long.
pub(crate) fn warning(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (has_extension(path, "rs") && lines > WARN && lines <= FAIL).then(|| format!("warning: {path}: {lines} lines"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_length(lines: usize) -> String {
        "// a line\n".repeat(lines)
    }

    #[test]
    fn a_file_past_500_lines_fails() {
        let count = |lines| check(&Source::parse("a.rs", &of_length(lines)).expect("valid Rust")).len();
        assert_eq!((count(500), count(501)), (0, 1));
    }

    #[test]
    fn a_file_past_400_lines_is_warned_about() {
        assert_eq!(warning("a.rs", &of_length(400)), None);
        assert!(warning("a.rs", &of_length(401)).is_some());
        assert_eq!(warning("a.md", &of_length(401)), None);
    }
}
