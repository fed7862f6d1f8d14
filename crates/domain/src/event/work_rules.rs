//! What holds of kinds of work by what they are: whether they change what is so in the case, and whether they can be corrected.

use super::EventKind;
use crate::event::work::Work;

impl Work {
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
