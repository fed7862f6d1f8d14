//! Nothing in the repository names a place on somebody's machine, or another host to take packages from.

use crate::lint::Finding;

const RULE: &str = "places";
/// First folders of paths that exist on one machine only.
const FOLDERS: &[&str] = &["work", "root", "tmp", "home"];
/// Hosts of package registries, split so that this file does not name them.
const HOSTS: &[(&str, &str)] = &[
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("registry.npmjs", ".org"),
    ("pypi", ".org"),
    ("docker", ".io"),
];
/// The one registry that the lock file may name.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks one file of whatever kind.
pub(crate) fn check(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(index, line)| {
        let what = if path.ends_with("Cargo.lock") { other_registry(line) } else { place(path, line) }?;
        Some(Finding { path: path.to_owned(), line: index + 1, rule: RULE, what })
    });
    found.collect()
}

fn place(path: &str, line: &str) -> Option<String> {
    let folder = FOLDERS.iter().find(|folder| !is_test(path) && names_folder(line, folder));
    if let Some(folder) = folder {
        return Some(format!("a path under `{folder}` exists on one machine only"));
    }
    let host = HOSTS.iter().find(|(name, end)| line.contains(&format!("{name}{end}")));
    host.map(|_| "packages come from where the user's own configuration says".to_owned())
}

/// `/folder/` at the beginning of a path, not inside a longer one.
fn names_folder(line: &str, folder: &str) -> bool {
    let needle = format!("/{folder}/");
    line.match_indices(&needle).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !(letter.is_alphanumeric() || ".-_}/".contains(letter)))
    })
}

fn other_registry(line: &str) -> Option<String> {
    let from = line.strip_prefix("source = ")?.trim_matches('"');
    (from != REGISTRY).then(|| "every package comes from the one public registry".to_owned())
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put together here, so that this file does not break its own rule.
    fn machine_path() -> String {
        ["let a = \"", "/tm", "p/data\";"].concat()
    }

    #[test]
    fn a_machines_own_path_is_found() {
        assert_eq!(check("crates/api/src/a.rs", &machine_path()).len(), 1);
        assert_eq!(check("docs/a.md", &machine_path()).len(), 1);
    }

    #[test]
    fn tests_and_longer_paths_are_left_alone() {
        assert_eq!(check("tests/a.rs", &machine_path()), []);
        assert_eq!(check("docs/a.md", "see docs/work/a.md and /var/lib/tmp/a"), []);
    }

    #[test]
    fn another_registry_is_found() {
        assert_eq!(check("Cargo.lock", &format!("source = \"{REGISTRY}\"")), []);
        assert_eq!(check("Cargo.lock", "source = \"registry+https://example.org/index\"").len(), 1);
        assert_eq!(check("deploy/a.sh", &["curl https://registry.npmjs", ".org/a"].concat()).len(), 1);
    }
}
