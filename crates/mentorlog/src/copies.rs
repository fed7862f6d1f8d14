//! Which copies of the keys were made, and where: a line each in the data folder. Who is erased is gone only when none of them
//! opens anything any more, and so `verify-erased` looks into them without being told.

use std::path::{Component, Path, PathBuf};

use storage::disk::{read_file, replace_file};
use storage::{Disk, RealDisk};

use crate::failure::{Exit, Failure};

fn list(data: &Path) -> PathBuf {
    data.join("key-copies")
}

/// Where copies were made, oldest first, each once. What somebody copied by other means than this program is not among them.
pub(crate) fn made(data: &Path) -> Result<Vec<PathBuf>, Failure> {
    let list = list(data);
    if !RealDisk.exists(&list)? {
        return Ok(Vec::new());
    }
    let text = String::from_utf8(read_file(&RealDisk, &list)?)
        .map_err(|_| Failure::new(Exit::Failed, format!("{}: not UTF-8", list.display())))?;
    Ok(text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

/// Keeps that a copy is about to be made there: before it is, so that there is none that is not known of.
pub(crate) fn keep(data: &Path, copy: &Path) -> Result<(), Failure> {
    let copy = real(copy)?;
    let mut made = made(data)?;
    if made.contains(&copy) {
        return Ok(());
    }
    made.push(copy);
    let lines = made.iter().map(|copy| copy.to_str().filter(|line| !line.contains(['\n', '\r'])));
    let lines = lines.collect::<Option<Vec<_>>>().ok_or_else(|| {
        Failure::new(Exit::Failed, "the folder's name cannot be kept: it is not UTF-8, or has a line break in it")
    })?;
    Ok(replace_file(&RealDisk, &list(data), format!("{}\n", lines.join("\n")).as_bytes())?)
}

/// Where a folder lies that is there or is to be made, links followed.
pub(crate) fn real(folder: &Path) -> Result<PathBuf, Failure> {
    let mut real = PathBuf::new();
    for part in std::path::absolute(folder)?.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        // What is not there yet leads nowhere else. A link that leads to nothing is not to be followed to where that will be.
        if std::fs::symlink_metadata(&real).is_ok() {
            let shown = real.display().to_string();
            real = std::fs::canonicalize(&real).map_err(|error| Failure::from(error).while_doing(shown))?;
        }
    }
    Ok(real)
}
