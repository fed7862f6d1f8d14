use domain::command::GuardianChoice;
use domain::event::guardian::GuardianCorrected;
use domain::event::pupil::{GuardianLinked, Guardianship};
use domain::event::{GuardianEvent, PupilEvent};
use domain::id::GuardianId;
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::{fresh, given, noon};
use domain::words::{ContactDetail, Household};
use domain::{Code, Command, StreamRef};

fn link(guardian: GuardianChoice) -> Command {
    Command::LinkGuardian {
        pupil: PUPIL,
        guardian,
        guardianship: Guardianship::Custodian,
        household: Some(Household::Lives),
    }
}

fn somebody_new() -> GuardianChoice {
    GuardianChoice::New { name: personal("Alex Exempel"), phone: None, email: None }
}

#[test]
fn a_new_guardian_is_registered_and_linked_in_one_decision() {
    let guardian = GuardianId::from_bits(fresh(0));
    given(a_pupil())
        .when(as_staff(PRINCIPAL), link(somebody_new()), noon("2019-09-01"))
        .then([guardian_registered(guardian), linked(guardian)]);
}

#[test]
fn a_guardian_known_through_a_sibling_is_linked() {
    let event = GuardianLinked {
        enrolment: ENROLMENT,
        guardian: GUARDIAN,
        guardianship: Guardianship::Custodian,
        household: Some(Household::Lives),
    };
    given(a_pupil())
        .and([guardian_registered(GUARDIAN)])
        .when(as_staff(PRINCIPAL), link(GuardianChoice::Known(GUARDIAN)), noon("2019-09-01"))
        .then([(StreamRef::Pupil(PUPIL), PupilEvent::GuardianLinked(event).into())]);
}

#[test]
fn a_guardian_is_linked_once() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), link(GuardianChoice::Known(GUARDIAN)), noon("2019-09-01"))
        .then_refused(Code::GuardianAlreadyLinked);
}

#[test]
fn pupil_and_guardian_must_be_there() {
    given(two_schools())
        .when(as_staff(PRINCIPAL), link(somebody_new()), noon("2019-09-01"))
        .then_refused(Code::NotFound);
    given(a_pupil())
        .when(as_staff(PRINCIPAL), link(GuardianChoice::Known(GUARDIAN)), noon("2019-09-01"))
        .then_refused(Code::NotFound);
}

#[test]
fn a_pupil_who_has_left_gets_no_guardian() {
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(as_staff(PRINCIPAL), link(somebody_new()), noon("2019-11-01"))
        .then_refused(Code::NotEnrolled);
}

fn correct(name: Option<&str>, phone: Option<&str>) -> Command {
    let phone = phone.map(|phone| Personal::new(ContactDetail::try_new(phone).unwrap()));
    Command::CorrectGuardian { guardian: GUARDIAN, name: name.map(personal), phone }
}

#[test]
fn a_misspelled_name_of_a_guardian_is_put_right_by_an_event_of_its_own() {
    for who in [MENTOR, PRINCIPAL] {
        let told = given(a_pupil_with_a_mentor()).when(
            as_staff(who),
            correct(Some("Alex Exempelsson"), None),
            noon("2019-10-01"),
        );
        let past = told.then([guardian_corrected()]).given();
        let known = past.story.known.world.guardian(GUARDIAN).unwrap();
        assert_eq!(known.name, personal("Alex Exempelsson"));
        past.when(as_staff(who), correct(Some("Alex Exempelsson"), None), noon("2019-10-02"))
            .then_refused(Code::AlreadySo);
    }
}

#[test]
fn a_number_is_put_right_also_where_the_name_stands() {
    let phone = Some(Personal::new(ContactDetail::try_new("013-000 00 01").unwrap()));
    let number = GuardianEvent::Corrected(GuardianCorrected { name: None, phone });
    for name in [None, Some("Alex Exempel")] {
        let told = given(a_pupil_with_a_mentor()).when(
            as_staff(MENTOR),
            correct(name, Some("013-000 00 01")),
            noon("2019-10-01"),
        );
        let past = told.then([(StreamRef::Guardian(GUARDIAN), number.clone().into())]).given();
        assert_eq!(past.story.known.world.guardian(GUARDIAN).unwrap().name, personal("Alex Exempel"));
    }
}

#[test]
fn nothing_of_a_guardian_is_put_right_that_is_so_or_of_one_who_is_not_there() {
    let mentored = || given(a_pupil_with_a_mentor());
    for same in [correct(None, None), correct(Some("Alex Exempel"), None)] {
        mentored().when(as_staff(MENTOR), same, noon("2019-10-01")).then_refused(Code::AlreadySo);
    }
    let right = correct(Some("Alex Exempelsson"), None);
    given(a_pupil()).when(domain::Actor::Setup, right, noon("2019-10-01")).then_refused(Code::NotFound);
}
