//! A school unit as decisions see it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::calendar::{SchoolCalendar, Term};
use crate::event::pupil::Placement;
use crate::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolEvent, SchoolRegistered,
    TermMarkedNotComparable,
};
use crate::event::{Event, SchoolMatter};
use crate::id::StaffId;
use crate::recorded::{Body, Recorded};
use crate::retention::Subject;
use crate::state::{FoldError, next_version};
use crate::words::{
    AttendanceSender, Committee, DelegatedDecision, MentoringModel, Name, Reference, RetentionClass, StepNumber,
};

/// A school unit's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum School {
    /// In use.
    Registered(Box<RegisteredSchool>),
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
    /// The committee (nämnd) that it is under, and what that is called; `None`: nobody has said.
    pub committee: Option<(Committee, Name)>,
    /// What else was settled, in the order recorded.
    pub settled: Vec<SchoolMatter>,
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
            Some(Self::Registered(school)) => school.then(version, event, recorded).map(Box::new).map(Self::Registered),
        }
    }

    fn begin(version: u64, event: &SchoolEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        match event {
            SchoolEvent::Registered(details) => {
                Ok(Self::Registered(Box::new(RegisteredSchool::begin(version, details))))
            }
            SchoolEvent::YearSet(_)
            | SchoolEvent::PrincipalMadeResponsible(_)
            | SchoolEvent::MissionAdopted(_)
            | SchoolEvent::MentoringModelChosen(_)
            | SchoolEvent::TermMarkedNotComparable(_)
            | SchoolEvent::Settled(_) => Err(FoldError::new(recorded, "the school is not registered")),
        }
    }

    fn at(self, version: u64) -> Self {
        match self {
            Self::Registered(school) => Self::Registered(Box::new(RegisteredSchool { version, ..*school })),
            Self::Erased { .. } => Self::Erased { version },
        }
    }
}

impl RegisteredSchool {
    fn begin(version: u64, details: &SchoolRegistered) -> Self {
        Self {
            version,
            details: details.clone(),
            calendar: SchoolCalendar::default(),
            responsibilities: Vec::new(),
            missions: Vec::new(),
            models: Vec::new(),
            not_comparable: Vec::new(),
            committee: None,
            settled: Vec::new(),
        }
    }

    /// What was so after events of one school, the first of which registered it.
    pub(crate) fn after<'a>(version: u64, events: impl IntoIterator<Item = &'a SchoolEvent>) -> Option<Self> {
        let mut events = events.into_iter();
        let SchoolEvent::Registered(details) = events.next()? else { return None };
        let mut school = Self::begin(version, details);
        events.for_each(|event| school.change(event));
        Some(school)
    }

    fn then(mut self, version: u64, event: &SchoolEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        if matches!(event, SchoolEvent::Registered(_)) {
            return Err(FoldError::new(recorded, "the school is registered already"));
        }
        self.version = version;
        self.change(event);
        Ok(self)
    }

    fn change(&mut self, event: &SchoolEvent) {
        match event {
            SchoolEvent::Registered(_) => {}
            SchoolEvent::YearSet(year) => self.calendar.set(year.clone()),
            SchoolEvent::PrincipalMadeResponsible(made) => self.make_responsible(made),
            SchoolEvent::MissionAdopted(mission) => self.missions.push(*mission),
            SchoolEvent::MentoringModelChosen(chosen) => self.models.push(*chosen),
            SchoolEvent::TermMarkedNotComparable(marked) => self.not_comparable.push(*marked),
            // Asked at every decision, and so not looked for among the others.
            SchoolEvent::Settled(SchoolMatter::PlacedUnderCommittee { committee, name }) => {
                self.committee = Some((*committee, name.clone()));
            }
            SchoolEvent::Settled(matter) => self.settled.push(matter.clone()),
        }
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

    /// The principals who have delegated a kind of decision to a member of staff on the date: each for the pupils whom they
    /// answer for. Of what one has delegated from a day on or before it, the last word counts.
    pub fn delegated_by(
        &self,
        kind: DelegatedDecision,
        staff: StaffId,
        date: NaiveDate,
    ) -> impl Iterator<Item = StaffId> {
        let mut last = BTreeMap::new();
        for matter in &self.settled {
            if let SchoolMatter::DecisionDelegated { decision, to, by: Some(by), first_day, last_day } = matter
                && *decision == kind
                && *to == staff
                && *first_day <= date
            {
                last.insert(*by, *last_day);
            }
        }
        last.into_iter().filter(move |(_, last_day)| date <= *last_day).map(|(by, _)| by)
    }

    /// Who tells guardians of absence on the date; the attendance system, where nobody has chosen.
    pub fn attendance_sender_on(&self, date: NaiveDate) -> AttendanceSender {
        let mut holds = (NaiveDate::MIN, AttendanceSender::AttendanceSystem);
        for matter in &self.settled {
            if let SchoolMatter::AttendanceSenderChosen { sender, first_day } = matter
                && *first_day <= date
                && *first_day >= holds.0
            {
                holds = (*first_day, *sender);
            }
        }
        holds.1
    }

    /// The policy for the absence ladder that holds on the date: the one that began last.
    pub fn ladder_policy_on(&self, date: NaiveDate) -> Option<&SchoolMatter> {
        let first_day = |matter: &&SchoolMatter| {
            if let SchoolMatter::LadderPolicyAdopted { first_day, .. } = matter { Some(*first_day) } else { None }
        };
        let holds = |matter: &&SchoolMatter| first_day(matter).is_some_and(|first_day| first_day <= date);
        self.settled.iter().filter(holds).max_by_key(first_day)
    }

    /// The step of the ladder on which absence is looked into (utredning), by the policy that holds on the date.
    pub fn inquiry_on(&self, date: NaiveDate) -> StepNumber {
        let named = self.ladder_policy_on(date).and_then(|matter| {
            if let SchoolMatter::LadderPolicyAdopted { inquiry, .. } = matter { *inquiry } else { None }
        });
        named.unwrap_or(StepNumber::USUAL_INQUIRY)
    }

    /// Whose records legal holds (gallringsstopp) keep.
    pub fn held(&self) -> BTreeSet<Subject> {
        let mut held = BTreeSet::new();
        for matter in &self.settled {
            if let SchoolMatter::LegalHoldPlaced { subject, .. } = matter {
                held.insert(*subject);
            } else if let SchoolMatter::LegalHoldLifted { subject } = matter {
                held.remove(subject);
            }
        }
        held
    }

    /// For how many months a class of records is kept, by which item of the plan that holds on the date: of those that have
    /// begun, the one that began last. `None`: the plan says nothing, and nothing of the class is erased.
    pub fn retention_on(&self, of: RetentionClass, date: NaiveDate) -> Option<(u16, &Reference)> {
        let mut holds: Option<(NaiveDate, u16, &Reference)> = None;
        for matter in &self.settled {
            if let SchoolMatter::RetentionAdopted { class, months, plan_item, first_day } = matter
                && *class == of
                && *first_day <= date
                && holds.is_none_or(|(since, ..)| since <= *first_day)
            {
                holds = Some((*first_day, *months, plan_item));
            }
        }
        holds.map(|(_, months, plan_item)| (months, plan_item))
    }

    /// Terms whose figures have been published.
    pub fn published_terms(&self) -> impl Iterator<Item = Term> {
        self.settled
            .iter()
            .filter_map(|matter| if let SchoolMatter::FiguresPublished { term } = matter { Some(*term) } else { None })
    }

    /// Whether a term's figures have been published.
    pub fn published(&self, of: Term) -> bool {
        self.settled.iter().any(|matter| matches!(matter, SchoolMatter::FiguresPublished { term } if *term == of))
    }

    /// The mentoring model that holds on the date.
    pub fn model_on(&self, date: NaiveDate) -> Option<&MentoringModelChosen> {
        self.models.iter().filter(|chosen| chosen.from <= date).max_by_key(|chosen| chosen.from)
    }

    /// Whether mentors went to those in greatest need on some day of the term.
    pub fn targeted_in(&self, term: Term) -> bool {
        let targeted = |chosen: &MentoringModelChosen| chosen.model == MentoringModel::Targeted;
        self.model_on(term.first_day()).is_some_and(targeted)
            || self.models.iter().any(|chosen| Term::of(chosen.from) == term && targeted(chosen))
    }

    /// The highest number of a policy for the ladder.
    pub fn latest_ladder_policy(&self) -> Option<u16> {
        let number = |matter: &SchoolMatter| {
            if let SchoolMatter::LadderPolicyAdopted { number, .. } = matter { Some(*number) } else { None }
        };
        self.settled.iter().filter_map(number).max()
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
