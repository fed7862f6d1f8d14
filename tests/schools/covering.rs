//! Whom nobody has, how a week is told, and what can be said of whether mentors help.

use domain::actor::Role;
use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::{Value, json};

use crate::arenaskolan::arenaskolan;
use crate::birgittaskolan::birgittaskolan;
use crate::stage::{Person, Setting, Stage};

async fn uncovered(principal: &Person<'_>, code: &str) -> Vec<(String, String)> {
    let query = format!("{{school(code:\"{code}\"){{unassigned{{edges{{node{{uncovered pupil{{id}}}}}}}}}}}}");
    let answer = principal.asks(&query).await;
    let edges =
        answer["data"]["school"]["unassigned"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    edges.iter().map(|edge| (text(&edge["node"]["pupil"]["id"]), text(&edge["node"]["uncovered"]))).collect()
}

/// A mentor is away with nobody standing in, another leaves: their pupils are nobody's, and the principal sees why.
#[tokio::test]
async fn pupils_whom_nobody_covers_are_listed_with_the_reason() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, away, leaver) = (school.principal(0), school.mentor(0), school.mentor(1));
    assert_eq!(uncovered(&principal, "ARE").await, []);
    let gone = "matter:{staffAway:{firstDay:\"2019-09-02\" lastDay:\"2019-09-06\"}}";
    principal.commands("arrangeStaff", &format!("staffId:\"{}\" {gone}", away.id)).await;
    let left = format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", leaver.id, school.school);
    school.other(Role::Administrator).commands("withdrawRole", &left).await;
    let mut told = uncovered(&principal, "ARE").await;
    let mut expected: Vec<_> =
        school.pupils[..2].iter().map(|one| (one.id.to_string(), "MENTOR_AWAY".to_owned())).collect();
    expected.push((school.pupils[2].id.to_string(), "ROLE_WITHDRAWN".to_owned()));
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    principal
        .commands("arrangeStaff", &format!("staffId:\"{}\" matter:{{staffBack:{{on:\"2019-09-02\"}}}}", away.id))
        .await;
    assert_eq!(uncovered(&principal, "ARE").await.len(), 1);
}

/// Who stands in has the week of two; the talks stay with the mentor whose they are.
#[tokio::test]
async fn a_deputys_week_holds_the_pupils_of_the_one_who_is_away() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, mentor, deputy, pupil) =
        (school.principal(0), school.mentor(0), school.mentor(1), school.pupils[0]);
    mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:CONCERN}").await;
    let cover = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" deputyId:\"{}\" from:\"2019-09-02\" until:\"2019-09-13\"",
        pupil.id, pupil.assignment, deputy.id
    );
    principal.commands("startCover", &cover).await;
    let week = principal.reads_the_week(deputy.id, "2019-W36").await;
    assert_eq!((&week["pupils"], &week["openSteps"], &week["talksDue"]), (&json!(2), &json!(1), &json!(2)));
    let own = principal.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!(own["talksDue"], 4);
    let ended = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" deputyId:\"{}\" lastDay:\"2019-09-02\"",
        pupil.id, pupil.assignment, deputy.id
    );
    principal.commands("endCover", &ended).await;
}

/// A week is sampled as a whole: an hour in a case is in the sample, and how much of the working time it covers is shown.
#[tokio::test]
async fn a_sampled_week_counts_its_sample_only_and_says_how_much_it_covers() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[0]);
    let post = format!("staffId:\"{}\" from:\"2019-08-12\" weeklyMinutes:2425 sharePercent:100", mentor.id);
    principal.commands("setWorkingTime", &post).await;
    mentor.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    for (category, minutes) in [("PUPILS", 1000), ("SUBSTITUTE", 200)] {
        let time = format!(
            "staffId:\"{}\" on:\"2019-09-02\" category:{category} minutes:{minutes} withinMission:true preventive:true \
             sampled:true",
            mentor.id
        );
        mentor.commands("logTime", &time).await;
    }
    let query = format!(
        "{{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W36\"){{sampled coverage{{part of}} withinMission{{part of}} \
         categories{{category minutes}} term{{term weeks sampledWeeks coverage{{part of}}}}}}}}}}}}",
        mentor.id
    );
    let week = principal.asks(&query).await["data"]["node"]["workload"].clone();
    assert_eq!(week["sampled"], true);
    assert_eq!(week["coverage"], json!({ "part": 1200, "of": 2425 }));
    assert_eq!(week["withinMission"], json!({ "part": 1000, "of": 1200 }), "whatever is ticked");
    let categories = json!([{ "category": "PUPILS", "minutes": 1000 }, { "category": "SUBSTITUTE", "minutes": 200 }]);
    assert_eq!(week["categories"], categories);
    let term = json!({ "term": "ht19", "weeks": 3, "sampledWeeks": 1, "coverage": { "part": 1200, "of": 3 * 2425 } });
    assert_eq!(week["term"], term);
}

/// Whoever came in the course of the term has sampled their own weeks of it, and no more.
#[tokio::test]
async fn the_term_of_a_mentor_who_came_in_it_begins_with_their_working_time() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(0));
    let term = async || {
        let query = format!(
            "{{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W36\"){{term{{weeks coverage{{part of}}}}}}}}}}}}",
            mentor.id
        );
        principal.asks(&query).await["data"]["node"]["workload"]["term"].clone()
    };
    assert_eq!(term().await, json!({ "weeks": 3, "coverage": null }), "nobody has said how long a week is");
    let post = format!("staffId:\"{}\" from:\"2019-08-26\" weeklyMinutes:2425 sharePercent:100", mentor.id);
    principal.commands("setWorkingTime", &post).await;
    let time = "on:\"2019-09-02\" category:PUPILS minutes:300 withinMission:true preventive:true sampled:true";
    mentor.commands("logTime", &format!("staffId:\"{}\" {time}", mentor.id)).await;
    assert_eq!(term().await, json!({ "weeks": 2, "coverage": { "part": 300, "of": 2 * 2425 } }));
}

/// Two weeks of a term are sampled. A third is refused with a word why, logged plainly it is taken, and the term says how many of
/// its weeks were sampled.
#[tokio::test]
async fn a_term_has_two_sampled_weeks_and_says_of_how_many() {
    let school = Stage::set(birgittaskolan()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(0));
    school.on("2019-09-27");
    let time = |on: &str, sampled: bool| {
        format!(
            "staffId:\"{}\" on:\"{on}\" category:PUPILS minutes:300 withinMission:true preventive:true sampled:{sampled}",
            mentor.id
        )
    };
    for on in ["2019-09-02", "2019-09-03", "2019-09-16"] {
        mentor.commands("logTime", &time(on, true)).await;
    }
    mentor.is_refused("logTime", &time("2019-09-23", true), "sampled_weeks_full").await;
    mentor.commands("logTime", &time("2019-09-23", false)).await;
    mentor.commands("logTime", &time("2019-09-17", true)).await;
    let query = format!(
        "{{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W39\"){{sampled term{{weeks sampledWeeks}}}}}}}}}}",
        mentor.id
    );
    let told = json!({ "sampled": false, "term": { "weeks": 6, "sampledWeeks": 2 } });
    assert_eq!(principal.asks(&query).await["data"]["node"]["workload"], told);
}

/// What mentors took over from teachers is added up for the school, never by person.
#[tokio::test]
async fn tasks_taken_over_are_added_up_for_the_school_and_term() {
    let school = Stage::set(arenaskolan()).await;
    for mentor in [school.mentor(0), school.mentor(1)] {
        let taken = format!("staffId:\"{}\" on:\"2019-09-02\" task:DOCUMENTATION minutes:25", mentor.id);
        mentor.commands("takeTaskOver", &taken).await;
    }
    // In a week that is sampled the minutes are in the sample too: they are what the task took all the same.
    let sampled = format!(
        "staffId:\"{}\" on:\"2019-09-02\" category:PUPILS minutes:300 withinMission:true preventive:true sampled:true",
        school.mentor(0).id
    );
    school.mentor(0).commands("logTime", &sampled).await;
    let query = "{school(code:\"ARE\"){takenOver(term:\"ht19\"){task count minutes}}}";
    let told = async |person: &Person<'_>| person.asks(query).await["data"]["school"]["takenOver"].clone();
    let sum = json!([{ "task": "DOCUMENTATION", "count": 2, "minutes": 50 }]);
    assert_eq!(told(&school.principal(0)).await, sum);
    assert_eq!(told(&school.mentor(0)).await, Value::Null, "a mentor sees one's own week");
}

/// What one mentor alone took over is that mentor's own, and what was done a few times may be: outside the school neither is told.
#[tokio::test]
async fn of_tasks_taken_over_no_few_are_told_outside_the_school() {
    let stage = Stage::set(Setting { mentors: 3, ..arenaskolan() }).await;
    let (principal, officer) = (stage.principal(0), stage.officer(0));
    stage.administrator().commands("grantRole", &format!("staffId:\"{}\" role:AUTHORITY", officer.id)).await;
    let taken =
        |mentor: &Person<'_>, task: &str| format!("staffId:\"{}\" on:\"2019-09-02\" task:{task} minutes:20", mentor.id);
    for (number, conflicts) in [(0, 6), (1, 0), (2, 0)] {
        let mentor = stage.mentor(number);
        for task in ["DOCUMENTATION", "DOCUMENTATION", "DEVELOPMENT_TALK"] {
            mentor.commands("takeTaskOver", &taken(&mentor, task)).await;
        }
        for _ in 0..conflicts {
            mentor.commands("takeTaskOver", &taken(&mentor, "CONFLICT")).await;
        }
    }
    let settled = |matter: &str| format!("schoolId:\"{}\" matter:{{{matter}}}", stage.school);
    principal.commands("settleSchool", &settled("publicationDayAdopted:{term:\"ht19\" on:\"2020-01-20\"}")).await;
    stage.on("2020-01-20");
    principal.commands("settleSchool", &settled("figuresPublished:{term:\"ht19\"}")).await;
    let query = "{school(code:\"ARE\"){takenOver(term:\"ht19\"){task count}}}";
    let told = async |person: &Person<'_>| person.asks(query).await["data"]["school"]["takenOver"].clone();
    let documentation = json!({ "task": "DOCUMENTATION", "count": 6 });
    assert_eq!(told(&officer).await, json!([documentation]));
    assert_eq!(told(&principal).await.as_array().unwrap().len(), 3);
}

/// Whoever has gone from one school to another takes tasks over there, and at the school before no more.
#[tokio::test]
async fn tasks_taken_over_count_at_the_school_where_the_mentor_is_one_in_the_term() {
    let school = Stage::set(arenaskolan()).await;
    let mentor = school.mentor(0);
    let role = |school| format!("staffId:\"{}\" role:MENTOR schoolId:\"{school}\"", mentor.id);
    school.administrator().commands("withdrawRole", &role(school.school)).await;
    school.administrator().commands("grantRole", &role(school.elsewhere())).await;
    school.on("2020-02-03");
    let taken = format!("staffId:\"{}\" on:\"2020-02-03\" task:DOCUMENTATION minutes:25", mentor.id);
    mentor.commands("takeTaskOver", &taken).await;
    let told = async |person: &Person<'_>, school| {
        let query = format!("{{node(id:\"{school}\"){{... on School{{takenOver(term:\"vt20\"){{count}}}}}}}}");
        person.asks(&query).await["data"]["node"]["takenOver"].clone()
    };
    assert_eq!(told(&school.stranger(), school.elsewhere()).await, json!([{ "count": 1 }]));
    assert_eq!(told(&school.principal(0), school.school).await, json!([]));
}

pub(crate) fn a_class_of_ten() -> Setting {
    Setting {
        code: "LJU",
        name: "Ljungsbro skola",
        form: SchoolForm::Compulsory,
        model: MentoringModel::YearGroup,
        talks: TalkDuty::AttendsSome,
        principals: 1,
        programmes: &[],
        mentors: 1,
        pupils: &[("7A", 0); 10],
    }
}

/// Half of a class get a mentor at New Year. Each group is compared with its own autumn, with how many they are and how sure
/// the mean is; a term that is marked leaves nothing to compare.
#[tokio::test]
async fn with_five_pupils_in_each_group_the_change_is_told_with_number_mean_and_interval() {
    let school = Stage::set(a_class_of_ten()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(0));
    for pupil in &school.pupils {
        let ended = format!(
            "pupilId:\"{}\" assignmentId:\"{}\" reason:NEED_ENDED lastDay:\"2019-09-01\"",
            pupil.id, pupil.assignment
        );
        principal.commands("endAssignment", &ended).await;
    }
    school.on("2020-02-03");
    for pupil in &school.pupils[..5] {
        let assigned = format!(
            "pupilId:\"{}\" mentorId:\"{}\" kind:PRIMARY principalId:\"{}\" from:\"2020-01-08\"",
            pupil.id, mentor.id, principal.id
        );
        principal.commands("assignMentor", &assigned).await;
    }
    for (number, pupil) in (0_u16..).zip(&school.pupils) {
        let (before, after) = if number < 5 { (90 + 3 * number, 45) } else { (30 + 3 * number, 60) };
        principal.registers_days(*pupil, "2019-09-02", 10, before).await;
        principal.registers_days(*pupil, "2020-01-13", 10, after).await;
    }
    let query = "{school(code:\"LJU\"){absenceEvidence(baseline:\"ht19\" term:\"vt20\"){leftOut{term} \
                 withMentor{...change} withoutMentor{...change} mentorBefore{pupils}} \
                 absenceChange(from:\"ht19\" to:\"vt20\"){leftOut{term reason} all{totalPoints} withMentor{totalPoints}}}} \
                 fragment change on GroupChange{pupils meanPoints lowPoints highPoints before{totalPercent}}";
    let told = principal.asks(query).await["data"]["school"].clone();
    let number = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{told}")).parse::<f64>().unwrap();
    // Five pupils' changes, one per cent apart: a deviation of 1.581, and 2.776 for four degrees of freedom.
    let reach = 2.776 * 1.5811 / 5.0_f64.sqrt();
    for (group, mean) in [("withMentor", -17.0), ("withoutMentor", 3.0)] {
        let change = &told["absenceEvidence"][group];
        assert_eq!(change["pupils"], 5);
        assert!((number(&change["meanPoints"]) - mean).abs() < 0.01, "{change}");
        assert!((number(&change["lowPoints"]) - (mean - reach)).abs() < 0.01, "{change}");
        assert!((number(&change["highPoints"]) - (mean + reach)).abs() < 0.01, "{change}");
    }
    assert_eq!(told["absenceEvidence"]["mentorBefore"], json!({ "pupils": 0 }));
    assert!(told["absenceChange"]["all"]["totalPoints"].is_string());

    let marked = format!("schoolId:\"{}\" term:\"vt20\" reason:EPIDEMIC", school.school);
    principal.commands("markTermNotComparable", &marked).await;
    let told = principal.asks(query).await["data"]["school"].clone();
    assert_eq!(told["absenceEvidence"]["leftOut"], json!([{ "term": "vt20" }]));
    assert_eq!(told["absenceEvidence"]["withMentor"], Value::Null);
    assert_eq!(told["absenceChange"]["leftOut"], json!([{ "term": "vt20", "reason": "EPIDEMIC" }]));
    assert_eq!(told["absenceChange"]["all"]["totalPoints"], Value::Null);
}
