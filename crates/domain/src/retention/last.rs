//! What goes last: who somebody was, without which nobody can tell whose the rest is. And what is due of those of whom that is gone
//! already, so that nothing of theirs is kept for ever.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::{Due, Records, Subject, others, school_year_ends};
use crate::event::SchoolMatter;
use crate::id::SchoolId;
use crate::state::World;
use crate::words::RetentionClass;

/// Whether records of the class explain all others of the same person.
pub(super) const fn explains(class: RetentionClass) -> bool {
    class.lasts() || matches!(class, RetentionClass::Guardian | RetentionClass::Staff)
}

impl Due {
    /// Whether it is erased only when nothing else of the person is kept.
    pub const fn goes_last(&self) -> bool {
        self.last || explains(self.records.class)
    }
}

/// What would be left, of all that is kept, of persons of whom what goes last were erased: it could not be understood any more, and
/// nobody would know when its time is over. Such a list is not carried out.
pub fn left_behind(due: &[Due], kept: &[Records]) -> Vec<Records> {
    let last: BTreeSet<Subject> = due.iter().filter(|due| due.goes_last()).map(|due| due.records.subject).collect();
    let erased: BTreeSet<Records> = due.iter().map(|due| due.records).collect();
    kept.iter().copied().filter(|one| last.contains(&one.subject) && !erased.contains(one)).collect()
}

/// What erasures that were begun still say of those of whom nothing else is known.
#[derive(Default)]
struct Begun {
    schools: BTreeSet<SchoolId>,
    last: u16,
}

/// Whose erasure was begun.
pub(super) struct Erased(BTreeMap<Subject, Begun>);

impl Erased {
    pub(super) fn of(world: &World) -> Self {
        let mut all: BTreeMap<Subject, Begun> = BTreeMap::new();
        for (id, school) in world.schools() {
            for matter in &school.settled {
                if let SchoolMatter::ErasureBegun { subject, period, .. } = matter {
                    let begun = all.entry(*subject).or_default();
                    begun.schools.insert(id);
                    begun.last = begun.last.max(*period);
                }
            }
        }
        Self(all)
    }

    /// What is over of the records of somebody of whom it is not known who they were: by the plans of the schools where something of
    /// theirs was erased, or of all. What is not of a school year by itself goes by the last one that any of their records names, and
    /// at once where none does: who they were was erased when the time of all of it was over.
    ///
    /// `held`: somebody's records are held, perhaps of whose guardian it was. Then what goes last stays.
    pub(super) fn due_of(
        &self,
        world: &World,
        (subject, records, held): (Subject, &[Records], bool),
        today: NaiveDate,
    ) -> Vec<Due> {
        let begun = self.0.get(&subject);
        let schools = begun.map(|begun| begun.schools.clone()).unwrap_or_default();
        let schools = others::or_all(world, schools);
        let years = records.iter().map(|one| one.period).chain(begun.map(|begun| begun.last));
        let last = years.max().filter(|year| *year > 0);
        let over = |one: &Records| {
            let (school, months, plan_item) = others::longest(world, &schools, one.class, today)?;
            let year = if one.period == 0 || one.class.lasts() { last } else { Some(one.period) };
            let since = match year {
                Some(year) => school_year_ends(year)?.checked_add_months(Months::new(months.into()))?.succ_opt()?,
                None => today,
            };
            let plan_item = plan_item.clone();
            (since <= today).then(|| Due { school, records: *one, plan_item, since, last: explains(one.class) })
        };
        let mut due: Vec<Due> = records.iter().filter_map(over).collect();
        if held || due.len() < records.len() {
            due.retain(|due| !due.goes_last());
        }
        due
    }
}
