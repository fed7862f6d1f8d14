//! Messages to a guardian, for examples and tests.

use super::cast::{GUARDIAN, PUPIL};
use super::{Happened, date, noon};
use crate::event::{DigestMatter, GuardianEvent};
use crate::id::PupilId;
use crate::personal::Personal;
use crate::recorded::StreamRef;
use crate::words::{
    ChosenBy, ContactDetail, ContentClass, DeliveryFailure, DigestFrequency, Language, MessageClass, NotSent, Reference,
};

/// One of each kind of what happens with messages to a guardian, in an order in which it can.
pub fn every_digest_matter() -> Vec<DigestMatter> {
    let (message, period) = (MessageClass::Digest, date("2019-09-02"));
    let text = |text| Reference::try_new(text).expect("a short text is a reference");
    let email = ContactDetail::try_new("alex@example.org").expect("an address");
    let left_out = vec![(sibling(), NotSent::NothingNew)];
    vec![
        DigestMatter::GuardianAddressSet { email: Personal::new(email) },
        DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Guardian },
        DigestMatter::DigestStopped { by: ChosenBy::Guardian },
        DigestMatter::DigestPreferenceSet {
            frequency: DigestFrequency::Monthly,
            language: Language::Somali,
            plain_text: true,
            by: ChosenBy::Staff,
        },
        DigestMatter::DigestPrepared { message, period, since: 7 },
        DigestMatter::DigestClaimed {
            message,
            period,
            attempt: 1,
            sender: text("post-1"),
            until: noon("2019-09-06"),
            content: ContentClass::Plain,
            language: Language::Somali,
            template: 1,
            pupils: vec![PUPIL],
            left_out: left_out.clone(),
        },
        DigestMatter::DigestFailed {
            message,
            period,
            attempt: 1,
            failure: DeliveryFailure::Deferred,
            again: noon("2019-09-07"),
        },
        DigestMatter::DigestSent { message, period, attempt: 2 },
        DigestMatter::DigestBounced { message, period, permanent: true, status: text("5.1.1") },
        DigestMatter::DigestAcknowledged { message, period },
        DigestMatter::DigestGivenUp { message, period, failure: DeliveryFailure::Rejected },
        DigestMatter::DigestRefused { message, period, reason: NotSent::OfAge, left_out },
        DigestMatter::DigestPassedOver { message, period: date("2019-09-09"), reason: NotSent::AlreadySent },
    ]
}

/// Another child of the guardian's.
pub const fn sibling() -> PupilId {
    PupilId::from_bits([0x31; 16])
}

/// It happened with messages to the guardian.
pub fn of_guardian(matter: DigestMatter) -> Happened {
    (StreamRef::Guardian(GUARDIAN), GuardianEvent::Digest(matter).into())
}
