//! What is done about messages to a guardian.

use chrono::{DateTime, NaiveDate, Utc};

use crate::id::PupilId;
use crate::personal::Personal;
use crate::state::Preference;
use crate::words::{ChosenBy, ContactDetail, DeliveryFailure, DeliveryStatus, MessageClass, NotSent, Reference};

/// What is done about messages to a guardian. All but the first four are the sender's own steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DigestAct {
    /// Set the guardian's e-mail address.
    SetAddress {
        /// The address.
        email: Personal<ContactDetail>,
    },
    /// Confirm that the address is the guardian's.
    ConfirmAddress {
        /// Position of the event that set the address which is meant; `None`: the one that is known.
        address: Option<u64>,
        /// Who says so.
        by: ChosenBy,
    },
    /// Say what the guardian wants.
    SetPreference {
        /// What.
        preference: Preference,
        /// Who says so.
        by: ChosenBy,
    },
    /// Stop digests.
    Stop {
        /// Who says so.
        by: ChosenBy,
    },
    /// Prepare a message.
    Prepare {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Position in the log that it goes on from.
        since: u64,
    },
    /// Say why no message is prepared although there is something to say.
    PassOver {
        /// Which kind.
        message: MessageClass,
        /// What it would stand for.
        period: NaiveDate,
        /// Why.
        reason: NotSent,
    },
    /// Take a message on. Whether it may be sent is decided now.
    Claim {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which sender.
        sender: Reference,
        /// Until when nobody else may take it on.
        until: DateTime<Utc>,
        /// Version of the templates.
        template: u16,
        /// The pupils whom there is something to say about.
        about: Vec<PupilId>,
    },
    /// The relay took it.
    Sent {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which attempt.
        attempt: u8,
    },
    /// Handing it over failed.
    Failed {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// Which attempt.
        attempt: u8,
        /// Why.
        failure: DeliveryFailure,
        /// When it is to be tried again; `None`: never.
        again: Option<DateTime<Utc>>,
    },
    /// It came back.
    Bounced {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// What the server said.
        status: DeliveryStatus,
    },
    /// The guardian has seen it.
    Acknowledge {
        /// Which kind.
        message: MessageClass,
        /// What it stands for.
        period: NaiveDate,
        /// What the one that was seen goes on from: who has seen the day's first has not seen a further one.
        since: u64,
    },
}
