//! Work in a case, as the schema shows it and takes it: a type for each kind, and one input that holds exactly one.

use async_graphql::{InputObject, OneofObject, SimpleObject, Union};
use chrono::NaiveDate;
use domain::calendar::IsoWeek;
use domain::event::pupil as contact;
use domain::event::work::{CaseWork, Work};
use domain::id::{EventId, GuardianId, StaffId};
use domain::personal::Erasable;
use domain::refusal::Refusal;
use domain::words;

use super::shown_note;
use super::value::Value;

/// What is said of any work.
struct Common {
    minutes: Option<i32>,
    note: Option<String>,
    note_erased: bool,
}

impl Common {
    fn of(event: &CaseWork) -> Self {
        Self {
            minutes: event.minutes.map(|minutes| i32::from(minutes.0)),
            note: event.note.as_ref().and_then(Erasable::present).map(shown_note),
            note_erased: matches!(event.note, Some(Erasable::Erased)),
        }
    }
}

macro_rules! works {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident, $input:ident { $( $(#[doc = $field_doc:literal])+ $field:ident : $type:ty, )* }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(SimpleObject)]
            pub(crate) struct $kind {
                $( $(#[doc = $field_doc])+ $field: <$type as Value>::Out, )*
                /// How many minutes it took, when it was noted.
                minutes: Option<i32>,
                /// Free text, when there is one that has not been erased.
                note: Option<String>,
                /// Whether there was a note that has been erased (gallrad), for it is kept for a time of its own.
                note_erased: bool,
            }

            $(#[doc = $doc])+
            #[derive(InputObject)]
            pub(crate) struct $input {
                $( $(#[doc = $field_doc])+ $field: <$type as Value>::In, )*
            }
        )+

        /// What was done in a case, one type for each kind.
        #[derive(Union)]
        pub(crate) enum CaseWorkContent { $( $(#[doc = $doc])+ $kind($kind), )+ }

        /// What was done: exactly one.
        #[derive(OneofObject)]
        pub(crate) enum WorkInput { $( $(#[doc = $doc])+ $kind($input), )+ }

        impl From<&CaseWork> for CaseWorkContent {
            fn from(event: &CaseWork) -> Self {
                let Common { minutes, note, note_erased } = Common::of(event);
                match &event.work {
                    $( Work::$kind { $($field),* } => {
                        Self::$kind($kind { $( $field: Value::out($field), )* minutes, note, note_erased })
                    } )+
                }
            }
        }

        impl TryFrom<WorkInput> for Work {
            type Error = Refusal;

            fn try_from(input: WorkInput) -> Result<Self, Refusal> {
                Ok(match input {
                    $( WorkInput::$kind(input) => {
                        Self::$kind { $( $field: Value::read(input.$field, stringify!($field))?, )* }
                    } )+
                })
            }
        }
    };
}

works! {
    /// The mentor talked with the pupil (elevsamtal).
    PupilTalkedWith, PupilTalkedWithInput {
        /// About what.
        topic: contact::ContactTopic,
    }
    /// The pupil was directed onward (hänvisad vidare) within the school.
    DirectedOnward, DirectedOnwardInput {
        /// To whom.
        onward_to: words::OnwardTo,
    }
    /// Somebody outside the school was contacted (extern kontakt).
    OutsidePartyContacted, OutsidePartyContactedInput {
        /// Whom.
        party: words::OutsideParty,
        /// Who took the contact.
        direction: contact::ContactDirection,
        /// What came of it.
        outcome: contact::ContactOutcome,
    }
    /// A meeting on a coordinated individual plan (SIP-möte) was held. The plan itself is kept by its owner outside.
    CoordinatedPlanMeetingHeld, CoordinatedPlanMeetingHeldInput {
        /// Whether the guardian's or the adult pupil's consent was there: without it there is no such meeting.
        consent: bool,
    }
    /// The ladder's conditions hold, and opening a step is proposed (steg föreslaget): a person decides.
    LadderStepProposed, LadderStepProposedInput {
        /// Which step.
        step: words::StepNumber,
        /// Which condition.
        trigger: words::LadderTrigger,
    }
    /// A step of the absence ladder (frånvarotrappan) was opened.
    LadderStepOpened, LadderStepOpenedInput {
        /// Which step.
        step: words::StepNumber,
        /// Why.
        trigger: words::LadderTrigger,
    }
    /// An action of an open step was done (åtgärd utförd).
    LadderActionDone, LadderActionDoneInput {
        /// The event that opened the step.
        of: EventId,
        /// Which action.
        action: words::LadderAction,
    }
    /// An action of an open step was waived (åtgärd avstås), with a reason in the note.
    LadderActionWaived, LadderActionWaivedInput {
        /// The event that opened the step.
        of: EventId,
        /// Which action.
        action: words::LadderAction,
    }
    /// A step was closed (steg avslutat).
    LadderStepClosed, LadderStepClosedInput {
        /// The event that opened the step.
        of: EventId,
        /// Why.
        closing: words::Closing,
    }
    /// A step was taken back, since the attendance that it rested on was corrected (steg återtaget). History is kept.
    LadderStepRetracted, LadderStepRetractedInput {
        /// The event that opened the step.
        of: EventId,
    }
    /// A referral to the student health team (ärende till EHT), or to the safety team, was opened.
    ReferralOpened, ReferralOpenedInput {
        /// To which team; left out when it is opened: the student health team.
        team: words::Team,
        /// About what.
        concern: words::ReferralConcern,
    }
    /// The team took the referral on.
    ReferralAccepted, ReferralAcceptedInput {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team sent the referral back for more (åter för komplettering), with what is missing in the note.
    ReferralReturned, ReferralReturnedInput {
        /// The event that opened the referral.
        of: EventId,
    }
    /// What was missing was added, and the referral stands with the team again.
    ReferralResubmitted, ReferralResubmittedInput {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team declined the referral, with the reason in the note.
    ReferralDeclined, ReferralDeclinedInput {
        /// The event that opened the referral.
        of: EventId,
    }
    /// An action was agreed (åtgärd beslutad i EHT). Status and actions only, never a journal.
    ReferralActionAgreed, ReferralActionAgreedInput {
        /// The event that opened the referral.
        of: EventId,
        /// Who in the team sees to it.
        member: words::HealthTeamMember,
        /// When it is followed up.
        follow_up: NaiveDate,
    }
    /// The referral was closed.
    ReferralClosed, ReferralClosedInput {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team met about the pupil (EHT-möte).
    HealthTeamMet, HealthTeamMetInput {
        /// Which team; left out when it is logged: the student health team.
        team: words::Team,
        /// Whether the mentor was there.
        mentor_present: bool,
    }
    /// A development talk (utvecklingssamtal) was booked.
    DevelopmentTalkBooked, DevelopmentTalkBookedInput {
        /// The day.
        on: NaiveDate,
    }
    /// A booked development talk was held.
    DevelopmentTalkHeld, DevelopmentTalkHeldInput {
        /// The event that booked it.
        of: EventId,
        /// Whether a guardian took part.
        guardian_present: bool,
    }
    /// A subject is at risk (ämne i riskzon).
    SubjectAtRisk, SubjectAtRiskInput {
        /// Which subject.
        subject: words::SubjectName,
        /// Of what.
        risk: words::AtRisk,
    }
    /// Staff were alerted that the pupil risks not to complete (15 kap. 19 a § skollagen). Upper secondary only.
    StaffAlerted, StaffAlertedInput {
        /// Whether teachers of every subject were told, or of some.
        all_subjects: bool,
    }
    /// An extra adaptation (extra anpassning) was noted: no formal decision is needed.
    ExtraAdaptationNoted, ExtraAdaptationNotedInput {
        /// In which subject.
        subject: words::SubjectName,
    }
    /// The principal decided on leave (ledighet).
    LeaveDecided, LeaveDecidedInput {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
        /// Granted or not.
        granted: bool,
    }
    /// The principal decided on adapted studies (anpassad studiegång, anpassad skoldag).
    AdaptedStudiesDecided, AdaptedStudiesDecidedInput {
        /// From when.
        first_day: NaiveDate,
        /// When it is reviewed.
        review_on: NaiveDate,
    }
    /// An action programme (åtgärdsprogram), or another plan of support, was drafted.
    ActionProgrammeDrafted, ActionProgrammeDraftedInput {
        /// Which kind of plan.
        plan: words::PlanKind,
    }
    /// The principal decided on a draft (3 kap. 9 § skollagen): also that there shall be none, which can be appealed.
    ActionProgrammeDecided, ActionProgrammeDecidedInput {
        /// The event that drafted it.
        of: EventId,
        /// Whether there shall be one.
        adopted: bool,
    }
    /// An adopted action programme was followed up.
    ActionProgrammeFollowedUp, ActionProgrammeFollowedUpInput {
        /// The event that drafted it.
        of: EventId,
        /// Whether it ended with that.
        ended: bool,
    }
    /// A grade warning (betygsvarning) was given.
    GradeWarningGiven, GradeWarningGivenInput {
        /// In which subject.
        subject: words::SubjectName,
    }
    /// The pupil was reminded of a resit (restuppgift, omprov).
    ResitReminded, ResitRemindedInput {
        /// In which subject.
        subject: words::SubjectName,
    }
    /// A plan for the week was made with the pupil (veckoplanering).
    WeeklyPlanMade, WeeklyPlanMadeInput {
        /// Which week.
        week: IsoWeek,
    }
    /// The day was evaluated with the pupil (dagsutvärdering).
    DayEvaluated, DayEvaluatedInput {
        /// Which day.
        on: NaiveDate,
    }
    /// The pupil was visited at the workplace (APL-besök). Upper secondary only.
    PlacementVisited, PlacementVisitedInput {
        /// The day.
        on: NaiveDate,
    }
    /// The principal gave a written warning (skriftlig varning).
    WrittenWarningGiven, WrittenWarningGivenInput {
        /// The day.
        on: NaiveDate,
    }
    /// A report of concern (orosanmälan) was made: that, when and by whom; never its text, and nothing stands before it.
    ConcernReported, ConcernReportedInput {
        /// Whether by telephone or in writing first; it is confirmed in writing in any case.
        in_writing: bool,
    }
    /// Degrading treatment (kränkande behandling) was reported on (6 kap. 10 § skollagen).
    HarassmentReported, HarassmentReportedInput {
        /// To whom.
        level: words::ReportLevel,
        /// For a report to the authority: the event that reported it to the principal. None otherwise.
        report: Option<EventId>,
    }
    /// An incident (incident) was noted.
    IncidentNoted, IncidentNotedInput {
        /// What kind of matter.
        matter: words::SafetyMatter,
    }
    /// A conflict between pupils was handled (konflikthantering).
    ConflictHandled, ConflictHandledInput {
        /// How many pupils took part.
        pupils: u8,
    }
    /// A duty was met in another system (skyldighet uppfylld på annat håll).
    ObligationMetElsewhere, ObligationMetElsewhereInput {
        /// Which duty; left out when it is logged: another one.
        obligation: words::Obligation,
        /// In which system, such as Skola24.
        system: Option<words::Reference>,
        /// Number there, or name of the document: never what it says.
        reference: words::Reference,
        /// The day.
        on: NaiveDate,
    }
    /// The number in the diary (diarienummer) was recorded.
    DiaryNumberRecorded, DiaryNumberRecordedInput {
        /// The number.
        reference: words::Reference,
    }
    /// An extract about the pupil (registerutdrag) was given out, after whoever recorded it had reviewed it for secrecy.
    ExtractGiven, ExtractGivenInput {
        /// Under which diary number.
        reference: words::Reference,
        /// Reports of concern and restricted notes that were let in, by their ids.
        let_in: Vec<EventId>,
        /// What else was held back, by the ids.
        held_back: Vec<EventId>,
    }
    /// A correction was asked for in the attendance system (rättelse begärd): the registration is that system's own.
    CorrectionRequested, CorrectionRequestedInput {
        /// The day that is registered wrongly.
        on: NaiveDate,
    }
    /// A decision was exported as a document (beslut expedierat).
    DecisionExported, DecisionExportedInput {
        /// The event that recorded the decision.
        of: EventId,
    }
    /// A pupil of full age consented to a guardian being told (samtycke givet).
    ConsentGiven, ConsentGivenInput {
        /// Whom may be told.
        guardian: GuardianId,
        /// Last day, included: a consent always has one.
        last_day: NaiveDate,
    }
    /// A pupil of full age withdrew a consent (samtycke återkallat).
    ConsentWithdrawn, ConsentWithdrawnInput {
        /// Who may be told no longer.
        guardian: GuardianId,
    }
    /// A guardian may have no contact with the pupil (kontaktförbud).
    ContactBanned, ContactBannedInput {
        /// Who.
        guardian: GuardianId,
    }
    /// A contact ban was lifted (kontaktförbud hävt).
    ContactBanLifted, ContactBanLiftedInput {
        /// Whose.
        guardian: GuardianId,
    }
    /// A guardian's identity is protected (vårdnadshavare med skyddade personuppgifter): only the principal and staff named
    /// for the pupil see them, and nothing is mailed to them.
    GuardianProtected, GuardianProtectedInput {
        /// Whose.
        guardian: GuardianId,
    }
    /// The protection of a guardian's identity ended.
    GuardianProtectionEnded, GuardianProtectionEndedInput {
        /// Whose.
        guardian: GuardianId,
    }
    /// The pupil's identity is protected (skyddade personuppgifter).
    IdentityProtected, IdentityProtectedInput {
        /// How.
        level: words::ProtectionLevel,
    }
    /// The protection of the pupil's identity ended.
    IdentityProtectionEnded, IdentityProtectionEndedInput {
        /// The day.
        on: NaiveDate,
    }
    /// A guardian is no longer the pupil's (vårdnadshavare bortkopplad), with the reason in the note.
    GuardianUnlinked, GuardianUnlinkedInput {
        /// Who.
        guardian: GuardianId,
    }
    /// The pupil changed programme (bytt program) and stays in the class. Upper secondary only.
    ProgrammeChanged, ProgrammeChangedInput {
        /// The programme from then on.
        programme: words::ProgrammeCode,
        /// First day on it.
        first_day: NaiveDate,
    }
    /// The pupil's date of birth (födelsedatum) was recorded: on the eighteenth birthday what guardians are told ends.
    BirthDateRecorded, BirthDateRecordedInput {
        /// The date.
        born: NaiveDate,
    }
    /// A guardian is not to be told about the pupil (underrättelse undanhålls, 12 kap. 3 § OSL), with the reason in the note.
    TellingWithheld, TellingWithheldInput {
        /// From whom.
        guardian: GuardianId,
    }
    /// A guardian may be told about the pupil again.
    TellingResumed, TellingResumedInput {
        /// Who.
        guardian: GuardianId,
    }
    /// A mentor was offered to the pupil (mentor erbjuden).
    AssignmentOffered, AssignmentOfferedInput {
        /// Who.
        mentor: StaffId,
    }
    /// The offer was accepted (tackat ja).
    OfferAccepted, OfferAcceptedInput {
        /// The event that made the offer.
        of: EventId,
    }
    /// The offer was refused (tackat nej).
    OfferRefused, OfferRefusedInput {
        /// The event that made the offer.
        of: EventId,
    }
    /// A member of staff was named for a pupil whose identity is protected (namngiven handläggare).
    StaffNamed, StaffNamedInput {
        /// Who.
        staff: StaffId,
        /// Last day, included: a naming always has one.
        last_day: NaiveDate,
    }
    /// The case was opened in an emergency (nödöppning), with the reason in the note: for the day, and shown to the
    /// principal.
    EmergencyAccessTaken, EmergencyAccessTakenInput {
        /// Who: oneself.
        staff: StaffId,
        /// The day: today.
        on: NaiveDate,
    }
    /// An entry of the case was handed on to the next school (uppgift överlämnad), since it is needed there.
    EntryHandedOn, EntryHandedOnInput {
        /// The event.
        of: EventId,
    }
}
