//! The one place that asks what time it is (invariant 13 in `ARCHITECTURE.md`).

use std::time::Instant;

use casework::Clock;
use chrono::{DateTime, Utc};

/// The real clock. It cannot be set: only the demo has another, of its own (`demo::DemoClock`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProgramClock;

impl Clock for ProgramClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// How long something has taken so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    #[must_use]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    #[must_use]
    pub(crate) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// How long it is since the start.
    #[must_use]
    pub(crate) fn elapsed(&self) -> chrono::TimeDelta {
        chrono::TimeDelta::from_std(self.0.elapsed()).unwrap_or_default()
    }
}
