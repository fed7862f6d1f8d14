//! Every kind of reading, and the trace that it leaves: walked over real HTTP, asked as everybody.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::id::StaffId;
use domain::spec::cast::{MENTOR, PRINCIPAL, PUPIL};
use serde_json::Value;
use storage::MemoryLog;

use crate::doors::{Shows, doors, doors_of_the_schema, left_by};
use crate::everybody::{EVERYBODY, tell};
use crate::house::{Came, House};
use crate::schema::{Schema, named};
use crate::{another_question, holds_something};

/// Where nothing is answered, and nothing was looked for that is refused: the school has nothing of it to tell of.
const NOTHING_TO_TELL: [&str; 5] =
    ["School.takenOver", "School.absence", "School.absenceChange", "School.absenceEvidence", "School.committee"];

/// What is asked of what a door leads to: whose it is, where it says so.
fn inside(of: &str) -> &'static str {
    match of {
        "CaseloadConnection" => "totalCount edges{node{pupil{id name}}}",
        "TimelineEntryConnection" | "ReadingConnection" => "totalCount edges{cursor}",
        "EmergencyAccess" | "UnreachableGuardian" | "GuardianToPhone" => "pupilId",
        "Extract" => "document",
        _ => "__typename",
    }
}

/// A question for each door: its name, and the text.
pub(crate) fn questions(schema: &Schema) -> Vec<(String, String)> {
    let ways = schema.ways();
    let mut all = Vec::new();
    for door in doors_of_the_schema(schema) {
        let (of, name) = door.split_once('.').unwrap();
        let field = schema.fields(of).into_iter().find(|field| field.name.node == name).unwrap();
        let asked = schema.asked(field, "").replace("{__typename}", &format!("{{{}}}", inside(named(&field.ty.node))));
        let query = match of {
            "Subscription" if name == "pupilTimeline" => {
                format!("subscription{{{}}}", asked.replacen(')', " after:\"0\")", 1))
            }
            "Subscription" => format!("subscription{{{asked}}}"),
            "Mutation" => continue,
            of => {
                let (before, after) = &ways[of];
                another_question(&door, &format!("{before}{asked}{after}"))
            }
        };
        all.push((door, query));
    }
    all
}

/// The restricted note of a referral that was declined.
pub(crate) async fn opening(house: &House) -> String {
    let timeline =
        format!("{{pupil(id:\"{PUPIL}\"){{timeline(first:100){{edges{{node{{position kind noteRestricted}}}}}}}}}}");
    let came = house.asks(PRINCIPAL, &timeline).await;
    let edges = came.answer["data"]["pupil"]["timeline"]["edges"].as_array().unwrap().clone();
    let stub = |edge: &&Value| edge["node"]["kind"] == "REFERRAL_DECLINED" && edge["node"]["noteRestricted"] == true;
    let position = edges.iter().find(stub).unwrap()["node"]["position"].as_str().unwrap().to_owned();
    format!("mutation{{openNote(pupilId:\"{PUPIL}\" position:\"{position}\")}}")
}

/// Whether a list is there, and nothing stands in it.
fn is_empty_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty_list) && !fields.is_empty(),
        _ => false,
    }
}

/// Every pupil whose id stands in an answer, in order.
fn named_in(answer: &Value) -> BTreeSet<String> {
    let text = answer.to_string();
    let ids = text.match_indices("pupil_").filter_map(|(at, _)| text.get(at..at + "pupil_".len() + 32));
    ids.map(str::to_owned).collect()
}

async fn house() -> House {
    let log = Arc::new(MemoryLog::new().unwrap());
    tell(&*log).await;
    let house = House::open(log).await;
    house.let_everybody_in().await;
    house
}

/// What is wrong with the trace of a reading; nothing when it is as the specification says.
fn wrong(schema: &Schema, door: &str, query: &str, came: &Came) -> Option<String> {
    let (expected, left) = (left_by(schema, query), came.trace());
    if !holds_something(&came.answer["data"]) {
        let free = is_empty_list(&came.answer["data"]) || NOTHING_TO_TELL.contains(&door);
        // Something on the way there may have been shown; what was looked for is refused on record.
        return (!free && !came.is_refused())
            .then(|| "is answered with nothing, and no refusal is on record".to_owned());
    }
    let shown = came.shown();
    let untold: Vec<_> = named_in(&came.answer).into_iter().filter(|id| !shown.contains(id)).collect();
    if !untold.is_empty() {
        return Some(format!("tells of {untold:?}, who are in no trace"));
    }
    let tells_of_some = match expected.0 {
        Shows::Nothing | Shows::Opened | Shows::Extracted => true,
        // A list may have nobody in it for this person.
        Shows::Listed => came.answer.to_string().contains("pupil_") || door == "School.duties",
    };
    let as_said = if tells_of_some { left == expected } else { left.0 == Shows::Nothing && !left.1 };
    (!as_said).then(|| format!("leaves {left:?}, and not {expected:?}"))
}

#[test]
fn every_door_of_the_schema_has_a_line_that_says_which_trace_it_leaves() {
    let schema = Schema::read();
    let there: BTreeSet<String> = doors_of_the_schema(&schema).into_iter().collect();
    let said: BTreeSet<String> = doors().keys().map(|door| (*door).to_owned()).collect();
    let without: Vec<_> = there.difference(&said).collect();
    assert!(without.is_empty(), "say in tests/access/doors.rs which trace these leave: {without:?}");
    let gone: Vec<_> = said.difference(&there).collect();
    assert!(gone.is_empty(), "these are no doors any more: {gone:?}");
}

#[tokio::test]
async fn every_kind_of_reading_leaves_the_trace_that_the_specification_says_whoever_asks() {
    let schema = Schema::read();
    let house = house().await;
    let mut found = Vec::new();
    let mut asked = questions(&schema);
    asked.push(("Mutation.openNote".to_owned(), opening(&house).await));
    for (door, query) in &asked {
        let mut most = (Shows::Nothing, false);
        for (who, staff, _) in EVERYBODY {
            let came = house.asks(staff, query).await;
            if let Some(why) = wrong(&schema, door, query, &came) {
                found.push(format!("{door}, asked by the {who}, {why}: {query} {}", came.answer));
            }
            let (shows, notes) = came.trace();
            most = (most.0.max(shows), most.1 | notes);
        }
        if most != left_by(&schema, query) {
            found.push(format!("{door} leaves {most:?} at most: let something be there to see"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn whatever_stands_within_an_answer_leaves_the_trace_of_the_doors_on_the_way_to_it() {
    let schema = Schema::read();
    let house = house().await;
    let mut found = Vec::new();
    for (of, (before, after)) in schema.ways() {
        for field in schema.fields(&of) {
            let door = format!("{of}.{}", field.name.node);
            let query = another_question(&door, &format!("{before}{}{after}", schema.asked(field, "")));
            let expected = left_by(&schema, &query);
            let mut most = None;
            for staff in [PRINCIPAL, MENTOR] {
                let came = house.asks(staff, &query).await;
                if holds_something(&came.answer["data"]) {
                    most = most.max(Some(came.trace()));
                }
            }
            if most.is_some_and(|most| most != expected) {
                found.push(format!("{door} leaves {most:?}, and not {expected:?}: {query}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn a_trace_says_who_read_in_which_roles_and_by_what_kind_of_request() {
    let house = house().await;
    let opening = opening(&house).await;
    let pupil = format!("{{pupil(id:\"{PUPIL}\"){{name}}}}");
    let follow = format!("subscription{{pupilTimeline(pupilId:\"{PUPIL}\" after:\"0\"){{kind}}}}");
    let asks: [(StaffId, &str, &str, &str); 3] = [
        (MENTOR, &pupil, "query", "Mentor"),
        (PRINCIPAL, &opening, "mutation", "Principal"),
        (MENTOR, &follow, "subscription", "Mentor"),
    ];
    for (staff, query, operation, role) in asks {
        let came = house.asks(staff, query).await;
        let (open, of) = came.traces.first().unwrap();
        assert_eq!((open.operation.as_str(), open.refused), (operation, false));
        assert_eq!(domain::actor::Actor::try_from(open.actor.clone()).unwrap(), domain::actor::Actor::Staff(staff));
        assert!(format!("{:?}", open.roles).contains(role), "{open:?}");
        assert_eq!(of.shown, [PUPIL.to_string()]);
    }
}

/// The answer to a command may show the case too.
#[tokio::test]
async fn what_is_shown_of_a_case_with_the_answer_to_a_command_is_on_record_or_is_not_shown() {
    let log = Arc::new(MemoryLog::new().unwrap());
    tell(&*log).await;
    let house = House::open(Arc::<MemoryLog>::clone(&log)).await;
    house.let_everybody_in().await;
    let command = format!(
        "mutation{{logWork(input:{{commandId:\"016d86c2-3ea0-7000-8000-0000000000aa\" pupilId:\"{PUPIL}\" \
         work:{{pupilTalkedWith:{{topic:WELLBEING}}}}}}){{receipt{{position}} pupil{{name}} userErrors{{code}}}}}}"
    );
    log.refuse_traces(true);
    let unwritten = house.asks(MENTOR, &command).await;
    assert_eq!((unwritten.status, unwritten.code()), (503, "trace_not_recorded"));
    assert!(!holds_something(&unwritten.answer["data"]), "{}", unwritten.answer);
    log.refuse_traces(false);
    // The same command once more: it had been carried out, and is answered now.
    let came = house.asks(MENTOR, &command).await;
    assert!(came.answer["data"]["logWork"]["pupil"]["name"].is_string(), "{}", came.answer);
    assert_eq!(came.trace(), (Shows::Opened, false));
    assert_eq!(came.shown(), [PUPIL.to_string()]);
}

/// Each of these, asked twice: while no trace can be written, and afterwards.
#[tokio::test]
async fn no_reading_of_a_case_is_answered_while_its_trace_cannot_be_written_and_all_are_afterwards() {
    let schema = Schema::read();
    let log = Arc::new(MemoryLog::new().unwrap());
    tell(&*log).await;
    let house = House::open(Arc::<MemoryLog>::clone(&log)).await;
    house.let_everybody_in().await;
    let mut asked = questions(&schema);
    asked.push(("Mutation.openNote".to_owned(), opening(&house).await));
    let mut refused = BTreeSet::new();
    for (door, query) in &asked {
        for (_, staff, _) in EVERYBODY {
            log.refuse_traces(true);
            let unwritten = house.asks(staff, query).await;
            log.refuse_traces(false);
            let written = house.asks(staff, query).await;
            assert!(unwritten.traces.is_empty(), "{query}");
            if written.traces.is_empty() {
                assert_eq!(unwritten.answer, written.answer, "{query}");
                continue;
            }
            assert!(!holds_something(&unwritten.answer["data"]), "{query}: {}", unwritten.answer);
            assert_eq!(unwritten.code(), "trace_not_recorded", "{query}: {}", unwritten.answer);
            assert!(named_in(&unwritten.answer).is_empty());
            if !query.starts_with("subscription") {
                assert_eq!(unwritten.status, 503, "{query}");
            }
            refused.insert(door.clone());
        }
    }
    let of_cases = doors().into_iter().filter(|(_, (shows, _))| *shows > Shows::Nothing);
    let left_out: Vec<_> = of_cases.map(|(door, _)| door).filter(|door| !refused.contains(*door)).collect();
    assert!(left_out.is_empty(), "{left_out:?} were answered without a trace");
}
