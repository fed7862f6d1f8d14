//! `/PURPOSE/CODE`: what a guardian does by the link in a message, without sign-in: ends the messages, says how they are
//! wanted, confirms the address, or says that the day's message has been seen. Following the link changes nothing, confirming
//! does (RFC 8058). Nobody is named, nothing that is known is shown, and a wrong code looks like any page that is not there.

use std::sync::Arc;

use casework::Casework;
use casework::post::Purpose;
use domain::id::CommandId;
use domain::refusal::Code;
use domain::state::Preference;
use domain::words::{DigestFrequency, Language as Written};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::render::{escaped, frame};
use crate::graphql::catalogue::{Language, text};
use crate::http::allow_only;
use crate::letters::Letters;
use crate::sign_in::Chance;

/// Longest form, in bytes.
const MAX_FORM: usize = 4 << 10;

/// What each language calls itself.
const ENDONYMS: [(Written, &str); 10] = [
    (Written::Swedish, "svenska"),
    (Written::English, "English"),
    (Written::Arabic, "العربية"),
    (Written::Somali, "Soomaali"),
    (Written::Tigrinya, "ትግርኛ"),
    (Written::Persian, "فارسی"),
    (Written::Dari, "دری"),
    (Written::Ukrainian, "українська"),
    (Written::Kurmanji, "Kurmancî"),
    (Written::Sorani, "سۆرانی"),
];
const FREQUENCIES: [(DigestFrequency, &str); 3] =
    [(DigestFrequency::Weekly, "weekly"), (DigestFrequency::Monthly, "monthly"), (DigestFrequency::Off, "off")];

/// The answer, when the path is that of a link which we have given out.
pub(crate) async fn respond(
    request: &mut Request,
    language: Language,
    (casework, letters): (&Arc<Casework>, &Letters),
    chance: &Chance,
) -> Option<Response> {
    let path = request.uri().path().to_owned();
    let mut path = path.strip_prefix('/')?.split('/');
    let named = path.next()?;
    let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == named)?;
    let code = path.next().filter(|_| path.next().is_none())?;
    let post = casework.post();
    let link = post.link(purpose, code)?;
    let offered = letters.languages.as_slice();
    let say = |status, said: &str| page((language, offered), status, purpose, said, false);
    Some(match *request.method() {
        Method::GET | Method::HEAD => page((language, offered), StatusCode::OK, purpose, &format!("{named}-ask"), true),
        Method::POST => {
            let Some(preference) = chosen(request, purpose, offered).await else {
                return Some(page((language, offered), StatusCode::BAD_REQUEST, purpose, "link-unclear", true));
            };
            let act = link.followed(preference);
            let (Some(id), Some(act)) = (command_id(casework, chance), act) else {
                return Some(say(StatusCode::SERVICE_UNAVAILABLE, "link-broken"));
            };
            let done = match post.act(link.guardian(), act, id).await {
                Ok(_) => true,
                Err(refusal) => refusal.code == Code::AlreadySo,
            };
            if done {
                say(StatusCode::OK, &format!("{named}-done"))
            } else {
                say(StatusCode::SERVICE_UNAVAILABLE, "link-broken")
            }
        }
        _ => allow_only("GET, HEAD, POST"),
    })
}

/// What was chosen in the form; `None`: not everything that is asked.
async fn chosen(request: &mut Request, purpose: Purpose, offered: &[Written]) -> Option<Preference> {
    if purpose != Purpose::Wishes {
        return Some(Preference::default());
    }
    let reading = request.take_body().into_bytes_limit(MAX_FORM);
    let bytes = tokio::time::timeout(crate::graphql::execute::MAX_TIME, reading).await.ok()?.ok()?;
    let field =
        |name: &str| form_urlencoded::parse(&bytes).find(|(held, _)| held == name).map(|(_, value)| value.into_owned());
    let frequency = field("frequency")?;
    Some(Preference {
        frequency: FREQUENCIES.into_iter().find(|(_, name)| *name == frequency)?.0,
        language: Written::from_code(&field("language")?).filter(|language| offered.contains(language))?,
        plain_text: field("plain").is_some(),
    })
}

fn command_id(casework: &Casework, chance: &Chance) -> Option<CommandId> {
    let millis = u64::try_from(casework.now().timestamp_millis()).ok()?;
    let bits = *chance()?.first_chunk::<10>()?;
    CommandId::new(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
}

/// The choices. None is made already: what a guardian has chosen, a language most of all, is shown to nobody by a link.
fn choices(language: Language, offered: &[Written]) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let radio = |(_, name): (DigestFrequency, &str)| {
        let said = t(&format!("wishes-{name}"));
        format!(r#"<label class="choice"><input type="radio" name="frequency" value="{name}" required> {said}</label>"#)
    };
    let option = |(written, name): (Written, &str)| {
        let (code, direction) = (written.code(), if written.right_to_left() { "rtl" } else { "ltr" });
        format!(r#"<option value="{code}" lang="{code}" dir="{direction}">{name}</option>"#)
    };
    format!(
        r#"<fieldset><legend>{how_often}</legend>{radios}</fieldset>
<div class="field"><label for="language">{in_which}</label>
<select id="language" name="language" required><option value=""></option>{options}</select></div>
<label class="choice"><input type="checkbox" name="plain"> {plain}</label>
"#,
        how_often = t("wishes-frequency"),
        radios = FREQUENCIES.map(radio).concat(),
        in_which = t("wishes-language"),
        options = ENDONYMS.into_iter().filter(|(written, _)| offered.contains(written)).map(option).collect::<String>(),
        plain = t("wishes-plain"),
    )
}

fn page(
    (language, offered): (Language, &[Written]),
    status: StatusCode,
    purpose: Purpose,
    said: &str,
    ask: bool,
) -> Response {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let of = purpose.name();
    let asked = if purpose == Purpose::Wishes { choices(language, offered) } else { String::new() };
    let button = format!(r#"<form method="post">{asked}<button>{}</button></form>"#, t(&format!("{of}-button")));
    let body = format!("<p>{}</p>{}", t(said), if ask { button } else { String::new() });
    let html = frame(language, &t(&format!("{of}-heading")), &body);
    let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(html);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}
