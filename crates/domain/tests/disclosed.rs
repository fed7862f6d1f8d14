//! Whoever knows everything that a publication tells, and the equations between it, cannot work out a count under five.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "seeded/mod.rs"]
mod seeded;

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{FEWEST, Told, disclosure, hidden_loads};
use domain::projection::absence::{Figures, Sums};
use domain::words::Grade;
use proptest::prelude::*;
use seeded::histories;

/// A school at one publication: in each grade the pupils with a mentor and without, and how many pupils each mentor has. Each
/// pupil with a mentor has one of them, so that the loads add up to the pupils with a mentor: nobody can know more than that.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct School {
    grades: Vec<[u32; 2]>,
    loads: Vec<u32>,
}

fn few(count: u32) -> bool {
    0 < count && count < FEWEST
}

fn figures(with: u32, without: u32) -> Figures {
    let of = |pupils| Sums { pupils, days: 10, ..Sums::default() };
    Figures { all: of(with + without), with_mentor: of(with), without_mentor: of(without) }
}

/// What is told of which group, and of whose loads.
#[derive(Clone, Debug)]
struct Publication {
    school: Told,
    grades: Vec<Told>,
    /// `None`: nothing of any mentor, nor how many they are.
    loads: Option<Vec<bool>>,
}

impl School {
    fn sum(&self) -> [u32; 2] {
        self.grades.iter().fold([0, 0], |sum, [with, without]| [sum[0] + with, sum[1] + without])
    }

    fn published(&self) -> Publication {
        let [with, without] = self.sum();
        let grades: BTreeMap<Grade, Figures> = (1..)
            .zip(&self.grades)
            .map(|(grade, [with, without])| (Grade::try_new(grade).unwrap(), figures(*with, *without)))
            .collect();
        let disclosed = disclosure(&figures(with, without), &grades);
        let totals = match disclosed.school {
            Told::Nothing => vec![],
            Told::Total => vec![with + without],
            Told::Everything => vec![with + without, with],
        };
        let loads = hidden_loads(&self.loads, &totals);
        Publication { school: disclosed.school, grades: disclosed.grades.into_values().collect(), loads }
    }

    /// The numbers that somebody outside reads in the publication.
    fn read(&self, publication: &Publication) -> Vec<Option<u32>> {
        let told = |[with, without]: [u32; 2], how_much| match how_much {
            Told::Nothing => [None, None],
            Told::Total => [Some(with + without), None],
            Told::Everything => [Some(with), Some(without)],
        };
        let mut read: Vec<_> = told(self.sum(), publication.school).into();
        read.extend(self.grades.iter().zip(&publication.grades).flat_map(|(grade, how_much)| told(*grade, *how_much)));
        if let Some(hidden) = &publication.loads {
            read.extend(self.loads.iter().zip(hidden).map(|(load, hidden)| (!hidden).then_some(*load)));
        }
        read
    }

    /// Whether there could be such a school: loads add up, and whoever is named has somebody.
    fn could_be(&self, publication: &Publication) -> bool {
        let [with, _] = self.sum();
        with == self.loads.iter().sum::<u32>()
            && self.grades.iter().all(|[with, without]| with + without > 0)
            && (publication.loads.is_none() || self.loads.iter().all(|load| *load > 0))
    }

    /// Schools that differ by one pupil who is elsewhere, or not there, or comes in addition.
    fn next_to(&self) -> Vec<Self> {
        let mut cells: Vec<(usize, Option<usize>)> = Vec::new();
        for grade in 0..self.grades.len() {
            cells.push((grade, None));
            cells.extend((0..self.loads.len()).map(|mentor| (grade, Some(mentor))));
        }
        let with = |school: &Self, (grade, mentor): (usize, Option<usize>), by: i64| {
            let mut school = school.clone();
            let cell = &mut school.grades[grade][usize::from(mentor.is_none())];
            *cell = u32::try_from(i64::from(*cell) + by).ok()?;
            if let Some(mentor) = mentor {
                school.loads[mentor] = u32::try_from(i64::from(school.loads[mentor]) + by).ok()?;
            }
            Some(school)
        };
        let mut near = Vec::new();
        for one in &cells {
            near.extend(with(self, *one, 1));
            let Some(less) = with(self, *one, -1) else { continue };
            near.extend(cells.iter().filter(|other| *other != one).filter_map(|other| with(&less, *other, 1)));
            near.push(less);
        }
        near
    }

    /// The counts that are of a few, by name.
    fn few(&self) -> Vec<(String, u32)> {
        let mut counts = Vec::new();
        let mut group = |name: String, [with, without]: [u32; 2]| {
            counts.extend([(format!("{name} all"), with + without), (format!("{name} with"), with)]);
            counts.push((format!("{name} without"), without));
        };
        group("school".to_owned(), self.sum());
        for (at, grade) in self.grades.iter().enumerate() {
            group(format!("grade {at}"), *grade);
        }
        counts.extend(self.loads.iter().enumerate().map(|(at, load)| (format!("mentor {at}"), *load)));
        counts
    }
}

/// Counts under five that are the same in every school that reads alike, as far as they are found by moving a few pupils.
fn worked_out(school: &School, publication: &Publication) -> Vec<(String, u32)> {
    let read = school.read(publication);
    let mut suspects: BTreeMap<String, u32> = school.few().into_iter().filter(|(_, count)| few(*count)).collect();
    let (mut seen, mut edge) = (BTreeSet::from([school.clone()]), vec![school.clone()]);
    for _ in 0..2 {
        let mut next = Vec::new();
        for other in edge.iter().flat_map(School::next_to) {
            if suspects.is_empty() {
                return Vec::new();
            }
            if seen.insert(other.clone()) {
                if other.could_be(publication) && other.read(publication) == read {
                    let counts: BTreeMap<_, _> = other.few().into_iter().collect();
                    suspects.retain(|name, count| counts[name] == *count);
                }
                next.push(other);
            }
        }
        edge = next;
    }
    suspects.into_iter().collect()
}

/// Schools as small as it takes to be found out, and their mentors.
fn schools() -> impl Strategy<Value = School> {
    let count = || prop_oneof![3 => 0..7_u32, 1 => 7..30_u32];
    let grades = prop::collection::vec([count(), count()], 1..4);
    (grades, prop::collection::vec(0..100_u32, 1..4)).prop_map(|(mut grades, shares)| {
        grades.retain(|[with, without]| with + without > 0);
        let with: u32 = grades.iter().map(|[with, _]| with).sum();
        let mut loads: Vec<u32> = shares.iter().map(|share| with * share / 300).collect();
        let rest = with - loads.iter().sum::<u32>();
        loads.push(rest);
        loads.retain(|load| *load > 0);
        School { grades, loads }
    })
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 1_000, ..histories() })]

    #[test]
    fn whoever_solves_everything_that_is_published_works_no_count_under_five_out(school in schools()) {
        prop_assert_eq!(worked_out(&school, &school.published()), vec![], "{:?} {:?}", school, school.published());
    }
}

/// What was found out once: a load beside the total tells how few have no mentor; and five who have five have one each.
#[test]
fn loads_beside_totals_and_many_who_have_one_tell_nothing() {
    let three_without = School { grades: vec![[9, 2], [8, 1]], loads: vec![8, 9] };
    let one_each = School { grades: vec![[5, 6]], loads: vec![1, 1, 1, 1, 1] };
    for school in [three_without, one_each] {
        assert_eq!(worked_out(&school, &school.published()), vec![], "{school:?} {:?}", school.published());
    }
}

/// The attacker finds what there is to find.
#[test]
fn loads_that_were_told_beside_the_total_would_tell_how_few_have_no_mentor() {
    let school = School { grades: vec![[9, 2], [8, 1]], loads: vec![8, 9] };
    let published = Publication { school: Told::Total, grades: vec![Told::Total; 2], loads: Some(vec![false; 2]) };
    assert_eq!(worked_out(&school, &published), [("school without".to_owned(), 3)]);
    let school = School { grades: vec![[5, 6]], loads: vec![1, 1, 1, 1, 1] };
    let published =
        Publication { school: Told::Everything, grades: vec![Told::Everything], loads: Some(vec![true; 5]) };
    assert_eq!(worked_out(&school, &published).len(), 5);
}
