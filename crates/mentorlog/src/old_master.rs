//! Whether keys that are left after an erasure are still under the master key from before: a copy of the keys that is older than the
//! erasure opens with it, and so it is to be destroyed. A stop between the two is told of at each start.

use std::path::{Path, PathBuf};

use storage::disk::{read_file, replace_file};
use storage::{Disk, KeyRing, RealDisk};

use crate::failure::Failure;
use crate::hex::hex;

/// The file that says which master key is to be replaced.
fn mark(data: &Path) -> PathBuf {
    data.join("master-key-to-be-replaced")
}

/// Keeps that the keys are to be put under another master key than now: before any of them is destroyed.
pub(crate) fn is_to_be_replaced(data: &Path, ring: &KeyRing) -> Result<(), Failure> {
    let Some(id) = ring.master_id() else { return Ok(()) };
    Ok(replace_file(&RealDisk, &mark(data), format!("{}\n", hex(&id)).as_bytes())?)
}

/// Says so where it has not been done, and forgets it where it has.
pub(crate) fn tell(data: &Path, ring: &KeyRing) -> Result<(), Failure> {
    let mark = mark(data);
    let Some(id) = ring.master_id() else { return Ok(()) };
    if !RealDisk.exists(&mark)? {
        return Ok(());
    }
    if read_file(&RealDisk, &mark)? == format!("{}\n", hex(&id)).as_bytes() {
        tracing::warn!(
            "something was erased, and the keys that are left are still under the master key from before: a copy of the keys from \
             before the erasure opens with it. Stop the service, put them under a new one (mentorlog keys rotate), and destroy the \
             old master key and the older copies of keys"
        );
        return Ok(());
    }
    RealDisk.remove_file(&mark)?;
    Ok(RealDisk.sync_dir(data)?)
}
