//! How the parts are put together: log, casework, clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casework::{Casework, Clock};
use domain::refusal::Code;
use storage::{EventLog, JournalLog, RealDisk, Snapshots};

use crate::clock::ProgramClock;
use crate::erasing;
use crate::failure::{Exit, Failure};
use crate::folder::Folder;

/// A running service on a log on disk.
pub(crate) struct Running {
    /// The log.
    pub(crate) log: Arc<JournalLog>,
    /// The service.
    pub(crate) casework: Arc<Casework>,
    /// The clock that both go by.
    pub(crate) clock: Arc<dyn Clock>,
    /// Where snapshots lie.
    pub(crate) snapshots: Arc<Snapshots>,
    /// The data folder.
    pub(crate) data: PathBuf,
}

impl Running {
    /// Opens the log and brings the service up on it, by the real clock.
    pub(crate) async fn start(folder: &Folder, master: Option<&Path>, group: Option<usize>) -> Result<Self, Failure> {
        let log = opened(folder, master, group).await?;
        Self::on(log, folder, Arc::new(ProgramClock)).await
    }

    /// Brings the service up on an opened log. An erasure that was begun and not finished, or that a restored backup does not
    /// know of, is finished before anything is answered.
    pub(crate) async fn on(log: Arc<JournalLog>, folder: &Folder, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let snapshots = Arc::new(Snapshots::new(Arc::new(RealDisk), &folder.data, log.vault()));
        let stale = snapshots.remove_not_of_these_keys().map_err(|error| Failure::new(Exit::Failed, error))?;
        if stale > 0 {
            tracing::warn!(
                "{stale} snapshots were sealed with keys that are not here: from before an erasure, or of older or newer keys than these; \
                 they were removed, and what is known is made anew from the log"
            );
        }
        let clock_of_all = Arc::clone(&clock);
        let kept = Arc::clone(&snapshots);
        let casework = Casework::open_with(as_log, id_secret(&log), clock_of_all, kept).await?;
        let running = Self { log, casework, clock, snapshots, data: folder.data.clone() };
        erasing::at_start(&running).await?;
        Ok(running)
    }

    /// Stops writing in an orderly way.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        if let Err(error) = self.casework.keep_snapshot().await {
            tracing::warn!(%error, "no snapshot was kept: the next start reads more of the log");
        }
        let log = self.log;
        Ok(tokio::task::spawn_blocking(move || log.close()).await?)
    }
}

/// The log in a folder, opened.
pub(crate) async fn opened(
    folder: &Folder,
    master: Option<&Path>,
    group: Option<usize>,
) -> Result<Arc<JournalLog>, Failure> {
    let master = folder.master_or_own(master)?;
    let opening = folder.clone();
    let log = tokio::task::spawn_blocking(move || opening.open(&master, group)).await??;
    tell_of_damage(&log);
    Ok(log)
}

/// Says so in the log for operators when the older files, which are read beside the work, turn out to be damaged.
fn tell_of_damage(log: &Arc<JournalLog>) {
    let log = Arc::clone(log);
    tokio::task::spawn_blocking(move || {
        let why = if log.wait_for_old_files() { log.stopped() } else { None };
        if let Some(why) = why {
            tracing::error!(code = Code::LogStopped.name(), %why, "the log has stopped writing");
        }
    });
}

/// What keys the making of ids: secret, and always the same for a log.
fn id_secret(log: &JournalLog) -> [u8; 32] {
    let half = |label: &[u8]| log.vault().fingerprint(label);
    let mut secret = [0; 32];
    let halves = half(b"id secret, first half").into_iter().chain(half(b"id secret, second half"));
    secret.iter_mut().zip(halves).for_each(|(to, from)| *to = from);
    secret
}

/// Ready as long as the log is writing.
pub(crate) fn readiness(log: &Arc<JournalLog>) -> impl Fn() -> Result<(), Code> + Send + Sync + use<> {
    let log = Arc::clone(log);
    move || if log.stopped().is_some() { Err(Code::LogStopped) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on must fail, and say where")]

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_demo_goes_by_the_real_clock_also_on_a_folder_of_the_demos() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder { data: data.path().to_path_buf(), keys: None };
        let living = crate::demo::start(&folder).await.expect("it starts");
        assert!(ProgramClock.now() - living.running.clock.now() > chrono::TimeDelta::days(365));
        living.running.close().await.expect("it closes");
        let running = Running::start(&folder, None, None).await.expect("it starts");
        assert!((ProgramClock.now() - running.clock.now()).abs() < chrono::TimeDelta::days(1));
        assert_eq!((running.clock.elsewhere(), running.casework.now() > living.clock.now()), (None, true));
        running.close().await.expect("it closes");
    }
}
