//! What is written to guardians, as the mentor arranges it with them: an address, whether it is theirs, what they want; and
//! what they would be sent.

use domain::actor::Role;
use serde_json::{Value, json};

use crate::ljungsbro::ljungsbro;
use crate::stage::{Person, Stage};

async fn guardian(person: &Person<'_>, id: &str) -> Value {
    let query = format!(
        "{{guardian(id:\"{id}\"){{hasAddress addressConfirmed stopped frequency language preview{{notSent content \
         children{{firstName absentMinutes}}}}}}}}"
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["guardian"].clone()
}

#[tokio::test]
async fn a_mentor_arranges_with_a_guardian_what_is_sent_and_sees_what_it_would_be() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let id = pupil.guardian.to_string();
    let about = format!("guardianId:\"{id}\"");
    let not_sent = async || guardian(&mentor, &id).await["preview"]["notSent"].clone();

    // Nobody has an address yet: the mentor sees whom to phone.
    assert_eq!(not_sent().await, "NO_ADDRESS");
    let list = mentor.asks("{viewer{unreachableGuardians{pupilId guardian{id}}}}").await;
    let list = list["data"]["viewer"]["unreachableGuardians"].as_array().unwrap().clone();
    assert!(list.contains(&json!({ "pupilId": pupil.id.to_string(), "guardian": { "id": id } })), "{list:?}");

    // An address is set, and nothing is sent before somebody has confirmed that it is the guardian's.
    let wrong = ["alex", "alex@", "@example.se", "alex@example", "a b@example.se", "alex@example.se\\nBcc: x@y.se"];
    for wrong in wrong.into_iter().chain(["<alex@example.se>", "alex@[127.0.0.1]", "alex@example.se,bo@example.se"]) {
        mentor.is_refused("setGuardianAddress", &format!("{about} email:\"{wrong}\""), "invalid_input").await;
    }
    mentor.commands("setGuardianAddress", &format!("{about} email:\"alex@example.se\"")).await;
    assert_eq!(not_sent().await, "ADDRESS_NOT_CONFIRMED");
    mentor.commands("confirmGuardianAddress", &about).await;
    mentor.commands("setDigestPreference", &format!("{about} frequency:MONTHLY language:ENGLISH")).await;
    let known = guardian(&mentor, &id).await;
    assert_eq!((&known["frequency"], &known["language"]), (&json!("MONTHLY"), &json!("ENGLISH")));
    let reason = async || {
        let list = mentor.asks("{viewer{unreachableGuardians{pupilId reason}}}").await;
        let list = list["data"]["viewer"]["unreachableGuardians"].as_array().unwrap().clone();
        list.iter().find(|one| one["pupilId"] == pupil.id.to_string()).map(|one| one["reason"].clone())
    };
    assert_eq!(reason().await, Some(json!("AGE_UNKNOWN")), "nobody knows whether the pupil is a child");

    // There is something to tell, and the pupil is known to be a child.
    principal.registers(pupil, "2019-09-02", 0, 45).await;
    mentor.logs(pupil, "birthDateRecorded:{born:\"2006-02-28\"}").await;
    assert_eq!(reason().await, None);
    assert_eq!(not_sent().await, "SCHEDULE_OFF", "the school has set no times");
    mentor.commands("stopDigests", &about).await;
    assert_eq!(not_sent().await, "STOPPED");

    // Whoever has none of the guardian's pupils is told nothing, and can do nothing.
    for person in [school.mentor(1), school.stranger(), school.other(Role::Coordinator), school.other(Role::Authority)]
    {
        assert_eq!(guardian(&person, &id).await, Value::Null);
    }
    school.mentor(1).is_refused("stopDigests", &about, "not_found").await;
    school.other(Role::Administrator).is_refused("stopDigests", &about, "not_allowed").await;
}

/// Whom somebody is to phone: about whom, about what, and why.
async fn to_phone(person: &Person<'_>) -> Vec<Value> {
    let answer = person.asks("{viewer{guardiansToPhone{pupilId about day reason guardian{id}}}}").await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["viewer"]["guardiansToPhone"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_mentor_sees_whom_to_phone_about_todays_absence_until_somebody_was_reached() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    mentor.logs(pupil, "birthDateRecorded:{born:\"2006-02-28\"}").await;
    let today = "2019-09-02";
    school.on(today);
    principal.registers(pupil, today, 0, 45).await;
    assert_eq!(to_phone(&mentor).await, Vec::<Value>::new(), "guardians are told by another system here");

    let about = format!("schoolId:\"{}\"", school.school);
    let sender = format!("{about} matter:{{attendanceSenderChosen:{{sender:MENTORLOG firstDay:\"2019-08-20\"}}}}");
    principal.commands("settleSchool", &sender).await;
    let task = json!({
        "pupilId": pupil.id.to_string(), "about": "SAME_DAY", "day": today, "reason": "NO_ADDRESS",
        "guardian": { "id": pupil.guardian.to_string() },
    });
    assert_eq!(to_phone(&mentor).await, [task]);
    for person in [school.mentor(1), school.stranger(), school.other(Role::Coordinator), school.other(Role::Authority)]
    {
        assert_eq!(to_phone(&person).await, Vec::<Value>::new(), "it is the mentor's to do");
    }

    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    assert_eq!(to_phone(&mentor).await, Vec::<Value>::new());
}

/// What a guardian wanted on a past day, and what was known of it then, is answered as everything else is.
#[tokio::test]
async fn what_a_guardian_wanted_is_told_as_of_a_past_day_on_both_time_axes() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let about = format!("guardianId:\"{}\"", pupil.guardian);
    school.on("2019-09-04");
    mentor.commands("setGuardianAddress", &format!("{about} email:\"alex@example.se\"")).await;
    mentor.commands("setDigestPreference", &format!("{about} frequency:MONTHLY language:ENGLISH")).await;
    school.on("2019-09-06");
    mentor.commands("stopDigests", &about).await;
    let fields = "{hasAddress stopped language}";
    let was = async |person: &Person<'_>, past: &str| {
        let query = format!("{{asOf({past}){{guardian(id:\"{}\"){fields}}}}}", pupil.guardian);
        let answer = person.asks(&query).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["asOf"]["guardian"].clone()
    };
    let told = |address: bool, stopped: bool, language: &str| json!({ "hasAddress": address, "stopped": stopped, "language": language });
    assert_eq!(was(&mentor, "day:\"2019-09-03\"").await, told(false, false, "SWEDISH"));
    assert_eq!(was(&mentor, "day:\"2019-09-05\"").await, told(true, false, "ENGLISH"));
    assert_eq!(was(&mentor, "day:\"2019-09-06\"").await, told(true, true, "ENGLISH"));
    assert_eq!(was(&mentor, "day:\"2019-09-06\" knownOn:\"2019-09-05\"").await, told(true, false, "ENGLISH"));
    assert_eq!(was(&mentor, "day:\"2019-01-07\"").await, Value::Null, "not known then");
    for person in [school.mentor(1), school.stranger()] {
        assert_eq!(was(&person, "day:\"2019-09-05\"").await, Value::Null, "today's rights decide");
    }
}

/// A pupil whom nobody has: whom to phone, and whom no mail reaches, comes up for the principal, and goes back to who has the pupil.
#[tokio::test]
async fn guardians_of_a_pupil_whom_nobody_has_are_the_principals_to_phone() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    mentor.logs(pupil, "birthDateRecorded:{born:\"2006-02-28\"}").await;
    let about = format!("schoolId:\"{}\"", school.school);
    let sender = format!("{about} matter:{{attendanceSenderChosen:{{sender:MENTORLOG firstDay:\"2019-08-20\"}}}}");
    principal.commands("settleSchool", &sender).await;
    school.on("2019-09-03");
    principal.registers(pupil, "2019-09-03", 0, 45).await;
    let unreachable = async |person: &Person<'_>| {
        let list = person.asks("{viewer{unreachableGuardians{pupilId reason}}}").await;
        assert!(list["errors"].is_null(), "{list}");
        let list = list["data"]["viewer"]["unreachableGuardians"].as_array().unwrap().clone();
        list.into_iter().filter(|one| one["pupilId"] == pupil.id.to_string()).count()
    };
    let lists = async |person: &Person<'_>| (unreachable(person).await, to_phone(person).await.len());

    // While the pupil has a mentor it is the mentor's to do.
    assert_eq!((lists(&mentor).await, lists(&principal).await), ((1, 1), (0, 0)));

    // When nobody has the pupil any more, it is the principal's; nobody else learns of the guardian.
    let ended = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" reason:NEED_ENDED lastDay:\"2019-09-02\"",
        pupil.id, pupil.assignment
    );
    principal.commands("endAssignment", &ended).await;
    assert_eq!((lists(&mentor).await, lists(&principal).await), ((0, 0), (1, 1)));
    for person in [school.mentor(1), school.stranger(), school.other(Role::Coordinator), school.other(Role::Authority)]
    {
        let told = lists(&person).await;
        assert_eq!(told.1, 0);
        assert_eq!(told.0, 0);
    }

    // And it ends when somebody has been reached, or somebody has the pupil.
    principal.phones_the_guardian(pupil, "ABSENCE").await;
    assert_eq!(lists(&principal).await, (1, 0));
    let assigned = format!(
        "pupilId:\"{}\" mentorId:\"{}\" kind:PRIMARY principalId:\"{}\" from:\"2019-09-03\"",
        pupil.id, mentor.id, principal.id
    );
    principal.commands("assignMentor", &assigned).await;
    assert_eq!((lists(&mentor).await, lists(&principal).await), ((1, 0), (0, 0)));

    // Where the pupil's identity is protected, from the mentor too, nothing is mailed, and the principal phones; until somebody who
    // has the pupil is named.
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    school.on("2019-09-04");
    principal.registers(pupil, "2019-09-04", 0, 45).await;
    assert_eq!((to_phone(&mentor).await.len(), to_phone(&principal).await.len()), (0, 1));
    principal.logs(pupil, &format!("staffNamed:{{staff:\"{}\" lastDay:\"2020-06-11\"}}", mentor.id)).await;
    assert_eq!((to_phone(&mentor).await.len(), to_phone(&principal).await.len()), (1, 0));
}
