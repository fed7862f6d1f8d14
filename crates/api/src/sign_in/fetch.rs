//! Asking a provider: only over TLS (or on this machine), without following anyone elsewhere, within size and time.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;

/// Longest answer that is read, in bytes.
const MAX_BODY: usize = 256 * 1024;
/// How long an answer may take.
const MAX_TIME: Duration = Duration::from_secs(10);

/// What goes out.
#[derive(Clone)]
pub(super) struct Fetch(Client);

/// Why no answer came.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum FetchError {
    /// No client could be made.
    #[error("no connection can be made from here")]
    NoClient,
    /// Nobody answered, or too late.
    #[error("the provider does not answer")]
    Unreachable,
    /// It was asked in vain a moment ago: it is not asked again yet.
    #[error("the provider gave no answer a moment ago")]
    NotAgain,
    /// It answered with a fault.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// Too long, or not what was asked for.
    #[error("the provider's answer cannot be understood")]
    Unreadable,
}

impl Fetch {
    pub(super) fn new() -> Result<Self, FetchError> {
        let client = Client::builder().redirect(Policy::none()).timeout(MAX_TIME).no_proxy().build();
        client.map(Self).map_err(|_| FetchError::NoClient)
    }

    /// A JSON document.
    pub(super) async fn json<T: DeserializeOwned>(&self, url: Url) -> Result<T, FetchError> {
        read(self.0.get(url)).await
    }

    /// The answer to a form that is posted in our name.
    pub(super) async fn posted<T: DeserializeOwned>(
        &self,
        url: Url,
        (client, secret): (&str, &str),
        form: &[(&str, &str)],
    ) -> Result<T, FetchError> {
        let body = encoded(form);
        let post = self.0.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
        // RFC 6749, 2.3.1: both are form-encoded before they are put into the header.
        read(post.basic_auth(form_encoded(client), Some(form_encoded(secret)))).await
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, FetchError> {
    let mut response: Response = request.send().await.map_err(|_| FetchError::Unreachable)?;
    if !response.status().is_success() {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| FetchError::Unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            return Err(FetchError::Unreadable);
        }
    }
    serde_json::from_slice(&body).map_err(|_| FetchError::Unreadable)
}
