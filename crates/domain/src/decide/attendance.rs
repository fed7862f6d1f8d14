//! Attendance, as registered and as corrected.

use super::{Draft, Ruling, refuse};
use crate::attendance::DayAttendance;
use crate::event::PupilEvent;
use crate::event::pupil::{AttendanceCorrected, AttendanceRegistered};
use crate::id::PupilId;
use crate::recorded::StreamRef;
use crate::refusal::Code;

/// Days within one enrolment and, where the school year is set, within a term; each once. Two registrations of one day
/// stand in each other's way, so the pupil's version is held.
pub(super) fn register(draft: &mut Draft<'_>, pupil: PupilId, days: &[DayAttendance]) -> Ruling {
    let case = draft.case(pupil)?;
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return refuse(Code::AttendanceDaysInvalid, "days");
    };
    if !days.is_sorted_by(|one, next| one.date() < next.date()) {
        return refuse(Code::AttendanceDaysInvalid, "days");
    }
    draft.not_ahead(last.date(), "days")?;
    let Some(enrolment) = case.enrolment_here_on(first.date()) else {
        return refuse(Code::OutsidePeriod, "days");
    };
    let calendar = &draft.school(enrolment.school)?.calendar;
    for day in days.iter().map(DayAttendance::date) {
        let between_terms = calendar.knows(day) && calendar.term_of(day).is_none();
        if !enrolment.covers(day) || between_terms {
            return refuse(Code::OutsidePeriod, "days");
        }
        if case.registered.contains(&day) {
            return refuse(Code::AttendanceAlreadyRegistered, "days");
        }
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    draft.rests_on(StreamRef::School(enrolment.school));
    let registered = AttendanceRegistered { enrolment: enrolment.id, days: days.to_vec() };
    draft.happened_on(stream, last.date(), PupilEvent::AttendanceRegistered(registered));
    Ok(())
}

/// What was registered is replaced. The version is held, so that the later of two corrections knows the earlier.
pub(super) fn correct(draft: &mut Draft<'_>, pupil: PupilId, day: DayAttendance) -> Ruling {
    let case = draft.case(pupil)?;
    draft.not_ahead(day.date(), "day")?;
    let registered = case.registered.contains(&day.date());
    let Some(enrolment) = case.enrolment_here_on(day.date()).filter(|_| registered) else {
        return refuse(Code::AttendanceNotRegistered, "day");
    };
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    draft.happens(stream, PupilEvent::AttendanceCorrected(AttendanceCorrected { enrolment: enrolment.id, day }));
    Ok(())
}
