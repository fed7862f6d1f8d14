//! What holds between messages: one digest where two were due, none too soon, none to an address that was not meant.

use casework::post::Purpose;
use digest::{Bounce, Came, Relay, RelaySettings, Security};
use domain::command::DigestAct;
use domain::event::Work;
use domain::id::PupilId;
use domain::state::Preference;
use domain::state::outbox::Standing;
use domain::words::{
    ChosenBy, DeliveryFailure, DigestFrequency, DigestRhythm, Language, MessageClass, NotSent, Reference,
};

use crate::home::{Home, day, schedule};
use crate::relay::{Answer, Scripted, courier_to};

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_has_waited_gives_way_to_the_next() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[Answer::Recipient(450)]).await);
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    home.on("2019-09-13T13:45:00Z");
    home.is_absent("2019-09-12", 30).await;
    let tally = home.round(&relay.courier()).await;
    assert_eq!((tally.sent, tally.refused), (1, 1));
    let facts = home.casework.post().facts();
    let older = facts.outbox(home.guardian).unwrap().message(MessageClass::Digest, day("2019-09-06")).unwrap();
    assert_eq!(older.standing, Standing::Refused(NotSent::Superseded));
    assert_eq!(relay.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_come_once_a_week_at_most_whatever_days_schools_have() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.settles(schedule(DigestRhythm::Weekly, 1, Some("https://portal.example/hem"))).await;
    home.on("2019-09-09T13:45:00Z");
    home.is_absent("2019-09-09", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "three days after the last");
    home.on("2019-09-16T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_uses_up_no_month() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let preference = Preference { frequency: DigestFrequency::Monthly, language: Language::Swedish, plain_text: false };
    home.acts(DigestAct::SetPreference { preference, by: ChosenBy::Staff }).await;
    home.is_absent("2019-09-05", 60).await;
    home.works(Work::TellingWithheld { guardian: home.guardian }).await;
    assert_eq!(home.round(&relay.courier()).await.refused, 1);
    home.works(Work::TellingResumed { guardian: home.guardian }).await;
    home.on("2019-09-13T13:45:00Z");
    home.is_absent("2019-09-12", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.on("2019-09-20T13:45:00Z");
    home.is_absent("2019-09-19", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "one a month");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_between_the_claim_and_the_letter_is_decided_again() {
    for banned in [false, true] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.is_absent("2019-09-05", 60).await;
        let (message, period) = (MessageClass::Digest, day("2019-09-06"));
        home.acts(DigestAct::Prepare { message, period, since: 0 }).await;
        let until = "2019-09-06T13:55:00Z".parse().unwrap();
        let sender = Reference::try_new("test").unwrap();
        let about = vec![home.pupil];
        home.acts(DigestAct::Claim { message, period, sender, until, template: 1, about }).await;
        let post = home.casework.post();
        assert!(post.letter(home.guardian, (message, period)).await.unwrap().is_some());
        if banned {
            home.works(Work::ContactBanned { guardian: home.guardian }).await;
        } else {
            home.has_another_address("new@home.example").await;
        }
        assert!(post.letter(home.guardian, (message, period)).await.unwrap().is_none());
        home.pass_minutes(11);
        home.round(&relay.courier()).await;
        let facts = home.casework.post().facts();
        let standing = facts.outbox(home.guardian).unwrap().message(message, period).unwrap().standing;
        let reason = if banned { NotSent::ContactBanned } else { NotSent::AddressNotConfirmed };
        assert_eq!(standing, Standing::Refused(reason));
    }
}

fn report(from: &str) -> Bounce {
    report_of(from, "5.1.1")
}

/// What a server says of a message that it could not deliver.
pub(crate) fn report_of(from: &str, status: &str) -> Bounce {
    let back = from.split(['<', '>']).nth(1).unwrap();
    let report = format!(
        "To: {back}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=\"x\"\r\n\r\n--x\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
         Action: failed\r\nStatus: {status}\r\n\r\n--x--\r\n"
    );
    came_back(report.as_bytes(), "mentor.example")
}

/// What a report says about a message of ours.
pub(crate) fn came_back(report: &[u8], bounces_at: &str) -> Bounce {
    match Came::read(report, bounces_at) {
        Came::Back(bounce) => bounce,
        other => panic!("a report about our message: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_comes_back_from_an_older_address_ends_nothing_at_the_new_one_and_its_news_is_told_again() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let (from, message) = relay.messages().remove(0);
    let id = message.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
    let id = id.split('@').next().unwrap();
    let forged = Bounce { code: id.to_owned(), ..report(&from) };
    let post = home.casework.post();
    assert!(!forged.record(&post, home.command_id()).await.unwrap(), "the message's id is not where it comes back to");

    home.has_another_address("new@home.example").await;
    home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff }).await;
    assert!(report(&from).record(&post, home.command_id()).await.unwrap());
    let facts = post.facts();
    let outbox = facts.outbox(home.guardian).unwrap();
    assert!(!outbox.bounced && outbox.confirmed);
    assert_eq!(outbox.told_of(home.pupil), 0, "nothing has been told yet");
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "it is told again");
    assert!(relay.recipients().last().unwrap().contains("new@home.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_hangs_before_it_has_the_message_has_not_got_it() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (home, relay) = (
        Home::new().await,
        Scripted::answering(&[Answer::HangsAtRecipient, Answer::DropsAtRecipient, Answer::Recipient(530)]).await,
    );
    home.is_absent("2019-09-05", 60).await;
    let courier = relay.courier();
    for failure in [DeliveryFailure::Unreachable, DeliveryFailure::Unreachable, DeliveryFailure::RelayRefuses] {
        assert_eq!(home.round(&courier).await.failed, 1);
        assert!(matches!(home.stands(), Some(Standing::Failed { failure: held, .. }) if held == failure));
        home.pass_minutes(120);
    }
    home.on("2019-09-07T13:45:00Z");
    assert_eq!(home.round(&courier_to(silent.local_addr().unwrap().port())).await.failed, 1, "no greeting");
    home.pass_minutes(120);
    assert_eq!(home.round(&courier).await.sent, 1);
    assert_eq!(relay.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_offers_no_encryption_is_told_no_name_and_no_password() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    let courier = Relay::new(&RelaySettings {
        host: "localhost".to_owned(),
        port: relay.port(),
        security: Security::StartTls,
        patience: std::time::Duration::from_secs(30),
        authority: None,
        credentials: Some(("mentorlog".to_owned(), "a long password".to_owned())),
    });
    assert_eq!(home.round(&courier.unwrap()).await.failed, 1);
    let held = home.stands();
    assert!(matches!(held, Some(Standing::Failed { failure: DeliveryFailure::NotEncrypted, .. })), "{held:?}");
    assert_eq!(relay.commands(), ["EHLO"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_urgent_later_in_the_day_is_sent_though_it_was_refused_before() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.tells_of_absence_itself().await;
    home.on("2019-09-10T08:00:00Z");
    home.has_another_address("new@home.example").await;
    home.is_absent("2019-09-10", 60).await;
    let tally = home.round(&relay.courier()).await;
    assert_eq!((tally.sent, tally.refused > 0), (1, true), "only whether the address is theirs is asked");
    home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Guardian }).await;
    home.round(&relay.courier()).await;
    assert!(relay.messages()[1].1.contains("/seen/"), "the notice goes first");
    let refused = home.round(&relay.courier()).await.refused;
    assert_eq!(refused, 0, "and nothing is asked again and again");
}

/// Of two siblings the first is absent, and the guardian has been told of it.
pub(crate) async fn one_of_two_is_absent() -> (Home, Scripted, PupilId) {
    let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.tells_of_absence_itself().await;
    let sibling = home.has_a_sibling("Robin Exempel").await;
    home.on("2019-09-10T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    home.round(&relay.courier()).await;
    (home, relay, sibling)
}

/// The same-day messages that the relay has had.
pub(crate) fn notices(relay: &Scripted) -> Vec<String> {
    relay.messages().into_iter().map(|(_, text)| text).filter(|text| text.contains("/seen/")).collect()
}

pub(crate) fn message_id(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("Message-ID")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sibling_whose_absence_becomes_known_after_the_days_message_is_told_of_in_one_more() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    let notices = || notices(&relay);
    let first_seen = home.casework.post().link_code(Purpose::Seen, home.guardian).unwrap();
    assert_eq!(notices().len(), 1);
    // The same pupil is absent for longer: nothing that the guardian has not been told.
    home.pass_minutes(20);
    home.was_absent_for("2019-09-10", 120).await;
    home.round(&relay.courier()).await;
    assert_eq!(notices().len(), 1);
    // Another one: whoever has seen the first message has not seen this.
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    home.acts(DigestAct::Acknowledge { message: MessageClass::SameDay, period: day("2019-09-10"), since: 0 }).await;
    home.round(&relay.courier()).await;
    let told = notices();
    assert_eq!(told.len(), 2);
    assert_ne!(message_id(&told[0]), message_id(&told[1]), "a server that has had the first does not take this for it");
    assert!(home.casework.post().link(Purpose::Seen, &first_seen).is_none(), "the first link says nothing of this one");
    let facts = home.casework.post().facts();
    assert!(!facts.outbox(home.guardian).unwrap().messages.last().unwrap().acknowledged());
    // And no third, however often it is looked.
    for _ in 0..3 {
        home.pass_minutes(20);
        home.round(&relay.courier()).await;
    }
    assert_eq!(notices().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_message_that_was_refused_and_may_go_later_is_no_copy_of_the_first() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    // It is prepared, and before it is claimed the sibling turns out to have been there.
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    let facts = home.casework.post().facts();
    let since = facts.outbox(home.guardian).unwrap().newest(MessageClass::SameDay).unwrap().claimed;
    home.acts(DigestAct::Prepare { message: MessageClass::SameDay, period: day("2019-09-10"), since }).await;
    home.pupil_was_absent_for(sibling, "2019-09-10", 0).await;
    let tally = home.round(&relay.courier()).await;
    assert_eq!((tally.sent, tally.refused), (0, 1), "of the one who is absent the guardian has been told");
    home.pupil_was_absent_for(sibling, "2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let told = notices(&relay);
    assert_eq!(told.len(), 2);
    assert_ne!(message_id(&told[0]), message_id(&told[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_the_address_that_it_was_sent_to() {
    let home = Home::new().await;
    let post = home.casework.post();
    let stop = post.link_code(Purpose::Stop, home.guardian).unwrap();
    assert!(!stop.contains(&home.guardian.to_string().replace('-', "")));
    assert!(post.link(Purpose::Stop, &stop).is_some());
    assert!(post.link(Purpose::Stop, &stop.replace(&stop[..1], "x")).is_none());
    assert!(post.link(Purpose::Stop, "").is_none() && post.link(Purpose::Stop, &"é".repeat(32)).is_none());
    home.has_another_address("new@home.example").await;
    assert!(post.link(Purpose::Stop, &stop).is_none());
}
