//! What happened in each pupil's case, without the content: bodies are read from the log by position.

use chrono::{DateTime, Utc};

use crate::event::{Event, EventKind};
use crate::id::{EnrolmentId, EventId, PupilId};
use crate::recorded::{Body, Recorded};

/// One event of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Place in the log.
    pub position: u64,
    /// The event.
    pub id: EventId,
    /// What kind of thing happened.
    pub kind: EventKind,
    /// When it happened; `None` once erased.
    pub occurred: Option<DateTime<Utc>>,
    /// When the log got it.
    pub recorded: DateTime<Utc>,
    /// The enrolment that it belongs to; `None` once erased.
    pub enrolment: Option<EnrolmentId>,
}

/// Where an entry stands in a timeline: by when it happened (erased: was recorded), then by position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimelineKey {
    /// When it happened.
    pub occurred: DateTime<Utc>,
    /// Place in the log.
    pub position: u64,
}

impl Entry {
    /// Where it stands.
    pub fn key(&self) -> TimelineKey {
        TimelineKey { occurred: self.occurred.unwrap_or(self.recorded), position: self.position }
    }
}

/// Every case's events.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timeline {
    cases: imbl::HashMap<PupilId, Case>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Case {
    recorded: imbl::Vector<Entry>,
    happened: imbl::OrdMap<TimelineKey, Entry>,
}

impl Timeline {
    pub(super) fn apply(&mut self, pupil: PupilId, recorded: &Recorded) {
        let (kind, enrolment) = match &recorded.body {
            Body::Known(Event::Pupil(event)) => (event.kind(), Some(event.enrolment())),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => return,
            Body::Erased(kind) => (*kind, None),
        };
        let entry = Entry {
            position: recorded.position,
            id: recorded.id,
            kind,
            occurred: recorded.occurred,
            recorded: recorded.recorded,
            enrolment,
        };
        let case = self.cases.entry(pupil).or_default();
        case.recorded.push_back(entry);
        case.happened.insert(entry.key(), entry);
    }

    /// How many entries the pupil's timeline has.
    pub fn len(&self, pupil: PupilId) -> usize {
        self.cases.get(&pupil).map_or(0, |case| case.recorded.len())
    }

    /// Whether nothing is known of the pupil.
    pub fn is_empty(&self, pupil: PupilId) -> bool {
        self.len(pupil) == 0
    }

    /// The pupil's entries, newest first by when they happened; those older than a place, when one is given.
    pub fn newest_first(&self, pupil: PupilId, older_than: Option<TimelineKey>) -> impl Iterator<Item = &Entry> {
        self.cases.get(&pupil).into_iter().flat_map(move |case| {
            let end = older_than.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
            case.happened.range((std::ops::Bound::Unbounded, end)).rev().map(|(_, entry)| entry)
        })
    }

    /// The pupil's entries recorded after a position, oldest first.
    pub fn after(&self, pupil: PupilId, position: u64) -> impl Iterator<Item = &Entry> {
        self.cases.get(&pupil).into_iter().flat_map(move |case| {
            let at = match case.recorded.binary_search_by(|entry| entry.position.cmp(&position)) {
                Ok(at) => at + 1,
                Err(at) => at,
            };
            case.recorded.iter().skip(at)
        })
    }
}
