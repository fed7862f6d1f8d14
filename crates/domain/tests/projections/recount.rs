//! Every registered day, and a plain recount over them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::attendance::DayAttendance;
use domain::event::PupilEvent;
use domain::id::PupilId;
use domain::projection::absence::Sums;
use domain::spec::Story;
use domain::{Body, Event};

/// Days as they stand after the last correction, of those that were registered by the enrolment that holds them.
pub(crate) fn days(story: &Story) -> BTreeMap<(PupilId, NaiveDate), DayAttendance> {
    let mut days = BTreeMap::new();
    for recorded in &story.log {
        let (domain::StreamRef::Pupil(pupil), Body::Known(Event::Pupil(event))) = (recorded.stream, &recorded.body)
        else {
            continue;
        };
        if let PupilEvent::AttendanceRegistered(attendance) = event {
            days.extend(attendance.days.iter().map(|day| ((pupil, day.date()), (recorded.position, *day))));
        }
        if let PupilEvent::AttendanceCorrected(corrected) = event {
            days.insert((pupil, corrected.day.date()), (recorded.position, corrected.day));
        }
    }
    let case = |pupil| story.known.world.case(pupil).unwrap();
    days.retain(|(pupil, date), (position, _)| {
        case(*pupil).enrolment_on(*date).is_some_and(|enrolment| enrolment.recorded < *position)
    });
    days.into_iter().map(|(of, (_, day))| (of, day)).collect()
}

/// A plain recount over every day of everybody.
pub(crate) fn recount(story: &Story, counts: impl Fn(PupilId, NaiveDate) -> bool) -> Sums {
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
