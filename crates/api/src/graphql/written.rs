//! An answer as bytes. Lists of rows come as bytes already, where they could be told at once.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value};
use serde::Serialize;
use std::collections::HashSet;

/// How deep a document is looked at; no deeper one is executed.
const DEEPEST: usize = 32;

/// Puts a value at the end of what is written. Bytes among the values are JSON already: no type of the schema holds bytes.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Number(number) => scalar(number, out),
        Value::String(text) => scalar(text, out),
        Value::Boolean(truth) => scalar(truth, out),
        Value::Enum(word) => scalar(word.as_str(), out),
        Value::Binary(told) => out.extend_from_slice(told),
        Value::List(items) => {
            list(items, out, write);
        }
        Value::Object(fields) => object(fields.iter(), out, |(name, value), out| {
            scalar(name.as_str(), out);
            out.push(b':');
            write(value, out);
        }),
    }
}

/// Puts something that is no map at the end of what is written.
pub(crate) fn scalar(of: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    // Writing to memory does not fail, and only a map's key could be of a kind that JSON does not have.
    serde_json::to_writer(out, of).unwrap_or_default();
}

/// Puts items at the end of what is written, as a list.
pub(crate) fn list<T>(items: impl IntoIterator<Item = T>, out: &mut Vec<u8>, one: impl Fn(T, &mut Vec<u8>)) {
    between((b'[', b']'), items, out, one);
}

/// Puts fields at the end of what is written, as an object.
pub(crate) fn object<T>(fields: impl IntoIterator<Item = T>, out: &mut Vec<u8>, one: impl Fn(T, &mut Vec<u8>)) {
    between((b'{', b'}'), fields, out, one);
}

fn between<T>(
    (begin, end): (u8, u8),
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    one: impl Fn(T, &mut Vec<u8>),
) {
    out.push(begin);
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        one(item, out);
    }
    out.push(end);
}

/// Whether every field of an answer is asked for once. Asked for twice, two values are merged into one, and bytes cannot be.
pub(crate) fn asks_once(document: &ExecutableDocument) -> bool {
    document.operations.iter().all(|(_, operation)| {
        let mut keys = HashSet::new();
        once(document, &operation.node.selection_set.node, &mut keys, DEEPEST)
    })
}

fn once<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    keys: &mut HashSet<&'a Positioned<Name>>,
    deepest: usize,
) -> bool {
    let Some(deeper) = deepest.checked_sub(1) else { return false };
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => {
            keys.insert(field.node.response_key())
                && once(document, &field.node.selection_set.node, &mut HashSet::new(), deeper)
        }
        Selection::InlineFragment(fragment) => once(document, &fragment.node.selection_set.node, keys, deeper),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.is_none_or(|fragment| once(document, &fragment.node.selection_set.node, keys, deeper))
        }
    })
}
