//! What absence says of whether mentors help: changes of the same pupils, and never a level by itself.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use chrono::{Days, NaiveDate};
use domain::StreamRef;
use domain::calendar::Term;
use domain::event::pupil::AssignmentKind;
use domain::id::{AssignmentId, EnrolmentId, PupilId};
use domain::projection::absence::evidence::Evidence;
use domain::spec::cast::*;
use domain::spec::{Happened, Story, date, given};

fn pupil(n: u8) -> PupilId {
    PupilId::from_bits([n + 1; 16])
}

fn of(n: u8, (_, event): Happened) -> Happened {
    (StreamRef::Pupil(pupil(n)), event)
}

/// So many days from a date on, each with so much absence of 300 minutes.
fn days(n: u8, first: &str, count: u64, absent: u16) -> Happened {
    let first: NaiveDate = date(first);
    of(n, attended((0..count).map(|at| day(first + Days::new(at), absent, 0)).collect()))
}

/// Pupils of whom the first so many get a mentor at the new year.
fn school(pupils: u8, mentored: u8) -> Story {
    let mut story = given(two_schools()).story;
    for n in 0..pupils {
        let enrolment = EnrolmentId::from_bits([n + 1; 16]);
        story.happened(of(n, enrolled(SCHOOL, enrolment, "7A", "2019-08-20")));
        if n < mentored {
            let (_, mut event) =
                assigned(AssignmentId::from_bits([n + 1; 16]), MENTOR, AssignmentKind::Primary, "2020-01-07");
            if let domain::Event::Pupil(domain::event::PupilEvent::MentorAssigned(assigned)) = &mut event {
                assigned.enrolment = enrolment;
            }
            story.happened((StreamRef::Pupil(pupil(n)), event));
        }
    }
    story
}

fn evidence(story: &Story, pupils: u8) -> Evidence {
    let terms: (Term, Term) = ("ht19".parse().unwrap(), "vt20".parse().unwrap());
    story.known.absence.evidence(SCHOOL, (0..pupils).map(pupil), terms)
}

#[test]
fn each_group_is_compared_with_its_own_baseline() {
    let mut story = school(12, 6);
    for n in 0..12 {
        // Those who get a mentor were absent more, and come to school more; the others stay as they are.
        let (before, after) = if n < 6 { (90, 60) } else { (15, 15) };
        story.happened(days(n, "2019-09-02", 10, before));
        story.happened(days(n, "2020-01-13", 10, after));
    }
    let told = evidence(&story, 12);
    let mean = |group: domain::projection::absence::evidence::GroupChange| {
        let mean = group.mean.unwrap();
        (group.pupils, mean.points, mean.low, mean.high)
    };
    assert_eq!(mean(told.with_mentor), (6, -1_000, -1_000, -1_000));
    assert_eq!(mean(told.without_mentor), (6, 0, 0, 0));
    let before = |group: domain::projection::absence::evidence::GroupChange| group.before.total_percent().unwrap();
    assert_eq!(before(told.with_mentor).to_string(), "30.00", "the level alone would say that mentors do harm");
    assert_eq!(before(told.without_mentor).to_string(), "5.00");
}

#[test]
fn of_fewer_than_five_only_the_number_is_told() {
    let mut story = school(9, 4);
    for n in 0..9 {
        story.happened(days(n, "2019-09-02", 10, 30));
        story.happened(days(n, "2020-01-13", 10, 60));
    }
    let told = evidence(&story, 9);
    assert_eq!((told.with_mentor.pupils, told.with_mentor.mean, told.with_mentor.before.days), (4, None, 0));
    assert_eq!((told.without_mentor.pupils, told.without_mentor.mean.unwrap().points), (5, 1_000));
}

#[test]
fn a_pupil_without_days_enough_in_both_terms_is_not_compared() {
    let mut story = school(3, 0);
    for (n, before, after) in [(0, 10, 10), (1, 9, 10), (2, 10, 9)] {
        story.happened(days(n, "2019-09-02", before, 30));
        story.happened(days(n, "2020-01-13", after, 30));
    }
    assert_eq!(evidence(&story, 3).without_mentor.pupils, 1);
}

#[test]
fn who_had_a_mentor_in_the_baseline_already_counts_in_neither_group() {
    let mut story = given(two_schools()).story;
    for n in 0..6 {
        let enrolment = EnrolmentId::from_bits([n + 1; 16]);
        story.happened(of(n, enrolled(SCHOOL, enrolment, "7A", "2019-08-20")));
        let (_, mut event) =
            assigned(AssignmentId::from_bits([n + 1; 16]), MENTOR, AssignmentKind::Primary, "2019-08-20");
        if let domain::Event::Pupil(domain::event::PupilEvent::MentorAssigned(assigned)) = &mut event {
            assigned.enrolment = enrolment;
        }
        story.happened((StreamRef::Pupil(pupil(n)), event));
        story.happened(days(n, "2019-09-02", 10, 60));
        story.happened(days(n, "2020-01-13", 10, 30));
    }
    let told = evidence(&story, 6);
    assert_eq!((told.with_mentor.pupils, told.without_mentor.pupils), (0, 0), "they have no term without one");
    assert_eq!((told.mentor_before.pupils, told.mentor_before.mean.unwrap().points), (6, -1_000));
}
