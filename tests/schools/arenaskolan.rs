//! Arenaskolan: three posts shared by several people, a few pupils each, and days that are adapted to the pupil.

use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

pub(crate) fn arenaskolan() -> Setting {
    Setting {
        code: "ARE",
        name: "Arenaskolan",
        form: SchoolForm::Compulsory,
        model: MentoringModel::Targeted,
        talks: TalkDuty::Attends,
        principals: 1,
        programmes: &[],
        mentors: 2,
        pupils: &[("8A", 0), ("8A", 0), ("9B", 1)],
    }
}

/// Somebody who is a mentor for two days of five meets the same few pupils every day that they work, and adapts the day.
#[tokio::test]
async fn two_people_share_a_post_and_each_adapts_the_days_of_their_own_few_pupils() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, mentor) = (school.principal(0), school.mentor(0));
    let (first, second) = (school.pupils[0], school.pupils[1]);
    let post = format!("staffId:\"{}\" from:\"2019-09-02\" weeklyMinutes:2425 sharePercent:40", mentor.id);
    principal.commands("setWorkingTime", &post).await;

    // The day is adapted by the principal's decision; the mentor fills it, and looks back on it with the pupil.
    mentor
        .may_not_log(first, "adaptedStudiesDecided:{firstDay:\"2019-09-02\" reviewOn:\"2019-10-14\"}", "not_allowed")
        .await;
    principal.logs(first, "adaptedStudiesDecided:{firstDay:\"2019-09-02\" reviewOn:\"2019-10-14\"}").await;
    for (day, text) in [("2019-09-02", "02"), ("2019-09-03", "03")] {
        school.on(day);
        for pupil in [first, second] {
            mentor.logs(pupil, "pupilTalkedWith:{topic:SCHOOLWORK}").await;
            mentor.logs(pupil, &format!("dayEvaluated:{{on:\"2019-09-{text}\"}}")).await;
        }
    }
    mentor.logs(second, "weeklyPlanMade:{week:\"2019-W37\"}").await;

    let week = mentor.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!((times(&week, "PUPIL_TALKED_WITH"), times(&week, "DAY_EVALUATED")), (4, 4));
    assert_eq!(week["pupils"], 2);
    assert_eq!(week["workingMinutes"], 970, "two fifths of 40 h 25 min");
    assert_eq!(
        mentor.reads_the_timeline(first).await,
        ["ADAPTED_STUDIES_DECIDED", "PUPIL_TALKED_WITH", "DAY_EVALUATED", "PUPIL_TALKED_WITH", "DAY_EVALUATED"]
    );
    assert!(!school.mentor(1).sees(first).await, "the other half of the post has other pupils");
}

/// The one colleague is away; the other has the pupils meanwhile, by a standing arrangement, and not a day longer.
#[tokio::test]
async fn the_colleague_stands_in_while_the_mentor_is_away() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, mentor, colleague) = (school.principal(0), school.mentor(0), school.mentor(1));
    let deputy = format!(
        "staffId:\"{}\" matter:{{standingDeputyNamed:{{deputy:\"{}\" firstDay:\"2019-09-02\" lastDay:\"2020-06-11\"}}}}",
        mentor.id, colleague.id
    );
    principal.commands("arrangeStaff", &deputy).await;
    assert!(!colleague.sees(school.pupils[0]).await);
    let away = "matter:{staffAway:{firstDay:\"2019-09-03\" lastDay:\"2019-09-06\"}}";
    principal.commands("arrangeStaff", &format!("staffId:\"{}\" {away}", mentor.id)).await;
    school.on("2019-09-03");
    assert!(colleague.sees(school.pupils[0]).await);
    colleague.logs(school.pupils[0], "pupilTalkedWith:{topic:WELLBEING}").await;
    let caseload = colleague.asks("{viewer{caseload{totalCount}}}").await;
    assert_eq!(caseload["data"]["viewer"]["caseload"], json!({ "totalCount": 3 }));
    school.on("2019-09-09");
    assert!(!colleague.sees(school.pupils[0]).await);

    // The week is told as it was, also when it is over: on Sunday nobody stood in any more.
    let query = format!(
        "{{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W36\"){{pupils coveredPupils}}}}}}}}",
        colleague.id
    );
    let week = colleague.asks(&query).await["data"]["node"]["workload"].clone();
    assert_eq!(week, json!({ "pupils": 3, "coveredPupils": 2 }));
}
