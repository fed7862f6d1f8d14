//! Whoever knows the rule too cannot work out a count under five: every school that is told of alike is looked at, as the product
//! itself tells of it, and nothing of the rule stands here.
//!
//! Two things are held of each group of schools that nobody outside can tell apart:
//!
//! 1. No count that is one to four in any of them is the same in all: it is one of at least four.
//! 2. Where the total is told to which a hidden count belongs, it could as well be five or more; unless it is a part of a grade of
//!    which is told that there are five, who would be all of them. Where the total is not told, a school is that small, or a part of
//!    it, and more cannot be hidden: that nothing is told says so.
//!
//! The groups are whole: schools are made of every size up to a total that is told, or with the totals of grades that are all
//! told. Which grades there are is taken as known, also of grades that are hidden, and so are mentors and the sum of what they have.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::disclosure::{FEWEST, Told, disclosure, hidden_loads};
use domain::projection::absence::{Figures, Sums};
use domain::words::Grade;

/// In each grade the pupils with a mentor and without.
type School = Vec<[u32; 2]>;

/// What somebody outside knows of a school: how much is told of it and of each grade, the numbers, and in which grades there is
/// somebody.
type Outside = (Vec<Told>, Vec<Option<u32>>, Vec<bool>);

fn few(count: u32) -> bool {
    0 < count && count < FEWEST
}

fn sum(school: &School) -> [u32; 2] {
    school.iter().fold([0, 0], |sum, [with, without]| [sum[0] + with, sum[1] + without])
}

fn figures([with, without]: [u32; 2]) -> Figures {
    let of = |pupils| Sums { pupils, days: 10, ..Sums::default() };
    Figures { all: of(with + without), with_mentor: of(with), without_mentor: of(without) }
}

fn outside(school: &School) -> Outside {
    let there = |[with, without]: &[u32; 2]| with + without > 0;
    let grades: BTreeMap<Grade, Figures> = (1..)
        .zip(school)
        .filter(|(_, counts)| there(counts))
        .map(|(grade, counts)| (Grade::try_new(grade).unwrap(), figures(*counts)))
        .collect();
    let told = disclosure(&figures(sum(school)), &grades);
    let how_much: Vec<Told> = std::iter::once(told.school).chain(told.grades.into_values()).collect();
    let counts = std::iter::once(sum(school)).chain(school.iter().copied().filter(there));
    let numbers = counts.zip(&how_much).flat_map(|([with, without], how_much)| match how_much {
        Told::Nothing => [None; 3],
        Told::Total => [Some(with + without), None, None],
        Told::Everything => [Some(with + without), Some(with), Some(without)],
    });
    (how_much.clone(), numbers.collect(), school.iter().map(there).collect())
}

/// All, with a mentor and without, of the school and then of each grade.
fn counts(school: &School) -> Vec<u32> {
    let of = |[with, without]: [u32; 2]| [with + without, with, without];
    std::iter::once(sum(school)).chain(school.iter().copied()).flat_map(of).collect()
}

/// Looks at every group of schools that are told of alike.
fn hold(schools: impl Iterator<Item = School>) {
    let mut alike: HashMap<Outside, Vec<School>> = HashMap::new();
    for school in schools {
        alike.entry(outside(&school)).or_default().push(school);
    }
    for (outside, schools) in alike {
        let each: Vec<Vec<u32>> = schools.iter().map(counts).collect();
        for at in 0..each[0].len() {
            let values: BTreeSet<u32> = each.iter().map(|counts| counts[at]).collect();
            if !values.iter().any(|count| few(*count)) {
                continue;
            }
            let said = || format!("{outside:?}: count {at} is one of {values:?}, as in {:?}", schools[0]);
            assert!(values.len() >= 4, "{}", said());
            let belongs_to_a_told_total = outside.1[at % 3].is_some();
            let part_of_five = at % 3 > 0 && each.iter().all(|counts| counts[at - at % 3] == FEWEST);
            let could_be_five = *values.last().unwrap() >= FEWEST;
            assert!(!belongs_to_a_told_total || part_of_five || could_be_five, "{}", said());
        }
    }
}

/// Every way to have so many counts of at most so many together.
fn up_to(sum: u32, counts: usize) -> Box<dyn Iterator<Item = Vec<u32>>> {
    if counts == 0 {
        return Box::new(std::iter::once(Vec::new()));
    }
    Box::new((0..=sum).flat_map(move |first| {
        up_to(sum - first, counts - 1).map(move |mut rest| {
            rest.push(first);
            rest
        })
    }))
}

fn schools(grades: usize, pupils: u32) -> impl Iterator<Item = School> {
    up_to(pupils, grades * 2).map(|counts| counts.chunks(2).map(|grade| [grade[0], grade[1]]).collect())
}

#[test]
fn no_grade_of_a_few_can_be_worked_out_by_who_knows_how_it_is_chosen_what_is_told() {
    for (grades, pupils) in [(1, 30), (2, 24), (3, 18), (4, 15), (5, 13)] {
        hold(up_to(pupils, grades).map(|counts| counts.into_iter().map(|count| [0, count]).collect()));
    }
}

#[test]
fn no_few_with_a_mentor_or_without_can_be_worked_out_in_small_schools() {
    for (grades, pupils) in [(1, 30), (2, 16), (3, 11)] {
        hold(schools(grades, pupils));
    }
}

/// Every way to have a mentor in grades of so many each.
fn mentored(grades: &[u32]) -> impl Iterator<Item = School> {
    let mut ways: Vec<School> = vec![Vec::new()];
    for pupils in grades {
        let next = |way: School| {
            (0..=*pupils).map(move |with| way.iter().copied().chain([[with, pupils - with]]).collect::<School>())
        };
        ways = ways.into_iter().flat_map(next).collect();
    }
    ways.into_iter()
}

#[test]
fn no_few_with_a_mentor_or_without_can_be_worked_out_where_every_grade_is_told() {
    for grades in
        [&[19, 20, 25][..], &[5, 5], &[9, 5], &[5, 5, 5], &[5, 6, 7, 8], &[6, 6, 6, 6], &[10, 10, 6, 6], &[5; 5]]
    {
        hold(mentored(grades));
    }
}

#[test]
fn what_was_worked_out_once_is_hidden_behind_others() {
    let only: [School; 4] = [
        vec![[0, 10], [0, 10], [0, 4]],
        vec![[0, 24], [0, 24], [0, 4]],
        vec![[0, 5], [0, 4], [0, 4]],
        vec![[0, 25], [4, 26], [4, 36]],
    ];
    for school in only {
        let (how_much, ..) = outside(&school);
        assert_eq!(how_much[0], Told::Everything, "{school:?}");
        assert!(how_much[1..].iter().all(|told| *told != Told::Everything), "{school:?}: {how_much:?}");
    }
}

/// Mentors who are known, beside the totals that are told of their pupils.
#[test]
fn no_mentor_of_a_few_can_be_worked_out_by_who_knows_how_many_they_have_together() {
    for (mentors, pupils) in [(1, 30), (2, 26), (3, 24), (4, 22), (5, 18)] {
        let mut alike: HashMap<_, Vec<Vec<u32>>> = HashMap::new();
        for loads in up_to(pupils, mentors).filter(|loads| loads.iter().all(|load| *load > 0)) {
            let sum: u32 = loads.iter().sum();
            for totals in [vec![], vec![sum], vec![sum + 7, sum]] {
                let Some(hidden) = hidden_loads(&loads, &totals) else { continue };
                let told: Vec<_> = loads.iter().zip(hidden).map(|(load, hidden)| (!hidden).then_some(*load)).collect();
                alike.entry((totals, told, sum)).or_default().push(loads.clone());
            }
        }
        for ((totals, told, _), alike) in alike {
            for at in 0..mentors {
                let values: BTreeSet<u32> = alike.iter().map(|loads| loads[at]).collect();
                if values.iter().any(|load| few(*load)) {
                    let safe = values.len() >= 4 && *values.last().unwrap() >= FEWEST;
                    assert!(safe, "{told:?} beside {totals:?}: mentor {at} has one of {values:?}");
                }
            }
        }
    }
}

/// How many have no mentor, where that is not told: the sum of the loads beside the school's total would tell it. It is never known to
/// be one to four alone; how wide the range is depends on how many the hidden have.
#[test]
fn no_few_without_a_mentor_can_be_worked_out_from_the_loads() {
    for mentors in 1..=4 {
        let total = 20;
        let mut alike: HashMap<_, BTreeSet<u32>> = HashMap::new();
        for loads in up_to(total, mentors).filter(|loads| loads.iter().all(|load| *load > 0)) {
            let Some(hidden) = hidden_loads(&loads, &[total]) else { continue };
            let told: Vec<_> = loads.iter().zip(hidden).map(|(load, hidden)| (!hidden).then_some(*load)).collect();
            alike.entry(told).or_default().insert(total - loads.iter().sum::<u32>());
        }
        for (told, without) in alike {
            let safe = without.len() >= 2 || !without.iter().any(|count| few(*count));
            assert!(safe, "{told:?}: one of {without:?} without a mentor");
        }
    }
}
