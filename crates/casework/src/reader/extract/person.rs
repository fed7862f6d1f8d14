//! Everything about somebody who is no pupil (registerutdrag, article 15 of the GDPR): a guardian, or a member of staff. A draft,
//! made by the program for whoever answers for the records, and reviewed for secrecy before it is handed out.

use domain::Projections;
use domain::access::restricted;
use domain::actor::Actor;
use domain::event::work_rules::safeguards_from_guardian;
use domain::event::{Event, EventKind, GuardianEvent};
use domain::id::{EnrolmentId, SchoolId};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::refusal::{Code, Refusal};
use domain::retention::Subject;
use domain::words::SchoolCode;
use serde_json::{Map, Value};
use storage::{OpenedEvent, PartContent, Position, TraceNumber};

use super::around::OF_A_MESSAGE;
use super::{internal, without_others};
use crate::answer::{AboutPerson, PersonEntry};
use crate::service::Casework;
use crate::stored::decode;
use crate::stored::entered::entered;
use crate::traces::TraceV1;

/// Records that are read at a time.
const BATCH: usize = 1_000;
/// Why a message was not sent is said for a pupil's sake: it is none of the guardian's.
const OF_A_PUPIL: &str = "reason";

impl Casework {
    /// Everything that is on record about a guardian or a member of staff, in the order of the log: what is theirs, and what is
    /// said of them elsewhere, without other persons. What a note says is not in it, and what stands in a restricted part of a
    /// pupil's case is named and held back: both are reviewed there. Of what a member of staff recorded of others and read, how
    /// often. That it is made is on record first.
    pub async fn about_person(&self, subject: Subject) -> Result<AboutPerson, Refusal> {
        if matches!(subject, Subject::Pupil(_)) {
            return Err(Refusal::at(Code::InvalidInput, "subject"));
        }
        self.record_extract(subject).await?;
        let known = self.projections();
        let mut about = AboutPerson::default();
        let mut after = Position(0);
        loop {
            let events = self.log.read_all(after, BATCH).await.map_err(internal)?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for event in &events {
                let recorded = decode(event).map_err(internal)?;
                take_in(&mut about, (event, &recorded), subject, &known);
            }
        }
        let mut after = TraceNumber(0);
        loop {
            let traces = self.log.read_traces(after, BATCH).await.map_err(internal)?;
            let Some(last) = traces.last() else { break };
            after = last.number;
            for trace in &traces {
                // What a later version wrote is not understood, and says nothing.
                let Ok(open) = serde_json::from_slice::<TraceV1>(&trace.open) else { continue };
                if is_by(open.actor.try_into().ok(), subject) {
                    *about.read.entry(open.operation).or_default() += 1;
                }
            }
        }
        Ok(about)
    }
}

fn is_by(actor: Option<Actor>, subject: Subject) -> bool {
    matches!((actor, subject), (Some(Actor::Staff(by)), Subject::Staff(staff)) if by == staff)
}

fn take_in(
    about: &mut AboutPerson,
    (event, recorded): (&OpenedEvent, &Recorded),
    subject: Subject,
    known: &Projections,
) {
    let own = match subject {
        Subject::Guardian(guardian) => recorded.stream == StreamRef::Guardian(guardian),
        Subject::Staff(staff) => recorded.stream == StreamRef::Staff(staff),
        Subject::Pupil(_) => false,
    };
    if is_by(Some(recorded.actor), subject) && !own {
        *about.recorded.entry(recorded.body.kind().name()).or_default() += 1;
    }
    let bodies = bodies(event);
    let id = subject.to_string();
    if own || bodies.iter().any(|body| body.values().any(|value| names(value, &id))) {
        about.entries.push(entry(recorded, &bodies, own, known));
    }
}

/// What is said: in the open, and in the first sealed part. What follows that is a note, or a name that is the pupil's.
fn bodies(event: &OpenedEvent) -> Vec<Map<String, Value>> {
    let part = event.parts.first().and_then(|part| match &part.content {
        PartContent::Present(bytes) => Some(bytes.as_slice()),
        PartContent::Erased => None,
    });
    let said = std::iter::once(event.open.as_slice()).chain(part);
    let body = |bytes: &[u8]| match serde_json::from_slice::<Value>(bytes).ok()?.get("body")? {
        Value::Object(body) => Some(body.clone()),
        _ => None,
    };
    said.filter_map(body).collect()
}

fn names(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| names(item, id)),
        Value::Object(fields) => fields.values().any(|field| names(field, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn entry(recorded: &Recorded, bodies: &[Map<String, Value>], own: bool, known: &Projections) -> PersonEntry {
    let kind = recorded.body.kind();
    let of_case = matches!(recorded.stream, StreamRef::Pupil(_));
    let held_back =
        of_case && (restricted(kind) || kind == EventKind::ConcernReported || safeguards_from_guardian(kind));
    let entered = entered(kind);
    let mut content: Map<String, Value> = bodies.iter().flat_map(|body| without_others(body, &entered)).collect();
    if held_back {
        content.clear();
    }
    if let Body::Known(Event::Guardian(GuardianEvent::Digest(matter))) = &recorded.body
        && matter.message().is_some()
    {
        content.retain(|name, _| OF_A_MESSAGE.contains(&name.as_str()) && name != OF_A_PUPIL);
    }
    PersonEntry {
        kind,
        occurred: recorded.occurred,
        recorded: recorded.recorded,
        role: recorded.role,
        own,
        school: school(recorded, bodies, known),
        erased: matches!(recorded.body, Body::Erased(_)),
        content,
        held_back,
    }
}

/// The school in whose case it stands, or where it was settled.
fn school(recorded: &Recorded, bodies: &[Map<String, Value>], known: &Projections) -> Option<SchoolCode> {
    let school: SchoolId = match recorded.stream {
        StreamRef::School(school) => school,
        StreamRef::Pupil(pupil) => {
            let of = |body: &Map<String, Value>| body.get("enrolment")?.as_str()?.parse::<EnrolmentId>().ok();
            let of = bodies.iter().find_map(of)?;
            known.world.case(pupil)?.enrolment(of)?.school
        }
        StreamRef::Staff(_) | StreamRef::Guardian(_) => return None,
    };
    known.world.school(school).map(|unit| unit.details.code.clone())
}
