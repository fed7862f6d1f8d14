//! How a message reads: a plain part, an HTML part, and headers. Made from a [`Letter`] alone, which holds nothing that may
//! not be mailed. No picture, no tracking, no word of anybody in the subject or in a link.

use casework::post::{Letter, LetterContent, Named, Post};
use domain::id::GuardianId;
use domain::words::{Language, MessageClass};
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::catalogue::{Values, text, written_in};

/// Version of the texts and templates, on record with each message.
pub(crate) const TEMPLATE: u16 = 1;

/// Who sends.
#[derive(Clone, Debug)]
pub struct Sender {
    /// What guardians see as the sender.
    pub from: Mailbox,
    /// Where mail that comes back goes: each message to an address of its own at this domain.
    pub bounces_at: String,
    /// What guardians' browsers call the service, without a path: links begin with it.
    pub site: String,
}

/// A message as it is handed over.
#[derive(Clone)]
pub struct Mail {
    /// From where, and to whom: one address.
    pub envelope: Envelope,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// No message can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The address is none that a message can go to.
    #[error("the address cannot be written to")]
    Address,
    /// A text is missing, or a header cannot be written.
    #[error("the message cannot be made")]
    Unwritable,
}

/// Where the guardian ends the messages: 128 bits that follow from guardian and purpose. Nothing in it tells of anybody.
pub(crate) fn stop_link(post: &Post, sender: &Sender, guardian: GuardianId) -> String {
    format!("{}/stop/{guardian}/{}", sender.site, post.stop_code(guardian))
}

/// Makes the message.
pub(crate) fn mail(post: &Post, sender: &Sender, letter: &Letter) -> Result<Mail, FormError> {
    let to: Address = letter.to.parse().map_err(|_| FormError::Address)?;
    let language = written_in(letter.language);
    let stop = stop_link(post, sender, letter.guardian);
    let name = code(post, "message", letter.guardian, letter.named);
    let lines = lines(letter, language).ok_or(FormError::Unwritable)?;
    let farewell = [("stop-at", stop.as_str())];
    let subject = t(language, &format!("{}-subject", word(letter.named.0)), &[]).ok_or(FormError::Unwritable)?;
    let plain = plain(language, &lines, &farewell).ok_or(FormError::Unwritable)?;
    let message = Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(subject)
        .message_id(Some(format!("<{name}@{}>", sender.bounces_at)))
        .date(std::time::SystemTime::from(post.now()));
    let single = SinglePart::builder().header(ContentType::TEXT_PLAIN);
    let built = if letter.plain_text {
        message.singlepart(single.body(plain))
    } else {
        let html = html(language, &lines, &farewell).ok_or(FormError::Unwritable)?;
        message.multipart(MultiPart::alternative_plain_html(plain, html))
    };
    let mut built = built.map_err(|_| FormError::Unwritable)?;
    for (header, value) in [
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("Content-Language", language.code().to_owned()),
        ("List-Unsubscribe", format!("<{stop}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ] {
        let header = HeaderName::new_from_ascii(header.to_owned()).map_err(|_| FormError::Unwritable)?;
        built.headers_mut().insert_raw(HeaderValue::new(header, value));
    }
    let back = format!("bounce+{name}@{}", sender.bounces_at).parse().map_err(|_| FormError::Unwritable)?;
    let envelope = Envelope::new(Some(back), vec![to]).map_err(|_| FormError::Address)?;
    Ok(Mail { envelope, bytes: built.formatted() })
}

/// The message as it would be handed over, to an address that cannot exist: to be looked at.
pub fn preview(post: &Post, sender: &Sender, letter: &Letter) -> Result<Mail, FormError> {
    mail(post, sender, &Letter { to: "preview@example.invalid".to_owned(), ..letter.clone() })
}

/// What a message is called, in its id and in the address that it comes back to: the same at each try.
pub(crate) fn code(post: &Post, purpose: &str, guardian: GuardianId, (class, period): Named) -> String {
    post.code_text(purpose, &[&guardian.bits(), class.name().as_bytes(), period.to_string().as_bytes()])
}

const fn word(class: MessageClass) -> &'static str {
    match class {
        MessageClass::Digest => "digest",
        MessageClass::SameDay => "sameday",
        MessageClass::Confirmation => "confirm",
    }
}

fn t(language: Language, name: &str, values: &Values) -> Option<String> {
    text(language, name, values)
}

/// What the message says, line by line; the last ones say where to read the facts.
fn lines(letter: &Letter, language: Language) -> Option<Vec<Line>> {
    let mut lines = vec![Line::Text(t(language, &format!("{}-notice", word(letter.named.0)), &[])?)];
    if let LetterContent::Plain(children) = &letter.content {
        for child in children {
            let name = || ("name", child.first_name.clone().into());
            if child.news.absent_minutes > 0 {
                let values =
                    [name(), ("minutes", child.news.absent_minutes.into()), ("days", child.news.absent_days.into())];
                lines.push(Line::Text(t(language, "plain-absence", &values)?));
            }
            for talk in &child.news.talks {
                lines.push(Line::Text(t(language, "plain-talk", &[name(), ("date", talk.to_string().into())])?));
            }
        }
    }
    lines.extend(letter.portals.iter().map(|portal| Line::Link("read-at", portal.as_str().to_owned())));
    Some(lines)
}

/// A line of a message.
enum Line {
    /// A sentence.
    Text(String),
    /// A sentence with an address at its end, by its name in the catalogue.
    Link(&'static str, String),
}

fn plain(language: Language, lines: &[Line], farewell: &[(&'static str, &str)]) -> Option<String> {
    let mut told = Vec::new();
    for line in lines {
        told.push(match line {
            Line::Text(text) => text.clone(),
            Line::Link(name, address) => t(language, name, &[("address", address.clone().into())])?,
        });
    }
    told.push(t(language, "no-answer", &[])?);
    for (name, address) in farewell {
        told.push(t(language, name, &[("address", (*address).to_owned().into())])?);
    }
    Some(told.join("\r\n\r\n") + "\r\n")
}

fn html(language: Language, lines: &[Line], farewell: &[(&'static str, &str)]) -> Option<String> {
    let link = |name: &str, address: &str| {
        let sentence = t(language, name, &[("address", "\u{1}".into())])?;
        let anchor = format!("<a href=\"{0}\">{0}</a>", escaped(address));
        Some(format!("<p>{}</p>\r\n", escaped(&sentence).replace('\u{1}', &anchor)))
    };
    let mut body = Vec::new();
    for line in lines {
        body.push(match line {
            Line::Text(text) => format!("<p>{}</p>\r\n", escaped(text)),
            Line::Link(name, address) => link(name, address)?,
        });
    }
    body.push(format!("<hr>\r\n<p>{}</p>\r\n", escaped(&t(language, "no-answer", &[])?)));
    for (name, address) in farewell {
        body.push(link(name, address)?);
    }
    let body = body.concat();
    let direction = if language.right_to_left() { "rtl" } else { "ltr" };
    Some(format!(
        "<!doctype html>\r\n<html lang=\"{lang}\" dir=\"{direction}\">\r\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\r\n<body>\r\n{body}</body>\r\n</html>\r\n",
        lang = language.code(),
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
