//! Which parts of a case somebody sees.

use crate::event::EventKind;

macro_rules! parts {
    ($( $(#[$doc:meta])* $part:ident ),+ $(,)?) => {
        /// A part of a case, that is seen or not.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Part { $( $(#[$doc])* $part, )+ }

        impl Part {
            /// Every part, for listings and exhaustive tests.
            pub const ALL: &'static [Self] = &[$(Self::$part),+];
        }
    };
}

parts! {
    /// Where the pupil goes: enrolment, class, programme.
    Placement,
    /// Who has the pupil, and who stands in.
    Mentors,
    /// Guardians, and contacts with them.
    Guardians,
    /// Talks with the pupil, and development talks.
    Talks,
    /// Attendance.
    Absence,
    /// Steps of the absence ladder.
    Ladder,
    /// Referrals to the student health team.
    Referrals,
    /// Support that is agreed: adaptations, programmes, decisions, plans.
    Support,
    /// Harassment, incidents, conflicts.
    Safety,
    /// Parties outside the school, reports of concern, other systems.
    Outside,
    /// Protected identity, consents, bans, and acts of access.
    Protection,
}

/// Which parts, and in which of them free text. The right to free text is a part's own: whoever has two roles sees what
/// either sees, and no more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct View {
    parts: u16,
    notes: u16,
}

impl View {
    /// Everything.
    pub const ALL: Self = Self { parts: u16::MAX, notes: u16::MAX };
    /// Nothing.
    pub const NOTHING: Self = Self { parts: 0, notes: 0 };

    const fn of(parts: &[Part], notes: bool) -> Self {
        let (mut bits, mut rest) = (0, parts);
        while let [first, others @ ..] = rest {
            bits |= 1 << (*first as u16);
            rest = others;
        }
        Self { parts: bits, notes: if notes { bits } else { 0 } }
    }

    /// A coordinator's: who has whom.
    pub const CASELOAD: Self = Self::of(&[Part::Placement, Part::Mentors], false);
    /// Attendance watch: absence only.
    pub const ABSENCE: Self = Self::of(&[Part::Placement, Part::Absence], false);
    /// A class mentor's or teacher's.
    pub const CLASS: Self =
        Self::of(&[Part::Placement, Part::Mentors, Part::Absence, Part::Talks, Part::Support], false);
    /// The student health team's, while something is referred.
    pub const REFERRED: Self =
        Self::of(&[Part::Placement, Part::Mentors, Part::Absence, Part::Ladder, Part::Referrals], true);
    /// The safety team's, when somebody else reported something.
    pub const SAFETY: Self = Self::of(&[Part::Placement, Part::Mentors, Part::Safety], true);

    /// Whether the part is seen.
    pub const fn has(self, part: Part) -> bool {
        self.parts & (1 << (part as u16)) != 0
    }

    /// Whether events of the kind are seen.
    pub const fn shows(self, kind: EventKind) -> bool {
        match part(kind) {
            Some(part) => self.has(part),
            None => false,
        }
    }

    /// Whether free text in events of the kind is seen.
    pub const fn notes(self, kind: EventKind) -> bool {
        match part(kind) {
            Some(part) => self.notes & (1 << (part as u16)) != 0,
            None => false,
        }
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { parts: self.parts | other.parts, notes: self.notes | other.notes }
    }
}

/// Whether a note of the kind is restricted (skyddad anteckning): it opens with an act of its own, which is on record.
/// Health, safety and protection: what secrecy law (23 kap. OSL) presumes to be secret, or that harms most.
pub const fn restricted(kind: EventKind) -> bool {
    matches!(part(kind), Some(Part::Referrals | Part::Safety | Part::Protection))
}

/// The part of a case that events of the kind belong to; `None` for what stands in no case.
#[allow(clippy::too_many_lines, reason = "one line for each kind of event, and no catch-all arm")]
pub const fn part(kind: EventKind) -> Option<Part> {
    Some(match kind {
        EventKind::PupilEnrolled
        | EventKind::PupilMovedClass
        | EventKind::PupilLeft
        | EventKind::ProgrammeChanged
        | EventKind::EntryHandedOn => Part::Placement,
        EventKind::MentorAssigned
        | EventKind::AssignmentEnded
        | EventKind::AssignmentHandedOver
        | EventKind::CoverStarted
        | EventKind::CoverEnded
        | EventKind::AssignmentOffered
        | EventKind::OfferAccepted
        | EventKind::OfferRefused => Part::Mentors,
        EventKind::GuardianLinked
        | EventKind::GuardianUnlinked
        | EventKind::GuardianContacted
        | EventKind::TellingWithheld
        | EventKind::TellingResumed => Part::Guardians,
        EventKind::PupilTalkedWith
        | EventKind::DevelopmentTalkBooked
        | EventKind::DevelopmentTalkHeld
        | EventKind::WeeklyPlanMade
        | EventKind::DayEvaluated => Part::Talks,
        EventKind::AttendanceRegistered | EventKind::AttendanceCorrected | EventKind::CorrectionRequested => {
            Part::Absence
        }
        EventKind::LadderStepProposed
        | EventKind::LadderStepOpened
        | EventKind::LadderActionDone
        | EventKind::LadderActionWaived
        | EventKind::LadderStepClosed
        | EventKind::LadderStepRetracted => Part::Ladder,
        EventKind::ReferralOpened
        | EventKind::ReferralAccepted
        | EventKind::ReferralReturned
        | EventKind::ReferralResubmitted
        | EventKind::ReferralDeclined
        | EventKind::ReferralActionAgreed
        | EventKind::ReferralClosed
        | EventKind::HealthTeamMet => Part::Referrals,
        EventKind::SubjectAtRisk
        | EventKind::StaffAlerted
        | EventKind::ExtraAdaptationNoted
        | EventKind::LeaveDecided
        | EventKind::AdaptedStudiesDecided
        | EventKind::ActionProgrammeDrafted
        | EventKind::ActionProgrammeDecided
        | EventKind::ActionProgrammeFollowedUp
        | EventKind::GradeWarningGiven
        | EventKind::ResitReminded
        | EventKind::PlacementVisited
        | EventKind::WrittenWarningGiven
        | EventKind::DecisionExported => Part::Support,
        EventKind::HarassmentReported | EventKind::IncidentNoted | EventKind::ConflictHandled => Part::Safety,
        EventKind::DirectedOnward
        | EventKind::OutsidePartyContacted
        | EventKind::CoordinatedPlanMeetingHeld
        | EventKind::ConcernReported
        | EventKind::ObligationMetElsewhere
        | EventKind::DiaryNumberRecorded
        | EventKind::ExtractGiven => Part::Outside,
        EventKind::ConsentGiven
        | EventKind::ConsentWithdrawn
        | EventKind::ContactBanned
        | EventKind::ContactBanLifted
        | EventKind::GuardianProtected
        | EventKind::GuardianProtectionEnded
        | EventKind::IdentityProtected
        | EventKind::IdentityProtectionEnded
        | EventKind::StaffNamed
        | EventKind::BirthDateRecorded
        | EventKind::EntryCorrected
        | EventKind::PupilNameCorrected
        | EventKind::EnrolmentDaysCorrected
        | EventKind::EmergencyAccessTaken => Part::Protection,
        EventKind::SchoolRegistered
        | EventKind::SchoolYearSet
        | EventKind::PrincipalMadeResponsible
        | EventKind::MissionAdopted
        | EventKind::MentoringModelChosen
        | EventKind::TermMarkedNotComparable
        | EventKind::DecisionDelegated
        | EventKind::LadderPolicyAdopted
        | EventKind::AttendanceSenderChosen
        | EventKind::YearRolledOver
        | EventKind::FiguresPublished
        | EventKind::DigestScheduleSet
        | EventKind::PlainContentDecided
        | EventKind::GuardianAddressSet
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
        | EventKind::DigestAcknowledged
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
        | EventKind::PlacedUnderCommittee
        | EventKind::StaffJoined
        | EventKind::RoleGranted
        | EventKind::RoleWithdrawn
        | EventKind::WorkingTimeSet
        | EventKind::TimeLogged
        | EventKind::TaskTakenOver
        | EventKind::StaffAway
        | EventKind::StaffBack
        | EventKind::StandingDeputyNamed
        | EventKind::ShareAgreed
        | EventKind::GroupActivityHeld
        | EventKind::ClassGiven
        | EventKind::GuardianRegistered
        | EventKind::GuardianCorrected => return None,
    })
}
