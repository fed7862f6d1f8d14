//! A staff member as decisions see them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::actor::{Grant, Role};
use crate::calendar::{IsoWeek, Term, local_date};
use crate::event::staff::WorkingTimeSet;
use crate::event::{Event, StaffEvent, StaffMatter};
use crate::id::{SchoolId, StaffId};
use crate::personal::Personal;
use crate::projection::AsOf;
use crate::recorded::{Body, Recorded};
use crate::state::{FoldError, next_version};
use crate::words::{ClassName, Name, PostShare};

/// A staff member's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Staff {
    /// Employed.
    Joined(StaffMember),
    /// Who it was is erased.
    Erased {
        /// Version of the stream.
        version: u64,
    },
}

/// A person employed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffMember {
    /// Version of the stream.
    pub version: u64,
    /// The person's name.
    pub name: Personal<Name>,
    /// Roles, in the order granted.
    pub grants: Vec<Grant>,
    /// How the roles came and went, in the order recorded.
    pub roles: Vec<RoleChange>,
    /// Working times, each with the position at which it was recorded.
    pub working_times: Vec<(u64, WorkingTimeSet)>,
    /// What was arranged, each with the position at which it was recorded.
    pub arranged: Vec<(u64, StaffMatter)>,
    /// Weeks whose whole time is sampled, in the order in which they were begun.
    pub sampled: Vec<IsoWeek>,
}

/// A role was granted or withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoleChange {
    /// Position at which it was recorded.
    pub position: u64,
    /// The day on which it happened.
    pub on: NaiveDate,
    /// The role, and where.
    pub grant: Grant,
    /// Granted; otherwise withdrawn.
    pub granted: bool,
}

impl Staff {
    /// Version of the stream.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Joined(member) => member.version,
            Self::Erased { version } => *version,
        }
    }

    /// The person, while employed.
    pub const fn member(&self) -> Option<&StaffMember> {
        match self {
            Self::Joined(member) => Some(member),
            Self::Erased { .. } => None,
        }
    }

    /// What the staff member is after the event.
    pub fn apply(before: Option<Self>, recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(before.as_ref().map_or(0, Self::version), recorded)?;
        let event = match &recorded.body {
            Body::Known(Event::Staff(event)) => event,
            Body::Known(Event::School(_) | Event::Pupil(_) | Event::Guardian(_)) => {
                return Err(FoldError::new(recorded, "not an event of a staff member"));
            }
            Body::Erased(_) => {
                return Ok(match before {
                    Some(Self::Joined(member)) => Self::Joined(StaffMember { version, ..member }),
                    Some(Self::Erased { .. }) | None => Self::Erased { version },
                });
            }
        };
        match (before, event) {
            (None, StaffEvent::Joined(joined)) => Ok(Self::Joined(StaffMember {
                version,
                name: joined.name.clone(),
                grants: Vec::new(),
                roles: Vec::new(),
                working_times: Vec::new(),
                arranged: Vec::new(),
                sampled: Vec::new(),
            })),
            (
                None,
                StaffEvent::RoleGranted(_)
                | StaffEvent::WorkingTimeSet(_)
                | StaffEvent::TimeLogged(_)
                | StaffEvent::TaskTakenOver(_)
                | StaffEvent::RoleWithdrawn(_)
                | StaffEvent::Arranged(_),
            ) => Err(FoldError::new(recorded, "the person has not joined")),
            (Some(Self::Joined(member)), event) => member.then(version, event, recorded).map(Self::Joined),
            (
                Some(Self::Erased { .. }),
                StaffEvent::Joined(_)
                | StaffEvent::RoleGranted(_)
                | StaffEvent::WorkingTimeSet(_)
                | StaffEvent::TimeLogged(_)
                | StaffEvent::TaskTakenOver(_)
                | StaffEvent::RoleWithdrawn(_)
                | StaffEvent::Arranged(_),
            ) => Ok(Self::Erased { version }),
        }
    }
}

impl RoleChange {
    fn of(recorded: &Recorded, grant: Grant, granted: bool) -> Self {
        let on = local_date(recorded.happened());
        Self { position: recorded.position, on, grant, granted }
    }
}

impl StaffMember {
    fn then(mut self, version: u64, event: &StaffEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        self.version = version;
        match event {
            StaffEvent::Joined(_) => return Err(FoldError::new(recorded, "the person has joined already")),
            StaffEvent::RoleGranted(granted) => {
                self.roles.push(RoleChange::of(recorded, granted.grant, true));
                self.grants.push(granted.grant);
            }
            StaffEvent::WorkingTimeSet(set) => self.working_times.push((recorded.position, *set)),
            StaffEvent::RoleWithdrawn(withdrawn) => {
                self.roles.push(RoleChange::of(recorded, withdrawn.grant, false));
                self.grants.retain(|grant| *grant != withdrawn.grant);
            }
            // What was held with a group is counted elsewhere: nothing follows from it.
            StaffEvent::Arranged(StaffMatter::GroupActivityHeld { .. }) | StaffEvent::TaskTakenOver(_) => {}
            StaffEvent::TimeLogged(time) => {
                let week = IsoWeek::of(time.on);
                if time.sampled && !self.sampled.contains(&week) {
                    self.sampled.push(week);
                }
            }
            StaffEvent::Arranged(matter) => self.arranged.push((recorded.position, matter.clone())),
        }
        Ok(self)
    }

    /// The working time that holds on the date, as known at a position.
    pub fn working_time(&self, date: NaiveDate, position: u64) -> Option<&WorkingTimeSet> {
        let known = self.working_times.iter().filter(|(at, set)| *at <= position && set.from <= date);
        known.max_by_key(|(_, set)| set.from).map(|(_, set)| set)
    }

    /// Whether a role that the person had at the school had been withdrawn by then. Not when it had not been granted yet: that
    /// somebody works here can be put on record late.
    pub fn lost(&self, role: Role, school: SchoolId, at: AsOf) -> bool {
        let here =
            |change: &&RoleChange| change.grant.role == role && change.grant.school.is_none_or(|at| at == school);
        let by_then = |change: &&RoleChange| change.position <= at.known && change.on <= at.day;
        let mut held = BTreeSet::new();
        let mut withdrawn = false;
        for change in self.roles.iter().filter(here).filter(by_then) {
            withdrawn |= !change.granted;
            if change.granted {
                held.insert(change.grant);
            } else {
                held.remove(&change.grant);
            }
        }
        withdrawn && held.is_empty()
    }

    /// What the person held on some day between two, both included: the day on which it was withdrawn is the last.
    pub fn held_between(&self, (first, last): (NaiveDate, NaiveDate)) -> impl Iterator<Item = Grant> {
        self.roles.iter().enumerate().filter(move |(_, change)| change.granted && change.on <= last).filter_map(
            move |(at, granted)| {
                let ends = |change: &&RoleChange| !change.granted && change.grant == granted.grant;
                let end = self.roles.iter().skip(at).find(ends);
                end.is_none_or(|end| first <= end.on).then_some(granted.grant)
            },
        )
    }

    /// The schools where the person was a mentor on some of these days, as known at a position: neither those where they were one no
    /// longer, nor those where they became one afterwards. That somebody works somewhere can be put on record late: where nothing
    /// was on record by then, what came next says it.
    pub fn mentor_at(&self, (first, last): (NaiveDate, NaiveDate), known: u64) -> BTreeSet<SchoolId> {
        let was_known = |change: &&RoleChange| change.position <= known && change.grant.role == Role::Mentor;
        let granted = self.roles.iter().enumerate().filter(|(_, change)| change.granted && was_known(change));
        let lasted = granted.filter(|(at, granted)| {
            let ends = |change: &&RoleChange| !change.granted && change.grant == granted.grant;
            self.roles.iter().skip(*at).filter(was_known).find(ends).is_none_or(|end| first <= end.on)
        });
        let lasted: Vec<_> = lasted.filter_map(|(_, change)| Some((change.on, change.grant.school?))).collect();
        let begun: BTreeSet<_> = lasted.iter().filter(|(on, _)| *on <= last).map(|(_, school)| *school).collect();
        if begun.is_empty() { lasted.into_iter().map(|(_, school)| school).collect() } else { begun }
    }

    /// How many weeks of the term are sampled.
    pub fn sampled_in(&self, term: Term) -> usize {
        self.sampled.iter().filter(|week| week.term() == term).count()
    }

    fn arranged(&self, known: u64) -> impl DoubleEndedIterator<Item = &StaffMatter> {
        self.arranged.iter().filter(move |(at, _)| *at <= known).map(|(_, matter)| matter)
    }

    /// Whether the person is away on the date, as known at a position.
    pub fn away_on(&self, date: NaiveDate, known: u64) -> bool {
        let mut away = false;
        for matter in self.arranged(known) {
            if let StaffMatter::StaffAway { first_day, last_day } = matter {
                away |= (*first_day..=*last_day).contains(&date);
            } else if let StaffMatter::StaffBack { on } = matter {
                away &= date < *on;
            }
        }
        away
    }

    /// Who has the person's pupils on the date when the person is away, each with the school whose pupils those are, as known at a
    /// position; the one named last first.
    pub fn standing_deputies_on(
        &self,
        date: NaiveDate,
        known: u64,
    ) -> impl Iterator<Item = (StaffId, Option<SchoolId>)> {
        let was_known = self.arranged.iter().rev().filter(move |(at, _)| *at <= known);
        was_known.filter_map(move |(at, matter)| match matter {
            StaffMatter::StandingDeputyNamed { deputy, school, first_day, last_day } => {
                let holds = (*first_day..=*last_day).contains(&date);
                holds.then(|| (*deputy, school.or_else(|| self.only_school_at(*at))))
            }
            StaffMatter::StaffAway { .. }
            | StaffMatter::StaffBack { .. }
            | StaffMatter::ShareAgreed { .. }
            | StaffMatter::ClassGiven { .. }
            | StaffMatter::GroupActivityHeld { .. } => None,
        })
    }

    /// The school where the person was a mentor at a position, when it was one.
    fn only_school_at(&self, position: u64) -> Option<SchoolId> {
        let mut held = BTreeSet::new();
        let by_then = |change: &&RoleChange| change.position <= position && change.grant.role == Role::Mentor;
        for change in self.roles.iter().filter(by_then) {
            if change.granted {
                held.insert(change.grant.school);
            } else {
                held.remove(&change.grant.school);
            }
        }
        held.pop_first().filter(|_| held.is_empty()).flatten()
    }

    /// Who has the person's pupils at a school on the date when the person is away, as known at a position: the one named last for
    /// that school.
    pub fn standing_deputy_on(&self, date: NaiveDate, at: SchoolId, known: u64) -> Option<StaffId> {
        let mut named = self.standing_deputies_on(date, known);
        named.find(|(_, school)| *school == Some(at)).map(|(deputy, _)| deputy)
    }

    /// Who has the person's pupils at a school on the date, since the person is away.
    pub fn deputy_on(&self, date: NaiveDate, at: SchoolId, known: u64) -> Option<StaffId> {
        self.standing_deputy_on(date, at, known).filter(|_| self.away_on(date, known))
    }

    /// The shares of the person's post that principals have on the date, as known at a position; the latest of each.
    pub fn shares_on(&self, date: NaiveDate, known: u64) -> impl Iterator<Item = (StaffId, PostShare)> {
        let mut shares = BTreeMap::new();
        for matter in self.arranged(known) {
            if let StaffMatter::ShareAgreed { principal, share, first_day } = matter
                && *first_day <= date
            {
                shares.insert(*principal, *share);
            }
        }
        shares.into_iter()
    }

    /// Whether the person has the class on the date, as its mentor or teacher: of what was given from a day on or before it, the last
    /// word counts, so that a class can be taken back by giving it for fewer days.
    pub fn has_class(&self, at: SchoolId, asked: &ClassName, date: NaiveDate) -> bool {
        let given = self.arranged.iter().rev().find_map(|(_, matter)| {
            if let StaffMatter::ClassGiven { school, class, first_day, last_day } = matter {
                (*school == at && class == asked && *first_day <= date).then_some(*last_day)
            } else {
                None
            }
        });
        given.is_some_and(|last_day| date <= last_day)
    }

    /// Whether the person holds the role anywhere.
    pub fn holds_somewhere(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}
