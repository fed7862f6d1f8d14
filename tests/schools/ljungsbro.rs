//! Ljungsbro skola: one mentor for a whole year group. Wrong absence, warnings and resits, action programmes, and what
//! must be documented when somebody has been treated badly.

use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

pub(crate) fn ljungsbro() -> Setting {
    Setting {
        code: "LJU",
        name: "Ljungsbro skola",
        form: SchoolForm::Compulsory,
        model: MentoringModel::YearGroup,
        talks: TalkDuty::AttendsSome,
        principals: 1,
        programmes: &[],
        mentors: 3,
        pupils: &[("7A", 0), ("8A", 1), ("9A", 2), ("9A", 2)],
    }
}

/// A lesson was registered wrongly: the mentor has it put right, and what was known before is known still.
#[tokio::test]
async fn wrong_absence_is_taken_away_and_history_is_kept() {
    let school = Stage::set(ljungsbro()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(2), school.pupils[2]);
    school.on("2019-09-04");
    principal.registers(pupil, "2019-09-03", 0, 60).await;
    let step = mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:FIRST_INVALID}").await;
    school.on("2019-09-06");
    mentor.logs(pupil, "correctionRequested:{on:\"2019-09-03\"}").await;
    mentor.corrects(pupil, "2019-09-03", 0, 0).await;
    mentor.logs(pupil, &format!("ladderStepRetracted:{{of:\"{step}\"}}")).await;

    let absence = async |past: &str| {
        let query =
            format!("{{{past}{{pupil(id:\"{}\"){{absence(term:\"ht19\"){{all{{unnotifiedMinutes}}}}}}}}}}", pupil.id);
        mentor.asks(&query).await["data"]["asOf"]["pupil"]["absence"]["all"]["unnotifiedMinutes"].clone()
    };
    assert_eq!(absence("asOf(day:\"2019-09-04\")").await, json!(0), "what was true");
    assert_eq!(absence("asOf(day:\"2019-09-04\" knownOn:\"2019-09-04\")").await, json!(60), "what we knew");
    let week = mentor.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(week["openSteps"], 0);
}

/// A pupil in the ninth grade is at risk in mathematics: warned, reminded, helped, and a programme that the principal
/// decides on before it can be followed up.
#[tokio::test]
async fn a_warning_a_resit_and_an_action_programme_that_the_principal_decides_on() {
    let school = Stage::set(ljungsbro()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(2), school.pupils[2]);
    mentor.logs(pupil, "subjectAtRisk:{subject:\"Matematik\" risk:FAILING}").await;
    mentor.logs(pupil, "gradeWarningGiven:{subject:\"Matematik\"}").await;
    mentor.phones_the_guardian(pupil, "SCHOOLWORK").await;
    mentor.logs(pupil, "resitReminded:{subject:\"Matematik\"}").await;
    mentor.logs(pupil, "extraAdaptationNoted:{subject:\"Matematik\"}").await;
    let of = mentor.logs(pupil, "actionProgrammeDrafted:{plan:ACTION_PROGRAMME}").await;
    let followed = format!("actionProgrammeFollowedUp:{{of:\"{of}\" ended:true}}");
    mentor.may_not_log(pupil, &followed, "plan_stands_elsewhere").await;
    let decided = format!("actionProgrammeDecided:{{of:\"{of}\" adopted:true}}");
    mentor.may_not_log(pupil, &decided, "not_allowed").await;
    let decision = principal.logs(pupil, &decided).await;
    mentor.logs(pupil, &format!("decisionExported:{{of:\"{decision}\"}}")).await;
    school.on("2019-10-14");
    mentor.logs(pupil, &followed).await;
    mentor.may_not_log(pupil, &followed, "plan_stands_elsewhere").await;
    assert_eq!(
        mentor.reads_the_timeline(pupil).await,
        [
            "SUBJECT_AT_RISK",
            "GRADE_WARNING_GIVEN",
            "GUARDIAN_CONTACTED",
            "RESIT_REMINDED",
            "EXTRA_ADAPTATION_NOTED",
            "ACTION_PROGRAMME_DRAFTED",
            "ACTION_PROGRAMME_DECIDED",
            "DECISION_EXPORTED",
            "ACTION_PROGRAMME_FOLLOWED_UP",
        ]
    );
}

/// Degrading treatment between two pupils: it stands in both cases, goes to the principal, and from there further.
#[tokio::test]
async fn harassment_goes_to_the_principal_and_on_to_the_authority() {
    let school = Stage::set(ljungsbro()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(2));
    let (one, other) = (school.pupils[2], school.pupils[3]);
    let both = format!(
        "pupilId:\"{}\" alsoPupilIds:[\"{}\"] work:{{conflictHandled:{{pupils:2}}}} minutes:25",
        one.id, other.id
    );
    mentor.commands("logWork", &both).await;
    principal.may_not_log(one, "harassmentReported:{level:AUTHORITY}", "report_missing").await;
    let report = mentor.logs(one, "harassmentReported:{level:PRINCIPAL}").await;
    let further = format!("harassmentReported:{{level:AUTHORITY report:\"{report}\"}}");
    mentor.may_not_log(one, &further, "not_allowed").await;
    principal.may_not_log(other, &further, "report_missing").await;
    principal.logs(one, &further).await;
    assert_eq!(mentor.reads_the_timeline(other).await, ["CONFLICT_HANDLED"]);
    let week = mentor.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(times(&week, "CONFLICT_HANDLED"), 2);
    assert_eq!(week["totalMinutes"], 25 + 15, "the time with the two counts once");
}

/// What goes on in the corridors: a fight between two, and the report that somebody could have been hurt, which the mentor writes
/// so that no teacher has to.
#[tokio::test]
async fn an_incident_in_the_corridor_is_noted_in_the_case_and_taken_over_from_a_teacher() {
    let school = Stage::set(ljungsbro()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(2), school.pupils[2]);
    mentor.logs(pupil, "incidentNoted:{matter:VIOLENCE}").await;
    let taken = format!("staffId:\"{}\" on:\"2019-09-02\" task:DOCUMENTATION minutes:20", mentor.id);
    mentor.commands("takeTaskOver", &taken).await;
    let week = principal.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(times(&week, "INCIDENT_NOTED"), 1);
    assert_eq!(week["takenOver"], json!([{ "task": "DOCUMENTATION", "count": 1 }]));
    assert_eq!(week["preventive"], json!({ "part": 20, "of": 35 }), "to put a fire out is not preventive");
}

/// The mentors attend some of the development talks: as many are due as are booked.
#[tokio::test]
async fn of_development_talks_those_are_due_that_the_mentor_is_booked_for() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, pupil) = (school.mentor(2), school.pupils[2]);
    let talks = async |week: &str| {
        let week = mentor.reads_the_week(mentor.id, week).await;
        (week["talksDue"].as_u64(), week["talksHeld"].as_u64())
    };
    assert_eq!(talks("2019-W36").await, (Some(0), Some(0)));
    let of = mentor.logs(pupil, "developmentTalkBooked:{on:\"2019-10-01\"}").await;
    assert_eq!(talks("2019-W36").await, (Some(1), Some(0)));
    school.on("2019-10-01");
    mentor.logs(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:true}}")).await;
    assert_eq!(talks("2019-W40").await, (Some(1), Some(1)));
}

/// There was some turnover among the mentors. Who had which pupil when is never in doubt.
#[tokio::test]
async fn a_mentor_leaves_and_the_next_one_takes_over_with_a_word_about_the_pupil() {
    let school = Stage::set(ljungsbro()).await;
    let (principal, before, after, pupil) = (school.principal(0), school.mentor(0), school.mentor(1), school.pupils[0]);
    school.on("2019-10-14");
    let over = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-10-15\" note:\"Ring på förmiddagen.\"",
        pupil.id, pupil.assignment, after.id
    );
    principal.commands("handOver", &over).await;
    assert!(before.sees(pupil).await && !after.sees(pupil).await, "to the last day");
    school.on("2019-10-15");
    assert!(!before.sees(pupil).await && after.sees(pupil).await);
    let had = async |past: &str| {
        let query = format!("{{{past}{{pupil(id:\"{}\"){{mentors{{mentor{{id}}}}}}}}}}", pupil.id);
        principal.asks(&query).await["data"]["asOf"]["pupil"]["mentors"][0]["mentor"]["id"].clone()
    };
    assert_eq!(had("asOf(day:\"2019-10-14\")").await, json!(before.id.to_string()));
    assert_eq!(had("asOf(day:\"2019-10-15\")").await, json!(after.id.to_string()));
    assert_eq!(had("asOf(day:\"2019-10-15\" knownOn:\"2019-10-13\")").await, json!(before.id.to_string()));
}
