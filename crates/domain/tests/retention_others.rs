//! What may no longer be kept of those who are no pupils: guardians, what they were sent, members of staff, and their time.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::may_do;
use domain::actor::{Actor, Grant, Role};
use domain::calendar::local_date;
use domain::command::Command;
use domain::event::pupil::{GuardianLinked, Guardianship, PupilEnrolled};
use domain::event::staff::RoleWithdrawn;
use domain::event::{DigestMatter, PupilEvent, SchoolEvent, SchoolMatter, StaffEvent, Work};
use domain::id::{EnrolmentId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::Erasable;
use domain::recorded::StreamRef;
use domain::refusal::{Code, Refusal};
use domain::retention::{Due, NOBODY, Records, Subject, due};
use domain::spec::cast::*;
use domain::spec::digests::of_guardian;
use domain::spec::everyday::{of_mentor, of_school};
use domain::spec::works::worked;
use domain::spec::{Given, Happened, date, given, noon};
use domain::words::{ChosenBy, ContentClass, Language, MessageClass, ProtectionLevel, Reference, RetentionClass};

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
    of_school(SchoolEvent::Settled(SchoolMatter::LegalHoldPlaced {
        subject: Subject::Pupil(PUPIL),
        reference: reference("KS 1"),
    }))
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
    let as_the_plan_says = Due {
        school: SCHOOL,
        records: sent,
        plan_item: reference("4.1 Utskick"),
        since: date("2021-07-01"),
        last: false,
    };
    assert_eq!(found, [as_the_plan_says], "though the pupil still goes to the school");
}

/// The guardian was sent the digest of a Monday.
fn digest_sent(on: &str) -> Vec<Happened> {
    digest_of(PUPIL, on)
}

/// The same, about one of the guardian's pupils.
fn digest_of(pupil: PupilId, on: &str) -> Vec<Happened> {
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
        pupils: vec![pupil],
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
    let again = back().and([of_guardian(confirmed)]);
    assert_eq!(due_of(&again, &sent, "2030-01-01"), [], "what the one before told is not told again");
    for past in [told(), back()] {
        assert_eq!(due_of(&past.and([left("2020-06-11")]), &sent, "2030-01-01"), sent, "nothing is sent any more");
    }
}

#[test]
fn what_digests_told_of_one_sibling_is_kept_though_they_have_told_of_the_other_since() {
    let sent = [2018, 2019, 2020].map(|period| records(ITS, RetentionClass::Message, period));
    let enrolment = EnrolmentId::from_bits([44; 16]);
    let linked = PupilEvent::GuardianLinked(GuardianLinked {
        enrolment,
        guardian: GUARDIAN,
        guardianship: Guardianship::Custodian,
        household: None,
    });
    let enrolled = PupilEvent::Enrolled(PupilEnrolled {
        enrolment,
        school: SCHOOL,
        name: Erasable::Present(personal("Robin Exempel")),
        placement: placed("7A"),
        from: date("2018-08-20"),
    });
    let sibling = StreamRef::Pupil(OTHER_PUPIL);
    let two = school().and([(sibling, enrolled.into()), (sibling, linked.into())]);
    let both = two.and(digest_of(OTHER_PUPIL, "2018-09-03")).and(digest_sent("2019-09-23"));
    assert_eq!(due_of(&both, &sent, "2030-01-01"), [], "of the one it was the digest of 2018");
    let later = both.and(digest_of(OTHER_PUPIL, "2020-09-21"));
    assert_eq!(due_of(&later, &sent, "2030-01-01"), [sent[0]], "now that of 2019, of the other");
    let has_left = later.and([left("2020-06-11")]);
    assert_eq!(due_of(&has_left, &sent, "2030-01-01"), sent[..2], "of who has left nothing more is told");
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
    let due = kept.map(|records| Due {
        school: SCHOOL,
        records,
        plan_item: reference("5"),
        since: date("2021-07-01"),
        last: false,
    });
    let begin = |due: &[Due], again| Command::BeginErasure {
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
        due: due.to_vec(),
        kept: Vec::new(),
        told: Vec::new(),
        again,
    };
    gone().and([held()]).when(Actor::Setup, begin(&due, false), noon("2025-01-01")).then_refused(Code::NotAllowed);
    past.when(Actor::Setup, begin(&due, true), noon("2025-01-01")).then_it_happens();
    gone().when(Actor::Setup, begin(&due, false), noon("2025-01-01")).then_it_happens();
}

fn held_of(subject: Subject) -> Happened {
    of_school(SchoolEvent::Settled(SchoolMatter::LegalHoldPlaced { subject, reference: reference("KS 2") }))
}

fn lifted_of(subject: Subject) -> Happened {
    of_school(SchoolEvent::Settled(SchoolMatter::LegalHoldLifted { subject }))
}

#[test]
fn a_hold_of_a_guardian_keeps_theirs_and_whose_guardian_it_was_until_it_is_lifted() {
    let who = records(Subject::Pupil(PUPIL), RetentionClass::Identity, 0);
    let note = records(Subject::Pupil(PUPIL), RetentionClass::Note, 2019);
    let kept = [who, note, records(ITS, RetentionClass::Guardian, 0), records(ITS, RetentionClass::Message, 2019)];
    let past = || school().and([left("2020-06-11")]);
    let all = due_of(&past(), &kept, "2025-01-01");
    assert_eq!(all.len(), 4);
    assert_eq!(
        due_of(&past().and([held_of(ITS)]), &kept, "2025-01-01"),
        [note],
        "what was noted of the pupil is not theirs"
    );
    let unlinked = past().and([worked(Work::GuardianUnlinked { guardian: GUARDIAN }), held_of(ITS)]);
    assert_eq!(due_of(&unlinked, &kept, "2025-01-01"), [note], "nor once they are no guardian any more");
    assert_eq!(due_of(&past().and([held_of(ITS), lifted_of(ITS)]), &kept, "2025-01-01"), all);

    let begin = |records| {
        let due = Due { school: SCHOOL, records, plan_item: reference("5"), since: date("2021-07-01"), last: false };
        Command::BeginErasure {
            decision: reference("BUN 7"),
            approved_by: Some(PRINCIPAL),
            due: vec![due],
            kept: Vec::new(),
            told: Vec::new(),
            again: false,
        }
    };
    let held = || past().and([held_of(ITS)]);
    for records in [kept[0], kept[2], kept[3]] {
        held().when(Actor::Setup, begin(records), noon("2025-01-01")).then_refused(Code::NotAllowed);
    }
    held().when(Actor::Setup, begin(note), noon("2025-01-01")).then_it_happens();
    held().and([lifted_of(ITS)]).when(Actor::Setup, begin(kept[2]), noon("2025-01-01")).then_it_happens();
}

#[test]
fn a_hold_of_a_member_of_staff_keeps_theirs_alone_until_it_is_lifted() {
    let kept = [records(THEIRS, RetentionClass::Staff, 0), records(THEIRS, RetentionClass::WorkingTime, 2019)];
    let held = || gone().and([held_of(THEIRS)]);
    assert_eq!(due_of(&held(), &kept, "2025-01-01"), []);
    assert_eq!(due_of(&held().and([lifted_of(THEIRS)]), &kept, "2025-01-01"), kept);
    let others = [
        records(Subject::Pupil(PUPIL), RetentionClass::Note, 2019),
        records(ITS, RetentionClass::Message, 2019),
        records(Subject::Staff(OTHER_MENTOR), RetentionClass::WorkingTime, 2019),
    ];
    assert_eq!(due_of(&held(), &others, "2025-01-01").len(), 3);
    let colleague = gone().and([held_of(Subject::Staff(OTHER_MENTOR))]);
    assert_eq!(due_of(&colleague, &kept, "2025-01-01"), kept, "a colleague's hold is not theirs");
    assert_eq!(due_of(&gone().and([held_of(ITS)]), &kept, "2025-01-01"), [], "whom they talked with is held");
    let traces = [records(NOBODY, RetentionClass::Trace, 2018)];
    assert_eq!(due_of(&held(), &traces, "2025-01-01"), [], "who read what of whom stays while anybody is held");
}

/// A hold is placed where somebody is known: by a principal there.
#[test]
fn a_hold_of_a_guardian_or_a_member_of_staff_needs_the_school_and_is_placed_and_lifted_once() {
    let place = |subject| SchoolMatter::LegalHoldPlaced { subject, reference: reference("KS 2") };
    let settle = |past: Given, by, school, matter| {
        past.when(as_staff(by), Command::SettleSchool { school, matter }, noon("2020-06-01"))
    };
    let there = school;
    for subject in [ITS, THEIRS] {
        settle(there(), PRINCIPAL, SCHOOL, place(subject)).then([held_of(subject)]);
        settle(there().and([held_of(subject)]), PRINCIPAL, SCHOOL, place(subject)).then_refused(Code::AlreadySo);
        let lift = || SchoolMatter::LegalHoldLifted { subject };
        settle(there(), PRINCIPAL, SCHOOL, lift()).then_refused(Code::NotSo);
        settle(there().and([held_of(subject)]), PRINCIPAL, SCHOOL, lift()).then([lifted_of(subject)]);
        // Of another school's nobody is told more than of nobody.
        settle(there(), OTHER_PRINCIPAL, OTHER_SCHOOL, place(subject)).then_refused(Code::NotFound);
        let command = |school| Command::SettleSchool { school, matter: place(subject) };
        let may = |by, school| {
            may_do(&there().story.known.world, as_staff(by), &command(school), date("2020-06-01"))
                .map_err(|why| why.code)
        };
        assert!(may(PRINCIPAL, SCHOOL).is_ok());
        assert_eq!(may(OTHER_PRINCIPAL, OTHER_SCHOOL), Err(Code::NotFound));
        assert_eq!(may(OTHER_PRINCIPAL, SCHOOL), Err(Code::NotFound));
        assert_eq!(may(MENTOR, SCHOOL), Err(Code::NotAllowed));
    }
    let nobody = [Subject::Guardian(GuardianId::from_bits([9; 16])), Subject::Staff(StaffId::from_bits([9; 16]))];
    for subject in nobody {
        settle(there(), PRINCIPAL, SCHOOL, place(subject)).then_refused(Code::NotFound);
    }
    // A pupil of another school's is to be told from nobody neither by what is placed nor by what is lifted.
    for pupil in [PUPIL, PupilId::from_bits([9; 16])] {
        let lift = SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(pupil) };
        settle(there(), OTHER_PRINCIPAL, OTHER_SCHOOL, lift).then_refused(Code::NotFound);
        settle(there(), OTHER_PRINCIPAL, OTHER_SCHOOL, place(Subject::Pupil(pupil))).then_refused(Code::NotFound);
    }
    // Who was there once, too.
    let unlinked = there().and([worked(Work::GuardianUnlinked { guardian: GUARDIAN })]);
    settle(unlinked, PRINCIPAL, SCHOOL, place(ITS)).then_it_happens();
    settle(gone(), PRINCIPAL, SCHOOL, place(THEIRS)).then_it_happens();
}

#[test]
fn a_guardian_whose_identity_is_protected_is_not_there_for_who_does_not_answer_for_the_pupil() {
    let other = StaffId::from_bits([0x77; 16]);
    let past = || school().and([joined(other), granted(other, Role::Principal, Some(SCHOOL))]);
    let matter = SchoolMatter::LegalHoldPlaced { subject: ITS, reference: reference("KS 2") };
    let place = Command::SettleSchool { school: SCHOOL, matter };
    let may = |past: Given, by| may_do(&past.story.known.world, as_staff(by), &place, date("2020-06-01")).map(|_| ());
    assert_eq!(may(past(), other), Ok(()));
    let hidden = || past().and([worked(Work::GuardianProtected { guardian: GUARDIAN })]);
    assert_eq!(may(hidden(), other), Err(Refusal::at(Code::NotFound, "guardian")));
    assert_eq!(may(hidden(), PRINCIPAL), Ok(()));
}

/// Who answered for a pupil is told the same of a hold, whoever is protected where the pupil goes now, or was here.
#[test]
fn a_hold_at_the_school_that_was_left_tells_nothing_of_a_protection_elsewhere() {
    let next = enrolled(OTHER_SCHOOL, EnrolmentId::from_bits([0x52; 16]), "7A", "2020-01-08");
    let left_for = || school().and([left("2019-12-20"), next.clone()]);
    let protections = [
        Work::IdentityProtected { level: ProtectionLevel::MarkedSecret },
        Work::GuardianProtected { guardian: GUARDIAN },
    ];
    for subject in [Subject::Pupil(PUPIL), ITS] {
        let matter = SchoolMatter::LegalHoldPlaced { subject, reference: reference("KS 2") };
        let place = Command::SettleSchool { school: SCHOOL, matter };
        let may = |past: &Given, by| may_do(&past.story.known.world, as_staff(by), &place, date("2020-06-01"));
        assert_eq!(may(&left_for(), PRINCIPAL), Ok(Some(Role::Principal)));
        for protection in &protections {
            let protected = left_for().and([worked(protection.clone())]);
            assert_eq!(may(&protected, PRINCIPAL), Ok(Some(Role::Principal)), "{subject} {protection:?}");
        }
        let other = StaffId::from_bits([0x77; 16]);
        let of_another_class = left_for().and([joined(other), granted(other, Role::Principal, Some(SCHOOL))]);
        let protected = of_another_class.and(protections.iter().cloned().map(worked));
        assert_eq!(
            may(&protected, other),
            Err(Refusal::at(Code::NotFound, subject.kind())),
            "who never answered for them"
        );
    }
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
            let begun = SchoolMatter::ErasureBegun {
                subject,
                class,
                period,
                plan_item,
                decision,
                approved_by: Some(PRINCIPAL),
            };
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
            let begun = SchoolMatter::ErasureBegun {
                subject,
                class,
                period: 2019,
                plan_item,
                decision,
                approved_by: Some(PRINCIPAL),
            };
            assert_eq!(figures(&past().and([of_school(SchoolEvent::Settled(begun))])), before);
        }
    }
}
