//! Which path is answered by what, and the headers that every answer carries.

// house-rule: allow(chance) because names of requests are in no event and only have to differ between two starts.
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::calendar::local_date;
use domain::refusal::Code;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use tokio::sync::{Semaphore, watch};

use super::health::{Readiness, livez, readyz};
use super::media::Form;
use super::places::{Known, Strangers};
use super::{answer, endpoint, peer, socket};
use crate::graphql::execute::Executor;
use crate::page;
use crate::sign_in::Authenticator;

/// Behind a proxy that ends TLS, browsers come back over TLS only, for two years.
const ONLY_SEALED: &str = "max-age=63072000; includeSubDomains";
/// Most sockets open at once.
pub(super) const MAX_SOCKETS: u32 = 1_024;

/// What answers need.
pub(super) struct Service {
    pub(super) executor: Executor,
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) readiness: Arc<dyn Readiness>,
    /// Becomes true when the service is to stop.
    pub(super) stopping: watch::Receiver<bool>,
    /// One permit for each open WebSocket.
    pub(super) sockets: Arc<Semaphore>,
    /// Sockets of those who have not said yet who they are.
    pub(super) unopened: Arc<Strangers>,
    /// Sockets of those who are known, by a session or because they have said so.
    pub(super) opened: Arc<Known>,
    pub(super) request_ids: RequestIds,
}

/// Names requests, so that an error can be found in the service's own log.
#[derive(Default)]
pub(super) struct RequestIds {
    seed: RandomState,
    next: AtomicU64,
}

impl RequestIds {
    fn fresh(&self) -> String {
        format!("{:016x}", self.seed.hash_one(self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

/// The whole site.
pub(super) struct Site(pub(super) Arc<Service>);

impl Endpoint for Site {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let request_id = self.0.request_ids.fresh();
        let mut response = self.route(request, request_id.clone()).await;
        secure(&mut response, &request_id);
        if self.0.authenticator.is_sealed() {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_SEALED));
        }
        Ok(response)
    }
}

impl Site {
    async fn route(&self, mut request: Request, request_id: String) -> Response {
        if peer::contradicts_itself(&request) {
            let asker = endpoint::stranger(&request, request_id);
            return answer::refused(StatusCode::BAD_REQUEST, Code::BadRequest, Form::Json, &asker);
        }
        if request.uri().path() == "/graphql" {
            let asker = endpoint::stranger(&request, request_id);
            if socket::is_asked_for(&request) {
                return socket::upgrade(&self.0, request, asker).await;
            }
            return endpoint::post(&self.0, request, asker).await;
        }
        let language = page::language(&request);
        let (casework, letters) = (self.0.executor.casework(), self.0.executor.letters());
        if let Some(response) = self.0.authenticator.respond(&mut request, language, casework).await {
            return response;
        }
        if let Some(chance) = self.0.authenticator.chance() {
            if let Some(response) = page::links::respond(&mut request, (casework, letters), chance).await {
                return response;
            }
            if page::links::could_be(&request) {
                self.0.authenticator.link_refused(&request, casework).await;
            }
        }
        let mails = self.0.authenticator.demo_mails();
        if let Some(response) =
            mails.and_then(|mails| page::mails::respond(&request, language, (mails, local_date(casework.now()))))
        {
            return response;
        }
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/livez" if reads => livez(),
            "/readyz" if reads => readyz(self.0.readiness.as_ref()),
            "/livez" | "/readyz" => answer::allow_only("GET, HEAD"),
            _ => match page::respond(&request, mails.map(|_| local_date(casework.now()))) {
                Some(response) if reads => response,
                Some(_) => answer::allow_only("GET, HEAD"),
                None => page::gone(&request, &letters.languages),
            },
        }
    }
}

/// Nothing is loaded from elsewhere, framed, guessed or kept, unless the answer says otherwise itself.
fn secure(response: &mut Response, request_id: &str) {
    const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                       base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    const UNLESS_SAID: [(HeaderName, &str); 2] =
        [(header::CONTENT_SECURITY_POLICY, CSP), (header::X_FRAME_OPTIONS, "DENY")];
    const ALWAYS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", value);
    }
}
