//! What is handed on from one enrolment to the next stands in a case once, by however many ways it came.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use casework::answer::{Page, PageRequest, TimelineEntry};
use domain::event::pupil::{ContactTopic, EnrolmentDays, EnrolmentDaysCorrected, LeavingReason};
use domain::event::{Event, PupilEvent, Work};
use domain::id::EnrolmentId;
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{Happened, date, given, noon, story_event};
use support::{Engine, House};

const SECOND: EnrolmentId = EnrolmentId::from_bits([0x42; 16]);
const THIRD: EnrolmentId = EnrolmentId::from_bits([0x43; 16]);
const ALL: PageRequest = PageRequest { first: 100, after: None };

fn leaves(enrolment: EnrolmentId, last_day: &str) -> Happened {
    let mut leaves = left(last_day);
    if let Event::Pupil(PupilEvent::Left(left)) = &mut leaves.1 {
        (left.enrolment, left.reason) = (enrolment, LeavingReason::ChangedSchool);
    }
    leaves
}

fn work_in(enrolment: EnrolmentId, work: Work) -> Happened {
    let mut worked = worked(work);
    if let Event::Pupil(PupilEvent::Worked(worked)) = &mut worked.1 {
        worked.enrolment = enrolment;
    }
    worked
}

fn never_came(enrolment: EnrolmentId, from: &str) -> Happened {
    let instead_of = EnrolmentDays { from: date(from), last_day: Some(date("2019-09-30")) };
    of_pupil(PupilEvent::DaysCorrected(EnrolmentDaysCorrected { enrolment, days: None, instead_of, note: None }))
}

/// Handed on from the first enrolment to the second, from there to the third, and, when the second was none, from the first anew.
#[tokio::test]
async fn an_entry_that_came_by_two_enrolments_stands_in_the_case_once() {
    let talk = Work::PupilTalkedWith { topic: ContactTopic::Wellbeing };
    let past = given(a_pupil()).and([work_in(ENROLMENT, talk)]);
    let position = past.story.known.position;
    let of = story_event(position);
    let past = past
        .and([leaves(ENROLMENT, "2019-09-02"), work_in(ENROLMENT, Work::EntryHandedOn { of })])
        .and([enrolled(OTHER_SCHOOL, SECOND, "7A", "2019-09-03"), leaves(SECOND, "2019-09-30")])
        .and([work_in(SECOND, Work::EntryHandedOn { of }), enrolled(SCHOOL, THIRD, "7A", "2019-10-01")])
        .and([never_came(SECOND, "2019-09-03"), work_in(ENROLMENT, Work::EntryHandedOn { of })]);
    let house = House::telling(Engine::Memory, &past.story, noon("2019-10-02")).await;
    let times = |page: &Page<TimelineEntry>| page.items.iter().filter(|(_, entry)| entry.position == position).count();

    let reader = house.casework.reader(as_staff(PRINCIPAL), "test");
    let there = reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
    assert_eq!((times(&there), there.total), (1, there.items.len()));
    let reader = house.casework.reader(as_staff(OTHER_PRINCIPAL), "test");
    let before = reader.former_timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
    assert_eq!(times(&before), 1);
}
