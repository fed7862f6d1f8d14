//! What is told of messages to a guardian of several pupils, to those who have one of them.

use std::sync::Arc;

use api::{Letters, Reads};
use casework::Casework;
use casework::post::Letter;
use domain::actor::Actor;
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::Guardianship;
use domain::event::{SchoolMatter, Work};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::words::{
    ChosenBy, ClockTime, ContactDetail, DayOfWeek, DigestRhythm, Language, MessageClass, Minutes, PortalUrl, Reference,
    ZoneName,
};
use serde_json::{Value, json};

use crate::support::{MENTOR, OTHER_MENTOR, PRINCIPAL, Service, command_id};

async fn done(casework: &Casework, command: Command) {
    casework.execute(Actor::Setup, command, command_id()).await.unwrap();
}

#[tokio::test]
async fn why_a_message_was_not_sent_is_told_to_whoever_has_all_the_children_and_else_only_what_is_about_the_guardian() {
    let service = Service::start().await;
    let world = &service.world;
    let (casework, guardian) = (&world.casework, world.guardian);
    let (choice, guardianship) = (GuardianChoice::Known(guardian), Guardianship::Custodian);
    done(casework, Command::LinkGuardian { pupil: world.other_pupil, guardian: choice, guardianship, household: None })
        .await;
    let acts = async |acts: Vec<DigestAct>| {
        for act in acts {
            done(casework, Command::Digest { guardian, act }).await;
        }
    };
    let message = MessageClass::Digest;
    let until = "2019-10-01T08:10:00Z".parse().unwrap();
    let claimed = |period: &str| {
        let (period, sender) = (period.parse().unwrap(), Reference::try_new("post-1").unwrap());
        let about = vec![world.other_pupil];
        vec![
            DigestAct::Prepare { message, period, since: 0 },
            DigestAct::Claim { message, period, sender, until, template: 1, about },
        ]
    };

    // given one message without an address, and one that is not sent for the sake of a child
    acts(claimed("2019-09-20")).await;
    let email = Personal::new(ContactDetail::try_new("gun@home.example").unwrap());
    let by = ChosenBy::Staff;
    acts(vec![DigestAct::SetAddress { email }, DigestAct::ConfirmAddress { address: None, by }]).await;
    acts(claimed("2019-09-27")).await;

    // when those ask who have one of the children, or both
    let query = format!("{{guardian(id:\"{guardian}\"){{messages{{standing notSent}} preview{{notSent}}}}}}");
    let told = async |token| service.ask(token, &query).await["data"]["guardian"].clone();
    let refused = |reason: Value| json!({ "standing": "REFUSED", "notSent": reason });

    // then what may be about the other child is told to neither of the two
    for token in [MENTOR, OTHER_MENTOR] {
        let told = told(token).await;
        assert_eq!(told["messages"], json!([]));
        assert_eq!(told["preview"], Value::Null);
    }
    let told = told(PRINCIPAL).await;
    assert_eq!(told["messages"], json!([refused(json!("NO_ADDRESS")), refused(json!("AGE_UNKNOWN"))]));
    assert_eq!(told["preview"], json!({ "notSent": "AGE_UNKNOWN" }));
}

#[tokio::test]
async fn that_there_was_a_message_is_told_to_whoever_has_a_child_whom_it_names_and_to_nobody_who_has_another() {
    let service = Service::start().await;
    let world = &service.world;
    let (casework, guardian) = (&world.casework, world.guardian);
    // given a digest that names the one of two children
    due_a_digest(&service).await;
    let (choice, guardianship) = (GuardianChoice::Known(guardian), Guardianship::Custodian);
    done(casework, Command::LinkGuardian { pupil: world.other_pupil, guardian: choice, guardianship, household: None })
        .await;
    let (message, period) = (MessageClass::Digest, "2019-09-27".parse().unwrap());
    let (until, sender) = ("2019-10-01T08:10:00Z".parse().unwrap(), Reference::try_new("post-1").unwrap());
    let about = vec![world.pupil];
    for act in [
        DigestAct::Prepare { message, period, since: 0 },
        DigestAct::Claim { message, period, sender, until, template: 1, about },
    ] {
        done(casework, Command::Digest { guardian, act }).await;
    }
    let query = format!("{{guardian(id:\"{guardian}\"){{messages{{standing}}}}}}");
    for (token, expected) in [(MENTOR, 1), (PRINCIPAL, 1), (OTHER_MENTOR, 0)] {
        let told = service.ask(token, &query).await["data"]["guardian"]["messages"].clone();
        assert_eq!(told.as_array().map(Vec::len), Some(expected), "{token}: {told}");
    }
}

/// How a letter reads to these tests: what was handed to whoever writes it.
fn written_out(letter: &Letter) -> Reads {
    let subject = format!("a subject in {}", letter.language.code());
    let portals: Vec<&str> = letter.portals.iter().map(PortalUrl::as_str).collect();
    Reads { subject, text: format!("read at {}; to `{}`", portals.join(" "), letter.to) }
}

/// A guardian who is due a digest about the mentor's pupil.
async fn due_a_digest(service: &Service) {
    let world = &service.world;
    let (casework, guardian, school, pupil) = (&world.casework, world.guardian, world.school, world.pupil);
    let matter = SchoolMatter::DigestScheduleSet {
        first_day: "2019-08-20".parse().unwrap(),
        rhythm: DigestRhythm::Weekly,
        weekday: DayOfWeek::try_new(5).unwrap(),
        at: ClockTime::try_new(930).unwrap(),
        zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
        portal: Some(PortalUrl::try_new("https://portal.example/hem").unwrap()),
    };
    done(casework, Command::SettleSchool { school, matter }).await;
    is_known(casework, pupil).await;
    let email = Personal::new(ContactDetail::try_new("gun@home.example").unwrap());
    for act in [DigestAct::SetAddress { email }, DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff }] {
        done(casework, Command::Digest { guardian, act }).await;
    }
}

/// When a pupil was born, and an absence.
async fn is_known(casework: &Casework, pupil: PupilId) {
    let work = Work::BirthDateRecorded { born: "2006-03-01".parse().unwrap() };
    let work = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note: None };
    done(casework, Command::LogWork(work)).await;
    let minutes = DayMinutes { offered: Minutes(360), unnotified: Minutes(60), lessons: 6, ..DayMinutes::default() };
    let days = vec![DayAttendance::try_new("2019-09-30".parse().unwrap(), minutes).unwrap()];
    done(casework, Command::RegisterAttendance { pupil, days }).await;
}

#[tokio::test]
async fn staff_see_what_a_guardian_would_be_sent_and_who_may_not_sees_what_there_is_of_nobody() {
    let writer: api::Writer = Arc::new(|letter| Some(written_out(letter)));
    let service = Service::writing(Letters { languages: vec![Language::Swedish], writer: Some(writer) }).await;
    due_a_digest(&service).await;
    let world = &service.world;
    let asked = |guardian: &str, at: &str| {
        let preview = "{notSent content language subject text children{firstName absentMinutes}}";
        format!("{{guardian(id:\"{guardian}\"){{id preview{at}{preview}}}}}")
    };
    let guardian = world.guardian.to_string();
    let would_read = json!({
        "notSent": null, "content": "NOTICE", "language": "SWEDISH", "children": [],
        "subject": "a subject in sv", "text": "read at https://portal.example/hem; to ``",
    });

    // when those ask who have every pupil of the guardian's, then they see how it would read; an address stands nowhere
    for token in [MENTOR, PRINCIPAL] {
        for at in ["", "(at:\"2019-10-04\")"] {
            let told = service.ask(token, &asked(&guardian, at)).await;
            assert_eq!(told["data"]["guardian"]["preview"], would_read, "{told}");
            assert!(!told.to_string().contains("gun@"), "{told}");
        }
    }
    let closed = service.ask(MENTOR, &asked(&guardian, "(at:\"2019-10-29\")")).await;
    assert_eq!(closed["data"]["guardian"]["preview"]["notSent"], "SCHOOL_BREAK");
    assert_eq!(closed["data"]["guardian"]["preview"]["text"], Value::Null);
    let far = service.ask(MENTOR, &asked(&guardian, "(at:\"2021-10-04\")")).await;
    assert_eq!(far["errors"][0]["extensions"]["code"], "invalid_input", "{far}");

    // when somebody asks who has none of them, then it is as if there were no such guardian
    let nobody = world.pupil.to_string();
    let refused = service.ask(OTHER_MENTOR, &asked(&guardian, "")).await;
    assert_eq!(refused, service.ask(OTHER_MENTOR, &asked(&nobody, "")).await);
    assert_eq!(refused["data"]["guardian"], Value::Null, "{refused}");

    // when the guardian has another mentor's pupil too, then neither of the two mentors is shown what tells of both
    let (choice, guardianship) = (GuardianChoice::Known(world.guardian), Guardianship::Custodian);
    let pupil = world.other_pupil;
    done(&world.casework, Command::LinkGuardian { pupil, guardian: choice, guardianship, household: None }).await;
    is_known(&world.casework, pupil).await;
    for token in [MENTOR, OTHER_MENTOR] {
        let told = service.ask(token, &asked(&guardian, "")).await;
        assert_eq!(told["data"]["guardian"], json!({ "id": guardian, "preview": null }), "{told}");
    }
    assert_eq!(service.ask(PRINCIPAL, &asked(&guardian, "")).await["data"]["guardian"]["preview"], would_read);

    // and who is principal no more sees nothing of it from then on
    world.withdraw_principal().await;
    let gone = service.ask(PRINCIPAL, &asked(&guardian, "")).await;
    assert_eq!(gone["data"]["guardian"], Value::Null, "{gone}");
}

#[tokio::test]
async fn where_nobody_writes_to_guardians_a_preview_has_no_words() {
    let service = Service::start().await;
    due_a_digest(&service).await;
    let query = format!("{{guardian(id:\"{}\"){{preview{{notSent content subject text}}}}}}", service.world.guardian);
    let told = service.ask(MENTOR, &query).await;
    let preview = json!({ "notSent": null, "content": "NOTICE", "subject": null, "text": null });
    assert_eq!(told["data"]["guardian"]["preview"], preview, "{told}");
}
