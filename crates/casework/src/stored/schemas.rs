//! The JSON Schemas of the stored forms, for `schema/events/`.

use domain::event::EventKind;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::form;
use super::forms::guardian::{GuardianCorrectedV1, GuardianRegisteredV1};
use super::forms::pupil::{
    AssignmentEndedV1, AssignmentHandedOverV1, AttendanceCorrectedV1, AttendanceRegisteredV1, CoverEndedV1,
    CoverStartedV1, EnrolmentDaysCorrectedV1, EntryCorrectedV1, GuardianContactedV1, GuardianLinkedV2,
    MentorAssignedV1, PupilEnrolledV1, PupilLeftV2, PupilMovedClassV1, PupilNameCorrectedV1,
};
use super::forms::school::{
    MentoringModelChosenV1, MissionAdoptedV2, PrincipalMadeResponsibleV1, SchoolRegisteredV1, SchoolYearSetV1,
    TermMarkedNotComparableV1,
};
use super::forms::staff::{RoleV2, StaffJoinedV1, TaskTakenOverV1, TimeLoggedV2, WorkingTimeSetV1};
use super::forms::{Nothing, Open, Sealed, TextPart, digest, first, matter, work};

/// Every stored form's schema, with the name of its file.
pub fn schemas() -> Vec<(String, Value)> {
    let newest = EventKind::ALL.iter().map(|kind| named(*kind, form(*kind), schema(*kind)));
    let first = EventKind::ALL.iter().filter_map(|kind| Some(named(*kind, 1, first::schema(*kind)?)));
    let second = EventKind::ALL.iter().filter_map(|kind| Some(named(*kind, 2, first::second(*kind)?)));
    newest.chain(first).chain(second).collect()
}

fn named(kind: EventKind, version: u16, (open, parts): (Value, Vec<Value>)) -> (String, Value) {
    let name = format!("{}.v{version}.json", kind.name());
    (name, json!({ "kind": kind.name(), "version": version, "open": open, "parts": parts }))
}

/// The newest form: its open content, and its sealed parts.
#[allow(clippy::too_many_lines, reason = "one line for each kind of event, and no catch-all arm")]
fn schema(kind: EventKind) -> (Value, Vec<Value>) {
    match kind {
        EventKind::SchoolRegistered => open::<SchoolRegisteredV1>(),
        EventKind::SchoolYearSet => open::<SchoolYearSetV1>(),
        EventKind::PrincipalMadeResponsible => open::<PrincipalMadeResponsibleV1>(),
        EventKind::RoleGranted | EventKind::RoleWithdrawn => open::<RoleV2>(),
        EventKind::StaffAway
        | EventKind::StaffBack
        | EventKind::StandingDeputyNamed
        | EventKind::ShareAgreed
        | EventKind::ClassGiven
        | EventKind::GroupActivityHeld => (of::<Open<Nothing>>(), matter::staff::schema(kind).into_iter().collect()),
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
        | EventKind::PlacedUnderCommittee => (matter::school::schema(kind).unwrap_or_default(), Vec::new()),
        EventKind::MissionAdopted => open::<MissionAdoptedV2>(),
        EventKind::MentoringModelChosen => open::<MentoringModelChosenV1>(),
        EventKind::TermMarkedNotComparable => open::<TermMarkedNotComparableV1>(),
        EventKind::WorkingTimeSet => sealed::<WorkingTimeSetV1>(false),
        EventKind::TimeLogged => sealed::<TimeLoggedV2>(false),
        EventKind::TaskTakenOver => sealed::<TaskTakenOverV1>(false),
        EventKind::StaffJoined => sealed::<StaffJoinedV1>(false),
        EventKind::GuardianRegistered => sealed::<GuardianRegisteredV1>(false),
        EventKind::GuardianCorrected => sealed::<GuardianCorrectedV1>(false),
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
        | EventKind::DigestAcknowledged => {
            (of::<Open<Nothing>>(), digest::guardian::schema(kind).into_iter().collect())
        }
        EventKind::PupilEnrolled => sealed::<PupilEnrolledV1>(true),
        EventKind::PupilMovedClass => sealed::<PupilMovedClassV1>(false),
        EventKind::PupilLeft => sealed::<PupilLeftV2>(false),
        EventKind::GuardianLinked => sealed::<GuardianLinkedV2>(false),
        EventKind::MentorAssigned => sealed::<MentorAssignedV1>(false),
        EventKind::AssignmentEnded => sealed::<AssignmentEndedV1>(false),
        EventKind::AssignmentHandedOver => sealed::<AssignmentHandedOverV1>(true),
        EventKind::EntryCorrected => sealed::<EntryCorrectedV1>(true),
        EventKind::EnrolmentDaysCorrected => sealed::<EnrolmentDaysCorrectedV1>(true),
        EventKind::PupilNameCorrected => {
            (of::<Open<Nothing>>(), vec![of::<Sealed<PupilNameCorrectedV1>>(), of::<TextPart>(), of::<TextPart>()])
        }
        EventKind::CoverStarted => sealed::<CoverStartedV1>(false),
        EventKind::CoverEnded => sealed::<CoverEndedV1>(false),
        EventKind::GuardianContacted => sealed::<GuardianContactedV1>(true),
        EventKind::AttendanceRegistered => sealed::<AttendanceRegisteredV1>(false),
        EventKind::AttendanceCorrected => sealed::<AttendanceCorrectedV1>(false),
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
        | EventKind::EntryHandedOn => worked(kind),
    }
}

fn worked(kind: EventKind) -> (Value, Vec<Value>) {
    let parts = work::schema(kind).into_iter().chain([of::<TextPart>()]).collect();
    (of::<Open<Nothing>>(), parts)
}

fn of<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

fn open<F: JsonSchema>() -> (Value, Vec<Value>) {
    (of::<Open<F>>(), Vec::new())
}

fn sealed<F: JsonSchema>(text: bool) -> (Value, Vec<Value>) {
    let mut parts = vec![of::<Sealed<F>>()];
    if text {
        parts.push(of::<TextPart>());
    }
    (of::<Open<Nothing>>(), parts)
}
