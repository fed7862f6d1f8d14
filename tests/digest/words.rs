//! What a message says: golden files, and what must never stand in it. `MENTORLOG_WRITE_MAILS=1` writes them anew.

use std::path::Path;

use digest::SigningKey;
use domain::event::Work;
use domain::words::Language;

use crate::home::{Home, day};
use crate::relay::Scripted;

async fn written(home: &Home) -> String {
    home.is_absent("2019-09-05", 60).await;
    home.works(Work::DevelopmentTalkBooked { on: day("2019-10-10") }).await;
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
async fn a_signed_message_says_whose_it_is() {
    let mut home = Home::new().await;
    let key = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    home.sender.signing = Some(SigningKey::read("mentor.example", "2019", key).unwrap());
    let message = written(&home).await;
    let signature = message.lines().find(|line| line.starts_with("DKIM-Signature:")).expect("a signature");
    assert!(signature.contains("a=ed25519-sha256"), "{signature}");
    assert!(message.contains("d=mentor.example") && message.contains("s=2019"));
    assert!(SigningKey::read("mentor.example", "2019", "no key").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_authoritys_decision_nobody_is_named_and_nothing_is_told() {
    let home = Home::of("Zebulon Hemlig", "alex@home.example").await;
    let message = written(&home).await;
    for word in ["Zebulon", "Hemlig", "Alex", "60", "2019-10-10", "7A"] {
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
async fn a_name_or_an_address_that_would_write_headers_writes_none() {
    let home = Home::of("Kim\u{a0}Bcc:<b>evil@example.org</b> Exempel", "alex@home.example").await;
    home.plain_facts_allowed().await;
    let message = written(&home).await;
    assert!(!message.lines().any(|line| line.starts_with("Bcc")), "{message}");
    assert!(!message.contains("<b>evil"), "markup is text: {message}");

    let home = Home::of("Kim Exempel", "alex@home.example,evil@example.org").await;
    home.is_absent("2019-09-05", 60).await;
    let relay = Scripted::answering(&[]).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    assert_eq!(relay.recipients(), Vec::<String>::new());
}

/// A message with its quoted-printable lines put together.
fn decoded(message: &str) -> String {
    message.replace("=\n", "").replace("=3D", "=").replace("=22", "\"")
}

fn body(message: &str) -> &str {
    message.split_once("\n\n").expect("headers and a body").1
}
