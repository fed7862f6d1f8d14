//! Mail that has come back: what the relay delivers into a folder (Maildir) is read, put on record, and removed, for it names the
//! guardian, and no erasure would reach it there. What a person has written, and what cannot be read, is moved aside for a person to look at:
//! nothing that a guardian writes back is thrown away unread. Whoever may write to guardians' addresses may
//! write here: no file, whatever is in it, keeps the others or the sending waiting.

use std::io::Read;
use std::path::Path;

use casework::post::Post;
use digest::{Bounce, Came, Ids, Returned};
use domain::refusal::{Code, Refusal};
use storage::Disk;
use storage::disk::{OpenMode, make_folder};

use crate::chance;
use crate::failure::{Exit, Failure};
use crate::hex::hex;

/// Most of a file that is looked at, in bytes.
const LONGEST: u64 = 1 << 20;

/// What became of what was delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct TakenIn {
    /// Reports about messages of ours.
    pub(crate) ours: usize,
    /// What machines say by themselves: of delay, or that somebody is away.
    pub(crate) by_itself: usize,
    /// To where a message of ours would have come back, and none of these: an answer, or a report in words of a server's own.
    pub(crate) for_a_person: usize,
    /// Files that have to do with no message of ours.
    pub(crate) others: usize,
    /// What could not be read.
    pub(crate) unread: usize,
}

/// Reads what is new in the folder. What goes wrong is said in the service's own log, and never ends a round.
pub(crate) async fn take_in(disk: &dyn Disk, folder: &Path, bounces_at: &str, post: &Post, ids: &Ids) -> TakenIn {
    let mut taken = TakenIn::default();
    let delivered = match delivered(disk, folder) {
        Ok(delivered) if delivered.is_empty() => return taken,
        Ok(delivered) => delivered,
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), "mail that has come back could not be looked for");
            return taken;
        }
    };
    let returned = Returned::new(post);
    for file in delivered {
        let read = read(disk, &file);
        let is_read = match read.as_ref().map(|bytes| Came::read(bytes, bounces_at)) {
            Err(_) => {
                taken.unread += 1;
                false
            }
            Ok(Came::ByItself) => {
                taken.by_itself += 1;
                true
            }
            // Also where the message is remembered no more: nobody but those whom we wrote to knows such an address.
            Ok(Came::ForAPerson) => {
                taken.for_a_person += 1;
                false
            }
            Ok(Came::Elsewhere) => {
                taken.others += 1;
                true
            }
            Ok(Came::Back(bounce)) => match record(&bounce, post, &returned, ids).await {
                Ok(ours) => {
                    taken.ours += usize::from(ours);
                    taken.others += usize::from(!ours);
                    true
                }
                Err(refusal) if refusal.code == Code::InvalidInput || refusal.code == Code::NotFound => {
                    taken.unread += 1;
                    false
                }
                Err(refusal) => {
                    // No fault of the file's: it is read again in a minute.
                    tracing::warn!(code = ?refusal.code, "mail that has come back could not be put on record");
                    return taken;
                }
            },
        };
        // Only now: after a stop in between it is read again, and is on record already.
        let done = if is_read { remove(disk, &file) } else { aside(disk, folder, &file) };
        if let Err(error) = done {
            tracing::warn!(kind = ?error.kind(), "mail that has come back could not be removed or moved aside");
        }
    }
    taken.said();
    taken
}

impl TakenIn {
    /// Counts, in the service's own log, and nothing of what stands in any of it.
    fn said(self) {
        let Self { ours, by_itself, for_a_person, others, unread } = self;
        tracing::info!(ours, by_itself, for_a_person, others, unread, "mail that has come back was looked through");
        if for_a_person > 0 {
            tracing::warn!(
                count = for_a_person,
                "somebody has answered a message, or a server in its own words; it lies in `cur`, flagged: read it, and remove it"
            );
        }
        if unread > 0 {
            tracing::warn!(
                count = unread,
                "mail that has come back could not be read; it lies in `cur`, flagged: remove it when you have looked"
            );
        }
    }
}

async fn record(bounce: &Bounce, post: &Post, returned: &Returned, ids: &Ids) -> Result<bool, Refusal> {
    let id = ids().ok_or(Refusal::new(Code::Internal))?;
    match bounce.record_among(returned, post, id).await {
        Err(refusal) if refusal.code == Code::AlreadySo => Ok(true),
        recorded => recorded,
    }
}

fn delivered(disk: &dyn Disk, folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let new = folder.join("new");
    if disk.exists(&new)? { disk.list(&new) } else { Ok(Vec::new()) }
}

fn read(disk: &dyn Disk, file: &Path) -> std::io::Result<Vec<u8>> {
    let file = disk.open(file, OpenMode::Read)?;
    let length = usize::try_from(file.len()?.min(LONGEST)).map_err(std::io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

fn remove(disk: &dyn Disk, file: &Path) -> std::io::Result<()> {
    disk.remove_file(file)?;
    file.parent().map_or(Ok(()), |folder| disk.sync_dir(folder))
}

fn aside(disk: &dyn Disk, folder: &Path, file: &Path) -> std::io::Result<()> {
    let seen = folder.join("cur");
    make_folder(disk, &seen)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    disk.rename(file, &seen.join(format!("{name}:2,F")))
}

/// Delivers one message into the folder, as the relay would: whole or not at all.
pub(crate) fn deliver(disk: &dyn Disk, folder: &Path, from: impl Read, millis: i64) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let mut from = from.take(LONGEST);
    from.read_to_end(&mut bytes)?;
    // The rest is not looked at; but who writes it into a pipe is to come to the end.
    std::io::copy(&mut from.into_inner(), &mut std::io::sink())?;
    if bytes.is_empty() {
        return Err(Failure::new(Exit::Failed, "a message is read from standard input, and there is none"));
    }
    let (unfinished, new) = (folder.join("tmp"), folder.join("new"));
    make_folder(disk, &unfinished)?;
    make_folder(disk, &new)?;
    let name = format!(
        "{millis}.{}.mentorlog",
        hex(&chance::bytes::<8>().map_err(|error| Failure::new(Exit::Failed, error))?)
    );
    let file = disk.open(&unfinished.join(&name), OpenMode::CreateNew)?;
    file.write_all_at(&bytes, 0)?;
    file.sync_all()?;
    drop(file);
    disk.rename(&unfinished.join(&name), &new.join(&name))?;
    Ok(disk.sync_dir(&new)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use casework::Casework;
    use storage::{MemoryLog, RealDisk};

    use super::*;
    use crate::clock::ProgramClock;

    #[tokio::test]
    async fn mail_that_has_been_read_lies_nowhere_any_more_and_what_cannot_be_read_lies_aside() {
        let folder = tempfile::tempdir().unwrap();
        let letter = b"From: kim@example.org\r\nSubject: Hej\r\n\r\nHej.\r\n";
        deliver(&RealDisk, folder.path(), letter.as_slice(), 1).unwrap();
        std::fs::create_dir(folder.path().join("new").join("no-file")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(folder.path().join("new").join("pipe")).status();
        assert!(pipe.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("new").join("socket")).unwrap();
        let log = Arc::new(MemoryLog::new().unwrap());
        let casework = Casework::open(log, [7; 32], Arc::new(ProgramClock)).await.unwrap();
        let ids: Ids = Arc::new(|| None);
        let taken = take_in(&RealDisk, folder.path(), "mentor.example", &casework.post(), &ids).await;
        assert_eq!(taken, TakenIn { others: 1, unread: 3, ..TakenIn::default() }, "and nothing is waited for");
        let left = |name: &str| std::fs::read_dir(folder.path().join(name)).unwrap().count();
        assert_eq!((left("tmp"), left("new"), left("cur")), (0, 0, 3));
    }
}
