//! GraphQL: any request body, from anybody, is answered in good form, never with a fault from inside.
//!
//! An input is a letter for who asks, then the query, the variables as JSON and the operation's name, parted by zero bytes.
//! After the letter `r` comes the request's body itself.

use std::cell::RefCell;
use std::sync::Arc;

use api::InProcess;
use casework::stored::{encode, stream_id};
use casework::{Casework, Clock};
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::decide::Decided;
use domain::recorded::{Body, Recorded};
use domain::refusal::Code;
use domain::spec::cast::{
    ADMINISTRATOR, MENTOR, OFFICER, OTHER_MENTOR, PRINCIPAL, SCHOOL, a_pupil_with_a_mentor, as_staff, attended,
    contacted, day, responsible,
};
use domain::spec::everyday::{cover, incomparable, mission, model, of_mentor, of_school, time_logged, working_time};
use domain::spec::works::{before, every_work, worked};
use domain::spec::{Happened, date, given, noon};
use serde_json::{Map, Value, json};
use storage::{Commit, CommitId, EventLog, Expected, MemoryLog};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

/// After so many requests the school begins anew: traces are kept for ever.
const MOST_REQUESTS: usize = 500;
/// Codes that no input may bring about.
const FROM_INSIDE: [Code; 5] =
    [Code::Internal, Code::TraceNotRecorded, Code::TimedOut, Code::LogStopped, Code::DiskFull];

/// Takes an input.
pub fn run(input: &[u8]) {
    for answer in answers(input) {
        well_formed(&answer);
    }
}

/// What an input is answered with.
pub fn answers(input: &[u8]) -> Vec<Vec<u8>> {
    thread_local! {
        static HOUSE: RefCell<Option<House>> = const { RefCell::new(None) };
    }
    let Some((who, rest)) = input.split_first() else { return Vec::new() };
    HOUSE.with_borrow_mut(|kept| {
        // Taken out while it is used: after a panic the next input begins anew.
        let mut house = kept.take().unwrap_or_else(House::new);
        let answers = house.ask(asker(*who), &body(*who, rest));
        *kept = (house.left > 0 && house.log.head().position == house.position).then_some(house);
        answers
    })
}

fn asker(letter: u8) -> Actor {
    as_staff(match letter {
        b'p' => PRINCIPAL,
        b'o' => OTHER_MENTOR,
        b'a' => ADMINISTRATOR,
        b'u' => OFFICER,
        _ => MENTOR,
    })
}

fn body(letter: u8, input: &[u8]) -> Vec<u8> {
    if letter == b'r' {
        return input.to_vec();
    }
    let mut parts = input.splitn(3, |byte| *byte == 0);
    let mut text = || parts.next().map(|part| String::from_utf8_lossy(part).into_owned());
    let mut body = Map::from_iter([("query".to_owned(), json!(text().unwrap_or_default()))]);
    if let Some(variables) = text().and_then(|text| serde_json::from_str(&text).ok()) {
        body.insert("variables".to_owned(), variables);
    }
    if let Some(name) = text() {
        body.insert("operationName".to_owned(), json!(name));
    }
    Value::Object(body).to_string().into_bytes()
}

/// A school in the autumn of 2019, the same each time.
struct House {
    runtime: Runtime,
    log: Arc<MemoryLog>,
    service: InProcess,
    /// Where its log stands: a mutation moves it.
    position: storage::Position,
    left: usize,
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        noon("2019-10-01")
    }
}

impl House {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let log = Arc::new(MemoryLog::new().unwrap());
        let casework = runtime.block_on(async {
            for recorded in &given(past()).story.log {
                log.append(commit(recorded)).await.expect("the story is recorded");
            }
            Casework::open(Arc::<MemoryLog>::clone(&log), [7; 32], Arc::new(Noon)).await.unwrap()
        });
        let position = log.head().position;
        Self { runtime, log, service: InProcess::new(casework), position, left: MOST_REQUESTS }
    }

    fn ask(&mut self, actor: Actor, body: &[u8]) -> Vec<Vec<u8>> {
        self.left -= 1;
        self.runtime.block_on(self.service.answer(body, actor, "sv, en;q=0.5"))
    }
}

/// What has happened: a pupil with a mentor, and one of each thing that can follow by itself.
fn past() -> Vec<Happened> {
    let mut past = a_pupil_with_a_mentor();
    past.extend([
        responsible(SCHOOL, PRINCIPAL, domain::event::school::Responsibility::Unit),
        attended(vec![day(date("2019-09-02"), 60, 0), day(date("2019-09-03"), 0, 120)]),
        contacted(),
        of_school(domain::event::SchoolEvent::MissionAdopted(mission())),
        of_school(domain::event::SchoolEvent::MentoringModelChosen(model())),
        of_school(domain::event::SchoolEvent::TermMarkedNotComparable(incomparable())),
        of_mentor(domain::event::StaffEvent::WorkingTimeSet(working_time())),
        of_mentor(domain::event::StaffEvent::TimeLogged(time_logged())),
        domain::spec::cast::of_pupil(domain::event::pupil::PupilEvent::CoverStarted(cover())),
    ]);
    let by_itself = |work: &domain::event::Work| before(work.kind(), domain::spec::works::OPENED).is_empty();
    // What settles the case anew would take from the seeds what they rest on.
    let story = every_work().into_iter().filter(|work| !work.changes_facts());
    past.extend(story.filter(by_itself).map(worked));
    past
}

fn commit(recorded: &Recorded) -> Commit {
    let Body::Known(event) = recorded.body.clone() else { panic!("a story is not erased") };
    let occurred = recorded.occurred.expect("a story is not erased");
    let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event };
    Commit {
        id: CommitId(recorded.command.bits()),
        content: Zeroizing::new(recorded.command.bits().to_vec()),
        expected: vec![(stream_id(recorded.stream), Expected::Version(recorded.version - 1))],
        events: vec![encode(&decided, recorded.actor, recorded.role).unwrap()],
        recorded_micros: recorded.recorded.timestamp_micros(),
    }
}

/// An answer has data, errors or both, and nothing else; every error says what it is.
fn well_formed(answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let answer: Value = serde_json::from_slice(answer).expect("an answer is JSON");
    let answer = answer.as_object().expect("an answer is an object");
    assert!(answer.keys().all(|key| key == "data" || key == "errors"), "{text}");
    assert!(!answer.is_empty(), "neither data nor errors");
    if let Some(errors) = answer.get("errors") {
        let errors = errors.as_array().expect("errors are a list");
        assert!(!errors.is_empty(), "an empty list of errors");
        errors.iter().for_each(error_is_well_formed);
    }
    if let Some(data) = answer.get("data") {
        assert!(data.is_object() || data.is_null(), "{text}");
        no_refusal_from_inside(data);
    }
}

fn error_is_well_formed(error: &Value) {
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    let code = error["extensions"]["code"].as_str().unwrap_or_default();
    assert!(Code::ALL.iter().any(|known| known.name() == code), "no code: {error}");
    assert!(!is_from_inside(code), "{error}");
    for place in error["locations"].as_array().into_iter().flatten() {
        assert!(place["line"].is_u64() && place["column"].is_u64(), "{error}");
    }
}

fn is_from_inside(code: &str) -> bool {
    FROM_INSIDE.iter().any(|inside| inside.name() == code)
}

/// Mutations tell refusals within the data.
fn no_refusal_from_inside(data: &Value) {
    match data {
        Value::Object(fields) => {
            for refusal in fields.get("userErrors").and_then(Value::as_array).into_iter().flatten() {
                assert!(!is_from_inside(refusal["code"].as_str().unwrap_or_default()), "{refusal}");
            }
            fields.values().for_each(no_refusal_from_inside);
        }
        Value::Array(items) => items.iter().for_each(no_refusal_from_inside),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
