//! The words of digests to guardians (mejl till vårdnadshavare): when, in which language, and why not.

use chrono::Weekday;
use chrono_tz::Tz;

use crate::words::Invalid;

/// A language that guardians can be written to in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Language {
    /// Swedish (svenska).
    Swedish,
    /// English (engelska).
    English,
    /// Arabic (arabiska).
    Arabic,
    /// Somali (somaliska).
    Somali,
    /// Tigrinya (tigrinja).
    Tigrinya,
    /// Persian (persiska).
    Persian,
    /// Dari (dari).
    Dari,
    /// Ukrainian (ukrainska).
    Ukrainian,
    /// Northern Kurdish (kurmanji).
    Kurmanji,
    /// Central Kurdish (sorani).
    Sorani,
}

impl Language {
    /// Every language, for listings and exhaustive tests.
    pub const ALL: [Self; 10] = [
        Self::Swedish,
        Self::English,
        Self::Arabic,
        Self::Somali,
        Self::Tigrinya,
        Self::Persian,
        Self::Dari,
        Self::Ukrainian,
        Self::Kurmanji,
        Self::Sorani,
    ];

    /// The language's code by BCP 47, which is also the name of its catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
            Self::Arabic => "ar",
            Self::Somali => "so",
            Self::Tigrinya => "ti",
            Self::Persian => "fa",
            Self::Dari => "prs",
            Self::Ukrainian => "uk",
            Self::Kurmanji => "kmr",
            Self::Sorani => "ckb",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// Whether it is written from right to left.
    pub const fn right_to_left(self) -> bool {
        matches!(self, Self::Arabic | Self::Persian | Self::Dari | Self::Sorani)
    }
}

/// How often a guardian wants a digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DigestFrequency {
    /// Never.
    Off,
    /// At most once a month.
    Monthly,
    /// At most once a week.
    Weekly,
}

/// How often a school sends digests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DigestRhythm {
    /// Never.
    Off,
    /// Every week.
    Weekly,
    /// Every second week, counted from the first.
    EverySecondWeek,
    /// In the first week of each month in which the weekday falls.
    Monthly,
}

/// Which kind of message a guardian is sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MessageClass {
    /// What is new since the last one (sammanfattning).
    Digest,
    /// That a pupil is absent today (frånvaromeddelande samma dag).
    SameDay,
    /// Whether this is the guardian's own address (adressbekräftelse).
    Confirmation,
}

impl MessageClass {
    /// Every class, for listings and exhaustive tests.
    pub const ALL: [Self; 3] = [Self::Digest, Self::SameDay, Self::Confirmation];

    /// The stable name, in addresses and links.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::SameDay => "sameday",
            Self::Confirmation => "confirm",
        }
    }
}

/// What a message says. There is no third: what may never be mailed has no class, and no way into a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContentClass {
    /// A: that there is something new, and where to read it.
    Notice,
    /// B: first name, minutes without reason or verdict, booked days. Only where the authority has decided so.
    Plain,
}

/// Who chose or confirmed something about digests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChosenBy {
    /// The guardian, by a link in a message.
    Guardian,
    /// Staff, on the guardian's word.
    Staff,
}

/// Why a message was not sent, or why a pupil was left out of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NotSent {
    /// The guardian has no e-mail address.
    NoAddress,
    /// Nobody has confirmed that the address is the guardian's.
    AddressNotConfirmed,
    /// The address bounced for good.
    AddressBounced,
    /// The guardian stopped digests.
    Stopped,
    /// The guardian wants none.
    SwitchedOff,
    /// The guardian is linked to no pupil.
    NoPupil,
    /// A parent without custody.
    NoCustody,
    /// The guardian may have no contact with the pupil.
    ContactBanned,
    /// The pupil is of age, and there is no consent that holds.
    OfAge,
    /// The pupil's date of birth is not known, so nobody knows whether the pupil is of age.
    AgeUnknown,
    /// Somebody's identity is protected.
    IdentityProtected,
    /// The pupil goes to no school today.
    NotEnrolled,
    /// The guardian is not to be told about the pupil, by the principal's decision.
    Withheld,
    /// The school has a break.
    SchoolBreak,
    /// The school sends no digests.
    ScheduleOff,
    /// The school has named no place where the fact itself can be read.
    NoPortal,
    /// Nothing has happened.
    NothingNew,
    /// The day is over: what was urgent is no longer so.
    TooLate,
    /// A newer message of the kind is there, and says what this one would have said.
    Superseded,
    /// The guardian has had one so lately that they want no other yet.
    AlreadySent,
}

/// Why handing a message over failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DeliveryFailure {
    /// The relay could not be reached.
    Unreachable,
    /// The relay asked to try again later (4xx).
    Deferred,
    /// The relay refused for good (5xx).
    Rejected,
    /// The message was handed over, and the answer was lost: it may have been taken.
    AnswerLost,
    /// The relay does not offer encryption as it must.
    NotEncrypted,
    /// The message could not be made: an address that no message can carry.
    Unwritable,
    /// The relay takes nothing from us: it refuses the sign-in, the sender, or to pass mail on. No fault of the message's.
    RelayRefuses,
    /// What was decided with the claim no longer held when the message was to be made: it is decided again.
    Overtaken,
    /// The relay says that the address takes no mail: nothing more is sent there.
    AddressRefused,
}

impl DeliveryFailure {
    /// Whether trying again later is of no use.
    pub const fn is_for_good(self) -> bool {
        match self {
            Self::Rejected | Self::Unwritable | Self::AddressRefused => true,
            Self::Unreachable
            | Self::Deferred
            | Self::AnswerLost
            | Self::NotEncrypted
            | Self::RelayRefuses
            | Self::Overtaken => false,
        }
    }
}

/// A weekday (veckodag): 1 is Monday, 7 Sunday.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DayOfWeek(u8);

impl DayOfWeek {
    /// Accepts 1 to 7.
    pub const fn try_new(number: u8) -> Result<Self, Invalid> {
        if number >= 1 && number <= 7 {
            Ok(Self(number))
        } else {
            Err(Invalid { what: "weekday", why: "must be 1 to 7" })
        }
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The weekday.
    pub const fn weekday(self) -> Weekday {
        match self.0 {
            1 => Weekday::Mon,
            2 => Weekday::Tue,
            3 => Weekday::Wed,
            4 => Weekday::Thu,
            5 => Weekday::Fri,
            6 => Weekday::Sat,
            _ => Weekday::Sun,
        }
    }
}

/// A time on the clock (klockslag), in minutes after midnight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClockTime(u16);

impl ClockTime {
    /// Accepts what lies within a day.
    pub const fn try_new(minutes: u16) -> Result<Self, Invalid> {
        if minutes < 24 * 60 { Ok(Self(minutes)) } else { Err(Invalid { what: "time", why: "must lie within a day" }) }
    }

    /// Minutes after midnight, by the clock.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

/// A time zone by its IANA name, such as `Europe/Stockholm`: never an offset, since clocks are moved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ZoneName(String);

impl ZoneName {
    /// Accepts a name that the zone database has.
    pub fn try_new(name: impl Into<String>) -> Result<Self, Invalid> {
        let name = name.into();
        if name.contains('/') && name.parse::<Tz>().is_ok() {
            Ok(Self(name))
        } else {
            Err(Invalid { what: "time zone", why: "must be an IANA name such as Europe/Stockholm" })
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone.
    pub fn zone(&self) -> Tz {
        self.0.parse().unwrap_or(Tz::Europe__Stockholm)
    }
}

/// Where guardians read the facts themselves (`portal_url`): Unikum, Skola24. Nothing in it tells of anybody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PortalUrl(String);

impl PortalUrl {
    /// Longest accepted, in characters.
    pub const MAX: usize = 200;

    /// Accepts an `https` address of a host and a path: no query, no fragment, no user, nothing to be escaped.
    pub fn try_new(url: impl Into<String>) -> Result<Self, Invalid> {
        let url = url.into();
        let wrong = |why| Err(Invalid { what: "portal address", why });
        let Some(rest) = url.strip_prefix("https://") else { return wrong("must begin with https://") };
        if url.len() > Self::MAX {
            return wrong("too long");
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
        if !rest.chars().all(plain) {
            return wrong("must hold a host and a path, and nothing else");
        }
        let host = rest.split('/').next().unwrap_or_default();
        if host.len() < 4 || !host.contains('.') || host.starts_with('.') || host.ends_with('.') {
            return wrong("must name a host");
        }
        Ok(Self(url))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
