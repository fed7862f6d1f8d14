//! Attendance in minutes: how much absence there is in all is data, on whom and when it falls is the dice's.

use chrono::{Datelike, NaiveDate, Weekday};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::calendar::{Season, Term};
use domain::event::school::SchoolYearSet;
use domain::words::{Grade, Invalid, Minutes};

use super::calendar::{put_right_on, school_days, weeks, yesterday};
use super::caseload::by_share;
use super::dice::Dice;
use super::plan::{PlannedPupil, of_share};
use super::schools::{SCHOOLS, SchoolData};
use super::spread::{Cell, LESSON, Sheet};
use super::targets::share_of;

/// One week of how many is first registered with a wrong day.
const WRONG_WEEK_IN: usize = 150;
/// And at Ljungsbro skola, where wrong absence (felaktig frånvaro) is what mentors take away.
const WRONG_WEEK_AT_LJUNGSBRO_IN: usize = 40;

/// One pupil's week as an attendance system hands it over.
pub(crate) struct WeekOfPupil {
    /// The pupil, by number.
    pub(crate) pupil: usize,
    /// The days as first registered.
    pub(crate) days: Vec<DayAttendance>,
    /// The day that was registered wrongly, as it should have been.
    pub(crate) correction: Option<DayAttendance>,
    /// The mentor who found it, by number among the staff, and the day on which they put it right; `None`: the attendance system
    /// does.
    pub(crate) found: Option<(usize, NaiveDate)>,
}

/// Every pupil's every week in both school years.
pub(crate) fn plan(
    seed: u64,
    years: &[SchoolYearSet; 2],
    pupils: &[PlannedPupil],
) -> Result<Vec<WeekOfPupil>, Invalid> {
    let mut found = Vec::new();
    for (share, pupils) in &by_share(pupils) {
        for (number, school) in SCHOOLS.iter().enumerate() {
            for (index, year) in years.iter().enumerate() {
                for season in [Season::Autumn, Season::Spring] {
                    for grade in school.grades.0..=school.grades.1 {
                        let grade = Grade::try_new(grade)?;
                        let group = Group { seed, share: *share, school, number, index, grade, pupils };
                        found.extend(group.term(year, season)?);
                    }
                }
            }
        }
    }
    Ok(found)
}

/// The pupils of one grade at one school in one school year, of one share of the school: each is absent as much as published.
struct Group<'a> {
    seed: u64,
    share: usize,
    school: &'a SchoolData,
    number: usize,
    index: usize,
    grade: Grade,
    pupils: &'a [(usize, &'a PlannedPupil)],
}

impl Group<'_> {
    /// Their weeks in one term.
    fn term(&self, year: &SchoolYearSet, season: Season) -> Result<Vec<WeekOfPupil>, Invalid> {
        let term = match season {
            Season::Autumn => Term { year: year.starts_in, season },
            Season::Spring => Term { year: year.starts_in + 1, season },
        };
        let share = share_of(self.school.code, term, self.grade)
            .ok_or(Invalid { what: "absence", why: "no share for this school and term" })?;
        let label = format!("{} {term} {}", self.school.code, self.grade.number());
        let mut dice = Dice::new(self.seed, &of_share(&label, self.share));
        let days = school_days(year, season);
        let members = self.members();
        let lessons: Vec<u16> = days.iter().map(|day| lessons_on(*day)).collect();
        let weights = members.iter().map(|(_, weight)| *weight).collect();
        let mut sheet = Sheet::new(&lessons, weights);
        sheet.fill(share, &mut dice);
        let wrong_in = if self.school.code == "LJU" { WRONG_WEEK_AT_LJUNGSBRO_IN } else { WRONG_WEEK_IN };
        let mut found = Vec::new();
        for ((pupil, _), row) in members.iter().zip(sheet.rows()) {
            for (from, to) in weeks(&days) {
                let span = days.get(from..to).unwrap_or_default().iter().zip(row.get(from..to).unwrap_or_default());
                found.extend(handed_over(week(*pupil, span, wrong_in, &mut dice)?)?);
            }
        }
        Ok(found)
    }

    /// Who belongs to the group, with how much absence each draws.
    fn members(&self) -> Vec<(usize, usize)> {
        let here = |pupil: &PlannedPupil| {
            let placement = pupil.placements.get(self.index).and_then(Option::as_ref);
            pupil.school == self.number && placement.is_some_and(|placement| placement.grade == self.grade)
        };
        let members = self.pupils.iter().filter(|(_, pupil)| here(pupil));
        members.map(|(number, pupil)| (*number, pupil.absence_weight)).collect()
    }
}

/// The week as far as the demo comes: what is put right later than that stays wrong. `None`: nothing of it has been handed over.
fn handed_over(mut week: WeekOfPupil) -> Result<Option<WeekOfPupil>, Invalid> {
    let last = yesterday()?;
    week.days.retain(|day| day.date() <= last);
    week.correction = week.correction.filter(|day| put_right_on(day.date()) <= last);
    Ok((!week.days.is_empty()).then_some(week))
}

/// Five lessons a day, four on Fridays.
fn lessons_on(day: NaiveDate) -> u16 {
    if day.weekday() == Weekday::Fri { 4 } else { 5 }
}

/// One pupil's week, now and then with a day that is put right later.
fn week<'a>(
    pupil: usize,
    days: impl Iterator<Item = (&'a NaiveDate, &'a Cell)>,
    wrong_in: usize,
    dice: &mut Dice,
) -> Result<WeekOfPupil, Invalid> {
    let cells: Vec<(NaiveDate, Cell)> = days.map(|(day, cell)| (*day, *cell)).collect();
    let wrong = (dice.below(wrong_in) == 0).then(|| dice.below(cells.len()));
    let mut planned = WeekOfPupil { pupil, days: Vec::with_capacity(cells.len()), correction: None, found: None };
    for (index, (date, cell)) in cells.iter().enumerate() {
        let right = DayAttendance::try_new(*date, figures(*cell, dice))?;
        if wrong == Some(index) {
            planned.days.push(DayAttendance::try_new(*date, figures(mistaken(*cell), dice))?);
            planned.correction = Some(right);
        } else {
            planned.days.push(right);
        }
    }
    Ok(planned)
}

/// The day as somebody registered it by mistake: absence that was announced stands as not announced, or a pupil who was
/// there as absent the whole day.
fn mistaken(cell: Cell) -> Cell {
    let unnotified = if cell.notified > 0 { cell.notified + cell.unnotified } else { cell.present() + cell.unnotified };
    let nothing_changed = unnotified == cell.unnotified;
    Cell { notified: 0, unnotified: if nothing_changed { 0 } else { unnotified }, ..cell }
}

/// The figures of a day, with what the school decided about the absence. Announced is mostly valid and the rest mostly
/// not, with exceptions both ways and some not decided.
fn figures(cell: Cell, dice: &mut Dice) -> DayMinutes {
    let (mut valid, mut invalid) = (0, 0);
    match dice.below(100) {
        0..93 => valid += cell.notified,
        93..96 => invalid += cell.notified,
        _ => {}
    }
    match dice.below(100) {
        0..84 => invalid += cell.unnotified,
        84..92 => valid += cell.unnotified,
        _ => {}
    }
    DayMinutes {
        offered: Minutes(cell.lessons * LESSON),
        notified: Minutes(cell.notified),
        unnotified: Minutes(cell.unnotified),
        valid: Minutes(valid),
        invalid: Minutes(invalid),
        unregistered: Minutes(cell.unregistered_lessons * LESSON),
        lessons: cell.lessons,
        unregistered_lessons: cell.unregistered_lessons,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::calendar::school_years;
    use super::super::plan::DemoPlan;
    use super::*;

    /// The published table: school, autumn, unnotified, notified, total, in hundredths of one per cent.
    const PUBLISHED: [(&str, u16, [u64; 3]); 12] = [
        ("ARE", 2018, [47, 782, 829]),
        ("ARE", 2019, [48, 738, 786]),
        ("ELS", 2018, [177, 743, 920]),
        ("ELS", 2019, [146, 733, 878]),
        ("LJU", 2018, [119, 809, 927]),
        ("LJU", 2019, [144, 869, 1013]),
        ("ÅNE", 2018, [151, 765, 916]),
        ("ÅNE", 2019, [141, 651, 791]),
        ("ALG", 2018, [333, 971, 1304]),
        ("ALG", 2019, [349, 1029, 1378]),
        ("BIR", 2018, [488, 1430, 1918]),
        ("BIR", 2019, [378, 1359, 1737]),
    ];

    #[derive(Default, Clone, Copy)]
    struct Total {
        offered: u64,
        notified: u64,
        unnotified: u64,
    }

    /// Hundredths of one per cent, half up.
    fn rounded(part: u64, whole: u64) -> u64 {
        (part * 20_000 + whole) / (2 * whole)
    }

    /// Autumn totals from the plan's minutes, with or without what was corrected.
    fn autumns(plan: &DemoPlan, corrected: bool) -> BTreeMap<(&'static str, u16), Total> {
        let mut totals: BTreeMap<(&'static str, u16), Total> = BTreeMap::new();
        for week in &plan.attendance {
            let pupil = &plan.pupils[week.pupil];
            for day in &week.days {
                let better = week.correction.filter(|better| corrected && better.date() == day.date());
                let day = better.unwrap_or(*day);
                let year = u16::try_from(day.date().year()).expect("a year");
                if day.date().month() < 8 {
                    continue;
                }
                let code = SCHOOLS[pupil.school].code;
                let grade = pupil.placements[usize::from(year - 2018)].as_ref().expect("placed").grade.number();
                if code == "ÅNE" && year == 2019 && grade != 7 {
                    continue;
                }
                let total = totals.entry((code, year)).or_default();
                total.offered += u64::from(day.minutes().offered.0);
                total.notified += u64::from(day.minutes().notified.0);
                total.unnotified += u64::from(day.minutes().unnotified.0);
            }
        }
        totals
    }

    fn table(totals: &BTreeMap<(&'static str, u16), Total>) -> Vec<[u64; 3]> {
        let row = |total: &Total| {
            let absent = total.notified + total.unnotified;
            [total.unnotified, total.notified, absent].map(|part| rounded(part, total.offered))
        };
        PUBLISHED.iter().map(|(code, year, _)| row(&totals[&(*code, *year)])).collect()
    }

    #[test]
    fn the_published_table_and_its_changes_follow_from_the_plan_whatever_the_seed() {
        for (seed, scale) in [(1, 1), (2, 1), (4_711, 1), (1, 2)] {
            let plan = DemoPlan::new(seed, scale).expect("a plan");
            let totals = autumns(&plan, true);
            let published: Vec<_> = PUBLISHED.iter().map(|(_, _, row)| *row).collect();
            assert_eq!(table(&totals), published, "seed {seed}, scale {scale}");
            let change = |code: &'static str, part: fn(&Total) -> u64| {
                let of = |year| totals[&(code, year)];
                // Millionths of one per cent, from minutes; far finer than any rounding.
                let exact = |total: Total| i128::from(part(&total)) * 100_000_000 / i128::from(total.offered);
                exact(of(2018)) - exact(of(2019))
            };
            let to_hundredths = |exact: i128| (exact + 5_000).div_euclid(10_000);
            let total = |code| change(code, |total| total.notified + total.unnotified);
            let unnotified = |code| change(code, |total| total.unnotified);
            assert_eq!(to_hundredths(total("ÅNE")), 124, "seed {seed}");
            assert_eq!(to_hundredths(unnotified("ELS")), 31, "seed {seed}");
            assert!(["ARE", "ELS", "LJU"].iter().all(|code| total(code).abs() < total("ÅNE")));
            assert!(["ARE", "LJU", "ÅNE"].iter().all(|code| unnotified(code).abs() < unnotified("ELS")));
        }
    }

    #[test]
    fn the_table_comes_out_only_after_the_corrections() {
        let plan = DemoPlan::new(1, 1).expect("a plan");
        assert_ne!(table(&autumns(&plan, false)), table(&autumns(&plan, true)));
        let one_in = |ljungsbro: bool| {
            let here = |week: &&WeekOfPupil| (SCHOOLS[plan.pupils[week.pupil].school].code == "LJU") == ljungsbro;
            let weeks = plan.attendance.iter().filter(here);
            weeks.clone().count() / weeks.filter(|week| week.correction.is_some()).count()
        };
        assert!((120..190).contains(&one_in(false)), "one week in {} is corrected", one_in(false));
        assert!((30..50).contains(&one_in(true)), "at Ljungsbro one week in {}", one_in(true));
    }

    #[test]
    fn between_97_and_99_per_cent_of_the_lessons_are_registered() {
        let plan = DemoPlan::new(3, 1).expect("a plan");
        let (mut lessons, mut missed) = (0_u64, 0_u64);
        for day in plan.attendance.iter().flat_map(|week| &week.days) {
            lessons += u64::from(day.minutes().lessons);
            missed += u64::from(day.minutes().unregistered_lessons);
        }
        assert!(missed * 100 >= lessons && missed * 100 <= lessons * 3, "{missed} of {lessons}");
    }

    #[test]
    fn every_pupil_has_every_week_of_the_terms_in_which_they_are_enrolled() {
        let plan = DemoPlan::new(1, 1).expect("a plan");
        let [first, second] = school_years().expect("years").map(|year| {
            [Season::Autumn, Season::Spring]
                .iter()
                .map(|season| {
                    let mut days = school_days(&year, *season);
                    days.retain(|day| *day <= yesterday().expect("a day"));
                    weeks(&days).len()
                })
                .sum::<usize>()
        });
        let expected: usize = plan
            .pupils
            .iter()
            .map(|pupil| {
                let [in_first, in_second] = [0, 1].map(|year| usize::from(pupil.placements[year].is_some()));
                in_first * first + in_second * second
            })
            .sum();
        assert_eq!(plan.attendance.len(), expected);
    }
}
