//! Ids and words.

use super::{Bytes, Laid, laid_fields, laid_variants};
use crate::actor::{Grant, Role};
use crate::attendance::DayMinutes;
use crate::calendar::{IsoWeek, Season, Term};
use crate::event::EventKind;
use crate::event::pupil::{AssignmentEndReason, AssignmentKind, Guardianship, LeavingReason, Placement};
use crate::id::{AssignmentId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use crate::words::{
    AttendanceSender, ChangeGroup, ClassName, ClockTime, Committee, DateSpan, DayOfWeek, DelegatedDecision,
    DeliveryFailure, DigestFrequency, DigestRhythm, FigurePart, Grade, GroupActivity, Household, IncomparableReason,
    Language, MentoringModel, MessageClass, Minutes, Name, NotSent, PortalUrl, PostShare, ProgrammeCode,
    ProtectionLevel, Reference, RetentionClass, SchoolCode, SchoolForm, SchoolUnitCode, SpeaksOf, StepNumber, TalkDuty,
    TeacherTask, Team, TimeCategories, TimeCategory, ZoneName,
};

macro_rules! laid_ids {
    ($($id:ty),+) => {$(
        impl Laid for $id {
            fn lay(&self, out: &mut Vec<u8>) {
                self.bits().lay(out);
            }

            fn pick(from: &mut Bytes<'_>) -> Option<Self> {
                from.array().map(Self::from_bits)
            }
        }
    )+};
}

macro_rules! laid_texts {
    ($($text:ty),+) => {$(
        impl Laid for $text {
            fn lay(&self, out: &mut Vec<u8>) {
                self.as_str().to_owned().lay(out);
            }

            fn pick(from: &mut Bytes<'_>) -> Option<Self> {
                Self::try_new(String::pick(from)?).ok()
            }
        }
    )+};
}

macro_rules! laid_small {
    ($($type:ty: $part:ident -> $number:ty),+ $(,)?) => {$(
        impl Laid for $type {
            fn lay(&self, out: &mut Vec<u8>) {
                self.$part().lay(out);
            }

            fn pick(from: &mut Bytes<'_>) -> Option<Self> {
                Self::try_new(<$number>::pick(from)?).ok()
            }
        }
    )+};
}

laid_ids!(AssignmentId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId);
laid_texts!(Name, Committee, ClassName, ProgrammeCode, Reference, SchoolCode, SchoolUnitCode, ZoneName, PortalUrl);
laid_small!(Grade: number -> u8, StepNumber: number -> u8, DayOfWeek: number -> u8, ClockTime: minutes -> u16, PostShare: percent -> u8);

impl Laid for Minutes {
    fn lay(&self, out: &mut Vec<u8>) {
        self.0.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        u16::pick(from).map(Self)
    }
}

impl Laid for DateSpan {
    fn lay(&self, out: &mut Vec<u8>) {
        (self.first(), self.last()).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let (first, last) = Laid::pick(from)?;
        Self::try_new(first, last).ok()
    }
}

impl Laid for IsoWeek {
    fn lay(&self, out: &mut Vec<u8>) {
        (self.year(), self.week()).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let (year, week) = Laid::pick(from)?;
        Self::try_new(year, week).ok()
    }
}

impl Laid for TimeCategories {
    fn lay(&self, out: &mut Vec<u8>) {
        self.iter().collect::<Vec<_>>().lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some(Vec::<TimeCategory>::pick(from)?.into_iter().collect())
    }
}

/// By its place among the kinds: another order of kinds is another layout, and another version.
impl Laid for EventKind {
    fn lay(&self, out: &mut Vec<u8>) {
        let place = Self::ALL.iter().position(|kind| kind == self).unwrap_or_default();
        u16::try_from(place).unwrap_or(u16::MAX).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Self::ALL.get(usize::from(u16::pick(from)?)).copied()
    }
}

laid_fields! {
    Term { year, season }
    Grant { role, school, committee }
    Placement { class, grade, programme }
    DayMinutes { offered, notified, unnotified, valid, invalid, unregistered, lessons, unregistered_lessons }
}

laid_variants! {
    Season { 0 => Autumn, 1 => Spring }
    Role {
        0 => Mentor, 1 => Principal, 2 => Authority, 3 => Administrator, 4 => Coordinator, 5 => HealthTeam, 6 => SafetyTeam, 7 => Teacher, 8 => AttendanceWatch,
        9 => Integration,
    }
    LeavingReason { 0 => Completed, 1 => ChangedSchool, 2 => DroppedOut, 3 => Other }
    Guardianship { 0 => Custodian, 1 => Appointed, 2 => ParentWithoutCustody }
    AssignmentKind { 0 => Primary, 1 => Targeted, 2 => Additional }
    AssignmentEndReason { 0 => HandedOver, 1 => NeedEnded, 2 => MentorLeft, 3 => PupilLeft }
    ProtectionLevel { 0 => MarkedSecret, 1 => RegisteredElsewhere, 2 => OtherName, 3 => NotYetKnown }
    SchoolForm { 0 => Compulsory, 1 => UpperSecondary }
    TalkDuty { 0 => Holds, 1 => Attends, 2 => Books, 3 => None, 4 => AttendsSome }
    MentoringModel { 0 => Targeted, 1 => Class, 2 => YearGroup, 3 => Programme }
    IncomparableReason { 0 => Epidemic, 1 => OtherRegistration, 2 => Reorganised, 3 => Other, 4 => MentorsBefore }
    DelegatedDecision { 0 => Leave, 1 => ActionProgramme, 2 => Referral, 3 => WrittenWarning }
    Team { 0 => Health, 1 => Safety }
    Household { 0 => Lives, 1 => Alternates, 2 => Apart }
    AttendanceSender { 0 => AttendanceSystem, 1 => Mentorlog }
    DigestRhythm { 0 => Off, 1 => Weekly, 2 => EverySecondWeek, 3 => Monthly }
    DigestFrequency { 0 => Off, 1 => Monthly, 2 => Weekly }
    MessageClass { 0 => Digest, 1 => SameDay, 2 => Confirmation }
    Language {
        0 => Swedish, 1 => English, 2 => Arabic, 3 => Somali, 4 => Tigrinya, 5 => Persian, 6 => Dari, 7 => Ukrainian,
        8 => Kurmanji, 9 => Sorani,
    }
    DeliveryFailure {
        0 => Unreachable, 1 => Deferred, 2 => Rejected, 3 => AnswerLost, 4 => NotEncrypted, 5 => Unwritable,
        6 => RelayRefuses, 7 => Overtaken, 8 => AddressRefused,
    }
    SpeaksOf { 0 => Address, 1 => Message, 2 => Now }
    NotSent {
        0 => NoAddress, 1 => AddressNotConfirmed, 2 => AddressBounced, 3 => Stopped, 4 => SwitchedOff, 5 => NoPupil,
        6 => NoCustody, 7 => ContactBanned, 8 => OfAge, 9 => AgeUnknown, 10 => IdentityProtected, 11 => NotEnrolled,
        12 => Withheld, 13 => SchoolBreak, 14 => ScheduleOff, 15 => NoPortal, 16 => NothingNew, 17 => TooLate,
        18 => Superseded, 19 => AlreadySent,
    }
    RetentionClass {
        0 => Identity, 1 => Enrolment, 2 => Caseload, 3 => Contact, 4 => Note, 5 => Attendance, 6 => Ladder, 7 => Referral,
        8 => Support, 9 => Safety, 10 => External, 11 => Trace, 12 => Message, 13 => Guardian, 14 => Staff, 15 => WorkingTime,
    }
    ChangeGroup { 0 => WithMentor, 1 => WithoutMentor, 2 => MentorBefore }
    FigurePart { 0 => All, 1 => WithMentor, 2 => WithoutMentor }
    GroupActivity { 0 => ClassTime, 1 => Values, 2 => StudySupport, 3 => Breaks, 4 => Trip }
    TimeCategory {
        0 => Attendance, 1 => Guardians, 2 => Pupils, 3 => Groups, 4 => Meetings, 5 => HealthTeam, 6 => Outside,
        7 => Administration, 8 => Substitute,
    }
    TeacherTask {
        0 => GuardianContact, 1 => AttendanceFollowUp, 2 => DevelopmentTalk, 3 => HealthTeamMeeting, 4 => Documentation,
        5 => Conflict,
    }
}
