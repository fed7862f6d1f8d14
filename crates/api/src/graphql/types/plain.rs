//! Rows that are at hand are told at once: what is asked of them is read one time for the whole list, no future is made for
//! a field, and the rows become bytes as they are read. What a plan does not know, an argument, a directive, a fragment, goes the ordinary way, field by field; both
//! ways give the same answer. The decision and the trace lie before: a row is in the list because it may be seen.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::Write;

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, InputType, OutputType, Positioned, ServerResult, Value};

use crate::graphql::written;

/// Room that is made for a row at first, in bytes.
const ROOM: usize = 256;

/// Reads one field of a row, and writes it.
pub(crate) type Getter<T> = Box<dyn Fn(&T, &mut Vec<u8>) + Send + Sync>;

/// A type whose fields can be told without waiting.
pub(crate) trait Plain: Sized + Send + Sync + 'static {
    /// Its name in the schema.
    const NAME: &'static str;

    /// How a field is read; `None`: it goes the ordinary way. `inner` is what is asked of the field's own value.
    fn field(name: &str, inner: &SelectionSet) -> Option<Getter<Self>>;
}

/// Rows are told at once if this is among a request's data: when nothing is asked for twice, so that nothing is merged.
pub(crate) struct AtOnce;

/// What is asked of each row, once read: each field's name as it is written, and how to read it.
struct Plan<T>(Vec<(Vec<u8>, Getter<T>)>);

impl<T: Plain> Plan<T> {
    fn read(asked: &SelectionSet) -> Option<Self> {
        let mut known = HashSet::new();
        let mut steps = Vec::with_capacity(asked.items.len());
        for selection in &asked.items {
            let Selection::Field(field) = &selection.node else { return None };
            let field = &field.node;
            if !field.arguments.is_empty() || !field.directives.is_empty() {
                return None;
            }
            let key = field.response_key().node.as_str();
            // Asked for twice, the two are merged the ordinary way.
            if !known.insert(key) {
                return None;
            }
            let mut name = Vec::with_capacity(key.len() + 3);
            written::scalar(key, &mut name);
            name.push(b':');
            steps.push((name, Self::step(field)?));
        }
        Some(Self(steps))
    }

    fn step(field: &Field) -> Option<Getter<T>> {
        match field.name.node.as_str() {
            "__typename" => Some(value(|_| T::NAME.to_owned())),
            name => T::field(name, &field.selection_set.node),
        }
    }

    /// A row of which nothing is asked, everything being skipped, is null: the ordinary way has it so.
    fn tell(&self, row: &T, out: &mut Vec<u8>) {
        if self.0.is_empty() {
            return out.extend_from_slice(b"null");
        }
        written::object(&self.0, out, |(name, get), out| {
            out.extend_from_slice(name);
            get(row, out);
        });
    }
}

/// A field that is a scalar or a word.
pub(crate) fn value<T, V: InputType>(get: impl Fn(&T) -> V + Send + Sync + 'static) -> Getter<T> {
    Box::new(move |row, out| written::write(&get(row).to_value(), out))
}

/// A field that is a text at hand, or none.
pub(crate) fn text<T>(get: impl for<'a> Fn(&'a T) -> Option<&'a str> + Send + Sync + 'static) -> Getter<T> {
    Box::new(move |row, out| written::scalar(&get(row), out))
}

/// A field that is a number, or none.
pub(crate) fn number<T, N: Into<i64>>(get: impl Fn(&T) -> Option<N> + Send + Sync + 'static) -> Getter<T> {
    Box::new(move |row, out| written::scalar(&get(row).map(Into::into), out))
}

/// A field that is an id.
pub(crate) fn id<T, I: Display>(get: impl Fn(&T) -> I + Send + Sync + 'static) -> Getter<T> {
    // What an id is written with needs no escape.
    Box::new(move |row, out| {
        let _in_memory = write!(out, "\"{}\"", get(row));
    })
}

/// A field that holds something with fields of its own.
pub(crate) fn inside<T, I: Plain>(
    inner: &SelectionSet,
    get: impl for<'a> Fn(&'a T) -> &'a I + Send + Sync + 'static,
) -> Option<Getter<T>> {
    let plan = Plan::<I>::read(inner)?;
    Some(Box::new(move |row, out| plan.tell(get(row), out)))
}

/// A list whose rows are told at once where they can be.
pub(crate) struct Rows<T>(pub(crate) Vec<T>);

impl<T: Plain + OutputType> OutputType for Rows<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let plan = context.data_opt::<AtOnce>().and_then(|AtOnce| Plan::<T>::read(&context.item.node));
        let Some(plan) = plan else { return self.0.resolve(context, field).await };
        let mut told = Vec::with_capacity(self.0.len() * ROOM);
        written::list(&self.0, &mut told, |row, out| plan.tell(row, out));
        Ok(Value::Binary(told.into()))
    }
}
