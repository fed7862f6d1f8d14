//! With what the promises are compared.
//!
//! - `MENTORLOG_BASE`, when it is set, and nothing else.
//! - Otherwise the newest release (`v*` tag) before this commit, and where this branch left the main branch. On the
//!   main branch itself that is the commit before this one: what has landed is a promise, what is new on a branch is
//!   not yet.

use std::fmt;

use crate::shell::{Failure, output, program_in};
use crate::workspace::Workspace;

/// Names under which the main branch may be known here.
const MAIN: &[&str] = &["origin/main", "main"];

/// A commit to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// The commit.
    commit: String,
    /// How it was found.
    why: String,
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.commit.get(..12).unwrap_or(&self.commit), self.why)
    }
}

impl Base {
    /// The files below a folder in that commit, as paths from the root.
    pub(crate) fn files(&self, workspace: &Workspace, folder: &str) -> Result<Vec<String>, Failure> {
        let listed =
            git(workspace, &["ls-tree", "-r", "-z", "--name-only", &self.commit, "--", &format!("{folder}/")])?;
        Ok(listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
    }

    /// A file as it was in that commit; `None`: it was not there.
    pub(crate) fn read(&self, workspace: &Workspace, path: &str) -> Option<String> {
        let object = format!("{}:{path}", self.commit);
        git(workspace, &["cat-file", "-e", &object]).ok()?;
        git(workspace, &["cat-file", "blob", &object]).ok()
    }
}

/// Every commit to compare with; none in a repository's first commit.
pub(crate) fn find(workspace: &Workspace) -> Result<Vec<Base>, Failure> {
    if let Ok(asked) = std::env::var("MENTORLOG_BASE") {
        let commit = resolve(workspace, &asked);
        let unknown = || Failure::new(format!("MENTORLOG_BASE: there is no commit {asked} here"));
        return Ok(vec![Base { commit: commit.ok_or_else(unknown)?, why: "MENTORLOG_BASE".to_owned() }]);
    }
    let Some(head) = resolve(workspace, "HEAD") else {
        return Err(Failure::new("there is no commit here: `git init` and commit, or work in a clone"));
    };
    let mut bases: Vec<Base> = [landed(workspace, &head), released(workspace)].into_iter().flatten().collect();
    bases.dedup_by(|one, other| one.commit == other.commit);
    if bases.is_empty() {
        println!("nothing to compare with: no main branch, no release, no commit before this one");
    }
    Ok(bases)
}

fn landed(workspace: &Workspace, head: &str) -> Option<Base> {
    let main = MAIN.iter().find(|name| resolve(workspace, name).is_some());
    let fork =
        main.and_then(|main| git(workspace, &["merge-base", "HEAD", main]).ok()).map(|text| text.trim().to_owned());
    match fork {
        Some(commit) if commit != head => Some(Base { commit, why: "where this branch left main".to_owned() }),
        _ => {
            let commit = resolve(workspace, "HEAD^")?;
            Some(Base { commit, why: "the commit before this one".to_owned() })
        }
    }
}

fn released(workspace: &Workspace) -> Option<Base> {
    let tag = git(workspace, &["describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^"]).ok()?;
    let commit = resolve(workspace, tag.trim())?;
    Some(Base { commit, why: format!("release {}", tag.trim()) })
}

fn resolve(workspace: &Workspace, name: &str) -> Option<String> {
    let commit = git(workspace, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]).ok()?;
    Some(commit.trim().to_owned())
}

fn git(workspace: &Workspace, arguments: &[&str]) -> Result<String, Failure> {
    output(program_in(&workspace.root, "git").args(arguments))
}
