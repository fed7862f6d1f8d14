//! The teams, delegation, and what is reported on: who answers whom, and for which pupils.

use domain::access::may_do;
use domain::command::{ContactToLog, WorkToLog};
use domain::event::pupil::{AssignmentKind, MentorAssigned};
use domain::event::work::Work;
use domain::event::{PupilEvent, SchoolEvent, SchoolMatter};
use domain::id::{EnrolmentId, EventId, PupilId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::everyday::of_school;
use domain::spec::works::{of_age, worked};
use domain::spec::{Given, Happened, date, given, noon};
use domain::words::{DelegatedDecision, HealthTeamMember, Minutes, Note, ReferralConcern, ReportLevel, Team};
use domain::{Code, Command, Event, Role, StreamRef};

const MEMBER: StaffId = StaffId::from_bits([8; 16]);
const SIBLING: PupilId = PupilId::from_bits([78; 16]);

/// The pupil with a mentor, and somebody in a team.
fn with(role: Role) -> Given {
    given(a_pupil_with_a_mentor()).and([joined(MEMBER), granted(MEMBER, role, Some(SCHOOL))])
}

fn logged(work: Work, noted: bool) -> Command {
    let note = noted.then(|| Personal::new(Note::try_new("Eftersom så behövs.").unwrap()));
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note })
}

fn may(past: &Given, staff: StaffId, work: Work) -> Result<Option<Role>, Code> {
    let world = &past.story.known.world;
    may_do(world, as_staff(staff), &logged(work, false), date("2019-10-01")).map_err(|refusal| refusal.code)
}

fn referred(team: Team) -> Happened {
    worked(Work::ReferralOpened { team, concern: ReferralConcern::Absence })
}

fn agreed(of: EventId) -> Work {
    Work::ReferralActionAgreed { of, member: HealthTeamMember::Counsellor, follow_up: date("2019-10-14") }
}

#[test]
fn the_team_that_a_referral_stands_with_answers_it_and_no_other() {
    for (role, team, other) in
        [(Role::HealthTeam, Team::Health, Team::Safety), (Role::SafetyTeam, Team::Safety, Team::Health)]
    {
        let past = with(role);
        let of = past.next_event();
        let answers = || {
            [
                Work::ReferralAccepted { of },
                Work::ReferralReturned { of },
                Work::ReferralDeclined { of },
                agreed(of),
                Work::ReferralClosed { of },
                Work::HealthTeamMet { team, mentor_present: true },
            ]
        };
        for work in answers() {
            assert_eq!(may(&past, MEMBER, work.clone()), Err(Code::NotFound), "nothing is referred: {work:?}");
        }
        let elsewhere = past.clone().and([referred(other)]);
        for work in answers() {
            assert_eq!(may(&elsewhere, MEMBER, work.clone()), Err(Code::NotFound), "to the other team: {work:?}");
        }
        let open = past.and([referred(team)]);
        for work in answers() {
            assert_eq!(may(&open, MEMBER, work.clone()), Ok(Some(role)), "{work:?}");
        }
        assert_eq!(
            may(&open, MEMBER, Work::ReferralResubmitted { of }),
            Err(Code::NotAllowed),
            "the mentor adds to it"
        );
        let closed = open.and([worked(Work::ReferralClosed { of })]);
        for work in answers() {
            assert_eq!(may(&closed, MEMBER, work.clone()), Err(Code::NotFound), "it is closed: {work:?}");
        }
    }
}

#[test]
fn a_mentor_opens_adds_and_takes_back_and_does_not_answer_for_the_team() {
    let past = with(Role::HealthTeam);
    let of = past.next_event();
    let open = past.and([referred(Team::Health)]);
    for work in [Work::ReferralResubmitted { of }, Work::ReferralClosed { of }] {
        assert_eq!(may(&open, MENTOR, work.clone()), Ok(Some(Role::Mentor)), "{work:?}");
    }
    for work in [Work::ReferralAccepted { of }, agreed(of)] {
        assert_eq!(may(&open, MENTOR, work.clone()), Err(Code::NotAllowed), "{work:?}");
        assert_eq!(may(&open, PRINCIPAL, work.clone()), Ok(Some(Role::Principal)), "{work:?}");
    }
}

fn delegated(decision: DelegatedDecision, to: StaffId, by: Option<StaffId>) -> SchoolMatter {
    let (first_day, last_day) = (date("2019-08-12"), date("2020-06-12"));
    SchoolMatter::DecisionDelegated { decision, to, by, first_day, last_day }
}

#[test]
fn a_delegation_holds_for_the_pupils_of_the_principal_who_gave_it() {
    const ELSEWHERE: StaffId = StaffId::from_bits([9; 16]);
    let warning = || Work::WrittenWarningGiven { on: date("2019-09-30") };
    let past = with(Role::HealthTeam).and([joined(ELSEWHERE), granted(ELSEWHERE, Role::Principal, Some(SCHOOL))]);
    assert_eq!(may(&past, MEMBER, warning()), Err(Code::NotFound), "it is not a team's to decide");
    let settled = |by| of_school(SchoolEvent::Settled(delegated(DelegatedDecision::WrittenWarning, MEMBER, by)));
    for by in [None, Some(ELSEWHERE)] {
        let another = past.clone().and([settled(by)]);
        assert_eq!(
            may(&another, MEMBER, warning()),
            Err(Code::NotFound),
            "by {by:?}, who does not answer for the pupil"
        );
    }
    let own = past.and([settled(Some(PRINCIPAL))]);
    assert_eq!(may(&own, MEMBER, warning()), Ok(Some(Role::HealthTeam)), "a counsellor can be a delegate");
}

#[test]
fn a_principal_delegates_their_own_decisions_and_nobody_elses() {
    let settle = |by| Command::SettleSchool { school: SCHOOL, matter: delegated(DelegatedDecision::Leave, MENTOR, by) };
    let here = || given(a_pupil_with_a_mentor());
    let own = delegated(DelegatedDecision::Leave, MENTOR, Some(PRINCIPAL));
    here().when(as_staff(PRINCIPAL), settle(None), noon("2019-10-01")).then([of_school(SchoolEvent::Settled(own))]);
    here().when(as_staff(PRINCIPAL), settle(Some(OTHER_PRINCIPAL)), noon("2019-10-01")).then_refused(Code::NotAllowed);
    here().when(domain::Actor::Setup, settle(None), noon("2019-10-01")).then_refused(Code::NotAllowed);
    here().when(domain::Actor::Setup, settle(Some(MENTOR)), noon("2019-10-01")).then_refused(Code::RoleMissing);
}

#[test]
fn harassment_is_reported_on_from_the_report_to_the_principal() {
    let further = |report| Work::HarassmentReported { level: ReportLevel::Authority, report };
    let first = || Work::HarassmentReported { level: ReportLevel::Principal, report: None };
    let past = given(a_pupil_with_a_mentor());
    let report = past.next_event();
    let refused = |past: Given, work, code| {
        past.when(as_staff(PRINCIPAL), logged(work, false), noon("2019-10-01")).then_refused(code);
    };
    refused(past.clone(), further(None), Code::ReportMissing);
    refused(past.clone(), further(Some(report)), Code::ReportMissing);
    let other = past.clone().and([worked(Work::ConflictHandled { pupils: 2 })]);
    refused(other, further(Some(report)), Code::ReportMissing);
    let wrong = Work::HarassmentReported { level: ReportLevel::Principal, report: Some(report) };
    refused(past.clone(), wrong, Code::InvalidInput);
    let reported = past.and([worked(first())]);
    reported.when(as_staff(PRINCIPAL), logged(further(Some(report)), false), noon("2019-10-01")).then_it_happens();
}

#[test]
fn an_accepted_offer_becomes_an_assignment_in_the_same_decision() {
    let past = given(a_pupil()).and([worked(Work::AssignmentOffered { mentor: MENTOR })]);
    let of = past.story.log.last().unwrap().id;
    let told =
        past.when(as_staff(PRINCIPAL), logged(Work::OfferAccepted { of }, false), noon("2019-10-01")).then_it_happens();
    let assigned: Vec<&MentorAssigned> = told
        .decision
        .events
        .iter()
        .filter_map(|decided| match &decided.event {
            Event::Pupil(PupilEvent::MentorAssigned(assigned)) => Some(assigned),
            _ => None,
        })
        .collect();
    let [assigned] = assigned.as_slice() else { panic!("one assignment: {assigned:?}") };
    assert_eq!((assigned.mentor, assigned.principal), (MENTOR, PRINCIPAL));
    assert_eq!((assigned.kind, assigned.from), (AssignmentKind::Primary, date("2019-10-01")));
}

#[test]
fn an_offer_of_the_mentor_whom_the_pupil_has_already_is_accepted_and_nothing_more() {
    let past = given(a_pupil_with_a_mentor()).and([worked(Work::AssignmentOffered { mentor: MENTOR })]);
    let of = past.story.log.last().unwrap().id;
    let told =
        past.when(as_staff(PRINCIPAL), logged(Work::OfferAccepted { of }, false), noon("2019-10-01")).then_it_happens();
    assert_eq!(told.decision.events.len(), 1);
}

#[test]
fn only_a_pupil_of_full_age_consents() {
    let consent = || Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2020-06-12") };
    let past = || given(a_pupil_with_a_mentor());
    let asked = |past: Given, day| past.when(as_staff(PRINCIPAL), logged(consent(), false), noon(day));
    asked(past(), "2019-10-01").then_refused(Code::NotOfAge);
    let young = || past().and([worked(Work::BirthDateRecorded { born: date("2001-10-02") })]);
    asked(young(), "2019-10-01").then_refused(Code::NotOfAge);
    asked(young(), "2019-10-02").then_it_happens();
    asked(past().and([worked(of_age())]), "2019-10-01").then_it_happens();
}

#[test]
fn each_policy_for_the_ladder_has_a_higher_number_than_those_before() {
    let policy = |number| SchoolMatter::LadderPolicyAdopted {
        number,
        first_day: date("2019-08-12"),
        percent: 15,
        window_days: 28,
        inquiry: None,
    };
    let past = || given(a_pupil()).and([of_school(SchoolEvent::Settled(policy(3)))]);
    let adopt = |number| {
        let command = Command::SettleSchool { school: SCHOOL, matter: policy(number) };
        past().when(as_staff(PRINCIPAL), command, noon("2019-10-01"))
    };
    for number in [0, 2, 3] {
        adopt(number).then_refused(Code::AlreadySo);
    }
    adopt(4).then_it_happens();
}

#[test]
fn a_contact_about_siblings_stands_with_each_and_its_minutes_count_once() {
    let enrolment = EnrolmentId::from_bits([78; 16]);
    let of_sibling = |(_, event): Happened| (StreamRef::Pupil(SIBLING), event);
    let mut link = linked(GUARDIAN);
    if let Event::Pupil(PupilEvent::GuardianLinked(linked)) = &mut link.1 {
        linked.enrolment = enrolment;
    }
    let past = given(a_pupil_with_a_mentor());
    let past = past.and([of_sibling(enrolled(SCHOOL, enrolment, "8A", "2019-08-20"))]);
    let contact = || ContactToLog { with: vec![SIBLING], ..contact_to_log() };
    let log =
        |past: Given, contact| past.when(as_staff(PRINCIPAL), Command::LogGuardianContact(contact), noon("2019-10-01"));
    log(past.clone(), contact()).then_refused(Code::GuardianNotLinked);
    let past = past.and([of_sibling(link)]);
    let twice = ContactToLog { with: vec![SIBLING, SIBLING], ..contact_to_log() };
    log(past.clone(), twice).then_refused(Code::InvalidInput);
    let told = log(past, contact()).then_it_happens();
    let minutes: Vec<_> = told
        .decision
        .events
        .iter()
        .filter_map(|decided| match &decided.event {
            Event::Pupil(PupilEvent::GuardianContacted(contact)) => Some((decided.stream, contact.minutes)),
            _ => None,
        })
        .collect();
    let expected = [(StreamRef::Pupil(PUPIL), Some(Minutes(10))), (StreamRef::Pupil(SIBLING), Some(Minutes(0)))];
    assert_eq!(minutes, expected);
}
