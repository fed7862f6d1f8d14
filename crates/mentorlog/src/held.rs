//! Whether a data folder's messages are held back. A backup does not know what happened after it was made: who stopped digests, whom
//! a ban or a protection was recorded for, and what had been sent. From a restored folder nobody is written to before a person has
//! looked.

use std::path::{Path, PathBuf};

use storage::disk::replace_file;
use storage::{Disk, RealDisk};

use crate::failure::Failure;

/// The file whose presence holds them back.
pub(crate) fn mark(data: &Path) -> PathBuf {
    data.join("mails-held")
}

/// Holds messages back until they are released.
pub(crate) fn hold(data: &Path) -> Result<(), Failure> {
    let why = b"Restored from a backup: nobody is written to before `mentorlog digest release`.\n";
    Ok(replace_file(&RealDisk, &mark(data), why)?)
}

/// Whether they are held back. Where that cannot be found out, they are.
pub(crate) fn are_held(data: &Path) -> bool {
    RealDisk.exists(&mark(data)).unwrap_or(true)
}

/// Lets messages go again; `false`: they were not held back.
pub(crate) fn release(data: &Path) -> Result<bool, Failure> {
    if !RealDisk.exists(&mark(data))? {
        return Ok(false);
    }
    RealDisk.remove_file(&mark(data))?;
    RealDisk.sync_dir(data)?;
    Ok(true)
}
