//! What somebody sees of a case who does not have it: by a role at the school, while there is a reason; in an emergency; and
//! nothing of a protected identity.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{
    GuardianAsks, Part, Subject, View, guardian_hidden_from, guardian_may, may_do, may_see, part, restricted,
};
use domain::actor::{Actor, Grant};
use domain::calendar::{local_date, start_of_day};
use domain::command::{Command, DigestAct, GuardianChoice, Moment, WorkToLog};
use domain::decide::decide;
use domain::event::pupil::Guardianship;
use domain::event::work_rules::about_guardian;
use domain::event::{EventKind, SchoolMatter, StaffEvent, StaffMatter, Work};
use domain::id::{EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::recorded::StreamRef;
use domain::spec::cast::*;
use domain::spec::works::{every_work, worked};
use domain::spec::{CountedIds, Given, date, given, noon};
use domain::words::{
    ChosenBy, LadderTrigger, ProtectionLevel, ReferralConcern, ReportLevel, SafetyMatter, StepNumber, Team,
};
use domain::{Code, Refusal, Role};

const OTHER: StaffId = StaffId::from_bits([8; 16]);
const NEXT: EnrolmentId = EnrolmentId::from_bits([4; 16]);

fn with(role: Role) -> Given {
    given(a_pupil_with_a_mentor()).and([joined(OTHER), granted(OTHER, role, Some(SCHOOL))])
}

/// Whether any free text is seen.
fn notes(view: View) -> bool {
    EventKind::ALL.iter().any(|kind| view.notes(*kind))
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
    (StreamRef::Staff(OTHER), StaffEvent::Arranged(matter).into())
}

#[test]
fn the_health_team_sees_what_is_referred_while_it_is_referred() {
    let past = with(Role::HealthTeam);
    assert_eq!(view(&past, OTHER), View::NOTHING);
    let referred = past.and([worked(Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence })]);
    let seen = view(&referred, OTHER);
    assert!(seen.has(Part::Referrals) && seen.has(Part::Absence) && seen.notes(EventKind::ReferralOpened));
    assert!(!seen.has(Part::Guardians) && !seen.has(Part::Safety) && !seen.has(Part::Outside));
    let of = referred.story.log.last().unwrap().id;
    let closed = referred.and([worked(Work::ReferralClosed { of })]);
    assert_eq!(view(&closed, OTHER), View::NOTHING);
}

#[test]
fn the_safety_team_sees_safety_once_something_was_reported() {
    let past = with(Role::SafetyTeam);
    assert_eq!(view(&past, OTHER), View::NOTHING);
    let incident = || worked(Work::IncidentNoted { matter: SafetyMatter::Order });
    let reported = past.clone().and([incident()]);
    assert!(view(&reported, OTHER).has(Part::Safety));
    assert!(!view(&reported, OTHER).has(Part::Absence));
    // Whoever may report may not read: one's own report lets nobody in.
    let work = Work::IncidentNoted { matter: SafetyMatter::Order };
    let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), work, occurred: None, minutes: None, note: None };
    let (command, moment) = (Command::LogWork(logged), Moment(noon("2019-10-01")));
    let mut ids = CountedIds::since(past.story.known.position << 8);
    let decision = decide(&past.story.known.world, as_staff(OTHER), &command, moment, &mut ids).unwrap();
    let mut own = past;
    own.story.record_decision(as_staff(OTHER), moment, &decision);
    assert_eq!(view(&own, OTHER), View::NOTHING);
    assert!(view(&own.and([incident()]), OTHER).has(Part::Safety));
}

#[test]
fn a_teacher_sees_absence_talks_and_support_of_the_class_that_they_have_and_no_free_text() {
    assert_eq!(view(&with(Role::Teacher), OTHER), View::NOTHING);
    assert_eq!(view(&with(Role::Teacher).and([gives_class("7B")]), OTHER), View::NOTHING);
    let past = with(Role::Teacher).and([gives_class("7A")]);
    assert_eq!(view(&past, OTHER), View::CLASS);
    assert!(!notes(View::CLASS) && !View::CLASS.has(Part::Referrals));
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
    assert!(seen.has(Part::Absence) && seen.has(Part::Mentors) && !notes(seen));
}

#[test]
fn two_roles_together_see_what_either_sees_and_no_more() {
    let referred = || worked(Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health });
    let past = with(Role::Teacher).and([granted(OTHER, Role::HealthTeam, Some(SCHOOL)), gives_class("7A"), referred()]);
    let seen = view(&past, OTHER);
    for kind in EventKind::ALL.iter().copied().filter(|kind| part(*kind).is_some()) {
        let either = [View::CLASS, View::REFERRED];
        assert_eq!(seen.shows(kind), either.iter().any(|view| view.shows(kind)), "{kind:?}");
        assert_eq!(seen.notes(kind), either.iter().any(|view| view.notes(kind)), "the text of {kind:?}");
    }
    assert!(seen.shows(EventKind::PupilTalkedWith) && !seen.notes(EventKind::PupilTalkedWith));
    assert!(seen.notes(EventKind::ReferralOpened));
}

fn withdrawn(staff: StaffId, role: Role) -> domain::spec::Happened {
    let withdrawn = domain::event::staff::RoleWithdrawn { grant: Grant::at(role, SCHOOL) };
    (StreamRef::Staff(staff), StaffEvent::RoleWithdrawn(withdrawn).into())
}

#[test]
fn a_role_that_is_withdrawn_takes_the_cases_with_it() {
    let talk = || Command::LogWork(talk());
    let may = |past: &Given, staff, command: &Command| {
        may_do(&past.story.known.world, as_staff(staff), command, date("2019-10-01")).map_err(|refusal| refusal.code)
    };
    let past = with(Role::Mentor);
    assert_eq!(view(&past, MENTOR), View::ALL);
    let ended = past.clone().and([withdrawn(MENTOR, Role::Mentor)]);
    assert_eq!(view(&ended, MENTOR), View::NOTHING, "the assignment lasts, the role does not");
    assert_eq!(may(&ended, MENTOR, &talk()), Err(Code::NotAllowed));
    let elsewhere = ended.and([granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL))]);
    assert_eq!(view(&elsewhere, MENTOR), View::NOTHING, "a mentor of another school now");
    assert_eq!(may(&elsewhere, MENTOR, &talk()), Err(Code::NotFound));
    let (deputy, from, until) = (OTHER, date("2019-09-23"), date("2019-10-04"));
    let cover =
        domain::event::pupil::CoverStarted { enrolment: ENROLMENT, assignment: ASSIGNMENT, deputy, from, until };
    let covered = past.and([of_pupil(domain::event::PupilEvent::CoverStarted(cover))]);
    assert_eq!(view(&covered, OTHER), View::ALL);
    assert_eq!(view(&covered.clone().and([withdrawn(OTHER, Role::Mentor)]), OTHER), View::NOTHING);
    let ended = covered.and([withdrawn(PRINCIPAL, Role::Principal)]);
    assert_eq!(view(&ended, PRINCIPAL), View::NOTHING, "made responsible, and principal no more");
    let world = &ended.story.known.world;
    assert!(!may_see(world, as_staff(PRINCIPAL), Subject::Records(PUPIL, SCHOOL), date("2019-10-01")).granted());
}

fn talk() -> WorkToLog {
    let work = every_work().into_iter().find(|work| work.kind() == EventKind::PupilTalkedWith).unwrap();
    WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None }
}

#[test]
fn a_standing_deputy_without_the_role_has_nobody() {
    let days = |first: &str, last: &str| (date(first), date(last));
    let ((first_day, last_day), deputy) = (days("2019-09-01", "2019-12-01"), OTHER);
    let of = |matter: StaffMatter| (StreamRef::Staff(MENTOR), StaffEvent::Arranged(matter).into());
    let away = [
        of(StaffMatter::StandingDeputyNamed { deputy, school: None, first_day, last_day }),
        of(StaffMatter::StaffAway { first_day, last_day }),
    ];
    let past = with(Role::Mentor).and(away);
    assert_eq!(view(&past, OTHER), View::ALL);
    assert_eq!(view(&past.and([withdrawn(OTHER, Role::Mentor)]), OTHER), View::NOTHING);
}

#[test]
fn a_guardian_who_is_none_of_ones_own_pupils_is_as_one_who_is_not_there() {
    let other = GuardianId::from_bits([0x71; 16]);
    let elsewhere = PupilId::from_bits([0x72; 16]);
    let of = |(_, event): domain::spec::Happened| (StreamRef::Pupil(elsewhere), event);
    let past = given(a_pupil_with_a_mentor()).and([
        guardian_registered(other),
        of(enrolled(OTHER_SCHOOL, NEXT, "7A", "2019-08-20")),
        of(linked(other)),
    ]);
    let links = |staff, guardian| {
        let (guardian, guardianship) = (GuardianChoice::Known(guardian), Guardianship::Custodian);
        let command = Command::LinkGuardian { pupil: PUPIL, guardian, guardianship, household: None };
        may_do(&past.story.known.world, as_staff(staff), &command, date("2019-10-01"))
    };
    let missing = links(MENTOR, GuardianId::from_bits([0x73; 16]));
    assert_eq!(missing, Err(Refusal::at(Code::NotFound, "guardian")));
    assert_eq!(links(MENTOR, other), missing, "another school's");
    assert_eq!(links(PRINCIPAL, other), missing);
    assert_eq!(links(MENTOR, GUARDIAN), Ok(Some(Role::Mentor)), "of a pupil of theirs");
}

#[test]
fn a_pupil_who_is_hidden_is_missing_behind_every_door() {
    let protected = worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret });
    let delegated = |to| {
        let (first_day, last_day) = (date("2019-08-01"), date("2020-06-30"));
        let decision = domain::words::DelegatedDecision::Leave;
        let matter = SchoolMatter::DecisionDelegated { decision, by: Some(PRINCIPAL), to, first_day, last_day };
        (StreamRef::School(SCHOOL), domain::event::SchoolEvent::Settled(matter).into())
    };
    let (other_principal, integration) = (StaffId::from_bits([0x74; 16]), StaffId::from_bits([0x75; 16]));
    let open = with(Role::Mentor).and([
        joined(other_principal),
        granted(other_principal, Role::Principal, Some(SCHOOL)),
        joined(integration),
        granted(integration, Role::Integration, Some(SCHOOL)),
        delegated(OTHER),
    ]);
    let on = date("2019-10-01");
    let leave = every_work().into_iter().find(|work| work.kind() == EventKind::LeaveDecided).unwrap();
    let leave = WorkToLog { work: leave, ..talk() };
    let hold = |pupil| Command::SettleSchool {
        school: SCHOOL,
        matter: SchoolMatter::LegalHoldPlaced {
            subject: domain::retention::Subject::Pupil(pupil),
            reference: domain::words::Reference::try_new("BOU 2019/1").unwrap(),
        },
    };
    let doors = |pupil: PupilId| {
        [
            (integration, Command::RegisterAttendance { pupil, days: vec![day(on, 0, 0)] }),
            (OTHER, Command::LogWork(WorkToLog { pupil, ..leave.clone() })),
            (other_principal, hold(pupil)),
        ]
    };
    let said = |past: &Given, (staff, command): (StaffId, Command)| {
        may_do(&past.story.known.world, as_staff(staff), &command, on).map(|_| ())
    };
    for door in doors(PUPIL) {
        assert_eq!(said(&open, door.clone()), Ok(()), "{door:?}");
    }
    let hidden = open.clone().and([protected.clone()]);
    for (there, missing) in doors(PUPIL).into_iter().zip(doors(PupilId::from_bits([0x76; 16]))) {
        let refused = said(&hidden, there.clone());
        assert_eq!(refused, said(&hidden, missing), "{there:?}");
        assert_eq!(refused.map_err(|refusal| refusal.code), Err(Code::NotFound), "{there:?}");
    }
    // Who has left with a protected identity is enrolled again by a principal who is named, or as somebody new.
    let enrol = || Command::EnrolPupil {
        pupil: Some(PUPIL),
        school: OTHER_SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("2019-11-04"),
        protection: None,
    };
    let gone = open.and([left("2019-09-20")]);
    assert_eq!(said(&gone, (OTHER_PRINCIPAL, enrol())), Ok(()));
    let hidden = gone.and([protected]);
    assert_eq!(said(&hidden, (OTHER_PRINCIPAL, enrol())), Err(Refusal::at(Code::NotFound, "pupil")));
    let named = hidden.and([worked(Work::StaffNamed { staff: OTHER_PRINCIPAL, last_day: date("2019-12-31") })]);
    assert_eq!(said(&named, (OTHER_PRINCIPAL, enrol())), Ok(()));
}

#[test]
fn a_guardian_sees_their_own_wishes_alone_and_until_the_pupil_comes_of_age() {
    let other = GuardianId::from_bits([0x71; 16]);
    let may = |past: &Given, guardian, asks, on: &str| {
        guardian_may(&past.story.known.world, guardian, asks, date(on)).granted()
    };
    // Born on a leap day, on both days of 2020 on which the clocks change, and on an ordinary day.
    for (born, last, first) in [
        ("2002-03-29", "2020-03-28", "2020-03-29"),
        ("2002-10-25", "2020-10-24", "2020-10-25"),
        ("2004-02-29", "2022-02-27", "2022-02-28"),
        ("2002-01-10", "2020-01-09", "2020-01-10"),
    ] {
        let past = given(a_pupil_with_a_mentor())
            .and([guardian_registered(other), worked(Work::BirthDateRecorded { born: date(born) })]);
        for asks in [GuardianAsks::Wishes(GUARDIAN), GuardianAsks::ToBeTold(PUPIL)] {
            assert!(may(&past, GUARDIAN, asks, last), "{asks:?} on {last}");
            assert!(!may(&past, GUARDIAN, asks, first), "{asks:?} on {first}");
            assert!(!may(&past, other, asks, last), "{asks:?}: another's");
        }
        assert!(!may(&past, GUARDIAN, GuardianAsks::Case(PUPIL), last), "no case is a guardian's");
        // The day begins in Sweden, whatever the clocks do in it.
        let begins = start_of_day(date(first));
        assert_eq!(local_date(begins), date(first));
        assert_eq!(local_date(begins - chrono::Duration::microseconds(1)), date(last));
        let consents = Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2022-12-31") };
        let consented = past.clone().and([worked(consents)]);
        assert!(may(&consented, GUARDIAN, GuardianAsks::ToBeTold(PUPIL), first));
        assert!(!may(&consented, GUARDIAN, GuardianAsks::ToBeTold(PUPIL), "2023-01-01"), "a consent ends");
        let banned = past.and([worked(Work::ContactBanned { guardian: GUARDIAN })]);
        assert!(!may(&banned, GUARDIAN, GuardianAsks::Wishes(GUARDIAN), last));
    }
}

#[test]
fn a_guardian_whose_identity_is_protected_is_there_for_the_principal_and_named_staff_alone() {
    let past = given(a_pupil_with_a_mentor());
    let protected = past.clone().and([worked(Work::GuardianProtected { guardian: GUARDIAN })]);
    let on = date("2019-10-01");
    let hidden = |past: &Given, staff| guardian_hidden_from(&past.story.known.world, staff, (GUARDIAN, PUPIL), on);
    let sets = |past: &Given, staff| {
        let act = DigestAct::Stop { by: ChosenBy::Staff };
        may_do(&past.story.known.world, as_staff(staff), &Command::Digest { guardian: GUARDIAN, act }, on)
    };
    assert!(!hidden(&past, MENTOR) && hidden(&protected, MENTOR) && !hidden(&protected, PRINCIPAL));
    assert_eq!(sets(&past, MENTOR), Ok(Some(Role::Mentor)));
    assert_eq!(sets(&protected, MENTOR), Err(Refusal::at(Code::NotFound, "guardian")));
    assert_eq!(sets(&protected, PRINCIPAL), Ok(Some(Role::Principal)));
    protected.clone().when(as_staff(MENTOR), log_contact(), noon("2019-10-01")).then_refused(Code::GuardianNotLinked);
    protected.clone().when(as_staff(PRINCIPAL), log_contact(), noon("2019-10-01")).then_it_happens();
    // Whatever is said of the guardian, the same is answered as of one who never was the pupil's.
    for of in [GUARDIAN, GuardianId::from_bits([0x55; 16])] {
        let log = |work, code| {
            let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None };
            protected.clone().when(as_staff(MENTOR), Command::LogWork(logged), noon("2019-10-01")).then_refused(code);
        };
        log(Work::ConsentGiven { guardian: of, last_day: date("2020-06-01") }, Code::GuardianNotLinked);
        log(Work::ConsentWithdrawn { guardian: of }, Code::NotSo);
    }
    let named = protected.clone().and([worked(Work::StaffNamed { staff: MENTOR, last_day: date("2019-12-31") })]);
    assert!(!hidden(&named, MENTOR));
    let ended = protected.and([worked(Work::GuardianProtectionEnded { guardian: GUARDIAN })]);
    assert!(!hidden(&ended, MENTOR));
}

#[test]
fn a_guardian_stays_protected_in_every_case_when_the_one_that_says_so_is_no_longer_theirs() {
    let sibling = |event: domain::spec::Happened| (StreamRef::Pupil(OTHER_PUPIL), event.1);
    let past = given(a_pupil_with_a_mentor()).and([
        sibling(enrolled(SCHOOL, NEXT, "7A", "2019-08-20")),
        sibling(linked(GUARDIAN)),
        worked(Work::GuardianProtected { guardian: GUARDIAN }),
        worked(Work::GuardianUnlinked { guardian: GUARDIAN }),
    ]);
    let on = date("2019-10-01");
    let hidden = |past: &Given, pupil| guardian_hidden_from(&past.story.known.world, MENTOR, (GUARDIAN, pupil), on);
    assert!(hidden(&past, OTHER_PUPIL) && hidden(&past, PUPIL));
    let ended = past.and([worked(Work::GuardianProtectionEnded { guardian: GUARDIAN })]);
    assert!(!hidden(&ended, OTHER_PUPIL) && !hidden(&ended, PUPIL));
}

#[test]
fn guardians_do_not_follow_the_pupil_to_the_next_school() {
    let past = given(a_pupil_with_a_mentor()).and([left("2019-09-20")]);
    let guardians = |past: &Given| past.story.known.world.case(PUPIL).unwrap().guardians.len();
    assert_eq!(guardians(&past), 1);
    let back = past.clone().and([enrolled(SCHOOL, NEXT, "7A", "2019-09-23")]);
    assert_eq!(guardians(&back), 1, "the same school");
    let gone = past.and([enrolled(OTHER_SCHOOL, NEXT, "7A", "2019-09-23")]);
    assert_eq!(guardians(&gone), 0);
    assert!(gone.story.known.world.children_of(GUARDIAN).is_empty());
    let case = gone.story.known.world.case(PUPIL).unwrap();
    assert!(case.had_guardian_at(GUARDIAN, SCHOOL));
    assert_eq!(case.guardians_ever().collect::<Vec<_>>(), [GUARDIAN], "for the day they are erased");
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
fn each_schools_principal_has_what_is_on_record_there_whether_or_not_the_identity_was_protected_since() {
    let gone =
        given(a_pupil_with_a_mentor()).and([left("2019-09-20"), enrolled(OTHER_SCHOOL, NEXT, "7A", "2019-09-23")]);
    let protected = gone.clone().and([worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })]);
    let handing_on = || Work::EntryHandedOn { of: EventId::from_bits([7; 16]) };
    for past in [&gone, &protected] {
        let world = &past.story.known.world;
        let has = |staff, school| {
            may_see(world, as_staff(staff), Subject::Records(PUPIL, school), date("2019-10-01")).granted()
        };
        assert!(has(PRINCIPAL, SCHOOL) && has(OTHER_PRINCIPAL, OTHER_SCHOOL));
        assert!(!has(PRINCIPAL, OTHER_SCHOOL) && !has(OTHER_PRINCIPAL, SCHOOL));
        assert!(!has(MENTOR, SCHOOL) && !has(MENTOR, OTHER_SCHOOL));
        let never = SchoolId::from_bits([0x7e; 16]);
        assert!(
            !has(PRINCIPAL, never)
                && !may_see(world, Actor::Setup, Subject::Records(PUPIL, never), date("2019-10-01")).granted()
        );
        assert_eq!(may(past, PRINCIPAL, handing_on()), Ok(Some(Role::Principal)), "alike, so that nobody learns of it");
        assert_eq!(may(past, OTHER_PRINCIPAL, handing_on()), Err(Code::NotFound));
    }
    let withdrawn = gone.and([withdrawn(PRINCIPAL, Role::Principal)]);
    let world = &withdrawn.story.known.world;
    assert!(!may_see(world, as_staff(PRINCIPAL), Subject::Records(PUPIL, SCHOOL), date("2019-10-01")).granted());
}

#[test]
fn who_has_read_a_case_is_for_its_principal() {
    let past = with(Role::Coordinator);
    let world = &past.story.known.world;
    let sees = |staff| may_see(world, as_staff(staff), Subject::Records(PUPIL, SCHOOL), date("2019-10-01")).granted();
    assert!(sees(PRINCIPAL) && !sees(MENTOR) && !sees(OTHER) && !sees(OTHER_PRINCIPAL));
}

#[test]
fn every_kind_of_work_belongs_to_a_part_of_the_case() {
    for work in every_work() {
        let part = part(work.kind());
        assert!(part.is_some(), "{work:?}");
        assert!(View::ALL.shows(work.kind()) && !View::NOTHING.shows(work.kind()));
        assert_eq!(about_guardian(work.kind()), work.guardian().is_some(), "{work:?}");
    }
    assert!(restricted(EventKind::ReferralOpened) && restricted(EventKind::HarassmentReported));
    assert!(!restricted(EventKind::PupilTalkedWith) && !restricted(EventKind::GuardianContacted));
    assert_eq!(part(EventKind::StaffJoined), None);
}

#[test]
fn two_views_of_one_person_show_what_either_shows_and_lose_nothing_that_both_do() {
    let views = [View::NOTHING, View::CASELOAD, View::ABSENCE, View::CLASS, View::REFERRED, View::SAFETY, View::ALL];
    for (one, other) in views.into_iter().flat_map(|one| views.map(|other| (one, other))) {
        let both = one.and(other);
        for part in Part::ALL {
            assert_eq!(both.has(*part), one.has(*part) || other.has(*part), "{part:?} of {one:?} and {other:?}");
        }
        for kind in EventKind::ALL {
            assert_eq!(both.notes(*kind), one.notes(*kind) || other.notes(*kind), "{kind:?} of {one:?} and {other:?}");
        }
    }
}
