//! `mentorlog keys`: the master key is changed without touching the log.

use std::path::PathBuf;

use storage::KeyRing;

use crate::failure::Failure;
use crate::folder::{Folder, disk, read_master};

/// What to do with the keys.
#[derive(clap::Subcommand)]
pub(crate) enum Keys {
    /// Wrap every key under another master key. Stop the service first. Afterwards destroy the old master key and old
    /// backups of the keys.
    Rotate {
        #[command(flatten)]
        folder: Folder,
        /// The file of the master key that opens the keys now.
        #[arg(long, value_name = "FILE")]
        master_key_file: PathBuf,
        /// The file of the master key that is to open them from now on.
        #[arg(long, value_name = "FILE")]
        new_master_key_file: PathBuf,
    },
}

/// Does it.
pub(crate) fn run(keys: Keys) -> Result<(), Failure> {
    match keys {
        Keys::Rotate { folder, master_key_file, new_master_key_file } => {
            // The old one may be the demo's own; the new one may not lie in the data folder.
            let old = storage::MasterKey::read_file(&master_key_file)?;
            let new = read_master(&folder.data, &new_master_key_file)?;
            Ok(KeyRing::rotate(&disk(), &folder.keys(), &old, &new)?)
        }
    }
}
