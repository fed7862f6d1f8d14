//! `/stop/GUARDIAN/CODE`: a guardian ends the messages. Reached by the link in a message, without sign-in; following the link
//! changes nothing, confirming does (RFC 8058). Nobody is named, and a wrong code looks like any page that is not there.

use std::sync::Arc;

use casework::Casework;
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::Code;
use domain::words::ChosenBy;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::render::{escaped, frame};
use crate::graphql::catalogue::{Language, text};
use crate::http::allow_only;
use crate::sign_in::Chance;

/// The answer, when the path is that of a link which we have given out.
pub(crate) async fn respond(
    request: &Request,
    language: Language,
    casework: &Arc<Casework>,
    chance: &Chance,
) -> Option<Response> {
    let mut path = request.uri().path().strip_prefix("/stop/")?.split('/');
    let guardian: GuardianId = path.next()?.parse().ok()?;
    let code = path.next().filter(|_| path.next().is_none())?;
    let post = casework.post();
    let given_out = post.stop_code(guardian);
    // Hashes compare in constant time.
    if blake3::hash(code.as_bytes()) != blake3::hash(given_out.as_bytes()) {
        return None;
    }
    Some(match *request.method() {
        Method::GET | Method::HEAD => page(language, StatusCode::OK, "stop-ask", true),
        Method::POST => {
            let stop = DigestAct::Stop { by: ChosenBy::Guardian };
            let Some(id) = command_id(casework, chance) else {
                return Some(page(language, StatusCode::SERVICE_UNAVAILABLE, "stop-broken", false));
            };
            match post.act(guardian, stop, id).await {
                Ok(_) => page(language, StatusCode::OK, "stop-done", false),
                Err(refusal) if refusal.code == Code::AlreadySo => page(language, StatusCode::OK, "stop-done", false),
                Err(_) => page(language, StatusCode::SERVICE_UNAVAILABLE, "stop-broken", false),
            }
        }
        _ => allow_only("GET, HEAD, POST"),
    })
}

fn command_id(casework: &Casework, chance: &Chance) -> Option<CommandId> {
    let millis = u64::try_from(casework.now().timestamp_millis()).ok()?;
    let bits = *chance()?.first_chunk::<10>()?;
    CommandId::new(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
}

fn page(language: Language, status: StatusCode, said: &str, ask: bool) -> Response {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let button = format!(r#"<form method="post"><button>{}</button></form>"#, t("stop-button"));
    let body = format!("<p>{}</p>{}", t(said), if ask { button } else { String::new() });
    let html = frame(language, &t("stop-heading"), &body);
    let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(html);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response
}
