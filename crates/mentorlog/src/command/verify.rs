//! `mentorlog verify`: proves what a data folder holds, from the journal alone.

use std::io::Write;
use std::path::PathBuf;

use storage::care;

use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk, restored_whole};

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: Folder,
    /// Compare sled with the journal as well, on a copy in a temporary folder.
    #[arg(long)]
    sled: bool,
    /// The file of the master key: then also that every record opens, and that no stream has a gap [default: the demo's
    /// own, if there is one; otherwise no key is used]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

/// Prints `count N head HASH` and what was found. Fails if anything is wrong.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { folder, sled, master_key_file } = options;
    restored_whole(&folder.data)?;
    let vault = match (master_key_file, folder.has_own_master()?) {
        (None, false) => None,
        (file, _) => Some(folder.open_vault(file.as_deref())?),
    };
    let report = care::verify(&disk(), &folder.data, vault.as_ref(), *sled);
    write!(std::io::stdout(), "{report}")?;
    match report.faults.len() {
        0 => Ok(()),
        faults => Err(Failure::new(Exit::Damaged, format!("{faults} faults were found in {}", folder.data.display()))),
    }
}
