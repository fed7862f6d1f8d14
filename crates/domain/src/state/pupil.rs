//! A pupil's case as decisions see it: enrolments, placements, guardians, assignments, and days that are registered.

use chrono::NaiveDate;

use crate::attendance::DayAttendance;
use crate::calendar::local_date;
use crate::event::pupil::{AssignmentKind, Guardianship, LeavingReason, Placement, PupilEvent};
use crate::event::{Event, EventKind};
use crate::id::{AssignmentId, EnrolmentId, GuardianId, SchoolId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::recorded::{Body, Recorded};
use crate::state::work::Opened;
use crate::state::{FoldError, next_version};
use crate::words::Name;

/// A pupil's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pupil {
    /// Enrolled, perhaps from a day ahead.
    Enrolled(PupilCase),
    /// Has left; the case remains.
    Left(PupilCase),
    /// Who it was is erased.
    Erased {
        /// Version of the stream.
        version: u64,
    },
}

/// A pupil's case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilCase {
    /// Version of the stream.
    pub version: u64,
    /// The pupil's name.
    pub name: Erasable<Personal<Name>>,
    /// The latest enrolment.
    pub latest: Enrolment,
    /// Those before it, oldest first.
    pub earlier: Vec<Enrolment>,
    /// Guardians linked, in the order linked.
    pub guardians: Vec<LinkedGuardian>,
    /// Mentors' assignments, in the order assigned.
    pub assignments: Vec<Assignment>,
    /// Who stands in, or stood in, in the order begun.
    pub covers: Vec<Cover>,
    /// What was opened in the case.
    pub opened: Opened,
}

/// One enrolment at a school unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Which.
    pub id: EnrolmentId,
    /// The unit.
    pub school: SchoolId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, and why; `None` while it lasts.
    pub left: Option<(NaiveDate, LeavingReason)>,
    /// Placements with their first days, in date order.
    pub placements: Vec<(NaiveDate, Placement)>,
    /// Days whose attendance is registered.
    pub registered: imbl::OrdSet<NaiveDate>,
}

/// A guardian linked to the pupil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkedGuardian {
    /// Who.
    pub guardian: GuardianId,
    /// What they are to the pupil.
    pub guardianship: Guardianship,
}

/// A mentor's assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// Which.
    pub id: AssignmentId,
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Who.
    pub mentor: StaffId,
    /// Which kind.
    pub kind: AssignmentKind,
    /// For which principal.
    pub principal: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included; `None` while it lasts. Before the first day when it never took effect.
    pub until: Option<NaiveDate>,
}

/// Somebody stands in for a mentor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cover {
    /// The assignment that is covered.
    pub assignment: AssignmentId,
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Who stands in.
    pub deputy: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included. Before the first day when it never took effect.
    pub until: NaiveDate,
}

impl Assignment {
    /// Whether it holds on the date.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }

    /// Whether it has a day in common with an assignment that starts on the date and has no end.
    pub fn reaches(&self, date: NaiveDate) -> bool {
        self.until.is_none_or(|until| date <= until && self.from <= until)
    }
}

impl Enrolment {
    /// Last day, included, when it is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.left.map(|(last_day, _)| last_day)
    }

    /// Whether the date lies within.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && self.last_day().is_none_or(|last| date <= last)
    }

    /// The placement on the date, within the enrolment.
    pub fn placement_on(&self, date: NaiveDate) -> Option<&Placement> {
        if !self.covers(date) {
            return None;
        }
        self.placements.iter().rev().find(|(from, _)| *from <= date).map(|(_, placement)| placement)
    }

    /// Places the pupil from a day on. The same day again: the later word counts.
    fn place(&mut self, from: NaiveDate, placement: &Placement) {
        self.placements.retain(|(known, _)| *known != from);
        let at = self.placements.partition_point(|(known, _)| *known < from);
        self.placements.insert(at, (from, placement.clone()));
    }
}

impl Pupil {
    /// Version of the stream.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Enrolled(case) | Self::Left(case) => case.version,
            Self::Erased { version } => *version,
        }
    }

    /// The case, unless erased.
    pub const fn case(&self) -> Option<&PupilCase> {
        match self {
            Self::Enrolled(case) | Self::Left(case) => Some(case),
            Self::Erased { .. } => None,
        }
    }

    /// What the pupil is after the event.
    pub fn apply(before: Option<Self>, recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(before.as_ref().map_or(0, Self::version), recorded)?;
        let event = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => {
                return Err(FoldError::new(recorded, "not an event of a pupil"));
            }
            Body::Erased(kind) => return Ok(Self::erased(before, version, *kind, recorded)),
        };
        match before {
            None | Some(Self::Erased { .. }) => Self::begin(before.is_some(), version, event, recorded),
            Some(Self::Enrolled(case) | Self::Left(case)) => {
                let case = case.then(version, event, recorded)?;
                Ok(if case.latest.left.is_some() { Self::Left(case) } else { Self::Enrolled(case) })
            }
        }
    }

    /// That a pupil left is known from the kind alone; the day is then taken to be that on which it was recorded.
    fn erased(before: Option<Self>, version: u64, kind: EventKind, recorded: &Recorded) -> Self {
        match before {
            Some(Self::Enrolled(mut case)) => {
                case.version = version;
                if kind == EventKind::PupilLeft {
                    case.latest.left = Some((local_date(recorded.recorded), LeavingReason::Other));
                    return Self::Left(case);
                }
                Self::Enrolled(case)
            }
            Some(Self::Left(case)) => Self::Left(PupilCase { version, ..case }),
            Some(Self::Erased { .. }) | None => Self::Erased { version },
        }
    }

    /// A stream begins with an enrolment, also after everything before has been erased.
    fn begin(erased: bool, version: u64, event: &PupilEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        match event {
            PupilEvent::Enrolled(enrolled) => Ok(Self::Enrolled(PupilCase {
                version,
                name: enrolled.name.clone(),
                latest: Enrolment {
                    id: enrolled.enrolment,
                    school: enrolled.school,
                    from: enrolled.from,
                    left: None,
                    placements: vec![(enrolled.from, enrolled.placement.clone())],
                    registered: imbl::OrdSet::new(),
                },
                earlier: Vec::new(),
                guardians: Vec::new(),
                assignments: Vec::new(),
                covers: Vec::new(),
                opened: Opened::default(),
            })),
            PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::Worked(_) => {
                if erased {
                    Ok(Self::Erased { version })
                } else {
                    Err(FoldError::new(recorded, "the pupil is not enrolled"))
                }
            }
        }
    }
}

impl PupilCase {
    /// The enrolment that covers the date.
    pub fn enrolment_on(&self, date: NaiveDate) -> Option<&Enrolment> {
        self.enrolments().find(|enrolment| enrolment.covers(date))
    }

    /// Every enrolment, the latest first.
    pub fn enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        std::iter::once(&self.latest).chain(self.earlier.iter().rev())
    }

    /// School and placement on the date.
    pub fn placement_on(&self, date: NaiveDate) -> Option<(SchoolId, &Placement)> {
        let enrolment = self.enrolment_on(date)?;
        enrolment.placement_on(date).map(|placement| (enrolment.school, placement))
    }

    /// Assignments that hold on the date.
    pub fn assignments_on(&self, date: NaiveDate) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(move |assignment| assignment.covers(date))
    }

    /// Who stands in on the date.
    pub fn covers_on(&self, date: NaiveDate) -> impl Iterator<Item = &Cover> {
        self.covers.iter().filter(move |cover| cover.from <= date && date <= cover.until)
    }

    /// Whether the guardian is linked.
    pub fn has_guardian(&self, guardian: GuardianId) -> bool {
        self.guardians.iter().any(|linked| linked.guardian == guardian)
    }

    fn then(mut self, version: u64, event: &PupilEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        self.version = version;
        match event {
            PupilEvent::Enrolled(enrolled) => {
                if self.latest.left.is_none() {
                    return Err(FoldError::new(recorded, "the pupil is enrolled already"));
                }
                self.name = enrolled.name.clone();
                let next = Enrolment {
                    id: enrolled.enrolment,
                    school: enrolled.school,
                    from: enrolled.from,
                    left: None,
                    placements: vec![(enrolled.from, enrolled.placement.clone())],
                    registered: imbl::OrdSet::new(),
                };
                self.earlier.push(std::mem::replace(&mut self.latest, next));
            }
            PupilEvent::MovedClass(moved) => {
                if let Some(enrolment) = self.enrolment_mut(moved.enrolment) {
                    enrolment.place(moved.from, &moved.placement);
                }
            }
            PupilEvent::Left(left) => {
                if let Some(enrolment) = self.enrolment_mut(left.enrolment) {
                    enrolment.left = Some((left.last_day, left.reason));
                }
            }
            PupilEvent::GuardianLinked(linked) => {
                self.guardians.push(LinkedGuardian { guardian: linked.guardian, guardianship: linked.guardianship });
            }
            PupilEvent::MentorAssigned(assigned) => self.assignments.push(Assignment {
                id: assigned.assignment,
                enrolment: assigned.enrolment,
                mentor: assigned.mentor,
                kind: assigned.kind,
                principal: assigned.principal,
                from: assigned.from,
                until: None,
            }),
            PupilEvent::AssignmentEnded(ended) => {
                // Its beginning may have been erased; then there is nothing to end.
                if let Some(assignment) = self.assignments.iter_mut().find(|one| one.id == ended.assignment) {
                    assignment.until = Some(ended.last_day);
                }
                // Nobody stands in for a mentor who no longer has the pupil.
                let outlasts =
                    |cover: &&mut Cover| cover.assignment == ended.assignment && cover.until > ended.last_day;
                self.covers.iter_mut().filter(outlasts).for_each(|cover| cover.until = ended.last_day);
            }
            PupilEvent::CoverStarted(started) => self.covers.push(Cover {
                assignment: started.assignment,
                enrolment: started.enrolment,
                deputy: started.deputy,
                from: started.from,
                until: started.until,
            }),
            PupilEvent::CoverEnded(ended) => {
                let ends = |cover: &&mut Cover| {
                    cover.assignment == ended.assignment && cover.deputy == ended.deputy && cover.until > ended.last_day
                };
                self.covers.iter_mut().filter(ends).for_each(|cover| cover.until = ended.last_day);
            }
            PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::AttendanceCorrected(_) => {}
            PupilEvent::Worked(work) => self.opened.take_in(recorded.id, work),
            PupilEvent::AttendanceRegistered(attendance) => {
                if let Some(enrolment) = self.enrolment_mut(attendance.enrolment) {
                    enrolment.registered.extend(attendance.days.iter().map(DayAttendance::date));
                }
            }
        }
        Ok(self)
    }

    /// The enrolment; `None` when its beginning has been erased.
    fn enrolment_mut(&mut self, id: EnrolmentId) -> Option<&mut Enrolment> {
        std::iter::once(&mut self.latest).chain(self.earlier.iter_mut()).find(|enrolment| enrolment.id == id)
    }
}
