//! `mentorlog verify`: reads the journal without sled and without any key.

use std::io::Write;

use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk};
use crate::hex::hex;

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: Folder,
}

/// Checks chain and checksums, and prints one line with the number of events and the hash of the chain.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let journal = options.folder.data.join("journal");
    let disk = disk();
    if !disk.exists(&journal)? {
        return Err(Failure::new(Exit::Damaged, format!("{} is not there: no log to verify", journal.display())));
    }
    let scan = storage::journal::scan(disk.as_ref(), &journal, &mut |_, _| Ok(()))
        .map_err(|error| Failure::new(Exit::Damaged, error))?;
    writeln!(std::io::stdout(), "count {} head {}", scan.head.position.0, hex(&scan.head.hash))?;
    Ok(())
}
