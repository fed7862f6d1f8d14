//! What holds of kinds of work by what they are: whether they change what is so in the case, whom they are about,
//! and whether they can be corrected.

use super::{Event, EventKind, PupilEvent};
use crate::event::work::Work;
use crate::id::{EventId, GuardianId};
use crate::words::ReportLevel;

impl Work {
    /// The guardian whom it is about.
    pub const fn guardian(&self) -> Option<GuardianId> {
        if let Self::GuardianUnlinked { guardian }
        | Self::ContactBanned { guardian }
        | Self::ContactBanLifted { guardian }
        | Self::GuardianProtected { guardian }
        | Self::GuardianProtectionEnded { guardian }
        | Self::ConsentGiven { guardian, .. }
        | Self::ConsentWithdrawn { guardian }
        | Self::TellingWithheld { guardian }
        | Self::TellingResumed { guardian } = self
        {
            Some(*guardian)
        } else {
            None
        }
    }

    /// The referral that it goes on with, or ends.
    pub const fn on_referral(&self) -> Option<EventId> {
        if let Self::ReferralAccepted { of }
        | Self::ReferralReturned { of }
        | Self::ReferralResubmitted { of }
        | Self::ReferralDeclined { of }
        | Self::ReferralActionAgreed { of, .. }
        | Self::ReferralClosed { of } = self
        {
            Some(*of)
        } else {
            None
        }
    }

    /// Whether everybody employed may report it: the duty is everybody's, and personal, and they see no more by it.
    pub const fn is_report(&self) -> bool {
        matches!(
            self,
            Self::ConcernReported { .. }
                | Self::IncidentNoted { .. }
                | Self::HarassmentReported { level: ReportLevel::Principal, .. }
        )
    }

    /// Whether it keeps somebody safe, or ends that: it can be so before a pupil comes, and after they have left.
    pub const fn safeguards(&self) -> bool {
        matches!(
            self,
            Self::IdentityProtected { .. }
                | Self::IdentityProtectionEnded { .. }
                | Self::GuardianProtected { .. }
                | Self::GuardianProtectionEnded { .. }
                | Self::StaffNamed { .. }
                | Self::ContactBanned { .. }
                | Self::ContactBanLifted { .. }
                | Self::TellingWithheld { .. }
                | Self::TellingResumed { .. }
                | Self::ConsentWithdrawn { .. }
        )
    }

    /// Whether it is recorded also when the pupil has left: what was open is closed, and what is done with the case's records.
    pub const fn outlasts_enrolment(&self) -> bool {
        matches!(
            self,
            Self::LadderStepClosed { .. }
                | Self::LadderStepRetracted { .. }
                | Self::ReferralDeclined { .. }
                | Self::ReferralClosed { .. }
                | Self::DiaryNumberRecorded { .. }
                | Self::DecisionExported { .. }
                | Self::ExtractGiven { .. }
        )
    }

    /// Whether it changes what is so in the case (see [`crate::state::CaseFacts`]), besides having been done.
    pub const fn changes_facts(&self) -> bool {
        matches!(
            self,
            Self::GuardianUnlinked { .. }
                | Self::ProgrammeChanged { .. }
                | Self::ContactBanned { .. }
                | Self::ContactBanLifted { .. }
                | Self::GuardianProtected { .. }
                | Self::GuardianProtectionEnded { .. }
                | Self::ConsentGiven { .. }
                | Self::ConsentWithdrawn { .. }
                | Self::IdentityProtected { .. }
                | Self::IdentityProtectionEnded { .. }
                | Self::BirthDateRecorded { .. }
                | Self::TellingWithheld { .. }
                | Self::TellingResumed { .. }
                | Self::StaffNamed { .. }
                | Self::EmergencyAccessTaken { .. }
                | Self::EntryHandedOn { .. }
        )
    }
}

impl PupilEvent {
    /// The guardian whom it is about.
    pub const fn guardian(&self) -> Option<GuardianId> {
        match self {
            Self::GuardianLinked(linked) => Some(linked.guardian),
            Self::GuardianContacted(contacted) => Some(contacted.guardian),
            Self::Worked(worked) => worked.work.guardian(),
            Self::Enrolled(_)
            | Self::MovedClass(_)
            | Self::Left(_)
            | Self::MentorAssigned(_)
            | Self::AssignmentEnded(_)
            | Self::AssignmentHandedOver(_)
            | Self::CoverStarted(_)
            | Self::CoverEnded(_)
            | Self::AttendanceRegistered(_)
            | Self::AttendanceCorrected(_)
            | Self::EntryCorrected(_)
            | Self::NameCorrected(_)
            | Self::DaysCorrected(_) => None,
        }
    }
}

impl Event {
    /// Takes out what a review for secrecy let in and held back: the one tells of the other, and both are the reviewer's.
    pub fn take_review(&mut self) {
        if let Self::Pupil(PupilEvent::Worked(worked)) = self
            && let Work::ExtractGiven { let_in, held_back, .. } = &mut worked.work
        {
            let_in.clear();
            held_back.clear();
        }
    }
}

/// Whether entries of the kind, in a pupil's case, are about one of the guardians.
pub const fn about_guardian(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::GuardianLinked
            | EventKind::GuardianContacted
            | EventKind::GuardianUnlinked
            | EventKind::ContactBanned
            | EventKind::ContactBanLifted
            | EventKind::GuardianProtected
            | EventKind::GuardianProtectionEnded
            | EventKind::ConsentGiven
            | EventKind::ConsentWithdrawn
            | EventKind::TellingWithheld
            | EventKind::TellingResumed
    )
}

/// Whether entries of the kind say how somebody is safeguarded from a guardian, or a guardian from somebody: a ban on contact, a
/// protected identity, what is withheld. That they are there tells as much as what they say, and a guardian may read over the
/// pupil's shoulder.
pub const fn safeguards_from_guardian(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::ContactBanned
            | EventKind::ContactBanLifted
            | EventKind::GuardianProtected
            | EventKind::GuardianProtectionEnded
            | EventKind::TellingWithheld
            | EventKind::TellingResumed
    )
}

/// Whether events of the kind tell what was wrong in the case: they stand in its history, for those who may see that, and are
/// no entries of their own.
pub const fn in_history_alone(kind: EventKind) -> bool {
    matches!(kind, EventKind::EntryCorrected | EventKind::PupilNameCorrected | EventKind::EnrolmentDaysCorrected)
}

/// Whether an entry of the kind can be corrected. What others rest on is changed by what follows on it, and what is so in
/// the case by its own opposite: a step is closed or taken back, a referral goes on, a ban is lifted.
pub const fn correctable(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::GuardianContacted
            | EventKind::PupilTalkedWith
            | EventKind::DirectedOnward
            | EventKind::OutsidePartyContacted
            | EventKind::CoordinatedPlanMeetingHeld
            | EventKind::LadderStepProposed
            | EventKind::LadderStepOpened
            | EventKind::LadderActionDone
            | EventKind::LadderActionWaived
            | EventKind::ReferralOpened
            | EventKind::ReferralActionAgreed
            | EventKind::HealthTeamMet
            | EventKind::DevelopmentTalkBooked
            | EventKind::DevelopmentTalkHeld
            | EventKind::SubjectAtRisk
            | EventKind::StaffAlerted
            | EventKind::ExtraAdaptationNoted
            | EventKind::LeaveDecided
            | EventKind::AdaptedStudiesDecided
            | EventKind::ActionProgrammeDrafted
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
            | EventKind::AssignmentOffered
    )
}
