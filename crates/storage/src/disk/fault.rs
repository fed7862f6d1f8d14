//! A disk that fails on demand, for tests: the Nth call of a kind, or everything that needs more space.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Disk, DiskFile, OpenMode};

/// A kind of call that can be made to fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiskCall {
    /// Writing to a file.
    Write,
    /// Syncing a file.
    Sync,
    /// Opening a file.
    Open,
    /// Renaming.
    Rename,
    /// Syncing a folder.
    SyncDir,
}

impl DiskCall {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Write, Self::Sync, Self::Open, Self::Rename, Self::SyncDir];
}

#[derive(Default)]
struct Plan {
    /// Which kind fails, and after how many more calls of it.
    fail: Mutex<Option<(DiskCall, u64)>>,
    /// A kind of which every call fails.
    broken: Mutex<Option<DiskCall>>,
    failed: AtomicBool,
    full: AtomicBool,
    calls: AtomicU64,
}

impl Plan {
    fn call(&self, kind: DiskCall) -> io::Result<()> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if *self.broken.lock().unwrap_or_else(PoisonError::into_inner) == Some(kind) {
            self.failed.store(true, Ordering::SeqCst);
            return Err(io::Error::other("failed on purpose"));
        }
        let mut fail = self.fail.lock().unwrap_or_else(PoisonError::into_inner);
        match fail.as_mut() {
            Some((planned, left)) if *planned == kind => {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    *fail = None;
                    self.failed.store(true, Ordering::SeqCst);
                    return Err(io::Error::other("failed on purpose"));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn space(&self) -> io::Result<()> {
        if self.full.load(Ordering::SeqCst) { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

/// Wraps a disk, and fails on demand.
#[derive(Clone)]
pub struct FaultDisk {
    inner: Arc<dyn Disk>,
    plan: Arc<Plan>,
}

impl FaultDisk {
    /// A disk that does not fail yet.
    pub fn new(inner: Arc<dyn Disk>) -> Self {
        Self { inner, plan: Arc::default() }
    }

    /// The `nth` call of this kind from now on (from 1) will fail, once.
    pub fn fail_nth(&self, kind: DiskCall, nth: u64) {
        *self.plan.fail.lock().unwrap_or_else(PoisonError::into_inner) = Some((kind, nth));
        self.plan.failed.store(false, Ordering::SeqCst);
    }

    /// From now on every call of this kind fails; `None`: none does any more.
    pub fn fail_every(&self, kind: Option<DiskCall>) {
        *self.plan.broken.lock().unwrap_or_else(PoisonError::into_inner) = kind;
        self.plan.failed.store(false, Ordering::SeqCst);
    }

    /// Whether the planned failure has come.
    pub fn has_failed(&self) -> bool {
        self.plan.failed.load(Ordering::SeqCst)
    }

    /// From now on nothing that needs more space works, or it works again.
    pub fn set_full(&self, full: bool) {
        self.plan.full.store(full, Ordering::SeqCst);
    }
}

impl Disk for FaultDisk {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.inner.create_dir_all(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.inner.exists(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        self.inner.list(path)
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        self.plan.call(DiskCall::Open)?;
        Ok(Box::new(FaultFile { inner: self.inner.open(path, mode)?, plan: Arc::clone(&self.plan) }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.plan.call(DiskCall::Rename)?;
        self.inner.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.inner.remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        self.inner.remove_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.plan.call(DiskCall::SyncDir)?;
        self.inner.sync_dir(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>> {
        self.inner.lock(path)
    }
}

struct FaultFile {
    inner: Box<dyn DiskFile>,
    plan: Arc<Plan>,
}

impl DiskFile for FaultFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.inner.read_exact_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.plan.call(DiskCall::Write)?;
        if offset.saturating_add(bytes.len() as u64) > self.inner.len()? {
            self.plan.space()?;
        }
        self.inner.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.plan.call(DiskCall::Sync)?;
        self.inner.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.plan.call(DiskCall::Sync)?;
        self.inner.sync_all()
    }
}
