//! Absence as evidence: how it changed from each group's own baseline, with a mentor and without.
//!
//! A level alone says nothing of what mentors do, least of all where they go to those in greatest need: those with a
//! mentor are then those who were absent most. What can be compared is the change of the same pupils, from a term before
//! to a term after, in each group, with how many they are and how sure the mean is. It is still no experiment.

use crate::calendar::Term;
use crate::id::{PupilId, SchoolId};
use crate::projection::absence::{Absence, Sums};
use crate::words::ChangeGroup;

/// Registered days that a pupil must have in each of the two terms to be compared with themselves.
pub const FEWEST_DAYS: u64 = 10;
/// Pupils that a group must have for its figures to be told: fewer tell of persons.
pub const FEWEST_PUPILS: u32 = 5;

/// How the absence of the same pupils changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GroupChange {
    /// How many pupils.
    pub pupils: u32,
    /// Their absence in the baseline term.
    pub before: Sums,
    /// Their absence in the later term.
    pub after: Sums,
    /// The mean of their changes, and how sure it is.
    pub mean: Option<Mean>,
}

/// A mean of changes, in hundredths of a percentage point, with its 95 % interval (Student's t).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mean {
    /// The mean.
    pub points: i64,
    /// Lower end of the interval.
    pub low: i64,
    /// Upper end of the interval.
    pub high: i64,
}

/// Change with a mentor and without.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// Pupils who had no mentor in the baseline term, and had one on at least half of their days in the later term.
    pub with_mentor: GroupChange,
    /// Those who had no mentor in the baseline term, and had none on most of their days in the later one.
    pub without_mentor: GroupChange,
    /// Those who had a mentor on some day of the baseline term: their baseline is none, and their change tells nothing of
    /// getting a mentor.
    pub mentor_before: GroupChange,
}

impl Evidence {
    /// One of the groups.
    pub const fn group(&self, group: ChangeGroup) -> &GroupChange {
        match group {
            ChangeGroup::WithMentor => &self.with_mentor,
            ChangeGroup::WithoutMentor => &self.without_mentor,
            ChangeGroup::MentorBefore => &self.mentor_before,
        }
    }

    /// One of the groups, to be set.
    pub const fn group_mut(&mut self, group: ChangeGroup) -> &mut GroupChange {
        match group {
            ChangeGroup::WithMentor => &mut self.with_mentor,
            ChangeGroup::WithoutMentor => &mut self.without_mentor,
            ChangeGroup::MentorBefore => &mut self.mentor_before,
        }
    }
}

impl Absence {
    /// How the absence of a school's pupils changed from a baseline term to a later one. Only pupils with days enough in
    /// both are compared; a group that is too small has its number only.
    pub fn evidence(
        &self,
        school: SchoolId,
        pupils: impl Iterator<Item = PupilId>,
        (baseline, term): (Term, Term),
    ) -> Evidence {
        let mut groups = [Group::default(), Group::default(), Group::default()];
        for pupil in pupils {
            let (before, after) = (self.of_pupil(pupil, school, baseline), self.of_pupil(pupil, school, term));
            if before.all.days < FEWEST_DAYS || after.all.days < FEWEST_DAYS {
                continue;
            }
            let [with, without, had] = &mut groups;
            let group = if before.with_mentor.days > 0 {
                had
            } else if after.with_mentor.days * 2 >= after.all.days {
                with
            } else {
                without
            };
            group.add(before.all, after.all);
        }
        let [with_mentor, without_mentor, mentor_before] = groups.map(Group::told);
        Evidence { with_mentor, without_mentor, mentor_before }
    }
}

#[derive(Default)]
struct Group {
    before: Sums,
    after: Sums,
    changes: Vec<i32>,
}

impl Group {
    fn add(&mut self, before: Sums, after: Sums) {
        let change =
            before.total_percent().zip(after.total_percent()).map(|(from, to)| from.change_to(to).hundredths());
        if let Some(change) = change.and_then(|change| i32::try_from(change).ok()) {
            self.before = self.before.plus(before);
            self.after = self.after.plus(after);
            self.changes.push(change);
        }
    }

    fn told(self) -> GroupChange {
        let pupils = u32::try_from(self.changes.len()).unwrap_or(u32::MAX);
        if pupils < FEWEST_PUPILS {
            return GroupChange { pupils, ..GroupChange::default() };
        }
        GroupChange { pupils, before: self.before, after: self.after, mean: mean(&self.changes) }
    }
}

/// Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// Beyond the table the quantile nears the normal one; the difference is below a hundredth.
fn quantile(freedom: u32) -> f64 {
    let at = usize::try_from(freedom.saturating_sub(1)).unwrap_or(usize::MAX);
    T.get(at).copied().unwrap_or_else(|| 1.96 + 2.4 / f64::from(freedom))
}

fn mean(changes: &[i32]) -> Option<Mean> {
    let count = u32::try_from(changes.len()).ok().filter(|count| *count >= 2)?;
    let n = f64::from(count);
    let mean = changes.iter().copied().map(f64::from).sum::<f64>() / n;
    let squares: f64 = changes.iter().map(|change| (f64::from(*change) - mean).powi(2)).sum();
    let half = quantile(count - 1) * (squares / (n - 1.0) / n).sqrt();
    Some(Mean { points: rounded(mean), low: rounded(mean - half), high: rounded(mean + half) })
}

/// The nearest whole number. Changes lie within a hundred points, means of them and their intervals not far beyond.
#[allow(clippy::cast_possible_truncation, reason = "far smaller than what the type holds")]
const fn rounded(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_the_interval_that_a_table_gives() {
        // Five changes of -1, 0, 1, 2, 3 points: mean 1, s = 1.5811, t(4) = 2.776, half width 1.963.
        let mean = mean(&[-100, 0, 100, 200, 300]).unwrap();
        assert_eq!((mean.points, mean.low, mean.high), (100, -96, 296));
    }

    #[test]
    fn of_one_there_is_no_interval_and_of_the_same_it_is_narrow() {
        assert_eq!(mean(&[5]), None);
        assert_eq!(mean(&[7, 7, 7]), Some(Mean { points: 7, low: 7, high: 7 }));
    }

    #[test]
    fn the_quantile_falls_towards_that_of_the_normal_distribution() {
        let falling = (1..500).map(quantile).collect::<Vec<_>>();
        assert!(falling.is_sorted_by(|one, next| one >= next), "{falling:?}");
        assert!((quantile(499) - 1.96).abs() < 0.01);
    }
}
