//! Writing a log out as lines of JSON, opened. Holds personal data: to be kept as the data itself is.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::journal_of;
use crate::bytes::hex;
use crate::disk::Disk;
use crate::journal::{self, Frame, FrameKind, JournalError};
use crate::log::{Head, LogError, OpenedEvent, OpenedPart, OpenedTrace, PartContent, Position, TraceNumber};
use crate::seal::Vault;

/// Why a log was not written out whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The output cannot be written.
    #[error("writing the export: {0}")]
    Output(#[from] std::io::Error),
}

/// One record of the log, opened.
#[derive(Clone, Copy, Debug)]
pub enum ExportRecord<'a> {
    /// An event.
    Event(&'a OpenedEvent),
    /// A trace.
    Trace(&'a OpenedTrace),
}

/// Writes one line for each event and each trace that is wanted, in the order of the journal. Erased parts are `null`.
pub fn export(
    disk: &dyn Disk,
    data: &Path,
    vault: &Vault,
    wanted: &mut dyn FnMut(ExportRecord<'_>) -> bool,
    out: &mut dyn Write,
) -> Result<Head, ExportError> {
    let folder = journal_of(data);
    let mut failure = None;
    let scanned = journal::scan(disk, &folder, &mut |place, frame| {
        write_frame(frame, vault, wanted, out).map_err(|error| {
            failure = Some(error);
            JournalError::damaged(
                &journal::file_path(&folder, place.file),
                place.offset,
                frame.before,
                "not written out",
            )
        })
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(scanned?.head),
    }
}

fn write_frame(
    frame: &Frame<'_>,
    vault: &Vault,
    wanted: &mut dyn FnMut(ExportRecord<'_>) -> bool,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    for record in frame.records() {
        let line = match record.kind {
            FrameKind::Event => {
                let event = vault.open_event(Position(record.number), record.sealed)?;
                wanted(ExportRecord::Event(&event)).then(|| event_line(&event))
            }
            FrameKind::Trace => {
                let trace = vault.open_trace(TraceNumber(record.number), record.sealed)?;
                wanted(ExportRecord::Trace(&trace)).then(|| trace_line(&trace))
            }
        };
        if let Some(line) = line {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn event_line(event: &OpenedEvent) -> Value {
    json!({
        "position": event.position.0,
        "stream": { "kind": event.stream.kind, "id": hex(&event.stream.id) },
        "version": event.version,
        "event": hex(&event.event_id),
        "command": hex(&event.commit.0),
        "kind": event.kind,
        "form": event.form,
        "recordedMicros": event.recorded_micros,
        "open": content(&event.open),
        "parts": event.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn trace_line(trace: &OpenedTrace) -> Value {
    json!({
        "trace": trace.number.0,
        "recordedMicros": trace.recorded_micros,
        "open": content(&trace.open),
        "subjects": part(&trace.subjects),
    })
}

fn part(part: &OpenedPart) -> Value {
    json!({
        "subject": hex(&part.key.subject),
        "class": part.key.class.0,
        "period": part.key.period,
        "content": match &part.content {
            PartContent::Present(bytes) => content(bytes),
            PartContent::Erased => Value::Null,
        },
    })
}

/// Content is JSON as `casework` stores it; anything else is written as hexadecimal digits.
fn content(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| Value::String(hex(bytes)))
}
