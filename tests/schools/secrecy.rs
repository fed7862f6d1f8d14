//! Who sees what at a school, over HTTP: what each role opens, what nobody but a few may know of, and what is on record of
//! every reading. The school is Ljungsbro's, but it could be any.

use domain::actor::Role;
use serde_json::{Value, json};

use crate::ljungsbro::ljungsbro;
use crate::stage::{Person, Pupil, Stage};

/// A pupil with something in every part of the case.
pub(crate) async fn with_a_full_case() -> Stage {
    let school = Stage::set(ljungsbro()).await;
    let pupil = school.pupils[0];
    let mentor = school.mentor(0);
    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    school.principal(0).registers(pupil, "2019-09-02", 30, 0).await;
    mentor.logs_because(pupil, "referralOpened:{concern:ABSENCE}", "Marker-secret-referral").await;
    mentor.logs_because(pupil, "incidentNoted:{matter:ORDER}", "Marker-secret-incident").await;
    mentor.logs_because(pupil, "pupilTalkedWith:{topic:WELLBEING}", "Marker-open-talk").await;
    school
}

pub(crate) async fn reads(person: &Person<'_>, pupil: Pupil) -> Value {
    let query = format!(
        "{{pupil(id:\"{}\"){{name guardians{{id}} mentors{{since}} absence(term:\"ht19\"){{all{{offeredMinutes}}}} \
         timeline(first:100){{totalCount edges{{node{{kind position noteRestricted content{{__typename \
         ... on PupilTalkedWith{{note}} ... on ReferralOpened{{note}} ... on IncidentNoted{{note}}}}}}}}}}}}}}",
        pupil.id
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["pupil"].clone()
}

pub(crate) fn kinds(seen: &Value) -> Vec<&str> {
    let edges = seen["timeline"]["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["node"]["kind"].as_str().unwrap()).collect()
}

pub(crate) fn entry<'a>(seen: &'a Value, kind: &str) -> &'a Value {
    let edges = seen["timeline"]["edges"].as_array().unwrap();
    &edges.iter().find(|edge| edge["node"]["kind"] == kind).unwrap()["node"]
}

#[tokio::test]
async fn each_role_opens_its_part_of_a_case_and_no_more() {
    let school = with_a_full_case().await;
    let pupil = school.pupils[0];

    let seen = reads(&school.other(Role::AttendanceWatch), pupil).await;
    assert!(!seen["absence"].is_null());
    assert_eq!(kinds(&seen), ["ATTENDANCE_REGISTERED", "PUPIL_ENROLLED"]);
    assert_eq!((seen["guardians"].clone(), seen["mentors"].clone()), (json!([]), json!([])));

    let seen = reads(&school.other(Role::Coordinator), pupil).await;
    assert!(seen["absence"].is_null());
    assert_eq!(kinds(&seen), ["MENTOR_ASSIGNED", "PUPIL_ENROLLED"]);

    let seen = reads(&school.other(Role::HealthTeam), pupil).await;
    assert_eq!(kinds(&seen), ["REFERRAL_OPENED", "ATTENDANCE_REGISTERED", "MENTOR_ASSIGNED", "PUPIL_ENROLLED"]);

    let seen = reads(&school.other(Role::SafetyTeam), pupil).await;
    assert_eq!(kinds(&seen), ["INCIDENT_NOTED", "MENTOR_ASSIGNED", "PUPIL_ENROLLED"]);

    for role in [Role::Teacher, Role::Administrator, Role::Authority, Role::Integration] {
        assert!(!school.other(role).sees(pupil).await, "{role:?}");
    }
}

#[tokio::test]
async fn a_restricted_note_is_a_stub_that_opens_by_an_act_on_record() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let seen = reads(&mentor, pupil).await;
    assert_eq!(entry(&seen, "PUPIL_TALKED_WITH")["content"]["note"], "Marker-open-talk");
    let referral = entry(&seen, "REFERRAL_OPENED");
    assert_eq!((&referral["noteRestricted"], &referral["content"]["note"]), (&json!(true), &Value::Null));

    let position = referral["position"].as_str().unwrap();
    let open = format!("mutation{{openNote(pupilId:\"{}\" position:\"{position}\")}}", pupil.id);
    assert_eq!(mentor.asks(&open).await["data"]["openNote"], "Marker-secret-referral");
    assert_eq!(school.stranger().asks(&open).await["data"]["openNote"], Value::Null);
    assert_eq!(school.other(Role::SafetyTeam).asks(&open).await["data"]["openNote"], Value::Null);

    // and the principal is told who has read the case, and who opened the note
    let readings = principal
        .asks(&format!(
            "{{pupil(id:\"{}\"){{readings(first:20){{totalCount edges{{node{{staffId notesOpened}}}}}}}}}}",
            pupil.id
        ))
        .await;
    let told = readings["data"]["pupil"]["readings"]["edges"].as_array().unwrap();
    let opened = |edge: &&Value| edge["node"]["notesOpened"] == 1;
    assert_eq!(told.iter().filter(opened).count(), 1);
    assert_eq!(told.iter().find(opened).unwrap()["node"]["staffId"], mentor.id.to_string());
    let mentors = mentor.asks(&format!("{{pupil(id:\"{}\"){{readings(first:20){{totalCount}}}}}}", pupil.id)).await;
    assert_eq!(mentors["data"]["pupil"]["readings"], Value::Null);
}

#[tokio::test]
async fn anybody_employed_reports_and_sees_nothing_by_it() {
    let school = with_a_full_case().await;
    let (pupil, cook) = (school.pupils[0], school.other(Role::Administrator));
    cook.logs(pupil, "concernReported:{inWriting:true}").await;
    cook.logs_because(pupil, "harassmentReported:{level:PRINCIPAL}", "I matsalen.").await;
    assert!(!cook.sees(pupil).await);
    school.stranger().may_not_log(pupil, "concernReported:{inWriting:true}", "not_found").await;
}

#[tokio::test]
async fn a_protected_identity_is_there_for_named_staff_alone() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    for role in [Role::Coordinator, Role::AttendanceWatch, Role::HealthTeam, Role::SafetyTeam] {
        assert!(!school.other(role).sees(pupil).await, "{role:?}");
    }
    assert!(!mentor.sees(pupil).await && principal.sees(pupil).await);
    mentor.may_not_log(pupil, "incidentNoted:{matter:ORDER}", "not_found").await;
    let listed = async || {
        let listed = mentor.asks("{viewer{caseload(first:100){edges{node{pupil{id}}}}}}").await;
        listed.to_string().contains(&pupil.id.to_string())
    };
    assert!(!listed().await);
    principal.logs(pupil, &format!("staffNamed:{{staff:\"{}\" lastDay:\"2019-10-31\"}}", mentor.id)).await;
    assert!(mentor.sees(pupil).await && listed().await);
    school.on("2019-11-01");
    assert!(!mentor.sees(pupil).await);
}

#[tokio::test]
async fn in_an_emergency_a_case_opens_for_the_day_and_the_principal_is_shown_it() {
    let school = with_a_full_case().await;
    let (helper, principal, pupil) = (school.mentor(1), school.principal(0), school.pupils[0]);
    let take = |day: &str| format!("emergencyAccessTaken:{{staff:\"{}\" on:\"{day}\"}}", helper.id);
    assert!(!helper.sees(pupil).await);
    helper.may_not_log(pupil, &take("2019-09-02"), "reason_missing").await;
    helper.logs_because(pupil, &take("2019-09-02"), "Eleven är försvunnen, mentorn går inte att nå.").await;
    assert!(helper.sees(pupil).await);
    let shown = principal
        .asks(&format!(
            "{{node(id:\"{}\"){{... on School{{emergencyAccesses{{pupilId staff{{id}} on}}}}}}}}",
            school.school
        ))
        .await;
    assert_eq!(
        shown["data"]["node"]["emergencyAccesses"],
        json!([{ "pupilId": pupil.id.to_string(), "staff": { "id": helper.id.to_string() }, "on": "2019-09-02" }])
    );
    school.on("2019-09-03");
    assert!(!helper.sees(pupil).await);
}

#[tokio::test]
async fn what_the_next_school_needs_is_handed_on_and_nothing_else() {
    let school = with_a_full_case().await;
    let (principal, next, pupil) = (school.principal(0), school.stranger(), school.pupils[0]);
    let leaves = format!("pupilId:\"{}\" reason:CHANGED_SCHOOL lastDay:\"2019-09-02\"", pupil.id);
    principal.commands("recordPupilLeft", &leaves).await;
    school.on("2019-09-03");
    let enrol = format!(
        "pupilId:\"{}\" schoolId:\"{}\" name:\"Kim Exempel\" className:\"7A\" grade:7 from:\"2019-09-03\" identity:NONE",
        pupil.id,
        school.elsewhere()
    );
    next.commands("enrolPupil", &enrol).await;
    assert_eq!(kinds(&reads(&next, pupil).await), ["PUPIL_ENROLLED"]);
    assert!(!principal.sees(pupil).await);

    let former = format!("{{formerCase(pupilId:\"{}\" first:100){{edges{{node{{id kind}}}}}}}}", pupil.id);
    assert_eq!(next.asks(&former).await["data"]["formerCase"], Value::Null);
    let case = principal.asks(&former).await;
    let entries = case["data"]["formerCase"]["edges"].as_array().unwrap();
    let talk = entries.iter().find(|edge| edge["node"]["kind"] == "PUPIL_TALKED_WITH").unwrap();
    principal.logs(pupil, &format!("entryHandedOn:{{of:{}}}", talk["node"]["id"])).await;

    let seen = reads(&next, pupil).await;
    assert_eq!(kinds(&seen), ["PUPIL_ENROLLED", "PUPIL_TALKED_WITH"]);
    assert_eq!(entry(&seen, "PUPIL_TALKED_WITH")["content"]["note"], "Marker-open-talk");
}

#[tokio::test]
async fn entries_about_a_protected_guardian_are_there_for_the_principal_and_named_staff_alone() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let all = async |person: &Person<'_>| {
        let entries =
            "edges{node{id kind content{... on GuardianLinked{guardianId} ... on GuardianContacted{guardianId}}}}";
        let asked = format!(
            "{{pupil(id:\"{}\"){{timeline(first:99){{totalCount {entries}}} history(first:99){{totalCount {entries}}}}}}}",
            pupil.id
        );
        person.asks(&asked).await["data"]["pupil"].clone()
    };
    let before = all(&mentor).await;
    assert!(before.to_string().contains("guardian_"));
    principal.logs(pupil, &format!("guardianProtected:{{guardian:\"{}\"}}", pupil.guardian)).await;
    let after = all(&mentor).await;
    assert!(!after.to_string().contains("guardian_") && !after.to_string().contains("GUARDIAN_"), "{after}");
    let count = |seen: &Value, list: &str| seen[list]["totalCount"].as_u64().unwrap();
    for list in ["timeline", "history"] {
        assert_eq!(count(&after, list), count(&before, list) - 2, "linked and contacted: {list}");
    }
    assert!(all(&principal).await.to_string().contains("guardian_"));
    // Nor do numbers in a list count what was done with them.
    let row = async |person: &Person<'_>| {
        let rows = "pupils(first:50){edges{node{contacts lastReachedAt pupil{id}}}}";
        let asked = format!("{{node(id:\"{}\"){{... on School{{{rows}}}}}}}", school.school);
        let answer = person.asks(&asked).await;
        let edges = answer["data"]["node"]["pupils"]["edges"].as_array().unwrap().clone();
        let node =
            edges.iter().find(|edge| edge["node"]["pupil"]["id"] == pupil.id.to_string()).unwrap()["node"].clone();
        (node["contacts"].clone(), node["lastReachedAt"].is_null())
    };
    assert_eq!((row(&mentor).await, row(&principal).await), ((json!(0), true), (json!(1), false)));
}

/// Why nothing is mailed to one guardian may be the other, whom the mentor does not know of.
#[tokio::test]
async fn what_would_be_sent_to_a_guardian_tells_of_no_other_whose_identity_is_protected() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let about = format!("guardianId:\"{}\"", pupil.guardian);
    mentor.commands("setGuardianAddress", &format!("{about} email:\"alex@example.se\"")).await;
    mentor.commands("confirmGuardianAddress", &about).await;
    let second = format!("pupilId:\"{}\" newGuardian:{{name:\"Sam Exempel\"}} guardianship:CUSTODIAN", pupil.id);
    principal.commands("linkGuardian", &second).await;
    let linked = principal.asks(&format!("{{pupil(id:\"{}\"){{guardians{{id}}}}}}", pupil.id)).await;
    let linked = linked["data"]["pupil"]["guardians"].as_array().unwrap().clone();
    let ids = linked.iter().map(|one| one["id"].as_str().unwrap().to_owned());
    let second = ids.max_by_key(|id| *id != pupil.guardian.to_string()).unwrap();
    assert_ne!(second, pupil.guardian.to_string());
    let told = async |person: &Person<'_>| {
        let asked = format!("{{guardian(id:\"{}\"){{preview{{notSent}} passedOver{{notSent}}}}}}", pupil.guardian);
        person.asks(&asked).await["data"]["guardian"].clone()
    };
    assert!(told(&mentor).await["preview"].is_object());
    principal.logs(pupil, &format!("guardianProtected:{{guardian:\"{second}\"}}")).await;
    assert_eq!(told(&mentor).await, json!({ "preview": null, "passedOver": [] }));
    assert_eq!(told(&principal).await["preview"]["notSent"], "IDENTITY_PROTECTED");
    let named = format!("staffNamed:{{staff:\"{}\" lastDay:\"2019-12-20\"}}", mentor.id);
    principal.logs(pupil, &named).await;
    assert_eq!(told(&mentor).await["preview"]["notSent"], "IDENTITY_PROTECTED");
}

#[tokio::test]
async fn what_a_review_held_back_is_told_to_the_principal_alone() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let talk = entry(&reads(&mentor, pupil).await, "PUPIL_TALKED_WITH")["position"].clone();
    assert!(talk.is_string());
    let some = "event_77777777777777777777777777777777";
    let given = format!("extractGiven:{{reference:\"BOU 2019/1\" letIn:[] heldBack:[\"{some}\"]}}");
    principal.logs(pupil, &given).await;
    let asked = format!(
        "{{pupil(id:\"{}\"){{timeline(first:1){{edges{{node{{content{{... on ExtractGiven{{letIn heldBack}}}}}}}}}}}}}}",
        pupil.id
    );
    let told = async |person: &Person<'_>| {
        person.asks(&asked).await["data"]["pupil"]["timeline"]["edges"][0]["node"]["content"].clone()
    };
    assert_eq!(told(&principal).await["heldBack"], json!([some]));
    assert_eq!(told(&mentor).await, json!({ "letIn": [], "heldBack": [] }));
}
