//! The words of digests to guardians as enums: each mirrors the domain's, and the build breaks when the two differ.

use async_graphql::Enum;

/// A language that guardians can be written to in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::Language")]
pub(crate) enum Language {
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

/// How often a guardian wants a digest.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::DigestFrequency")]
pub(crate) enum DigestFrequency {
    /// Never.
    Off,
    /// At most once a month.
    Monthly,
    /// At most once a week.
    Weekly,
}

/// How often a school sends digests.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::DigestRhythm")]
pub(crate) enum DigestRhythm {
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
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::MessageClass")]
pub(crate) enum MessageClass {
    /// What is new since the last one (sammanfattning).
    Digest,
    /// That a pupil is absent today (frånvaromeddelande samma dag).
    SameDay,
    /// Whether this is the guardian's own address (adressbekräftelse).
    Confirmation,
}

/// What a message says. There is no third: what may never be mailed has no class, and no way into a message.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::ContentClass")]
pub(crate) enum ContentClass {
    /// A: that there is something new, and where to read it.
    Notice,
    /// B: first name, minutes without reason or verdict, booked days. Only where the authority has decided so.
    Plain,
}

/// Why a message was not sent, or why a pupil was left out of one.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::NotSent")]
pub(crate) enum NotSent {
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
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::DeliveryFailure")]
pub(crate) enum DeliveryFailure {
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
    /// What was decided no longer held when the message was to be made: it is decided again.
    Overtaken,
    /// The relay says that the address takes no mail: nothing more is sent there.
    AddressRefused,
}

/// Of what the server spoke that a message came back from.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::SpeaksOf")]
pub(crate) enum SpeaksOf {
    /// Of the address: it takes no mail, and nothing more is sent there.
    Address,
    /// Of this message, or of who sent it: the address stands.
    Message,
    /// Of now: later it may be otherwise.
    Now,
}

/// Why a guardian is to be phoned.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::reach::PhoneReason")]
pub(crate) enum PhoneReason {
    /// No address is known.
    NoAddress,
    /// Nobody has confirmed that the address is theirs.
    NotConfirmed,
    /// The message came back, or the address takes none.
    CameBack,
    /// The message could not be handed over, and nothing more is tried.
    NotTaken,
    /// By the evening nobody had said that the message was seen.
    NotSeen,
    /// It may not be mailed. Why stands in the case, for those who may see it.
    NotMailed,
    /// The pupil's date of birth is not known, so nothing is mailed.
    AgeUnknown,
}
