//! The page at `/`: what this is and how to ask it.

use poem::{Request, Response};

/// The page or file at this path, when there is one.
pub(crate) fn respond(_request: &Request) -> Option<Response> {
    None
}
