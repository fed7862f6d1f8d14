//! The demo's own clock. Its people live in the pilot's second school year, and so do their ages, terms and rights: by today's
//! clock they have all left school long ago. The clock stands while the demo is recorded, and then runs on from the last recorded
//! moment, as fast as any.
//!
//! Only the demo has it: it is made in this module alone, for a service that `mentorlog demo` starts, and what `mentorlog serve`
//! starts goes by the real clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use casework::Clock;
use chrono::{DateTime, Utc};
use storage::{EventLog, LogError, Position, TraceNumber};

use crate::clock::{ProgramClock, Stopwatch};

/// What time it is in the demo.
pub(crate) struct DemoClock(Mutex<Shows>);

#[derive(Clone, Copy)]
struct Shows {
    moment: DateTime<Utc>,
    /// Since when it runs; `None`: it stands.
    runs: Option<Stopwatch>,
}

impl DemoClock {
    /// A clock that stands at what was recorded last.
    pub(super) fn standing_at(moment: DateTime<Utc>) -> Self {
        Self(Mutex::new(Shows { moment, runs: None }))
    }

    /// Lets it stand at a moment, at which something is recorded.
    pub(super) fn set(&self, moment: DateTime<Utc>) {
        *self.shows() = Shows { moment, runs: None };
    }

    /// Lets it run on from a moment.
    pub(super) fn run_on(&self, moment: DateTime<Utc>) {
        *self.shows() = Shows { moment, runs: Some(Stopwatch::start()) };
    }

    fn shows(&self) -> MutexGuard<'_, Shows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for DemoClock {
    fn now(&self) -> DateTime<Utc> {
        let Shows { moment, runs } = *self.shows();
        moment + runs.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Whoever asks the demo names commands by a clock of today.
    fn elsewhere(&self) -> Option<DateTime<Utc>> {
        self.shows().runs.map(|_| ProgramClock.now())
    }
}

/// When the last event or trace was recorded; the beginning of time, when there is none.
pub(super) async fn last_recorded(log: &dyn EventLog) -> Result<DateTime<Utc>, LogError> {
    let head = log.head();
    let event = log.read_all(Position(head.position.0.saturating_sub(1)), 1).await?;
    let trace = log.read_traces(TraceNumber(head.traces.0.saturating_sub(1)), 1).await?;
    let micros = event.last().map(|event| event.recorded_micros).max(trace.last().map(|trace| trace.recorded_micros));
    Ok(micros.and_then(DateTime::from_timestamp_micros).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_while_something_is_recorded_and_then_runs_on_and_only_then_do_clients_live_elsewhere() {
        let moment: DateTime<Utc> = "2020-06-03T07:00:00Z".parse().expect("a moment");
        let clock = DemoClock::standing_at(DateTime::UNIX_EPOCH);
        clock.set(moment);
        assert_eq!((clock.now(), clock.now(), clock.elsewhere()), (moment, moment, None));
        clock.run_on(moment);
        let first = clock.now();
        assert!(moment <= first && first <= clock.now() && clock.now() - moment < chrono::TimeDelta::hours(1));
        assert!(clock.elsewhere().is_some_and(|now| now - moment > chrono::TimeDelta::days(365)));
    }
}
