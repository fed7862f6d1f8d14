//! A case's work over HTTP, from the first absence to the health team's answer: what is opened is named by its event,
//! what follows says of which, and everything stands in the timeline.

use serde_json::{Value, json};

use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service, code, command_id};

fn to_log(service: &Service, work: &str, more: &str) -> String {
    format!(
        "mutation{{logWork(input:{{commandId:\"{}\" pupilId:\"{}\" work:{{{work}}} {more}}}){{receipt{{eventIds}} \
         userErrors{{code field message}}}}}}",
        command_id(),
        service.world.pupil,
    )
}

/// Logs work, and gives the payload.
async fn log(service: &Service, token: &str, work: &str, more: &str) -> Value {
    let answer = service.ask(token, &to_log(service, work, more)).await;
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
    assert_eq!(refused(&service, MENTOR, &agreed, "").await, json!(["not_allowed", null]));
    logged(&service, PRINCIPAL, &agreed, "").await;

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
    let answer: Value = service.send(MENTOR, &to_log(&service, two, "")).await.json().await.unwrap();
    assert_eq!((code(&answer), &answer["data"]), ("bad_request", &Value::Null), "two things at once are no request");
}

#[tokio::test]
async fn a_week_tells_what_was_done_in_it_to_the_mentor_and_to_the_principal() {
    let service = Service::start().await;
    let school = service.world.school.to_string();
    let mentor = service.world.mentor.to_string();
    let run = async |token: &str, field: &str, input: &str| {
        let query = format!(
            "mutation{{{field}(input:{{commandId:\"{}\" {input}}}){{userErrors{{code field}}}}}}",
            command_id()
        );
        let answer = service.ask(token, &query).await;
        assert_eq!(answer["data"][field]["userErrors"], json!([]), "{answer}");
    };
    run(PRINCIPAL, "adoptMission", &format!("schoolId:\"{school}\" from:\"2019-08-20\" talks:HOLDS")).await;
    run(
        PRINCIPAL,
        "setWorkingTime",
        &format!("staffId:\"{mentor}\" from:\"2019-08-20\" weeklyMinutes:2425 sharePercent:80"),
    )
    .await;
    let day = "2019-09-30";
    let time =
        format!("staffId:\"{mentor}\" on:\"{day}\" category:GROUPS minutes:60 withinMission:true preventive:false");
    run(MENTOR, "logTime", &time).await;
    run(MENTOR, "takeTaskOver", &format!("staffId:\"{mentor}\" on:\"{day}\" task:DOCUMENTATION minutes:10")).await;
    let on_that_day = format!("occurredAt:\"{day}T10:00:00Z\" minutes:15");
    logged(&service, MENTOR, "pupilTalkedWith:{topic:WELLBEING}", &on_that_day).await;
    logged(&service, MENTOR, "ladderStepOpened:{step:1 trigger:CONCERN}", &format!("occurredAt:\"{day}T11:00:00Z\""))
        .await;

    let query = format!(
        "{{node(id:\"{mentor}\"){{... on Staff{{workload(week:\"2019-W40\"){{week pupils contacts talksDue talksHeld \
         openSteps openReferrals workingMinutes totalMinutes timed{{part of}} withinMission{{part of}} \
         preventive{{part of}} work{{kind count}} takenOver{{task count}} \
         minutes{{source kind category task minutes}}}}}}}}}}"
    );
    let expected = json!({
        "week": "2019-W40", "pupils": 1, "contacts": 0, "talksDue": 2, "talksHeld": 0, "openSteps": 1,
        "openReferrals": 0, "workingMinutes": 1940, "totalMinutes": 85, "timed": { "part": 3, "of": 4 },
        "withinMission": { "part": 85, "of": 85 }, "preventive": { "part": 25, "of": 85 },
        "work": [{ "kind": "PUPIL_TALKED_WITH", "count": 1 }, { "kind": "LADDER_STEP_OPENED", "count": 1 }],
        "takenOver": [{ "task": "DOCUMENTATION", "count": 1 }],
        "minutes": [
            { "source": "CASE", "kind": "PUPIL_TALKED_WITH", "category": null, "task": null, "minutes": 15 },
            { "source": "LOGGED", "kind": null, "category": "GROUPS", "task": null, "minutes": 60 },
            { "source": "TAKEN_OVER", "kind": null, "category": null, "task": "DOCUMENTATION", "minutes": 10 },
        ],
    });
    for token in [MENTOR, PRINCIPAL] {
        let answer = service.ask(token, &query).await;
        assert_eq!(answer["data"]["node"]["workload"], expected, "{answer}");
    }
    let answer = service.ask(OTHER_MENTOR, &query).await;
    assert_eq!(answer["data"]["node"]["workload"], Value::Null, "a colleague's week is nobody else's business");
}

#[tokio::test]
async fn pupils_with_whom_nobody_talks_are_found_by_those_who_answer_for_them() {
    let service = Service::start().await;
    let query = "{school(code:\"LJU\"){notTalkedWith(weeks:4){totalCount edges{node{pupil{name}}}} \
                 unassigned{totalCount}}}";
    let names = |answer: &Value| -> Vec<String> {
        let edges = answer["data"]["school"]["notTalkedWith"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}"));
        edges.iter().map(|edge| edge["node"]["pupil"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&service.ask(PRINCIPAL, query).await), ["Elsa Elev", "Emil Elev"]);
    assert_eq!(names(&service.ask(MENTOR, query).await), ["Elsa Elev"], "a mentor sees their own");
    logged(&service, MENTOR, "pupilTalkedWith:{topic:PRACTICAL}", "").await;
    let answer = service.ask(PRINCIPAL, query).await;
    assert_eq!(names(&answer), ["Emil Elev"]);
    assert_eq!(answer["data"]["school"]["unassigned"]["totalCount"], 0);
}
