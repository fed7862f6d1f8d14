//! Who may depend on whom: dependencies point one way, and the domain knows nothing that does I/O.

use crate::lint::Finding;
use crate::workspace::Package;

const RULE: &str = "dependencies";

/// One of our crates, what it may be built on, and what its tests may use besides.
struct Place {
    name: &'static str,
    may: &'static [&'static str],
    tests_may: &'static [&'static str],
}

/// The table in `ARCHITECTURE.md`.
const PLACES: &[Place] = &[
    Place { name: "domain", may: &[], tests_may: &[] },
    Place { name: "storage", may: &[], tests_may: &[] },
    Place { name: "casework", may: &["domain", "storage"], tests_may: &[] },
    Place { name: "api", may: &["domain", "casework"], tests_may: &["storage"] },
    Place { name: "digest", may: &["domain", "casework"], tests_may: &["storage"] },
    Place { name: "mentorlog", may: &["domain", "storage", "casework", "api", "digest"], tests_may: &[] },
    Place { name: "bench", may: &["domain", "storage", "casework", "api", "digest", "mentorlog"], tests_may: &[] },
    Place { name: "fuzz", may: &["domain", "storage", "casework", "api", "mentorlog"], tests_may: &[] },
    Place { name: "xtask", may: &[], tests_may: &[] },
];

/// Everything that the domain is built on: values and time arithmetic, nothing that runs.
const UNDER_DOMAIN: &[&str] = &["chrono", "chrono-tz", "imbl", "thiserror", "uuid"];

/// Checks all packages.
pub(crate) fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Finding> {
    let Some(place) = PLACES.iter().find(|place| place.name == package.name) else {
        return vec![finding(
            package,
            "a new crate: say in xtask's table and in ARCHITECTURE.md what it may depend on",
        )];
    };
    let ours = package.dependencies.iter().filter(|dependency| is_ours(&dependency.name));
    let wrong = ours.filter(|dependency| {
        let name = dependency.name.as_str();
        !(place.may.contains(&name)
            || dependency.only_in_tests && (name == place.name || place.tests_may.contains(&name)))
    });
    let wrong = wrong.map(|dependency| finding(package, &format!("must not depend on `{}`", dependency.name)));
    wrong.chain(strangers_under_domain(package)).collect()
}

fn strangers_under_domain(package: &Package) -> Vec<Finding> {
    let product =
        package.dependencies.iter().filter(|dependency| package.name == "domain" && !dependency.only_in_tests);
    let strangers =
        product.filter(|dependency| !is_ours(&dependency.name) && !UNDER_DOMAIN.contains(&dependency.name.as_str()));
    strangers
        .map(|stranger| finding(package, &format!("`{}` is not on the list of what is pure", stranger.name)))
        .collect()
}

fn is_ours(name: &str) -> bool {
    PLACES.iter().any(|place| place.name == name)
}

fn finding(package: &Package, what: &str) -> Finding {
    Finding { path: format!("crates/{}/Cargo.toml", package.name), line: 1, rule: RULE, what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependency = |(name, only_in_tests): &(&str, bool)| Dependency {
            name: (*name).to_owned(),
            only_in_tests: *only_in_tests,
        };
        Package { name: name.to_owned(), dependencies: dependencies.iter().map(dependency).collect() }
    }

    #[test]
    fn dependencies_that_point_up_or_sideways_are_found() {
        assert_eq!(check(&[package("domain", &[("storage", false)])]).len(), 1);
        assert_eq!(check(&[package("api", &[("storage", false)])]).len(), 1);
        assert_eq!(check(&[package("storage", &[("domain", true)])]).len(), 1);
        assert_eq!(check(&[package("mentorlog", &[("xtask", false)])]).len(), 1);
    }

    #[test]
    fn dependencies_that_point_down_are_left_alone() {
        assert_eq!(check(&[package("casework", &[("domain", false), ("storage", false), ("tokio", false)])]), []);
        assert_eq!(check(&[package("api", &[("casework", false), ("storage", true)])]), []);
        assert_eq!(
            check(&[package("domain", &[("domain", true)])]),
            [],
            "tests may ask for a feature of their own crate"
        );
    }

    #[test]
    fn the_domain_is_built_on_pure_crates_only() {
        assert_eq!(check(&[package("domain", &[("chrono", false), ("proptest", true)])]), []);
        assert_eq!(check(&[package("domain", &[("tokio", false)])]).len(), 1);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_found() {
        assert_eq!(check(&[package("web", &[])]).len(), 1);
    }
}
