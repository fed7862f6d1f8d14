//! Sending: once, again when it must be, and never to whom it may not go.

use casework::post::Purpose;
use digest::{Bounce, Tally};
use domain::command::{Command, DigestAct};
use domain::event::Work;
use domain::id::GuardianId;
use domain::state::Preference;
use domain::state::outbox::Standing;
use domain::words::{ChosenBy, DeliveryFailure, MessageClass, NotSent, ProtectionLevel, SpeaksOf};

use crate::home::{Home, day};
use crate::hours::at;
use crate::limits::report_of;
use crate::relay::{Answer, Scripted};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_sent_once_and_nothing_when_nothing_is_new() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let courier = relay.courier();
    assert_eq!(home.round(&courier).await, Tally::default(), "nothing has happened");
    home.is_absent("2019-09-05", 60).await;

    let sent = Tally { prepared: 1, sent: 1, ..Tally::default() };
    assert_eq!(home.round(&courier).await, sent);
    assert_eq!(home.round(&courier).await, Tally::default(), "it has been sent");
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&courier).await, Tally::default(), "nothing new since then");
    home.is_absent("2019-09-12", 30).await;
    assert_eq!(home.round(&courier).await, sent);

    let recipients = relay.recipients();
    assert_eq!(recipients.len(), 2);
    assert!(recipients.iter().all(|line| line.contains("<alex@home.example>")), "one address, each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_had_nothing_to_hear_on_friday_hears_next_friday_of_what_came_on_wednesday() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let courier = relay.courier();
    assert_eq!(home.round(&courier).await, Tally::default(), "nothing has happened by Friday's hour");
    home.on("2019-09-11T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    assert_eq!(home.round(&courier).await, Tally::default(), "it is Wednesday");
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&courier).await.sent, 1, "it is Friday again");
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_may_be_sent_is_decided_when_it_is_sent() {
    let refusals: [(OfGuardian, NotSent); 3] = [
        (|guardian| Work::ContactBanned { guardian }, NotSent::ContactBanned),
        (|guardian| Work::TellingWithheld { guardian }, NotSent::Withheld),
        (|_| Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }, NotSent::IdentityProtected),
    ];
    for (work, reason) in refusals {
        let (home, relay) = (Home::new().await, Scripted::answering(&[Answer::Recipient(450)]).await);
        let courier = relay.courier();
        home.is_absent("2019-09-05", 60).await;
        assert_eq!(home.round(&courier).await.failed, 1, "the relay asks to come back");
        home.works(work(home.guardian)).await;
        home.pass_minutes(60);

        assert_eq!(home.round(&courier).await.refused, 1);

        assert_eq!(home.stands(), Some(Standing::Refused(reason)));
        assert_eq!(relay.messages(), [], "no word has left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_18th_birthday_waiting_mail_ends_at_midnight() {
    for (moment, sent, why) in [
        ("2019-09-06T21:59:59Z", 1, "a second before midnight in Sweden the pupil is 17"),
        ("2019-09-06T22:00:00Z", 0, "at midnight the pupil is of age"),
    ] {
        // given a school that writes late in the evening, and a digest that waits
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.settles(at(5, 23 * 60 + 30)).await;
        home.is_absent("2019-09-05", 60).await;
        home.works(Work::BirthDateRecorded { born: day("2001-09-07") }).await;
        home.on("2019-09-06T21:30:00Z");
        home.acts(DigestAct::Prepare { message: MessageClass::Digest, period: day("2019-09-06"), since: 0 }).await;
        // when its turn comes
        home.on(moment);
        let tally = home.round(&relay.courier()).await;
        assert_eq!((tally.sent, tally.refused), (sent, 1 - sent), "{why}");
        let ended = if sent == 1 { Standing::Sent } else { Standing::Refused(NotSent::OfAge) };
        assert_eq!(home.stands(), Some(ended), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_asks_to_come_back_gets_the_same_message_again_later() {
    let answers = [Answer::Recipient(450), Answer::AfterData(451)];
    let (home, relay) = (Home::new().await, Scripted::answering(&answers).await);
    let courier = relay.courier();
    home.is_absent("2019-09-05", 60).await;
    for _ in 0..2 {
        assert_eq!(home.round(&courier).await.failed, 1);
        assert!(matches!(home.stands(), Some(Standing::Failed { failure: DeliveryFailure::Deferred, .. })));
        assert_eq!(home.round(&courier).await, Tally::default(), "not at once");
        home.pass_minutes(60);
    }
    assert_eq!(home.round(&courier).await.sent, 1);
    let messages = relay.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(message_id(&messages[0].1), message_id(&messages[1].1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_refuses_for_good_is_not_asked_again() {
    for answer in [Answer::Recipient(550), Answer::AfterData(554)] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[answer]).await);
        let courier = relay.courier();
        home.is_absent("2019-09-05", 60).await;
        assert_eq!(home.round(&courier).await.failed, 1);
        assert_eq!(home.stands(), Some(Standing::GivenUp(DeliveryFailure::Rejected)));
        home.pass_minutes(600);
        assert_eq!(home.round(&courier).await, Tally::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_followed_by_one_more_try_with_the_same_message_id_and_no_more() {
    for lost in [Answer::Drops, Answer::Hangs] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[lost; 5]).await);
        let courier = relay.courier();
        home.is_absent("2019-09-05", 60).await;
        for _ in 0..5 {
            home.round(&courier).await;
            home.pass_minutes(60);
        }
        assert_eq!(home.stands(), Some(Standing::GivenUp(DeliveryFailure::AnswerLost)));
        let messages = relay.messages();
        assert_eq!(messages.len(), 2);
        assert_eq!(message_id(&messages[0].1), message_id(&messages[1].1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_not_there_costs_no_message_and_no_second_one() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let gone = digest::Relay::new(&digest::RelaySettings {
        host: "127.0.0.1".to_owned(),
        port: nobody,
        security: digest::Security::OnThisMachine,
        patience: std::time::Duration::from_secs(5),
        authority: None,
        credentials: None,
    });
    home.is_absent("2019-09-05", 60).await;
    let gone = gone.unwrap();
    for _ in 0..3 {
        assert_eq!(home.round(&gone).await.failed, 1);
        home.pass_minutes(60);
    }
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert_eq!(relay.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_stops_or_has_no_confirmed_address_is_sent_nothing() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    home.acts(DigestAct::Stop { by: ChosenBy::Guardian }).await;
    assert_eq!(home.round(&relay.courier()).await, Tally { passed_over: 1, ..Tally::default() });

    let home = Home::new().await;
    home.is_absent("2019-09-05", 60).await;
    home.has_another_address("new@home.example").await;
    let asked = Tally { prepared: 2, sent: 1, refused: 1, ..Tally::default() };
    assert_eq!(home.round(&relay.courier()).await, asked, "one message asks whether the address is theirs");
    let facts = home.casework.post().facts();
    let digest = facts.outbox(home.guardian).unwrap().newest(MessageClass::Digest).unwrap().standing;
    assert_eq!(digest, Standing::Refused(NotSent::AddressNotConfirmed));
    let messages = relay.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].1.contains("/confirm/") && !messages[0].1.contains("https://portal.example"), "{messages:?}");
    assert_eq!(home.round(&relay.courier()).await, Tally::default(), "and it asks once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_confirms_the_address_that_it_was_sent_to_and_no_other() {
    let home = Home::new().await;
    let post = home.casework.post();
    let link = || post.link_code(Purpose::Confirm, home.guardian).unwrap();
    home.has_another_address("new@home.example").await;
    let first = link();
    home.has_another_address("newer@home.example").await;
    assert_ne!(link(), first, "the older link leads nowhere");
    assert_eq!(post.link(Purpose::Confirm, &first), None);
    assert_eq!(post.link(Purpose::Stop, &link()), None, "a link is for one purpose");
    let followed = post.link(Purpose::Confirm, &link()).unwrap();
    assert_eq!(followed.guardian(), home.guardian);
    home.acts(followed.followed(Preference::default()).unwrap()).await;
    assert!(post.facts().outbox(home.guardian).unwrap().confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_comes_back_because_of_the_address_ends_writing_to_it_and_no_other_does() {
    for (status, of) in [
        ("5.1.1", SpeaksOf::Address),
        ("5.2.1", SpeaksOf::Address),
        ("5.7.1", SpeaksOf::Message),
        ("5.2.2", SpeaksOf::Message),
        ("4.2.2", SpeaksOf::Now),
    ] {
        let ends = of == SpeaksOf::Address;
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.is_absent("2019-09-05", 60).await;
        home.round(&relay.courier()).await;
        let (from, _) = relay.messages().remove(0);
        let bounce = report_of(&from, status);
        assert!(bounce.record(&home.casework.post(), home.command_id()).await.unwrap());
        assert_eq!(home.stands(), Some(Standing::Bounced(of)), "{status}");

        home.on("2019-09-13T13:45:00Z");
        home.is_absent("2019-09-12", 30).await;
        let next = home.round(&relay.courier()).await;
        assert_eq!((next.sent, next.refused), if ends { (0, 1) } else { (1, 0) }, "{status}");
        let unknown = Bounce { code: "0".repeat(32), ..bounce };
        assert!(!unknown.record(&home.casework.post(), home.command_id()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_knows_of_no_such_address_is_believed_like_mail_that_came_back() {
    for (said, ends) in [("550 5.1.1 no such user", true), ("552 5.2.2 mailbox full", false), ("550 no", false)] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[Answer::RecipientIs(said)]).await);
        home.is_absent("2019-09-05", 60).await;
        assert_eq!(home.round(&relay.courier()).await.failed, 1);
        let failure = if ends { DeliveryFailure::AddressRefused } else { DeliveryFailure::Rejected };
        assert_eq!(home.stands(), Some(Standing::GivenUp(failure)), "{said}");
        assert_eq!(home.casework.post().facts().outbox(home.guardian).unwrap().bounced, ends, "{said}");

        // The week after it is written to no more, or again.
        home.on("2019-09-13T13:45:00Z");
        home.is_absent("2019-09-12", 30).await;
        let next = home.round(&relay.courier()).await;
        assert_eq!((next.sent, next.refused), if ends { (0, 1) } else { (1, 0) }, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_has_something_against_the_sender_ends_no_address_and_is_asked_again() {
    let says = ["550 5.7.1 blocked", "550 5.1.8 sender rejected", "550 5.3.0 closed", "554 no"];
    let (home, relay) = (Home::new().await, Scripted::answering(&says.map(Answer::RecipientIs)).await);
    home.is_absent("2019-09-05", 60).await;
    for said in says {
        assert_eq!(home.round(&relay.courier()).await.failed, 1);
        let Some(Standing::Failed { failure, .. }) = home.stands() else { panic!("{said}: {:?}", home.stands()) };
        assert_eq!(failure, DeliveryFailure::RelayRefuses, "{said}");
        home.pass_minutes(60);
    }
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_domain_is_handed_more_in_a_minute_than_it_takes() {
    let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.sender.most_a_minute = 2;
    home.is_absent("2019-09-05", 60).await;
    for number in 0..4 {
        home.has_a_guardian_at(&format!("guardian{number}@home.example")).await;
    }
    let mut sent = Vec::new();
    for _ in 0..4 {
        sent.push(home.round(&relay.courier()).await.sent);
        sent.push(home.round(&relay.courier()).await.sent);
        home.pass_minutes(1);
    }
    assert_eq!(sent, [2, 0, 2, 0, 1, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_senders_one_sends_each_message() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    for number in 0..20 {
        home.has_a_guardian_at(&format!("guardian{number}@home.example")).await;
    }
    let (first, second) = (relay.courier(), relay.courier());
    let (one, other) = tokio::join!(home.round(&first), home.round(&second));
    assert_eq!(one.sent + other.sent, 21);
    let mut names: Vec<String> = relay.messages().iter().map(|(_, text)| message_id(text).to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), relay.messages().len()), (21, 21));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_was_stopped_while_it_held_a_message_is_followed_by_one_that_sends_it() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    let (class, period) = (MessageClass::Digest, day("2019-09-06"));
    home.acts(DigestAct::Prepare { message: class, period, since: 0 }).await;
    let until = "2019-09-06T13:55:00Z".parse().unwrap();
    let sender = domain::words::Reference::try_new("stopped").unwrap();
    let claim = DigestAct::Claim { message: class, period, sender, until, template: 1, about: vec![home.pupil] };
    home.acts(claim.clone()).await;
    assert!(home.tries(Command::Digest { guardian: home.guardian, act: claim }).await.is_err(), "it is held");
    assert_eq!(home.round(&relay.courier()).await, Tally::default(), "held by another until ten minutes later");
    home.pass_minutes(11);
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
}

/// Something that is recorded about a guardian.
type OfGuardian = fn(GuardianId) -> Work;

fn message_id(message: &str) -> &str {
    message.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).expect("a Message-ID")
}
