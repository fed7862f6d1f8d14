//! Who sees what, and that every reading is on record before it is answered.

use domain::id::PupilId;
use serde_json::json;

use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service, code};

#[tokio::test]
async fn a_mentor_sees_their_own_pupils_and_whom_to_call() {
    let service = Service::start().await;
    let query =
        "{viewer{name roles{role} caseload{totalCount edges{node{kind contacts pupil{id name guardians{id name}}}}}}}";
    let answer = service.ask(MENTOR, query).await;
    let world = &service.world;
    let expected = json!({ "data": { "viewer": {
        "name": "Maja Mentor",
        "roles": [{ "role": "MENTOR" }],
        "caseload": { "totalCount": 1, "edges": [{ "node": {
            "kind": "PRIMARY",
            "contacts": 0,
            "pupil": {
                "id": world.pupil.to_string(),
                "name": "Elsa Elev",
                "guardians": [{ "id": world.guardian.to_string(), "name": "Gun Förälder" }],
            },
        } }] },
    } } });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn refused_is_missing_byte_for_byte() {
    let service = Service::start().await;
    let missing = PupilId::from_bits([1; 16]).to_string();
    let refused = service.world.other_pupil.to_string();
    for query in [
        "{pupil(id:\"ID\"){id name timeline{totalCount} absence(term:\"ht19\"){all{days}}}}",
        "{node(id:\"ID\"){id ... on Pupil{name}}}",
    ] {
        let refused = service.send(MENTOR, &query.replace("ID", &refused)).await;
        let absent = service.send(MENTOR, &query.replace("ID", &missing)).await;
        assert_eq!(refused.status(), absent.status());
        let names = |answer: &reqwest::Response| answer.headers().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&refused), names(&absent));
        assert_eq!(refused.bytes().await.unwrap(), absent.bytes().await.unwrap());
    }
}

#[tokio::test]
async fn a_command_about_a_pupil_whom_one_may_not_see_is_refused_as_missing() {
    let service = Service::start().await;
    let command = |pupil: String| {
        format!(
            "mutation{{logGuardianContact(input:{{commandId:\"{}\" pupilId:\"{pupil}\" guardianId:\"{}\" channel:PHONE \
             direction:OUTGOING outcome:REACHED topic:ABSENCE}}){{receipt{{position}} pupil{{id}} userErrors{{code field message}}}}}}",
            crate::support::command_id(),
            service.world.guardian,
        )
    };
    let refused = service.send(OTHER_MENTOR, &command(service.world.pupil.to_string())).await.text().await.unwrap();
    let missing =
        service.send(OTHER_MENTOR, &command(PupilId::from_bits([1; 16]).to_string())).await.text().await.unwrap();
    assert!(refused.contains("not_found"), "{refused}");
    assert_eq!(refused, missing);
}

#[tokio::test]
async fn a_node_is_found_by_its_id_whatever_its_kind() {
    let service = Service::start().await;
    let world = &service.world;
    for id in [world.school.to_string(), world.mentor.to_string(), world.pupil.to_string()] {
        let answer = service.ask(PRINCIPAL, &format!("{{node(id:\"{id}\"){{id}}}}")).await;
        assert_eq!(answer, json!({ "data": { "node": { "id": id } } }));
    }
}

#[tokio::test]
async fn a_text_that_is_no_id_names_nothing() {
    let service = Service::start().await;
    for id in ["", "_", "pupil", "pupil_", "pupil_ö", "guardian_00000000000000000000000000000000"] {
        let answer = service.ask(MENTOR, &format!("{{node(id:\"{id}\"){{id}} pupil(id:\"{id}\"){{id}}}}")).await;
        assert_eq!(answer, json!({ "data": { "node": null, "pupil": null } }), "{id}");
    }
}

#[tokio::test]
async fn a_principal_sees_the_school_its_loads_and_its_pupils() {
    let service = Service::start().await;
    let query = "{school(code:\"LJU\"){name form terms mentorLoads{mentor{name} pupils forOtherPrincipals} \
                 pupilsOfPrincipal(first:1){totalCount pageInfo{hasNextPage} edges{cursor node{pupil{name}}}}}}";
    let answer = service.ask(PRINCIPAL, query).await;
    let school = &answer["data"]["school"];
    assert_eq!(school["form"], "COMPULSORY");
    assert_eq!(school["terms"], json!(["ht19", "vt20"]));
    assert_eq!(school["mentorLoads"].as_array().unwrap().len(), 2);
    assert_eq!(school["pupilsOfPrincipal"]["totalCount"], 2);
    assert_eq!(school["pupilsOfPrincipal"]["pageInfo"]["hasNextPage"], true);
    let cursor = school["pupilsOfPrincipal"]["edges"][0]["cursor"].as_str().unwrap();
    let next =
        format!("{{school(code:\"LJU\"){{pupilsOfPrincipal(after:\"{cursor}\"){{edges{{node{{pupil{{name}}}}}}}}}}}}");
    let next = service.ask(PRINCIPAL, &next).await;
    assert_eq!(next["data"]["school"]["pupilsOfPrincipal"]["edges"].as_array().unwrap().len(), 1);
    assert_ne!(
        next["data"]["school"]["pupilsOfPrincipal"]["edges"][0]["node"],
        school["pupilsOfPrincipal"]["edges"][0]["node"]
    );
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let service = Service::start().await;
    let answer = service.ask(MENTOR, "{viewer{caseload(after:\"x\"){totalCount}}}").await;
    assert_eq!(code(&answer), "cursor_invalid");
    let answer = service.ask(MENTOR, "{schools(after:\"x\"){totalCount}}").await;
    assert_eq!(code(&answer), "cursor_invalid");
}

#[tokio::test]
async fn a_reading_that_cannot_be_put_on_record_is_not_answered() {
    let service = Service::start().await;
    service.world.log.refuse_traces(true);
    let answer = service.send(MENTOR, &format!("{{pupil(id:\"{}\"){{name}}}}", service.world.pupil)).await;
    assert_eq!(answer.status().as_u16(), 503);
    let body = answer.text().await.unwrap();
    assert!(!body.contains("Elsa"), "{body}");
    assert!(body.contains("trace_not_recorded"), "{body}");
}

#[tokio::test]
async fn whoever_comes_with_a_token_is_on_record_once_and_whoever_is_refused_a_few_times() {
    let service = Service::start().await;
    for _ in 0..3 {
        service.ask(MENTOR, "{viewer{name}}").await;
    }
    for _ in 0..20 {
        assert_eq!(service.send("made-up", "{viewer{name}}").await.status().as_u16(), 401);
    }
    let of = |refused| {
        let traces = service.world.sign_ins();
        async move { traces.await.into_iter().filter(|(_, was_refused)| *was_refused == refused).collect::<Vec<_>>() }
    };
    assert_eq!(of(false).await, [("demo token".to_owned(), false)]);
    let told = of(true).await;
    assert_eq!(told, vec![("demo token".to_owned(), true); 9], "five one by one, and 1, 1, 2 and 4 more as numbers");
    service.world.log.refuse_traces(true);
    let unwritten = service.send(PRINCIPAL, "{viewer{name}}").await;
    assert_eq!(unwritten.status().as_u16(), 503, "nor is anybody let in without a trace");
    assert!(unwritten.text().await.unwrap().contains("trace_not_recorded"));
}

#[tokio::test]
async fn a_past_day_is_asked_on_both_time_axes_and_everything_below_it_follows() {
    let service = Service::start().await;
    let pupil = service.world.pupil;
    let lines = async |day: &str, known_on: &str| {
        let query = format!(
            "{{asOf(day:\"{day}\" {known_on}){{day caseload{{totalCount}} pupil(id:\"{pupil}\"){{timeline{{totalCount}} \
             mentors{{since}}}}}}}}"
        );
        let answer = service.ask(MENTOR, &query).await;
        let past = &answer["data"]["asOf"];
        json!([past["caseload"]["totalCount"], past["pupil"]["timeline"]["totalCount"]])
    };
    let now = lines("2019-10-01", "").await;
    assert_eq!(now[0], json!(1));
    assert_eq!(lines("2019-10-01", "knownOn:\"2019-10-01\"").await, now);
    assert_eq!(lines("2019-07-01", "").await, json!([0, null]), "nobody was enrolled yet");
    assert_eq!(lines("2019-10-01", "knownOn:\"2019-07-01\"").await, json!([0, null]), "nothing was on record yet");
    let ahead = service.ask(MENTOR, "{asOf(day:\"2019-10-02\"){day}}").await;
    assert_eq!(code(&ahead), "in_the_future");
}

#[tokio::test]
async fn a_level_is_not_told_by_itself_where_mentors_go_to_those_in_need_and_a_marked_term_is_left_out() {
    let service = Service::start().await;
    service.world.target_and_mark().await;
    let ask = async |terms: &str| {
        let query = format!(
            "{{school(code:\"LJU\"){{absence(term:\"ht19\"){{all{{pupils}} withMentor{{pupils}} withoutMentor{{pupils}}}} \
             absenceEvidence({terms}){{model leftOut{{term reason}} withMentor{{pupils meanPoints lowPoints highPoints}}}}}}}}"
        );
        service.ask(PRINCIPAL, &query).await["data"]["school"].clone()
    };
    let shown = ask("baseline:\"vt19\" term:\"ht19\"").await;
    assert_eq!(shown["absence"], json!({ "all": { "pupils": 0 }, "withMentor": null, "withoutMentor": null }));
    let nobody = json!({ "pupils": 0, "meanPoints": null, "lowPoints": null, "highPoints": null });
    let evidence = json!({ "model": "TARGETED", "leftOut": [], "withMentor": nobody });
    assert_eq!(shown["absenceEvidence"], evidence);
    let left_out = ask("baseline:\"ht19\" term:\"vt20\"").await;
    let marked = json!([{ "term": "vt20", "reason": "EPIDEMIC" }]);
    assert_eq!(left_out["absenceEvidence"], json!({ "model": "TARGETED", "leftOut": marked, "withMentor": null }));
}
