//! What happened, in the past tense and in the field's own words. One file for each kind of stream.

pub mod digest;
pub mod guardian;
pub mod matter;
pub mod pupil;
pub mod school;
pub mod staff;
pub mod work;
pub mod work_rules;

pub use digest::DigestMatter;
pub use guardian::GuardianEvent;
pub use matter::{SchoolMatter, StaffMatter};
pub use pupil::PupilEvent;
pub use school::SchoolEvent;
pub use staff::StaffEvent;
pub use work::{CaseWork, Work};

use crate::personal::{Erasable, Personal};
use crate::words::Note;

/// Everything that can have happened. There is no catch-all arm over these enums anywhere (invariant 13).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// In a school's stream.
    School(SchoolEvent),
    /// In a staff member's stream.
    Staff(StaffEvent),
    /// In a pupil's stream.
    Pupil(PupilEvent),
    /// In a guardian's stream.
    Guardian(GuardianEvent),
}

macro_rules! event_kinds {
    ($( $(#[$doc:meta])* $kind:ident = $name:literal ),* $(,)?) => {
        /// The kind of an event, known even when its content has been erased.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EventKind { $( $(#[$doc])* $kind, )* }

        impl EventKind {
            /// Every kind, for listings and exhaustive tests.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable name in the log, in `schema/events/` and in the API.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The kind with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* _ => None }
            }
        }
    };
}

event_kinds! {
    /// A school unit was registered (skolenhet registrerad).
    SchoolRegistered = "school-registered",
    /// A school year with its terms and breaks was set (läsår fastställt).
    SchoolYearSet = "school-year-set",
    /// A principal was made responsible (rektorsansvar) for a unit, programme or class.
    PrincipalMadeResponsible = "principal-made-responsible",
    /// A staff member joined (anställd).
    StaffJoined = "staff-joined",
    /// A role was granted (behörighet given).
    RoleGranted = "role-granted",
    /// A pupil was enrolled (inskriven).
    PupilEnrolled = "pupil-enrolled",
    /// A pupil moved to another class (bytt klass).
    PupilMovedClass = "pupil-moved-class",
    /// A pupil left (utskriven).
    PupilLeft = "pupil-left",
    /// A guardian was linked to a pupil (vårdnadshavare kopplad).
    GuardianLinked = "guardian-linked",
    /// A mentor was assigned (mentor tilldelad).
    MentorAssigned = "mentor-assigned",
    /// A mentor's assignment ended (mentorsuppdrag avslutat).
    AssignmentEnded = "assignment-ended",
    /// A guardian was contacted (vårdnadshavarkontakt).
    GuardianContacted = "guardian-contacted",
    /// Attendance was registered (närvaro registrerad).
    AttendanceRegistered = "attendance-registered",
    /// Registered attendance was corrected (närvaro rättad).
    AttendanceCorrected = "attendance-corrected",
    /// A guardian became known (vårdnadshavare registrerad).
    GuardianRegistered = "guardian-registered",
    /// A guardian's name or telephone number was put right (uppgifter rättade).
    GuardianCorrected = "guardian-corrected",
    /// An assignment was handed over to the next mentor (överlämning).
    AssignmentHandedOver = "assignment-handed-over",
    /// Somebody stands in for a mentor (vikarierar).
    CoverStarted = "cover-started",
    /// A cover ended before its last day (vikariat avslutat).
    CoverEnded = "cover-ended",
    /// Working time and post share were set (arbetstid och tjänstgöringsgrad).
    WorkingTimeSet = "working-time-set",
    /// Time was logged or sampled (tid loggad).
    TimeLogged = "time-logged",
    /// A task was taken over from a teacher (uppgift övertagen).
    TaskTakenOver = "task-taken-over",
    /// A mission description was adopted (uppdragsbeskrivning).
    MissionAdopted = "mission-adopted",
    /// A mentoring model was chosen (mentorsmodell).
    MentoringModelChosen = "mentoring-model-chosen",
    /// A term was marked as not comparable (ej jämförbar).
    TermMarkedNotComparable = "term-marked-not-comparable",
    /// The mentor talked with the pupil (elevsamtal).
    PupilTalkedWith = "pupil-talked-with",
    /// The pupil was directed onward (hänvisad vidare) within the school.
    DirectedOnward = "directed-onward",
    /// Somebody outside the school was contacted (extern kontakt).
    OutsidePartyContacted = "outside-party-contacted",
    /// A meeting on a coordinated individual plan (SIP-möte) was held. The plan itself is kept by its owner outside.
    CoordinatedPlanMeetingHeld = "coordinated-plan-meeting-held",
    /// The ladder's conditions hold, and opening a step is proposed (steg föreslaget): a person decides.
    LadderStepProposed = "ladder-step-proposed",
    /// A step of the absence ladder (frånvarotrappan) was opened.
    LadderStepOpened = "ladder-step-opened",
    /// An action of an open step was done (åtgärd utförd).
    LadderActionDone = "ladder-action-done",
    /// An action of an open step was waived (åtgärd avstås), with a reason in the note.
    LadderActionWaived = "ladder-action-waived",
    /// A step was closed (steg avslutat).
    LadderStepClosed = "ladder-step-closed",
    /// A step was taken back, since the attendance that it rested on was corrected (steg återtaget). History is kept.
    LadderStepRetracted = "ladder-step-retracted",
    /// A referral to the student health team (ärende till EHT) was opened.
    ReferralOpened = "referral-opened",
    /// The team took the referral on.
    ReferralAccepted = "referral-accepted",
    /// The team sent the referral back for more (åter för komplettering), with what is missing in the note.
    ReferralReturned = "referral-returned",
    /// What was missing was added, and the referral stands with the team again.
    ReferralResubmitted = "referral-resubmitted",
    /// The team declined the referral, with the reason in the note.
    ReferralDeclined = "referral-declined",
    /// An action was agreed (åtgärd beslutad i EHT). Status and actions only, never a journal.
    ReferralActionAgreed = "referral-action-agreed",
    /// The referral was closed.
    ReferralClosed = "referral-closed",
    /// The team met about the pupil (EHT-möte).
    HealthTeamMet = "health-team-met",
    /// A development talk (utvecklingssamtal) was booked.
    DevelopmentTalkBooked = "development-talk-booked",
    /// A booked development talk was held.
    DevelopmentTalkHeld = "development-talk-held",
    /// A subject is at risk (ämne i riskzon).
    SubjectAtRisk = "subject-at-risk",
    /// Staff were alerted that the pupil risks not to complete (15 kap. 19 a § skollagen). Upper secondary only.
    StaffAlerted = "staff-alerted",
    /// An extra adaptation (extra anpassning) was noted: no formal decision is needed.
    ExtraAdaptationNoted = "extra-adaptation-noted",
    /// The principal decided on leave (ledighet).
    LeaveDecided = "leave-decided",
    /// The principal decided on adapted studies (anpassad studiegång, anpassad skoldag).
    AdaptedStudiesDecided = "adapted-studies-decided",
    /// An action programme (åtgärdsprogram), or another plan of support, was drafted.
    ActionProgrammeDrafted = "action-programme-drafted",
    /// The principal decided on a draft (3 kap. 9 § skollagen): also that there shall be none, which can be appealed.
    ActionProgrammeDecided = "action-programme-decided",
    /// An adopted action programme was followed up.
    ActionProgrammeFollowedUp = "action-programme-followed-up",
    /// A grade warning (betygsvarning) was given.
    GradeWarningGiven = "grade-warning-given",
    /// The pupil was reminded of a resit (restuppgift, omprov).
    ResitReminded = "resit-reminded",
    /// A plan for the week was made with the pupil (veckoplanering).
    WeeklyPlanMade = "weekly-plan-made",
    /// The day was evaluated with the pupil (dagsutvärdering).
    DayEvaluated = "day-evaluated",
    /// The pupil was visited at the workplace (APL-besök). Upper secondary only.
    PlacementVisited = "placement-visited",
    /// The principal gave a written warning (skriftlig varning).
    WrittenWarningGiven = "written-warning-given",
    /// A report of concern (orosanmälan) was made: that, when and by whom; never its text, and nothing stands before it.
    ConcernReported = "concern-reported",
    /// Degrading treatment (kränkande behandling) was reported on (6 kap. 10 § skollagen).
    HarassmentReported = "harassment-reported",
    /// An incident (incident) was noted.
    IncidentNoted = "incident-noted",
    /// A conflict between pupils was handled (konflikthantering).
    ConflictHandled = "conflict-handled",
    /// A duty was met in another system (skyldighet uppfylld på annat håll).
    ObligationMetElsewhere = "obligation-met-elsewhere",
    /// The number in the diary (diarienummer) was recorded.
    DiaryNumberRecorded = "diary-number-recorded",
    /// A correction was asked for in the attendance system (rättelse begärd): the registration is that system's own.
    CorrectionRequested = "correction-requested",
    /// A decision was exported as a document (beslut expedierat).
    DecisionExported = "decision-exported",
    /// A pupil of full age consented to a guardian being told (samtycke givet).
    ConsentGiven = "consent-given",
    /// A pupil of full age withdrew a consent (samtycke återkallat).
    ConsentWithdrawn = "consent-withdrawn",
    /// A guardian may have no contact with the pupil (kontaktförbud).
    ContactBanned = "contact-banned",
    /// A contact ban was lifted (kontaktförbud hävt).
    ContactBanLifted = "contact-ban-lifted",
    /// A guardian's identity is protected (vårdnadshavare med skyddade personuppgifter).
    GuardianProtected = "guardian-protected",
    /// The protection of a guardian's identity ended.
    GuardianProtectionEnded = "guardian-protection-ended",
    /// The pupil's identity is protected (skyddade personuppgifter).
    IdentityProtected = "identity-protected",
    /// The protection of the pupil's identity ended.
    IdentityProtectionEnded = "identity-protection-ended",
    /// A guardian is no longer the pupil's (vårdnadshavare bortkopplad), with the reason in the note.
    GuardianUnlinked = "guardian-unlinked",
    /// The pupil changed programme (bytt program) and stays in the class. Upper secondary only.
    ProgrammeChanged = "programme-changed",
    /// A mentor was offered to the pupil (mentor erbjuden).
    AssignmentOffered = "assignment-offered",
    /// The offer was accepted (tackat ja).
    OfferAccepted = "offer-accepted",
    /// The offer was refused (tackat nej).
    OfferRefused = "offer-refused",
    /// A member of staff was named for a pupil whose identity is protected (namngiven handläggare).
    StaffNamed = "staff-named",
    /// The case was opened in an emergency (nödöppning).
    EmergencyAccessTaken = "emergency-access-taken",
    /// An entry of the case was handed on to the next school (uppgift överlämnad).
    EntryHandedOn = "entry-handed-on",
    /// An entry of the case was corrected (uppgift rättad, article 16 GDPR): it no longer counts, and stands in the history.
    EntryCorrected = "entry-corrected",
    /// A misspelled name of the pupil's was put right (namn rättat, article 16 GDPR): it counts from the beginning.
    PupilNameCorrected = "pupil-name-corrected",
    /// A wrong first or last day of an enrolment was put right (dag rättad, article 16 GDPR): it counts from the beginning.
    EnrolmentDaysCorrected = "enrolment-days-corrected",
    /// A role was withdrawn (behörighet återkallad).
    RoleWithdrawn = "role-withdrawn",
    /// A member of staff is away (frånvarande) for some days.
    StaffAway = "staff-away",
    /// A member of staff is back (åter i tjänst), perhaps before the last day.
    StaffBack = "staff-back",
    /// A standing deputy (ständig ersättare) was named, who has the pupils whenever the mentor is away.
    StandingDeputyNamed = "standing-deputy-named",
    /// The share of a shared mentor's post was agreed with a principal (andel per rektor).
    ShareAgreed = "share-agreed",
    /// A group activity (gruppaktivitet) was held.
    GroupActivityHeld = "group-activity-held",
    /// A class was given (klass tilldelad) to its mentor or teacher.
    ClassGiven = "class-given",
    /// A kind of decision was delegated (delegerat beslut).
    DecisionDelegated = "decision-delegated",
    /// A policy for the absence ladder (rutin för frånvarotrappan) was adopted.
    LadderPolicyAdopted = "ladder-policy-adopted",
    /// Who tells guardians of absence on the day was chosen (avsändare av frånvaromeddelande).
    AttendanceSenderChosen = "attendance-sender-chosen",
    /// Pupils went on to the next school year together (läsårsbyte).
    YearRolledOver = "year-rolled-over",
    /// A term's figures were published (statistik publicerad), as they were known then.
    FiguresPublished = "figures-published",
    /// A school's times for digests to guardians were set (utskicksschema).
    DigestScheduleSet = "digest-schedule-set",
    /// The authority decided whether plain facts may stand in e-mail (huvudmannens beslut om mejlinnehåll).
    PlainContentDecided = "plain-content-decided",
    /// The pupil's date of birth was recorded (födelsedatum).
    BirthDateRecorded = "birth-date-recorded",
    /// A guardian is not to be told about the pupil (underrättelse undanhålls).
    TellingWithheld = "telling-withheld",
    /// A guardian may be told about the pupil again.
    TellingResumed = "telling-resumed",
    /// A guardian's e-mail address was set (adress ändrad).
    GuardianAddressSet = "guardian-address-set",
    /// It was confirmed that the address is the guardian's (adress bekräftad).
    GuardianAddressConfirmed = "guardian-address-confirmed",
    /// What a guardian wants to be sent (önskemål om utskick).
    DigestPreferenceSet = "digest-preference-set",
    /// A guardian stopped digests (utskick stoppade).
    DigestStopped = "digest-stopped",
    /// A message to a guardian was prepared (utskick förberett).
    DigestPrepared = "digest-prepared",
    /// A message to a guardian was not sent (utskick nekat), with the reason.
    DigestRefused = "digest-refused",
    /// A sender took a message to a guardian on (utskick påbörjat).
    DigestClaimed = "digest-claimed",
    /// A message to a guardian was sent (utskick skickat).
    DigestSent = "digest-sent",
    /// Sending a message to a guardian failed (utskick misslyckat).
    DigestFailed = "digest-failed",
    /// Sending a message to a guardian was given up (utskick uppgivet).
    DigestGivenUp = "digest-given-up",
    /// A message to a guardian came back (utskick studsat).
    DigestBounced = "digest-bounced",
    /// A guardian has seen a message (kvitterat).
    DigestAcknowledged = "digest-acknowledged",
    /// A retention period (gallringsfrist) was adopted.
    RetentionAdopted = "retention-adopted",
    /// A legal hold (gallringsstopp) was placed.
    LegalHoldPlaced = "legal-hold-placed",
    /// The legal hold was lifted.
    LegalHoldLifted = "legal-hold-lifted",
    /// An erasure (gallring) was begun.
    ErasureBegun = "erasure-begun",
    /// What erased days had added to a published figure was kept, without a name.
    RemainderKept = "remainder-kept",
    /// The keys of what was erased were destroyed.
    ErasureCarriedOut = "erasure-carried-out",
    /// The day on which a term's figures are published (publiceringsdag) was adopted.
    PublicationDayAdopted = "publication-day-adopted",
    /// A figure was told with a publication.
    FigureTold = "figure-told",
    /// A change between two terms was told with a publication.
    ChangeTold = "change-told",
    /// How many pupils a mentor has was told with a publication.
    LoadTold = "load-told",
    /// A school was placed under a committee (skolan förd till en nämnd).
    PlacedUnderCommittee = "placed-under-committee",
    /// An extract (registerutdrag) was given out after its review for secrecy.
    ExtractGiven = "extract-given",
    /// A guardian was passed over when messages were planned (förbigången vid utskick), with the reason.
    DigestPassedOver = "digest-passed-over",
    /// A school's guardians were all passed over when messages were planned (skolan förbigången vid utskick), with the reason.
    SchoolDigestsPassedOver = "school-digests-passed-over",
}

impl Event {
    /// Takes out the free text that the event holds, when there is one that is not erased.
    pub fn take_note(&mut self) -> Option<Personal<Note>> {
        let note = match self {
            Self::Pupil(PupilEvent::GuardianContacted(contact)) => &mut contact.note,
            Self::Pupil(PupilEvent::Worked(work)) => &mut work.note,
            Self::Pupil(PupilEvent::AssignmentHandedOver(handed_over)) => &mut handed_over.note,
            Self::Pupil(PupilEvent::EntryCorrected(corrected)) => &mut corrected.note,
            Self::Pupil(PupilEvent::DaysCorrected(corrected)) => &mut corrected.note,
            Self::Pupil(
                PupilEvent::Enrolled(_)
                | PupilEvent::MovedClass(_)
                | PupilEvent::Left(_)
                | PupilEvent::GuardianLinked(_)
                | PupilEvent::MentorAssigned(_)
                | PupilEvent::AssignmentEnded(_)
                | PupilEvent::CoverStarted(_)
                | PupilEvent::CoverEnded(_)
                | PupilEvent::AttendanceRegistered(_)
                | PupilEvent::AttendanceCorrected(_)
                | PupilEvent::NameCorrected(_),
            )
            | Self::School(_)
            | Self::Staff(_)
            | Self::Guardian(_) => return None,
        };
        match note.take() {
            Some(Erasable::Present(text)) => Some(text),
            erased => {
                *note = erased;
                None
            }
        }
    }

    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::School(event) => event.kind(),
            Self::Staff(event) => event.kind(),
            Self::Pupil(event) => event.kind(),
            Self::Guardian(event) => event.kind(),
        }
    }
}

impl From<SchoolEvent> for Event {
    fn from(event: SchoolEvent) -> Self {
        Self::School(event)
    }
}

impl From<StaffEvent> for Event {
    fn from(event: StaffEvent) -> Self {
        Self::Staff(event)
    }
}

impl From<PupilEvent> for Event {
    fn from(event: PupilEvent) -> Self {
        Self::Pupil(event)
    }
}

impl From<GuardianEvent> for Event {
    fn from(event: GuardianEvent) -> Self {
        Self::Guardian(event)
    }
}
