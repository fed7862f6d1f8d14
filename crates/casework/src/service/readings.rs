//! Where in the traces each pupil is named, known once somebody has asked: traces are no events, and no projection folds
//! them.

use std::collections::{HashMap, HashSet};

use chrono::DateTime;
use domain::id::PupilId;
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
    /// Readings of everything: of every pupil there was.
    of_all: Vec<(u64, Reading)>,
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
            self.of_all.push((place(trace, ReadHow::Exported), Reading { how: ReadHow::Exported, ..reading.clone() }));
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
            if let Ok(pupil) = id.parse() {
                let notes_opened = if how == ReadHow::Refused { 0 } else { reading.notes_opened };
                let reading = Reading { how, notes_opened, ..reading.clone() };
                self.of.entry(pupil).or_default().push((place(trace, how), reading));
            }
        }
    }
}

/// Where a reading stands among all: what was refused stands behind what the same trace tells of as shown.
fn place(trace: &OpenedTrace, how: ReadHow) -> u64 {
    trace.number.0.saturating_mul(2).saturating_add(u64::from(how == ReadHow::Refused))
}

impl Casework {
    /// Readings of a pupil's case, oldest first, each with its place. One trace may tell of two: something was shown, and
    /// something else refused.
    pub(crate) async fn readings_of(&self, pupil: PupilId) -> Result<Vec<(u64, Reading)>, LogError> {
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
        let mut readings = named.of.get(&pupil).cloned().unwrap_or_default();
        if !named.of_all.is_empty() {
            readings.extend(named.of_all.iter().cloned());
            readings.sort_by_key(|(number, _)| *number);
        }
        Ok(readings)
    }
}
