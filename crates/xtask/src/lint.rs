//! The house rules that the compiler cannot hold, each in a file of its own with its tests.
//!
//! An exception is a comment above the line, and it says why:
//!
//! ```text
//! // house-rule: allow(clock) because the deadline of a stop is no fact.
//! ```

mod chance;
mod clock;
mod dependencies;
mod events;
mod exceptions;
mod files;
mod personal;
mod places;
mod purity;
mod source;
mod tokens;

use source::Source;

use crate::shell::Failure;
use crate::workspace::{Workspace, has_extension};

/// Something that breaks a rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Finding {
    /// File, from the root.
    pub(crate) path: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Which rule.
    pub(crate) rule: &'static str,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

/// A rule over Rust sources.
type Rule = fn(&Source) -> Vec<Finding>;

/// Every rule that looks at one Rust file at a time.
const RULES: &[Rule] = &[purity::check, clock::check, chance::check, events::check, personal::check, files::check];

/// Checks everything; a finding is a failure.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let paths = workspace.files()?;
    let mut findings = dependencies::check(&workspace.packages);
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(workspace.root.join(path)) else { continue };
        findings.extend(check_file(path, &text)?);
        warn_of_length(path, &text);
    }
    report(findings, paths.len())
}

fn check_file(path: &str, text: &str) -> Result<Vec<Finding>, Failure> {
    let mut findings = places::check(path, text);
    if !has_extension(path, "rs") {
        return Ok(findings);
    }
    let source = Source::parse(path, text)?;
    findings.extend(RULES.iter().flat_map(|rule| rule(&source)));
    Ok(exceptions::apply(path, text, findings))
}

fn warn_of_length(path: &str, text: &str) {
    if let Some(warning) = files::warning(path, text) {
        println!("{warning}");
    }
}

fn report(mut findings: Vec<Finding>, files: usize) -> Result<(), Failure> {
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{}:{}: [{}] {}", finding.path, finding.line, finding.rule, finding.what);
    }
    if findings.is_empty() {
        println!("house rules: {files} files, nothing found");
        return Ok(());
    }
    Err(Failure::new(format!("house rules: {} found; see CONTRIBUTING.md for what each rule is for", findings.len())))
}
