//! Birgittaskolan: a mentor follows a class to graduation, holds all development talks, and climbs the absence ladder with
//! those who are away; half an hour every Friday for a plan of the week.

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
    school.on("2019-09-06");
    let of = mentor.logs(pupil, "developmentTalkBooked:{on:\"2019-09-06\"}").await;
    mentor.logs(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:false}}")).await;
    mentor.logs(pupil, "weeklyPlanMade:{week:\"2019-W37\"}").await;
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
    let within = json!({ "part": 45 + 3 * 15, "of": 90 + 3 * 15 });
    assert_eq!(week["withinMission"], within, "to be a substitute is not the mission; all else is counted too");
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
