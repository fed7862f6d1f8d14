//! Requests that another site's page makes a browser send (CSRF). Two walls: what the browser says of where the request
//! comes from, and a token that only a page of ours can know.

use poem::Request;
use poem::http::header;

use super::settings::Origin;
use super::token::{derived, same};

/// The header in which a page sends the token back.
const HEADER: &str = "x-csrf-token";

/// Whether the browser says that the request comes from a page of ours. A browser that says nothing at all is not
/// believed: every one in use says at least one of the two.
pub(super) fn is_from_here(request: &Request, own: &Origin) -> bool {
    match (request.header("sec-fetch-site"), request.header(header::ORIGIN)) {
        (Some(site), None) => site == "same-origin",
        (Some(site), Some(origin)) => site == "same-origin" && own.is(origin),
        (None, Some(origin)) => own.is(origin),
        (None, None) => false,
    }
}

/// The token that belongs to a session, or to a sign-in under way.
pub(super) fn token_of(secret: &str) -> String {
    derived("mentorlog 2026-11 token against requests from other sites", secret)
}

/// Whether the request carries the token of this session in its header.
pub(super) fn has_token(request: &Request, secret: &str) -> bool {
    request.header(HEADER).is_some_and(|token| same(token, &token_of(secret)))
}
