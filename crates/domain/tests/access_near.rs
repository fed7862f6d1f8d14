//! What access rests on, asked by itself: which team's referrals are there for whom, what a refused command was done to, through which
//! door a command goes that is about several pupils, who is known at a school, who has a pupil as mentor, and who is a colleague.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Subject, done_to, may_do, may_see, teams_hidden_from};
use domain::actor::Grant;
use domain::command::{Command, ContactToLog, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::{AssignmentKind, CoverStarted, Guardianship, PupilEnrolled};
use domain::event::{PupilEvent, SchoolMatter, Work};
use domain::id::{AssignmentId, EnrolmentId, GuardianId, PupilId, StaffId};
use domain::personal::Erasable;
use domain::recorded::StreamRef;
use domain::retention::Subject as Person;
use domain::spec::cast::*;
use domain::spec::everyday::cover;
use domain::spec::works::worked;
use domain::spec::{Given, Happened, date, given};
use domain::words::{ChosenBy, ProtectionLevel, Reference, ReferralConcern, Team};
use domain::{Code, Role};

const OTHER: StaffId = StaffId::from_bits([8; 16]);
const NEXT: EnrolmentId = EnrolmentId::from_bits([4; 16]);
const TODAY: &str = "2019-10-08";

fn with(roles: &[Role]) -> Given {
    let past = given(a_pupil_with_a_mentor()).and([joined(OTHER)]);
    past.and(roles.iter().map(|role| granted(OTHER, *role, Some(SCHOOL))))
}

fn referred(team: Team) -> Happened {
    worked(Work::ReferralOpened { team, concern: ReferralConcern::Absence })
}

fn hidden_teams(past: &Given, staff: StaffId) -> Vec<Team> {
    teams_hidden_from(&past.story.known.world, staff, PUPIL, date(TODAY))
}

#[test]
fn a_team_sees_the_referrals_that_it_is_asked_about_and_none_of_the_other_teams() {
    let both = [referred(Team::Health), referred(Team::Safety)];
    let health = with(&[Role::HealthTeam]);
    assert_eq!(hidden_teams(&health, OTHER), [], "it sees no referral at all");
    assert_eq!(hidden_teams(&health.and([referred(Team::Health)]), OTHER), [Team::Safety]);
    let safety = with(&[Role::SafetyTeam]);
    assert_eq!(hidden_teams(&safety.clone().and([referred(Team::Safety)]), OTHER), [Team::Health]);
    assert_eq!(hidden_teams(&safety.and(both.clone()), OTHER), [Team::Health]);
    assert_eq!(hidden_teams(&with(&[Role::HealthTeam, Role::SafetyTeam]).and(both.clone()), OTHER), []);
    let closed = with(&[Role::HealthTeam]).and([referred(Team::Health)]);
    let of = closed.story.log.last().unwrap().id;
    assert_eq!(hidden_teams(&closed.and([worked(Work::ReferralClosed { of })]), OTHER), [], "nothing is seen any more");
    // Whoever has the case sees both, and whoever sees no referral has none hidden.
    let past = with(&[Role::Coordinator]).and(both);
    for staff in [MENTOR, PRINCIPAL, OTHER, OTHER_PRINCIPAL] {
        assert_eq!(hidden_teams(&past, staff), [], "{staff}");
    }
    let nobody = PupilId::from_bits([77; 16]);
    assert_eq!(teams_hidden_from(&past.story.known.world, MENTOR, nobody, date(TODAY)), []);
}

fn note_work(with: Vec<PupilId>, work: Work) -> Command {
    Command::LogWork(WorkToLog { pupil: PUPIL, with, occurred: None, work, minutes: None, note: None })
}

fn contact(with: Vec<PupilId>) -> Command {
    Command::LogGuardianContact(ContactToLog { with, ..contact_to_log() })
}

fn hold(subject: Person) -> Command {
    let reference = Reference::try_new("BUN 2019-12").unwrap();
    Command::SettleSchool { school: SCHOOL, matter: SchoolMatter::LegalHoldPlaced { subject, reference } }
}

#[test]
fn what_a_command_was_done_to_is_named_by_id_and_by_nothing_else() {
    let id = |id: PupilId| id.to_string();
    let stranger = GuardianId::from_bits([55; 16]);
    let grant =
        |school| Command::GrantRole { staff: OTHER, grant: Grant { school, ..Grant::at(Role::Mentor, SCHOOL) } };
    let link = Command::LinkGuardian {
        pupil: PUPIL,
        guardian: GuardianChoice::Known(stranger),
        guardianship: Guardianship::Custodian,
        household: None,
    };
    let roll = Command::RollYearOver {
        school: SCHOOL,
        first_day: date("2020-08-18"),
        moves: vec![(PUPIL, placed("8A")), (OTHER_PUPIL, placed("8A"))],
    };
    let enrol = |pupil| Command::EnrolPupil {
        pupil,
        school: SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("2019-08-20"),
        protection: None,
    };
    let asked = [
        (grant(None), vec![]),
        (grant(Some(SCHOOL)), vec![SCHOOL.to_string()]),
        (
            Command::Digest { guardian: stranger, act: DigestAct::Stop { by: ChosenBy::Staff } },
            vec![stranger.to_string()],
        ),
        (link, vec![id(PUPIL), stranger.to_string()]),
        (roll, vec![id(PUPIL), id(OTHER_PUPIL)]),
        (enrol(None), vec![SCHOOL.to_string()]),
        (enrol(Some(PUPIL)), vec![id(PUPIL)]),
        (contact(vec![]), vec![id(PUPIL)]),
        (contact(vec![OTHER_PUPIL]), vec![id(PUPIL), id(OTHER_PUPIL)]),
        (note_work(vec![OTHER_PUPIL], Work::DayEvaluated { on: date(TODAY) }), vec![id(PUPIL), id(OTHER_PUPIL)]),
        (hold(Person::Staff(OTHER)), vec![OTHER.to_string()]),
    ];
    for (command, of) in asked {
        assert_eq!(done_to(&command), of, "{command:?}");
    }
}

/// Another pupil of the school, whom nobody has as a mentor.
fn another_pupil() -> Happened {
    let enrolled = PupilEnrolled {
        enrolment: NEXT,
        school: SCHOOL,
        name: Erasable::Present(personal("Robin Exempel")),
        placement: placed("7A"),
        from: date("2019-08-20"),
    };
    (StreamRef::Pupil(OTHER_PUPIL), PupilEvent::Enrolled(enrolled).into())
}

fn may(past: &Given, staff: StaffId, command: &Command) -> Result<Option<Role>, Code> {
    may_do(&past.story.known.world, as_staff(staff), command, date(TODAY)).map_err(|refusal| refusal.code)
}

#[test]
fn what_is_logged_of_several_pupils_is_for_whoever_has_them_all_and_a_decision_for_the_principal_of_them_all() {
    let past = given(a_pupil_with_a_mentor()).and([another_pupil()]);
    let evaluated = Work::DayEvaluated { on: date(TODAY) };
    let leave = Work::LeaveDecided { first_day: date(TODAY), last_day: date(TODAY), granted: true };
    let banned = Work::ContactBanned { guardian: GUARDIAN };
    let both = || vec![OTHER_PUPIL];
    for command in [contact(both()), note_work(both(), evaluated.clone())] {
        assert_eq!(may(&past, MENTOR, &command), Err(Code::NotFound), "the second is not the mentor's: {command:?}");
        assert_eq!(may(&past, PRINCIPAL, &command), Ok(Some(Role::Principal)), "{command:?}");
    }
    for command in [contact(vec![]), note_work(vec![], evaluated)] {
        assert_eq!(may(&past, MENTOR, &command), Ok(Some(Role::Mentor)), "{command:?}");
    }
    for work in [leave, banned] {
        for with in [vec![], both()] {
            let command = note_work(with, work.clone());
            assert!(may(&past, MENTOR, &command).is_err(), "the principal alone decides: {command:?}");
            assert_eq!(may(&past, PRINCIPAL, &command), Ok(Some(Role::Principal)), "{command:?}");
        }
    }
}

#[test]
fn a_hold_is_placed_on_who_is_known_at_the_school_and_on_nobody_who_is_not_there_for_the_principal() {
    let stranger = GuardianId::from_bits([55; 16]);
    let past = given(a_pupil_with_a_mentor()).and([guardian_registered(stranger)]);
    let places = |past: &Given, staff, subject| may(past, staff, &hold(subject)).is_ok();
    for subject in [Person::Pupil(PUPIL), Person::Guardian(GUARDIAN), Person::Staff(MENTOR)] {
        assert!(places(&past, PRINCIPAL, subject), "{subject:?}");
    }
    for subject in [Person::Pupil(OTHER_PUPIL), Person::Guardian(stranger), Person::Staff(OTHER_PRINCIPAL)] {
        assert!(!places(&past, PRINCIPAL, subject), "{subject:?}");
    }
    // Another principal of the school does not answer for the pupil: whose identity is protected is not there for them.
    let two = past.and([joined(OTHER), granted(OTHER, Role::Principal, Some(SCHOOL))]);
    assert!(places(&two, OTHER, Person::Pupil(PUPIL)) && places(&two, OTHER, Person::Guardian(GUARDIAN)));
    let pupil = two.clone().and([worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })]);
    assert!(!places(&pupil, OTHER, Person::Pupil(PUPIL)) && !places(&pupil, OTHER, Person::Guardian(GUARDIAN)));
    assert!(places(&pupil, PRINCIPAL, Person::Pupil(PUPIL)) && places(&pupil, PRINCIPAL, Person::Guardian(GUARDIAN)));
    let guardian = two.and([worked(Work::GuardianProtected { guardian: GUARDIAN })]);
    assert!(places(&guardian, OTHER, Person::Pupil(PUPIL)) && !places(&guardian, OTHER, Person::Guardian(GUARDIAN)));
    assert!(places(&guardian, PRINCIPAL, Person::Guardian(GUARDIAN)));
}

fn has_case(past: &Given, staff: StaffId) -> bool {
    may_see(&past.story.known.world, as_staff(staff), Subject::Case(PUPIL), date(TODAY)).granted()
}

#[test]
fn an_assignment_or_a_cover_of_an_enrolment_that_is_over_gives_nobody_the_pupil() {
    let past = given(a_pupil_with_a_mentor()).and([of_pupil(PupilEvent::CoverStarted(cover()))]);
    assert!(has_case(&past, MENTOR) && has_case(&past, OTHER_MENTOR));
    // The pupil comes back in the same month, as somebody else's.
    let again = past.and([left("2019-10-04"), enrolled(SCHOOL, NEXT, "7B", "2019-10-07")]);
    assert!(!has_case(&again, MENTOR) && !has_case(&again, OTHER_MENTOR));
    let assignment = AssignmentId::from_bits([66; 16]);
    let assigned = PupilEvent::MentorAssigned(domain::event::pupil::MentorAssigned {
        enrolment: NEXT,
        assignment,
        mentor: OTHER_MENTOR,
        kind: AssignmentKind::Primary,
        principal: PRINCIPAL,
        from: date("2019-10-07"),
    });
    let theirs = again.and([of_pupil(assigned)]);
    assert!(!has_case(&theirs, MENTOR) && has_case(&theirs, OTHER_MENTOR));
    let covered = CoverStarted { enrolment: NEXT, assignment, deputy: MENTOR, ..cover() };
    let covered = theirs.and([of_pupil(PupilEvent::CoverStarted(covered))]);
    assert!(has_case(&covered, MENTOR) && has_case(&covered, OTHER_MENTOR));
}

fn are_colleagues(past: &Given, one: StaffId, other: StaffId) -> bool {
    may_see(&past.story.known.world, as_staff(one), Subject::Colleague(other), date(TODAY)).granted()
}

#[test]
fn colleagues_work_at_one_school_or_one_of_them_for_all_of_its_committees() {
    let past = given(a_pupil_with_a_mentor());
    let (schools, for_all) = ([PRINCIPAL, MENTOR, OTHER_MENTOR], [OFFICER, ADMINISTRATOR]);
    for one in schools {
        for other in schools.into_iter().chain(for_all) {
            assert!(are_colleagues(&past, one, other) && are_colleagues(&past, other, one), "{one} and {other}");
        }
        assert!(!are_colleagues(&past, one, OTHER_PRINCIPAL) && !are_colleagues(&past, OTHER_PRINCIPAL, one), "{one}");
    }
    // An officer of one committee is no colleague at a school of another, nor of its officer.
    let (theirs, ours) = (OTHER, StaffId::from_bits([9; 16]));
    let placed =
        past.and([placed_under(SCHOOL, "BUN"), placed_under(OTHER_SCHOOL, "UTN"), joined(theirs), joined(ours)]);
    let bound = placed.and([
        appointed(theirs, Role::Authority, committee("UTN")),
        appointed(ours, Role::Authority, committee("BUN")),
    ]);
    for (one, other, are) in [
        (ours, MENTOR, true),
        (ours, OTHER_PRINCIPAL, false),
        (theirs, MENTOR, false),
        (theirs, OTHER_PRINCIPAL, true),
        (ours, theirs, false),
        (ours, ours, true),
    ] {
        assert_eq!(are_colleagues(&bound, one, other), are, "{one} and {other}");
        assert_eq!(are_colleagues(&bound, other, one), are, "{other} and {one}");
    }
}
