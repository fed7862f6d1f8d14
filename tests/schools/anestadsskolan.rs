//! Ånestadsskolan: each mentor has one class, is there in breaks and corridors, works with values before anything happens,
//! and takes conflicts that teachers had no time for.

use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

fn anestadsskolan() -> Setting {
    Setting {
        code: "ÅNE",
        name: "Ånestadsskolan",
        form: SchoolForm::Compulsory,
        model: MentoringModel::Class,
        talks: TalkDuty::None,
        principals: 1,
        programmes: &[],
        mentors: 2,
        pupils: &[("7A", 0), ("7A", 0), ("8A", 1)],
    }
}

/// Time with the class, breaks, and an hour in which a conflict was settled that a teacher would have had.
#[tokio::test]
async fn a_week_with_the_class_is_preventive_and_its_conflicts_are_the_mentors() {
    let school = Stage::set(anestadsskolan()).await;
    let mentor = school.mentor(0);
    let (one, other) = (school.pupils[0], school.pupils[1]);
    let own = |rest: &str| format!("staffId:\"{}\" {rest}", mentor.id);
    for (activity, minutes) in [("CLASS_TIME", 40), ("VALUES", 50), ("BREAKS", 30)] {
        let held = format!(
            "matter:{{groupActivityHeld:{{on:\"2019-09-02\" activity:{activity} pupils:15 minutes:{minutes}}}}}"
        );
        mentor.commands("arrangeStaff", &own(&held)).await;
    }
    let both = format!(
        "pupilId:\"{}\" alsoPupilIds:[\"{}\"] work:{{conflictHandled:{{pupils:2}}}} minutes:30",
        one.id, other.id
    );
    mentor.commands("logWork", &both).await;
    mentor.logs(one, "incidentNoted:{matter:ORDER}").await;
    mentor.commands("takeTaskOver", &own("on:\"2019-09-02\" task:CONFLICT minutes:30")).await;
    let logged = |category: &str, preventive: bool| {
        own(&format!("on:\"2019-09-02\" category:{category} minutes:60 withinMission:true preventive:{preventive}"))
    };
    mentor.commands("logTime", &logged("GROUPS", true)).await;
    mentor.commands("logTime", &logged("PUPILS", false)).await;
    mentor.logs(other, "pupilTalkedWith:{topic:WELLBEING}").await;

    let week = mentor.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(week["groups"].as_array().unwrap().len(), 3);
    let with_groups = 40 + 50 + 30;
    assert_eq!(
        week["preventive"],
        json!({ "part": with_groups + 60 + 15, "of": with_groups + 30 + 15 + 30 + 120 + 15 }),
        "groups, what was logged so, and the talk; a conflict and an incident put fires out"
    );
    assert_eq!(week["takenOver"], json!([{ "task": "CONFLICT", "count": 1 }]));
    assert_eq!((times(&week, "INCIDENT_NOTED"), times(&week, "PUPIL_TALKED_WITH")), (1, 1));
    assert_eq!(week["talksDue"], 0, "here the mentor has nothing to do with development talks");
    school.principal(0).is_refused("logTime", &logged("GROUPS", true), "not_allowed").await;
}

/// Nobody is forgotten: whom nobody has talked with for four weeks is a list that the principal looks at.
#[tokio::test]
async fn pupils_whom_nobody_has_talked_with_are_seen_before_they_are_lost() {
    let school = Stage::set(anestadsskolan()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(0));
    mentor.logs(school.pupils[0], "pupilTalkedWith:{topic:WELLBEING}").await;
    school.on("2019-09-27");
    mentor.logs(school.pupils[1], "pupilTalkedWith:{topic:WELLBEING}").await;
    school.on("2019-10-03");
    let silent = async |past: &str| {
        let query = format!(
            "{{{past}school(code:\"ÅNE\"){{notTalkedWith(weeks:4){{totalCount}}}}{}}}",
            if past.is_empty() { "" } else { "}" }
        );
        principal.asks(&query).await["data"].to_string()
    };
    assert_eq!(silent("").await, json!({ "school": { "notTalkedWith": { "totalCount": 2 } } }).to_string());
    assert!(silent("asOf(day:\"2019-09-18\"){").await.contains("\"totalCount\":2"), "the same question, of a past day");
    let four_weeks_after_they_came = silent("asOf(day:\"2019-09-17\"){").await;
    assert!(four_weeks_after_they_came.contains("\"totalCount\":0"), "{four_weeks_after_they_came}");
    let before_the_talk_was_known = silent("asOf(day:\"2019-10-03\" knownOn:\"2019-09-26\"){").await;
    assert!(before_the_talk_was_known.contains("\"totalCount\":3"), "{before_the_talk_was_known}");
}

/// A conflict between two was logged for two, and one of them was another pupil: the half hour was spent all the same.
#[tokio::test]
async fn time_that_was_spent_with_several_pupils_stays_spent_when_one_of_them_was_the_wrong_one() {
    let school = Stage::set(anestadsskolan()).await;
    let mentor = school.mentor(0);
    let (one, other) = (school.pupils[0], school.pupils[1]);
    let both = format!(
        "pupilId:\"{}\" alsoPupilIds:[\"{}\"] work:{{conflictHandled:{{pupils:2}}}} minutes:30",
        one.id, other.id
    );
    mentor.commands("logWork", &both).await;
    let spent = async || mentor.reads_the_week(mentor.id, "2019-W36").await["totalMinutes"].clone();
    assert_eq!(spent().await, 30);
    for (pupil, left) in [(one, json!(30)), (other, json!(0))] {
        let query = format!("{{pupil(id:\"{}\"){{timeline{{edges{{node{{kind position}}}}}}}}}}", pupil.id);
        let told = mentor.asks(&query).await;
        let edges = told["data"]["pupil"]["timeline"]["edges"].as_array().unwrap().clone();
        let entry = edges.iter().find(|edge| edge["node"]["kind"] == "CONFLICT_HANDLED").unwrap();
        let correct = format!("pupilId:\"{}\" position:{} reason:\"Fel elev\"", pupil.id, entry["node"]["position"]);
        mentor.commands("correctEntry", &correct).await;
        assert_eq!(spent().await, left);
    }
}
