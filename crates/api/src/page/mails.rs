//! `/demo/mail`: what the demo has written to guardians instead of sending it. In the demo alone, and from this machine alone.
//!
//! A message's HTML is a page of its own that may run nothing, load nothing and lead nowhere, shown in a frame. Its links can be
//! followed from the plain text.

use chrono::NaiveDate;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::render::{day_of_demo, escaped, frame};
use crate::graphql::catalogue::{Language, text};
use crate::http::is_local;
use crate::sign_in::{DemoMail, DemoMails};

/// Where the list is.
pub(super) const PATH: &str = "/demo/mail";
/// For a message's HTML: it has its styles in it, and nothing else is let in or out. Only our own page shows it in a frame.
const MESSAGE: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                       frame-ancestors 'self'";
/// For the page around it.
const AROUND: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The answer, when the path is one of these.
pub(crate) fn respond(
    request: &Request,
    language: Language,
    (mails, today): (&DemoMails, NaiveDate),
) -> Option<Response> {
    let rest = request.uri().path().strip_prefix(PATH)?;
    if !is_local(request) || (request.method() != Method::GET && request.method() != Method::HEAD) {
        return None;
    }
    if rest.is_empty() {
        return Some(page(language, &list(language, &mails(), today)));
    }
    let (name, html) = match rest.strip_prefix('/')?.split_once('/') {
        Some((name, "html")) => (name, true),
        Some(_) => return None,
        None => (rest.strip_prefix('/')?, false),
    };
    let mail = mails().into_iter().find(|mail| mail.name == name)?;
    if !html {
        return Some(page(language, &one(language, &mail)));
    }
    let mut response = Response::builder().content_type("text/html; charset=utf-8").body(mail.html?);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MESSAGE));
    response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Some(response)
}

fn page(language: Language, body: &str) -> Response {
    let heading = escaped(&text(language, "mail-heading").unwrap_or_default());
    let html = frame(language, &heading, body);
    let mut response = Response::builder().status(StatusCode::OK).content_type("text/html; charset=utf-8").body(html);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(AROUND));
    response
}

fn list(language: Language, mails: &[DemoMail], today: NaiveDate) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    if mails.is_empty() {
        return format!("<p>{}</p>", t("mail-none"));
    }
    let row = |mail: &DemoMail| {
        let (name, to, lang) = (escaped(&mail.name), escaped(&mail.to), escaped(&mail.language));
        let subject = escaped(&mail.subject);
        format!(
            r#"<li><a href="{PATH}/{name}" lang="{lang}" dir="auto">{subject}</a><br><span class="quiet">{to} · {lang}</span></li>"#
        )
    };
    let rows: String = mails.iter().map(row).collect();
    let day = day_of_demo(language, today);
    let (what, languages) = (t("mail-what"), t("mail-languages"));
    format!(r#"<p class="lead">{what}</p><p>{languages}</p><p class="note">{day}</p><ul class="mails">{rows}</ul>"#)
}

fn one(language: Language, mail: &DemoMail) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let (subject, to, lang) = (escaped(&mail.subject), escaped(&mail.to), escaped(&mail.language));
    let shown = mail.html.as_ref().map(|_| {
        format!(
            r#"<h2>{heading}</h2><iframe class="mail" title="{heading}" src="{PATH}/{name}/html" sandbox></iframe>"#,
            heading = t("mail-html"),
            name = escaped(&mail.name),
        )
    });
    format!(
        r#"<p><a href="{PATH}">{back}</a></p>
<dl><dt>{to_heading}</dt><dd>{to}</dd><dt>{subject_heading}</dt><dd lang="{lang}" dir="auto">{subject}</dd></dl>
<h2>{text_heading}</h2><pre class="mail" dir="auto" tabindex="0">{text}</pre><p class="quiet">{links}</p>{shown}"#,
        back = t("mail-back"),
        to_heading = t("mail-to"),
        subject_heading = t("mail-subject"),
        text_heading = t("mail-text"),
        text = linked(&mail.text),
        links = t("mail-links"),
        shown = shown.unwrap_or_default(),
    )
}

/// The text with its addresses as links, each line in the direction of its own letters.
fn linked(text: &str) -> String {
    let word = |word: &str| {
        // In a line that runs from the right, an address stands between marks that keep it in its place.
        let bare = word.trim_matches(['\u{2068}', '\u{2069}']);
        let is_address = bare.starts_with("https://") || bare.starts_with("http://127.0.0.1:");
        let shown = escaped(if is_address { bare } else { word });
        if is_address { format!(r#"<a href="{shown}" dir="ltr">{shown}</a>"#) } else { shown }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
