//! What is on record about a pupil outside the case itself: messages to guardians, legal holds and erasures.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::event::{DigestMatter, Event, GuardianEvent, SchoolEvent, SchoolMatter};
use domain::id::{PupilId, SchoolId};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::refusal::Refusal;
use domain::retention::Subject;
use domain::state::{CaseFacts, Enrolment};
use domain::words::NotSent;
use serde_json::{Map, Value};
use storage::{OpenedEvent, PartContent};

use super::protected::Protections;
use super::{Review, internal, without_others};
use crate::answer::{ExtractEntry, HeldBack};
use crate::reader::Reader;
use crate::stored::entered::entered;
use crate::stored::{decode, stream_id};

/// Events that are read at a time.
const BATCH: usize = 1_000;
/// What of a message is told: not who sends it, nor when the sender tries.
pub(super) const OF_A_MESSAGE: [&str; 6] = ["message", "period", "reason", "failure", "permanent", "content"];

impl Reader {
    /// Messages to the pupil's guardians, also to those who are none any longer, that told of the pupil, or would have, while the
    /// pupil went to this school; legal holds and erasures of the pupil's records.
    pub(super) async fn around(
        &self,
        (pupil, case): (PupilId, &CaseFacts),
        (school, known): (SchoolId, &[&Enrolment]),
        (review, protections): (&Review, &Protections),
    ) -> Result<Vec<ExtractEntry>, Refusal> {
        let mut entries = Vec::new();
        let guardians: BTreeSet<_> = case.guardians_ever().collect();
        for guardian in guardians {
            let mut messages = BTreeSet::new();
            let protected = self.view.world.guardian_protected(guardian);
            for event in self.stream(StreamRef::Guardian(guardian)).await? {
                let recorded = decode(&event).map_err(internal)?;
                let here = school_of(case, recorded.position) == school;
                if told_of(&recorded, pupil, &mut messages) && here {
                    let safeguard =
                        protected || protections.cover(guardian, &recorded) || tells_of_a_safeguard(&recorded, pupil);
                    entries.push(entry(&event, &recorded, safeguard, review));
                }
            }
        }
        let schools: BTreeSet<_> = known.iter().map(|enrolment| enrolment.school).collect();
        let own = |other: &SchoolId| self.view.world.same_committee(*other, school);
        for school in schools.into_iter().filter(own) {
            for event in self.stream(StreamRef::School(school)).await? {
                let recorded = decode(&event).map_err(internal)?;
                if is_about(&recorded, pupil) {
                    entries.push(entry(&event, &recorded, false, review));
                }
            }
        }
        Ok(entries)
    }

    async fn stream(&self, stream: StreamRef) -> Result<Vec<OpenedEvent>, Refusal> {
        let mut all: Vec<OpenedEvent> = Vec::new();
        loop {
            let after = all.last().map_or(0, |event| event.version);
            let more = self.casework.log.read_stream(stream_id(stream), after, BATCH).await.map_err(internal)?;
            if more.is_empty() {
                return Ok(all);
            }
            all.extend(more);
        }
    }
}

/// The school where the pupil was when something was recorded; of what was recorded before all of them, the first.
fn school_of(case: &CaseFacts, position: u64) -> SchoolId {
    let first = || case.enrolments().min_by_key(|enrolment| enrolment.recorded);
    case.recorded_in(position).or_else(first).unwrap_or(&case.latest).school
}

/// Whether it is a message that told of the pupil, or what became of one. Which they were is remembered.
fn told_of(recorded: &Recorded, pupil: PupilId, messages: &mut BTreeSet<(&'static str, NaiveDate)>) -> bool {
    let Body::Known(Event::Guardian(GuardianEvent::Digest(matter))) = &recorded.body else { return false };
    match matter {
        DigestMatter::DigestClaimed { message, period, pupils, left_out, .. } => {
            let about = pupils.contains(&pupil) || left_out.iter().any(|(left_out, _)| *left_out == pupil);
            // What became of one that says nothing of the pupil, for a safeguard's sake, is another's.
            if about && !tells_of_a_safeguard(recorded, pupil) {
                messages.insert((message.name(), *period));
            }
            about
        }
        DigestMatter::DigestRefused { left_out, .. } => left_out.iter().any(|(left_out, _)| *left_out == pupil),
        DigestMatter::DigestSent { message, period, .. }
        | DigestMatter::DigestFailed { message, period, .. }
        | DigestMatter::DigestGivenUp { message, period, .. }
        | DigestMatter::DigestBounced { message, period, .. }
        | DigestMatter::DigestAcknowledged { message, period, .. } => messages.contains(&(message.name(), *period)),
        DigestMatter::GuardianAddressSet { .. }
        | DigestMatter::GuardianAddressConfirmed { .. }
        | DigestMatter::DigestPreferenceSet { .. }
        | DigestMatter::DigestStopped { .. }
        | DigestMatter::DigestPrepared { .. }
        | DigestMatter::DigestPassedOver { .. } => false,
    }
}

/// Whether it is a hold or an erasure of the pupil's records.
fn is_about(recorded: &Recorded, of: PupilId) -> bool {
    let Body::Known(Event::School(SchoolEvent::Settled(matter))) = &recorded.body else { return false };
    matches!(matter,
        SchoolMatter::LegalHoldPlaced { subject, .. }
        | SchoolMatter::LegalHoldLifted { subject }
        | SchoolMatter::ErasureBegun { subject, .. }
        | SchoolMatter::ErasureCarriedOut { subject, .. }
            if *subject == Subject::Pupil(of))
}

/// Whether a message was not sent, or says nothing of the pupil, since somebody is safeguarded from a guardian, or a guardian from
/// somebody.
fn tells_of_a_safeguard(recorded: &Recorded, pupil: PupilId) -> bool {
    let Body::Known(Event::Guardian(GuardianEvent::Digest(matter))) = &recorded.body else { return false };
    let (reason, left_out) = match matter {
        DigestMatter::DigestRefused { reason, left_out, .. } => (Some(reason), left_out),
        DigestMatter::DigestClaimed { left_out, .. } => (None, left_out),
        _ => return false,
    };
    let of_pupil = left_out.iter().filter(|(left_out, _)| *left_out == pupil).map(|(_, why)| why);
    reason
        .into_iter()
        .chain(of_pupil)
        .any(|why| matches!(why, NotSent::ContactBanned | NotSent::IdentityProtected | NotSent::Withheld))
}

fn entry(event: &OpenedEvent, recorded: &Recorded, safeguard: bool, review: &Review) -> ExtractEntry {
    let held_back = if review.hold_back.contains(&recorded.id) {
        Some(HeldBack::ByReview)
    } else {
        (safeguard && !review.let_in.contains(&recorded.id)).then_some(HeldBack::GuardianSafeguard)
    };
    let entered = entered(recorded.body.kind());
    ExtractEntry {
        id: recorded.id,
        position: recorded.position,
        occurred: recorded.occurred,
        recorded: recorded.recorded,
        role: recorded.role,
        corrected: false,
        right_day: None,
        kind: recorded.body.kind(),
        erased: matches!(recorded.body, Body::Erased(_)),
        content: if held_back.is_some() { Map::new() } else { content(event, &entered) },
        entered,
        note: None,
        held_back,
    }
}

/// A message's stands in its sealed part, a school's in the open one.
fn content(event: &OpenedEvent, entered: &BTreeSet<String>) -> Map<String, Value> {
    let (bytes, message) = match event.parts.first().map(|part| &part.content) {
        Some(PartContent::Present(bytes)) => (bytes.as_slice(), true),
        Some(PartContent::Erased) => return Map::new(),
        None => (event.open.as_slice(), false),
    };
    let Ok(form) = serde_json::from_slice::<Value>(bytes) else { return Map::new() };
    let Some(body) = form.get("body").and_then(Value::as_object) else { return Map::new() };
    let mut content = without_others(body, entered);
    // A class of records is no class of pupils.
    if let Some(class) = content.remove("class") {
        content.insert("records".to_owned(), class);
    }
    content.retain(|name, _| !message || OF_A_MESSAGE.contains(&name.as_str()));
    content
}
