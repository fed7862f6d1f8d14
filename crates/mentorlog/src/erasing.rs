//! Erasing in a data folder: what was begun is finished, and what a restored backup does not know of is erased again, before
//! the service answers anything.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{AccountBook, forget_sessions, sessions_of};
use casework::Clock;
use casework::erasure::{Approval, key_of};
use domain::id::{CommandId, SchoolId, StaffId};
use domain::retention::{NOBODY, Records, Subject};
use domain::words::RetentionClass;
use storage::disk::{read_file, replace_file};
use storage::{Disk, Position, RealDisk, care};

use crate::chance;
use crate::erased_list::ErasedList;
use crate::failure::{Exit, Failure};
use crate::kept::KeptFile;
use crate::old_master;
use crate::wiring::Running;

/// The file, in a data folder that was restored, of what has been erased since its backup was made.
pub(crate) fn pending(data: &Path) -> PathBuf {
    data.join("erased-since-the-backup")
}

/// The list that a folder, or a copy of one, has not carried out yet: it was restored, and never started since.
pub(crate) fn not_carried_out(data: &Path) -> Result<Option<ErasedList>, Failure> {
    let list = pending(data);
    if RealDisk.exists(&list)? { ErasedList::read(&list).map(Some) } else { Ok(None) }
}

/// Keeps the list of erasures in a restored folder, for its first start. The list has been read.
pub(crate) fn keep(data: &Path, list: &Path) -> Result<(), Failure> {
    let bytes = read_file(&RealDisk, list)?;
    Ok(replace_file(&RealDisk, &pending(data), &bytes)?)
}

/// A line of a list of erasures.
pub(crate) struct Listed {
    /// Which records.
    pub(crate) records: Records,
    /// At which school it was decided, where the list tells what has been erased; one of an earlier time does not say.
    pub(crate) school: Option<SchoolId>,
    /// Who approved it, where the list tells what has been erased, and that was recorded.
    pub(crate) approved_by: Option<StaffId>,
    /// What follows.
    pub(crate) rest: String,
}

/// Reads a list of erasures: `SUBJECT CLASS PERIOD` and what follows, a line each; where the list tells what has been erased, the
/// school, who approved it and the decision's number follow; an older one says neither of the first two, or the school alone. Lines that begin with `#` are words for people.
pub(crate) fn read(list: &Path) -> Result<Vec<Listed>, Failure> {
    let shown = list.display();
    let bytes = read_file(&RealDisk, list).map_err(|error| Failure::from(error).while_doing(&shown))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(Exit::Failed, format!("{shown}: not UTF-8")))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let read = lines.map(|(number, line)| {
        let wrong =
            || Failure::new(Exit::Failed, format!("{shown}, line {}: not `SUBJECT CLASS PERIOD …`", number + 1));
        parsed(line).ok_or_else(wrong)
    });
    read.collect()
}

/// A line of one.
pub(crate) fn parsed(line: &str) -> Option<Listed> {
    let mut words = line.split_whitespace().peekable();
    let subject: Subject = words.next()?.parse().ok()?;
    let class = RetentionClass::from_name(words.next()?)?;
    let period = words.next()?.parse().ok()?;
    let known = subject == Subject::of(class, subject.bits());
    let school = words.peek().and_then(|word| word.parse().ok());
    if school.is_some() {
        words.next();
    }
    let approved_by = words.peek().filter(|_| school.is_some()).and_then(|word| word.parse().ok());
    if approved_by.is_some() {
        words.next();
    }
    let rest = one_space_between(words);
    known.then_some(Listed { records: Records { subject, class, period }, school, approved_by, rest })
}

/// A decision's number as a list can hold it: its words, one space between. What is pasted has spaces of other kinds in it, and a number
/// that is another in the list than on record would keep each list of the log from being taken.
pub(crate) fn as_in_a_list(decision: &str) -> String {
    one_space_between(decision.split_whitespace())
}

fn one_space_between<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// Fresh names of commands, made now.
pub(crate) fn command_ids(clock: &dyn Clock) -> impl FnMut() -> Option<CommandId> + '_ {
    || chance::command_id(clock.now().timestamp_millis()).ok()
}

/// For each start, before anything is answered: leaves a snapshot that is older than an erasure, and finishes what was begun.
pub(crate) async fn at_start(running: &Running) -> Result<(), Failure> {
    leave_old_snapshots(running).await?;
    finish(running).await.map(drop)
}

/// Erases again what was erased before a restore, then destroys the keys of everything that was begun, removes what was
/// derived from it, and puts that on record. Does nothing where nothing is pending.
pub(crate) async fn finish(running: &Running) -> Result<usize, Failure> {
    let again = not_carried_out(&running.data)?;
    let carried_out = match &again {
        Some(list) => begin_again(running, list).await?,
        None => false,
    };
    let left: Vec<(SchoolId, Records)> = running
        .casework
        .erasures()
        .into_iter()
        .filter(|begun| !begun.done)
        .map(|begun| (begun.school, begun.records))
        .collect();
    if !left.is_empty() {
        destroy(running, &left).await?;
        tracing::warn!(
            "{} classes of records were erased: rotate the master key, and destroy older copies of keys",
            left.len()
        );
    }
    if carried_out {
        RealDisk.remove_file(&pending(&running.data))?;
        RealDisk.sync_dir(&running.data)?;
    }
    destroy_what_opens_again(running).await?;
    // Also of erasures of before: somebody may have laid an older file into the folder.
    let begun: Vec<Records> = running.casework.erasures().into_iter().map(|begun| begun.records).collect();
    forget_accounts(&running.data, &begun)?;
    old_master::tell(&running.data, running.log.vault().ring())?;
    Ok(left.len())
}

/// Nothing is known from a snapshot that is older than an erasure: the seal keeps those out that were made since a program erased that
/// changes it, and the place all others.
async fn leave_old_snapshots(running: &Running) -> Result<(), Failure> {
    let resumed = running.casework.resumed_at();
    let older = resumed > 0 && running.casework.erased().values().any(|position| resumed < *position);
    let ring = running.log.vault().ring();
    if older {
        tracing::warn!(
            "the snapshot at {resumed} was older than an erasure: all snapshots were removed, and what is known was made anew from the log; \
             find out who laid it there"
        );
    } else if !ring.cannot_tell_old_snapshots() {
        return Ok(());
    }
    if !ring.change_cache_key()? {
        tracing::warn!(
            "the key of snapshots is changed at the next start: the key file ends in what a stop left half-written"
        );
    }
    running.casework.rebuild().await?;
    running.snapshots.remove_all().map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(())
}

/// Destroys again the keys of what is recorded as erased: whoever lays an older key file into the folder brings nothing back.
/// Looks into the journal only where there are keys of the same records at all; those that sealed something since are kept.
async fn destroy_what_opens_again(running: &Running) -> Result<(), Failure> {
    let in_use: HashSet<_> = running.log.vault().ring().in_use().into_iter().collect();
    let mut erased = running.casework.erased();
    erased.retain(|records, _| in_use.contains(&key_of(records)));
    if erased.is_empty() {
        return Ok(());
    }
    let (log, folder) = (Arc::clone(&running.log), running.data.clone());
    let places = erased.iter().map(|(records, position)| (key_of(records), Position(*position))).collect();
    let looking = move || care::opened_again(&RealDisk, &folder, log.vault(), &places);
    let again = tokio::task::spawn_blocking(looking).await??;
    if again.is_empty() {
        return Ok(());
    }
    // What the older keys open says whose guardians they were.
    running.casework.rebuild().await?;
    let records: Vec<Records> = erased.into_keys().collect();
    let guardians = running.casework.guardians_of_none(&records);
    old_master::is_to_be_replaced(&running.data, running.log.vault().ring())?;
    let destroyed =
        running.log.vault().ring().destroy_those(|id, key| again.contains(&id) || guardians.contains(&key.subject))?;
    running.casework.rebuild().await?;
    running.snapshots.remove_all().map_err(|error| Failure::new(Exit::Failed, error))?;
    tracing::warn!(
        "the key file was older than an erasure: {destroyed} keys in it were destroyed again; find out who laid it there, and \
         destroy the copy that it came from"
    );
    Ok(())
}

/// Puts on record again what the list says and the log does not. `false`: the log knows of no school yet, so that nothing can be.
async fn begin_again(running: &Running, list: &ErasedList) -> Result<bool, Failure> {
    let vault = running.log.vault();
    let anew = "empty the data folder, and restore again with the list that is kept beside the backups";
    list.must_be_of(vault.log_id())
        .and_then(|()| list.must_be_sealed(&vault.erasures_key()))
        .map_err(|why| why.or(anew))?;
    let lacked = running.casework.lacked_by(&list.erased);
    if lacked > 0 {
        let why =
            format!("the list of erasures is older than the backup, which has {lacked} on record that are not in it");
        return Err(Failure::new(Exit::List, why).or(anew));
    }
    tell_of_unknown(list, &vault.ring().subjects());
    let Some(again) = running.casework.due_again(&list.erased) else {
        tracing::warn!(
            "the backup is from before its first school: what was erased since is carried out when there is one"
        );
        return Ok(false);
    };
    let mut approvals: Vec<&Approval> = again.iter().map(|(_, approval)| approval).collect();
    approvals.sort_unstable();
    approvals.dedup();
    for approval in approvals {
        let due: Vec<_> = again.iter().filter(|(_, by)| by == approval).map(|(due, _)| due.clone()).collect();
        let mut ids = command_ids(running.clock.as_ref());
        running.casework.begin_erasure((&due, &[]), (approval, true), &mut ids).await?;
    }
    Ok(true)
}

/// Says of whom the list tells and the log does not: it is put on record as the rest is, and a backup from before they came does not know
/// them; but so it would be with the list of a later log.
fn tell_of_unknown(list: &ErasedList, known: &HashSet<[u8; 16]>) {
    let subjects = list.erased.iter().map(|again| again.records.subject);
    let unknown = subjects.filter(|subject| *subject != NOBODY && !known.contains(&subject.bits()));
    let mut unknown: Vec<String> = unknown.map(|subject| subject.to_string()).collect();
    let lines = unknown.len();
    unknown.sort();
    unknown.dedup();
    if lines > 0 {
        let unknown = unknown.join(", ");
        tracing::warn!(
            "{lines} lines of the list of erasures are of {unknown}, of whom this log knows nothing: is the backup older?"
        );
    }
}

/// By what means somebody was known goes with who it was.
fn forget_accounts(data: &Path, records: &[Records]) -> Result<(), Failure> {
    let staff = |records: &Records| match (records.class, records.subject) {
        (RetentionClass::Staff, Subject::Staff(staff)) => Some(staff),
        _ => None,
    };
    let erased: Vec<_> = records.iter().filter_map(staff).collect();
    let failed = |error| Failure::new(Exit::Failed, error);
    if erased.is_empty() {
        return Ok(());
    }
    let (accounts, sessions) = (KeptFile::accounts(data), KeptFile::sessions(data));
    if !accounts_left(data, &erased)? && !KeptFile::is_half_replaced(data)? {
        return Ok(());
    }
    // Each is replaced though nothing was in it: what a stop left of an earlier replacement goes with it.
    let _held = KeptFile::hold_accounts(data)?;
    let mut book = AccountBook::read(accounts.as_ref()).map_err(failed)?;
    book.forget(&erased);
    book.write(accounts.as_ref()).map_err(failed)?;
    forget_sessions(sessions.as_ref(), &erased).map_err(failed)?;
    Ok(())
}

/// Whether an account, or a session, of these people is kept.
pub(crate) fn accounts_left(data: &Path, people: &[StaffId]) -> Result<bool, Failure> {
    let failed = |error| Failure::new(Exit::Failed, error);
    let accounts = AccountBook::read(KeptFile::accounts(data).as_ref()).map_err(failed)?.count_of(people);
    let sessions = sessions_of(KeptFile::sessions(data).as_ref(), people).map_err(failed)?;
    Ok(accounts + sessions > 0)
}

/// The keys first: from then on nothing opens, whatever else goes wrong. Then what was derived while they were there.
async fn destroy(running: &Running, left: &[(SchoolId, Records)]) -> Result<(), Failure> {
    let records: Vec<Records> = left.iter().map(|(_, records)| *records).collect();
    let keys: HashSet<_> = records.iter().map(key_of).collect();
    let guardians = running.casework.guardians_of_none(&records);
    old_master::is_to_be_replaced(&running.data, running.log.vault().ring())?;
    // In one replacement of the file: afterwards nobody could tell whose guardians they had been.
    running.log.vault().ring().destroy(|key| keys.contains(&key) || guardians.contains(&key.subject))?;
    forget_accounts(&running.data, &records)?;
    running.casework.rebuild().await?;
    running.snapshots.remove_all().map_err(|error| Failure::new(Exit::Failed, error))?;
    running.casework.finish_erasure(left, &mut command_ids(running.clock.as_ref())).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use api::{Account, Means};

    use super::*;

    #[test]
    fn a_decisions_number_is_the_same_in_the_list_as_on_record() {
        for pasted in ["BUN  2026-17", "BUN\u{a0}2026-17", " BUN\t2026-17 "] {
            let recorded = as_in_a_list(pasted);
            assert_eq!(recorded, "BUN 2026-17");
            let line = format!("staff_01010101010101010101010101010101 staff 2019 {recorded}");
            assert_eq!(parsed(&line).unwrap().rest, recorded);
        }
    }

    #[test]
    fn accounts_are_not_forgotten_while_somebody_else_changes_them() {
        let folder = tempfile::tempdir().unwrap();
        let subject = Subject::Staff("staff_01010101010101010101010101010101".parse().unwrap());
        let records = [Records { subject, class: RetentionClass::Staff, period: 2019 }];
        let account = Account::new(
            "kim",
            "staff_01010101010101010101010101010101".parse().unwrap(),
            Means::Password { hash: String::new() },
        );
        let mut book = AccountBook::read(KeptFile::accounts(folder.path()).as_ref()).unwrap();
        book.add(account.unwrap()).unwrap();
        book.write(KeptFile::accounts(folder.path()).as_ref()).unwrap();
        let held = KeptFile::hold_accounts(folder.path()).unwrap();
        assert_eq!(forget_accounts(folder.path(), &records).unwrap_err().exit, Exit::Failed);
        drop(held);
        forget_accounts(folder.path(), &records).unwrap();
        assert!(AccountBook::read(KeptFile::accounts(folder.path()).as_ref()).unwrap().all().is_empty());
    }
}
