//! Which paths a file names: in its code, inside macros too, and spelled out from its `use` trees.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

use crate::lint::source::Source;

/// A path that is named somewhere, its segments joined by `::`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The path.
    pub(crate) path: String,
    /// Line, from 1.
    pub(crate) line: usize,
}

impl Named {
    /// Whether the path has these segments somewhere in it, one after the other.
    pub(crate) fn has(&self, segments: &str) -> bool {
        format!("::{}::", self.path).contains(&format!("::{segments}::"))
    }
}

/// Every path of at least two segments that a file names: a word alone may be anything.
pub(crate) fn paths(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    scan(source.tokens.clone(), &mut found);
    let mut uses = Uses(Vec::new());
    uses.visit_file(&source.syntax);
    found.extend(uses.0);
    found.retain(|named| named.path.contains("::"));
    found
}

/// Lines on which a word stands that is no part of a path, for instance a keyword.
pub(crate) fn words(tokens: TokenStream, word: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == word => lines.push(ident.span().start().line),
            TokenTree::Group(group) => lines.extend(words(group.stream(), word)),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    lines
}

fn scan(tokens: TokenStream, found: &mut Vec<Named>) {
    let mut current: Option<Named> = None;
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                current = match current.take() {
                    Some(path) if colons == 2 => Some(Named { path: format!("{}::{ident}", path.path), ..path }),
                    other => {
                        found.extend(other);
                        Some(Named { path: ident.to_string(), line })
                    }
                };
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                found.extend(current.take());
                colons = 0;
                scan(group.stream(), found);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                found.extend(current.take());
                colons = 0;
            }
        }
    }
    found.extend(current);
}

struct Uses(Vec<Named>);

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.spell_out("", &item.tree);
    }
}

impl Uses {
    fn spell_out(&mut self, before: &str, tree: &syn::UseTree) {
        let mut name = |ident: &syn::Ident| {
            self.0.push(Named { path: join(before, &ident.to_string()), line: ident.span().start().line });
        };
        match tree {
            syn::UseTree::Path(path) => self.spell_out(&join(before, &path.ident.to_string()), &path.tree),
            syn::UseTree::Name(leaf) => name(&leaf.ident),
            syn::UseTree::Rename(leaf) => name(&leaf.ident),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.spell_out(before, tree)),
            syn::UseTree::Glob(glob) => {
                let line = glob.star_token.spans.first().map_or(1, |span| span.start().line);
                self.0.push(Named { path: before.to_owned(), line });
            }
        }
    }
}

fn join(before: &str, segment: &str) -> String {
    if before.is_empty() { segment.to_owned() } else { format!("{before}::{segment}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(String, usize)> {
        let source = Source::parse("crates/domain/src/a.rs", text).expect("valid Rust");
        paths(&source).into_iter().map(|named| (named.path, named.line)).collect()
    }

    #[test]
    fn paths_in_code_and_inside_macros_are_found() {
        let found = named("fn a() {\n    vec![Utc::now(), b];\n}\n");
        assert!(found.contains(&("Utc::now".to_owned(), 2)), "{found:?}");
    }

    #[test]
    fn use_trees_are_spelled_out() {
        let found = named("use std::{\n    fmt,\n    fs::{self, File},\n};\n");
        assert!(found.contains(&("std::fs::File".to_owned(), 3)), "{found:?}");
        assert!(found.contains(&("std::fs::self".to_owned(), 3)), "{found:?}");
    }

    #[test]
    fn text_and_comments_are_no_paths() {
        let found = named("/// Utc::now\nfn a() -> &'static str {\n    \"Utc::now\"\n}\n");
        assert!(!found.iter().any(|(path, _)| path.contains("Utc")), "{found:?}");
    }

    #[test]
    fn a_type_annotation_is_no_path() {
        let found = named("struct A { b: std::fmt::Error }");
        assert!(found.iter().any(|(path, _)| path == "std::fmt::Error"), "{found:?}");
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
