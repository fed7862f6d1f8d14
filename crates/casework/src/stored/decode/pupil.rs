//! What the forms of a pupil's case say.

use domain::event::pupil::{
    AssignmentEnded, AssignmentHandedOver, AttendanceCorrected, AttendanceRegistered, CoverEnded, CoverStarted,
    EnrolmentDaysCorrected, EntryCorrected, GuardianContacted, GuardianLinked, MentorAssigned, PupilEnrolled,
    PupilLeft, PupilMovedClass, PupilNameCorrected,
};
use domain::event::{Event, EventKind, PupilEvent};
use domain::personal::{Erasable, Personal};
use domain::words::{Minutes, Name, Note, Reference};

use super::DecodeError;
use crate::stored::forms::pupil::{
    AssignmentEndedV1, AssignmentHandedOverV1, AttendanceCorrectedV1, AttendanceRegisteredV1, CoverEndedV1,
    CoverStartedV1, EnrolmentDaysCorrectedV1, EntryCorrectedV1, GuardianContactedV1, GuardianLinkedV2,
    MentorAssignedV1, PupilEnrolledV1, PupilLeftV2, PupilMovedClassV1, PupilNameCorrectedV1,
};

pub(super) fn pupil_enrolled(form: PupilEnrolledV1, name: Erasable<String>) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::Enrolled(PupilEnrolled {
        enrolment: form.enrolment.parse()?,
        school: form.school.parse()?,
        name: self::name(name)?,
        placement: form.placement.try_into()?,
        from: form.from,
    })))
}

fn name(text: Erasable<String>) -> Result<Erasable<Personal<Name>>, DecodeError> {
    Ok(match text {
        Erasable::Present(name) => Erasable::Present(Personal::new(Name::try_new(name)?)),
        Erasable::Erased => Erasable::Erased,
    })
}

pub(super) fn pupil_name_corrected(
    form: &PupilNameCorrectedV1,
    name: Erasable<String>,
    instead_of: Erasable<String>,
) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::NameCorrected(PupilNameCorrected {
        enrolment: form.enrolment.parse()?,
        name: self::name(name)?,
        instead_of: self::name(instead_of)?,
    })))
}

pub(super) fn pupil_moved_class(form: PupilMovedClassV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::MovedClass(PupilMovedClass {
        enrolment: form.enrolment.parse()?,
        placement: form.placement.try_into()?,
        from: form.from,
    })))
}

pub(super) fn pupil_left(form: PupilLeftV2) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::Left(PupilLeft {
        enrolment: form.enrolment.parse()?,
        reason: form.reason.into(),
        last_day: form.last_day,
        destination: form.destination.map(Reference::try_new).transpose()?,
    })))
}

pub(super) fn guardian_linked(form: &GuardianLinkedV2) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::GuardianLinked(GuardianLinked {
        enrolment: form.enrolment.parse()?,
        guardian: form.guardian.parse()?,
        guardianship: form.guardianship.into(),
        household: form.household.map(Into::into),
    })))
}

pub(super) fn mentor_assigned(form: &MentorAssignedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::MentorAssigned(MentorAssigned {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        mentor: form.mentor.parse()?,
        kind: form.kind.into(),
        principal: form.principal.parse()?,
        from: form.from,
    })))
}

pub(super) fn assignment_ended(form: &AssignmentEndedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::AssignmentEnded(AssignmentEnded {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        reason: form.reason.into(),
        last_day: form.last_day,
    })))
}

pub(super) fn assignment_handed_over(
    form: &AssignmentHandedOverV1,
    text: Option<Erasable<String>>,
) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::AssignmentHandedOver(AssignmentHandedOver {
        enrolment: form.enrolment.parse()?,
        from: form.from.parse()?,
        to: form.to.parse()?,
        note: note(text)?,
    })))
}

pub(super) fn cover_started(form: &CoverStartedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::CoverStarted(CoverStarted {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        deputy: form.deputy.parse()?,
        from: form.from,
        until: form.until,
    })))
}

pub(super) fn cover_ended(form: &CoverEndedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::CoverEnded(CoverEnded {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        deputy: form.deputy.parse()?,
        last_day: form.last_day,
    })))
}

pub(super) fn entry_corrected(form: &EntryCorrectedV1, reason: Option<Erasable<String>>) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::EntryCorrected(EntryCorrected {
        enrolment: form.enrolment.parse()?,
        of: form.of.parse()?,
        position: form.position,
        kind: EventKind::from_name(&form.kind).ok_or(DecodeError::Malformed)?,
        author: form.author.as_deref().map(str::parse).transpose()?,
        note: note(reason)?,
    })))
}

pub(super) fn enrolment_days_corrected(
    form: EnrolmentDaysCorrectedV1,
    reason: Option<Erasable<String>>,
) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::DaysCorrected(EnrolmentDaysCorrected {
        enrolment: form.enrolment.parse()?,
        days: form.days.map(Into::into),
        instead_of: form.instead_of.into(),
        note: note(reason)?,
    })))
}

pub(super) fn note(text: Option<Erasable<String>>) -> Result<Option<Erasable<Personal<Note>>>, DecodeError> {
    Ok(match text {
        None => None,
        Some(Erasable::Erased) => Some(Erasable::Erased),
        Some(Erasable::Present(text)) => Some(Erasable::Present(Personal::new(Note::try_new(text)?))),
    })
}

pub(super) fn guardian_contacted(
    form: &GuardianContactedV1,
    note: Option<Erasable<String>>,
) -> Result<Event, DecodeError> {
    let note = self::note(note)?;
    Ok(Event::Pupil(PupilEvent::GuardianContacted(GuardianContacted {
        enrolment: form.enrolment.parse()?,
        guardian: form.guardian.parse()?,
        channel: form.channel.into(),
        direction: form.direction.into(),
        outcome: form.outcome.into(),
        topic: form.topic.into(),
        minutes: form.minutes.map(Minutes),
        note,
    })))
}

pub(super) fn attendance_registered(form: AttendanceRegisteredV1) -> Result<Event, DecodeError> {
    let days = form.days.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(Event::Pupil(PupilEvent::AttendanceRegistered(AttendanceRegistered {
        enrolment: form.enrolment.parse()?,
        days,
    })))
}

pub(super) fn attendance_corrected(form: AttendanceCorrectedV1) -> Result<Event, DecodeError> {
    let day = form.day.try_into()?;
    Ok(Event::Pupil(PupilEvent::AttendanceCorrected(AttendanceCorrected { enrolment: form.enrolment.parse()?, day })))
}
