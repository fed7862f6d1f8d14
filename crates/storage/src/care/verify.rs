//! Proving what a data folder holds, from the journal alone; with the keys also what needs them.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::journal_of;
use crate::bytes::hex;
use crate::disk::Disk;
use crate::engine::journaled::{SledSays, check_anchor, sled_says};
use crate::journal::{self, Frame, FrameKind};
use crate::log::{Head, Position, StreamId, TraceNumber};
use crate::seal::Vault;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The head of what is whole.
    pub head: Head,
    /// What is wrong.
    pub faults: Vec<String>,
    /// What is worth knowing and not wrong.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "count {} head {}", self.head.position.0, hex(&self.head.hash))?;
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

/// Reads the whole journal and checks checksums and chain; with keys, that every record opens, that no stream has a gap and that
/// the anchor has the log's seal;
/// on request, a copy of sled against it. Changes nothing, and never opens sled's own folder: opening it is destructive.
pub fn verify(disk: &Arc<dyn Disk>, data: &Path, vault: Option<&Vault>, sled: bool) -> Report {
    let mut report = Report { head: Head::default(), faults: Vec::new(), notes: Vec::new() };
    let mut records = Records { vault, versions: HashMap::new(), faults: Vec::new() };
    let mut head = Head::default();
    let scanned = journal::scan(&**disk, &journal_of(data), &mut |_, frame| {
        records.check(frame);
        head = frame.after;
        Ok(())
    });
    report.head = head;
    report.faults.append(&mut records.faults);
    match scanned {
        Ok(scan) => {
            if scan.torn.is_some() {
                let torn = "a torn last frame, which was never acknowledged: the next start cuts it";
                report.notes.push(torn.to_owned());
            }
            let folder = journal_of(data);
            let anchor = match vault {
                Some(vault) => check_anchor(&folder, &scan, vault),
                None => scan.must_have_its_anchor(&folder),
            };
            report.faults.extend(anchor.err().map(|error| error.to_string()));
            report.notes.push(format!("{} traces", scan.head.traces.0));
            if sled {
                compare_sled(disk, data, &scan.log_id, &scan.head, &mut report);
            }
        }
        Err(error) => report.faults.push(error.to_string()),
    }
    report.notes.push(
        match vault {
            Some(_) => "checked with the keys: every record opens, no stream has a gap",
            None => "checked without keys: checksums and chain; not stream versions, nor whether the keys are there",
        }
        .to_owned(),
    );
    if !report.is_clean() && vault.is_some() {
        report.notes.pop();
    }
    report
}

fn compare_sled(disk: &Arc<dyn Disk>, data: &Path, log_id: &[u8; 16], head: &Head, report: &mut Report) {
    match sled_says(disk, data, log_id, head) {
        Ok(SledSays::Same) => {
            report.notes.push("sled holds the same as the journal, as far as it is filled".to_owned());
        }
        Ok(SledSays::Further) => {
            let further = "sled was filled further than the journal reaches: the journal is not opened";
            report.faults.push(further.to_owned());
        }
        Ok(SledSays::Otherwise) => {
            report.faults.push("sled does not hold the same as the journal: the next start rebuilds it".to_owned());
        }
        Err(why) => report.faults.push(format!("sled could not be compared: {why}")),
    }
}

/// Most faults that are listed one by one.
const MOST_FAULTS: usize = 20;

struct Records<'a> {
    vault: Option<&'a Vault>,
    versions: HashMap<StreamId, u64>,
    faults: Vec<String>,
}

impl Records<'_> {
    fn check(&mut self, frame: &Frame<'_>) {
        let Some(vault) = self.vault else { return };
        for record in frame.records() {
            let checked = match record.kind {
                FrameKind::Event => self.check_event(vault, Position(record.number), record.sealed),
                FrameKind::Trace => check_trace(vault, TraceNumber(record.number), record.sealed),
            };
            if let Err(fault) = checked
                && self.faults.len() < MOST_FAULTS
            {
                self.faults.push(fault);
            }
        }
    }

    fn check_event(&mut self, vault: &Vault, position: Position, sealed: &[u8]) -> Result<(), String> {
        let event = vault.open_event(position, sealed).map_err(|error| format!("position {}: {error}", position.0))?;
        let version = self.versions.entry(event.stream).or_insert(0);
        *version += 1;
        if event.version == *version {
            Ok(())
        } else {
            Err(format!("position {}: the stream's version is {}, not {version}", position.0, event.version))
        }
    }
}

fn check_trace(vault: &Vault, number: TraceNumber, sealed: &[u8]) -> Result<(), String> {
    vault.open_trace(number, sealed).map(drop).map_err(|error| format!("trace {}: {error}", number.0))
}
