//! The stored names of casework's words.

use domain::words as domain_words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::mirrored;

mirrored!(
    /// Why a step of the ladder is opened.
    LadderTriggerName = domain_words::LadderTrigger { FirstInvalid, ShareInWindow, DaysInARow, Occasions, Pattern, Persists, Concern }
);
mirrored!(
    /// What a step asks for.
    LadderActionName = domain_words::LadderAction { ContactGuardian, TalkWithPupil, InformTeam, Meeting, SimpleSurvey, AttendancePlan, NotifyHealthTeam, NotifyPrincipal, Investigation, NotifyAuthority, NotifyHomeMunicipality, FollowUp }
);
mirrored!(
    /// Why a step is closed.
    ClosingName = domain_words::Closing { AbsenceCeased, MovedUp, OtherPlan, PupilLeft }
);
mirrored!(
    /// To whom within the school a pupil is directed.
    OnwardToName = domain_words::OnwardTo { CareersCounsellor, Counsellor, Nurse, SpecialEducator, HealthTeam, Teacher }
);
mirrored!(
    /// Who outside the school was contacted.
    OutsidePartyName = domain_words::OutsideParty { SocialServices, ChildPsychiatry, Police, StudentFinance, MigrationAgency, ActivityResponsibility, HomeMunicipality, Workplace, Other }
);
mirrored!(
    /// What a referral is about.
    ReferralConcernName = domain_words::ReferralConcern { Absence, Wellbeing, Learning, Safety, Other }
);
mirrored!(
    /// Who in the student health team (elevhälsoteamet) sees to an action.
    HealthTeamMemberName = domain_words::HealthTeamMember { Counsellor, Nurse, Psychologist, SpecialEducator, Doctor, Mentor, Principal }
);
mirrored!(
    /// What a subject is at risk of.
    AtRiskName = domain_words::AtRisk { Failing, NoBasis }
);
mirrored!(
    /// Which plan of support.
    PlanKindName = domain_words::PlanKind { ActionProgramme, AttendancePlan }
);
mirrored!(
    /// To whom degrading treatment is reported.
    ReportLevelName = domain_words::ReportLevel { Principal, Authority }
);
mirrored!(
    /// What kind of matter an incident is.
    SafetyMatterName = domain_words::SafetyMatter { Order, Violence, Drugs, Damage, Other }
);

mirrored!(
    /// What working time is spent on.
    TimeCategoryName = domain_words::TimeCategory { Attendance, Guardians, Pupils, Groups, Meetings, HealthTeam, Outside, Administration, Substitute }
);

mirrored!(
    /// A task that was a teacher's.
    TeacherTaskName = domain_words::TeacherTask { GuardianContact, AttendanceFollowUp, DevelopmentTalk, HealthTeamMeeting, Documentation, Conflict }
);

mirrored!(
    /// What a mentor has to do with development talks.
    TalkDutyName = domain_words::TalkDuty { Holds, Attends, AttendsSome, Books, None }
);

mirrored!(
    /// How pupils get a mentor.
    MentoringModelName = domain_words::MentoringModel { Targeted, Class, YearGroup, Programme }
);

mirrored!(
    /// Why a term cannot be compared with others.
    IncomparableReasonName = domain_words::IncomparableReason { Epidemic, OtherRegistration, Reorganised, MentorsBefore, Other }
);

mirrored!(
    /// How a pupil's identity is protected.
    ProtectionLevelName = domain_words::ProtectionLevel { MarkedSecret, RegisteredElsewhere, OtherName, NotYetKnown }
);

mirrored!(
    /// What a mentor does with a group.
    GroupActivityName = domain_words::GroupActivity { ClassTime, Values, StudySupport, Breaks, Trip }
);

mirrored!(
    /// Which kind of the principal's decisions is delegated.
    DelegatedDecisionName = domain_words::DelegatedDecision { Leave, ActionProgramme, Referral, WrittenWarning }
);

mirrored!(
    /// A class of records with a retention period of its own.
    RetentionClassName = domain_words::RetentionClass {
        Identity, Enrolment, Caseload, Contact, Note, Attendance, Ladder, Referral, Support, Safety, External, Trace,
        Message, Guardian, Staff, WorkingTime
    }
);

mirrored!(
    /// Which pupils a change is told of.
    ChangeGroupName = domain_words::ChangeGroup { WithMentor, WithoutMentor, MentorBefore }
);

mirrored!(
    /// Which of a group's figures.
    FigurePartName = domain_words::FigurePart { All, WithMentor, WithoutMentor }
);

mirrored!(
    /// Who tells guardians on the day that a pupil is absent.
    AttendanceSenderName = domain_words::AttendanceSender { AttendanceSystem, Mentorlog }
);

mirrored!(
    /// Which of the school's teams.
    TeamName = domain_words::Team { Health, Safety }
);

mirrored!(
    /// How a pupil lives with a guardian.
    HouseholdName = domain_words::Household { Lives, Alternates, Apart }
);

mirrored!(
    /// Which duty was met in another system.
    ObligationName = domain_words::Obligation {
        AbsenceTold, AbsenceInvestigated, AuthorityTold, Harassment, StudentFinanceTold, DevelopmentPlan, Other
    }
);
