//! Small files beside the log that are replaced whole: accounts and sessions.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::Keep;
use storage::disk::{read_file, replace_file};
use storage::{Disk, RealDisk};

use crate::failure::{Exit, Failure};

/// Where accounts and sessions lie in a data folder.
pub(crate) const FOLDER: &str = "sign-in";

/// One such file.
pub(crate) struct KeptFile {
    path: PathBuf,
}

impl KeptFile {
    /// The accounts of a data folder.
    pub(crate) fn accounts(data: &Path) -> Arc<dyn Keep> {
        Arc::new(Self { path: data.join(FOLDER).join("accounts.json") })
    }

    /// Holds the accounts of a data folder for who reads them, changes them and replaces them: whoever comes meanwhile is told to
    /// come again, so that no change undoes another. Those who only read need none.
    pub(crate) fn hold_accounts(data: &Path) -> Result<Box<dyn Send + Sync>, Failure> {
        let folder = data.join(FOLDER);
        RealDisk.create_dir_all(&folder)?;
        RealDisk.lock(&folder.join("accounts.lock")).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => {
                Failure::new(Exit::Failed, "the accounts are just being changed by somebody else: do it again")
            }
            _ => error.into(),
        })
    }

    /// Whether a stop left a replacement of either half-way.
    pub(crate) fn is_half_replaced(data: &Path) -> Result<bool, Failure> {
        let folder = data.join(FOLDER);
        Ok(RealDisk.exists(&folder.join("accounts.json.new"))? || RealDisk.exists(&folder.join("sessions.json.new"))?)
    }

    /// The sessions of a data folder.
    pub(crate) fn sessions(data: &Path) -> Arc<dyn Keep> {
        Arc::new(Self { path: data.join(FOLDER).join("sessions.json") })
    }
}

impl Keep for KeptFile {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        if RealDisk.exists(&self.path)? { read_file(&RealDisk, &self.path).map(Some) } else { Ok(None) }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            RealDisk.create_dir_all(folder)?;
        }
        replace_file(&RealDisk, &self.path, bytes)
    }

    fn stamp(&self) -> io::Result<u128> {
        match std::fs::metadata(&self.path) {
            // Each replacement is another file, so its number alone nearly tells; the time tells where numbers are reused.
            Ok(found) => Ok(u128::from(found.ino()) << 64
                ^ u128::from(found.mtime_nsec().cast_unsigned())
                ^ u128::from(found.mtime().cast_unsigned()) << 32),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }
}
