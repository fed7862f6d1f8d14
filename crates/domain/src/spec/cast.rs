//! Invented people at an invented school, and short ways to say what happened to them.

#![allow(clippy::unwrap_used, reason = "invented values are valid, and a specification fails by panicking")]

use chrono::NaiveDate;

use super::{Happened, date};
use crate::actor::{Actor, Grant, Role};
use crate::attendance::{DayAttendance, DayMinutes};
use crate::command::{Command, ContactToLog};
use crate::event::guardian::{GuardianCorrected, GuardianRegistered};
use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, AssignmentKind, AttendanceCorrected, AttendanceRegistered, ContactChannel,
    ContactDirection, ContactOutcome, ContactTopic, GuardianContacted, GuardianLinked, Guardianship, LeavingReason,
    MentorAssigned, Placement, PupilEnrolled, PupilLeft, PupilMovedClass,
};
use crate::event::school::{PrincipalMadeResponsible, Responsibility, SchoolRegistered, SchoolYearSet};
use crate::event::staff::{RoleGranted, StaffJoined};
use crate::event::{Event, GuardianEvent, PupilEvent, SchoolEvent, SchoolMatter, StaffEvent};
use crate::id::{AssignmentId, EnrolmentId, GuardianId, PupilId, SchoolId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::recorded::StreamRef;
use crate::words::{
    ClassName, Committee, DateSpan, Grade, Household, Minutes, Name, ProgrammeCode, Reference, SchoolCode, SchoolForm,
    SchoolUnitCode,
};

const fn bits(kind: u128, n: u8) -> [u8; 16] {
    (kind << 64 | n as u128).to_be_bytes()
}

/// The school, and another.
pub const SCHOOL: SchoolId = SchoolId::from_bits(bits(1, 1));
/// Another school.
pub const OTHER_SCHOOL: SchoolId = SchoolId::from_bits(bits(1, 2));
/// The school's principal, who answers for the whole unit.
pub const PRINCIPAL: StaffId = StaffId::from_bits(bits(2, 1));
/// The pupil's main mentor.
pub const MENTOR: StaffId = StaffId::from_bits(bits(2, 2));
/// Another mentor at the school.
pub const OTHER_MENTOR: StaffId = StaffId::from_bits(bits(2, 3));
/// The other school's principal.
pub const OTHER_PRINCIPAL: StaffId = StaffId::from_bits(bits(2, 4));
/// The authority's officer.
pub const OFFICER: StaffId = StaffId::from_bits(bits(2, 5));
/// An administrator of the whole authority.
pub const ADMINISTRATOR: StaffId = StaffId::from_bits(bits(2, 6));
/// Another pupil, of whom nothing is known any more.
pub const OTHER_PUPIL: PupilId = PupilId::from_bits(bits(3, 2));
/// The pupil, in 7A from 20 August 2019.
pub const PUPIL: PupilId = PupilId::from_bits(bits(3, 1));
/// The pupil's enrolment.
pub const ENROLMENT: EnrolmentId = EnrolmentId::from_bits(bits(4, 1));
/// The pupil's guardian.
pub const GUARDIAN: GuardianId = GuardianId::from_bits(bits(5, 1));
/// The mentor's assignment, from 26 August 2019.
pub const ASSIGNMENT: AssignmentId = AssignmentId::from_bits(bits(6, 1));

/// A person's or a school's name.
pub fn name(text: &str) -> Name {
    Name::try_new(text).unwrap()
}

/// A person's name.
pub fn personal(text: &str) -> Personal<Name> {
    Personal::new(name(text))
}

/// A placement such as `7A`: the first digit is the grade.
pub fn placed(class: &str) -> Placement {
    let grade = class.chars().next().and_then(|digit| digit.to_digit(10)).and_then(|digit| u8::try_from(digit).ok());
    Placement {
        class: ClassName::try_new(class).unwrap(),
        grade: Grade::try_new(grade.unwrap()).unwrap(),
        programme: None,
    }
}

/// A placement on a programme.
pub fn placed_on(class: &str, programme: &str) -> Placement {
    Placement { programme: Some(ProgrammeCode::try_new(programme).unwrap()), ..placed(class) }
}

/// The details of a school with grades 7 to 9.
pub fn school_details(code: &str) -> SchoolRegistered {
    SchoolRegistered {
        code: SchoolCode::try_new(code).unwrap(),
        unit_code: SchoolUnitCode::try_new("12345678").unwrap(),
        name: name("Exempelskolan"),
        form: SchoolForm::Compulsory,
        grades: (Grade::try_new(7).unwrap(), Grade::try_new(9).unwrap()),
    }
}

/// A school was registered.
pub fn registered(school: SchoolId, code: &str) -> Happened {
    (StreamRef::School(school), SchoolEvent::Registered(school_details(code)).into())
}

/// Dates from and to.
pub fn span(first: &str, last: &str) -> DateSpan {
    DateSpan::try_new(date(first), date(last)).unwrap()
}

/// The school year 2019/20.
pub fn year_2019() -> SchoolYearSet {
    SchoolYearSet {
        starts_in: 2019,
        autumn: span("2019-08-20", "2019-12-19"),
        spring: span("2020-01-08", "2020-06-11"),
        breaks: vec![span("2019-10-28", "2019-11-01")],
    }
}

/// The school year 2019/20 was set.
pub fn year_set(school: SchoolId) -> Happened {
    (StreamRef::School(school), SchoolEvent::YearSet(year_2019()).into())
}

/// Somebody joined.
pub fn joined(staff: StaffId) -> Happened {
    (StreamRef::Staff(staff), StaffEvent::Joined(StaffJoined { name: personal("Sam Exempel") }).into())
}

/// Somebody was granted a role.
pub fn granted(staff: StaffId, role: Role, school: Option<SchoolId>) -> Happened {
    (
        StreamRef::Staff(staff),
        StaffEvent::RoleGranted(RoleGranted { grant: Grant { role, school, committee: None } }).into(),
    )
}

/// Somebody was appointed by a committee, for all its schools.
pub fn appointed(staff: StaffId, role: Role, by: Committee) -> Happened {
    let grant = Grant { role, school: None, committee: Some(by) };
    (StreamRef::Staff(staff), StaffEvent::RoleGranted(RoleGranted { grant }).into())
}

/// A committee.
pub fn committee(code: &str) -> Committee {
    Committee::try_new(code).unwrap()
}

/// A school was placed under a committee.
pub fn placed_under(school: SchoolId, code: &str) -> Happened {
    let matter = SchoolMatter::PlacedUnderCommittee { committee: committee(code), name: name("Exempelnämnden") };
    (StreamRef::School(school), SchoolEvent::Settled(matter).into())
}

/// A principal was made responsible from 1 August 2018 on.
pub fn responsible(school: SchoolId, principal: StaffId, responsibility: Responsibility) -> Happened {
    let made = PrincipalMadeResponsible { principal, responsibility, from: date("2018-08-01"), until: None };
    (StreamRef::School(school), SchoolEvent::PrincipalMadeResponsible(made).into())
}

/// An event of the pupil's.
pub fn of_pupil(event: PupilEvent) -> Happened {
    (StreamRef::Pupil(PUPIL), Event::Pupil(event))
}

/// The pupil was enrolled.
pub fn enrolled(school: SchoolId, enrolment: EnrolmentId, class: &str, from: &str) -> Happened {
    of_pupil(PupilEvent::Enrolled(PupilEnrolled {
        enrolment,
        school,
        name: Erasable::Present(personal("Kim Exempel")),
        placement: placed(class),
        from: date(from),
    }))
}

/// The pupil moved.
pub fn moved(class: &str, from: &str) -> Happened {
    let moved = PupilMovedClass { enrolment: ENROLMENT, placement: placed(class), from: date(from) };
    of_pupil(PupilEvent::MovedClass(moved))
}

/// The pupil left.
pub fn left(last_day: &str) -> Happened {
    of_pupil(PupilEvent::Left(PupilLeft {
        enrolment: ENROLMENT,
        reason: LeavingReason::ChangedSchool,
        last_day: date(last_day),
        destination: Some(Reference::try_new("Folkungaskolan").expect("a school's name")),
    }))
}

/// A guardian was registered.
pub fn guardian_registered(guardian: GuardianId) -> Happened {
    let registered = GuardianRegistered { name: personal("Alex Exempel"), phone: None, email: None };
    (StreamRef::Guardian(guardian), GuardianEvent::Registered(registered).into())
}

/// The guardian's name was put right: its end had been left out.
pub fn guardian_corrected() -> Happened {
    let corrected = GuardianCorrected { name: Some(personal("Alex Exempelsson")), phone: None };
    (StreamRef::Guardian(GUARDIAN), GuardianEvent::Corrected(corrected).into())
}

/// A guardian was linked to the pupil.
pub fn linked(guardian: GuardianId) -> Happened {
    of_pupil(PupilEvent::GuardianLinked(GuardianLinked {
        enrolment: ENROLMENT,
        guardian,
        guardianship: Guardianship::Custodian,
        household: Some(Household::Lives),
    }))
}

/// A mentor was assigned, for the principal.
pub fn assigned(assignment: AssignmentId, mentor: StaffId, kind: AssignmentKind, from: &str) -> Happened {
    of_pupil(PupilEvent::MentorAssigned(MentorAssigned {
        enrolment: ENROLMENT,
        assignment,
        mentor,
        kind,
        principal: PRINCIPAL,
        from: date(from),
    }))
}

/// An assignment ended.
pub fn ended(assignment: AssignmentId, reason: AssignmentEndReason, last_day: &str) -> Happened {
    let last_day = date(last_day);
    of_pupil(PupilEvent::AssignmentEnded(AssignmentEnded { enrolment: ENROLMENT, assignment, reason, last_day }))
}

/// A day of 300 minutes in five lessons, with so many minutes of notified and unnotified absence.
pub fn day(on: NaiveDate, notified: u16, unnotified: u16) -> DayAttendance {
    let minutes = DayMinutes {
        offered: Minutes(300),
        notified: Minutes(notified),
        unnotified: Minutes(unnotified),
        lessons: 5,
        ..DayMinutes::default()
    };
    DayAttendance::try_new(on, minutes).unwrap()
}

/// Attendance was registered for days.
pub fn attended(days: Vec<DayAttendance>) -> Happened {
    of_pupil(PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment: ENROLMENT, days }))
}

/// A day was corrected.
pub fn corrected(day: DayAttendance) -> Happened {
    of_pupil(PupilEvent::AttendanceCorrected(AttendanceCorrected { enrolment: ENROLMENT, day }))
}

/// The guardian was reached by telephone about absence, in so many words to log.
pub fn contact_to_log() -> ContactToLog {
    ContactToLog {
        pupil: PUPIL,
        with: Vec::new(),
        guardian: GUARDIAN,
        occurred: None,
        channel: ContactChannel::Phone,
        direction: ContactDirection::Outgoing,
        outcome: ContactOutcome::Reached,
        topic: ContactTopic::Absence,
        minutes: Some(Minutes(10)),
        note: None,
    }
}

/// The same contact, as it happened.
pub fn contacted() -> Happened {
    of_pupil(PupilEvent::GuardianContacted(GuardianContacted {
        enrolment: ENROLMENT,
        guardian: GUARDIAN,
        channel: ContactChannel::Phone,
        direction: ContactDirection::Outgoing,
        outcome: ContactOutcome::Reached,
        topic: ContactTopic::Absence,
        minutes: Some(Minutes(10)),
        note: None,
    }))
}

/// A command to log that contact.
pub fn log_contact() -> Command {
    Command::LogGuardianContact(contact_to_log())
}

/// A school with a principal and two mentors, another school with its principal, an officer and an administrator.
pub fn two_schools() -> Vec<Happened> {
    let mut past = vec![registered(SCHOOL, "EXE"), year_set(SCHOOL), registered(OTHER_SCHOOL, "ANN")];
    let people = [
        (PRINCIPAL, Role::Principal, Some(SCHOOL)),
        (MENTOR, Role::Mentor, Some(SCHOOL)),
        (OTHER_MENTOR, Role::Mentor, Some(SCHOOL)),
        (OTHER_PRINCIPAL, Role::Principal, Some(OTHER_SCHOOL)),
        (OFFICER, Role::Authority, None),
        (ADMINISTRATOR, Role::Administrator, None),
    ];
    for (staff, role, school) in people {
        past.extend([joined(staff), granted(staff, role, school)]);
    }
    past.push(responsible(SCHOOL, PRINCIPAL, Responsibility::Unit));
    past.push(responsible(OTHER_SCHOOL, OTHER_PRINCIPAL, Responsibility::Unit));
    past
}

/// The same, with the pupil enrolled from 20 August 2019.
pub fn a_pupil() -> Vec<Happened> {
    let mut past = two_schools();
    past.push(enrolled(SCHOOL, ENROLMENT, "7A", "2019-08-20"));
    past
}

/// The same, with a guardian linked and the mentor assigned from 26 August 2019.
pub fn a_pupil_with_a_mentor() -> Vec<Happened> {
    let mut past = a_pupil();
    past.extend([guardian_registered(GUARDIAN), linked(GUARDIAN)]);
    past.push(assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-08-26"));
    past
}

/// A member of staff, as who asks.
pub const fn as_staff(staff: StaffId) -> Actor {
    Actor::Staff(staff)
}
