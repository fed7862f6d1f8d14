//! `/PURPOSE/CODE`: what a guardian does by the link in a message, without sign-in: ends the messages, says how they are
//! wanted, confirms the address, or says that the day's message has been seen. Following the link changes nothing, confirming
//! does, from wherever it comes and whatever it holds: mail programs do it by themselves (RFC 8058). Nobody is named, nothing that is
//! known is shown, and a wrong code looks like any page that is not there.

use std::sync::Arc;

use casework::Casework;
use casework::post::Purpose;
use domain::id::CommandId;
use domain::refusal::Code;
use domain::state::Preference;
use domain::words::{DigestFrequency, Language as Written};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::guardian::{ENDONYMS, Spoken, direction};
use crate::http::allow_only;
use crate::letters::Letters;
use crate::sign_in::Chance;

/// Longest form, in bytes.
const MAX_FORM: usize = 4 << 10;

const FREQUENCIES: [(DigestFrequency, &str); 3] =
    [(DigestFrequency::Weekly, "weekly"), (DigestFrequency::Monthly, "monthly"), (DigestFrequency::Off, "off")];

/// Seconds after which it is worth trying again.
const AGAIN_AFTER: HeaderValue = HeaderValue::from_static("60");

/// The answer, when the path is that of a link which we have given out.
pub(crate) async fn respond(
    request: &mut Request,
    (casework, letters): (&Arc<Casework>, &Letters),
    chance: &Chance,
) -> Option<Response> {
    let (purpose, code) = parts(request.uri().path())?;
    let (named, post) = (purpose.name(), casework.post());
    let link = post.link(purpose, code)?;
    let spoken = Spoken::to(request, &letters.languages);
    Some(match *request.method() {
        Method::GET | Method::HEAD => ask(spoken, StatusCode::OK, purpose, None, Filled::default()),
        Method::POST => {
            let filled = filled(request, purpose, spoken.offered).await;
            let Some(preference) = filled.whole(purpose) else {
                return Some(ask(spoken, StatusCode::BAD_REQUEST, purpose, Some("link-unclear"), filled));
            };
            let done = match (command_id(casework, chance), link.followed(preference)) {
                (Some(id), Some(act)) => post.act(link.guardian(), act, id).await.map(drop).map_err(|no| no.code),
                _ => Err(Code::Internal),
            };
            if done == Err(Code::TooManyToday) {
                return Some(ask(spoken, StatusCode::TOO_MANY_REQUESTS, purpose, Some("link-enough"), filled));
            }
            // What is so already, or has nothing to it yet, is done.
            if !matches!(done, Ok(()) | Err(Code::AlreadySo | Code::NotSo)) {
                let mut response = ask(spoken, StatusCode::SERVICE_UNAVAILABLE, purpose, Some("link-broken"), filled);
                response.headers_mut().insert(header::RETRY_AFTER, AGAIN_AFTER);
                return Some(response);
            }
            let off = purpose == Purpose::Wishes && preference.frequency == DigestFrequency::Off;
            let said = spoken.says(&format!("{named}-done{}", if off { "-off" } else { "" }));
            let heading = spoken.says(&format!("{named}-heading"));
            spoken.page(StatusCode::OK, &heading, &format!("<p class=\"lead\" role=\"status\">{said}</p>"))
        }
        _ => allow_only("GET, HEAD, POST"),
    })
}

/// Whether a path is one that a link could have, if we had given it out.
pub(crate) fn could_be(request: &Request) -> bool {
    parts(request.uri().path()).is_some()
}

fn parts(path: &str) -> Option<(Purpose, &str)> {
    let mut path = path.strip_prefix('/')?.split('/');
    let named = path.next()?;
    let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == named)?;
    path.next().filter(|_| path.next().is_none()).map(|code| (purpose, code))
}

/// What a form says, as far as it says anything that can be chosen.
#[derive(Clone, Copy, Default)]
struct Filled {
    frequency: Option<DigestFrequency>,
    language: Option<Written>,
    plain_text: bool,
}

impl Filled {
    /// What was chosen; `None`: not everything that is asked.
    fn whole(self, purpose: Purpose) -> Option<Preference> {
        if purpose != Purpose::Wishes {
            return Some(Preference::default());
        }
        let Self { frequency, language, plain_text } = self;
        Some(Preference { frequency: frequency?, language: language?, plain_text })
    }
}

/// Reads a form. Only where something is asked: elsewhere the request's body is of no account.
async fn filled(request: &mut Request, purpose: Purpose, offered: &[Written]) -> Filled {
    if purpose != Purpose::Wishes {
        return Filled::default();
    }
    let reading = request.take_body().into_bytes_limit(MAX_FORM);
    let Ok(Ok(bytes)) = tokio::time::timeout(crate::graphql::execute::MAX_TIME, reading).await else {
        return Filled::default();
    };
    let field =
        |name: &str| form_urlencoded::parse(&bytes).find(|(held, _)| held == name).map(|(_, value)| value.into_owned());
    let frequency = field("frequency");
    let is_asked = |(_, name): &(DigestFrequency, &str)| frequency.as_deref() == Some(name);
    Filled {
        frequency: FREQUENCIES.into_iter().find(is_asked).map(|(frequency, _)| frequency),
        language: field("language")
            .and_then(|code| Written::from_code(&code))
            .filter(|language| offered.contains(language)),
        plain_text: field("plain").is_some(),
    }
}

fn command_id(casework: &Casework, chance: &Chance) -> Option<CommandId> {
    let millis = u64::try_from(casework.now().timestamp_millis()).ok()?;
    let bits = *chance()?.first_chunk::<10>()?;
    CommandId::new(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
}

/// The choices, as they were just filled in. None is made before: what a guardian has chosen, a language most of all, is shown to
/// nobody by a link.
fn choices(spoken: Spoken<'_>, filled: Filled) -> String {
    let t = |name: &str| spoken.says(name);
    let radio = |(frequency, name): (DigestFrequency, &str)| {
        let (said, made) = (t(&format!("wishes-{name}")), mark(filled.frequency == Some(frequency), " checked"));
        format!(
            r#"<label class="choice"><input type="radio" name="frequency" value="{name}" required{made}> {said}</label>"#
        )
    };
    let option = |(written, name): (Written, &str)| {
        let (code, dir, made) =
            (written.code(), direction(written), mark(filled.language == Some(written), " selected"));
        format!(r#"<option value="{code}" lang="{code}" dir="{dir}"{made}>{name}</option>"#)
    };
    format!(
        r#"<fieldset><legend>{how_often}</legend>{radios}</fieldset>
<div class="field"><label for="language">{in_which}</label>
<select id="language" name="language" required><option value=""></option>{options}</select></div>
<label class="choice"><input type="checkbox" name="plain"{made}> {plain}</label>
"#,
        how_often = t("wishes-frequency"),
        radios = FREQUENCIES.map(radio).concat(),
        in_which = t("wishes-language"),
        options = ENDONYMS
            .into_iter()
            .filter(|(written, _)| spoken.offered.contains(written))
            .map(option)
            .collect::<String>(),
        made = mark(filled.plain_text, " checked"),
        plain = t("wishes-plain"),
    )
}

const fn mark(made: bool, word: &'static str) -> &'static str {
    if made { word } else { "" }
}

/// The page that asks; `wrong`: what was wrong with the answer.
fn ask(spoken: Spoken<'_>, status: StatusCode, purpose: Purpose, wrong: Option<&str>, filled: Filled) -> Response {
    let t = |name: &str| spoken.says(name);
    let of = purpose.name();
    let wrong = wrong.map(|name| format!(r#"<p class="note" role="alert">{}</p>"#, t(name))).unwrap_or_default();
    let asked = if purpose == Purpose::Wishes { choices(spoken, filled) } else { String::new() };
    let body = format!(
        r#"{wrong}<p class="lead">{}</p><form method="post">{asked}<button>{}</button></form>"#,
        t(&format!("{of}-ask")),
        t(&format!("{of}-button"))
    );
    spoken.page(status, &t(&format!("{of}-heading")), &body)
}
