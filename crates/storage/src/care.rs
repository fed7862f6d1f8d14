//! Taking care of a data folder: proving it, copying it, bringing it back, writing it out.

mod backup;
mod erased;
mod erasures;
mod events;
mod export;
mod verify;

pub use backup::{CareError, backup, backup_keys, restore};
pub use erased::{Found, erased, opened_again};
pub use erasures::{ErasuresKey, begun, log_id_of};
pub use events::events;
pub use export::{ExportError, ExportRecord, export};
pub use verify::{Report, verify};

use std::path::{Path, PathBuf};

/// The folder of the journal in a data folder.
pub(crate) fn journal_of(data: &Path) -> PathBuf {
    data.join("journal")
}

/// The folder of the keys in a data folder, unless they are kept elsewhere.
pub fn keys_of(data: &Path) -> PathBuf {
    data.join("keys")
}
