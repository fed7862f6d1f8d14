//! The folds that questions are answered from. Each can be deleted and comes back the same from the log (invariant 1).

pub mod absence;
pub mod as_of;
pub mod caseload;
pub(crate) mod change;
pub mod corrected;
pub mod percent;
mod publication;
pub(crate) mod rows;
pub mod timeline;
pub mod workload;

pub use as_of::{AsOf, Uncovered};

use crate::event::Event;
use crate::recorded::{Body, Recorded, StreamRef};
use crate::state::{AT_ONCE, FoldError, Gathers, World};

/// Everything that is known at one position of the log. Cheap to clone: clones share what has not changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Projections {
    /// Position of the last event taken in; 0 before the first.
    pub position: u64,
    /// What decisions need to know.
    pub world: World,
    /// What happened in each pupil's case.
    pub timeline: timeline::Timeline,
    /// Who has which pupil.
    pub caseload: caseload::Caseload,
    /// Absence.
    pub absence: absence::Absence,
    /// What mentors' days hold.
    pub workload: workload::Workload,
    /// How it came to be known.
    pub past: as_of::Past,
}

impl Projections {
    /// A long part of the log follows, and nobody asks anything or takes a clone before [`Self::settle`]: what is only asked for, and
    /// can be added up at once, is left until then, and what is known is changed where it stands, without a thought for clones.
    pub fn hold(&mut self) {
        self.absence.hold();
        self.each_kept().for_each(Gathers::gather);
    }

    /// Adds up what [`Self::hold`] left, and makes clones cheap again.
    pub fn settle(&mut self) {
        self.absence.share_out(&self.world);
        self.absence.settle();
        self.each_kept().for_each(Gathers::settle);
    }

    /// Every map that grows with the log.
    fn each_kept(&mut self) -> impl Iterator<Item = &mut dyn Gathers> {
        let Self { position: _, world, timeline, caseload, absence, workload, past } = self;
        let of_cases = timeline.each_kept().into_iter().chain(caseload.each_kept()).chain(absence.each_kept());
        world.each_kept().into_iter().chain(of_cases).chain(workload.each_kept()).chain(past.each_kept())
    }

    /// Takes the next events in, up to one that is wrong.
    pub fn apply_all(&mut self, recorded: &[Recorded]) -> Result<(), FoldError> {
        for some in recorded.chunks(AT_ONCE) {
            std::hint::black_box(self.look_up(some));
            some.iter().try_for_each(|one| self.apply(one))?;
        }
        Ok(())
    }

    /// Looks up what events change, and changes nothing. Most events of a long log are about another pupil than the one before,
    /// whose state lies anywhere in memory: looked up one after another without waiting, they are brought near together.
    fn look_up(&self, recorded: &[Recorded]) -> usize {
        let mut pupils = Vec::with_capacity(recorded.len());
        pupils.extend(recorded.iter().filter_map(|one| one.stream.pupil()));
        pupils.dedup();
        let events = recorded.iter().filter_map(|one| Some((one.stream.pupil()?, one.body.of_pupil()?)));
        self.world.near(&pupils)
            + self.timeline.near(&pupils)
            + self.absence.near(&pupils)
            + self.caseload.near(events.clone().map(|(_, event)| event))
            + self.workload.near(events)
    }

    /// Takes the next event in. On an error nothing has changed.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<(), FoldError> {
        if recorded.position <= self.position {
            return Err(FoldError::new(recorded, "it does not come after the event before"));
        }
        match recorded.stream {
            StreamRef::School(id) => {
                self.world.apply(recorded)?;
                if let Body::Known(Event::School(event)) = &recorded.body {
                    self.absence.apply_school(id, event);
                }
            }
            StreamRef::Staff(_) | StreamRef::Guardian(_) => {
                self.world.apply(recorded)?;
            }
            StreamRef::Pupil(id) => {
                let changed = self.world.apply(recorded)?;
                self.timeline.apply(id, changed.as_ref(), recorded);
                self.caseload.apply(id, changed.as_ref(), recorded);
                self.absence.apply(id, changed.as_ref(), recorded, &self.world);
            }
        }
        self.workload.apply(recorded);
        self.past.apply(recorded);
        self.position = recorded.position;
        Ok(())
    }
}
