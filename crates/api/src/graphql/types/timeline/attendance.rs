//! Attendance, as it stands in a timeline.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use domain::attendance::DayAttendance;
use domain::event::pupil;

/// Attendance was registered (närvaro registrerad), of one or more days.
#[derive(SimpleObject)]
pub(crate) struct AttendanceRegistered {
    /// The days, in order.
    days: Vec<AttendanceDay>,
}

impl From<&pupil::AttendanceRegistered> for AttendanceRegistered {
    fn from(event: &pupil::AttendanceRegistered) -> Self {
        Self { days: event.days.iter().map(AttendanceDay::from).collect() }
    }
}

/// One day's attendance was corrected after the fact (närvaro rättad).
#[derive(SimpleObject)]
pub(crate) struct AttendanceCorrected {
    /// The day as it should have been.
    day: AttendanceDay,
}

impl From<&pupil::AttendanceCorrected> for AttendanceCorrected {
    fn from(event: &pupil::AttendanceCorrected) -> Self {
        Self { day: (&event.day).into() }
    }
}

/// One day's attendance, in minutes of offered lesson time.
#[derive(SimpleObject)]
pub(crate) struct AttendanceDay {
    /// The day.
    date: NaiveDate,
    /// Minutes scheduled and not cancelled (erbjuden tid).
    offered_minutes: i32,
    /// Minutes absent, announced (anmäld).
    notified_minutes: i32,
    /// Minutes absent, not announced (ej anmäld).
    unnotified_minutes: i32,
    /// Minutes of absence that the school found valid (giltig).
    valid_minutes: i32,
    /// Minutes of absence that the school found invalid (ogiltig).
    invalid_minutes: i32,
    /// Offered minutes in which attendance was not taken.
    unregistered_minutes: i32,
    /// Lessons offered.
    lessons: i32,
    /// Lessons in which attendance was not taken.
    unregistered_lessons: i32,
}

impl From<&DayAttendance> for AttendanceDay {
    fn from(day: &DayAttendance) -> Self {
        let minutes = day.minutes();
        Self {
            date: day.date(),
            offered_minutes: i32::from(minutes.offered.0),
            notified_minutes: i32::from(minutes.notified.0),
            unnotified_minutes: i32::from(minutes.unnotified.0),
            valid_minutes: i32::from(minutes.valid.0),
            invalid_minutes: i32::from(minutes.invalid.0),
            unregistered_minutes: i32::from(minutes.unregistered.0),
            lessons: i32::from(minutes.lessons),
            unregistered_lessons: i32::from(minutes.unregistered_lessons),
        }
    }
}
