//! What a mail server says of a message that it does not deliver (RFC 3463), and whether that is said of the address.

use crate::words::{Invalid, Reference};

/// A status by RFC 3463 and its registry: class, subject and detail, such as `5.1.1`.
///
/// Only what is said of the address itself ends writing to it: an address is given back one at a time, by somebody who has asked
/// the guardian, and one day on which our own sender is blocked must not end every guardian's. What is said of anything else is
/// said of the one message; where two in a row come back, somebody asks for another address anyhow.
///
/// | status | it says | so |
/// | --- | --- | --- |
/// | `4.x.x` | not now | for now |
/// | `5.1.1` `5.1.2` `5.1.3` `5.1.4` `5.1.6` `5.1.10` | no such mailbox, no such domain, bad syntax, ambiguous, moved, takes no mail | the address |
/// | `5.1.7` `5.1.8` | the *sender's* address is bad | the message |
/// | `5.1.0` `5.1.5` `5.1.9` | unspecific (also said of senders); valid; passed on to a server that tells nothing more | the message |
/// | `5.2.1` | the mailbox is disabled | the address |
/// | `5.2.0` `5.2.2` `5.2.3` `5.2.4` | unspecific; the mailbox is full, which ends by itself; too long; a list's fault | the message |
/// | `5.3.x` `5.4.x` `5.5.x` `5.6.x` | a system, a route, the protocol, the content | the message |
/// | `5.7.x` | security and policy: the sender is blocked, not authenticated, may not pass mail on | the message |
/// | `5.0.0` | nothing: with it stands an SMTP code, of which `550` means "no such mailbox" and "by policy" alike | the message |
///
/// A subject or detail that the registry does not have yet says nothing of the address either.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DeliveryStatus {
    class: u16,
    subject: u16,
    detail: u16,
}

/// Of what a delivery status speaks: from what passes to what lasts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SpeaksOf {
    /// Of now: later it may be otherwise.
    Now,
    /// Of this message, or of who sent it: the address stands.
    Message,
    /// Of the address: it takes no mail.
    Address,
}

impl DeliveryStatus {
    /// Accepts what stands at the beginning of a field or an answer, a comment or more behind it.
    pub fn try_new(text: &str) -> Result<Self, Invalid> {
        let wrong = Invalid { what: "delivery status", why: "must be class, subject and detail, as 5.1.1" };
        let status = text.split([' ', '\t', '(']).next().unwrap_or_default();
        let mut parts = status.split('.').map(|part| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().ok() } else { None }
        });
        let mut next = || parts.next().flatten();
        let (Some(class), Some(subject), Some(detail)) = (next(), next(), next()) else { return Err(wrong) };
        let whole = parts.next().is_none() && matches!(class, 2 | 4 | 5);
        if whole { Ok(Self { class, subject, detail }) } else { Err(wrong) }
    }

    /// Whether it says nothing but that delivering failed.
    pub const fn is_unspecific(self) -> bool {
        self.subject == 0
    }

    /// Whether it speaks of the sender's address.
    pub const fn is_of_the_sender(self) -> bool {
        matches!((self.subject, self.detail), (1, 7 | 8))
    }

    /// Of what it speaks, by the table above.
    pub const fn speaks_of(self) -> SpeaksOf {
        match (self.class, self.subject, self.detail) {
            (5, 1, 1 | 2 | 3 | 4 | 6 | 10) | (5, 2, 1) => SpeaksOf::Address,
            (5, ..) => SpeaksOf::Message,
            _ => SpeaksOf::Now,
        }
    }

    /// The subject: 1 addresses, 2 mailboxes, 3 the system, 4 the way, 5 the protocol, 6 the content, 7 security and policy.
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// As it is put on record.
    pub fn reference(self) -> Result<Reference, Invalid> {
        Reference::try_new(self.to_string())
    }
}

impl std::fmt::Display for DeliveryStatus {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks(text: &str) -> Option<SpeaksOf> {
        DeliveryStatus::try_new(text).ok().map(DeliveryStatus::speaks_of)
    }

    #[test]
    fn of_everything_that_a_server_can_say_only_what_is_about_the_address_is_said_of_the_address() {
        let ends = ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"];
        for class in [2, 4, 5] {
            for subject in 0..10 {
                for detail in 0..40 {
                    let status = format!("{class}.{subject}.{detail}");
                    let expected = match class {
                        5 if ends.contains(&status.as_str()) => SpeaksOf::Address,
                        5 => SpeaksOf::Message,
                        _ => SpeaksOf::Now,
                    };
                    assert_eq!(speaks(&status), Some(expected), "{status}");
                    assert_eq!(DeliveryStatus::try_new(&status).map(|read| read.to_string()), Ok(status));
                }
            }
        }
    }

    #[test]
    fn a_status_is_read_with_what_stands_behind_it_and_nothing_else_is_one() {
        assert_eq!(speaks("5.1.1 (no such user)"), Some(SpeaksOf::Address));
        assert_eq!(speaks("4.2.2\tfull"), Some(SpeaksOf::Now));
        for broken in ["", "5", "5.1", "5.1.1.1", "five", "5..1", "6.1.1", "5.1.1111", ".....", "5.1.\u{661}", " 5.1.1"]
        {
            assert_eq!(speaks(broken), None, "{broken}");
        }
    }
}
