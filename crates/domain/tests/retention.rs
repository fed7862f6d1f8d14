//! What may no longer be kept, and what erasing leaves of the figures.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::Projections;
use domain::actor::Actor;
use domain::command::Command;
use domain::event::{SchoolEvent, SchoolMatter};
use domain::id::PupilId;
use domain::projection::AsOf;
use domain::refusal::Code;
use domain::retention::{Due, Records, due};
use domain::spec::cast::*;
use domain::spec::everyday::of_school;
use domain::spec::{Given, date, given, noon};
use domain::words::{FigurePart, Reference, RetentionClass};

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
    Records { pupil: PUPIL, class, period }
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
    due(&past.story.known.world, kept, date(today)).into_iter().map(|due| due.records).collect()
}

#[test]
fn records_of_a_school_year_are_due_when_the_plans_months_after_its_end_are_over() {
    let note = records(RetentionClass::Note, 2019);
    assert_eq!(due_of(&past(), &[note], "2021-06-30"), []);
    assert_eq!(due_of(&past(), &[note], "2021-07-01"), [note]);
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
fn what_the_plan_does_not_name_is_never_due() {
    let past = given(a_pupil_with_a_mentor()).and([left("2020-06-11")]);
    assert_eq!(due_of(&past, &[records(RetentionClass::Note, 2019)], "2099-01-01"), []);
}

#[test]
fn a_legal_hold_keeps_everything_of_the_pupil_until_it_is_lifted() {
    let note = records(RetentionClass::Note, 2019);
    let held = past().and([settled(SchoolMatter::LegalHoldPlaced { pupil: PUPIL, reference: reference("KS 1") })]);
    assert_eq!(due_of(&held, &[note], "2022-01-01"), []);
    let begin = Command::BeginErasure {
        decision: reference("BUN 7"),
        due: vec![Due { school: SCHOOL, records: note, plan_item: reference("3.2"), since: date("2021-07-01") }],
        remainder: Vec::new(),
    };
    held.when(Actor::Setup, begin, noon("2022-01-01")).then_refused(Code::NotAllowed);
    let lifted = past().and([
        settled(SchoolMatter::LegalHoldPlaced { pupil: PUPIL, reference: reference("KS 1") }),
        settled(SchoolMatter::LegalHoldLifted { pupil: PUPIL }),
    ]);
    assert_eq!(due_of(&lifted, &[note], "2022-01-01"), [note]);
}

#[test]
fn a_hold_needs_a_pupil_of_the_school_and_is_placed_and_lifted_once() {
    let settle = |past: Given, matter| {
        past.when(as_staff(PRINCIPAL), Command::SettleSchool { school: SCHOOL, matter }, noon("2020-06-01"))
    };
    let place = |pupil| SchoolMatter::LegalHoldPlaced { pupil, reference: reference("KS 1") };
    let here = || given(a_pupil_with_a_mentor());
    settle(here(), place(PupilId::from_bits([9; 16]))).then_refused(Code::NotFound);
    settle(here().and([settled(place(PUPIL))]), place(PUPIL)).then_refused(Code::AlreadySo);
    settle(here(), SchoolMatter::LegalHoldLifted { pupil: PUPIL }).then_refused(Code::NotSo);
    settle(here(), place(PUPIL)).then([settled(place(PUPIL))]);
}

/// Every figure of the published term.
fn published(known: &Projections) -> Vec<domain::projection::absence::Sums> {
    let at = AsOf::now(date("2022-07-01"));
    let absence = known.absence.as_of(&[], at);
    let grades = [None, Some(placed("7A").grade), Some(placed("8A").grade)];
    let parts = [FigurePart::All, FigurePart::WithMentor, FigurePart::WithoutMentor];
    let figures = |grade| absence.of_school(SCHOOL, "ht19".parse().unwrap(), grade, None);
    grades.into_iter().flat_map(|grade| parts.map(|part| figures(grade).part(part))).collect()
}

#[test]
fn published_figures_stay_and_the_others_go_with_the_days() {
    let before = past();
    let term = "ht19".parse().unwrap();
    let erased = [(PUPIL, RetentionClass::Attendance, 2019)];
    let remainder = before.story.known.absence.remainder_of(&erased, &[(SCHOOL, term)]);
    assert_eq!(remainder.len(), 4, "the school and the grade, all and with a mentor");
    let begun = SchoolMatter::ErasureBegun {
        pupil: PUPIL,
        class: RetentionClass::Attendance,
        period: 2019,
        plan_item: reference("3.2"),
        decision: reference("BUN 7"),
    };
    let after = past().and([settled(begun)]).and(remainder.into_iter().map(|(_, kept)| settled(kept)));

    let (before, after) = (&before.story.known, &after.story.known);
    assert_eq!(published(after), published(before));
    let spring = |known: &Projections| known.absence.of_school(SCHOOL, "vt20".parse().unwrap(), None, None).all.days;
    assert_eq!((spring(before), spring(after)), (1, 0), "it was not published");
    assert_eq!(after.absence.days(PUPIL).count(), 0);
}

#[test]
fn nobody_but_the_program_itself_erases() {
    for matter in [
        SchoolMatter::ErasureCarriedOut { pupil: PUPIL, class: RetentionClass::Note, period: 2019 },
        SchoolMatter::ErasureBegun {
            pupil: PUPIL,
            class: RetentionClass::Note,
            period: 2019,
            plan_item: reference("3.2"),
            decision: reference("BUN 7"),
        },
    ] {
        let settle = Command::SettleSchool { school: SCHOOL, matter };
        past().when(as_staff(PRINCIPAL), settle, noon("2020-06-01")).then_refused(Code::InvalidInput);
    }
}
