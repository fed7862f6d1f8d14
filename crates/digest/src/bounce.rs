//! Mail that comes back (RFC 3464): which message it was, and what the server said of it.

use std::collections::HashMap;

use casework::post::{Named, Post};
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::Refusal;
use domain::words::DeliveryStatus;
use mail_parser::{MessageParser, MimeHeaders};

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

impl Bounce {
    /// Reads a report; `None`: it is none, or it is not about a message of ours. Reports of delay are not reports of return.
    pub fn read(bytes: &[u8], bounces_at: &str) -> Option<Self> {
        let bytes = bytes.get(..LONGEST.min(bytes.len()))?;
        let message = MessageParser::default().parse(bytes)?;
        let mut head = message.headers_raw().map(|(_, value)| value);
        let code = head.find_map(|value| returned_to(value, bounces_at))?;
        let is_status = |part: &&mail_parser::MessagePart<'_>| {
            part.content_type()
                .is_some_and(|kind| kind.ctype() == "message" && kind.subtype() == Some("delivery-status"))
        };
        let report = message.parts.iter().find(is_status)?;
        let report = String::from_utf8_lossy(report.contents());
        let field = |name: &str| {
            let value = |line: &str| {
                let (field, value) = line.split_once(':')?;
                field.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            };
            report.lines().find_map(value)
        };
        let status = DeliveryStatus::try_new(&field("Status")?).ok()?;
        // A relay that was told more than it says in its own words passes on what it was told: `smtp; 550 5.1.1 no such user`.
        let told = || field("Diagnostic-Code").as_deref().and_then(enhanced);
        let status = if status.is_unspecific() { told().unwrap_or(status) } else { status };
        let failed = field("Action")?.eq_ignore_ascii_case("failed");
        failed.then_some(Self { code, status })
    }

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
mod tests {
    use domain::words::SpeaksOf;

    use super::*;

    const CODE: &str = "0123456789abcdef0123456789abcdef";

    fn report(to: &str, action: &str, status: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.example\r\nTo: {to}\r\nSubject: returned\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\r\n\r\n\
             --x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n\
             --x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
             Final-Recipient: rfc822; alex@home.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--x--\r\n"
        )
    }

    fn read(to: &str, action: &str, status: &str) -> Option<(SpeaksOf, String)> {
        let bounce = Bounce::read(report(to, action, status).as_bytes(), "mentor.example")?;
        assert_eq!(bounce.code, CODE);
        Some((bounce.status.speaks_of(), bounce.status.to_string()))
    }

    #[test]
    fn whatever_comes_is_read_without_harm_and_what_is_read_can_be_put_on_record() {
        let whole = report(&format!("bounce+{CODE}@mentor.example"), "failed", "5.1.1").into_bytes();
        let (mut seed, mut reports) = (7_u64, 0);
        let mut chance = || {
            seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            usize::try_from(seed >> 40).unwrap_or_default()
        };
        for _ in 0..5_000 {
            let mut bytes = whole.clone();
            for _ in 0..=chance() % 4 {
                let at = chance() % bytes.len();
                match chance() % 3 {
                    0 => bytes.truncate(at + 1),
                    1 => bytes.insert(at, u8::try_from(chance() % 256).unwrap_or_default()),
                    _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(1)),
                }
            }
            if let Some(bounce) = Bounce::read(&bytes, "mentor.example") {
                reports += 1;
                assert!(bounce.status.reference().is_ok());
            }
        }
        assert!(reports > 100, "{reports}");
    }

    #[test]
    fn a_report_is_read_and_everything_else_is_left() {
        let ours = format!("bounce+{CODE}@mentor.example");
        let gone = || Some((SpeaksOf::Address, "5.1.1".to_owned()));
        assert_eq!(read(&ours, "failed", "5.1.1"), gone());
        let later = Some((SpeaksOf::Now, "4.4.7".to_owned()));
        assert_eq!(read(&format!("<{ours}>"), "failed", "4.4.7 (gave up)"), later);
        assert_eq!(read(&ours, "delayed", "4.4.1"), None, "it may still arrive");
        for broken in ["", "5", "5.1", "5.1.1.1", "five", "5..1", "6.1.1", "5.1.1111", ".....", "5.1.\u{661}"] {
            assert_eq!(read(&ours, "failed", broken), None, "{broken}");
        }
        let shouted = format!("Bounce+{}@Mentor.EXAMPLE", CODE.to_uppercase());
        assert_eq!(read(&shouted, "failed", "5.1.1"), gone(), "domains have no case");
        assert_eq!(read(&format!("bounce+{CODE}@mentor.example.evil"), "failed", "5.1.1"), None);
        assert_eq!(read("bounce+0123@mentor.example", "failed", "5.1.1"), None);
        assert_eq!(read(&format!("bounce+{CODE}@elsewhere.example"), "failed", "5.1.1"), None);
        let words = format!("To: {ours}\r\nSubject: Away\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n");
        assert_eq!(Bounce::read(words.as_bytes(), "mentor.example"), None, "an answer by a person is no report");
        assert_eq!(Bounce::read(b"", "mentor.example"), None);
    }

    #[test]
    fn a_relay_that_says_nothing_itself_is_asked_what_it_was_told() {
        let ours = format!("bounce+{CODE}@mentor.example");
        let told = |status: &str, diagnostic: &str| {
            let both = format!("{status}\r\nDiagnostic-Code: {diagnostic}");
            read(&ours, "failed", &both).map(|(of, status)| (of, status.clone())).unwrap()
        };
        let (address, message) = (SpeaksOf::Address, SpeaksOf::Message);
        for (status, diagnostic, of, recorded) in [
            ("5.0.0", "smtp; 550 5.1.1 no such user", address, "5.1.1"),
            ("5.0.0", "SMTP;550 5.7.1 blocked", message, "5.7.1"),
            ("5.0.0", "smtp; 550 no such user", message, "5.0.0"),
            ("5.0.0", "smtp; 550", message, "5.0.0"),
            ("5.0.0", "smtp;", message, "5.0.0"),
            ("5.0.0", "x-unix; 550 5.1.1 no such user", message, "5.0.0"),
            ("5.0.0", "smtp; åäö 5.1.1", message, "5.0.0"),
            ("5.7.1", "smtp; 550 5.1.1 no such user", message, "5.7.1"),
        ] {
            assert_eq!(told(status, diagnostic), (of, recorded.to_owned()), "{status} {diagnostic}");
        }
    }
}
