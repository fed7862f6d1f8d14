//! What a mentor's weeks hold: told from what was recorded in the work, as of any day on both time axes.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

mod seeded;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::actor::Actor;
use domain::event::pupil::ContactTopic;
use domain::event::work::{CaseWork, Work};
use domain::event::{Event, EventKind, PupilEvent, StaffEvent};
use domain::id::{EventId, StaffId};
use domain::projection::Projections;
use domain::projection::workload::{Span, Spent};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::spec::cast::*;
use domain::spec::everyday::{task_taken_over, time_logged};
use domain::spec::works::step;
use domain::spec::{command_id, date, given, noon};
use domain::state::Spell;
use domain::words::{Closing, LadderTrigger, Minutes, TeacherTask, TimeCategory};
use proptest::prelude::*;

/// A log that goes on after a pupil got a mentor.
struct Story {
    known: Projections,
    log: Vec<Recorded>,
}

impl Story {
    fn begin() -> Self {
        let story = given(a_pupil_with_a_mentor()).story;
        Self { known: story.known, log: story.log }
    }

    fn then(&mut self, by: StaffId, occurred: DateTime<Utc>, stream: StreamRef, event: Event) -> EventId {
        let position = self.known.position + 1;
        let id = EventId::from_bits((0xA0_u128 << 120 | u128::from(position)).to_be_bytes());
        let recorded = Recorded {
            position,
            stream,
            version: self.known.world.version(stream) + 1,
            id,
            command: command_id(position),
            actor: Actor::Staff(by),
            role: None,
            occurred: Some(occurred),
            recorded: noon("2020-06-30") + Duration::seconds(i64::try_from(position).unwrap()),
            body: Body::Known(event),
        };
        self.known.apply(&recorded).unwrap();
        self.log.push(recorded);
        id
    }

    fn works(&mut self, by: StaffId, on: &str, work: Work, minutes: Option<u16>) -> EventId {
        let work = CaseWork { enrolment: ENROLMENT, work, minutes: minutes.map(Minutes), note: None };
        self.then(by, noon(on), StreamRef::Pupil(PUPIL), PupilEvent::Worked(work).into())
    }
}

fn span(first: &str, last: &str) -> Span {
    Span { first: date(first), last: date(last), known: u64::MAX }
}

fn talk() -> Work {
    Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }
}

fn opened() -> Work {
    Work::LadderStepOpened { step: step(1), trigger: LadderTrigger::FirstInvalid }
}

#[test]
fn a_week_holds_what_its_mentor_did_in_it() {
    let mut story = Story::begin();
    story.works(MENTOR, "2019-09-02", talk(), Some(15));
    story.works(MENTOR, "2019-09-08", opened(), None);
    story.works(MENTOR, "2019-09-09", talk(), Some(99));
    story.works(PRINCIPAL, "2019-09-03", talk(), Some(77));
    story.then(MENTOR, noon("2019-09-02"), StreamRef::Staff(MENTOR), StaffEvent::TimeLogged(time_logged()).into());
    let taken = StaffEvent::TaskTakenOver(task_taken_over());
    story.then(MENTOR, noon("2019-09-03"), StreamRef::Staff(MENTOR), taken.into());

    let load = story.known.workload.of(MENTOR, span("2019-09-02", "2019-09-08"));

    let work: Vec<_> = load.work.iter().map(|(kind, count)| (*kind, *count)).collect();
    assert_eq!(work, [(EventKind::PupilTalkedWith, 1), (EventKind::LadderStepOpened, 1)]);
    let minutes: Vec<_> = load.minutes.iter().map(|(spent, minutes)| (*spent, *minutes)).collect();
    let expected = [
        (Spent::Case(EventKind::PupilTalkedWith), 15),
        (Spent::Logged(TimeCategory::Groups), 90),
        (Spent::Taken(TeacherTask::GuardianContact), 20),
    ];
    assert_eq!(minutes, expected);
    assert_eq!(load.timed, (3, 4), "one of four has no minutes");
    let categories: Vec<_> = load.categories.iter().map(|(category, minutes)| (*category, *minutes)).collect();
    assert_eq!(categories, [(TimeCategory::Guardians, 20), (TimeCategory::Pupils, 15), (TimeCategory::Groups, 90)]);
    assert_eq!((load.within_mission, load.preventive), ((125, 125), (125, 125)), "each minute once");
    assert_eq!(load.taken_over.get(&TeacherTask::GuardianContact), Some(&1));
}

/// A visit to the workplace is with the pupil: a mission that holds pupils holds it, also where paperwork is left out.
#[test]
fn a_visit_to_a_workplace_is_time_with_the_pupil() {
    let mut story = Story::begin();
    story.works(MENTOR, "2019-09-03", Work::PlacementVisited { on: date("2019-09-03") }, Some(40));
    story.works(MENTOR, "2019-09-03", Work::StaffAlerted { all_subjects: true }, Some(5));
    let load = story.known.workload.of(MENTOR, span("2019-09-02", "2019-09-08"));
    let categories: Vec<_> = load.categories.iter().map(|(category, minutes)| (*category, *minutes)).collect();
    assert_eq!(categories, [(TimeCategory::Pupils, 40), (TimeCategory::Administration, 5)]);
    assert_eq!(load.preventive, (45, 45));
}

#[test]
fn a_step_is_open_from_its_opening_to_its_closing_as_far_as_was_known() {
    let mut story = Story::begin();
    let of = story.works(MENTOR, "2019-09-02", opened(), None);
    let before_closing = story.known.position;
    story.works(MENTOR, "2019-09-20", Work::LadderStepClosed { of, closing: Closing::AbsenceCeased }, None);
    let open = |day: &str, known| {
        let span = Span { first: date("2019-08-20"), last: date(day), known };
        story.known.workload.open((PUPIL, &Spell::WHOLE), EventKind::LadderStepOpened, span)
    };
    assert_eq!(open("2019-09-01", u64::MAX), 0);
    assert_eq!(open("2019-09-02", u64::MAX), 1);
    assert_eq!(open("2019-09-19", u64::MAX), 1);
    assert_eq!(open("2019-09-20", u64::MAX), 0);
    assert_eq!(open("2019-09-20", before_closing), 1, "nobody knew yet that it was closed");
    assert_eq!(open("2019-09-20", before_closing - 1), 0, "nobody knew yet that it was opened");
}

#[test]
fn the_last_talk_is_the_latest_that_had_happened_and_was_known() {
    let mut story = Story::begin();
    story.works(MENTOR, "2019-09-20", talk(), None);
    let known = story.known.position;
    story.works(OTHER_MENTOR, "2019-10-04", talk(), None);
    let last = |day: &str, known| {
        story
            .known
            .workload
            .last_talk((PUPIL, &Spell::WHOLE), Span { first: date("2019-08-20"), last: date(day), known })
    };
    assert_eq!(last("2019-09-19", u64::MAX), None);
    assert_eq!(last("2019-10-03", u64::MAX), Some(date("2019-09-20")));
    assert_eq!(last("2019-10-31", u64::MAX), Some(date("2019-10-04")));
    assert_eq!(last("2019-10-31", known), Some(date("2019-09-20")));
}

/// What was left open at the school before, and who talked with the pupil there, is nothing of the next one's: nobody there can
/// close it.
#[test]
fn what_was_before_the_first_day_of_an_enrolment_counts_nothing_there() {
    let mut story = Story::begin();
    story.works(MENTOR, "2019-09-20", talk(), None);
    story.works(MENTOR, "2019-09-20", opened(), None);
    let told = |first: &str| {
        let here = span(first, "2019-10-04");
        (
            story.known.workload.open((PUPIL, &Spell::WHOLE), EventKind::LadderStepOpened, here),
            story.known.workload.last_talk((PUPIL, &Spell::WHOLE), here),
        )
    };
    assert_eq!(told("2019-09-20"), (1, Some(date("2019-09-20"))));
    assert_eq!(told("2019-09-21"), (0, None));
}

proptest! {
    #![proptest_config(seeded::histories())]

    /// Whatever is logged afterwards, and in whatever order: what is told as known at a position is what a log that
    /// ended there tells.
    #[test]
    fn as_known_then_is_what_was_told_then(
        works in prop::collection::vec((0_i64..40, any::<bool>(), 0_u8..4, prop::option::of(1_u16..90)), 1..40),
        at in any::<prop::sample::Index>(),
    ) {
        let mut story = Story::begin();
        let first = date("2019-09-02");
        let mut open = None;
        for (after, mine, what, minutes) in works {
            let on: NaiveDate = first + Duration::days(after);
            let by = if mine { MENTOR } else { OTHER_MENTOR };
            let on = on.to_string();
            match (what, open) {
                (0, _) => drop(story.works(by, &on, talk(), minutes)),
                (1, _) => open = Some(story.works(by, &on, opened(), minutes)),
                (2, Some(of)) => {
                    story.works(by, &on, Work::LadderStepClosed { of, closing: Closing::AbsenceCeased }, minutes);
                    open = None;
                }
                _ => {
                    let event = StaffEvent::TimeLogged(domain::event::staff::TimeLogged {
                        on: on.parse().unwrap(),
                        ..time_logged()
                    });
                    story.then(by, noon(&on), StreamRef::Staff(by), event.into());
                }
            }
        }
        let cut = at.index(story.log.len());
        let mut then = Projections::default();
        for recorded in story.log.iter().take(cut) {
            then.apply(recorded).unwrap();
        }
        let (now, known) = (&story.known.workload, then.position);
        for week in 0..6 {
            let monday = first + Duration::days(7 * week);
            let span = Span { first: monday, last: monday + Duration::days(6), known };
            for staff in [MENTOR, OTHER_MENTOR] {
                prop_assert_eq!(
                    now.of(staff, span),
                    then.workload.of(staff, Span { known: u64::MAX, ..span })
                );
            }
            let so_far = Span { first, ..span };
            let kind = EventKind::LadderStepOpened;
            prop_assert_eq!(
                now.open((PUPIL, &Spell::WHOLE), kind, so_far),
                then.workload.open((PUPIL, &Spell::WHOLE), kind, Span { known: u64::MAX, ..so_far })
            );
            prop_assert_eq!(
                now.last_talk((PUPIL, &Spell::WHOLE), so_far),
                then.workload.last_talk((PUPIL, &Spell::WHOLE), Span { known: u64::MAX, ..so_far })
            );
        }
    }
}
