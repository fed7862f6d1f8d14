//! Everything about a pupil, for the person (registerutdrag, article 15 of the GDPR): a draft, which the principal reviews for
//! secrecy before it is handed out. Other persons are not in it but by their role.

mod around;
mod person;
mod protected;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{View, restricted};
use domain::event::work_rules::safeguards_from_guardian;
use domain::event::{Event, EventKind};
use domain::id::{EventId, PupilId, SchoolId};
use domain::personal::Personal;
use domain::recorded::{Body, Recorded};
use domain::refusal::{Code, Refusal};
use domain::state::{CaseFacts, Enrolment, PupilCase};
use domain::words::{Name, Note};
use serde_json::{Map, Value};
use storage::{OpenedEvent, PartContent};

use self::protected::Protections;
use super::cases::pupil_card;
use super::ledger::Of;
use super::timeline::Told;
use super::{Reader, Seen};
use crate::answer::{Extract, ExtractEntry, HeldBack, PupilCard, ReadHow};
use crate::stored::classes::SAFETY;
use crate::stored::decode;
use crate::stored::entered::entered;

/// What the principal has decided about a draft.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Review {
    /// Entries that are not handed out.
    pub hold_back: BTreeSet<EventId>,
    /// Entries that are handed out whole, though they never enter by themselves.
    pub let_in: BTreeSet<EventId>,
}

fn internal<E: std::error::Error>(why: E) -> Refusal {
    tracing::error!(code = "internal", %why, "an extract could not be made");
    Refusal::new(Code::Internal)
}

impl Reader {
    /// Everything about a pupil at the school that the pupil goes to. `None`: no such pupil, or not the one who answers for the
    /// pupil.
    pub async fn extract(&self, pupil: PupilId, review: &Review) -> Result<Option<Seen<Extract>>, Refusal> {
        let Some(school) = self.present_school(pupil) else {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        };
        self.extract_at((pupil, school), review).await
    }

    /// Everything that a school which the pupil goes to or went to has on record, in every enrolment there, and what was handed on
    /// to them, oldest first; corrections and what was corrected too; messages to guardians about the pupil; legal holds and
    /// erasures; and who has read it. Nothing that came after the pupil had left. `None`: no such pupil there, or not the one who
    /// answers for the pupil, or did.
    pub async fn extract_at(
        &self,
        (pupil, school): (PupilId, SchoolId),
        review: &Review,
    ) -> Result<Option<Seen<Extract>>, Refusal> {
        let Some((case, of)) = self.records(pupil, school) else { return Ok(None) };
        self.ledger.extract_of(of);
        let now = self.now();
        let here: Vec<&Enrolment> = case.enrolments_at(school).collect();
        let card = case.latest_at(school).and_then(|enrolment| self.card_at((pupil, case), enrolment));
        let Some(card) = card else { return Ok(None) };
        let mut places = Vec::new();
        for enrolment in &here {
            places.extend(self.places(pupil, enrolment.id, View::ALL, (now, Told::History)));
            places.extend(self.handed_on((pupil, case), enrolment.id, now).await?);
        }
        // In the order recorded: what goes on from another entry comes behind it.
        places.sort_unstable_by_key(|entry| entry.key.position);
        places.dedup_by_key(|entry| entry.key);
        let protections = self.protections(pupil, case).await?;
        let mut entries = Vec::with_capacity(places.len());
        let mut held = HeldWhole::new();
        for event in &self.read(&places).await? {
            let corrected = self.view.timeline.corrected(pupil, event.position.0, now.known).is_some();
            let entry = self.extracted((of, event), corrected, (review, &protections), &held)?;
            held.extend(entry.held_whole().map(|why| (entry.id, why)));
            entries.push(entry);
        }
        let known = known_at(case, school);
        entries.extend(self.around((pupil, case), (school, &known), (review, &protections)).await?);
        entries.sort_by_key(|entry| (entry.occurred.unwrap_or(entry.recorded), entry.position));
        let readings = self.readings_here((pupil, case), school).await?;
        let name = self.school_card(school, now).map(|school| school.name);
        let shown = readings.into_iter().map(|(_, reading)| reading).filter(|reading| reading.how != ReadHow::Refused);
        let readings = shown.collect();
        let elsewhere = self.elsewhere(school, &known);
        Ok(Some(Seen(Extract { pupil: card, school: name, day: self.today, entries, elsewhere, readings })))
    }

    /// The pupil as the school knows them, or knew: by the name that it enrolled or put right, and where they were placed last.
    fn card_at(&self, (pupil, case): (PupilId, &PupilCase), enrolment: &Enrolment) -> Option<PupilCard> {
        if enrolment.id == case.latest.id {
            return pupil_card(pupil, case, self.now());
        }
        let (_, placement) = enrolment.placements.last().cloned()?;
        let (name, school, at) = (enrolment.name.present().cloned(), enrolment.school, self.now());
        Some(PupilCard { id: pupil, name, enrolment: enrolment.id, school, placement, protected: false, at })
    }

    /// Other schools under the same committee: another committee answers for its own, and is asked by itself.
    fn elsewhere(&self, school: SchoolId, known: &[&Enrolment]) -> Vec<Name> {
        let mut others: Vec<SchoolId> = known.iter().map(|earlier| earlier.school).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|other| *other != school && self.view.world.same_committee(*other, school));
        others.iter().filter_map(|other| Some(self.view.world.school(*other)?.details.name.clone())).collect()
    }

    fn extracted(
        &self,
        (of, event): (Of, &OpenedEvent),
        corrected: bool,
        (review, protections): (&Review, &Protections),
        held: &HeldWhole,
    ) -> Result<ExtractEntry, Refusal> {
        let mut recorded = decode(event).map_err(internal)?;
        let (id, position) = (recorded.id, recorded.position);
        let right_day = self.put_days_right((of.0, self.now(), Told::History), &mut recorded.body);
        // What counts no longer has no right day: there was no such leaving, or no such enrolment.
        let right_day = right_day.filter(|_| !corrected);
        let mut entry = ExtractEntry {
            id,
            position,
            occurred: recorded.occurred,
            recorded: recorded.recorded,
            role: recorded.role,
            corrected,
            right_day,
            kind: recorded.body.kind(),
            erased: matches!(recorded.body, Body::Erased(_)),
            entered: entered(recorded.body.kind()),
            content: Map::new(),
            note: None,
            held_back: None,
        };
        let form = body(event)?;
        let let_in = review.let_in.contains(&id);
        if review.hold_back.contains(&id) {
            entry.held_back = Some(HeldBack::ByReview);
        } else if entry.kind == EventKind::ConcernReported && !let_in {
            entry.held_back = Some(HeldBack::ConcernReport);
        } else if self.safeguards(&recorded, protections) && !let_in {
            entry.held_back = Some(HeldBack::GuardianSafeguard);
        } else if let Some(why) = held_with((event, &recorded), &form, held, review) {
            entry.held_back = Some(why);
        } else if let Body::Known(mut known) = recorded.body {
            entry.content = without_others(&form, &entry.entered);
            entry.content.extend(names(&known));
            entry.note = self.extracted_note(&mut known, (of, id), let_in, &mut entry.held_back);
        }
        Ok(entry)
    }

    /// Whether it says how somebody is safeguarded from a guardian, or a guardian from somebody; and whatever is about a guardian
    /// whose identity is protected, or was recorded while it was.
    fn safeguards(&self, recorded: &Recorded, protections: &Protections) -> bool {
        let about = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event.guardian(),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Body::Erased(_) => None,
        };
        let protected = about.is_some_and(|guardian| {
            self.view.world.guardian_protected(guardian) || protections.cover(guardian, recorded)
        });
        protected || safeguards_from_guardian(recorded.body.kind())
    }

    fn extracted_note(
        &self,
        event: &mut Event,
        (of, id): (Of, EventId),
        let_in: bool,
        held_back: &mut Option<HeldBack>,
    ) -> Option<Personal<Note>> {
        let kind = event.kind();
        let note = event.take_note()?;
        // Why somebody is a guardian no longer is about them, and who reads the extract may be the other one.
        if !restricted(kind) && (let_in || kind != EventKind::GuardianUnlinked) {
            return Some(note);
        }
        if let_in {
            self.ledger.open_of(of, id);
            return Some(note);
        }
        *held_back = Some(HeldBack::RestrictedNote);
        None
    }
}

/// The enrolments that a school may know of, oldest first: those up to its latest. Where the pupil went then is not told.
fn known_at(case: &CaseFacts, school: SchoolId) -> Vec<&Enrolment> {
    let latest = case.latest_at(school).map_or(0, |enrolment| enrolment.recorded);
    let mut known: Vec<&Enrolment> = case.enrolments().filter(|enrolment| enrolment.recorded <= latest).collect();
    known.sort_unstable_by_key(|enrolment| enrolment.recorded);
    known
}

/// What the event's stored form says.
fn body(event: &OpenedEvent) -> Result<Map<String, Value>, Refusal> {
    let Some(part) = event.parts.first() else { return Ok(Map::new()) };
    let PartContent::Present(bytes) = &part.content else { return Ok(Map::new()) };
    let form: Value = serde_json::from_slice(bytes).map_err(internal)?;
    Ok(form.get("body").and_then(Value::as_object).cloned().unwrap_or_default())
}

/// How the pupil's name was spelled: it is sealed apart from the rest, and is the person's own.
fn names(event: &Event) -> impl Iterator<Item = (String, Value)> {
    let (name, instead_of) = match event {
        Event::Pupil(event) => (event.name(), event.earlier_name()),
        Event::School(_) | Event::Staff(_) | Event::Guardian(_) => (None, None),
    };
    let named = [("name", name), ("insteadOf", instead_of)].into_iter();
    named.filter_map(|(field, name)| Some((field.to_owned(), Value::from(name?.reveal().as_str()))))
}

/// What only says of another entry that something became of it: it says nothing where that is not told.
const ONLY_POINT: [EventKind; 3] = [EventKind::EntryCorrected, EventKind::DecisionExported, EventKind::EntryHandedOn];
/// Where an event names the one that it goes on from.
const GOES_ON_FROM: [&str; 2] = ["of", "report"];

/// The entries of a case that are not told at all, and why.
type HeldWhole = BTreeMap<EventId, HeldBack>;

/// Why an entry is not told since the one that it goes on from is not: it would tell that this is there. What only points at it comes and
/// goes with it; what says something by itself is let in by itself.
fn held_with(
    (event, recorded): (&OpenedEvent, &Recorded),
    form: &Map<String, Value>,
    held: &HeldWhole,
    review: &Review,
) -> Option<HeldBack> {
    let kind = recorded.body.kind();
    let let_in = review.let_in.contains(&recorded.id);
    if matches!(recorded.body, Body::Erased(EventKind::EntryCorrected)) {
        // Of what it was a correction is erased too: it may have been of a report of concern.
        let safety = event.parts.first().is_some_and(|part| part.key.class == SAFETY);
        return (safety && !let_in).then_some(HeldBack::ConcernReport);
    }
    let mut named = GOES_ON_FROM.iter().filter_map(|field| form.get(*field)?.as_str()?.parse::<EventId>().ok());
    let why = named.find_map(|of| held.get(&of)).copied();
    why.filter(|_| ONLY_POINT.contains(&kind) || !let_in)
}

/// Names of others and references of a program's.
const LEFT_OUT: [&str; 9] = ["enrolment", "assignment", "of", "position", "author", "kind", "to", "letIn", "heldBack"];
/// How ids of people and things begin.
const IDS: [&str; 7] = ["staff_", "guardian_", "assignment_", "enrolment_", "school_", "pupil_", "event_"];

/// What a stored form says without other persons and without what only a program reads. What somebody entered stands as it was entered.
fn without_others(body: &Map<String, Value>, entered: &BTreeSet<String>) -> Map<String, Value> {
    let told = |name: &str, value: &Value| {
        let text = entered.contains(name) && value.is_string();
        text || !is_id(value) && (!LEFT_OUT.contains(&name) || value.is_object())
    };
    let kept = body.iter().filter(|(name, value)| !value.is_null() && told(name, value));
    kept.map(|(name, value)| (name.clone(), plain(value, entered))).collect()
}

fn plain(value: &Value, entered: &BTreeSet<String>) -> Value {
    match value {
        Value::Object(inner) => Value::Object(without_others(inner, entered)),
        Value::Array(items) => items.iter().filter(|item| !is_id(item)).map(|item| plain(item, entered)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Of what nobody entered.
fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| IDS.iter().any(|prefix| text.starts_with(prefix)))
}
