//! Upgrading old stored forms, one version at a time.
//!
//! To add version 2 of a form: add the new struct beside the old one, write the new one in `encode`, read it in `decode`,
//! add a step from 1 here, and commit new examples beside the old ones. A step works on the JSON of the open content and of
//! the parts. Erased parts are `None` and stay so, and what is sealed is never moved into the open.

use std::borrow::Cow;

use domain::event::EventKind;
use serde_json::Value;
use storage::{OpenedEvent, PartContent};

use super::FORM;

/// The contents of an event, as JSON: what a step takes and gives.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Contents {
    pub(super) open: Value,
    pub(super) parts: Vec<Option<Value>>,
}

/// One step: from one version of a kind's form to the next.
pub(super) struct Step {
    pub(super) kind: EventKind,
    pub(super) from: u16,
    pub(super) upgrade: fn(Contents) -> Contents,
}

/// Every step. None yet: every form is in its first version.
pub(super) const STEPS: &[Step] = &[];

/// An event's contents as bytes, in the newest form.
pub(super) struct Newest<'a> {
    pub(super) open: Cow<'a, [u8]>,
    pub(super) parts: Vec<Option<Cow<'a, [u8]>>>,
}

/// Brings an event's contents to the newest form. `None`: there is no way from its version, or it is not JSON.
pub(super) fn newest<'a>(event: &'a OpenedEvent, kind: EventKind, steps: &[Step]) -> Option<Newest<'a>> {
    let parts = event.parts.iter().map(|part| match &part.content {
        PartContent::Present(bytes) => Some(bytes.as_slice()),
        PartContent::Erased => None,
    });
    if event.form == FORM {
        let parts = parts.map(|part| part.map(Cow::Borrowed)).collect();
        return Some(Newest { open: Cow::Borrowed(&event.open), parts });
    }
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    let parts =
        parts.map(|part| part.map_or(Some(None), |bytes| parse(bytes).map(Some))).collect::<Option<Vec<_>>>()?;
    let mut contents = Contents { open: parse(&event.open)?, parts };
    let mut form = event.form;
    while form != FORM {
        let step = steps.iter().find(|step| step.kind == kind && step.from == form)?;
        contents = (step.upgrade)(contents);
        form = form.checked_add(1)?;
    }
    let write = |value: &Value| serde_json::to_vec(value).ok().map(Cow::Owned);
    let open = write(&contents.open)?;
    let parts = contents
        .parts
        .iter()
        .map(|part| part.as_ref().map_or(Some(None), |part| write(part).map(Some)))
        .collect::<Option<_>>()?;
    Some(Newest { open, parts })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use storage::{CommitId, KeyRef, OpenedPart, Position, RecordClass, StreamId};
    use zeroize::Zeroizing;

    use super::*;

    fn event(form: u16) -> OpenedEvent {
        let key = KeyRef { subject: [1; 16], class: RecordClass(4), period: 2019 };
        let present = PartContent::Present(Zeroizing::new(br#"{"old":1}"#.to_vec()));
        OpenedEvent {
            position: Position(1),
            stream: StreamId { kind: 3, id: [1; 16] },
            version: 1,
            event_id: [2; 16],
            commit: CommitId([3; 16]),
            kind: EventKind::GuardianContacted.name().to_owned(),
            form,
            recorded_micros: 0,
            open: br#"{"actor":"setup"}"#.to_vec(),
            parts: vec![OpenedPart { key, content: present }, OpenedPart { key, content: PartContent::Erased }],
        }
    }

    const MADE_UP: &[Step] = &[Step {
        kind: EventKind::GuardianContacted,
        from: 0,
        upgrade: |mut contents| {
            for part in contents.parts.iter_mut().flatten() {
                *part = json!({ "new": part.get("old").cloned() });
            }
            contents
        },
    }];

    #[test]
    fn an_older_form_is_brought_to_the_newest_and_what_is_erased_stays_erased() {
        let old = event(0);
        let newest = newest(&old, EventKind::GuardianContacted, MADE_UP).unwrap();
        assert_eq!(newest.parts[0].as_deref(), Some(br#"{"new":1}"#.as_slice()));
        assert!(newest.parts[1].is_none());
    }

    #[test]
    fn a_form_without_a_way_to_the_newest_is_refused() {
        assert!(newest(&event(0), EventKind::GuardianContacted, STEPS).is_none());
        assert!(newest(&event(FORM + 1), EventKind::GuardianContacted, STEPS).is_none());
    }
}
