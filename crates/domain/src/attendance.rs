//! One pupil's attendance (närvaro) on one day, with the words that must not be mixed.

use chrono::NaiveDate;

use crate::words::{Invalid, Minutes};

/// One day of one pupil, in minutes of offered (scheduled and not cancelled) lesson time.
///
/// - *notified / unnotified* absence (anmäld / ej anmäld frånvaro): was it announced? Their sum is the total absence.
/// - *valid / invalid* (giltig / ogiltig): the school's own decision; what is not yet decided is neither.
/// - *unregistered* lessons: attendance was not taken at all; neither presence nor absence.
///
/// The fields are private because they only make sense together: see [`DayAttendance::try_new`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DayAttendance {
    date: NaiveDate,
    minutes: DayMinutes,
}

/// The figures of one day, as given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct DayMinutes {
    /// Scheduled and not cancelled (erbjuden tid).
    pub offered: Minutes,
    /// Absent, announced (anmäld frånvaro).
    pub notified: Minutes,
    /// Absent, not announced (ej anmäld frånvaro).
    pub unnotified: Minutes,
    /// Absence that the school has found valid (giltig).
    pub valid: Minutes,
    /// Absence that the school has found invalid (ogiltig).
    pub invalid: Minutes,
    /// Offered minutes in which attendance was not taken.
    pub unregistered: Minutes,
    /// Lessons offered.
    pub lessons: u16,
    /// Lessons in which attendance was not taken.
    pub unregistered_lessons: u16,
}

/// Minutes in a day: more cannot be offered.
const DAY: u32 = 24 * 60;

impl DayAttendance {
    /// Accepts figures that can be true together.
    pub fn try_new(date: NaiveDate, minutes: DayMinutes) -> Result<Self, Invalid> {
        let wrong = |why| Err(Invalid { what: "attendance", why });
        let m = |minutes: Minutes| u32::from(minutes.0);
        let absent = m(minutes.notified) + m(minutes.unnotified);
        if m(minutes.offered) > DAY {
            return wrong("more minutes than a day has");
        }
        if absent + m(minutes.unregistered) > m(minutes.offered) {
            return wrong("absent and unregistered minutes are more than were offered");
        }
        if m(minutes.valid) + m(minutes.invalid) > absent {
            return wrong("valid and invalid minutes are more than the absence");
        }
        if minutes.unregistered_lessons > minutes.lessons {
            return wrong("more unregistered lessons than lessons");
        }
        if (minutes.unregistered_lessons == 0) != (minutes.unregistered.0 == 0) {
            return wrong("unregistered lessons and unregistered minutes must stand together");
        }
        Ok(Self { date, minutes })
    }

    /// The day, in Swedish local time.
    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// The figures.
    pub const fn minutes(&self) -> DayMinutes {
        self.minutes
    }
}
