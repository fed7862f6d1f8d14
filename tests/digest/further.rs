//! A day's further message, about a sibling whose absence became known after the first had gone: through stops at every point,
//! and when the first comes back.

use casework::post::Purpose;
use domain::command::DigestAct;
use domain::refusal::Code;
use domain::state::outbox::Standing;
use domain::words::{ChosenBy, DeliveryFailure, MessageClass, SpeaksOf};

use crate::crashes::stopped_after;
use crate::home::{Home, day};
use crate::limits::{message_id, notices, one_of_two_is_absent, report_of};
use crate::relay::{Answer, Scripted};

/// Points at which the sender of one message waits for the log or for the relay, and more.
const POINTS: u64 = 32;

async fn prepared(home: &Home) {
    let (message, period) = (MessageClass::SameDay, day("2019-09-10"));
    let since = home.casework.post().facts().outbox(home.guardian).unwrap().newest(message).unwrap().claimed;
    home.acts(DigestAct::Prepare { message, period, since }).await;
}

#[test]
fn a_stop_at_every_point_leaves_a_days_further_message_recorded_once_and_resent_once_at_most() {
    let outside = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (mut stopped_first, mut stopped_twice) = (0, 0);
    for (point, again) in (1..=POINTS).flat_map(|point| [(point, None), (point, Some(point))]) {
        // given a sibling whose absence became known after the day's message had gone
        let (mut home, relay, sibling) = outside.block_on(one_of_two_is_absent());
        outside.block_on(home.pupil_is_absent(sibling, "2019-09-10", 60));
        let first_seen = home.casework.post().link_code(Purpose::Seen, home.guardian).unwrap();

        // when the sender is stopped there, once or twice, and another is started on the same log
        for (nth, point) in std::iter::once(point).chain(again).enumerate() {
            let sender = home.sender_with(&relay.courier());
            let stopped = stopped_after(point, async move { sender.run().await });
            if nth == 0 {
                stopped_first += u32::from(stopped);
            } else {
                stopped_twice += u32::from(stopped);
            }
            outside.block_on(relay.has_heard_all());
            outside.block_on(home.opened_again());
            home.pass_minutes(16);
        }
        for _ in 0..3 {
            outside.block_on(home.round(&relay.courier()));
            home.pass_minutes(16);
        }

        // then it is recorded once, was handed over once, or twice under one name, and is another one than the first
        let facts = home.casework.post().facts();
        let outbox = facts.outbox(home.guardian).unwrap();
        let of_day = outbox.messages.iter().filter(|message| message.class == MessageClass::SameDay);
        assert_eq!(of_day.clone().count(), 1, "stopped at {point}, {again:?}");
        let told = notices(&relay);
        let further = &told[1..];
        let least = match of_day.map(|message| message.standing).next() {
            Some(Standing::Sent) => 1,
            // Twice nobody knew whether it had gone: it may not have, and somebody phones.
            Some(Standing::GivenUp(DeliveryFailure::AnswerLost)) if again.is_some() => 0,
            other => panic!("stopped at {point}, {again:?}: {other:?}"),
        };
        assert!((least..=2).contains(&further.len()), "stopped at {point}, {again:?}: {}", further.len());
        assert!(further.iter().all(|text| message_id(text) == message_id(&further[0])));
        assert!(further.iter().all(|text| message_id(text) != message_id(&told[0])));
        assert!(home.casework.post().link(Purpose::Seen, &first_seen).is_none());
    }
    assert!(stopped_first > 5 && stopped_twice > 0, "{stopped_first} and {stopped_twice} stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_that_comes_back_for_now_does_not_keep_the_further_one_back() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    prepared(&home).await;
    let first = relay.messages().remove(0).0;
    let (post, back) = (home.casework.post(), || report_of(&first, "4.2.2"));
    assert!(back().record(&post, home.command_id()).await.unwrap());
    assert_eq!(home.stands(), Some(Standing::Prepared), "it has not gone, and so has not come back");
    let refused = back().record(&post, home.command_id()).await.unwrap_err();
    assert_eq!(refused.code, Code::AlreadySo, "once is enough");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert_eq!(notices(&relay).len(), 2);
    let facts = post.facts();
    let further = facts.outbox(home.guardian).unwrap().newest(MessageClass::SameDay).unwrap();
    assert!(further.names(home.pupil) && further.names(sibling), "it tells of both, since the first did not arrive");
    // From now on either may be meant: somebody phones.
    assert!(back().record(&post, home.command_id()).await.unwrap());
    assert_eq!(home.stands(), Some(Standing::Bounced(SpeaksOf::Now)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_that_comes_back_for_good_ends_writing_to_the_address_before_the_further_one_goes() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    prepared(&home).await;
    let first = relay.messages().remove(0).0;
    assert!(report_of(&first, "5.1.1").record(&home.casework.post(), home.command_id()).await.unwrap());
    assert!(home.casework.post().facts().outbox(home.guardian).unwrap().bounced);
    assert_eq!(home.round(&relay.courier()).await.sent, 0);
    assert_eq!(notices(&relay).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_that_was_sent_to_an_older_address_says_nothing_of_the_further_one() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    home.has_another_address("new@home.example").await;
    home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff }).await;
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let first = relay.messages().remove(0).0;
    assert!(!report_of(&first, "5.1.1").record(&home.casework.post(), home.command_id()).await.unwrap());
    assert_eq!(home.stands(), Some(Standing::Sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_message_waits_for_its_relay_like_the_first() {
    let (home, _, sibling) = one_of_two_is_absent().await;
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    let relay = Scripted::answering(&[Answer::AfterData(451)]).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    home.pass_minutes(10);
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let told = notices(&relay);
    assert_eq!((told.len(), message_id(&told[0])), (2, message_id(&told[1])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_gone_is_said_again_in_the_same_words_and_a_sibling_absent_since_has_a_message_of_their_own() {
    // given a notice of one whose answer was lost, and that the guardian has seen
    let (mut home, relay) = (Home::new().await, Scripted::answering(&[Answer::Drops]).await);
    home.tells_of_absence_itself().await;
    let sibling = home.has_a_sibling("Robin Exempel").await;
    home.on("2019-09-10T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    home.acts(DigestAct::Acknowledge { message: MessageClass::SameDay, period: day("2019-09-10"), since: 0 }).await;
    // when the sibling is absent before it is sent again
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    for _ in 0..4 {
        home.pass_minutes(10);
        home.round(&relay.courier()).await;
    }
    // then the second one says what the first said, and a further one tells of the sibling
    let told = notices(&relay);
    assert_eq!(told.len(), 3);
    assert_eq!(message_id(&told[0]), message_id(&told[1]));
    assert_ne!(message_id(&told[1]), message_id(&told[2]));
    let facts = home.casework.post().facts();
    let further = facts.outbox(home.guardian).unwrap().newest(MessageClass::SameDay).unwrap();
    assert!(further.names(sibling) && !further.names(home.pupil));
    assert!(!further.acknowledged() && further.seen == [home.pupil], "of the sibling nothing was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_the_first_leads_somewhere_until_the_further_one_has_gone() {
    let (home, relay, sibling) = one_of_two_is_absent().await;
    let post = home.casework.post();
    let first = post.link_code(Purpose::Seen, home.guardian).unwrap();
    // given a further one that the relay defers
    home.pupil_is_absent(sibling, "2019-09-10", 60).await;
    prepared(&home).await;
    // when the guardian follows the link in the first
    let link = post.link(Purpose::Seen, &first).unwrap();
    home.acts(link.followed(domain::state::Preference::default()).unwrap()).await;
    // then the first has been seen, and of the sibling nothing
    let seen = || post.facts().outbox(home.guardian).unwrap().newest(MessageClass::SameDay).unwrap().seen.clone();
    assert_eq!(seen(), [home.pupil]);
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert!(post.link(Purpose::Seen, &first).is_none(), "now the further one has its own");
    assert_eq!(seen(), [home.pupil]);
}
