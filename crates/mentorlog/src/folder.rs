//! A data folder: where the log, its keys and, in the demo only, the master key lie, and how they are opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::care::{self, CareError, ExportError};
use storage::{Disk, JournalLog, KeyRing, LogOptions, MasterKey, MasterKeyError, OpenError, RealDisk, Vault};

use crate::failure::{Exit, Failure};
use crate::{erasing, held};

/// Where a log's parts lie.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Folder {
    /// The data folder.
    #[arg(long = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The folder of the key file [default: `keys` in the data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<PathBuf>,
}

impl Folder {
    /// The folder of the key file.
    pub(crate) fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }

    /// The master key: from a file that lies apart or, for demo and load only, one made in the data folder.
    pub(crate) fn master_or_own(&self, file: Option<&Path>) -> Result<MasterKey, Failure> {
        match file {
            Some(file) => read_master(&self.data, file),
            None => self.own_master(),
        }
    }

    /// Whether the folder has the master key that demo and load make for themselves.
    pub(crate) fn has_own_master(&self) -> Result<bool, Failure> {
        Ok(disk().exists(&self.data.join("master.key"))?)
    }

    /// What opens records, while the service may be running: no keys can be made with it.
    pub(crate) fn open_vault(&self, file: Option<&Path>) -> Result<Vault, Failure> {
        restored_whole(&self.data)?;
        let master = match file {
            Some(file) => MasterKey::read_file(file)?,
            None if self.has_own_master()? => MasterKey::read_file(&self.data.join("master.key"))?,
            None => return Err(Failure::new(Exit::Keys, "name the file of the master key with --master-key-file")),
        };
        Ok(Vault::new(KeyRing::open_read_only(&disk(), &self.keys(), &master)?)?)
    }

    /// Opens the log, or begins a new one.
    pub(crate) fn open(&self, master: &MasterKey, group: Option<usize>) -> Result<Arc<JournalLog>, Failure> {
        restored_whole(&self.data)?;
        let mut options = LogOptions::new(&self.data);
        if let Some(group) = group {
            options.group = group;
        }
        let (disk, keys) = (disk(), self.keys());
        let ring = if KeyRing::exists(disk.as_ref(), &keys)? {
            KeyRing::open(&disk, &keys, master)?
        } else if disk.exists(&self.data.join("journal"))? {
            let why = "there is a journal but no key file: restore the key backup that belongs to this log";
            return Err(Failure::new(Exit::Keys, why));
        } else {
            KeyRing::create(&disk, &keys, master)?
        };
        Ok(JournalLog::open(&options, ring)?)
    }

    fn own_master(&self) -> Result<MasterKey, Failure> {
        restored_whole(&self.data)?;
        let (disk, path) = (disk(), self.data.join("master.key"));
        if disk.exists(&path)? {
            return Ok(MasterKey::read_file(&path)?);
        }
        if KeyRing::exists(disk.as_ref(), &self.keys())? {
            let why =
                "the data folder has keys of its own but not their master key: name its file with --master-key-file";
            return Err(Failure::new(Exit::Keys, why));
        }
        disk.create_dir_all(&self.data)?;
        Ok(MasterKey::generate_file(disk.as_ref(), &path)?)
    }
}

/// A data folder, and the key that opens it.
#[derive(clap::Args)]
pub(crate) struct Locked {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The file of the master key [default: the demo's own]
    #[arg(long = "master-key-file", value_name = "FILE")]
    pub(crate) master: Option<PathBuf>,
}

impl Locked {
    /// What opens records, while the service may be running.
    pub(crate) fn open_vault(&self) -> Result<Vault, Failure> {
        self.folder.open_vault(self.master.as_deref())
    }
}

/// Refuses a folder in which a restore was stopped before the log was there: what is begun in it would be a new, empty log, or a
/// shorter one.
pub(crate) fn restored_whole(data: &Path) -> Result<(), Failure> {
    let why = match care::begun(&RealDisk, data)? {
        (true, true) => return Ok(()),
        (true, false) => {
            "the anchor is missing: if a restore or a backup was stopped here, empty the folder and restore again (or copy again); if not, \
             somebody took it away, and what the folder holds is the evidence"
        }
        (false, _) => {
            "a restore or a backup was stopped before the log was there: remove all that is in the folder, and restore again (or copy \
             again)"
        }
    };
    for mark in [held::mark(data), erasing::pending(data)] {
        if RealDisk.exists(&mark)? || RealDisk.exists(&mark.with_added_extension("new"))? {
            return Err(Failure::new(Exit::Damaged, format!("{}: {why}", data.display())));
        }
    }
    Ok(())
}

/// Reads a master key that must not lie in the data folder.
pub(crate) fn read_master(data: &Path, file: &Path) -> Result<MasterKey, Failure> {
    MasterKey::check_apart(data, file)?;
    Ok(MasterKey::read_file(file)?)
}

/// The real file system.
pub(crate) fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

impl From<MasterKeyError> for Failure {
    fn from(error: MasterKeyError) -> Self {
        Self::new(Exit::Keys, error)
    }
}

impl From<storage::journal::JournalError> for Failure {
    fn from(error: storage::journal::JournalError) -> Self {
        Self::new(Exit::Damaged, error)
    }
}

impl From<storage::KeyError> for Failure {
    fn from(error: storage::KeyError) -> Self {
        Self::new(Exit::Keys, error)
    }
}

impl From<CareError> for Failure {
    fn from(error: CareError) -> Self {
        let exit = match error {
            CareError::Journal(_) => Exit::Damaged,
            CareError::NoKeys(_) => Exit::Keys,
            CareError::NotEmpty(_) | CareError::Io { .. } => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let exit = match error {
            ExportError::Journal(_) | ExportError::Log(_) => Exit::Damaged,
            ExportError::Output(_) => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Keys(error) => error.into(),
            OpenError::Log(error) => error.into(),
            OpenError::Journal(_) | OpenError::JournalMissing(_) => Self::new(Exit::Damaged, error),
            OpenError::OtherKeys => Self::new(Exit::Keys, error),
            OpenError::InUse(_) | OpenError::Io { .. } => Self::new(Exit::Failed, error),
        }
    }
}
