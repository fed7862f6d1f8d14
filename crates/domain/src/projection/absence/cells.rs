//! One pupil's attendance on one day, with what it was before it was corrected.

use crate::attendance::DayMinutes;

/// A day as known now and as known before, each with the position at which it was recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    recorded: u64,
    minutes: DayMinutes,
    earlier: Vec<(u64, DayMinutes)>,
}

impl Cell {
    pub(super) const fn new(recorded: u64, minutes: DayMinutes, earlier: Vec<(u64, DayMinutes)>) -> Self {
        Self { recorded, minutes, earlier }
    }

    /// The figures as known now.
    pub const fn minutes(&self) -> DayMinutes {
        self.minutes
    }

    /// The figures as known at a position; `None`: not yet registered then.
    pub fn minutes_as_of(&self, position: u64) -> Option<DayMinutes> {
        if self.recorded <= position {
            return Some(self.minutes);
        }
        self.earlier.iter().rev().find(|(recorded, _)| *recorded <= position).map(|(_, minutes)| *minutes)
    }

    /// The position at which absence that had not been announced was first known of the day; `None`: there is none on record.
    pub fn unnotified_since(&self) -> Option<u64> {
        let earlier = self.earlier.iter().copied();
        let mut ever = earlier.chain([(self.recorded, self.minutes)]).filter(|(_, minutes)| minutes.unnotified.0 > 0);
        ever.next().map(|(recorded, _)| recorded)
    }

    /// How many times the day has been corrected.
    pub const fn corrections(&self) -> usize {
        self.earlier.len()
    }
}
