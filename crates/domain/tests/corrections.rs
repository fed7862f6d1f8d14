//! What is corrected counts from then on as corrected, and counted before as it was known.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of the tests are the specification")]

use domain::calendar::Term;
use domain::command::{EntryToCorrect, MeantEntry, Moment, WorkToLog};
use domain::event::pupil::{ContactTopic, LeavingReason};
use domain::event::{EventKind, Work};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::projection::workload::Span;
use domain::spec::cast::*;
use domain::spec::{CountedIds, Story, date, given, noon};
use domain::state::Spell;
use domain::words::{Minutes, Note, ReferralConcern};
use domain::{Actor, Body, Command, Event, decide};

fn term() -> Term {
    "ht19".parse().unwrap()
}

#[test]
fn a_correction_replaces_the_day_and_what_it_was_is_still_known() {
    let on = date("2019-09-02");
    let story = given(a_pupil()).and([attended(vec![day(on, 300, 0)]), corrected(day(on, 0, 30))]).story;
    let sums = story.known.absence.of_school(SCHOOL, term(), None, None).all;
    assert_eq!((sums.pupils, sums.days, sums.offered, sums.notified, sums.unnotified), (1, 1, 300, 0, 30));
    assert_eq!(sums.total_percent().unwrap().to_string(), "10.00");
    let cell = story.known.absence.day((PUPIL, &story.known.world.case(PUPIL).unwrap().facts), SCHOOL, on).unwrap();
    let position = story.known.position;
    assert_eq!(cell.minutes_as_of(position).unwrap().unnotified, Minutes(30));
    assert_eq!(cell.minutes_as_of(position - 1).unwrap().notified, Minutes(300));
    assert_eq!(cell.minutes_as_of(position - 2), None);
}

const WHO: Actor = Actor::Staff(MENTOR);

fn work(work: Work) -> Command {
    let minutes = Some(Minutes(5));
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes, note: None })
}

fn does(story: &mut Story, command: &Command) {
    let moment = Moment(noon("2020-02-03"));
    let decision = decide(&story.known.world, WHO, command, moment, &mut CountedIds::default()).unwrap();
    story.record_decision(WHO, moment, &decision);
}

/// The last entries of a story, corrected one by one.
fn undo(story: &mut Story, entries: usize) {
    let from = story.log.len() - entries;
    for one in story.log.clone().into_iter().skip(from) {
        let Body::Known(Event::Pupil(event)) = &one.body else { panic!("an entry of a case") };
        let (kind, enrolment) = (event.kind(), event.enrolment());
        let meant = Some(MeantEntry { event: one.id, kind, enrolment, author: one.actor, guardian: None });
        let reason = Personal::new(Note::try_new("Fel elev.").unwrap());
        does(story, &Command::CorrectEntry(EntryToCorrect { pupil: PUPIL, position: one.position, meant, reason }));
    }
}

#[test]
fn a_corrected_entry_counts_nowhere_and_counted_before() {
    let mut story = given(a_pupil_with_a_mentor()).story;
    does(&mut story, &log_contact());
    does(&mut story, &work(Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }));
    does(
        &mut story,
        &work(Work::ReferralOpened { team: domain::words::Team::Health, concern: ReferralConcern::Absence }),
    );
    let before = story.known.position;
    undo(&mut story, 3);

    let (known, day) = (&story.known, date("2020-02-03"));
    let told = |position| {
        let span = Span { first: day, last: day, known: position };
        let load = known.workload.of(MENTOR, span);
        let worked: u32 = load.work.values().sum();
        (
            known.caseload.contacts(ENROLMENT, AsOf { day, known: position }, |_| true).count,
            (load.contacts, worked, load.total_minutes()),
            known.workload.last_talk((PUPIL, &Spell::WHOLE), span).is_some(),
            known.workload.open((PUPIL, &Spell::WHOLE), EventKind::ReferralOpened, span),
        )
    };
    assert_eq!(told(before), (1, (1, 2, 20), true, 1));
    assert_eq!(told(u64::MAX), (0, (0, 0, 0), false, 0));
    assert!(known.world.case(PUPIL).unwrap().opened.referrals.is_empty());
    assert!(story.replayed() == story.known);
}

#[test]
fn a_name_put_right_counts_from_the_beginning_and_what_was_known_before_is_still_told() {
    let mut story = given(a_pupil_with_a_mentor()).story;
    let before = story.known.position;
    does(&mut story, &Command::CorrectPupilName { pupil: PUPIL, school: None, name: personal("Kim Exempelsson") });
    let known = &story.known;
    let name = |day, known_by| {
        let facts = known.facts(PUPIL, AsOf { day: date(day), known: known_by }).unwrap();
        facts.latest.name.present().map(|name| name.reveal().as_str().to_owned()).unwrap()
    };
    // It was put right in February; in every month it is as it should have been, as known now.
    for day in ["2019-09-02", "2019-12-01", "2020-02-03", "2020-05-04"] {
        assert_eq!(
            (name(day, u64::MAX).as_str(), name(day, before).as_str()),
            ("Kim Exempelsson", "Kim Exempel"),
            "{day}"
        );
    }
    assert!(story.replayed() == story.known);
}

/// The next school writes the name anew, and puts right what it wrote itself.
#[test]
fn a_name_put_right_in_one_enrolment_says_nothing_of_the_one_before() {
    let mut story = given(a_pupil_with_a_mentor()).story;
    let last_day = date("2020-01-07");
    does(
        &mut story,
        &Command::PupilLeaves { pupil: PUPIL, reason: LeavingReason::ChangedSchool, last_day, destination: None },
    );
    let enrol = Command::EnrolPupil {
        pupil: Some(PUPIL),
        school: OTHER_SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("8A"),
        from: date("2020-01-08"),
        protection: None,
    };
    does(&mut story, &enrol);
    does(&mut story, &Command::CorrectPupilName { pupil: PUPIL, school: None, name: personal("Kim Exempelsson") });
    let name = |day| {
        let facts = story.known.facts(PUPIL, AsOf::now(date(day))).unwrap();
        (facts.latest.school, facts.latest.name.present().map(|name| name.reveal().as_str().to_owned()).unwrap())
    };
    assert_eq!(name("2019-12-01"), (SCHOOL, "Kim Exempel".to_owned()));
    assert_eq!(name("2020-01-08"), (OTHER_SCHOOL, "Kim Exempelsson".to_owned()));
}
