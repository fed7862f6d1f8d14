//! The one access decision, walked: every field of every type that can be answered with, every mutation and every kind of
//! work and matter, asked as everybody of a service in which something of every kind has happened.
//!
//! What comes out must be what `schema/access.md` says: a field that is not in the table, and a cell that has become
//! another, fail. Read the table before you change it: `MENTORLOG_WRITE_ACCESS=1 cargo test -p api --all-features --test
//! access` writes it anew.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod everybody;
mod rows;
mod schema;

use std::fmt::Write;

use domain::access::restricted;
use domain::event::EventKind;
use domain::id::StaffId;
use serde_json::Value;

use domain::spec::cast::{MENTOR, PRINCIPAL, PUPIL};

use everybody::{EVERYBODY, GONE, Service};
use schema::Schema;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/access.md");

/// Whether there is anything in an answer's data besides what leads to it.
fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(holds_something),
        Value::Object(fields) => fields.values().any(holds_something),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

async fn sees(service: &Service, staff: StaffId, query: &str) -> bool {
    let answer = service.ask(staff, query).await;
    let codes = answer["errors"].as_array().into_iter().flatten().map(|error| &error["extensions"]["code"]);
    for code in codes {
        assert!(code != "bad_request" && code != "too_complex" && code != "internal", "{query}: {answer}");
    }
    holds_something(&answer["data"])
}

/// Whether a command was let through: it was carried out, or refused for another reason than who asked.
async fn may(service: &Service, staff: StaffId, query: &str) -> (bool, bool) {
    let answer = service.ask(staff, query).await;
    assert!(answer["errors"].is_null(), "{query}: {answer}");
    let payload = &answer["data"].as_object().unwrap().values().next().unwrap();
    let refused =
        |code: &str| payload["userErrors"].as_array().into_iter().flatten().any(|error| error["code"] == code);
    (!refused("not_found") && !refused("not_allowed"), !payload["receipt"].is_null())
}

fn row(table: &mut String, name: &str, cells: [bool; EVERYBODY.len()]) {
    let marks: Vec<&str> = cells.iter().map(|cell| if *cell { "●" } else { "·" }).collect();
    writeln!(table, "| {name} | {} |", marks.join(" | ")).unwrap();
}

fn head(table: &mut String, what: &str) {
    let names: Vec<&str> = EVERYBODY.iter().map(|(name, _, _)| *name).collect();
    writeln!(table, "| {what} | {} |\n| --- |{}", names.join(" | "), " :-: |".repeat(EVERYBODY.len())).unwrap();
}

/// Fields that hold nothing in the example for anybody: what they tell has not happened there, or cannot together with the
/// rest.
const EMPTY_HERE: &[&str] = &[
    "AbsenceChange.",
    "AbsencePoints.",
    "GroupChange.",
    "School.absenceChange",
    "AbsenceEvidence.leftOut",
    "Past.knownOn",
    "PupilLeft.",
    // Told in the list of pupils whom nobody has: tests/schools/covering.rs.
    "CaseloadEntry.uncovered",
    // Either something would be sent, or there is a reason why not.
    "DigestPreview.notSent",
];

/// Notes that open by an act of their own, and stand in no answer to a question.
fn is_restricted(name: &str) -> bool {
    name.strip_suffix(".note")
        .is_some_and(|kind| EventKind::ALL.iter().any(|known| restricted(*known) && format!("{known:?}") == kind))
}

/// Kinds that have no note in the example.
const WITHOUT_NOTE: &[&str] = &["ConcernReported.note", "GuardianContacted.note"];

async fn walk_fields(schema: &Schema, table: &mut String) {
    let service = Service::start().await;
    writeln!(table, "\n## Fields\n").unwrap();
    head(table, "field");
    let mut empty = Vec::new();
    for (of, (before, after)) in schema.ways() {
        for field in schema.fields(&of) {
            let name = format!("{of}.{}", field.name.node);
            let asked = schema.asked(field, "");
            let query = format!("{before}{asked}{after}");
            let mut cells = [false; EVERYBODY.len()];
            for (cell, (_, staff, _)) in cells.iter_mut().zip(EVERYBODY) {
                *cell = sees(&service, staff, &query).await;
            }
            let excused = EMPTY_HERE.iter().any(|start| name.starts_with(start))
                || WITHOUT_NOTE.contains(&name.as_str())
                || is_restricted(&name);
            if cells.iter().all(|cell| !cell) && !excused {
                empty.push(name.clone());
            }
            assert!(!is_restricted(&name) || cells.iter().all(|cell| !cell), "{name} is restricted");
            row(table, &name, cells);
        }
    }
    assert_eq!(empty, Vec::<String>::new(), "nobody sees anything there: let it happen in the example");
}

async fn walk_subscriptions(schema: &Schema, table: &mut String) {
    let service = Service::start().await;
    writeln!(table, "\n## Subscriptions\n").unwrap();
    head(table, "subscription");
    for field in schema.fields("Subscription") {
        let asked = schema.asked(field, "");
        let asked = if field.name.node == "pupilTimeline" { asked.replacen(')', " after:\"0\")", 1) } else { asked };
        let query = format!("subscription{{{asked}}}");
        let mut cells = [false; EVERYBODY.len()];
        for (cell, (_, staff, _)) in cells.iter_mut().zip(EVERYBODY) {
            *cell = holds_something(&service.ask(staff, &query).await["data"]);
        }
        row(table, field.name.node.as_str(), cells);
    }
}

/// What a mutation is given as somebody asks it: in an emergency one acts oneself, and what is handed on is of a case that
/// was left.
fn given(choice: &str, input: &str, staff: StaffId) -> String {
    match choice {
        "emergencyAccessTaken" => input.replace(&MENTOR.to_string(), &staff.to_string()),
        "entryHandedOn" => input.replace(&PUPIL.to_string(), &GONE.to_string()),
        _ => input.to_owned(),
    }
}

async fn walk_mutations(schema: &Schema, table: &mut String) {
    writeln!(table, "\n## Mutations\n").unwrap();
    head(table, "mutation");
    for field in schema.fields("Mutation") {
        let Some(input) = field.arguments.iter().find(|argument| argument.node.name.node == "input") else {
            assert_eq!(field.name.node, "openNote", "how is it walked?");
            row(table, "openNote", opens_a_note().await);
            continue;
        };
        let mut choices = schema.choices(&input.node);
        if choices.is_empty() {
            choices.push(String::new());
        }
        for (variant, choice) in choices.iter().enumerate() {
            let values = schema.value(&input.node, variant);
            let mut cells = [false; EVERYBODY.len()];
            let mut service = Service::start().await;
            for (cell, (_, staff, _)) in cells.iter_mut().zip(EVERYBODY) {
                let input = given(choice, &values, staff);
                let query =
                    format!("mutation{{{}(input:{input}){{receipt{{position}} userErrors{{code}}}}}}", field.name.node);
                let carried_out;
                (*cell, carried_out) = may(&service, staff, &query).await;
                if carried_out {
                    service = Service::start().await;
                }
            }
            row(table, format!("{} {choice}", field.name.node).trim(), cells);
        }
    }
}

/// Who may open the note of a referral.
async fn opens_a_note() -> [bool; EVERYBODY.len()] {
    let service = Service::start().await;
    let timeline =
        format!("{{pupil(id:\"{PUPIL}\"){{timeline(first:100){{edges{{node{{position kind noteRestricted}}}}}}}}}}");
    let answer = service.ask(PRINCIPAL, &timeline).await;
    let edges = answer["data"]["pupil"]["timeline"]["edges"].as_array().unwrap().clone();
    let stub = |edge: &&Value| edge["node"]["kind"] == "REFERRAL_DECLINED" && edge["node"]["noteRestricted"] == true;
    let position = edges.iter().find(stub).unwrap()["node"]["position"].as_str().unwrap().to_owned();
    let query = format!("mutation{{openNote(pupilId:\"{PUPIL}\" position:\"{position}\")}}");
    let mut cells = [false; EVERYBODY.len()];
    for (cell, (_, staff, _)) in cells.iter_mut().zip(EVERYBODY) {
        *cell = sees(&service, staff, &query).await;
    }
    cells
}

#[tokio::test]
async fn everybody_sees_and_does_what_the_table_says_and_nothing_is_missing_from_it() {
    let schema = Schema::read();
    let mut table = String::from(
        "# Who sees and does what\n\nGenerated by `tests/access`, which walks every cell against a running service, and read by people before it is \
         committed: a field without its row here fails the tests.\n\n● is answered (a list perhaps with nothing in it), · is answered exactly as if it were not there. The pupil goes to class 7A, has a \
         mentor whose deputy stands in, and something of every kind has happened in the case. The health team has an open \
         referral, the safety team a report.\n",
    );
    walk_fields(&schema, &mut table).await;
    walk_subscriptions(&schema, &mut table).await;
    walk_mutations(&schema, &mut table).await;
    if std::env::var_os("MENTORLOG_WRITE_ACCESS").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let promised = std::fs::read_to_string(TABLE).unwrap_or_default();
    let differing: Vec<_> = table.lines().filter(|line| !promised.lines().any(|known| known == *line)).collect();
    assert_eq!(differing, Vec::<&str>::new(), "not as in schema/access.md");
    assert_eq!(table, promised, "schema/access.md holds what is no longer there");
}
