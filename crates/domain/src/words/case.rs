//! The words of casework: what was done is said with these, so that it can be counted; the rest is a note.

use crate::words::Invalid;

/// A step of the absence ladder: 1 to 7.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StepNumber(u8);

impl StepNumber {
    /// Accepts 1 to 7: no municipality's ladder that we know of has more.
    pub const fn try_new(number: u8) -> Result<Self, Invalid> {
        if number >= 1 && number <= 7 { Ok(Self(number)) } else { Err(Invalid { what: "step", why: "must be 1 to 7" }) }
    }

    /// The step on which absence is looked into (utredning) where a school's policy names none: the third, as where municipalities
    /// have published theirs (Eskilstuna, Danderyd).
    pub const USUAL_INQUIRY: Self = Self(3);

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Why a step of the ladder is opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LadderTrigger {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LadderAction {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Closing {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OnwardTo {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OutsideParty {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReferralConcern {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HealthTeamMember {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AtRisk {
    /// A failing grade (F).
    Failing,
    /// No basis for a grade (streck).
    NoBasis,
}

/// Which plan of support.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PlanKind {
    /// Action programme (åtgärdsprogram): the principal decides.
    ActionProgramme,
    /// Attendance plan (handlingsplan för närvaro).
    AttendancePlan,
}

/// To whom degrading treatment is reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReportLevel {
    /// To the principal, by any of the staff.
    Principal,
    /// To the education authority (huvudman), by the principal.
    Authority,
}

/// What kind of matter an incident is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SafetyMatter {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TimeCategory {
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

impl TimeCategory {
    /// Every category, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Attendance,
        Self::Guardians,
        Self::Pupils,
        Self::Groups,
        Self::Meetings,
        Self::HealthTeam,
        Self::Outside,
        Self::Administration,
        Self::Substitute,
    ];
}

/// Some of the categories, each once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TimeCategories(u16);

impl TimeCategories {
    /// What a mission description that named none is taken to mean: everything but standing in for a teacher or a guard.
    pub fn usual() -> Self {
        TimeCategory::ALL.into_iter().filter(|category| *category != TimeCategory::Substitute).collect()
    }

    /// Whether the category is among them.
    pub const fn contains(self, category: TimeCategory) -> bool {
        self.0 & (1 << (category as u16)) != 0
    }

    /// Those that are among them, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = TimeCategory> {
        TimeCategory::ALL.into_iter().filter(move |category| self.contains(*category))
    }
}

impl FromIterator<TimeCategory> for TimeCategories {
    fn from_iter<I: IntoIterator<Item = TimeCategory>>(categories: I) -> Self {
        Self(categories.into_iter().fold(0, |all, category| all | 1 << (category as u16)))
    }
}

/// A task that was a teacher's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TeacherTask {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TalkDuty {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MentoringModel {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IncomparableReason {
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

/// Share of a full post (tjänstgöringsgrad): 1 to 100 per cent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PostShare(u8);

impl PostShare {
    /// Accepts 1 to 100.
    pub const fn try_new(percent: u8) -> Result<Self, Invalid> {
        if percent >= 1 && percent <= 100 {
            Ok(Self(percent))
        } else {
            Err(Invalid { what: "post share", why: "must be 1 to 100 per cent" })
        }
    }

    /// The percentage.
    pub const fn percent(self) -> u8 {
        self.0
    }
}

/// How a pupil's identity is protected (skyddade personuppgifter).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProtectionLevel {
    /// Marked as secret in the population register (sekretessmarkering).
    MarkedSecret,
    /// Registered at another place (skyddad folkbokföring).
    RegisteredElsewhere,
    /// Under another name (fingerade personuppgifter).
    OtherName,
    /// Not known yet whether it is (ännu inte kontrollerat): taken as protected until it is known.
    NotYetKnown,
}

/// What a mentor does with a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GroupActivity {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DelegatedDecision {
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AttendanceSender {
    /// The attendance system, such as Skola24.
    AttendanceSystem,
    /// This service.
    Mentorlog,
}

/// Which of the school's teams a matter stands with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Team {
    /// The student health team (elevhälsoteamet, EHT).
    Health,
    /// The safety team (trygghetsteamet).
    Safety,
}

/// How a pupil lives with a guardian (hushåll).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Household {
    /// Lives there.
    Lives,
    /// Lives there by turns (växelvis boende).
    Alternates,
    /// Does not live there.
    Apart,
}

/// Which duty was met in another system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Obligation {
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
