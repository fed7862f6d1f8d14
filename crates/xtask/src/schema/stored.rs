//! The committed examples of stored events: an example that has landed is never edited and never removed, so that every
//! version that may lie in somebody's log can still be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::schema::base::Base;
use crate::schema::files_below;
use crate::shell::Failure;
use crate::workspace::Workspace;

/// Folder of the examples, from the root.
const FOLDER: &str = "tests/stored";

/// Every example in the base is there, byte for byte.
pub(crate) fn check(workspace: &Workspace, base: &Base) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for path in base.files(workspace, FOLDER)? {
        let now = fs::read_to_string(workspace.root.join(&path)).ok();
        complaints.extend(compare(&path, base.read(workspace, &path).as_deref(), now.as_deref()));
    }
    Ok(complaints)
}

fn compare(path: &str, then: Option<&str>, now: Option<&str>) -> Option<String> {
    match (then, now) {
        (Some(_), None) => {
            Some(format!("{path} has been removed: events like it may lie in a log, so they must stay readable"))
        }
        (Some(then), Some(now)) if then != now => Some(format!(
            "{path} has been edited: put it back, and give the changed form a new version with an upgrade step"
        )),
        _ => None,
    }
}

/// A version is never without the ones before it: each needs its examples, from which its upgrade step is tested.
pub(crate) fn check_versions(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let files = files_below(&workspace.root.join(FOLDER))?;
    let names: Vec<String> = files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    Ok(gaps(&names))
}

fn gaps(names: &[String]) -> Vec<String> {
    let mut versions: BTreeMap<(String, String), BTreeSet<u32>> = BTreeMap::new();
    for (before, version, after) in names.iter().filter_map(|name| split_at_version(name)) {
        versions.entry((before, after)).or_default().insert(version);
    }
    let missing = versions.iter().flat_map(|((before, after), found)| {
        let last = found.last().copied().unwrap_or(0);
        let missing = (1..last).filter(|version| !found.contains(version));
        missing
            .map(move |version| format!("{FOLDER}/{before}v{version}{after} is missing, and a later version is there"))
    });
    missing.collect()
}

/// `pupil-left.v2.erased.json` is `pupil-left.`, 2 and `.erased.json`.
fn split_at_version(name: &str) -> Option<(String, u32, String)> {
    let starts = name.match_indices('v').filter(|(at, _)| {
        let before = name.get(..*at).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !letter.is_ascii_alphanumeric())
    });
    let mut found = starts.filter_map(|(at, _)| {
        let rest = name.get(at + 1..)?;
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let version = rest.get(..digits)?.parse::<u32>().ok()?;
        Some((name.get(..at)?.to_owned(), version, rest.get(digits..)?.to_owned()))
    });
    found.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_that_has_landed_is_neither_edited_nor_removed() {
        assert!(compare("a", Some("{}"), Some("{ }")).is_some());
        assert!(compare("a", Some("{}"), None).is_some());
        assert_eq!(compare("a", Some("{}"), Some("{}")), None);
    }

    #[test]
    fn a_version_without_the_one_before_it_is_found() {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let whole = names(&["pupil-left.v1.present.json", "pupil-left.v2.present.json", "vacation-set.v1.erased.json"]);
        assert_eq!(gaps(&whole), Vec::<String>::new());
        assert_eq!(gaps(&names(&["pupil-left.v3.present.json", "pupil-left.v1.present.json"])).len(), 1);
        assert_eq!(gaps(&names(&["pupil-left/v2/present.json"])).len(), 1);
    }
}
