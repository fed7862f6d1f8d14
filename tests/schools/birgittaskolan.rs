//! Birgittaskolan: a mentor follows a class to graduation, holds all development talks, and climbs the absence ladder with
//! those who are away; twenty to thirty minutes every Friday for a plan of the week.

use domain::actor::Role;
use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

pub(crate) fn birgittaskolan() -> Setting {
    Setting {
        code: "BIR",
        name: "Birgittaskolan",
        form: SchoolForm::UpperSecondary,
        model: MentoringModel::Class,
        talks: TalkDuty::Holds,
        principals: 1,
        programmes: &["VO"],
        mentors: 2,
        pupils: &[("VO1", 0), ("VO2", 0), ("VO3", 1)],
    }
}

/// The first invalid absence, then more of it: step by step, each with what was done at it, to the health team.
#[tokio::test]
async fn absence_climbs_the_ladder_step_by_step_and_nothing_is_done_twice() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[0]);
    let policy = format!(
        "schoolId:\"{}\" matter:{{ladderPolicyAdopted:{{number:1 firstDay:\"2019-08-12\" percent:15 windowDays:28}}}}",
        school.school
    );
    principal.commands("settleSchool", &policy).await;
    let first = mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:FIRST_INVALID}").await;
    mentor.may_not_log(pupil, "ladderStepOpened:{step:1 trigger:OCCASIONS}", "ladder_step_open_already").await;
    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    mentor.logs(pupil, &format!("ladderActionDone:{{of:\"{first}\" action:CONTACT_GUARDIAN}}")).await;
    mentor.logs(pupil, &format!("ladderActionDone:{{of:\"{first}\" action:TALK_WITH_PUPIL}}")).await;
    school.on("2019-09-23");
    mentor.logs(pupil, "ladderStepProposed:{step:2 trigger:SHARE_IN_WINDOW}").await;
    mentor.logs(pupil, &format!("ladderStepClosed:{{of:\"{first}\" closing:MOVED_UP}}")).await;
    let second = mentor.logs(pupil, "ladderStepOpened:{step:2 trigger:SHARE_IN_WINDOW}").await;
    mentor
        .may_not_log(pupil, &format!("ladderActionDone:{{of:\"{first}\" action:MEETING}}"), "ladder_step_not_open")
        .await;
    mentor.logs(pupil, &format!("ladderActionDone:{{of:\"{second}\" action:MEETING}}")).await;
    let waived = format!("ladderActionWaived:{{of:\"{second}\" action:SIMPLE_SURVEY}}");
    mentor.may_not_log(pupil, &waived, "reason_missing").await;
    mentor.logs_because(pupil, &waived, "Kartlagd i våras.").await;
    mentor.may_not_log(pupil, "ladderStepOpened:{step:4 trigger:PERSISTS}", "reason_missing").await;

    let referral = mentor.logs(pupil, "referralOpened:{concern:ABSENCE}").await;
    let returned = format!("referralReturned:{{of:\"{referral}\"}}");
    principal.may_not_log(pupil, &returned, "reason_missing").await;
    principal.logs_because(pupil, &returned, "Vad sa hemmet?").await;
    mentor.logs(pupil, &format!("referralResubmitted:{{of:\"{referral}\"}}")).await;
    // The team answers what stands with it, and says that it has met; the mentor does not answer for the team.
    let team = school.other(Role::HealthTeam);
    let accepted = format!("referralAccepted:{{of:\"{referral}\"}}");
    mentor.may_not_log(pupil, &accepted, "not_allowed").await;
    school.other(Role::SafetyTeam).may_not_log(pupil, &accepted, "not_found").await;
    team.logs(pupil, &accepted).await;
    team.logs(pupil, "healthTeamMet:{mentorPresent:true}").await;
    let agreed = format!("referralActionAgreed:{{of:\"{referral}\" member:COUNSELLOR followUp:\"2019-10-14\"}}");
    mentor.may_not_log(pupil, &agreed, "not_allowed").await;
    team.logs(pupil, &agreed).await;

    let week = principal.reads_the_week(mentor.id, "2019-W39").await;
    assert_eq!((week["openSteps"].clone(), week["openReferrals"].clone()), (json!(1), json!(1)));
    school.on("2019-10-14");
    mentor.logs(pupil, &format!("referralClosed:{{of:\"{referral}\"}}")).await;
    mentor.logs(pupil, &format!("ladderStepClosed:{{of:\"{second}\" closing:ABSENCE_CEASED}}")).await;
    let after = principal.reads_the_week(mentor.id, "2019-W42").await;
    assert_eq!((after["openSteps"].clone(), after["openReferrals"].clone()), (json!(0), json!(0)));
    assert_eq!(principal.reads_the_timeline(pupil).await.len(), 17);
}

/// Twenty minutes every Friday, two talks a year for each pupil, and time that is somebody else's task stands apart.
#[tokio::test]
async fn a_friday_plan_two_talks_a_year_and_time_outside_the_mission() {
    let school = Stage::set(birgittaskolan()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let plan = async |next: &str, minutes: u16| {
        let plan = format!("pupilId:\"{}\" work:{{weeklyPlanMade:{{week:\"{next}\"}}}} minutes:{minutes}", pupil.id);
        mentor.commands("logWork", &plan).await;
    };
    school.on("2019-09-06");
    let of = mentor.logs(pupil, "developmentTalkBooked:{on:\"2019-09-06\"}").await;
    mentor.logs(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:false}}")).await;
    plan("2019-W37", 20).await;
    for (category, within) in [("PUPILS", true), ("SUBSTITUTE", false)] {
        let time = format!(
            "staffId:\"{}\" on:\"2019-09-06\" category:{category} minutes:45 withinMission:{within} preventive:true",
            mentor.id
        );
        mentor.commands("logTime", &time).await;
    }
    let week = mentor.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(times(&week, "WEEKLY_PLAN_MADE"), 1);
    assert_eq!(
        (week["talksDue"].clone(), week["talksHeld"].clone()),
        (json!(4), json!(1)),
        "two for each of two pupils"
    );
    let within = json!({ "part": 45 + 20 + 2 * 15, "of": 90 + 20 + 2 * 15 });
    assert_eq!(week["withinMission"], within, "to be a substitute is not the mission; all else is counted too");

    // The Friday after that too, a little longer.
    school.on("2019-09-13");
    plan("2019-W38", 30).await;
    let next = mentor.reads_the_week(mentor.id, "2019-W37").await;
    assert_eq!((times(&next, "WEEKLY_PLAN_MADE"), &next["totalMinutes"]), (1, &json!(30)));
}

/// A class goes on to the next year together, and the mentor with it.
#[tokio::test]
async fn the_mentor_follows_the_class_from_the_first_year_to_the_last() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[0]);
    school.on("2020-08-10");
    let next = format!(
        "schoolId:\"{}\" firstDay:\"2020-08-17\" pupils:[{{pupilId:\"{}\" className:\"VO2\" grade:2 programme:\"VO\"}}]",
        school.school, pupil.id
    );
    principal.commands("rollYearOver", &next).await;
    school.on("2020-08-17");
    let query = format!("{{pupil(id:\"{}\"){{placement{{className grade}}}}}}", pupil.id);
    let placed = mentor.asks(&query).await["data"]["pupil"]["placement"].clone();
    assert_eq!(placed, json!({ "className": "VO2", "grade": 2 }));
}

/// The pupil in the last year graduates (tar studenten): the mentor has followed the pupil to the end and not beyond it. The others
/// go on; the school answers for what is on record, and it is told as it was.
#[tokio::test]
async fn the_mentor_has_the_pupil_until_graduation_and_nobody_after_it() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(1), school.pupils[2]);
    school.on("2020-04-14");
    mentor.logs(pupil, "subjectAtRisk:{subject:\"Matematik\" risk:FAILING}").await;
    mentor.logs(pupil, "actionProgrammeDrafted:{plan:ATTENDANCE_PLAN}").await;
    let of = mentor.logs(pupil, "developmentTalkBooked:{on:\"2020-05-08\"}").await;
    school.on("2020-05-08");
    mentor.logs(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:false}}")).await;
    mentor.logs(pupil, "weeklyPlanMade:{week:\"2020-W20\"}").await;

    // It is the last day of the last year.
    school.on("2020-06-11");
    assert!(mentor.sees(pupil).await);
    let graduates = format!("pupilId:\"{}\" reason:COMPLETED lastDay:\"2020-06-11\"", pupil.id);
    mentor.is_refused("recordPupilLeft", &graduates, "not_allowed").await;
    principal.commands("recordPupilLeft", &graduates).await;
    let caseload = async |past: &str| {
        let own = "caseload{totalCount}";
        let asked = if past.is_empty() { format!("{{viewer{{{own}}}}}") } else { format!("{{asOf({past}){{{own}}}}}") };
        let told = mentor.asks(&asked).await["data"].clone();
        told.as_object().unwrap().values().next().unwrap()["caseload"]["totalCount"].clone()
    };
    assert_eq!(caseload("").await, 1, "to the last day");

    // From the day after on the pupil is nobody's, and goes to no next year; what was done is the school's to tell.
    school.on("2020-06-12");
    assert_eq!(caseload("").await, 0);
    assert!(!mentor.sees(pupil).await && principal.sees(pupil).await);
    mentor.may_not_log(pupil, "pupilTalkedWith:{topic:WELLBEING}", "not_found").await;
    let ended = ["SUBJECT_AT_RISK", "ACTION_PROGRAMME_DRAFTED", "DEVELOPMENT_TALK_BOOKED", "DEVELOPMENT_TALK_HELD"];
    let timeline = principal.reads_the_timeline(pupil).await;
    assert!(ended.iter().all(|kind| timeline.iter().any(|told| told == kind)), "{timeline:?}");
    assert_eq!(timeline.last().map(String::as_str), Some("PUPIL_LEFT"));
    school.on("2020-08-10");
    let next = format!(
        "schoolId:\"{}\" firstDay:\"2020-08-17\" pupils:[{{pupilId:\"{}\" className:\"VO4\" grade:3 programme:\"VO\"}}]",
        school.school, pupil.id
    );
    assert!(principal.tries("rollYearOver", &next).await["data"]["rollYearOver"]["receipt"].is_null());
    assert!(school.mentor(0).sees(school.pupils[0]).await, "the first-year pupils go on");
}
