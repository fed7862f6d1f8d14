//! A school unit as decisions see it.

use chrono::NaiveDate;

use crate::calendar::SchoolCalendar;
use crate::event::Event;
use crate::event::pupil::Placement;
use crate::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolEvent, SchoolRegistered,
    TermMarkedNotComparable,
};
use crate::id::StaffId;
use crate::recorded::{Body, Recorded};
use crate::state::{FoldError, next_version};

/// A school unit's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum School {
    /// In use.
    Registered(RegisteredSchool),
    /// What it was is erased; only that there was one is known.
    Erased {
        /// Version of its stream.
        version: u64,
    },
}

/// A school unit in use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisteredSchool {
    /// Version of its stream.
    pub version: u64,
    /// Code, name, form and grades.
    pub details: SchoolRegistered,
    /// School years.
    pub calendar: SchoolCalendar,
    /// Who answers for what, in the order recorded.
    pub responsibilities: Vec<PrincipalMadeResponsible>,
    /// Mission descriptions, in the order recorded.
    pub missions: Vec<MissionAdopted>,
    /// Mentoring models, in the order recorded.
    pub models: Vec<MentoringModelChosen>,
    /// Terms that cannot be compared, and why.
    pub not_comparable: Vec<TermMarkedNotComparable>,
}

impl School {
    /// Version of its stream.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Registered(school) => school.version,
            Self::Erased { version } => *version,
        }
    }

    /// The unit, when it is in use.
    pub const fn registered(&self) -> Option<&RegisteredSchool> {
        match self {
            Self::Registered(school) => Some(school),
            Self::Erased { .. } => None,
        }
    }

    /// What the unit is after the event.
    pub fn apply(before: Option<Self>, recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(before.as_ref().map_or(0, Self::version), recorded)?;
        let event = match &recorded.body {
            Body::Known(Event::School(event)) => event,
            Body::Known(Event::Staff(_) | Event::Pupil(_) | Event::Guardian(_)) => {
                return Err(FoldError::new(recorded, "not an event of a school"));
            }
            Body::Erased(_) => return Ok(before.map_or(Self::Erased { version }, |school| school.at(version))),
        };
        match before {
            None => Self::begin(version, event, recorded),
            Some(Self::Erased { .. }) => Ok(Self::Erased { version }),
            Some(Self::Registered(school)) => school.then(version, event, recorded).map(Self::Registered),
        }
    }

    fn begin(version: u64, event: &SchoolEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        match event {
            SchoolEvent::Registered(details) => Ok(Self::Registered(RegisteredSchool {
                version,
                details: details.clone(),
                calendar: SchoolCalendar::default(),
                responsibilities: Vec::new(),
                missions: Vec::new(),
                models: Vec::new(),
                not_comparable: Vec::new(),
            })),
            SchoolEvent::YearSet(_)
            | SchoolEvent::PrincipalMadeResponsible(_)
            | SchoolEvent::MissionAdopted(_)
            | SchoolEvent::MentoringModelChosen(_)
            | SchoolEvent::TermMarkedNotComparable(_) => Err(FoldError::new(recorded, "the school is not registered")),
        }
    }

    fn at(self, version: u64) -> Self {
        match self {
            Self::Registered(school) => Self::Registered(RegisteredSchool { version, ..school }),
            Self::Erased { .. } => Self::Erased { version },
        }
    }
}

impl RegisteredSchool {
    fn then(mut self, version: u64, event: &SchoolEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        self.version = version;
        match event {
            SchoolEvent::Registered(_) => return Err(FoldError::new(recorded, "the school is registered already")),
            SchoolEvent::YearSet(year) => self.calendar.set(year.clone()),
            SchoolEvent::PrincipalMadeResponsible(made) => self.make_responsible(made),
            SchoolEvent::MissionAdopted(mission) => self.missions.push(*mission),
            SchoolEvent::MentoringModelChosen(chosen) => self.models.push(*chosen),
            SchoolEvent::TermMarkedNotComparable(marked) => self.not_comparable.push(*marked),
        }
        Ok(self)
    }

    /// The same principal, thing and first day again: only the last day is set anew.
    fn make_responsible(&mut self, made: &PrincipalMadeResponsible) {
        let same = |known: &&mut PrincipalMadeResponsible| {
            known.principal == made.principal && known.responsibility == made.responsibility && known.from == made.from
        };
        match self.responsibilities.iter_mut().find(same) {
            Some(known) => known.until = made.until,
            None => self.responsibilities.push(made.clone()),
        }
    }

    /// The mission description that holds on the date: of those that have begun, the one that began last, and of two
    /// from the same day the one recorded later.
    pub fn mission_on(&self, date: NaiveDate) -> Option<&MissionAdopted> {
        self.missions.iter().filter(|mission| mission.from <= date).max_by_key(|mission| mission.from)
    }

    /// The mentoring model that holds on the date.
    pub fn model_on(&self, date: NaiveDate) -> Option<&MentoringModelChosen> {
        self.models.iter().filter(|chosen| chosen.from <= date).max_by_key(|chosen| chosen.from)
    }

    /// Whether the principal answers for pupils placed like this on the date.
    pub fn answers_for(&self, principal: StaffId, placement: &Placement, date: NaiveDate) -> bool {
        self.responsible(principal, date).any(|responsibility| match responsibility {
            Responsibility::Unit => true,
            Responsibility::Programme(programme) => placement.programme.as_ref() == Some(programme),
            Responsibility::Class(class) => placement.class == *class,
        })
    }

    /// What the principal answers for on the date.
    pub fn responsible(&self, principal: StaffId, date: NaiveDate) -> impl Iterator<Item = &Responsibility> {
        self.responsibilities
            .iter()
            .filter(move |made| {
                made.principal == principal && made.from <= date && made.until.is_none_or(|until| date <= until)
            })
            .map(|made| &made.responsibility)
    }
}
