//! The events that are kept because facts are folded from them.

use super::{Bytes, Laid, laid_fields, laid_variants};
use crate::event::pupil::{
    AssignmentEnded, CoverEnded, CoverStarted, EnrolmentDays, EnrolmentDaysCorrected, GuardianLinked, MentorAssigned,
    PupilEnrolled, PupilLeft, PupilMovedClass, PupilNameCorrected,
};
use crate::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolRegistered, SchoolYearSet,
    TermMarkedNotComparable,
};
use crate::event::staff::WorkingTimeSet;
use crate::event::work::Work;
use crate::event::{CaseWork, PupilEvent, SchoolEvent, SchoolMatter, StaffMatter};
use crate::projection::absence::Sums;
use crate::projection::absence::evidence::{GroupChange, Mean};

laid_fields! {
    Sums {
        pupils, days, offered, notified, unnotified, valid, invalid, unregistered, lessons, unregistered_lessons
    }
    Mean { points, low, high }
    GroupChange { pupils, before, after, mean }
    PupilEnrolled { enrolment, school, name, placement, from }
    PupilMovedClass { enrolment, placement, from }
    PupilNameCorrected { enrolment, name, instead_of }
    EnrolmentDays { from, last_day }
    PupilLeft { enrolment, reason, last_day, destination }
    GuardianLinked { enrolment, guardian, guardianship, household }
    MentorAssigned { enrolment, assignment, mentor, kind, principal, from }
    AssignmentEnded { enrolment, assignment, reason, last_day }
    CoverStarted { enrolment, assignment, deputy, from, until }
    CoverEnded { enrolment, assignment, deputy, last_day }
    SchoolRegistered { code, unit_code, name, form, grades }
    SchoolYearSet { starts_in, autumn, spring, breaks }
    PrincipalMadeResponsible { principal, responsibility, from, until }
    MissionAdopted { from, talks, within }
    MentoringModelChosen { from, model }
    TermMarkedNotComparable { term, reason }
    WorkingTimeSet { from, weekly, share }
}

laid_variants! {
    Responsibility { 0 => Unit, 1 => Programme(code), 2 => Class(class) }
    SchoolEvent {
        0 => Registered(event), 1 => YearSet(event), 2 => PrincipalMadeResponsible(event), 3 => MissionAdopted(event),
        4 => MentoringModelChosen(event), 5 => TermMarkedNotComparable(event), 6 => Settled(matter),
    }
    SchoolMatter {
        0 => DecisionDelegated { decision, to, by, first_day, last_day },
        1 => LadderPolicyAdopted { number, first_day, percent, window_days, inquiry },
        2 => AttendanceSenderChosen { sender, first_day },
        3 => YearRolledOver { first_day, pupils },
        4 => FiguresPublished { term },
        5 => RetentionAdopted { class, months, plan_item, first_day },
        6 => LegalHoldPlaced { subject, reference },
        7 => LegalHoldLifted { subject },
        8 => ErasureBegun { subject, class, period, plan_item, decision, approved_by },
        9 => RemainderKept { term, grade, part, sums },
        10 => ErasureCarriedOut { subject, class, period },
        11 => DigestScheduleSet { first_day, rhythm, weekday, at, zone, portal },
        12 => PlainContentDecided { first_day, last_day, allowed, decision },
        20 => PublicationDayAdopted { term, on },
        21 => FigureTold { term, grade, part, sums },
        22 => ChangeTold { baseline, term, group, change },
        23 => LoadTold { term, mentor, pupils },
        24 => PlacedUnderCommittee { committee, name }, 25 => SchoolDigestsPassedOver { period, reason },
    }
    StaffMatter {
        0 => StaffAway { first_day, last_day },
        1 => StaffBack { on },
        2 => StandingDeputyNamed { deputy, school, first_day, last_day },
        3 => ShareAgreed { principal, share, first_day },
        4 => GroupActivityHeld { on, activity, pupils, minutes },
        5 => ClassGiven { school, class, first_day, last_day },
    }
}

/// Only what facts are folded from is kept, and so laid out: see [`Work::changes_facts`].
impl Laid for PupilEvent {
    fn lay(&self, out: &mut Vec<u8>) {
        if let Self::Enrolled(event) = self {
            lay(out, 0, event);
        } else if let Self::MovedClass(event) = self {
            lay(out, 1, event);
        } else if let Self::Left(event) = self {
            lay(out, 2, event);
        } else if let Self::GuardianLinked(event) = self {
            lay(out, 3, event);
        } else if let Self::MentorAssigned(event) = self {
            lay(out, 4, event);
        } else if let Self::AssignmentEnded(event) = self {
            lay(out, 5, event);
        } else if let Self::CoverStarted(event) = self {
            lay(out, 6, event);
        } else if let Self::CoverEnded(event) = self {
            lay(out, 7, event);
        } else if let Self::Worked(event) = self {
            lay(out, 8, event);
        } else if let Self::NameCorrected(event) = self {
            lay(out, 9, event);
        } else if let Self::DaysCorrected(event) = self {
            lay(out, 10, event);
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        match u8::pick(from)? {
            0 => Laid::pick(from).map(Self::Enrolled),
            1 => Laid::pick(from).map(Self::MovedClass),
            2 => Laid::pick(from).map(Self::Left),
            3 => Laid::pick(from).map(Self::GuardianLinked),
            4 => Laid::pick(from).map(Self::MentorAssigned),
            5 => Laid::pick(from).map(Self::AssignmentEnded),
            6 => Laid::pick(from).map(Self::CoverStarted),
            7 => Laid::pick(from).map(Self::CoverEnded),
            8 => Laid::pick(from).map(Self::Worked),
            9 => Laid::pick(from).map(Self::NameCorrected),
            10 => Laid::pick(from).map(Self::DaysCorrected),
            _ => None,
        }
    }
}

fn lay(out: &mut Vec<u8>, number: u8, event: &impl Laid) {
    out.push(number);
    event.lay(out);
}

/// Without its note, which is no fact.
impl Laid for CaseWork {
    fn lay(&self, out: &mut Vec<u8>) {
        self.enrolment.lay(out);
        self.minutes.lay(out);
        self.work.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let (enrolment, minutes, work) = Laid::pick(from)?;
        Some(Self { enrolment, work, minutes, note: None })
    }
}

/// Without its reason, which is no fact.
impl Laid for EnrolmentDaysCorrected {
    fn lay(&self, out: &mut Vec<u8>) {
        self.enrolment.lay(out);
        self.days.lay(out);
        self.instead_of.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let (enrolment, days, instead_of) = Laid::pick(from)?;
        Some(Self { enrolment, days, instead_of, note: None })
    }
}

/// Only work that changes facts.
impl Laid for Work {
    fn lay(&self, out: &mut Vec<u8>) {
        if let Self::GuardianUnlinked { guardian } = self {
            lay(out, 0, guardian);
        } else if let Self::ProgrammeChanged { programme, first_day } = self {
            out.push(1);
            programme.lay(out);
            first_day.lay(out);
        } else if let Self::ContactBanned { guardian } = self {
            lay(out, 2, guardian);
        } else if let Self::ContactBanLifted { guardian } = self {
            lay(out, 3, guardian);
        } else if let Self::GuardianProtected { guardian } = self {
            lay(out, 23, guardian);
        } else if let Self::GuardianProtectionEnded { guardian } = self {
            lay(out, 24, guardian);
        } else if let Self::ConsentGiven { guardian, last_day } = self {
            out.push(4);
            guardian.lay(out);
            last_day.lay(out);
        } else if let Self::ConsentWithdrawn { guardian } = self {
            lay(out, 5, guardian);
        } else if let Self::IdentityProtected { level } = self {
            lay(out, 6, level);
        } else if let Self::IdentityProtectionEnded { on } = self {
            lay(out, 7, on);
        } else if let Self::BirthDateRecorded { born } = self {
            lay(out, 20, born);
        } else if let Self::TellingWithheld { guardian } = self {
            lay(out, 21, guardian);
        } else if let Self::TellingResumed { guardian } = self {
            lay(out, 22, guardian);
        } else if let Self::StaffNamed { staff, last_day } = self {
            out.push(8);
            staff.lay(out);
            last_day.lay(out);
        } else if let Self::EmergencyAccessTaken { staff, on } = self {
            out.push(9);
            staff.lay(out);
            on.lay(out);
        } else if let Self::EntryHandedOn { of } = self {
            lay(out, 10, of);
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some(match u8::pick(from)? {
            0 => Self::GuardianUnlinked { guardian: Laid::pick(from)? },
            1 => Self::ProgrammeChanged { programme: Laid::pick(from)?, first_day: Laid::pick(from)? },
            2 => Self::ContactBanned { guardian: Laid::pick(from)? },
            3 => Self::ContactBanLifted { guardian: Laid::pick(from)? },
            23 => Self::GuardianProtected { guardian: Laid::pick(from)? },
            24 => Self::GuardianProtectionEnded { guardian: Laid::pick(from)? },
            4 => Self::ConsentGiven { guardian: Laid::pick(from)?, last_day: Laid::pick(from)? },
            5 => Self::ConsentWithdrawn { guardian: Laid::pick(from)? },
            6 => Self::IdentityProtected { level: Laid::pick(from)? },
            7 => Self::IdentityProtectionEnded { on: Laid::pick(from)? },
            20 => Self::BirthDateRecorded { born: Laid::pick(from)? },
            21 => Self::TellingWithheld { guardian: Laid::pick(from)? },
            22 => Self::TellingResumed { guardian: Laid::pick(from)? },
            8 => Self::StaffNamed { staff: Laid::pick(from)?, last_day: Laid::pick(from)? },
            9 => Self::EmergencyAccessTaken { staff: Laid::pick(from)?, on: Laid::pick(from)? },
            10 => Self::EntryHandedOn { of: Laid::pick(from)? },
            _ => return None,
        })
    }
}
