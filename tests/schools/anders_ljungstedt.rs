//! Anders Ljungstedts gymnasium: mentors by programme, some of them shared by two principals; student finance, placements,
//! and what is written down about who does what.

use domain::words::{MentoringModel, SchoolForm, TalkDuty};
use serde_json::json;

use crate::stage::{Setting, Stage, times};

pub(crate) fn anders_ljungstedt() -> Setting {
    Setting {
        code: "ALG",
        name: "Anders Ljungstedts gymnasium",
        form: SchoolForm::UpperSecondary,
        model: MentoringModel::Programme,
        talks: TalkDuty::Books,
        principals: 2,
        programmes: &["BA", "FT"],
        mentors: 1,
        pupils: &[("BA1", 0), ("BA1", 0), ("FT1", 0)],
    }
}

/// Two principals share a mentor. Each sees their own pupils; of the other's load a number, and never a pupil.
#[tokio::test]
async fn two_principals_share_a_mentor_and_see_each_others_load_as_a_number() {
    let school = Stage::set(anders_ljungstedt()).await;
    let (first, second, mentor) = (school.principal(0), school.principal(1), school.mentor(0));
    for (principal, share) in [(&first, 60), (&second, 40)] {
        let agreed = format!(
            "staffId:\"{}\" matter:{{shareAgreed:{{principal:\"{}\" share:{share} firstDay:\"2019-08-12\"}}}}",
            mentor.id, principal.id
        );
        first.commands("arrangeStaff", &agreed).await;
    }
    let too_much = format!(
        "staffId:\"{}\" matter:{{shareAgreed:{{principal:\"{}\" share:41 firstDay:\"2019-08-12\"}}}}",
        mentor.id, second.id
    );
    first.is_refused("arrangeStaff", &too_much, "invalid_input").await;
    let shares = format!("{{node(id:\"{}\"){{... on Staff{{shares{{percent}}}}}}}}", mentor.id);
    let shares = first.asks(&shares).await["data"]["node"]["shares"].clone();
    let mut shares: Vec<_> =
        shares.as_array().unwrap().iter().map(|share| share["percent"].as_i64().unwrap()).collect();
    shares.sort_unstable();
    assert_eq!(shares, [40, 60]);

    let (builder, driver) = (school.pupils[0], school.pupils[2]);
    assert!(first.sees(builder).await && !first.sees(driver).await);
    assert!(second.sees(driver).await && !second.sees(builder).await);
    let week = second.reads_the_week(mentor.id, "2019-W36").await;
    assert_eq!((week["pupils"].clone(), week["pupilsForOtherPrincipals"].clone()), (json!(1), json!(2)));
}

/// What is the mentor's and not the class mentor's: student finance, staff alerted, the workplace, booked talks.
#[tokio::test]
async fn a_pupil_in_vocational_training_is_followed_to_the_workplace() {
    let school = Stage::set(anders_ljungstedt()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    mentor.logs(pupil, "outsidePartyContacted:{party:STUDENT_FINANCE direction:OUTGOING outcome:REACHED}").await;
    mentor.logs(pupil, "staffAlerted:{allSubjects:true}").await;
    mentor.logs(pupil, "outsidePartyContacted:{party:WORKPLACE direction:OUTGOING outcome:REACHED}").await;
    mentor.logs(pupil, "outsidePartyContacted:{party:MIGRATION_AGENCY direction:OUTGOING outcome:REACHED}").await;
    mentor.logs(pupil, "outsidePartyContacted:{party:POLICE direction:INCOMING outcome:REACHED}").await;
    mentor.logs(pupil, "placementVisited:{on:\"2019-09-02\"}").await;
    let of = mentor.logs(pupil, "developmentTalkBooked:{on:\"2019-10-01\"}").await;
    mentor.logs(pupil, "directedOnward:{onwardTo:CAREERS_COUNSELLOR}").await;
    school.on("2019-10-01");
    mentor.logs(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:true}}")).await;
    mentor
        .may_not_log(pupil, &format!("developmentTalkHeld:{{of:\"{of}\" guardianPresent:true}}"), "talk_not_booked")
        .await;
    let week = mentor.reads_the_week(mentor.id, "2019-W40").await;
    assert_eq!((week["talksHeld"].clone(), week["talksDue"].clone()), (json!(1), json!(6)));
    assert_eq!(times(&mentor.reads_the_week(mentor.id, "2019-W36").await, "OUTSIDE_PARTY_CONTACTED"), 4);
}

/// Written warnings are delegated at some schools; leave and programmes can be recorded as delegated. Without it, no.
#[tokio::test]
async fn a_short_leave_is_decided_by_delegation_and_a_long_one_by_the_principal() {
    let school = Stage::set(anders_ljungstedt()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[0]);
    let leave = |last: &str| format!("leaveDecided:{{firstDay:\"2019-09-16\" lastDay:\"{last}\" granted:true}}");
    mentor.may_not_log(pupil, &leave("2019-09-17"), "not_allowed").await;
    let delegated = format!(
        "schoolId:\"{}\" matter:{{decisionDelegated:{{decision:LEAVE to:\"{}\" firstDay:\"2019-09-02\" lastDay:\"2020-06-11\"}}}}",
        school.school, mentor.id
    );
    principal.commands("settleSchool", &delegated).await;
    mentor.logs(pupil, &leave("2019-09-17")).await;
    mentor.may_not_log(pupil, &leave("2019-10-04"), "not_allowed").await;
    principal.logs(pupil, &leave("2019-10-04")).await;
}

/// A pupil stops coming and leaves: the municipality's activity responsibility is told, and the case ends here.
#[tokio::test]
async fn a_pupil_who_drops_out_is_handed_to_the_activity_responsibility() {
    let school = Stage::set(anders_ljungstedt()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[1]);
    mentor
        .logs(pupil, "outsidePartyContacted:{party:ACTIVITY_RESPONSIBILITY direction:OUTGOING outcome:REACHED}")
        .await;
    mentor.logs(pupil, "obligationMetElsewhere:{reference:\"KAA 2019/12\" on:\"2019-09-02\"}").await;
    let left = format!("pupilId:\"{}\" reason:DROPPED_OUT lastDay:\"2019-09-02\"", pupil.id);
    principal.commands("recordPupilLeft", &left).await;
    school.on("2019-09-03");
    assert!(!mentor.sees(pupil).await, "a former mentor");
    assert!(principal.sees(pupil).await, "the school answers for its case until another enrols the pupil");
}
