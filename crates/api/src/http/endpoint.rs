//! The GraphQL endpoint, by the GraphQL-over-HTTP specification: POST of one JSON object, and nothing else.

use domain::refusal::Code;
use poem::error::ReadBodyError;
use poem::http::{Method, StatusCode, header};
use poem::{Request, Response};

use super::answer::{graphql, refused};
use super::media::{Form, is_taken};
use super::site::Service;
use crate::graphql::catalogue::Language;
use crate::graphql::execute::{Asked, Asker, MAX_TIME};
use crate::sign_in::Refused;

/// Longest body that is read, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Answers a POST; everything else is refused by the status that the specification gives it.
pub(super) async fn post(service: &Service, mut request: Request, mut asker: Asker) -> Response {
    if request.method() != Method::POST {
        let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, Form::Json, &asker);
        response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
        return response;
    }
    let Some(form) = Form::wanted(request.header(header::ACCEPT)) else {
        return refused(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, Form::Json, &asker);
    };
    if !is_taken(request.content_type()) || request.headers().contains_key(header::CONTENT_ENCODING) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, form, &asker);
    }
    match service.authenticator.who(&request, service.executor.now()).await {
        Ok(known) => {
            asker.actor = known.actor;
            if let Err(refusal) = service.authenticator.came_in(&known, service.executor.casework()).await {
                return refused(StatusCode::SERVICE_UNAVAILABLE, refusal.code, form, &asker);
            }
        }
        Err(why) => return not_let_in(service, &request, why, (form, &asker)).await,
    }
    match read(&mut request).await {
        Ok(incoming) => graphql(&service.executor.answer(incoming, &asker).await, form),
        Err((status, code)) => refused(status, code, form, &asker),
    }
}

/// The refusal is on record before it is told.
async fn not_let_in(service: &Service, request: &Request, why: Refused, (form, asker): (Form, &Asker)) -> Response {
    let recorded = service.authenticator.put_on_record(request, why, service.executor.casework()).await;
    match (recorded, why) {
        (Err(refusal), _) => refused(StatusCode::SERVICE_UNAVAILABLE, refusal.code, form, asker),
        (Ok(()), Refused::Unknown) => unauthenticated(form, asker),
        (Ok(()), Refused::CrossSite) => refused(StatusCode::FORBIDDEN, Code::BadRequest, form, asker),
    }
}

fn unauthenticated(form: Form, asker: &Asker) -> Response {
    let mut response = refused(StatusCode::UNAUTHORIZED, Code::Unauthenticated, form, asker);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    response
}

/// The request's body, within size and time. A batch, or anything but one object with a query, is refused.
async fn read(request: &mut Request) -> Result<Asked, (StatusCode, Code)> {
    let reading = tokio::time::timeout(MAX_TIME, request.take_body().into_bytes_limit(MAX_BODY));
    let bytes = match reading.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err((StatusCode::PAYLOAD_TOO_LARGE, Code::TooComplex)),
        Ok(Err(_)) => return Err((StatusCode::BAD_REQUEST, Code::BadRequest)),
        Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, Code::TimedOut)),
    };
    asked(&bytes).ok_or((StatusCode::BAD_REQUEST, Code::BadRequest))
}

/// What a body asks; `None`: it is not one JSON object with a query.
pub(crate) fn asked(body: &[u8]) -> Option<Asked> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
    serde_json::from_value(object.into()).ok()
}

/// The asker of a request before sign-in: nobody yet, but spoken to in their language.
pub(super) fn stranger(request: &Request, request_id: String) -> Asker {
    let language = Language::from_accept(request.header(header::ACCEPT_LANGUAGE));
    Asker { actor: domain::actor::Actor::Setup, language, request_id }
}
