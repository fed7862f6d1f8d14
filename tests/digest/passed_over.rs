//! Whom planning passes over although there is something to say: on record once for a guardian, a period and a reason.

use digest::Tally;
use domain::command::{Command, DigestAct, GuardianChoice};
use domain::event::pupil::Guardianship;
use domain::id::GuardianId;
use domain::personal::Personal;
use domain::state::Preference;
use domain::state::outbox::PassedOver;
use domain::words::{ChosenBy, ContactDetail, DigestFrequency, MessageClass, NotSent};

use crate::home::{Home, day, name};
use crate::relay::Scripted;

const PASSED: Tally = Tally { prepared: 0, sent: 0, refused: 0, failed: 0, passed_over: 1, waiting: 0, errors: 0 };

fn wants(frequency: DigestFrequency) -> DigestAct {
    let preference = Preference { frequency, ..Preference::default() };
    DigestAct::SetPreference { preference, by: ChosenBy::Guardian }
}

fn passed(home: &Home, guardian: GuardianId) -> Vec<(MessageClass, String, NotSent)> {
    let facts = home.casework.post().facts();
    let passed = facts.outbox(guardian).unwrap().passed_over.iter();
    passed.map(|PassedOver { class, period, reason }| (*class, period.to_string(), *reason)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_digest_is_on_record_once_for_a_period_in_which_there_was_something_to_say() {
    let by = ChosenBy::Guardian;
    for (act, reason) in
        [(DigestAct::Stop { by }, NotSent::Stopped), (wants(DigestFrequency::Off), NotSent::SwitchedOff)]
    {
        let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        let courier = relay.courier();
        home.acts(act).await;
        assert_eq!(home.round(&courier).await, Tally::default(), "nothing has happened: nobody is passed over");
        home.is_absent("2019-09-05", 60).await;
        assert_eq!(home.round(&courier).await, PASSED);
        assert_eq!(passed(&home, home.guardian), [(MessageClass::Digest, "2019-09-06".to_owned(), reason)]);
        assert_eq!(home.round(&courier).await, Tally::default(), "it is on record");
        home.pass_minutes(24 * 60);
        home.opened_again().await;
        assert_eq!(home.round(&courier).await, Tally::default(), "also after a restart, a day later");
        home.on("2019-09-13T13:45:00Z");
        assert_eq!(home.round(&courier).await, PASSED, "the next period is another");
        assert_eq!(passed(&home, home.guardian), [(MessageClass::Digest, "2019-09-13".to_owned(), reason)]);

        // What was in the way goes away while the period lasts: nothing has been used up.
        home.acts(wants(DigestFrequency::Weekly)).await;
        assert_eq!(home.round(&courier).await.sent, 1);
        assert_eq!(home.refusals().await, [], "no message was prepared to be refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_one_a_month_and_has_had_it_is_on_record_with_that() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.acts(wants(DigestFrequency::Monthly)).await;
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await, Tally::default(), "nothing new");
    home.is_absent("2019-09-12", 60).await;
    assert_eq!(home.round(&relay.courier()).await, PASSED);
    let told = (MessageClass::Digest, "2019-09-13".to_owned(), NotSent::AlreadySent);
    assert_eq!(passed(&home, home.guardian), [told]);
    assert_eq!(home.round(&relay.courier()).await, Tally::default());
    home.on("2019-10-04T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "and is told in the next month");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_address_is_on_record_for_each_class_and_sent_to_when_there_is_one() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.tells_of_absence_itself().await;
    let new = GuardianChoice::New { name: name("Kim Testsson"), phone: None, email: None };
    let (pupil, guardianship) = (home.pupil, Guardianship::Custodian);
    home.does(Command::LinkGuardian { pupil, guardian: new, guardianship, household: None }).await;
    let facts = home.casework.post().facts();
    let (other, _) = facts.guardians().into_iter().find(|(guardian, _)| *guardian != home.guardian).unwrap();
    home.is_absent("2019-09-06", 60).await;
    let round = home.round(&relay.courier()).await;
    assert_eq!((round.sent, round.passed_over), (2, 2), "the other has both");
    let today = || "2019-09-06".to_owned();
    let expected =
        [(MessageClass::SameDay, today(), NotSent::NoAddress), (MessageClass::Digest, today(), NotSent::NoAddress)];
    let mut found = passed(&home, other);
    found.sort_by_key(|(class, ..)| std::cmp::Reverse(*class));
    assert_eq!(found, expected);
    assert_eq!(home.round(&relay.courier()).await, Tally::default());

    let email = Personal::new(ContactDetail::try_new("kim@home.example").unwrap());
    home.does(Command::Digest { guardian: other, act: DigestAct::SetAddress { email } }).await;
    let confirm = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
    home.does(Command::Digest { guardian: other, act: confirm }).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 2, "and now both go there too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_is_on_record_once_for_the_school_and_for_nobody_there() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.on("2019-11-01T15:00:00Z");
    home.is_absent("2019-10-24", 60).await;
    let before = home.casework.post().facts().position();
    assert_eq!(home.round(&relay.courier()).await, PASSED);
    let facts = home.casework.post().facts();
    assert_eq!(facts.position(), before + 1, "one event");
    assert_eq!(facts.digests_passed_over(home.school, day("2019-11-01")), Some(NotSent::SchoolBreak));
    assert_eq!(passed(&home, home.guardian), []);
    assert_eq!(home.round(&relay.courier()).await, Tally::default());
    home.on("2019-11-08T15:00:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "and after the break it is told");
}
