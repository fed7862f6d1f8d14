//! Minutes added up.

use crate::attendance::DayMinutes;
use crate::projection::percent::Percent;
use crate::words::FigurePart;

/// Minutes added up, with what they are counted on. Percentages are made from these, and rounded last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Pupils with at least one day in it.
    pub pupils: u32,
    /// Days of pupils: one pupil on one day.
    pub days: u64,
    /// Minutes offered (erbjuden tid): the basis of every per cent.
    pub offered: u64,
    /// Minutes of notified absence (anmäld).
    pub notified: u64,
    /// Minutes of unnotified absence (ej anmäld).
    pub unnotified: u64,
    /// Minutes of absence found valid (giltig).
    pub valid: u64,
    /// Minutes of absence found invalid (ogiltig).
    pub invalid: u64,
    /// Offered minutes in which attendance was not taken.
    pub unregistered: u64,
    /// Lessons offered.
    pub lessons: u64,
    /// Lessons in which attendance was not taken.
    pub unregistered_lessons: u64,
}

impl Sums {
    /// One pupil's one day. Who counts as a pupil is set in [`Figures::shifted`].
    pub(super) fn of_day(minutes: DayMinutes) -> Self {
        Self {
            pupils: 0,
            days: 1,
            offered: minutes.offered.0.into(),
            notified: minutes.notified.0.into(),
            unnotified: minutes.unnotified.0.into(),
            valid: minutes.valid.0.into(),
            invalid: minutes.invalid.0.into(),
            unregistered: minutes.unregistered.0.into(),
            lessons: minutes.lessons.into(),
            unregistered_lessons: minutes.unregistered_lessons.into(),
        }
    }

    /// Both together. Pupils are added too: right only for different pupils.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add, u32::saturating_add)
    }

    /// One without the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub, u32::saturating_sub)
    }

    fn with(self, other: Self, how: fn(u64, u64) -> u64, how_many: fn(u32, u32) -> u32) -> Self {
        Self {
            pupils: how_many(self.pupils, other.pupils),
            days: how(self.days, other.days),
            offered: how(self.offered, other.offered),
            notified: how(self.notified, other.notified),
            unnotified: how(self.unnotified, other.unnotified),
            valid: how(self.valid, other.valid),
            invalid: how(self.invalid, other.invalid),
            unregistered: how(self.unregistered, other.unregistered),
            lessons: how(self.lessons, other.lessons),
            unregistered_lessons: how(self.unregistered_lessons, other.unregistered_lessons),
        }
    }

    /// Minutes of all absence: notified and unnotified.
    pub const fn absent(self) -> u64 {
        self.notified.saturating_add(self.unnotified)
    }

    /// Minutes of absence that the school has not decided on yet.
    pub const fn undecided(self) -> u64 {
        self.absent().saturating_sub(self.valid).saturating_sub(self.invalid)
    }

    /// Notified absence (anmäld) in per cent of what was offered; `None`: nothing was.
    pub fn notified_percent(self) -> Option<Percent> {
        Percent::of(self.notified, self.offered)
    }

    /// Unnotified absence (ej anmäld) in per cent of what was offered.
    pub fn unnotified_percent(self) -> Option<Percent> {
        Percent::of(self.unnotified, self.offered)
    }

    /// All absence in per cent of what was offered, from the minutes: not the sum of the rounded parts.
    pub fn total_percent(self) -> Option<Percent> {
        Percent::of(self.absent(), self.offered)
    }

    /// Valid absence (giltig) in per cent of what was offered.
    pub fn valid_percent(self) -> Option<Percent> {
        Percent::of(self.valid, self.offered)
    }

    /// Invalid absence (ogiltig) in per cent of what was offered.
    pub fn invalid_percent(self) -> Option<Percent> {
        Percent::of(self.invalid, self.offered)
    }

    /// Share of the offered minutes in which attendance was taken (rapporteringsgrad). Stands beside every per cent.
    pub fn registration_rate(self) -> Option<Percent> {
        Percent::of(self.offered.saturating_sub(self.unregistered), self.offered)
    }
}

/// Absence of a group: all of it, and told apart by whether the pupil had a mentor on the day. A pupil who had one for
/// part of the time counts once in each part, and once in all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// All.
    pub all: Sums,
    /// Days on which the pupil had a mentor.
    pub with_mentor: Sums,
    /// Days on which the pupil had none.
    pub without_mentor: Sums,
}

impl Figures {
    /// One of its parts.
    pub const fn part(&self, part: FigurePart) -> Sums {
        match part {
            FigurePart::All => self.all,
            FigurePart::WithMentor => self.with_mentor,
            FigurePart::WithoutMentor => self.without_mentor,
        }
    }

    /// Nothing but this part.
    pub(super) fn only(part: FigurePart, sums: Sums) -> Self {
        let mut figures = Self::default();
        match part {
            FigurePart::All => figures.all = sums,
            FigurePart::WithMentor => figures.with_mentor = sums,
            FigurePart::WithoutMentor => figures.without_mentor = sums,
        }
        figures
    }

    /// Both together: right for different pupils.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            all: self.all.plus(other.all),
            with_mentor: self.with_mentor.plus(other.with_mentor),
            without_mentor: self.without_mentor.plus(other.without_mentor),
        }
    }

    /// One without the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            all: self.all.minus(other.all),
            with_mentor: self.with_mentor.minus(other.with_mentor),
            without_mentor: self.without_mentor.minus(other.without_mentor),
        }
    }

    /// One pupil's figures with days added or taken away; the pupil counts where there is at least one day.
    pub(super) fn shifted(self, mentored: bool, sums: Sums, how: fn(Sums, Sums) -> Sums) -> Self {
        let counted = |sums: Sums| Sums { pupils: u32::from(sums.days > 0), ..sums };
        let all = counted(how(self.all, sums));
        if mentored {
            Self { all, with_mentor: counted(how(self.with_mentor, sums)), ..self }
        } else {
            Self { all, without_mentor: counted(how(self.without_mentor, sums)), ..self }
        }
    }
}
