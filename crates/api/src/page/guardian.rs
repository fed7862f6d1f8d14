//! Pages for guardians, who have no account: in the languages that they are written to in, in the one that the browser asks for, and
//! never in one that we know of them, since a page tells nobody what a guardian has chosen.

use domain::words::Language as Written;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use super::render::{Frame, escaped, framed};
use crate::graphql::catalogue::text_in;

/// What each language calls itself.
pub(super) const ENDONYMS: [(Written, &str); 10] = [
    (Written::Swedish, "svenska"),
    (Written::English, "English"),
    (Written::Arabic, "العربية"),
    (Written::Somali, "Soomaali"),
    (Written::Tigrinya, "ትግርኛ"),
    (Written::Persian, "فارسی"),
    (Written::Dari, "دری"),
    (Written::Ukrainian, "українська"),
    (Written::Kurmanji, "Kurmancî"),
    (Written::Sorani, "کوردیی ناوەندی"),
];
/// Nothing but our own style, and a form that comes back here.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// In which language a page speaks, and in which it could.
#[derive(Clone, Copy)]
pub(super) struct Spoken<'a> {
    language: Written,
    pub(super) offered: &'a [Written],
}

impl<'a> Spoken<'a> {
    /// As chosen on the page, or as the browser asks, of what is offered; otherwise Swedish.
    pub(super) fn to(request: &Request, offered: &'a [Written]) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Written::from_code);
        let chosen = chosen.filter(|language| offered.contains(language));
        let asked = || accepted(request.header(header::ACCEPT_LANGUAGE).unwrap_or_default(), offered);
        Self { language: chosen.or_else(asked).unwrap_or(Written::Swedish), offered }
    }

    /// A text, as it stands in HTML.
    pub(super) fn says(&self, name: &str) -> String {
        escaped(&text_in(self.language, name).unwrap_or_default())
    }

    /// A page.
    pub(super) fn page(&self, status: StatusCode, heading: &str, body: &str) -> Response {
        let frame = Frame {
            lang: self.language.code(),
            dir: direction(self.language),
            title: heading,
            top: &self.others(),
            heading,
        };
        let html = framed(&frame, body);
        let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(html);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.code()));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
    }

    /// A link for each language that the page could speak.
    fn others(&self) -> String {
        let link = |(language, name): (Written, &str)| {
            let (code, dir) = (language.code(), direction(language));
            let now = if language == self.language { " aria-current=\"true\"" } else { "" };
            format!(r#"<li><a href="?lang={code}" lang="{code}" hreflang="{code}" dir="{dir}"{now}>{name}</a></li>"#)
        };
        let links: String =
            ENDONYMS.into_iter().filter(|(language, _)| self.offered.contains(language)).map(link).collect();
        format!(r#"<nav aria-label="{}"><ul class="languages">{links}</ul></nav>"#, self.says("link-languages"))
    }
}

/// What is answered for every page that is not there: also for a link that leads nowhere, or never did. Whoever followed one of
/// their own is told what to do.
pub(crate) fn gone(request: &Request, offered: &[Written]) -> Response {
    let spoken = Spoken::to(request, offered);
    let body = format!("<p>{}</p>", spoken.says("gone-what"));
    spoken.page(StatusCode::NOT_FOUND, &spoken.says("gone-heading"), &body)
}

pub(super) const fn direction(language: Written) -> &'static str {
    if language.right_to_left() { "rtl" } else { "ltr" }
}

/// The first language of an `Accept-Language` header that is offered, by its weights.
fn accepted(header: &str, offered: &[Written]) -> Option<Written> {
    let mut best = (0.0_f32, None);
    for part in header.split(',') {
        let mut pieces = part.split(';');
        let Some(language) = pieces.next().and_then(|tag| tagged(tag, offered)) else { continue };
        let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, Some(language));
        }
    }
    best.1
}

/// The offered language that whoever asks for this tag reads. Browsers call Kurdish by one name, and Dari a Persian of Afghanistan.
fn tagged(tag: &str, offered: &[Written]) -> Option<Written> {
    let tag = tag.trim().to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let mut has = |part: &str| parts.any(|held| held == part);
    let reads: &[Written] = match primary {
        "fa" if has("af") => &[Written::Dari, Written::Persian],
        "fa" => &[Written::Persian, Written::Dari],
        "prs" => &[Written::Dari, Written::Persian],
        "ku" if has("arab") || tag.ends_with("-iq") => &[Written::Sorani],
        "ku" => &[Written::Kurmanji],
        _ => &[Written::from_code(primary)?],
    };
    reads.iter().copied().find(|language| offered.contains(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_spoken_to_in_the_offered_language_that_it_wants_most() {
        let all = Written::ALL;
        for (header, offered, language) in [
            ("", &all[..], None),
            ("de-DE, fr", &all, None),
            ("ar-SA,ar;q=0.9,en;q=0.8", &all, Some(Written::Arabic)),
            ("ar-SA,ar;q=0.9,en;q=0.8", &all[..2], Some(Written::English)),
            ("en;q=0.3, so;q=0.7, sv;q=0.5", &all, Some(Written::Somali)),
            ("fa-AF", &all, Some(Written::Dari)),
            ("fa-IR,fa", &all, Some(Written::Persian)),
            ("prs", &[Written::Persian], Some(Written::Persian)),
            ("ku", &all, Some(Written::Kurmanji)),
            ("ku-Arab-IQ", &all, Some(Written::Sorani)),
            ("ckb", &all, Some(Written::Sorani)),
            ("uk;q=0", &all, None),
            ("*", &all, None),
        ] {
            assert_eq!(accepted(header, offered), language, "{header}");
        }
    }

    #[test]
    fn every_language_calls_itself_by_a_name_and_has_every_text_of_a_page() {
        assert_eq!(ENDONYMS.map(|(language, _)| language), Written::ALL);
        for language in Written::ALL {
            for name in ["gone-what", "stop-ask", "wishes-done-off", "confirm-ask", "seen-done"] {
                assert!(text_in(language, name).is_some_and(|text| text.len() > 10), "{name} in {}", language.code());
            }
        }
    }

    #[test]
    fn languages_that_are_offered_without_being_switched_on_are_those_whose_pages_a_speaker_has_checked() {
        let checked = |language: &Written| text_in(*language, "links-checked").is_some_and(|said| said == "yes");
        let checked: Vec<Written> = Written::ALL.into_iter().filter(checked).collect();
        assert_eq!(checked, crate::Letters::default().languages);
    }
}
