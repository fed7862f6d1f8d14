//! From what is stored to what happened. Everything is checked again: a stored value that the domain does not allow is an
//! error, never a guess.

use chrono::{DateTime, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::event::guardian::GuardianRegistered;
use domain::event::pupil::{
    AssignmentEnded, AssignmentHandedOver, AttendanceCorrected, AttendanceRegistered, CoverEnded, CoverStarted,
    GuardianContacted, GuardianLinked, MentorAssigned, PupilEnrolled, PupilLeft, PupilMovedClass,
};
use domain::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolRegistered, SchoolYearSet,
    TermMarkedNotComparable,
};
use domain::event::staff::{RoleGranted, StaffJoined, TaskTakenOver, TimeLogged, WorkingTimeSet};
use domain::event::{CaseWork, Event, EventKind, GuardianEvent, PupilEvent, SchoolEvent, StaffEvent};
use domain::id::{CommandId, EventId, NotAnId};
use domain::personal::{Erasable, Personal};
use domain::recorded::{Body, Recorded};
use domain::words::{
    ClassName, ContactDetail, Grade, Invalid, Minutes, Name, Note, PostShare, ProgrammeCode, SchoolCode, SchoolUnitCode,
};
use serde::de::DeserializeOwned;
use storage::OpenedEvent;

use super::forms::guardian::GuardianRegisteredV1;
use super::forms::pupil::{
    AssignmentEndedV1, AssignmentHandedOverV1, AttendanceCorrectedV1, AttendanceRegisteredV1, CoverEndedV1,
    CoverStartedV1, GuardianContactedV1, GuardianLinkedV1, MentorAssignedV1, PupilEnrolledV1, PupilLeftV1,
    PupilMovedClassV1,
};
use super::forms::school::{
    MentoringModelChosenV1, MissionAdoptedV1, PrincipalMadeResponsibleV1, ResponsibilityV1, SchoolRegisteredV1,
    SchoolYearSetV1, TermMarkedNotComparableV1,
};
use super::forms::staff::{RoleGrantedV1, StaffJoinedV1, TaskTakenOverV1, TimeLoggedV1, WorkingTimeSetV1};
use super::forms::{Nothing, Open, Sealed, TextPart, work};
use super::stream_ref;
use super::upgrade::{self, Newest};

/// Why a stored event cannot be understood. Says which rule, never the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No event has this kind.
    #[error("the kind is not known: this log was written by a newer version")]
    UnknownKind,
    /// No stream has this number.
    #[error("the kind of stream is not known: this log was written by a newer version")]
    UnknownStream,
    /// There is no way from this version of the form.
    #[error("version {0} of the stored form is not known")]
    UnknownForm(u16),
    /// The content is not laid out as the form says.
    #[error("the content is not laid out as its form says")]
    Malformed,
    /// The content holds a value that is not allowed.
    #[error("the content holds a value that is not allowed: {0}")]
    Invalid(Invalid),
}

impl From<Invalid> for DecodeError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<NotAnId> for DecodeError {
    fn from(_: NotAnId) -> Self {
        Self::Malformed
    }
}

/// What happened, as the log holds it.
pub fn decode(event: &OpenedEvent) -> Result<Recorded, DecodeError> {
    let kind = EventKind::from_name(&event.kind).ok_or(DecodeError::UnknownKind)?;
    let newest = upgrade::newest(event, kind, upgrade::STEPS).ok_or(DecodeError::UnknownForm(event.form))?;
    let content = Content { newest: &newest };
    let told = content.told(kind)?;
    let command = CommandId::new(uuid::Uuid::from_bytes(event.commit.0)).ok_or(DecodeError::Malformed)?;
    Ok(Recorded {
        position: event.position.0,
        stream: stream_ref(event.stream).ok_or(DecodeError::UnknownStream)?,
        version: event.version,
        id: EventId::from_bits(event.event_id),
        command,
        actor: told.actor,
        role: told.role,
        occurred: told.occurred,
        recorded: moment(event.recorded_micros)?,
        body: told.body,
    })
}

fn moment(micros: i64) -> Result<DateTime<Utc>, DecodeError> {
    DateTime::from_timestamp_micros(micros).ok_or(DecodeError::Malformed)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(bytes).map_err(|_| DecodeError::Malformed)
}

struct Told {
    actor: Actor,
    role: Option<Role>,
    occurred: Option<DateTime<Utc>>,
    body: Body,
}

struct Content<'a> {
    newest: &'a Newest<'a>,
}

impl Content<'_> {
    fn told(&self, kind: EventKind) -> Result<Told, DecodeError> {
        match kind {
            EventKind::SchoolRegistered => self.open(school_registered),
            EventKind::SchoolYearSet => self.open(school_year_set),
            EventKind::PrincipalMadeResponsible => self.open(principal_made_responsible),
            EventKind::RoleGranted => self.open(role_granted),
            EventKind::MissionAdopted => self.open(|form| Ok(mission_adopted(&form))),
            EventKind::MentoringModelChosen => self.open(|form| Ok(mentoring_model_chosen(&form))),
            EventKind::TermMarkedNotComparable => self.open(|form| term_marked_not_comparable(&form)),
            EventKind::WorkingTimeSet => self.sealed(kind, |form| working_time_set(&form)),
            EventKind::TimeLogged => self.sealed(kind, |form| Ok(time_logged(&form))),
            EventKind::TaskTakenOver => self.sealed(kind, |form| Ok(task_taken_over(&form))),
            EventKind::StaffJoined => self.sealed(kind, staff_joined),
            EventKind::GuardianRegistered => self.sealed(kind, guardian_registered),
            EventKind::PupilEnrolled => {
                let name = self.text(1)?.ok_or(DecodeError::Malformed)?;
                self.sealed(kind, |form| pupil_enrolled(form, name))
            }
            EventKind::PupilMovedClass => self.sealed(kind, pupil_moved_class),
            EventKind::PupilLeft => self.sealed(kind, |form| pupil_left(&form)),
            EventKind::GuardianLinked => self.sealed(kind, |form| guardian_linked(&form)),
            EventKind::MentorAssigned => self.sealed(kind, |form| mentor_assigned(&form)),
            EventKind::AssignmentEnded => self.sealed(kind, |form| assignment_ended(&form)),
            EventKind::AssignmentHandedOver => {
                let note = self.text(1)?;
                self.sealed(kind, |form| assignment_handed_over(&form, note))
            }
            EventKind::CoverStarted => self.sealed(kind, |form| cover_started(&form)),
            EventKind::CoverEnded => self.sealed(kind, |form| cover_ended(&form)),
            EventKind::GuardianContacted => {
                let note = self.text(1)?;
                self.sealed(kind, |form| guardian_contacted(&form, note))
            }
            EventKind::AttendanceRegistered => self.sealed(kind, attendance_registered),
            EventKind::AttendanceCorrected => self.sealed(kind, attendance_corrected),
            EventKind::PupilTalkedWith
            | EventKind::DirectedOnward
            | EventKind::OutsidePartyContacted
            | EventKind::CoordinatedPlanMeetingHeld
            | EventKind::LadderStepProposed
            | EventKind::LadderStepOpened
            | EventKind::LadderActionDone
            | EventKind::LadderActionWaived
            | EventKind::LadderStepClosed
            | EventKind::LadderStepRetracted
            | EventKind::ReferralOpened
            | EventKind::ReferralAccepted
            | EventKind::ReferralReturned
            | EventKind::ReferralResubmitted
            | EventKind::ReferralDeclined
            | EventKind::ReferralActionAgreed
            | EventKind::ReferralClosed
            | EventKind::HealthTeamMet
            | EventKind::DevelopmentTalkBooked
            | EventKind::DevelopmentTalkHeld
            | EventKind::SubjectAtRisk
            | EventKind::StaffAlerted
            | EventKind::ExtraAdaptationNoted
            | EventKind::LeaveDecided
            | EventKind::AdaptedStudiesDecided
            | EventKind::ActionProgrammeDrafted
            | EventKind::ActionProgrammeDecided
            | EventKind::ActionProgrammeFollowedUp
            | EventKind::GradeWarningGiven
            | EventKind::ResitReminded
            | EventKind::WeeklyPlanMade
            | EventKind::DayEvaluated
            | EventKind::PlacementVisited
            | EventKind::WrittenWarningGiven
            | EventKind::ConcernReported
            | EventKind::HarassmentReported
            | EventKind::IncidentNoted
            | EventKind::ConflictHandled
            | EventKind::ObligationMetElsewhere
            | EventKind::DiaryNumberRecorded => self.worked(kind),
        }
    }

    fn open<F: DeserializeOwned>(
        &self,
        event: impl FnOnce(F) -> Result<Event, DecodeError>,
    ) -> Result<Told, DecodeError> {
        let open: Open<F> = parse(&self.newest.open)?;
        let (Some(body), Some(occurred)) = (open.body, open.occurred_micros) else {
            return Err(DecodeError::Malformed);
        };
        Ok(Told {
            actor: open.actor.try_into()?,
            role: open.role.map(Into::into),
            occurred: Some(moment(occurred)?),
            body: Body::Known(event(body)?),
        })
    }

    fn sealed<F: DeserializeOwned>(
        &self,
        kind: EventKind,
        event: impl FnOnce(F) -> Result<Event, DecodeError>,
    ) -> Result<Told, DecodeError> {
        let open: Open<Nothing> = parse(&self.newest.open)?;
        let (occurred, body) = match self.newest.parts.first() {
            None => return Err(DecodeError::Malformed),
            Some(None) => (None, Body::Erased(kind)),
            Some(Some(bytes)) => {
                let sealed: Sealed<F> = parse(bytes)?;
                (Some(moment(sealed.occurred_micros)?), Body::Known(event(sealed.body)?))
            }
        };
        Ok(Told { actor: open.actor.try_into()?, role: open.role.map(Into::into), occurred, body })
    }

    /// Work in a case: one envelope, whatever the kind.
    fn worked(&self, kind: EventKind) -> Result<Told, DecodeError> {
        let open: Open<Nothing> = parse(&self.newest.open)?;
        let (occurred, body) = match self.newest.parts.first() {
            None => return Err(DecodeError::Malformed),
            Some(None) => (None, Body::Erased(kind)),
            Some(Some(bytes)) => {
                let work::ReadWork { occurred_micros, enrolment, minutes, work } = work::read(kind, bytes)?;
                let event = CaseWork { enrolment, work, minutes, note: note(self.text(1)?)? };
                (Some(moment(occurred_micros)?), Body::Known(Event::Pupil(PupilEvent::Worked(event))))
            }
        };
        Ok(Told { actor: open.actor.try_into()?, role: open.role.map(Into::into), occurred, body })
    }

    /// A later part that holds a text; `None`: there is no such part.
    fn text(&self, index: usize) -> Result<Option<Erasable<String>>, DecodeError> {
        match self.newest.parts.get(index) {
            None => Ok(None),
            Some(None) => Ok(Some(Erasable::Erased)),
            Some(Some(bytes)) => Ok(Some(Erasable::Present(parse::<TextPart>(bytes)?.text))),
        }
    }
}

fn school_registered(form: SchoolRegisteredV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::Registered(SchoolRegistered {
        code: SchoolCode::try_new(form.code)?,
        unit_code: SchoolUnitCode::try_new(form.unit_code)?,
        name: Name::try_new(form.name)?,
        form: form.form.into(),
        grades: (Grade::try_new(form.lowest_grade)?, Grade::try_new(form.highest_grade)?),
    })))
}

fn school_year_set(form: SchoolYearSetV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::YearSet(SchoolYearSet {
        starts_in: form.starts_in,
        autumn: form.autumn.try_into()?,
        spring: form.spring.try_into()?,
        breaks: form.breaks.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
    })))
}

fn principal_made_responsible(form: PrincipalMadeResponsibleV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::PrincipalMadeResponsible(PrincipalMadeResponsible {
        principal: form.principal.parse()?,
        responsibility: match form.responsibility {
            ResponsibilityV1::Unit => Responsibility::Unit,
            ResponsibilityV1::Programme(code) => Responsibility::Programme(ProgrammeCode::try_new(code)?),
            ResponsibilityV1::Class(name) => Responsibility::Class(ClassName::try_new(name)?),
        },
        from: form.from,
        until: form.until,
    })))
}

fn role_granted(form: RoleGrantedV1) -> Result<Event, DecodeError> {
    let school = form.school.map(|school| school.parse()).transpose()?;
    Ok(Event::Staff(StaffEvent::RoleGranted(RoleGranted { grant: Grant { role: form.role.into(), school } })))
}

fn staff_joined(form: StaffJoinedV1) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::Joined(StaffJoined { name: Personal::new(Name::try_new(form.name)?) })))
}

fn mission_adopted(form: &MissionAdoptedV1) -> Event {
    let mission = MissionAdopted { from: form.from, talks: form.talks.into() };
    Event::School(SchoolEvent::MissionAdopted(mission))
}

fn mentoring_model_chosen(form: &MentoringModelChosenV1) -> Event {
    let chosen = MentoringModelChosen { from: form.from, model: form.model.into() };
    Event::School(SchoolEvent::MentoringModelChosen(chosen))
}

fn term_marked_not_comparable(form: &TermMarkedNotComparableV1) -> Result<Event, DecodeError> {
    let term = form.term.parse().map_err(|_| DecodeError::Malformed)?;
    let marked = TermMarkedNotComparable { term, reason: form.reason.into() };
    Ok(Event::School(SchoolEvent::TermMarkedNotComparable(marked)))
}

fn working_time_set(form: &WorkingTimeSetV1) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::WorkingTimeSet(WorkingTimeSet {
        from: form.from,
        weekly: Minutes(form.weekly_minutes),
        share: PostShare::try_new(form.share_percent)?,
    })))
}

fn time_logged(form: &TimeLoggedV1) -> Event {
    Event::Staff(StaffEvent::TimeLogged(TimeLogged {
        on: form.on,
        category: form.category.into(),
        minutes: Minutes(form.minutes),
        within_mission: form.within_mission,
        preventive: form.preventive,
    }))
}

fn task_taken_over(form: &TaskTakenOverV1) -> Event {
    let taken = TaskTakenOver { on: form.on, task: form.task.into(), minutes: form.minutes.map(Minutes) };
    Event::Staff(StaffEvent::TaskTakenOver(taken))
}

fn guardian_registered(form: GuardianRegisteredV1) -> Result<Event, DecodeError> {
    let detail = |text: String| ContactDetail::try_new(text).map(Personal::new);
    Ok(Event::Guardian(GuardianEvent::Registered(GuardianRegistered {
        name: Personal::new(Name::try_new(form.name)?),
        phone: form.phone.map(detail).transpose()?,
        email: form.email.map(detail).transpose()?,
    })))
}

fn pupil_enrolled(form: PupilEnrolledV1, name: Erasable<String>) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::Enrolled(PupilEnrolled {
        enrolment: form.enrolment.parse()?,
        school: form.school.parse()?,
        name: match name {
            Erasable::Present(name) => Erasable::Present(Personal::new(Name::try_new(name)?)),
            Erasable::Erased => Erasable::Erased,
        },
        placement: form.placement.try_into()?,
        from: form.from,
    })))
}

fn pupil_moved_class(form: PupilMovedClassV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::MovedClass(PupilMovedClass {
        enrolment: form.enrolment.parse()?,
        placement: form.placement.try_into()?,
        from: form.from,
    })))
}

fn pupil_left(form: &PupilLeftV1) -> Result<Event, DecodeError> {
    let (reason, last_day) = (form.reason.into(), form.last_day);
    Ok(Event::Pupil(PupilEvent::Left(PupilLeft { enrolment: form.enrolment.parse()?, reason, last_day })))
}

fn guardian_linked(form: &GuardianLinkedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::GuardianLinked(GuardianLinked {
        enrolment: form.enrolment.parse()?,
        guardian: form.guardian.parse()?,
        guardianship: form.guardianship.into(),
    })))
}

fn mentor_assigned(form: &MentorAssignedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::MentorAssigned(MentorAssigned {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        mentor: form.mentor.parse()?,
        kind: form.kind.into(),
        principal: form.principal.parse()?,
        from: form.from,
    })))
}

fn assignment_ended(form: &AssignmentEndedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::AssignmentEnded(AssignmentEnded {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        reason: form.reason.into(),
        last_day: form.last_day,
    })))
}

fn assignment_handed_over(form: &AssignmentHandedOverV1, text: Option<Erasable<String>>) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::AssignmentHandedOver(AssignmentHandedOver {
        enrolment: form.enrolment.parse()?,
        from: form.from.parse()?,
        to: form.to.parse()?,
        note: note(text)?,
    })))
}

fn cover_started(form: &CoverStartedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::CoverStarted(CoverStarted {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        deputy: form.deputy.parse()?,
        from: form.from,
        until: form.until,
    })))
}

fn cover_ended(form: &CoverEndedV1) -> Result<Event, DecodeError> {
    Ok(Event::Pupil(PupilEvent::CoverEnded(CoverEnded {
        enrolment: form.enrolment.parse()?,
        assignment: form.assignment.parse()?,
        deputy: form.deputy.parse()?,
        last_day: form.last_day,
    })))
}

fn note(text: Option<Erasable<String>>) -> Result<Option<Erasable<Personal<Note>>>, DecodeError> {
    Ok(match text {
        None => None,
        Some(Erasable::Erased) => Some(Erasable::Erased),
        Some(Erasable::Present(text)) => Some(Erasable::Present(Personal::new(Note::try_new(text)?))),
    })
}

fn guardian_contacted(form: &GuardianContactedV1, note: Option<Erasable<String>>) -> Result<Event, DecodeError> {
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

fn attendance_registered(form: AttendanceRegisteredV1) -> Result<Event, DecodeError> {
    let days = form.days.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(Event::Pupil(PupilEvent::AttendanceRegistered(AttendanceRegistered {
        enrolment: form.enrolment.parse()?,
        days,
    })))
}

fn attendance_corrected(form: AttendanceCorrectedV1) -> Result<Event, DecodeError> {
    let day = form.day.try_into()?;
    Ok(Event::Pupil(PupilEvent::AttendanceCorrected(AttendanceCorrected { enrolment: form.enrolment.parse()?, day })))
}
