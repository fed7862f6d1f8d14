//! The field's own words as enums: each mirrors the domain's, and the build breaks when the two differ.

use async_graphql::Enum;

/// A role that a person may be granted. A role alone opens no case: a relation does.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::actor::Role")]
pub(crate) enum Role {
    /// Full-time mentor (heltidsmentor).
    Mentor,
    /// Principal (rektor).
    Principal,
    /// Officer of a committee of the education authority (huvudman, nämnd): sees figures of its schools, never a case.
    Authority,
    /// Sets the system up (systemförvaltare): never case content.
    Administrator,
    /// Coordinates a school's mentors (samordnare): caseloads, without notes.
    Coordinator,
    /// Member of the student health team (EHT): what was referred to it.
    HealthTeam,
    /// Member of the safety team (trygghetsteamet): harassment, incidents and conflicts.
    SafetyTeam,
    /// Class mentor or teacher (klassmentor, lärare): absence, talks and agreed actions of their classes.
    Teacher,
    /// Watches a whole school's attendance (frånvarobevakning): absence only.
    AttendanceWatch,
    /// A system's account (integration): hands attendance in, and sees no case.
    Integration,
}

/// Form of school (skolform).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::SchoolForm")]
pub(crate) enum SchoolForm {
    /// Lower secondary, years 7-9 (grundskola).
    Compulsory,
    /// Upper secondary, years 1-3 (gymnasieskola).
    UpperSecondary,
}

/// What kind of mentor is assigned.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::AssignmentKind")]
pub(crate) enum AssignmentKind {
    /// The pupil's one main mentor.
    Primary,
    /// A targeted effort (riktad insats) for pupils in great need.
    Targeted,
    /// In addition to the main mentor.
    Additional,
}

/// Why an assignment ended.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::AssignmentEndReason")]
pub(crate) enum AssignmentEndReason {
    /// Another mentor took over.
    HandedOver,
    /// The need ended.
    NeedEnded,
    /// The mentor left.
    MentorLeft,
    /// The pupil left.
    PupilLeft,
}

/// Why a pupil left.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::LeavingReason")]
pub(crate) enum LeavingReason {
    /// Finished the school's last grade (slutfört).
    Completed,
    /// Moved to another school (bytt skola).
    ChangedSchool,
    /// Left without completing (avbrutit).
    DroppedOut,
    /// Another reason.
    Other,
}

/// What a guardian is to the pupil.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::Guardianship")]
pub(crate) enum Guardianship {
    /// Has custody (vårdnadshavare).
    Custodian,
    /// Specially appointed in a custodian's place (särskilt förordnad).
    Appointed,
    /// A parent without custody (förälder utan vårdnad).
    ParentWithoutCustody,
}

/// How a guardian was reached, or was tried.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactChannel")]
pub(crate) enum ContactChannel {
    /// Telephone call.
    Phone,
    /// Text message (SMS).
    TextMessage,
    /// E-mail.
    Email,
    /// Meeting at school or by video.
    Meeting,
    /// Home visit (hembesök).
    HomeVisit,
    /// Letter.
    Letter,
}

/// Who took the contact.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactDirection")]
pub(crate) enum ContactDirection {
    /// The school contacted the guardian.
    Outgoing,
    /// The guardian contacted the school.
    Incoming,
}

/// What came of a contact.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactOutcome")]
pub(crate) enum ContactOutcome {
    /// They spoke or met.
    Reached,
    /// No answer.
    NoAnswer,
    /// A message was left or sent.
    MessageLeft,
}

/// What a contact was about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::pupil::ContactTopic")]
pub(crate) enum ContactTopic {
    /// Absence (frånvaro).
    Absence,
    /// Development talk (utvecklingssamtal).
    DevelopmentTalk,
    /// How the pupil fares (mående).
    Wellbeing,
    /// Schoolwork and support.
    Schoolwork,
    /// Practical matters.
    Practical,
    /// Something else.
    Other,
}

/// The kind of an event: known even when its content has been erased.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::event::EventKind")]
pub(crate) enum EventKind {
    /// A school unit was registered (skolenhet registrerad).
    SchoolRegistered,
    /// A school year was set (läsår fastställt).
    SchoolYearSet,
    /// A principal was made responsible (rektorsansvar).
    PrincipalMadeResponsible,
    /// A staff member joined (anställd).
    StaffJoined,
    /// A role was granted (behörighet given).
    RoleGranted,
    /// A pupil was enrolled (inskriven).
    PupilEnrolled,
    /// A pupil moved to another class (bytt klass).
    PupilMovedClass,
    /// A pupil left (utskriven).
    PupilLeft,
    /// A guardian was linked to a pupil (vårdnadshavare kopplad).
    GuardianLinked,
    /// A mentor was assigned (mentor tilldelad).
    MentorAssigned,
    /// A mentor's assignment ended (mentorsuppdrag avslutat).
    AssignmentEnded,
    /// A guardian was contacted (vårdnadshavarkontakt).
    GuardianContacted,
    /// Attendance was registered (närvaro registrerad).
    AttendanceRegistered,
    /// Registered attendance was corrected (närvaro rättad).
    AttendanceCorrected,
    /// A guardian became known (vårdnadshavare registrerad).
    GuardianRegistered,
    /// A guardian's name or telephone number was put right (uppgifter rättade).
    GuardianCorrected,
    /// An assignment was handed over to the next mentor (överlämning).
    AssignmentHandedOver,
    /// An entry of the case was corrected (uppgift rättad): it no longer counts, and stands in the history.
    EntryCorrected,
    /// The pupil's name was put right (namn rättat): it counts from the beginning.
    PupilNameCorrected,
    /// An enrolment's first or last day was put right (dag rättad): it counts from the beginning.
    EnrolmentDaysCorrected,
    /// Somebody stands in for a mentor (vikarierar).
    CoverStarted,
    /// A cover ended before its last day (vikariat avslutat).
    CoverEnded,
    /// Working time and post share were set (arbetstid och tjänstgöringsgrad).
    WorkingTimeSet,
    /// Time was logged or sampled (tid loggad).
    TimeLogged,
    /// A task was taken over from a teacher (uppgift övertagen).
    TaskTakenOver,
    /// A mission description was adopted (uppdragsbeskrivning).
    MissionAdopted,
    /// A mentoring model was chosen (mentorsmodell).
    MentoringModelChosen,
    /// A term was marked as not comparable (ej jämförbar).
    TermMarkedNotComparable,
    /// The mentor talked with the pupil (elevsamtal).
    PupilTalkedWith,
    /// The pupil was directed onward (hänvisad vidare) within the school.
    DirectedOnward,
    /// Somebody outside the school was contacted (extern kontakt).
    OutsidePartyContacted,
    /// A meeting on a coordinated individual plan (SIP-möte) was held. The plan itself is kept by its owner outside.
    CoordinatedPlanMeetingHeld,
    /// The ladder's conditions hold, and opening a step is proposed (steg föreslaget): a person decides.
    LadderStepProposed,
    /// A step of the absence ladder (frånvarotrappan) was opened.
    LadderStepOpened,
    /// An action of an open step was done (åtgärd utförd).
    LadderActionDone,
    /// An action of an open step was waived (åtgärd avstås), with a reason in the note.
    LadderActionWaived,
    /// A step was closed (steg avslutat).
    LadderStepClosed,
    /// A step was taken back, since the attendance that it rested on was corrected (steg återtaget). History is kept.
    LadderStepRetracted,
    /// A referral to the student health team (ärende till EHT) was opened.
    ReferralOpened,
    /// The team took the referral on.
    ReferralAccepted,
    /// The team sent the referral back for more (åter för komplettering), with what is missing in the note.
    ReferralReturned,
    /// What was missing was added, and the referral stands with the team again.
    ReferralResubmitted,
    /// The team declined the referral, with the reason in the note.
    ReferralDeclined,
    /// An action was agreed (åtgärd beslutad i EHT). Status and actions only, never a journal.
    ReferralActionAgreed,
    /// The referral was closed.
    ReferralClosed,
    /// The team met about the pupil (EHT-möte).
    HealthTeamMet,
    /// A development talk (utvecklingssamtal) was booked.
    DevelopmentTalkBooked,
    /// A booked development talk was held.
    DevelopmentTalkHeld,
    /// A subject is at risk (ämne i riskzon).
    SubjectAtRisk,
    /// Staff were alerted that the pupil risks not to complete (15 kap. 19 a § skollagen). Upper secondary only.
    StaffAlerted,
    /// An extra adaptation (extra anpassning) was noted: no formal decision is needed.
    ExtraAdaptationNoted,
    /// The principal decided on leave (ledighet).
    LeaveDecided,
    /// The principal decided on adapted studies (anpassad studiegång, anpassad skoldag).
    AdaptedStudiesDecided,
    /// An action programme (åtgärdsprogram), or another plan of support, was drafted.
    ActionProgrammeDrafted,
    /// The principal decided on a draft (3 kap. 9 § skollagen): also that there shall be none, which can be appealed.
    ActionProgrammeDecided,
    /// An adopted action programme was followed up.
    ActionProgrammeFollowedUp,
    /// A grade warning (betygsvarning) was given.
    GradeWarningGiven,
    /// The pupil was reminded of a resit (restuppgift, omprov).
    ResitReminded,
    /// A plan for the week was made with the pupil (veckoplanering).
    WeeklyPlanMade,
    /// The day was evaluated with the pupil (dagsutvärdering).
    DayEvaluated,
    /// The pupil was visited at the workplace (APL-besök). Upper secondary only.
    PlacementVisited,
    /// The principal gave a written warning (skriftlig varning).
    WrittenWarningGiven,
    /// A report of concern (orosanmälan) was made: that, when and by whom; never its text, and nothing stands before it.
    ConcernReported,
    /// Degrading treatment (kränkande behandling) was reported on (6 kap. 10 § skollagen).
    HarassmentReported,
    /// An incident (incident) was noted.
    IncidentNoted,
    /// A conflict between pupils was handled (konflikthantering).
    ConflictHandled,
    /// A duty was met in another system (skyldighet uppfylld på annat håll).
    ObligationMetElsewhere,
    /// The number in the diary (diarienummer) was recorded.
    DiaryNumberRecorded,
    /// A correction was asked for in the attendance system (rättelse begärd): the registration is that system's own.
    CorrectionRequested,
    /// A decision was exported as a document (beslut expedierat).
    DecisionExported,
    /// A pupil of full age consented to a guardian being told (samtycke givet).
    ConsentGiven,
    /// A pupil of full age withdrew a consent (samtycke återkallat).
    ConsentWithdrawn,
    /// A guardian may have no contact with the pupil (kontaktförbud).
    ContactBanned,
    /// A contact ban was lifted (kontaktförbud hävt).
    ContactBanLifted,
    /// A guardian's identity is protected (vårdnadshavare med skyddade personuppgifter).
    GuardianProtected,
    /// The protection of a guardian's identity ended.
    GuardianProtectionEnded,
    /// The pupil's identity is protected (skyddade personuppgifter).
    IdentityProtected,
    /// The protection of the pupil's identity ended.
    IdentityProtectionEnded,
    /// A guardian is no longer the pupil's (vårdnadshavare bortkopplad), with the reason in the note.
    GuardianUnlinked,
    /// The pupil changed programme (bytt program) and stays in the class. Upper secondary only.
    ProgrammeChanged,
    /// A mentor was offered to the pupil (mentor erbjuden).
    AssignmentOffered,
    /// The offer was accepted (tackat ja).
    OfferAccepted,
    /// The offer was refused (tackat nej).
    OfferRefused,
    /// A member of staff was named for a pupil whose identity is protected (namngiven handläggare).
    StaffNamed,
    /// The case was opened in an emergency (nödöppning), for a reason in the note.
    EmergencyAccessTaken,
    /// An entry of the case was handed on to the next school (uppgift överlämnad).
    EntryHandedOn,
    /// A role was withdrawn (behörighet återkallad).
    RoleWithdrawn,
    /// A member of staff is away (frånvarande) for some days.
    StaffAway,
    /// A member of staff is back (åter i tjänst), perhaps before the last day.
    StaffBack,
    /// A standing deputy (ständig ersättare) was named, who has the pupils whenever the mentor is away.
    StandingDeputyNamed,
    /// The share of a shared mentor's post was agreed with a principal (andel per rektor).
    ShareAgreed,
    /// A group activity (gruppaktivitet) was held.
    GroupActivityHeld,
    /// A class was given (klass tilldelad) to its mentor or teacher.
    ClassGiven,
    /// A kind of decision was delegated (delegerat beslut).
    DecisionDelegated,
    /// A policy for the absence ladder (rutin för frånvarotrappan) was adopted.
    LadderPolicyAdopted,
    /// Who tells guardians of absence on the day was chosen (avsändare av frånvaromeddelande).
    AttendanceSenderChosen,
    /// Pupils went on to the next school year together (läsårsbyte).
    YearRolledOver,
    /// A term's figures were published (statistik publicerad), as they were known then.
    FiguresPublished,
    /// A school's times for digests to guardians were set (utskicksschema).
    DigestScheduleSet,
    /// The authority decided whether plain facts may stand in e-mail (huvudmannens beslut om mejlinnehåll).
    PlainContentDecided,
    /// The pupil's date of birth was recorded (födelsedatum).
    BirthDateRecorded,
    /// A guardian is not to be told about the pupil (underrättelse undanhålls).
    TellingWithheld,
    /// A guardian may be told about the pupil again.
    TellingResumed,
    /// A guardian's e-mail address was set (adress ändrad).
    GuardianAddressSet,
    /// It was confirmed that the address is the guardian's (adress bekräftad).
    GuardianAddressConfirmed,
    /// What a guardian wants to be sent (önskemål om utskick).
    DigestPreferenceSet,
    /// A guardian stopped digests (utskick stoppade).
    DigestStopped,
    /// A message to a guardian was prepared (utskick förberett).
    DigestPrepared,
    /// A message to a guardian was not sent (utskick nekat), with the reason.
    DigestRefused,
    /// A sender took a message to a guardian on (utskick påbörjat).
    DigestClaimed,
    /// A message to a guardian was sent (utskick skickat).
    DigestSent,
    /// Sending a message to a guardian failed (utskick misslyckat).
    DigestFailed,
    /// Sending a message to a guardian was given up (utskick uppgivet).
    DigestGivenUp,
    /// A message to a guardian came back (utskick studsat).
    DigestBounced,
    /// A guardian has seen a message (kvitterat).
    DigestAcknowledged,
    /// A retention period (gallringsfrist) was adopted.
    RetentionAdopted,
    /// A legal hold (gallringsstopp) was placed.
    LegalHoldPlaced,
    /// The legal hold was lifted.
    LegalHoldLifted,
    /// An erasure (gallring) was begun.
    ErasureBegun,
    /// What erased days had added to a published figure was kept, without a name.
    RemainderKept,
    /// The keys of what was erased were destroyed.
    ErasureCarriedOut,
    /// The day on which a term's figures are published (publiceringsdag) was adopted.
    PublicationDayAdopted,
    /// A figure was told with a publication.
    FigureTold,
    /// A change between two terms was told with a publication.
    ChangeTold,
    /// How many pupils a mentor has was told with a publication.
    LoadTold,
    /// A school was placed under a committee (skolan förd till en nämnd).
    PlacedUnderCommittee,
    /// An extract (registerutdrag) was given out after its review for secrecy.
    ExtractGiven,
    /// A guardian was passed over when messages were planned (förbigången vid utskick), with the reason.
    DigestPassedOver,
    /// A school's guardians were all passed over when messages were planned (skolan förbigången vid utskick), with the reason.
    SchoolDigestsPassedOver,
}
