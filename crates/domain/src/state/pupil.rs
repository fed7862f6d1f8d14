//! A pupil's case as decisions see it: what is so in it, what is open, and days that are registered.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::local_date;
use crate::event::pupil::PupilEvent;
use crate::event::{Event, EventKind};
use crate::id::SchoolId;
use crate::projection::AsOf;
use crate::recorded::{Body, Recorded};
use crate::state::facts::CaseFacts;
use crate::state::work::Opened;
use crate::state::{FoldError, next_version};

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

/// Days, each once: a bit each. There are some hundreds in a case, and many cases.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Days {
    /// How many times 64 days the first word begins after the first day of all.
    pub(crate) first: i32,
    /// Neither the first nor the last is 0.
    pub(crate) words: Vec<u64>,
}

/// Days in a word.
const WORD: i32 = 64;

impl Days {
    fn add(&mut self, day: NaiveDate) {
        let (word, bit) = place(day);
        if self.words.is_empty() {
            self.first = word;
        }
        while word < self.first {
            self.words.insert(0, 0);
            self.first -= 1;
        }
        let at = usize::try_from(word - self.first).unwrap_or(0);
        if at >= self.words.len() {
            self.words.reserve_exact(at + 1 - self.words.len());
            self.words.resize(at + 1, 0);
        }
        if let Some(bits) = self.words.get_mut(at) {
            *bits |= bit;
        }
    }

    /// Brings the latest near.
    pub(super) fn near(&self) -> usize {
        self.words.last().map_or(0, |bits| usize::from(*bits == 0))
    }

    /// Whether the day is among them.
    pub fn contains(&self, day: &NaiveDate) -> bool {
        let (word, bit) = place(*day);
        let at = usize::try_from(word.wrapping_sub(self.first)).ok();
        at.and_then(|at| self.words.get(at)).is_some_and(|bits| bits & bit != 0)
    }

    /// All of them, in order.
    pub fn all(&self) -> impl Iterator<Item = NaiveDate> {
        let words = (self.first..).zip(&self.words);
        let days = words
            .flat_map(|(word, bits)| (0..WORD).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| (word, bit)));
        days.filter_map(|(word, bit)| NaiveDate::from_num_days_from_ce_opt(word.checked_mul(WORD)?.checked_add(bit)?))
    }

    /// The latest of them.
    pub fn latest(&self) -> Option<NaiveDate> {
        let bits = self.words.last().filter(|bits| **bits != 0)?;
        let word = self.first.checked_add(i32::try_from(self.words.len()).ok()?)?.checked_sub(1)?;
        let day = word.checked_mul(WORD)?.checked_add(i32::try_from(bits.ilog2()).ok()?)?;
        NaiveDate::from_num_days_from_ce_opt(day)
    }
}

/// The word of a day, and its bit there.
fn place(day: NaiveDate) -> (i32, u64) {
    let day = day.num_days_from_ce();
    (day.div_euclid(WORD), 1 << day.rem_euclid(WORD))
}

/// A pupil's case. What is so in it stands in [`CaseFacts`], and is read as if it stood here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilCase {
    /// Version of the stream.
    pub version: u64,
    /// What is so.
    pub facts: Arc<CaseFacts>,
    /// Since when all of it has been so: nothing has changed it that happened, or was recorded, after this.
    pub since: AsOf,
    /// Days whose attendance the school has registered where the pupil goes, or went last.
    pub registered: Days,
    /// Days that schools before it have registered: each school's are its own.
    pub(crate) registered_elsewhere: Vec<(SchoolId, Days)>,
    /// What was opened in the case.
    pub opened: Arc<Opened>,
}

impl Deref for PupilCase {
    type Target = CaseFacts;

    fn deref(&self) -> &CaseFacts {
        &self.facts
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

    /// Whether the event can follow: what [`Self::apply`] refuses.
    pub(crate) fn allows(&self, recorded: &Recorded) -> Result<(), FoldError> {
        next_version(self.version(), recorded)?;
        match &recorded.body {
            Body::Known(Event::Pupil(event)) => self.case().map_or(Ok(()), |case| case.allows(event, recorded)),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => Err(not_of_a_pupil(recorded)),
            Body::Erased(_) => Ok(()),
        }
    }

    /// Whether something that is so in the case may be otherwise after an event that [`Self::allows`] allows.
    pub(crate) fn changes_with(&self, recorded: &Recorded) -> bool {
        match (self, &recorded.body) {
            (Self::Enrolled(_) | Self::Left(_), Body::Known(Event::Pupil(event))) => event.changes_facts(),
            (Self::Enrolled(_), Body::Erased(kind)) => *kind == EventKind::PupilLeft,
            (Self::Left(_) | Self::Erased { .. }, Body::Erased(_)) => false,
            (Self::Erased { .. }, Body::Known(_))
            | (
                Self::Enrolled(_) | Self::Left(_),
                Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)),
            ) => true,
        }
    }

    /// What a pupil is of whom nothing has been recorded before the event.
    pub(crate) fn first(recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(0, recorded)?;
        match &recorded.body {
            Body::Known(Event::Pupil(event)) => Self::begin(false, version, event, recorded),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => Err(not_of_a_pupil(recorded)),
            Body::Erased(_) => Ok(Self::Erased { version }),
        }
    }

    /// Takes the next event in, where the case stands. On an error nothing has changed.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), FoldError> {
        self.allows(recorded)?;
        let version = recorded.version;
        match (self.case_mut(), &recorded.body) {
            (Some(case), Body::Known(Event::Pupil(event))) => {
                case.take_in(version, event, recorded);
                // Otherwise the facts are not so much as looked at: they lie elsewhere in memory, and most events change nothing in
                // them.
                if event.changes_facts() {
                    let left = case.latest.left.is_some();
                    self.is_now(left);
                }
            }
            (Some(case), Body::Erased(kind)) => {
                case.version = version;
                if *kind == EventKind::PupilLeft {
                    let day = local_date(recorded.recorded);
                    case.since = case.since.and(AsOf { day, known: recorded.position });
                    if matches!(self, Self::Enrolled(_)) {
                        self.left(day);
                    }
                }
            }
            (None, Body::Known(Event::Pupil(event))) => *self = Self::begin(true, version, event, recorded)?,
            (None, Body::Erased(_)) => *self = Self::Erased { version },
            (_, Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_))) => {
                return Err(not_of_a_pupil(recorded));
            }
        }
        Ok(())
    }

    const fn case_mut(&mut self) -> Option<&mut PupilCase> {
        match self {
            Self::Enrolled(case) | Self::Left(case) => Some(case),
            Self::Erased { .. } => None,
        }
    }

    /// That a pupil left is known from the kind alone; the day is then taken to be that on which it was recorded.
    fn left(&mut self, day: NaiveDate) {
        if let Some(case) = self.case_mut() {
            Arc::make_mut(&mut case.facts).left(day);
        }
        self.is_now(true);
    }

    /// Moves the case over to the phase that it is in.
    fn is_now(&mut self, left: bool) {
        if left == matches!(self, Self::Left(_)) {
            return;
        }
        match std::mem::replace(self, Self::Erased { version: 0 }) {
            Self::Enrolled(case) | Self::Left(case) if left => *self = Self::Left(case),
            Self::Enrolled(case) | Self::Left(case) => *self = Self::Enrolled(case),
            erased @ Self::Erased { .. } => *self = erased,
        }
    }

    /// A stream begins with an enrolment, also after everything before has been erased.
    fn begin(erased: bool, version: u64, event: &PupilEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        match event {
            PupilEvent::Enrolled(enrolled) => Ok(Self::Enrolled(PupilCase {
                version,
                facts: Arc::new(CaseFacts::begin(enrolled, recorded.position)),
                since: since(event, recorded),
                registered: Days::default(),
                registered_elsewhere: Vec::new(),
                opened: Arc::default(),
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
            | PupilEvent::EntryCorrected(_)
            | PupilEvent::NameCorrected(_)
            | PupilEvent::DaysCorrected(_)
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
    fn allows(&self, event: &PupilEvent, recorded: &Recorded) -> Result<(), FoldError> {
        let twice = matches!(event, PupilEvent::Enrolled(_)) && self.latest.left.is_none();
        if twice { Err(FoldError::new(recorded, "the pupil is enrolled already")) } else { Ok(()) }
    }

    fn take_in(&mut self, version: u64, event: &PupilEvent, recorded: &Recorded) {
        self.version = version;
        let before = self.latest.school;
        if event.changes_facts() {
            let on = local_date(recorded.happened());
            Arc::make_mut(&mut self.facts).change(event, (recorded.position, on));
            self.since = self.since.and(since(event, recorded));
        }
        match event {
            PupilEvent::Worked(work) => Arc::make_mut(&mut self.opened).take_in(recorded, work),
            PupilEvent::EntryCorrected(corrected) => Arc::make_mut(&mut self.opened).undo(corrected),
            PupilEvent::AttendanceRegistered(attendance) => {
                attendance.days.iter().for_each(|day| self.registered.add(day.date()));
            }
            PupilEvent::Enrolled(_) | PupilEvent::DaysCorrected(_) => self.goes_from(before),
            PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::NameCorrected(_) => {}
        }
    }

    /// What was registered at the school that was left stays there, and what this one had registered before is its own again.
    fn goes_from(&mut self, before: SchoolId) {
        let to = self.latest.school;
        if to == before {
            return;
        }
        let own = self.registered_elsewhere.iter().position(|(school, _)| *school == to);
        let own = own.map(|at| self.registered_elsewhere.swap_remove(at).1).unwrap_or_default();
        self.registered_elsewhere.push((before, std::mem::replace(&mut self.registered, own)));
    }
}

/// Since when that is so which an event changes.
fn since(event: &PupilEvent, recorded: &Recorded) -> AsOf {
    AsOf { day: event.settled_on(local_date(recorded.happened())), known: recorded.position }
}

fn not_of_a_pupil(recorded: &Recorded) -> FoldError {
    FoldError::new(recorded, "not an event of a pupil")
}
