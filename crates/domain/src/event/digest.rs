//! What happens with messages to a guardian (mejl till vårdnadshavare): what they want, and what became of each.
//!
//! The outbox is these events. A message is named by its class and its period: the first day of the time that it stands
//! for. It is prepared, claimed by one sender until a time, and then sent, failed or given up; or refused, with the reason.

use chrono::{DateTime, NaiveDate, Utc};

use super::matter::matters;
use crate::event::EventKind;
use crate::id::PupilId;
use crate::personal::Personal;
use crate::words::{
    ChosenBy, ContactDetail, ContentClass, DeliveryFailure, DigestFrequency, Language, MessageClass, NotSent, Reference,
};

matters! {
    /// What happens with messages to a guardian.
    DigestMatter;

    /// The guardian's e-mail address was set (adress ändrad). It is to be confirmed anew.
    GuardianAddressSet {
        /// The address.
        email: Personal<ContactDetail>,
    }
    /// It was confirmed that the address is the guardian's (adress bekräftad).
    GuardianAddressConfirmed {
        /// Who said so.
        by: ChosenBy,
    }
    /// What the guardian wants (önskemål om utskick). It also takes back that digests were stopped.
    DigestPreferenceSet {
        /// How often.
        frequency: DigestFrequency,
        /// In which language.
        language: Language,
        /// Without HTML.
        plain_text: bool,
        /// Who said so.
        by: ChosenBy,
    }
    /// The guardian stopped digests (utskick stoppade).
    DigestStopped {
        /// Who said so.
        by: ChosenBy,
    }
    /// A message was prepared (utskick förberett): it is to be sent, if it may then.
    DigestPrepared {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Position in the log that it goes on from. Of a digest: the earliest up to which anything had been told of its pupils. Of a
        /// day's further message: where the one before was claimed.
        since: u64,
    }
    /// A message was not sent (utskick nekat), with the reason.
    DigestRefused {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Why.
        reason: NotSent,
        /// Why each pupil was left out, when it was for their sake.
        left_out: Vec<(PupilId, NotSent)>,
    }
    /// No message was prepared (förbigången vid utskick), although there was something to say, with the reason. Once for a period and
    /// reason: what was in the way may go away while the period lasts.
    DigestPassedOver {
        /// Which kind.
        message: MessageClass,
        /// What it would have stood for.
        period: NaiveDate,
        /// Why.
        reason: NotSent,
    }
    /// A sender took a message on (utskick påbörjat).
    DigestClaimed {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which attempt, from 1.
        attempt: u8,
        /// Which sender: one process has one name.
        sender: Reference,
        /// Until when nobody else takes it on.
        until: DateTime<Utc>,
        /// What it says.
        content: ContentClass,
        /// In which language.
        language: Language,
        /// Version of the templates.
        template: u16,
        /// Whom it is about.
        pupils: Vec<PupilId>,
        /// Who was left out, and why.
        left_out: Vec<(PupilId, NotSent)>,
    }
    /// The relay took the message (utskick skickat).
    DigestSent {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which attempt.
        attempt: u8,
    }
    /// Handing the message over failed (utskick misslyckat), and is tried again.
    DigestFailed {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which attempt.
        attempt: u8,
        /// Why.
        failure: DeliveryFailure,
        /// When it is tried again.
        again: DateTime<Utc>,
    }
    /// Nothing more is tried (utskick uppgivet): somebody is to reach the guardian in another way.
    DigestGivenUp {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Why.
        failure: DeliveryFailure,
    }
    /// A message came back (utskick studsat).
    DigestBounced {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Whether the address is not used any more: the server spoke of it, and not of the message or of now.
        permanent: bool,
        /// The status code that the server gave, such as `5.1.1`.
        status: Reference,
    }
    /// The guardian has seen the message (kvitterat).
    DigestAcknowledged {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
    }
}

impl DigestMatter {
    /// Which message it is about, when it is about one.
    pub const fn message(&self) -> Option<(MessageClass, NaiveDate)> {
        match self {
            Self::DigestPrepared { message, period, .. }
            | Self::DigestRefused { message, period, .. }
            | Self::DigestClaimed { message, period, .. }
            | Self::DigestSent { message, period, .. }
            | Self::DigestFailed { message, period, .. }
            | Self::DigestGivenUp { message, period, .. }
            | Self::DigestBounced { message, period, .. }
            | Self::DigestAcknowledged { message, period } => Some((*message, *period)),
            Self::GuardianAddressSet { .. }
            | Self::GuardianAddressConfirmed { .. }
            | Self::DigestPreferenceSet { .. }
            | Self::DigestStopped { .. }
            | Self::DigestPassedOver { .. } => None,
        }
    }
}
