//! `mentorlog serve` is killed (SIGKILL) at places without a pattern while it sends, with its journal on a real disk, and started again
//! on the same folder. The in-memory log is stopped a thousand times in `tests/digest/crashes.rs`. More kills, as many as you like:
//! `MENTORLOG_KILLS=400 cargo nextest run -p mentorlog --test post killed`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{Duration, Utc};
use digest::{Ids, Round, Sender, Stop};
use domain::state::outbox::Standing;
use domain::words::{MessageClass, Reference};

use crate::place::{Place, until};
use crate::relay::{Answer, Scripted};
use crate::support::Sequence;

const KILLS: usize = 40;
/// Most messages that one life of the service sends.
const MOST: u32 = 4;

/// What a header of a message says.
fn header<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).expect("such a header").trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_killed_again_and_again_while_it_sends_leaves_each_digest_recorded_once_and_resent_once_at_most()
 {
    let kills = std::env::var("MENTORLOG_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    // given a relay that now and then has a message and does not say so before the service is killed
    let mut chance = Sequence::new(0x6b69_6c6c);
    let answers: Vec<Answer> =
        (0..kills * 4).map(|_| if chance.below(4) == 0 { Answer::Waits } else { Answer::Takes }).collect();
    let relay = Scripted::answering(&answers).await;
    let place = Place::handing_to(&relay, MOST);
    let addresses: Vec<String> = (0..=kills * 4).map(|number| format!("g{number}@home.example")).collect();
    let family = place.family(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;

    // when the service is killed before it has sent anything, while a message is handed over, or when it has come
    for _ in 0..kills {
        let service = place.serves();
        let further = chance.below(5);
        if chance.below(2) == 0 {
            let named = relay.recipients().len() + further;
            until(|| (relay.recipients().len() >= named).then_some(())).await;
        } else {
            let came = relay.messages().len() + further;
            until(|| (relay.messages().len() >= came).then_some(())).await;
        }
        service.gets_killed();
    }

    // and what it left is sent to its end when nobody can be handing it over any more
    for _ in 0..answers.len() {
        relay.release();
    }
    let killed_at = relay.messages().len();
    let (log, casework) = place.opened_at(Utc::now() + Duration::minutes(16)).await;
    let next = Arc::new(AtomicU64::new(1));
    let ids: Ids = Arc::new(move || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        format!("{:012x}70008000{number:012x}", Utc::now().timestamp_millis()).parse().ok()
    });
    let sender = Sender {
        from: "Skolan <no-reply@mentor.example>".parse().unwrap(),
        bounces_at: "mentor.example".to_owned(),
        site: "https://mentor.example".to_owned(),
        languages: Vec::new(),
        most_a_minute: 10_000,
        signing: None,
    };
    let round = Round {
        post: casework.post(),
        courier: Arc::new(relay.courier()),
        sender: Arc::new(sender),
        name: Reference::try_new("the last").unwrap(),
        ids,
        pace: Arc::default(),
        stop: Stop::default(),
    };
    while round.run().await.sent > 0 {}

    // then each digest is recorded once, as sent
    let facts = casework.post().facts();
    for guardian in &family.guardians {
        let messages = &facts.outbox(*guardian).unwrap().messages;
        let digests: Vec<_> = messages.iter().filter(|message| message.class == MessageClass::Digest).collect();
        assert_eq!(digests.len(), 1);
        assert!(matches!(digests[0].standing, Standing::Sent) && digests[0].attempts <= 2, "{:?}", digests[0]);
    }
    // and was handed over once, or twice under the same name
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, text) in relay.messages() {
        names.entry(header(&text, "To:").to_owned()).or_default().push(header(&text, "Message-ID:").to_owned());
    }
    assert_eq!(names.len(), addresses.len(), "everybody has theirs");
    assert!(names.values().all(|of| of.len() <= 2 && of[0] == of[of.len() - 1]), "{names:?}");
    let different: BTreeSet<&String> = names.values().map(|of| &of[0]).collect();
    assert_eq!(different.len(), addresses.len(), "each has a name of its own");
    let resent = names.values().filter(|of| of.len() == 2).count();
    assert!(resent > 0 && killed_at > resent, "{resent} of {killed_at} resent");
    tokio::task::spawn_blocking(move || log.close()).await.unwrap();
}
