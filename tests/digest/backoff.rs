//! When a message is tried again: later each time up to a longest pause, and not all at the same moment.

use std::collections::BTreeSet;

use chrono::{Duration, Timelike};
use domain::command::DigestAct;
use domain::state::outbox::{Message, Standing};
use domain::words::{DeliveryFailure, MessageClass};

use crate::home::{Home, day, schedule_at};
use crate::relay::{Answer, Scripted};

/// The guardian's newest message of a class.
fn newest(home: &Home, class: MessageClass) -> Message {
    home.casework.post().facts().outbox(home.guardian).unwrap().newest(class).unwrap().clone()
}

/// The pauses that a message makes which the relay defers each time, until it is given up or `most` are known.
async fn pauses(home: &Home, class: MessageClass, most: usize) -> Vec<Duration> {
    let relay = Scripted::answering(&vec![Answer::AfterData(450); most + 1]).await;
    let mut pauses = Vec::new();
    while pauses.len() < most {
        let now = home.casework.post().now();
        home.round(&relay.courier()).await;
        let Standing::Failed { failure: DeliveryFailure::Deferred, again } = newest(home, class).standing else {
            break;
        };
        pauses.push(again - now);
        // A moment before its time nothing is tried.
        let tried = relay.messages().len();
        home.on(&(again - Duration::milliseconds(1)).to_rfc3339());
        home.round(&relay.courier()).await;
        assert_eq!(relay.messages().len(), tried, "not before its time");
        home.on(&(again + Duration::milliseconds(1)).to_rfc3339());
    }
    pauses
}

/// Whether each pause is as long as it is to be, in minutes, or up to a quarter more.
fn are(pauses: &[Duration], expected: &[i64]) {
    assert_eq!(pauses.len(), expected.len());
    for (nth, (pause, minutes)) in pauses.iter().zip(expected).enumerate() {
        let least = Duration::minutes(*minutes);
        assert!((least..=least + least / 4).contains(pause), "pause {nth}: {pause} of {minutes} minutes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_is_deferred_is_tried_again_after_twice_as_long_each_time_by_day_and_for_five_days() {
    let home = Home::new().await;
    home.is_absent("2019-09-05", 60).await;
    let began = home.casework.post().now();
    let pauses = pauses(&home, MessageClass::Digest, 100).await;
    are(&pauses[..5], &[5, 10, 20, 40, 80]);
    // Then after four hours, or by the morning: nobody is written to at night.
    let (mut at, mut nights) = (began + pauses[..5].iter().sum::<Duration>(), 0);
    for pause in &pauses[5..] {
        at += *pause;
        let here = (at + Duration::seconds(1)).with_timezone(&chrono_tz::Europe::Stockholm);
        assert!((7..21).contains(&here.hour()), "{here}");
        let morning = (here.hour(), here.minute()) == (7, 0);
        nights += u32::from(morning);
        assert!(morning || *pause >= Duration::minutes(160), "{pause}");
    }
    assert!(nights >= 5, "{nights}");
    let ended = newest(&home, MessageClass::Digest);
    assert_eq!(ended.standing, Standing::GivenUp(DeliveryFailure::Deferred));
    assert!(ended.at - began >= Duration::days(5), "a relay's fault may last five days (RFC 5321, 4.5.4.1)");
    assert!(ended.at - began < Duration::days(7), "and then the next takes its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_the_day_that_is_deferred_waits_ten_minutes_at_most_and_is_tried_all_day() {
    let home = Home::new().await;
    home.tells_of_absence_itself().await;
    home.on("2019-09-10T07:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    let pauses = pauses(&home, MessageClass::SameDay, 60).await;
    let mut expected = vec![5];
    expected.resize(60, 10);
    are(&pauses, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_were_deferred_at_one_moment_are_not_all_tried_again_at_one() {
    let home = Home::new().await;
    for nth in 0..7 {
        home.has_a_guardian_at(&format!("sam{nth}@home.example")).await;
    }
    home.is_absent("2019-09-05", 60).await;
    let relay = Scripted::answering(&[Answer::AfterData(450); 8]).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 8);
    let facts = home.casework.post().facts();
    let again = |guardian| facts.outbox(guardian).unwrap().newest(MessageClass::Digest).unwrap().standing;
    let moments: BTreeSet<_> = facts.guardians().into_iter().map(|(id, _)| format!("{:?}", again(id))).collect();
    assert!(moments.len() >= 6, "{moments:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_of_the_service_what_was_due_by_day_goes_in_the_morning_and_what_is_due_at_night_within_its_hour()
{
    // given news by Friday's hour, and a service that begins again in the night
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    for (moment, sent) in [("2019-09-07T00:30:00Z", 0), ("2019-09-07T04:59:00Z", 0), ("2019-09-07T05:00:00Z", 1)] {
        home.on(moment);
        assert_eq!(home.round(&relay.courier()).await.sent, sent, "{moment}");
    }
    // and one whose message was prepared before the service stopped
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    home.acts(DigestAct::Prepare { message: MessageClass::Digest, period: day("2019-09-06"), since: 0 }).await;
    for (moment, sent) in [("2019-09-07T00:30:00Z", 0), ("2019-09-07T05:00:00Z", 1)] {
        home.on(moment);
        assert_eq!(home.round(&relay.courier()).await.sent, sent, "{moment}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_whose_hour_is_the_last_of_the_day_is_tried_again_in_the_morning() {
    let home = Home::new().await;
    home.settles(schedule_at(20 * 60 + 59)).await;
    home.on("2019-09-06T18:59:00Z");
    home.is_absent("2019-09-05", 60).await;
    let relay = Scripted::answering(&[Answer::AfterData(450)]).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    let again = "2019-09-07T05:00:00Z".parse().unwrap();
    let failure = DeliveryFailure::Deferred;
    assert_eq!(newest(&home, MessageClass::Digest).standing, Standing::Failed { failure, again });
}
