//! Mail that has come back: what the relay delivers into a folder (Maildir) is read, put on record, and moved aside.

use std::path::{Path, PathBuf};

use casework::post::Post;
use digest::Bounce;
use storage::disk::{make_folder, read_file};
use storage::{Disk, RealDisk};

use crate::failure::{Exit, Failure};

/// Reads what is new in the folder. Returns how many reports were about messages of ours.
pub(crate) async fn take_in(
    folder: &Path,
    bounces_at: &str,
    post: &Post,
    ids: &(dyn Fn() -> Option<domain::id::CommandId> + Sync),
) -> Result<usize, Failure> {
    let (new, seen) = (folder.join("new"), folder.join("cur"));
    if !RealDisk.exists(&new)? {
        return Ok(0);
    }
    make_folder(&RealDisk, &seen)?;
    let mut ours = 0;
    for file in delivered(&new)? {
        let bytes = read_file(&RealDisk, &file)?;
        if let Some(bounce) = Bounce::read(&bytes, bounces_at) {
            let id = ids().ok_or_else(|| Failure::new(Exit::Failed, "the system gives no random bits"))?;
            ours += usize::from(bounce.record(post, id).await?);
        }
        // Only now: after a stop in between it is read again, and recorded again as what it is.
        let name = file.file_name().map(|name| seen.join(format!("{}:2,S", name.to_string_lossy())));
        if let Some(aside) = name {
            std::fs::rename(&file, &aside)?;
        }
    }
    Ok(ours)
}

fn delivered(new: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files =
        std::fs::read_dir(new)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort_unstable();
    Ok(files)
}
