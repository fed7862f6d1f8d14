//! What is told of groups to those who do not work at a school (statistiksekretess, 24 kap. 8 § OSL): no count under five,
//! and no other from which one could be worked out. What is hidden for its own sake is *primary*; what is hidden so that the
//! difference to a total does not tell it is *secondary* suppression.
//!
//! The rule stands in the open, and what it chooses tells as much as what it leaves out: if the smallest other group were hidden beside
//! a few, each group that is told would say how large that one is at most. So groups stand two and two by their order alone, and whoever
//! is few takes the other along, however large it is. How much more is hidden is decided from what is known outside all the same:
//! which groups there are, which are hidden, and their sum. Every school with a few in each of the hidden pairs and with the same
//! sum then looks the same, and among them any hidden count is one or more than four.

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

/// How many numbers of a group can be read off its counts, besides how many it is.
const PARTS: usize = 5;

/// Those who had a mentor, and who had none; who never had one, who always had one, and who did for a part of the time. Somebody with
/// one for a part of the time is with and without.
fn parts_of([all, with, without]: Counts) -> [u32; PARTS] {
    let (never, always) = (all.saturating_sub(with), all.saturating_sub(without));
    let for_a_part = with.saturating_add(without).saturating_sub(all);
    [with, without, never, always, for_a_part]
}

/// What may be told of a school's figures in a term, where the grades' add up to the school's.
pub fn disclosure(school: &Figures, grades: &BTreeMap<Grade, Figures>) -> Disclosure {
    let cells: Vec<Counts> = grades.values().map(counts).collect();
    let [all, ..] = counts(school);
    let few_at_all: Vec<bool> = cells.iter().map(|[all, ..]| few(*all)).collect();
    let totals = hide(&cells, &few_at_all, |hidden| could_be_five(hidden, |[all, ..]| *all));
    let few_in_a_part = |cell: &Counts| few(cell[0]) || parts_of(*cell).into_iter().any(few);
    let marked: Vec<bool> = cells.iter().map(few_in_a_part).collect();
    let parts = hide(&cells, &marked, |hidden| {
        let sums = hidden.iter().map(|cell| parts_of(**cell)).fold([0; PARTS], |mut sums, parts| {
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            sums
        });
        // A part that none of the hidden has cannot be told apart from what is told either. Otherwise one could have five, and
        // another somebody still.
        hidden.len() >= 2 && sums.iter().all(|sum| *sum == 0 || *sum > FEWEST)
    });
    let told = |total_hidden: bool, parts_hidden: bool| match (total_hidden, parts_hidden) {
        (true, _) => Told::Nothing,
        (false, true) => Told::Total,
        (false, false) => Told::Everything,
    };
    let of_school = told(few(all) || totals.alone, parts_of(counts(school)).into_iter().any(few) || parts.alone);
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

/// Places of groups that are hidden together: two and two by their order, the last three where one would be left over. Nothing of
/// it depends on how large they are, but that there is somebody in each.
fn together(cells: &[Counts]) -> Vec<Vec<usize>> {
    let present = cells.iter().enumerate().filter(|(_, [all, ..])| *all > 0).map(|(at, _)| at);
    let mut pairs: Vec<Vec<usize>> = present.collect::<Vec<_>>().chunks(2).map(<[usize]>::to_vec).collect();
    if let [.., pair, over] = pairs.as_mut_slice()
        && over.len() == 1
    {
        pair.append(over);
    }
    pairs
}

/// Hides what is marked with what stands beside it, and then the next of the others in their order, until what is hidden is
/// enough to hide behind.
fn hide(cells: &[Counts], marked: &[bool], enough: impl Fn(&[&Counts]) -> bool) -> Hidden {
    let is_marked = |pair: &Vec<usize>| pair.iter().any(|at| marked.get(*at) == Some(&true));
    let (mut hidden, open): (Vec<_>, Vec<_>) = together(cells).into_iter().partition(is_marked);
    let mut open = open.into_iter();
    loop {
        let within: Vec<&Counts> = hidden.iter().flatten().filter_map(|at| cells.get(*at)).collect();
        let alone = !within.is_empty() && !enough(&within);
        let Some(next) = open.next().filter(|_| alone) else {
            let is_hidden = |at: usize| hidden.iter().flatten().any(|hidden| *hidden == at);
            return Hidden { cells: (0..cells.len()).map(is_hidden).collect(), alone };
        };
        hidden.push(next);
    }
}

/// Which of several mentors' numbers of pupils are hidden, beside the totals that are told of the same pupils: the few with whoever
/// stands beside them, and where the difference to a total is of a few, the first. `None`: nothing can be told of them, nor how many
/// they are.
pub fn hidden_loads(loads: &[u32], totals: &[u32]) -> Option<Vec<bool>> {
    let cells: Vec<Counts> = loads.iter().map(|count| [*count, 0, 0]).collect();
    let sum = loads.iter().fold(0_u32, |sum, count| sum.saturating_add(*count));
    let differs = totals.iter().any(|total| few(total.abs_diff(sum)));
    let first = loads.iter().position(|count| *count > 0).filter(|_| differs);
    let marked: Vec<bool> = loads.iter().enumerate().map(|(at, count)| few(*count) || first == Some(at)).collect();
    let hidden = hide(&cells, &marked, |hidden| could_be_five(hidden, |[count, ..]| *count));
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
            (1..).zip(grades).filter_map(|(grade, cell)| Some((Grade::try_new(grade).ok()?, figures(*cell)))).collect();
        let Disclosure { school, grades } = disclosure(&figures(sum), &grades);
        (school, grades.into_values().collect())
    }

    #[test]
    fn large_groups_are_told_whole() {
        assert_eq!(of(&[[50, 30, 20], [60, 10, 50]]), (Told::Everything, vec![Told::Everything; 2]));
    }

    #[test]
    fn a_few_are_hidden_and_with_them_the_grade_beside_them_however_large() {
        let (school, grades) = of(&[[4, 0, 4], [60, 10, 50], [30, 15, 15], [12, 5, 7]]);
        let told = vec![Told::Nothing, Told::Nothing, Told::Everything, Told::Everything];
        assert_eq!((school, grades), (Told::Everything, told));
        let (school, grades) = of(&[[60, 10, 50], [30, 15, 15], [4, 0, 4]]);
        assert_eq!((school, grades), (Told::Everything, vec![Told::Nothing; 3]), "the last three stand together");
    }

    #[test]
    fn who_have_five_only_because_others_have_none_are_hidden_with_the_next() {
        let all = |counts: [u32; 4]| of(&counts.map(|count| [count, 0, count]));
        assert_eq!(all([1, 4, 9, 9]), (Told::Everything, vec![Told::Nothing; 4]));
        let (first, last) = ([Told::Nothing; 2], [Told::Everything; 2]);
        assert_eq!(all([1, 5, 9, 9]), (Told::Everything, [first, last].concat()));
    }

    /// With one for a part of the term they are with and without.
    #[test]
    fn a_few_who_never_had_a_mentor_or_always_or_for_a_part_of_the_time_are_no_difference() {
        for [few, enough] in [[[50, 48, 10], [50, 40, 20]], [[50, 10, 48], [50, 20, 40]], [[80, 32, 50], [80, 36, 50]]]
        {
            assert_eq!(of(&[few, [60, 30, 30]]).1, [Told::Total; 2], "{few:?}");
            assert_eq!(of(&[enough, [60, 30, 30]]).1, [Told::Everything; 2], "{enough:?}");
            let grades = BTreeMap::new();
            assert_eq!(disclosure(&figures(few), &grades).school, Told::Total, "{few:?}");
            assert_eq!(disclosure(&figures(enough), &grades).school, Told::Everything, "{enough:?}");
        }
    }

    #[test]
    fn few_with_a_mentor_hide_that_part_and_the_same_of_the_grade_beside_them() {
        let (school, grades) = of(&[[50, 3, 47], [60, 10, 50], [30, 15, 15], [20, 0, 20]]);
        let told = vec![Told::Total, Told::Total, Told::Everything, Told::Everything];
        assert_eq!((school, grades), (Told::Everything, told));
    }

    #[test]
    fn a_school_of_few_is_not_told_of() {
        assert_eq!(of(&[[4, 2, 2]]), (Told::Nothing, vec![Told::Nothing]));
        assert_eq!(of(&[[40, 2, 38]]), (Told::Total, vec![Told::Total]));
    }

    #[test]
    fn one_small_load_takes_the_one_beside_it_along() {
        let hidden = |loads: &[u32], totals: &[u32]| hidden_loads(loads, totals);
        assert_eq!(hidden(&[12, 3, 9, 8], &[]), Some(vec![true, true, false, false]));
        assert_eq!(hidden(&[3, 4, 9, 8], &[24]), Some(vec![true, true, false, false]));
        assert_eq!(
            hidden(&[10, 10, 4], &[24]),
            Some(vec![true; 3]),
            "the one told would say how many the others have at most"
        );
        assert_eq!(hidden(&[1, 1, 9, 9], &[]), Some(vec![true; 4]), "two who have two can only have one each");
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
