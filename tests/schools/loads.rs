//! What somebody is told of a mentor's pupils and work is of those pupils whom they may know of; of the others at most one number,
//! and never when.

use domain::actor::Role;
use serde_json::Value;

use crate::ending::{follows, hears, to_the_end};
use crate::ljungsbro::ljungsbro;
use crate::stage::{Person, Pupil, Stage};

async fn protects(principal: &Person<'_>, pupil: Pupil) {
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
}

/// Who is at a school may follow a colleague's caseload. What is recorded in cases of which they see no more than who has whom, or
/// nothing at all, sends them nothing: when a guardian was phoned is not theirs to know, and least of all a protected pupil's.
#[tokio::test]
async fn whoever_follows_a_caseload_hears_nothing_of_what_happens_in_cases_that_they_do_not_have() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, next) = (stage.principal(0), stage.mentor(2), stage.mentor(0));
    let (seen, protected) = (stage.pupils[2], stage.pupils[3]);
    protects(&principal, protected).await;
    let officer = stage.officer(0);
    let appointed = format!("staffId:\"{}\" role:AUTHORITY", officer.id);
    stage.administrator().commands("grantRole", &appointed).await;
    let query = format!("subscription{{mentorCaseload(mentorId:\"{}\"){{totalCount}}}}", mentor.id);
    let count = |item: Value| item["payload"]["data"]["mentorCaseload"]["totalCount"].clone();
    let (coordinator, colleague) = (stage.other(Role::Coordinator), stage.mentor(1));
    let mut few = follows(&coordinator, &stage, &query).await;
    assert_eq!(count(hears(&mut few).await), 1);
    let mut nobody = [follows(&officer, &stage, &query).await, follows(&colleague, &stage, &query).await];
    for socket in &mut nobody {
        assert_eq!(count(hears(socket).await), 0);
    }
    let mut own = follows(&mentor, &stage, &query).await;
    assert_eq!(count(hears(&mut own).await), 1);

    for _ in 0..3 {
        mentor.phones_the_guardian(seen, "ABSENCE").await;
        assert_eq!(count(hears(&mut own).await), 1, "who has the case hears of it");
        principal.phones_the_guardian(protected, "ABSENCE").await;
        mentor.commands("takeTaskOver", &format!("staffId:\"{}\" on:\"2019-09-02\" task:CONFLICT", mentor.id)).await;
    }
    let handed = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-09-02\"",
        seen.id, seen.assignment, next.id
    );
    principal.commands("handOver", &handed).await;

    assert_eq!(count(hears(&mut few).await), 0, "who has whom is the coordinator's to know, and the first that is heard");
    assert_eq!(count(hears(&mut own).await), 0, "nothing between: the protected pupil is not the mentor's any more");
    let withdrawn = [
        appointed,
        format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", colleague.id, stage.school),
    ];
    for (socket, role) in nobody.iter_mut().zip(withdrawn) {
        stage.administrator().commands("withdrawRole", &role).await;
        assert_eq!(to_the_end(socket).await, Vec::<Value>::new());
    }
}
