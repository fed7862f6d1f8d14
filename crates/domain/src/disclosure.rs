//! What is told of groups to those who do not work at a school (statistiksekretess, 24 kap. 8 § OSL): no count under five,
//! and no other from which one could be worked out. What is hidden for its own sake is *primary*; what is hidden so that the
//! difference to a total does not tell it is *secondary* suppression.

use std::collections::BTreeMap;

use crate::projection::absence::evidence::Evidence;
use crate::projection::absence::{Figures, Sums};
use crate::words::{ChangeGroup, Grade};

/// The fewest pupils of whom anything is told.
pub const FEWEST: u32 = 5;

/// How much of a group's figures is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// All together, not apart by who had a mentor.
    Total,
    /// Everything.
    Everything,
}

/// What is told of a school and of its grades.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosure {
    /// Of the school.
    pub school: Told,
    /// Of each grade.
    pub grades: BTreeMap<Grade, Told>,
}

/// A group as counts: all, with a mentor, without.
type Counts = [u32; 3];

/// Whether a group is of so few that what is told of it is told of each of them.
pub const fn few(count: u32) -> bool {
    0 < count && count < FEWEST
}

fn counts(figures: &Figures) -> Counts {
    [figures.all, figures.with_mentor, figures.without_mentor].map(|Sums { pupils, .. }| pupils)
}

/// What may be told of a school's figures in a term, where the grades' add up to the school's.
pub fn disclosure(school: &Figures, grades: &BTreeMap<Grade, Figures>) -> Disclosure {
    let cells: Vec<Counts> = grades.values().map(counts).collect();
    let [all, with, without] = counts(school);
    let few_at_all = cells.iter().map(|[all, ..]| few(*all)).collect();
    let totals = hide(&cells, few_at_all, |hidden| could_be_five(hidden, |[all, ..]| *all));
    let few_in_a_part = cells.iter().map(|cell| cell.iter().any(|count| few(*count))).collect();
    let parts = hide(&cells, few_in_a_part, |hidden| {
        let sums = hidden.iter().fold([0, 0], |sums, [_, with, without]| [sums[0] + with, sums[1] + without]);
        // A part that none of the hidden has cannot be told apart from what is told either.
        hidden.len() >= 2 && sums.iter().all(|sum| *sum == 0 || *sum >= FEWEST)
    });
    let told = |total_hidden: bool, parts_hidden: bool| match (total_hidden, parts_hidden) {
        (true, _) => Told::Nothing,
        (false, true) => Told::Total,
        (false, false) => Told::Everything,
    };
    let of_school = told(few(all) || totals.alone, few(with) || few(without) || parts.alone);
    let each = totals.cells.iter().zip(&parts.cells).map(|(total, part)| told(*total, *total || *part));
    Disclosure { school: of_school, grades: grades.keys().copied().zip(each).collect() }
}

struct Hidden {
    cells: Vec<bool>,
    /// Whether what is hidden could still be told from the total, so that this has to be hidden too.
    alone: bool,
}

/// Whether each of several hidden groups, of whom their sum and that there is somebody in each are known, could be of five.
fn could_be_five(hidden: &[&Counts], of: impl Fn(&Counts) -> u32) -> bool {
    let sum: u32 = hidden.iter().map(|cell| of(cell)).sum();
    hidden.len() >= 2 && u64::from(sum) >= hidden.len() as u64 + u64::from(FEWEST) - 1
}

/// Hides what is few, and then the smallest of the others until what is hidden is enough to hide behind.
fn hide(cells: &[Counts], mut hidden: Vec<bool>, enough: impl Fn(&[&Counts]) -> bool) -> Hidden {
    loop {
        let within: Vec<&Counts> =
            cells.iter().zip(&hidden).filter(|(cell, hidden)| **hidden && cell[0] > 0).map(|(cell, _)| cell).collect();
        if within.is_empty() || enough(&within) {
            return Hidden { cells: hidden, alone: false };
        }
        let open = cells.iter().enumerate().filter(|(at, cell)| cell[0] > 0 && hidden.get(*at) == Some(&false));
        let smallest = open.min_by_key(|(_, cell)| cell[0]).map(|(at, _)| at);
        match smallest.and_then(|at| hidden.get_mut(at)) {
            Some(cell) => *cell = true,
            None => return Hidden { cells: hidden, alone: true },
        }
    }
}

/// Which of several mentors' numbers of pupils are hidden, beside the totals that are told of the same pupils: the few, and where a
/// total is told, or the difference to it is of a few, so many others that none can be worked out. `None`: nothing can be told of
/// them, nor how many they are.
pub fn hidden_loads(loads: &[u32], totals: &[u32]) -> Option<Vec<bool>> {
    let cells: Vec<Counts> = loads.iter().map(|count| [*count, 0, 0]).collect();
    let sum = loads.iter().fold(0_u32, |sum, count| sum.saturating_add(*count));
    let differs = totals.iter().any(|total| few(total.abs_diff(sum)));
    let smallest = loads.iter().enumerate().min_by_key(|(_, count)| **count).map(|(at, _)| at);
    let first = |at: usize| differs && smallest == Some(at);
    let marked = loads.iter().enumerate().map(|(at, count)| few(*count) || first(at)).collect();
    let hidden = hide(&cells, marked, |hidden| could_be_five(hidden, |[count, ..]| *count));
    (!hidden.alone).then_some(hidden.cells)
}

/// Whether a change between two terms may be told: no group of it is of a few, and nor is its difference to what else is told of
/// either term: to how many pupils there were, and to other changes.
pub fn change_may_be_told(change: &Evidence, totals: &[u32], others: &[Evidence]) -> bool {
    let counts = |of: &Evidence| {
        let [with, without, before] = ChangeGroup::ALL.map(|group| of.group(group).pupils);
        [with.saturating_add(without).saturating_add(before), with, without, before]
    };
    let own = counts(change);
    let [all, ..] = own;
    let apart = |one: u32, other: u32| !few(one.abs_diff(other));
    all > 0
        && !own.iter().any(|count| few(*count))
        && totals.iter().all(|total| apart(all, *total))
        && others.iter().all(|other| own.iter().zip(counts(other)).all(|(one, other)| apart(*one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::absence::evidence::GroupChange;

    fn change(with: u32, without: u32) -> Evidence {
        let group = |pupils| GroupChange { pupils, ..GroupChange::default() };
        Evidence { with_mentor: group(with), without_mentor: group(without), ..Evidence::default() }
    }

    #[test]
    fn a_change_is_told_of_five_or_none_in_each_group_and_in_each_difference() {
        assert!(change_may_be_told(&change(12, 8), &[20, 25], &[]));
        assert!(change_may_be_told(&change(12, 0), &[12], &[change(5, 0)]));
        assert!(!change_may_be_told(&change(12, 4), &[16], &[]), "four had no mentor");
        assert!(!change_may_be_told(&change(0, 0), &[0], &[]), "nobody can be compared");
        assert!(!change_may_be_told(&change(12, 8), &[22], &[]), "two of the published pupils are not in it");
        assert!(!change_may_be_told(&change(12, 8), &[20], &[change(14, 6)]), "two went from one group to the other");
    }

    fn figures([all, with, without]: Counts) -> Figures {
        let of = |pupils| Sums { pupils, days: 10, ..Sums::default() };
        Figures { all: of(all), with_mentor: of(with), without_mentor: of(without) }
    }

    fn of(grades: &[Counts]) -> (Told, Vec<Told>) {
        let sum = grades.iter().fold([0; 3], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1], sum[2] + cell[2]]);
        let grades =
            (7..).zip(grades).filter_map(|(grade, cell)| Some((Grade::try_new(grade).ok()?, figures(*cell)))).collect();
        let Disclosure { school, grades } = disclosure(&figures(sum), &grades);
        (school, grades.into_values().collect())
    }

    #[test]
    fn large_groups_are_told_whole() {
        assert_eq!(of(&[[50, 30, 20], [60, 10, 50]]), (Told::Everything, vec![Told::Everything; 2]));
    }

    #[test]
    fn a_few_are_hidden_and_with_them_the_smallest_other_grade() {
        let (school, grades) = of(&[[4, 0, 4], [60, 10, 50], [30, 15, 15]]);
        assert_eq!((school, grades), (Told::Everything, vec![Told::Nothing, Told::Everything, Told::Nothing]));
    }

    #[test]
    fn few_with_a_mentor_hide_that_part_and_the_same_of_another_grade() {
        let (school, grades) = of(&[[50, 3, 47], [60, 10, 50], [30, 15, 15]]);
        assert_eq!((school, grades), (Told::Everything, vec![Told::Total, Told::Everything, Told::Total]));
    }

    #[test]
    fn a_school_of_few_is_not_told_of() {
        assert_eq!(of(&[[4, 2, 2]]), (Told::Nothing, vec![Told::Nothing]));
        assert_eq!(of(&[[40, 2, 38]]), (Told::Total, vec![Told::Total]));
    }

    #[test]
    fn one_small_load_takes_the_next_with_it() {
        let hidden = |loads: &[u32], totals: &[u32]| hidden_loads(loads, totals);
        assert_eq!(hidden(&[12, 3, 9], &[]), Some(vec![false, true, true]));
        assert_eq!(hidden(&[3, 4, 9], &[16]), Some(vec![true, true, false]));
        assert_eq!(hidden(&[1, 1, 9], &[]), Some(vec![true, true, true]), "two who have two can only have one each");
        assert_eq!(hidden(&[12, 9], &[21, 40]), Some(vec![false; 2]));
        assert_eq!(hidden(&[12, 9], &[24]), Some(vec![true; 2]), "three of the school's pupils have no mentor");
        assert_eq!(hidden(&[1, 1, 1, 1, 1], &[5]), None, "five who have five have one each");
        assert_eq!(hidden(&[4], &[]), None);
        assert_eq!(hidden(&[], &[3]), Some(vec![]));
    }

    /// Whoever knows the total and what is told cannot work a count under five out: what is hidden is two groups or more, of
    /// which each could be of five; or there is nothing else to hide behind, and the total is hidden too.
    #[test]
    fn a_difference_tells_no_count_under_five() {
        let all = || 0..12_u32;
        for cell in all().flat_map(|a| all().flat_map(move |b| all().map(move |c| [a, b, c]))) {
            let (school, grades) = of(&cell.map(|count| [count, count, 0]));
            let hidden: Vec<u32> = cell
                .into_iter()
                .zip(&grades)
                .filter(|(count, told)| *count > 0 && **told == Told::Nothing)
                .map(|(count, _)| count)
                .collect();
            assert!(cell.iter().zip(&grades).all(|(count, told)| !few(*count) || *told == Told::Nothing), "{cell:?}");
            let sum = hidden.iter().sum::<u32>();
            let safe = hidden.is_empty() || (hidden.len() >= 2 && sum as usize > hidden.len() + FEWEST as usize - 2);
            assert!(safe || school == Told::Nothing, "{cell:?}: {grades:?}");
        }
    }
}
