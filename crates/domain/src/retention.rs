//! Retention and erasure (gallring): what may no longer be kept, by the adopted plan. Pure: who knows which records there
//! are asks here, and carries it out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use crate::id::{PupilId, SchoolId};
use crate::state::{PupilCase, World};
use crate::words::{Reference, RetentionClass};

/// Most records that are erased by one command.
pub const MOST_AT_ONCE: usize = 400;

/// Records of one pupil, one class and one school year (by its first calendar year; 0: as long as the relation lasts). They
/// have a key of their own, and are erased together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Records {
    /// Whose.
    pub pupil: PupilId,
    /// Of which class.
    pub class: RetentionClass,
    /// Of which school year.
    pub period: u16,
}

/// Records that the plan says may no longer be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// The pupil's last school, whose plan it is.
    pub school: SchoolId,
    /// Which records.
    pub records: Records,
    /// The plan's item.
    pub plan_item: Reference,
    /// First day on which they may no longer be kept.
    pub since: NaiveDate,
}

/// Which of the records that there are may no longer be kept today. Nothing of a pupil whose records are held at any school.
///
/// Who the pupil was, where they went and who their mentor was explain everything else that is kept of them: these go last,
/// together, when nothing else is left and the time of each is over.
pub fn due(world: &World, kept: &[Records], today: NaiveDate) -> Vec<Due> {
    let mut by_pupil: BTreeMap<PupilId, Vec<Records>> = BTreeMap::new();
    for records in kept {
        by_pupil.entry(records.pupil).or_default().push(*records);
    }
    let mut due = Vec::new();
    for (pupil, records) in by_pupil {
        let Some(case) = world.case(pupil) else { continue };
        if world.schools().any(|(_, school)| school.is_held(pupil)) {
            continue;
        }
        let mut of_pupil: Vec<Due> = records.iter().filter_map(|one| over(world, case, *one, today)).collect();
        let gone: BTreeSet<Records> = of_pupil.iter().map(|due| due.records).collect();
        if !records.iter().all(|one| gone.contains(one)) {
            of_pupil.retain(|due| !explains(due.records.class));
        }
        due.extend(of_pupil);
    }
    due
}

/// Whether other records cannot be understood without these.
const fn explains(class: RetentionClass) -> bool {
    class.lasts()
}

fn over(world: &World, case: &PupilCase, records: Records, today: NaiveDate) -> Option<Due> {
    let school = case.facts.latest.school;
    let (months, plan_item) = world.school(school)?.retention_on(records.class, today)?;
    let begins = if records.period == 0 || records.class.lasts() {
        case.facts.latest.last_day()?
    } else {
        NaiveDate::from_ymd_opt(i32::from(records.period) + 1, 6, 30)?
    };
    let since = begins.checked_add_months(Months::new(months.into()))?.succ_opt()?;
    (since <= today).then(|| Due { school, records, plan_item: plan_item.clone(), since })
}
