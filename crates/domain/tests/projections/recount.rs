//! Every registered day, and a plain recount over them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::attendance::DayAttendance;
use domain::event::PupilEvent;
use domain::id::{PupilId, SchoolId};
use domain::projection::absence::Sums;
use domain::spec::Story;
use domain::{Body, Event};

/// Days as each school registered them, after its last correction.
pub(crate) fn days(story: &Story) -> BTreeMap<(PupilId, SchoolId, NaiveDate), DayAttendance> {
    let mut days = BTreeMap::new();
    for recorded in &story.log {
        let (domain::StreamRef::Pupil(pupil), Body::Known(Event::Pupil(event))) = (recorded.stream, &recorded.body)
        else {
            continue;
        };
        let case = story.known.world.case(pupil).unwrap();
        let school = case.enrolment(event.enrolment()).unwrap().school;
        if let PupilEvent::AttendanceRegistered(attendance) = event {
            days.extend(attendance.days.iter().map(|day| ((pupil, school, day.date()), *day)));
        }
        if let PupilEvent::AttendanceCorrected(corrected) = event {
            days.insert((pupil, school, corrected.day.date()), corrected.day);
        }
    }
    days
}

/// A plain recount over every day of everybody.
pub(crate) fn recount(story: &Story, counts: impl Fn(PupilId, SchoolId, NaiveDate) -> bool) -> Sums {
    let mut sums = Sums::default();
    let mut pupils = BTreeSet::new();
    for ((pupil, school, date), day) in days(story) {
        if counts(pupil, school, date) {
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
