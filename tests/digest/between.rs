//! What becomes known while a message is on its way through its steps: it is told once, in this message or in the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use casework::post::LetterContent;
use digest::{Courier, Round};
use domain::command::DigestAct;
use domain::id::PupilId;
use domain::state::outbox::Standing;
use domain::words::{MessageClass, Reference};
use tokio::runtime::Handle;

use crate::home::{Home, day};
use crate::limits::notices;
use crate::relay::Scripted;
use crate::words::decoded;

/// A sender of one message, who has looked when a pupil's absence becomes known, and has not claimed yet.
fn overtaken(
    home: &Arc<Home>,
    courier: &(impl Courier + Clone + 'static),
    (pupil, on): (PupilId, &'static str),
) -> Round {
    let mut sender = home.sender_with(courier);
    let (asked, ids, home) = (AtomicU64::new(0), Arc::clone(&sender.ids), Arc::clone(home));
    sender.ids = Arc::new(move || {
        // The first command prepares the message; the second claims it, and is named when the sender has looked.
        if asked.fetch_add(1, Ordering::Relaxed) == 1 {
            let happens = home.pupil_is_absent(pupil, on, 30);
            tokio::task::block_in_place(|| Handle::current().block_on(happens));
        }
        ids()
    });
    sender
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_known_between_the_look_and_the_claim_is_in_the_message_that_counts_as_telling_it() {
    let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let sibling = home.has_a_sibling("Robin Exempel").await;
    home.plain_facts_allowed().await;
    home.is_absent("2019-09-05", 60).await;
    let home = Arc::new(home);
    let sender = overtaken(&home, &relay.courier(), (sibling, "2019-09-05"));
    sender.run().await;
    sender.run().await;
    let messages = relay.messages();
    assert_eq!(messages.len(), 1);
    let told = decoded(&messages[0].1);
    assert!(told.contains("Kim") && told.contains("Robin"), "{told}");
    home.on("2019-09-13T13:45:00Z");
    sender.run().await;
    assert_eq!(relay.messages().len(), 1, "nothing is left to tell");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_siblings_absence_that_becomes_known_between_the_look_and_the_claim_is_claimed_with_the_first() {
    let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.tells_of_absence_itself().await;
    let sibling = home.has_a_sibling("Robin Exempel").await;
    home.on("2019-09-10T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    let home = Arc::new(home);
    let sender = overtaken(&home, &relay.courier(), (sibling, "2019-09-10"));
    for _ in 0..3 {
        sender.run().await;
    }
    assert_eq!(notices(&relay).len(), 1, "one message tells of both");
    let facts = home.casework.post().facts();
    let message = facts.outbox(home.guardian).unwrap().newest(MessageClass::SameDay).unwrap();
    assert_eq!((message.standing, message.attempts), (Standing::Sent, 2), "what was claimed of one alone did not go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_tells_what_was_known_when_it_was_claimed_and_the_next_one_what_came_after() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.plain_facts_allowed().await;
    home.is_absent("2019-09-05", 60).await;
    let (message, period) = (MessageClass::Digest, day("2019-09-06"));
    home.acts(DigestAct::Prepare { message, period, since: 0 }).await;
    let (until, sender) = ("2019-09-06T13:55:00Z".parse().unwrap(), Reference::try_new("test").unwrap());
    let about = vec![home.pupil];
    home.acts(DigestAct::Claim { message, period, sender, until, template: 1, about }).await;
    home.was_absent_for("2019-09-05", 120).await;
    home.is_absent("2019-09-06", 30).await;
    let letter = home.casework.post().letter(home.guardian, (message, period)).await.unwrap().unwrap();
    let LetterContent::Plain(children) = letter.content else { panic!("plain facts are allowed") };
    assert_eq!((children[0].news.absent_minutes, children[0].news.absent_days), (60, 1));
    home.acts(DigestAct::Sent { message, period, attempt: 1 }).await;
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let told = decoded(&relay.messages()[0].1);
    assert!(told.contains("150 minuter, 2 dagar"), "{told}");
}
