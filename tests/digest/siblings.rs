//! Siblings at two schools: whom a digest or a notice leaves out is told of by a later one, and by none twice.

use domain::command::Command;
use domain::event::{SchoolMatter, Work};
use domain::id::{PupilId, SchoolId};
use domain::words::{AttendanceSender, DateSpan, DigestRhythm, MessageClass, NotSent};

use crate::home::{Home, day, plain_facts, schedule, span};
use crate::limits::{message_id, notices, report_of};
use crate::relay::{Answer, Scripted};
use crate::words::decoded;

/// What leaves the sibling out of a digest, and then is so no more.
#[derive(Clone, Copy, Debug)]
enum LeftOut {
    SchoolBreak,
    ScheduleOff,
    NoPortal,
    AgeUnknown,
    OfAge,
    Withheld,
    Banned,
}

impl LeftOut {
    const ALL: [Self; 7] = [
        Self::SchoolBreak,
        Self::ScheduleOff,
        Self::NoPortal,
        Self::AgeUnknown,
        Self::OfAge,
        Self::Withheld,
        Self::Banned,
    ];

    const fn reason(self) -> NotSent {
        match self {
            Self::SchoolBreak => NotSent::SchoolBreak,
            Self::ScheduleOff => NotSent::ScheduleOff,
            Self::NoPortal => NotSent::NoPortal,
            Self::AgeUnknown => NotSent::AgeUnknown,
            Self::OfAge => NotSent::OfAge,
            Self::Withheld => NotSent::Withheld,
            Self::Banned => NotSent::ContactBanned,
        }
    }

    /// The days on which the sibling's school is free.
    fn free(self) -> DateSpan {
        if matches!(self, Self::SchoolBreak) {
            span("2019-09-06", "2019-09-08")
        } else {
            span("2019-10-28", "2019-11-01")
        }
    }

    async fn begins(self, two: &Two) {
        let guardian = two.home.guardian;
        match self {
            Self::SchoolBreak | Self::AgeUnknown => {}
            Self::ScheduleOff => two.sibling_has_digests(DigestRhythm::Off, 5, true).await,
            Self::NoPortal => two.sibling_has_digests(DigestRhythm::Weekly, 5, false).await,
            Self::OfAge => two.sibling(Work::BirthDateRecorded { born: day("2001-09-01") }).await,
            Self::Withheld => two.sibling(Work::TellingWithheld { guardian }).await,
            Self::Banned => two.sibling(Work::ContactBanned { guardian }).await,
        }
    }

    async fn ends(self, two: &Two) {
        let guardian = two.home.guardian;
        match self {
            Self::SchoolBreak => {}
            Self::AgeUnknown => two.sibling(Work::BirthDateRecorded { born: day("2006-03-01") }).await,
            Self::ScheduleOff | Self::NoPortal => two.sibling_has_digests(DigestRhythm::Weekly, 5, true).await,
            Self::OfAge => two.sibling(Work::ConsentGiven { guardian, last_day: day("2020-06-11") }).await,
            Self::Withheld => two.sibling(Work::TellingResumed { guardian }).await,
            Self::Banned => two.sibling(Work::ContactBanLifted { guardian }).await,
        }
    }
}

/// Kim at one school, and Robin at another.
struct Two {
    home: Home,
    relay: Scripted,
    other: SchoolId,
    robin: PupilId,
}

impl Two {
    async fn new() -> Self {
        Self::with(span("2019-10-28", "2019-11-01"), true).await
    }

    async fn with(free: DateSpan, born: bool) -> Self {
        let (mut home, relay) = (Home::new().await, Scripted::answering(&[]).await);
        home.plain_facts_allowed().await;
        let other = home.founds(("ARE", "87654321"), free).await;
        home.does(Command::SettleSchool { school: other, matter: plain_facts() }).await;
        let here = std::mem::replace(&mut home.school, other);
        let robin = if born {
            home.has_a_sibling("Robin Exempel").await
        } else {
            home.has_a_sibling_of_unknown_age("Robin Exempel").await
        };
        home.school = here;
        Self { home, relay, other, robin }
    }

    async fn sibling(&self, work: Work) {
        self.home.works_with(self.robin, work).await;
    }

    async fn settles_at_the_others(&self, matter: SchoolMatter) {
        self.home.does(Command::SettleSchool { school: self.other, matter }).await;
    }

    async fn sibling_has_digests(&self, rhythm: DigestRhythm, weekday: u8, portal: bool) {
        let portal = portal.then_some("https://portal.example/annan");
        self.settles_at_the_others(schedule(rhythm, weekday, portal)).await;
    }

    /// At a moment a sender looks, and this is what goes.
    async fn letters_at(&self, moment: &str) -> Vec<String> {
        self.home.on(moment);
        let before = self.relay.messages().len();
        self.home.round(&self.relay.courier()).await;
        self.relay.messages()[before..].iter().map(|(_, text)| decoded(text)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_digest_leaves_out_is_told_of_in_a_later_one_and_nobody_twice() {
    for left_out in LeftOut::ALL {
        let two = Two::with(left_out.free(), !matches!(left_out, LeftOut::AgeUnknown)).await;
        // given that both were absent, and one of them may not be told of
        two.home.on("2019-09-05T14:00:00Z");
        two.home.is_absent("2019-09-05", 60).await;
        two.home.pupil_is_absent(two.robin, "2019-09-05", 90).await;
        left_out.begins(&two).await;
        let first = two.letters_at("2019-09-06T13:45:00Z").await;
        assert_eq!(first.len(), 1, "{left_out:?}");
        assert!(first[0].contains("Kim: ") && !first[0].contains("Robin"), "{left_out:?}: {}", first[0]);
        let reasons = two.home.left_out_of((MessageClass::Digest, day("2019-09-06"))).await;
        assert_eq!(reasons, [(two.robin, left_out.reason())]);
        // when that ends, then the other's news goes with the next, and of the first no word goes again
        two.home.on("2019-09-10T08:00:00Z");
        left_out.ends(&two).await;
        two.home.round(&two.relay.courier()).await;
        let second = two.letters_at("2019-09-13T13:45:00Z").await;
        assert_eq!(second.len(), 1, "{left_out:?}");
        assert!(second[0].contains("Robin: ") && second[0].contains("90 minuter, en dag"), "{}", second[0]);
        assert!(!second[0].contains("Kim: "), "{left_out:?}: {}", second[0]);
        for later in ["2019-09-20T13:45:00Z", "2019-09-27T13:45:00Z"] {
            assert!(two.letters_at(later).await.is_empty(), "{left_out:?}: everything has been told");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_comes_back_is_told_again_of_whom_it_told_and_of_nobody_else() {
    let two = Two::new().await;
    two.home.on("2019-09-05T14:00:00Z");
    two.home.is_absent("2019-09-05", 60).await;
    assert_eq!(two.letters_at("2019-09-06T13:45:00Z").await.len(), 1);
    two.home.on("2019-09-12T14:00:00Z");
    two.home.pupil_is_absent(two.robin, "2019-09-12", 90).await;
    assert_eq!(two.letters_at("2019-09-13T13:45:00Z").await.len(), 1);
    let second = two.relay.messages().remove(1).0;
    let post = two.home.casework.post();
    assert!(report_of(&second, "4.4.7").record(&post, two.home.command_id()).await.unwrap());
    let third = two.letters_at("2019-09-20T13:45:00Z").await;
    assert_eq!(third.len(), 1);
    assert!(third[0].contains("Robin: ") && !third[0].contains("Kim: "), "{}", third[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hour_of_a_school_whose_pupil_is_not_told_of_is_no_hour_for_the_other() {
    for not_told in ["no portal", "off", "withheld"] {
        let two = Two::new().await;
        two.sibling_has_digests(if not_told == "off" { DigestRhythm::Off } else { DigestRhythm::Weekly }, 1, {
            not_told != "no portal"
        })
        .await;
        if not_told == "withheld" {
            two.sibling(Work::TellingWithheld { guardian: two.home.guardian }).await;
        }
        two.home.on("2019-09-06T18:00:00Z");
        two.home.is_absent("2019-09-06", 60).await;
        assert!(two.letters_at("2019-09-09T13:45:00Z").await.is_empty(), "{not_told}: Kim's school has Fridays");
        assert_eq!(two.letters_at("2019-09-13T13:45:00Z").await.len(), 1, "{not_told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn siblings_at_schools_with_different_days_are_told_of_together_in_one_digest_a_week() {
    let two = Two::new().await;
    two.sibling_has_digests(DigestRhythm::Weekly, 1, true).await;
    two.home.on("2019-09-09T08:00:00Z");
    two.home.is_absent("2019-09-06", 60).await;
    two.home.pupil_is_absent(two.robin, "2019-09-06", 90).await;
    let first = two.letters_at("2019-09-09T13:45:00Z").await;
    assert_eq!(first.len(), 1);
    assert!(first[0].contains("Kim: ") && first[0].contains("Robin: "), "{}", first[0]);
    assert!(first[0].contains("portal.example/hem") && first[0].contains("portal.example/annan"), "{}", first[0]);
    two.home.on("2019-09-10T18:00:00Z");
    two.home.is_absent("2019-09-10", 30).await;
    assert!(two.letters_at("2019-09-13T13:45:00Z").await.is_empty(), "four days after the last");
    assert_eq!(two.letters_at("2019-09-16T13:45:00Z").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_at_its_hour_is_not_prepared_anew_by_what_became_known_after_it() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    home.works(Work::TellingWithheld { guardian: home.guardian }).await;
    assert_eq!(home.round(&relay.courier()).await.refused, 1);
    // The absence turns out to be none, later in the day, and the next one is registered at night.
    home.on("2019-09-06T14:05:00Z");
    home.was_absent_for("2019-09-05", 0).await;
    home.works(Work::TellingResumed { guardian: home.guardian }).await;
    let before = home.casework.post().facts().position();
    for _ in 0..5 {
        home.pass_minutes(1);
        home.round(&relay.courier()).await;
    }
    assert_eq!(home.casework.post().facts().position(), before, "nothing is put on record again and again");
    home.on("2019-09-06T21:30:00Z");
    home.is_absent("2019-09-06", 30).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "it waits for the next hour");
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_days_notice_left_out_is_told_of_in_one_more_when_that_ends() {
    let two = Two::new().await;
    two.home.tells_of_absence_itself().await;
    let sender = AttendanceSender::Mentorlog;
    let ours = SchoolMatter::AttendanceSenderChosen { sender, first_day: day("2019-08-20") };
    two.settles_at_the_others(ours).await;
    // given that both are absent, and the notice told of one, since nothing of the other was to be told
    two.home.on("2019-09-10T08:00:00Z");
    let guardian = two.home.guardian;
    two.sibling(Work::TellingWithheld { guardian }).await;
    two.home.is_absent("2019-09-10", 60).await;
    two.home.pupil_is_absent(two.robin, "2019-09-10", 60).await;
    two.home.round(&two.relay.courier()).await;
    assert_eq!(notices(&two.relay).len(), 1);
    // when it may be told, then one more goes, and no third
    two.sibling(Work::TellingResumed { guardian }).await;
    for _ in 0..3 {
        two.home.round(&two.relay.courier()).await;
        two.home.pass_minutes(20);
    }
    let told = notices(&two.relay);
    assert_eq!(told.len(), 2);
    assert_ne!(message_id(&told[0]), message_id(&told[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_two_whose_schools_have_one_place_to_read_in_says_to_call_too() {
    let two = Two::new().await;
    two.home.has_no_portal().await;
    two.home.tells_of_absence_itself().await;
    let sender = AttendanceSender::Mentorlog;
    two.settles_at_the_others(SchoolMatter::AttendanceSenderChosen { sender, first_day: day("2019-08-20") }).await;
    two.home.on("2019-09-10T08:00:00Z");
    two.home.is_absent("2019-09-10", 60).await;
    two.home.pupil_is_absent(two.robin, "2019-09-10", 60).await;
    let notice = two.letters_at("2019-09-10T08:05:00Z").await.remove(0);
    assert!(notice.contains("https://portal.example/hem"), "{notice}");
    assert!(notice.contains("Ring skolan så snart du kan"), "of one there is nothing to read: {notice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_digest_goes_at_the_hour_of_a_school_that_does_not_write_though_the_others_had_none_that_week() {
    // Kim's school is free until Sunday, and Robin's has no place to read in.
    let two = Two::new().await;
    two.home.has_its_break(vec![span("2019-09-05", "2019-09-08")]).await;
    two.sibling_has_digests(DigestRhythm::Weekly, 5, false).await;
    two.home.on("2019-09-04T08:00:00Z");
    two.home.is_absent("2019-09-03", 60).await;
    two.home.pupil_is_absent(two.robin, "2019-09-03", 60).await;
    for moment in ["2019-09-06T13:45:00Z", "2019-09-08T22:00:00Z", "2019-09-09T07:00:00Z"] {
        assert!(two.letters_at(moment).await.is_empty(), "{moment}");
    }
    assert_eq!(two.letters_at("2019-09-13T13:45:00Z").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupils_first_day_at_another_school_is_no_hour_and_what_happened_at_the_one_before_is_not_told_by_it() {
    let two = Two::new().await;
    two.home.on("2019-09-05T14:00:00Z");
    two.home.is_absent("2019-09-05", 60).await;
    two.home.goes_to(two.other, "2019-09-06").await;
    assert!(two.letters_at("2019-09-05T22:00:00Z").await.is_empty(), "the hour of the week before was not theirs");
    two.home.is_absent("2019-09-06", 30).await;
    let first = two.letters_at("2019-09-06T13:45:00Z").await;
    assert_eq!(first.len(), 1);
    assert!(first[0].contains("30 minuter") && !first[0].contains("90 minuter"), "{}", first[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_digest_that_came_back_is_looked_back_on_from_where_it_was() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.plain_facts_allowed().await;
    home.settles(schedule(DigestRhythm::Monthly, 5, Some("https://portal.example/hem"))).await;
    home.is_absent("2019-08-20", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    let first = relay.messages().remove(0).0;
    let post = home.casework.post();
    assert!(report_of(&first, "4.2.2").record(&post, home.command_id()).await.unwrap());
    home.on("2019-10-04T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "what came back is told again, however long ago it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_at_night_whether_an_address_is_theirs() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.on("2019-09-09T22:00:00Z");
    home.has_another_address("new@home.example").await;
    assert_eq!(home.round(&relay.courier()).await.sent, 0);
    home.on("2019-09-10T04:59:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 0);
    home.on("2019-09-10T05:00:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    assert!(relay.messages()[0].1.contains("/confirm/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_that_is_announced_afterwards_is_not_told_again() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[]).await);
    home.is_absent("2019-09-05", 60).await;
    assert_eq!(home.round(&relay.courier()).await.sent, 1);
    home.on("2019-09-09T08:00:00Z");
    home.was_announced("2019-09-05", 60).await;
    home.on("2019-09-13T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 0, "the guardian has been told of those minutes");
    home.was_announced("2019-09-05", 90).await;
    home.on("2019-09-20T13:45:00Z");
    assert_eq!(home.round(&relay.courier()).await.sent, 1, "and of more, when there are more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_may_have_gone_is_not_said_again_when_the_absence_has_been_announced() {
    let (home, relay) = (Home::new().await, Scripted::answering(&[Answer::Drops]).await);
    home.tells_of_absence_itself().await;
    home.on("2019-09-10T08:00:00Z");
    home.is_absent("2019-09-10", 60).await;
    assert_eq!(home.round(&relay.courier()).await.failed, 1);
    home.was_announced("2019-09-10", 60).await;
    home.pass_minutes(20);
    assert_eq!(home.round(&relay.courier()).await.sent, 0);
    assert_eq!(notices(&relay).len(), 1);
}
