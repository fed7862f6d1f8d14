//! Stored forms: whatever lies in the log is read or refused. What is read can be written again and then means the same,
//! and what follows from it can be worked out.
//!
//! An input is lines: kind, version and number of the stream's kind; the open content; the parts. A part that is the word
//! `erased` has been erased.

use std::sync::OnceLock;

use casework::stored::{decode, encode};
use domain::decide::Decided;
use domain::projection::Projections;
use domain::recorded::{Body, Recorded};
use domain::spec::cast::{PUPIL, a_pupil_with_a_mentor};
use domain::spec::{command_id, given, noon};
use serde_json::Value;
use storage::{CommitId, KeyRef, NewEvent, OpenedEvent, OpenedPart, PartContent, Position, RecordClass, StreamId};
use zeroize::Zeroizing;

const ERASED: &[u8] = b"erased";
/// Most parts that are looked at.
const MOST_PARTS: usize = 8;

/// Takes an input.
pub fn run(input: &[u8]) {
    let Some((event, recorded)) = read(input) else { return };
    assert_eq!(recorded.position, event.position.0);
    reads_the_same_when_written_again(&event, &recorded);
    follows_from_a_story(&recorded);
}

/// The event that an input is and what it says. `None`: it is refused.
pub fn read(input: &[u8]) -> Option<(OpenedEvent, Recorded)> {
    let event = event(input)?;
    let recorded = decode(&event).ok()?;
    Some((event, recorded))
}

/// The input that a committed example is. `None`: it is no example of an event.
pub fn input(example: &[u8]) -> Option<Vec<u8>> {
    let example: Value = serde_json::from_slice(example).ok()?;
    let (kind, form, stream) = (&example["kind"], &example["form"], &example["stream"]["kind"]);
    let mut lines = vec![format!("{} {form} {stream}", kind.as_str()?), example["open"].to_string()];
    let parts = example["parts"].as_array()?.iter().map(|part| &part["content"]);
    lines.extend(parts.map(|content| content.as_str().map_or_else(|| content.to_string(), str::to_owned)));
    stream.is_number().then(|| lines.join("\n").into_bytes())
}

fn event(input: &[u8]) -> Option<OpenedEvent> {
    let mut lines = input.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let mut words = first.split(' ');
    let (kind, form, stream) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let open = lines.next()?.to_vec();
    let key = KeyRef { subject: PUPIL.bits(), class: RecordClass(4), period: 2019 };
    let content = |line: &[u8]| match line {
        ERASED => PartContent::Erased,
        bytes => PartContent::Present(Zeroizing::new(bytes.to_vec())),
    };
    let parts = lines.take(MOST_PARTS).map(|line| OpenedPart { key, content: content(line) }).collect();
    Some(OpenedEvent {
        position: Position(7),
        stream: StreamId { kind: stream, id: PUPIL.bits() },
        version: 3,
        event_id: [0xE0; 16],
        commit: CommitId(command_id(1).bits()),
        kind: kind.to_owned(),
        form,
        recorded_micros: noon("2019-09-04").timestamp_micros(),
        open,
        parts,
    })
}

fn reads_the_same_when_written_again(event: &OpenedEvent, recorded: &Recorded) {
    // Of an event that has been erased nothing is left that could be written.
    let Body::Known(body) = &recorded.body else { return };
    let occurred = recorded.occurred.expect("a known event has its time");
    let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event: body.clone() };
    let written = encode(&decided, recorded.actor, recorded.role).expect("what was read can be written");
    let again = decode(&opened_like(event, written)).expect("what was written can be read");
    assert_eq!(again, *recorded, "written and read again it means something else");
}

/// What the log gives back for the event, with the same parts erased as before.
fn opened_like(event: &OpenedEvent, written: NewEvent) -> OpenedEvent {
    let was_erased = |at: usize| event.parts.get(at).is_some_and(|part| matches!(part.content, PartContent::Erased));
    let parts = written.parts.into_iter().enumerate().map(|(at, part)| OpenedPart {
        key: part.key,
        content: if was_erased(at) { PartContent::Erased } else { PartContent::Present(part.plain) },
    });
    OpenedEvent {
        position: event.position,
        stream: written.stream,
        version: event.version,
        event_id: written.event_id,
        commit: event.commit,
        kind: written.kind,
        form: written.form,
        recorded_micros: event.recorded_micros,
        open: written.open,
        parts: parts.collect(),
    }
}

/// After a story and alone: what follows is worked out, or refused, and then nothing has changed.
fn follows_from_a_story(recorded: &Recorded) {
    static STORY: OnceLock<Projections> = OnceLock::new();
    let story = STORY.get_or_init(|| given(a_pupil_with_a_mentor()).story.known);
    for before in [story, &Projections::default()] {
        let next = Recorded {
            position: before.position + 1,
            version: before.world.version(recorded.stream) + 1,
            ..recorded.clone()
        };
        let mut after = before.clone();
        if after.apply(&next).is_err() {
            assert_eq!(after, *before, "refused, and yet something changed");
        }
    }
}
