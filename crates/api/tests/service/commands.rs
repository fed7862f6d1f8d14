//! Commands over HTTP: a receipt, or a reason.

use serde_json::{Value, json};

use crate::support::{MENTOR, Service, command_id};

fn contact(service: &Service, id: &str, more: &str) -> String {
    format!(
        "mutation{{logGuardianContact(input:{{commandId:\"{id}\" pupilId:\"{}\" guardianId:\"{}\" channel:PHONE \
         direction:OUTGOING outcome:REACHED topic:ABSENCE {more}}}){{receipt{{position eventIds createdIds already}} \
         pupil{{name timeline(first:1){{edges{{node{{kind erased actor{{name}} role content{{... on GuardianContacted\
         {{channel direction outcome topic minutes note noteErased}}}}}}}}}}}} userErrors{{code field message}}}}}}",
        service.world.pupil, service.world.guardian,
    )
}

#[tokio::test]
async fn a_contact_is_logged_and_seen_in_the_same_answer() {
    let service = Service::start().await;
    let query = contact(&service, &command_id().to_string(), "minutes:12 note:\"Kommer i morgon.\"");
    let answer = service.ask(MENTOR, &query).await;
    let payload = &answer["data"]["logGuardianContact"];
    assert_eq!(payload["userErrors"], json!([]), "{answer}");
    assert_eq!(payload["receipt"]["already"], false);
    assert_eq!(payload["receipt"]["eventIds"].as_array().unwrap().len(), 1);
    let entry = &payload["pupil"]["timeline"]["edges"][0]["node"];
    let expected = json!({
        "kind": "GUARDIAN_CONTACTED",
        "erased": false,
        "actor": { "name": "Maja Mentor" },
        "role": "MENTOR",
        "content": {
            "channel": "PHONE", "direction": "OUTGOING", "outcome": "REACHED", "topic": "ABSENCE",
            "minutes": 12, "note": "Kommer i morgon.", "noteErased": false,
        },
    });
    assert_eq!(*entry, expected);
}

#[tokio::test]
async fn a_command_sent_twice_happens_once() {
    let service = Service::start().await;
    let query = contact(&service, &command_id().to_string(), "");
    let first = service.ask(MENTOR, &query).await;
    let second = service.ask(MENTOR, &query).await;
    let receipt = |answer: &Value| answer["data"]["logGuardianContact"]["receipt"].clone();
    assert_eq!(receipt(&first)["eventIds"], receipt(&second)["eventIds"]);
    assert_eq!(receipt(&first)["position"], receipt(&second)["position"]);
    assert_eq!(receipt(&second)["already"], true);
}

async fn refused(service: &Service, query: &str) -> Value {
    let answer = service.ask(MENTOR, query).await;
    let payload = answer["data"].as_object().unwrap_or_else(|| panic!("{answer}")).values().next().unwrap().clone();
    assert_eq!(payload["receipt"], Value::Null);
    let error = payload["userErrors"][0].clone();
    assert!(!error["message"].as_str().unwrap().is_empty());
    json!([error["code"], error["field"]])
}

#[tokio::test]
async fn a_value_that_is_not_valid_is_refused_by_the_name_of_its_field() {
    let service = Service::start().await;
    let id = command_id().to_string();
    assert_eq!(refused(&service, &contact(&service, &id, "minutes:-1")).await, json!(["invalid_input", "minutes"]));
    assert_eq!(refused(&service, &contact(&service, &id, "note:\" \"")).await, json!(["invalid_input", "note"]));
    let other = contact(&service, "00000000-0000-4000-8000-000000000000", "");
    assert_eq!(refused(&service, &other).await, json!(["command_id_invalid", "commandId"]));
}

#[tokio::test]
async fn a_command_id_used_for_another_content_is_a_conflict() {
    let service = Service::start().await;
    let id = command_id().to_string();
    service.ask(MENTOR, &contact(&service, &id, "")).await;
    let [code, _] = [refused(&service, &contact(&service, &id, "minutes:5")).await[0].clone(), Value::Null];
    assert_eq!(code, "command_conflict");
}

#[tokio::test]
async fn what_a_role_may_not_do_is_refused_with_a_code() {
    let service = Service::start().await;
    let query = format!(
        "mutation{{joinStaff(input:{{commandId:\"{}\" name:\"Ny\"}}){{receipt{{position}} staff{{id}} userErrors{{code field message}}}}}}",
        command_id()
    );
    assert_eq!(refused(&service, &query).await[0], "not_allowed");
}
