//! Upgrading old stored forms, one version at a time.
//!
//! To add version 2 of a form: add the new struct beside the old one, write the new one in `encode`, read it in `decode`,
//! add a step from 1 here, and commit new examples beside the old ones. A step works on the JSON of the open content and of
//! the parts. Erased parts are `None` and stay so, and what is sealed is never moved into the open.

use std::borrow::Cow;

use domain::event::EventKind;
use domain::words::TimeCategories;
use serde_json::{Value, json};
use storage::{OpenedEvent, PartContent};

use super::form as newest_of;
use super::forms::case_words::TimeCategoryName;

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

/// Every step.
pub(super) const STEPS: &[Step] = &[
    // A description that named no tasks is taken to mean what a mentor's are everywhere: all but standing in for others.
    Step {
        kind: EventKind::MissionAdopted,
        from: 1,
        upgrade: |mut contents| {
            let usual: Vec<_> = TimeCategories::usual().iter().map(TimeCategoryName::from).collect();
            set(contents.open.get_mut("body"), "within", json!(usual));
            contents
        },
    },
    // Whoever recorded a delegation delegated it; the program's own set-up is nobody.
    Step {
        kind: EventKind::DecisionDelegated,
        from: 1,
        upgrade: |mut contents| {
            let by =
                contents.open.get("actor").filter(|actor| actor.as_str() != Some("setup")).cloned().unwrap_or_default();
            set(contents.open.get_mut("body"), "by", by);
            contents
        },
    },
    // No policy named a step, and at every school the third was taken to be the inquiry.
    Step {
        kind: EventKind::LadderPolicyAdopted,
        from: 1,
        upgrade: |mut contents| {
            set(contents.open.get_mut("body"), "inquiry", json!(3));
            contents
        },
    },
    // Only pupils' records were held.
    Step { kind: EventKind::LegalHoldPlaced, from: 1, upgrade: of_a_subject },
    Step { kind: EventKind::LegalHoldLifted, from: 1, upgrade: of_a_subject },
    // Only pupils' records were erased by themselves.
    Step { kind: EventKind::ErasureBegun, from: 1, upgrade: of_a_subject },
    // Who approved it stood beside it only, in a trace.
    Step { kind: EventKind::ErasureBegun, from: 2, upgrade: |contents| contents },
    Step { kind: EventKind::ErasureCarriedOut, from: 1, upgrade: of_a_subject },
    Step { kind: EventKind::TimeLogged, from: 1, upgrade: |contents| sealed(contents, &[("sampled", json!(false))]) },
    // For the pupils of which school was not said.
    Step { kind: EventKind::StandingDeputyNamed, from: 1, upgrade: |contents| contents },
    // There were no committees: what was granted then names none.
    Step { kind: EventKind::RoleGranted, from: 1, upgrade: |contents| contents },
    Step { kind: EventKind::RoleWithdrawn, from: 1, upgrade: |contents| contents },
    // Nothing was said of where a pupil went on, nor of how one lives.
    Step { kind: EventKind::PupilLeft, from: 1, upgrade: |contents| contents },
    Step { kind: EventKind::GuardianLinked, from: 1, upgrade: |contents| contents },
    // There was one team to refer to, and to meet.
    Step {
        kind: EventKind::ReferralOpened,
        from: 1,
        upgrade: |contents| sealed(contents, &[("team", json!("health"))]),
    },
    Step {
        kind: EventKind::HealthTeamMet,
        from: 1,
        upgrade: |contents| sealed(contents, &[("team", json!("health"))]),
    },
    Step {
        kind: EventKind::HarassmentReported,
        from: 1,
        upgrade: |contents| sealed(contents, &[("report", Value::Null)]),
    },
    Step {
        kind: EventKind::ObligationMetElsewhere,
        from: 1,
        upgrade: |contents| sealed(contents, &[("obligation", json!("other")), ("system", Value::Null)]),
    },
];

/// Whose records: a pupil was said, and is a subject.
fn of_a_subject(mut contents: Contents) -> Contents {
    if let Some(body) = contents.open.get_mut("body").and_then(Value::as_object_mut)
        && let Some(pupil) = body.remove("pupil")
    {
        body.insert("subject".to_owned(), pupil);
    }
    contents
}

/// Adds to the body in the first sealed part, unless it has been erased.
fn sealed(mut contents: Contents, fields: &[(&str, Value)]) -> Contents {
    for (name, value) in fields {
        let part = contents.parts.first_mut().and_then(Option::as_mut);
        set(part.and_then(|part| part.get_mut("body")), name, value.clone());
    }
    contents
}

/// Adds a field, unless the form has it already.
fn set(body: Option<&mut Value>, name: &str, value: Value) {
    if let Some(body) = body.and_then(Value::as_object_mut) {
        body.entry(name).or_insert(value);
    }
}

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
    let newest = newest_of(kind);
    if event.form == newest {
        let parts = parts.map(|part| part.map(Cow::Borrowed)).collect();
        return Some(Newest { open: Cow::Borrowed(&event.open), parts });
    }
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    let parts =
        parts.map(|part| part.map_or(Some(None), |bytes| parse(bytes).map(Some))).collect::<Option<Vec<_>>>()?;
    let mut contents = Contents { open: parse(&event.open)?, parts };
    let mut form = event.form;
    while form != newest {
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
        assert!(newest(&event(2), EventKind::GuardianContacted, STEPS).is_none());
    }
}
