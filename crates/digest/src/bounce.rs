//! Mail that comes back (RFC 3464, and RFC 6533 where addresses are not ASCII): which message it was, and what the server said of
//! it. What a person writes there is told apart from what machines say by themselves (RFC 3834): the one is kept, the other is not.

use std::collections::HashMap;

use casework::post::{Named, Post};
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::Refusal;
use domain::words::DeliveryStatus;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use crate::form::{RETURNED, returned_code};

/// Longest report that is looked at, in bytes: one holds a few lines and a copy of what came back.
const LONGEST: usize = 1 << 20;

/// What a report says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounce {
    /// What the message is called in the address that it came back to.
    pub code: String,
    /// What the server said.
    pub status: DeliveryStatus,
}

/// What a message is that came to where mail comes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Came {
    /// A report that one of our messages came back.
    Back(Bounce),
    /// What machines say by themselves and nobody has to read: that a message is late, has arrived or was opened, or that
    /// somebody is away.
    ByItself,
    /// Neither, and sent to where one of our messages would have come back: a person's answer, or a report that is not understood.
    ForAPerson,
    /// It came to no address of ours.
    Elsewhere,
}

impl Came {
    /// Sorts it.
    pub fn read(bytes: &[u8], bounces_at: &str) -> Self {
        let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
        let Some(message) = MessageParser::default().parse(bytes) else { return Self::Elsewhere };
        let code = message.headers_raw().find_map(|(_, value)| returned_to(value, bounces_at));
        let Some(code) = code else { return Self::Elsewhere };
        match report_in(&message).as_deref().map(said_in) {
            Some(Some(Said::Failed(status))) => Self::Back(Bounce { code, status }),
            Some(Some(Said::Otherwise)) => Self::ByItself,
            None if is_by_itself(&message) => Self::ByItself,
            Some(None) | None => Self::ForAPerson,
        }
    }
}

/// What a report of delivery says.
enum Said {
    /// It was not delivered.
    Failed(DeliveryStatus),
    /// It may still be, or was.
    Otherwise,
}

/// The first part of one of these kinds of `message`.
fn part<'a>(message: &'a Message<'_>, kinds: [&str; 2]) -> Option<&'a MessagePart<'a>> {
    let is_one = |part: &&MessagePart<'_>| {
        part.content_type().is_some_and(|of| {
            let subtype = of.subtype().unwrap_or_default();
            of.ctype().eq_ignore_ascii_case("message") && kinds.iter().any(|kind| subtype.eq_ignore_ascii_case(kind))
        })
    };
    message.parts.iter().find(is_one)
}

/// The lines of a report of delivery, each whole.
fn report_in(message: &Message<'_>) -> Option<String> {
    let report = part(message, ["delivery-status", "global-delivery-status"])?;
    let text = String::from_utf8_lossy(report.contents()).replace("\r\n", "\n");
    Some(text.replace("\n ", " ").replace("\n\t", " "))
}

/// `None`: it is not understood.
fn said_in(report: &str) -> Option<Said> {
    let field = |name: &str| {
        let value = |line: &str| {
            let (field, value) = line.split_once(':')?;
            field.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        report.lines().find_map(value)
    };
    let action = field("Action")?.to_ascii_lowercase();
    if ["delayed", "delivered", "relayed", "expanded"].contains(&action.as_str()) {
        return Some(Said::Otherwise);
    }
    let status = DeliveryStatus::try_new(&field("Status")?).ok()?;
    // A relay that was told more than it says in its own words passes on what it was told: `smtp; 550 5.1.1 no such user`.
    let told = || field("Diagnostic-Code").as_deref().and_then(enhanced);
    let status = if status.is_unspecific() { told().unwrap_or(status) } else { status };
    (action == "failed").then_some(Said::Failed(status))
}

/// Whether a machine says that it answered by itself. A mail server that says so of a message that it did not deliver, in words of its
/// own, is no such machine: what it says is to be read.
fn is_by_itself(message: &Message<'_>) -> bool {
    let header = |name: &str| {
        let mut headers = message.headers_raw();
        headers
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_ascii_lowercase())
    };
    if part(message, ["disposition-notification", "global-disposition-notification"]).is_some() {
        return true;
    }
    let from = header("From").unwrap_or_default();
    let of_a_server = header("X-Failed-Recipients").is_some()
        || ["mailer-daemon", "postmaster"].iter().any(|server| from.contains(server));
    header("Auto-Submitted").is_some_and(|said| said.starts_with("auto-")) && !of_a_server
}

impl Bounce {
    /// Puts on record that the message came back. Where the server spoke of the address, that ends writing to it, if it is still
    /// the guardian's: the mentor sees whom to phone. `false`: no such message.
    pub async fn record(&self, post: &Post, id: CommandId) -> Result<bool, Refusal> {
        self.record_among(&Returned::new(post), post, id).await
    }

    /// The same, where many are read one after the other.
    pub async fn record_among(&self, returned: &Returned, post: &Post, id: CommandId) -> Result<bool, Refusal> {
        let Some((guardian, (message, period))) = returned.0.get(&self.code).copied() else { return Ok(false) };
        let act = DigestAct::Bounced { message, period, status: self.status };
        post.act(guardian, act, id).await.map(|_| true)
    }
}

/// The messages that may come back, each by what it is called then. Made once for all the mail that is looked through.
pub struct Returned(HashMap<String, (GuardianId, Named)>);

impl Returned {
    /// Those that are remembered now.
    pub fn new(post: &Post) -> Self {
        let facts = post.facts();
        let messages = facts.guardians().into_iter().flat_map(|(guardian, outbox)| {
            outbox
                .messages
                .iter()
                .filter_map(move |message| Some((guardian, (message.class, message.period), message.address?)))
        });
        let called = |(guardian, named, address)| (returned_code(post, guardian, named, address), (guardian, named));
        Self(messages.map(called).collect())
    }
}

/// What follows a word, whatever its case.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.to_ascii_lowercase().find(word)?;
    text.get(at + word.len()..)
}

/// The status in what a server said to the relay: behind the SMTP code, and before its words.
fn enhanced(diagnostic: &str) -> Option<DeliveryStatus> {
    let (kind, said) = diagnostic.split_once(';')?;
    let code = said.trim_start().get(..4)?;
    let is_code = code.starts_with('5') && code.get(..3)?.bytes().all(|byte| byte.is_ascii_digit());
    if !kind.trim().eq_ignore_ascii_case("smtp") || !is_code {
        return None;
    }
    DeliveryStatus::try_new(said.trim_start().get(4..)?).ok().filter(|status| !status.is_unspecific())
}

/// The name in an address of ours that mail comes back to, where a header holds one.
fn returned_to(value: &str, bounces_at: &str) -> Option<String> {
    let rest = after(value, RETURNED)?;
    let (code, rest) = rest.split_once('@')?;
    let digits = code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let domain: String =
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-.".contains(*letter)).collect();
    (digits && domain.eq_ignore_ascii_case(bounces_at)).then(|| code.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
