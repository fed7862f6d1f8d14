//! Personal data is never printed or serialised by its type, and is revealed only where it is sealed (`casework`) or
//! where access has been decided (`api`). The demo invents its people, so it may look at them. A snapshot holds names as
//! memory does, and is sealed as a whole.

use syn::visit::Visit;

use crate::lint::Finding;
use crate::lint::source::Source;
use crate::lint::tokens::{paths, words};

const RULE: &str = "personal";
const MAY_REVEAL: &[&str] = &[
    "crates/casework/",
    "crates/api/",
    "crates/domain/src/personal.rs",
    "crates/domain/src/laid.rs",
    "crates/mentorlog/src/demo",
    "crates/bench/",
];
const NEVER: &[&str] = &["Serialize", "Deserialize", "Display", "JsonSchema", "Deref", "AsRef", "Borrow"];

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut visitor = WaysOut { source, found: Vec::new() };
    visitor.visit_file(&source.syntax);
    visitor.found.extend(reveals(source));
    visitor.found
}

fn reveals(source: &Source) -> Vec<Finding> {
    if MAY_REVEAL.iter().any(|place| source.path.starts_with(place)) || source.package == "xtask" {
        return Vec::new();
    }
    let by_path = paths(source).into_iter().filter(|named| named.has("Personal::reveal")).map(|named| named.line);
    let lines = words(source.tokens.clone(), "reveal").into_iter().chain(by_path);
    let found = lines.filter_map(|line| {
        source.product_finding(line, RULE, "`reveal` only in casework (sealing) and api (access has been decided)")
    });
    found.collect()
}

struct WaysOut<'a> {
    source: &'a Source,
    found: Vec<Finding>,
}

impl WaysOut<'_> {
    fn note(&mut self, line: usize, name: &str) {
        let what = format!("`Personal` has no way out by its type: no `{name}`");
        self.found.extend(self.source.product_finding(line, RULE, what));
    }
}

impl<'ast> Visit<'ast> for WaysOut<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        if let (Some(of), syn::Type::Path(of_type)) = (of, &*item.self_ty)
            && of_type.path.segments.last().is_some_and(|segment| segment.ident == "Personal")
            && let Some(never) = NEVER.iter().find(|never| of.ident == **never)
        {
            self.note(of.ident.span().start().line, never);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if item.ident != "Personal" {
            return;
        }
        let derives = item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
        for derive in derives {
            let _read = derive.parse_nested_meta(|meta| {
                if let Some(never) =
                    NEVER.iter().find(|never| meta.path.segments.last().is_some_and(|s| s.ident == **never))
                {
                    self.note(derive.pound_token.span.start().line, never);
                }
                Ok(())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::parse(path, text).expect("valid Rust")).len()
    }

    #[test]
    fn a_way_out_by_the_type_is_found() {
        assert_eq!(count("crates/domain/src/personal.rs", "#[derive(Clone, Serialize)]\nstruct Personal<T>(T);"), 1);
        assert_eq!(count("crates/api/src/a.rs", "impl<T> fmt::Display for Personal<T> {}"), 1);
        assert_eq!(count("crates/api/src/a.rs", "impl<T> serde::Serialize for domain::Personal<T> {}"), 1);
    }

    #[test]
    fn revealing_is_found_outside_its_places() {
        let text = "fn a(name: &Personal<Name>) { name.reveal(); }";
        assert_eq!(count("crates/storage/src/a.rs", text), 1);
        assert_eq!(count("crates/mentorlog/src/serve.rs", text), 1);
        assert_eq!(count("crates/casework/src/stored/a.rs", text), 0);
        assert_eq!(count("crates/mentorlog/tests/a.rs", text), 0);
    }

    #[test]
    fn printing_that_something_is_there_is_left_alone() {
        let text = "#[derive(Clone)]\nstruct Personal<T>(T);\nimpl<T> fmt::Debug for Personal<T> {}";
        assert_eq!(count("crates/domain/src/personal.rs", text), 0);
    }
}
