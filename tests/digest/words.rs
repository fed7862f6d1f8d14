//! What a message says: golden files, and what must never stand in it. `MENTORLOG_WRITE_MAILS=1` writes them anew.

use std::path::Path;

use domain::command::{Command, DigestAct};
use domain::event::Work;
use domain::words::{ChosenBy, Language};

use crate::home::{Home, day, name};
use crate::relay::Scripted;

pub(crate) async fn written(home: &Home) -> String {
    home.is_absent("2019-09-05", 60).await;
    home.works(Work::DevelopmentTalkBooked { on: day("2019-10-10") }).await;
    sent(home).await
}

/// The one message that is sent now.
pub(crate) async fn sent(home: &Home) -> String {
    let relay = Scripted::answering(&[]).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let messages = relay.messages();
    let (from, message) = &messages[0];
    let boundary = message.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
    let told = format!("{from}\n{message}");
    // The one thing in a message that is chance.
    boundary.map_or(told.clone(), |boundary| told.replace(boundary, "BOUNDARY"))
}

fn golden(name: &str, message: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digest/golden").join(name);
    if std::env::var_os("MENTORLOG_WRITE_MAILS").is_some() {
        std::fs::write(&path, message).unwrap();
    }
    // Ids follow from the log's secret and the commands' names: the same in every run.
    assert_eq!(message, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_class_in_each_language_reads_as_it_was_approved() {
    for language in Language::ALL {
        let code = language.code();
        for (allowed, class) in [(false, "notice"), (true, "plain")] {
            let mut home = Home::new().await;
            home.sender.languages = Language::ALL.to_vec();
            home.wants(language, false).await;
            if allowed {
                home.plain_facts_allowed().await;
            }
            golden(&format!("{class}.{code}.eml"), &written(&home).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_urgent_and_what_asks_for_the_address_read_as_they_were_approved() {
    for language in Language::ALL {
        let code = language.code();
        let mut home = Home::new().await;
        home.sender.languages = Language::ALL.to_vec();
        home.wants(language, false).await;
        home.tells_of_absence_itself().await;
        home.acts(DigestAct::Stop { by: ChosenBy::Staff }).await;
        home.is_absent("2019-09-06", 60).await;
        home.on("2019-09-06T08:00:00Z");
        golden(&format!("sameday.{code}.eml"), &sent(&home).await);
        home.has_no_portal().await;
        home.on("2019-09-09T08:00:00Z");
        home.is_absent("2019-09-09", 60).await;
        let to_call = sent(&home).await;
        assert!(!to_call.contains("portal.example"));
        golden(&format!("sameday-call.{code}.eml"), &to_call);

        let mut home = Home::new().await;
        home.sender.languages = Language::ALL.to_vec();
        home.wants(language, false).await;
        home.has_another_address("new@home.example").await;
        golden(&format!("confirm.{code}.eml"), &sent(&home).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_html_gets_none() {
    let mut home = Home::new().await;
    home.sender.languages = Language::ALL.to_vec();
    home.wants(Language::Arabic, true).await;
    home.plain_facts_allowed().await;
    let message = written(&home).await;
    assert!(!message.contains("text/html") && !message.contains("multipart"));
    golden("plain-text.ar.eml", &message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_is_told_of_where_one_guardian_is_told_and_left_out_where_there_are_two() {
    for two in [false, true] {
        let home = Home::new().await;
        home.plain_facts_allowed().await;
        home.is_absent("2019-09-05", 1).await;
        home.works(Work::DevelopmentTalkBooked { on: day("2019-10-10") }).await;
        if two {
            home.has_a_guardian_at("other@away.example").await;
        }
        let relay = Scripted::answering(&[]).await;
        home.round(&relay.courier()).await;
        for (_, message) in relay.messages() {
            let message = decoded(&message);
            assert_eq!(message.contains("10 oktober 2019"), !two, "{message}");
            assert!(message.contains("1 minut,"), "one minute is one: {message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_no_speaker_has_checked_is_written_in_swedish() {
    let home = Home::new().await;
    home.wants(Language::Somali, true).await;
    let message = written(&home).await;
    assert!(message.contains("Content-Language: sv") && !message.contains("text/html"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_loaded_and_every_link_is_the_schools_or_ours() {
    let mut home = Home::new().await;
    home.sender.languages = vec![Language::Arabic];
    home.wants(Language::Arabic, false).await;
    home.plain_facts_allowed().await;
    let message = decoded(&written(&home).await);
    assert!(message.contains("dir=\"rtl\"") && message.contains("lang=\"ar\"") && message.contains("lang=\"sv\""));
    for word in ["<img", "<link", "@import", "url(", "<script", "src="] {
        assert!(!message.contains(word), "{word}: {message}");
    }
    let addresses =
        message.split("https://").skip(1).map(|rest| rest.split(['"', '<', '>', '\n', ' ']).next().unwrap());
    for address in addresses {
        assert!(address.starts_with("portal.example/") || address.starts_with("mentor.example/"), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_authoritys_decision_nobody_is_named_and_nothing_is_told() {
    let home = Home::of("Zebulon Hemlig", "alex@home.example").await;
    let message = written(&home).await;
    for word in ["Zebulon", "Hemlig", "Alex", "60 minut", "oktober", "2019-10-10", "7A"] {
        assert!(!body(&message).contains(word), "{word}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_it_the_first_name_stands_in_the_body_and_never_in_the_subject_or_a_link() {
    let home = Home::of("Zebulon Hemlig", "alex@home.example").await;
    home.plain_facts_allowed().await;
    let message = written(&home).await;
    assert!(message.contains("Zebulon") && !message.contains("Hemlig"));
    let headers = message.split("\n\n").next().unwrap();
    assert!(!headers.contains("Zebulon"), "{headers}");
    assert!(!message.lines().any(|line| line.contains("https://") && line.contains("Zebulon")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_put_right_stands_in_the_next_message_as_it_should_have_been() {
    let home = Home::of("Zebulon Hemlig", "alex@home.example").await;
    home.plain_facts_allowed().await;
    home.does(Command::CorrectPupilName { pupil: home.pupil, school: None, name: name("Sebulon Hemlig") }).await;
    let message = written(&home).await;
    assert!(message.contains("Sebulon") && !message.contains("Zebulon"), "{message}");
}

/// A message with its quoted-printable lines put together.
pub(crate) fn decoded(message: &str) -> String {
    message.replace("=\n", "").replace("=3D", "=").replace("=22", "\"").replace("=C3=A5", "å")
}

fn body(message: &str) -> &str {
    message.split_once("\n\n").expect("headers and a body").1
}
