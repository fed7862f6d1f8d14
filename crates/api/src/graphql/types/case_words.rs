//! Casework's words as enums: each mirrors the domain's, and the build breaks when the two differ.

use async_graphql::Enum;

/// Why a step of the ladder is opened.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::LadderTrigger")]
pub(crate) enum LadderTrigger {
    /// The first invalid absence.
    FirstInvalid,
    /// Absence in a window above the step's limit.
    ShareInWindow,
    /// Days in a row.
    DaysInARow,
    /// Repeated occasions.
    Occasions,
    /// A pattern: a subject, a weekday, before tests.
    Pattern,
    /// It went on after the step below.
    Persists,
    /// Somebody is worried, whatever the figures say.
    Concern,
}

/// What a step asks for.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::LadderAction")]
pub(crate) enum LadderAction {
    /// Contact the guardian.
    ContactGuardian,
    /// Talk with the pupil.
    TalkWithPupil,
    /// Tell the teachers' team (arbetslag).
    InformTeam,
    /// Meet with pupil and guardian.
    Meeting,
    /// A simple survey (enkel kartläggning).
    SimpleSurvey,
    /// An attendance plan (närvaroplan).
    AttendancePlan,
    /// Tell the student health team.
    NotifyHealthTeam,
    /// Tell the principal.
    NotifyPrincipal,
    /// An investigation of the absence (utredning, 7 kap. 19 a § or 15 kap. 16 §).
    Investigation,
    /// Tell the education authority (huvudman).
    NotifyAuthority,
    /// Tell the home municipality (hemkommun).
    NotifyHomeMunicipality,
    /// Follow up.
    FollowUp,
}

/// Why a step is closed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::Closing")]
pub(crate) enum Closing {
    /// The absence has ceased.
    AbsenceCeased,
    /// A higher step was opened.
    MovedUp,
    /// Another plan has taken its place.
    OtherPlan,
    /// The pupil left.
    PupilLeft,
}

/// To whom within the school a pupil is directed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::OnwardTo")]
pub(crate) enum OnwardTo {
    /// Study and careers counsellor (SYV).
    CareersCounsellor,
    /// School counsellor (kurator).
    Counsellor,
    /// School nurse (skolsköterska).
    Nurse,
    /// Special educator (specialpedagog).
    SpecialEducator,
    /// The student health team (EHT).
    HealthTeam,
    /// A teacher.
    Teacher,
}

/// Who outside the school was contacted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::OutsideParty")]
pub(crate) enum OutsideParty {
    /// Social services (socialtjänsten, SOC).
    SocialServices,
    /// Child and adolescent psychiatry (BUP).
    ChildPsychiatry,
    /// The police.
    Police,
    /// The board of student finance (CSN).
    StudentFinance,
    /// The Migration Agency (Migrationsverket).
    MigrationAgency,
    /// The municipality's activity responsibility for the young (KAA).
    ActivityResponsibility,
    /// The home municipality.
    HomeMunicipality,
    /// A workplace (APL-plats).
    Workplace,
    /// Somebody else.
    Other,
}

/// What a referral is about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::ReferralConcern")]
pub(crate) enum ReferralConcern {
    /// Absence.
    Absence,
    /// How the pupil fares.
    Wellbeing,
    /// Learning and support.
    Learning,
    /// Safety (trygghet).
    Safety,
    /// Something else.
    Other,
}

/// Who in the student health team (elevhälsoteamet) sees to an action.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::HealthTeamMember")]
pub(crate) enum HealthTeamMember {
    /// Counsellor (kurator).
    Counsellor,
    /// Nurse (skolsköterska).
    Nurse,
    /// Psychologist (skolpsykolog).
    Psychologist,
    /// Special educator (specialpedagog).
    SpecialEducator,
    /// Doctor (skolläkare).
    Doctor,
    /// The mentor.
    Mentor,
    /// The principal.
    Principal,
}

/// What a subject is at risk of.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::AtRisk")]
pub(crate) enum AtRisk {
    /// A failing grade (F).
    Failing,
    /// No basis for a grade (streck).
    NoBasis,
}

/// Which plan of support.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::PlanKind")]
pub(crate) enum PlanKind {
    /// Action programme (åtgärdsprogram): the principal decides.
    ActionProgramme,
    /// Attendance plan (handlingsplan för närvaro).
    AttendancePlan,
}

/// To whom degrading treatment is reported.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::ReportLevel")]
pub(crate) enum ReportLevel {
    /// To the principal, by any of the staff.
    Principal,
    /// To the education authority (huvudman), by the principal.
    Authority,
}

/// What kind of matter an incident is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::SafetyMatter")]
pub(crate) enum SafetyMatter {
    /// Order and study peace.
    Order,
    /// Violence or threats.
    Violence,
    /// Drugs.
    Drugs,
    /// Damage.
    Damage,
    /// Something else.
    Other,
}

/// What working time is spent on.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::TimeCategory")]
pub(crate) enum TimeCategory {
    /// Following attendance up.
    Attendance,
    /// Contact with guardians.
    Guardians,
    /// With pupils, one by one.
    Pupils,
    /// With groups of pupils, breaks and lunches (gruppaktivitet, rastvärd).
    Groups,
    /// Meetings at the school.
    Meetings,
    /// The student health team.
    HealthTeam,
    /// Outside parties.
    Outside,
    /// Writing and administration.
    Administration,
    /// Standing in for a teacher or a guard.
    Substitute,
}

/// A task that was a teacher's.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::TeacherTask")]
pub(crate) enum TeacherTask {
    /// Contact with guardians.
    GuardianContact,
    /// Following attendance up.
    AttendanceFollowUp,
    /// A development talk.
    DevelopmentTalk,
    /// A meeting of the student health team.
    HealthTeamMeeting,
    /// Documentation.
    Documentation,
    /// Handling a conflict.
    Conflict,
}

/// What a mentor has to do with development talks.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::TalkDuty")]
pub(crate) enum TalkDuty {
    /// Holds them.
    Holds,
    /// Takes part.
    Attends,
    /// Takes part in some, as is agreed for each pupil: those that are booked.
    AttendsSome,
    /// Books them.
    Books,
    /// Nothing.
    None,
}

/// How pupils get a mentor.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::MentoringModel")]
pub(crate) enum MentoringModel {
    /// Pupils in great need, chosen one by one (riktad).
    Targeted,
    /// A class.
    Class,
    /// A year group.
    YearGroup,
    /// A programme.
    Programme,
}

/// Why a term cannot be compared with others.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::IncomparableReason")]
pub(crate) enum IncomparableReason {
    /// An epidemic changed who stayed at home.
    Epidemic,
    /// Attendance was registered in another way.
    OtherRegistration,
    /// The school was organised anew.
    Reorganised,
    /// There were mentors already: it is no term without them.
    MentorsBefore,
    /// Another reason.
    Other,
}

/// How a pupil's identity is protected (skyddade personuppgifter).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::ProtectionLevel")]
pub(crate) enum ProtectionLevel {
    /// Marked as secret in the population register (sekretessmarkering).
    MarkedSecret,
    /// Registered at another place (skyddad folkbokföring).
    RegisteredElsewhere,
    /// Under another name (fingerade personuppgifter).
    OtherName,
    /// Not known yet whether it is (ännu inte kontrollerat): taken as protected until it is known.
    NotYetKnown,
}

/// What is known of a pupil's identity at enrolment (markering i folkbokföringen).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityMark {
    /// It was looked up, and there is no mark (ingen markering).
    None,
    /// Not known yet: taken as protected until it is known.
    NotYetKnown,
    /// Marked as secret in the population register (sekretessmarkering).
    MarkedSecret,
    /// Registered at another place (skyddad folkbokföring).
    RegisteredElsewhere,
    /// Under another name (fingerade personuppgifter).
    OtherName,
}

impl IdentityMark {
    /// The protection that it calls for.
    pub(crate) const fn protection(self) -> Option<domain::words::ProtectionLevel> {
        Some(match self {
            Self::None => return None,
            Self::NotYetKnown => domain::words::ProtectionLevel::NotYetKnown,
            Self::MarkedSecret => domain::words::ProtectionLevel::MarkedSecret,
            Self::RegisteredElsewhere => domain::words::ProtectionLevel::RegisteredElsewhere,
            Self::OtherName => domain::words::ProtectionLevel::OtherName,
        })
    }
}

/// What a mentor does with a group.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::GroupActivity")]
pub(crate) enum GroupActivity {
    /// Time with a class (klasstid, mentorstid).
    ClassTime,
    /// Values work (värdegrundsarbete).
    Values,
    /// Help with schoolwork (läxhjälp).
    StudySupport,
    /// During breaks (rastverksamhet).
    Breaks,
    /// A trip or an event.
    Trip,
}

/// Which kind of the principal's decisions is delegated.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::DelegatedDecision")]
pub(crate) enum DelegatedDecision {
    /// Leave of at most ten days: longer is the principal's alone (7 kap. 18 § skollagen).
    Leave,
    /// Action programmes (3 kap. 9 § skollagen).
    ActionProgramme,
    /// Taking referrals to the student health team on, sending them back, declining them, agreeing actions.
    Referral,
    /// Written warnings (skriftlig varning, 5 kap. 11 § skollagen).
    WrittenWarning,
}

/// Who tells guardians on the day that a pupil is absent (7 kap. 17 § skollagen).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::AttendanceSender")]
pub(crate) enum AttendanceSender {
    /// The attendance system, such as Skola24.
    AttendanceSystem,
    /// This service.
    Mentorlog,
}

/// A class of records with a retention period (gallringsfrist) of its own.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::RetentionClass")]
pub(crate) enum RetentionClass {
    /// Who the pupil is: the name.
    Identity,
    /// That the pupil went to a school, where, and who the guardians were.
    Enrolment,
    /// Who was the pupil's mentor.
    Caseload,
    /// Contacts with guardians.
    Contact,
    /// What was noted in free text.
    Note,
    /// Attendance.
    Attendance,
    /// The absence ladder (frånvarotrappan).
    Ladder,
    /// Referrals to the student health team (EHT).
    Referral,
    /// Support, talks, plans and warnings.
    Support,
    /// Safety: that something was reported.
    Safety,
    /// References to other systems.
    External,
    /// Who read whose case: kept for a time of its own.
    Trace,
    /// Messages to a guardian (utskick), and what became of each.
    Message,
    /// Who a guardian is, how they are reached, and what they want to be sent.
    Guardian,
    /// Who a member of staff was: the name.
    Staff,
    /// How a member of staff's time was set and spent (arbetstid).
    WorkingTime,
}

/// Which of the school's teams a matter stands with.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::Team")]
pub(crate) enum Team {
    /// The student health team (elevhälsoteamet, EHT).
    Health,
    /// The safety team (trygghetsteamet).
    Safety,
}

/// How a pupil lives with a guardian (hushåll).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::Household")]
pub(crate) enum Household {
    /// Lives there.
    Lives,
    /// Lives there by turns (växelvis boende).
    Alternates,
    /// Does not live there.
    Apart,
}

/// Which duty was met in another system.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::words::Obligation")]
pub(crate) enum Obligation {
    /// Guardians were told of absence on the day (7 kap. 17 § and 15 kap. 16 § skollagen).
    AbsenceTold,
    /// The absence was investigated (utredning, 7 kap. 19 a §).
    AbsenceInvestigated,
    /// The authority or the home municipality was told (anmälan till huvudman eller hemkommun).
    AuthorityTold,
    /// Degrading treatment was reported, investigated or acted on (6 kap. 10 § skollagen).
    Harassment,
    /// Student finance was told of absence (CSN).
    StudentFinanceTold,
    /// A development plan was written (individuell utvecklingsplan).
    DevelopmentPlan,
    /// Another one.
    Other,
}

/// Why nobody has a pupil.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::projection::Uncovered")]
pub(crate) enum Uncovered {
    /// No mentor is assigned.
    NoMentor,
    /// The mentor is away, and nobody stands in.
    MentorAway,
    /// The mentor no longer has the role here, and nobody has taken over.
    RoleWithdrawn,
}
