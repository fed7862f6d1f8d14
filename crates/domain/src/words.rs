//! Small values that several events share, each with the rule that makes it valid.

mod case;
mod committee;
mod delivery_status;
mod digest;
mod retention;

pub use case::{
    AtRisk, AttendanceSender, Closing, DelegatedDecision, GroupActivity, HealthTeamMember, Household,
    IncomparableReason, LadderAction, LadderTrigger, MentoringModel, Obligation, OnwardTo, OutsideParty, PlanKind,
    PostShare, ProtectionLevel, ReferralConcern, ReportLevel, SafetyMatter, StepNumber, TalkDuty, TeacherTask, Team,
    TimeCategories, TimeCategory,
};
pub use committee::Committee;
pub use delivery_status::{DeliveryStatus, SpeaksOf};
pub use retention::{ChangeGroup, FigurePart, RetentionClass};

pub use digest::{
    ChosenBy, ClockTime, ContentClass, DayOfWeek, DeliveryFailure, DigestFrequency, DigestRhythm, Language,
    MessageClass, NotSent, PortalUrl, ZoneName,
};

use chrono::NaiveDate;

/// Why a value was not accepted. The message for people is in the catalogue, by the code that a command's refusal gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not valid: {why}")]
pub struct Invalid {
    /// Which value.
    pub what: &'static str,
    /// Which rule it breaks, in English, without the value itself.
    pub why: &'static str,
}

/// Longest accepted name, in characters.
pub const MAX_NAME_CHARS: usize = 120;
/// Longest accepted note (anteckning), in characters.
pub const MAX_NOTE_CHARS: usize = 4_000;

/// What may stand in a text: everything but control characters, and line breaks too.
fn in_a_text(c: char) -> bool {
    !c.is_control() || c == '\n'
}

/// What may stand where people read one line: nothing that begins another, and nothing that has it read in another order than it is
/// written (the embeddings, overrides and isolates of Unicode's annex 9).
fn in_a_line(c: char) -> bool {
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !breaks && !turns
}

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:expr, $may:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(String);

        impl $name {
            /// Accepts text that is not blank, not too long, and has only such characters as it may.
            pub fn try_new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    return Err(Invalid { what: $what, why: "empty" });
                }
                if trimmed.chars().count() > $max {
                    return Err(Invalid { what: $what, why: "too long" });
                }
                if !trimmed.chars().all($may) {
                    return Err(Invalid { what: $what, why: "control character" });
                }
                Ok(Self(trimmed.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

short_text!(
    /// A person's or a school's name.
    Name, "name", MAX_NAME_CHARS, in_a_line
);
short_text!(
    /// A class (klass), such as `7A`.
    ClassName, "class", 20, in_a_line
);
short_text!(
    /// An upper secondary programme (gymnasieprogram), such as `SA`.
    ProgrammeCode, "programme", 20, in_a_line
);
short_text!(
    /// A note (anteckning) in free text.
    Note, "note", MAX_NOTE_CHARS, in_a_text
);
short_text!(
    /// An e-mail address or a telephone number, as given. Not checked beyond its length: the world's addresses vary.
    ContactDetail, "contact detail", MAX_NAME_CHARS, in_a_line
);
short_text!(
    /// A school subject (ämne), such as `Matematik`.
    SubjectName, "subject", 60, in_a_line
);
short_text!(
    /// A number or name in another system: a diary number, a form's name. Never what it says.
    Reference, "reference", 60, in_a_line
);
short_text!(
    /// A short code of a school in everyday use, such as `LJU`.
    SchoolCode, "school code", 12, in_a_line
);

/// School unit code (skolenhetskod): eight digits, as text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SchoolUnitCode(String);

impl SchoolUnitCode {
    /// Accepts exactly eight digits.
    pub fn try_new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(Invalid { what: "school unit code", why: "must be eight digits" })
        }
    }

    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Form of school (skolform).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SchoolForm {
    /// Lower secondary, years 7-9 (grundskola).
    Compulsory,
    /// Upper secondary, years 1-3 (gymnasieskola).
    UpperSecondary,
}

/// Year of schooling (årskurs): 1-9 in compulsory school, 1-3 (or 4) in upper secondary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Grade(u8);

impl Grade {
    /// Accepts 1 to 9.
    pub fn try_new(grade: u8) -> Result<Self, Invalid> {
        if (1..=9).contains(&grade) { Ok(Self(grade)) } else { Err(Invalid { what: "grade", why: "must be 1 to 9" }) }
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Dates from and to, both included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DateSpan {
    first: NaiveDate,
    last: NaiveDate,
}

impl DateSpan {
    /// Accepts a first date that is not after the last.
    pub fn try_new(first: NaiveDate, last: NaiveDate) -> Result<Self, Invalid> {
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(Invalid { what: "dates", why: "first is after last" })
        }
    }

    /// First date, included.
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// Last date, included.
    pub const fn last(self) -> NaiveDate {
        self.last
    }

    /// Whether the date lies within.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// Minutes. At most what a command may carry; sums use [`u64`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Minutes(pub u16);

#[cfg(test)]
mod tests {
    use super::{ContactDetail, Name, Note};

    #[test]
    fn what_is_read_in_one_line_begins_no_other_and_is_read_as_it_is_written() {
        for wrong in ["Kim\nBcc: x", "Kim\u{2028}x", "Kim\u{2029}x", "\u{202e}elpmaxe", "Kim\u{2066}x", "Kim\u{0}x"] {
            assert!(Name::try_new(wrong).is_err() && ContactDetail::try_new(wrong).is_err(), "{wrong:?}");
        }
        for right in ["Åsa-Märta d'Exempel", "ኣማኑኤል", "عمر مثال", "Kim Exempel\n"] {
            assert!(Name::try_new(right).is_ok(), "{right:?}");
        }
        assert!(Note::try_new("Ett stycke.\n\nEtt till.").is_ok());
        assert!(Note::try_new("Ett\u{0}").is_err());
    }
}
