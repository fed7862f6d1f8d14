//! The one access decision, walked: every field of every type that can be answered with, every mutation and every kind of
//! work and matter, asked as everybody of a service in which something of every kind has happened, over HTTP and over WebSocket,
//! by people who have signed in.
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

mod broken_disk;
mod doors;
mod echoes;
mod everybody;
mod guardians;
mod house;
mod races;
mod rows;
mod schema;
mod served;
mod strangers;
mod times;
mod traces;
mod ways;
#[path = "../support/well.rs"]
mod well;

use std::fmt::Write;

use domain::access::restricted;
use domain::event::EventKind;
use domain::id::{EventId, StaffId};
use serde_json::Value;

use domain::spec::cast::{GUARDIAN, MENTOR, PRINCIPAL, PUPIL};
use domain::spec::story_event;

use everybody::{ALONE, EVERYBODY, GONE, HIDDEN, UNREACHABLE, asked_of_teams, left_behind};
use guardians::walk_guardians;
use schema::Schema;
use served::Served;
use ways::{all_ways, rules, walk_ways};

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

/// Whether somebody was answered something.
fn sees(query: &str, answer: &Value) -> bool {
    let codes = answer["errors"].as_array().into_iter().flatten().map(|error| &error["extensions"]["code"]);
    for code in codes {
        let asked_well = !["bad_request", "too_complex", "internal", "invalid_input"].contains(&code.as_str().unwrap());
        assert!(asked_well, "{query}: {answer}");
    }
    holds_something(&answer["data"])
}

/// Who is answered something.
async fn who_sees(served: &Served, query: &str) -> [bool; EVERYBODY.len()] {
    served.ask_everybody(query).await.map(|answer| sees(query, &answer))
}

/// What came of a command.
struct Came {
    through: bool,
    done: bool,
    invalid: bool,
}

/// Whether a command was let through: it was carried out, or refused for another reason than who asked.
async fn may(served: &Served, staff: StaffId, query: &str) -> Came {
    let answer = served.ask(staff, query).await;
    assert!(answer["errors"].is_null(), "{query}: {answer}");
    let payload = &answer["data"].as_object().unwrap().values().next().unwrap();
    let refused =
        |code: &str| payload["userErrors"].as_array().into_iter().flatten().any(|error| error["code"] == code);
    Came {
        through: !refused("not_found") && !refused("not_allowed"),
        done: !payload["receipt"].is_null(),
        invalid: refused("invalid_input"),
    }
}

fn row(table: &mut String, name: &str, cells: [bool; EVERYBODY.len()]) {
    writeln!(table, "| {name} | {} |", marks(&cells)).unwrap();
}

fn marks(cells: &[bool]) -> String {
    let marks: Vec<&str> = cells.iter().map(|cell| if *cell { "●" } else { "·" }).collect();
    marks.join(" | ")
}

fn head(table: &mut String, what: &str) {
    let names: Vec<&str> = EVERYBODY.iter().map(|(name, _, _)| *name).collect();
    writeln!(table, "| {what} | {} |\n| --- |{}", names.join(" | "), " :-: |".repeat(EVERYBODY.len())).unwrap();
}

/// The question by which a field holds something that it does not hold by the question for its type: of a term that cannot be
/// compared, of what was known, of a guardian to whom nothing can be sent.
fn another_question(name: &str, query: &str) -> String {
    match name {
        "AbsenceChange.leftOut" => query.replace("to:\"ht19\"", "to:\"vt20\""),
        "AbsenceEvidence.leftOut" => query.replace("term:\"ht19\"", "term:\"vt20\""),
        "Past.knownOn" => query.replace("day:\"2019-10-01\"", "day:\"2019-10-01\" knownOn:\"2019-10-01\""),
        // Of a talk only those are told who are a pupil's one guardian.
        "PreviewedChild.talks" => query.replace(&GUARDIAN.to_string(), &ALONE.to_string()),
        "DigestPreview.notSent" => query.replace(&GUARDIAN.to_string(), &UNREACHABLE.to_string()),
        "CaseloadEntry.uncovered" => "{school(code:\"EXE\"){unassigned(first:50){edges{node{uncovered}}}}}".to_owned(),
        _ if query.contains("duties(") => query.replace("firstDay:\"2019-10-01\"", "firstDay:\"2019-08-20\""),
        _ => query.to_owned(),
    }
}

/// Notes that open by an act of their own, and stand in no answer to a question.
fn is_restricted(name: &str) -> bool {
    name.strip_suffix(".note")
        .is_some_and(|kind| EventKind::ALL.iter().any(|known| restricted(*known) && format!("{known:?}") == kind))
}

/// The same pupil's fields, of one whose identity is protected.
async fn walk_the_hidden(schema: &Schema, table: &mut String) {
    let served = Served::start().await;
    writeln!(table, "\n## A pupil whose identity is protected\n").unwrap();
    writeln!(table, "The mentor has the pupil, and is not named; the other mentor has the pupil, and is.\n").unwrap();
    head(table, "field");
    let mut asked: Vec<(String, String)> = schema
        .fields("Pupil")
        .into_iter()
        .map(|field| {
            let asked = schema.asked(field, "").replace(&PUPIL.to_string(), &HIDDEN.to_string());
            (format!("Pupil.{}", field.name.node), format!("{{pupil(id:\"{HIDDEN}\"){{{asked}}}}}"))
        })
        .collect();
    asked.push(("Query.node".to_owned(), format!("{{node(id:\"{HIDDEN}\"){{__typename}}}}")));
    for (name, query) in asked {
        let cells = who_sees(&served, &query).await;
        for (cell, (who, _, _)) in cells.iter().zip(EVERYBODY) {
            assert!(!*cell || ["principal", "other mentor"].contains(&who), "{who} sees {name} of a hidden pupil");
        }
        row(table, &name, cells);
    }
}

async fn walk_subscriptions(schema: &Schema, table: &mut String) {
    let served = Served::start().await;
    writeln!(table, "\n## Subscriptions\n").unwrap();
    head(table, "subscription");
    for field in schema.fields("Subscription") {
        let asked = schema.asked(field, "");
        let asked = if field.name.node == "pupilTimeline" { asked.replacen(')', " after:\"0\")", 1) } else { asked };
        let query = format!("subscription{{{asked}}}");
        let cells = served.ask_everybody(&query).await.map(|answer| holds_something(&answer["data"]));
        row(table, field.name.node.as_str(), cells);
    }
}

/// What a mutation is given as somebody asks it: in an emergency one acts oneself, what is handed on is of a case that was left,
/// and what is done about a referral, about one that a team is asked about: the safety team about its own, everybody else about the
/// health team's.
fn given(choice: &str, input: &str, staff: StaffId) -> String {
    let of = |event: EventId| input.replace(&story_event(1).to_string(), &event.to_string());
    let safety = EVERYBODY.iter().any(|(who, id, _)| *who == "safety team" && *id == staff);
    match choice {
        "emergencyAccessTaken" => input.replace(&MENTOR.to_string(), &staff.to_string()),
        "entryHandedOn" => of(left_behind()).replace(&PUPIL.to_string(), &GONE.to_string()),
        "healthTeamMet" if safety => input.replace("team:HEALTH", "team:SAFETY"),
        "referralAccepted" | "referralReturned" | "referralDeclined" | "referralActionAgreed" | "referralClosed" => {
            let [health, own] = asked_of_teams();
            of(if safety { own } else { health })
        }
        _ => input.to_owned(),
    }
}

async fn walk_mutations(schema: &Schema, table: &mut String) {
    writeln!(table, "\n## Mutations\n").unwrap();
    head(table, "mutation");
    let mut served = Served::start().await;
    for field in schema.fields("Mutation") {
        let Some(input) = field.arguments.iter().find(|argument| argument.node.name.node == "input") else {
            assert_eq!(field.name.node, "openNote", "how is it walked?");
            for (of, cells) in opens_notes(&served).await {
                row(table, &format!("openNote of what the {of} was asked"), cells);
            }
            continue;
        };
        let mut choices = schema.choices(&input.node);
        if choices.is_empty() {
            choices.push(String::new());
        }
        for (variant, choice) in choices.iter().enumerate() {
            let values = schema.value(&input.node, variant);
            let mut cells = [false; EVERYBODY.len()];
            let mut all_invalid = true;
            for (cell, (_, staff, _)) in cells.iter_mut().zip(EVERYBODY) {
                let input = given(choice, &values, staff);
                let query =
                    format!("mutation{{{}(input:{input}){{receipt{{position}} userErrors{{code}}}}}}", field.name.node);
                let came = may(&served, staff, &query).await;
                *cell = came.through;
                all_invalid &= came.invalid;
                if came.done {
                    served = served.anew().await;
                }
            }
            // What is no value at all is refused before it is asked who asks: then the cells would tell nothing.
            assert!(
                !all_invalid,
                "{} {choice}: give something valid in tests/access/schema.rs: {values}",
                field.name.node
            );
            row(table, format!("{} {choice}", field.name.node).trim(), cells);
        }
    }
}

/// Who may open the notes of what each team was asked about.
async fn opens_notes(served: &Served) -> [(&'static str, [bool; EVERYBODY.len()]); 2] {
    let timeline =
        format!("{{pupil(id:\"{PUPIL}\"){{timeline(first:100){{edges{{node{{position kind noteRestricted}}}}}}}}}}");
    let answer = served.ask(PRINCIPAL, &timeline).await;
    let edges = answer["data"]["pupil"]["timeline"]["edges"].as_array().unwrap();
    let stub = |edge: &&Value| edge["node"]["kind"] == "REFERRAL_RETURNED" && edge["node"]["noteRestricted"] == true;
    // The newest first: what the safety team sent back, and the health team before it.
    let stubs: Vec<&str> = edges.iter().filter(stub).map(|edge| edge["node"]["position"].as_str().unwrap()).collect();
    let opens = async |position: &str| {
        who_sees(served, &format!("mutation{{openNote(pupilId:\"{PUPIL}\" position:\"{position}\")}}")).await
    };
    [("health team", opens(stubs[1]).await), ("safety team", opens(stubs[0]).await)]
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_and_does_what_the_table_says_and_nothing_is_missing_from_it() {
    let schema = Schema::read();
    let mut table = String::from(
        "# Who sees and does what\n\nGenerated by `tests/access`, which walks every cell against a running service, over HTTP and over \
         WebSocket, as people who have signed in, and read by people before it is committed: a field without its row here fails the tests.\n\n● is answered (a list perhaps with nothing in it), · is answered exactly as if it were not there. The pupil goes to class 7A, has a \
         mentor whose deputy stands in, and something of every kind has happened in the case. Each of the two teams has an \
         open referral, the safety team a report too. One teacher of the class is in the health team too, and one has opened the case \
         in an emergency. The former mentor's assignment and the former principal's responsibility last still; their roles \
         were withdrawn. The school is under one committee (nämnd), the other school under another: each has an officer, who is \
         appointed for its schools.\n",
    );
    let mut parts: [String; 5] = Default::default();
    let [fields, hidden, guardians, subscriptions, mutations] = &mut parts;
    // Side by side, each on a service of its own.
    tokio::join!(
        Box::pin(walk_ways(&schema, fields)),
        Box::pin(walk_the_hidden(&schema, hidden)),
        Box::pin(walk_guardians(guardians)),
        Box::pin(walk_subscriptions(&schema, subscriptions)),
        Box::pin(walk_mutations(&schema, mutations)),
    );
    table.push_str(&parts.concat());
    if std::env::var_os("MENTORLOG_WRITE_ACCESS").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let promised = std::fs::read_to_string(TABLE).unwrap_or_default();
    assert_eq!(differs(&table, &promised), None);
}

/// What the table says otherwise than was promised: a field without a rule, a cell that has become another, a rule of nothing.
fn differs(table: &str, promised: &str) -> Option<String> {
    let without_a_rule: Vec<_> = rules(table).difference(&rules(promised)).cloned().collect();
    if !without_a_rule.is_empty() {
        return Some(format!(
            "these fields, ways and mutations have no rule in schema/access.md: say who sees and does them before they land: \
             {without_a_rule:?}"
        ));
    }
    let known: std::collections::BTreeSet<&str> = promised.lines().collect();
    let differing: Vec<_> = table.lines().filter(|line| !known.contains(line)).collect();
    if !differing.is_empty() {
        return Some(format!("not as in schema/access.md: {}", differing.join("\n")));
    }
    (table != promised).then(|| "schema/access.md holds what is no longer there".to_owned())
}

/// The table that is promised, changed in each way that must be noticed: a rule is taken out, one stands there of nothing, a cell is
/// another.
#[test]
fn a_field_without_a_rule_a_rule_of_nothing_and_another_cell_each_fail() {
    let promised = std::fs::read_to_string(TABLE).unwrap();
    let fails = |table: &str, promised: &str| differs(table, promised).is_some();
    assert!(!fails(&promised, &promised));
    let rows: Vec<&str> = promised.lines().filter(|line| line.starts_with("| ") && line.contains(" · ")).collect();
    assert!(rows.len() > 300, "{}", rows.len());
    for row in rows.into_iter().step_by(7) {
        let without = promised.replacen(&format!("{row}\n"), "", 1);
        assert!(fails(&promised, &without) && fails(&without, &promised), "{row}");
        let other = if row.contains('·') { row.replacen('·', "●", 1) } else { row.replacen('●', "·", 1) };
        assert!(fails(&promised.replacen(row, &other, 1), &promised), "{row}");
    }
    // Each field has its rule by one way at least, and each way one for some field; each mutation and subscription has its row.
    let (schema, known) = (Schema::read(), rules(&promised));
    let of_ways = all_ways(&schema);
    for way in &of_ways {
        assert!(known.iter().any(|rule| rule.ends_with(&way.rule())), "no rule for {}", way.rule());
    }
    let types: std::collections::BTreeSet<&str> = of_ways.iter().map(|way| way.of.as_str()).collect();
    for of in types {
        for field in schema.fields(of) {
            let name = format!("{of}.{}", field.name.node);
            assert!(known.iter().any(|rule| rule.starts_with(&format!("{name} by ")) || *rule == name), "{name}");
        }
    }
    for field in ["Mutation", "Subscription"].into_iter().flat_map(|of| schema.fields(of)) {
        assert!(promised.contains(&format!("| {}", field.name.node)), "{}", field.name.node);
    }
}
