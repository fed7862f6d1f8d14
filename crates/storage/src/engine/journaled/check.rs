//! Comparing sled with the journal for `verify`: on a copy, since opening sled is destructive.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::LogOptions;
use super::index::SledIndex;
use super::length::is_further;
use super::open::{compare, journal_folder};
use crate::disk::{Disk, OpenMode, RealDisk, read_file};
use crate::journal::{self, JournalReader};
use crate::log::Head;

/// What sled holds, compared with the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SledSays {
    /// The same, as far as it is filled.
    Same,
    /// Something else.
    Otherwise,
    /// It was filled further than the journal reaches.
    Further,
}

/// Whether sled holds what the journal holds, as far as it is filled. The answer comes from a copy in a temporary folder.
pub(crate) fn sled_says(disk: &Arc<dyn Disk>, data: &Path, log_id: &[u8; 16], head: &Head) -> Result<SledSays, String> {
    let folder = data.join("sled");
    if !disk.exists(&folder).map_err(|error| error.to_string())? {
        return Err("there is no sled folder; the next start makes one".to_owned());
    }
    let scratch = scratch_folder();
    let copied = copy_folder(&**disk, &folder, &scratch.join("sled")).map_err(|error| error.to_string());
    let agrees = copied.and_then(|()| {
        let reader = JournalReader::new(Arc::clone(disk), journal_folder(data));
        journal::scan(&**disk, &journal_folder(data), &mut |place, frame| {
            reader.note(&frame.before, place.file, place.offset);
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        let index = SledIndex::new(&LogOptions::new(&scratch));
        let opened = index.open().is_ok();
        let says = if opened && index.filled(log_id).is_some_and(|filled| is_further(&filled, head)) {
            SledSays::Further
        } else if opened && compare(&index, &reader, log_id, (&Head::default(), head)).is_some() {
            SledSays::Same
        } else {
            SledSays::Otherwise
        };
        index.close();
        Ok(says)
    });
    let _left_over = RealDisk.remove_dir_all(&scratch);
    agrees
}

/// A folder that no other comparison uses, in this process or another.
fn scratch_folder() -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("mentorlog-verify-{}-{number}", std::process::id()))
}

fn copy_folder(disk: &dyn Disk, from: &Path, to: &Path) -> std::io::Result<()> {
    RealDisk.create_dir_all(to)?;
    for path in disk.list(from)? {
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_folder(disk, &path, &to.join(name))?;
        } else {
            RealDisk.open(&to.join(name), OpenMode::CreateNew)?.write_all_at(&read_file(disk, &path)?, 0)?;
        }
    }
    Ok(())
}
