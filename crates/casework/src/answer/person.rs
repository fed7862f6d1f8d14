//! What is answered about somebody who is no pupil, for the person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::actor::Role;
use domain::event::EventKind;
use domain::words::SchoolCode;
use serde_json::{Map, Value};

/// Everything that is on record about a guardian or a member of staff: a draft, to be reviewed for secrecy.
#[derive(Clone, Debug, Default)]
pub struct AboutPerson {
    /// What is theirs, and what is said of them elsewhere, in the order of the log.
    pub entries: Vec<PersonEntry>,
    /// How often they recorded something of a kind elsewhere: a member of staff.
    pub recorded: BTreeMap<&'static str, usize>,
    /// How often they read something, signed in or out, by the kind of request: a member of staff.
    pub read: BTreeMap<String, usize>,
}

/// One thing that is on record about the person.
#[derive(Clone, Debug)]
pub struct PersonEntry {
    /// What kind of thing happened.
    pub kind: EventKind,
    /// When it happened; `None` when erased.
    pub occurred: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
    /// In which role somebody did it.
    pub role: Option<Role>,
    /// Whether it is the person's own record; otherwise it is another's, and names them.
    pub own: bool,
    /// At which school, where it stands in a pupil's case or among what is settled there: it is reviewed there.
    pub school: Option<SchoolCode>,
    /// Whether its content has been erased.
    pub erased: bool,
    /// What it says, by the names of the stored form, without other persons and without notes.
    pub content: Map<String, Value>,
    /// Whether the content is held back: it stands in a part of a pupil's case whose notes are restricted, or is a report of concern.
    pub held_back: bool,
}
