use domain::command::GuardianChoice;
use domain::event::PupilEvent;
use domain::event::pupil::{GuardianLinked, Guardianship};
use domain::id::GuardianId;
use domain::spec::cast::*;
use domain::spec::{fresh, given, noon};
use domain::words::Household;
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
