//! Who has whom: each school's way of working, turned into assignments.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use domain::event::pupil::Placement;
use domain::event::school::SchoolYearSet;
use domain::words::Invalid;

use super::calendar::{AWAY, date, yesterday};
use super::contacts::PlannedContact;
use super::plan::{PlannedAssignment, PlannedCover, PlannedHandover, PlannedPupil, PlannedStaff, Post};
use super::schools::{Area, Effort, HANDOVER, SCHOOLS, SchoolData, Whom};
use super::works::PlannedWork;

/// The assignments of both school years, each mentor's pupils together.
pub(crate) fn assign(
    staff: &[PlannedStaff],
    pupils: &[PlannedPupil],
    years: &[SchoolYearSet; 2],
) -> Result<Vec<PlannedAssignment>, Invalid> {
    let mut assignments = Vec::new();
    let mut in_need = HashSet::new();
    for (share, members) in by_share(pupils) {
        for (number, school) in SCHOOLS.iter().enumerate() {
            for effort in school.efforts {
                let mentor = position(staff, Post::Mentor(number, school.mentor_of(share, effort.mentor)))?;
                for (pupil, year) in whom(effort, number, &members, &mut in_need) {
                    let placement = pupils.get(pupil).and_then(|pupil| pupil.placements.get(year)?.as_ref());
                    let principal = placement.and_then(|placement| principal_of(school, placement)).unwrap_or_default();
                    let principal = position(staff, Post::Principal(number, principal))?;
                    let first_day = years.get(year).map_or(effort.from.date(), |year| Ok(year.autumn.first()))?;
                    let from = first_day.max(effort.from.date()?);
                    assignments.push(PlannedAssignment { pupil, mentor, principal, kind: effort.kind, from });
                }
            }
        }
    }
    Ok(assignments)
}

/// The pupils of each share, with their numbers.
pub(crate) fn by_share(pupils: &[PlannedPupil]) -> BTreeMap<usize, Vec<(usize, &PlannedPupil)>> {
    let mut shares: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (number, pupil) in pupils.iter().enumerate() {
        shares.entry(pupil.share).or_default().push((number, pupil));
    }
    shares
}

/// In June 2020 the last mentor of one school takes over some pupils of each of the others; with a greater scale, in each share.
pub(crate) fn hand_over(
    staff: &[PlannedStaff],
    pupils: &[PlannedPupil],
    assignments: &[PlannedAssignment],
) -> Result<Vec<PlannedHandover>, Invalid> {
    let (code, each) = HANDOVER;
    let Some((number, school)) = SCHOOLS.iter().enumerate().find(|(_, school)| school.code == code) else {
        return Ok(Vec::new());
    };
    let from = yesterday()?;
    let mut handovers = Vec::new();
    let last = school.mentors.saturating_sub(1);
    let others = by_share(pupils).into_keys().flat_map(|share| (0..last).map(move |index| (share, index)));
    for (share, index) in others {
        let to = position(staff, Post::Mentor(number, school.mentor_of(share, last)))?;
        let mentor = position(staff, Post::Mentor(number, school.mentor_of(share, index)))?;
        let stays = |pupil: usize| {
            let grade = pupils.get(pupil).and_then(|pupil| pupil.placements.get(1)?.as_ref());
            grade.is_some_and(|placement| placement.grade.number() < school.grades.1)
        };
        let hers = assignments.iter().enumerate().filter(|(_, one)| one.mentor == mentor && stays(one.pupil));
        handovers.extend(
            hers.take(each)
                .map(|(ends, one)| PlannedHandover { ends, begins: PlannedAssignment { mentor: to, from, ..*one } }),
        );
    }
    Ok(handovers)
}

/// Where somebody leaves, from which of the mentors' pupils they had some, how many, and the first day without them.
const LEAVER: (&str, usize, usize, (i32, u32, u32)) = ("BIR", 3, 8, (2018, 11, 5));

/// A mentor leaves in the first autumn: some pupils were theirs until then. The plan has been made as if they were the
/// next mentor's all the time; until that day the leaver has them, and logs the contacts.
pub(crate) fn leave(
    staff: &[PlannedStaff],
    pupils: &[PlannedPupil],
    (assignments, handovers): (&mut [PlannedAssignment], &mut Vec<PlannedHandover>),
    contacts: &mut [PlannedContact],
) -> Result<(), Invalid> {
    let (code, next, how_many, (year, month, day)) = LEAVER;
    let Some(number) = SCHOOLS.iter().position(|school| school.code == code) else { return Ok(()) };
    let leaver = position(staff, Post::Leaver(number))?;
    let next = position(staff, Post::Mentor(number, next))?;
    let from = date(year, month, day)?;
    let passes_later: HashSet<usize> = handovers.iter().map(|handover| handover.ends).collect();
    let both_years = |pupil: usize| pupils.get(pupil).is_some_and(|pupil| pupil.placements.iter().all(Option::is_some));
    let theirs = assignments.iter_mut().enumerate().filter(|(number, one)| {
        one.mentor == next && one.from < from && both_years(one.pupil) && !passes_later.contains(number)
    });
    let mut passed = Vec::with_capacity(how_many);
    for (ends, one) in theirs.take(how_many) {
        passed.push(PlannedHandover { ends, begins: PlannedAssignment { from, ..*one } });
        one.mentor = leaver;
        let before = |contact: &&mut PlannedContact| {
            contact.pupil == one.pupil && contact.mentor == next && contact.occurred.date_naive() < from
        };
        contacts.iter_mut().filter(before).for_each(|contact| contact.mentor = leaver);
    }
    // Before those of June, of which the very last step of the demo is one.
    handovers.splice(0..0, passed);
    Ok(())
}

/// How many of an absent mentor's pupils the deputy takes.
const COVERED: usize = 5;

/// In February 2020 the first mentor of each school is away, and the second stands in for some of the pupils.
pub(crate) fn cover(staff: &[PlannedStaff], assignments: &[PlannedAssignment]) -> Result<Vec<PlannedCover>, Invalid> {
    let (from, until) = AWAY;
    let (from, until) = (date(from.0, from.1, from.2)?, date(until.0, until.1, until.2)?);
    let mut covers = Vec::new();
    for (number, _) in SCHOOLS.iter().enumerate().filter(|(_, school)| school.mentors > 1) {
        let away = position(staff, Post::Mentor(number, 0))?;
        let deputy = position(staff, Post::Mentor(number, 1))?;
        // Those who were assigned in the pilot's year: earlier ones may have left.
        let this_year = |from: NaiveDate| from.year() == 2019 && from.month() > 6;
        let theirs = assignments.iter().enumerate().filter(|(_, one)| one.mentor == away && this_year(one.from));
        covers.extend(theirs.take(COVERED).map(|(assignment, _)| PlannedCover { assignment, deputy, from, until }));
    }
    Ok(covers)
}

/// While a mentor is away the deputy does what there is to do, and the mentor logs nothing.
pub(crate) fn stand_in(
    staff: &[PlannedStaff],
    works: &mut [PlannedWork],
    contacts: &mut [PlannedContact],
) -> Result<(), Invalid> {
    let at_work = |who: &mut usize, day| {
        *who = deputy_of(staff, *who, day)?.unwrap_or(*who);
        Ok(())
    };
    works.iter_mut().try_for_each(|work| at_work(&mut work.by, work.at.date_naive()))?;
    contacts.iter_mut().try_for_each(|contact| at_work(&mut contact.mentor, contact.occurred.date_naive()))
}

/// Who stands in for somebody who is away on the day; `None`: they are at work, or no mentor.
pub(crate) fn deputy_of(staff: &[PlannedStaff], who: usize, day: NaiveDate) -> Result<Option<usize>, Invalid> {
    let (from, until) = AWAY;
    let away = date(from.0, from.1, from.2)?..=date(until.0, until.1, until.2)?;
    let Some(Post::Mentor(school, 0)) = staff.get(who).map(|one| one.post).filter(|_| away.contains(&day)) else {
        return Ok(None);
    };
    Ok(staff.iter().position(|one| one.post == Post::Mentor(school, 1)))
}

/// Which pupils, and in which of the school years each is assigned.
fn whom(
    effort: &Effort,
    school: usize,
    pupils: &[(usize, &PlannedPupil)],
    in_need: &mut HashSet<usize>,
) -> Vec<(usize, usize)> {
    let starts = effort.from.year();
    let fits = |pupil: &PlannedPupil, year: usize| {
        let Some(placement) = pupil.placements.get(year).and_then(Option::as_ref) else { return false };
        let grade = placement.grade.number();
        match effort.whom {
            Whom::InNeed(_) => true,
            Whom::Grade(wanted) => grade == wanted,
            Whom::Class(wanted, letter) => grade == wanted && pupil.letter == letter,
            Whom::Programmes(codes) => codes.contains(&pupil.letter),
        }
    };
    let candidates = pupils.iter().filter(|(_, pupil)| pupil.school == school);
    let mut found: Vec<(usize, usize)> = candidates
        .filter_map(|(number, pupil)| (starts..2).find(|year| fits(pupil, *year)).map(|year| (*number, year)))
        .collect();
    if let Whom::InNeed(how_many) = effort.whom {
        let weights: HashMap<usize, usize> =
            pupils.iter().map(|(number, pupil)| (*number, pupil.absence_weight)).collect();
        let weight = |number: usize| weights.get(&number).copied().unwrap_or_default();
        found.retain(|(number, _)| !in_need.contains(number));
        found.sort_by_key(|(number, _)| (std::cmp::Reverse(weight(*number)), *number));
        found.truncate(how_many);
        in_need.extend(found.iter().map(|(number, _)| *number));
    }
    found
}

/// Which of a school's principals answers for a placement.
pub(crate) fn principal_of(school: &SchoolData, placement: &Placement) -> Option<usize> {
    school.principals.iter().position(|area| match area {
        Area::Unit => true,
        Area::Programmes(codes) => {
            placement.programme.as_ref().is_some_and(|programme| codes.contains(&programme.as_str()))
        }
    })
}

/// The number of whoever holds a post.
pub(crate) fn position(staff: &[PlannedStaff], post: Post) -> Result<usize, Invalid> {
    staff.iter().position(|one| one.post == post).ok_or(Invalid { what: "post", why: "nobody holds it in the plan" })
}
