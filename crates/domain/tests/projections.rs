//! Every projection equals a plain recount of what happened, whatever happened.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use domain::attendance::DayAttendance;
use domain::calendar::{Term, local_date};
use domain::command::{EntryToCorrect, MeantEntry, Moment, WorkToLog};
use domain::event::pupil::{
    AssignmentEndReason, AssignmentKind, ContactTopic, GuardianLinked, Guardianship, LeavingReason,
};
use domain::event::{EventKind, PupilEvent, Work};
use domain::id::{AssignmentId, PupilId, StaffId};
use domain::laid;
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::projection::absence::Sums;
use domain::projection::timeline::Entry;
use domain::projection::workload::Span;
use domain::spec::cast::*;
use domain::spec::{CountedIds, Story, date, given};
use domain::words::{Grade, Minutes, Note, ReferralConcern};
use domain::{Actor, Body, Command, Event, Projections, Recorded, decide};
use proptest::prelude::*;

fn term() -> Term {
    "ht19".parse().unwrap()
}

#[test]
fn an_assignment_recorded_late_moves_days_to_those_with_a_mentor() {
    let days = ["2019-08-30", "2019-09-02"].map(|on| day(date(on), 0, 0)).to_vec();
    let past = given(a_pupil()).and([attended(days)]);
    let figures = past.story.known.absence.of_school(SCHOOL, term(), None, None);
    assert_eq!((figures.with_mentor.days, figures.without_mentor.days), (0, 2));
    let past = past.and([assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-09-01")]);
    let figures = past.story.known.absence.of_school(SCHOOL, term(), None, None);
    assert_eq!((figures.with_mentor.days, figures.without_mentor.days), (1, 1));
    assert_eq!((figures.all.pupils, figures.with_mentor.pupils, figures.without_mentor.pupils), (1, 1, 1));
}

#[test]
fn an_assignment_answers_on_both_time_axes() {
    let past = given(a_pupil_with_a_mentor());
    let before = past.story.known.position;
    let past = past.and([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-09-30")]);
    let has = |known| {
        let at = AsOf { day: date("2019-10-15"), known };
        past.story.known.caseload.of_mentor(MENTOR, at).count()
    };
    assert_eq!([has(u64::MAX), has(before), has(before - 1)], [0, 1, 0]);
}

/// Something to ask for. Most of it makes sense; what does not is refused and changes nothing.
#[derive(Clone, Debug)]
enum Wish {
    Enrol(usize, u8, u64),
    Move(usize, u8, u64),
    Leave(usize, u64),
    Assign(usize, bool, bool, u64),
    End(usize, u64),
    Contact(usize),
    Talk(usize),
    Refer(usize),
    Undo(usize, prop::sample::Index),
    Attend(usize, u64, u16, u16),
    Correct(usize, u64, u16, u16),
}

const PUPILS: usize = 4;

fn wish() -> impl Strategy<Value = Wish> {
    let (who, when) = (0..PUPILS, 0..150_u64);
    let absent = (0..150_u16, 0..150_u16);
    prop_oneof![
        1 => (who.clone(), 0..6_u8, 0..60_u64).prop_map(|(p, c, d)| Wish::Enrol(p, c, d)),
        2 => (who.clone(), 0..6_u8, when.clone()).prop_map(|(p, c, d)| Wish::Move(p, c, d)),
        1 => (who.clone(), when.clone()).prop_map(|(p, d)| Wish::Leave(p, d)),
        3 => (who.clone(), any::<bool>(), any::<bool>(), when.clone()).prop_map(|(p, m, k, d)| Wish::Assign(p, m, k, d)),
        3 => (who.clone(), when.clone()).prop_map(|(p, d)| Wish::End(p, d)),
        2 => who.clone().prop_map(Wish::Contact),
        1 => who.clone().prop_map(Wish::Talk),
        1 => who.clone().prop_map(Wish::Refer),
        3 => (who.clone(), any::<prop::sample::Index>()).prop_map(|(p, n)| Wish::Undo(p, n)),
        6 => (who.clone(), when.clone(), absent.clone()).prop_map(|(p, d, (n, u))| Wish::Attend(p, d, n, u)),
        3 => (who, when, absent).prop_map(|(p, d, (n, u))| Wish::Correct(p, d, n, u)),
    ]
}

fn pupil(n: usize) -> PupilId {
    PupilId::from_bits([u8::try_from(n).unwrap() + 1; 16])
}

fn on(days: u64) -> NaiveDate {
    date("2019-08-20") + Days::new(days)
}

/// Some entry of the pupil's, to be corrected; most of them can be.
fn entry(story: &Story, pupil: PupilId, chosen: prop::sample::Index) -> Option<Command> {
    let own = |one: &&Recorded| match &one.body {
        Body::Known(Event::Pupil(PupilEvent::GuardianContacted(_) | PupilEvent::Worked(_))) => {
            one.stream == domain::StreamRef::Pupil(pupil)
        }
        _ => false,
    };
    let entries: Vec<&Recorded> = story.log.iter().filter(own).collect();
    let one = (!entries.is_empty()).then(|| entries[chosen.index(entries.len())])?;
    let Body::Known(Event::Pupil(event)) = &one.body else { return None };
    let (kind, enrolment) = (event.kind(), event.enrolment());
    let meant = Some(MeantEntry { event: one.id, kind, enrolment, author: one.actor });
    let reason = Personal::new(Note::try_new("Fel elev.").unwrap());
    Some(Command::CorrectEntry(EntryToCorrect { pupil, position: one.position, meant, reason }))
}

fn work(pupil: PupilId, work: Work) -> Command {
    Command::LogWork(WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: Some(Minutes(5)), note: None })
}

fn command(wish: &Wish, story: &Story) -> Option<Command> {
    let known = &story.known;
    let class = |n: u8| placed(["7A", "7B", "8A", "8B", "9A", "9B"][usize::from(n)]);
    Some(match *wish {
        Wish::Enrol(p, c, d) => Command::EnrolPupil {
            pupil: Some(pupil(p)),
            school: if c % 2 == 0 { SCHOOL } else { OTHER_SCHOOL },
            name: personal("Kim Exempel"),
            placement: class(c),
            from: on(d + 60),
            protection: None,
        },
        Wish::Move(p, c, d) => Command::MovePupil { pupil: pupil(p), placement: class(c), from: on(d) },
        Wish::Leave(p, d) => Command::PupilLeaves { pupil: pupil(p), reason: LeavingReason::Other, last_day: on(d) },
        Wish::Assign(p, m, k, d) => Command::AssignMentor {
            pupil: pupil(p),
            mentor: if m { MENTOR } else { OTHER_MENTOR },
            kind: if k { AssignmentKind::Primary } else { AssignmentKind::Additional },
            principal: PRINCIPAL,
            from: on(d),
        },
        Wish::End(p, d) => {
            let assignment = known.world.case(pupil(p))?.assignments.last()?.id;
            let reason = AssignmentEndReason::NeedEnded;
            Command::EndAssignment { pupil: pupil(p), assignment, reason, last_day: on(d) }
        }
        Wish::Contact(p) => {
            let guardian = known.world.case(pupil(p))?.guardians.first()?.guardian;
            Command::LogGuardianContact(domain::command::ContactToLog { pupil: pupil(p), guardian, ..contact_to_log() })
        }
        Wish::Talk(p) => work(pupil(p), Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }),
        Wish::Refer(p) => work(pupil(p), Work::ReferralOpened { concern: ReferralConcern::Absence }),
        Wish::Undo(p, chosen) => entry(story, pupil(p), chosen)?,
        Wish::Attend(p, d, n, u) => {
            Command::RegisterAttendance { pupil: pupil(p), days: vec![day(on(d), n, u), day(on(d + 1), u, n)] }
        }
        Wish::Correct(p, d, n, u) => {
            let registered = known.world.case(pupil(p))?.registered.all();
            let one = usize::try_from(d).unwrap() % registered.len().max(1);
            let date = registered.get(one).copied().unwrap_or(on(d));
            Command::CorrectAttendance { pupil: pupil(p), day: day(date, n, u) }
        }
    })
}

/// Who does everything.
const WHO: Actor = Actor::Staff(MENTOR);

/// Everybody enrolled, and then whatever is wished for and not refused.
fn play(wishes: &[Wish]) -> Story {
    let mut story = given(two_schools()).story;
    story.happened(guardian_registered(GUARDIAN));
    for n in 0..PUPILS {
        let enrolment = domain::id::EnrolmentId::from_bits([u8::try_from(n).unwrap(); 16]);
        let (_, event) = enrolled(SCHOOL, enrolment, "7A", "2019-08-20");
        story.happened((domain::StreamRef::Pupil(pupil(n)), event));
        let linked = GuardianLinked { enrolment, guardian: GUARDIAN, guardianship: Guardianship::Custodian };
        story.happened((domain::StreamRef::Pupil(pupil(n)), Event::Pupil(PupilEvent::GuardianLinked(linked))));
    }
    let mut ids = CountedIds::default();
    let moment = Moment(domain::spec::noon("2020-02-01"));
    for wish in wishes {
        if let Some(command) = command(wish, &story)
            && let Ok(decision) = decide(&story.known.world, WHO, &command, moment, &mut ids)
        {
            story.record_decision(WHO, moment, &decision);
        }
    }
    story
}

/// Days as they stand after the last correction.
fn days(story: &Story) -> BTreeMap<(PupilId, NaiveDate), DayAttendance> {
    let mut days = BTreeMap::new();
    for recorded in &story.log {
        let (domain::StreamRef::Pupil(pupil), Body::Known(Event::Pupil(event))) = (recorded.stream, &recorded.body)
        else {
            continue;
        };
        if let PupilEvent::AttendanceRegistered(attendance) = event {
            days.extend(attendance.days.iter().map(|day| ((pupil, day.date()), *day)));
        }
        if let PupilEvent::AttendanceCorrected(corrected) = event {
            days.insert((pupil, corrected.day.date()), corrected.day);
        }
    }
    days
}

/// A plain recount over every day of everybody.
fn recount(story: &Story, counts: impl Fn(PupilId, NaiveDate) -> bool) -> Sums {
    let mut sums = Sums::default();
    let mut pupils = BTreeSet::new();
    for ((pupil, date), day) in days(story) {
        if counts(pupil, date) {
            let minutes = day.minutes();
            pupils.insert(pupil);
            sums.days += 1;
            sums.offered += u64::from(minutes.offered.0);
            sums.notified += u64::from(minutes.notified.0);
            sums.unnotified += u64::from(minutes.unnotified.0);
            sums.lessons += u64::from(minutes.lessons);
        }
    }
    sums.pupils = u32::try_from(pupils.len()).unwrap();
    sums
}

fn terms() -> [Term; 2] {
    ["ht19".parse().unwrap(), "vt20".parse().unwrap()]
}

fn check_absence(story: &Story) {
    let world = &story.known.world;
    let absence = &story.known.absence;
    let placed = |pupil: PupilId, date: NaiveDate| world.case(pupil).unwrap().placement_on(date);
    let mentored = |pupil: PupilId, date: NaiveDate| {
        world
            .case(pupil)
            .unwrap()
            .assignments
            .iter()
            .any(|one| one.from <= date && one.until.is_none_or(|until| date <= until))
    };
    for term in terms() {
        for school in [SCHOOL, OTHER_SCHOOL] {
            let here = |pupil: PupilId, date: NaiveDate| {
                Term::of(date) == term && placed(pupil, date).is_some_and(|(at, _)| at == school)
            };
            let all = absence.of_school(school, term, None, None);
            assert_eq!(all.all, recount(story, here));
            assert_eq!(all.with_mentor, recount(story, |p, d| here(p, d) && mentored(p, d)));
            assert_eq!(all.without_mentor, recount(story, |p, d| here(p, d) && !mentored(p, d)));
            for grade in [7, 8, 9].map(|grade| Grade::try_new(grade).unwrap()) {
                let in_grade = |p, d| here(p, d) && placed(p, d).is_some_and(|(_, placement)| placement.grade == grade);
                assert_eq!(absence.of_school(school, term, Some(grade), None).all, recount(story, in_grade));
            }
            for row in absence.classes(school, term) {
                let in_class =
                    |p, d| here(p, d) && placed(p, d).is_some_and(|(_, placement)| placement.class == *row.class);
                assert_eq!(row.figures.all, recount(story, in_class));
                assert_eq!(absence.of_school(school, term, None, Some(row.class)), row.figures);
                assert_eq!(row.placements.len(), 1);
            }
            for one in (0..PUPILS).map(pupil) {
                assert_eq!(absence.of_pupil(one, school, term).all, recount(story, |p, d| p == one && here(p, d)));
            }
        }
    }
}

fn check_caseload(story: &Story) {
    let world = &story.known.world;
    let caseload = &story.known.caseload;
    for date in [on(0), on(30), on(75), on(149)] {
        for mentor in [MENTOR, OTHER_MENTOR] {
            let plain: BTreeSet<(PupilId, AssignmentId)> = world
                .cases()
                .flat_map(|(pupil, case)| case.assignments_on(date).map(move |one| (pupil, one)))
                .filter(|(_, one)| one.mentor == mentor)
                .map(|(pupil, one)| (pupil, one.id))
                .collect();
            let held = caseload.of_mentor(mentor, AsOf::now(date)).map(|held| (held.pupil, held.assignment)).collect();
            assert_eq!(plain, held);
            let loads: BTreeMap<StaffId, _> = story.known.loads(SCHOOL, AsOf::now(date));
            let pupils: BTreeSet<PupilId> = plain.iter().map(|(pupil, _)| *pupil).collect();
            assert_eq!(loads.get(&mentor).cloned().unwrap_or_default(), pupils);
        }
        let here = story.known.at_school(SCHOOL, AsOf::now(date)).len();
        assert_eq!(story.known.of_principal(PRINCIPAL, SCHOOL, AsOf::now(date)).len(), here);
        let without = story.known.without_mentor(SCHOOL, AsOf::now(date)).len();
        let with = world.cases().filter(|(_, case)| {
            case.placement_on(date).is_some_and(|(at, _)| at == SCHOOL) && case.assignments_on(date).next().is_some()
        });
        assert_eq!(without + with.count(), here);
    }
}

fn check_timeline(story: &Story) {
    let timeline = &story.known.timeline;
    let (first, end) = (AsOf::now(on(0)), AsOf::now(date("2020-12-31")));
    for pupil in (0..PUPILS).map(pupil) {
        let case = story.known.world.case(pupil).unwrap();
        let mut plain = Vec::new();
        for enrolment in case.enrolments().map(|enrolment| enrolment.id) {
            let of = (pupil, enrolment);
            let here = |one: &&Recorded| {
                let Body::Known(Event::Pupil(event)) = &one.body else { return false };
                one.stream == domain::StreamRef::Pupil(pupil) && event.enrolment() == enrolment
            };
            let mut own: Vec<_> = story.log.iter().filter(here).collect();
            let positions = |from| timeline.after(of, from).iter().map(|entry| entry.key.position).collect::<Vec<_>>();
            assert_eq!(positions(0), own.iter().map(|one| one.position).collect::<Vec<_>>());
            let middle = own[own.len() / 2].position;
            assert_eq!(positions(middle).len(), own.len() - own.len() / 2 - 1);
            own.sort_by_key(|one| std::cmp::Reverse((one.occurred, one.position)));
            let newest: Vec<&Entry> = timeline.newest_first(of, None, end).collect();
            assert!(newest.iter().map(|entry| entry.key.position).eq(own.iter().map(|one| one.position)));
            assert_eq!(timeline.newest_first(of, Some(newest[0].key), end).count(), newest.len() - 1);
            let by_then = own.iter().filter(|one| local_date(one.occurred.unwrap()) <= first.day).count();
            assert_eq!(timeline.newest_first(of, None, first).count(), by_then);
            plain.append(&mut own);
        }
        assert_eq!(timeline.len(pupil), plain.len());
    }
}

/// Everything that is answered about a day: the same, whether it is asked of those who knew all, or of those who knew
/// only what was on record then.
fn answers(known: &Projections, at: AsOf) -> impl PartialEq + std::fmt::Debug {
    let pupils = (0..PUPILS).map(pupil).map(|pupil| {
        let facts = known.facts(pupil, at.known);
        let enrolment = facts.as_ref().map(|facts| facts.latest.id);
        let contacts = enrolment.map(|enrolment| known.caseload.contacts(enrolment, at));
        let lines = enrolment.map(|enrolment| {
            known
                .timeline
                .newest_first((pupil, enrolment), None, at)
                .map(|entry| (entry.key, entry.kind, known.timeline.corrected(pupil, entry.key.position, at.known)))
                .collect::<Vec<_>>()
        });
        let held: Vec<_> = known.caseload.of_pupil(pupil, at).map(|held| held.assignment).collect();
        let open = known.workload.open(pupil, EventKind::ReferralOpened, at.day, at.known);
        let talked = known.workload.last_talk(pupil, at.day, at.known);
        (facts, contacts, lines.unwrap_or_default(), held, open, talked)
    });
    let schools = [SCHOOL, OTHER_SCHOOL].map(|school| {
        let absence = known.absence.as_of(&known.ever_at_school(school, at.known), at).into_owned();
        let figures = terms().map(|term| {
            let classes: Vec<_> = absence.classes(school, term).iter().map(|row| (row.grade, row.figures)).collect();
            let pupils: Vec<_> = (0..PUPILS).map(|one| absence.of_pupil(pupil(one), school, term)).collect();
            (absence.of_school(school, term, None, None), classes, pupils)
        });
        let ids = |pupils: Vec<(PupilId, _)>| pupils.into_iter().map(|(pupil, _)| pupil).collect::<BTreeSet<_>>();
        let lists = [
            ids(known.at_school(school, at)),
            ids(known.of_principal(PRINCIPAL, school, at)),
            ids(known.without_mentor(school, at)),
        ];
        (figures, lists, known.loads(school, at), known.school(school, at.known).map(|school| school.responsibilities))
    });
    let mentors = [MENTOR, OTHER_MENTOR].map(|mentor| {
        let held: Vec<_> = known.caseload.of_mentor(mentor, at).map(|held| held.assignment).collect();
        let covered: BTreeSet<_> = known.covered_by(mentor, at).into_iter().map(|(pupil, _)| pupil).collect();
        let span = Span { first: on(0), last: at.day, known: at.known };
        (held, covered, known.workload.of(mentor, span))
    });
    (pupils.collect::<Vec<_>>(), schools, mentors)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happened_a_plain_recount_comes_to_the_same(wishes in prop::collection::vec(wish(), 1..80)) {
        let story = play(&wishes);
        check_absence(&story);
        check_caseload(&story);
        check_timeline(&story);
        prop_assert!(story.replayed() == story.known);
        // Laid out for a snapshot and picked up again, it is the same; what was added up, by its answers.
        let picked = laid::pick_up(&laid::lay_out(&story.known)).unwrap();
        prop_assert!(picked.world == story.known.world && picked.past == story.known.past);
        prop_assert!(picked.timeline == story.known.timeline && picked.caseload == story.known.caseload);
        prop_assert!(picked.workload == story.known.workload && picked.position == story.known.position);
        check_absence(&Story { known: picked, log: story.log.clone() });
    }

    #[test]
    fn as_known_at_any_position_is_what_a_log_that_ended_there_tells(
        wishes in prop::collection::vec(wish(), 1..60),
        cut in any::<prop::sample::Index>(),
        day in 0_u64..160,
    ) {
        let story = play(&wishes);
        let cut = cut.index(story.log.len());
        let mut then = Projections::default();
        for recorded in story.log.iter().take(cut) {
            then.apply(recorded).unwrap();
        }
        let at = AsOf { day: on(day), known: then.position };
        prop_assert_eq!(answers(&story.known, at), answers(&then, AsOf::now(on(day))));
    }

    /// What had not happened by a day does not count for it: absence of a day after it, above all.
    #[test]
    fn as_of_a_day_is_what_a_log_without_later_days_tells(
        wishes in prop::collection::vec(wish(), 1..60),
        day in 0_u64..160,
    ) {
        let story = play(&wishes);
        let at = AsOf::now(on(day));
        for school in [SCHOOL, OTHER_SCHOOL] {
            let absence = story.known.absence.as_of(&story.known.ever_at_school(school, at.known), at);
            for term in terms() {
                let placed = |pupil, date| story.known.world.case(pupil).unwrap().placement_on(date);
                let here = |pupil, date| {
                    date <= at.day
                        && Term::of(date) == term
                        && placed(pupil, date).is_some_and(|(there, _)| there == school)
                };
                prop_assert_eq!(absence.of_school(school, term, None, None).all, recount(&story, here));
            }
        }
    }
}

#[test]
fn the_invented_histories_hold_everything_that_can_happen_to_a_pupil_here() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngSeed, TestRunner};
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(1), ..Config::default() });
    let histories = prop::collection::vec(wish(), 1..80);
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..64 {
        let story = play(&histories.new_tree(&mut runner).unwrap().current());
        for recorded in &story.log {
            if let Body::Known(event) = &recorded.body {
                *kinds.entry(event.kind().name()).or_default() += 1;
            }
        }
    }
    for kind in [
        "pupil-enrolled",
        "pupil-moved-class",
        "pupil-left",
        "mentor-assigned",
        "assignment-ended",
        "attendance-registered",
        "attendance-corrected",
        "guardian-contacted",
        "referral-opened",
        "entry-corrected",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 50), "{kind}: {kinds:?}");
    }
}
