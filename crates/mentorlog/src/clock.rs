//! The one place that asks what time it is (invariant 13 in `ARCHITECTURE.md`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use casework::Clock;
use chrono::{DateTime, Utc};

/// The real clock, unless it has been set: the demo records two school years at the times when they were.
#[derive(Debug, Default)]
pub(crate) struct ProgramClock {
    /// Milliseconds since 1970; 0: the real time.
    set: AtomicI64,
}

impl ProgramClock {
    /// Stops the clock at a moment of the past.
    pub(crate) fn set(&self, moment: DateTime<Utc>) {
        self.set.store(moment.timestamp_millis(), Ordering::SeqCst);
    }

    /// Lets the clock show the real time again.
    pub(crate) fn release(&self) {
        self.set.store(0, Ordering::SeqCst);
    }
}

impl Clock for ProgramClock {
    fn now(&self) -> DateTime<Utc> {
        match self.set.load(Ordering::SeqCst) {
            0 => Utc::now(),
            set => DateTime::from_timestamp_millis(set).unwrap_or_else(Utc::now),
        }
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
}
