//! The two bodies of a message: plain text, and HTML that reads the same. Nothing is loaded from anywhere.

use std::fmt::Write;

use domain::words::Language;
use mrml::prelude::render::RenderOptions;

/// Stands in a sentence where its address goes.
pub(crate) const PLACE: &str = "\u{1}";

/// What a message says in one language.
pub(crate) struct Part {
    pub(crate) language: Language,
    pub(crate) lines: Vec<Line>,
}

/// A line of a message.
pub(crate) enum Line {
    /// A sentence.
    Text(String),
    /// A sentence, and the address that belongs where its [`PLACE`] is.
    Link { sentence: String, address: String },
}

/// The plain text.
pub(crate) fn plain(parts: &[Part]) -> String {
    let told = |line: &Line| match line {
        Line::Text(text) => text.clone(),
        // The marks around the place would be taken for a part of the address by who makes links of what looks like one.
        Line::Link { sentence, address } => {
            sentence.replace(&format!("\u{2068}{PLACE}\u{2069}"), address).replace(PLACE, address)
        }
    };
    let parts: Vec<String> =
        parts.iter().map(|part| part.lines.iter().map(told).collect::<Vec<_>>().join("\r\n\r\n")).collect();
    parts.join("\r\n\r\n* * *\r\n\r\n") + "\r\n"
}

/// The HTML, made from MJML; `None`: it cannot be made, which no text can bring about.
pub(crate) fn html(title: &str, parts: &[Part]) -> Option<String> {
    let first = parts.first()?.language;
    let mut sections = String::new();
    for part in parts {
        let (lang, dir) = (part.language.code(), direction(part.language));
        let align = if part.language.right_to_left() { "right" } else { "left" };
        let told: String = part.lines.iter().map(paragraph).collect();
        write!(
            sections,
            "<mj-section><mj-column><mj-text align=\"{align}\"><div lang=\"{lang}\" dir=\"{dir}\">{told}</div></mj-text>\
             </mj-column></mj-section>"
        )
        .ok()?;
    }
    let source = format!(
        "<mjml lang=\"{}\" dir=\"{}\"><mj-head><mj-title>{}</mj-title><mj-attributes><mj-all font-family=\"Arial, sans-serif\" />\
         <mj-text font-size=\"16px\" line-height=\"1.5\" color=\"#1a1a1a\" /></mj-attributes></mj-head>\
         <mj-body width=\"600px\">{sections}</mj-body></mjml>",
        first.code(),
        direction(first),
        escaped(title)
    );
    let made = mrml::parse(&source).ok()?;
    made.element.render(&RenderOptions::default()).ok()
}

const fn direction(language: Language) -> &'static str {
    if language.right_to_left() { "rtl" } else { "ltr" }
}

fn paragraph(line: &Line) -> String {
    match line {
        Line::Text(text) => format!("<p>{}</p>", escaped(text)),
        Line::Link { sentence, address } => {
            let anchor = format!("<a href=\"{0}\" dir=\"ltr\">{0}</a>", escaped(address));
            format!("<p>{}</p>", escaped(sentence).replace(PLACE, &anchor))
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
