//! A case's work over HTTP, from the first absence to the health team's answer: what is opened is named by its event,
//! what follows says of which, and everything stands in the timeline.

use serde_json::{Value, json};

use crate::support::{MENTOR, PRINCIPAL, Service, command_id};

/// Logs work, and gives the payload.
async fn log(service: &Service, token: &str, work: &str, more: &str) -> Value {
    let query = format!(
        "mutation{{logWork(input:{{commandId:\"{}\" pupilId:\"{}\" work:{{{work}}} {more}}}){{receipt{{eventIds}} \
         userErrors{{code field message}}}}}}",
        command_id(),
        service.world.pupil,
    );
    let answer = service.ask(token, &query).await;
    answer["data"]["logWork"].clone()
}

/// Logs work that is carried out, and gives its event's id.
async fn logged(service: &Service, token: &str, work: &str, more: &str) -> String {
    let payload = log(service, token, work, more).await;
    assert_eq!(payload["userErrors"], json!([]), "{work}");
    payload["receipt"]["eventIds"][0].as_str().unwrap().to_owned()
}

async fn refused(service: &Service, token: &str, work: &str, more: &str) -> Value {
    let payload = log(service, token, work, more).await;
    assert_eq!(payload["receipt"], Value::Null, "{work}");
    json!([payload["userErrors"][0]["code"], payload["userErrors"][0]["field"]])
}

#[tokio::test]
async fn a_case_climbs_the_ladder_and_reaches_the_health_team() {
    let service = Service::start().await;
    let step = logged(&service, MENTOR, "ladderStepOpened:{step:1 trigger:FIRST_INVALID}", "minutes:5").await;
    assert_eq!(
        refused(&service, MENTOR, "ladderStepOpened:{step:1 trigger:CONCERN}", "").await,
        json!(["ladder_step_open_already", "step"])
    );
    let done = format!("ladderActionDone:{{of:\"{step}\" action:CONTACT_GUARDIAN}}");
    logged(&service, MENTOR, &done, "minutes:15 note:\"Ringde hem.\"").await;
    let referral = logged(&service, MENTOR, "referralOpened:{concern:ABSENCE}", "").await;
    let accept = format!("referralAccepted:{{of:\"{referral}\"}}");
    assert_eq!(refused(&service, MENTOR, &accept, "").await, json!(["not_allowed", null]));
    logged(&service, PRINCIPAL, &accept, "").await;
    let agreed = format!("referralActionAgreed:{{of:\"{referral}\" member:COUNSELLOR followUp:\"2019-10-14\"}}");
    logged(&service, MENTOR, &agreed, "").await;

    let query = format!(
        "{{pupil(id:\"{}\"){{timeline(first:5){{edges{{node{{kind role content{{__typename \
         ... on LadderStepOpened{{step trigger minutes}} ... on LadderActionDone{{of action minutes note}} \
         ... on ReferralOpened{{concern}} ... on ReferralAccepted{{of}} \
         ... on ReferralActionAgreed{{of member followUp}}}}}}}}}}}}}}",
        service.world.pupil
    );
    let answer = service.ask(MENTOR, &query).await;
    let told: Vec<Value> = answer["data"]["pupil"]["timeline"]["edges"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .iter()
        .map(|edge| edge["node"]["content"].clone())
        .collect();
    let expected = json!([
        { "__typename": "ReferralActionAgreed", "of": referral, "member": "COUNSELLOR", "followUp": "2019-10-14" },
        { "__typename": "ReferralAccepted", "of": referral },
        { "__typename": "ReferralOpened", "concern": "ABSENCE" },
        { "__typename": "LadderActionDone", "of": step, "action": "CONTACT_GUARDIAN", "minutes": 15, "note": "Ringde hem." },
        { "__typename": "LadderStepOpened", "step": 1, "trigger": "FIRST_INVALID", "minutes": 5 },
    ]);
    assert_eq!(Value::Array(told), expected);
}

#[tokio::test]
async fn work_is_exactly_one_thing_and_its_values_are_checked() {
    let service = Service::start().await;
    assert_eq!(
        refused(&service, MENTOR, "weeklyPlanMade:{week:\"2019-W54\"}", "").await,
        json!(["invalid_input", "week"])
    );
    assert_eq!(
        refused(&service, MENTOR, "ladderStepOpened:{step:8 trigger:CONCERN}", "").await,
        json!(["invalid_input", "step"])
    );
    assert_eq!(
        refused(&service, MENTOR, "concernReported:{inWriting:true}", "note:\"Texten.\"").await,
        json!(["text_not_kept_here", "note"])
    );
    let two = "weeklyPlanMade:{week:\"2019-W36\"} dayEvaluated:{on:\"2019-09-02\"}";
    assert_eq!(log(&service, MENTOR, two, "").await, Value::Null, "two things at once are no request");
}
