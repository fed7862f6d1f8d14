//! No catch-all arm in a match over an event: a new kind must break the build wherever it has to be handled.
//!
//! A match is over events when the pattern of one of its arms names an event enum. Patterns are compared place by
//! place, so that `(Some(state), _)` and `Event::School(_)` are found beside arms that tell events apart there.

use std::collections::BTreeMap;

use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Arm, Pat};

use crate::lint::Finding;
use crate::lint::source::Source;

const RULE: &str = "catch-all";
const ENUMS: &[&str] =
    &["Event", "SchoolEvent", "StaffEvent", "PupilEvent", "GuardianEvent", "Work", "EventKind", "Body", "Command"];

/// Checks one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut visitor = Matches { inside: None, lines: Vec::new() };
    visitor.visit_file(&source.syntax);
    visitor.lines.sort_unstable();
    visitor.lines.dedup();
    let what = "name every event here, so that a new kind breaks the build";
    visitor.lines.into_iter().filter_map(|line| source.product_finding(line, RULE, what)).collect()
}

struct Matches {
    /// The type whose `impl` we are in: what `Self` is.
    inside: Option<String>,
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Matches {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        let outside = std::mem::replace(&mut self.inside, name);
        syn::visit::visit_item_impl(self, item);
        self.inside = outside;
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let unguarded = |arm: &&Arm| arm.guard.is_none();
        let guarded = expression.arms.iter().filter(|arm| !unguarded(arm)).flat_map(|arm| alternatives(&arm.pat));
        let unguarded = expression.arms.iter().filter(unguarded).flat_map(|arm| alternatives(&arm.pat));
        let place = Place { open: unguarded.collect(), guarded: guarded.collect() };
        self.look(&place);
        syn::visit::visit_expr_match(self, expression);
    }
}

/// What stands at one place of a match's patterns, arm by arm. A guarded arm never catches all, but it may name an event.
struct Place<'a> {
    open: Vec<&'a Pat>,
    guarded: Vec<&'a Pat>,
}

impl<'a> Place<'a> {
    fn all(&self) -> impl Iterator<Item = &'a Pat> {
        self.open.iter().chain(&self.guarded).copied()
    }
}

impl Matches {
    fn look(&mut self, place: &Place<'_>) {
        if place.all().any(|pattern| self.names_event(pattern)) {
            let catching = place.open.iter().filter(|pattern| catches_all(pattern));
            self.lines.extend(catching.map(|pattern| pattern.span().start().line));
        }
        for inner in places_inside(place) {
            self.look(&inner);
        }
    }

    /// Whether the pattern's path, or that of a pattern inside it, goes through an event enum.
    fn names_event(&self, pattern: &Pat) -> bool {
        let inside = fields(pattern);
        inside.iter().flat_map(|(_, field)| alternatives(field)).any(|field| self.names_event(field))
            || self.is_event(pattern)
    }

    fn is_event(&self, pattern: &Pat) -> bool {
        let path = match pattern {
            Pat::TupleStruct(pattern) => &pattern.path,
            Pat::Struct(pattern) => &pattern.path,
            Pat::Path(pattern) => &pattern.path,
            _ => return false,
        };
        let mut enum_name = path.segments.iter().rev().skip(1).map(|segment| segment.ident.to_string());
        let known = |name: &str| ENUMS.contains(&name);
        enum_name
            .next()
            .is_some_and(|name| known(&name) || (name == "Self" && self.inside.as_deref().is_some_and(known)))
    }
}

/// The alternatives of a pattern, without references, parentheses and names.
fn alternatives(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(alternatives).collect(),
        Pat::Paren(inner) => alternatives(&inner.pat),
        Pat::Reference(inner) => alternatives(&inner.pat),
        Pat::Ident(named) => named.subpat.as_ref().map_or_else(|| vec![pattern], |(_, inner)| alternatives(inner)),
        _ => vec![pattern],
    }
}

/// `_`, a name, or a tuple of nothing else.
fn catches_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(named) => {
            named.subpat.is_none()
                && named.ident.to_string().chars().next().is_some_and(|letter| !letter.is_uppercase())
        }
        Pat::Tuple(tuple) => tuple.elems.iter().flat_map(alternatives).all(catches_all),
        _ => false,
    }
}

/// The places one step further in: the fields of each tuple or tuple struct, among arms that agree in the rest.
fn places_inside<'a>(place: &Place<'a>) -> Vec<Place<'a>> {
    let mut inside: BTreeMap<String, Place<'a>> = BTreeMap::new();
    for (pattern, is_open) in
        place.open.iter().map(|pattern| (*pattern, true)).chain(place.guarded.iter().map(|pattern| (*pattern, false)))
    {
        for (key, field) in fields(pattern) {
            let place = inside.entry(key).or_insert_with(|| Place { open: Vec::new(), guarded: Vec::new() });
            let side = if is_open { &mut place.open } else { &mut place.guarded };
            side.extend(alternatives(field));
        }
    }
    inside.into_values().collect()
}

/// Each field with a key that is equal when the rest of the pattern is.
fn fields(pattern: &Pat) -> Vec<(String, &Pat)> {
    let (outer, elements) = match pattern {
        Pat::Tuple(tuple) => (String::new(), &tuple.elems),
        Pat::TupleStruct(inner) => (pattern_path(&inner.path), &inner.elems),
        _ => return Vec::new(),
    };
    let key = |index: usize| {
        let rest = elements.iter().enumerate().filter(|(other, _)| *other != index);
        let rest: Vec<String> = rest.map(|(_, other)| rest_shape(other)).collect();
        format!("{outer}/{index}/{}", rest.join(","))
    };
    elements.iter().enumerate().map(|(index, field)| (key(index), field)).collect()
}

/// What has to agree for two patterns to stand for the same rest: everything but the names that they bind.
fn rest_shape(pattern: &Pat) -> String {
    match pattern {
        _ if catches_all(pattern) => "_".to_owned(),
        Pat::TupleStruct(inner) => {
            let inside: Vec<String> = inner.elems.iter().map(rest_shape).collect();
            format!("{}({})", pattern_path(&inner.path), inside.join(","))
        }
        other => shape(&other.span().source_text().unwrap_or_default()),
    }
}

fn shape(text: &str) -> String {
    text.split_whitespace().collect()
}

fn pattern_path(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: [usize; 0] = [];

    /// Lines on which a catch-all is found in a function body.
    fn found(body: &str) -> Vec<usize> {
        let text = format!("fn a() {{\n{body}\n}}");
        check(&Source::parse("crates/casework/src/a.rs", &text).expect("valid Rust")).iter().map(|f| f.line).collect()
    }

    #[test]
    fn a_wildcard_beside_events_is_found() {
        assert_eq!(found("match e {\n Event::School(s) => 1,\n _ => 2,\n}"), [4]);
        assert_eq!(found("match e {\n domain::PupilEvent::Left { .. } => 1,\n other => 2,\n}"), [4]);
        assert_eq!(found("match e {\n EventKind::PupilLeft => 1,\n EventKind::PupilEnrolled | _ => 2,\n}"), [4]);
    }

    #[test]
    fn a_wildcard_at_the_events_place_in_a_tuple_is_found() {
        assert_eq!(
            found(
                "match (state, e) {\n (Some(s), PupilEvent::Left(l)) => 1,\n (Some(t), _) => 2,\n (None, PupilEvent::Left(_)) => 3,\n}"
            ),
            [4]
        );
        assert_eq!(found("match (state, e) {\n (A, PupilEvent::Left(_)) => 1,\n (_, _) => 2,\n}"), [4]);
    }

    #[test]
    fn a_wildcard_inside_an_event_is_found_beside_arms_that_tell_it_apart() {
        assert_eq!(
            found(
                "match e {\n Event::School(SchoolEvent::A(_)) => 1,\n Event::School(_) => 2,\n Event::Staff(_) => 3,\n}"
            ),
            [4]
        );
    }

    #[test]
    fn self_is_the_event_inside_its_own_impl() {
        let text = "impl PupilEvent {\n fn a(&self) {\n match self {\n Self::Left(_) => 1,\n _ => 2,\n }\n }\n}";
        let source = Source::parse("crates/domain/src/a.rs", text).expect("valid Rust");
        assert_eq!(check(&source).iter().map(|finding| finding.line).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn a_match_that_names_everything_is_left_alone() {
        assert_eq!(found("match e {\n Event::School(_) | Event::Staff(_) => 1,\n Event::Pupil(p) => 2,\n}"), NOTHING);
        assert_eq!(
            found("match e {\n Event::School(s) if s.old() => 1,\n _ if late => 2,\n Event::School(_) => 3,\n}"),
            NOTHING
        );
    }

    #[test]
    fn other_matches_are_left_alone() {
        assert_eq!(found("match n {\n Some(1) => 1,\n _ => 2,\n}"), NOTHING);
        assert_eq!(
            found("match e {\n Ok(Event::School(s)) => 1,\n Ok(Event::Staff(s)) => 2,\n Err(_) => 3,\n}"),
            NOTHING
        );
    }
}
