//! What somebody tries who is signed in and wants to see more than is theirs: with cursors, ids, names of commands, and documents
//! that ask for the same thing a thousand times.

use domain::id::PupilId;
use serde_json::{Value, json};

use crate::secrecy::with_a_full_case;
use crate::stage::{Person, Pupil, Stage};

async fn cursor(person: &Person<'_>, question: &str, at: &str) -> String {
    let answer = person.asks(question).await;
    answer["data"].pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{question}: {answer}")).to_owned()
}

fn timeline(pupil: Pupil, list: &str, rest: &str) -> String {
    format!("{{pupil(id:\"{}\"){{{list}({rest}){{totalCount edges{{cursor}}}}}}}}", pupil.id)
}

/// A cursor opens the list that it was given for, to whom it was given; every other is answered alike.
#[tokio::test]
async fn a_cursor_that_is_forged_or_anothers_is_refused_and_every_one_alike() {
    let stage = with_a_full_case().await;
    let (mentor, principal, pupil) = (stage.mentor(0), stage.principal(0), stage.pupils[0]);
    let given = |list: &str| format!("/pupil/{list}/edges/0/cursor");
    let own = cursor(&mentor, &timeline(pupil, "timeline", "first:1"), &given("timeline")).await;
    let of_principal = cursor(&principal, &timeline(pupil, "timeline", "first:1"), &given("timeline")).await;
    let of_history = cursor(&mentor, &timeline(pupil, "history", "first:1"), &given("history")).await;
    let of_other = cursor(&principal, &timeline(stage.pupils[1], "timeline", "first:1"), &given("timeline")).await;
    let of_caseload =
        cursor(&mentor, "{viewer{caseload(first:1){edges{cursor}}}}", "/viewer/caseload/edges/0/cursor").await;
    let past =
        format!("{{asOf(day:\"2019-09-01\"){{pupil(id:\"{}\"){{timeline(first:1){{edges{{cursor}}}}}}}}}}", pupil.id);
    let of_past = cursor(&mentor, &past, "/asOf/pupil/timeline/edges/0/cursor").await;
    let flipped = |at: usize| {
        let mut bytes = own.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).unwrap()
    };
    let mut forged: Vec<String> = (0..own.len()).step_by(3).map(flipped).collect();
    forged.extend([of_principal, of_history, of_other, of_caseload, of_past]);
    forged.extend(
        ["", "0", "00", "é", "zz", &own[2..], &own[..own.len() - 2], &own.to_uppercase(), &"0".repeat(5_000)]
            .map(String::from),
    );
    forged.extend([format!("{own}00"), format!("00{own}"), format!(" {own}")]);

    let good = mentor.asks(&timeline(pupil, "timeline", &format!("first:1 after:\"{own}\""))).await;
    assert!(good["errors"].is_null(), "{good}");
    let expected = mentor.asks(&timeline(pupil, "timeline", "first:1 after:\"nothing\"")).await;
    assert_eq!(expected["errors"][0]["extensions"]["code"], "cursor_invalid");
    for cursor in forged.into_iter().filter(|cursor| cursor.to_lowercase() != own || *cursor == own) {
        let answer = mentor.asks(&timeline(pupil, "timeline", &format!("first:1 after:\"{cursor}\""))).await;
        assert_eq!(answer, expected, "{cursor}");
    }
}

/// An id of one kind names nothing of another, and an id that is hidden within another's case names nothing at all.
#[tokio::test]
async fn an_id_of_another_kind_or_of_another_school_names_nothing() {
    let stage = with_a_full_case().await;
    let (mentor, stranger, pupil) = (stage.mentor(0), stage.stranger(), stage.pupils[0]);
    let event = mentor.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    let bits = |id: &str| id.split_once('_').unwrap().1.to_owned();
    let ids = [pupil.id.to_string(), pupil.guardian.to_string(), pupil.assignment.to_string(), event];
    let asked = |id: &str| {
        format!(
            "{{node(id:\"{id}\"){{__typename id}} pupil(id:\"{id}\"){{__typename}} guardian(id:\"{id}\"){{__typename}} \
             formerCase(pupilId:\"{id}\"){{totalCount}} school(code:\"{id}\"){{name}}}}"
        )
    };
    let nothing = stranger.asks(&asked("pupil_abababababababababababababababab")).await;
    assert_eq!(
        nothing["data"],
        json!({ "node": null, "pupil": null, "guardian": null, "formerCase": null, "school": null })
    );
    for id in ids {
        assert_eq!(stranger.asks(&asked(&id)).await, nothing, "{id}");
        for kind in ["pupil", "guardian", "staff", "school", "enrolment", "assignment", "event"] {
            let crossed = format!("{kind}_{}", bits(&id));
            assert_eq!(stranger.asks(&asked(&crossed)).await, nothing, "{crossed}");
            if crossed != id {
                assert_eq!(mentor.asks(&asked(&crossed)).await, nothing, "{crossed}, also for who has the pupil");
            }
        }
    }
    // Staff and school of one's own are there; those of the other school are not, also as part of one's own pupil's case.
    for id in [stage.stranger().id.to_string(), stage.elsewhere().to_string()] {
        assert_eq!(mentor.asks(&asked(&id)).await, nothing, "{id}");
    }
}

/// Ids of people elsewhere, brought into a command about one's own pupil, are told apart from nobody's by nothing.
#[tokio::test]
async fn a_command_about_ones_own_pupil_tells_nothing_of_whom_else_it_names() {
    let stage = with_a_full_case().await;
    let (principal, pupil, other) = (stage.principal(0), stage.pupils[0], stage.pupils[1]);
    let elsewhere = stage.stranger().id.to_string();
    let (nobody, no_guardian) = ("staff_abababababababababababababababab", "guardian_abababababababababababababababab");
    let (own, assignment) = (pupil.id, pupil.assignment);
    let staff = |id: &str| {
        [
            (
                "assignMentor",
                format!(
                    "pupilId:\"{own}\" mentorId:\"{id}\" kind:ADDITIONAL principalId:\"{}\" from:\"2019-09-02\"",
                    principal.id
                ),
            ),
            (
                "assignMentor",
                format!(
                    "pupilId:\"{own}\" mentorId:\"{}\" kind:ADDITIONAL principalId:\"{id}\" from:\"2019-09-02\"",
                    stage.mentor(1).id
                ),
            ),
            (
                "handOver",
                format!("pupilId:\"{own}\" assignmentId:\"{assignment}\" mentorId:\"{id}\" from:\"2019-09-02\""),
            ),
            (
                "startCover",
                format!(
                    "pupilId:\"{own}\" assignmentId:\"{assignment}\" deputyId:\"{id}\" from:\"2019-09-02\" until:\"2019-09-03\""
                ),
            ),
            (
                "endCover",
                format!("pupilId:\"{own}\" assignmentId:\"{assignment}\" deputyId:\"{id}\" lastDay:\"2019-09-02\""),
            ),
            ("logWork", format!("pupilId:\"{own}\" work:{{assignmentOffered:{{mentor:\"{id}\"}}}}")),
            (
                "settleSchool",
                format!(
                    "schoolId:\"{}\" matter:{{decisionDelegated:{{decision:LEAVE to:\"{id}\" firstDay:\"2019-09-02\" lastDay:\"2019-09-20\"}}}}",
                    stage.school
                ),
            ),
            (
                "arrangeStaff",
                format!(
                    "staffId:\"{}\" matter:{{standingDeputyNamed:{{deputy:\"{id}\" firstDay:\"2019-09-02\" lastDay:\"2019-09-20\"}}}}",
                    stage.mentor(0).id
                ),
            ),
            (
                "arrangeStaff",
                format!("staffId:\"{id}\" matter:{{staffAway:{{firstDay:\"2019-09-02\" lastDay:\"2019-09-20\"}}}}"),
            ),
            ("setWorkingTime", format!("staffId:\"{id}\" from:\"2019-09-02\" weeklyMinutes:2400 sharePercent:100")),
        ]
    };
    for ((mutation, there), (_, missing)) in staff(&elsewhere).into_iter().zip(staff(nobody)) {
        let refused = principal.tries(mutation, &there).await;
        assert_eq!(refused, principal.tries(mutation, &missing).await, "{mutation} {there}");
        assert!(refused["data"][mutation]["receipt"].is_null(), "{mutation}: {refused}");
    }
    // A guardian and an assignment of another pupil's, to a mentor who has not that pupil.
    let mentor = stage.mentor(0);
    let guardian = |id: &str| {
        [
            (
                "logGuardianContact",
                format!(
                    "pupilId:\"{own}\" guardianId:\"{id}\" channel:PHONE direction:OUTGOING outcome:REACHED topic:ABSENCE"
                ),
            ),
            ("linkGuardian", format!("pupilId:\"{own}\" guardianId:\"{id}\" guardianship:CUSTODIAN")),
            ("setGuardianAddress", format!("guardianId:\"{id}\" email:\"kim@example.invalid\"")),
            ("correctGuardian", format!("guardianId:\"{id}\" name:\"Kim Exempel\"")),
            ("logWork", format!("pupilId:\"{own}\" work:{{consentWithdrawn:{{guardian:\"{id}\"}}}}")),
        ]
    };
    let theirs = other.guardian.to_string();
    for ((mutation, there), (_, missing)) in guardian(&theirs).into_iter().zip(guardian(no_guardian)) {
        let refused = mentor.tries(mutation, &there).await;
        assert_eq!(refused, mentor.tries(mutation, &missing).await, "{mutation} {there}");
        assert!(refused["data"][mutation]["receipt"].is_null(), "{mutation}: {refused}");
    }
    // The other pupil, brought along.
    let along =
        |id: PupilId| format!("pupilId:\"{own}\" alsoPupilIds:[\"{id}\"] work:{{pupilTalkedWith:{{topic:WELLBEING}}}}");
    let refused = mentor.tries("logWork", &along(other.id)).await;
    assert_eq!(refused, mentor.tries("logWork", &along(PupilId::from_bits([0xAB; 16]))).await);
    let many: Vec<String> = (0..900).map(|_| format!("\"{}\"", other.id)).collect();
    let flood =
        format!("pupilId:\"{own}\" alsoPupilIds:[{}] work:{{pupilTalkedWith:{{topic:WELLBEING}}}}", many.join(" "));
    assert_eq!(mentor.tries("logWork", &flood).await["data"]["logWork"]["receipt"], Value::Null);
}

/// The name of a command is its maker's: sent again by somebody else it gives nothing of what came of it, and by its maker, when
/// the right is over, nothing but that it was recorded.
#[tokio::test]
async fn a_command_sent_again_by_another_or_after_the_right_has_ended_shows_nothing() {
    let stage = with_a_full_case().await;
    let (mentor, principal, pupil) = (stage.mentor(0), stage.principal(0), stage.pupils[0]);
    let command = format!(
        "mutation{{logWork(input:{{commandId:\"{}\" pupilId:\"{}\" work:{{pupilTalkedWith:{{topic:WELLBEING}}}}}}){{\
         receipt{{position eventIds already}} pupil{{name timeline{{totalCount}}}} userErrors{{code field}}}}}}",
        mentor.fresh_command(),
        pupil.id
    );
    let done = mentor.asks(&command).await["data"]["logWork"].clone();
    assert_eq!(done["pupil"]["name"], "Kim Exempel");
    let refused =
        json!({ "receipt": null, "pupil": null, "userErrors": [{ "code": "command_conflict", "field": "commandId" }] });
    for other in [stage.mentor(1), stage.stranger(), stage.administrator(), stage.principal(0)] {
        assert_eq!(other.asks(&command).await["data"]["logWork"], refused);
    }
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    let again = mentor.asks(&command).await["data"]["logWork"].clone();
    assert_eq!(
        (&again["receipt"]["position"], &again["receipt"]["already"]),
        (&done["receipt"]["position"], &json!(true))
    );
    assert_eq!((&again["pupil"], &again["userErrors"]), (&Value::Null, &json!([])));
}

/// What is asked a thousand times, in whichever way, is refused before anything of it is looked up, and leaves no trace of a reading.
#[tokio::test]
async fn a_thousand_questions_in_one_are_refused_before_any_is_answered() {
    let stage = with_a_full_case().await;
    let (mentor, pupil) = (stage.mentor(0), stage.pupils[0]);
    let one = format!("pupil(id:\"{}\"){{name}}", pupil.id);
    let aliases = (0..1_000).map(|number| format!("a{number}:{one} ")).collect::<Vec<_>>().concat();
    let guesses = (0..400)
        .map(|number| format!("g{number}:pupil(id:\"pupil_{number:032x}\"){{id}} "))
        .collect::<Vec<_>>()
        .concat();
    let nested = "a:pageInfo{hasNextPage} ".repeat(30);
    let talk = format!(
        "logWork(input:{{commandId:\"{}\" pupilId:\"{}\" work:{{pupilTalkedWith:{{topic:WELLBEING}}}}}}){{receipt{{position}}}}",
        mentor.fresh_command(),
        pupil.id
    );
    let writes = (0..100).map(|number| format!("m{number}:{talk} ")).collect::<Vec<_>>().concat();
    let cycle = format!("{{...A}} fragment A on Query{{{one} ...B}} fragment B on Query{{...A}}");
    let directives = format!("{{pupil(id:\"{}\"){{name {}}}}}", pupil.id, "@include(if:true)".repeat(40));
    let wide = "{schools(first:100){edges{node{pupils(first:100){edges{node{pupil{timeline(first:100){edges{node{id}}}}}}}}}}}".to_owned();
    let before = readings(&stage, pupil).await;
    for (query, code) in [
        (format!("{{{aliases}}}"), "too_complex"),
        (format!("{{{guesses}}}"), "too_complex"),
        (format!("mutation{{{writes}}}"), "too_complex"),
        (format!("{{viewer{{caseload{{{nested}}}}}}}"), "too_complex"),
        (cycle, "too_complex"),
        (directives, "too_complex"),
        (wide, "too_complex"),
    ] {
        let answer = mentor.asks(&query).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{}", &query[..query.len().min(200)]);
        assert!(answer.get("data").is_none(), "nothing was answered");
    }
    assert_eq!(readings(&stage, pupil).await, before + 1, "nothing but the principal's own look at who has read");
}

/// How many readings of the case there are.
async fn readings(stage: &Stage, pupil: Pupil) -> u64 {
    let query = format!("{{pupil(id:\"{}\"){{readings(first:1){{totalCount}}}}}}", pupil.id);
    stage.principal(0).asks(&query).await["data"]["pupil"]["readings"]["totalCount"].as_u64().unwrap()
}

/// What another server answers is not answered here: stored queries, several in one body, anything but the document itself.
#[tokio::test]
async fn only_a_document_that_is_sent_whole_is_answered() {
    let stage = with_a_full_case().await;
    let mentor = stage.mentor(0);
    let status = async |body: Value| mentor.sends(&body).await.status().as_u16();
    let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
    for body in [
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
        json!({ "id": hash }),
        json!({ "documentId": hash, "variables": {} }),
        json!([{ "query": "{viewer{name}}" }, { "query": "{viewer{name}}" }]),
        json!({ "query": ["{viewer{name}}"] }),
    ] {
        assert_eq!(status(body.clone()).await, 400, "{body}");
    }
    let whole =
        json!({ "query": "{viewer{name}}", "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    assert_eq!(status(whole).await, 200);
}
