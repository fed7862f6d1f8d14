//! What may no longer be kept of those who are no pupils: guardians, what they were sent, members of staff, and their time.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::actor::{Actor, Grant, Role};
use domain::calendar::local_date;
use domain::command::Command;
use domain::event::staff::RoleWithdrawn;
use domain::event::{DigestMatter, SchoolEvent, SchoolMatter, StaffEvent, Work};
use domain::id::{PupilId, SchoolId};
use domain::recorded::StreamRef;
use domain::refusal::Code;
use domain::retention::{Due, NOBODY, Records, Subject, due};
use domain::spec::cast::*;
use domain::spec::digests::of_guardian;
use domain::spec::everyday::{of_mentor, of_school};
use domain::spec::works::worked;
use domain::spec::{Given, Happened, date, given, noon};
use domain::words::{ChosenBy, ContentClass, Language, MessageClass, Reference, RetentionClass};

const ITS: Subject = Subject::Guardian(GUARDIAN);
const THEIRS: Subject = Subject::Staff(MENTOR);

fn reference(text: &str) -> Reference {
    Reference::try_new(text).unwrap()
}

fn kept_at(school: SchoolId, class: RetentionClass, months: u16) -> Happened {
    let (plan_item, first_day) = (reference("4.1 Utskick"), date("2018-07-01"));
    let matter = SchoolMatter::RetentionAdopted { class, months, plan_item, first_day };
    (StreamRef::School(school), SchoolEvent::Settled(matter).into())
}

fn held() -> Happened {
    of_school(SchoolEvent::Settled(SchoolMatter::LegalHoldPlaced { pupil: PUPIL, reference: reference("KS 1") }))
}

fn records(subject: Subject, class: RetentionClass, period: u16) -> Records {
    Records { subject, class, period }
}

/// A pupil with a mentor and a guardian, at a school that keeps everything for a year.
fn school() -> Given {
    given(a_pupil_with_a_mentor()).and(RetentionClass::ALL.map(|class| kept_at(SCHOOL, class, 12)))
}

fn due_of(past: &Given, kept: &[Records], today: &str) -> Vec<Records> {
    due(&past.story.known, kept, date(today)).into_iter().map(|due| due.records).collect()
}

#[test]
fn a_message_to_a_guardian_is_due_when_the_plans_months_after_the_school_year_are_over() {
    let sent = records(ITS, RetentionClass::Message, 2019);
    assert_eq!(due_of(&school(), &[sent], "2021-06-30"), []);
    let found = due(&school().story.known, &[sent], date("2021-07-01"));
    let as_the_plan_says =
        Due { school: SCHOOL, records: sent, plan_item: reference("4.1 Utskick"), since: date("2021-07-01") };
    assert_eq!(found, [as_the_plan_says], "though the pupil still goes to the school");
}

/// The guardian was sent the digest of a Monday.
fn digest_sent(on: &str) -> Vec<Happened> {
    let (message, period) = (MessageClass::Digest, date(on));
    let claimed = DigestMatter::DigestClaimed {
        message,
        period,
        attempt: 1,
        sender: reference("post-1"),
        until: noon("2030-01-01"),
        content: ContentClass::Notice,
        language: Language::Swedish,
        template: 1,
        pupils: vec![PUPIL],
        left_out: Vec::new(),
    };
    let sent = DigestMatter::DigestSent { message, period, attempt: 1 };
    [DigestMatter::DigestPrepared { message, period, since: 0 }, claimed, sent].map(of_guardian).to_vec()
}

#[test]
fn what_sending_rests_on_is_not_due_while_the_guardian_may_be_written_to() {
    let sent = [2018, 2019, 2020].map(|period| records(ITS, RetentionClass::Message, period));
    let told = || school().and(digest_sent("2018-09-03")).and(digest_sent("2019-09-23"));
    assert_eq!(due_of(&told(), &sent, "2030-01-01"), [sent[0]], "what the newest digest told is not told again");
    let bounced = DigestMatter::DigestBounced {
        message: MessageClass::Digest,
        period: date("2019-09-23"),
        permanent: true,
        status: reference("5.1.1"),
    };
    let back = || told().and([of_guardian(bounced.clone())]);
    assert_eq!(due_of(&back(), &sent, "2030-01-01"), [], "nobody may write there again");
    let confirmed = DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff };
    assert_eq!(due_of(&back().and([of_guardian(confirmed)]), &sent, "2030-01-01"), sent);
    for past in [told(), back()] {
        assert_eq!(due_of(&past.and([left("2020-06-11")]), &sent, "2030-01-01"), sent, "nothing is sent any more");
    }
}

#[test]
fn what_no_plan_speaks_of_is_never_due() {
    let silent = given(a_pupil_with_a_mentor()).and([left("2020-06-11")]);
    let kept = [
        records(ITS, RetentionClass::Message, 2019),
        records(ITS, RetentionClass::Guardian, 0),
        records(THEIRS, RetentionClass::WorkingTime, 2019),
        records(THEIRS, RetentionClass::Staff, 0),
    ];
    assert_eq!(due_of(&silent, &kept, "2099-01-01"), []);
}

#[test]
fn who_a_guardian_is_is_due_when_the_last_pupil_has_left_and_the_months_are_over() {
    let who = records(ITS, RetentionClass::Guardian, 0);
    assert_eq!(due_of(&school(), &[who], "2099-01-01"), [], "there is a pupil");
    let past = school().and([left("2020-06-11")]);
    assert_eq!(due_of(&past, &[who], "2021-06-11"), []);
    assert_eq!(due_of(&past, &[who], "2021-06-12"), [who]);
}

#[test]
fn a_year_after_the_twenty_ninth_of_february_is_over_on_the_first_of_march() {
    let who = records(ITS, RetentionClass::Guardian, 0);
    let past = school().and([left("2020-02-29")]);
    assert_eq!(due_of(&past, &[who], "2021-02-28"), []);
    assert_eq!(due_of(&past, &[who], "2021-03-01"), [who]);
}

#[test]
fn who_a_guardian_is_goes_last_for_it_explains_what_they_were_sent() {
    let kept = [records(ITS, RetentionClass::Guardian, 0), records(ITS, RetentionClass::Message, 2020)];
    let past = school().and([left("2020-09-11")]);
    assert_eq!(due_of(&past, &kept, "2021-10-01"), [], "the messages are kept until the school year's end and a year");
    assert_eq!(due_of(&past, &kept, "2022-07-01"), kept);
}

#[test]
fn a_guardian_who_was_unlinked_has_no_pupil_left() {
    let who = records(ITS, RetentionClass::Guardian, 0);
    let unlinked = || school().and([worked(Work::GuardianUnlinked { guardian: GUARDIAN })]);
    let past = unlinked();
    let recorded = local_date(past.story.log.last().unwrap().recorded);
    assert!(recorded < date("2019-08-20"), "before the pupil's first day as far as the story's clock goes");
    // The enrolment and the unlinking are told by when they were recorded; a year after the later one it is over.
    let first = recorded.checked_add_months(chrono::Months::new(12)).unwrap();
    assert_eq!(due(&past.story.known, &[who], first), []);
    assert_eq!(due(&past.story.known, &[who], first.succ_opt().unwrap()).len(), 1);
    let again = unlinked().and([linked(GUARDIAN)]);
    assert_eq!(due_of(&again, &[who], "2099-01-01"), [], "linked again");
}

#[test]
fn who_may_have_no_contact_is_known_while_the_pupil_is_there() {
    let who = records(ITS, RetentionClass::Guardian, 0);
    let banned = school().and([worked(Work::ContactBanned { guardian: GUARDIAN })]);
    assert_eq!(due_of(&banned, &[who], "2099-01-01"), []);
}

#[test]
fn a_hold_of_the_pupil_keeps_what_is_of_the_guardian() {
    let kept = [records(ITS, RetentionClass::Guardian, 0), records(ITS, RetentionClass::Message, 2019)];
    let past = school().and([left("2020-06-11")]);
    assert_eq!(due_of(&past, &kept, "2025-01-01"), kept);
    assert_eq!(due_of(&past.and([held()]), &kept, "2025-01-01"), []);
}

fn gone() -> Given {
    let mentor = Grant { role: Role::Mentor, school: Some(SCHOOL), committee: None };
    school().and([left("2020-06-11")]).and([of_mentor(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant: mentor }))])
}

#[test]
fn working_time_is_due_by_school_year_though_the_person_is_still_employed() {
    let kept = [2019, 0].map(|period| records(THEIRS, RetentionClass::WorkingTime, period));
    assert_eq!(due_of(&school(), &kept, "2021-06-30"), []);
    assert_eq!(due_of(&school(), &kept, "2021-07-01"), [kept[0]], "what lasts as long as the employment stays");
}

#[test]
fn who_a_member_of_staff_was_is_due_when_they_have_left_and_goes_last() {
    let who = records(THEIRS, RetentionClass::Staff, 0);
    let set = records(THEIRS, RetentionClass::WorkingTime, 0);
    assert_eq!(due_of(&school().and([left("2020-06-11")]), &[who, set], "2099-01-01"), [], "a role is left");
    let past = gone();
    let ended = local_date(past.story.log.last().unwrap().recorded);
    let over = ended.checked_add_months(chrono::Months::new(12)).unwrap().succ_opt().unwrap();
    // The pupil leaves later than the story's clock says that the role was withdrawn: until then somebody has a mentor.
    assert_eq!(due(&past.story.known, &[who, set], over), []);
    assert_eq!(due_of(&past, &[who, set], "2020-06-12"), [who, set]);
    let logged = records(THEIRS, RetentionClass::WorkingTime, 2019);
    assert_eq!(due_of(&past, &[who, set, logged], "2021-06-30"), [set], "its hours are kept longer");
    assert_eq!(due_of(&past, &[who, set, logged], "2021-07-01"), [who, set, logged]);
}

#[test]
fn any_hold_at_a_school_keeps_who_worked_there() {
    let kept = [records(THEIRS, RetentionClass::Staff, 0), records(THEIRS, RetentionClass::WorkingTime, 2019)];
    assert_eq!(due_of(&gone(), &kept, "2025-01-01"), kept);
    let past = gone().and([held()]);
    assert_eq!(due_of(&past, &kept, "2025-01-01"), []);
    let due = kept.map(|records| Due { school: SCHOOL, records, plan_item: reference("5"), since: date("2021-07-01") });
    let begin = |due: &[Due], again| Command::BeginErasure {
        decision: reference("BUN 7"),
        due: due.to_vec(),
        told: Vec::new(),
        again,
    };
    gone().and([held()]).when(Actor::Setup, begin(&due, false), noon("2025-01-01")).then_refused(Code::NotAllowed);
    past.when(Actor::Setup, begin(&due, true), noon("2025-01-01")).then_it_happens();
    gone().when(Actor::Setup, begin(&due, false), noon("2025-01-01")).then_it_happens();
}

#[test]
fn who_worked_at_two_schools_is_kept_as_long_as_the_one_that_keeps_them_longest_says() {
    let there = Grant { role: Role::Teacher, school: Some(OTHER_SCHOOL), committee: None };
    let logged = records(THEIRS, RetentionClass::WorkingTime, 2019);
    let both = || school().and([granted(MENTOR, there.role, there.school)]);
    assert_eq!(due_of(&both(), &[logged], "2099-01-01"), [], "the other school says nothing");
    let longer = both().and([kept_at(OTHER_SCHOOL, RetentionClass::WorkingTime, 24)]);
    assert_eq!(due_of(&longer, &[logged], "2022-06-30"), []);
    assert_eq!(due_of(&longer, &[logged], "2022-07-01"), [logged]);
}

#[test]
fn whose_records_they_are_reads_as_it_is_written() {
    for subject in [Subject::Pupil(PUPIL), ITS, THEIRS, NOBODY] {
        assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    for class in RetentionClass::ALL {
        let subject = Subject::of(class, PUPIL.bits());
        assert_eq!(subject.bits(), PUPIL.bits(), "{}", class.name());
        assert_eq!(RetentionClass::from_name(class.name()), Some(class));
    }
    assert_ne!(Subject::of(RetentionClass::Message, PUPIL.bits()), Subject::Pupil(PupilId::from_bits(PUPIL.bits())));
}

/// A pupil's own attendance is what figures are added up from: whatever else is erased, of whomever, changes none.
#[test]
fn what_is_erased_of_anybody_but_a_pupils_days_changes_no_figure() {
    let past = || school().and([attended(vec![day(date("2019-09-02"), 60, 0), day(date("2020-03-02"), 0, 30)])]);
    let figures = |past: &Given| {
        ["ht19", "vt20"].map(|term| {
            let figures = past.story.known.absence.of_school(SCHOOL, term.parse().unwrap(), None, None);
            format!("{figures:?}")
        })
    };
    let before = figures(&past());
    for class in RetentionClass::ALL {
        for period in [0, 2018, 2019, 2020] {
            // The very bits of the pupil: a guardian's or a member of staff's, or another class, is none of the pupil's days.
            let subject = Subject::of(class, PUPIL.bits());
            let (plan_item, decision) = (reference("4.1"), reference("BUN 7"));
            let begun = SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision };
            let after = figures(&past().and([of_school(SchoolEvent::Settled(begun))]));
            let days = class == RetentionClass::Attendance && period == 2019;
            assert_eq!(after != before, days, "{} {period}", class.name());
        }
    }
    for subject in [Subject::Guardian(GUARDIAN), Subject::Staff(MENTOR)].map(Subject::bits) {
        let subject = [Subject::of(RetentionClass::Message, subject), Subject::of(RetentionClass::Staff, subject)];
        for subject in subject {
            let class = RetentionClass::Attendance;
            let (plan_item, decision) = (reference("4.1"), reference("BUN 7"));
            let begun = SchoolMatter::ErasureBegun { subject, class, period: 2019, plan_item, decision };
            assert_eq!(figures(&past().and([of_school(SchoolEvent::Settled(begun))])), before);
        }
    }
}
