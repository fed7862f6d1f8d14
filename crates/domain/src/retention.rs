//! Retention and erasure (gallring): what may no longer be kept, by the adopted plan. Pure: who knows which records there
//! are asks here, and carries it out.

mod holds;
mod last;
mod others;
mod subject;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use crate::calendar::{Term, local_date};
use crate::event::EventKind;
use crate::id::{PupilId, SchoolId};
use crate::projection::Projections;
use crate::state::{Enrolment, PupilCase, World};
use crate::words::{Reference, RetentionClass};

pub use self::holds::is_at;
pub(crate) use self::holds::{Holds, is_here};
use self::last::Erased;
pub use self::last::left_behind;
pub use self::subject::{NOBODY, Subject};

/// Most records that are erased by one command.
pub const MOST_AT_ONCE: usize = 400;

/// Records of one subject, one class and one school year (by its first calendar year; 0: as long as the relation lasts). They
/// have a key of their own, and are erased together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Records {
    /// Whose; of traces, which are nobody's: [`NOBODY`].
    pub subject: Subject,
    /// Of which class.
    pub class: RetentionClass,
    /// Of which school year.
    pub period: u16,
}

/// Records that the plan says may no longer be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Whose plan it is: the pupil's last school, or the one that keeps what is a guardian's or of staff longest.
    pub school: SchoolId,
    /// Which records.
    pub records: Records,
    /// The plan's item.
    pub plan_item: Reference,
    /// First day on which they may no longer be kept.
    pub since: NaiveDate,
    /// Whether they go last, also where the class alone does not say so: what keeps a pupil safe, while it is in force.
    pub last: bool,
}

/// Which of the records that there are may no longer be kept today. Nothing of somebody whose records are held at any school, nor who
/// read whose case while anybody's are.
///
/// Who the pupil was, where they went and who their mentor was explain everything else that is kept of them: these go last,
/// together, when nothing else is left and the time of each is over. So does what keeps the pupil safe while it is in force:
/// that the identity is protected, the pupil's or a guardian's, that a guardian may have no contact, or is not to be told. And so
/// they do while a guardian's records are held: these are nobody's once it is not known whose guardian it was.
///
/// Where who somebody was is gone already, what is left of theirs is due by its school year, by the plans of the schools where it was erased.
pub fn due(known: &Projections, kept: &[Records], today: NaiveDate) -> Vec<Due> {
    let world = &known.world;
    let (traces, kept): (Vec<Records>, Vec<Records>) =
        kept.iter().copied().partition(|records| records.class == RetentionClass::Trace);
    let holds = Holds::of(world);
    let no_longer = |records| if holds.any() { None } else { traces_over(world, records, today) };
    let mut due: Vec<Due> = traces.into_iter().filter_map(no_longer).collect();
    let mut by_subject: BTreeMap<Subject, Vec<Records>> = BTreeMap::new();
    for records in kept {
        by_subject.entry(records.subject).or_default().push(records);
    }
    let erased = Erased::of(world);
    for (subject, records) in by_subject {
        if holds.keep(world, subject) {
            continue;
        }
        let Subject::Pupil(pupil) = subject else {
            due.extend(if others::is_known(world, subject) {
                others::due_of(known, subject, &records, today)
            } else {
                erased.due_of(world, (subject, &records, holds.any()), today)
            });
            continue;
        };
        let Some(case) = world.case(pupil) else {
            due.extend(erased.due_of(world, (subject, &records, holds.any()), today));
            continue;
        };
        let safeguards = safeguards(known, pupil, case);
        let lasts = |one: Records| lasts(one, &safeguards);
        let over = |one: &Records| over(world, case, (*one, lasts(*one)), today);
        let mut of_pupil: Vec<Due> = records.iter().filter_map(over).collect();
        let gone: BTreeSet<Records> = of_pupil.iter().map(|due| due.records).collect();
        if holds.keep_guardian_of(case) || !records.iter().all(|one| gone.contains(one)) {
            of_pupil.retain(|due| !due.last);
        }
        due.extend(of_pupil);
    }
    due
}

/// Who read whose case belongs to no school: it is kept as long as the school that keeps it longest says, and for good where one
/// says nothing.
fn traces_over(world: &World, records: Records, today: NaiveDate) -> Option<Due> {
    let schools = world.schools().map(|(id, _)| id).collect();
    let (school, months, plan_item) = others::longest(world, &schools, records.class, today)?;
    let since = school_year_ends(records.period)?.checked_add_months(Months::new(months.into()))?.succ_opt()?;
    (since <= today).then(|| Due { school, records, plan_item: plan_item.clone(), since, last: false })
}

/// The last day of a school year (läsår), by its first calendar year.
fn school_year_ends(period: u16) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::from(period) + 1, 6, 30)
}

/// Whether other records cannot be understood without these, or the pupil is not safe without them.
fn lasts(records: Records, safeguards: &BTreeSet<u16>) -> bool {
    records.class.lasts() || (records.class == RetentionClass::Safety && safeguards.contains(&records.period))
}

/// The school years in which was recorded what keeps the pupil safe today; none when nothing does.
fn safeguards(known: &Projections, pupil: PupilId, case: &PupilCase) -> BTreeSet<u16> {
    let by_guardian = [&case.bans, &case.withheld, &case.guardians_protected];
    if case.protection.is_none() && by_guardian.iter().all(|guardians| guardians.is_empty()) {
        return BTreeSet::new();
    }
    let entries = known.timeline.cases.get(&pupil).into_iter().flat_map(|case| case.entries.iter());
    let entries = entries.filter_map(|packed| packed.entry());
    let guards = entries.filter(|entry| is_safeguard(entry.kind));
    guards.map(|entry| Term::of(local_date(entry.key.occurred)).school_year()).collect()
}

/// Begins to keep a pupil safe, or ends it: without the end, the beginning would seem to be in force.
const fn is_safeguard(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::IdentityProtected
            | EventKind::IdentityProtectionEnded
            | EventKind::ContactBanned
            | EventKind::ContactBanLifted
            | EventKind::TellingWithheld
            | EventKind::TellingResumed
            | EventKind::GuardianProtected
            | EventKind::GuardianProtectionEnded
    )
}

/// Whether an enrolment lasted on some day of a school year or of the one before, as its days are or as they once stood on record:
/// what is recorded of it soon after its end may stand under the next.
fn went_in(enrolment: &Enrolment, period: u16) -> bool {
    let begins = school_year_ends(period.saturating_sub(2));
    let ends = school_year_ends(period);
    let (first, left) = enrolment.widest();
    ends.is_some_and(|ends| first <= ends) && begins.is_none_or(|begins| left.is_none_or(|left| left > begins))
}

fn over(world: &World, case: &PupilCase, (records, lasts): (Records, bool), today: NaiveDate) -> Option<Due> {
    let whole = records.period == 0 || lasts;
    // Each committee erases its own by its own plan: what two have under one key goes when it is over by both.
    let schools: BTreeSet<SchoolId> = case
        .enrolments()
        .filter(|enrolment| whole || went_in(enrolment, records.period))
        .map(|enrolment| enrolment.school)
        .collect();
    let schools = if schools.is_empty() { BTreeSet::from([case.facts.latest.school]) } else { schools };
    let (school, months, plan_item) = others::longest(world, &schools, records.class, today)?;
    let begins = if whole { case.facts.last_day_on_record()? } else { school_year_ends(records.period)? };
    let since = begins.checked_add_months(Months::new(months.into()))?.succ_opt()?;
    (since <= today).then(|| Due { school, records, plan_item: plan_item.clone(), since, last: lasts })
}
