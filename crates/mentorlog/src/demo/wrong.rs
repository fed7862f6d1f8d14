//! Wrong absence (felaktig frånvaro), which Ljungsbro's mentors take away: they look through what was handed over, ask for a mark
//! to be put right on the next day of school, and it is, on the one after. Where a step of the ladder had been begun on it, the
//! step is retracted.

use chrono::NaiveDate;
use domain::calendar::Season;
use domain::event::Work;
use domain::event::school::SchoolYearSet;
use domain::words::{Invalid, LadderTrigger, StepNumber};

use super::attendance::WeekOfPupil;
use super::calendar::{friday_of, moment, school_days, yesterday};
use super::caseload::deputy_of;
use super::plan::{PlannedAssignment, PlannedPupil, PlannedStaff};
use super::schools::SCHOOLS;
use super::works::{Making, PlannedWork};

/// The school whose way it is.
const SCHOOL: &str = "LJU";
/// In one of how many cases a step of the ladder had been begun already.
const STEP_IN: usize = 4;

const ASKED: Making = |of| Ok(Work::CorrectionRequested { on: of.day });
const BEGUN: Making =
    |_| Ok(Work::LadderStepOpened { step: StepNumber::try_new(1)?, trigger: LadderTrigger::FirstInvalid });
const RETRACTED: Making = |of| Ok(Work::LadderStepRetracted { of: of.event });

/// Adds what mentors do about wrong marks of their pupils, and says who puts each right.
pub(crate) fn plan(
    years: &[SchoolYearSet; 2],
    pupils: &[PlannedPupil],
    assignments: &[PlannedAssignment],
    (attendance, works): (&mut [WeekOfPupil], &mut Vec<PlannedWork>),
) -> Result<(), Invalid> {
    let [_, year] = years;
    let terms = [Season::Autumn, Season::Spring].map(|season| school_days(year, season));
    let last = yesterday()?;
    let here = |number: usize| {
        let school = pupils.get(number).and_then(|pupil| SCHOOLS.get(pupil.school));
        school.is_some_and(|school| school.code == SCHOOL)
    };
    let mut found = 0;
    for week in attendance.iter_mut().filter(|week| here(week.pupil)) {
        let Some(wrong) = wrong_mark(week) else { continue };
        let of_pupil = |one: &&PlannedAssignment| one.pupil == week.pupil && one.from <= wrong.date;
        let Some(mentor) = assignments.iter().find(of_pupil).map(|one| one.mentor) else { continue };
        let Some([asked, right]) = next_days(&terms, wrong.date).filter(|[_, right]| *right <= last) else { continue };
        let mut add = |at, making, minutes, follows| {
            let about = Some(wrong.date);
            works.push(PlannedWork { pupil: week.pupil, by: mentor, at, making, minutes, follows, about });
        };
        add(moment(asked, 8, 40)?, ASKED, 5, None);
        if wrong.is_invalid && found % STEP_IN == 0 {
            add(moment(asked, 8, 30)?, BEGUN, 5, None);
            let opening = works.len() - 1;
            let about = Some(wrong.date);
            let (pupil, by, at) = (week.pupil, mentor, moment(right, 12, 30)?);
            let follows = Some(opening);
            works.push(PlannedWork { pupil, by, at, making: RETRACTED, minutes: 5, follows, about });
        }
        found += usize::from(wrong.is_invalid);
        week.found = Some((mentor, right));
    }
    Ok(())
}

/// While the mentor is away, the deputy puts it right.
pub(crate) fn stand_in(staff: &[PlannedStaff], attendance: &mut [WeekOfPupil]) -> Result<(), Invalid> {
    for (who, day) in attendance.iter_mut().filter_map(|week| week.found.as_mut()) {
        *who = deputy_of(staff, *who, *day)?.unwrap_or(*who);
    }
    Ok(())
}

/// A day that stands as absence which nobody announced, and was not so.
struct Mark {
    date: NaiveDate,
    /// Whether the school took the absence for invalid.
    is_invalid: bool,
}

fn wrong_mark(week: &WeekOfPupil) -> Option<Mark> {
    let right = week.correction?;
    let wrong = week.days.iter().find(|day| day.date() == right.date())?;
    let more = wrong.minutes().unnotified.0 > right.minutes().unnotified.0;
    let is_invalid = wrong.minutes().invalid.0 > right.minutes().invalid.0;
    more.then_some(Mark { date: right.date(), is_invalid })
}

/// The first two days of school after the week of a day has been handed over, in the same term.
fn next_days(terms: &[Vec<NaiveDate>; 2], day: NaiveDate) -> Option<[NaiveDate; 2]> {
    let term = terms.iter().find(|term| term.contains(&day))?;
    let mut after = term.iter().copied().filter(|later| *later > friday_of(day));
    Some([after.next()?, after.next()?])
}
