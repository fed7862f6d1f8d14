//! What one request has shown, and what it looked for in vain; and putting that on record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::actor::{Actor, Role};
use domain::id::{EnrolmentId, EventId, PupilId};
use domain::refusal::{Code, Refusal};
use futures::future::try_join_all;
use storage::{NewPart, NewTrace};
use zeroize::Zeroizing;

use crate::service::Casework;
use crate::stored::classes;
use crate::traces::{SubjectsV1, TraceV1};

/// Most subjects that one trace names: more go into further traces of the same request.
const MOST_SUBJECTS: usize = 400;

#[derive(Default)]
struct Entries {
    shown: BTreeSet<PupilId>,
    /// In no order, and some more than once.
    listed: Vec<PupilId>,
    extracted: BTreeSet<PupilId>,
    refused: BTreeSet<String>,
    /// Restricted notes that were opened, by whose case they stand in.
    opened: BTreeMap<PupilId, BTreeSet<EventId>>,
    /// What was shown of enrolments that had been left, to the schools that they were at.
    left: BTreeMap<(PupilId, EnrolmentId), Left>,
}

/// What was shown of an enrolment that had been left.
#[derive(Default)]
struct Left {
    shown: bool,
    extracted: bool,
    opened: BTreeSet<EventId>,
}

/// Whose case, and of which enrolment when it is one that was left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of(pub(crate) PupilId, pub(crate) Option<EnrolmentId>);

impl Entries {
    /// Names each pupil once: whose case was opened was not only listed.
    fn settle(&mut self) {
        let Self { shown, listed, .. } = self;
        listed.sort_unstable();
        listed.dedup();
        listed.retain(|pupil| !shown.contains(pupil));
    }
}

/// One request's readings, until they are on record.
pub(crate) struct Ledger {
    operation: String,
    entries: Mutex<Entries>,
}

impl Ledger {
    pub(crate) fn new(operation: &str) -> Self {
        Self { operation: operation.to_owned(), entries: Mutex::default() }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of a pupil's case is shown.
    pub(crate) fn show(&self, pupil: PupilId) {
        self.entries().shown.insert(pupil);
    }

    /// A line of a list tells of a pupil.
    pub(crate) fn list(&self, pupil: PupilId) {
        self.entries().listed.push(pupil);
    }

    /// A restricted note of a pupil's case, which is shown or listed too, was opened.
    pub(crate) fn open(&self, pupil: PupilId, event: EventId) {
        self.entries().opened.entry(pupil).or_default().insert(event);
    }

    /// The same three, of a case or of an enrolment that was left.
    pub(super) fn show_of(&self, of: Of) {
        match of {
            Of(pupil, None) => self.show(pupil),
            Of(pupil, Some(left)) => self.entries().left.entry((pupil, left)).or_default().shown = true,
        }
    }

    pub(super) fn list_of(&self, of: Of) {
        match of {
            Of(pupil, None) => self.list(pupil),
            Of(pupil, Some(left)) => drop(self.entries().left.entry((pupil, left)).or_default()),
        }
    }

    pub(super) fn extract_of(&self, of: Of) {
        self.show_of(of);
        match of {
            Of(pupil, None) => drop(self.entries().extracted.insert(pupil)),
            Of(pupil, Some(left)) => self.entries().left.entry((pupil, left)).or_default().extracted = true,
        }
    }

    pub(super) fn open_of(&self, of: Of, event: EventId) {
        match of {
            Of(pupil, None) => self.open(pupil, event),
            Of(pupil, Some(left)) => drop(self.entries().left.entry((pupil, left)).or_default().opened.insert(event)),
        }
    }

    /// Something was looked for that is not there, or not for this person.
    pub(crate) fn refuse(&self, id: String) {
        self.entries().refused.insert(id);
    }

    /// Puts everything on record, and waits until it is on disk.
    pub(crate) async fn record(self, casework: &Casework, actor: Actor, roles: Vec<Role>) -> Result<(), Refusal> {
        let mut entries = std::mem::take(&mut *self.entries());
        entries.settle();
        let nothing = entries.shown.is_empty() && entries.listed.is_empty() && entries.left.is_empty();
        if nothing && entries.refused.is_empty() {
            return Ok(());
        }
        let traces = self.traces(casework, actor, &roles, &entries)?;
        let recorded = traces.into_iter().map(|trace| casework.log.record_trace(trace));
        match try_join_all(recorded).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(code = "trace_not_recorded", %error, "a reading was refused: it could not be put on record");
                Err(Refusal::new(Code::TraceNotRecorded))
            }
        }
    }

    fn traces(
        &self,
        casework: &Casework,
        actor: Actor,
        roles: &[Role],
        entries: &Entries,
    ) -> Result<Vec<NewTrace>, Refusal> {
        let now = casework.clock.now();
        let open = TraceV1 {
            form: 1,
            actor: actor.into(),
            roles: roles.iter().map(|role| (*role).into()).collect(),
            operation: self.operation.clone(),
            refused: !entries.refused.is_empty(),
            at_micros: now.timestamp_micros(),
        };
        let unwritable = |_| Refusal::new(Code::TraceNotRecorded);
        let open = serde_json::to_vec(&open).map_err(unwritable)?;
        let key = classes::key([0; 16], classes::TRACE, classes::school_year(now));
        chunks(entries)
            .map(|subjects| {
                let plain = Zeroizing::new(serde_json::to_vec(&subjects).map_err(unwritable)?);
                let subjects = NewPart { key, plain };
                Ok(NewTrace { open: open.clone(), subjects, recorded_micros: now.timestamp_micros() })
            })
            .collect()
    }
}

/// All subjects, in portions that fit a trace. Whose notes were opened has a trace of their own: it says how many were theirs.
fn chunks(entries: &Entries) -> impl Iterator<Item = SubjectsV1> + '_ {
    let with_notes = entries.opened.iter().flat_map(|(pupil, events)| {
        let events: Vec<String> = events.iter().map(ToString::to_string).collect();
        let portions: Vec<_> = events.chunks(MOST_SUBJECTS).map(<[String]>::to_vec).collect();
        portions.into_iter().map(|opened| SubjectsV1 { opened, ..subjects(entries, &[*pupil]) })
    });
    let others = entries.shown.iter().chain(&entries.listed).filter(|pupil| !entries.opened.contains_key(pupil));
    let others: Vec<PupilId> = others.copied().collect();
    let refused: Vec<&String> = entries.refused.iter().collect();
    let count = others.len().max(refused.len()).div_ceil(MOST_SUBJECTS);
    let rest = (0..count).map(move |at| {
        let refused = portion(&refused, at).iter().map(ToString::to_string).collect();
        SubjectsV1 { refused, ..subjects(entries, portion(&others, at)) }
    });
    let left = entries.left.iter().flat_map(|(of, left)| of_left(*of, left));
    with_notes.chain(left).chain(rest)
}

/// What was shown of an enrolment that had been left: in traces of its own, which name it.
fn of_left((pupil, enrolment): (PupilId, EnrolmentId), left: &Left) -> Vec<SubjectsV1> {
    let (pupil, enrolment) = (pupil.to_string(), enrolment.to_string());
    let when = |so: bool| if so { vec![pupil.clone()] } else { Vec::new() };
    let events: Vec<String> = left.opened.iter().map(ToString::to_string).collect();
    let portions = events.len().div_ceil(MOST_SUBJECTS).max(1);
    let told = (0..portions).map(|at| SubjectsV1 {
        shown: when(left.shown),
        listed: when(!left.shown),
        extracted: when(left.extracted),
        opened: portion(&events, at).to_vec(),
        left: Some(enrolment.clone()),
        ..SubjectsV1::default()
    });
    told.collect()
}

fn portion<T>(all: &[T], at: usize) -> &[T] {
    all.chunks(MOST_SUBJECTS).nth(at).unwrap_or_default()
}

/// These pupils, and how much of each was shown.
fn subjects(entries: &Entries, pupils: &[PupilId]) -> SubjectsV1 {
    let (shown, listed): (Vec<_>, Vec<_>) = pupils.iter().partition(|pupil| entries.shown.contains(pupil));
    let extracted = shown.iter().filter(|pupil| entries.extracted.contains(pupil)).map(ToString::to_string).collect();
    let names = |of: Vec<PupilId>| of.iter().map(ToString::to_string).collect();
    SubjectsV1 { shown: names(shown), listed: names(listed), extracted, ..SubjectsV1::default() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::id::{EventId, PupilId};

    use super::{Entries, MOST_SUBJECTS, SubjectsV1, chunks};

    fn bits(number: u16) -> [u8; 16] {
        let [high, low] = number.to_be_bytes();
        [high, low, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]
    }

    #[test]
    fn however_many_were_shown_refused_and_opened_each_is_named_and_notes_stand_beside_their_own_pupil() {
        let reader = PupilId::from_bits(bits(3));
        let mut entries = Entries::default();
        entries.shown.extend((0..900).map(|number| PupilId::from_bits(bits(number))));
        entries.listed.extend((100..1_000).chain(950..1_100).map(|number| PupilId::from_bits(bits(number))));
        entries.extracted.insert(reader);
        entries.refused.extend((0..1_700).map(|number| format!("pupil {number}")));
        entries.opened.entry(reader).or_default().extend((0..1_001).map(|number| EventId::from_bits(bits(number))));
        entries.settle();
        let told: Vec<SubjectsV1> = chunks(&entries).collect();
        let most = |of: &SubjectsV1| (of.shown.len() + of.listed.len()).max(of.refused.len()).max(of.opened.len());
        assert!(told.iter().all(|of| most(of) <= MOST_SUBJECTS));
        let all = |of: fn(&SubjectsV1) -> &Vec<String>| told.iter().flat_map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((all(|of| &of.shown), all(|of| &of.listed), all(|of| &of.refused)), (900, 200, 1_700));
        assert_eq!(told.iter().flat_map(SubjectsV1::pupils).collect::<BTreeSet<_>>().len(), 1_100);
        assert_eq!((all(|of| &of.extracted), all(|of| &of.opened)), (1, 1_001));
        assert!(told.iter().filter(|of| !of.opened.is_empty()).all(|of| of.shown == [reader.to_string()]));
    }
}
