//! Every projection equals a plain recount of what happened, whatever happened.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

mod put_right;
mod recount;
#[path = "../seeded/mod.rs"]
mod seeded;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use domain::actor::Role;
use domain::calendar::{Term, local_date};
use domain::event::pupil::{AssignmentEndReason, AssignmentKind};
use domain::event::{EventKind, PupilEvent};
use domain::id::{AssignmentId, PupilId, SchoolId, StaffId};
use domain::laid;
use domain::projection::timeline::Entry;
use domain::projection::workload::Span;
use domain::projection::{AsOf, Uncovered};
use domain::spec::cast::*;
use domain::spec::{Story, date, given};
use domain::state::{Assignment, Outbox, RegisteredSchool, Spell};
use domain::words::{DelegatedDecision, Grade};
use domain::{Body, Event, Projections, Recorded};
use proptest::prelude::*;
use recount::{days, recount};
use wishes::{PUPILS, SCHOOLS, on, play, pupil, wish};

/// As it is picked up from a snapshot.
fn again(known: &Projections) -> Projections {
    let bytes: laid::LaidBytes = Arc::new(laid::lay_out(known));
    laid::pick_up(&bytes).unwrap()
}

pub(crate) fn term() -> Term {
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

fn terms() -> [Term; 2] {
    ["ht19".parse().unwrap(), "vt20".parse().unwrap()]
}

fn check_absence(story: &Story) {
    let world = &story.known.world;
    let absence = &story.known.absence;
    let held = |pupil: PupilId, school: SchoolId, date: NaiveDate| {
        world.case(pupil).unwrap().enrolments_at(school).find(|one| one.covers(date)).cloned()
    };
    let placed = |pupil: PupilId, school: SchoolId, date: NaiveDate| {
        held(pupil, school, date).and_then(|one| one.placement_on(date).cloned())
    };
    let mentored = |pupil: PupilId, school: SchoolId, date: NaiveDate| {
        let here = held(pupil, school, date).map(|enrolment| enrolment.id);
        let covers = |one: &&Assignment| one.from <= date && one.until.is_none_or(|until| date <= until);
        world.case(pupil).unwrap().assignments.iter().filter(covers).any(|one| Some(one.enrolment) == here)
    };
    for term in terms() {
        for school in SCHOOLS {
            let here = |pupil: PupilId, by: SchoolId, date: NaiveDate| {
                Term::of(date) == term && by == school && placed(pupil, school, date).is_some()
            };
            let all = absence.of_school(school, term, None, None);
            assert_eq!(all.all, recount(story, here));
            assert_eq!(all.with_mentor, recount(story, |p, s, d| here(p, s, d) && mentored(p, s, d)));
            assert_eq!(all.without_mentor, recount(story, |p, s, d| here(p, s, d) && !mentored(p, s, d)));
            for grade in [1, 7, 8, 9].map(|grade| Grade::try_new(grade).unwrap()) {
                let in_grade =
                    |p, s, d| here(p, s, d) && placed(p, s, d).is_some_and(|placement| placement.grade == grade);
                assert_eq!(absence.of_school(school, term, Some(grade), None).all, recount(story, in_grade));
            }
            for row in absence.classes(school, term) {
                let in_class =
                    |p, s, d| here(p, s, d) && placed(p, s, d).is_some_and(|placement| placement.class == *row.class);
                assert_eq!(row.figures.all, recount(story, in_class));
                assert_eq!(absence.of_school(school, term, None, Some(row.class)), row.figures);
                // A class can hold more than one programme.
                let here = days(story).into_keys().filter(|(p, s, d)| in_class(*p, *s, *d));
                let mut programmes: Vec<_> =
                    here.filter_map(|(p, s, d)| placed(p, s, d)).map(|placement| placement.programme).collect();
                programmes.sort_unstable();
                programmes.dedup();
                assert_eq!(row.placements.len(), programmes.len());
            }
            for one in (0..PUPILS).map(pupil) {
                let own = recount(story, |p, s, d| p == one && here(p, s, d));
                assert_eq!(absence.of_pupil(one, school, term).all, own);
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
                .flat_map(|(pupil, case)| case.assignments.iter().map(move |one| (pupil, one)))
                .filter(|(_, one)| one.mentor == mentor && one.covers(date))
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
        let uncovered = story.known.uncovered(SCHOOL, AsOf::now(date));
        let without = uncovered.iter().filter(|(.., why)| *why == Uncovered::NoMentor).count();
        let with = world.cases().filter(|(_, case)| {
            case.enrolment_at(SCHOOL, date).is_some_and(|here| {
                let covered = || case.covers_in(here.id, date).next().is_some();
                case.assignments_in(here.id, date).next().is_some() || covered()
            })
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
            let newest: Vec<Entry> = timeline.newest_first(of, None, end).collect();
            assert!(newest.iter().map(|entry| entry.key.position).eq(own.iter().map(|one| one.position)));
            assert_eq!(timeline.newest_first(of, Some(newest[0].key), end).count(), newest.len() - 1);
            let by_then = own.iter().filter(|one| local_date(one.occurred.unwrap()) <= first.day).count();
            assert_eq!(timeline.newest_first(of, None, first).count(), by_then);
            plain.append(&mut own);
        }
        assert_eq!(timeline.len(pupil), plain.len());
    }
}

/// All that had been settled at a school, and what of it held on the day. How many changes there were is asked by nobody.
fn settled(unit: RegisteredSchool, at: AsOf) -> impl PartialEq + std::fmt::Debug {
    let by: Vec<_> = unit.delegated_by(DelegatedDecision::Leave, MENTOR, at.day).collect();
    let rules = (unit.mission_on(at.day).copied(), unit.model_on(at.day).copied(), unit.attendance_sender_on(at.day));
    let ladder = (unit.ladder_policy_on(at.day).cloned(), unit.inquiry_on(at.day));
    let calendar = (unit.calendar.terms(), terms().map(|term| unit.calendar.span(term)));
    let published: Vec<_> = unit.published_terms().collect();
    (by, rules, ladder, calendar, published, RegisteredSchool { version: 0, ..unit })
}

/// What a school is told of by itself: how absence changed for the same pupils, with what is left out of it; what the
/// authority must be told; who opened a case in an emergency.
fn told_of(known: &Projections, school: SchoolId, at: AsOf) -> impl PartialEq + std::fmt::Debug {
    let cases = known.ever_at_school(school, at);
    let absence = known.absence.as_of(&known.world, &cases, at);
    let evidence = absence.evidence(school, cases.iter().map(|(pupil, _)| *pupil), terms().into());
    let unit = known.school(school, at);
    let targeted = unit.as_ref().map(|unit| terms().map(|term| unit.targeted_in(term)));
    let (mut duties, mut emergencies) = (Vec::new(), Vec::new());
    for (pupil, facts) in &cases {
        emergencies.extend(facts.emergencies.iter().map(|taken| (*pupil, *taken)));
        for enrolment in facts.enrolments().filter(|enrolment| enrolment.school == school) {
            let lines = known.timeline.newest_first((*pupil, enrolment.id), None, at);
            let kinds = [EventKind::HarassmentReported, EventKind::LadderStepOpened];
            let counts = |entry: &Entry| {
                let corrected = known.timeline.corrected(*pupil, entry.key.position, at.known);
                kinds.contains(&entry.kind) && corrected.is_none()
            };
            let inquiry = |entry: &Entry| unit.as_ref().map(|unit| unit.inquiry_on(local_date(entry.key.occurred)));
            duties.extend(lines.filter(counts).map(|entry| (entry.key, entry.kind, inquiry(&entry))));
        }
    }
    duties.sort_unstable_by_key(|(key, ..)| *key);
    emergencies.sort_unstable();
    (evidence, targeted, duties, emergencies)
}

/// Everything that is answered about a day: the same, whether it is asked of those who knew all, or of those who knew
/// only what was on record then. How much time was spent is left out where a replay cannot have it.
fn answers(known: &Projections, at: AsOf, with_time: bool) -> impl PartialEq + std::fmt::Debug {
    let pupils = (0..PUPILS).map(pupil).map(|pupil| {
        let facts = known.facts(pupil, at);
        let enrolment = facts.as_ref().map(|facts| facts.latest.id);
        let contacts = enrolment.map(|enrolment| known.caseload.contacts(enrolment, at, |_| true));
        let stands = |entry: &Entry| !put_right::moves(entry.kind);
        let lines = enrolment.map(|enrolment| {
            let newest_first = known.timeline.newest_first((pupil, enrolment), None, at).filter(stands);
            newest_first
                .map(|entry| (entry.key, entry.kind, known.timeline.corrected(pupil, entry.key.position, at.known)))
                .collect::<Vec<_>>()
        });
        let held: Vec<_> = known.caseload.of_pupil(pupil, at).map(|held| held.assignment).collect();
        let span = Span { first: on(0), last: at.day, known: at.known };
        let open = known.workload.open((pupil, &Spell::WHOLE), EventKind::ReferralOpened, span);
        let talked = known.workload.last_talk((pupil, &Spell::WHOLE), span);
        let talks = known.workload.development_talks((pupil, &Spell::WHOLE), Term::of(at.day).school_year(), span);
        let owed = facts.as_ref().and_then(|facts| Projections::talks_owed_by(facts, facts.latest.id, at.day));
        let done = facts.is_some().then_some((open, talked, talks));
        (facts, contacts, lines.unwrap_or_default(), (held, done, owed))
    });
    let schools = SCHOOLS.map(|school| {
        let absence = known.absence.as_of(&known.world, &known.ever_at_school(school, at), at).into_owned();
        let figures = terms().map(|term| {
            let classes: Vec<_> = absence.classes(school, term).iter().map(|row| (row.grade, row.figures)).collect();
            let pupils: Vec<_> = (0..PUPILS).map(|one| absence.of_pupil(pupil(one), school, term)).collect();
            (absence.of_school(school, term, None, None), classes, pupils)
        });
        let ids = |pupils: Vec<(PupilId, _)>| pupils.into_iter().map(|(pupil, _)| pupil).collect::<BTreeSet<_>>();
        let lists = [ids(known.at_school(school, at)), ids(known.of_principal(PRINCIPAL, school, at))];
        let uncovered: Vec<_> = known.uncovered(school, at).into_iter().map(|(pupil, _, why)| (pupil, why)).collect();
        let unit = known.school(school, at);
        (
            figures,
            lists,
            uncovered,
            known.loads(school, at),
            unit.map(|unit| settled(unit, at)),
            told_of(known, school, at),
        )
    });
    let mentors = [MENTOR, OTHER_MENTOR].map(|mentor| {
        let held: Vec<_> = known.caseload.of_mentor(mentor, at).map(|held| held.assignment).collect();
        let covered: BTreeSet<_> = known.covered_by(mentor, at).into_iter().map(|(pupil, ..)| pupil).collect();
        let span = Span { first: on(0), last: at.day, known: at.known };
        let member = known.world.staff_member(mentor);
        let shares = member.into_iter().flat_map(|member| member.shares_on(at.day, at.known)).collect::<Vec<_>>();
        let away = member.is_some_and(|member| member.away_on(at.day, at.known));
        let deputy = |school| member.and_then(|member| member.deputy_on(at.day, school, at.known));
        let there = (away, SCHOOLS.map(deputy), shares);
        let time = member.and_then(|member| member.working_time(at.day, at.known).copied());
        let lost = member.is_some_and(|member| member.lost(Role::Mentor, SCHOOL, at));
        let load = with_time.then(|| known.load(mentor, span));
        (held, covered, load, there, time, lost)
    });
    (pupils.collect::<Vec<_>>(), schools, mentors)
}

/// How many events the stage takes, before anything is wished for: schools, people, the pupils and their guardian.
fn stage() -> u64 {
    play(&[]).known.position
}

/// A plain replay of what had happened by a day, of what was on record by a position, and whether all could be replayed: of a pupil
/// who has not come yet, since the first day was put right, there is nothing. What corrects is known from then on of
/// whatever day it is about, and attendance has its days within it: what is asked of them looks no further than the day.
fn replay_of(story: &Story, cut: u64, day: NaiveDate) -> (Projections, bool) {
    let (mut replayed, stage, mut whole) = (Projections::default(), stage(), true);
    let log = &story.log[..story.log.partition_point(|recorded| recorded.position <= cut)];
    for recorded in log {
        let of_any_day = matches!(
            &recorded.body,
            Body::Known(Event::Pupil(
                PupilEvent::AttendanceRegistered(_)
                    | PupilEvent::AttendanceCorrected(_)
                    | PupilEvent::EntryCorrected(_)
                    | PupilEvent::NameCorrected(_)
            ))
        );
        let staged = recorded.position <= stage && !matches!(recorded.stream, domain::StreamRef::Pupil(_));
        let has_come = put_right::has_come(log, recorded, day);
        let counts = of_any_day || put_right::counts_from(log, recorded).is_some_and(|from| from <= day);
        if staged || has_come && counts {
            let version = replayed.world.version(recorded.stream) + 1;
            // A pupil's stream begins with an enrolment.
            whole &= replayed.apply(&Recorded { version, ..recorded.clone() }).is_ok();
        }
    }
    (replayed, whole)
}

proptest! {
    #![proptest_config(seeded::histories())]

    #[test]
    fn whatever_happened_a_plain_recount_comes_to_the_same(wishes in prop::collection::vec(wish(), 1..80)) {
        let story = play(&wishes);
        check_absence(&story);
        check_caseload(&story);
        check_timeline(&story);
        prop_assert!(story.replayed() == story.known);
        // What is left to the end of a long reading comes to the same.
        let mut at_once = Projections::default();
        at_once.hold();
        for recorded in &story.log {
            at_once.apply(recorded).unwrap();
        }
        at_once.settle();
        prop_assert!(at_once == story.known);
        // Laid out for a snapshot and picked up again, it is the same.
        prop_assert!(again(&story.known) == story.known);
    }

    #[test]
    fn what_is_left_to_the_end_from_any_position_on_comes_to_the_same_and_whoever_asks_there_notices_nothing(
        wishes in prop::collection::vec(wish(), 1..80),
        cut in any::<prop::sample::Index>(),
    ) {
        let story = play(&wishes);
        let (before, after) = story.log.split_at(cut.index(story.log.len()));
        // Given what is known at a position, which somebody asks.
        let mut asked = Projections::default();
        asked.apply_all(before).unwrap();
        let then = laid::lay_out(&asked);
        // When the rest of the log is read at once on a clone of it, or on what was kept of it.
        for mut known in [asked.clone(), again(&asked)] {
            known.hold();
            known.apply_all(after).unwrap();
            prop_assert!(known.clone() != asked || after.is_empty());
            known.settle();
            // Then it is what it is one by one, and what is asked has stayed as it was.
            prop_assert!(known == story.known);
            prop_assert!(laid::lay_out(&known) == laid::lay_out(&story.known));
            prop_assert!(laid::lay_out(&asked) == then);
        }
    }

    #[test]
    fn on_a_snapshot_of_any_position_the_rest_of_the_log_comes_to_the_same(
        wishes in prop::collection::vec(wish(), 1..80),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 2),
    ) {
        let story = play(&wishes);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(story.log.len())).collect();
        cuts.sort_unstable();
        let mut known = Projections::default();
        for (at, recorded) in story.log.iter().enumerate() {
            if cuts.contains(&at) {
                // Also one that was laid out from another, of which little has been asked for.
                known = again(&known);
            }
            known.apply(recorded).unwrap();
        }
        prop_assert!(known == story.known);
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
        prop_assert_eq!(answers(&story.known, at, true), answers(&then, AsOf::now(on(day)), true));
    }

    /// On both time axes at once: what is told of a day, as known at a position, is what a plain replay tells of only those
    /// events that had happened by the day and were on record by then.
    #[test]
    fn as_of_both_axes_is_what_a_replay_of_what_had_happened_and_was_known_tells(
        wishes in prop::collection::vec(wish(), 1..80),
        cut in any::<prop::sample::Index>(),
        day in 0_u64..160,
    ) {
        let story = play(&wishes);
        let cut = u64::try_from(cut.index(story.log.len())).unwrap().max(stage());
        let (then, whole) = replay_of(&story, cut, on(day));
        let at = AsOf { day: on(day), known: cut };
        prop_assert_eq!(answers(&story.known, at, whole), answers(&then, AsOf::now(on(day)), whole));
        // What was written to a guardian and what they wanted is told from the guardian's own events, by position.
        let own: BTreeSet<u64> = story.known.past.of_guardian(GUARDIAN, at).collect();
        let events = story.log.iter().filter(|recorded| own.contains(&recorded.position));
        let kept = then.world.guardian(GUARDIAN).map(|guardian| (*guardian.outbox).clone());
        prop_assert!(kept.is_some());
        prop_assert_eq!(Outbox::of(events), kept);
    }

    /// What had not happened by a day does not count for it: absence of a day after it, above all.
    #[test]
    fn as_of_a_day_is_what_a_log_without_later_days_tells(
        wishes in prop::collection::vec(wish(), 1..60),
        day in 0_u64..160,
    ) {
        let story = play(&wishes);
        let at = AsOf::now(on(day));
        for school in SCHOOLS {
            let absence = story.known.absence.as_of(&story.known.world, &story.known.ever_at_school(school, at), at);
            for term in terms() {
                let case = |pupil| story.known.world.case(pupil).unwrap();
                let here = |pupil, by, date| {
                    date <= at.day
                        && Term::of(date) == term
                        && by == school
                        && case(pupil).enrolment_at(school, date).is_some()
                };
                prop_assert_eq!(absence.of_school(school, term, None, None).all, recount(&story, here));
            }
        }
    }
}

#[test]
fn the_invented_histories_hold_every_kind_of_event() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngSeed, TestRunner};
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(1), ..Config::default() });
    let histories = prop::collection::vec(wish(), 1..80);
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..400 {
        let story = play(&histories.new_tree(&mut runner).unwrap().current());
        for recorded in &story.log {
            if let Body::Known(event) = &recorded.body {
                *kinds.entry(event.kind().name()).or_default() += 1;
            }
        }
    }
    // What takes something out of every past at once, so that no past is as it was; and what is kept as it was told, whatever is
    // asked about the past. Both are in tests/erasure.
    let elsewhere = [
        EventKind::ErasureBegun,
        EventKind::RemainderKept,
        EventKind::ErasureCarriedOut,
        EventKind::FigureTold,
        EventKind::ChangeTold,
        EventKind::LoadTold,
    ];
    let missing: Vec<&str> = EventKind::ALL
        .iter()
        .filter(|kind| !elsewhere.contains(kind) && !kinds.contains_key(kind.name()))
        .map(|kind| kind.name())
        .collect();
    assert!(missing.is_empty(), "never happens: {missing:?}");
}
