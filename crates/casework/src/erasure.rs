//! Erasing (gallring): which records there are, what the plan says of them, and the events around the destroying of keys.
//! Who has the keys destroys them in between; a crash at any point is finished at the next start.

use std::collections::{BTreeMap, BTreeSet};

use domain::actor::Actor;
use domain::calendar::{Term, local_date};
use domain::command::Command;
use domain::disclosure::FEWEST;
use domain::event::SchoolMatter;
use domain::id::{CommandId, GuardianId, PupilId, SchoolId, StaffId};
use domain::projection::AsOf;
use domain::projection::absence::{Absence, Sums};
use domain::refusal::Refusal;
use domain::retention::{self, Due, MOST_AT_ONCE, Records, Subject};
use domain::state::RegisteredSchool;
use domain::words::{FigurePart, Grade, Reference, RetentionClass, SchoolCode};
use storage::{KeyRef, RecordClass};

use crate::service::Casework;
use crate::stored::classes;

/// The records that a key is for; `None`: of a class that no plan speaks of.
fn records_of(key: &KeyRef) -> Option<Records> {
    let class = RetentionClass::ALL.into_iter().find(|class| record_class(*class) == key.class)?;
    Some(Records { subject: Subject::of(class, key.subject), class, period: key.period })
}

/// The key of these records.
pub fn key_of(records: &Records) -> KeyRef {
    classes::key(records.subject.bits(), record_class(records.class), records.period)
}

const fn record_class(class: RetentionClass) -> RecordClass {
    match class {
        RetentionClass::Identity => classes::IDENTITY,
        RetentionClass::Enrolment => classes::ENROLMENT,
        RetentionClass::Caseload => classes::CASELOAD,
        RetentionClass::Contact => classes::CONTACT,
        RetentionClass::Note => classes::NOTE,
        RetentionClass::Attendance => classes::ATTENDANCE,
        RetentionClass::Ladder => classes::LADDER,
        RetentionClass::Referral => classes::REFERRAL,
        RetentionClass::Support => classes::SUPPORT,
        RetentionClass::Safety => classes::SAFETY,
        RetentionClass::External => classes::EXTERNAL,
        RetentionClass::Trace => classes::TRACE,
        RetentionClass::Message => classes::DIGEST,
        RetentionClass::Guardian => classes::GUARDIAN,
        RetentionClass::Staff => classes::STAFF,
        RetentionClass::WorkingTime => classes::WORKING_TIME,
    }
}

/// A published figure that would tell of a few: fewer than five pupils of whom nothing else is left would be the difference
/// between it and those who are still there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TellsOfFew {
    /// Of which school.
    pub school: SchoolCode,
    /// Of which term.
    pub term: Term,
    /// Of which grade; `None`: of the whole school.
    pub grade: Option<Grade>,
    /// How many would be gone from it.
    pub pupils: u32,
}

/// That something is to be erased: which decision says so, and who approved the list. In this order they are told apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Approval {
    /// The decision's number.
    pub decision: Reference,
    /// Who approved it; `None`: it was not recorded.
    pub by: Option<StaffId>,
}

/// What was erased, as a list that is kept beside the backups says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Again {
    /// At which school it was decided; `None`: the list does not say.
    pub school: Option<SchoolId>,
    /// Which records.
    pub records: Records,
    /// By which decision, and whose approval, where the list says whose.
    pub approval: Approval,
}

/// An erasure that has been begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// At which school.
    pub school: SchoolId,
    /// Of what.
    pub records: Records,
    /// By which item of the plan.
    pub plan_item: Reference,
    /// By which decision, and whose approval.
    pub approval: Approval,
    /// Whether its keys are destroyed.
    pub done: bool,
}

impl Casework {
    /// What may no longer be kept, by each school's plan, of what these keys open; in the order of whose it is, and of classes.
    pub fn due(&self, keys: &[KeyRef]) -> Vec<Due> {
        let mut kept: Vec<Records> = keys.iter().filter_map(records_of).collect();
        kept.sort_unstable();
        retention::due(&self.projections(), &kept, local_date(self.now()))
    }

    /// What of a list of erasures the log does not say yet, whatever the plan says: after a restore from a backup that is older than
    /// they are. Each is put on record again, also where no key of it is left: else the next list would lack it. It is erased again at the
    /// school that decided; where the list is of a time when it did not say which, or the backup does not know that school, at the
    /// pupil's last school, and for those who are no pupils at the first. `None`: the log knows of no school, and nothing can be put on
    /// record.
    pub fn due_again(&self, erased: &[Again]) -> Option<Vec<(Due, Approval)>> {
        // The same may have been erased twice by one decision, the second time after the backup.
        let mut said = self.erasures_on_record();
        let view = self.projections();
        let first = view.world.schools().map(|(id, _)| id).min();
        let mut due_again = Vec::new();
        for Again { school, records, approval } in erased {
            if let Some(left) = said.get_mut(&(*records, approval.decision.clone())).filter(|left| **left > 0) {
                *left -= 1;
                continue;
            }
            let decided = school.filter(|school| view.world.school(*school).is_some());
            let last = || {
                let Subject::Pupil(pupil) = records.subject else { return None };
                view.world.case(pupil).map(|case| case.facts.latest.school)
            };
            let school = decided.or_else(last).or(first)?;
            let plan_item = approval.decision.clone();
            let due = Due { school, records: *records, plan_item, since: local_date(self.now()), last: false };
            due_again.push((due, approval.clone()));
        }
        Some(due_again)
    }

    /// How many erasures that are on record a list does not have: it was written before they were, and so is not the newest.
    pub fn lacked_by(&self, list: &[Again]) -> usize {
        let listed = counted(list.iter().map(|again| (again.records, again.approval.decision.clone())));
        let lacked = |(what, times): (_, usize)| times.saturating_sub(listed.get(&what).copied().unwrap_or_default());
        self.erasures_on_record().into_iter().map(lacked).sum()
    }

    fn erasures_on_record(&self) -> BTreeMap<(Records, Reference), usize> {
        counted(self.erasures().into_iter().map(|begun| (begun.records, begun.approval.decision)))
    }

    /// Which published figures would tell of a few if these were erased by one decision: they are erased together with more
    /// of the same term, or later. Once five are gone from a figure, any others may follow.
    pub fn tells_of_few(&self, due: &[Due]) -> Vec<TellsOfFew> {
        let view = self.projections();
        let days = |due: &Due| {
            let Records { subject, class, period } = due.records;
            if let Subject::Pupil(pupil) = subject { Some((pupil, class, period)) } else { None }
        };
        let erased: Vec<_> = due.iter().filter_map(days).collect();
        let after = view.absence.without(&erased);
        let mut found = Vec::new();
        for (id, school) in view.world.schools() {
            for term in published_of(school, due) {
                let told: Vec<_> = if school.keeps_told(term) {
                    school.told_figures(term).collect()
                } else {
                    let now = AsOf::now(local_date(self.now()));
                    let at = view.past.publication(id, Some(term), now).unwrap_or(now);
                    view.told(id, term, at).iter().filter_map(figure_of).collect()
                };
                for (grade, part, sums) in told {
                    let count = |of: &Absence| of.of_school(id, term, grade, None).part(part).pupils;
                    let (now, then) = (count(&view.absence), count(&after));
                    let gone = sums.pupils.saturating_sub(then).max(now.saturating_sub(then));
                    let same =
                        |one: &TellsOfFew| one.school == school.details.code && one.term == term && one.grade == grade;
                    if then < now && (1..FEWEST).contains(&gone) && !found.iter().any(same) {
                        let code = school.details.code.clone();
                        found.push(TellsOfFew { school: code, term, grade, pupils: gone });
                    }
                }
            }
        }
        found
    }

    /// What these keys open, and would be left of persons of whom what goes last is on the list: such a list is refused.
    pub fn left_behind(&self, due: &[Due], keys: &[KeyRef]) -> Vec<Records> {
        let mut kept: Vec<Records> = keys.iter().filter_map(records_of).collect();
        kept.sort_unstable();
        retention::left_behind(due, &kept)
    }

    /// Begins to erase, by a decision. What is named is gone at once from every figure that is added up from days; what was
    /// published stands as it was told. `keys`: what opens anything. What goes last of somebody is begun after all else of theirs.
    /// `again`: it was erased before a restore. `ids` names one command after the other.
    pub async fn begin_erasure(
        &self,
        (due, keys): (&[Due], &[KeyRef]),
        (approval, again): (&Approval, bool),
        ids: &mut dyn FnMut() -> Option<CommandId>,
    ) -> Result<(), Refusal> {
        let mut told = self.told_before(due);
        let subjects: BTreeSet<Subject> = due.iter().map(|due| due.records.subject).collect();
        let mut kept: Vec<Records> = keys.iter().filter_map(records_of).collect();
        kept.retain(|records| subjects.contains(&records.subject));
        kept.sort_unstable();
        for due in in_turn(due) {
            let told = std::mem::take(&mut told);
            let Approval { decision, by: approved_by } = approval.clone();
            let still = kept.clone();
            kept.retain(|records| due.iter().all(|due| due.records != *records));
            let begin = Command::BeginErasure { decision, approved_by, due, kept: still, told, again };
            self.execute(Actor::Setup, begin, fresh(ids)?).await?;
        }
        Ok(())
    }

    /// What was told of terms that lose days, where their publication did not keep it: it is put on record before they go.
    fn told_before(&self, due: &[Due]) -> Vec<(SchoolId, SchoolMatter)> {
        let view = self.projections();
        let mut told = Vec::new();
        for (id, school) in view.world.schools() {
            for term in published_of(school, due).filter(|term| !school.keeps_told(*term)) {
                if let Some(at) = view.past.publication(id, Some(term), AsOf::now(local_date(self.now()))) {
                    told.extend(view.told(id, term, at).into_iter().map(|matter| (id, matter)));
                }
            }
        }
        told
    }

    /// The guardians who are left without a pupil when these records are erased: nothing of theirs is kept longer than who
    /// their pupils are. As the subjects of their keys.
    pub fn guardians_of_none(&self, erased: &[Records]) -> BTreeSet<[u8; 16]> {
        let view = self.projections();
        let identities = erased.iter().filter(|records| records.class == RetentionClass::Identity);
        let gone: BTreeSet<PupilId> = identities
            .filter_map(|records| if let Subject::Pupil(pupil) = records.subject { Some(pupil) } else { None })
            .collect();
        let is_gone = |pupil: &PupilId| {
            gone.contains(pupil) || view.world.case(*pupil).is_none_or(|case| case.latest.name.present().is_none())
        };
        let cases = gone.iter().filter_map(|pupil| view.world.case(*pupil));
        let guardians = cases.flat_map(|case| case.guardians_ever());
        let left = guardians.filter(|guardian| view.world.children_of(*guardian).iter().all(is_gone));
        left.map(GuardianId::bits).collect()
    }

    /// Every erasure that was begun, in the order of schools and then as recorded.
    pub fn erasures(&self) -> Vec<Begun> {
        let view = self.projections();
        let mut begun: Vec<Begun> = Vec::new();
        let mut at: BTreeMap<Records, Vec<usize>> = BTreeMap::new();
        for (school, unit) in view.world.schools() {
            for matter in &unit.settled {
                if let SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision, approved_by } = matter
                {
                    let records = Records { subject: *subject, class: *class, period: *period };
                    at.entry(records).or_default().push(begun.len());
                    let approval = Approval { decision: decision.clone(), by: *approved_by };
                    begun.push(Begun { school, records, plan_item: plan_item.clone(), approval, done: false });
                } else if let SchoolMatter::ErasureCarriedOut { subject, class, period } = matter {
                    let records = Records { subject: *subject, class: *class, period: *period };
                    for index in at.get(&records).into_iter().flatten() {
                        if let Some(begun) = begun.get_mut(*index) {
                            begun.done = true;
                        }
                    }
                }
            }
        }
        begun
    }

    /// Which records have been erased, by the place at which that is recorded: whatever was sealed for them before opens no more.
    pub fn erased(&self) -> BTreeMap<Records, u64> {
        self.projections().past.erased()
    }

    /// Puts on record that the keys of these are destroyed.
    pub async fn finish_erasure(
        &self,
        done: &[(SchoolId, Records)],
        ids: &mut dyn FnMut() -> Option<CommandId>,
    ) -> Result<(), Refusal> {
        for done in done.chunks(MOST_AT_ONCE) {
            self.execute(Actor::Setup, Command::FinishErasure { done: done.to_vec() }, fresh(ids)?).await?;
        }
        Ok(())
    }
}

/// What was erased by which decision, and how often.
fn counted(erased: impl Iterator<Item = (Records, Reference)>) -> BTreeMap<(Records, Reference), usize> {
    let mut counted = BTreeMap::new();
    for one in erased {
        *counted.entry(one).or_default() += 1;
    }
    counted
}

/// So many by so many, in their order, but what goes last of anybody after all else, and of each person together.
fn in_turn(due: &[Due]) -> Vec<Vec<Due>> {
    let (last, first): (Vec<&Due>, Vec<&Due>) = due.iter().partition(|due| due.goes_last());
    let mut by_subject: BTreeMap<Subject, Vec<&Due>> = BTreeMap::new();
    for due in last {
        by_subject.entry(due.records.subject).or_default().push(due);
    }
    let mut turns: Vec<Vec<Due>> = Vec::new();
    for together in first.into_iter().map(|due| vec![due]).chain(by_subject.into_values()) {
        let together = together.into_iter().cloned();
        match turns.last_mut() {
            Some(turn) if turn.len() + together.len() <= MOST_AT_ONCE => turn.extend(together),
            Some(_) | None => turns.push(together.collect()),
        }
    }
    turns
}

/// The published terms of a school in whose school year something is erased.
fn published_of<'a>(school: &'a RegisteredSchool, due: &'a [Due]) -> impl Iterator<Item = Term> + 'a {
    let loses = |term: &Term| due.iter().any(|due| due.records.period == term.school_year());
    school.published_terms().filter(loses)
}

fn figure_of(matter: &SchoolMatter) -> Option<(Option<Grade>, FigurePart, Sums)> {
    if let SchoolMatter::FigureTold { grade, part, sums, .. } = matter { Some((*grade, *part, *sums)) } else { None }
}

fn fresh(ids: &mut dyn FnMut() -> Option<CommandId>) -> Result<CommandId, Refusal> {
    ids().ok_or(Refusal::new(domain::refusal::Code::Internal))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// A list that one command cannot take: a stop between two leaves nothing that nobody could tell whose it is.
    #[test]
    fn who_somebody_was_is_begun_after_all_else_and_together() {
        let due = |number: u16, class: RetentionClass| {
            let [high, low] = number.to_be_bytes();
            let mut bits = [7; 16];
            bits[..2].copy_from_slice(&[high, low]);
            let records = Records { subject: Subject::of(class, bits), class, period: 2018 };
            let (school, plan_item) = (SchoolId::from_bits([1; 16]), Reference::try_new("3.2").unwrap());
            Due { school, records, plan_item, since: "2021-07-01".parse().unwrap(), last: false }
        };
        let classes = [RetentionClass::Identity, RetentionClass::Enrolment, RetentionClass::Note];
        let list: Vec<Due> = (0..267).flat_map(|number| classes.map(|class| due(number, class))).collect();
        let turns = in_turn(&list);
        assert!(turns.iter().all(|turn| turn.len() <= MOST_AT_ONCE));
        assert!(turns.len() > 2, "of two that are full the last would be cut in the middle of nobody");
        let mut kept: Vec<Records> = list.iter().map(|due| due.records).collect();
        for turn in &turns {
            assert_eq!(retention::left_behind(turn, &kept), []);
            kept.retain(|records| turn.iter().all(|due| due.records != *records));
        }
        assert_eq!(kept, []);
    }
}
