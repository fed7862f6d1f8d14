//! What may no longer be kept, and what erasing leaves of the figures.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

use domain::Projections;
use domain::access::guardian_hidden_from;
use domain::actor::Actor;
use domain::calendar::Term;
use domain::command::{Command, Moment};
use domain::decide::decide;
use domain::event::pupil::{AttendanceRegistered, GuardianLinked, Guardianship};
use domain::event::{CaseWork, PupilEvent, SchoolEvent, SchoolMatter, Work};
use domain::id::{EnrolmentId, PupilId, StaffId};
use domain::projection::AsOf;
use domain::projection::absence::Sums;
use domain::recorded::StreamRef;
use domain::refusal::Code;
use domain::retention::{Due, NOBODY, Records, Subject, due};
use domain::spec::cast::*;
use domain::spec::everyday::of_school;
use domain::spec::works::worked;
use domain::spec::{CountedIds, Given, date, given, noon};
use domain::words::{FigurePart, Grade, ProtectionLevel, Reference, RetentionClass};

/// Somebody who joined, and holds no role.
const NOBODYS: StaffId = StaffId::from_bits([0xed; 16]);

fn reference(text: &str) -> Reference {
    Reference::try_new(text).unwrap()
}

fn settled(matter: SchoolMatter) -> domain::spec::Happened {
    of_school(SchoolEvent::Settled(matter))
}

fn kept_for(class: RetentionClass, months: u16) -> domain::spec::Happened {
    let (plan_item, first_day) = (reference("3.2"), date("2019-08-12"));
    settled(SchoolMatter::RetentionAdopted { class, months, plan_item, first_day })
}

fn records(class: RetentionClass, period: u16) -> Records {
    Records { subject: Subject::Pupil(PUPIL), class, period }
}

/// The pupil, who left on the last day of the school year, at a school that keeps notes for a year and the rest for two.
fn past() -> Given {
    let rest = RetentionClass::ALL.into_iter().filter(|class| *class != RetentionClass::Note);
    given(a_pupil_with_a_mentor())
        .and([attended(vec![day(date("2019-09-02"), 60, 0), day(date("2020-03-02"), 0, 30)])])
        .and([settled(SchoolMatter::FiguresPublished { term: "ht19".parse().unwrap() }), left("2020-06-11")])
        .and([kept_for(RetentionClass::Note, 12)])
        .and(rest.map(|class| kept_for(class, 24)))
}

fn due_of(past: &Given, kept: &[Records], today: &str) -> Vec<Records> {
    due(&past.story.known, kept, date(today)).into_iter().map(|due| due.records).collect()
}

#[test]
fn records_of_a_school_year_are_due_when_the_plans_months_after_its_end_are_over() {
    let note = records(RetentionClass::Note, 2019);
    assert_eq!(due_of(&past(), &[note], "2021-06-30"), []);
    assert_eq!(due_of(&past(), &[note], "2021-07-01"), [note]);
}

#[test]
fn what_was_recorded_at_a_school_goes_by_its_plan_also_when_the_pupil_has_another_since() {
    let (plan_item, first_day) = (reference("1.1"), date("2020-08-01"));
    let adopted = SchoolMatter::RetentionAdopted { class: RetentionClass::Note, months: 1, plan_item, first_day };
    let moved = past()
        .and([enrolled(OTHER_SCHOOL, EnrolmentId::from_bits([9; 16]), "8A", "2020-08-18")])
        .and([(StreamRef::School(OTHER_SCHOOL), SchoolEvent::Settled(adopted).into())]);
    let (first, second) = (records(RetentionClass::Note, 2019), records(RetentionClass::Note, 2020));
    assert_eq!(
        due_of(&moved, &[first, second], "2021-06-30"),
        [],
        "the new school's month is not the first school's year"
    );
    assert_eq!(due_of(&moved, &[first, second], "2021-07-01"), [first]);
    assert_eq!(
        due_of(&moved, &[second], "2022-06-30"),
        [],
        "the school that was left may have written in the autumn too"
    );
    assert_eq!(due_of(&moved, &[second], "2022-07-01"), [second]);
    assert_eq!(
        due_of(&moved, &[records(RetentionClass::Note, 2022)], "2023-08-01"),
        [records(RetentionClass::Note, 2022)]
    );
}

#[test]
fn what_explains_the_rest_goes_last_and_together() {
    let kept = [
        records(RetentionClass::Identity, 0),
        records(RetentionClass::Enrolment, 0),
        records(RetentionClass::Caseload, 2019),
        records(RetentionClass::Attendance, 2019),
    ];
    assert_eq!(due_of(&past(), &kept, "2022-06-29"), [], "the pupil left in June, and attendance is kept longer");
    assert_eq!(due_of(&past(), &kept, "2022-07-01"), kept, "nothing else is left");
}

#[test]
fn traces_are_kept_as_long_as_the_school_that_keeps_them_longest_says_and_while_anybody_is_held() {
    let traces = Records { subject: NOBODY, class: RetentionClass::Trace, period: 2019 };
    let of_other = |months| {
        let (class, plan_item, first_day) = (RetentionClass::Trace, reference("9.1"), date("2019-08-12"));
        let adopted = SchoolMatter::RetentionAdopted { class, months, plan_item, first_day };
        (StreamRef::School(OTHER_SCHOOL), SchoolEvent::Settled(adopted).into())
    };
    assert_eq!(due_of(&past(), &[traces], "2099-01-01"), [], "the other school says nothing");
    let both = || past().and([of_other(60)]);
    assert_eq!(due_of(&both(), &[traces], "2025-06-30"), []);
    assert_eq!(due_of(&both(), &[traces], "2025-07-01"), [traces]);
    let held = both()
        .and([settled(SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference: reference("KS 1") })]);
    assert_eq!(due_of(&held, &[traces], "2099-01-01"), []);
}

#[test]
fn what_the_plan_does_not_name_is_never_due() {
    let past = given(a_pupil_with_a_mentor()).and([left("2020-06-11")]);
    assert_eq!(due_of(&past, &[records(RetentionClass::Note, 2019)], "2099-01-01"), []);
}

#[test]
fn a_legal_hold_keeps_everything_of_the_pupil_until_it_is_lifted() {
    let note = records(RetentionClass::Note, 2019);
    let held = past()
        .and([settled(SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference: reference("KS 1") })]);
    assert_eq!(due_of(&held, &[note], "2022-01-01"), []);
    let begin = Command::BeginErasure {
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
        due: vec![Due {
            school: SCHOOL,
            records: note,
            plan_item: reference("3.2"),
            since: date("2021-07-01"),
            last: false,
        }],
        kept: Vec::new(),
        told: Vec::new(),
        again: false,
    };
    held.when(Actor::Setup, begin, noon("2022-01-01")).then_refused(Code::NotAllowed);
    let lifted = past().and([
        settled(SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference: reference("KS 1") }),
        settled(SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(PUPIL) }),
    ]);
    assert_eq!(due_of(&lifted, &[note], "2022-01-01"), [note]);
}

#[test]
fn a_hold_needs_a_pupil_of_the_school_and_is_placed_and_lifted_once() {
    let settle = |past: Given, matter| {
        past.when(as_staff(PRINCIPAL), Command::SettleSchool { school: SCHOOL, matter }, noon("2020-06-01"))
    };
    let place = |pupil| SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(pupil), reference: reference("KS 1") };
    let here = || given(a_pupil_with_a_mentor());
    settle(here(), place(PupilId::from_bits([9; 16]))).then_refused(Code::NotFound);
    settle(here().and([settled(place(PUPIL))]), place(PUPIL)).then_refused(Code::AlreadySo);
    settle(here(), SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(PUPIL) }).then_refused(Code::NotSo);
    settle(here(), place(PUPIL)).then([settled(place(PUPIL))]);
}

/// A school with so many pupils in each class, each absent half an hour in autumn and in spring, and some with the mentor; the
/// autumn was published in spring.
fn published() -> Given {
    let mut past = two_schools();
    for (class, count) in [("7A", 12_u8), ("8A", 7), ("9A", 6)] {
        for number in 0..count {
            let (stream, enrolment) =
                (StreamRef::Pupil(one(class, number)), EnrolmentId::from_bits(one(class, number).bits()));
            past.push((stream, enrolled(SCHOOL, enrolment, class, "2019-08-20").1));
            let registered = |days| PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment, days });
            past.push((stream, registered(vec![day(date("2019-09-02"), 30, 0)]).into()));
            past.push((stream, registered(vec![day(date("2020-03-02"), 0, 30)]).into()));
        }
    }
    given(past)
}

fn one(class: &str, number: u8) -> PupilId {
    PupilId::from_bits([class.as_bytes()[0], number, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
}

fn autumn() -> Term {
    "ht19".parse().unwrap()
}

fn told(known: &Projections) -> Vec<SchoolMatter> {
    known.told(SCHOOL, autumn(), AsOf::now(date("2020-02-01")))
}

#[test]
fn a_publication_keeps_what_it_tells_of_five_or_more() {
    let told = told(&published().story.known);
    let figures: Vec<_> = told
        .iter()
        .map(|matter| match matter {
            SchoolMatter::FigureTold { grade, part, sums, .. } => (grade.map(Grade::number), *part, sums.pupils),
            _ => panic!("no two terms were published, and nobody has a mentor: {matter:?}"),
        })
        .collect();
    let of = |grade, pupils| {
        [
            (grade, FigurePart::All, pupils),
            (grade, FigurePart::WithMentor, 0),
            (grade, FigurePart::WithoutMentor, pupils),
        ]
    };
    let all: Vec<_> = [of(None, 25), of(Some(7), 12), of(Some(8), 7), of(Some(9), 6)].concat();
    assert_eq!(figures, all);
}

/// Who works at the school adds up those whom they see: what a publication had more would be the one's who is hidden from them.
#[test]
fn whose_identity_is_protected_when_figures_are_published_is_in_none_of_them() {
    let protect = || {
        let enrolment = EnrolmentId::from_bits(one("7A", 0).bits());
        let work = Work::IdentityProtected { level: ProtectionLevel::MarkedSecret };
        let work = CaseWork { enrolment, work, minutes: None, note: None };
        (StreamRef::Pupil(one("7A", 0)), PupilEvent::Worked(work).into())
    };
    let grades = |known: &Projections, at| {
        let told = known.told(SCHOOL, autumn(), at);
        let all = told.into_iter().filter_map(|matter| match matter {
            SchoolMatter::FigureTold { grade, part: FigurePart::All, sums, .. } => {
                Some((grade.map(Grade::number), sums.pupils, sums.notified))
            }
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    let past = published().and([protect()]);
    let (known, now) = (&past.story.known, AsOf::now(date("2020-02-01")));
    assert_eq!(grades(known, now), [(None, 24, 720), (Some(7), 11, 330), (Some(8), 7, 210), (Some(9), 6, 180)]);
    // What was published before stands as it was: another figure for it would tell of the one all the more.
    let before = AsOf { known: known.position - 1, ..now };
    assert_eq!(grades(known, before)[..2], [(None, 25, 750), (Some(7), 12, 360)]);
}

#[test]
fn what_was_told_stays_and_the_others_go_with_the_days_and_nothing_ties_it_to_a_pupil() {
    let before = published();
    let kept = told(&before.story.known);
    let begun = |number| SchoolMatter::ErasureBegun {
        subject: Subject::Pupil(one("7A", number)),
        class: RetentionClass::Attendance,
        period: 2019,
        plan_item: reference("3.2"),
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
    };
    let after = before.and(kept.into_iter().map(settled)).and((0..5).map(|number| settled(begun(number))));
    let known = &after.story.known;
    let school = known.world.school(SCHOOL).unwrap();
    let of = |grade: Option<u8>| {
        let grade = grade.map(|grade| Grade::try_new(grade).unwrap());
        school.told(autumn(), grade, FigurePart::All).map(|sums| (sums.pupils, sums.notified))
    };
    assert_eq!((of(None), of(Some(7))), (Some((25, 750)), Some((12, 360))));
    let live = |term: &str| known.absence.of_school(SCHOOL, term.parse().unwrap(), None, None).all.days;
    assert_eq!((live("ht19"), live("vt20")), (20, 20));
    assert_eq!(known.absence.days(one("7A", 0)).count(), 0);
}

/// Of these records the time is over at the school, and something else of the pupil stays.
fn due_here(records: Records) -> Due {
    Due { school: SCHOOL, records, plan_item: reference("3.2"), since: date("2021-07-01"), last: false }
}

/// An erasure is begun for somebody: what is told with it can only be what a publication tells.
#[test]
fn with_an_erasure_goes_nothing_but_what_a_publication_tells() {
    let records = Records { subject: Subject::Pupil(one("7A", 0)), class: RetentionClass::Attendance, period: 2019 };
    let due = due_here(records);
    let sums = Sums { pupils: 1, days: 1, ..Sums::default() };
    let share = SchoolMatter::RemainderKept { term: autumn(), grade: None, part: FigurePart::All, sums };
    let begin = |told| Command::BeginErasure {
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
        due: vec![due.clone()],
        kept: Vec::new(),
        told,
        again: false,
    };
    published().when(Actor::Setup, begin(vec![(SCHOOL, share)]), noon("2022-01-01")).then_refused(Code::InvalidInput);
    published().when(Actor::Setup, begin(Vec::new()), noon("2022-01-01")).then_it_happens();
}

#[test]
fn nothing_is_erased_that_nobody_who_is_somebody_here_approved_and_the_record_names_them() {
    let note = records(RetentionClass::Note, 2019);
    let begin = |approved_by, again| {
        let due = vec![due_here(note)];
        let command = Command::BeginErasure {
            decision: reference("BUN 7"),
            approved_by,
            due,
            kept: Vec::new(),
            told: Vec::new(),
            again,
        };
        past().and([joined(NOBODYS)]).when(Actor::Setup, command, noon("2022-01-01"))
    };
    let recorded = |approved_by| {
        let Records { subject, class, period } = note;
        let (plan_item, decision) = (reference("3.2"), reference("BUN 7"));
        [settled(SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision, approved_by })]
    };
    begin(Some(PRINCIPAL), false).then(recorded(Some(PRINCIPAL)));
    for nobody in [None, Some(StaffId::from_bits([0xee; 16])), Some(NOBODYS)] {
        begin(nobody, false).then_refused(Code::NotFound);
        // The list of what was erased may not say, and the backup not know, who that was.
        begin(nobody, true).then(recorded(nobody));
    }
}

#[test]
fn what_was_erased_before_a_restore_is_erased_again_though_the_backup_knows_of_a_hold() {
    let note = records(RetentionClass::Note, 2019);
    let held = past()
        .and([settled(SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference: reference("KS 1") })]);
    let due = vec![due_here(note)];
    let begin = Command::BeginErasure {
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
        due,
        kept: Vec::new(),
        told: Vec::new(),
        again: true,
    };
    held.when(Actor::Setup, begin, noon("2022-01-01")).then_it_happens();
}

/// The pupil still goes to the school, and this was recorded for their safety in the school year 2018/19.
fn kept_safe(works: &[Work]) -> Given {
    given(a_pupil_with_a_mentor())
        .and(works.iter().cloned().map(worked))
        .and(RetentionClass::ALL.map(|class| kept_for(class, 24)))
}

#[test]
fn what_keeps_a_pupil_safe_is_not_due_while_it_is_in_force() {
    let safety = [records(RetentionClass::Safety, 2018), records(RetentionClass::Safety, 2019)];
    let (protected, ended) = (
        Work::IdentityProtected { level: ProtectionLevel::MarkedSecret },
        Work::IdentityProtectionEnded { on: date("2019-09-30") },
    );
    let (banned, lifted) = (Work::ContactBanned { guardian: GUARDIAN }, Work::ContactBanLifted { guardian: GUARDIAN });
    let (withheld, resumed) =
        (Work::TellingWithheld { guardian: GUARDIAN }, Work::TellingResumed { guardian: GUARDIAN });
    let (hides, shows) =
        (Work::GuardianProtected { guardian: GUARDIAN }, Work::GuardianProtectionEnded { guardian: GUARDIAN });
    for (begun, ended) in [(protected, ended), (banned, lifted), (withheld, resumed), (hides, shows)] {
        let in_force = kept_safe(std::slice::from_ref(&begun));
        assert_eq!(due_of(&in_force, &safety, "2030-01-01"), [safety[1]], "{begun:?}");
        assert_eq!(due_of(&kept_safe(&[begun, ended]), &safety, "2030-01-01"), safety, "it is over");
    }
    assert_eq!(due_of(&kept_safe(&[]), &safety, "2030-01-01"), safety);
}

#[test]
fn what_keeps_a_pupil_safe_goes_last_of_a_pupil_who_has_left() {
    let left = kept_safe(&[Work::ContactBanned { guardian: GUARDIAN }]).and([left("2020-06-11")]);
    let kept = [
        records(RetentionClass::Identity, 0),
        records(RetentionClass::Safety, 2018),
        records(RetentionClass::Note, 2020),
    ];
    assert_eq!(due_of(&left, &kept, "2022-07-01"), [], "the notes of the year after are kept longer");
    assert_eq!(due_of(&left, &kept, "2023-07-01").len(), 3);
}

/// A sibling, who goes to the school still.
const SIBLING: PupilId = PupilId::from_bits([0x5B; 16]);

#[test]
fn a_guardian_who_is_protected_stays_so_for_the_siblings_of_whoever_is_erased() {
    let enrolment = EnrolmentId::from_bits([0x5C; 16]);
    let stream = StreamRef::Pupil(SIBLING);
    let link = GuardianLinked { enrolment, guardian: GUARDIAN, guardianship: Guardianship::Custodian, household: None };
    let past = kept_safe(&[Work::GuardianProtected { guardian: GUARDIAN }])
        .and([(stream, enrolled(SCHOOL, enrolment, "7A", "2019-08-20").1)])
        .and([(stream, PupilEvent::GuardianLinked(link).into()), left("2020-06-11")]);
    let safety = records(RetentionClass::Safety, 2018);
    let due = vec![Due {
        school: SCHOOL,
        records: safety,
        plan_item: reference("3.2"),
        since: date("2022-07-01"),
        last: false,
    }];
    let begin = Command::BeginErasure {
        decision: reference("BUN 7"),
        approved_by: Some(PRINCIPAL),
        due,
        kept: Vec::new(),
        told: Vec::new(),
        again: false,
    };
    let now = noon("2022-08-01");
    let mut ids = CountedIds::default();
    let decision = decide(&past.story.known.world, Actor::Setup, &begin, Moment(now), &mut ids).unwrap();
    let said: Vec<_> = decision.events.iter().filter(|decided| decided.stream == stream).collect();
    let work = Work::GuardianProtected { guardian: GUARDIAN };
    let expected = PupilEvent::Worked(CaseWork { enrolment, work, minutes: None, note: None });
    assert_eq!(said.iter().map(|decided| &decided.event).collect::<Vec<_>>(), [&expected.clone().into()]);

    // With what stood in the one case gone, it is in force by what stands in the other: and is not said twice.
    let mut after = past.and([(stream, expected.into())]);
    after = after.and([worked(Work::GuardianProtectionEnded { guardian: GUARDIAN })]);
    let world = &after.story.known.world;
    assert!(world.guardian_protected(GUARDIAN));
    assert!(guardian_hidden_from(world, MENTOR, (GUARDIAN, SIBLING), date("2020-06-01")));
    let again = decide(world, Actor::Setup, &begin, Moment(now), &mut CountedIds::default()).unwrap();
    assert_eq!(again.events.len(), 1, "{:?}", again.events);
}

#[test]
fn nobody_but_the_program_itself_erases() {
    for matter in [
        SchoolMatter::ErasureCarriedOut { subject: Subject::Pupil(PUPIL), class: RetentionClass::Note, period: 2019 },
        SchoolMatter::ErasureBegun {
            subject: Subject::Pupil(PUPIL),
            class: RetentionClass::Note,
            period: 2019,
            plan_item: reference("3.2"),
            decision: reference("BUN 7"),
            approved_by: Some(PRINCIPAL),
        },
    ] {
        let settle = Command::SettleSchool { school: SCHOOL, matter };
        past().when(as_staff(PRINCIPAL), settle, noon("2020-06-01")).then_refused(Code::InvalidInput);
    }
}
