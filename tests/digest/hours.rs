//! What a digest tells: what was on record by the school's hour, since the last one that was sent, however long ago that is.

use domain::command::{Command, DigestAct, GuardianChoice};
use domain::event::pupil::Guardianship;
use domain::event::school::SchoolYearSet;
use domain::event::{SchoolMatter, Work};
use domain::words::{ChosenBy, ClockTime, DateSpan, DayOfWeek, DigestRhythm, Household, Reference};

use crate::home::{Home, day, schedule};
use crate::relay::Scripted;
use crate::words::decoded;

/// On this weekday, at a time in minutes of the day.
pub(crate) fn at(on: u8, minutes: u16) -> SchoolMatter {
    let mut matter = schedule(DigestRhythm::Weekly, on, Some("https://portal.example/hem"));
    if let SchoolMatter::DigestScheduleSet { at, weekday, .. } = &mut matter {
        *at = ClockTime::try_new(minutes).unwrap();
        *weekday = DayOfWeek::try_new(on).unwrap();
    }
    matter
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_the_minute_of_the_schools_hour_goes_and_of_the_next_minute_waits_for_the_next_digest() {
    // Sundays on which clocks are moved: the time that is skipped comes at three, and the one that comes twice the first time.
    let moments = [
        (5, 15 * 60 + 45, "2019-09-06T13:45", "2019-09-06T13:46", "2019-09-13T13:45"),
        (7, 60 + 59, "2020-03-29T00:59", "2020-03-29T01:00", "2020-04-04T23:59"),
        (7, 2 * 60 + 30, "2020-03-29T01:00", "2020-03-29T01:01", "2020-04-05T00:30"),
        (7, 3 * 60, "2020-03-29T01:00", "2020-03-29T01:01", "2020-04-05T01:00"),
        (7, 2 * 60 + 30, "2019-10-27T00:30", "2019-10-27T01:30", "2019-11-03T01:30"),
        (7, 3 * 60, "2019-10-27T02:00", "2019-10-27T02:01", "2019-11-03T02:00"),
    ];
    for (on, minutes, hour, late, next) in moments {
        for known in [hour, late] {
            let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
            home.settles(at(on, minutes)).await;
            // given that the sender has looked when the hour came, and that there was nothing to tell
            home.on(&format!("{hour}:00Z"));
            assert_eq!(home.round(&relay.courier()).await.sent, 0, "{hour}");
            // when something becomes known
            home.on(&format!("{known}:59Z"));
            home.is_absent(&hour[..10], 60).await;
            let goes = usize::from(known == hour);
            assert_eq!(home.round(&relay.courier()).await.sent, goes, "{minutes}: known at {known}");
            home.pass_minutes(8 * 60);
            assert_eq!(home.round(&relay.courier()).await.sent, 0, "{minutes}: known at {known}");
            // then it is told once, now or with the next
            home.on(&format!("{next}:00Z"));
            assert_eq!(home.round(&relay.courier()).await.sent, 1 - goes, "{minutes}: known at {known}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stood_still_sends_one_digest_of_what_was_known_by_the_hour_and_after_it_none() {
    for (known, goes) in [("2019-09-06T12:00:00Z", 1), ("2019-09-06T15:00:00Z", 0)] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.on(known);
        home.is_absent("2019-09-05", 60).await;
        home.on("2019-09-08T10:00:00Z");
        for expected in [goes, 0] {
            assert_eq!(home.round(&relay.courier()).await.sent, expected, "{known}");
        }
    }
}

/// Plain facts may stand in letters, also in the school year after.
async fn over_two_years(home: &Home) {
    let span = |first, last| DateSpan::try_new(day(first), day(last)).unwrap();
    let year = SchoolYearSet {
        starts_in: 2020,
        autumn: span("2020-08-18", "2020-12-18"),
        spring: span("2021-01-11", "2021-06-11"),
        breaks: Vec::new(),
    };
    home.does(Command::SetSchoolYear { school: home.school, year }).await;
    home.settles(SchoolMatter::PlainContentDecided {
        first_day: day("2019-08-20"),
        last_day: day("2021-06-11"),
        allowed: true,
        decision: Reference::try_new("BUN 2019-117").unwrap(),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_after_the_last_digest_before_the_summer_is_told_in_the_first_one_after_it() {
    for (had_one, told) in [(true, "240 minuter, 4 dagar"), (false, "300 minuter, 5 dagar")] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        over_two_years(&home).await;
        home.on("2020-06-05T08:00:00Z");
        home.is_absent("2020-06-04", 60).await;
        if had_one {
            home.on("2020-06-05T13:45:00Z");
            assert_eq!(home.round(&relay.courier()).await.sent, 1);
        } else {
            // Whoever never had one is not told of the whole year: of as many days of term as lie between two digests of any rhythm.
            home.is_absent("2020-03-11", 60).await;
        }
        for on in ["2020-06-08", "2020-06-09", "2020-06-10", "2020-06-11"] {
            home.on(&format!("{on}T18:00:00Z"));
            home.is_absent(on, 60).await;
        }
        let before = relay.messages().len();
        for friday in ["2020-06-12", "2020-07-03", "2020-08-14"] {
            home.on(&format!("{friday}T13:45:00Z"));
            assert_eq!(home.round(&relay.courier()).await.sent, 0, "{friday}: no school");
        }
        home.on("2020-08-21T13:45:00Z");
        assert_eq!(home.round(&relay.courier()).await.sent, 1);
        let letter = decoded(&relay.messages()[before].1);
        assert!(letter.contains(told), "{letter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_a_schools_digests_were_off_is_told_when_they_are_on_again() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    over_two_years(&home).await;
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.settles(schedule(DigestRhythm::Off, 5, None)).await;
    for on in ["2019-09-12", "2019-10-10", "2019-12-12"] {
        home.on(&format!("{on}T18:00:00Z"));
        home.is_absent(on, 60).await;
        assert_eq!(home.round(&relay.courier()).await.sent, 0);
    }
    home.settles(at(5, 15 * 60 + 45)).await;
    home.on("2020-01-31T14:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let letter = decoded(&relay.messages()[1].1);
    assert!(letter.contains("180 minuter, 3 dagar"), "{letter}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_is_told_where_all_guardians_live_with_the_pupil_and_else_by_the_school_itself() {
    for (household, told) in [(Some(Household::Lives), true), (Some(Household::Alternates), false), (None, false)] {
        let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.plain_facts_allowed().await;
        home.has_a_guardian_at("kim@home.example").await;
        let facts = home.casework.post().facts();
        for (guardian, _) in facts.guardians() {
            home.works(Work::GuardianUnlinked { guardian }).await;
            let (pupil, guardianship) = (home.pupil, Guardianship::Custodian);
            let guardian = GuardianChoice::Known(guardian);
            home.does(Command::LinkGuardian { pupil, guardian, guardianship, household }).await;
        }
        home.works(Work::DevelopmentTalkBooked { on: day("2019-10-10") }).await;
        assert_eq!(home.round(&relay.courier()).await.sent, 2, "each is told that there is something new");
        for (_, letter) in relay.messages() {
            assert_eq!(decoded(&letter).contains("10 oktober"), told, "{household:?}: {letter}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_an_address_before_there_is_something_that_it_would_be_used_for() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.has_no_portal().await;
    home.has_another_address("new@home.example").await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "no digest can come without a place to read in");
    home.settles(at(5, 15 * 60 + 45)).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert!(relay.messages()[0].1.contains("/confirm/"));

    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.has_no_portal().await;
    home.tells_of_absence_itself().await;
    home.has_another_address("new@home.example").await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "a notice of the day needs none");
    home.acts(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Guardian }).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0);
}
