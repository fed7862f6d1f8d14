//! Stored forms of work in a case: all sealed. One form for each kind, each with the enrolment and the minutes.

use chrono::NaiveDate;
use domain::calendar::IsoWeek;
use domain::event::EventKind;
use domain::event::pupil::{ContactDirection, ContactOutcome, ContactTopic};
use domain::event::work::{CaseWork, Work};
use domain::id::{EnrolmentId, EventId, GuardianId, StaffId};
use domain::words::{
    AtRisk, Closing, HealthTeamMember, LadderAction, LadderTrigger, Minutes, Obligation, OnwardTo, OutsideParty,
    PlanKind, ProgrammeCode, ProtectionLevel, Reference, ReferralConcern, ReportLevel, SafetyMatter, StepNumber,
    SubjectName, Team,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::RecordClass;

use super::Sealed;
use super::values::{Stored, entered_fields};
use crate::stored::DecodeError;
use crate::stored::classes::{CASELOAD, CONTACT, ENROLMENT, EXTERNAL, LADDER, REFERRAL, SAFETY, SUPPORT};

/// The version of a form: the first, unless another is named.
macro_rules! version {
    () => {
        "1"
    };
    ($version:literal) => {
        $version
    };
}
pub(super) use version;

macro_rules! work_forms {
    ($( $kind:ident in $class:ident => $form:ident $( version $version:literal )? { $( $field:ident : $type:ty ),* } )+) => {
        $(
            #[doc = concat!("Work of the kind `", stringify!($kind), "`, version ", version!($($version)?), ".")]
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields, rename_all = "camelCase")]
            #[allow(missing_docs, reason = "each field is described where the domain defines it")]
            struct $form {
                enrolment: String,
                #[serde(default, skip_serializing_if = "Option::is_none")]
                minutes: Option<u16>,
                $( $field: <$type as Stored>::Form, )*
            }
        )+

        /// Any work, in its stored form.
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Form { $( $kind($form) ),+ }

        /// The work in its stored form, and the record class that it is kept in.
        pub fn written(event: &CaseWork) -> (RecordClass, impl Serialize) {
            let enrolment = event.enrolment.to_string();
            let minutes = event.minutes.map(|minutes| minutes.0);
            match &event.work {
                $( Work::$kind { $($field),* } => (
                    $class,
                    Form::$kind($form { enrolment, minutes, $( $field: Stored::form($field) ),* }),
                ), )+
            }
        }

        /// The record class that an entry of a kind is kept in: a contact's for what is no work.
        pub fn class(kind: EventKind) -> RecordClass {
            $( if kind == EventKind::$kind {
                return $class;
            } )+
            CONTACT
        }

        /// Reads work of a kind back.
        fn read_form(kind: EventKind, bytes: &[u8]) -> Result<ReadWork, DecodeError> {
            match kind {
                $( EventKind::$kind => {
                    let Sealed { occurred_micros, body } = parse::<Sealed<$form>>(bytes)?;
                    Ok(ReadWork {
                        occurred_micros,
                        enrolment: body.enrolment.parse()?,
                        minutes: body.minutes.map(Minutes),
                        work: Work::$kind { $( $field: Stored::back(body.$field)? ),* },
                    })
                } )+
                EventKind::SchoolRegistered
                | EventKind::SchoolYearSet
                | EventKind::PrincipalMadeResponsible
                | EventKind::StaffJoined
                | EventKind::RoleGranted
                | EventKind::PupilEnrolled
                | EventKind::PupilMovedClass
                | EventKind::PupilLeft
                | EventKind::GuardianLinked
                | EventKind::MentorAssigned
                | EventKind::AssignmentEnded
                | EventKind::GuardianContacted
                | EventKind::AttendanceRegistered
                | EventKind::AttendanceCorrected
                | EventKind::GuardianRegistered
                | EventKind::GuardianCorrected
                | EventKind::AssignmentHandedOver
                | EventKind::EntryCorrected
                | EventKind::PupilNameCorrected
                | EventKind::EnrolmentDaysCorrected
                | EventKind::CoverStarted
                | EventKind::CoverEnded
                | EventKind::WorkingTimeSet
                | EventKind::TimeLogged
                | EventKind::TaskTakenOver
                | EventKind::MissionAdopted
                | EventKind::MentoringModelChosen
                | EventKind::RoleWithdrawn
                | EventKind::StaffAway
                | EventKind::StaffBack
                | EventKind::StandingDeputyNamed
                | EventKind::ShareAgreed
                | EventKind::GroupActivityHeld
                | EventKind::ClassGiven
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
                | EventKind::TermMarkedNotComparable => Err(DecodeError::Malformed),
            }
        }

        /// Which fields of a kind of work hold text that somebody entered; none of what is no work.
        pub fn entered(kind: EventKind) -> Vec<String> {
            $( if kind == EventKind::$kind {
                return entered_fields!($( $field : $type ),*);
            } )+
            Vec::new()
        }

        /// The JSON Schema of the sealed part of a kind of work; `None` for what is no work.
        pub fn schema(kind: EventKind) -> Option<Value> {
            $( if kind == EventKind::$kind {
                return Some(schemars::schema_for!(Sealed<$form>).to_value());
            } )+
            None
        }
    };
}

/// Work as it was read back, without its note.
pub struct ReadWork {
    /// When it happened, in microseconds since 1970 UTC.
    pub occurred_micros: i64,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// How long it took.
    pub minutes: Option<Minutes>,
    /// What was done.
    pub work: Work,
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(bytes).map_err(|_| DecodeError::Malformed)
}

/// Reads work of a kind back from its first part.
pub fn read(kind: EventKind, bytes: &[u8]) -> Result<ReadWork, DecodeError> {
    read_form(kind, bytes)
}

work_forms! {
    PupilTalkedWith in CONTACT => PupilTalkedWithV1 { topic: ContactTopic }
    DirectedOnward in CONTACT => DirectedOnwardV1 { onward_to: OnwardTo }
    OutsidePartyContacted in CONTACT => OutsidePartyContactedV1 { party: OutsideParty, direction: ContactDirection, outcome: ContactOutcome }
    CoordinatedPlanMeetingHeld in CONTACT => CoordinatedPlanMeetingHeldV1 { consent: bool }
    LadderStepProposed in LADDER => LadderStepProposedV1 { step: StepNumber, trigger: LadderTrigger }
    LadderStepOpened in LADDER => LadderStepOpenedV1 { step: StepNumber, trigger: LadderTrigger }
    LadderActionDone in LADDER => LadderActionDoneV1 { of: EventId, action: LadderAction }
    LadderActionWaived in LADDER => LadderActionWaivedV1 { of: EventId, action: LadderAction }
    LadderStepClosed in LADDER => LadderStepClosedV1 { of: EventId, closing: Closing }
    LadderStepRetracted in LADDER => LadderStepRetractedV1 { of: EventId }
    ReferralOpened in REFERRAL => ReferralOpenedV2 version "2" { team: Team, concern: ReferralConcern }
    ReferralAccepted in REFERRAL => ReferralAcceptedV1 { of: EventId }
    ReferralReturned in REFERRAL => ReferralReturnedV1 { of: EventId }
    ReferralResubmitted in REFERRAL => ReferralResubmittedV1 { of: EventId }
    ReferralDeclined in REFERRAL => ReferralDeclinedV1 { of: EventId }
    ReferralActionAgreed in REFERRAL => ReferralActionAgreedV1 { of: EventId, member: HealthTeamMember, follow_up: NaiveDate }
    ReferralClosed in REFERRAL => ReferralClosedV1 { of: EventId }
    HealthTeamMet in REFERRAL => HealthTeamMetV2 version "2" { team: Team, mentor_present: bool }
    DevelopmentTalkBooked in SUPPORT => DevelopmentTalkBookedV1 { on: NaiveDate }
    DevelopmentTalkHeld in SUPPORT => DevelopmentTalkHeldV1 { of: EventId, guardian_present: bool }
    SubjectAtRisk in SUPPORT => SubjectAtRiskV1 { subject: SubjectName, risk: AtRisk }
    StaffAlerted in SUPPORT => StaffAlertedV1 { all_subjects: bool }
    ExtraAdaptationNoted in SUPPORT => ExtraAdaptationNotedV1 { subject: SubjectName }
    LeaveDecided in SUPPORT => LeaveDecidedV1 { first_day: NaiveDate, last_day: NaiveDate, granted: bool }
    AdaptedStudiesDecided in SUPPORT => AdaptedStudiesDecidedV1 { first_day: NaiveDate, review_on: NaiveDate }
    ActionProgrammeDrafted in SUPPORT => ActionProgrammeDraftedV1 { plan: PlanKind }
    ActionProgrammeDecided in SUPPORT => ActionProgrammeDecidedV1 { of: EventId, adopted: bool }
    ActionProgrammeFollowedUp in SUPPORT => ActionProgrammeFollowedUpV1 { of: EventId, ended: bool }
    GradeWarningGiven in SUPPORT => GradeWarningGivenV1 { subject: SubjectName }
    ResitReminded in SUPPORT => ResitRemindedV1 { subject: SubjectName }
    WeeklyPlanMade in SUPPORT => WeeklyPlanMadeV1 { week: IsoWeek }
    DayEvaluated in SUPPORT => DayEvaluatedV1 { on: NaiveDate }
    PlacementVisited in SUPPORT => PlacementVisitedV1 { on: NaiveDate }
    WrittenWarningGiven in SUPPORT => WrittenWarningGivenV1 { on: NaiveDate }
    ConcernReported in SAFETY => ConcernReportedV1 { in_writing: bool }
    HarassmentReported in SAFETY => HarassmentReportedV2 version "2" { level: ReportLevel, report: Option<EventId> }
    IncidentNoted in SAFETY => IncidentNotedV1 { matter: SafetyMatter }
    ConflictHandled in SAFETY => ConflictHandledV1 { pupils: u8 }
    ObligationMetElsewhere in EXTERNAL => ObligationMetElsewhereV2 version "2" { obligation: Obligation, system: Option<Reference>, reference: Reference, on: NaiveDate }
    DiaryNumberRecorded in EXTERNAL => DiaryNumberRecordedV1 { reference: Reference }
    ExtractGiven in EXTERNAL => ExtractGivenV1 { reference: Reference, let_in: Vec<EventId>, held_back: Vec<EventId> }
    CorrectionRequested in EXTERNAL => CorrectionRequestedV1 { on: NaiveDate }
    DecisionExported in EXTERNAL => DecisionExportedV1 { of: EventId }
    ConsentGiven in SUPPORT => ConsentGivenV1 { guardian: GuardianId, last_day: NaiveDate }
    ConsentWithdrawn in SUPPORT => ConsentWithdrawnV1 { guardian: GuardianId }
    ContactBanned in SAFETY => ContactBannedV1 { guardian: GuardianId }
    ContactBanLifted in SAFETY => ContactBanLiftedV1 { guardian: GuardianId }
    GuardianProtected in SAFETY => GuardianProtectedV1 { guardian: GuardianId }
    GuardianProtectionEnded in SAFETY => GuardianProtectionEndedV1 { guardian: GuardianId }
    IdentityProtected in SAFETY => IdentityProtectedV1 { level: ProtectionLevel }
    IdentityProtectionEnded in SAFETY => IdentityProtectionEndedV1 { on: NaiveDate }
    GuardianUnlinked in ENROLMENT => GuardianUnlinkedV1 { guardian: GuardianId }
    ProgrammeChanged in ENROLMENT => ProgrammeChangedV1 { programme: ProgrammeCode, first_day: NaiveDate }
    BirthDateRecorded in ENROLMENT => BirthDateRecordedV1 { born: NaiveDate }
    TellingWithheld in SAFETY => TellingWithheldV1 { guardian: GuardianId }
    TellingResumed in SAFETY => TellingResumedV1 { guardian: GuardianId }
    AssignmentOffered in CASELOAD => AssignmentOfferedV1 { mentor: StaffId }
    OfferAccepted in CASELOAD => OfferAcceptedV1 { of: EventId }
    OfferRefused in CASELOAD => OfferRefusedV1 { of: EventId }
    StaffNamed in ENROLMENT => StaffNamedV1 { staff: StaffId, last_day: NaiveDate }
    EmergencyAccessTaken in ENROLMENT => EmergencyAccessTakenV1 { staff: StaffId, on: NaiveDate }
    EntryHandedOn in ENROLMENT => EntryHandedOnV1 { of: EventId }
}
