//! Where in the traces each pupil is named, known once somebody has asked: traces are no events, and no projection folds
//! them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::id::{EnrolmentId, PupilId};
use storage::{LogError, OpenedTrace, PartContent, TraceNumber};

use super::Casework;
use crate::answer::{ReadHow, Reading};
use crate::traces::{SubjectsV1, TraceV1};

/// Traces that are read at a time.
const BATCH: usize = 1_000;

/// Which traces name which pupil.
#[derive(Default)]
pub(super) struct Named {
    read_up_to: u64,
    of: HashMap<PupilId, Vec<(u64, Reading)>>,
    /// Readings of enrolments that had been left, by the schools that they were at.
    of_left: HashMap<EnrolmentId, Vec<(u64, Reading)>>,
    /// Readings of everything: of every pupil there was, but of those who were left out.
    of_all: Vec<(u64, Reading, HashSet<PupilId>)>,
}

impl Named {
    fn take_in(&mut self, trace: &OpenedTrace) {
        self.read_up_to = trace.number.0;
        // What has been erased, or was written by a later version, names nobody.
        let PartContent::Present(subjects) = &trace.subjects.content else { return };
        let Ok(open) = serde_json::from_slice::<TraceV1>(&trace.open) else { return };
        let Ok(subjects) = serde_json::from_slice::<SubjectsV1>(subjects) else { return };
        let Some(at) = DateTime::from_timestamp_micros(open.at_micros) else { return };
        let Ok(actor) = open.actor.try_into() else { return };
        let actor = Some(actor);
        let reading = Reading {
            at,
            actor,
            name: None,
            roles: open.roles.into_iter().map(Into::into).collect(),
            operation: open.operation,
            how: ReadHow::Opened,
            notes_opened: subjects.opened.len(),
        };
        if subjects.everything {
            let exported = Reading { how: ReadHow::Exported, ..reading.clone() };
            let except = subjects.except.iter().filter_map(|id| id.parse().ok()).collect();
            self.of_all.push((place(trace, ReadHow::Exported), exported, except));
        }
        let (extracted, listed): (HashSet<_>, HashSet<_>) =
            (subjects.extracted.iter().collect(), subjects.listed.iter().collect());
        let how = |id: &String| {
            if extracted.contains(id) {
                ReadHow::Extracted
            } else if listed.contains(id) {
                ReadHow::Listed
            } else {
                ReadHow::Opened
            }
        };
        let shown = subjects.pupils().map(|id| (id, how(id)));
        for (id, how) in shown.chain(subjects.refused.iter().map(|id| (id, ReadHow::Refused))) {
            let notes_opened = if how == ReadHow::Refused { 0 } else { reading.notes_opened };
            let reading = Reading { how, notes_opened, ..reading.clone() };
            if let Some(left) = &subjects.left {
                if let Ok(left) = left.parse() {
                    self.of_left.entry(left).or_default().push((place(trace, how), reading));
                }
            } else if let Ok(pupil) = id.parse() {
                self.of.entry(pupil).or_default().push((place(trace, how), reading));
            }
        }
    }
}

/// Where a reading stands among all: what was refused stands behind what the same trace tells of as shown.
fn place(trace: &OpenedTrace, how: ReadHow) -> u64 {
    trace.number.0.saturating_mul(2).saturating_add(u64::from(how == ReadHow::Refused))
}

/// A school's enrolments of a pupil, and when the case was the school's.
#[derive(Default, Debug)]
pub(crate) struct Stays {
    /// Which enrolments.
    pub(crate) enrolments: Vec<EnrolmentId>,
    /// From when until when each was the latest on record; `None`: until today.
    pub(crate) spans: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
}

impl Stays {
    fn cover(&self, at: DateTime<Utc>) -> bool {
        self.spans.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
    }

    /// Whether there was something on record by then.
    fn begun_by(&self, at: DateTime<Utc>) -> bool {
        self.spans.iter().any(|(from, _)| *from <= at)
    }
}

impl Casework {
    /// Readings of what a school has on record of a pupil, oldest first, each with its place: of the case while it was the school's,
    /// and of what it kept when the pupil had left. One trace may tell of two: something was shown, and something else refused.
    pub(crate) async fn readings_of(&self, pupil: PupilId, stays: &Stays) -> Result<Vec<(u64, Reading)>, LogError> {
        let mut named = self.named.lock().await;
        loop {
            let traces = self.log.read_traces(TraceNumber(named.read_up_to), BATCH).await?;
            if traces.is_empty() {
                break;
            }
            for trace in &traces {
                named.take_in(trace);
            }
        }
        let here = named.of.get(&pupil).into_iter().flatten().filter(|(_, reading)| stays.cover(reading.at));
        let kept = stays.enrolments.iter().filter_map(|left| named.of_left.get(left)).flatten();
        // What was written out held what the school had kept, too.
        let written_out = |(_, reading, except): &&(u64, Reading, HashSet<PupilId>)| {
            stays.begun_by(reading.at) && !except.contains(&pupil)
        };
        let of_all = named.of_all.iter().filter(written_out).map(|(place, reading, _)| (*place, reading.clone()));
        let mut readings: Vec<_> = here.chain(kept).cloned().chain(of_all).collect();
        readings.sort_by_key(|(number, _)| *number);
        Ok(readings)
    }
}
