//! `mentorlog serve` as a sender: through SIGTERM and a new start, and what comes back.

use std::fs;

use crate::place::{Place, until};
use crate::relay::{Answer, Scripted};

fn line<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(name)).expect("such a line")
}

/// The address that a message comes back to.
fn comes_back_to(from: &str) -> &str {
    from.split(['<', '>']).nth(1).unwrap()
}

/// What a server says of a message that it could not deliver.
fn report(to: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@relay.example\r\nTo: {to}\r\nSubject: returned\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\r\n\r\n\
         --x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
         Final-Recipient: rfc822; alex@home.example\r\nAction: failed\r\nStatus: {status}\r\n\r\n--x--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_told_to_stop_while_a_mail_is_under_way_records_it_once_and_goes_on_after_a_new_start() {
    let relay = Scripted::answering(&[Answer::Waits]).await;
    let place = Place::handing_to(&relay, 1);
    // The second has to wait for its minute.
    place.family(&["alex@home.example", "sam@home.example"]).await;
    let service = place.serves();
    until(|| (!relay.messages().is_empty()).then_some(())).await;

    // while it runs nobody else sends from the same log
    let (_, said) = place.fails(&["digest", "run"], &[]);
    assert!(said.contains("in use by another process: stop that one first"), "{said}");
    let (_, said) = place.fails(&["serve"], &[]);
    assert!(said.contains("in use by another process: stop that one first"), "a second service: {said}");
    assert_eq!(relay.connections(), 1, "neither has spoken to the relay");

    // when it is told to stop, and the relay answers only after that
    service.told_to_stop();
    service.takes_no_more().await;
    relay.release();
    service.ends_well();

    // then what was under way is recorded, once, and nothing more has been taken on
    assert_eq!(relay.messages().len(), 1);
    assert_eq!((place.status("sent"), place.status("prepared"), place.status("being sent")), (1, 1, 0));

    // and after the next start the other one goes
    let service = place.serves();
    until(|| (relay.messages().len() == 2).then_some(())).await;
    service.stops();
    assert_eq!((place.status("sent"), place.status("prepared")), (2, 0));
    let (messages, recipients) = (relay.messages(), relay.recipients());
    assert_ne!(line(&messages[0].1, "Message-ID"), line(&messages[1].1, "Message-ID"));
    assert_ne!(recipients[0], recipients[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_is_taken_in_by_the_running_service_and_what_is_forged_or_broken_changes_nothing() {
    let relay = Scripted::answering(&[]).await;
    let place = Place::handing_to(&relay, 60);
    place.family(&["alex@home.example", "sam@home.example"]).await;
    place.says(&["digest", "run"], &[]);
    assert_eq!(place.status("sent"), 2);
    let messages = relay.messages();
    let (to, id) = (comes_back_to(&messages[0].0), line(&messages[1].1, "Message-ID"));
    let id = id.split(['<', '@']).nth(1).unwrap();

    // given mail that anybody may write: broken, of no message of ours, or named after what a reader of the other message sees
    let new = place.at("bounces/new");
    fs::create_dir_all(&new).unwrap();
    let forged = [
        String::new(),
        "\0\u{1}\u{2}".repeat(50_000),
        "To: \r\n".repeat(100_000),
        report(&format!("bounce+{id}@mentor.example"), "5.1.1"),
        report(&format!("bounce+{}@mentor.example", "0".repeat(32)), "5.1.1"),
        report(&to.replace("mentor.example", "mentor.example.evil"), "5.1.1"),
        report(to, "5.1.1").replace("Action: failed", "Action: delayed"),
        report(to, "nonsense"),
        format!("To: {to}\r\nSubject: Away\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"),
    ];
    for (number, message) in forged.iter().enumerate() {
        fs::write(new.join(number.to_string()), message).unwrap();
    }
    fs::create_dir(new.join("folder")).unwrap();
    let events = place.events();
    let service = place.serves();
    until(|| (fs::read_dir(&new).unwrap().count() == 0).then_some(())).await;
    service.stops();
    assert_eq!(
        (place.events(), place.status("came back: the address takes no mail"), place.status("sent")),
        (events, 0, 2)
    );

    // when the true report comes through the relay's pipe
    let handed = place.comes_back(&report(to, "5.1.1"));
    assert!(handed.status.success(), "{}", String::from_utf8_lossy(&handed.stderr));
    assert_eq!(fs::read_dir(&new).unwrap().count(), 1);
    let service = place.serves();
    until(|| (fs::read_dir(&new).unwrap().count() == 0).then_some(())).await;
    service.stops();

    // then it is on record, of the one message; what was understood is gone, and what a person has to look at lies aside
    assert_eq!(
        (place.events(), place.status("came back: the address takes no mail"), place.status("sent")),
        (events + 1, 1, 1)
    );
    let cur = fs::read_dir(place.at("bounces/cur")).unwrap().flatten();
    let mut aside: Vec<_> = cur.map(|entry| entry.file_name().into_string().unwrap()).collect();
    aside.sort();
    assert_eq!(
        aside,
        ["7:2,F", "8:2,F", "folder:2,F"],
        "a report that is not understood, an answer, and what is no file"
    );
    assert_eq!(fs::read_to_string(place.at("bounces/cur/8:2,F")).unwrap(), forged[8], "the answer, as it came");

    // and said once more it is nothing new
    assert!(place.comes_back(&report(to, "5.1.1")).status.success());
    let service = place.serves();
    until(|| (fs::read_dir(&new).unwrap().count() == 0).then_some(())).await;
    service.stops();
    assert_eq!(place.events(), events + 1);
}
