//! The sender inside the running service: what is due goes at its time, what is under way at the end is finished and recorded once.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use casework::Clock;
use chrono::{DateTime, Utc};
use digest::{RelaySettings, Security, Sender};
use domain::state::outbox::{Message, Standing};
use domain::words::MessageClass;

use super::*;
use crate::command::digest::courier;
use crate::folder::Folder;
use crate::settings::Carrier;
use crate::wiring::opened;
use family::Family;
use relay::{Answer, Scripted};

#[path = "../../../../../tests/support/family.rs"]
mod family;
#[path = "../../../../../tests/digest/relay.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod relay;

/// A Friday, half a minute before half past three in Sweden.
const BEFORE: &str = "2019-09-06T13:29:30Z";
/// When digests are due, in minutes of the day there.
const DUE: u16 = 15 * 60 + 30;

/// The service's rhythm, quicker.
const QUICK: Rhythm = Rhythm {
    every: Duration::from_millis(5),
    soon: Duration::from_millis(5),
    finishes_within: Duration::from_secs(30),
};

/// A clock that shows what it is set to.
#[derive(Default)]
struct Hands(AtomicI64);

impl Hands {
    fn set(&self, moment: DateTime<Utc>) {
        self.0.store(moment.timestamp_millis(), Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).expect("a moment")
    }
}

struct Place(tempfile::TempDir, Arc<Hands>);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"), Arc::default());
        let key = place.at("master.key");
        fs::write(&key, "5a".repeat(32)).expect("the key is written");
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("its owner's");
        fs::create_dir_all(place.at("bounces/new")).expect("a folder");
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program's parts, as they are put together at a start, at a moment.
    async fn start(&self, moment: &str) -> Running {
        let folder = Folder { data: self.at("data"), keys: None };
        self.1.set(at(moment));
        let clock: Arc<dyn Clock> = Arc::<Hands>::clone(&self.1);
        let log = opened(&folder, Some(&self.at("master.key")), None).await.expect("it opens");
        Running::on(log, &folder, clock).await.expect("it starts")
    }

    fn settings(&self, carrier: Carrier) -> DigestSettings {
        let sender = Sender {
            from: "Skolan <no-reply@mentor.example>".parse().expect("an address"),
            bounces_at: "mentor.example".to_owned(),
            site: "https://mentor.example".to_owned(),
            languages: Vec::new(),
            most_a_minute: 60,
            signing: None,
        };
        DigestSettings { sender, carrier, bounces: Some(self.at("bounces")) }
    }

    /// Two rounds have begun, and so one has been all through: of each one the first that is done is to look at what came back.
    async fn rounds_pass(&self) {
        for name in ["first", "second"] {
            let file = self.at("bounces/new").join(name);
            fs::write(&file, "No report.").expect("it is delivered");
            until(|| (!file.exists()).then_some(())).await;
        }
    }
}

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().expect("a moment")
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

fn to(relay: &Scripted) -> Carrier {
    Carrier::Relay(RelaySettings {
        host: "127.0.0.1".to_owned(),
        port: relay.port(),
        security: Security::OnThisMachine,
        patience: Duration::from_secs(30),
        authority: None,
        credentials: None,
    })
}

/// Asks again and again, for a limited time.
async fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        let mut again = tokio::time::interval(Duration::from_millis(2));
        loop {
            again.tick().await;
            if let Some(answer) = ask() {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), asking).await.expect("it happens")
}

fn digest_of(running: &Running, family: &Family) -> Message {
    let facts = running.casework.post().facts();
    let outbox = facts.outbox(*family.guardians.first().expect("a guardian")).expect("the guardian");
    outbox.newest(MessageClass::Digest).expect("a digest").clone()
}

fn message_id(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("Message-ID")).expect("a Message-ID")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_service_sends_what_is_due_at_its_time_by_itself() {
    let place = Place::new();
    let running = place.start(BEFORE).await;
    let family = family::recorded(&running.casework, at(BEFORE), DUE, &["alex@home.example"]).await;
    let mails = place.at("mails");
    let settings = place.settings(Carrier::Folder(mails.clone()));
    courier(&settings.carrier).expect("a folder");
    let sending = keep_sending(&running, &settings, &QUICK).expect("a sender");
    place.rounds_pass().await;
    assert_eq!(files(&mails), 0, "half a minute too early");
    place.1.set(at("2019-09-06T13:30:00Z"));
    until(|| (files(&mails) > 0).then_some(())).await;
    place.rounds_pass().await;
    finish(sending, &QUICK).await;
    assert_eq!((files(&mails), digest_of(&running, &family).standing), (1, Standing::Sent), "once");
    running.close().await.expect("it closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_told_to_stop_waits_for_the_answer_to_what_is_under_way() {
    let (place, relay) = (Place::new(), Scripted::answering(&[Answer::Waits]).await);
    let running = place.start("2019-09-06T13:30:00Z").await;
    let family = family::recorded(&running.casework, running.casework.post().now(), DUE, &["alex@home.example"]).await;
    let sending = keep_sending(&running, &place.settings(to(&relay)), &QUICK).expect("a sender");
    until(|| (!relay.messages().is_empty()).then_some(())).await;
    let mut finishing = Box::pin(finish(sending, &QUICK));
    let waits = tokio::select! {
        biased;
        () = &mut finishing => false,
        () = tokio::task::yield_now() => true,
    };
    assert!(waits, "the relay has not answered yet");
    relay.release();
    finishing.await;
    let digest = digest_of(&running, &family);
    assert_eq!((digest.standing, digest.attempts, relay.messages().len()), (Standing::Sent, 1, 1));
    running.close().await.expect("it closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_goes_away_is_tried_again_when_the_pause_is_over_and_the_digest_goes_once() {
    let (place, relay) = (Place::new(), Scripted::answering(&[Answer::DropsAtRecipient]).await);
    let running = place.start("2019-09-06T13:30:00Z").await;
    let family = family::recorded(&running.casework, running.casework.post().now(), DUE, &["alex@home.example"]).await;
    let sending = keep_sending(&running, &place.settings(to(&relay)), &QUICK).expect("a sender");
    until(|| (relay.recipients().len() == 1).then_some(())).await;
    until(|| matches!(digest_of(&running, &family).standing, Standing::Failed { .. }).then_some(())).await;
    place.rounds_pass().await;
    assert_eq!(relay.recipients().len(), 1, "rounds go on, and it is not asked again at once");
    place.1.set(at("2019-09-06T13:50:00Z"));
    until(|| (digest_of(&running, &family).standing == Standing::Sent).then_some(())).await;
    place.rounds_pass().await;
    finish(sending, &QUICK).await;
    assert_eq!((relay.recipients().len(), relay.messages().len()), (2, 1));
    running.close().await.expect("it closes");
}

/// A process of its own: what runs in it ends with it.
fn process() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

#[test]
fn an_answer_that_the_end_did_not_wait_for_is_followed_by_one_more_try_after_the_next_start() {
    let (place, outside) = (Place::new(), process());
    let relay = outside.block_on(Scripted::answering(&[Answer::Waits]));
    let settings = place.settings(to(&relay));
    let hasty = Rhythm { finishes_within: Duration::ZERO, ..QUICK };
    let first = process();
    let family = first.block_on(async {
        let running = place.start("2019-09-06T13:30:00Z").await;
        let now = running.casework.post().now();
        let family = family::recorded(&running.casework, now, DUE, &["alex@home.example"]).await;
        let sending = keep_sending(&running, &settings, &hasty).expect("a sender");
        until(|| (!relay.messages().is_empty()).then_some(())).await;
        finish(sending, &hasty).await;
        assert!(matches!(digest_of(&running, &family).standing, Standing::Claimed { .. }), "nobody knows");
        running.close().await.expect("it closes");
        family
    });
    drop(first);
    process().block_on(async {
        let running = place.start("2019-09-06T13:35:00Z").await;
        let sending = keep_sending(&running, &settings, &QUICK).expect("a sender");
        place.rounds_pass().await;
        assert_eq!(relay.messages().len(), 1, "somebody may have it still");
        place.1.set(at("2019-09-06T13:41:00Z"));
        until(|| (relay.messages().len() == 2).then_some(())).await;
        finish(sending, &QUICK).await;
        assert_eq!(digest_of(&running, &family).standing, Standing::Sent);
        running.close().await.expect("it closes");
    });
    let messages = relay.messages();
    let names: Vec<&str> = messages.iter().map(|(_, text)| message_id(text)).collect();
    assert_eq!(names.first(), names.get(1), "under the same name");
}
