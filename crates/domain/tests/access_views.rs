//! What somebody sees of a case who does not have it: by a role at the school, while there is a reason; in an emergency; and
//! nothing of a protected identity.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Part, Subject, View, may_do, may_see, part, restricted};
use domain::command::{Command, WorkToLog};
use domain::event::{EventKind, StaffEvent, StaffMatter, Work};
use domain::id::{EnrolmentId, EventId, StaffId};
use domain::spec::cast::*;
use domain::spec::works::{every_work, worked};
use domain::spec::{Given, date, given};
use domain::words::{LadderTrigger, ProtectionLevel, ReferralConcern, ReportLevel, SafetyMatter, StepNumber};
use domain::{Code, Role};

const OTHER: StaffId = StaffId::from_bits([8; 16]);
const NEXT: EnrolmentId = EnrolmentId::from_bits([4; 16]);

fn with(role: Role) -> Given {
    given(a_pupil_with_a_mentor()).and([joined(OTHER), granted(OTHER, role, Some(SCHOOL))])
}

fn view_on(given: &Given, staff: StaffId, day: &str) -> View {
    may_see(&given.story.known.world, as_staff(staff), Subject::Case(PUPIL), date(day)).view()
}

fn view(given: &Given, staff: StaffId) -> View {
    view_on(given, staff, "2019-10-01")
}

fn may(given: &Given, staff: StaffId, work: Work) -> Result<Option<Role>, Code> {
    let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None };
    let world = &given.story.known.world;
    may_do(world, as_staff(staff), &Command::LogWork(logged), date("2019-10-01")).map_err(|refusal| refusal.code)
}

fn gives_class(class: &str) -> domain::spec::Happened {
    let matter = StaffMatter::ClassGiven {
        school: SCHOOL,
        class: placed(class).class,
        first_day: date("2019-08-19"),
        last_day: date("2019-12-20"),
    };
    (domain::recorded::StreamRef::Staff(OTHER), StaffEvent::Arranged(matter).into())
}

#[test]
fn the_health_team_sees_what_is_referred_while_it_is_referred() {
    let past = with(Role::HealthTeam);
    assert_eq!(view(&past, OTHER), View::NOTHING);
    let referred = past
        .and([worked(Work::ReferralOpened { team: domain::words::Team::Health, concern: ReferralConcern::Absence })]);
    let seen = view(&referred, OTHER);
    assert!(seen.has(Part::Referrals) && seen.has(Part::Absence) && seen.notes());
    assert!(!seen.has(Part::Guardians) && !seen.has(Part::Safety) && !seen.has(Part::Outside));
    let of = referred.story.log.last().unwrap().id;
    let closed = referred.and([worked(Work::ReferralClosed { of })]);
    assert_eq!(view(&closed, OTHER), View::NOTHING);
}

#[test]
fn the_safety_team_sees_safety_once_something_was_reported() {
    let past = with(Role::SafetyTeam);
    assert_eq!(view(&past, OTHER), View::NOTHING);
    let reported = past.and([worked(Work::IncidentNoted { matter: SafetyMatter::Order })]);
    assert!(view(&reported, OTHER).has(Part::Safety));
    assert!(!view(&reported, OTHER).has(Part::Absence));
}

#[test]
fn a_teacher_sees_absence_talks_and_support_of_the_class_that_they_have_and_no_free_text() {
    assert_eq!(view(&with(Role::Teacher), OTHER), View::NOTHING);
    assert_eq!(view(&with(Role::Teacher).and([gives_class("7B")]), OTHER), View::NOTHING);
    let past = with(Role::Teacher).and([gives_class("7A")]);
    assert_eq!(view(&past, OTHER), View::CLASS);
    assert!(!View::CLASS.notes() && !View::CLASS.has(Part::Referrals));
    assert_eq!(view_on(&past, OTHER, "2019-12-21"), View::NOTHING, "after the last day");
    assert_eq!(view(&past.and([moved("7B", "2019-09-30")]), OTHER), View::NOTHING, "in another class");
}

#[test]
fn attendance_watch_sees_absence_and_a_coordinator_who_has_whom() {
    assert_eq!(view(&with(Role::AttendanceWatch), OTHER), View::ABSENCE);
    assert_eq!(view(&with(Role::Coordinator), OTHER), View::CASELOAD);
    assert_eq!(view(&with(Role::Integration), OTHER), View::NOTHING);
}

#[test]
fn several_parts_are_seen_together() {
    let past = with(Role::AttendanceWatch).and([granted(OTHER, Role::Coordinator, Some(SCHOOL))]);
    let seen = view(&past, OTHER);
    assert!(seen.has(Part::Absence) && seen.has(Part::Mentors) && !seen.notes());
}

#[test]
fn a_protected_identity_is_there_for_the_principal_and_named_staff_alone() {
    let protected =
        with(Role::Coordinator).and([worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })]);
    assert_eq!(view(&protected, MENTOR), View::NOTHING, "also the pupil's mentor");
    assert_eq!(view(&protected, OTHER), View::NOTHING);
    assert_eq!(view(&protected, PRINCIPAL), View::ALL);
    let report = || Work::HarassmentReported { level: ReportLevel::Principal, report: None };
    assert_eq!(may(&protected, OTHER, report()), Err(Code::NotFound), "through the principal");
    assert_eq!(may(&protected, PRINCIPAL, report()), Ok(Some(Role::Principal)));
    let emergency = Work::EmergencyAccessTaken { staff: OTHER, on: date("2019-10-01") };
    assert_eq!(may(&protected, OTHER, emergency), Err(Code::NotFound), "and no emergency opens it");
    let named = protected.and([worked(Work::StaffNamed { staff: MENTOR, last_day: date("2019-10-31") })]);
    assert_eq!(view(&named, MENTOR), View::ALL);
    assert_eq!(view_on(&named, MENTOR, "2019-11-01"), View::NOTHING, "a naming ends");
    assert_eq!(view(&named, OTHER), View::NOTHING);
    let ended = named.and([worked(Work::IdentityProtectionEnded { on: date("2019-10-01") })]);
    assert_eq!(view(&ended, OTHER), View::CASELOAD);
}

#[test]
fn everybody_employed_at_the_school_may_report_and_sees_nothing_by_it() {
    let past = with(Role::Administrator);
    for work in [
        Work::ConcernReported { in_writing: true },
        Work::HarassmentReported { level: ReportLevel::Principal, report: None },
        Work::IncidentNoted { matter: SafetyMatter::Order },
    ] {
        assert_eq!(may(&past, OTHER, work.clone()), Ok(Some(Role::Administrator)));
        assert_eq!(may(&past, OTHER_PRINCIPAL, work), Err(Code::NotFound), "of another school");
    }
    assert_eq!(view(&past, OTHER), View::NOTHING);
    let further = Work::HarassmentReported { level: ReportLevel::Authority, report: None };
    assert_eq!(may(&past, OTHER, further), Err(Code::NotAllowed), "the principal reports on");
}

#[test]
fn in_an_emergency_a_case_is_open_for_the_day() {
    let past = with(Role::Coordinator);
    let taken = Work::EmergencyAccessTaken { staff: OTHER, on: date("2019-10-01") };
    assert_eq!(may(&past, OTHER, taken.clone()), Ok(Some(Role::Coordinator)));
    let opened = past.and([worked(taken)]);
    assert_eq!(view(&opened, OTHER), View::ALL);
    assert_eq!(view_on(&opened, OTHER, "2019-10-02"), View::CASELOAD);
    let step = Work::LadderStepOpened { step: StepNumber::try_new(1).unwrap(), trigger: LadderTrigger::FirstInvalid };
    assert_eq!(may(&opened, OTHER, step), Err(Code::NotAllowed), "it opens for reading");
}

#[test]
fn the_principal_of_the_school_that_was_left_hands_on_and_nobody_else() {
    let past = given(a_pupil_with_a_mentor());
    let handing_on = || Work::EntryHandedOn { of: EventId::from_bits([7; 16]) };
    assert_eq!(may(&past, PRINCIPAL, handing_on()), Err(Code::NotFound), "nobody has left");
    let gone = past.and([left("2019-09-20"), enrolled(OTHER_SCHOOL, NEXT, "7A", "2019-09-23")]);
    assert_eq!(may(&gone, PRINCIPAL, handing_on()), Ok(Some(Role::Principal)));
    assert_eq!(may(&gone, OTHER_PRINCIPAL, handing_on()), Err(Code::NotFound));
    let world = &gone.story.known.world;
    let sees = |staff| may_see(world, as_staff(staff), Subject::FormerCase(PUPIL), date("2019-10-01")).granted();
    assert!(sees(PRINCIPAL) && !sees(OTHER_PRINCIPAL) && !sees(MENTOR));
    assert_eq!(view(&gone, PRINCIPAL), View::NOTHING, "the new school's case is not theirs");
}

#[test]
fn who_has_read_a_case_is_for_its_principal() {
    let past = with(Role::Coordinator);
    let world = &past.story.known.world;
    let sees = |staff| may_see(world, as_staff(staff), Subject::Readings(PUPIL), date("2019-10-01")).granted();
    assert!(sees(PRINCIPAL) && !sees(MENTOR) && !sees(OTHER) && !sees(OTHER_PRINCIPAL));
}

#[test]
fn every_kind_of_work_belongs_to_a_part_of_the_case() {
    for work in every_work() {
        let part = part(work.kind());
        assert!(part.is_some(), "{work:?}");
        assert!(View::ALL.shows(work.kind()) && !View::NOTHING.shows(work.kind()));
    }
    assert!(restricted(EventKind::ReferralOpened) && restricted(EventKind::HarassmentReported));
    assert!(!restricted(EventKind::PupilTalkedWith) && !restricted(EventKind::GuardianContacted));
    assert_eq!(part(EventKind::StaffJoined), None);
}
