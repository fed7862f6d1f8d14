//! Which kinds of work in a case are not for those who have it alone, or not for all of them.

use super::Door;
use crate::event::Work;
use crate::id::{EventId, PupilId};
use crate::words::{DelegatedDecision, ReportLevel, Team};

/// Work that others than those who have the case may log, or others of them: the duty to report is everybody's, and personal.
pub(super) fn open_to_others<'a>(work: &Work) -> Option<fn(PupilId) -> Door<'a>> {
    if work.is_report() {
        Some(Door::Employee)
    } else if matches!(work, Work::EmergencyAccessTaken { .. }) {
        Some(Door::Emergency)
    } else if matches!(work, Work::EntryHandedOn { .. }) {
        Some(Door::Leaving)
    } else if matches!(work, Work::ExtractGiven { .. }) {
        Some(Door::Records)
    } else {
        None
    }
}

/// Under which kind the principal may have delegated a decision. Leave of more than ten days cannot be (7 kap. 18 §
/// skollagen).
pub(super) fn delegable(work: &Work) -> Option<DelegatedDecision> {
    if let Work::LeaveDecided { first_day, last_day, .. } = work {
        ((*last_day - *first_day).num_days() < 10).then_some(DelegatedDecision::Leave)
    } else if matches!(work, Work::ActionProgrammeDecided { .. }) {
        Some(DelegatedDecision::ActionProgramme)
    } else if matches!(work, Work::WrittenWarningGiven { .. }) {
        Some(DelegatedDecision::WrittenWarning)
    } else if referral_of(work).is_some() {
        Some(DelegatedDecision::Referral)
    } else {
        None
    }
}

/// The referral that is answered or acted on: by the team that it stands with, or for the team by its principal.
pub(super) const fn referral_of(work: &Work) -> Option<EventId> {
    if let Work::ReferralAccepted { of }
    | Work::ReferralReturned { of }
    | Work::ReferralDeclined { of }
    | Work::ReferralActionAgreed { of, .. } = work
    {
        Some(*of)
    } else {
        None
    }
}

/// What the team may do beside those who have the case: close its referral (a mentor takes one's own back by that), and say
/// that it met.
pub(super) const fn team_matter(work: &Work) -> Option<TeamMatter> {
    if let Work::ReferralClosed { of } = work {
        Some(TeamMatter::Closing(*of))
    } else if let Work::HealthTeamMet { team, .. } = work {
        Some(TeamMatter::Meeting(*team))
    } else {
        None
    }
}

/// What the principal alone decides or answers for: a statute says so, or the team that they lead answers.
pub(super) const fn principals(work: &Work) -> bool {
    matches!(
        work,
        Work::LeaveDecided { .. }
            | Work::AdaptedStudiesDecided { .. }
            | Work::ActionProgrammeDecided { .. }
            | Work::WrittenWarningGiven { .. }
            | Work::ReferralAccepted { .. }
            | Work::ReferralReturned { .. }
            | Work::ReferralDeclined { .. }
            | Work::ReferralActionAgreed { .. }
            | Work::ContactBanned { .. }
            | Work::ContactBanLifted { .. }
            | Work::GuardianProtected { .. }
            | Work::GuardianProtectionEnded { .. }
            | Work::IdentityProtected { .. }
            | Work::IdentityProtectionEnded { .. }
            | Work::StaffNamed { .. }
            | Work::GuardianUnlinked { .. }
            | Work::TellingWithheld { .. }
            | Work::TellingResumed { .. }
            | Work::ProgrammeChanged { .. }
            | Work::AssignmentOffered { .. }
            | Work::ExtractGiven { .. }
            | Work::HarassmentReported { level: ReportLevel::Authority, .. }
    )
}

/// What a team does about a pupil.
#[derive(Clone, Copy)]
pub(super) enum TeamMatter {
    /// About the referral that an event opened.
    Closing(EventId),
    /// The team met.
    Meeting(Team),
}
