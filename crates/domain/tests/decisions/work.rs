use domain::calendar::IsoWeek;
use domain::command::WorkToLog;
use domain::event::PupilEvent;
use domain::event::work::{CaseWork, Work};
use domain::id::EventId;
use domain::personal::{Erasable, Personal};
use domain::spec::cast::*;
use domain::spec::works::{every_work, step};
use domain::spec::{Happened, given, noon};
use domain::words::{
    Closing, HealthTeamMember, LadderAction, LadderTrigger, Minutes, Note, PlanKind, ReferralConcern, Team,
};
use domain::{Code, Command, Expectation, StreamRef};

fn note() -> Personal<Note> {
    Personal::new(Note::try_new("Eftersom så behövs.").unwrap())
}

fn asked(work: Work, noted: bool) -> Command {
    Command::LogWork(WorkToLog {
        pupil: PUPIL,
        with: Vec::new(),
        occurred: None,
        work,
        minutes: None,
        note: noted.then(note),
    })
}

fn log(work: Work) -> Command {
    asked(work, false)
}

fn done(work: Work) -> Happened {
    of_pupil(PupilEvent::Worked(CaseWork { enrolment: ENROLMENT, work, minutes: None, note: None }))
}

/// The pupil, and what was opened in the case; each opening by the event that the specification names in order.
fn after(works: &[Work]) -> domain::spec::Given {
    given(a_pupil_with_a_mentor()).and(works.iter().cloned().map(done).collect::<Vec<_>>())
}

/// The id of the first event that came after the pupil got a mentor.
fn first() -> EventId {
    given(a_pupil_with_a_mentor()).next_event()
}

fn refused(works: &[Work], work: Work, code: Code) {
    after(works).when(as_staff(MENTOR), asked(work, true), noon("2019-10-01")).then_refused(code);
}

fn opened_step(number: u8) -> Work {
    Work::LadderStepOpened { step: step(number), trigger: LadderTrigger::ShareInWindow }
}

#[test]
fn a_talk_is_a_pure_addition() {
    let talk = every_work().swap_remove(0);
    let told = after(&[]).when(as_staff(MENTOR), log(talk.clone()), noon("2019-10-01")).then([done(talk)]);
    assert_eq!(told.decision.expected, [(StreamRef::Pupil(PUPIL), Expectation::Any)]);
}

#[test]
fn minutes_and_note_are_kept_with_it() {
    let work = WorkToLog {
        pupil: PUPIL,
        with: Vec::new(),
        occurred: Some(noon("2019-09-30")),
        work: opened_step(1),
        minutes: Some(Minutes(25)),
        note: Some(note()),
    };
    let told = after(&[]).when(as_staff(MENTOR), Command::LogWork(work), noon("2019-10-01")).then([of_pupil(
        PupilEvent::Worked(CaseWork {
            enrolment: ENROLMENT,
            work: opened_step(1),
            minutes: Some(Minutes(25)),
            note: Some(Erasable::Present(note())),
        }),
    )]);
    assert_eq!(told.occurred(), Some(noon("2019-09-30")));
    assert!(matches!(told.decision.expected.as_slice(), [(StreamRef::Pupil(PUPIL), Expectation::Version(_))]));
}

#[test]
fn work_lies_within_the_enrolment_and_not_ahead() {
    let at = |when: &str| {
        let work = every_work().swap_remove(0);
        Command::LogWork(WorkToLog {
            pupil: PUPIL,
            with: Vec::new(),
            occurred: Some(noon(when)),
            work,
            minutes: None,
            note: None,
        })
    };
    after(&[]).when(as_staff(MENTOR), at("2019-08-01"), noon("2019-10-01")).then_refused(Code::OutsidePeriod);
    after(&[]).when(as_staff(MENTOR), at("2019-10-02"), noon("2019-10-01")).then_refused(Code::InTheFuture);
}

#[test]
fn a_step_is_opened_once_and_climbed_upward() {
    after(&[opened_step(1)])
        .when(as_staff(MENTOR), log(opened_step(2)), noon("2019-10-01"))
        .then([done(opened_step(2))]);
    refused(&[opened_step(1)], opened_step(1), Code::LadderStepOpenAlready);
    refused(&[opened_step(1), opened_step(2)], opened_step(1), Code::LadderStepOpenAlready);
}

#[test]
fn a_step_is_skipped_for_a_reason_only() {
    after(&[]).when(as_staff(MENTOR), log(opened_step(3)), noon("2019-10-01")).then_refused(Code::ReasonMissing);
    after(&[]).when(as_staff(MENTOR), asked(opened_step(3), true), noon("2019-10-01")).then_it_happens();
}

#[test]
fn what_a_step_asks_for_is_done_or_waived_while_it_is_open() {
    let of = first();
    let action = LadderAction::ContactGuardian;
    after(&[opened_step(1)])
        .when(as_staff(MENTOR), log(Work::LadderActionDone { of, action }), noon("2019-10-01"))
        .then([done(Work::LadderActionDone { of, action })]);
    after(&[opened_step(1)])
        .when(as_staff(MENTOR), log(Work::LadderActionWaived { of, action }), noon("2019-10-01"))
        .then_refused(Code::ReasonMissing);
    let closed = Work::LadderStepClosed { of, closing: Closing::AbsenceCeased };
    refused(&[opened_step(1), closed.clone()], Work::LadderActionDone { of, action }, Code::LadderStepNotOpen);
    refused(&[opened_step(1), closed.clone()], closed, Code::LadderStepNotOpen);
    refused(&[], Work::LadderStepRetracted { of }, Code::LadderStepNotOpen);
}

#[test]
fn a_step_that_was_closed_can_be_opened_again() {
    let closed = Work::LadderStepClosed { of: first(), closing: Closing::AbsenceCeased };
    after(&[opened_step(1), closed])
        .when(as_staff(MENTOR), log(opened_step(1)), noon("2019-10-01"))
        .then([done(opened_step(1))]);
}

#[test]
fn a_referral_is_answered_where_it_stands() {
    let of = first();
    let opened = Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence };
    let agreed = Work::ReferralActionAgreed {
        of,
        member: HealthTeamMember::Counsellor,
        follow_up: domain::spec::date("2019-10-14"),
    };
    refused(std::slice::from_ref(&opened), agreed.clone(), Code::ReferralStandsElsewhere);
    after(&[opened.clone(), Work::ReferralAccepted { of }])
        .when(as_staff(MENTOR), log(agreed.clone()), noon("2019-10-01"))
        .then([done(agreed)]);
    after(std::slice::from_ref(&opened))
        .when(as_staff(PRINCIPAL), log(Work::ReferralDeclined { of }), noon("2019-10-01"))
        .then_refused(Code::ReasonMissing);
    refused(&[opened.clone(), Work::ReferralClosed { of }], Work::ReferralClosed { of }, Code::ReferralStandsElsewhere);
    after(&[opened, Work::ReferralReturned { of }])
        .when(as_staff(MENTOR), log(Work::ReferralResubmitted { of }), noon("2019-10-01"))
        .then([done(Work::ReferralResubmitted { of })]);
}

#[test]
fn a_talk_is_held_once_and_only_when_booked() {
    let (of, guardian_present) = (first(), true);
    let booked = Work::DevelopmentTalkBooked { on: domain::spec::date("2019-10-01") };
    let held = Work::DevelopmentTalkHeld { of, guardian_present };
    refused(&[], held.clone(), Code::TalkNotBooked);
    refused(&[booked, held.clone()], held, Code::TalkNotBooked);
}

#[test]
fn a_plan_is_decided_before_it_is_followed_up() {
    let of = first();
    let drafted = Work::ActionProgrammeDrafted { plan: PlanKind::ActionProgramme };
    let followed = Work::ActionProgrammeFollowedUp { of, ended: true };
    refused(std::slice::from_ref(&drafted), followed.clone(), Code::PlanStandsElsewhere);
    let rejected = Work::ActionProgrammeDecided { of, adopted: false };
    refused(&[drafted.clone(), rejected], followed.clone(), Code::PlanStandsElsewhere);
    let adopted = Work::ActionProgrammeDecided { of, adopted: true };
    after(&[drafted, adopted]).when(as_staff(MENTOR), log(followed.clone()), noon("2019-10-01")).then([done(followed)]);
}

#[test]
fn the_text_of_a_report_of_concern_is_never_kept() {
    refused(&[], Work::ConcernReported { in_writing: true }, Code::TextNotKeptHere);
    after(&[])
        .when(as_staff(MENTOR), log(Work::ConcernReported { in_writing: true }), noon("2019-10-01"))
        .then([done(Work::ConcernReported { in_writing: true })]);
}

#[test]
fn there_is_no_plan_meeting_without_consent() {
    refused(&[], Work::CoordinatedPlanMeetingHeld { consent: false }, Code::ConsentMissing);
}

#[test]
fn what_belongs_to_upper_secondary_is_refused_in_compulsory_school() {
    refused(&[], Work::StaffAlerted { all_subjects: true }, Code::OtherSchoolForm);
    refused(&[], Work::PlacementVisited { on: domain::spec::date("2019-09-30") }, Code::OtherSchoolForm);
}

#[test]
fn a_conflict_takes_two() {
    refused(&[], Work::ConflictHandled { pupils: 1 }, Code::InvalidInput);
}

type Follows = fn(EventId) -> Work;

/// A step, a referral, a talk and a plan, each with what ends it or goes on with it.
fn openings_and_what_follows() -> Vec<(Work, Vec<Follows>)> {
    let booked = Work::DevelopmentTalkBooked { on: domain::spec::date("2019-10-10") };
    let referral = Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence };
    vec![
        (
            opened_step(1),
            vec![|of| Work::LadderStepClosed { of, closing: Closing::AbsenceCeased }, |of| Work::LadderStepRetracted {
                of,
            }],
        ),
        (
            referral,
            vec![
                |of| Work::ReferralAccepted { of },
                |of| Work::ReferralReturned { of },
                |of| Work::ReferralDeclined { of },
                |of| Work::ReferralClosed { of },
            ],
        ),
        (booked, vec![|of| Work::DevelopmentTalkHeld { of, guardian_present: true }]),
        (
            Work::ActionProgrammeDrafted { plan: PlanKind::ActionProgramme },
            vec![|of| Work::ActionProgrammeDecided { of, adopted: true }],
        ),
    ]
}

#[test]
fn nothing_ends_or_goes_on_before_it_began() {
    let at = |work: Work, when: &str| {
        let occurred = Some(noon(when));
        Command::LogWork(WorkToLog {
            pupil: PUPIL,
            with: Vec::new(),
            occurred,
            work,
            minutes: None,
            note: Some(note()),
        })
    };
    for (opening, following) in openings_and_what_follows() {
        let opened = after(&[]).when(as_staff(MENTOR), at(opening, "2019-09-20"), noon("2019-10-01")).then_it_happens();
        let of = opened.decision.events[0].id;
        let opened = opened.given();
        for follows in following {
            let (work, who) = (follows(of), as_staff(MENTOR));
            opened
                .clone()
                .when(who, at(work.clone(), "2019-09-19"), noon("2019-10-01"))
                .then_refused(Code::BeforeItBegan);
            opened.clone().when(who, at(work, "2019-09-20"), noon("2019-10-01")).then_it_happens();
        }
    }
}

#[test]
fn what_a_step_asks_for_may_have_been_done_before_it_was_opened() {
    let opened = after(&[]).when(as_staff(MENTOR), log(opened_step(1)), noon("2019-10-01")).then_it_happens();
    let work = Work::LadderActionDone { of: opened.decision.events[0].id, action: LadderAction::ContactGuardian };
    let occurred = Some(noon("2019-09-30"));
    let done = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred, work, minutes: None, note: None };
    opened.given().when(as_staff(MENTOR), Command::LogWork(done), noon("2019-10-01")).then_it_happens();
}

#[test]
fn a_pupils_week_is_planned_at_most_eight_weeks_ahead() {
    let plan = |week| log(Work::WeeklyPlanMade { week: IsoWeek::try_new(2019, week).unwrap() });
    after(&[]).when(as_staff(MENTOR), plan(48), noon("2019-10-01")).then_it_happens();
    after(&[]).when(as_staff(MENTOR), plan(49), noon("2019-10-01")).then_refused(Code::OutsidePeriod);
}

#[test]
fn what_was_done_once_took_no_longer_than_a_days_work() {
    let talk = |minutes| {
        let work = every_work().swap_remove(0);
        let minutes = Some(Minutes(minutes));
        Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes, note: None })
    };
    after(&[]).when(as_staff(MENTOR), talk(720), noon("2019-10-01")).then_it_happens();
    let refusal = after(&[]).when(as_staff(MENTOR), talk(721), noon("2019-10-01")).then_refused(Code::InvalidInput);
    assert_eq!(refusal.field, Some("minutes"));
}
