//! Spreads a known number of absent minutes over pupils and days, exactly.

use super::dice::Dice;
use super::targets::Share;

/// Minutes of a lesson.
pub(crate) const LESSON: u16 = 60;

/// One pupil's day.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cell {
    /// Lessons offered.
    pub(crate) lessons: u16,
    /// Lessons in which attendance was not taken.
    pub(crate) unregistered_lessons: u16,
    /// Minutes of announced absence.
    pub(crate) notified: u16,
    /// Minutes of absence that was not announced.
    pub(crate) unnotified: u16,
}

impl Cell {
    /// Minutes in which the pupil was there, as far as is known.
    pub(crate) const fn present(self) -> u16 {
        (self.lessons - self.unregistered_lessons) * LESSON - self.notified - self.unnotified
    }
}

/// The days of a group of pupils.
pub(crate) struct Sheet {
    days: usize,
    /// Pupil by pupil, day by day.
    cells: Vec<Cell>,
    /// How much absence the pupils up to and with each draw, added up.
    weights: Vec<usize>,
}

impl Sheet {
    /// Days with these numbers of lessons, for pupils with these weights; nobody absent yet.
    pub(crate) fn new(lessons: &[u16], weights: Vec<usize>) -> Self {
        let day = |lessons: &u16| Cell { lessons: *lessons, ..Cell::default() };
        let cells = weights.iter().flat_map(|_| lessons.iter().map(day)).collect();
        let added = |sum: &mut usize, weight: usize| {
            *sum += weight;
            Some(*sum)
        };
        Self { days: lessons.len(), cells, weights: weights.into_iter().scan(0, added).collect() }
    }

    /// Each pupil's days.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks(self.days.max(1))
    }

    /// Leaves some lessons unregistered, then places exactly the shares of absence.
    pub(crate) fn fill(&mut self, share: Share, dice: &mut Dice) {
        for cell in &mut self.cells {
            if dice.permille(95) {
                cell.unregistered_lessons = 1 + u16::from(dice.permille(60));
            }
        }
        let offered: u64 = self.cells.iter().map(|cell| u64::from(cell.lessons * LESSON)).sum();
        let minutes = |share: u32| (offered * u64::from(share) + 50_000) / 100_000;
        self.place(minutes(share.notified), dice, Self::illness, notified);
        self.place(minutes(share.unnotified), dice, Self::cutting, unnotified);
    }

    /// Places this many minutes, an episode at a time; what the episodes leave over goes wherever there is room.
    fn place(&mut self, minutes: u64, dice: &mut Dice, episode: fn(&mut Self, &mut Dice, u64) -> u64, kind: Kind) {
        let mut left = minutes;
        for _ in 0..self.cells.len() * 20 {
            if left == 0 {
                return;
            }
            left -= episode(self, dice, left);
        }
        for cell in &mut self.cells {
            left -= take(cell, left, u16::MAX, kind);
        }
    }

    /// Announced: some days ill, or a lesson or two at the dentist's.
    fn illness(&mut self, dice: &mut Dice, left: u64) -> u64 {
        let (pupil, first) = (self.somebody(dice), dice.below(self.days));
        if dice.permille(250) {
            let lessons = dice.between(1, 2);
            let cell = self.cells.get_mut(pupil * self.days + first);
            return cell.map_or(0, |cell| take(cell, left, lessons * LESSON, notified));
        }
        let last = (first + usize::from(dice.between(1, 4))).min(self.days);
        let days = self.cells.get_mut(pupil * self.days + first..pupil * self.days + last).unwrap_or_default();
        days.iter_mut().fold(0, |taken, cell| {
            let whole = cell.notified == 0 && cell.unnotified == 0;
            taken + if whole { take(cell, left - taken, u16::MAX, notified) } else { 0 }
        })
    }

    /// Not announced: late, a lesson, several, or a whole day.
    fn cutting(&mut self, dice: &mut Dice, left: u64) -> u64 {
        let at = self.somebody(dice) * self.days + dice.below(self.days);
        let most = match dice.below(100) {
            0..45 => dice.between(3, 25),
            45..80 => LESSON,
            80..92 => 2 * LESSON,
            _ => u16::MAX,
        };
        self.cells.get_mut(at).map_or(0, |cell| take(cell, left, most, unnotified))
    }

    /// A pupil, by weight.
    fn somebody(&self, dice: &mut Dice) -> usize {
        let thrown = dice.below(self.weights.last().copied().unwrap_or_default());
        self.weights.partition_point(|upto| *upto <= thrown)
    }
}

/// One kind of absence of a day.
type Kind = fn(&mut Cell) -> &mut u16;

const fn notified(cell: &mut Cell) -> &mut u16 {
    &mut cell.notified
}

const fn unnotified(cell: &mut Cell) -> &mut u16 {
    &mut cell.unnotified
}

/// Takes minutes from a day into one kind of absence: at most what is left to place, what is wanted, and what is there.
fn take(cell: &mut Cell, left: u64, most: u16, kind: Kind) -> u64 {
    let minutes = cell.present().min(most).min(u16::try_from(left).unwrap_or(u16::MAX));
    *kind(cell) += minutes;
    u64::from(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_share_is_placed_and_no_day_gets_more_than_it_has() {
        let share = Share { unnotified: 4_880, notified: 14_300 };
        let mut sheet = Sheet::new(&[5, 5, 5, 5, 4].repeat(16), vec![10; 90]);
        sheet.fill(share, &mut Dice::new(5, "spread"));
        let sum = |part: fn(&Cell) -> u64| sheet.rows().flatten().map(part).sum::<u64>();
        let offered = sum(|cell| u64::from(cell.lessons * LESSON));
        assert_eq!(sum(|cell| u64::from(cell.notified)), (offered * 14_300 + 50_000) / 100_000);
        assert_eq!(sum(|cell| u64::from(cell.unnotified)), (offered * 4_880 + 50_000) / 100_000);
        let fits = |cell: &Cell| cell.notified + cell.unnotified <= (cell.lessons - cell.unregistered_lessons) * LESSON;
        assert!(sheet.rows().flatten().all(fits));
    }
}
