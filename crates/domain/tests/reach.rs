//! Whom to phone: given what became of messages, when it is a time of the day, then this guardian is on the list, for this reason.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use chrono::{DateTime, Duration, Utc};
use domain::StreamRef;
use domain::calendar::start_of_day;
use domain::event::guardian::GuardianRegistered;
use domain::event::pupil::{ContactOutcome, GuardianContacted};
use domain::event::{DigestMatter, Event, GuardianEvent, PupilEvent, SchoolEvent, SchoolMatter, Work};
use domain::id::{GuardianId, PupilId};
use domain::personal::Personal;
use domain::reach::{PhoneReason, PhoneTask, to_be_phoned, unreachable};
use domain::spec::cast::*;
use domain::spec::digests::{of_guardian, sibling};
use domain::spec::everyday::of_school;
use domain::spec::works::worked;
use domain::spec::{Happened, Story, date, given};
use domain::words::{
    AttendanceSender, ChosenBy, ClockTime, ContactDetail, ContentClass, DayOfWeek, DeliveryFailure, DigestRhythm,
    Language, MessageClass, NotSent, ProtectionLevel, Reference, ZoneName,
};

const DAY: &str = "2019-09-03";
const SAME_DAY: MessageClass = MessageClass::SameDay;

fn email() -> Personal<ContactDetail> {
    Personal::new(ContactDetail::try_new("alex@example.org").unwrap())
}

fn registered_with(email: Option<Personal<ContactDetail>>) -> Happened {
    let registered = GuardianRegistered { name: personal("Alex Exempel"), phone: None, email };
    (StreamRef::Guardian(GUARDIAN), GuardianEvent::Registered(registered).into())
}

/// A day on which the pupil is absent without a word, at a school whose guardians are told by this service.
struct Absent(Story);

impl Absent {
    /// The guardian has an address, which is theirs.
    fn with_a_confirmed_address() -> Self {
        let mut absent = Self::with_an_address();
        absent.0.happened(of_guardian(DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }));
        absent
    }

    fn with_an_address() -> Self {
        Self::with(Some(&email()))
    }

    fn with(email: Option<&Personal<ContactDetail>>) -> Self {
        let mut absent = Self::announced(email);
        absent.at("08:30", attended(vec![day(date(DAY), 0, 60)]));
        absent
    }

    fn announced(email: Option<&Personal<ContactDetail>>) -> Self {
        let guardian = guardian_registered(GUARDIAN);
        let instead = |happened: Happened| {
            if happened.0 == guardian.0 { registered_with(email.cloned()) } else { happened }
        };
        let settled = |matter| of_school(SchoolEvent::Settled(matter));
        let given = given(a_pupil_with_a_mentor().into_iter().map(instead)).and([
            settled(SchoolMatter::AttendanceSenderChosen {
                sender: AttendanceSender::Mentorlog,
                first_day: date("2019-08-20"),
            }),
            settled(SchoolMatter::DigestScheduleSet {
                first_day: date("2019-08-20"),
                rhythm: DigestRhythm::Weekly,
                weekday: DayOfWeek::try_new(5).unwrap(),
                at: ClockTime::try_new(930).unwrap(),
                zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
                portal: None,
            }),
            worked(Work::BirthDateRecorded { born: date("2006-03-01") }),
        ]);
        Self(given.story)
    }

    fn at(&mut self, time: &str, (stream, event): Happened) {
        self.0.happened_at(stream, event, on(DAY, time));
    }

    fn message(&mut self, matters: impl IntoIterator<Item = DigestMatter>) {
        for matter in matters {
            self.at("08:31", of_guardian(matter));
        }
    }

    fn was_sent(&mut self) {
        self.message([prepared(SAME_DAY, DAY), claimed(SAME_DAY, DAY), sent(SAME_DAY, DAY)]);
    }

    fn tasks(&self, time: &str) -> Vec<PhoneReason> {
        self.tasks_on(DAY, time).into_iter().map(|task| task.reason).collect()
    }

    fn tasks_on(&self, day: &str, time: &str) -> Vec<PhoneTask> {
        to_be_phoned(&self.0.known, PUPIL, on(day, time))
    }

    fn unreachable(&self) -> Option<PhoneReason> {
        let world = &self.0.known.world;
        unreachable(world, (world.case(PUPIL).unwrap(), GUARDIAN), &world.guardian(GUARDIAN).unwrap().outbox, date(DAY))
    }
}

/// A time by the clock in Sweden, on a day on which clocks are not moved.
fn on(day: &str, time: &str) -> DateTime<Utc> {
    let (hours, minutes) = time.split_once(':').unwrap();
    let minutes: i64 = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    start_of_day(date(day)) + Duration::minutes(minutes)
}

fn prepared(message: MessageClass, period: &str) -> DigestMatter {
    DigestMatter::DigestPrepared { message, period: date(period), since: 0 }
}

fn claimed(message: MessageClass, period: &str) -> DigestMatter {
    claimed_of(PUPIL, message, period)
}

fn claimed_of(pupil: PupilId, message: MessageClass, period: &str) -> DigestMatter {
    DigestMatter::DigestClaimed {
        message,
        period: date(period),
        attempt: 1,
        sender: Reference::try_new("post-1").unwrap(),
        until: on(period, "09:00"),
        content: ContentClass::Notice,
        language: Language::Swedish,
        template: 1,
        pupils: vec![pupil],
        left_out: Vec::new(),
    }
}

fn sent(message: MessageClass, period: &str) -> DigestMatter {
    DigestMatter::DigestSent { message, period: date(period), attempt: 1 }
}

fn bounced(message: MessageClass, period: &str, permanent: bool) -> DigestMatter {
    let status = Reference::try_new(if permanent { "5.1.1" } else { "4.2.2" }).unwrap();
    DigestMatter::DigestBounced { message, period: date(period), permanent, status }
}

fn refused(reason: NotSent) -> DigestMatter {
    DigestMatter::DigestRefused { message: SAME_DAY, period: date(DAY), reason, left_out: Vec::new() }
}

fn given_up(message: MessageClass, period: &str) -> DigestMatter {
    DigestMatter::DigestGivenUp { message, period: date(period), failure: DeliveryFailure::Rejected }
}

fn contact(guardian: GuardianId, outcome: ContactOutcome) -> Happened {
    let (stream, event) = contacted();
    let Event::Pupil(PupilEvent::GuardianContacted(contact)) = event else { return (stream, event) };
    of_pupil(PupilEvent::GuardianContacted(GuardianContacted { guardian, outcome, ..contact }))
}

#[test]
fn a_guardian_without_an_address_or_with_one_that_nobody_confirmed_is_phoned_at_once() {
    for (absent, reason) in
        [(Absent::with(None), PhoneReason::NoAddress), (Absent::with_an_address(), PhoneReason::NotConfirmed)]
    {
        let task = PhoneTask { guardian: GUARDIAN, pupil: PUPIL, message: SAME_DAY, day: date(DAY), reason };
        assert_eq!(absent.tasks_on(DAY, "08:31"), [task]);
        assert_eq!(absent.unreachable(), Some(reason));
    }
}

#[test]
fn what_was_not_acknowledged_by_six_in_the_evening_is_a_task_until_somebody_was_reached() {
    let mut absent = Absent::with_a_confirmed_address();
    assert_eq!(absent.tasks("08:31"), [], "it is on its way");
    absent.was_sent();
    assert_eq!(absent.tasks("17:59"), []);
    assert_eq!(absent.tasks("18:00"), [PhoneReason::NotSeen]);
    assert_eq!(absent.tasks_on("2019-09-05", "08:00").len(), 1, "it stays until somebody has phoned");
    absent.at("18:05", contact(GUARDIAN, ContactOutcome::NoAnswer));
    assert_eq!(absent.tasks("18:06"), [PhoneReason::NotSeen], "nobody was reached");
    let other = GuardianId::from_bits([0x63; 16]);
    absent.at("18:07", contact(other, ContactOutcome::Reached));
    assert_eq!(absent.tasks("18:08"), [PhoneReason::NotSeen], "the one does not tell the other");
    absent.at("18:10", contact(GUARDIAN, ContactOutcome::Reached));
    assert_eq!(absent.tasks("18:11"), []);

    // Who was phoned about something else, before the absence was known, has not been told of it.
    let mut before = Absent::announced(Some(&email()));
    before.at("08:00", of_guardian(DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }));
    before.at("08:10", contact(GUARDIAN, ContactOutcome::Reached));
    before.at("10:00", attended(vec![day(date(DAY), 0, 60)]));
    assert_eq!(before.tasks("18:00"), [PhoneReason::NotSeen]);
    before.at("18:05", contact(GUARDIAN, ContactOutcome::Reached));
    assert_eq!(before.tasks("18:06"), []);

    let mut seen = Absent::with_a_confirmed_address();
    seen.was_sent();
    seen.message([DigestMatter::DigestAcknowledged { message: SAME_DAY, period: date(DAY) }]);
    assert_eq!(seen.tasks("23:59"), []);
}

#[test]
fn that_a_siblings_message_was_seen_does_not_stand_for_a_pupil_whose_absence_became_known_later() {
    let mut later = Absent::announced(Some(&email()));
    later.at("08:29", of_guardian(DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }));
    later.message([prepared(SAME_DAY, DAY), claimed_of(sibling(), SAME_DAY, DAY), sent(SAME_DAY, DAY)]);
    later.message([DigestMatter::DigestAcknowledged { message: SAME_DAY, period: date(DAY) }]);
    later.at("09:30", attended(vec![day(date(DAY), 0, 60)]));
    assert_eq!(later.tasks("09:31"), [], "a further message may be on its way");
    assert_eq!(later.tasks("18:00"), [PhoneReason::NotSeen]);
}

#[test]
fn that_a_siblings_message_was_seen_does_not_stand_for_a_pupil_whom_it_left_out_though_the_absence_was_known() {
    let mut left_out = Absent::with_a_confirmed_address();
    left_out.message([prepared(SAME_DAY, DAY), claimed_of(sibling(), SAME_DAY, DAY), sent(SAME_DAY, DAY)]);
    left_out.message([DigestMatter::DigestAcknowledged { message: SAME_DAY, period: date(DAY) }]);
    assert_eq!(left_out.tasks("17:59"), [], "a further message may be on its way");
    assert_eq!(left_out.tasks("18:00"), [PhoneReason::NotSeen]);
}

#[test]
fn about_a_pupil_whom_a_message_that_did_not_arrive_left_out_somebody_phones_at_once() {
    let ends = [
        (vec![sent(SAME_DAY, DAY), bounced(SAME_DAY, DAY, false)], PhoneReason::CameBack),
        (vec![given_up(SAME_DAY, DAY)], PhoneReason::NotTaken),
        // Nobody knows whether it went, and then there was nothing to tell any more of whom it told.
        (vec![refused(NotSent::NothingNew)], PhoneReason::NotTaken),
    ];
    for (ends, reason) in ends {
        let mut left_out = Absent::with_a_confirmed_address();
        left_out.message([prepared(SAME_DAY, DAY), claimed_of(sibling(), SAME_DAY, DAY)]);
        left_out.message(ends);
        assert_eq!(left_out.tasks("09:00"), [reason], "no further message goes that day");
    }
}

/// The day's message has gone, and then a further one was prepared, for a sibling.
fn with_a_further_message(seen: bool, ends: impl IntoIterator<Item = DigestMatter>) -> Absent {
    let mut absent = Absent::with_a_confirmed_address();
    absent.was_sent();
    if seen {
        absent.message([DigestMatter::DigestAcknowledged { message: SAME_DAY, period: date(DAY) }]);
    }
    let outbox = &absent.0.known.world.guardian(GUARDIAN).unwrap().outbox;
    let since = outbox.message(SAME_DAY, date(DAY)).unwrap().claimed;
    absent.message([DigestMatter::DigestPrepared { message: SAME_DAY, period: date(DAY), since }]);
    absent.message(ends);
    absent
}

#[test]
fn whose_message_was_seen_is_not_asked_about_again_because_of_a_siblings() {
    let further = [
        vec![],
        vec![claimed_of(sibling(), SAME_DAY, DAY)],
        vec![claimed_of(sibling(), SAME_DAY, DAY), sent(SAME_DAY, DAY)],
        vec![claimed_of(sibling(), SAME_DAY, DAY), given_up(SAME_DAY, DAY)],
        vec![refused(NotSent::NothingNew)],
        vec![refused(NotSent::AddressBounced)],
    ];
    for ends in further {
        let seen = with_a_further_message(true, ends.clone());
        assert_eq!(seen.tasks("18:00"), [], "{ends:?}");
        // Whoever has not seen the first has had it all the same: it is time to phone in the evening, for that and nothing else.
        let not_seen = with_a_further_message(false, ends.clone());
        assert_eq!(not_seen.tasks("17:59"), [], "{ends:?}");
        assert_eq!(not_seen.tasks("18:00"), [PhoneReason::NotSeen], "{ends:?}");
    }
    let both = vec![claimed_of(sibling(), SAME_DAY, DAY), sent(SAME_DAY, DAY)];
    let seen_later = with_a_further_message(
        false,
        both.into_iter().chain([DigestMatter::DigestAcknowledged { message: SAME_DAY, period: date(DAY) }]),
    );
    assert_eq!(seen_later.tasks("18:00"), [], "the later of the two was seen, where the earlier lies too");
    let back = with_a_further_message(false, [bounced(SAME_DAY, DAY, true)]);
    assert_eq!(back.tasks("09:00"), [PhoneReason::CameBack], "the address takes nothing: neither of the two");
    let seen_and_back = with_a_further_message(true, [bounced(SAME_DAY, DAY, true)]);
    assert_eq!(seen_and_back.tasks("18:00"), [], "what was seen had come");
}

#[test]
fn a_message_that_came_back_was_given_up_or_may_not_be_mailed_is_a_task_without_waiting() {
    let ends = [
        (bounced(SAME_DAY, DAY, true), PhoneReason::CameBack),
        (bounced(SAME_DAY, DAY, false), PhoneReason::CameBack),
        (given_up(SAME_DAY, DAY), PhoneReason::NotTaken),
        (refused(NotSent::ContactBanned), PhoneReason::NotMailed),
        // Of somebody else's: nothing in the case says so, and the list does not either.
        (refused(NotSent::IdentityProtected), PhoneReason::NotTaken),
        (refused(NotSent::AddressBounced), PhoneReason::CameBack),
    ];
    for (end, reason) in ends {
        let mut absent = Absent::with_a_confirmed_address();
        absent.was_sent();
        absent.message([end]);
        assert_eq!(absent.tasks("08:32"), [reason]);
    }
    let mut protected = Absent::with_a_confirmed_address();
    protected.0.happened(worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }));
    assert_eq!(protected.tasks("08:32"), [PhoneReason::NotMailed]);
    assert_eq!(protected.unreachable(), None, "no address is asked for");
    let mut beside = Absent::with_a_confirmed_address();
    let guardian = GuardianId::from_bits([0x5b; 16]);
    beside.0.happened(worked(Work::GuardianProtected { guardian }));
    beside.was_sent();
    beside.message([refused(NotSent::IdentityProtected)]);
    assert_eq!(beside.tasks("08:32"), [PhoneReason::NotMailed], "why stands in the case");
}

#[test]
fn about_a_pupil_whose_age_nobody_knows_nothing_is_mailed_and_somebody_phones() {
    let unknown = || a_pupil_with_a_mentor().into_iter();
    let mut absent = Absent(given(unknown()).story);
    let matter =
        SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day: date("2019-08-20") };
    absent.0.happened(of_school(SchoolEvent::Settled(matter)));
    absent.at("08:30", attended(vec![day(date(DAY), 0, 60)]));
    assert_eq!(absent.tasks("08:31"), [PhoneReason::AgeUnknown]);
}

#[test]
fn nobody_is_phoned_about_a_pupil_of_whom_they_may_not_be_told() {
    for work in [
        Work::ContactBanned { guardian: GUARDIAN },
        Work::TellingWithheld { guardian: GUARDIAN },
        Work::BirthDateRecorded { born: date("2001-09-03") },
    ] {
        let mut absent = Absent::with(None);
        absent.0.happened(worked(work.clone()));
        assert_eq!(absent.tasks("19:00"), [], "{work:?}");
        assert_eq!(absent.unreachable(), None, "{work:?}");
    }
}

#[test]
fn absence_that_was_announced_or_became_known_later_or_that_another_system_tells_of_is_no_task() {
    let mut announced = Absent::announced(None);
    announced.at("08:30", attended(vec![day(date(DAY), 60, 0)]));
    assert_eq!(announced.tasks("19:00"), []);

    let mut later = Absent::announced(None);
    let (stream, event) = attended(vec![day(date(DAY), 0, 60)]);
    later.0.happened_at(stream, event, on("2019-09-04", "00:00"));
    assert_eq!(later.tasks_on("2019-09-04", "08:00"), [], "it was not urgent any more");

    let mut corrected_since = Absent::with(None);
    corrected_since.at("10:00", corrected(day(date(DAY), 60, 0)));
    assert_eq!(corrected_since.tasks("19:00"), []);

    let mut elsewhere = Absent::with(None);
    let sender = AttendanceSender::AttendanceSystem;
    let matter = SchoolMatter::AttendanceSenderChosen { sender, first_day: date(DAY) };
    elsewhere.0.happened(of_school(SchoolEvent::Settled(matter)));
    assert_eq!(elsewhere.tasks("19:00"), []);
}

#[test]
fn after_a_week_a_task_is_looked_after_in_the_case_itself() {
    let absent = Absent::with(None);
    assert_eq!(absent.tasks_on("2019-09-09", "12:00").len(), 1);
    assert_eq!(absent.tasks_on("2019-09-10", "12:00"), []);
}

#[test]
fn a_digest_that_was_given_up_or_came_back_for_good_is_a_task_until_somebody_was_reached_or_the_address_is_another() {
    let digest = MessageClass::Digest;
    for (end, reason) in
        [(given_up(digest, DAY), PhoneReason::NotTaken), (bounced(digest, DAY, true), PhoneReason::CameBack)]
    {
        let mut told = Absent::announced(Some(&email()));
        told.message([DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }]);
        told.message([prepared(digest, DAY), claimed(digest, DAY), sent(digest, DAY), end]);
        let task = PhoneTask { guardian: GUARDIAN, pupil: PUPIL, message: digest, day: date(DAY), reason };
        assert_eq!(told.tasks_on("2019-09-20", "12:00"), [task]);
        assert_eq!(told.unreachable(), Some(reason));
        let mut phoned = Absent(told.0.clone());
        phoned.at("12:00", contact(GUARDIAN, ContactOutcome::Reached));
        assert_eq!(phoned.tasks("12:01"), []);
        told.message([DigestMatter::GuardianAddressSet { email: email() }]);
        assert_eq!(told.tasks("12:01"), []);
        assert_eq!(told.unreachable(), Some(PhoneReason::NotConfirmed), "the other address is to be confirmed");
    }
}

#[test]
fn an_address_from_which_message_after_message_comes_back_for_now_is_asked_for_anew() {
    let digest = MessageClass::Digest;
    let mut told = Absent::announced(Some(&email()));
    told.message([DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }]);
    for (period, reason) in [("2019-08-23", None), ("2019-08-30", Some(PhoneReason::CameBack))] {
        told.message([prepared(digest, period), claimed(digest, period), sent(digest, period)]);
        told.message([bounced(digest, period, false)]);
        assert_eq!(told.unreachable(), reason, "{period}");
    }
    told.message([prepared(digest, DAY), claimed(digest, DAY), sent(digest, DAY)]);
    assert_eq!(told.unreachable(), None, "the next one arrived");
}

#[test]
fn a_digest_that_did_not_arrive_is_no_task_about_a_sibling_whom_it_does_not_name() {
    let mut absent = Absent::with_a_confirmed_address();
    let (message, period) = (MessageClass::Digest, "2019-08-30");
    absent.message([prepared(message, period), claimed_of(sibling(), message, period), given_up(message, period)]);
    assert_eq!(absent.tasks_on(DAY, "09:00"), []);
}

#[test]
fn a_digest_that_came_back_is_a_task_also_when_the_next_was_not_sent_for_it() {
    let mut absent = Absent::with_a_confirmed_address();
    let (message, period, next) = (MessageClass::Digest, "2019-08-23", date("2019-08-30"));
    absent.message([prepared(message, period), claimed(message, period), sent(message, period)]);
    absent.message([bounced(message, period, true)]);
    let reason = NotSent::AddressBounced;
    absent.message([
        DigestMatter::DigestPrepared { message, period: next, since: 0 },
        DigestMatter::DigestRefused { message, period: next, reason, left_out: Vec::new() },
    ]);
    let of_digest = |task: &PhoneTask| task.message == message;
    let tasks: Vec<_> = absent.tasks_on(DAY, "09:00").into_iter().filter(of_digest).collect();
    assert_eq!(tasks.iter().map(|task| task.reason).collect::<Vec<_>>(), [PhoneReason::CameBack]);
}

#[test]
fn whoever_has_had_a_message_since_is_not_unreachable_for_one_that_was_not_taken_before() {
    let mut absent = Absent::with_a_confirmed_address();
    let confirmation = MessageClass::Confirmation;
    absent.message([prepared(confirmation, DAY), claimed(confirmation, DAY), given_up(confirmation, DAY)]);
    assert_eq!(absent.unreachable(), Some(PhoneReason::NotTaken));
    absent.message([DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }]);
    absent.was_sent();
    assert_eq!(absent.unreachable(), None);
}
