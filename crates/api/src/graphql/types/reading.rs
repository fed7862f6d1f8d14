//! Who has read a case, who opened one in an emergency, and what the authority must be told of.

use async_graphql::{Enum, ID, SimpleObject};
use casework::answer;
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::Actor;

use super::connection::connection;
use super::staff::Staff;
use super::words::Role;
use super::{shown, shown_note};

/// How much of a case somebody has read, or meant to.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "answer::ReadHow")]
pub(crate) enum ReadHow {
    /// A line in a list.
    Listed,
    /// The case, or a part of it.
    Opened,
    /// Everything, as an extract (registerutdrag) for the person.
    Extracted,
    /// Everything of everybody was written out by the program.
    Exported,
    /// Nothing: it was looked for, and not shown.
    Refused,
}

/// Somebody has read a pupil's case, or something of it, or meant to.
#[derive(SimpleObject)]
pub(crate) struct Reading {
    /// When.
    at: DateTime<Utc>,
    /// The reader's id; null: the program's own set-up, or somebody who has never worked at the school and looked in vain.
    staff_id: Option<ID>,
    /// The reader's name, where it may be shown.
    name: Option<String>,
    /// The roles that the reader held then.
    roles: Vec<Role>,
    /// The kind of request.
    operation: String,
    /// How much was read.
    how: ReadHow,
    /// How many restricted notes were opened by it.
    notes_opened: i32,
}

/// The stable name, in an extract.
pub(crate) const fn how(how: answer::ReadHow) -> &'static str {
    match how {
        answer::ReadHow::Listed => "listed",
        answer::ReadHow::Opened => "opened",
        answer::ReadHow::Extracted => "extracted",
        answer::ReadHow::Exported => "exported",
        answer::ReadHow::Refused => "refused",
    }
}

impl From<answer::Reading> for Reading {
    fn from(reading: answer::Reading) -> Self {
        let staff_id = match reading.actor {
            Some(Actor::Staff(staff)) => Some(staff.to_string().into()),
            Some(Actor::Setup) | None => None,
        };
        Self {
            at: reading.at,
            staff_id,
            name: reading.name.as_ref().map(shown),
            roles: reading.roles.into_iter().map(Into::into).collect(),
            operation: reading.operation,
            how: reading.how.into(),
            notes_opened: i32::try_from(reading.notes_opened).unwrap_or(i32::MAX),
        }
    }
}

connection!(
    /// Who has read a case, in pages.
    ReadingConnection,
    /// A reading's place in the list.
    ReadingEdge,
    Reading
);

/// A case was opened in an emergency (nödöppning), for a reason that the principal is told.
#[derive(SimpleObject)]
pub(crate) struct EmergencyAccess {
    /// The id of the pupil.
    pupil_id: ID,
    /// By whom.
    staff: Staff,
    /// The day: it lasted to the end of it.
    on: NaiveDate,
    /// The reason that was given; null when it has been erased.
    reason: Option<String>,
}

impl From<answer::EmergencyAccess> for EmergencyAccess {
    fn from(access: answer::EmergencyAccess) -> Self {
        let reason = access.reason.as_ref().map(shown_note);
        Self { pupil_id: access.pupil.to_string().into(), staff: Staff(access.staff), on: access.on, reason }
    }
}

/// What the authority must be told of (anmälan till huvudmannen).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "answer::DutyKind")]
pub(crate) enum DutyKind {
    /// Harassment that the principal has passed on (kränkande behandling, 6 kap. 10 § skollagen).
    HarassmentPassedOn,
    /// Absence is being looked into in compulsory school (utredning om frånvaro, 7 kap. 19 a §).
    AbsenceInquiryOpened,
    /// Absence of that kind in upper secondary school (15 kap. 15-16 §§).
    AbsenceInUpperSecondary,
}

/// One thing that the authority must be told of: never whose it is.
#[derive(SimpleObject)]
pub(crate) struct Duty {
    /// What.
    kind: DutyKind,
    /// The day on which it happened.
    day: NaiveDate,
    /// The number by which the school finds it, as text.
    number: String,
}

impl From<answer::Duty> for Duty {
    fn from(duty: answer::Duty) -> Self {
        Self { kind: duty.kind.into(), day: duty.day, number: duty.number.to_string() }
    }
}
