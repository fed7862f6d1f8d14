//! What was refused for a reason that has ended is prepared anew while its period lasts, and sent once.

use domain::command::{Command, DigestAct, GuardianChoice};
use domain::event::Work;
use domain::event::pupil::Guardianship;
use domain::state::Preference;
use domain::words::{ChosenBy, DeliveryStatus, DigestRhythm, MessageClass, NotSent, ProtectionLevel, Reference};

use crate::home::{Home, day, schedule, span};
use crate::relay::Scripted;

/// What is in the way, and then is so no more.
#[derive(Clone, Copy, Debug)]
enum Obstacle {
    NotConfirmed,
    Bounced,
    NoPortal,
    ScheduleOff,
    SchoolBreak,
    NotEnrolled,
    OfAge,
    NoCustody,
    Unlinked,
    Banned,
    Withheld,
    PupilProtected,
    GuardianProtected,
    Stopped,
}

impl Obstacle {
    const ALL: [Self; 14] = [
        Self::NotConfirmed,
        Self::Bounced,
        Self::NoPortal,
        Self::ScheduleOff,
        Self::SchoolBreak,
        Self::NotEnrolled,
        Self::OfAge,
        Self::NoCustody,
        Self::Unlinked,
        Self::Banned,
        Self::Withheld,
        Self::PupilProtected,
        Self::GuardianProtected,
        Self::Stopped,
    ];

    const fn reason(self) -> NotSent {
        match self {
            Self::NotConfirmed => NotSent::AddressNotConfirmed,
            Self::Bounced => NotSent::AddressBounced,
            Self::NoPortal => NotSent::NoPortal,
            Self::ScheduleOff => NotSent::ScheduleOff,
            Self::SchoolBreak => NotSent::SchoolBreak,
            Self::NotEnrolled => NotSent::NotEnrolled,
            Self::OfAge => NotSent::OfAge,
            Self::NoCustody => NotSent::NoCustody,
            Self::Unlinked => NotSent::NoPupil,
            Self::Banned => NotSent::ContactBanned,
            Self::Withheld => NotSent::Withheld,
            Self::PupilProtected | Self::GuardianProtected => NotSent::IdentityProtected,
            Self::Stopped => NotSent::Stopped,
        }
    }

    async fn begins(self, home: &Home) {
        let guardian = home.guardian;
        match self {
            Self::NotConfirmed => home.has_another_address("new@home.example").await,
            Self::Bounced => comes_back(home).await,
            Self::NoPortal => home.has_no_portal().await,
            Self::ScheduleOff => home.settles(schedule(DigestRhythm::Off, 5, None)).await,
            Self::SchoolBreak => home.has_its_break(vec![span("2019-09-02", "2019-09-08")]).await,
            Self::NotEnrolled => home.leaves_after("2019-09-05").await,
            Self::OfAge => home.works(Work::BirthDateRecorded { born: day("2001-09-01") }).await,
            Self::NoCustody => is_linked(home, Guardianship::ParentWithoutCustody).await,
            Self::Unlinked => home.works(Work::GuardianUnlinked { guardian }).await,
            Self::Banned => home.works(Work::ContactBanned { guardian }).await,
            Self::Withheld => home.works(Work::TellingWithheld { guardian }).await,
            Self::PupilProtected => {
                home.works(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }).await;
            }
            Self::GuardianProtected => home.works(Work::GuardianProtected { guardian }).await,
            Self::Stopped => home.acts(DigestAct::Stop { by: ChosenBy::Guardian }).await,
        }
    }

    async fn ends(self, home: &Home) {
        let guardian = home.guardian;
        match self {
            Self::NotConfirmed | Self::Bounced => {
                home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff }).await;
            }
            Self::SchoolBreak => home.has_its_break(Vec::new()).await,
            Self::NotEnrolled => {
                home.comes_to(home.school, "2019-09-06").await;
                is_linked(home, Guardianship::Custodian).await;
            }
            Self::NoPortal | Self::ScheduleOff => {
                home.settles(schedule(DigestRhythm::Weekly, 5, Some("https://portal.example/hem"))).await;
            }
            Self::OfAge => home.works(Work::ConsentGiven { guardian, last_day: day("2020-06-11") }).await,
            Self::NoCustody | Self::Unlinked => is_linked(home, Guardianship::Custodian).await,
            Self::Banned => home.works(Work::ContactBanLifted { guardian }).await,
            Self::Withheld => home.works(Work::TellingResumed { guardian }).await,
            Self::PupilProtected => home.works(Work::IdentityProtectionEnded { on: day("2019-09-07") }).await,
            Self::GuardianProtected => home.works(Work::GuardianProtectionEnded { guardian }).await,
            Self::Stopped => {
                let preference = Preference::default();
                home.acts(DigestAct::SetPreference { preference, by: ChosenBy::Guardian }).await;
            }
        }
    }
}

/// The guardian is linked anew, in another relation.
async fn is_linked(home: &Home, guardianship: Guardianship) {
    let (pupil, guardian) = (home.pupil, home.guardian);
    if home.casework.post().facts().children(guardian).contains(&pupil) {
        home.works(Work::GuardianUnlinked { guardian }).await;
    }
    let guardian = GuardianChoice::Known(guardian);
    home.does(Command::LinkGuardian { pupil, guardian, guardianship, household: None }).await;
}

/// Another message to the address has come back for good.
async fn comes_back(home: &Home) {
    let (message, period) = (MessageClass::Confirmation, day("2019-09-06"));
    let (until, sender) = ("2019-09-06T13:55:00Z".parse().unwrap(), Reference::try_new("test").unwrap());
    home.acts(DigestAct::Prepare { message, period, since: 0 }).await;
    home.acts(DigestAct::Claim { message, period, sender, until, template: 1, about: Vec::new() }).await;
    home.acts(DigestAct::Sent { message, period, attempt: 1 }).await;
    let status = DeliveryStatus::try_new("5.1.1").unwrap();
    home.acts(DigestAct::Bounced { message, period, status }).await;
}

/// How many digests have gone: questions whether an address is theirs are none.
fn digests(relay: &Scripted) -> usize {
    relay.messages().iter().filter(|(_, text)| !text.contains("/confirm/")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_in_the_way_and_ends_while_the_period_lasts_the_digest_is_sent_then_and_once() {
    for obstacle in Obstacle::ALL {
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        let courier = relay.courier();
        let (message, period) = (MessageClass::Digest, day("2019-09-06"));
        // given a digest that was refused when it was claimed
        home.is_absent("2019-09-05", 60).await;
        home.acts(DigestAct::Prepare { message, period, since: 0 }).await;
        obstacle.begins(&home).await;
        home.round(&courier).await;
        let refused = vec![(message, period, obstacle.reason())];
        let of_digest = async || {
            let refusals = home.refusals().await.into_iter();
            refusals.filter(|(class, ..)| *class == message).collect::<Vec<_>>()
        };
        assert_eq!(of_digest().await, refused, "{obstacle:?}");
        // when it is looked again while that is still so, then it is refused no second time
        for _ in 0..2 {
            home.pass_minutes(60);
            home.round(&courier).await;
        }
        assert_eq!((of_digest().await, digests(&relay)), (refused.clone(), 0), "{obstacle:?}");
        // and when it ends on the next day, then it goes, at its hour, under its own name, and no second time
        home.on("2019-09-07T10:00:00Z");
        obstacle.ends(&home).await;
        home.round(&courier).await;
        assert_eq!(digests(&relay), 0, "{obstacle:?}: not before the school's hour");
        home.on("2019-09-07T13:45:00Z");
        for _ in 0..3 {
            home.round(&courier).await;
            home.pass_minutes(60);
        }
        home.on("2019-09-13T13:45:00Z");
        home.round(&courier).await;
        assert_eq!((of_digest().await, digests(&relay)), (refused, 1), "{obstacle:?}");
        let facts = home.casework.post().facts();
        let sent = facts.outbox(home.guardian).unwrap().message(message, period).unwrap();
        assert_eq!(sent.attempts, 1, "{obstacle:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_gone_before_it_was_refused_is_not_prepared_anew() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    let (message, period) = (MessageClass::Digest, day("2019-09-06"));
    home.is_absent("2019-09-05", 60).await;
    home.acts(DigestAct::Prepare { message, period, since: 0 }).await;
    let (until, sender) = ("2019-09-06T13:55:00Z".parse().unwrap(), Reference::try_new("test").unwrap());
    home.acts(DigestAct::Claim { message, period, sender, until, template: 1, about: vec![home.pupil] }).await;
    // The sender stopped: nobody knows whether it has gone.
    home.pass_minutes(16);
    home.works(Work::ContactBanned { guardian: home.guardian }).await;
    home.round(&relay.courier()).await;
    home.works(Work::ContactBanLifted { guardian: home.guardian }).await;
    home.round(&relay.courier()).await;
    assert_eq!(digests(&relay), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_the_way_and_ends_at_night_is_no_reason_to_write_to_anybody_then() {
    // given a digest that was refused, and an address that is confirmed in the evening of the next day
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    home.acts(DigestAct::Prepare { message: MessageClass::Digest, period: day("2019-09-06"), since: 0 }).await;
    Obstacle::NotConfirmed.begins(&home).await;
    home.round(&relay.courier()).await;
    home.on("2019-09-07T21:30:00Z");
    Obstacle::NotConfirmed.ends(&home).await;
    // when it is looked through the night, then it goes on the day after, at its hour
    for (moment, sent) in [
        ("2019-09-07T21:30:00Z", 0),
        ("2019-09-08T03:00:00Z", 0),
        ("2019-09-08T10:00:00Z", 0),
        ("2019-09-08T13:45:00Z", 1),
    ] {
        home.on(moment);
        home.round(&relay.courier()).await;
        assert_eq!(digests(&relay), sent, "{moment}");
    }
}
