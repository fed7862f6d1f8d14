//! One piece of work of each kind, for examples and exhaustive tests.

use super::cast::{GUARDIAN, MENTOR, OTHER_MENTOR, PRINCIPAL, of_pupil};
use super::{Happened, date};
use crate::calendar::IsoWeek;
use crate::event::EventKind;
use crate::event::pupil::{ContactDirection, ContactOutcome, ContactTopic, PupilEvent};
use crate::event::work::{CaseWork, Work};
use crate::id::EventId;
use crate::personal::{Erasable, Personal};
use crate::words::{
    AtRisk, Closing, HealthTeamMember, LadderAction, LadderTrigger, Minutes, Note, Obligation, OnwardTo, OutsideParty,
    PlanKind, ProgrammeCode, ProtectionLevel, Reference, ReferralConcern, ReportLevel, SafetyMatter, StepNumber,
    SubjectName, Team,
};

/// The event that opened what the examples follow on.
pub const OPENED: EventId = EventId::from_bits([0x0F; 16]);

/// A step of the ladder.
pub fn step(number: u8) -> StepNumber {
    StepNumber::try_new(number).expect("a ladder has steps 1 to 7")
}

/// The work, as it stands in the pupil's stream, with minutes and a note.
pub fn worked(work: Work) -> Happened {
    let note = Note::try_new("Kort anteckning.").expect("a short text is a note");
    let kept = !matches!(work, Work::ConcernReported { .. });
    let note = kept.then_some(Erasable::Present(Personal::new(note)));
    of_pupil(PupilEvent::Worked(CaseWork { enrolment: super::cast::ENROLMENT, work, minutes: Some(Minutes(15)), note }))
}

/// One of each kind.
pub fn every_work() -> Vec<Work> {
    every_work_on(OPENED)
}

/// Born so that the pupil is of full age in the examples.
pub fn of_age() -> Work {
    Work::BirthDateRecorded { born: date("2001-02-28") }
}

/// What must have been done before work of a kind can follow; what it opens is named `of`.
pub fn before(kind: EventKind, of: EventId) -> Vec<Work> {
    let step = Work::LadderStepOpened { step: step(1), trigger: LadderTrigger::FirstInvalid };
    let referral = Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence };
    let plan = Work::ActionProgrammeDrafted { plan: PlanKind::ActionProgramme };
    let among = |kinds: &[EventKind]| kinds.contains(&kind);
    if among(&[
        EventKind::LadderActionDone,
        EventKind::LadderActionWaived,
        EventKind::LadderStepClosed,
        EventKind::LadderStepRetracted,
    ]) {
        vec![step]
    } else if among(&[
        EventKind::ReferralAccepted,
        EventKind::ReferralReturned,
        EventKind::ReferralDeclined,
        EventKind::ReferralClosed,
    ]) {
        vec![referral]
    } else if among(&[EventKind::ReferralResubmitted]) {
        vec![referral, Work::ReferralReturned { of }]
    } else if among(&[EventKind::ReferralActionAgreed]) {
        vec![referral, Work::ReferralAccepted { of }]
    } else if among(&[EventKind::DevelopmentTalkHeld]) {
        vec![Work::DevelopmentTalkBooked { on: date("2019-10-01") }]
    } else if among(&[EventKind::ActionProgrammeDecided]) {
        vec![plan]
    } else if among(&[EventKind::ActionProgrammeFollowedUp]) {
        vec![plan, Work::ActionProgrammeDecided { of, adopted: true }]
    } else if among(&[EventKind::DecisionExported]) {
        vec![Work::WrittenWarningGiven { on: date("2019-09-02") }]
    } else if among(&[EventKind::ConsentWithdrawn]) {
        vec![of_age(), Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2020-06-12") }]
    } else if among(&[EventKind::ConsentGiven]) {
        vec![of_age()]
    } else if among(&[EventKind::ContactBanLifted]) {
        vec![Work::ContactBanned { guardian: GUARDIAN }]
    } else if among(&[EventKind::GuardianProtectionEnded]) {
        vec![Work::GuardianProtected { guardian: GUARDIAN }]
    } else if among(&[EventKind::TellingResumed]) {
        vec![Work::TellingWithheld { guardian: GUARDIAN }]
    } else if among(&[EventKind::IdentityProtectionEnded]) {
        vec![Work::IdentityProtected { level: ProtectionLevel::RegisteredElsewhere }]
    } else if among(&[EventKind::StaffNamed]) {
        vec![Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }]
    } else if among(&[EventKind::OfferAccepted, EventKind::OfferRefused]) {
        vec![Work::AssignmentOffered { mentor: OTHER_MENTOR }]
    } else {
        Vec::new()
    }
}

/// One of each kind; what follows, follows on what an event opened.
pub fn every_work_on(of: EventId) -> Vec<Work> {
    let subject = || SubjectName::try_new("Matematik").expect("a subject's name");
    let reference = || Reference::try_new("BOU 2019/1").expect("a diary number");
    let on = date("2019-09-02");
    vec![
        Work::PupilTalkedWith { topic: ContactTopic::Wellbeing },
        Work::DirectedOnward { onward_to: OnwardTo::CareersCounsellor },
        Work::OutsidePartyContacted {
            party: OutsideParty::SocialServices,
            direction: ContactDirection::Outgoing,
            outcome: ContactOutcome::Reached,
        },
        Work::CoordinatedPlanMeetingHeld { consent: true },
        Work::LadderStepProposed { step: step(2), trigger: LadderTrigger::ShareInWindow },
        Work::LadderStepOpened { step: step(1), trigger: LadderTrigger::FirstInvalid },
        Work::LadderActionDone { of, action: LadderAction::ContactGuardian },
        Work::LadderActionWaived { of, action: LadderAction::Meeting },
        Work::LadderStepClosed { of, closing: Closing::AbsenceCeased },
        Work::LadderStepRetracted { of },
        Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence },
        Work::ReferralAccepted { of },
        Work::ReferralReturned { of },
        Work::ReferralResubmitted { of },
        Work::ReferralDeclined { of },
        Work::ReferralActionAgreed { of, member: HealthTeamMember::Counsellor, follow_up: date("2019-10-14") },
        Work::ReferralClosed { of },
        Work::HealthTeamMet { team: Team::Health, mentor_present: true },
        Work::DevelopmentTalkBooked { on: date("2019-10-01") },
        Work::DevelopmentTalkHeld { of, guardian_present: true },
        Work::SubjectAtRisk { subject: subject(), risk: AtRisk::Failing },
        Work::StaffAlerted { all_subjects: true },
        Work::ExtraAdaptationNoted { subject: subject() },
        Work::LeaveDecided { first_day: on, last_day: date("2019-09-04"), granted: true },
        Work::AdaptedStudiesDecided { first_day: on, review_on: date("2019-12-02") },
        Work::ActionProgrammeDrafted { plan: PlanKind::ActionProgramme },
        Work::ActionProgrammeDecided { of, adopted: true },
        Work::ActionProgrammeFollowedUp { of, ended: false },
        Work::GradeWarningGiven { subject: subject() },
        Work::ResitReminded { subject: subject() },
        Work::WeeklyPlanMade { week: IsoWeek::try_new(2019, 36).expect("a year has a week 36") },
        Work::DayEvaluated { on },
        Work::PlacementVisited { on },
        Work::WrittenWarningGiven { on },
        Work::ConcernReported { in_writing: true },
        Work::HarassmentReported { level: ReportLevel::Principal, report: None },
        Work::IncidentNoted { matter: SafetyMatter::Order },
        Work::ConflictHandled { pupils: 3 },
        Work::ObligationMetElsewhere {
            obligation: Obligation::AbsenceTold,
            system: Some(Reference::try_new("Skola24").expect("a system's name")),
            reference: reference(),
            on,
        },
        Work::DiaryNumberRecorded { reference: reference() },
        Work::ExtractGiven { reference: reference(), let_in: vec![of], held_back: Vec::new() },
        Work::CorrectionRequested { on },
        Work::DecisionExported { of },
        Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2020-06-12") },
        Work::ConsentWithdrawn { guardian: GUARDIAN },
        Work::ContactBanned { guardian: GUARDIAN },
        Work::ContactBanLifted { guardian: GUARDIAN },
        Work::GuardianProtected { guardian: GUARDIAN },
        Work::GuardianProtectionEnded { guardian: GUARDIAN },
        Work::IdentityProtected { level: ProtectionLevel::MarkedSecret },
        Work::IdentityProtectionEnded { on },
        Work::GuardianUnlinked { guardian: GUARDIAN },
        Work::ProgrammeChanged {
            programme: ProgrammeCode::try_new("BA").expect("a programme's code"),
            first_day: date("2019-10-01"),
        },
        Work::BirthDateRecorded { born: date("2006-02-28") },
        Work::TellingWithheld { guardian: GUARDIAN },
        Work::TellingResumed { guardian: GUARDIAN },
        Work::AssignmentOffered { mentor: OTHER_MENTOR },
        Work::OfferAccepted { of },
        Work::OfferRefused { of },
        Work::StaffNamed { staff: MENTOR, last_day: date("2020-06-12") },
        Work::EmergencyAccessTaken { staff: PRINCIPAL, on: date("2019-10-01") },
        Work::EntryHandedOn { of },
    ]
}
