//! Subscriptions over WebSocket: `graphql-transport-ws`, subscriptions only.

use std::time::Duration;

use domain::event::pupil::ContactTopic;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service, command_id};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

pub(crate) async fn connect(service: &Service, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/graphql", service.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub(crate) const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

pub(crate) async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next that is said; whether one is there is asked and answered on the way.
pub(crate) async fn hear(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Close(frame) => return json!({ "closed": u16::from(frame.unwrap().code) }),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Says on a socket who one is; what is said to that.
pub(crate) async fn introduced(socket: &mut Socket, token: &str) -> Value {
    say(socket, json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } })).await;
    hear(socket).await
}

pub(crate) async fn open(service: &Service, token: &str) -> Socket {
    let mut socket = connect(service, &[PROTOCOL]).await.unwrap();
    assert_eq!(introduced(&mut socket, token).await, json!({ "type": "connection_ack" }));
    socket
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

fn follow(service: &Service) -> String {
    format!(
        "subscription{{pupilTimeline(pupilId:\"{}\" after:\"0\"){{kind content{{... on GuardianContacted{{topic}}}}}}}}",
        service.world.pupil
    )
}

fn contact(service: &Service) -> String {
    format!(
        "mutation{{logGuardianContact(input:{{commandId:\"{}\" pupilId:\"{}\" guardianId:\"{}\" channel:PHONE \
         direction:OUTGOING outcome:REACHED topic:WELLBEING}}){{receipt{{position}} userErrors{{code}}}}}}",
        command_id(),
        service.world.pupil,
        service.world.guardian,
    )
}

#[tokio::test]
async fn a_timeline_is_followed_from_its_beginning_and_as_it_grows() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    say(&mut socket, subscribe("1", &follow(&service))).await;
    let first = hear(&mut socket).await;
    assert_eq!(first["type"], "next", "{first}");
    assert_eq!(first["payload"]["data"]["pupilTimeline"]["kind"], "PUPIL_ENROLLED");
    service.ask(MENTOR, &contact(&service)).await;
    loop {
        let next = hear(&mut socket).await;
        assert_eq!(next["type"], "next", "{next}");
        let entry = &next["payload"]["data"]["pupilTimeline"];
        if entry["kind"] == "GUARDIAN_CONTACTED" {
            assert_eq!(entry["content"]["topic"], "WELLBEING");
            break;
        }
    }
}

#[tokio::test]
async fn a_caseload_and_a_week_are_followed_and_end_with_the_right() {
    let service = Service::start().await;
    let mentor = service.world.mentor;
    let mut socket = open(&service, PRINCIPAL).await;
    let caseload =
        format!("subscription{{mentorCaseload(mentorId:\"{mentor}\"){{totalCount edges{{node{{contacts}}}}}}}}");
    let week = format!("subscription{{mentorWorkload(mentorId:\"{mentor}\" week:\"2019-W40\"){{contacts}}}}");
    say(&mut socket, subscribe("1", &caseload)).await;
    let contacts = |next: &Value| next["payload"]["data"]["mentorCaseload"]["edges"][0]["node"]["contacts"].clone();
    assert_eq!(contacts(&hear(&mut socket).await), 0);
    say(&mut socket, subscribe("2", &week)).await;
    assert_eq!(hear(&mut socket).await["payload"]["data"]["mentorWorkload"]["contacts"], 0);
    service.ask(MENTOR, &contact(&service)).await;
    for _ in 0..2 {
        let next = hear(&mut socket).await;
        let told = if next["id"] == "1" {
            contacts(&next)
        } else {
            next["payload"]["data"]["mentorWorkload"]["contacts"].clone()
        };
        assert_eq!(told, 1, "{next}");
    }
    service.world.withdraw_principal().await;
    let mut ended = [hear(&mut socket).await, hear(&mut socket).await].map(|last| last["id"].clone());
    ended.sort_by_key(ToString::to_string);
    assert_eq!(ended, [json!("1"), json!("2")]);
    say(&mut socket, subscribe("3", &caseload)).await;
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "3" }));
}

/// The next item, or what ended it.
async fn item(socket: &mut Socket) -> Value {
    let next = hear(socket).await;
    if next["type"] == "next" { next["payload"].clone() } else { next }
}

#[tokio::test]
async fn what_stands_within_an_item_is_on_record_before_it_leaves_and_seen_by_the_rights_of_that_moment() {
    let service = Service::start().await;
    let (mentor, own, other) = (service.world.mentor, service.world.pupil, service.world.other_pupil);
    let assignment = service.world.assign_other().await;
    let mut socket = open(&service, MENTOR).await;
    let within = "pupil{timeline{totalCount} school{pupils{totalCount}}}";
    let query = format!("subscription{{mentorCaseload(mentorId:\"{mentor}\"){{edges{{node{{{within}}}}}}}}}");
    say(&mut socket, subscribe("1", &query)).await;
    let told = |payload: &Value| {
        let edges =
            payload["data"]["mentorCaseload"]["edges"].as_array().unwrap_or_else(|| panic!("{payload}")).clone();
        let count = |edge: &Value, of: &str| edge["node"]["pupil"].pointer(of).unwrap().as_u64().unwrap();
        let entries: Vec<_> = edges.iter().map(|edge| count(edge, "/timeline/totalCount")).collect();
        (entries, count(&edges[0], "/school/pupils/totalCount"))
    };
    let first = told(&item(&mut socket).await);
    assert_eq!((first.0.len(), first.1), (2, 2));
    // The row, and what was asked within it: both are on record already.
    let traces = service.world.traces().await;
    let followed: Vec<_> = traces.iter().filter(|(operation, _)| operation == "subscription").collect();
    assert_eq!(followed.len(), 2, "{traces:?}");
    assert!(followed.iter().all(|(_, shown)| shown.contains(&own.to_string()) && shown.contains(&other.to_string())));
    service.ask(MENTOR, &contact(&service)).await;
    let second = told(&item(&mut socket).await);
    assert_eq!(second.0.iter().sum::<u64>(), first.0.iter().sum::<u64>() + 1, "what has happened since is told");
    service.world.end(other, assignment, "2019-09-30").await;
    let third = told(&item(&mut socket).await);
    assert_eq!((third.0.len(), third.1), (1, 1), "the right that ended has ended within the item too");
}

#[tokio::test]
async fn an_item_whose_reading_cannot_be_put_on_record_does_not_leave() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    let mentor = service.world.mentor;
    let queries = [
        follow(&service).replace("after:\"0\"", ""),
        // Only what stands within it is about a pupil.
        format!("subscription{{mentorWorkload(mentorId:\"{mentor}\" week:\"2019-W40\"){{contacts}}}}"),
        format!("subscription{{mentorCaseload(mentorId:\"{mentor}\"){{edges{{node{{pupil{{name}}}}}}}}}}"),
    ];
    for (id, query) in queries.iter().enumerate().skip(1) {
        say(&mut socket, subscribe(&id.to_string(), query)).await;
        assert!(item(&mut socket).await["data"].is_object());
    }
    say(&mut socket, subscribe("0", &queries[0])).await;
    service.world.log.refuse_traces(true);
    service.ask(MENTOR, &contact(&service)).await;
    let mut heard = std::collections::BTreeSet::new();
    while heard.len() < 3 {
        let next = hear(&mut socket).await;
        if next["type"] == "complete" {
            continue;
        }
        heard.insert(next["id"].to_string());
        if next["id"] == "1" {
            assert_eq!(next["payload"]["data"]["mentorWorkload"]["contacts"], 1, "a number about oneself");
            continue;
        }
        assert!(next.to_string().contains("trace_not_recorded"), "{next}");
        assert!(!next.to_string().contains("Elsa") && !next.to_string().contains("WELLBEING"), "{next}");
    }
}

#[tokio::test]
async fn a_timeline_ends_with_the_right_whether_it_is_taken_or_runs_out() {
    let service = Service::start().await;
    let query = follow(&service).replace("after:\"0\"", "");
    let mut principal = open(&service, PRINCIPAL).await;
    let mut mentor = open(&service, MENTOR).await;
    for socket in [&mut principal, &mut mentor] {
        say(socket, subscribe("1", &query)).await;
    }
    service.ask(MENTOR, &contact(&service)).await;
    for socket in [&mut principal, &mut mentor] {
        assert_eq!(item(socket).await["data"]["pupilTimeline"]["kind"], "GUARDIAN_CONTACTED");
    }
    service.world.end(service.world.pupil, service.world.own_assignment(), "2019-10-01").await;
    for socket in [&mut principal, &mut mentor] {
        assert_eq!(
            item(socket).await["data"]["pupilTimeline"]["kind"],
            "ASSIGNMENT_ENDED",
            "it lasts to the day's end"
        );
    }
    // Nothing is recorded: the day alone ends it.
    service.world.clock.pass(1);
    assert_eq!(hear(&mut mentor).await, json!({ "type": "complete", "id": "1" }));
    service.world.withdraw_principal().await;
    assert_eq!(hear(&mut principal).await, json!({ "type": "complete", "id": "1" }));
}

#[tokio::test]
async fn nothing_is_sent_behind_the_end_of_a_right_in_five_hundred_races() {
    let service = Service::start().await;
    let query = follow(&service).replace("after:\"0\"", "");
    let mut socket = open(&service, MENTOR).await;
    for race in 0..500 {
        let id = race.to_string();
        say(&mut socket, subscribe(&id, &query)).await;
        // What is logged before the end may be sent or not; what is logged behind it may not.
        tokio::join!(service.world.log_contact(ContactTopic::Wellbeing), service.world.protect());
        service.world.log_contact(ContactTopic::Absence).await;
        loop {
            let heard = hear(&mut socket).await;
            if heard == json!({ "type": "complete", "id": id }) {
                break;
            }
            assert!(!heard.to_string().contains("ABSENCE"), "race {race}: {heard}");
        }
        service.world.unprotect().await;
    }
}

#[tokio::test]
async fn a_caseload_shrinks_when_the_last_day_is_over() {
    let service = Service::start().await;
    let mentor = service.world.mentor;
    service.world.end(service.world.pupil, service.world.own_assignment(), "2019-10-01").await;
    let mut socket = open(&service, MENTOR).await;
    say(&mut socket, subscribe("1", &format!("subscription{{mentorCaseload(mentorId:\"{mentor}\"){{totalCount}}}}")))
        .await;
    assert_eq!(item(&mut socket).await["data"]["mentorCaseload"]["totalCount"], 1);
    service.world.clock.pass(1);
    assert_eq!(item(&mut socket).await["data"]["mentorCaseload"]["totalCount"], 0);
}

#[tokio::test]
async fn what_a_mentor_does_for_others_pupils_moves_their_week() {
    let service = Service::start().await;
    let (mentor, other) = (service.world.mentor, service.world.other_pupil);
    let mut socket = open(&service, PRINCIPAL).await;
    let week = format!("subscription{{mentorWorkload(mentorId:\"{mentor}\" week:\"2019-W40\"){{work{{kind count}}}}}}");
    say(&mut socket, subscribe("1", &week)).await;
    assert_eq!(item(&mut socket).await["data"]["mentorWorkload"]["work"], json!([]));
    let incident = format!(
        "mutation{{logWork(input:{{commandId:\"{}\" pupilId:\"{other}\" work:{{incidentNoted:{{matter:ORDER}}}}}}){{receipt{{position}} userErrors{{code}}}}}}",
        command_id()
    );
    let answer = service.ask(MENTOR, &incident).await;
    assert!(answer["data"]["logWork"]["receipt"].is_object(), "{answer}");
    assert_eq!(
        item(&mut socket).await["data"]["mentorWorkload"]["work"],
        json!([{ "kind": "INCIDENT_NOTED", "count": 1 }])
    );
}

#[tokio::test]
async fn one_thing_is_followed_at_a_time() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    let one = follow(&service);
    let twice = one.replacen("pupilTimeline", "a:pupilTimeline", 1).replacen("}}}}", "}}} ", 1);
    let both = format!("{twice}{}", one.trim_start_matches("subscription{"));
    say(&mut socket, subscribe("1", &both)).await;
    assert_eq!(hear(&mut socket).await["payload"][0]["extensions"]["code"], "bad_request");
}

#[tokio::test]
async fn a_pupil_whom_one_may_not_see_ends_as_one_who_does_not_exist() {
    let service = Service::start().await;
    let mut socket = open(&service, OTHER_MENTOR).await;
    say(&mut socket, subscribe("1", &follow(&service))).await;
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "1" }));
    let missing = "subscription{pupilTimeline(pupilId:\"pupil_01010101010101010101010101010101\"){kind}}";
    say(&mut socket, subscribe("1", missing)).await;
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "1" }));
}

#[tokio::test]
async fn queries_and_mutations_are_refused_here() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    for query in ["{viewer{name}}".to_owned(), contact(&service)] {
        say(&mut socket, subscribe("1", &query)).await;
        let answer = hear(&mut socket).await;
        assert_eq!(answer["type"], "error", "{answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], "bad_request");
    }
}

#[tokio::test]
async fn the_same_limits_hold_here() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    let aliases = (0..100).map(|n| format!("a{n}:kind ")).collect::<Vec<_>>().concat();
    let query = format!("subscription{{pupilTimeline(pupilId:\"{}\"){{{aliases}}}}}", service.world.pupil);
    say(&mut socket, subscribe("1", &query)).await;
    assert_eq!(hear(&mut socket).await["payload"][0]["extensions"]["code"], "too_complex");
}

#[tokio::test]
async fn nobody_is_let_in_without_a_token() {
    let service = Service::start().await;
    for payload in
        [json!(null), json!({}), json!({ "authorization": "Bearer wrong" }), json!({ "authorization": MENTOR })]
    {
        let mut socket = connect(&service, &[PROTOCOL]).await.unwrap();
        say(&mut socket, json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(hear(&mut socket).await, json!({ "closed": 4403 }));
    }
    // Two of them brought a token that is none.
    assert_eq!(service.world.sign_ins().await, vec![("demo token".to_owned(), true); 2]);
    open(&service, MENTOR).await;
    assert_eq!(service.world.sign_ins().await.last(), Some(&("demo token".to_owned(), false)));
}

#[tokio::test]
async fn the_protocols_own_rules_are_kept() {
    let service = Service::start().await;
    let mut early = connect(&service, &[PROTOCOL]).await.unwrap();
    say(&mut early, subscribe("1", "subscription{x}")).await;
    assert_eq!(hear(&mut early).await, json!({ "closed": 4401 }));

    let mut twice = open(&service, MENTOR).await;
    say(&mut twice, json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut twice).await, json!({ "closed": 4429 }));

    let mut unknown = open(&service, MENTOR).await;
    say(&mut unknown, json!({ "type": "start" })).await;
    assert_eq!(hear(&mut unknown).await, json!({ "closed": 4400 }));

    let mut pinged = open(&service, MENTOR).await;
    say(&mut pinged, json!({ "type": "ping" })).await;
    assert_eq!(hear(&mut pinged).await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn a_message_that_is_too_long_is_not_taken_into_memory() {
    let service = Service::start().await;
    let mut told = open(&service, MENTOR).await;
    told.send(Message::text("x".repeat(64 * 1024 + 1))).await.unwrap();
    assert_eq!(hear(&mut told).await, json!({ "closed": 1009 }));

    // Who only announces a MiB is left at once: nobody waits for the rest.
    let mut left = open(&service, MENTOR).await;
    let MaybeTlsStream::Plain(line) = left.get_mut() else { panic!("sealed") };
    let announced = [&[0x81, 0xff][..], &(1_u64 << 20).to_be_bytes(), &[0; 4], b"only these"].concat();
    line.write_all(&announced).await.unwrap();
    let end = timeout(Duration::from_secs(30), left.next()).await.expect("it does not wait for the rest");
    assert!(matches!(end, None | Some(Err(_))), "it is over");
}

pub(crate) fn status(result: Result<Socket, Error>) -> u16 {
    match result {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("let in"),
    }
}

#[tokio::test]
async fn other_sites_and_other_protocols_are_not_let_in() {
    let service = Service::start().await;
    assert_eq!(status(connect(&service, &[PROTOCOL, ("origin", "http://elsewhere.example")]).await), 403);
    assert_eq!(status(connect(&service, &[("sec-websocket-protocol", "graphql-ws")]).await), 400);
    assert_eq!(status(connect(&service, &[]).await), 400);
    let own = format!("http://{}", service.address);
    assert!(connect(&service, &[PROTOCOL, ("origin", &own)]).await.is_ok());
}

#[tokio::test]
async fn a_service_that_stops_says_so_and_leaves() {
    let service = Service::start().await;
    let mut socket = open(&service, MENTOR).await;
    let Service { stop, task, .. } = service;
    stop.send(()).unwrap();
    assert_eq!(hear(&mut socket).await, json!({ "closed": 1001 }));
    drop(socket);
    task.await.unwrap().unwrap();
}
