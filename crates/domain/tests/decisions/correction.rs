use domain::command::{EntryToCorrect, MeantEntry, WorkToLog};
use domain::event::pupil::{EntryCorrected, PupilNameCorrected};
use domain::event::work::{CaseWork, Work};
use domain::event::work_rules::about_guardian;
use domain::event::{EventKind, PupilEvent};
use domain::id::EventId;
use domain::personal::{Erasable, Personal};
use domain::spec::cast::*;
use domain::spec::works::step;
use domain::spec::{Given, Happened, given, noon, story_event};
use domain::words::{Closing, LadderTrigger, Note};
use domain::{Code, Command};

fn reason() -> Personal<Note> {
    Personal::new(Note::try_new("Gällde en annan elev.").unwrap())
}

fn worked(work: Work) -> Happened {
    of_pupil(PupilEvent::Worked(CaseWork { enrolment: ENROLMENT, work, minutes: None, note: None }))
}

/// The pupil with a mentor, and one thing more that is then corrected.
fn after(happened: Happened) -> (Given, u64, EntryToCorrect) {
    let kind = happened.1.kind();
    let past = given(a_pupil_with_a_mentor()).and([happened]);
    let position = past.story.known.position;
    let guardian = about_guardian(kind).then_some(GUARDIAN);
    let meant =
        MeantEntry { event: story_event(position), kind, enrolment: ENROLMENT, author: as_staff(MENTOR), guardian };
    (past, position, EntryToCorrect { pupil: PUPIL, position, meant: Some(meant), reason: reason() })
}

fn corrected(position: u64, kind: EventKind) -> Happened {
    of_pupil(PupilEvent::EntryCorrected(EntryCorrected {
        enrolment: ENROLMENT,
        of: story_event(position),
        position,
        kind,
        author: Some(MENTOR),
        note: Some(Erasable::Present(reason())),
    }))
}

fn opened() -> Work {
    Work::LadderStepOpened { step: step(1), trigger: LadderTrigger::FirstInvalid }
}

fn close(of: EventId) -> Work {
    Work::LadderStepClosed { of, closing: Closing::AbsenceCeased }
}

#[test]
fn an_entry_is_corrected_with_a_reason_and_once() {
    let (past, position, entry) = after(contacted());
    let correct = || Command::CorrectEntry(entry.clone());
    let told = past.when(as_staff(MENTOR), correct(), noon("2019-10-01"));
    told.then([corrected(position, EventKind::GuardianContacted)]);
    let (past, ..) = after(contacted());
    let past = past.and([corrected(position, EventKind::GuardianContacted)]);
    past.when(as_staff(MENTOR), correct(), noon("2019-10-01")).then_refused(Code::AlreadySo);
}

#[test]
fn what_was_opened_is_corrected_while_nothing_has_followed() {
    let (past, position, entry) = after(worked(opened()));
    let past = past.when(as_staff(MENTOR), Command::CorrectEntry(entry.clone()), noon("2019-10-01"));
    past.then([corrected(position, EventKind::LadderStepOpened)]);
    let (past, position, entry) = after(worked(opened()));
    let past = past.and([worked(close(story_event(position)))]);
    past.when(as_staff(MENTOR), Command::CorrectEntry(entry), noon("2019-10-01")).then_refused(Code::NotCorrectable);
}

#[test]
fn a_step_that_was_corrected_is_not_there_to_be_followed() {
    let (past, position, _) = after(worked(opened()));
    let past = past.and([corrected(position, EventKind::LadderStepOpened)]);
    let work = close(story_event(position));
    let log = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: Some(reason()) };
    past.when(as_staff(MENTOR), Command::LogWork(log), noon("2019-10-01")).then_refused(Code::LadderStepNotOpen);
}

#[test]
fn what_is_so_in_the_case_has_its_own_opposite() {
    let (past, _, entry) = after(worked(Work::ContactBanned { guardian: GUARDIAN }));
    past.when(as_staff(PRINCIPAL), Command::CorrectEntry(entry), noon("2019-10-01")).then_refused(Code::NotCorrectable);
}

#[test]
fn what_is_not_there_cannot_be_corrected() {
    let (past, _, entry) = after(contacted());
    let nothing = EntryToCorrect { meant: None, ..entry.clone() };
    past.when(as_staff(MENTOR), Command::CorrectEntry(nothing), noon("2019-10-01")).then_refused(Code::NotFound);
    let (past, _, entry) = after(contacted());
    let meant = entry.meant.map(|meant| MeantEntry { enrolment: domain::id::EnrolmentId::from_bits([9; 16]), ..meant });
    let elsewhere = Command::CorrectEntry(EntryToCorrect { meant, ..entry });
    past.when(as_staff(MENTOR), elsewhere, noon("2019-10-01")).then_refused(Code::NotFound);
}

#[test]
fn of_what_is_not_there_for_them_nobody_is_told_whose_entry_it_is() {
    let by = |meant: MeantEntry| MeantEntry { author: as_staff(OTHER_MENTOR), ..meant };
    let (past, _, entry) = after(contacted());
    let earlier = |meant| MeantEntry { enrolment: domain::id::EnrolmentId::from_bits([9; 16]), ..by(meant) };
    let former = Command::CorrectEntry(EntryToCorrect { meant: entry.meant.map(earlier), ..entry });
    past.when(as_staff(MENTOR), former, noon("2019-10-01")).then_refused(Code::NotFound);
    for author in [MENTOR, OTHER_MENTOR] {
        let (past, _, entry) = after(contacted());
        let past = past.and([worked(Work::GuardianProtected { guardian: GUARDIAN })]);
        let meant = entry.meant.map(|meant| MeantEntry { author: as_staff(author), ..meant });
        let hidden = Command::CorrectEntry(EntryToCorrect { meant, ..entry });
        past.clone().when(as_staff(MENTOR), hidden.clone(), noon("2019-10-01")).then_refused(Code::NotFound);
        past.when(as_staff(PRINCIPAL), hidden, noon("2019-10-01")).then_it_happens();
    }
}

fn correct_name(name: &str) -> Command {
    Command::CorrectPupilName { pupil: PUPIL, school: None, name: personal(name) }
}

fn name_corrected(name: &str, instead_of: &str) -> Happened {
    let spelled = |text| Erasable::Present(personal(text));
    let (name, instead_of) = (spelled(name), spelled(instead_of));
    of_pupil(PupilEvent::NameCorrected(PupilNameCorrected { enrolment: ENROLMENT, name, instead_of }))
}

#[test]
fn a_misspelled_name_is_put_right_and_says_what_stood_there() {
    for who in [MENTOR, PRINCIPAL] {
        let told = given(a_pupil_with_a_mentor()).when(as_staff(who), correct_name("Kym Exempel"), noon("2019-10-01"));
        told.then([name_corrected("Kym Exempel", "Kim Exempel")]);
    }
    // It may have been wrong twice: each correction is of the one before.
    let past = given(a_pupil_with_a_mentor()).and([name_corrected("Kym Exempel", "Kim Exempel")]);
    let told = past.when(as_staff(MENTOR), correct_name("Kim Exempelsson"), noon("2019-10-02"));
    told.then([name_corrected("Kim Exempelsson", "Kym Exempel")]);
}

#[test]
fn a_name_that_is_right_already_is_not_put_right() {
    let past = given(a_pupil_with_a_mentor());
    past.when(as_staff(MENTOR), correct_name("Kim Exempel"), noon("2019-10-01")).then_refused(Code::AlreadySo);
    let past = given(a_pupil_with_a_mentor()).and([name_corrected("Kym Exempel", "Kim Exempel")]);
    past.when(as_staff(MENTOR), correct_name("Kym Exempel"), noon("2019-10-01")).then_refused(Code::AlreadySo);
}

#[test]
fn who_is_not_there_has_no_name_to_put_right() {
    let past = given(two_schools());
    past.when(domain::Actor::Setup, correct_name("Kym Exempel"), noon("2019-10-01")).then_refused(Code::NotFound);
}

#[test]
fn whose_name_was_erased_is_not_given_one_again() {
    let mut past = a_pupil_with_a_mentor();
    for (_, event) in &mut past {
        if let domain::Event::Pupil(PupilEvent::Enrolled(enrolled)) = event {
            enrolled.name = Erasable::Erased;
        }
    }
    let past = given(past);
    past.when(as_staff(PRINCIPAL), correct_name("Kym Exempel"), noon("2019-10-01")).then_refused(Code::NotCorrectable);
}
