//! Elsa Brändströms skola: two mentors for a score of pupils in great need, all contact with guardians and authorities,
//! the day from its beginning to its evaluation, and a regular look at every pupil's absence.

use domain::actor::Role;
use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

fn elsa_brandstrom() -> Setting {
    Setting {
        code: "ELS",
        name: "Elsa Brändströms skola",
        form: SchoolForm::Compulsory,
        model: MentoringModel::Targeted,
        talks: TalkDuty::Attends,
        principals: 1,
        programmes: &[],
        mentors: 2,
        pupils: &[("8A", 0), ("9A", 0), ("8B", 1)],
    }
}

/// A pupil who stays at home: the guardian, social services, child psychiatry, and the meeting at which all of them plan
/// together; then every day is looked back on.
#[tokio::test]
async fn the_mentor_is_the_schools_voice_to_guardian_and_authorities() {
    let school = Stage::set(elsa_brandstrom()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    let outside = |party: &str| format!("outsidePartyContacted:{{party:{party} direction:OUTGOING outcome:REACHED}}");
    mentor.logs(pupil, &outside("SOCIAL_SERVICES")).await;
    mentor.logs(pupil, &outside("CHILD_PSYCHIATRY")).await;
    mentor.may_not_log(pupil, "coordinatedPlanMeetingHeld:{consent:false}", "consent_missing").await;
    mentor.logs(pupil, "coordinatedPlanMeetingHeld:{consent:true}").await;
    mentor.logs(pupil, "healthTeamMet:{mentorPresent:true}").await;
    school.on("2019-09-03");
    mentor.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    mentor.logs(pupil, "dayEvaluated:{on:\"2019-09-03\"}").await;

    assert_eq!(
        mentor.reads_the_timeline(pupil).await,
        [
            "GUARDIAN_CONTACTED",
            "OUTSIDE_PARTY_CONTACTED",
            "OUTSIDE_PARTY_CONTACTED",
            "COORDINATED_PLAN_MEETING_HELD",
            "HEALTH_TEAM_MET",
            "PUPIL_TALKED_WITH",
            "DAY_EVALUATED",
        ]
    );
    let week = school.principal(0).reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!((week["contacts"].clone(), times(&week, "OUTSIDE_PARTY_CONTACTED")), (json!(1), 2));
    assert_eq!(week["totalMinutes"], 10 + 6 * 15);
    assert!(!school.mentor(1).sees(pupil).await, "the other mentor has other pupils");
    assert!(!school.stranger().sees(pupil).await);
}

/// A worry about a child is reported at once, by whoever has it: that it was, and never what it says.
#[tokio::test]
async fn a_concern_is_reported_and_its_words_are_kept_elsewhere() {
    let school = Stage::set(elsa_brandstrom()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let worded =
        format!("pupilId:\"{}\" work:{{concernReported:{{inWriting:true}}}} note:\"Det här är oron.\"", pupil.id);
    mentor.is_refused("logWork", &worded, "text_not_kept_here").await;
    mentor.logs(pupil, "concernReported:{inWriting:true}").await;
    mentor.logs(pupil, "diaryNumberRecorded:{reference:\"SOC 2019/77\"}").await;
    assert_eq!(mentor.reads_the_timeline(pupil).await, ["CONCERN_REPORTED", "DIARY_NUMBER_RECORDED"]);
}

/// One of the mentors watches the whole school's attendance besides: of the pupils who are not theirs, absence and nothing
/// else.
#[tokio::test]
async fn a_mentor_who_watches_attendance_sees_every_pupils_absence_and_no_more_of_them() {
    let school = Stage::set(elsa_brandstrom()).await;
    let (mentor, other) = (school.mentor(0), school.pupils[2]);
    assert!(!mentor.sees(other).await);
    let watch = format!("staffId:\"{}\" role:ATTENDANCE_WATCH schoolId:\"{}\"", mentor.id, school.school);
    school.other(Role::Administrator).commands("grantRole", &watch).await;
    school.on("2019-09-06");
    school.principal(0).registers(other, "2019-09-05", 0, 60).await;
    let query = format!(
        "{{pupil(id:\"{}\"){{absence(term:\"ht19\"){{all{{unnotifiedMinutes}}}} guardians{{id}} mentors{{since}}}}}}",
        other.id
    );
    let told = mentor.asks(&query).await["data"]["pupil"].clone();
    assert_eq!(told["absence"], json!({ "all": { "unnotifiedMinutes": 60 } }));
    assert_eq!((&told["guardians"], &told["mentors"]), (&json!([]), &json!([])));
    mentor.may_not_log(other, "pupilTalkedWith:{topic:WELLBEING}", "not_found").await;
}

/// Everybody's absence is looked at; as levels of all, since those with a mentor are those who were absent most.
#[tokio::test]
async fn the_whole_schools_absence_is_watched_and_a_level_says_nothing_of_mentors() {
    let school = Stage::set(elsa_brandstrom()).await;
    let principal = school.principal(0);
    school.on("2019-09-06");
    for (number, pupil) in school.pupils.iter().enumerate() {
        principal.registers(*pupil, "2019-09-05", 0, if number == 0 { 150 } else { 0 }).await;
    }
    let query = "{school(code:\"ELS\"){mentoringModel absence(term:\"ht19\"){all{pupils unnotifiedPercent} \
                 withMentor{pupils}} absenceByClass(term:\"ht19\"){className absence{all{totalPercent}}} \
                 absenceEvidence(baseline:\"vt19\" term:\"ht19\"){withMentor{pupils meanPoints}}}}";
    let told = principal.asks(query).await["data"]["school"].clone();
    assert_eq!(told["mentoringModel"], "TARGETED");
    assert_eq!(told["absence"], json!({ "all": { "pupils": 3, "unnotifiedPercent": "16.67" }, "withMentor": null }));
    assert_eq!(
        told["absenceByClass"][0],
        json!({ "className": "8A", "absence": { "all": { "totalPercent": "50.00" } } })
    );
    assert_eq!(told["absenceEvidence"]["withMentor"], json!({ "pupils": 0, "meanPoints": null }));
}

/// Somebody else at the school may do the regular look at every pupil's absence (frånvarorutinen), and nothing but that: of each
/// pupil the absence, of nobody's case a line; and that they looked is on record like every reading.
#[tokio::test]
async fn who_watches_attendance_and_is_nothing_else_sees_everybodys_absence_and_no_case() {
    let school = Stage::set(elsa_brandstrom()).await;
    let (principal, mentor, watch) = (school.principal(0), school.mentor(0), school.other(Role::AttendanceWatch));
    mentor.logs(school.pupils[0], "pupilTalkedWith:{topic:ABSENCE}").await;
    school.on("2019-09-06");
    for (pupil, unnotified) in school.pupils.iter().zip([150, 60, 0]) {
        principal.registers(*pupil, "2019-09-05", 0, unnotified).await;
    }
    let list = "{school(code:\"ELS\"){pupils{totalCount edges{node{pupil{id} lastReachedAt contacts}}}}}";
    let told = watch.asks(list).await["data"]["school"]["pupils"].clone();
    assert_eq!(told["totalCount"], 3, "every pupil of the school: {told}");
    for edge in told["edges"].as_array().unwrap() {
        assert_eq!((&edge["node"]["lastReachedAt"], &edge["node"]["contacts"]), (&json!(null), &json!(null)));
    }
    for (pupil, unnotified) in school.pupils.iter().zip([150, 60, 0]) {
        let query = format!(
            "{{pupil(id:\"{}\"){{absence(term:\"ht19\"){{all{{unnotifiedMinutes}}}} guardians{{id}} mentors{{since}} \
             timeline(first:100){{edges{{node{{kind}}}}}} history(first:1){{totalCount}}}}}}",
            pupil.id
        );
        let told = watch.asks(&query).await["data"]["pupil"].clone();
        assert_eq!(told["absence"], json!({ "all": { "unnotifiedMinutes": unnotified } }));
        assert_eq!((&told["guardians"], &told["mentors"]), (&json!([]), &json!([])));
        assert!(told["history"].is_null() && !told["timeline"].to_string().contains("TALKED_WITH"), "{told}");
        watch.may_not_log(*pupil, "pupilTalkedWith:{topic:ABSENCE}", "not_allowed").await;
    }
    let readings =
        format!("{{pupil(id:\"{}\"){{readings(first:100){{edges{{node{{staffId}}}}}}}}}}", school.pupils[2].id);
    let readings = principal.asks(&readings).await;
    assert!(readings.to_string().contains(&watch.id.to_string()), "{readings}");
    let nobody =
        watch.asks("{viewer{caseload{totalCount} guardiansToPhone{day} roles{role}}}").await["data"]["viewer"].clone();
    assert_eq!(nobody["roles"], json!([{ "role": "ATTENDANCE_WATCH" }]));
    assert_eq!((&nobody["caseload"]["totalCount"], &nobody["guardiansToPhone"]), (&json!(0), &json!([])));
}
