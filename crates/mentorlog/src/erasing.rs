//! Erasing in a data folder: what was begun is finished, and what a restored backup does not know of is erased again, before
//! the service answers anything.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{AccountBook, forget_sessions};
use casework::Clock;
use casework::erasure::{Again, Approval, key_of};
use domain::id::{CommandId, SchoolId, StaffId};
use domain::retention::{Records, Subject};
use domain::words::{Reference, RetentionClass};
use storage::disk::{read_file, replace_file};
use storage::{Disk, Position, RealDisk, care};

use crate::chance;
use crate::failure::{Exit, Failure};
use crate::kept::KeptFile;
use crate::wiring::Running;

/// The file, in a data folder that was restored, of what has been erased since its backup was made.
fn pending(data: &Path) -> PathBuf {
    data.join("erased-since-the-backup")
}

/// Keeps the list of erasures in a restored folder, for its first start. The list is read first.
pub(crate) fn keep(data: &Path, list: &Path) -> Result<usize, Failure> {
    let erased = read(list)?;
    let bytes = read_file(&RealDisk, list)?;
    replace_file(&RealDisk, &pending(data), &bytes)?;
    Ok(erased.len())
}

/// A line of a list of erasures.
pub(crate) struct Listed {
    /// Which records.
    pub(crate) records: Records,
    /// At which school it was decided, where the list tells what has been erased; one of an earlier time does not say.
    school: Option<SchoolId>,
    /// Who approved it, where the list tells what has been erased, and that was recorded.
    approved_by: Option<StaffId>,
    /// What follows.
    rest: String,
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

fn parsed(line: &str) -> Option<Listed> {
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
    let rest = words.collect::<Vec<_>>().join(" ");
    known.then_some(Listed { records: Records { subject, class, period }, school, approved_by, rest })
}

/// Fresh names of commands, made now.
pub(crate) fn command_ids(clock: &dyn Clock) -> impl FnMut() -> Option<CommandId> + '_ {
    || chance::command_id(clock.now().timestamp_millis()).ok()
}

/// Erases again what was erased before a restore, then destroys the keys of everything that was begun, removes what was
/// derived from it, and puts that on record. Does nothing where nothing is pending.
pub(crate) async fn finish(running: &Running) -> Result<usize, Failure> {
    let list = pending(&running.data);
    let restored = RealDisk.exists(&list)?;
    if restored {
        begin_again(running, &list).await?;
    }
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
    if restored {
        RealDisk.remove_file(&list)?;
        RealDisk.sync_dir(&running.data)?;
    }
    destroy_what_opens_again(running).await?;
    Ok(left.len())
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

async fn begin_again(running: &Running, list: &Path) -> Result<(), Failure> {
    let erased = read(list)?
        .into_iter()
        .map(|Listed { records, school, approved_by, rest }| {
            let approval = Approval { decision: Reference::try_new(rest)?, by: approved_by };
            Ok(Again { school, records, approval })
        })
        .collect::<Result<Vec<_>, domain::words::Invalid>>()?;
    let again = running.casework.due_again(&erased, &running.log.vault().ring().in_use());
    let mut approvals: Vec<&Approval> = again.iter().map(|(_, approval)| approval).collect();
    approvals.sort_unstable();
    approvals.dedup();
    for approval in approvals {
        let due: Vec<_> = again.iter().filter(|(_, by)| by == approval).map(|(due, _)| due.clone()).collect();
        let mut ids = command_ids(running.clock.as_ref());
        running.casework.begin_erasure((&due, &[]), (approval, true), &mut ids).await?;
    }
    Ok(())
}

/// By what means somebody was known goes with who it was.
fn forget_accounts(data: &Path, records: &[Records]) -> Result<(), Failure> {
    let staff = |records: &Records| match (records.class, records.subject) {
        (RetentionClass::Staff, Subject::Staff(staff)) => Some(staff),
        _ => None,
    };
    let erased: Vec<_> = records.iter().filter_map(staff).collect();
    let keep = KeptFile::accounts(data);
    let failed = |error| Failure::new(Exit::Failed, error);
    if erased.is_empty() {
        return Ok(());
    }
    // Each is replaced though nothing was in it: what a stop left of an earlier replacement goes with it.
    let _held = KeptFile::hold_accounts(data)?;
    let mut book = AccountBook::read(keep.as_ref()).map_err(failed)?;
    book.forget(&erased);
    book.write(keep.as_ref()).map_err(failed)?;
    forget_sessions(KeptFile::sessions(data).as_ref(), &erased).map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(())
}

/// The keys first: from then on nothing opens, whatever else goes wrong. Then what was derived while they were there.
async fn destroy(running: &Running, left: &[(SchoolId, Records)]) -> Result<(), Failure> {
    let records: Vec<Records> = left.iter().map(|(_, records)| *records).collect();
    let keys: HashSet<_> = records.iter().map(key_of).collect();
    let guardians = running.casework.guardians_of_none(&records);
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

    use super::*;

    #[test]
    fn accounts_are_not_forgotten_while_somebody_else_changes_them() {
        let folder = tempfile::tempdir().unwrap();
        let subject = Subject::Staff("staff_01010101010101010101010101010101".parse().unwrap());
        let records = [Records { subject, class: RetentionClass::Staff, period: 2019 }];
        let held = KeptFile::hold_accounts(folder.path()).unwrap();
        assert_eq!(forget_accounts(folder.path(), &records).unwrap_err().exit, Exit::Failed);
        drop(held);
        forget_accounts(folder.path(), &records).unwrap();
    }
}
