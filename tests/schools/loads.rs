//! What somebody is told of a mentor's pupils and work is of those pupils whom they may know of; of the others at most one number,
//! and never when.

use domain::actor::Role;
use serde_json::{Value, json};

use crate::anders_ljungstedt::anders_ljungstedt;
use crate::ending::{follows, hears, to_the_end};
use crate::ljungsbro::ljungsbro;
use crate::stage::{Person, Pupil, Stage};

async fn protects(principal: &Person<'_>, pupil: Pupil) {
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
}

/// Who is at a school may follow a colleague's caseload. What is recorded in cases of which they see no more than who has whom, or
/// nothing at all, sends them nothing: when a guardian was phoned is not theirs to know, and least of all a protected pupil's.
#[tokio::test]
async fn whoever_follows_a_caseload_hears_nothing_of_what_happens_in_cases_that_they_do_not_have() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, next) = (stage.principal(0), stage.mentor(2), stage.mentor(0));
    let (seen, protected) = (stage.pupils[2], stage.pupils[3]);
    protects(&principal, protected).await;
    let officer = stage.officer(0);
    let appointed = format!("staffId:\"{}\" role:AUTHORITY", officer.id);
    stage.administrator().commands("grantRole", &appointed).await;
    let query = format!("subscription{{mentorCaseload(mentorId:\"{}\"){{totalCount}}}}", mentor.id);
    let count = |item: Value| item["payload"]["data"]["mentorCaseload"]["totalCount"].clone();
    let (coordinator, colleague) = (stage.other(Role::Coordinator), stage.mentor(1));
    let mut few = follows(&coordinator, &stage, &query).await;
    assert_eq!(count(hears(&mut few).await), 1);
    let mut nobody = [follows(&officer, &stage, &query).await, follows(&colleague, &stage, &query).await];
    for socket in &mut nobody {
        assert_eq!(count(hears(socket).await), 0);
    }
    let mut own = follows(&mentor, &stage, &query).await;
    assert_eq!(count(hears(&mut own).await), 1);

    for _ in 0..3 {
        mentor.phones_the_guardian(seen, "ABSENCE").await;
        assert_eq!(count(hears(&mut own).await), 1, "who has the case hears of it");
        principal.phones_the_guardian(protected, "ABSENCE").await;
        mentor.commands("takeTaskOver", &format!("staffId:\"{}\" on:\"2019-09-02\" task:CONFLICT", mentor.id)).await;
    }
    let handed = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-09-02\"",
        seen.id, seen.assignment, next.id
    );
    principal.commands("handOver", &handed).await;

    assert_eq!(
        count(hears(&mut few).await),
        0,
        "who has whom is the coordinator's to know, and the first that is heard"
    );
    assert_eq!(count(hears(&mut own).await), 0, "nothing between: the protected pupil is not the mentor's any more");
    let withdrawn = [appointed, format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", colleague.id, stage.school)];
    for (socket, role) in nobody.iter_mut().zip(withdrawn) {
        stage.administrator().commands("withdrawRole", &role).await;
        assert_eq!(to_the_end(socket).await, Vec::<Value>::new());
    }
}

/// Two principals of one school share a mentor. What the week tells is of the pupils for whom the asker answers; of the others' cases
/// the minutes, in one sum, and nothing is sent when something happens there that is in no number of theirs.
#[tokio::test]
async fn of_a_mentor_shared_with_another_principal_of_the_school_one_hears_of_ones_own_pupils_and_of_no_other() {
    let stage = Stage::set(anders_ljungstedt()).await;
    let (second, mentor) = (stage.principal(1), stage.mentor(0));
    let (others, own) = (stage.pupils[0], stage.pupils[2]);
    let query = format!(
        "subscription{{mentorWorkload(mentorId:\"{}\" week:\"2019-W36\"){{contacts openSteps work{{count}} totalMinutes}}}}",
        mentor.id
    );
    let mut socket = follows(&second, &stage, &query).await;
    let told = |item: Value| item["payload"]["data"]["mentorWorkload"].clone();
    assert_eq!(told(hears(&mut socket).await), json!({ "contacts": 0, "openSteps": 0, "work": [], "totalMinutes": 0 }));
    for work in ["ladderStepOpened:{step:1 trigger:CONCERN}", "pupilTalkedWith:{topic:WELLBEING}"] {
        mentor.commands("logWork", &format!("pupilId:\"{}\" work:{{{work}}}", others.id)).await;
    }
    mentor.phones_the_guardian(own, "ABSENCE").await;
    assert_eq!(
        told(hears(&mut socket).await),
        json!({ "contacts": 1, "openSteps": 0, "work": [], "totalMinutes": 10 }),
        "the first that is heard"
    );
    mentor.phones_the_guardian(others, "ABSENCE").await;
    assert_eq!(
        told(hears(&mut socket).await),
        json!({ "contacts": 1, "openSteps": 0, "work": [], "totalMinutes": 20 }),
        "the working time is the person's, whole"
    );
}

/// A principal answered for some pupils and does not any longer; one of them is protected since. That pupil is in no number of the
/// weeks before either.
#[tokio::test]
async fn a_protected_pupil_for_whom_one_answers_no_longer_is_in_no_number_of_a_week_before() {
    let stage = Stage::set(anders_ljungstedt()).await;
    let (before, next, mentor) = (stage.principal(0), stage.principal(1), stage.mentor(0));
    for pupil in &stage.pupils[..2] {
        mentor.phones_the_guardian(*pupil, "ABSENCE").await;
        mentor.logs(*pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    }
    let told = async || {
        let week = before.reads_the_week(mentor.id, "2019-W36").await;
        ["pupils", "contacts", "totalMinutes"].map(|field| week[field].as_u64().unwrap())
    };
    assert_eq!(told().await, [2, 2, 50]);
    stage.on("2019-09-16");
    for (principal, until) in [(&before, " until:\"2019-09-15\""), (&next, "")] {
        let from = if until.is_empty() { "2019-09-16" } else { "2019-08-12" };
        let made = format!(
            "schoolId:\"{}\" principalId:\"{}\" programme:\"BA\" from:\"{from}\"{until}",
            stage.school, principal.id
        );
        stage.administrator().commands("makePrincipalResponsible", &made).await;
    }
    assert_eq!(told().await, [2, 2, 50], "they were the principal's then");
    protects(&next, stage.pupils[0]).await;
    assert_eq!(told().await, [1, 1, 50], "the working time is the person's, whole");
}

/// A caseload that is longer than a page is followed in several: each says that there is more, also on another day.
#[tokio::test]
async fn a_long_caseload_is_followed_page_by_page() {
    let stage = Stage::set(ljungsbro()).await;
    let mentor = stage.mentor(2);
    let followed = |after: &str| {
        format!(
            "subscription{{mentorCaseload(mentorId:\"{}\" first:1{after}){{totalCount pageInfo{{hasNextPage \
             hasPreviousPage endCursor}} edges{{node{{pupil{{id}} contacts}}}}}}}}",
            mentor.id
        )
    };
    let page = |item: Value| item["payload"]["data"]["mentorCaseload"].clone();
    let mut first = follows(&mentor, &stage, &followed("")).await;
    let begins = page(hears(&mut first).await);
    assert_eq!((&begins["totalCount"], &begins["pageInfo"]["hasNextPage"]), (&json!(2), &json!(true)), "{begins}");
    let after = format!(" after:{}", begins["pageInfo"]["endCursor"]);
    let mut second = follows(&mentor, &stage, &followed(&after)).await;
    let rest = page(hears(&mut second).await);
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    assert_eq!(rest["pageInfo"]["hasPreviousPage"], true);
    let mut both: Vec<String> = [&begins, &rest]
        .iter()
        .map(|page| page["edges"][0]["node"]["pupil"]["id"].as_str().unwrap().to_owned())
        .collect();
    both.sort();
    let mut theirs = [stage.pupils[2].id.to_string(), stage.pupils[3].id.to_string()];
    theirs.sort();
    assert_eq!(both, theirs);

    // What is recorded of a pupil on the second page is heard there, on the next day too.
    stage.on("2019-09-03");
    assert_eq!(page(hears(&mut second).await)["edges"], rest["edges"]);
    let pupil = stage.pupils[2..].iter().find(|one| rest["edges"][0]["node"]["pupil"]["id"] == one.id.to_string());
    mentor.phones_the_guardian(*pupil.unwrap(), "ABSENCE").await;
    assert_eq!(page(hears(&mut second).await)["edges"][0]["node"]["contacts"], 1);

    // Who moves down the list leaves the first page and comes to the second: nobody is in neither.
    let on = |page: &Value| page["edges"][0]["node"]["pupil"]["id"].clone();
    let moves = format!("pupilId:{} name:\"Örjan Exempel\"", on(&begins));
    mentor.commands("correctPupilName", &moves).await;
    let until = async |stream: &mut _, there: Value| {
        while on(&page(hears(stream).await)) != there {}
    };
    until(&mut first, on(&rest)).await;
    until(&mut second, on(&begins)).await;
}
