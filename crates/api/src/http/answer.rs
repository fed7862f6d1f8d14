//! How an answer looks on the wire.

use domain::refusal::Code;
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};

use super::media::Form;
use crate::graphql::execute::{Answer, Asker};

/// An answer of the GraphQL endpoint.
pub(super) fn graphql(answer: &Answer, form: Form) -> Response {
    let status = match form {
        Form::Json => StatusCode::OK,
        Form::GraphqlResponse => answer.refused.map_or(StatusCode::OK, status_of),
    };
    with_status(answer, status, form)
}

/// A request that was refused before it could be read as GraphQL.
pub(super) fn refused(status: StatusCode, code: Code, form: Form, asker: &Asker) -> Response {
    with_status(&Answer::refusal(code, asker), status, form)
}

fn with_status(answer: &Answer, status: StatusCode, form: Form) -> Response {
    Response::builder().status(status).content_type(form.content_type()).body(answer.to_json())
}

/// The status of a request that came to nothing. Refusals inside an executed operation do not come here.
const fn status_of(code: Code) -> StatusCode {
    match code {
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::TraceNotRecorded | Code::TimedOut => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// A plain text.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response {
    Response::builder().status(status).content_type("text/plain; charset=utf-8").body(text)
}

/// A path that is asked by another method than it takes.
pub(crate) fn allow_only(methods: &'static str) -> Response {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}
