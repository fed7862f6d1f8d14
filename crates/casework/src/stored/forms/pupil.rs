//! Stored forms of a pupil's events: all sealed.

use chrono::NaiveDate;
use domain::attendance::{DayAttendance, DayMinutes};
use domain::event::pupil::{EnrolmentDays, Placement};
use domain::words::{ClassName, Grade, Invalid, Minutes, ProgrammeCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case_words::HouseholdName;
use super::words::{
    AssignmentEndReasonName, AssignmentKindName, ContactChannelName, ContactDirectionName, ContactOutcomeName,
    ContactTopicName, GuardianshipName, LeavingReasonName,
};

/// Where in the school a pupil goes.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PlacementV1 {
    /// The class.
    pub class: String,
    /// The grade.
    pub grade: u8,
    /// The programme, in upper secondary school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
}

impl From<&Placement> for PlacementV1 {
    fn from(placement: &Placement) -> Self {
        Self {
            class: placement.class.as_str().to_owned(),
            grade: placement.grade.number(),
            programme: placement.programme.as_ref().map(|programme| programme.as_str().to_owned()),
        }
    }
}

impl TryFrom<PlacementV1> for Placement {
    type Error = Invalid;

    fn try_from(stored: PlacementV1) -> Result<Self, Invalid> {
        Ok(Self {
            class: ClassName::try_new(stored.class)?,
            grade: Grade::try_new(stored.grade)?,
            programme: stored.programme.map(ProgrammeCode::try_new).transpose()?,
        })
    }
}

/// `pupil-enrolled`, version 1. The name is a part of its own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PupilEnrolledV1 {
    /// This enrolment.
    pub enrolment: String,
    /// The unit.
    pub school: String,
    /// Class, grade and programme.
    pub placement: PlacementV1,
    /// First day.
    pub from: NaiveDate,
}

/// `pupil-moved-class`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PupilMovedClassV1 {
    /// The enrolment.
    pub enrolment: String,
    /// Class, grade and programme from then on.
    pub placement: PlacementV1,
    /// First day there.
    pub from: NaiveDate,
}

/// `pupil-left`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PupilLeftV1 {
    /// The enrolment.
    pub enrolment: String,
    /// Why.
    pub reason: LeavingReasonName,
    /// Last day, included.
    pub last_day: NaiveDate,
}

/// `pupil-left`, version 2: it says where the pupil goes on.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PupilLeftV2 {
    /// The enrolment.
    pub enrolment: String,
    /// Why.
    pub reason: LeavingReasonName,
    /// Last day, included.
    pub last_day: NaiveDate,
    /// Where the pupil goes on, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
}

/// `guardian-linked`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GuardianLinkedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The guardian.
    pub guardian: String,
    /// What they are to the pupil.
    pub guardianship: GuardianshipName,
}

/// `guardian-linked`, version 2: it says how the pupil lives with the guardian.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GuardianLinkedV2 {
    /// The enrolment.
    pub enrolment: String,
    /// The guardian.
    pub guardian: String,
    /// What they are to the pupil.
    pub guardianship: GuardianshipName,
    /// How the pupil lives with them, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdName>,
}

/// `mentor-assigned`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MentorAssignedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// This assignment.
    pub assignment: String,
    /// The mentor.
    pub mentor: String,
    /// Which kind.
    pub kind: AssignmentKindName,
    /// The principal whose work it is.
    pub principal: String,
    /// First day.
    pub from: NaiveDate,
}

/// `assignment-ended`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AssignmentEndedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The assignment.
    pub assignment: String,
    /// Why.
    pub reason: AssignmentEndReasonName,
    /// Last day, included.
    pub last_day: NaiveDate,
}

/// `guardian-contacted`, version 1. The note is a part of its own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GuardianContactedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// Whom.
    pub guardian: String,
    /// How.
    pub channel: ContactChannelName,
    /// Who took the contact.
    pub direction: ContactDirectionName,
    /// What came of it.
    pub outcome: ContactOutcomeName,
    /// About what.
    pub topic: ContactTopicName,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
}

/// One day of attendance, in minutes of offered lesson time.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DayV1 {
    /// The day.
    pub date: NaiveDate,
    /// Scheduled and not cancelled.
    pub offered: u16,
    /// Absent, announced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub notified: u16,
    /// Absent, not announced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unnotified: u16,
    /// Absence found valid.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub valid: u16,
    /// Absence found invalid.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub invalid: u16,
    /// Offered minutes in which attendance was not taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unregistered: u16,
    /// Lessons offered.
    pub lessons: u16,
    /// Lessons in which attendance was not taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unregistered_lessons: u16,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &u16) -> bool {
    *number == 0
}

impl From<&DayAttendance> for DayV1 {
    fn from(day: &DayAttendance) -> Self {
        let minutes = day.minutes();
        Self {
            date: day.date(),
            offered: minutes.offered.0,
            notified: minutes.notified.0,
            unnotified: minutes.unnotified.0,
            valid: minutes.valid.0,
            invalid: minutes.invalid.0,
            unregistered: minutes.unregistered.0,
            lessons: minutes.lessons,
            unregistered_lessons: minutes.unregistered_lessons,
        }
    }
}

impl TryFrom<DayV1> for DayAttendance {
    type Error = Invalid;

    fn try_from(day: DayV1) -> Result<Self, Invalid> {
        let minutes = DayMinutes {
            offered: Minutes(day.offered),
            notified: Minutes(day.notified),
            unnotified: Minutes(day.unnotified),
            valid: Minutes(day.valid),
            invalid: Minutes(day.invalid),
            unregistered: Minutes(day.unregistered),
            lessons: day.lessons,
            unregistered_lessons: day.unregistered_lessons,
        };
        Self::try_new(day.date, minutes)
    }
}

/// `attendance-registered`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AttendanceRegisteredV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The days, each once, in order.
    pub days: Vec<DayV1>,
}

/// `attendance-corrected`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AttendanceCorrectedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The day as it should have been.
    pub day: DayV1,
}

/// `assignment-handed-over`, version 1. The note is a part of its own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AssignmentHandedOverV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The assignment that ended with it.
    pub from: String,
    /// The assignment that began with it.
    pub to: String,
}

/// `entry-corrected`, version 1. The reason is a part of its own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EntryCorrectedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The event that is corrected.
    pub of: String,
    /// Its position in the log.
    pub position: u64,
    /// Its kind.
    pub kind: String,
    /// The member of staff who made it.
    pub author: Option<String>,
}

/// `pupil-name-corrected`, version 1. The name as it should have been, and the one that stood, are parts of their own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PupilNameCorrectedV1 {
    /// The enrolment.
    pub enrolment: String,
}

/// The days of an enrolment.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnrolmentDaysV1 {
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, when it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
}

/// `enrolment-days-corrected`, version 1. The reason is a part of its own.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnrolmentDaysCorrectedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The days as they should have been; none: the pupil never came.
    pub days: Option<EnrolmentDaysV1>,
    /// The days as they stood.
    pub instead_of: EnrolmentDaysV1,
}

impl From<EnrolmentDays> for EnrolmentDaysV1 {
    fn from(EnrolmentDays { from, last_day }: EnrolmentDays) -> Self {
        Self { from, last_day }
    }
}

impl From<EnrolmentDaysV1> for EnrolmentDays {
    fn from(EnrolmentDaysV1 { from, last_day }: EnrolmentDaysV1) -> Self {
        Self { from, last_day }
    }
}

/// `cover-started`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CoverStartedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The assignment that is covered.
    pub assignment: String,
    /// Who stands in.
    pub deputy: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub until: NaiveDate,
}

/// `cover-ended`, version 1.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CoverEndedV1 {
    /// The enrolment.
    pub enrolment: String,
    /// The assignment that was covered.
    pub assignment: String,
    /// Who stood in.
    pub deputy: String,
    /// Last day, included.
    pub last_day: NaiveDate,
}
