//! What happens to a school unit.

use chrono::NaiveDate;

use crate::calendar::Term;
use crate::event::{EventKind, SchoolMatter};
use crate::id::StaffId;
use crate::words::{
    ClassName, DateSpan, Grade, IncomparableReason, MentoringModel, Name, ProgrammeCode, SchoolCode, SchoolForm,
    SchoolUnitCode, TalkDuty, TimeCategories,
};

/// An event in a school's stream. Nothing here is about a pupil.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SchoolEvent {
    /// The unit was registered.
    Registered(SchoolRegistered),
    /// A school year was set, or set again.
    YearSet(SchoolYearSet),
    /// A principal was made responsible.
    PrincipalMadeResponsible(PrincipalMadeResponsible),
    /// A mission description was adopted.
    MissionAdopted(MissionAdopted),
    /// A mentoring model was chosen.
    MentoringModelChosen(MentoringModelChosen),
    /// A term was marked as not comparable.
    TermMarkedNotComparable(TermMarkedNotComparable),
    /// Something was settled, from a day on.
    Settled(SchoolMatter),
}

impl SchoolEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Registered(_) => EventKind::SchoolRegistered,
            Self::YearSet(_) => EventKind::SchoolYearSet,
            Self::PrincipalMadeResponsible(_) => EventKind::PrincipalMadeResponsible,
            Self::MissionAdopted(_) => EventKind::MissionAdopted,
            Self::MentoringModelChosen(_) => EventKind::MentoringModelChosen,
            Self::TermMarkedNotComparable(_) => EventKind::TermMarkedNotComparable,
            Self::Settled(matter) => matter.kind(),
        }
    }

    /// The day that it is about, when it is about one: its first. It happened then, or when it was recorded, if that was before;
    /// what is about no day happened when it was recorded.
    pub const fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::YearSet(year) => Some(year.autumn.first()),
            Self::PrincipalMadeResponsible(made) => Some(made.from),
            Self::MissionAdopted(mission) => Some(mission.from),
            Self::MentoringModelChosen(chosen) => Some(chosen.from),
            Self::Settled(matter) => matter.day(),
            Self::Registered(_) | Self::TermMarkedNotComparable(_) => None,
        }
    }

    /// Whether it had happened by a day on which it was not on record yet. That a unit is registered says nothing of when it
    /// began: there was a school before it was put on record here.
    pub(crate) fn was_by(&self, day: NaiveDate) -> bool {
        matches!(self, Self::Registered(_)) || self.day().is_some_and(|first| first <= day)
    }
}

/// A school unit (skolenhet) was registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchoolRegistered {
    /// The short code in everyday use, such as `LJU`.
    pub code: SchoolCode,
    /// The code of the national register (skolenhetskod).
    pub unit_code: SchoolUnitCode,
    /// The school's name.
    pub name: Name,
    /// Form of school. The committee (nämnd) is no part of it: a school is placed under one.
    pub form: SchoolForm,
    /// Lowest and highest grade taught.
    pub grades: (Grade, Grade),
}

/// A school year (läsår) was set: its two terms, its breaks (lov) and study days (studiedagar).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchoolYearSet {
    /// The calendar year in which it starts: 2019 for 2019/20.
    pub starts_in: u16,
    /// Autumn term (hösttermin).
    pub autumn: DateSpan,
    /// Spring term (vårtermin).
    pub spring: DateSpan,
    /// Days without school within the terms: breaks, public holidays and study days.
    pub breaks: Vec<DateSpan>,
}

/// What a principal answers for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Responsibility {
    /// The whole unit.
    Unit,
    /// One programme.
    Programme(ProgrammeCode),
    /// One class.
    Class(ClassName),
}

/// A principal (rektor) was made responsible for a unit, a programme or a class, from a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrincipalMadeResponsible {
    /// The principal.
    pub principal: StaffId,
    /// What they answer for.
    pub responsibility: Responsibility,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, when it is known.
    pub until: Option<NaiveDate>,
}

/// A mission description (uppdragsbeskrivning) was adopted: what a mentor does and does not do, from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissionAdopted {
    /// First day.
    pub from: NaiveDate,
    /// What the mentor has to do with development talks.
    pub talks: TalkDuty,
    /// What is a mentor's task (inom uppdraget); what is not among these is not.
    pub within: TimeCategories,
}

/// A mentoring model (mentorsmodell) was chosen, from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MentoringModelChosen {
    /// First day.
    pub from: NaiveDate,
    /// Which.
    pub model: MentoringModel,
}

/// A term's figures were marked as not comparable with others (termin ej jämförbar).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermMarkedNotComparable {
    /// Which term.
    pub term: Term,
    /// Why.
    pub reason: IncomparableReason,
}
