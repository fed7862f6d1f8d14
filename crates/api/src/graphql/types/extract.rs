//! An extract for the person: a document to read, the same as JSON, and a list for whoever reviews it.

use std::collections::BTreeSet;

use async_graphql::{Enum, ID, SimpleObject};
use casework::{Review, answer};
use chrono::{DateTime, Utc};
use domain::id::EventId;
use domain::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::shown_note;
use super::words::EventKind;
use crate::graphql::document;

/// Why something is not in an extract. What goes on from an entry that is held back whole, such as a correction (rättelse), is held back
/// for the same reason.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "answer::HeldBack")]
pub(crate) enum HeldBack {
    /// A report of concern (orosanmälan) never enters by itself.
    ConcernReport,
    /// A restricted note (skyddad anteckning), and the note of why somebody is a guardian no longer, never enter by themselves; the
    /// rest of the entry stands.
    RestrictedNote,
    /// A contact ban (kontaktförbud), a guardian's protected identity, what is withheld from a guardian (12 kap. 3 § OSL), and
    /// whatever is about a guardian whose identity is protected, or was recorded while it was, never enter by themselves.
    GuardianSafeguard,
    /// The principal has decided so.
    ByReview,
}

/// One entry of an extract, for whoever reviews it.
#[derive(SimpleObject)]
pub(crate) struct ExtractEntry {
    /// The event's id: name it to hold it back or let it in.
    id: ID,
    /// What kind of event it is.
    kind: EventKind,
    /// When it happened; null when it has been erased.
    occurred_at: Option<DateTime<Utc>>,
    /// What is held back of it, and why; null: nothing.
    held_back: Option<HeldBack>,
    /// Whether text of it that somebody entered stands in the document: a note, where the pupil goes on, a reference, a system, a subject,
    /// a class, a programme, a decision or an item of the plan. Other persons may be named there, so read it. The pupil's own name,
    /// as it was enrolled and as it was put right, does not count.
    free_text: bool,
}

/// Everything about a pupil, for the person (registerutdrag, article 15 GDPR).
#[derive(SimpleObject)]
pub(crate) struct Extract {
    /// What is in it, oldest first.
    entries: Vec<ExtractEntry>,
    /// The document, in Swedish; a draft says so in its heading.
    document: String,
    /// The same, as JSON.
    json: String,
}

/// What the principal has decided about a draft.
pub(crate) fn review(hold_back: &[ID], let_in: &[ID]) -> Result<Review, Refusal> {
    let ids = |ids: &[ID], field| -> Result<BTreeSet<EventId>, Refusal> {
        ids.iter().map(|one| one.parse().map_err(|_| Refusal::at(Code::InvalidInput, field))).collect()
    };
    Ok(Review { hold_back: ids(hold_back, "holdBack")?, let_in: ids(let_in, "letIn")? })
}

impl Extract {
    pub(crate) fn new(extract: &answer::Extract, reviewed: bool) -> Self {
        let entries = extract.entries.iter().map(|entry| ExtractEntry {
            id: entry.id.to_string().into(),
            kind: entry.kind.into(),
            occurred_at: entry.occurred,
            held_back: entry.held_back.map(Into::into),
            free_text: entry.has_free_text(),
        });
        Self { entries: entries.collect(), document: document::text(extract, reviewed), json: json(extract, reviewed) }
    }
}

fn json(extract: &answer::Extract, reviewed: bool) -> String {
    let entries: Vec<Value> = extract.entries.iter().filter(|entry| document::is_in(entry)).map(entry).collect();
    let readings: Vec<Value> = extract
        .readings
        .iter()
        .map(|reading| {
            let how = super::reading::how(reading.how);
            json!({ "at": reading.at, "roles": roles(&reading.roles), "operation": reading.operation, "how": how })
        })
        .collect();
    let whole = json!({
        "draft": !reviewed,
        "made": extract.day,
        "pupil": {
            "name": extract.pupil.name.as_ref().map(super::shown),
            "class": extract.pupil.placement.class.as_str(),
            "grade": extract.pupil.placement.grade.number(),
        },
        "school": extract.school.as_ref().map(domain::words::Name::as_str),
        "entries": entries,
        "elsewhere": extract.elsewhere.iter().map(domain::words::Name::as_str).collect::<Vec<_>>(),
        "readings": readings,
    });
    format!("{whole:#}")
}

fn roles(roles: &[domain::actor::Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

fn entry(entry: &answer::ExtractEntry) -> Value {
    json!({
        "kind": entry.kind.name(),
        "occurred": entry.occurred,
        "recorded": entry.recorded,
        "role": entry.role.map(domain::actor::Role::name),
        "corrected": entry.corrected,
        "rightDay": entry.right_day,
        "erased": entry.erased,
        "content": entry.content,
        "note": entry.note.as_ref().map(shown_note),
    })
}
