//! At whose word an address is used for which of a guardian's pupils.

use domain::command::DigestAct;
use domain::digest::addressed;
use domain::event::pupil::{AssignmentKind, GuardianLinked, Guardianship, MentorAssigned, PupilEnrolled, PupilEvent};
use domain::event::{CaseWork, Work};
use domain::id::{AssignmentId, EnrolmentId, PupilId};
use domain::personal::Erasable;
use domain::spec::cast::*;
use domain::spec::{Given, date};
use domain::words::ChosenBy;
use domain::{Code, StreamRef};

use crate::digest::{CLASS, PERIOD, at, command, does, email, ready};

/// An absence of another pupil of the guardian's, whom nobody has who has the first.
fn with_a_sibling() -> Given {
    let (sibling, enrolment) = (StreamRef::Pupil(OTHER_PUPIL), EnrolmentId::from_bits([4; 16]));
    let enrolled = PupilEnrolled {
        enrolment,
        school: SCHOOL,
        name: Erasable::Present(personal("Robin Exempel")),
        placement: placed("7A"),
        from: date("2019-08-20"),
    };
    let linked =
        GuardianLinked { enrolment, guardian: GUARDIAN, guardianship: Guardianship::Custodian, household: None };
    let assigned = MentorAssigned {
        enrolment,
        assignment: AssignmentId::from_bits([66; 16]),
        mentor: OTHER_MENTOR,
        kind: AssignmentKind::Primary,
        principal: PRINCIPAL,
        from: date("2019-08-26"),
    };
    let born =
        CaseWork { enrolment, work: Work::BirthDateRecorded { born: date("2006-03-01") }, minutes: None, note: None };
    ready().and([
        (sibling, PupilEvent::Enrolled(enrolled).into()),
        (sibling, PupilEvent::GuardianLinked(linked).into()),
        (sibling, PupilEvent::MentorAssigned(assigned).into()),
        (sibling, PupilEvent::Worked(born).into()),
    ])
}

/// Of whom a digest tells, asked of both.
fn told_of(past: &Given) -> Vec<PupilId> {
    let world = &past.story.known.world;
    let told = addressed(world, GUARDIAN, (CLASS, date(PERIOD)), &[PUPIL, OTHER_PUPIL], date(PERIOD));
    told.map(|told| told.pupils.into_iter().map(|(pupil, _)| pupil).collect()).unwrap_or_default()
}

#[test]
fn at_an_address_that_the_mentor_of_one_gave_nobody_is_told_of_another_until_somebody_who_has_that_one_says_it_is_theirs()
 {
    let past = with_a_sibling();
    assert_eq!(told_of(&past), [PUPIL, OTHER_PUPIL]);
    let by = |past: Given, staff, minutes, act| {
        past.when(as_staff(staff), command(act), at(minutes)).then_it_happens().given()
    };
    let confirm = |by| DigestAct::ConfirmAddress { address: None, by };
    let past = by(past, MENTOR, 0, DigestAct::SetAddress { email: email("mine@example.org") });
    // Whoever reads what comes there says so, and so does the mentor.
    let past = does(past, 1, command(confirm(ChosenBy::Guardian))).given();
    assert_eq!(told_of(&past), [PUPIL]);
    past.clone().when(as_staff(MENTOR), command(confirm(ChosenBy::Staff)), at(2)).then_refused(Code::AlreadySo);
    let other = by(past.clone(), OTHER_MENTOR, 2, confirm(ChosenBy::Staff));
    assert_eq!(told_of(&other), [PUPIL, OTHER_PUPIL]);
    let principal = by(past, PRINCIPAL, 2, confirm(ChosenBy::Staff));
    assert_eq!(told_of(&principal), [PUPIL, OTHER_PUPIL], "who answers for both");
}
