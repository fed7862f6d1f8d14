//! With what the promises are compared.
//!
//! - `MENTORLOG_BASE`, when it is set, and nothing else.
//! - Without its history a checkout (a shallow clone) has nothing to compare with, or not all: that fails, unless it has been
//!   chosen to do without (`MENTORLOG_WITHOUT=history`).
//! - Otherwise the newest release (`v*` tag) before this commit, and where this branch left the main branch. On the
//!   main branch itself that is the commit before this one: what has landed is a promise, what is new on a branch is
//!   not yet.

use std::fmt;

use crate::shell::{Failure, output, program_in};
use crate::workspace::Workspace;

/// Names under which the main branch may be known here.
const MAIN: &[&str] = &["origin/main", "main"];

/// What is left out of the checks by this name (`MENTORLOG_WITHOUT`) where a checkout has no history.
const WITHOUT_HISTORY: &str = "history";

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

/// Every commit to compare with; none in a repository's first commit, nor where it has been chosen to do without.
pub(crate) fn find(workspace: &Workspace) -> Result<Vec<Base>, Failure> {
    let without = std::env::var("MENTORLOG_WITHOUT").unwrap_or_default();
    let chosen = without.split(',').any(|name| name.trim() == WITHOUT_HISTORY);
    chosen_or_found(workspace, std::env::var("MENTORLOG_BASE").ok().as_deref(), chosen)
}

fn chosen_or_found(workspace: &Workspace, asked: Option<&str>, without: bool) -> Result<Vec<Base>, Failure> {
    if let Some(asked) = asked {
        let commit = resolve(workspace, asked);
        let unknown = || Failure::new(format!("MENTORLOG_BASE: there is no commit {asked} here"));
        return Ok(vec![Base { commit: commit.ok_or_else(unknown)?, why: "MENTORLOG_BASE".to_owned() }]);
    }
    let Some(head) = resolve(workspace, "HEAD") else {
        return Err(Failure::new("there is no commit here: `git init` and commit, or work in a clone"));
    };
    if !knows_its_history(workspace, &head)? {
        let lacks =
            "this checkout has no history (a shallow clone): the schema and what is stored were compared with nothing";
        if without {
            println!("{lacks}; left out by choice ({WITHOUT_HISTORY})");
            return Ok(Vec::new());
        }
        return Err(Failure::new(format!(
            "{lacks}. Get it with `git fetch --unshallow --tags`, name a commit with MENTORLOG_BASE, or leave the comparison \
             out with MENTORLOG_WITHOUT={WITHOUT_HISTORY}"
        )));
    }
    let mut bases: Vec<Base> = [landed(workspace, &head), released(workspace)].into_iter().flatten().collect();
    bases.dedup_by(|one, other| one.commit == other.commit);
    if bases.is_empty() {
        println!("compared with nothing: this is the first commit, and nothing has landed before it");
    }
    Ok(bases)
}

/// Whether what has landed can be found here: in a shallow clone only where main is there and meets this branch in what was
/// fetched, and where this is main itself, the commit before it. Older releases may be missing then, and main has what they had.
fn knows_its_history(workspace: &Workspace, head: &str) -> Result<bool, Failure> {
    if git(workspace, &["rev-parse", "--is-shallow-repository"])?.trim() != "true" {
        return Ok(true);
    }
    let main = MAIN.iter().find(|name| resolve(workspace, name).is_some());
    let fork = main.and_then(|main| git(workspace, &["merge-base", "HEAD", main]).ok());
    Ok(fork.is_some_and(|fork| fork.trim() != head || resolve(workspace, "HEAD^").is_some()))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on must fail, and say where")]

    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// A folder that is gone when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("mentorlog-base-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).expect("a folder");
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    fn at(root: &Path) -> Workspace {
        Workspace { root: root.to_path_buf(), target: root.join("target"), packages: Vec::new() }
    }

    fn says(root: &Path, arguments: &[&str]) -> String {
        let who =
            ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.invalid", "-c", "commit.gpgsign=false"];
        git(&at(root), &[&who, arguments].concat()).expect("git does it")
    }

    /// A repository with three commits on main and two on a branch that left it at the second.
    fn origin(folder: &Folder) -> PathBuf {
        let root = folder.0.join("origin");
        fs::create_dir(&root).expect("a folder");
        says(&root, &["init", "--quiet", "--initial-branch=main"]);
        let commit = |what: &str| says(&root, &["commit", "--quiet", "--allow-empty", "--message", what]);
        for what in ["first", "second"] {
            commit(what);
        }
        says(&root, &["checkout", "--quiet", "-b", "branch"]);
        for what in ["third", "fourth"] {
            commit(what);
        }
        says(&root, &["checkout", "--quiet", "main"]);
        commit("fifth");
        root
    }

    fn cloned(folder: &Folder, from: &Path, name: &str, how: &[&str]) -> PathBuf {
        let (to, from) = (folder.0.join(name), format!("file://{}", from.display()));
        says(&folder.0, &[&["clone", "--quiet"], how, &[from.as_str(), name]].concat());
        to
    }

    #[test]
    fn a_clone_without_history_fails_and_says_that_nothing_was_compared_unless_that_was_chosen() {
        let folder = Folder::new("shallow");
        let origin = origin(&folder);
        for (name, how) in [
            ("one", &["--depth=1"][..]),
            ("branch", &["--depth=1", "--branch=branch"]),
            // Of the branch two commits are here, and the one before this is not where it left main.
            ("alone", &["--depth=2", "--branch=branch", "--single-branch"]),
        ] {
            let root = cloned(&folder, &origin, name, how);
            let why = chosen_or_found(&at(&root), None, false).expect_err("it fails").to_string();
            assert!(
                why.contains("compared with nothing") && why.contains("MENTORLOG_WITHOUT=history"),
                "{name}: {why}"
            );
            assert_eq!(chosen_or_found(&at(&root), None, true).expect("left out by choice"), [], "{name}");
            let named = chosen_or_found(&at(&root), Some("HEAD"), false).expect("a commit that was named");
            assert_eq!(named.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_whole_clone_is_compared_with_what_has_landed() {
        let folder = Folder::new("whole");
        let origin = origin(&folder);
        let commits = |root: &Path, without| {
            let found = chosen_or_found(&at(root), None, without).expect("it is compared");
            found.into_iter().map(|base| base.commit).collect::<Vec<_>>()
        };
        let resolved = |name: &str| says(&origin, &["rev-parse", name]).trim().to_owned();
        let main = cloned(&folder, &origin, "main", &[]);
        assert_eq!(commits(&main, false), [resolved("main^")]);
        assert_eq!(commits(&main, true), [resolved("main^")], "what is here is compared whatever was chosen");
        let branch = cloned(&folder, &origin, "of-branch", &["--branch=branch"]);
        assert_eq!(commits(&branch, false), [resolved("branch~2")]);
        let deep = cloned(&folder, &origin, "deep", &["--depth=2"]);
        assert_eq!(commits(&deep, false), [resolved("main^")], "the commit before is here");

        // Nothing has landed before a first commit.
        let first = folder.0.join("first");
        fs::create_dir(&first).expect("a folder");
        says(&first, &["init", "--quiet", "--initial-branch=main"]);
        says(&first, &["commit", "--quiet", "--allow-empty", "--message", "first"]);
        assert_eq!(commits(&first, false), Vec::<String>::new());
    }
}
