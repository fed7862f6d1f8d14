//! Nothing personal stands in what operators and strangers are shown: marker words are sown in everything that a client can
//! send, well formed and not, and then looked for in every log line, at the most talkative level, and in every error.

#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and not everything on the stage is used"
)]

#[path = "../erasure/archive.rs"]
mod archive;
mod everything;
mod program;
#[path = "../schools/stage.rs"]
mod stage;
#[path = "../support/mod.rs"]
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use domain::actor::Role;
use futures::{SinkExt, StreamExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};

use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use everything::{Ids, Schema};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use stage::{Person, Setting, Stage};
use tracing_subscriber::fmt::MakeWriter;

/// In every sown text; nothing that the program writes by itself has it.
const MARKER: &str = "Kvastmarkor";

/// Everything that is logged.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Logged {
    fn listen() -> Self {
        let logged = Self::default();
        let everything = tracing_subscriber::filter::LevelFilter::TRACE;
        tracing_subscriber::fmt().with_max_level(everything).with_ansi(false).with_writer(logged.clone()).init();
        logged
    }

    /// Lines of the program and of its libraries that tell of a request with a marker in it. The client's own are left
    /// out: it is the test that speaks there.
    fn leaks(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        assert!(text.lines().count() > 100, "the log was listened to");
        let ours = |line: &&str| !line.contains("hyper_util::client") && !line.contains("reqwest::");
        text.lines().filter(ours).filter(|line| sown(line)).map(str::to_owned).collect()
    }
}

/// Whether a marker stands in a text, in whatever case.
fn sown(text: &str) -> bool {
    text.to_lowercase().contains(&MARKER.to_lowercase())
}

fn school() -> Setting {
    Setting {
        code: "MAR",
        name: "Exempelskolan",
        form: SchoolForm::Compulsory,
        model: MentoringModel::Class,
        talks: TalkDuty::Holds,
        principals: 1,
        programmes: &[],
        mentors: 2,
        pupils: &[("7A", 0)],
    }
}

/// Well-formed commands with a marker in every personal field: they are carried out.
async fn sow(stage: &Stage) {
    let (mentor, principal, pupil) = (stage.mentor(0), stage.principal(0), stage.pupils[0]);
    stage.other(Role::Administrator).commands("joinStaff", &format!("name:\"{MARKER} Anställd\"")).await;
    let enrol =
        format!("schoolId:\"{}\" name:\"{MARKER} Elev\" className:\"7A\" grade:7 from:\"2019-08-20\"", stage.school);
    principal.commands("enrolPupil", &enrol).await;
    let link = format!(
        "pupilId:\"{}\" guardianship:CUSTODIAN newGuardian:{{name:\"{MARKER} Vårdnadshavare\" phone:\"+46 70 {MARKER}\" \
         email:\"{MARKER}@example.invalid\"}}",
        pupil.id
    );
    mentor.commands("linkGuardian", &link).await;
    let contact = format!(
        "pupilId:\"{}\" guardianId:\"{}\" channel:PHONE direction:OUTGOING outcome:REACHED topic:ABSENCE note:\"{MARKER}\"",
        pupil.id, pupil.guardian
    );
    mentor.commands("logGuardianContact", &contact).await;
    for work in
        ["referralOpened:{concern:ABSENCE}", "pupilTalkedWith:{topic:WELLBEING}", "incidentNoted:{matter:ORDER}"]
    {
        mentor.logs_because(pupil, work, MARKER).await;
    }
    mentor.logs(pupil, &format!("subjectAtRisk:{{subject:\"{MARKER}\" risk:FAILING}}")).await;
    mentor.logs(pupil, &format!("diaryNumberRecorded:{{reference:\"{MARKER}\"}}")).await;
    let hand_over = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-09-02\" note:\"{MARKER}\"",
        pupil.id,
        pupil.assignment,
        stage.mentor(1).id
    );
    principal.commands("handOver", &hand_over).await;
}

/// Every mutation of the schema with a marker in every text, by everybody: carried out or refused, no answer repeats it.
async fn sow_everything(stage: &Stage) -> Vec<String> {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/schema.graphql")).unwrap();
    let pupil = stage.pupils[0];
    let ids = Ids {
        school: stage.school.to_string(),
        pupil: pupil.id.to_string(),
        guardian: pupil.guardian.to_string(),
        staff: stage.mentor(1).id.to_string(),
        assignment: pupil.assignment.to_string(),
    };
    let schema = Schema::read(&schema);
    let all = schema.sown(&ids);
    assert_eq!(schema.forgotten(), [], "fields of text in which no marker was sown");
    let texts: usize = all.iter().map(|(_, input)| input.matches(MARKER).count()).sum();
    assert!(all.len() > 80 && texts > 60, "{} mutations with {texts} markers", all.len());
    let mut answers = Vec::new();
    let mut carried_out = 0;
    for person in [stage.mentor(0), stage.principal(0), stage.other(Role::Administrator), stage.stranger()] {
        for (mutation, input) in &all {
            let answer = person.tries(mutation, input).await;
            carried_out += usize::from(!answer["data"][mutation]["receipt"].is_null());
            answers.push(answer.to_string());
        }
    }
    assert!(carried_out > 15, "{carried_out} were carried out");
    answers
}

/// What a client can get wrong, with a marker where it is wrong.
fn ill_formed() -> Vec<(&'static str, Value)> {
    let long = MARKER.repeat(1_000);
    let enrol =
        "mutation($input: EnrolPupilInput!) { enrolPupil(input: $input) { userErrors { code field message } } }";
    let with = |field: &str, value: &str| {
        let mut input = json!({
            "commandId": "016d86c2-3ea0-7000-8000-0000000000aa", "schoolId": "00000000-0000-0000-0000-000000000001",
            "name": "Kim", "className": "7A", "grade": 7, "from": "2019-08-20",
        });
        input[field] = json!(value);
        json!({ "input": input })
    };
    let mut all: Vec<(&str, Value)> =
        ["commandId", "pupilId", "schoolId", "name", "className", "grade", "programme", "from"]
            .iter()
            .flat_map(|field| [(enrol, with(field, MARKER)), (enrol, with(field, &long))])
            .collect();
    all.push((enrol, with(MARKER, MARKER)));
    all.push((enrol, json!({ "input": MARKER })));
    all.push((enrol, json!({ MARKER: MARKER })));
    all.push(("query($id: ID!) { pupil(id: $id) { name } node(id: $id) { id } }", json!({ "id": MARKER })));
    all.push(("query($code: String!) { school(code: $code) { name } }", json!({ "code": MARKER })));
    let page = "query($after: String) { viewer { caseload(first: 5, after: $after) { totalCount } } }";
    all.push((page, json!({ "after": MARKER })));
    all
}

/// Documents that are wrong in themselves.
fn ill_formed_documents() -> Vec<String> {
    [
        "{ MARK }",
        "{ viewer { MARK } }",
        "{ viewer(MARK: 1) { name } }",
        "query MARK { viewer { name } } query MARK { viewer { name } }",
        "{ viewer { name @MARK } }",
        "{ ...MARK }",
        "{ pupil(id: \"MARK\") { name } }",
        "{ pupil(id: MARK) { name } }",
        "{ viewer { name } MARK",
        "\"MARK\"",
        "query($x: MARK) { viewer { name } }",
        "mutation { logWork(input: { commandId: \"MARK\", pupilId: \"MARK\", work: { MARK: 1 } }) { userErrors { code } } }",
        "subscription { MARK }",
    ]
    .map(|text| text.replace("MARK", MARKER))
    .to_vec()
}

/// Sends everything that is ill formed; gives the answers.
async fn stumble(stage: &Stage, person: &Person<'_>) -> Vec<String> {
    let client = Client::new();
    let post = || client.post(stage.url("/graphql")).bearer_auth(person.id);
    let mut requests = Vec::new();
    for (query, variables) in ill_formed() {
        requests.push(post().json(&json!({ "query": query, "variables": variables })));
    }
    for query in ill_formed_documents() {
        requests.push(post().json(&json!({ "query": query, "operationName": MARKER })));
        requests.push(post().json(&json!({ "query": query })));
    }
    requests.push(post().header("content-type", "application/json").body(format!("{{\"query\": {MARKER}")));
    requests.push(post().header("content-type", MARKER).body(MARKER));
    requests.push(post().header("accept", MARKER).json(&json!({ "query": "{viewer{name}}" })));
    requests.push(post().json(&json!({ "query": "{viewer{name}}", "extensions": { MARKER: MARKER } })));
    requests.push(client.post(stage.url("/graphql")).bearer_auth(MARKER).json(&json!({ "query": "{viewer{name}}" })));
    for path in ["", "stop/", "stop/x/", "sign-in/", "graphql/"] {
        for method in [Method::GET, Method::POST] {
            let url = stage.url(&format!("/{path}{MARKER}?name={MARKER}"));
            requests.push(client.request(method, url).header("cookie", format!("x={MARKER}")));
        }
    }
    let mut answers = Vec::new();
    for request in requests {
        let answer = request.send().await.unwrap();
        let head = format!("{:?}", answer.headers());
        answers.push(format!("{head}\n{}", answer.text().await.unwrap()));
    }
    answers
}

/// Everything that a socket says to somebody who follows something and gets things wrong, as far as it is asked: a marker
/// word in every place where a client can put one.
async fn over_a_socket(stage: &Stage, person: &Person<'_>, queries: &[String]) -> Vec<String> {
    let url = stage.url("/graphql").replacen("http", "ws", 1);
    let mut heard = Vec::new();
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", person.id) } });
    let mut conversations = vec![
        vec![json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {MARKER}") } })],
        vec![json!({ "type": MARKER })],
        vec![json!({ "type": "subscribe", "id": MARKER, "payload": { "query": MARKER } })],
        vec![init.clone(), json!({ "type": "complete", "id": MARKER, MARKER: MARKER })],
    ];
    let follow = |query: &String| json!({ "type": "subscribe", "id": "1", "payload": { "query": query, "operationName": null } });
    conversations.extend(queries.iter().map(|query| vec![init.clone(), follow(query)]));
    for conversation in conversations {
        let request = ClientRequestBuilder::new(url.parse().unwrap()).with_sub_protocol("graphql-transport-ws");
        let (mut socket, _) = connect_async(request).await.unwrap();
        for said in &conversation {
            let _ = socket.send(Message::text(said.to_string())).await;
        }
        // What it says to this comes behind everything that it says to that.
        let _ = socket.send(Message::text(json!({ "type": "ping" }).to_string())).await;
        while let Some(Ok(message)) = socket.next().await {
            let said = message.to_string();
            let end = said.contains("\"pong\"") || matches!(message, Message::Close(_));
            heard.push(format!("{message:?}"));
            if end {
                break;
            }
        }
    }
    heard
}

#[tokio::test]
async fn nothing_that_is_sown_comes_up_in_logs_or_errors() {
    let logged = Logged::listen();
    let stage = Stage::set(school()).await;
    sow(&stage).await;

    for answer in sow_everything(&stage).await {
        assert!(!sown(&answer), "an answer repeats what was sent: {answer}");
    }
    let answers = stumble(&stage, &stage.principal(0)).await;
    for answer in &answers {
        assert!(!sown(answer), "an error repeats what was sent: {answer}");
    }
    assert!(answers.iter().any(|answer| answer.contains("cursor_invalid")), "a cursor came as far as where it is read");
    let (pupil, mentor) = (stage.pupils[0].id, stage.mentor(1).id);
    let follows = [
        format!("subscription{{pupilTimeline(pupilId:\"{pupil}\" after:\"0\"){{kind content{{__typename}}}}}}"),
        format!(
            "subscription{{mentorCaseload(mentorId:\"{mentor}\"){{edges{{node{{pupil{{name guardians{{name}}}}}}}}}}}}"
        ),
        format!("subscription{{pupilTimeline(pupilId:\"{MARKER}\" after:\"{MARKER}\"){{kind}}}}"),
        format!("subscription{{mentorWorkload(mentorId:\"{mentor}\" week:\"{MARKER}\"){{pupils}}}}"),
        format!("subscription{{{MARKER}}}"),
    ];
    for person in [stage.stranger(), stage.other(Role::Integration)] {
        for said in over_a_socket(&stage, &person, &follows).await {
            assert!(!sown(&said), "a socket repeats what was sent: {said}");
        }
    }
    // Who has the case is told; what passes by is in no log.
    let heard = over_a_socket(&stage, &stage.principal(0), &follows[..2]).await;
    assert!(!heard.iter().any(|said| said.contains("bad_request")), "{heard:#?}");
    over_a_socket(&stage, &stage.principal(0), &follows[2..]).await;
    // Whoever has no relation to the case is told nothing, asked in whatever way.
    let pupil = stage.pupils[0];
    let everything = format!(
        "{{pupil(id:\"{0}\"){{name guardians{{name}} timeline(first:50){{edges{{node{{actor{{name}}}}}}}}}} node(id:\"{0}\"){{id}} \
         formerCase(pupilId:\"{0}\" first:5){{totalCount}}}}",
        pupil.id
    );
    assert!(sown(&stage.principal(0).asks(&everything).await.to_string()), "there is something to be told");
    for person in [stage.stranger(), stage.other(Role::Authority), stage.other(Role::Integration)] {
        let answer = person.asks(&everything).await;
        assert!(!sown(&answer.to_string()), "{answer}");
    }
    let leaks = logged.leaks();
    assert!(leaks.is_empty(), "{} lines of the log name somebody:\n{}", leaks.len(), leaks.join("\n"));
}
