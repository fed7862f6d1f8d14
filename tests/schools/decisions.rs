//! What is decided about a pupil, by whom, and what is so from then on: delegation, teams, consent, bans, offers.

use domain::actor::Role;
use serde_json::{Value, json};

use crate::anders_ljungstedt::anders_ljungstedt;
use crate::arenaskolan::arenaskolan;
use crate::birgittaskolan::birgittaskolan;
use crate::stage::Stage;

/// A counsellor gives written warnings for one of two principals, and only for the pupils of that one.
#[tokio::test]
async fn a_delegation_reaches_as_far_as_the_principal_who_gave_it() {
    let school = Stage::set(anders_ljungstedt()).await;
    let counsellor = school.other(Role::HealthTeam);
    let warning = "writtenWarningGiven:{on:\"2019-09-02\"}";
    let delegated = format!(
        "schoolId:\"{}\" matter:{{decisionDelegated:{{decision:WRITTEN_WARNING to:\"{}\" firstDay:\"2019-09-02\" \
         lastDay:\"2020-06-11\"}}}}",
        school.school, counsellor.id
    );
    school.principal(0).commands("settleSchool", &delegated).await;
    counsellor.logs(school.pupils[0], warning).await;
    counsellor.may_not_log(school.pupils[2], warning, "not_found").await;
    let query = "{school(code:\"ALG\"){delegations{decision toId byId}}}";
    let told = school.principal(1).asks(query).await["data"]["school"]["delegations"][0].clone();
    assert_eq!(told["byId"], json!(school.principal(0).id.to_string()));
}

/// The team declines, with its reason; the safety team takes on what is referred to it, and each sees only its own.
#[tokio::test]
async fn each_team_answers_what_is_referred_to_it() {
    let school = Stage::set(arenaskolan()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let (health, safety) = (school.other(Role::HealthTeam), school.other(Role::SafetyTeam));
    let of = mentor.logs(pupil, "referralOpened:{concern:WELLBEING}").await;
    assert!(health.sees(pupil).await && !safety.sees(pupil).await);
    let declined = format!("referralDeclined:{{of:\"{of}\"}}");
    health.may_not_log(pupil, &declined, "reason_missing").await;
    health.logs_because(pupil, &declined, "Hör hemma hos trygghetsteamet.").await;
    assert!(!health.sees(pupil).await);
    let of = mentor.logs(pupil, "referralOpened:{team:SAFETY concern:SAFETY}").await;
    assert!(safety.sees(pupil).await && !health.sees(pupil).await);
    safety.logs(pupil, &format!("referralAccepted:{{of:\"{of}\"}}")).await;
    safety.logs(pupil, "healthTeamMet:{team:SAFETY mentorPresent:false}").await;
    health.may_not_log(pupil, "healthTeamMet:{mentorPresent:false}", "not_found").await;
}

/// On the eighteenth birthday the pupil decides who is told; until then there is nothing to consent to.
#[tokio::test]
async fn a_pupil_of_full_age_consents_and_takes_it_back() {
    let school = Stage::set(birgittaskolan()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let consent = format!("consentGiven:{{guardian:\"{}\" lastDay:\"2020-06-11\"}}", pupil.guardian);
    mentor.may_not_log(pupil, &consent, "not_of_age").await;
    mentor.logs(pupil, "birthDateRecorded:{born:\"2001-09-10\"}").await;
    mentor.may_not_log(pupil, &consent, "not_of_age").await;
    school.on("2019-09-10");
    mentor.logs(pupil, &consent).await;
    let withdrawn = format!("consentWithdrawn:{{guardian:\"{}\"}}", pupil.guardian);
    mentor.logs(pupil, &withdrawn).await;
    mentor.may_not_log(pupil, &withdrawn, "not_so").await;
}

/// Who may have no contact, and who is told nothing: the principal decides, and lifts it again.
#[tokio::test]
async fn a_ban_and_a_silence_are_the_principals_to_decide() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, mentor, pupil) = (school.principal(0), school.mentor(0), school.pupils[0]);
    let guardian = format!("{{guardian:\"{}\"}}", pupil.guardian);
    mentor.may_not_log(pupil, &format!("contactBanned:{guardian}"), "not_allowed").await;
    principal.logs(pupil, &format!("contactBanned:{guardian}")).await;
    principal.may_not_log(pupil, &format!("contactBanned:{guardian}"), "already_so").await;
    principal.logs(pupil, &format!("contactBanLifted:{guardian}")).await;
    principal.logs_because(pupil, &format!("tellingWithheld:{guardian}"), "Enligt 12 kap. 3 § OSL.").await;
    principal.logs(pupil, &format!("tellingResumed:{guardian}")).await;
    principal.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    assert!(!mentor.sees(pupil).await);
    principal.logs(pupil, &format!("staffNamed:{{staff:\"{}\" lastDay:\"2020-06-11\"}}", mentor.id)).await;
    assert!(mentor.sees(pupil).await);
    principal.logs(pupil, "identityProtectionEnded:{on:\"2019-09-02\"}").await;
}

/// A mentor is offered, not ordered: refused it leads to nothing, accepted to an assignment.
#[tokio::test]
async fn an_offer_is_refused_or_becomes_an_assignment() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, second, pupil) = (school.principal(0), school.mentor(1), school.pupils[0]);
    let offered = format!("assignmentOffered:{{mentor:\"{}\"}}", second.id);
    let of = principal.logs(pupil, &offered).await;
    principal.logs(pupil, &format!("offerRefused:{{of:\"{of}\"}}")).await;
    assert!(!second.sees(pupil).await);
    let of = principal.logs(pupil, &offered).await;
    principal.logs(pupil, &format!("offerAccepted:{{of:\"{of}\"}}")).await;
    assert!(second.sees(pupil).await);
    let query = format!("{{pupil(id:\"{}\"){{mentors{{kind since mentor{{id}}}}}}}}", pupil.id);
    let mentors = second.asks(&query).await["data"]["pupil"]["mentors"].clone();
    let new = json!({ "kind": "TARGETED", "since": "2019-09-02", "mentor": { "id": second.id.to_string() } });
    assert!(mentors.as_array().unwrap().contains(&new), "{mentors}");
}

/// A pupil changes programme, and with it the principal who answers.
#[tokio::test]
async fn another_programme_is_another_principals() {
    let school = Stage::set(anders_ljungstedt()).await;
    let (builders, drivers, pupil) = (school.principal(0), school.principal(1), school.pupils[0]);
    assert!(builders.sees(pupil).await && !drivers.sees(pupil).await);
    builders.logs(pupil, "programmeChanged:{programme:\"FT\" firstDay:\"2019-09-02\"}").await;
    assert!(drivers.sees(pupil).await && !builders.sees(pupil).await);
}

/// Guardians come and go; who they were on a day can be told ever after.
#[tokio::test]
async fn of_a_past_day_the_guardians_are_those_of_that_day() {
    let school = Stage::set(arenaskolan()).await;
    let (principal, pupil) = (school.principal(0), school.pupils[0]);
    school.on("2019-09-10");
    let second = format!(
        "pupilId:\"{}\" newGuardian:{{name:\"Bo Exempel\"}} guardianship:CUSTODIAN household:ALTERNATES",
        pupil.id
    );
    principal.commands("linkGuardian", &second).await;
    school.on("2019-09-20");
    principal
        .logs_because(pupil, &format!("guardianUnlinked:{{guardian:\"{}\"}}", pupil.guardian), "Ny vårdnad.")
        .await;
    school.on("2019-10-01");
    let was = async |past: &str| {
        let query = format!("{{{past}{{pupil(id:\"{}\"){{guardians{{name household}}}}}}}}", pupil.id);
        principal.asks(&query).await["data"]["asOf"]["pupil"].clone()
    };
    let names = |told: Value| {
        let guardians = told["guardians"].as_array().unwrap().clone();
        guardians.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(was("asOf(day:\"2019-09-05\")").await), ["Alex Exempel"], "linked later");
    assert_eq!(names(was("asOf(day:\"2019-09-12\")").await), ["Alex Exempel", "Bo Exempel"], "unlinked later");
    let now = was("asOf(day:\"2019-09-25\")").await;
    assert_eq!(now["guardians"], json!([{ "name": "Bo Exempel", "household": "ALTERNATES" }]));
    assert_eq!(was("asOf(day:\"2019-08-19\")").await, Value::Null, "not enrolled yet");
}
