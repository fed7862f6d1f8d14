//! The plan in the order in which it is recorded: batches of steps, each at one simulated moment. Within a batch no two
//! steps stand in each other's way, so that many can be under way at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::words::Invalid;

use super::calendar::{date, friday_of, handed_over_on, moment, put_right_on, today};
use super::letters;
use super::plan::{DemoPlan, Post};
use super::schools::{Area, SCHOOLS};

/// What is recorded in one step, by numbers into the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Register a school.
    School(usize),
    /// Place a school under its committee.
    Committee(usize),
    /// Set a school year: school and year.
    Year(usize, usize),
    /// Let somebody join the staff.
    Join(usize),
    /// Grant them what their post needs.
    Grant(usize),
    /// Let a mentor watch the whole school's attendance.
    Watch(usize),
    /// Withdraw the role of a mentor who has left.
    Withdraw(usize),
    /// Make a principal responsible: staff, and the programme's number where it is by programme.
    Responsible(usize, Option<&'static str>),
    /// Enrol a pupil in a school year.
    Enrol(usize, usize),
    /// Link a guardian: pupil, guardian.
    Link(usize, usize),
    /// Assign a mentor: number of the assignment.
    Assign(usize),
    /// Move a pupil to the class of the second year.
    Move(usize),
    /// A pupil leaves after the first year.
    Leave(usize),
    /// Hand over attendance: number of the week.
    Attendance(usize),
    /// Correct a day: number of the week.
    Correct(usize),
    /// Log a contact: number of the contact.
    Contact(usize),
    /// An assignment is handed over: number of the handover.
    HandOver(usize),
    /// A deputy stands in while a mentor is away: number of the cover.
    Cover(usize),
    /// Something is done in a case: number of the work.
    Work(usize),
    /// Something is settled: number of the arrangement.
    Arrange(usize),
    /// Something is arranged for letters to guardians: its number.
    Letter(usize),
    /// What is due to guardians is written: a round of a sender, alone at its moment.
    Digests,
}

impl Step {
    /// What it is, by numbers of the plan and so about nobody: for an error message.
    pub(crate) fn describe(self) -> String {
        format!("step {self:?}")
    }

    /// How many events follow from it, counted by what the plan knows; `assignments` that end when the pupil leaves.
    pub(crate) fn events(self, plan: &DemoPlan) -> u64 {
        match self {
            Self::Link(pupil, guardian) if links_anew(plan, pupil, guardian) => 2,
            Self::Leave(pupil) => {
                1 + plan.assignments.iter().filter(|assignment| assignment.pupil == pupil).count() as u64
            }
            // One ends, one begins, and what is handed over.
            Self::HandOver(_) => 3,
            // More than can come of it: each message is prepared, taken on and sent.
            Self::Digests => plan.guardians.len() as u64 * 8,
            _ => 1,
        }
    }
}

/// Whether the guardian becomes known with this pupil.
pub(crate) fn links_anew(plan: &DemoPlan, pupil: usize, guardian: usize) -> bool {
    plan.guardians.get(guardian).is_some_and(|known| known.first_child == pupil)
}

/// Steps at one moment.
pub(crate) struct Batch {
    /// The simulated moment.
    pub(crate) at: DateTime<Utc>,
    /// What is recorded then.
    pub(crate) steps: Vec<Step>,
}

/// The whole script, oldest first. The last batch holds one step, so that its place tells whether all is there.
pub(crate) fn script(plan: &DemoPlan) -> Result<Vec<Batch>, Invalid> {
    let mut draft = Draft(BTreeMap::new());
    let [first, second] = [0, 1].map(|index: usize| plan.years.get(index).map(|year| year.autumn.first()));
    let (Some(first), Some(second)) = (first, second) else { return Ok(Vec::new()) };
    set_up(&mut draft, plan, first - Duration::days(7), second - Duration::days(7))?;
    new_pupils(&mut draft, plan, 0, first)?;
    turn_of_the_year(&mut draft, plan, second)?;
    new_pupils(&mut draft, plan, 1, second)?;
    everyday(&mut draft, plan)?;
    handovers(&mut draft, plan)?;
    for (number, work) in plan.works.iter().enumerate() {
        draft.at(work.at, Step::Work(number));
    }
    for (number, cover) in plan.covers.iter().enumerate() {
        draft.at(moment(cover.from, 7, 0)?, Step::Cover(number));
    }
    for (number, (at, _)) in plan.arrangements.iter().enumerate() {
        draft.at(*at, Step::Arrange(number));
    }
    for (number, (at, _)) in plan.letters.iter().enumerate() {
        draft.at(*at, Step::Letter(number));
    }
    for at in letters::written_at()? {
        draft.at(at, Step::Digests);
    }
    Ok(draft.0.into_iter().map(|(at, steps)| Batch { at, steps }).collect())
}

struct Draft(BTreeMap<DateTime<Utc>, Vec<Step>>);

impl Draft {
    fn at(&mut self, at: DateTime<Utc>, step: Step) {
        self.0.entry(at).or_default().push(step);
    }
}

/// Schools, staff and responsibilities, a week before school begins.
fn set_up(draft: &mut Draft, plan: &DemoPlan, first: NaiveDate, second: NaiveDate) -> Result<(), Invalid> {
    for school in 0..SCHOOLS.len() {
        draft.at(moment(first, 6, 0)?, Step::School(school));
        draft.at(moment(first, 6, 5)?, Step::Committee(school));
        draft.at(moment(first, 6, 10)?, Step::Year(school, 0));
        draft.at(moment(second, 6, 10)?, Step::Year(school, 1));
    }
    for (number, staff) in plan.staff.iter().enumerate() {
        draft.at(moment(first, 6, 20)?, Step::Join(number));
        draft.at(moment(first, 6, 30)?, Step::Grant(number));
        if matches!(staff.post, Post::Mentor(school, 0) if SCHOOLS.get(school).is_some_and(|school| school.code == "ELS"))
        {
            draft.at(moment(first, 6, 40)?, Step::Watch(number));
        }
        if let Post::Leaver(_) = staff.post {
            draft.at(moment(date(2018, 11, 9)?, 16, 0)?, Step::Withdraw(number));
        }
        if let Post::Principal(school, index) = staff.post {
            let area = SCHOOLS.get(school).and_then(|school| school.principals.get(index));
            // One at a time for each school: they are recorded in the same stream.
            let start = moment(first, 7, 0)? + Duration::minutes(10 * i64::try_from(index).unwrap_or_default());
            match area {
                Some(Area::Programmes(codes)) => {
                    for (minute, code) in (0..).zip(*codes) {
                        draft.at(start + Duration::minutes(minute), Step::Responsible(number, Some(code)));
                    }
                }
                Some(Area::Unit) | None => draft.at(start, Step::Responsible(number, None)),
            }
        }
    }
    Ok(())
}

/// Pupils who begin in a school year: enrolled, guardians linked one after another.
fn new_pupils(draft: &mut Draft, plan: &DemoPlan, year: usize, day: NaiveDate) -> Result<(), Invalid> {
    for (number, pupil) in plan.pupils.iter().enumerate() {
        let [in_first, in_second] = pupil.placements.each_ref().map(Option::is_some);
        let begins = if year == 0 { in_first } else { in_second && !in_first };
        if !begins {
            continue;
        }
        draft.at(moment(day, 5, 0)?, Step::Enrol(number, year));
        for (minute, guardian) in (0..).zip(&pupil.guardians) {
            // Those who are known through a sibling come after the sibling's.
            let start = if links_anew(plan, number, *guardian) { 10 } else { 20 };
            draft.at(moment(day, 5, start + minute)?, Step::Link(number, *guardian));
        }
    }
    for (number, assignment) in plan.assignments.iter().enumerate() {
        let here = plan
            .years
            .get(year)
            .is_some_and(|set| assignment.from >= set.autumn.first() && assignment.from <= set.spring.last());
        if here {
            draft.at(moment(assignment.from, 5, 40)?, Step::Assign(number));
        }
    }
    Ok(())
}

/// The highest grade leaves in June 2019, the others go to their next class in August.
fn turn_of_the_year(draft: &mut Draft, plan: &DemoPlan, second: NaiveDate) -> Result<(), Invalid> {
    let Some(year) = plan.years.first() else { return Ok(()) };
    // Recorded when the last week has been handed over and corrected.
    let left = moment(friday_of(year.spring.last()) + Duration::days(7), 8, 0)?;
    for (number, pupil) in plan.pupils.iter().enumerate() {
        match pupil.placements.each_ref().map(Option::is_some) {
            [true, false] => draft.at(left, Step::Leave(number)),
            [true, true] => draft.at(moment(second, 5, 0)?, Step::Move(number)),
            [false, _] => {}
        }
    }
    Ok(())
}

/// Attendance on Fridays, corrections on the Tuesday after, contacts at the end of the day on which they happened.
fn everyday(draft: &mut Draft, plan: &DemoPlan) -> Result<(), Invalid> {
    for (number, week) in plan.attendance.iter().enumerate() {
        let Some(day) = week.days.first() else { continue };
        draft.at(moment(handed_over_on(day.date())?, 15, 0)?, Step::Attendance(number));
        if let Some(day) = week.correction {
            let on = week.found.map_or(put_right_on(day.date()), |(_, on)| on);
            draft.at(moment(on, 12, 0)?, Step::Correct(number));
        }
    }
    for (number, contact) in plan.contacts.iter().enumerate() {
        draft.at(moment(contact.occurred.date_naive(), 14, 45)?, Step::Contact(number));
    }
    Ok(())
}

/// One mentor's pupils pass to another.
fn handovers(draft: &mut Draft, plan: &DemoPlan) -> Result<(), Invalid> {
    let last = plan.handovers.len().saturating_sub(1);
    for (number, handover) in plan.handovers.iter().enumerate() {
        // The very last step of the demo stands alone: when it is recorded, it is today.
        let at = if number == last { moment(today()?, 7, 0)? } else { moment(handover.begins.from, 7, 0)? };
        draft.at(at, Step::HandOver(number));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;

    /// Which pupil a step's stream is held for, when it is held.
    fn holds(plan: &DemoPlan, step: Step) -> Option<usize> {
        match step {
            Step::Enrol(pupil, _) | Step::Link(pupil, _) | Step::Move(pupil) | Step::Leave(pupil) => Some(pupil),
            Step::Assign(number) => Some(plan.assignments[number].pupil),
            Step::Attendance(number) | Step::Correct(number) => Some(plan.attendance[number].pupil),
            Step::HandOver(number) => Some(plan.handovers[number].begins.pupil),
            Step::Cover(number) => Some(plan.assignments[plan.covers[number].assignment].pupil),
            Step::Work(number) => Some(plan.works[number].pupil),
            Step::Letter(number) => plan.letters[number].1.pupil(),
            Step::Contact(_)
            | Step::Digests
            | Step::Arrange(_)
            | Step::School(_)
            | Step::Committee(_)
            | Step::Year(..)
            | Step::Join(_)
            | Step::Grant(_)
            | Step::Watch(_)
            | Step::Withdraw(_)
            | Step::Responsible(..) => None,
        }
    }

    #[test]
    fn no_two_steps_of_a_batch_are_held_for_the_same_pupil() {
        let plan = DemoPlan::new(1, 1).expect("a plan");
        for batch in script(&plan).expect("a script") {
            let held: Vec<usize> = batch.steps.iter().filter_map(|step| holds(&plan, *step)).collect();
            assert_eq!(held.iter().collect::<BTreeSet<_>>().len(), held.len(), "at {}", batch.at);
        }
    }

    #[test]
    fn the_last_batch_holds_one_step() {
        let plan = DemoPlan::new(1, 1).expect("a plan");
        let batches = script(&plan).expect("a script");
        assert_eq!(batches.last().map(|batch| batch.steps.len()), Some(1));
    }

    #[test]
    fn in_the_end_every_mentor_has_as_many_pupils_as_the_pilot_published_whatever_the_scale() {
        for scale in [1, 3] {
            let plan = DemoPlan::new(9, scale).expect("a plan");
            let ended: BTreeSet<usize> = plan.handovers.iter().map(|handover| handover.ends).collect();
            let lasting = plan.assignments.iter().enumerate().filter(|(number, assignment)| {
                !ended.contains(number) && plan.pupils[assignment.pupil].placements[1].is_some()
            });
            let mut loads: HashMap<usize, usize> = HashMap::new();
            for assignment in lasting.map(|(_, one)| one).chain(plan.handovers.iter().map(|one| &one.begins)) {
                *loads.entry(assignment.mentor).or_default() += 1;
            }
            for (number, staff) in plan.staff.iter().enumerate() {
                let Post::Mentor(school, _) = staff.post else { continue };
                let range = match SCHOOLS[school].code {
                    "ARE" => 1..=6,
                    "ELS" => 8..=10,
                    "LJU" => 80..=90,
                    "ÅNE" => 15..=15,
                    "ALG" => 75..=260,
                    _ => 75..=100,
                };
                let load = loads.get(&number).copied().unwrap_or_default();
                assert!(range.contains(&load), "{}: {load}", SCHOOLS[school].code);
            }
        }
    }
}
