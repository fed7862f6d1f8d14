//! Lists in pages, as Relay's cursor connections.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, SimpleObject, Value};
use casework::answer::{Cursor, Page, PageRequest};
use domain::refusal::{Code, Refusal};

/// Most items in a page.
const MAX_FIRST: usize = 100;

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether more items follow.
    pub(crate) has_next_page: bool,
    /// Whether items come before. Lists are read forwards: true when the page began after a cursor.
    pub(crate) has_previous_page: bool,
    /// The first item's cursor.
    pub(crate) start_cursor: Option<String>,
    /// The last item's cursor: give it as `after` to read on.
    pub(crate) end_cursor: Option<String>,
}

/// Which page is asked for; 1 to 100 items.
pub(crate) fn page_request(first: i32, after: Option<String>) -> Result<PageRequest, Refusal> {
    match usize::try_from(first) {
        Ok(first @ 1..=MAX_FIRST) => Ok(PageRequest { first, after }),
        _ => Err(Refusal::at(Code::InvalidInput, "first")),
    }
}

/// The asked part of a short list that is at hand whole.
pub(crate) fn page_of<T>(all: Vec<T>, cursor: fn(&T) -> String, request: &PageRequest) -> Result<Page<T>, Refusal> {
    let total = all.len();
    let start = match &request.after {
        None => 0,
        Some(after) => {
            let at = all.iter().position(|item| cursor(item) == *after);
            at.ok_or(Refusal::at(Code::CursorInvalid, "after"))? + 1
        }
    };
    let items: Vec<_> =
        all.into_iter().skip(start).take(request.first).map(|item| (cursor(&item).into(), item)).collect();
    let has_next = start + items.len() < total;
    Ok(Page { items, has_next, total })
}

/// A cursor, written as text when it is asked for.
pub(crate) struct PlaceInList(pub(crate) Cursor);

impl OutputType for PlaceInList {
    fn type_name() -> Cow<'static, str> {
        <String as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String(self.0.to_string()))
    }
}

macro_rules! connection {
    ($(#[doc = $doc:literal])+ $connection:ident, $(#[doc = $edge_doc:literal])+ $edge:ident, $node:ty) => {
        $crate::graphql::types::connection::connection!(
            @ Vec<$edge>, std::convert::identity, $(#[doc = $doc])+ $connection, $(#[doc = $edge_doc])+ $edge, $node
        );
    };
    // The rows are told at once, where they can be.
    (plain $(#[doc = $doc:literal])+ $connection:ident, $(#[doc = $edge_doc:literal])+ $edge:ident, $node:ty) => {
        $crate::graphql::types::connection::connection!(
            @ $crate::graphql::types::plain::Rows<$edge>, $crate::graphql::types::plain::Rows,
            $(#[doc = $doc])+ $connection, $(#[doc = $edge_doc])+ $edge, $node
        );

        impl $crate::graphql::types::plain::Plain for $edge {
            const NAME: &'static str = stringify!($edge);

            fn field(
                name: &str,
                inner: &async_graphql::parser::types::SelectionSet,
            ) -> Option<$crate::graphql::types::plain::Getter<Self>> {
                match name {
                    "cursor" => Some($crate::graphql::types::plain::value(|edge: &Self| edge.cursor.0.to_string())),
                    "node" => $crate::graphql::types::plain::inside(inner, |edge: &Self| &edge.node),
                    _ => None,
                }
            }
        }
    };
    (
        @ $edges:ty, $wrapped:expr,
        $(#[doc = $doc:literal])+ $connection:ident, $(#[doc = $edge_doc:literal])+ $edge:ident, $node:ty
    ) => {
        $(#[doc = $doc])+
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $connection {
            /// The items of this page, each with its cursor.
            edges: $edges,
            /// Where the page stands in the list.
            page_info: $crate::graphql::types::connection::PageInfo,
            /// How many items there are in all that the asker may see.
            total_count: i32,
        }

        $(#[doc = $edge_doc])+
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $edge {
            /// The item's place in the list. Opaque, and of use only to this list and this person.
            cursor: $crate::graphql::types::connection::PlaceInList,
            /// The item.
            node: $node,
        }

        impl $connection {
            /// The page, with each item made ready for the answer.
            pub(crate) fn of<T>(page: casework::answer::Page<T>, after_cursor: bool, ready: impl Fn(T) -> $node) -> Self {
                let page_info = $crate::graphql::types::connection::PageInfo {
                    has_next_page: page.has_next,
                    has_previous_page: after_cursor,
                    start_cursor: page.items.first().map(|(cursor, _)| cursor.to_string()),
                    end_cursor: page.items.last().map(|(cursor, _)| cursor.to_string()),
                };
                let edges = page.items.into_iter().map(|(cursor, item)| $edge {
                    cursor: $crate::graphql::types::connection::PlaceInList(cursor),
                    node: ready(item),
                }).collect();
                Self { edges: $wrapped(edges), page_info, total_count: i32::try_from(page.total).unwrap_or(i32::MAX) }
            }
        }
    };
}
pub(crate) use connection;
