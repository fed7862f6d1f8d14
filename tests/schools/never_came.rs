//! A pupil who never came to the school that enrolled them: with everybody else it is as if that school had not.

use serde_json::Value;

use crate::changing::{count, goes, kept, names};
use crate::secrecy::with_a_full_case;
use crate::stage::{Person, Pupil, Stage};

/// The pupil has a guardian with a ban, has left, and is enrolled at the other school, which takes it back.
async fn enrolled_elsewhere_by_mistake(stage: &Stage, pupil: Pupil) -> String {
    let (principal, next) = (stage.principal(0), stage.stranger());
    let ban =
        principal.logs_because(pupil, &format!("contactBanned:{{guardian:\"{}\"}}", pupil.guardian), "Beslut.").await;
    goes(stage, pupil, (&principal, &next), ("2019-09-04", "2019-09-05")).await;
    ban
}

async fn takes_back(next: &Person<'_>, stage: &Stage, pupil: Pupil) {
    let there = format!("pupilId:\"{}\" reason:\"Fel elev.\" schoolId:\"{}\"", pupil.id, stage.elsewhere());
    next.commands("correctEnrolmentDays", &format!("{there} enrolledFrom:\"2019-09-05\" mistake:ENROLMENT")).await;
}

/// What a principal reads of the case: as one that is there, and as one that was left.
async fn reads(person: &Person<'_>, pupil: Pupil) -> (Value, Value) {
    let list = "totalCount edges{node{kind}}";
    let query = format!(
        "{{pupil(id:\"{0}\"){{name guardians{{id}} timeline(first:100){{{list}}}}} formerCase(pupilId:\"{0}\" first:100){{{list}}}}}",
        pupil.id
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    (answer["data"]["pupil"].clone(), answer["data"]["formerCase"].clone())
}

#[tokio::test]
async fn the_school_before_has_the_case_as_it_left_it_and_the_other_has_its_own_records_alone() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next, pupil) = (stage.mentor(0), stage.principal(0), stage.stranger(), stage.pupils[0]);
    enrolled_elsewhere_by_mistake(&stage, pupil).await;
    let guardian = format!("pupilId:\"{}\" newGuardian:{{name:\"Annan Vuxen\"}} guardianship:CUSTODIAN", pupil.id);
    next.commands("linkGuardian", &guardian).await;
    assert!(next.sees(pupil).await && !principal.sees(pupil).await);
    stage.on("2019-09-06");
    takes_back(&next, &stage, pupil).await;
    stage.on("2019-09-07");

    let (case, former) = reads(&principal, pupil).await;
    assert_eq!(case["guardians"][0]["id"], pupil.guardian.to_string());
    assert_eq!((case["name"].as_str(), case["guardians"].as_array().unwrap().len()), (Some("Kim Exempel"), 1));
    assert_eq!(case["timeline"]["totalCount"], former["totalCount"]);
    assert!(former.to_string().contains("CONTACT_BANNED"));
    assert!(!next.sees(pupil).await);
    let (_, theirs) = reads(&next, pupil).await;
    assert!(
        theirs.to_string().contains("GUARDIAN_LINKED") && !theirs.to_string().contains("CONTACT_BANNED"),
        "{theirs}"
    );

    // Who reads from now on stands with the school whose case it is.
    let (here, there) = (kept(&principal, pupil, stage.school).await.0, kept(&next, pupil, stage.elsewhere()).await.0);
    assert!(names(&here, &principal) && !names(&here, &next), "{here}");
    assert!(names(&there, &next) && !names(&there, &principal), "{there}");

    // The leaving was none either: the mentor has the pupil, and whom the ban is about is told of nothing.
    let of = format!("pupilId:\"{}\" reason:\"Gick inte.\" schoolId:\"{}\"", pupil.id, stage.school);
    let first = "enrolledFrom:\"2019-08-20\" mistake:LEAVING";
    principal.commands("correctEnrolmentDays", &format!("{of} {first}")).await;
    assert!(mentor.sees(pupil).await);
    mentor.may_not_log(pupil, &format!("contactBanLifted:{{guardian:\"{}\"}}", pupil.guardian), "not_allowed").await;
    principal.logs_because(pupil, &format!("contactBanLifted:{{guardian:\"{}\"}}", pupil.guardian), "Hävt.").await;
}

#[tokio::test]
async fn what_was_given_to_the_school_that_they_never_came_to_is_given_anew_to_the_one_they_come_to() {
    let stage = with_a_full_case().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    let talk = principal.logs(pupil, "pupilTalkedWith:{topic:SCHOOLWORK}").await;
    let ban = enrolled_elsewhere_by_mistake(&stage, pupil).await;
    let hands_on = format!("entryHandedOn:{{of:\"{ban}\"}}");
    principal.logs(pupil, &hands_on).await;
    principal.may_not_log(pupil, &hands_on, "already_so").await;
    let told = async || reads(&next, pupil).await.0.to_string().contains("CONTACT_BANNED");
    assert!(told().await);
    let given = async || count(&kept(&next, pupil, stage.elsewhere()).await.1, "CONTACT_BANNED");
    assert_eq!(given().await, 1);
    takes_back(&next, &stage, pupil).await;
    assert_eq!(given().await, 1, "that it was given stays on record where it was");
    next.may_not_log(pupil, &hands_on, "not_found").await;
    stage.on("2019-09-09");
    let enrol = format!(
        "pupilId:\"{}\" schoolId:\"{}\" name:\"Nytt Namn\" className:\"7A\" grade:7 from:\"2019-09-09\" identity:NONE",
        pupil.id,
        stage.elsewhere()
    );
    next.commands("enrolPupil", &enrol).await;
    assert!(!told().await, "it was given for an enrolment that was none");
    principal.logs(pupil, &format!("entryHandedOn:{{of:\"{talk}\"}}")).await;
    assert!(!told().await, "nor does it come with another");
    principal.logs(pupil, &hands_on).await;
    assert!(told().await);
}

#[tokio::test]
async fn whose_custody_was_wrong_is_unlinked_and_linked_anew_and_the_ban_holds() {
    let stage = with_a_full_case().await;
    let (mentor, principal, pupil) = (stage.mentor(0), stage.principal(0), stage.pupils[0]);
    let of = format!("guardian:\"{}\"", pupil.guardian);
    principal.logs_because(pupil, &format!("contactBanned:{{{of}}}"), "Beslut.").await;
    principal.logs_because(pupil, &format!("guardianUnlinked:{{{of}}}"), "Fel vårdnad.").await;
    let link = |guardian: &str| {
        format!("pupilId:\"{}\" guardianId:\"{guardian}\" guardianship:PARENT_WITHOUT_CUSTODY", pupil.id)
    };
    let other = stage.pupils[1].guardian.to_string();
    principal.is_refused("linkGuardian", &link("guardian_000000000000000000000000000000ab"), "not_found").await;
    mentor.commands("linkGuardian", &link(&pupil.guardian.to_string())).await;
    principal
        .is_refused(
            "logWork",
            &format!("pupilId:\"{}\" work:{{contactBanned:{{{of}}}}} note:\"Beslut.\"", pupil.id),
            "already_so",
        )
        .await;
    // Somebody else's guardian is linked by who has that child too, as before.
    principal.commands("linkGuardian", &link(&other)).await;
}
