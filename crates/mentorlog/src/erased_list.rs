//! The list of what has been erased, as `erase done` writes it and `restore --erased` reads it: it says of which log it is and how
//! many lines it has, and ends with the log's seal. A list that is another log's, cut or changed would let the erased be served, or
//! erase whom nobody decided of: it is refused.

use std::path::{Path, PathBuf};

use casework::erasure::{Again, Approval};
use domain::words::Reference;
use storage::care::ErasuresKey;
use storage::disk::read_file;
use storage::{RealDisk, Vault};

use crate::erasing::{Listed, parsed};
use crate::failure::{Exit, Failure};
use crate::hex::hex;

/// How the first line begins.
const FIRST: &str = "# mentorlog erasures of log ";
/// How the last line begins.
const LAST: &str = "# seal ";
/// Where a list comes from that is taken.
const WHENCE: &str =
    "take the copy that is kept beside the backups, or write it anew with `mentorlog erase done` on the log in use";

/// The lines of a list, under this log's seal.
pub(crate) fn written(vault: &Vault, lines: &[String]) -> Vec<String> {
    let first = format!("{FIRST}{}, {} lines: restore --erased takes it as it is", hex(&vault.log_id()), lines.len());
    let mut written: Vec<String> = std::iter::once(first).chain(lines.iter().cloned()).collect();
    let seal = vault.erasures_key().seal(written.join("\n").as_bytes());
    written.push(format!("{LAST}{}", hex(&seal)));
    written
}

/// A list that is whole by what it says of itself.
pub(crate) struct ErasedList {
    path: PathBuf,
    /// What it says, in order.
    pub(crate) erased: Vec<Again>,
    log_id: String,
    sealed: String,
    seal: String,
}

impl ErasedList {
    /// Reads a list, and checks that it is as long as it says, and that each line can be understood.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let bytes = read_file(&RealDisk, path).map_err(|error| Failure::from(error).while_doing(&shown))?;
        let refused = |why: &str| Failure::new(Exit::List, format!("{shown}: {why}: {WHENCE}"));
        let text = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8"))?;
        let mut lines: Vec<&str> = text.lines().collect();
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        let first = lines.first().and_then(|line| line.strip_prefix(FIRST)).and_then(|rest| rest.split_once(", "));
        let Some((log_id, rest)) = first else {
            return Err(refused("its first line does not say of which log it is, as `erase done` writes it"));
        };
        let said = rest.split_once(' ').and_then(|(count, _)| count.parse::<usize>().ok());
        let Some(said) = said else { return Err(refused("its first line does not say how many lines it has")) };
        let Some(seal) = lines.last().and_then(|line| line.strip_prefix(LAST)) else {
            return Err(refused("it does not end with its seal: the end of it is missing"));
        };
        let told = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
        if told.len() != said {
            return Err(refused(&format!("it says that it has {said} lines, and has {}", told.len())));
        }
        let understood = told.iter().zip(2..).map(|(line, number)| {
            again(line)
                .ok_or_else(|| refused(&format!("line {number}: not `SUBJECT CLASS PERIOD SCHOOL STAFF DECISION`")))
        });
        Ok(Self {
            path: path.to_owned(),
            erased: understood.collect::<Result<_, _>>()?,
            log_id: log_id.to_owned(),
            sealed: lines.get(..lines.len().saturating_sub(1)).unwrap_or_default().join("\n"),
            seal: seal.trim().to_owned(),
        })
    }

    /// Refuses the list of another log.
    pub(crate) fn must_be_of(&self, log_id: [u8; 16]) -> Result<(), Failure> {
        let Self { path, log_id: said, .. } = self;
        if *said == hex(&log_id) {
            return Ok(());
        }
        let why = format!("it is of log {said}, and this is log {}: give the list of this log", hex(&log_id));
        Err(Failure::new(Exit::List, format!("{}: {why}", path.display())))
    }

    /// Refuses a list that this log did not write, or that was changed since.
    pub(crate) fn must_be_sealed(&self, key: &ErasuresKey) -> Result<(), Failure> {
        let mut seal = [0; 32];
        for (byte, pair) in seal.iter_mut().zip(self.seal.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
            *byte = digits.unwrap_or_default();
        }
        if self.seal.len() == 64 && key.has_sealed(self.sealed.as_bytes(), &seal) {
            return Ok(());
        }
        let why = "its seal is not this log's, or it was changed after it was written";
        Err(Failure::new(Exit::List, format!("{}: {why}: {WHENCE}", self.path.display())))
    }

    /// Refuses this list where another says more: it would be lost.
    pub(crate) fn must_hold(&self, other: &Self) -> Result<(), Failure> {
        let mut held = self.erased.clone();
        let missing = other.erased.iter().filter(|again| match held.iter().position(|held| held == *again) {
            Some(at) => {
                held.swap_remove(at);
                false
            }
            None => true,
        });
        match missing.count() {
            0 => Ok(()),
            missing => {
                let why = format!(
                    "{missing} lines of {} are not in it, which the backup has not carried out yet: give the newest list, or that one",
                    other.path.display()
                );
                Err(Failure::new(Exit::List, format!("{}: {why}", self.path.display())))
            }
        }
    }
}

fn again(line: &str) -> Option<Again> {
    let Listed { records, school, approved_by, rest } = parsed(line)?;
    let approval = Approval { decision: Reference::try_new(rest).ok()?, by: approved_by };
    Some(Again { school, records, approval })
}
