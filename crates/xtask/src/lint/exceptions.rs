//! Exceptions to a rule: a comment directly above the line, naming the rule and saying why. One that excuses nothing,
//! or gives no reason, is a finding itself.

use crate::lint::Finding;

const RULE: &str = "exception";

/// An exception that somebody wrote.
struct Exception {
    line: usize,
    rule: String,
    has_reason: bool,
    covers: usize,
}

/// Takes away what is excused, and adds what is wrong with the excuses.
pub(crate) fn apply(path: &str, text: &str, findings: Vec<Finding>) -> Vec<Finding> {
    let exceptions = read(text);
    let excuses = |exception: &Exception, finding: &Finding| {
        exception.has_reason && exception.rule == finding.rule && exception.covers == finding.line
    };
    let idle = exceptions.iter().filter(|exception| !findings.iter().any(|finding| excuses(exception, finding)));
    let idle: Vec<Finding> = idle.map(|exception| complaint(path, exception)).collect();
    let left = findings.into_iter().filter(|finding| !exceptions.iter().any(|exception| excuses(exception, finding)));
    left.chain(idle).collect()
}

fn complaint(path: &str, exception: &Exception) -> Finding {
    let what =
        if exception.has_reason { "this exception excuses nothing: remove it" } else { "say why: `because …`" };
    Finding { path: path.to_owned(), line: exception.line, rule: RULE, what: what.to_owned() }
}

fn read(text: &str) -> Vec<Exception> {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().enumerate().filter_map(|(index, line)| {
        let said = line.trim_start().strip_prefix("//")?.trim_start().strip_prefix("house-rule: allow(")?;
        let (rule, reason) = said.split_once(')')?;
        let has_reason = reason.trim_start().strip_prefix("because ").is_some_and(|why| !why.trim().is_empty());
        Some(Exception { line: index + 1, rule: rule.to_owned(), has_reason, covers: covered(&lines, index) })
    });
    found.collect()
}

/// The first line below that is neither comment nor attribute.
fn covered(lines: &[&str], index: usize) -> usize {
    let below = lines.iter().enumerate().skip(index + 1);
    let mut code = below.filter(|(_, line)| {
        let line = line.trim_start();
        !(line.starts_with("//") || line.starts_with("#["))
    });
    code.next().map_or(0, |(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: usize) -> Finding {
        Finding { path: "a.rs".to_owned(), line, rule: "clock", what: String::new() }
    }

    /// Written without the slashes that would make it an exception in this file.
    fn commented(text: &str) -> String {
        text.replace("COMMENT", "//")
    }

    #[test]
    fn an_exception_with_a_reason_excuses_the_line_below() {
        let text = commented("COMMENT house-rule: allow(clock) because it is a test.\nUtc::now();\nUtc::now();\n");
        assert_eq!(apply("a.rs", &text, vec![finding(2), finding(3)]), [finding(3)]);
    }

    #[test]
    fn the_reason_may_go_on_over_several_lines() {
        let text = commented("COMMENT house-rule: allow(clock) because it\nCOMMENT is long.\n#[inline]\nUtc::now();\n");
        assert_eq!(apply("a.rs", &text, vec![finding(4)]), []);
    }

    #[test]
    fn an_exception_without_a_reason_excuses_nothing() {
        let text = commented("COMMENT house-rule: allow(clock)\nUtc::now();\n");
        assert_eq!(apply("a.rs", &text, vec![finding(2)]).len(), 2);
    }

    #[test]
    fn an_exception_that_excuses_nothing_is_found() {
        let text = commented("COMMENT house-rule: allow(clock) because it was so once.\nfn a() {}\n");
        assert_eq!(apply("a.rs", &text, Vec::new()).len(), 1);
    }
}
