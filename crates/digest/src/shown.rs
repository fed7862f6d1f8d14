//! A message as whoever gets it sees it: for the demo, which shows what it would have sent.

use mail_parser::{MessageParser, MimeHeaders, PartType};

/// What a message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// In which language, by BCP 47.
    pub language: String,
    /// The plain text.
    pub text: String,
    /// The HTML; `None`: it has none.
    pub html: Option<String>,
}

impl Shown {
    /// Reads a message of ours; `None`: it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        let is_html = |part: &&mail_parser::MessagePart<'_>| part.is_content_type("text", "html");
        let html = message.parts.iter().find(is_html).and_then(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        Some(Self {
            to: message.to()?.first()?.address()?.to_owned(),
            subject: message.subject()?.to_owned(),
            language: message.header_raw("Content-Language")?.trim().to_owned(),
            text: message.body_text(0)?.into_owned(),
            html,
        })
    }
}
