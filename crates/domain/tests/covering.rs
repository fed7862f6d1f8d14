//! Who has whom and who does not: pupils nobody covers, talks that are owed once, weeks that are sampled, and what is within
//! the mission of the day.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Subject, may_see};
use domain::event::pupil::{AssignmentKind, ContactTopic, CoverStarted, PupilEvent};
use domain::event::school::MissionAdopted;
use domain::event::staff::{RoleWithdrawn, TimeLogged};
use domain::event::work::{CaseWork, Work};
use domain::event::{SchoolEvent, StaffEvent, StaffMatter};
use domain::id::{AssignmentId, SchoolId, StaffId};
use domain::projection::workload::{Load, Span};
use domain::projection::{AsOf, Projections, Uncovered};
use domain::recorded::StreamRef;
use domain::spec::cast::*;
use domain::spec::everyday::{mission, of_mentor, of_school, time_logged};
use domain::spec::{Given, Happened, date, given, noon};
use domain::state::Spell;
use domain::words::{Minutes, ProtectionLevel, TalkDuty, TimeCategories, TimeCategory};
use domain::{Actor, Event, Role, actor::Grant};

/// A mentor of the other school.
const DEPUTY: StaffId = StaffId::from_bits([7; 16]);

fn away(staff: StaffId, first: &str, last: &str) -> Happened {
    let matter = StaffMatter::StaffAway { first_day: date(first), last_day: date(last) };
    (StreamRef::Staff(staff), StaffEvent::Arranged(matter).into())
}

fn why(past: &Given, day: &str) -> Option<Uncovered> {
    let known = &past.story.known;
    known.uncovered(SCHOOL, AsOf::now(date(day))).first().map(|(_, _, why)| *why)
}

/// Recorded on a day, at noon.
fn on(mut past: Given, day: &str, (stream, event): Happened) -> Given {
    past.story.happened_at(stream, event, noon(day));
    past
}

#[test]
fn a_pupil_whose_mentor_is_away_is_covered_by_nobody_unless_somebody_stands_in() {
    assert_eq!(why(&given(a_pupil()), "2019-10-01"), Some(Uncovered::NoMentor));
    let past = given(a_pupil_with_a_mentor());
    assert_eq!(why(&past, "2019-10-01"), None);
    let gone = past.and([away(MENTOR, "2019-09-30", "2019-10-04")]);
    assert_eq!(why(&gone, "2019-10-01"), Some(Uncovered::MentorAway));
    assert_eq!(why(&gone, "2019-10-07"), None, "back");
    let cover = PupilEvent::CoverStarted(CoverStarted {
        enrolment: ENROLMENT,
        assignment: ASSIGNMENT,
        deputy: OTHER_MENTOR,
        from: date("2019-10-01"),
        until: date("2019-10-02"),
    });
    let covered = gone.clone().and([of_pupil(cover)]);
    assert_eq!([why(&covered, "2019-10-01"), why(&covered, "2019-10-03")], [None, Some(Uncovered::MentorAway)]);
    let both = covered.and([away(OTHER_MENTOR, "2019-10-01", "2019-10-01")]);
    assert_eq!(why(&both, "2019-10-01"), Some(Uncovered::MentorAway), "the deputy is away too");
    let (first_day, last_day) = (date("2019-08-12"), date("2020-06-12"));
    let deputy = StaffMatter::StandingDeputyNamed { deputy: OTHER_MENTOR, school: Some(SCHOOL), first_day, last_day };
    let standing = gone.and([of_mentor(StaffEvent::Arranged(deputy))]);
    assert_eq!(why(&standing, "2019-10-01"), None);
}

/// The deputy of the mentor, for the pupils of a school.
fn deputy(deputy: StaffId, school: Option<SchoolId>) -> Happened {
    let (first_day, last_day) = (date("2019-08-12"), date("2020-06-12"));
    of_mentor(StaffEvent::Arranged(StaffMatter::StandingDeputyNamed { deputy, school, first_day, last_day }))
}

/// A mentor at two schools, who is away, and another one at the other of them.
fn shared() -> Given {
    given(a_pupil_with_a_mentor()).and([
        granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)),
        joined(DEPUTY),
        granted(DEPUTY, Role::Mentor, Some(OTHER_SCHOOL)),
        away(MENTOR, "2019-09-30", "2019-10-04"),
    ])
}

/// Why nobody has the pupil, and whether these have, or may see the case.
fn covering(past: &Given, deputies: [StaffId; 2]) -> (Option<Uncovered>, [(usize, bool); 2]) {
    let today = date("2019-10-01");
    let known = &past.story.known;
    let has = |deputy: StaffId| {
        let seen = may_see(&known.world, Actor::Staff(deputy), Subject::Case(PUPIL), today).granted();
        (known.covered_by(deputy, AsOf::now(today)).len(), seen)
    };
    (why(past, "2019-10-01"), deputies.map(has))
}

const HAS: (usize, bool) = (1, true);
const NOT: (usize, bool) = (0, false);
const GONE: Option<Uncovered> = Some(Uncovered::MentorAway);

#[test]
fn a_standing_deputy_has_the_pupils_of_the_school_for_which_they_were_named_and_of_no_other() {
    let both = [DEPUTY, OTHER_MENTOR];
    // Also one who is, or becomes, a mentor here: whoever leads the other school settled nothing for the pupils of this one.
    let elsewhere = shared().and([deputy(DEPUTY, Some(OTHER_SCHOOL))]);
    assert_eq!(covering(&elsewhere, both), (GONE, [NOT, NOT]));
    let works_here = elsewhere.and([granted(DEPUTY, Role::Mentor, Some(SCHOOL))]);
    assert_eq!(covering(&works_here, both), (GONE, [NOT, NOT]));
    let here = works_here.clone().and([deputy(OTHER_MENTOR, Some(SCHOOL))]);
    assert_eq!(covering(&here, both), (None, [NOT, HAS]), "each school has its own");
    let later = here.clone().and([deputy(DEPUTY, Some(OTHER_SCHOOL))]);
    assert_eq!(covering(&later, both), (None, [NOT, HAS]), "one named later elsewhere takes nobody's place here");
    let instead = here.and([deputy(DEPUTY, Some(SCHOOL))]);
    assert_eq!(covering(&instead, both), (None, [HAS, NOT]), "the one named last here");
    let known = instead.story.known.position - 1;
    let before = instead.story.known.covered_by(OTHER_MENTOR, AsOf { day: date("2019-10-01"), known });
    assert_eq!(before.len(), 1, "as was known before");
    assert!(instead.story.replayed() == instead.story.known);
}

#[test]
fn a_standing_deputy_covers_nobody_at_a_school_where_they_are_no_mentor() {
    let past = shared().and([deputy(DEPUTY, Some(SCHOOL))]);
    assert_eq!(covering(&past, [DEPUTY, OTHER_MENTOR]), (GONE, [NOT, NOT]));
    let here = past.and([granted(DEPUTY, Role::Mentor, Some(SCHOOL))]);
    assert_eq!(covering(&here, [DEPUTY, OTHER_MENTOR]), (None, [HAS, NOT]));
}

/// As it was recorded before schools were said.
#[test]
fn a_deputy_of_whom_no_school_was_said_has_the_pupils_of_the_one_school_that_there_was() {
    let gone = || given(a_pupil_with_a_mentor()).and([away(MENTOR, "2019-09-30", "2019-10-04")]);
    let one = gone().and([deputy(OTHER_MENTOR, None), granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL))]);
    assert_eq!(covering(&one, [DEPUTY, OTHER_MENTOR]), (None, [NOT, HAS]));
    let two = gone().and([granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)), deputy(OTHER_MENTOR, None)]);
    assert_eq!(covering(&two, [DEPUTY, OTHER_MENTOR]), (GONE, [NOT, NOT]), "whose was not said");
    let elsewhere =
        of_mentor(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant: Grant::at(Role::Mentor, OTHER_SCHOOL) }));
    let past = gone().and([granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)), elsewhere, deputy(OTHER_MENTOR, None)]);
    assert_eq!(covering(&past, [DEPUTY, OTHER_MENTOR]), (None, [NOT, HAS]), "no longer elsewhere");
}

#[test]
fn a_pupil_whose_mentor_is_no_mentor_any_longer_is_covered_by_nobody_from_that_day_on() {
    let grant = Grant::at(Role::Mentor, SCHOOL);
    let withdrawn = of_mentor(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant }));
    let past = on(given(a_pupil_with_a_mentor()), "2019-11-01", withdrawn);
    assert_eq!([why(&past, "2019-10-31"), why(&past, "2019-11-01")], [None, Some(Uncovered::RoleWithdrawn)]);
    let again = on(past, "2019-12-02", granted(MENTOR, Role::Mentor, Some(SCHOOL)));
    assert_eq!([why(&again, "2019-12-01"), why(&again, "2019-12-02")], [Some(Uncovered::RoleWithdrawn), None]);
}

#[test]
fn talks_are_owed_by_one_mentor_the_main_one_first() {
    let owes = |past: &Given| {
        let facts = past.story.known.facts(PUPIL, AsOf::now(date("2019-10-01"))).unwrap();
        Projections::talks_owed_by(&facts, ENROLMENT, date("2019-10-01"))
    };
    let other = AssignmentId::from_bits([9; 16]);
    let targeted = assigned(other, OTHER_MENTOR, AssignmentKind::Targeted, "2019-08-20");
    assert_eq!(owes(&given(a_pupil()).and([targeted.clone()])), Some(OTHER_MENTOR));
    assert_eq!(owes(&given(a_pupil_with_a_mentor()).and([targeted])), Some(MENTOR));
}

fn development(past: Given, day: &str, work: Work) -> Given {
    let work = CaseWork { enrolment: ENROLMENT, work, minutes: None, note: None };
    on(past, day, of_pupil(PupilEvent::Worked(work)))
}

#[test]
fn talks_count_for_the_pupil_whoever_held_them() {
    let past = given(a_pupil_with_a_mentor());
    let of = past.next_event();
    let past = development(past, "2019-09-16", Work::DevelopmentTalkBooked { on: date("2019-10-01") });
    let past = development(past, "2019-10-01", Work::DevelopmentTalkHeld { of, guardian_present: true });
    let talks = |first: &str, last: &str| {
        let span = Span { first: date(first), last: date(last), known: u64::MAX };
        past.story.known.workload.development_talks((PUPIL, &Spell::WHOLE), 2019, span)
    };
    assert_eq!(talks("2019-07-01", "2019-09-30"), (0, 1));
    assert_eq!(talks("2019-07-01", "2019-10-01"), (1, 1));
    assert_eq!(talks("2019-09-17", "2020-06-30"), (1, 0));
}

/// The law counts talks in the term in which they are: one that is booked in June for August is the next school year's.
#[test]
fn a_talk_is_of_the_school_year_for_which_it_is_booked() {
    let past = given(a_pupil_with_a_mentor());
    let of = past.next_event();
    let past = development(past, "2020-06-05", Work::DevelopmentTalkBooked { on: date("2020-08-25") });
    let past = development(past, "2020-08-25", Work::DevelopmentTalkHeld { of, guardian_present: true });
    let talks = |year: u16, last: &str| {
        let span = Span { first: date("2019-08-20"), last: date(last), known: u64::MAX };
        past.story.known.workload.development_talks((PUPIL, &Spell::WHOLE), year, span)
    };
    assert_eq!((talks(2019, "2020-06-30"), talks(2020, "2020-06-30")), ((0, 0), (0, 1)), "booked, and not held yet");
    assert_eq!((talks(2019, "2020-08-25"), talks(2020, "2020-08-25")), ((0, 0), (1, 1)));
}

fn logs(category: TimeCategory, minutes: u16, within_mission: bool, sampled: bool) -> Happened {
    let time = TimeLogged { category, minutes: Minutes(minutes), within_mission, sampled, ..time_logged() };
    of_mentor(StaffEvent::TimeLogged(time))
}

fn load(past: &Given) -> Load {
    let span = Span { first: date("2019-09-02"), last: date("2019-09-08"), known: u64::MAX };
    past.story.known.load(MENTOR, span)
}

fn adopted(from: &str, within: &[TimeCategory]) -> Happened {
    let within: TimeCategories = within.iter().copied().collect();
    of_school(SchoolEvent::MissionAdopted(MissionAdopted { from: date(from), talks: TalkDuty::Holds, within }))
}

#[test]
fn what_is_within_the_mission_is_said_by_the_description_of_the_day() {
    let hour = |within| logs(TimeCategory::Substitute, 60, within, false);
    let past = given(a_pupil_with_a_mentor());
    let told = |past: &Given| load(past).within_mission;
    assert_eq!(told(&past.clone().and([hour(true)])), (60, 60), "no description: the mentor's word");
    let usual = past.and([of_school(SchoolEvent::MissionAdopted(mission()))]);
    assert_eq!(told(&usual.clone().and([hour(true)])), (0, 60), "whatever the mentor says");
    let has_it = usual.and([adopted("2019-09-01", &[TimeCategory::Substitute])]);
    assert_eq!(told(&has_it.clone().and([hour(true)])), (60, 60), "unless the mission has it");
    assert_eq!(told(&has_it.clone().and([hour(false)])), (0, 60), "the mentor can take it out");
    let later = has_it.and([adopted("2019-09-09", &[])]);
    assert_eq!(told(&later.and([hour(true)])), (60, 60), "a later description says nothing of this week");
}

/// Whoever was a mentor at another school before is none there in the weeks since: its description says nothing of them.
#[test]
fn a_school_where_somebody_was_a_mentor_says_nothing_of_the_weeks_after() {
    let there = Grant::at(Role::Mentor, OTHER_SCHOOL);
    let substitutes = MissionAdopted {
        from: date("2019-08-12"),
        talks: TalkDuty::Holds,
        within: [TimeCategory::Substitute].into_iter().collect(),
    };
    let theirs = (StreamRef::School(OTHER_SCHOOL), SchoolEvent::MissionAdopted(substitutes).into());
    let past = given(a_pupil_with_a_mentor()).and([of_school(SchoolEvent::MissionAdopted(mission())), theirs]);
    let past = on(past, "2019-08-12", granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)));
    let past = past.and([logs(TimeCategory::Substitute, 60, true, false)]);
    assert_eq!(load(&past).within_mission, (60, 60), "within the mission of one of two schools");
    let withdrawn = || of_mentor(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant: there }));
    let on_the_first_day = on(past.clone(), "2019-09-02", withdrawn());
    assert_eq!(load(&on_the_first_day).within_mission, (60, 60), "still one on the last day");
    let before = on(past, "2019-09-01", withdrawn());
    assert_eq!(load(&before).within_mission, (0, 60));
    let again = on(before, "2019-09-05", granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)));
    assert_eq!(load(&again).within_mission, (60, 60), "and one again");
}

#[test]
fn of_a_sampled_week_only_the_sample_is_added_up() {
    let talk = CaseWork {
        enrolment: ENROLMENT,
        work: Work::PupilTalkedWith { topic: ContactTopic::Wellbeing },
        minutes: Some(Minutes(30)),
        note: None,
    };
    let mut past = given(a_pupil_with_a_mentor());
    let talked = Event::from(PupilEvent::Worked(talk));
    // As the mentor, in the week.
    let decision = domain::decide::Decision {
        events: vec![domain::decide::Decided {
            stream: StreamRef::Pupil(PUPIL),
            id: past.next_event(),
            occurred: noon("2019-09-03"),
            event: talked,
        }],
        expected: Vec::new(),
    };
    past.story.record_decision(as_staff(MENTOR), domain::command::Moment(noon("2019-09-03")), &decision);
    assert_eq!((load(&past).total_minutes(), load(&past).sampled_weeks), (30, 0));
    let sampled = past.and([logs(TimeCategory::Pupils, 200, true, true), logs(TimeCategory::Groups, 100, true, false)]);
    let told = load(&sampled);
    assert_eq!((told.total_minutes(), told.sampled_weeks), (200, 1), "the talk is in the sample");
    assert_eq!(told.work.values().sum::<u32>(), 1, "and is counted as done");
    assert_eq!(told.categories.into_iter().collect::<Vec<_>>(), [(TimeCategory::Pupils, 200)]);
}

#[test]
fn guardians_bans_and_protection_are_what_they_were_on_the_day() {
    let past = on(given(a_pupil()), "2019-08-21", guardian_registered(GUARDIAN));
    let works = |work| of_pupil(PupilEvent::Worked(CaseWork { enrolment: ENROLMENT, work, minutes: None, note: None }));
    let past = on(past, "2019-10-01", linked(GUARDIAN));
    let past = on(past, "2019-10-10", works(Work::ContactBanned { guardian: GUARDIAN }));
    let past = on(past, "2019-10-20", works(Work::IdentityProtected { level: ProtectionLevel::OtherName }));
    let before_the_end = past.story.known.position;
    let past = on(past, "2019-11-01", works(Work::GuardianUnlinked { guardian: GUARDIAN }));
    let past = on(past, "2019-11-10", works(Work::IdentityProtectionEnded { on: date("2019-11-10") }));
    let was = |day: &str, known| {
        let facts = past.story.known.facts(PUPIL, AsOf { day: date(day), known }).unwrap();
        (facts.guardians.len(), facts.bans.iter().count(), facts.protection.is_some())
    };
    assert_eq!(was("2019-09-30", u64::MAX), (0, 0, false), "linked later");
    assert_eq!(was("2019-10-01", u64::MAX), (1, 0, false));
    assert_eq!(was("2019-10-31", u64::MAX), (1, 1, true), "unlinked later");
    assert_eq!(was("2019-11-01", u64::MAX), (0, 1, true), "a ban ends when it is lifted");
    assert_eq!(was("2019-11-10", u64::MAX), (0, 1, false));
    assert_eq!(was("2019-11-10", before_the_end), (1, 1, true), "as far as was known");
}

#[test]
fn a_week_is_of_the_schools_where_somebody_was_a_mentor_then_and_not_where_they_became_one_since() {
    let past = on(given(two_schools()), "2020-01-08", granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL)));
    let member = past.story.known.world.staff_member(MENTOR).unwrap();
    let at = |first: &str, last: &str| member.mentor_at((date(first), date(last)), u64::MAX);
    assert_eq!(at("2019-09-02", "2019-09-08"), [SCHOOL].into());
    assert_eq!(at("2020-01-06", "2020-01-12"), [SCHOOL, OTHER_SCHOOL].into());
    // Nothing was on record by then: what came next says it.
    let first = past.story.known.world.staff_member(OTHER_MENTOR).unwrap().roles[0].on;
    let before = first.pred_opt().unwrap();
    assert_eq!(member.mentor_at((before, before), u64::MAX), [SCHOOL, OTHER_SCHOOL].into());
}
