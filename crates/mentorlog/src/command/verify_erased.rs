//! `mentorlog verify-erased`: proves from stored bytes what of a pupil, a guardian or a member of staff can still be opened, and with which copies of keys.

use std::io::Write;
use std::path::PathBuf;

use domain::retention::Subject;
use storage::{KeyRing, Snapshots, Vault, care};

use crate::copies;
use crate::erasing;
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk};
use crate::kept::FOLDER;

/// Whose records, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The pupil, the guardian or the member of staff.
    #[arg(long, value_name = "ID")]
    subject: Subject,
    /// The data folder; with `--backup` only its keys are used.
    #[command(flatten)]
    folder: Folder,
    /// A backup of the log, instead of the data folder's own.
    #[arg(long, value_name = "FOLDER")]
    backup: Option<PathBuf>,
    /// The file of the master key.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// A copy of the keys, made at whatever time: is what was erased still in it? May be given several times. Copies that `backup
    /// --keys-only` made are looked into wherever they were made; this is for those that were moved, or made by other means.
    #[arg(long, value_name = "FOLDER")]
    key_backup: Vec<PathBuf>,
}

/// Prints `erased CLASS PERIOD PARTS` or `opens …` for each key, and each copy of keys that could still open what is erased: those
/// that this program made, and those that are named. What was copied by other means (a picture of the whole disk) it cannot know.
/// Fails when anything opens, and otherwise when nothing was ever there: of who was erased, it can still be told that something was.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { subject, folder, backup, master_key_file, key_backup } = options;
    let vault = folder.open_vault(master_key_file.as_deref())?;
    let log = backup.as_ref().unwrap_or(&folder.data);
    let found = care::erased(disk().as_ref(), log, &vault, subject.bits())?;
    let mut out = std::io::stdout().lock();
    let mut opens = 0;
    for one in &found {
        let word = if one.opens { "opens" } else { "erased" };
        opens += usize::from(one.opens);
        writeln!(out, "{word} class {} period {} parts {}", one.key.class.0, one.key.period, one.parts)?;
    }
    let made = copies::made(&folder.data)?;
    let told = key_backup.iter().map(|copy| copies::real(copy)).collect::<Result<Vec<_>, _>>()?;
    let (there, gone): (Vec<&PathBuf>, Vec<&PathBuf>) =
        made.iter().filter(|copy| !told.contains(*copy)).partition(|copy| KeyRing::lies_in(disk().as_ref(), copy));
    for copy in gone {
        writeln!(out, "no keys are in {} any more: were they destroyed, or moved?", copy.display())?;
    }
    for copy in key_backup.iter().chain(there) {
        let held = KeyRing::held_in(disk().as_ref(), copy)?;
        let could = found.iter().filter(|one| held.contains(&one.id)).count();
        opens += could;
        writeln!(out, "{} of {} keys are in the copy {}", could, found.len(), copy.display())?;
    }
    let left = derived(folder, &vault)?;
    for path in &left {
        writeln!(
            out,
            "{} is no snapshot of these keys: it is from before an erasure, and could still tell of whoever was erased; the next start removes it",
            path.display()
        )?;
    }
    opens += left.len();
    let signs_in = match subject {
        Subject::Staff(staff) => usize::from(erasing::accounts_left(&folder.data, &[*staff])?),
        Subject::Pupil(_) | Subject::Guardian(_) => 0,
    };
    if signs_in > 0 {
        writeln!(out, "an account or a session in {} is still of {subject}", folder.data.join(FOLDER).display())?;
    }
    opens += signs_in;
    match (opens, found.len() + signs_in) {
        // No proof: of a mistyped number nothing is there either.
        (_, 0) => {
            Err(Failure::new(Exit::NeverHere, format!("{subject} never existed here: nothing was ever sealed for it")))
        }
        (0, _) => Ok(()),
        (opens, _) => {
            let why =
                format!("{opens} keys, snapshots or accounts could still tell of {subject}: they are named above");
            Err(Failure::new(Exit::Failed, why))
        }
    }
}

/// The snapshots that could hold what is erased. After an erasure by a program that left them under the same key nobody can tell which
/// those are before the next start: then all of them.
fn derived(folder: &Folder, vault: &Vault) -> Result<Vec<PathBuf>, Failure> {
    let snapshots = Snapshots::new(disk(), &folder.data, vault);
    let left = if vault.ring().cannot_tell_old_snapshots() { snapshots.all() } else { snapshots.not_of_these_keys() };
    left.map_err(|error| Failure::new(Exit::Failed, error))
}
