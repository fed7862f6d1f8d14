//! Stored forms of what happens with messages to a guardian: all sealed.

use chrono::{DateTime, NaiveDate, Utc};
use domain::event::{DigestMatter, EventKind};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::words::{
    ChosenBy, ClockTime, ContactDetail, ContentClass, DayOfWeek, DeliveryFailure, DigestFrequency, DigestRhythm,
    Language, MessageClass, NotSent, PortalUrl, Reference, ZoneName,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::RecordClass;

use super::Sealed;
use super::matter::matter_forms;
use super::values::{Stored, entered_fields};
use super::words::mirrored;
use super::work::version;
use crate::stored::DecodeError;
use crate::stored::classes::{DIGEST, GUARDIAN, RELATION};

mirrored!(
    /// A language that guardians can be written to in.
    LanguageName = Language { Swedish, English, Arabic, Somali, Tigrinya, Persian, Dari, Ukrainian, Kurmanji, Sorani }
);
mirrored!(
    /// How often a guardian wants a digest.
    DigestFrequencyName = DigestFrequency { Off, Monthly, Weekly }
);
mirrored!(
    /// How often a school sends digests.
    DigestRhythmName = DigestRhythm { Off, Weekly, EverySecondWeek, Monthly }
);
mirrored!(
    /// Which kind of message.
    MessageClassName = MessageClass { Digest, SameDay, Confirmation }
);
mirrored!(
    /// What a message says.
    ContentClassName = ContentClass { Notice, Plain }
);
mirrored!(
    /// Who said so.
    ChosenByName = ChosenBy { Guardian, Staff }
);
mirrored!(
    /// Why a message was not sent.
    NotSentName = NotSent {
        NoAddress, AddressNotConfirmed, AddressBounced, Stopped, SwitchedOff, NoPupil, NoCustody, ContactBanned, OfAge,
        AgeUnknown, IdentityProtected, NotEnrolled, Withheld, SchoolBreak, ScheduleOff, NoPortal, NothingNew, TooLate,
        Superseded, AlreadySent,
    }
);
mirrored!(
    /// Why handing a message over failed.
    DeliveryFailureName = DeliveryFailure {
        Unreachable, Deferred, Rejected, AnswerLost, NotEncrypted, Unwritable, RelayRefuses, Overtaken, AddressRefused,
    }
);

macro_rules! by_name {
    ($($type:ty => $name:ty),+ $(,)?) => {$(
        impl Stored for $type {
            type Form = $name;

            fn form(&self) -> $name {
                (*self).into()
            }

            fn back(form: $name) -> Result<Self, DecodeError> {
                Ok(form.into())
            }
        }
    )+};
}

by_name! {
    Language => LanguageName,
    DigestFrequency => DigestFrequencyName,
    DigestRhythm => DigestRhythmName,
    MessageClass => MessageClassName,
    ContentClass => ContentClassName,
    ChosenBy => ChosenByName,
    NotSent => NotSentName,
    DeliveryFailure => DeliveryFailureName,
}

impl Stored for DayOfWeek {
    type Form = u8;

    fn form(&self) -> u8 {
        self.number()
    }

    fn back(form: u8) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form)?)
    }
}

/// Minutes after midnight.
impl Stored for ClockTime {
    type Form = u16;

    fn form(&self) -> u16 {
        self.minutes()
    }

    fn back(form: u16) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form)?)
    }
}

impl Stored for ZoneName {
    type Form = String;

    fn form(&self) -> String {
        self.as_str().to_owned()
    }

    fn back(form: String) -> Result<Self, DecodeError> {
        Ok(Self::try_new(form)?)
    }
}

impl Stored for Option<PortalUrl> {
    type Form = Option<String>;

    const ENTERED: bool = true;

    fn form(&self) -> Option<String> {
        self.as_ref().map(|url| url.as_str().to_owned())
    }

    fn back(form: Option<String>) -> Result<Self, DecodeError> {
        Ok(form.map(PortalUrl::try_new).transpose()?)
    }
}

impl Stored for Personal<ContactDetail> {
    type Form = String;

    const ENTERED: bool = true;

    fn form(&self) -> String {
        self.reveal().as_str().to_owned()
    }

    fn back(form: String) -> Result<Self, DecodeError> {
        Ok(Self::new(ContactDetail::try_new(form)?))
    }
}

/// Microseconds since 1970 UTC.
impl Stored for DateTime<Utc> {
    type Form = i64;

    fn form(&self) -> i64 {
        self.timestamp_micros()
    }

    fn back(form: i64) -> Result<Self, DecodeError> {
        Self::from_timestamp_micros(form).ok_or(DecodeError::Malformed)
    }
}

impl Stored for Vec<PupilId> {
    type Form = Vec<String>;

    fn form(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }

    fn back(form: Vec<String>) -> Result<Self, DecodeError> {
        Ok(form.iter().map(|id| id.parse()).collect::<Result<_, _>>()?)
    }
}

/// A pupil who was left out of a message.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct LeftOutV1 {
    /// Who.
    pupil: String,
    /// Why.
    reason: NotSentName,
}

impl Stored for Vec<(PupilId, NotSent)> {
    type Form = Vec<LeftOutV1>;

    fn form(&self) -> Vec<LeftOutV1> {
        self.iter().map(|(pupil, reason)| LeftOutV1 { pupil: pupil.to_string(), reason: (*reason).into() }).collect()
    }

    fn back(form: Vec<LeftOutV1>) -> Result<Self, DecodeError> {
        form.into_iter().map(|left| Ok((left.pupil.parse()?, left.reason.into()))).collect()
    }
}

matter_forms! {
    DigestMatter in Sealed: guardian;
    GuardianAddressSet => GuardianAddressSetV1 { email: Personal<ContactDetail> }
    GuardianAddressConfirmed => GuardianAddressConfirmedV1 { by: ChosenBy }
    DigestPreferenceSet => DigestPreferenceSetV1 { frequency: DigestFrequency, language: Language, plain_text: bool, by: ChosenBy }
    DigestStopped => DigestStoppedV1 { by: ChosenBy }
    DigestPrepared => DigestPreparedV1 { message: MessageClass, period: NaiveDate, since: u64 }
    DigestRefused => DigestRefusedV1 { message: MessageClass, period: NaiveDate, reason: NotSent, left_out: Vec<(PupilId, NotSent)> }
    DigestPassedOver => DigestPassedOverV1 { message: MessageClass, period: NaiveDate, reason: NotSent }
    DigestClaimed => DigestClaimedV1 { message: MessageClass, period: NaiveDate, attempt: u8, sender: Reference, until: DateTime<Utc>, content: ContentClass, language: Language, template: u16, pupils: Vec<PupilId>, left_out: Vec<(PupilId, NotSent)> }
    DigestSent => DigestSentV1 { message: MessageClass, period: NaiveDate, attempt: u8 }
    DigestFailed => DigestFailedV1 { message: MessageClass, period: NaiveDate, attempt: u8, failure: DeliveryFailure, again: DateTime<Utc> }
    DigestGivenUp => DigestGivenUpV1 { message: MessageClass, period: NaiveDate, failure: DeliveryFailure }
    DigestBounced => DigestBouncedV1 { message: MessageClass, period: NaiveDate, permanent: bool, status: Reference }
    DigestAcknowledged => DigestAcknowledgedV1 { message: MessageClass, period: NaiveDate }
}

/// In which class, and for how long, it is kept: what a guardian wants lasts as long as the guardian is one; what became
/// of a message is kept by school year.
pub fn kept(matter: &DigestMatter, year: u16) -> (RecordClass, u16) {
    match matter {
        DigestMatter::GuardianAddressSet { .. }
        | DigestMatter::GuardianAddressConfirmed { .. }
        | DigestMatter::DigestPreferenceSet { .. }
        | DigestMatter::DigestStopped { .. } => (GUARDIAN, RELATION),
        DigestMatter::DigestPrepared { .. }
        | DigestMatter::DigestRefused { .. }
        | DigestMatter::DigestPassedOver { .. }
        | DigestMatter::DigestClaimed { .. }
        | DigestMatter::DigestSent { .. }
        | DigestMatter::DigestFailed { .. }
        | DigestMatter::DigestGivenUp { .. }
        | DigestMatter::DigestBounced { .. }
        | DigestMatter::DigestAcknowledged { .. } => (DIGEST, year),
    }
}
