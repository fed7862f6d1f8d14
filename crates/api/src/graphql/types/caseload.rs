//! Who has which pupils.

use async_graphql::parser::types::SelectionSet;
use async_graphql::{Object, SimpleObject};
use casework::answer::{CaseloadRow, MentorLoad};
use chrono::{DateTime, NaiveDate, Utc};

use super::case_words::Uncovered;
use super::connection::connection;
use super::plain::{Getter, Plain, inside, number, value};
use super::pupil::Pupil;
use super::staff::Staff;
use super::words::AssignmentKind;

/// One pupil in a caseload.
pub(crate) struct CaseloadEntry {
    row: Placing,
    pupil: Pupil,
}

/// A pupil's place in a caseload, without the pupil.
struct Placing {
    kind: Option<domain::event::pupil::AssignmentKind>,
    since: Option<NaiveDate>,
    last_reached: Option<DateTime<Utc>>,
    contacts: Option<u32>,
    uncovered: Option<domain::projection::Uncovered>,
}

impl From<CaseloadRow> for CaseloadEntry {
    fn from(row: CaseloadRow) -> Self {
        let CaseloadRow { pupil, kind, since, last_reached, contacts, uncovered } = row;
        Self { row: Placing { kind, since, last_reached, contacts, uncovered }, pupil: Pupil(pupil) }
    }
}

/// One pupil in a caseload.
#[Object]
impl CaseloadEntry {
    /// The pupil.
    async fn pupil(&self) -> &Pupil {
        &self.pupil
    }

    /// The kind of assignment; null in a list of pupils whom no mentor has.
    async fn kind(&self) -> Option<AssignmentKind> {
        self.row.kind.map(Into::into)
    }

    /// The assignment's first day.
    async fn since(&self) -> Option<NaiveDate> {
        self.row.since
    }

    /// When a guardian was last reached; null: never in this enrolment.
    async fn last_reached_at(&self) -> Option<DateTime<Utc>> {
        self.row.last_reached
    }

    /// Contacts with guardians so far in this enrolment.
    async fn contacts(&self) -> Option<u32> {
        self.row.contacts
    }

    /// Why nobody has the pupil; null elsewhere than in the list of such pupils.
    async fn uncovered(&self) -> Option<Uncovered> {
        self.row.uncovered.map(Into::into)
    }
}

impl Plain for CaseloadEntry {
    const NAME: &'static str = "CaseloadEntry";

    fn field(name: &str, inner: &SelectionSet) -> Option<Getter<Self>> {
        match name {
            "pupil" => inside(inner, |entry: &Self| &entry.pupil),
            "kind" => Some(value(|entry: &Self| entry.row.kind.map(AssignmentKind::from))),
            "since" => Some(value(|entry: &Self| entry.row.since)),
            "lastReachedAt" => Some(value(|entry: &Self| entry.row.last_reached)),
            "contacts" => Some(number(|entry: &Self| entry.row.contacts)),
            "uncovered" => Some(value(|entry: &Self| entry.row.uncovered.map(Uncovered::from))),
            _ => None,
        }
    }
}

connection!(
    plain
    /// Pupils in a caseload, in pages.
    CaseloadConnection,
    /// A pupil's place in a caseload.
    CaseloadEdge,
    CaseloadEntry
);

/// How many pupils a mentor has. A number says how much work there is, not how well it is done; mentors stand by name.
#[derive(SimpleObject)]
pub(crate) struct MentorsLoad {
    /// The mentor.
    mentor: Staff,
    /// Pupils who are the asker's: a coordinator's all of the school, a principal's those whom the principal answers for.
    pupils: i32,
    /// Pupils for other principals: a number, never the pupils; null where it would tell of a few outside the school.
    for_other_principals: Option<i32>,
}

impl From<&MentorLoad> for MentorsLoad {
    fn from(load: &MentorLoad) -> Self {
        let number = |count| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            mentor: Staff(load.mentor.clone()),
            pupils: number(load.pupils),
            for_other_principals: load.for_others.map(number),
        }
    }
}
