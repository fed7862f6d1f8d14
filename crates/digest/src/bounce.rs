//! Mail that comes back (RFC 3464): which message it was, and whether for good.

use std::collections::HashMap;

use casework::post::{Named, Post};
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::{Code, Refusal};
use domain::words::Reference;
use mail_parser::{MessageParser, MimeHeaders};

use crate::form::{RETURNED, returned_code};

/// Longest report that is looked at, in bytes: one holds a few lines and a copy of what came back.
const LONGEST: usize = 1 << 20;

/// What a report says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounce {
    /// What the message is called in the address that it came back to.
    pub code: String,
    /// For good: the address takes no mail.
    pub permanent: bool,
    /// The status, such as `5.1.1`.
    pub status: String,
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
        let status = status_in(&field("Status")?)?;
        let failed = field("Action")?.eq_ignore_ascii_case("failed");
        failed.then(|| Self { code, permanent: status.starts_with('5'), status })
    }

    /// Puts on record that the message came back. One that came back for good ends writing to the address, if it is still the
    /// guardian's: the mentor sees whom to phone. `false`: no such message.
    pub async fn record(&self, post: &Post, id: CommandId) -> Result<bool, Refusal> {
        self.record_among(&Returned::new(post), post, id).await
    }

    /// The same, where many are read one after the other.
    pub async fn record_among(&self, returned: &Returned, post: &Post, id: CommandId) -> Result<bool, Refusal> {
        let Some((guardian, (message, period))) = returned.0.get(&self.code).copied() else { return Ok(false) };
        let status = Reference::try_new(self.status.clone()).map_err(|_| Refusal::at(Code::InvalidInput, "status"))?;
        let act = DigestAct::Bounced { message, period, permanent: self.permanent, status };
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

/// A status as RFC 3463 has it: its class, subject and detail.
fn status_in(field: &str) -> Option<String> {
    let status = field.split([' ', '\t', '(']).next()?;
    let parts: Vec<&str> = status.split('.').collect();
    let [class, subject, detail] = parts.as_slice() else { return None };
    let number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (matches!(*class, "2" | "4" | "5") && number(subject) && number(detail)).then(|| status.to_owned())
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

    fn read(to: &str, action: &str, status: &str) -> Option<(bool, String)> {
        let bounce = Bounce::read(report(to, action, status).as_bytes(), "mentor.example")?;
        assert_eq!(bounce.code, CODE);
        Some((bounce.permanent, bounce.status))
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
                assert!(Reference::try_new(bounce.status).is_ok());
            }
        }
        assert!(reports > 100, "{reports}");
    }

    #[test]
    fn a_report_is_read_and_everything_else_is_left() {
        let ours = format!("bounce+{CODE}@mentor.example");
        assert_eq!(read(&ours, "failed", "5.1.1"), Some((true, "5.1.1".to_owned())));
        assert_eq!(read(&format!("<{ours}>"), "failed", "4.4.7 (gave up)"), Some((false, "4.4.7".to_owned())));
        assert_eq!(read(&ours, "delayed", "4.4.1"), None, "it may still arrive");
        for broken in ["", "5", "5.1", "5.1.1.1", "five", "5..1", "6.1.1", "5.1.1111", ".....", "5.1.\u{661}"] {
            assert_eq!(read(&ours, "failed", broken), None, "{broken}");
        }
        let shouted = format!("Bounce+{}@Mentor.EXAMPLE", CODE.to_uppercase());
        assert_eq!(read(&shouted, "failed", "5.1.1"), Some((true, "5.1.1".to_owned())), "domains have no case");
        assert_eq!(read(&format!("bounce+{CODE}@mentor.example.evil"), "failed", "5.1.1"), None);
        assert_eq!(read("bounce+0123@mentor.example", "failed", "5.1.1"), None);
        assert_eq!(read(&format!("bounce+{CODE}@elsewhere.example"), "failed", "5.1.1"), None);
        let words = format!("To: {ours}\r\nSubject: Away\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n");
        assert_eq!(Bounce::read(words.as_bytes(), "mentor.example"), None, "an answer by a person is no report");
        assert_eq!(Bounce::read(b"", "mentor.example"), None);
    }
}
