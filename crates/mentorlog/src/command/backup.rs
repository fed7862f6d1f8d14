//! `mentorlog backup` and `mentorlog restore`: the log and its keys, each copied apart.

use std::io::Write;
use std::path::{Path, PathBuf};

use storage::care;

use crate::copies;
use crate::erasing;
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk};
use crate::held;

/// What to copy, and where to.
#[derive(clap::Args)]
pub(crate) struct BackupOptions {
    #[command(flatten)]
    folder: Folder,
    /// An empty or a new folder.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Copy the keys instead of the log. Keep them apart from backups of the log, and for a short time. Where they are copied to is
    /// kept in the data folder, for `verify-erased`.
    #[arg(long)]
    keys_only: bool,
}

/// Copies the log, while the service may go on writing; or the keys.
pub(crate) fn backup(options: &BackupOptions) -> Result<(), Failure> {
    let BackupOptions { folder, to, keys_only } = options;
    let disk = disk();
    if *keys_only {
        if within_a_log(to) {
            let why = "keys may not lie in a backup of the log: name a folder elsewhere";
            return Err(Failure::new(Exit::Keys, why));
        }
        copies::keep(&folder.data, to)?;
        return Ok(care::backup_keys(&*disk, &folder.keys(), to)?);
    }
    // Whoever takes the copy itself for a data folder writes to nobody either.
    let head = care::backup(&*disk, &folder.data, to, || held::hold(to))?;
    writeln!(std::io::stdout(), "{} events copied to {}", head.position.0, to.display())?;
    Ok(())
}

fn within_a_log(folder: &Path) -> bool {
    folder.ancestors().any(|above| above.join("journal").is_dir())
}

/// What to bring back, and where to.
#[derive(clap::Args)]
pub(crate) struct RestoreOptions {
    /// The backup of the log.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// The backup of the keys; without it, put the key file in place before the service starts.
    #[arg(long, value_name = "FOLDER")]
    keys_from: Option<PathBuf>,
    /// What has been erased, as `mentorlog erase done` listed it, newest list: erased again before the first start answers.
    #[arg(long, value_name = "FILE", required_unless_present = "nothing_erased")]
    erased: Option<PathBuf>,
    /// Nothing has been erased since the backup was made.
    #[arg(long, conflicts_with = "erased")]
    nothing_erased: bool,
    /// The new data folder: empty, or not there yet.
    #[arg(long, value_name = "DIR", alias = "to")]
    data: PathBuf,
}

/// Brings a backup back, after reading and checking it.
pub(crate) fn restore(options: &RestoreOptions) -> Result<(), Failure> {
    let RestoreOptions { from, keys_from, erased, nothing_erased: _, data } = options;
    if let Some(list) = erased {
        erasing::read(list)?;
    }
    let head = care::restore(&*disk(), (from, keys_from.as_deref()), data, || {
        held::hold(data)?;
        if let Some(list) = erased {
            let lines = erasing::keep(data, list)?;
            writeln!(std::io::stdout(), "{lines} erasures are carried out again at the first start")?;
        }
        Ok::<_, Failure>(())
    })?;
    let mut out = std::io::stdout();
    writeln!(out, "{} events restored to {}", head.position.0, data.display())?;
    writeln!(
        out,
        "nobody is written to from it before `mentorlog digest release`: record first what it does not know of"
    )?;
    Ok(())
}
