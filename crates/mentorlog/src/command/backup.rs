//! `mentorlog backup` and `mentorlog restore`: the log and its keys, each copied apart.

use std::io::Write;
use std::path::{Path, PathBuf};

use storage::{KeyRing, MasterKey, Vault, care};

use crate::copies;
use crate::erased_list::ErasedList;
use crate::erasing;
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk, restored_whole};
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
    restored_whole(&folder.data)?;
    if *keys_only {
        let to = &copies::real(to)?;
        if within_a_log(to) {
            let why = "keys may not lie in a backup of the log: name a folder elsewhere";
            return Err(Failure::new(Exit::Keys, why));
        }
        copies::keep(&folder.data, to)?;
        return Ok(care::backup_keys(&*disk, &folder.keys(), to)?);
    }
    if erasing::not_carried_out(&folder.data)?.is_some() {
        let why = "it was restored and never started since, so that what its list of erasures says is not carried out yet, and a copy would \
                   not know of it: start the service once, then copy the log";
        return Err(Failure::new(Exit::Failed, format!("{}: {why}", folder.data.display())));
    }
    // Whoever takes the copy itself for a data folder writes to nobody either.
    let head = care::backup(&*disk, &folder.data, to, || held::hold(to))?;
    writeln!(std::io::stdout(), "{} events copied to {}", head.position.0, to.display())?;
    Ok(())
}

/// `folder`: where it really lies.
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
    /// The file of the master key of `--keys-from`: then the seal of the list is checked before anything is copied, and not only at the
    /// first start.
    #[arg(long, value_name = "FILE", requires = "keys_from", requires = "erased")]
    master_key_file: Option<PathBuf>,
    /// The new data folder: empty, or not there yet.
    #[arg(long, value_name = "DIR", alias = "to")]
    data: PathBuf,
}

/// Brings a backup back, after reading and checking it.
pub(crate) fn restore(options: &RestoreOptions) -> Result<(), Failure> {
    let RestoreOptions { from, keys_from, erased, nothing_erased: _, master_key_file, data } = options;
    restored_whole(from)?;
    let list = erased.as_deref().map(|list| checked(list, options)).transpose()?;
    match (erasing::not_carried_out(from)?, &list) {
        (None, _) => {}
        (Some(left), Some(list)) => list.must_hold(&left)?,
        (Some(_), None) => {
            let why = "it was restored itself, with a list of erasures that is not carried out yet: give the newest list with --erased";
            return Err(Failure::new(Exit::List, format!("{}: {why}", from.display())));
        }
    }
    let head = care::restore(&*disk(), (from, keys_from.as_deref()), data, || {
        held::hold(data)?;
        erased.as_deref().map_or(Ok(()), |list| erasing::keep(data, list))
    })?;
    let mut out = std::io::stdout();
    if let Some(list) = &list {
        let when = "are carried out again at the first start, as far as the log does not say so";
        let seal =
            if master_key_file.is_some() { "" } else { "; it refuses to serve where the seal is not this log's" };
        writeln!(out, "{} erasures {when}{seal}", list.erased.len())?;
    }
    writeln!(out, "{} events restored to {}", head.position.0, data.display())?;
    writeln!(
        out,
        "nobody is written to from it before `mentorlog digest release`: record first what it does not know of"
    )?;
    Ok(())
}

/// The list, where it is this log's, and, as far as the keys are at hand, as this log wrote it.
fn checked(list: &Path, options: &RestoreOptions) -> Result<ErasedList, Failure> {
    let list = ErasedList::read(list)?;
    list.must_be_of(care::log_id_of(&*disk(), &options.from)?)?;
    if let (Some(keys), Some(master)) = (&options.keys_from, &options.master_key_file) {
        let ring = KeyRing::open_read_only(&disk(), keys, &MasterKey::read_file(master)?)?;
        list.must_be_of(ring.log_id())?;
        list.must_be_sealed(&Vault::new(ring)?.erasures_key())?;
    }
    Ok(list)
}
