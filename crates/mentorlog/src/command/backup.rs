//! `mentorlog backup` and `mentorlog restore`: the log and its keys, each copied apart.

use std::io::Write;
use std::path::{Path, PathBuf};

use storage::care;

use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk};

/// What to copy, and where to.
#[derive(clap::Args)]
pub(crate) struct BackupOptions {
    #[command(flatten)]
    folder: Folder,
    /// An empty or a new folder.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Copy the keys instead of the log. Keep them apart from backups of the log, and for a short time.
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
        return Ok(care::backup_keys(&*disk, &folder.keys(), to)?);
    }
    let head = care::backup(&*disk, &folder.data, to)?;
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
    /// The new data folder: empty, or not there yet.
    #[arg(long, value_name = "DIR", alias = "to")]
    data: PathBuf,
}

/// Brings a backup back, after reading and checking it.
pub(crate) fn restore(options: &RestoreOptions) -> Result<(), Failure> {
    let RestoreOptions { from, keys_from, data } = options;
    let head = care::restore(&*disk(), from, keys_from.as_deref(), data)?;
    writeln!(std::io::stdout(), "{} events restored to {}", head.position.0, data.display())?;
    Ok(())
}
