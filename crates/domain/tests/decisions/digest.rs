//! Messages to guardians: who may be told, decided when it is sent; and the steps of sending.

use chrono::{DateTime, Duration, Utc};
use domain::access::{GuardianAsks, guardian_may};
use domain::calendar::local_date;
use domain::command::{Command, DigestAct};
use domain::digest::{addressed, of_age_on};
use domain::event::guardian::GuardianRegistered;
use domain::event::pupil::{GuardianLinked, Guardianship, PupilEvent};
use domain::event::work::Work;
use domain::event::{DigestMatter, GuardianEvent, SchoolEvent, SchoolMatter};
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::digests::of_guardian;
use domain::spec::everyday::{every_school_matter, of_school};
use domain::spec::works::worked;
use domain::spec::{Given, Happened, Told, date, given, noon};
use domain::state::Preference;
use domain::state::outbox::Standing;
use domain::words::{
    AttendanceSender, ChosenBy, ContactDetail, ContentClass, DeliveryFailure, DeliveryStatus, DigestFrequency,
    DigestRhythm, Language, MessageClass, NotSent, ProtectionLevel, Reference, SpeaksOf,
};
use domain::{Actor, Code, StreamRef};

pub(crate) const CLASS: MessageClass = MessageClass::Digest;
pub(crate) const PERIOD: &str = "2019-09-02";

pub(crate) fn email(text: &str) -> Personal<ContactDetail> {
    Personal::new(ContactDetail::try_new(text).unwrap())
}

/// What the pupil's history says until the guardian is linked, with an address of the guardian's.
fn with_address() -> Vec<Happened> {
    let address =
        GuardianRegistered { name: personal("Alex Exempel"), phone: None, email: Some(email("alex@example.org")) };
    let registered = (StreamRef::Guardian(GUARDIAN), GuardianEvent::Registered(address).into());
    let instead = |happened: Happened| if happened.0 == registered.0 { registered.clone() } else { happened };
    a_pupil_with_a_mentor().into_iter().map(instead).collect()
}

fn schedule(rhythm: DigestRhythm, portal: bool) -> Happened {
    let matter = every_school_matter().into_iter().find_map(|matter| match matter {
        SchoolMatter::DigestScheduleSet { first_day, weekday, at, zone, portal: known, .. } => {
            let portal = known.filter(|_| portal);
            Some(SchoolMatter::DigestScheduleSet { first_day, rhythm, weekday, at, zone, portal })
        }
        SchoolMatter::DecisionDelegated { .. }
        | SchoolMatter::LadderPolicyAdopted { .. }
        | SchoolMatter::AttendanceSenderChosen { .. }
        | SchoolMatter::YearRolledOver { .. }
        | SchoolMatter::PlainContentDecided { .. }
        | SchoolMatter::FiguresPublished { .. }
        | SchoolMatter::RetentionAdopted { .. }
        | SchoolMatter::LegalHoldPlaced { .. }
        | SchoolMatter::LegalHoldLifted { .. }
        | SchoolMatter::ErasureBegun { .. }
        | SchoolMatter::RemainderKept { .. }
        | SchoolMatter::ErasureCarriedOut { .. }
        | SchoolMatter::PublicationDayAdopted { .. }
        | SchoolMatter::FigureTold { .. }
        | SchoolMatter::ChangeTold { .. }
        | SchoolMatter::LoadTold { .. }
        | SchoolMatter::PlacedUnderCommittee { .. }
        | SchoolMatter::SchoolDigestsPassedOver { .. } => None,
    });
    of_school(SchoolEvent::Settled(matter.unwrap()))
}

fn confirmed() -> Happened {
    of_guardian(DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Guardian })
}

fn born(on: &str) -> Happened {
    worked(Work::BirthDateRecorded { born: date(on) })
}

/// Everything stands so that the guardian may be told.
pub(crate) fn ready() -> Given {
    given(with_address()).and([year_set(SCHOOL), schedule(DigestRhythm::Weekly, true), confirmed(), born("2006-02-28")])
}

fn reason(given: &Given, class: MessageClass, on: &str) -> Option<NotSent> {
    let period = if class == MessageClass::SameDay { date(on) } else { date(PERIOD) };
    let world = &given.story.known.world;
    addressed(world, GUARDIAN, (class, period), &[PUPIL], date(on)).err().map(|refused| refused.reason)
}

fn digest(given: &Given) -> Option<NotSent> {
    reason(given, CLASS, "2019-09-06")
}

#[test]
fn a_guardian_is_told_when_nothing_stands_against_it() {
    let world = ready().story.known.world;
    let addressed = addressed(&world, GUARDIAN, (CLASS, date(PERIOD)), &[PUPIL], date("2019-09-06")).unwrap();
    assert_eq!(addressed.pupils, [(PUPIL, SCHOOL)]);
    assert_eq!((addressed.content, addressed.language), (ContentClass::Notice, Language::Swedish));
}

/// Whoever the other guardian is protected from may be the one who would be written to.
#[test]
fn nobody_is_written_to_about_a_pupil_whose_other_guardian_has_a_protected_identity() {
    let other = domain::id::GuardianId::from_bits([0x5a; 16]);
    let both = ready().and(vec![guardian_registered(other), linked(other)]);
    assert_eq!(digest(&both), None);
    let protected = both.and(vec![worked(Work::GuardianProtected { guardian: other })]);
    let unlinked = protected.clone().and(vec![worked(Work::GuardianUnlinked { guardian: other })]);
    for given in [&protected, &unlinked] {
        for class in [MessageClass::Digest, MessageClass::SameDay, MessageClass::Confirmation] {
            assert_eq!(reason(given, class, "2019-09-06"), Some(NotSent::IdentityProtected), "{class:?}");
        }
        let told = |asks| guardian_may(&given.story.known.world, GUARDIAN, asks, date("2019-09-06")).granted();
        assert!(!told(GuardianAsks::ToBeTold(PUPIL)) && !told(GuardianAsks::Wishes(GUARDIAN)));
    }
}

#[test]
fn every_no_has_its_reason() {
    let with = |more: Vec<Happened>| digest(&ready().and(more));
    let work = |work: Work| with(vec![worked(work)]);
    let guardian = GUARDIAN;
    assert_eq!(work(Work::ContactBanned { guardian }), Some(NotSent::ContactBanned));
    assert_eq!(work(Work::GuardianProtected { guardian }), Some(NotSent::IdentityProtected));
    assert_eq!(work(Work::TellingWithheld { guardian }), Some(NotSent::Withheld));
    assert_eq!(work(Work::GuardianUnlinked { guardian }), Some(NotSent::NoPupil));
    let protected = Work::IdentityProtected { level: ProtectionLevel::MarkedSecret };
    assert_eq!(work(protected), Some(NotSent::IdentityProtected));
    assert_eq!(with(vec![left("2019-09-05")]), Some(NotSent::NotEnrolled));
    assert_eq!(with(vec![schedule(DigestRhythm::Off, true)]), Some(NotSent::ScheduleOff));
    assert_eq!(with(vec![schedule(DigestRhythm::Weekly, false)]), Some(NotSent::NoPortal));
    assert_eq!(with(vec![of_guardian(DigestMatter::DigestStopped { by: ChosenBy::Guardian })]), Some(NotSent::Stopped));
    let off = DigestMatter::DigestPreferenceSet {
        frequency: DigestFrequency::Off,
        language: Language::English,
        plain_text: false,
        by: ChosenBy::Guardian,
    };
    assert_eq!(with(vec![of_guardian(off)]), Some(NotSent::SwitchedOff));
    let moved = DigestMatter::GuardianAddressSet { email: email("ny@example.org") };
    assert_eq!(with(vec![of_guardian(moved)]), Some(NotSent::AddressNotConfirmed));
    assert_eq!(reason(&ready(), CLASS, "2019-12-27"), Some(NotSent::SchoolBreak), "between terms");
    let unsettled = given(with_address()).and([year_set(SCHOOL), confirmed()]);
    assert_eq!(digest(&unsettled), Some(NotSent::AgeUnknown));
    assert_eq!(digest(&unsettled.and([born("2006-02-28")])), Some(NotSent::ScheduleOff));
    let nobody = given(a_pupil_with_a_mentor());
    assert_eq!(digest(&nobody), Some(NotSent::NoAddress));
    let nothing = addressed(&ready().story.known.world, GUARDIAN, (CLASS, date(PERIOD)), &[], date("2019-09-06"));
    assert_eq!(nothing.unwrap_err().reason, NotSent::NothingNew);
}

#[test]
fn a_parent_without_custody_is_told_nothing() {
    let linked_so = |happened: Happened| match happened.1 {
        domain::Event::Pupil(PupilEvent::GuardianLinked(linked)) => {
            let linked = GuardianLinked { guardianship: Guardianship::ParentWithoutCustody, ..linked };
            (happened.0, PupilEvent::GuardianLinked(linked).into())
        }
        domain::Event::Pupil(_) | domain::Event::School(_) | domain::Event::Staff(_) | domain::Event::Guardian(_) => {
            happened
        }
    };
    let past = given(with_address().into_iter().map(linked_so).collect::<Vec<_>>());
    let past = past.and([year_set(SCHOOL), schedule(DigestRhythm::Weekly, true), confirmed(), born("2006-02-28")]);
    assert_eq!(digest(&past), Some(NotSent::NoCustody));
}

#[test]
fn what_guardians_are_told_ends_when_the_eighteenth_birthday_begins() {
    let past = ready().and([born("2001-09-06")]);
    assert_eq!(reason(&past, CLASS, "2019-09-05"), None);
    assert_eq!(reason(&past, CLASS, "2019-09-06"), Some(NotSent::OfAge));
    let consents = worked(Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2019-09-20") });
    let past = past.and([consents]);
    assert_eq!(reason(&past, CLASS, "2019-09-20"), None);
    assert_eq!(reason(&past, CLASS, "2019-09-21"), Some(NotSent::OfAge), "a consent ends");
}

#[test]
fn who_was_born_on_the_29th_of_february_comes_of_age_on_the_earlier_day_that_can_be_meant() {
    assert_eq!(of_age_on(date("2008-02-29")), date("2026-02-28"));
    assert_eq!(of_age_on(date("2002-03-01")), date("2020-03-01"));
    let leap = of_age_on(date("2002-02-28"));
    assert_eq!(leap, date("2020-02-28"));
}

/// To the second, by Swedish time: in summer and winter, on the days on which clocks are moved and on those after, and for who was born
/// on the 29th of February.
#[test]
fn what_a_guardian_may_ends_at_midnight_in_sweden_when_the_eighteenth_birthday_begins() {
    for (birth, midnight) in [
        ("2001-07-10", "2019-07-09T22:00:00Z"),
        ("2001-12-01", "2019-11-30T23:00:00Z"),
        ("2002-03-29", "2020-03-28T23:00:00Z"),
        ("2002-03-30", "2020-03-29T22:00:00Z"),
        ("2001-10-27", "2019-10-26T22:00:00Z"),
        ("2001-10-28", "2019-10-27T23:00:00Z"),
        ("2008-02-29", "2026-02-27T23:00:00Z"),
    ] {
        let past = ready().and([born(birth)]);
        let midnight: DateTime<Utc> = midnight.parse().unwrap();
        let may = |past: &Given, asks, moment| {
            guardian_may(&past.story.known.world, GUARDIAN, asks, local_date(moment)).granted()
        };
        for asks in [GuardianAsks::ToBeTold(PUPIL), GuardianAsks::Wishes(GUARDIAN)] {
            assert!(may(&past, asks, midnight - Duration::seconds(1)), "{birth} {asks:?}");
            assert!(!may(&past, asks, midnight), "{birth} {asks:?}");
        }
        assert!(!may(&past, GuardianAsks::Case(PUPIL), midnight - Duration::seconds(1)));
    }
}

#[test]
fn plain_facts_stand_in_mail_only_while_the_authority_has_decided_so() {
    let decided = |matter: &SchoolMatter| matches!(matter, SchoolMatter::PlainContentDecided { .. });
    let allowed = every_school_matter().into_iter().find(decided).unwrap();
    let past = ready().and([of_school(SchoolEvent::Settled(allowed))]);
    let content = |on: &str| {
        let world = &past.story.known.world;
        addressed(world, GUARDIAN, (CLASS, date(PERIOD)), &[PUPIL], date(on)).map(|told| told.content)
    };
    assert_eq!(content("2019-09-06"), Ok(ContentClass::Plain));
    let told =
        addressed(&past.story.known.world, GUARDIAN, (MessageClass::Confirmation, date(PERIOD)), &[], date(PERIOD));
    assert_eq!(told.unwrap().content, ContentClass::Notice, "a confirmation says nothing of anybody");
}

#[test]
fn the_same_day_is_told_of_only_on_that_day_and_by_one_sender() {
    assert_eq!(reason(&ready(), MessageClass::SameDay, "2019-09-06"), Some(NotSent::ScheduleOff));
    let ours =
        SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day: date("2019-08-20") };
    let past = ready().and([of_school(SchoolEvent::Settled(ours))]);
    assert_eq!(reason(&past, MessageClass::SameDay, "2019-09-06"), None);
    let world = &past.story.known.world;
    let late = addressed(world, GUARDIAN, (MessageClass::SameDay, date("2019-09-05")), &[PUPIL], date("2019-09-06"));
    assert_eq!(late.unwrap_err().reason, NotSent::TooLate);
}

pub(crate) fn command(act: DigestAct) -> Command {
    Command::Digest { guardian: GUARDIAN, act }
}

pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    noon("2019-09-06") + Duration::minutes(minutes)
}

fn prepare() -> Command {
    command(DigestAct::Prepare { message: CLASS, period: date(PERIOD), since: 0 })
}

fn claim(minutes: i64) -> Command {
    let sender = Reference::try_new("post-1").unwrap();
    let until = at(minutes + 5);
    command(DigestAct::Claim { message: CLASS, period: date(PERIOD), sender, until, template: 1, about: vec![PUPIL] })
}

pub(crate) fn does(past: Given, minutes: i64, asked: Command) -> Told {
    past.when(Actor::Setup, asked, at(minutes)).then_it_happens()
}

fn refused(past: Given, minutes: i64, asked: Command, code: Code) {
    past.when(Actor::Setup, asked, at(minutes)).then_refused(code);
}

fn standing(told: &Told) -> Standing {
    told.story.known.world.guardian(GUARDIAN).unwrap().outbox.message(CLASS, date(PERIOD)).unwrap().standing
}

fn sent(attempt: u8) -> Command {
    command(DigestAct::Sent { message: CLASS, period: date(PERIOD), attempt })
}

fn failed(attempt: u8, failure: DeliveryFailure, again: Option<i64>) -> Command {
    let again = again.map(at);
    command(DigestAct::Failed { message: CLASS, period: date(PERIOD), attempt, failure, again })
}

#[test]
fn a_message_is_prepared_once_claimed_by_one_and_sent_once() {
    let prepared = does(ready(), 0, prepare()).given();
    refused(prepared.clone(), 1, prepare(), Code::AlreadySo);
    let claimed = does(prepared, 1, claim(1)).given();
    refused(claimed.clone(), 2, claim(2), Code::NotSo);
    refused(claimed.clone(), 2, sent(2), Code::NotSo);
    let done = does(claimed, 2, sent(1));
    assert_eq!(standing(&done), Standing::Sent);
    refused(done.clone().given(), 3, sent(1), Code::NotSo);
    refused(done.clone().given(), 30, claim(30), Code::NotSo);
    refused(done.given(), 30, prepare(), Code::AlreadySo);
}

#[test]
fn a_day_has_a_further_message_after_the_one_that_was_sent_and_not_after_a_later_one() {
    let (message, period) = (MessageClass::SameDay, date("2019-09-06"));
    let tells = AttendanceSender::Mentorlog;
    let sends = SchoolMatter::AttendanceSenderChosen { sender: tells, first_day: date("2019-08-20") };
    let sends = of_school(SchoolEvent::Settled(sends));
    let prepare = |since| command(DigestAct::Prepare { message, period, since });
    let claim = |minutes: i64| {
        let sender = Reference::try_new("post-1").unwrap();
        let (until, about) = (at(minutes + 5), vec![PUPIL]);
        command(DigestAct::Claim { message, period, sender, until, template: 1, about })
    };
    let claimed_at = |past: &Given| {
        let outbox = &past.story.known.world.guardian(GUARDIAN).unwrap().outbox;
        outbox.message(message, period).unwrap().claimed
    };
    let sent = |attempt| command(DigestAct::Sent { message, period, attempt });
    let prepared = does(ready().and([sends]), 0, prepare(0)).given();
    let claimed = does(prepared, 1, claim(1)).given();
    let first = claimed_at(&claimed);
    refused(claimed.clone(), 2, prepare(first), Code::AlreadySo);
    let done = does(claimed, 2, sent(1)).given();
    refused(done.clone(), 3, prepare(0), Code::AlreadySo);
    let further = does(done, 3, prepare(first)).given();
    // Another sender that saw the same is too late, also when this one has been sent.
    refused(further.clone(), 4, prepare(first), Code::AlreadySo);
    let past = does(does(further, 4, claim(4)).given(), 5, sent(1)).given();
    assert!(claimed_at(&past) > first);
    refused(past, 6, prepare(first), Code::AlreadySo);
}

#[test]
fn what_may_not_be_sent_any_more_is_dropped_when_it_is_claimed_and_that_is_on_record() {
    let prepared = does(ready(), 0, prepare()).given();
    let banned = prepared.and([worked(Work::ContactBanned { guardian: GUARDIAN })]);
    let told = banned.when(Actor::Setup, claim(1), at(1)).then([of_guardian(DigestMatter::DigestRefused {
        message: CLASS,
        period: date(PERIOD),
        reason: NotSent::ContactBanned,
        left_out: vec![(PUPIL, NotSent::ContactBanned)],
    })]);
    refused(told.given(), 10, claim(10), Code::NotSo);
}

#[test]
fn a_lost_answer_is_sent_again_once_and_then_given_up() {
    let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
    // The first sender is never heard of again.
    let past = does(past, 10, claim(10)).given();
    let told = does(past.clone(), 20, claim(20));
    assert_eq!(standing(&told), Standing::GivenUp(DeliveryFailure::AnswerLost));
    let told = does(past, 11, failed(2, DeliveryFailure::AnswerLost, Some(15)));
    assert_eq!(standing(&told), Standing::GivenUp(DeliveryFailure::AnswerLost));
}

#[test]
fn what_the_relay_refused_for_now_is_tried_again_later_as_often_as_the_sender_wants() {
    let mut past = does(ready(), 0, prepare()).given();
    for attempt in 1..6 {
        let minutes = i64::from(attempt) * 10;
        past = does(past, minutes, claim(minutes)).given();
        let told = does(past, minutes + 1, failed(attempt, DeliveryFailure::Deferred, Some(minutes + 9)));
        past = told.given();
        refused(past.clone(), minutes + 8, claim(minutes + 8), Code::NotSo);
    }
    let past = does(past, 60, claim(60)).given();
    let told = does(past, 61, failed(6, DeliveryFailure::Rejected, None));
    assert_eq!(standing(&told), Standing::GivenUp(DeliveryFailure::Rejected));
}

#[test]
fn a_bounce_for_good_ends_the_use_of_the_address_until_there_is_another() {
    let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
    let past = does(past, 2, sent(1)).given();
    let past = does(past, 3, came_back("5.1.1")).given();
    assert_eq!(digest(&past), Some(NotSent::AddressBounced));
    let past = does(past, 4, command(DigestAct::SetAddress { email: email("ny@example.org") })).given();
    let address = past.story.known.world.guardian(GUARDIAN).unwrap().outbox.address;
    let by = ChosenBy::Guardian;
    refused(past.clone(), 5, command(DigestAct::ConfirmAddress { address: Some(1), by }), Code::NotFound);
    let past = does(past, 5, command(DigestAct::ConfirmAddress { address, by })).given();
    assert_eq!(digest(&past), None);
    refused(past, 6, command(DigestAct::ConfirmAddress { address, by }), Code::AlreadySo);
}

fn came_back(status: &str) -> Command {
    let status = DeliveryStatus::try_new(status).unwrap();
    command(DigestAct::Bounced { message: CLASS, period: date(PERIOD), status })
}

#[test]
fn what_comes_back_because_of_who_sent_it_or_what_was_in_it_leaves_the_address_as_it_was() {
    for status in ["5.7.1", "5.7.26", "5.3.0", "5.4.4", "5.5.0", "5.6.0", "5.2.2", "5.2.3", "5.1.7", "5.1.8", "5.0.0"] {
        let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
        let past = does(past, 2, sent(1)).given();
        let told = does(past, 3, came_back(status));
        assert_eq!(standing(&told), Standing::Bounced(SpeaksOf::Message), "{status}");
        let past = told.given();
        assert_eq!(digest(&past), None, "{status}: the next one goes there");
        let outbox = &past.story.known.world.guardian(GUARDIAN).unwrap().outbox;
        assert!(!outbox.bounced && outbox.told_of(PUPIL) == 0, "{status}: and tells what this one would have");
        refused(past, 4, came_back(status), Code::AlreadySo);
    }
}

#[test]
fn of_many_reports_about_one_message_only_what_is_worse_than_the_last_goes_on_record() {
    let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
    let mut past = does(past, 2, sent(1)).given();
    for (status, of) in [("4.2.2", SpeaksOf::Now), ("5.7.1", SpeaksOf::Message), ("5.1.1", SpeaksOf::Address)] {
        let told = does(past, 3, came_back(status));
        assert_eq!(standing(&told), Standing::Bounced(of), "{status}");
        past = told.given();
        for milder in ["4.2.2", "5.7.1", "5.1.1"].into_iter().take_while(|other| *other != status).chain([status]) {
            refused(past.clone(), 4, came_back(milder), Code::AlreadySo);
        }
    }
}

#[test]
fn what_has_not_gone_has_come_back_only_where_the_address_takes_no_mail_at_all() {
    let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
    let past = does(past, 2, failed(1, DeliveryFailure::Deferred, Some(9))).given();
    for status in ["4.2.2", "5.7.1"] {
        refused(past.clone(), 3, came_back(status), Code::AlreadySo);
    }
    assert_eq!(digest(&does(past, 3, came_back("5.1.1")).given()), Some(NotSent::AddressBounced));
}

#[test]
fn a_relay_that_says_of_the_address_that_it_takes_no_mail_ends_writing_to_it() {
    let tried = |failure| {
        let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
        digest(&does(past, 2, failed(1, failure, None)).given())
    };
    assert_eq!(tried(DeliveryFailure::AddressRefused), Some(NotSent::AddressBounced));
    assert_eq!(tried(DeliveryFailure::Rejected), None);
    // An address that has taken its place meanwhile is not meant.
    let past = does(does(ready(), 0, prepare()).given(), 1, claim(1)).given();
    let past = does(past, 2, command(DigestAct::SetAddress { email: email("ny@example.org") })).given();
    let past = does(past, 3, failed(1, DeliveryFailure::AddressRefused, None)).given();
    assert!(!past.story.known.world.guardian(GUARDIAN).unwrap().outbox.bounced);
}

#[test]
fn who_is_passed_over_is_on_record_once_for_a_reason_that_is_so_and_no_longer_than_for_the_period() {
    let over = |period: &str, reason| command(DigestAct::PassOver { message: CLASS, period: date(period), reason });
    for reason in [NotSent::NoAddress, NotSent::Stopped, NotSent::SwitchedOff, NotSent::AlreadySent, NotSent::OfAge] {
        refused(ready(), 0, over(PERIOD, reason), Code::NotSo);
    }
    let stopped = does(ready(), 0, command(DigestAct::Stop { by: ChosenBy::Guardian })).given();
    let told = does(stopped, 1, over(PERIOD, NotSent::Stopped));
    let past = told.given();
    refused(past.clone(), 2, over(PERIOD, NotSent::Stopped), Code::AlreadySo);
    let next = does(past.clone(), 2, over("2019-09-13", NotSent::Stopped)).given();
    let outbox = &next.story.known.world.guardian(GUARDIAN).unwrap().outbox;
    assert_eq!((outbox.passed_over.len(), outbox.messages.len()), (1, 0), "of the newest period, and no message");
    // It is prepared after all, and then nobody is passed over any more.
    let wants = command(DigestAct::SetPreference { preference: Preference::default(), by: ChosenBy::Guardian });
    let past = does(does(past, 2, wants).given(), 3, prepare()).given();
    let past = does(past, 4, command(DigestAct::Stop { by: ChosenBy::Guardian })).given();
    refused(past, 5, over(PERIOD, NotSent::Stopped), Code::NotSo);
}

#[test]
fn a_break_passes_over_the_whole_school_once_and_a_day_of_term_does_not() {
    let settle = |period: &str, reason| Command::SettleSchool {
        school: SCHOOL,
        matter: SchoolMatter::SchoolDigestsPassedOver { period: date(period), reason },
    };
    refused(ready(), 0, settle(PERIOD, NotSent::SchoolBreak), Code::NotSo);
    refused(ready(), 0, settle("2019-07-05", NotSent::NoPortal), Code::NotSo);
    let past = does(ready(), 0, settle("2019-07-05", NotSent::SchoolBreak)).given();
    refused(past, 1, settle("2019-07-05", NotSent::SchoolBreak), Code::AlreadySo);
}

#[test]
fn staff_do_not_speak_with_the_guardians_voice() {
    let mentor = as_staff(MENTOR);
    let stop = |by| command(DigestAct::Stop { by });
    ready().when(mentor, stop(ChosenBy::Guardian), at(0)).then_refused(Code::InvalidInput);
    let stopped = ready().when(mentor, stop(ChosenBy::Staff), at(0)).then_it_happens().given();
    refused(stopped.clone(), 1, stop(ChosenBy::Staff), Code::AlreadySo);
    let preference = Preference::default();
    let wants = command(DigestAct::SetPreference { preference, by: ChosenBy::Guardian });
    let again = does(stopped, 2, wants.clone()).given();
    assert_eq!(digest(&again), None, "who asks for digests wants them again");
    refused(again, 3, wants, Code::AlreadySo);
}

#[test]
fn what_is_about_no_known_message_or_guardian_is_refused() {
    refused(ready(), 0, sent(1), Code::NotFound);
    let guardian = domain::id::GuardianId::from_bits([55; 16]);
    let stop = Command::Digest { guardian, act: DigestAct::Stop { by: ChosenBy::Staff } };
    refused(ready(), 0, stop, Code::NotFound);
    let prepared = does(ready(), 0, prepare()).given();
    let (sender, about, period) = (Reference::try_new("post-1").unwrap(), vec![PUPIL], date(PERIOD));
    let long = DigestAct::Claim { message: CLASS, period, sender, until: at(60), template: 1, about };
    refused(prepared.clone(), 1, command(long), Code::InvalidInput);
    let seen = |since| command(DigestAct::Acknowledge { message: CLASS, period, since });
    refused(prepared.clone(), 1, seen(0), Code::NotSo);
    let gone = does(prepared, 1, claim(1)).given();
    refused(gone.clone(), 2, seen(7), Code::NotSo);
    refused(does(gone, 2, seen(0)).given(), 3, seen(0), Code::AlreadySo);
    let none = given(a_pupil_with_a_mentor());
    refused(none, 0, command(DigestAct::ConfirmAddress { address: None, by: ChosenBy::Guardian }), Code::NotSo);
}
