//! Snapshots of the projections: so that a start costs the newest of them and the rest of the log, not the whole log.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::laid::{LaidBytes, Layout};
use domain::projection::Projections;
use storage::snapshot::Why;
use storage::{Disk, EventLog, SnapshotError, SnapshotPlace, Snapshots, Vault};
use zeroize::Zeroizing;

use super::{Casework, OpenError, projector};

/// How many events after the last snapshot the next one is taken.
const EVERY: u64 = 100_000;

/// Where the snapshots are, and up to where the last one reaches.
pub(super) struct Keeping {
    snapshots: Arc<Snapshots>,
    /// How it is laid out.
    layout: Layout,
    kept: AtomicU64,
}

impl Keeping {
    pub(super) fn new(snapshots: Arc<Snapshots>, layout: Layout) -> Self {
        Self { snapshots, layout, kept: AtomicU64::new(0) }
    }

    /// What the newest usable snapshot holds; nothing known, when there is none. One that cannot be used is passed over:
    /// it is only a cache. But one that was taken further on than the log reaches shows that the log was longer: it is not
    /// served from then.
    pub(super) async fn newest(&self, log: &dyn EventLog) -> Result<Projections, OpenError> {
        let newest = self.snapshots.newest(log, self.layout.version, |place, body| {
            let bytes: LaidBytes = Arc::new(body);
            let known = (self.layout.pick_up)(&bytes).filter(|known| known.position == place.position.0);
            known.ok_or("it was laid out in another way")
        });
        let newest = newest.await;
        for unusable in newest.unusable {
            if let Why::AfterHead { position, head } = unusable.why {
                return Err(OpenError::Shortened { snapshot: unusable.path, position, head });
            }
            tracing::info!(%unusable, "a snapshot was passed over");
        }
        let known = newest.found.map(|(_, known)| known).unwrap_or_default();
        self.kept.store(known.position, Ordering::Relaxed);
        Ok(known)
    }

    /// Whether it is time for another one.
    pub(super) fn due(&self, position: u64) -> bool {
        position.saturating_sub(self.kept.load(Ordering::Relaxed)) >= EVERY
    }
}

/// Why no snapshot was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] storage::care::ExportError),
    /// An event in it cannot be understood.
    #[error(transparent)]
    Event(#[from] OpenError),
    /// The snapshot could not be written.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Builds what is known from the journal alone, while the service of another version goes on writing it, and keeps it in a
/// snapshot: so that the start of a program whose projections are others than those that serve now costs that snapshot and
/// what has come since. `layout` is [`domain::laid::LAYOUT`] but in tests. Returns the snapshot's position.
pub fn build_snapshot(disk: &Arc<dyn Disk>, data: &Path, vault: &Vault, layout: Layout) -> Result<u64, BuildError> {
    let snapshots = Snapshots::new(Arc::clone(disk), data, vault);
    // Nobody removes all of them, to erase, while this one is built from what is to be erased.
    let _nobody_removes = snapshots.lock()?;
    let begun = snapshots.begin();
    let mut known = Projections::default();
    known.hold();
    let mut wrong = None;
    let head = storage::care::events(&**disk, data, vault, &mut |event| {
        wrong = projector::take_in(&mut known, event).err();
        wrong.is_none()
    })?;
    if let Some(wrong) = wrong {
        return Err(wrong.into());
    }
    known.settle();
    let head = head.unwrap_or_default();
    let place =
        SnapshotPlace { position: storage::Position(known.position), chain: head.hash, version: layout.version };
    let body = Zeroizing::new((layout.lay_out)(&known));
    snapshots.write(begun, &place, |file| file.write_all(&body))?;
    Ok(known.position)
}

impl Casework {
    /// Keeps what is known now in a snapshot, unless the last one has it already. The service goes on meanwhile. Returns
    /// the snapshot's length in bytes; `None`: there was nothing to keep, or nowhere to keep it.
    pub async fn keep_snapshot(&self) -> Result<Option<u64>, SnapshotError> {
        let Some(keeping) = &self.keeping else { return Ok(None) };
        // First this, then what is to be in it: when all are removed in between, this one must not come to be.
        let begun = keeping.snapshots.begin();
        let known = self.projections();
        if known.position <= keeping.kept.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let position = storage::Position(known.position);
        let chain = self.log.chain_at(position).await.map_err(|error| SnapshotError::Body(error.to_string()))?;
        let place = SnapshotPlace { position, chain, version: keeping.layout.version };
        let (snapshots, lay_out) = (Arc::clone(&keeping.snapshots), keeping.layout.lay_out);
        let write = move || {
            let body = Zeroizing::new(lay_out(&known));
            snapshots.write(begun, &place, |file| file.write_all(&body))
        };
        let written = tokio::task::spawn_blocking(write).await;
        // A panic's own text is not repeated.
        let length = written.map_err(|_| SnapshotError::Body("it was not written to its end".to_owned()))??;
        keeping.kept.fetch_max(position.0, Ordering::Relaxed);
        Ok(Some(length))
    }

    /// Takes a snapshot beside the work when it is time. One that fails is tried again later: it is only a cache.
    pub(super) fn keep_when_due(self: &Arc<Self>, position: u64) {
        if self.keeping.as_ref().is_none_or(|keeping| !keeping.due(position)) {
            return;
        }
        let Ok(turn) = Arc::clone(&self.keeping_turn).try_lock_owned() else { return };
        let casework = Arc::clone(self);
        tokio::spawn(async move {
            let _one_at_a_time = turn;
            if let Err(error) = casework.keep_snapshot().await {
                tracing::warn!(%error, "no snapshot was kept");
            }
        });
    }
}
