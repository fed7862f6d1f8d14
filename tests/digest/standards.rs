//! What mail programs and relays go by (RFC 5322, 2045 to 2047, 3834, 8058), and what readers who do not see go by.

use domain::words::Language;
use mail_parser::{MessageParser, MimeHeaders, PartType};

use crate::home::Home;
use crate::words::{sent, written};

/// A message without the envelope's line that tests put before it.
fn of(told: &str) -> &str {
    told.split_once('\n').unwrap().1
}

/// A digest that tells plain facts, in a language.
async fn facts_in(language: Language) -> String {
    let mut home = Home::new().await;
    home.sender.languages = Language::ALL.to_vec();
    home.wants(language, false).await;
    home.plain_facts_allowed().await;
    written(&home).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_plain_ascii_in_short_lines_with_the_headers_that_an_automatic_one_has() {
    for language in Language::ALL {
        let told = facts_in(language).await;
        let (code, text) = (language.code(), of(&told));
        let (head, body) = text.split_once("\n\n").unwrap();
        assert!(text.is_ascii(), "{code}: no relay has to know UTF-8 in headers (RFC 6532)");
        assert!(head.lines().all(|line| line.len() <= 998), "{code}: {head}");
        assert!(body.lines().all(|line| line.len() <= 76), "{code}: {body}");
        let header = |name: &str| {
            let lines: Vec<&str> =
                head.lines().filter(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: "))).collect();
            assert_eq!(lines.len(), 1, "{code}: one {name}: {head}");
            lines[0].split_once(": ").unwrap().1.to_owned()
        };
        assert_eq!(header("date"), "Fri, 6 Sep 2019 15:45:00 +0200", "{code}: by the clock at the school");
        assert_eq!(header("auto-submitted"), "auto-generated");
        assert_eq!(header("content-language"), code);
        assert_eq!(header("mime-version"), "1.0");
        assert_eq!(header("to"), "alex@home.example");
        let id = header("message-id");
        let left = id.strip_prefix('<').and_then(|id| id.strip_suffix("@mentor.example>")).expect("an id of ours");
        assert!(left.len() == 32 && left.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        let stop = header("list-unsubscribe");
        assert!(
            stop.starts_with("<https://mentor.example/stop/") && stop.ends_with('>') && !stop.contains(','),
            "{stop}"
        );
        assert_eq!(header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
        for unwanted in ["reply-to", "bcc", "cc", "sender", "precedence", "disposition-notification-to", "x-mailer"] {
            assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with(&format!("{unwanted}:"))), "{head}");
        }
    }
    // In winter the clock is another.
    let home = Home::new().await;
    home.on("2019-12-06T14:45:00Z");
    home.is_absent("2019-12-05", 60).await;
    assert!(sent(&home).await.contains("\nDate: Fri, 6 Dec 2019 15:45:00 +0100\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_part_comes_first_and_the_other_says_the_same_in_the_same_languages() {
    for language in Language::ALL {
        let told = facts_in(language).await;
        let message = MessageParser::default().parse(of(&told).as_bytes()).unwrap();
        let kinds: Vec<String> = message
            .parts
            .iter()
            .map(|part| {
                part.content_type().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap())).unwrap()
            })
            .collect();
        assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"]);
        let PartType::Html(html) = &message.parts[2].body else { panic!("{kinds:?}") };
        let plain = message.body_text(0).unwrap();
        let dir = |language: Language| if language.right_to_left() { "rtl" } else { "ltr" };
        let mut languages = vec![language, Language::Swedish];
        languages.dedup();
        for language in &languages {
            let begins = format!("<div lang=\"{}\" dir=\"{}\">", language.code(), dir(*language));
            assert_eq!(html.matches(&begins).count(), 1, "{begins}: {html}");
        }
        // what stands between tags is what the plain part says, the addresses apart
        let body = html.split_once("<body").unwrap().1;
        let said = |text: &str| -> String { text.chars().filter(|letter| letter.is_alphanumeric()).collect() };
        let mut words = String::new();
        for piece in body.split('<').skip(1) {
            words.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        }
        let words = words.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
        let without_addresses: Vec<&str> =
            plain.split_whitespace().filter(|word| !word.starts_with("https://")).collect();
        assert_eq!(said(&words), said(&without_addresses.concat()), "{}", language.code());
        // a line that begins with a name runs the way of its language
        for line in plain.lines().filter(|line| line.contains("Kim")) {
            assert!(line.starts_with("Kim") || line.starts_with("\u{200f}\u{2068}Kim"), "{line}");
        }
        // each link is a sentence, and its address stands in the plain part too
        for link in html.split("<a href=\"").skip(1) {
            let (address, rest) = link.split_once('"').unwrap();
            let words = rest.split_once('>').unwrap().1.split_once("</a>").unwrap().0;
            assert!(plain.contains(address), "{address}: {plain}");
            assert!(words.chars().count() > 8 && !words.contains("//") && !words.ends_with([':', ' ']), "{words}");
        }
        // and a dark program has colours of its own
        for wanted in
            ["name=\"color-scheme\" content=\"light dark\"", "prefers-color-scheme: dark", "background-color:#ffffff"]
        {
            assert!(html.contains(wanted), "{wanted}: {html}");
        }
    }
}
