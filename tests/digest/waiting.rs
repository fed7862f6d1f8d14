//! What changes while a message waits, between being planned and being claimed, or between one try and the next: it is not sent,
//! and why is on record.

use domain::command::{Command, DigestAct, GuardianChoice};
use domain::event::Work;
use domain::event::pupil::Guardianship;
use domain::state::outbox::Standing;
use domain::words::{ChosenBy, DigestRhythm, MessageClass, NotSent, ProtectionLevel};

use crate::home::{Home, day, schedule};
use crate::relay::{Answer, Scripted};

/// What comes in between.
#[derive(Clone, Copy, Debug)]
enum Change {
    CustodyIsLost,
    IsUnlinked,
    IsBanned,
    IsWithheld,
    PupilIsProtected,
    GuardianIsProtected,
    ConsentIsWithdrawn,
    ComesOfAge,
    AddressIsAnother,
    Stops,
    WantsNothing,
    SchoolStops,
}

impl Change {
    const ALL: [Self; 12] = [
        Self::CustodyIsLost,
        Self::IsUnlinked,
        Self::IsBanned,
        Self::IsWithheld,
        Self::PupilIsProtected,
        Self::GuardianIsProtected,
        Self::ConsentIsWithdrawn,
        Self::ComesOfAge,
        Self::AddressIsAnother,
        Self::Stops,
        Self::WantsNothing,
        Self::SchoolStops,
    ];

    /// Why the message is not sent then; `None`: it does not end messages of this class.
    fn reason(self, class: MessageClass) -> Option<NotSent> {
        let urgent = class == MessageClass::SameDay;
        Some(match self {
            Self::CustodyIsLost => NotSent::NoCustody,
            Self::IsUnlinked => NotSent::NoPupil,
            Self::IsBanned => NotSent::ContactBanned,
            Self::IsWithheld => NotSent::Withheld,
            Self::PupilIsProtected | Self::GuardianIsProtected => NotSent::IdentityProtected,
            // Midnight ends what is urgent by itself.
            Self::ComesOfAge if urgent => NotSent::TooLate,
            Self::ConsentIsWithdrawn | Self::ComesOfAge => NotSent::OfAge,
            Self::AddressIsAnother => NotSent::AddressNotConfirmed,
            Self::Stops | Self::WantsNothing if urgent => return None,
            Self::Stops => NotSent::Stopped,
            Self::WantsNothing => NotSent::SwitchedOff,
            Self::SchoolStops => NotSent::ScheduleOff,
        })
    }

    /// What was so before.
    async fn before(self, home: &Home) {
        match self {
            Self::ConsentIsWithdrawn => {
                home.works(Work::BirthDateRecorded { born: day("2001-09-01") }).await;
                home.works(Work::ConsentGiven { guardian: home.guardian, last_day: day("2020-06-11") }).await;
            }
            Self::ComesOfAge => home.works(Work::BirthDateRecorded { born: day("2001-09-07") }).await,
            _ => {}
        }
    }

    async fn happens(self, home: &Home) {
        let guardian = home.guardian;
        match self {
            Self::IsUnlinked => home.works(Work::GuardianUnlinked { guardian }).await,
            Self::CustodyIsLost => {
                home.works(Work::GuardianUnlinked { guardian }).await;
                let (pupil, guardianship) = (home.pupil, Guardianship::ParentWithoutCustody);
                let guardian = GuardianChoice::Known(guardian);
                home.does(Command::LinkGuardian { pupil, guardian, guardianship, household: None }).await;
            }
            Self::IsBanned => home.works(Work::ContactBanned { guardian }).await,
            Self::IsWithheld => home.works(Work::TellingWithheld { guardian }).await,
            Self::PupilIsProtected => {
                home.works(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }).await;
            }
            Self::GuardianIsProtected => home.works(Work::GuardianProtected { guardian }).await,
            Self::ConsentIsWithdrawn => home.works(Work::ConsentWithdrawn { guardian }).await,
            // Midnight in Sweden.
            Self::ComesOfAge => home.on("2019-09-07T05:00:00Z"),
            Self::AddressIsAnother => home.has_another_address("new@home.example").await,
            Self::Stops => home.acts(DigestAct::Stop { by: ChosenBy::Guardian }).await,
            Self::WantsNothing => {
                let frequency = domain::words::DigestFrequency::Off;
                let preference = domain::state::Preference { frequency, ..domain::state::Preference::default() };
                home.acts(DigestAct::SetPreference { preference, by: ChosenBy::Guardian }).await;
            }
            Self::SchoolStops => {
                home.settles(schedule(DigestRhythm::Off, 5, None)).await;
                let (sender, first_day) = (domain::words::AttendanceSender::AttendanceSystem, day("2019-09-01"));
                home.settles(domain::event::SchoolMatter::AttendanceSenderChosen { sender, first_day }).await;
            }
        }
    }
}

/// Whether the message had been tried once, and failed, before the change.
async fn ends(change: Change, class: MessageClass, tried: bool) {
    let Some(reason) = change.reason(class) else { return };
    let case = format!("{change:?}, {class:?}, tried: {tried}");
    let answers = tried.then_some(Answer::Recipient(450));
    let (home, relay) = (Home::new().await, Scripted::answering(answers.as_slice()).await);
    change.before(&home).await;
    let period = day("2019-09-06");
    match class {
        MessageClass::SameDay => {
            home.tells_of_absence_itself().await;
            // Before the hour of digests, and nothing else to tell.
            home.on("2019-09-06T08:00:00Z");
            home.is_absent("2019-09-06", 60).await;
        }
        MessageClass::Digest | MessageClass::Confirmation => home.is_absent("2019-09-05", 60).await,
    }
    if tried {
        assert_eq!(home.round(&relay.courier()).await.failed, 1, "{case}");
    } else {
        home.acts(DigestAct::Prepare { message: class, period, since: 0 }).await;
    }
    // At that hour the digest of the week before goes too.
    let before = (relay.messages().len(), relay.recipients().len());

    change.happens(&home).await;
    home.pass_minutes(if tried { 20 } else { 0 });
    let tally = home.round(&relay.courier()).await;

    assert!(tally.refused >= 1 && tally.failed == 0 && tally.errors == 0, "{case}: {tally:?}");
    let standing = home.casework.post().facts().outbox(home.guardian).unwrap().message(class, period).unwrap().standing;
    assert_eq!(standing, Standing::Refused(reason), "{case}");
    // Whoever has another address is asked whether it is theirs; nobody is told anything.
    let asked = usize::from(matches!(change, Change::AddressIsAnother));
    let since = (relay.messages().len() - before.0, relay.recipients().len() - before.1);
    assert_eq!(since, (asked, asked), "{case}");
    let why = home.refusals().await;
    assert!(why.contains(&(class, period, reason)), "{case}: {why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_sent_any_more_is_not_whether_it_had_been_tried_or_only_planned() {
    for change in Change::ALL {
        for class in [MessageClass::Digest, MessageClass::SameDay] {
            for tried in [false, true] {
                ends(change, class, tried).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_digests_is_still_told_of_an_absence_the_same_day() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.tells_of_absence_itself().await;
    home.on("2019-09-10T08:00:00Z");
    home.acts(DigestAct::Stop { by: ChosenBy::Guardian }).await;
    home.is_absent("2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_only_tells_of_absence_asks_first_whether_the_address_is_theirs() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.settles(schedule(DigestRhythm::Off, 5, None)).await;
    home.has_another_address("new@home.example").await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "a school that writes nothing asks nothing");
    home.tells_of_absence_itself().await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let asked = relay.messages().remove(0).1;
    // The words are those of a confirmation, and promise no digests.
    assert!(asked.contains("/confirm/") && asked.contains("List-Unsubscribe").eq(&false), "{asked}");
    for word in ["Bekr=C3=A4fta att den =C3=A4r din", "Skolan vill skriva till den h=C3=A4r adressen"] {
        assert!(asked.replace("=\n", "").contains(word), "{word}: {asked}");
    }
    for word in ["/stop/", "/wishes/", "portal", "varje vecka"] {
        assert!(!asked.contains(word), "{word}: {asked}");
    }
    home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Guardian }).await;
    home.on("2019-09-10T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert!(relay.messages()[1].1.contains("/seen/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_could_not_be_asked_about_is_asked_about_when_it_can_be() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.works(Work::TellingWithheld { guardian: home.guardian }).await;
    home.has_another_address("new@home.example").await;
    let refused = home.round(&relay.courier()).await;
    assert_eq!((refused.sent, refused.refused), (0, 1));
    for _ in 0..3 {
        home.pass_minutes(24 * 60);
        assert_eq!(home.round(&relay.courier()).await, digest::Tally::default(), "it is not refused day by day");
    }
    home.works(Work::TellingResumed { guardian: home.guardian }).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert!(relay.messages()[0].1.contains("/confirm/"));
    home.pass_minutes(24 * 60);
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "once");
}
