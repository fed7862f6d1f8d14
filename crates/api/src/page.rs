//! The page at `/`: what this is and how to ask it. Works without JavaScript; loads nothing from elsewhere.

mod assets;
mod examples;
mod guardian;
pub(crate) mod links;
pub(crate) mod mails;
mod render;

pub(crate) use guardian::gone;
pub(crate) use render::{escaped, frame};

use chrono::NaiveDate;
use poem::http::{HeaderValue, header};
use poem::{Request, Response};

use crate::graphql::catalogue::Language;

/// The page or file at this path, when there is one. `demo`: which day it is in the demo, where this is the demo.
pub(crate) fn respond(request: &Request, demo: Option<NaiveDate>) -> Option<Response> {
    match request.uri().path() {
        "/" => Some(page(request, demo)),
        path => assets::respond(path),
    }
}

/// The language of a page: as chosen on it, or as the browser asks.
pub(crate) fn language(request: &Request) -> Language {
    let asked_for =
        request.uri().query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
    asked_for
        .and_then(Language::from_tag)
        .unwrap_or_else(|| Language::from_accept(request.header(header::ACCEPT_LANGUAGE)))
}

fn page(request: &Request, demo: Option<NaiveDate>) -> Response {
    let language = language(request);
    let host = request.header(header::HOST).filter(|host| is_plain(host)).unwrap_or("localhost");
    let mut response =
        Response::builder().content_type("text/html; charset=utf-8").body(render::page(language, host, demo));
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// Whether a host can be shown in a shell command as it is.
fn is_plain(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
}
