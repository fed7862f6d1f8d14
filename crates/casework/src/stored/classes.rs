//! The record classes: for which purpose something is kept, and so under which key. Numbers are stable for ever.

use chrono::{DateTime, Datelike, Utc};
use domain::calendar::local_date;
use storage::{KeyRef, RecordClass};

/// Who somebody is: a pupil's name.
pub const IDENTITY: RecordClass = RecordClass(1);
/// That somebody goes to a school.
pub const ENROLMENT: RecordClass = RecordClass(2);
/// Who is mentor of whom.
pub const CASELOAD: RecordClass = RecordClass(3);
/// That a guardian was contacted, how and about what.
pub const CONTACT: RecordClass = RecordClass(4);
/// What was noted in free text.
pub const NOTE: RecordClass = RecordClass(5);
/// Attendance.
pub const ATTENDANCE: RecordClass = RecordClass(6);
/// Who a staff member is.
pub const STAFF: RecordClass = RecordClass(7);
/// Who a guardian is, and how they are reached.
pub const GUARDIAN: RecordClass = RecordClass(8);
/// Who read whose case.
pub const TRACE: RecordClass = RecordClass(9);
/// The absence ladder.
pub const LADDER: RecordClass = RecordClass(10);
/// Referrals to the student health team: status and actions.
pub const REFERRAL: RecordClass = RecordClass(11);
/// Support, talks, plans and warnings.
pub const SUPPORT: RecordClass = RecordClass(12);
/// Safety: that something was reported.
pub const SAFETY: RecordClass = RecordClass(13);
/// How a staff member's time is set and spent.
pub const WORKING_TIME: RecordClass = RecordClass(15);
/// Messages to a guardian: what became of each.
pub const DIGEST: RecordClass = RecordClass(20);
/// References to other systems.
pub const EXTERNAL: RecordClass = RecordClass(14);

/// The retention period of what is kept by school year: the calendar year in which that begins, on the first of July.
pub fn school_year(moment: DateTime<Utc>) -> u16 {
    let date = local_date(moment);
    let year = if date.month() >= 7 { date.year() } else { date.year() - 1 };
    u16::try_from(year).unwrap_or(0)
}

/// The retention period of what is kept as long as the relation lasts.
pub const RELATION: u16 = 0;

/// The key for a subject's records of a class in a period.
pub const fn key(subject: [u8; 16], class: RecordClass, period: u16) -> KeyRef {
    KeyRef { subject, class, period }
}
