//! A sender that is stopped as by a loss of power: whatever it was doing ends there, with every task of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::Days;
use domain::state::outbox::Standing;
use domain::words::DeliveryFailure;
use tokio::sync::Notify;

use crate::home::{Home, day};
use crate::relay::Scripted;

const STOPS: u32 = 1_000;

/// A sequence of numbers without a pattern in it, the same in every run.
struct Places(u64);

impl Places {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        self.0 >> 40
    }
}

/// Runs it in a world of its own, and ends that world, tasks, sockets and all, when it has come to wait so many times for the log
/// or the relay. Whether it was stopped before its end.
pub(crate) fn stopped_after<T>(waits: u64, future: impl Future<Output = T>) -> bool {
    let (over, left) = (Arc::new(Notify::new()), AtomicU64::new(waits));
    let ends = Arc::clone(&over);
    let mut world = tokio::runtime::Builder::new_current_thread();
    world.enable_all().on_thread_park(move || {
        if left.fetch_sub(1, Ordering::Relaxed) == 1 {
            ends.notify_one();
        }
    });
    world.build().unwrap().block_on(async {
        tokio::select! {
            biased;
            () = over.notified() => true,
            _ = future => false,
        }
    })
}

#[test]
fn a_thousand_stops_leave_each_digest_recorded_once_and_resent_once_at_most() {
    let outside = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (mut stops, mut digests, mut resent, mut lost) = (0, 0, 0, 0);
    let mut places = Places(7);
    while stops < STOPS {
        let mut home = outside.block_on(Home::new());
        let relay = outside.block_on(Scripted::answering(&[]));
        for week in 0..6 {
            // given something new in another week
            let friday = day("2019-09-06") + Days::new(7 * week);
            home.on(&format!("{friday}T13:45:00Z"));
            outside.block_on(home.is_absent(&(friday - Days::new(1)).to_string(), 60));
            let before = relay.messages().len();
            // when the sender is stopped, and another started on the same log, until there is nothing more to be done
            loop {
                let sender = home.sender_with(&relay.courier());
                let stopped = stopped_after(1 + places.next() % 24, async move { sender.run().await });
                stops += u32::from(stopped);
                outside.block_on(relay.has_heard_all());
                // What had been asked of the log is done by it, or not: it is another process's disk.
                outside.block_on(home.opened_again());
                home.pass_minutes(16);
                if !stopped && !matches!(home.stands(), Some(Standing::Prepared | Standing::Claimed { .. })) {
                    break;
                }
            }
            // then it is recorded once, and was handed over once, or twice under the same name
            let messages = relay.messages().split_off(before);
            match home.stands() {
                Some(Standing::Sent) => assert!(!messages.is_empty(), "what is recorded as sent was sent"),
                Some(Standing::GivenUp(DeliveryFailure::AnswerLost)) => lost += 1,
                other => panic!("{friday}: {other:?}"),
            }
            assert!(messages.len() <= 2, "{friday}: {} messages", messages.len());
            assert!(messages.iter().all(|(_, text)| message_id(text) == message_id(&messages[0].1)));
            resent += usize::from(messages.len() == 2);
            digests += 1;
        }
        let facts = home.casework.post().facts();
        let mut periods = BTreeMap::new();
        for message in &facts.outbox(home.guardian).unwrap().messages {
            *periods.entry(message.period).or_insert(0) += 1;
        }
        assert!(periods.values().all(|count| *count == 1), "{periods:?}");
        let names: BTreeSet<String> = relay.messages().iter().map(|(_, text)| message_id(text).to_owned()).collect();
        assert!(names.len() <= 6, "each digest has one name");
    }
    assert!(resent > 0 && lost > 0 && digests > resent + lost, "{digests} digests, {resent} resent, {lost} lost");
}

fn message_id(message: &str) -> &str {
    message.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).expect("a Message-ID")
}
