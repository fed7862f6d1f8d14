//! What is arranged for staff and settled at a school, over HTTP.

use serde_json::json;

use crate::support::{MENTOR, OTHER_MENTOR, OTHER_PRINCIPAL, PRINCIPAL, Service, command_id};

async fn errors(service: &Service, token: &str, mutation: &str, input: &str) -> serde_json::Value {
    let query = format!(
        "mutation{{{mutation}(input:{{commandId:\"{}\" {input}}}){{receipt{{position}} userErrors{{code field}}}}}}",
        command_id()
    );
    service.ask(token, &query).await["data"][mutation]["userErrors"].clone()
}

#[tokio::test]
async fn a_mentor_away_has_a_standing_deputy_and_the_school_sees_it() {
    let service = Service::start().await;
    let (mentor, other) = (service.world.mentor, service.world.other_mentor);
    let arrange = async |matter: &str| {
        let input = format!("staffId:\"{mentor}\" matter:{{{matter}}}");
        errors(&service, PRINCIPAL, "arrangeStaff", &input).await
    };
    let away = "staffAway:{firstDay:\"2019-09-30\" lastDay:\"2019-10-04\"}";
    assert_eq!(arrange(away).await, json!([]));
    let deputy = format!("standingDeputyNamed:{{deputy:\"{other}\" firstDay:\"2019-08-12\" lastDay:\"2020-06-12\"}}");
    let pupil = format!("{{pupil(id:\"{}\"){{id}}}}", service.world.pupil);
    let sees = async || service.ask(OTHER_MENTOR, &pupil).await["data"]["pupil"] != json!(null);
    assert!(!sees().await);
    assert_eq!(arrange(&deputy).await, json!([]));
    assert!(sees().await, "the mentor is away");
    let query = format!("{{node(id:\"{mentor}\"){{... on Staff{{away standingDeputyId shares{{percent}}}}}}}}");
    let shown = service.ask(PRINCIPAL, &query).await["data"]["node"].clone();
    assert_eq!(shown["away"], json!(true));
    assert_eq!(shown["standingDeputyId"], json!(other.to_string()));
    assert_eq!(
        arrange("shareAgreed:{principal:\"nobody\" share:10 firstDay:\"2019-10-01\"}").await[0]["field"],
        "principal"
    );
}

/// A mentor whom two schools share is away: each principal names somebody for the pupils of their own school alone.
#[tokio::test]
async fn a_deputy_named_at_one_school_opens_no_pupil_of_the_other_and_is_shown_where_they_stand_in() {
    let service = Service::start().await;
    let (mentor, other) = (service.world.mentor, service.world.other_mentor);
    let elsewhere = service.world.share_the_mentors().await;
    let arrange = async |token: &str, matter: &str| {
        let input = format!("staffId:\"{mentor}\" matter:{{{matter}}}");
        errors(&service, token, "arrangeStaff", &input).await
    };
    let deputy = |more: &str| {
        format!("standingDeputyNamed:{{deputy:\"{other}\" {more} firstDay:\"2019-08-12\" lastDay:\"2020-06-12\"}}")
    };
    let away = "staffAway:{firstDay:\"2019-09-30\" lastDay:\"2019-10-04\"}";
    assert_eq!(arrange(PRINCIPAL, away).await, json!([]));
    assert_eq!(arrange(OTHER_PRINCIPAL, &deputy("")).await, json!([]));
    let pupil = format!("{{pupil(id:\"{}\"){{id}}}}", service.world.pupil);
    let sees = async || service.ask(OTHER_MENTOR, &pupil).await["data"]["pupil"] != json!(null);
    let query = format!("{{node(id:\"{mentor}\"){{... on Staff{{standingDeputyId}}}}}}");
    let shown = async |token| service.ask(token, &query).await["data"]["node"]["standingDeputyId"].clone();
    let rows = format!("{{node(id:\"{other}\"){{... on Staff{{caseload{{totalCount}}}}}}}}");
    let count = async || service.ask(OTHER_MENTOR, &rows).await["data"]["node"]["caseload"]["totalCount"].clone();
    assert!(!sees().await, "named at the other school");
    assert_eq!(count().await, json!(1), "the deputy's own");
    assert_eq!(shown(OTHER_PRINCIPAL).await, json!(other.to_string()));
    assert_eq!(shown(PRINCIPAL).await, json!(null), "nobody stands in here");
    assert_eq!(shown(MENTOR).await, json!(other.to_string()), "one's own are all there are");
    let there = deputy(&format!("school:\"{}\"", service.world.school));
    assert_eq!(arrange(OTHER_PRINCIPAL, &there).await, json!([{ "code": "not_found", "field": "school" }]));
    let not_theirs = deputy(&format!("school:\"{elsewhere}\""));
    assert_eq!(arrange(PRINCIPAL, &not_theirs).await[0]["field"], "school");
    assert!(!sees().await);
    assert_eq!(arrange(PRINCIPAL, &deputy("")).await, json!([]));
    assert!(sees().await, "named at the pupil's school");
    assert_eq!((count().await, shown(PRINCIPAL).await), (json!(2), json!(other.to_string())));
}

#[tokio::test]
async fn what_is_settled_at_a_school_is_shown_there_and_is_the_principals() {
    let service = Service::start().await;
    let (school, mentor) = (service.world.school, service.world.mentor);
    let settle = async |token: &str, matter: &str| {
        let input = format!("schoolId:\"{school}\" matter:{{{matter}}}");
        errors(&service, token, "settleSchool", &input).await
    };
    let delegated =
        format!("decisionDelegated:{{decision:LEAVE to:\"{mentor}\" firstDay:\"2019-08-12\" lastDay:\"2020-06-12\"}}");
    assert_eq!(settle(PRINCIPAL, &delegated).await, json!([]));
    let policy = "ladderPolicyAdopted:{number:1 firstDay:\"2019-08-12\" percent:10 windowDays:14}";
    assert_eq!(settle(PRINCIPAL, policy).await, json!([]));
    let named = "ladderPolicyAdopted:{number:2 firstDay:\"2020-01-07\" percent:10 windowDays:14 inquiry:4}";
    assert_eq!(settle(PRINCIPAL, named).await, json!([]));
    assert_eq!(settle(PRINCIPAL, &named.replace("inquiry:4", "inquiry:8")).await[0]["field"], "inquiry");
    assert_eq!(settle(MENTOR, policy).await, json!([{ "code": "not_allowed", "field": null }]));
    let query = format!(
        "{{node(id:\"{school}\"){{... on School{{attendanceSender delegations{{decision toId}} \
         ladderPolicies{{number percent windowDays inquiry}} publishedTerms}}}}}}"
    );
    let expected = json!({
        "attendanceSender": "ATTENDANCE_SYSTEM",
        "delegations": [{ "decision": "LEAVE", "toId": mentor.to_string() }],
        "ladderPolicies": [
            { "number": 1, "percent": 10, "windowDays": 14, "inquiry": null },
            { "number": 2, "percent": 10, "windowDays": 14, "inquiry": 4 },
        ],
        "publishedTerms": [],
    });
    assert_eq!(service.ask(MENTOR, &query).await["data"]["node"], expected);
    let leave = format!(
        "pupilId:\"{}\" work:{{leaveDecided:{{firstDay:\"2019-10-02\" lastDay:\"2019-10-03\" granted:true}}}}",
        service.world.pupil
    );
    assert_eq!(errors(&service, MENTOR, "logWork", &leave).await, json!([]), "by delegation");
    let next = format!(
        "schoolId:\"{school}\" firstDay:\"2020-08-17\" pupils:[{{pupilId:\"{}\" className:\"8A\" grade:8}}]",
        service.world.pupil
    );
    assert_eq!(errors(&service, PRINCIPAL, "rollYearOver", &next).await, json!([]));
    assert_eq!(errors(&service, MENTOR, "rollYearOver", &next).await[0]["code"], "not_allowed");
}

#[tokio::test]
async fn a_hold_is_of_a_pupil_a_guardian_or_a_member_of_staff_and_of_exactly_one() {
    let service = Service::start().await;
    let (school, pupil, mentor) = (service.world.school, service.world.pupil, service.world.mentor);
    let settle = async |matter: &str| {
        let input = format!("schoolId:\"{school}\" matter:{{{matter}}}");
        errors(&service, PRINCIPAL, "settleSchool", &input).await
    };
    let query = format!("{{pupil(id:\"{pupil}\"){{guardians{{id}}}}}}");
    let guardian = service.ask(PRINCIPAL, &query).await["data"]["pupil"]["guardians"][0]["id"].clone();
    let whose = [format!("pupil:\"{pupil}\""), format!("guardian:{guardian}"), format!("staff:\"{mentor}\"")];
    for whose in &whose {
        let place = format!("legalHoldPlaced:{{{whose} reference:\"KS 2019-1\"}}");
        assert_eq!(settle(&place).await, json!([]), "{whose}");
        assert_eq!(settle(&place).await[0]["code"], "already_so");
        assert_eq!(settle(&format!("legalHoldLifted:{{{whose}}}")).await, json!([]));
    }
    for whose in ["", &whose[..2].join(" "), &whose[1..].join(" "), "staff:\"nobody\""] {
        let refused = settle(&format!("legalHoldPlaced:{{{whose} reference:\"KS 2019-1\"}}")).await;
        assert_eq!(refused[0]["code"], "invalid_input", "{whose}");
    }
}
