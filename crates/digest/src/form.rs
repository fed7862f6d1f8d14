//! How a message reads: a plain part, an HTML part, and headers. Made from a [`Letter`] alone, which holds nothing that may
//! not be mailed. No picture, no tracking, no word of anybody in the subject or in a link.

use casework::post::{Letter, LetterContent, Named, Post, Purpose};
use domain::id::GuardianId;
use domain::words::{Language, MessageClass};
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::body::{self, Line, Part};
use crate::catalogue::{day, form, number, text, written_in};
use crate::signing::SigningKey;

/// Version of the texts and templates, on record with each message.
pub(crate) const TEMPLATE: u16 = 5;
/// How the address begins that a message comes back to.
pub(crate) const RETURNED: &str = "bounce+";

/// Who sends.
#[derive(Clone, Debug)]
pub struct Sender {
    /// What guardians see as the sender.
    pub from: Mailbox,
    /// Where mail that comes back goes: each message to an address of its own at this domain.
    pub bounces_at: String,
    /// What guardians' browsers call the service, without a path: links begin with it.
    pub site: String,
    /// Languages that are switched on although no speaker has checked their texts.
    pub languages: Vec<Language>,
    /// Most messages to one domain in a minute.
    pub most_a_minute: u32,
    /// What signs messages (DKIM); `None`: the relay does, or nobody.
    pub signing: Option<SigningKey>,
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

/// A link of the guardian's: nothing in it tells of anybody.
fn link(post: &Post, sender: &Sender, purpose: Purpose, guardian: GuardianId) -> Option<String> {
    let code = post.link_code(purpose, guardian)?;
    Some(format!("{}/{}/{code}", sender.site, purpose.name()))
}

/// Makes the message.
pub(crate) fn mail(post: &Post, sender: &Sender, letter: &Letter) -> Result<Mail, FormError> {
    let to: Address = letter.to.parse().map_err(|_| FormError::Address)?;
    let language = written_in(letter.language, &sender.languages);
    let name = code(post, letter.guardian, letter.named, letter.since);
    let links = links(post, sender, letter).ok_or(FormError::Unwritable)?;
    let subject = text(language, &format!("{}-subject", word(letter.named.0)), &[]).ok_or(FormError::Unwritable)?;
    // Swedish stands below in any case: whoever helps to read it may know no other.
    let mut parts = vec![part(letter, &links, language).ok_or(FormError::Unwritable)?];
    if language != Language::Swedish {
        parts.push(part(letter, &links, Language::Swedish).ok_or(FormError::Unwritable)?);
    }
    let plain = body::plain(&parts);
    let message = Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(subject.clone())
        .message_id(Some(format!("<{name}@{}>", sender.bounces_at)));
    let built = if letter.plain_text {
        message.singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(plain))
    } else {
        let html = body::html(&subject, &parts).ok_or(FormError::Unwritable)?;
        message.multipart(MultiPart::alternative_plain_html(plain, html))
    };
    let mut built = built.map_err(|_| FormError::Unwritable)?;
    let mut headers = vec![
        // By the clock where the school is, as a person's own mail has it (RFC 5322, 3.3).
        ("Date", post.now().with_timezone(&chrono_tz::Europe::Stockholm).to_rfc2822()),
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("Content-Language", language.code().to_owned()),
    ];
    if let Some((_, stop)) = links.iter().find(|(purpose, _)| *purpose == "stop-at") {
        headers.push(("List-Unsubscribe", format!("<{stop}>")));
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    for (header, value) in headers {
        let header = HeaderName::new_from_ascii(header.to_owned()).map_err(|_| FormError::Unwritable)?;
        built.headers_mut().insert_raw(HeaderValue::new(header, value));
    }
    if let Some(key) = &sender.signing {
        built.sign(&key.0);
    }
    let back = returned_code(post, letter.guardian, letter.named, letter.address);
    let back = format!("{RETURNED}{back}@{}", sender.bounces_at).parse().map_err(|_| FormError::Unwritable)?;
    let envelope = Envelope::new(Some(back), vec![to]).map_err(|_| FormError::Address)?;
    Ok(Mail { envelope, bytes: built.formatted() })
}

/// The links of a message, each by the name of its sentence.
fn links(post: &Post, sender: &Sender, letter: &Letter) -> Option<Vec<(&'static str, String)>> {
    let portals = letter.portals.iter().map(|portal| ("read-at", portal.as_str().to_owned()));
    let own: &[(&str, Purpose)] = match letter.named.0 {
        MessageClass::Digest => &[("wishes-at", Purpose::Wishes), ("stop-at", Purpose::Stop)],
        MessageClass::SameDay => &[("seen-at", Purpose::Seen)],
        MessageClass::Confirmation => &[("confirm-at", Purpose::Confirm)],
    };
    let mut links: Vec<_> = if letter.named.0 == MessageClass::Confirmation { Vec::new() } else { portals.collect() };
    for (name, purpose) in own {
        links.push((*name, link(post, sender, *purpose, letter.guardian)?));
    }
    Some(links)
}

/// What a message is called in its id: the same at each try. A day's further message is another one than that before it.
pub(crate) fn code(post: &Post, guardian: GuardianId, (class, period): Named, since: u64) -> String {
    let (guardian, period, further) = (guardian.bits(), period.to_string(), since.to_le_bytes());
    let mut about = vec![guardian.as_slice(), class.name().as_bytes(), period.as_bytes()];
    if class == MessageClass::SameDay && since > 0 {
        about.push(&further);
    }
    post.code_text("message", &about)
}

/// What it is called in the address that it comes back to. Another name than in its id, which everybody reads whom the message is
/// passed on to: nobody but the servers on its way can say that it came back. It goes with the address that it was sent to.
///
/// A day's further message has the name of the first: what comes back says something of the address, and that is the same for
/// both. For good: nothing more goes there, and whoever had either is phoned. For now: before the further one has gone it was the
/// first that came back, and the further one goes; after that either may be meant, and somebody phones, once too often at most.
pub(crate) fn returned_code(post: &Post, guardian: GuardianId, (class, period): Named, address: u64) -> String {
    let (guardian, period, address) = (guardian.bits(), period.to_string(), address.to_le_bytes());
    post.code_text("returned", &[&guardian, class.name().as_bytes(), period.as_bytes(), &address])
}

pub(crate) const fn word(class: MessageClass) -> &'static str {
    match class {
        MessageClass::Digest => "digest",
        MessageClass::SameDay => "sameday",
        MessageClass::Confirmation => "confirm",
    }
}

/// So many of something, in the form that the language has for that number.
pub(crate) fn counted(language: Language, name: &str, count: u32) -> Option<String> {
    text(language, name, &[("count", number(language, count).into()), ("form", form(language, count)?.into())])
}

/// What the message says in one language: sentences, then links.
pub(crate) fn part(letter: &Letter, addresses: &[(&'static str, String)], language: Language) -> Option<Part> {
    // Without a place to read in, whoever is told that there is a message is told to call: also where a sibling's school has one.
    let mut lines = Vec::new();
    let to_call = letter.named.0 == MessageClass::SameDay && letter.to_call;
    if !to_call || !letter.portals.is_empty() {
        lines.push(Line::Text(text(language, &format!("{}-notice", word(letter.named.0)), &[])?));
    }
    if to_call {
        lines.push(Line::Text(text(language, "sameday-call", &[])?));
    }
    if let LetterContent::Plain(children) = &letter.content {
        for child in children {
            let name = || ("name", child.first_name.clone().into());
            let (minutes, days) = (child.news.absent_minutes, child.news.absent_days);
            if minutes > 0 {
                let values = [
                    name(),
                    ("minutes", counted(language, "plain-minutes", minutes)?.into()),
                    ("days", counted(language, "plain-days", days)?.into()),
                ];
                lines.push(Line::Text(text(language, "plain-absence", &values)?));
            }
            for talk in &child.news.talks {
                let date = day(language, *talk)?.into();
                lines.push(Line::Text(text(language, "plain-talk", &[name(), ("date", date)])?));
            }
        }
    }
    let (read, own): (Vec<_>, Vec<_>) = addresses.iter().partition(|(name, _)| *name == "read-at");
    let line = |(name, address): &(&'static str, String)| {
        let sentence = text(language, name, &[("address", body::PLACE.into())])?;
        Some(Line::Link { sentence, address: address.clone() })
    };
    for link in read {
        lines.push(line(link)?);
    }
    lines.push(Line::Text(text(language, "no-answer", &[])?));
    for link in own {
        lines.push(line(link)?);
    }
    Some(Part { language, lines })
}
