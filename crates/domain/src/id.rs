//! Typed ids: random 128 bits outward, so that none can be guessed and none can be taken for another.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Where fresh ids come from. The domain makes no chance of its own, so whoever asks for a decision brings this.
///
/// The same source asked the same number of times must give the same ids for the same command id: that is how a
/// command sent twice gets the first answer.
pub trait FreshIds {
    /// The next 128 bits.
    fn next_bits(&mut self) -> [u8; 16];
}

/// Why a text is not an id of the kind that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {expected} id")]
pub struct NotAnId {
    /// The prefix that was expected, such as `pupil`.
    pub expected: &'static str,
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// What the id's text form starts with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id with these bits.
            pub const fn from_bits(bits: [u8; 16]) -> Self {
                Self(bits)
            }

            /// The id's bits.
            pub const fn bits(self) -> [u8; 16] {
                self.0
            }

            /// A fresh id.
            pub fn fresh(ids: &mut dyn FreshIds) -> Self {
                Self(ids.next_bits())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                write_hex(f, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse_bits(text, $prefix).map(Self).ok_or(NotAnId { expected: $prefix })
            }
        }
    };
}

/// Writes 32 lower-case hexadecimal digits. Lists are long and hold many ids: through the formatter it took five times as long.
fn write_hex(f: &mut fmt::Formatter<'_>, bits: [u8; 16]) -> fmt::Result {
    let digits = bits.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut text = [0; 32];
    for (place, digit) in text.iter_mut().zip(digits) {
        *place = match digit {
            0..=9 => b'0' + digit,
            _ => b'a' + (digit - 10),
        };
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

/// Reads `prefix_` and exactly 32 lower-case hexadecimal digits, so that one id has one text form.
fn parse_bits(text: &str, prefix: &str) -> Option<[u8; 16]> {
    let digits = text.strip_prefix(prefix)?.strip_prefix('_')?;
    let canonical = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !canonical {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}

typed_id!(
    /// A school unit (skolenhet).
    SchoolId, "school"
);
typed_id!(
    /// A person employed at a school or by the municipality.
    StaffId, "staff"
);
typed_id!(
    /// A pupil (elev). The pupil's stream is the case.
    PupilId, "pupil"
);
typed_id!(
    /// A guardian (vårdnadshavare). One stream across siblings.
    GuardianId, "guardian"
);
typed_id!(
    /// One enrolment (inskrivning) of a pupil at a school unit. Case events belong to an enrolment.
    EnrolmentId, "enrolment"
);
typed_id!(
    /// One mentor's assignment (uppdrag) for one pupil.
    AssignmentId, "assignment"
);
typed_id!(
    /// One event in the log.
    EventId, "event"
);

/// The name that a client gives a command: a UUID of version 7, so that its age can be told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(Uuid);

impl CommandId {
    /// Accepts only version 7.
    pub fn new(uuid: Uuid) -> Option<Self> {
        (uuid.get_version_num() == 7).then_some(Self(uuid))
    }

    /// The id's bits.
    pub fn bits(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// Milliseconds since 1970 (UTC) at which the client says that it made the id.
    pub fn made_at_millis(self) -> u64 {
        let leading_48_bits = u128::from_be_bytes(self.bits()) >> 80;
        u64::try_from(leading_48_bits).unwrap_or_default()
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for CommandId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).ok().and_then(Self::new).ok_or(NotAnId { expected: "command (UUID version 7)" })
    }
}
