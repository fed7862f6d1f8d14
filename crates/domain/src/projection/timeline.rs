//! What happened in each pupil's case, without the content: bodies are read from the log by position.

use chrono::{DateTime, Utc};

use crate::calendar::start_of_day;
use crate::event::pupil::{AssignmentEndReason, EnrolmentDaysCorrected};
use crate::event::{Event, EventKind, PupilEvent};
use crate::id::{AssignmentId, EnrolmentId, PupilId};
use crate::projection::AsOf;
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::recorded::{Body, Recorded};
use crate::state::{CaseFacts, Changed, Gathers, Kept, at_once};

/// Where an entry stands in a timeline: by when it happened (erased: was recorded), then by position in the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimelineKey {
    /// When it happened.
    pub occurred: DateTime<Utc>,
    /// Place in the log.
    pub position: u64,
}

/// One event of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where it stands.
    pub key: TimelineKey,
    /// What kind of thing happened.
    pub kind: EventKind,
    /// The enrolment that it belongs to, by its number among the case's; `None` when its beginning is erased.
    pub(crate) enrolment: Option<u16>,
}

/// An entry, packed: there is one for each event of a case. In the order of their keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Packed {
    /// When it happened, in microseconds.
    occurred: i64,
    /// Position (40 bits), kind (8), enrolment (16, all set: none). A log with more events than that took centuries to write.
    rest: u64,
}

const _: () = assert!(EventKind::ALL.len() <= 256, "a kind is packed in a byte");

/// The positions that fit.
const POSITIONS: u64 = 1 << 40;

impl Packed {
    fn new(entry: &Entry) -> Option<Self> {
        let kind = u8::try_from(entry.kind as usize).ok()?;
        let enrolment = entry.enrolment.unwrap_or(u16::MAX);
        let position = Some(entry.key.position).filter(|position| *position < POSITIONS)?;
        let rest = position << 24 | u64::from(kind) << 16 | u64::from(enrolment);
        Some(Self { occurred: entry.key.occurred.timestamp_micros(), rest })
    }

    /// The entry; `None`: this packs none.
    pub(crate) fn entry(self) -> Option<Entry> {
        let occurred = DateTime::from_timestamp_micros(self.occurred)?;
        let key = TimelineKey { occurred, position: self.position() };
        let kind = *EventKind::ALL.get(usize::try_from(self.rest >> 16 & 0xff).ok()?)?;
        let enrolment = u16::try_from(self.rest & 0xffff).ok().filter(|number| *number != u16::MAX);
        Some(Entry { key, kind, enrolment })
    }

    pub(crate) const fn position(self) -> u64 {
        self.rest >> 24
    }

    /// As two numbers.
    pub(crate) const fn laid(self) -> (i64, u64) {
        (self.occurred, self.rest)
    }

    /// From two numbers; `None`: they pack no entry.
    pub(crate) fn picked((occurred, rest): (i64, u64)) -> Option<Self> {
        let packed = Self { occurred, rest };
        let kind = usize::try_from(rest >> 16 & 0xff).ok()?;
        (kind < EventKind::ALL.len()).then_some(packed)
    }

    /// Behind every entry before a moment or, at it, before a position.
    fn end(key: &TimelineKey) -> Self {
        let position = key.position.min(POSITIONS - 1);
        Self { occurred: key.occurred.timestamp_micros(), rest: position << 24 }
    }
}

/// Every case's events.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timeline {
    pub(crate) cases: Kept<PupilId, Case>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Case {
    pub(crate) entries: Rows<Packed>,
    pub(crate) enrolments: Rows<EnrolmentId>,
    pub(crate) corrected: Corrected,
    /// Where assignments ended because the pupil left.
    pub(crate) ended: Rows<(u64, AssignmentId)>,
}

/// Whether an event of the kind tells where a pupil goes, or who has them: of one who never came there is none of it.
const fn tells_of_days(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::PupilEnrolled
            | EventKind::PupilMovedClass
            | EventKind::PupilLeft
            | EventKind::MentorAssigned
            | EventKind::AssignmentEnded
            | EventKind::AssignmentHandedOver
            | EventKind::CoverStarted
            | EventKind::CoverEnded
    )
}

impl Case {
    fn number(&mut self, enrolment: EnrolmentId) -> Option<u16> {
        let known = self.enrolments.iter().position(|one| *one == enrolment);
        let at = known.unwrap_or_else(|| {
            // In the order in which they come, whatever their ids.
            self.enrolments.put(enrolment, |_| ());
            self.enrolments.len() - 1
        });
        u16::try_from(at).ok()
    }

    /// The enrolment that lasted when something was recorded last, by its number. What has been erased does not tell of which
    /// it was: it is taken to be of that one, and never of the next school's.
    fn lasting(&self) -> Option<u16> {
        let enrolled = self.entries.iter().filter_map(|packed| packed.entry());
        let enrolled = enrolled.filter(|entry| entry.kind == EventKind::PupilEnrolled);
        enrolled.max_by_key(|entry| entry.key.position)?.enrolment
    }

    fn take_in(&mut self, (kind, enrolment): (EventKind, Option<EnrolmentId>), recorded: &Recorded) {
        if let Body::Known(Event::Pupil(PupilEvent::EntryCorrected(corrected))) = &recorded.body {
            self.corrected.put(corrected.position, recorded.position);
        }
        let occurred = recorded.happened();
        let key = TimelineKey { occurred, position: recorded.position };
        let enrolment = match enrolment {
            Some(enrolment) => self.number(enrolment),
            None if kind == EventKind::PupilEnrolled => None,
            None => self.lasting(),
        };
        if let Some(packed) = Packed::new(&Entry { key, kind, enrolment }) {
            self.entries.put(packed, |packed| *packed);
        }
    }

    /// What told of a leaving or an enrolment that was none is corrected.
    fn take_back(&mut self, event: &PupilEvent, after: Option<&CaseFacts>, position: u64) {
        if let PupilEvent::AssignmentEnded(ended) = event {
            if ended.reason == AssignmentEndReason::PupilLeft {
                self.ended.put((position, ended.assignment), |(position, _)| *position);
            }
        } else if let PupilEvent::DaysCorrected(corrected) = event {
            for entry in self.told_of_none(corrected, after) {
                // What was taken back before stays so.
                if self.corrected.by(entry, u64::MAX).is_none() {
                    self.corrected.put(entry, position);
                }
            }
        }
    }

    /// Where the entries stand that told of a leaving or an enrolment which a correction takes back.
    fn told_of_none(&self, corrected: &EnrolmentDaysCorrected, after: Option<&CaseFacts>) -> Vec<u64> {
        let entries = self.entries.iter().filter_map(|packed| packed.entry()).filter(self.of(corrected.enrolment));
        if corrected.days.is_none() {
            return entries.filter(|entry| tells_of_days(entry.kind)).map(|entry| entry.key.position).collect();
        }
        if !corrected.takes_leaving_back() {
            return Vec::new();
        }
        let lasts = |id: AssignmentId| {
            let known = after.and_then(|facts| facts.assignments.iter().find(|one| one.id == id));
            known.is_some_and(|one| one.enrolment == corrected.enrolment && one.until.is_none())
        };
        let ended = self.ended.iter().filter(|(_, assignment)| lasts(*assignment)).map(|(position, _)| *position);
        let left = entries.filter(|entry| entry.kind == EventKind::PupilLeft).map(|entry| entry.key.position);
        left.chain(ended).collect()
    }

    /// Entries of an enrolment. Those of one whose beginning has been erased stand in none.
    fn of(&self, enrolment: EnrolmentId) -> impl Fn(&Entry) -> bool + use<> {
        let number = self.enrolments.iter().position(|one| *one == enrolment).and_then(|at| u16::try_from(at).ok());
        move |entry| entry.enrolment.is_some() && entry.enrolment == number
    }
}

impl Timeline {
    pub(super) fn apply(&mut self, pupil: PupilId, changed: Option<&Changed>, recorded: &Recorded) {
        let (kind, enrolment) = match &recorded.body {
            Body::Known(Event::Pupil(event)) => (event.kind(), Some(event.enrolment())),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => return,
            Body::Erased(kind) => (*kind, None),
        };
        self.cases.change(pupil, |case| {
            case.take_in((kind, enrolment), recorded);
            if let Body::Known(Event::Pupil(event)) = &recorded.body {
                case.take_back(event, changed.and_then(|changed| changed.after.as_deref()), recorded.position);
            }
        });
    }

    /// The maps that grow with the log.
    pub(super) fn each_kept(&mut self) -> [&mut dyn Gathers; 1] {
        let Self { cases } = self;
        [cases]
    }

    /// Brings these pupils' newest entries near.
    pub(super) fn near(&self, pupils: &[PupilId]) -> usize {
        let cases = at_once(pupils.iter().filter_map(|id| self.cases.get(id)));
        let rows = at_once(cases.iter().flatten().map(|case| (case.entries.last(), case.enrolments.first())));
        let rows = || rows.iter().flatten();
        let newest = rows().filter(|(newest, _)| newest.is_some_and(|newest| newest.occurred == 0)).count();
        newest + rows().filter(|(_, first)| first.is_some_and(|first| first.bits() == [0; 16])).count()
    }

    /// The position of the correction of a pupil's entry, as known at a position; `None`: it counts.
    pub fn corrected(&self, pupil: PupilId, entry: u64, known: u64) -> Option<u64> {
        self.cases.get(&pupil)?.corrected.by(entry, known)
    }

    /// Where the pupil's enrolments were recorded, in that order; without an enrolment: what has been erased.
    pub fn beginnings(&self, pupil: PupilId) -> Vec<(Entry, Option<EnrolmentId>)> {
        let Some(case) = self.cases.get(&pupil) else { return Vec::new() };
        let entries = case.entries.iter().filter_map(|packed| packed.entry());
        let mut begun: Vec<_> = entries.filter(|entry| entry.kind == EventKind::PupilEnrolled).collect();
        begun.sort_unstable_by_key(|entry| entry.key.position);
        let which = |entry: &Entry| case.enrolments.get(usize::from(entry.enrolment?)).copied();
        begun.into_iter().map(|entry| (entry, which(&entry))).collect()
    }

    /// How many entries the pupil's timeline has, of every enrolment.
    pub fn len(&self, pupil: PupilId) -> usize {
        self.cases.get(&pupil).map_or(0, |case| case.entries.len())
    }

    /// Whether nothing is known of the pupil.
    pub fn is_empty(&self, pupil: PupilId) -> bool {
        self.len(pupil) == 0
    }

    /// The entries of a pupil's enrolment, newest first by when they happened, up to a day and as far as was known;
    /// those older than a place, when one is given.
    pub fn newest_first(
        &self,
        (pupil, enrolment): (PupilId, EnrolmentId),
        older_than: Option<TimelineKey>,
        at: AsOf,
    ) -> impl Iterator<Item = Entry> {
        let end = TimelineKey { occurred: start_of_day(at.day.succ_opt().unwrap_or(at.day)), position: 0 };
        let end = older_than.map_or(end, |older_than| older_than.min(end));
        self.cases.get(&pupil).into_iter().flat_map(move |case| {
            let end = Packed::end(&end);
            let until = case.entries.partition_point(|packed| *packed < end);
            let entries = case.entries.iter().take(until).rev().filter(move |packed| packed.position() <= at.known);
            entries.filter_map(|packed| packed.entry()).filter(case.of(enrolment))
        })
    }

    /// The entries of a pupil's enrolment that were recorded after a position, in the order recorded.
    pub fn after(&self, (pupil, enrolment): (PupilId, EnrolmentId), position: u64) -> Vec<Entry> {
        let Some(case) = self.cases.get(&pupil) else { return Vec::new() };
        let new = case.entries.iter().filter(|packed| packed.position() > position);
        let mut new: Vec<Entry> = new.filter_map(|packed| packed.entry()).filter(case.of(enrolment)).collect();
        new.sort_unstable_by_key(|entry| entry.key.position);
        new
    }
}
