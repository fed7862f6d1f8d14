//! The page's own files. Their names hold a hash of their content, so that they may be kept for ever.

use std::sync::LazyLock;

use poem::Response;
use poem::http::{HeaderValue, header};

/// A file.
pub(super) struct Asset {
    /// Where it is.
    pub(super) path: String,
    content_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, content_type: &'static str, content: &'static str) -> Self {
        let hash = blake3::hash(content.as_bytes()).to_hex();
        let short: String = hash.chars().take(16).collect();
        Self { path: format!("/static/{name}.{short}.{extension}"), content_type, content }
    }
}

/// How the page looks.
pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", include_str!("page.css")));
/// What runs the examples.
pub(super) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("page.js")));

/// The file at this path, when there is one.
pub(super) fn respond(path: &str) -> Option<Response> {
    let asset = [&STYLE, &SCRIPT].into_iter().find(|asset| asset.path == path)?;
    let mut response = Response::builder().content_type(asset.content_type).body(asset.content);
    let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, for_ever);
    Some(response)
}
