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
    // A line that runs from the right and begins with a Latin name is taken for one that runs from the left, unless a mark stands
    // before it.
    let begun = |part: &Part, line: String| {
        let named = part.language.right_to_left() && line.starts_with('\u{2068}');
        if named { format!("\u{200f}{line}") } else { line }
    };
    let lines =
        |part: &Part| part.lines.iter().map(|line| begun(part, told(line))).collect::<Vec<_>>().join("\r\n\r\n");
    let parts: Vec<String> = parts.iter().map(lines).collect();
    parts.join("\r\n\r\n* * *\r\n\r\n") + "\r\n"
}

/// How the HTML looks where the reader's program is dark: what is inline stands for light.
const STYLE: &str = ":root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
body, .paper { background-color: #14191e !important; }
.words div { color: #e8ecef !important; }
.words a { color: #8fd3cc !important; }
}";

/// The HTML, made from MJML; `None`: it cannot be made, which no text can bring about.
pub(crate) fn html(title: &str, parts: &[Part]) -> Option<String> {
    let first = parts.first()?.language;
    let mut sections = String::new();
    for (number, part) in parts.iter().enumerate() {
        let (lang, dir) = (part.language.code(), direction(part.language));
        let align = if part.language.right_to_left() { "right" } else { "left" };
        let line = if number > 0 { " border-top=\"1px solid #6f7b87\"" } else { "" };
        let told: String = part.lines.iter().map(paragraph).collect();
        write!(
            sections,
            "<mj-section{line}><mj-column><mj-text css-class=\"words\" align=\"{align}\"><div lang=\"{lang}\" dir=\"{dir}\">{told}\
             </div></mj-text></mj-column></mj-section>"
        )
        .ok()?;
    }
    let source = format!(
        "<mjml lang=\"{}\" dir=\"{}\"><mj-head><mj-title>{}</mj-title><mj-attributes><mj-all font-family=\"Arial, sans-serif\" />\
         <mj-text font-size=\"16px\" line-height=\"1.5\" color=\"#1d2733\" /></mj-attributes><mj-style>{STYLE}</mj-style>\
         <mj-raw><meta name=\"color-scheme\" content=\"light dark\" />\
         <meta name=\"supported-color-schemes\" content=\"light dark\" /></mj-raw></mj-head>\
         <mj-body width=\"600px\" background-color=\"#ffffff\" css-class=\"paper\">{sections}</mj-body></mjml>",
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

/// A sentence is a link by its own words: an address read out would be sixty letters and digits.
fn paragraph(line: &Line) -> String {
    match line {
        Line::Text(text) => format!("<p>{}</p>", escaped(text)),
        Line::Link { sentence, address } => {
            let (before, after) = sentence.split_once(PLACE).unwrap_or((sentence, ""));
            let said = before.trim_end_matches(['\u{2068}', ' ', ':']);
            let rest = after.trim_start_matches('\u{2069}');
            format!(
                "<p><a href=\"{}\" style=\"color:#1f5f5b;\">{}</a>{}</p>",
                escaped(address),
                escaped(said),
                escaped(rest)
            )
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
