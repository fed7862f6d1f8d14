//! Work done in a pupil's case: one envelope for all of it, and one table of what can be done.
//!
//! What is opened (a ladder step, a referral, a booked talk, an action programme) is named by the event that opened it;
//! what follows says `of` which. Each is decided in [`mod@crate::decide`] by what is open in the case.

use chrono::NaiveDate;

use crate::calendar::IsoWeek;
use crate::event::EventKind;
use crate::event::pupil::{ContactDirection, ContactOutcome, ContactTopic};
use crate::id::{EnrolmentId, EventId, GuardianId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::words::{
    AtRisk, Closing, HealthTeamMember, LadderAction, LadderTrigger, Minutes, Note, Obligation, OnwardTo, OutsideParty,
    PlanKind, ProgrammeCode, ProtectionLevel, Reference, ReferralConcern, ReportLevel, SafetyMatter, StepNumber,
    SubjectName, Team,
};

/// Something done or settled in the case (ärendearbete).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseWork {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// What was done.
    pub work: Work,
    /// How long it took, when it was noted.
    pub minutes: Option<Minutes>,
    /// Free text, sealed by itself and kept for a time of its own.
    pub note: Option<Erasable<Personal<Note>>>,
}

macro_rules! works {
    ($(
        $(#[$doc:meta])*
        $name:ident { $( $(#[$field_doc:meta])* $field:ident : $type:ty ),* $(,)? }
    )+) => {
        /// What can be done in a case. The same table stands behind the command and the event.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Work {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field: $type ),* }, )+
        }

        impl Work {
            /// The kind of event that it becomes.
            pub const fn kind(&self) -> EventKind {
                match self { $( Self::$name { .. } => EventKind::$name, )+ }
            }
        }

        impl EventKind {
            /// The kinds of event that are work in a case.
            pub const WORK: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

works! {
    /// The mentor talked with the pupil (elevsamtal).
    PupilTalkedWith {
        /// About what.
        topic: ContactTopic,
    }
    /// The pupil was directed onward (hänvisad vidare) within the school.
    DirectedOnward {
        /// To whom.
        onward_to: OnwardTo,
    }
    /// Somebody outside the school was contacted (extern kontakt).
    OutsidePartyContacted {
        /// Whom.
        party: OutsideParty,
        /// Who took the contact.
        direction: ContactDirection,
        /// What came of it.
        outcome: ContactOutcome,
    }
    /// A meeting on a coordinated individual plan (SIP-möte) was held. The plan itself is kept by its owner outside.
    CoordinatedPlanMeetingHeld {
        /// Whether the guardian's or the adult pupil's consent was there: without it there is no such meeting.
        consent: bool,
    }

    /// The ladder's conditions hold, and opening a step is proposed (steg föreslaget): a person decides.
    LadderStepProposed {
        /// Which step.
        step: StepNumber,
        /// Which condition.
        trigger: LadderTrigger,
    }
    /// A step of the absence ladder (frånvarotrappan) was opened.
    LadderStepOpened {
        /// Which step.
        step: StepNumber,
        /// Why.
        trigger: LadderTrigger,
    }
    /// An action of an open step was done (åtgärd utförd).
    LadderActionDone {
        /// The event that opened the step.
        of: EventId,
        /// Which action.
        action: LadderAction,
    }
    /// An action of an open step was waived (åtgärd avstås), with a reason in the note.
    LadderActionWaived {
        /// The event that opened the step.
        of: EventId,
        /// Which action.
        action: LadderAction,
    }
    /// A step was closed (steg avslutat).
    LadderStepClosed {
        /// The event that opened the step.
        of: EventId,
        /// Why.
        closing: Closing,
    }
    /// A step was taken back, since the attendance that it rested on was corrected (steg återtaget). History is kept.
    LadderStepRetracted {
        /// The event that opened the step.
        of: EventId,
    }

    /// A referral to the student health team (ärende till EHT), or to the safety team, was opened.
    ReferralOpened {
        /// To which team.
        team: Team,
        /// About what.
        concern: ReferralConcern,
    }
    /// The team took the referral on.
    ReferralAccepted {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team sent the referral back for more (åter för komplettering), with what is missing in the note.
    ReferralReturned {
        /// The event that opened the referral.
        of: EventId,
    }
    /// What was missing was added, and the referral stands with the team again.
    ReferralResubmitted {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team declined the referral, with the reason in the note.
    ReferralDeclined {
        /// The event that opened the referral.
        of: EventId,
    }
    /// An action was agreed (åtgärd beslutad i EHT). Status and actions only, never a journal.
    ReferralActionAgreed {
        /// The event that opened the referral.
        of: EventId,
        /// Who in the team sees to it.
        member: HealthTeamMember,
        /// When it is followed up.
        follow_up: NaiveDate,
    }
    /// The referral was closed.
    ReferralClosed {
        /// The event that opened the referral.
        of: EventId,
    }
    /// The team met about the pupil (EHT-möte).
    HealthTeamMet {
        /// Which team.
        team: Team,
        /// Whether the mentor was there.
        mentor_present: bool,
    }

    /// A development talk (utvecklingssamtal) was booked.
    DevelopmentTalkBooked {
        /// The day.
        on: NaiveDate,
    }
    /// A booked development talk was held.
    DevelopmentTalkHeld {
        /// The event that booked it.
        of: EventId,
        /// Whether a guardian took part.
        guardian_present: bool,
    }
    /// A subject is at risk (ämne i riskzon).
    SubjectAtRisk {
        /// Which subject.
        subject: SubjectName,
        /// Of what.
        risk: AtRisk,
    }
    /// Staff were alerted that the pupil risks not to complete (15 kap. 19 a § skollagen). Upper secondary only.
    StaffAlerted {
        /// Whether teachers of every subject were told, or of some.
        all_subjects: bool,
    }
    /// An extra adaptation (extra anpassning) was noted: no formal decision is needed.
    ExtraAdaptationNoted {
        /// In which subject.
        subject: SubjectName,
    }
    /// The principal decided on leave (ledighet).
    LeaveDecided {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
        /// Granted or not.
        granted: bool,
    }
    /// The principal decided on adapted studies (anpassad studiegång, anpassad skoldag).
    AdaptedStudiesDecided {
        /// From when.
        first_day: NaiveDate,
        /// When it is reviewed.
        review_on: NaiveDate,
    }
    /// An action programme (åtgärdsprogram), or another plan of support, was drafted.
    ActionProgrammeDrafted {
        /// Which kind of plan.
        plan: PlanKind,
    }
    /// The principal decided on a draft (3 kap. 9 § skollagen): also that there shall be none, which can be appealed.
    ActionProgrammeDecided {
        /// The event that drafted it.
        of: EventId,
        /// Whether there shall be one.
        adopted: bool,
    }
    /// An adopted action programme was followed up.
    ActionProgrammeFollowedUp {
        /// The event that drafted it.
        of: EventId,
        /// Whether it ended with that.
        ended: bool,
    }
    /// A grade warning (betygsvarning) was given.
    GradeWarningGiven {
        /// In which subject.
        subject: SubjectName,
    }
    /// The pupil was reminded of a resit (restuppgift, omprov).
    ResitReminded {
        /// In which subject.
        subject: SubjectName,
    }
    /// A plan for the week was made with the pupil (veckoplanering).
    WeeklyPlanMade {
        /// Which week.
        week: IsoWeek,
    }
    /// The day was evaluated with the pupil (dagsutvärdering).
    DayEvaluated {
        /// Which day.
        on: NaiveDate,
    }
    /// The pupil was visited at the workplace (APL-besök). Upper secondary only.
    PlacementVisited {
        /// The day.
        on: NaiveDate,
    }
    /// The principal gave a written warning (skriftlig varning).
    WrittenWarningGiven {
        /// The day.
        on: NaiveDate,
    }

    /// A report of concern (orosanmälan) was made: that, when and by whom; never its text, and nothing stands before it.
    ConcernReported {
        /// Whether by telephone or in writing first; it is confirmed in writing in any case.
        in_writing: bool,
    }
    /// Degrading treatment (kränkande behandling) was reported on (6 kap. 10 § skollagen).
    HarassmentReported {
        /// To whom.
        level: ReportLevel,
        /// What the principal reports on to the authority: the event that reported it to the principal.
        report: Option<EventId>,
    }
    /// An incident (incident) was noted.
    IncidentNoted {
        /// What kind of matter.
        matter: SafetyMatter,
    }
    /// A conflict between pupils was handled (konflikthantering).
    ConflictHandled {
        /// How many pupils took part.
        pupils: u8,
    }

    /// A duty was met in another system (skyldighet uppfylld på annat håll).
    ObligationMetElsewhere {
        /// Which duty.
        obligation: Obligation,
        /// In which system, when it was noted.
        system: Option<Reference>,
        /// Number there, or name of the document: never what it says.
        reference: Reference,
        /// The day.
        on: NaiveDate,
    }
    /// The number in the diary (diarienummer) was recorded.
    DiaryNumberRecorded {
        /// The number.
        reference: Reference,
    }
    /// An extract about the pupil (registerutdrag) was given out, after whoever recorded it had reviewed it for secrecy.
    ExtractGiven {
        /// Under which diary number.
        reference: Reference,
        /// Reports of concern and restricted notes that were let in.
        let_in: Vec<EventId>,
        /// What else was held back.
        held_back: Vec<EventId>,
    }

    /// A correction was asked for in the attendance system (rättelse begärd): the registration is that system's own.
    CorrectionRequested {
        /// The day that is registered wrongly.
        on: NaiveDate,
    }
    /// A decision was exported as a document (beslut expedierat).
    DecisionExported {
        /// The event that recorded the decision.
        of: EventId,
    }
    /// A pupil of full age consented to a guardian being told (samtycke givet).
    ConsentGiven {
        /// Whom may be told.
        guardian: GuardianId,
        /// Last day, included: a consent always has one.
        last_day: NaiveDate,
    }
    /// A pupil of full age withdrew a consent (samtycke återkallat).
    ConsentWithdrawn {
        /// Who may be told no longer.
        guardian: GuardianId,
    }
    /// A guardian may have no contact with the pupil (kontaktförbud).
    ContactBanned {
        /// Who.
        guardian: GuardianId,
    }
    /// A contact ban was lifted (kontaktförbud hävt).
    ContactBanLifted {
        /// Whose.
        guardian: GuardianId,
    }
    /// A guardian's identity is protected (vårdnadshavare med skyddade personuppgifter), whichever pupil it is about.
    GuardianProtected {
        /// Whose.
        guardian: GuardianId,
    }
    /// The protection of a guardian's identity ended.
    GuardianProtectionEnded {
        /// Whose.
        guardian: GuardianId,
    }
    /// The pupil's identity is protected (skyddade personuppgifter).
    IdentityProtected {
        /// How.
        level: ProtectionLevel,
    }
    /// The protection of the pupil's identity ended.
    IdentityProtectionEnded {
        /// The day.
        on: NaiveDate,
    }
    /// A guardian is no longer the pupil's (vårdnadshavare bortkopplad), with the reason in the note.
    GuardianUnlinked {
        /// Who.
        guardian: GuardianId,
    }
    /// The pupil changed programme (bytt program) and stays in the class. Upper secondary only.
    ProgrammeChanged {
        /// The programme from then on.
        programme: ProgrammeCode,
        /// First day on it.
        first_day: NaiveDate,
    }
    /// The pupil's date of birth (födelsedatum) was recorded: on the eighteenth birthday what guardians are told ends.
    BirthDateRecorded {
        /// The date.
        born: NaiveDate,
    }
    /// A guardian is not to be told about the pupil (underrättelse undanhålls, 12 kap. 3 § OSL), with the reason in the
    /// note.
    TellingWithheld {
        /// From whom.
        guardian: GuardianId,
    }
    /// A guardian may be told about the pupil again.
    TellingResumed {
        /// Who.
        guardian: GuardianId,
    }
    /// A mentor was offered to the pupil (mentor erbjuden).
    AssignmentOffered {
        /// Who.
        mentor: StaffId,
    }
    /// The offer was accepted (tackat ja).
    OfferAccepted {
        /// The event that made the offer.
        of: EventId,
    }
    /// The offer was refused (tackat nej).
    OfferRefused {
        /// The event that made the offer.
        of: EventId,
    }
    /// A member of staff was named for a pupil whose identity is protected (namngiven handläggare).
    StaffNamed {
        /// Who.
        staff: StaffId,
        /// Last day, included: a naming always has one.
        last_day: NaiveDate,
    }
    /// The case was opened in an emergency (nödöppning) by somebody who has no other way to it, with the reason in the
    /// note. It lasts for the day, and the principal is shown it.
    EmergencyAccessTaken {
        /// Who.
        staff: StaffId,
        /// The day.
        on: NaiveDate,
    }
    /// An entry of the case was handed on to the next school (uppgift överlämnad, 3 kap. 12 j § skollagen), since it is
    /// needed there. What is not handed on stays.
    EntryHandedOn {
        /// The event.
        of: EventId,
    }
}
