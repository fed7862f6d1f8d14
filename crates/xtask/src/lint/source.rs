//! A Rust file as the rules see it: parsed, with the lines told apart that only tests have.

use std::ops::RangeInclusive;

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::lint::Finding;
use crate::shell::Failure;

/// Folders and file names that hold nothing but tests, examples and benchmarks.
const TEST_PLACES: &[&str] = &["tests", "tests.rs", "examples", "benches"];

/// A Rust file.
pub(crate) struct Source {
    /// Path from the root.
    pub(crate) path: String,
    /// The crate's folder name under `crates/`; empty outside.
    pub(crate) package: String,
    /// Its lines.
    pub(crate) lines: usize,
    /// Parsed.
    pub(crate) syntax: syn::File,
    /// Its tokens.
    pub(crate) tokens: TokenStream,
    all_tests: bool,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Parses a file.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, Failure> {
        let unreadable = |why: String| Failure::new(format!("{path} cannot be read as Rust: {why}"));
        let syntax = syn::parse_file(text).map_err(|why| unreadable(why.to_string()))?;
        let tokens = text.parse::<TokenStream>().map_err(|why| unreadable(why.to_string()))?;
        let mut found = TestItems::default();
        found.visit_file(&syntax);
        Ok(Self {
            path: path.to_owned(),
            package: package_of(path),
            lines: text.lines().count(),
            all_tests: is_test_place(path) || syntax.attrs.iter().any(only_in_tests),
            syntax,
            tokens,
            tests: found.0,
        })
    }

    /// Whether a line is compiled for tests only.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.all_tests || self.tests.iter().any(|range| range.contains(&line))
    }

    /// A finding in this file, unless the line is for tests only.
    pub(crate) fn product_finding(&self, line: usize, rule: &'static str, what: impl Into<String>) -> Option<Finding> {
        (!self.is_test(line)).then(|| self.finding(line, rule, what))
    }

    /// A finding in this file.
    pub(crate) fn finding(&self, line: usize, rule: &'static str, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, rule, what: what.into() }
    }
}

fn package_of(path: &str) -> String {
    path.strip_prefix("crates/").and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned()
}

fn is_test_place(path: &str) -> bool {
    path.split('/').any(|part| TEST_PLACES.contains(&part))
}

/// Lines of items under `#[cfg(test)]`.
#[derive(Default)]
struct TestItems(Vec<RangeInclusive<usize>>);

impl<'ast> Visit<'ast> for TestItems {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if attributes(item).iter().any(only_in_tests) {
            self.0.push(item.span().start().line..=item.span().end().line);
        } else {
            syn::visit::visit_item(self, item);
        }
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]` or `#[test]`.
fn only_in_tests(attribute: &syn::Attribute) -> bool {
    let is_cfg_test = attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"));
    is_cfg_test || attribute.path().is_ident("test")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::parse(path, text).expect("valid Rust")
    }

    #[test]
    fn lines_under_cfg_test_are_told_apart() {
        let source =
            source("crates/domain/src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
        assert_eq!(
            (1..=6).map(|line| source.is_test(line)).collect::<Vec<_>>(),
            [false, true, true, true, true, false]
        );
    }

    #[test]
    fn files_in_a_test_folder_are_all_test() {
        assert!(source("crates/domain/tests/a.rs", "fn a() {}").is_test(1));
        assert!(source("crates/domain/src/a/tests.rs", "fn a() {}").is_test(1));
        assert!(!source("crates/domain/src/attests.rs", "fn a() {}").is_test(1));
    }

    #[test]
    fn the_package_is_the_folder_under_crates() {
        assert_eq!(source("crates/domain/src/a.rs", "").package, "domain");
        assert_eq!(source("tests/a.rs", "").package, "");
    }
}
