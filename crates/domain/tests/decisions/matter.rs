use domain::access::{Subject, may_do, may_see};
use domain::actor::Grant;
use domain::calendar::Term;
use domain::command::WorkToLog;
use domain::event::pupil::PupilMovedClass;
use domain::event::staff::RoleWithdrawn;
use domain::event::work::Work;
use domain::event::{EventKind, PupilEvent, SchoolEvent, SchoolMatter, StaffEvent, StaffMatter};
use domain::id::{PupilId, StaffId};
use domain::projection::AsOf;
use domain::spec::cast::*;
use domain::spec::everyday::{every_school_matter, every_staff_matter, of_mentor, of_school};
use domain::spec::works::{step, worked};
use domain::spec::{Given, date, given, noon};
use domain::words::{AttendanceSender, DelegatedDecision, PostShare, ReferralConcern};
use domain::{Actor, Code, Command, Role, StreamRef};

fn arranged(matter: StaffMatter) -> domain::spec::Happened {
    of_mentor(StaffEvent::Arranged(matter))
}

fn settled(matter: SchoolMatter) -> domain::spec::Happened {
    of_school(SchoolEvent::Settled(matter))
}

fn arrange(past: Given, by: StaffId, matter: StaffMatter) -> domain::spec::When {
    past.when(as_staff(by), Command::ArrangeStaff { staff: MENTOR, matter }, noon("2019-10-01"))
}

fn away(first: &str, last: &str) -> StaffMatter {
    StaffMatter::StaffAway { first_day: date(first), last_day: date(last) }
}

fn deputy() -> StaffMatter {
    every_staff_matter().swap_remove(2)
}

fn here() -> Given {
    given(a_pupil_with_a_mentor())
}

fn deputy_sees(past: &Given, day: &str) -> (bool, usize) {
    let seen = may_see(&past.story.known.world, Actor::Staff(OTHER_MENTOR), Subject::Case(PUPIL), date(day));
    (seen.granted(), past.story.known.covered_by(OTHER_MENTOR, AsOf::now(date(day))).len())
}

#[test]
fn a_standing_deputy_has_the_pupils_while_the_mentor_is_away_and_only_then() {
    arrange(here(), PRINCIPAL, deputy()).then([arranged(deputy())]);
    let past = here().and([arranged(deputy()), arranged(away("2019-10-07", "2019-10-18"))]);
    assert_eq!(deputy_sees(&past, "2019-10-04"), (false, 0));
    assert_eq!(deputy_sees(&past, "2019-10-07"), (true, 1));
    assert_eq!(deputy_sees(&past, "2019-10-18"), (true, 1));
    assert_eq!(deputy_sees(&past, "2019-10-21"), (false, 0));
    let back = past.and([arranged(StaffMatter::StaffBack { on: date("2019-10-14") })]);
    assert_eq!(deputy_sees(&back, "2019-10-11"), (true, 1));
    assert_eq!(deputy_sees(&back, "2019-10-14"), (false, 0), "back before the last day");
}

#[test]
fn a_deputy_is_a_mentor_of_the_same_school_and_nobody_comes_back_who_is_not_away() {
    let to = |deputy| {
        let (first_day, last_day) = (date("2019-10-01"), date("2020-06-12"));
        StaffMatter::StandingDeputyNamed { deputy, school: None, first_day, last_day }
    };
    arrange(here(), PRINCIPAL, to(OTHER_PRINCIPAL)).then_refused(Code::RoleMissing);
    arrange(here(), PRINCIPAL, to(MENTOR)).then_refused(Code::RoleMissing);
    arrange(here(), PRINCIPAL, StaffMatter::StaffBack { on: date("2019-10-01") }).then_refused(Code::NotSo);
    arrange(here(), PRINCIPAL, away("2019-10-04", "2019-10-01")).then_refused(Code::InvalidInput);
}

/// A mentor whom two schools share: whoever leads the one names nobody for the pupils of the other.
#[test]
fn a_standing_deputy_is_named_for_the_schools_that_whoever_names_them_leads() {
    let asked = |school| {
        let (first_day, last_day) = (date("2019-08-12"), date("2020-06-12"));
        StaffMatter::StandingDeputyNamed { deputy: OTHER_MENTOR, school, first_day, last_day }
    };
    let at = |school| arranged(asked(Some(school)));
    let at_both = |staff| granted(staff, Role::Mentor, Some(OTHER_SCHOOL));
    let shared = || here().and([at_both(MENTOR), at_both(OTHER_MENTOR), arranged(away("2019-09-30", "2019-10-18"))]);
    let sees = |told: domain::spec::Told| deputy_sees(&Given { story: told.story }, "2019-10-07");
    assert_eq!(sees(arrange(shared(), PRINCIPAL, asked(None)).then([at(SCHOOL)])), (true, 1));
    assert_eq!(sees(arrange(shared(), PRINCIPAL, asked(Some(SCHOOL))).then([at(SCHOOL)])), (true, 1));
    assert_eq!(sees(arrange(shared(), OTHER_PRINCIPAL, asked(None)).then([at(OTHER_SCHOOL)])), (false, 0));
    arrange(shared(), OTHER_PRINCIPAL, asked(Some(SCHOOL))).then_refused(Code::NotFound);
    // Whoever leads both names for both, or for one of them.
    let leads_both = || shared().and([granted(PRINCIPAL, Role::Principal, Some(OTHER_SCHOOL))]);
    arrange(leads_both(), PRINCIPAL, asked(None)).then([at(SCHOOL), at(OTHER_SCHOOL)]);
    arrange(leads_both(), PRINCIPAL, asked(Some(OTHER_SCHOOL))).then([at(OTHER_SCHOOL)]);
    // The deputy is a mentor at the school of whoever names them.
    let one = || here().and([at_both(MENTOR)]);
    arrange(one(), PRINCIPAL, asked(None)).then([at(SCHOOL)]);
    arrange(one(), OTHER_PRINCIPAL, asked(None)).then_refused(Code::RoleMissing);
}

#[test]
fn nobody_is_agreed_away_beyond_a_full_post() {
    let share = |principal, percent| StaffMatter::ShareAgreed {
        principal,
        share: PostShare::try_new(percent).unwrap(),
        first_day: date("2019-08-12"),
    };
    let past = || {
        let elsewhere = granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL));
        here().and([elsewhere, arranged(share(PRINCIPAL, 60))])
    };
    arrange(past(), PRINCIPAL, share(OTHER_PRINCIPAL, 41)).then_refused(Code::InvalidInput);
    arrange(past(), PRINCIPAL, share(OTHER_PRINCIPAL, 40)).then_it_happens();
    arrange(past(), PRINCIPAL, share(PRINCIPAL, 100)).then_it_happens();
    arrange(past(), PRINCIPAL, share(OTHER_MENTOR, 10)).then_refused(Code::RoleMissing);
    // With a principal whose school is not the mentor's nothing is shared.
    arrange(here(), PRINCIPAL, share(OTHER_PRINCIPAL, 10)).then_refused(Code::RoleMissing);
}

#[test]
fn a_class_is_given_to_a_teacher_of_the_school_and_who_works_elsewhere_is_as_nobody() {
    let (first_day, last_day) = (date("2019-08-19"), date("2019-12-20"));
    let class = StaffMatter::ClassGiven { school: SCHOOL, class: placed("7A").class, first_day, last_day };
    let give = |to| {
        let command = Command::ArrangeStaff { staff: to, matter: class.clone() };
        here().and([granted(OTHER_PRINCIPAL, Role::Teacher, Some(OTHER_SCHOOL))]).when(
            as_staff(PRINCIPAL),
            command,
            noon("2019-10-01"),
        )
    };
    give(MENTOR).then_refused(Code::RoleMissing);
    give(OTHER_PRINCIPAL).then_refused(Code::NotFound);
    give(StaffId::from_bits([0x55; 16])).then_refused(Code::NotFound);
}

/// What was given until a day is taken back by giving it until an earlier one; what is given from a day ahead takes nothing back.
#[test]
fn of_a_class_that_was_given_or_a_decision_that_was_delegated_twice_the_last_word_counts() {
    let class = |first_day, last_day| {
        let (first_day, last_day) = (date(first_day), date(last_day));
        let matter = StaffMatter::ClassGiven { school: SCHOOL, class: placed("7A").class, first_day, last_day };
        (StreamRef::Staff(MENTOR), StaffEvent::Arranged(matter).into())
    };
    let leave = |first_day, last_day| {
        let (decision, to, by) = (DelegatedDecision::Leave, MENTOR, Some(PRINCIPAL));
        let (first_day, last_day) = (date(first_day), date(last_day));
        settled(SchoolMatter::DecisionDelegated { decision, to, by, first_day, last_day })
    };
    let whole = here().and([class("2019-08-19", "2020-06-11"), leave("2019-08-19", "2020-06-11")]);
    let ahead = whole.clone().and([class("2020-08-18", "2020-12-18"), leave("2020-08-18", "2020-12-18")]);
    let back = ahead.clone().and([class("2019-08-19", "2019-10-01"), leave("2019-08-19", "2019-10-01")]);
    for (past, expected) in [(whole, [true, true]), (ahead, [true, true]), (back, [true, false])] {
        let world = &past.story.known.world;
        let has = |on| world.staff_member(MENTOR).unwrap().has_class(SCHOOL, &placed("7A").class, date(on));
        let may = |on| {
            let mut by = world.school(SCHOOL).unwrap().delegated_by(DelegatedDecision::Leave, MENTOR, date(on));
            by.next() == Some(PRINCIPAL)
        };
        assert_eq!(["2019-10-01", "2019-10-02"].map(has), expected);
        assert_eq!(["2019-10-01", "2019-10-02"].map(may), expected);
    }
}

#[test]
fn a_group_activity_is_ones_own_and_counts_as_the_time_it_took() {
    let held = every_staff_matter().into_iter().find(|matter| matter.kind() == EventKind::GroupActivityHeld).unwrap();
    let past = here().and([arranged(held.clone())]);
    arrange(here(), MENTOR, held).then_it_happens();
    let span =
        domain::projection::workload::Span { first: date("2019-09-02"), last: date("2019-09-02"), known: u64::MAX };
    let load = past.story.known.workload.of(MENTOR, span);
    assert_eq!((load.groups.values().sum::<u32>(), load.total_minutes()), (1, 40));
}

#[test]
fn a_withdrawn_role_is_gone() {
    let grant = Grant::at(Role::Mentor, SCHOOL);
    let withdraw = || Command::WithdrawRole { staff: MENTOR, grant };
    let withdrawn = of_mentor(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant }));
    here().when(as_staff(ADMINISTRATOR), withdraw(), noon("2019-10-01")).then([withdrawn.clone()]);
    let past = here().and([withdrawn]);
    assert!(!past.story.known.world.staff_member(MENTOR).unwrap().holds_somewhere(Role::Mentor));
    past.when(as_staff(ADMINISTRATOR), withdraw(), noon("2019-10-01")).then_refused(Code::RoleMissing);
}

fn leave(days: i64) -> Command {
    let first_day = date("2019-10-07");
    let last_day = first_day + chrono::Duration::days(days - 1);
    let work = Work::LeaveDecided { first_day, last_day, granted: true };
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None })
}

#[test]
fn leave_of_at_most_ten_days_can_be_delegated_and_no_more() {
    let delegated = every_school_matter().swap_remove(0);
    let may = |past: &Given, command: &Command, day: &str| {
        may_do(&past.story.known.world, Actor::Staff(MENTOR), command, date(day)).map_err(|refusal| refusal.code)
    };
    assert_eq!(may(&here(), &leave(1), "2019-10-01"), Err(Code::NotAllowed));
    let past = here().and([settled(delegated)]);
    assert_eq!(may(&past, &leave(10), "2019-10-01"), Ok(Some(Role::Mentor)));
    assert_eq!(may(&past, &leave(11), "2019-10-01"), Err(Code::NotAllowed));
    assert_eq!(may(&past, &leave(1), "2020-06-13"), Err(Code::NotAllowed), "a delegation has a last day");
}

#[test]
fn what_is_settled_at_a_school_holds_from_its_first_day() {
    let past = here().and(every_school_matter().into_iter().map(settled));
    let school = past.story.known.world.school(SCHOOL).unwrap();
    assert_eq!(school.attendance_sender_on(date("2019-08-11")), AttendanceSender::AttendanceSystem);
    assert_eq!(school.attendance_sender_on(date("2019-08-12")), AttendanceSender::Mentorlog);
    assert!(school.ladder_policy_on(date("2019-08-11")).is_none());
    assert!(school.ladder_policy_on(date("2019-08-12")).is_some());
    let by = |decision| school.delegated_by(decision, MENTOR, date("2020-06-12")).collect::<Vec<_>>();
    assert_eq!(by(DelegatedDecision::Leave), [PRINCIPAL]);
    assert_eq!(by(DelegatedDecision::Referral), []);
    let term: Term = "ht19".parse().unwrap();
    assert!(school.published(term));
    let again = Command::SettleSchool { school: SCHOOL, matter: SchoolMatter::FiguresPublished { term } };
    past.when(as_staff(PRINCIPAL), again, noon("2019-10-01")).then_refused(Code::AlreadySo);
}

fn settles(past: Given, matter: SchoolMatter, at: &str) -> domain::spec::When {
    past.when(as_staff(PRINCIPAL), Command::SettleSchool { school: SCHOOL, matter }, noon(at))
}

fn publishes(term: &str) -> SchoolMatter {
    SchoolMatter::FiguresPublished { term: term.parse().unwrap() }
}

fn adopts(term: &str, on: &str) -> SchoolMatter {
    SchoolMatter::PublicationDayAdopted { term: term.parse().unwrap(), on: date(on) }
}

fn a_year_with(matters: impl IntoIterator<Item = SchoolMatter>) -> Given {
    here().and([year_set(SCHOOL)]).and(matters.into_iter().map(settled))
}

#[test]
fn figures_are_published_in_the_week_of_a_day_that_was_adopted_after_the_term() {
    let adopted = || a_year_with([adopts("ht19", "2020-01-20")]);
    let publish = |past, at| settles(past, publishes("ht19"), at);
    publish(a_year_with([]), "2020-02-01").then_refused(Code::NotSo);
    publish(adopted(), "2020-01-19").then_refused(Code::InTheFuture);
    publish(adopted(), "2019-12-31").then_refused(Code::InTheFuture);
    publish(adopted(), "2020-01-20").then([settled(publishes("ht19"))]);
    publish(adopted(), "2020-01-26").then([settled(publishes("ht19"))]);
    publish(adopted(), "2020-01-27").then_refused(Code::PublicationMissed);
    let later = adopted().and([settled(adopts("ht19", "2020-02-03"))]);
    publish(later.clone(), "2020-01-20").then_refused(Code::InTheFuture);
    publish(later, "2020-02-03").then([settled(publishes("ht19"))]);
}

#[test]
fn a_day_of_publication_is_adopted_two_weeks_ahead_and_stands_from_then_on() {
    let adopt = |past, on, at| settles(past, adopts("ht19", on), at);
    let adopted = |on| a_year_with([adopts("ht19", on)]);
    let anew = |on| [settled(adopts("ht19", on))];
    adopt(a_year_with([]), "2019-12-31", "2019-10-01").then_refused(Code::OutsidePeriod);
    for late in ["2020-01-20", "2020-01-19", "2020-01-07"] {
        adopt(a_year_with([]), "2020-01-20", late).then_refused(Code::PublicationTooSoon);
    }
    adopt(a_year_with([]), "2020-01-20", "2020-01-06").then(anew("2020-01-20"));
    // Until two weeks before it may be moved; then neither to be later nor to be sooner, nor when it has come.
    adopt(adopted("2020-01-20"), "2020-03-02", "2020-01-06").then(anew("2020-03-02"));
    for near in ["2020-01-07", "2020-01-20", "2020-01-26"] {
        adopt(adopted("2020-01-20"), "2020-03-02", near).then_refused(Code::PublicationFixed);
    }
    // A day that passed without a publication is followed by another one.
    adopt(adopted("2020-01-20"), "2020-03-02", "2020-01-27").then(anew("2020-03-02"));
    let done = a_year_with([adopts("ht19", "2020-01-20"), publishes("ht19")]);
    adopt(done, "2020-03-02", "2020-02-01").then_refused(Code::AlreadySo);
}

#[test]
fn two_publications_of_a_school_lie_four_weeks_apart_whichever_is_adopted_first() {
    let spring = |on| [settled(adopts("vt20", on))];
    let told = || a_year_with([adopts("ht19", "2020-07-01"), publishes("ht19")]);
    let ahead = || a_year_with([adopts("ht19", "2020-08-15")]);
    for near in ["2020-07-15", "2020-07-16", "2020-07-28"] {
        settles(told(), adopts("vt20", near), "2020-07-01").then_refused(Code::PublicationTooClose);
    }
    settles(told(), adopts("vt20", "2020-07-29"), "2020-07-01").then(spring("2020-07-29"));
    for near in ["2020-07-19", "2020-08-15", "2020-09-11"] {
        settles(ahead(), adopts("vt20", near), "2020-07-01").then_refused(Code::PublicationTooClose);
    }
    for far in ["2020-07-18", "2020-09-12"] {
        settles(ahead(), adopts("vt20", far), "2020-07-01").then(spring(far));
    }
}

#[test]
fn pupils_go_on_to_the_next_year_together_or_not_at_all() {
    let first_day = date("2020-08-17");
    let roll = |moves: &[(PupilId, &str)]| {
        let moves = moves.iter().map(|(pupil, class)| (*pupil, placed(class))).collect();
        here().when(as_staff(PRINCIPAL), Command::RollYearOver { school: SCHOOL, first_day, moves }, noon("2020-08-10"))
    };
    let moved = PupilMovedClass { enrolment: ENROLMENT, placement: placed("8A"), from: first_day };
    roll(&[(PUPIL, "8A")]).then([
        of_pupil(PupilEvent::MovedClass(moved)),
        settled(SchoolMatter::YearRolledOver { first_day, pupils: 1 }),
    ]);
    roll(&[(PUPIL, "8A"), (PupilId::from_bits([77; 16]), "8A")]).then_refused(Code::NotFound);
    roll(&[(PUPIL, "8A"), (PUPIL, "8B")]).then_refused(Code::InvalidInput);
    roll(&[]).then_refused(Code::InvalidInput);
    roll(&[(PUPIL, "3A")]).then_refused(Code::GradeNotTaught);
}

fn for_several(work: Work, with: Vec<PupilId>) -> domain::spec::When {
    let other = PupilId::from_bits([78; 16]);
    let (_, enrolment) = enrolled(SCHOOL, domain::id::EnrolmentId::from_bits([78; 16]), "7A", "2019-08-20");
    let minutes = Some(domain::words::Minutes(30));
    let logged = WorkToLog { pupil: PUPIL, with, occurred: None, work, minutes, note: None };
    let past = here().and([(StreamRef::Pupil(other), enrolment)]);
    past.when(as_staff(PRINCIPAL), Command::LogWork(logged), noon("2019-10-01"))
}

#[test]
fn what_was_done_with_several_pupils_stands_in_each_case_and_its_time_counts_once() {
    let other = PupilId::from_bits([78; 16]);
    let told = for_several(Work::ConflictHandled { pupils: 2 }, vec![other]).then_it_happens();
    let minutes: Vec<_> = told
        .decision
        .events
        .iter()
        .filter_map(|decided| match &decided.event {
            domain::Event::Pupil(PupilEvent::Worked(work)) => Some((decided.stream, work.minutes.map(|time| time.0))),
            _ => None,
        })
        .collect();
    assert_eq!(minutes, [(StreamRef::Pupil(PUPIL), Some(30)), (StreamRef::Pupil(other), Some(0))]);
    for_several(
        Work::ReferralOpened { team: domain::words::Team::Health, concern: ReferralConcern::Safety },
        vec![other],
    )
    .then_it_happens();
    for_several(Work::ConflictHandled { pupils: 2 }, vec![other, other]).then_refused(Code::InvalidInput);
    for_several(Work::ConflictHandled { pupils: 2 }, vec![PUPIL]).then_refused(Code::InvalidInput);
    let of = here().next_event();
    let follows = Work::ReferralAccepted { of };
    for_several(follows, vec![other]).then_refused(Code::ReferralStandsElsewhere);
}

#[test]
fn what_only_a_principal_decides_a_mentor_does_not_decide_for_several_either() {
    let other = PupilId::from_bits([78; 16]);
    let warned = Work::WrittenWarningGiven { on: date("2019-09-02") };
    let logged = WorkToLog { pupil: PUPIL, with: vec![other], occurred: None, work: warned, minutes: None, note: None };
    let may = may_do(&here().story.known.world, Actor::Staff(MENTOR), &Command::LogWork(logged), date("2019-10-01"));
    assert_eq!(may.map_err(|refusal| refusal.code), Err(Code::NotAllowed));
}

/// What is so in a case, after works of these kinds.
fn after(works: Vec<Work>) -> Given {
    here().and(works.into_iter().map(worked))
}

fn refused(past: Given, work: Work, code: Code) {
    let note = domain::personal::Personal::new(domain::words::Note::try_new("Ett skäl.").unwrap());
    let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: Some(note) };
    past.when(as_staff(PRINCIPAL), Command::LogWork(logged), noon("2019-10-01")).then_refused(code);
}

#[test]
fn a_ban_a_consent_and_a_protection_hold_until_they_are_ended() {
    let banned = || Work::ContactBanned { guardian: GUARDIAN };
    refused(after(vec![banned()]), banned(), Code::AlreadySo);
    refused(here(), Work::ContactBanLifted { guardian: GUARDIAN }, Code::NotSo);
    refused(here(), Work::ConsentWithdrawn { guardian: GUARDIAN }, Code::NotSo);
    let protected = || Work::IdentityProtected { level: domain::words::ProtectionLevel::OtherName };
    refused(after(vec![protected()]), protected(), Code::AlreadySo);
    refused(here(), Work::IdentityProtectionEnded { on: date("2019-09-30") }, Code::NotSo);
    let stranger = domain::id::GuardianId::from_bits([55; 16]);
    refused(here(), Work::GuardianUnlinked { guardian: stranger }, Code::GuardianNotLinked);
    let gone = after(vec![banned(), Work::GuardianUnlinked { guardian: GUARDIAN }]);
    let facts = gone.story.known.facts(PUPIL, AsOf::now(date("2019-10-01"))).unwrap();
    assert_eq!((facts.guardians.len(), facts.bans.iter().count()), (0, 1), "it holds when they are linked anew");
    let before =
        gone.story.known.facts(PUPIL, AsOf { day: date("2019-10-01"), known: gone.story.known.position - 1 }).unwrap();
    assert_eq!((before.guardians.len(), before.bans.iter().count()), (1, 1), "what was known before");
}

#[test]
fn an_offer_is_answered_once_and_a_decision_is_exported_only_when_there_is_one() {
    let offered = || Work::AssignmentOffered { mentor: OTHER_MENTOR };
    let of = here().next_event();
    refused(after(vec![offered()]), offered(), Code::AlreadySo);
    refused(after(vec![offered(), Work::OfferRefused { of }]), Work::OfferAccepted { of }, Code::OfferNotOpen);
    refused(here(), Work::AssignmentOffered { mentor: PRINCIPAL }, Code::RoleMissing);
    refused(here(), Work::DecisionExported { of }, Code::DecisionNotFound);
    assert_eq!(offered().kind(), EventKind::AssignmentOffered);
}

#[test]
fn the_inquiry_is_the_step_that_the_policy_in_force_names_and_else_the_third() {
    let policy = |number, day, inquiry| {
        let first_day = date(day);
        let matter = SchoolMatter::LadderPolicyAdopted { number, first_day, percent: 15, window_days: 28, inquiry };
        of_school(SchoolEvent::Settled(matter))
    };
    let past = given(a_pupil()).and([
        policy(1, "2019-08-12", Some(step(2))),
        policy(2, "2020-01-07", Some(step(4))),
        policy(3, "2020-08-10", None),
    ]);
    let known = past.story.known.world.school(SCHOOL).unwrap();
    let inquiry = |day| known.inquiry_on(date(day)).number();
    assert_eq!(inquiry("2019-08-11"), 3, "there is none yet");
    assert_eq!(inquiry("2019-08-12"), 2);
    assert_eq!(inquiry("2020-01-06"), 2);
    assert_eq!(inquiry("2020-01-07"), 4);
    assert_eq!(inquiry("2020-08-10"), 3, "it names none");
}
