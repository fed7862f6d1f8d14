//! Concern, harassment and incidents: whoever is employed at the school reports them, and learns nothing by it.

use domain::actor::Role;
use domain::id::PupilId;
use serde_json::{Value, json};

use crate::secrecy::{kinds, reads, with_a_full_case};
use crate::stage::{Person, Pupil, Stage};

const REPORTS: [(&str, &str); 3] = [
    ("concernReported:{inWriting:true}", "CONCERN_REPORTED"),
    ("harassmentReported:{level:PRINCIPAL}", "HARASSMENT_REPORTED"),
    ("incidentNoted:{matter:ORDER}", "INCIDENT_NOTED"),
];

/// Everybody employed at the school who has nothing to do with the pupil.
async fn employees(stage: &Stage) -> Vec<Person<'_>> {
    let second = stage.officer(1);
    let principal = format!("staffId:\"{}\" role:PRINCIPAL schoolId:\"{}\"", second.id, stage.school);
    // A principal who answers for nobody.
    stage.administrator().tries("grantRole", &principal).await;
    let mut all = vec![stage.mentor(2), second, stage.administrator()];
    let others =
        Role::ALL.into_iter().filter(|role| !matches!(role, Role::Mentor | Role::Principal | Role::Integration));
    all.extend(others.map(|role| stage.other(role)));
    all
}

fn asked(pupil: PupilId, work: &str, more: &str) -> String {
    format!("pupilId:\"{pupil}\" work:{{{work}}} {more}")
}

/// What is answered to a report, with all that can be asked of the answer.
async fn reports(person: &Person<'_>, pupil: PupilId, work: &str, more: &str) -> Value {
    let id = person.fresh_command();
    let query = format!(
        "mutation{{logWork(input:{{commandId:\"{id}\" {}}}){{receipt{{createdIds already eventIds}} pupil{{id name timeline{{totalCount}}}} \
         userErrors{{code field}}}}}}",
        asked(pupil, work, more)
    );
    person.asks(&query).await["data"]["logWork"].clone()
}

#[tokio::test]
async fn every_employee_reports_and_the_answer_tells_nothing_of_the_pupil() {
    let stage = with_a_full_case().await;
    let (pupil, later) = (stage.pupils[1], admitted_later(&stage).await);
    for person in employees(&stage).await {
        let saw = person.sees(pupil).await;
        for (work, kind) in REPORTS {
            // On any day: when the pupil came is not told by one that is refused.
            for more in ["", "occurredAt:\"2019-08-21T10:00:00Z\"", "occurredAt:\"2018-02-01T10:00:00Z\""] {
                for of in [pupil.id, later] {
                    let mut answer = reports(&person, of, work, more).await;
                    assert_eq!(
                        answer["receipt"]["eventIds"].as_array().map(Vec::len),
                        Some(1),
                        "{kind} {more}: {answer}"
                    );
                    answer["receipt"]["eventIds"].take();
                    let receipt = json!({ "createdIds": [], "already": false, "eventIds": null });
                    if !saw && !person.sees(pupil).await {
                        assert_eq!(answer, json!({ "receipt": receipt, "pupil": null, "userErrors": [] }), "{kind}");
                    }
                }
            }
        }
        // Reporting opens nothing to whoever reports, nor does the team let itself in.
        assert_eq!(person.sees(pupil).await, saw);
    }
    // It appears to whom it must: the principal all of it, the mentor who has the pupil, the safety team what is theirs.
    let count = |seen: &Value, kind: &str| kinds(seen).iter().filter(|known| **known == kind).count();
    let people = employees(&stage).await.len();
    let (principal, mentor, team) = (stage.principal(0), stage.mentor(1), stage.other(Role::SafetyTeam));
    for (_, kind) in REPORTS {
        for person in [&principal, &mentor] {
            let seen = reads(person, pupil).await;
            assert_eq!(count(&seen, kind), 3 * people, "{kind}");
        }
    }
    let seen = reads(&team, pupil).await;
    assert!(count(&seen, "HARASSMENT_REPORTED") > 0 && count(&seen, "INCIDENT_NOTED") > 0);
    assert_eq!(count(&seen, "CONCERN_REPORTED"), 0);
}

#[tokio::test]
async fn the_safety_team_lets_itself_in_by_no_report_of_its_own() {
    let stage = with_a_full_case().await;
    let (team, pupil) = (stage.other(Role::SafetyTeam), admitted_later(&stage).await);
    for (reporter, told) in [(&team, false), (&team, false), (&stage.mentor(2), false), (&team, true)] {
        let answer = reports(reporter, pupil, REPORTS[2].0, "").await;
        assert_eq!(answer["pupil"].is_object(), told, "{answer}");
    }
}

/// A pupil who came today.
async fn admitted_later(stage: &Stage) -> PupilId {
    let enrol = format!(
        "schoolId:\"{}\" name:\"Kim Exempel\" className:\"8B\" grade:8 from:\"2019-09-02\" identity:NONE",
        stage.school
    );
    let answer = stage.principal(0).tries_for("enrolPupil", &enrol, "pupil{id}").await;
    answer["data"]["enrolPupil"]["pupil"]["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn about_a_protected_pupil_it_is_the_principal_who_reports_and_to_all_others_there_is_no_such_pupil() {
    let stage = with_a_full_case().await;
    let pupil = stage.pupils[1];
    stage.principal(0).logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    let nobody = PupilId::from_bits([0xAB; 16]);
    for person in employees(&stage).await {
        for (work, kind) in REPORTS {
            for more in ["", "occurredAt:\"2018-02-01T10:00:00Z\"", "minutes:-1", "occurredAt:\"2120-01-01T10:00:00Z\""]
            {
                let answer = reports(&person, pupil.id, work, more).await;
                assert_eq!(answer, reports(&person, nobody, work, more).await, "{kind} {more}");
                assert!(answer["receipt"].is_null(), "{kind}");
            }
        }
    }
    for (work, _) in REPORTS {
        stage.principal(0).logs(pupil, work).await;
    }
    named_staff_report_too(&stage, pupil).await;
}

async fn named_staff_report_too(stage: &Stage, pupil: Pupil) {
    let mentor = stage.mentor(1);
    let named = format!("staffNamed:{{staff:\"{}\" lastDay:\"2019-12-20\"}}", mentor.id);
    stage.principal(0).logs(pupil, &named).await;
    mentor.logs(pupil, REPORTS[0].0).await;
}

#[tokio::test]
async fn a_system_and_another_schools_staff_report_nothing_here() {
    let stage = with_a_full_case().await;
    let nobody = PupilId::from_bits([0xAB; 16]);
    for person in [stage.other(Role::Integration), stage.stranger()] {
        for (work, kind) in REPORTS {
            let answer = reports(&person, stage.pupils[1].id, work, "").await;
            assert!(answer["receipt"].is_null(), "{kind}");
            assert_eq!(answer, reports(&person, nobody, work, "").await, "{kind}");
        }
    }
}
