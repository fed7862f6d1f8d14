//! What one request may ask for, counted on the document before anything is resolved.

use std::collections::HashMap;
use std::sync::LazyLock;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    ExecutableDocument, Field, Selection, SelectionSet, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Value, Variables};

/// Deepest nesting of brackets in the text, looked at before it is parsed.
pub(crate) const MAX_NESTING: usize = 40;
/// Deepest nesting of fields. The usual introspection query needs 13.
pub(crate) const MAX_DEPTH: u32 = 15;
/// Most aliases, fragments expanded.
pub(crate) const MAX_ALIASES: u32 = 20;
/// Most fields, fragments expanded.
pub(crate) const MAX_FIELDS: u32 = 400;
/// Most directives, fragments expanded.
pub(crate) const MAX_DIRECTIVES: u32 = 20;
/// Most fields in the answer, where a list counts as many times as `first` asks for.
pub(crate) const MAX_COST: u64 = 20_000;
/// The longest page: what a list is taken to have when its length cannot be told beforehand.
const LONGEST: u64 = 100;

/// Lists in what a type says of itself, which are given whole, and how long each is taken to be. The usual introspection query asks
/// once for all of each type and passes; one that goes from type to type would have an answer of megabytes.
const OF_TYPES: [(&str, u64); 6] = [
    ("fields", LONGEST),
    ("inputFields", LONGEST),
    ("enumValues", LONGEST),
    ("interfaces", 10),
    ("possibleTypes", 10),
    ("args", 2),
];

/// Lists that are given in pages, each with the length that it has when the request does not say: read from the schema
/// itself, so that none is forgotten. Of two of a name the longer counts.
static PAGED: LazyLock<HashMap<String, u64>> = LazyLock::new(|| paged(&super::sdl()));

fn paged(schema: &str) -> HashMap<String, u64> {
    let mut paged = HashMap::new();
    let definitions = parse_schema(schema).map(|document| document.definitions).unwrap_or_default();
    for definition in definitions {
        let TypeSystemDefinition::Type(of) = definition else { continue };
        let TypeKind::Object(object) = of.node.kind else { continue };
        for field in object.fields.into_iter().map(|field| field.node) {
            let first = field.arguments.iter().find(|argument| argument.node.name.node == "first");
            let Some(first) = first else { continue };
            let unsaid = match first.node.default_value.as_ref().map(|value| &value.node) {
                Some(Value::Number(number)) => number.as_u64().unwrap_or(LONGEST),
                _ => LONGEST,
            };
            let known = paged.entry(field.name.node.to_string()).or_insert(unsaid);
            *known = unsaid.max(*known);
        }
    }
    paged.extend(OF_TYPES.map(|(list, length)| (list.to_owned(), length)));
    paged
}

/// What a selection asks for.
#[derive(Clone, Copy, Default)]
struct Weight {
    depth: u32,
    aliases: u32,
    fields: u32,
    directives: u32,
    cost: u64,
}

impl Weight {
    fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            fields: self.fields.saturating_add(other.fields),
            directives: self.directives.saturating_add(other.directives),
            cost: self.cost.saturating_add(other.cost),
        }
    }

    const fn too_heavy(self) -> bool {
        self.depth > MAX_DEPTH
            || self.aliases > MAX_ALIASES
            || self.fields > MAX_FIELDS
            || self.directives > MAX_DIRECTIVES
            || self.cost > MAX_COST
    }
}

/// More than one request may ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TooComplex;

/// Whether the text's brackets nest deeper than a parser should be asked to follow. Strings and comments do not count.
pub(crate) fn nests_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("\"\"\"") {
            rest = after_block_string(rest);
            continue;
        }
        match first {
            '"' => {
                rest = after_string(rest);
                continue;
            }
            '#' => {
                rest = rest.find(['\n', '\r']).and_then(|end| rest.get(end..)).unwrap_or_default();
                continue;
            }
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return true;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    false
}

/// What follows a block string that starts here.
fn after_block_string(text: &str) -> &str {
    let mut rest = text.get(3..).unwrap_or_default();
    while let Some(at) = rest.find("\"\"\"") {
        let escaped = rest.get(..at).is_some_and(|before| before.ends_with('\\'));
        rest = rest.get(at + 3..).unwrap_or_default();
        if !escaped {
            return rest;
        }
    }
    ""
}

/// What follows a string that starts here. It ends at the line's end at the latest.
fn after_string(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '\n' | '\r' => return text.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

/// Refuses a document that asks for too much. The work grows with the document's own length, whatever its fragments
/// would expand to: each fragment is weighed once.
pub(crate) fn check(document: &ExecutableDocument, variables: &Variables) -> Result<(), TooComplex> {
    let mut scale = Scale { document, variables, known: HashMap::new(), open: Vec::new() };
    let mut total = Weight::default();
    for (_, operation) in document.operations.iter() {
        let mut weight = scale.selection(&operation.node.selection_set.node)?;
        let definitions = &operation.node.variable_definitions;
        let on_variables: usize = definitions.iter().map(|definition| definition.node.directives.len()).sum();
        weight.directives = weight.directives.saturating_add(count(operation.node.directives.len() + on_variables));
        total = total.beside(weight);
    }
    for name in document.fragments.keys() {
        scale.fragment(name)?;
    }
    if total.too_heavy() { Err(TooComplex) } else { Ok(()) }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    known: HashMap<&'a Name, Weight>,
    open: Vec<&'a Name>,
}

impl<'a> Scale<'a> {
    fn selection(&mut self, set: &'a SelectionSet) -> Result<Weight, TooComplex> {
        let mut total = Weight::default();
        for item in &set.items {
            let mut weight = match &item.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
                Selection::InlineFragment(inline) => self.selection(&inline.node.selection_set.node)?,
            };
            weight.directives = weight.directives.saturating_add(count(item.node.directives().len()));
            total = total.beside(weight);
        }
        Ok(total)
    }

    fn field(&mut self, field: &'a Field) -> Result<Weight, TooComplex> {
        let inside = self.selection(&field.selection_set.node)?;
        Ok(Weight {
            depth: inside.depth.saturating_add(1),
            aliases: inside.aliases.saturating_add(u32::from(field.alias.is_some())),
            fields: inside.fields.saturating_add(1),
            directives: inside.directives,
            cost: inside.cost.saturating_mul(self.length(field)).saturating_add(1),
        })
    }

    /// A fragment's weight, made once. One that contains itself, or a chain too long to follow, is refused.
    fn fragment(&mut self, name: &'a Name) -> Result<Weight, TooComplex> {
        if let Some(weight) = self.known.get(name) {
            return Ok(*weight);
        }
        // A fragment that is not there is the validation's to report.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Weight::default()) };
        if self.open.contains(&name) || self.open.len() > MAX_NESTING {
            return Err(TooComplex);
        }
        self.open.push(name);
        let mut weight = self.selection(&fragment.node.selection_set.node)?;
        self.open.pop();
        weight.directives = weight.directives.saturating_add(count(fragment.node.directives.len()));
        self.known.insert(name, weight);
        Ok(weight)
    }

    /// How many items the field may give.
    fn length(&self, field: &Field) -> u64 {
        let Some(first) = field.get_argument("first") else {
            return PAGED.get(field.name.node.as_str()).copied().unwrap_or(1);
        };
        let said = first.node.clone().into_const_with(|name| self.variables.get(&name).cloned().ok_or(()));
        match said {
            Ok(Value::Number(number)) => number.as_u64().unwrap_or(1).clamp(1, 1_000),
            Ok(_) | Err(()) => LONGEST,
        }
    }
}

#[cfg(test)]
mod tests;
