//! From what is stored to what happened. Everything is checked again: a stored value that the domain does not allow is an
//! error, never a guess.

mod around;
mod pupil;

use chrono::{DateTime, Utc};
use domain::actor::{Actor, Role};
use domain::event::{CaseWork, Event, EventKind, PupilEvent};
use domain::id::{CommandId, EventId, NotAnId};
use domain::personal::Erasable;
use domain::recorded::{Body, Recorded};
use domain::words::Invalid;
use serde::de::DeserializeOwned;
use storage::OpenedEvent;

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
    #[allow(clippy::too_many_lines, reason = "one line for each kind of event, and no catch-all arm")]
    fn told(&self, kind: EventKind) -> Result<Told, DecodeError> {
        match kind {
            EventKind::SchoolRegistered => self.open(around::school_registered),
            EventKind::SchoolYearSet => self.open(around::school_year_set),
            EventKind::PrincipalMadeResponsible => self.open(around::principal_made_responsible),
            EventKind::RoleGranted => self.open(around::role_granted),
            EventKind::RoleWithdrawn => self.open(around::role_withdrawn),
            EventKind::StaffAway
            | EventKind::StaffBack
            | EventKind::StandingDeputyNamed
            | EventKind::ShareAgreed
            | EventKind::ClassGiven
            | EventKind::GroupActivityHeld => self.sealed(kind, |form| around::staff_matter(kind, form)),
            EventKind::DecisionDelegated
            | EventKind::LadderPolicyAdopted
            | EventKind::AttendanceSenderChosen
            | EventKind::YearRolledOver
            | EventKind::FiguresPublished
            | EventKind::DigestScheduleSet
            | EventKind::PlainContentDecided
            | EventKind::RetentionAdopted
            | EventKind::LegalHoldPlaced
            | EventKind::LegalHoldLifted
            | EventKind::ErasureBegun
            | EventKind::RemainderKept
            | EventKind::ErasureCarriedOut
            | EventKind::PublicationDayAdopted
            | EventKind::FigureTold
            | EventKind::ChangeTold
            | EventKind::LoadTold
            | EventKind::SchoolDigestsPassedOver
            | EventKind::PlacedUnderCommittee => self.open(|form| around::school_matter(kind, form)),
            EventKind::MissionAdopted => self.open(|form| Ok(around::mission_adopted(&form))),
            EventKind::MentoringModelChosen => self.open(|form| Ok(around::mentoring_model_chosen(&form))),
            EventKind::TermMarkedNotComparable => self.open(|form| around::term_marked_not_comparable(&form)),
            EventKind::WorkingTimeSet => self.sealed(kind, |form| around::working_time_set(&form)),
            EventKind::TimeLogged => self.sealed(kind, |form| Ok(around::time_logged(&form))),
            EventKind::TaskTakenOver => self.sealed(kind, |form| Ok(around::task_taken_over(&form))),
            EventKind::StaffJoined => self.sealed(kind, around::staff_joined),
            EventKind::GuardianRegistered => self.sealed(kind, around::guardian_registered),
            EventKind::GuardianCorrected => self.sealed(kind, around::guardian_corrected),
            EventKind::GuardianAddressSet
            | EventKind::GuardianAddressConfirmed
            | EventKind::DigestPreferenceSet
            | EventKind::DigestStopped
            | EventKind::DigestPrepared
            | EventKind::DigestRefused
            | EventKind::DigestPassedOver
            | EventKind::DigestClaimed
            | EventKind::DigestSent
            | EventKind::DigestFailed
            | EventKind::DigestGivenUp
            | EventKind::DigestBounced
            | EventKind::DigestAcknowledged => self.sealed(kind, |form| around::digest_matter(kind, form)),
            EventKind::PupilEnrolled => {
                let name = self.text(1)?.ok_or(DecodeError::Malformed)?;
                self.sealed(kind, |form| pupil::pupil_enrolled(form, name))
            }
            EventKind::PupilNameCorrected => {
                let name = self.text(1)?.ok_or(DecodeError::Malformed)?;
                let instead_of = self.text(2)?.ok_or(DecodeError::Malformed)?;
                self.sealed(kind, |form| pupil::pupil_name_corrected(&form, name, instead_of))
            }
            EventKind::PupilMovedClass => self.sealed(kind, pupil::pupil_moved_class),
            EventKind::PupilLeft => self.sealed(kind, pupil::pupil_left),
            EventKind::GuardianLinked => self.sealed(kind, |form| pupil::guardian_linked(&form)),
            EventKind::MentorAssigned => self.sealed(kind, |form| pupil::mentor_assigned(&form)),
            EventKind::AssignmentEnded => self.sealed(kind, |form| pupil::assignment_ended(&form)),
            EventKind::AssignmentHandedOver => {
                let note = self.text(1)?;
                self.sealed(kind, |form| pupil::assignment_handed_over(&form, note))
            }
            EventKind::EntryCorrected => {
                let reason = self.text(1)?;
                self.sealed(kind, |form| pupil::entry_corrected(&form, reason))
            }
            EventKind::EnrolmentDaysCorrected => {
                let reason = self.text(1)?;
                self.sealed(kind, |form| pupil::enrolment_days_corrected(form, reason))
            }
            EventKind::CoverStarted => self.sealed(kind, |form| pupil::cover_started(&form)),
            EventKind::CoverEnded => self.sealed(kind, |form| pupil::cover_ended(&form)),
            EventKind::GuardianContacted => {
                let note = self.text(1)?;
                self.sealed(kind, |form| pupil::guardian_contacted(&form, note))
            }
            EventKind::AttendanceRegistered => self.sealed(kind, pupil::attendance_registered),
            EventKind::AttendanceCorrected => self.sealed(kind, pupil::attendance_corrected),
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
            | EventKind::DiaryNumberRecorded
            | EventKind::ExtractGiven
            | EventKind::CorrectionRequested
            | EventKind::DecisionExported
            | EventKind::ConsentGiven
            | EventKind::ConsentWithdrawn
            | EventKind::ContactBanned
            | EventKind::ContactBanLifted
            | EventKind::GuardianProtected
            | EventKind::GuardianProtectionEnded
            | EventKind::IdentityProtected
            | EventKind::IdentityProtectionEnded
            | EventKind::GuardianUnlinked
            | EventKind::ProgrammeChanged
            | EventKind::BirthDateRecorded
            | EventKind::TellingWithheld
            | EventKind::TellingResumed
            | EventKind::AssignmentOffered
            | EventKind::OfferAccepted
            | EventKind::OfferRefused
            | EventKind::StaffNamed
            | EventKind::EmergencyAccessTaken
            | EventKind::EntryHandedOn => self.worked(kind),
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
                let event = CaseWork { enrolment, work, minutes, note: pupil::note(self.text(1)?)? };
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
