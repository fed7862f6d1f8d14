//! Who may see and do what: every kind of person against every kind of question and command.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use chrono::NaiveDate;
use domain::access::{Part, Subject, may_do, may_see};
use domain::actor::Grant;
use domain::command::{DigestAct, EntryToCorrect, GuardianChoice, MeantEntry, WorkToLog};
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, Guardianship, LeavingReason};
use domain::event::school::Responsibility;
use domain::event::work::Work;
use domain::event::{EventKind, SchoolMatter, StaffMatter};
use domain::id::{EnrolmentId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::everyday::{
    days_to_correct, every_school_matter, every_staff_matter, incomparable, mission, model, task_taken_over,
    time_logged, working_time,
};
use domain::spec::works::every_work;
use domain::spec::{Given, date, given};
use domain::words::{ChosenBy, MessageClass, Note, Reference, ReportLevel};
use domain::{Actor, Code, Command, Refusal, Role};

/// A mentor with the pupil, a principal who answers for the pupil, and people who have nothing to do with them.
fn world() -> Given {
    given(a_pupil_with_a_mentor())
}

fn today() -> NaiveDate {
    date("2019-10-01")
}

const STRANGER: StaffId = StaffId::from_bits([9; 16]);
const EVERYBODY: [Actor; 8] = [
    Actor::Setup,
    Actor::Staff(MENTOR),
    Actor::Staff(OTHER_MENTOR),
    Actor::Staff(PRINCIPAL),
    Actor::Staff(OTHER_PRINCIPAL),
    Actor::Staff(OFFICER),
    Actor::Staff(ADMINISTRATOR),
    Actor::Staff(STRANGER),
];

#[test]
fn what_each_may_see() {
    let world = world().story.known.world;
    let class = [placed("7A")];
    //                        set-up, mentor, 2nd mentor, principal, other's, officer, admin, stranger
    let table = [
        (Subject::Case(PUPIL), [true, true, false, true, false, false, false, false]),
        (Subject::School(SCHOOL), [true, true, true, true, false, true, true, false]),
        (Subject::SchoolFigures(SCHOOL), [true, true, true, true, false, true, false, false]),
        (Subject::ClassFigures(SCHOOL, &class), [true, false, false, true, false, false, false, false]),
        (Subject::Loads(SCHOOL), [true, false, false, true, false, true, false, false]),
        (Subject::Duties(SCHOOL), [true, false, false, true, false, true, false, false]),
        (Subject::Colleague(MENTOR), [true, true, true, true, false, true, true, false]),
    ];
    for (subject, expected) in table {
        let seen = EVERYBODY.map(|actor| may_see(&world, actor, subject, today()).granted());
        assert_eq!(seen, expected, "{subject:?}");
    }
}

#[test]
fn what_is_not_there_nobody_sees() {
    let world = given([]).story.known.world;
    let class = [placed("7A")];
    for subject in [
        Subject::Case(PUPIL),
        Subject::School(SCHOOL),
        Subject::SchoolFigures(SCHOOL),
        Subject::ClassFigures(SCHOOL, &class),
        Subject::Loads(SCHOOL),
        Subject::Duties(SCHOOL),
        Subject::Colleague(MENTOR),
    ] {
        for actor in EVERYBODY {
            assert!(!may_see(&world, actor, subject, today()).granted(), "{actor:?} {subject:?}");
        }
    }
}

/// Shortly: what comes out for each of everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum May {
    Do(Option<Role>),
    NotFound,
    NotAllowed,
}

fn said(answer: Result<Option<Role>, Refusal>) -> May {
    match answer {
        Ok(role) => May::Do(role),
        Err(refusal) if refusal.code == Code::NotFound => May::NotFound,
        Err(refusal) => {
            assert_eq!(refusal.code, Code::NotAllowed);
            May::NotAllowed
        }
    }
}

#[test]
fn what_each_may_do() {
    use May::{NotAllowed as Na, NotFound as Nf};
    const SETUP: May = May::Do(None);
    const AS_MENTOR: May = May::Do(Some(Role::Mentor));
    const AS_PRINCIPAL: May = May::Do(Some(Role::Principal));
    const AS_ADMIN: May = May::Do(Some(Role::Administrator));
    let world = world().story.known.world;
    //                set-up, mentor, 2nd mentor, principal, other's, officer, admin, stranger
    let for_the_case = [SETUP, AS_MENTOR, Nf, AS_PRINCIPAL, Nf, Na, Na, Na];
    let for_the_principal = [SETUP, Na, Na, AS_PRINCIPAL, Nf, Na, Na, Na];
    let for_the_principal_or_a_delegate = [SETUP, Na, Nf, AS_PRINCIPAL, Nf, Na, Na, Na];
    let for_who_made_it_and_the_principal = [SETUP, AS_MENTOR, Nf, AS_PRINCIPAL, Nf, Na, Na, Na];
    let for_oneself = [SETUP, AS_MENTOR, Nf, Na, Na, Na, Na, Na];
    let for_the_administrator = [SETUP, Na, Na, Na, Na, Na, AS_ADMIN, Na];
    let for_the_officer = [SETUP, Na, Na, Na, Na, May::Do(Some(Role::Authority)), Na, Na];
    let for_the_program = [SETUP, Na, Na, Na, Na, Na, Na, Na];
    let for_everybody_here =
        [SETUP, AS_MENTOR, May::Do(Some(Role::Mentor)), AS_PRINCIPAL, Nf, May::Do(Some(Role::Authority)), AS_ADMIN, Na];
    let for_those_with_pupils = [SETUP, AS_MENTOR, May::Do(Some(Role::Mentor)), AS_PRINCIPAL, Nf, Na, Na, Na];
    let nobody_has_left = [SETUP, Na, Na, Nf, Nf, Na, Na, Na];
    let works = every_work().into_iter().map(|work| {
        Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None })
    });
    let to_authority = Work::HarassmentReported { level: ReportLevel::Authority, report: None };
    let further =
        WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work: to_authority, minutes: None, note: None };
    assert_eq!(
        EVERYBODY.map(|actor| said(may_do(&world, actor, &Command::LogWork(further.clone()), today()))),
        for_the_principal
    );
    let matters = every_staff_matter()
        .into_iter()
        .map(|matter| Command::ArrangeStaff { staff: MENTOR, matter })
        .chain(every_school_matter().into_iter().map(|matter| Command::SettleSchool { school: SCHOOL, matter }));
    for command in commands().into_iter().chain(works).chain(matters) {
        let expected = match &command {
            Command::LogWork(logged) if REPORTED.contains(&logged.work.kind()) => for_everybody_here,
            Command::LogWork(logged) if logged.work.kind() == EventKind::EmergencyAccessTaken => for_those_with_pupils,
            Command::LogWork(logged) if logged.work.kind() == EventKind::EntryHandedOn => nobody_has_left,
            Command::LogWork(logged) if DELEGABLE_WORK.contains(&logged.work.kind()) => for_the_principal_or_a_delegate,
            Command::LogWork(logged) if PRINCIPALS_WORK.contains(&logged.work.kind()) => for_the_principal,
            Command::HandOn(_) => nobody_has_left,
            Command::CorrectEntry(_) => for_who_made_it_and_the_principal,
            Command::LogWork(_)
            | Command::LogGuardianContact(_)
            | Command::LinkGuardian { .. }
            | Command::CorrectAttendance { .. }
            | Command::CorrectPupilName { .. }
            | Command::CorrectGuardian { .. }
            | Command::Digest { act: DigestAct::Stop { .. }, .. } => for_the_case,
            Command::AdoptMission { .. }
            | Command::ChooseMentoringModel { .. }
            | Command::MarkTermNotComparable { .. }
            | Command::SetWorkingTime { .. }
            | Command::HandOver { .. }
            | Command::StartCover { .. }
            | Command::EndCover { .. }
            | Command::EnrolPupil { .. }
            | Command::MovePupil { .. }
            | Command::PupilLeaves { .. }
            | Command::AssignMentor { .. }
            | Command::EndAssignment { .. }
            | Command::CorrectEnrolmentDays(_)
            | Command::RegisterAttendance { .. } => for_the_principal,
            Command::ArrangeStaff { matter: StaffMatter::GroupActivityHeld { .. }, .. }
            | Command::LogTime { .. }
            | Command::TakeTaskOver { .. } => for_oneself,
            Command::SettleSchool { matter: SchoolMatter::PlainContentDecided { .. }, .. } => for_the_officer,
            Command::SettleSchool { matter: SchoolMatter::SchoolDigestsPassedOver { .. }, .. }
            | Command::Digest { .. }
            | Command::BeginErasure { .. }
            | Command::FinishErasure { .. } => for_the_program,
            Command::SettleSchool { matter: SchoolMatter::PlacedUnderCommittee { .. }, .. }
            | Command::RegisterSchool(_)
            | Command::SetSchoolYear { .. }
            | Command::JoinStaff { .. }
            | Command::GrantRole { .. }
            | Command::WithdrawRole { .. }
            | Command::MakePrincipalResponsible { .. } => for_the_administrator,
            Command::ArrangeStaff { .. } | Command::SettleSchool { .. } | Command::RollYearOver { .. } => {
                for_the_principal
            }
        };
        let answers = EVERYBODY.map(|actor| said(may_do(&world, actor, &command, today())));
        assert_eq!(answers, expected, "{command:?}");
    }
}

/// What everybody employed reports: writing without reading.
const REPORTED: [EventKind; 3] = [EventKind::ConcernReported, EventKind::HarassmentReported, EventKind::IncidentNoted];

/// What the principal may delegate.
const DELEGABLE_WORK: [EventKind; 7] = [
    EventKind::LeaveDecided,
    EventKind::ActionProgrammeDecided,
    EventKind::ReferralAccepted,
    EventKind::ReferralReturned,
    EventKind::ReferralDeclined,
    EventKind::ReferralActionAgreed,
    EventKind::WrittenWarningGiven,
];

/// What a statute leaves to the principal alone, and what changes who has to do with the pupil.
const PRINCIPALS_WORK: [EventKind; 14] = [
    EventKind::StaffNamed,
    EventKind::AdaptedStudiesDecided,
    EventKind::ContactBanned,
    EventKind::ContactBanLifted,
    EventKind::GuardianProtected,
    EventKind::GuardianProtectionEnded,
    EventKind::IdentityProtected,
    EventKind::IdentityProtectionEnded,
    EventKind::GuardianUnlinked,
    EventKind::TellingWithheld,
    EventKind::TellingResumed,
    EventKind::ProgrammeChanged,
    EventKind::AssignmentOffered,
    EventKind::ExtractGiven,
];

/// One of each kind, but work, of which there are many.
fn commands() -> Vec<Command> {
    let (pupil, on) = (PUPIL, today());
    let name = personal("Kim Exempel");
    let grant = Grant::at(Role::Mentor, SCHOOL);
    vec![
        Command::RegisterSchool(school_details("NEW")),
        Command::SetSchoolYear { school: SCHOOL, year: year_2019() },
        Command::JoinStaff { name: name.clone() },
        Command::GrantRole { staff: MENTOR, grant },
        Command::WithdrawRole { staff: MENTOR, grant },
        Command::WithdrawRole { staff: MENTOR, grant: Grant { school: None, ..grant } },
        Command::BeginErasure {
            decision: Reference::try_new("BUN 2019-7").unwrap(),
            approved_by: Some(PRINCIPAL),
            due: Vec::new(),
            kept: Vec::new(),
            told: Vec::new(),
            again: false,
        },
        Command::FinishErasure { done: Vec::new() },
        Command::RollYearOver { school: SCHOOL, first_day: on, moves: vec![(PUPIL, placed("7B"))] },
        Command::GrantRole { staff: MENTOR, grant: Grant { school: None, ..grant } },
        Command::MakePrincipalResponsible {
            school: SCHOOL,
            principal: PRINCIPAL,
            responsibility: Responsibility::Unit,
            from: on,
            until: None,
        },
        Command::EnrolPupil {
            pupil: None,
            school: SCHOOL,
            name: name.clone(),
            placement: placed("7A"),
            from: on,
            protection: None,
        },
        Command::MovePupil { pupil, placement: placed("7B"), from: on },
        Command::PupilLeaves { pupil, reason: LeavingReason::Other, last_day: on, destination: None },
        Command::LinkGuardian {
            pupil,
            guardian: GuardianChoice::Known(GUARDIAN),
            guardianship: Guardianship::Custodian,
            household: None,
        },
        Command::LinkGuardian {
            pupil,
            guardian: GuardianChoice::New { name, phone: None, email: None },
            guardianship: Guardianship::Custodian,
            household: None,
        },
        Command::AssignMentor { pupil, mentor: MENTOR, kind: AssignmentKind::Primary, principal: PRINCIPAL, from: on },
        Command::EndAssignment { pupil, assignment: ASSIGNMENT, reason: AssignmentEndReason::NeedEnded, last_day: on },
        log_contact(),
        correct_entry(MENTOR),
        Command::CorrectPupilName { pupil, school: None, name: personal("Kim Exempelsson") },
        Command::CorrectEnrolmentDays(days_to_correct(None, None)),
        Command::CorrectGuardian { guardian: GUARDIAN, name: Some(personal("Alex Exempelsson")), phone: None },
        Command::Digest { guardian: GUARDIAN, act: DigestAct::Stop { by: ChosenBy::Staff } },
        Command::Digest {
            guardian: GUARDIAN,
            act: DigestAct::Prepare { message: MessageClass::Digest, period: on, since: 0 },
        },
        Command::HandOver { pupil, assignment: ASSIGNMENT, mentor: OTHER_MENTOR, from: on, note: None },
        Command::StartCover { pupil, assignment: ASSIGNMENT, deputy: OTHER_MENTOR, from: on, until: on },
        Command::EndCover { pupil, assignment: ASSIGNMENT, deputy: OTHER_MENTOR, last_day: on },
        Command::AdoptMission { school: SCHOOL, mission: mission() },
        Command::ChooseMentoringModel { school: SCHOOL, chosen: model() },
        Command::MarkTermNotComparable { school: SCHOOL, marked: incomparable() },
        Command::SetWorkingTime { staff: MENTOR, set: working_time() },
        Command::LogTime { staff: MENTOR, time: time_logged() },
        Command::TakeTaskOver { staff: MENTOR, taken: task_taken_over() },
        Command::RegisterAttendance { pupil, days: vec![day(on, 0, 0)] },
        Command::CorrectAttendance { pupil, day: day(on, 0, 0) },
    ]
}

fn correct_entry(author: StaffId) -> Command {
    let author = Actor::Staff(author);
    let meant = MeantEntry {
        event: domain::spec::story_event(1),
        kind: EventKind::GuardianContacted,
        enrolment: ENROLMENT,
        author,
        guardian: Some(GUARDIAN),
    };
    let reason = Personal::new(Note::try_new("Fel elev.").unwrap());
    Command::CorrectEntry(EntryToCorrect { pupil: PUPIL, position: 1, meant: Some(meant), reason })
}

#[test]
fn a_mentor_corrects_their_own_entries_and_the_principal_everybodys() {
    let world = world().story.known.world;
    let may = |staff| said(may_do(&world, Actor::Staff(staff), &correct_entry(OTHER_MENTOR), today()));
    assert_eq!(may(MENTOR), May::NotAllowed);
    assert_eq!(may(PRINCIPAL), May::Do(Some(Role::Principal)));
    assert_eq!(may(OTHER_MENTOR), May::NotFound, "who has the pupil no longer");
}

fn sees_case(given: &Given, staff: StaffId, on: &str) -> bool {
    may_see(&given.story.known.world, Actor::Staff(staff), Subject::Case(PUPIL), date(on)).granted()
}

#[test]
fn a_mentor_has_a_pupil_from_the_first_day_to_the_last() {
    let past = world().and([ended(ASSIGNMENT, AssignmentEndReason::HandedOver, "2019-10-31")]);
    assert!(!sees_case(&past, MENTOR, "2019-08-25"));
    assert!(sees_case(&past, MENTOR, "2019-08-26"));
    assert!(sees_case(&past, MENTOR, "2019-10-31"));
    assert!(!sees_case(&past, MENTOR, "2019-11-01"));
}

#[test]
fn a_principal_has_the_pupils_placed_with_them_today() {
    let class = Responsibility::Class(placed("7B").class);
    let past = world().and([
        granted(OTHER_MENTOR, Role::Principal, Some(SCHOOL)),
        responsible(SCHOOL, OTHER_MENTOR, class),
        moved("7B", "2019-10-01"),
    ]);
    assert!(!sees_case(&past, OTHER_MENTOR, "2019-09-30"));
    assert!(sees_case(&past, OTHER_MENTOR, "2019-10-01"));
}

#[test]
fn the_case_does_not_follow_the_pupil_to_the_next_school_by_itself() {
    let end = ended(ASSIGNMENT, AssignmentEndReason::PupilLeft, "2019-10-31");
    let past = world().and([end, left("2019-10-31")]);
    assert!(sees_case(&past, PRINCIPAL, "2019-10-31"));
    assert!(sees_case(&past, PRINCIPAL, "2019-11-01"), "until another school enrols the pupil");
    assert!(!sees_case(&past, MENTOR, "2019-11-01"));
    assert!(!sees_case(&past, OTHER_PRINCIPAL, "2019-11-01"));
    let next = EnrolmentId::from_bits([4; 16]);
    let past = past.and([enrolled(OTHER_SCHOOL, next, "7A", "2019-11-04")]);
    assert!(!sees_case(&past, PRINCIPAL, "2019-11-04"));
    assert!(sees_case(&past, OTHER_PRINCIPAL, "2019-11-04"));
}

#[test]
fn a_role_without_a_relation_opens_no_case() {
    for role in Role::ALL {
        let past = world().and([joined(STRANGER), granted(STRANGER, role, None)]);
        // Who has whom, and a whole school's absence, are opened by the role there: a part of each case, never a case.
        let opens = matches!(role, Role::Coordinator | Role::AttendanceWatch);
        assert_eq!(sees_case(&past, STRANGER, "2019-10-01"), opens, "{role:?}");
        let view = may_see(&past.story.known.world, Actor::Staff(STRANGER), Subject::Case(PUPIL), today()).view();
        let notes = EventKind::ALL.iter().any(|kind| view.notes(*kind));
        assert!(!notes && !view.has(Part::Guardians), "{role:?}");
    }
}

#[test]
fn an_administrator_of_one_school_stays_there() {
    let here = given([registered(SCHOOL, "EXE"), registered(OTHER_SCHOOL, "ANN"), joined(OFFICER)]).and([granted(
        OFFICER,
        Role::Administrator,
        Some(SCHOOL),
    )]);
    let world = &here.story.known.world;
    let year = |school| Command::SetSchoolYear { school, year: year_2019() };
    let may = |command: &Command| said(may_do(world, Actor::Staff(OFFICER), command, today()));
    assert_eq!(may(&year(SCHOOL)), May::Do(Some(Role::Administrator)));
    assert_eq!(may(&year(OTHER_SCHOOL)), May::NotFound);
    assert_eq!(may(&Command::RegisterSchool(school_details("NEW"))), May::NotAllowed);
}
