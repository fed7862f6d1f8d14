//! A key file as it was read.

use std::path::Path;

use zeroize::Zeroizing;

use super::MasterKey;
use super::file::{self, Batches, Entry, EntryRole, HEADER, Header, Wrapper};
use super::ring::{KeyError, io};
use crate::disk::{Disk, read_file};
use crate::together::each;

/// Entries that a thread takes at a time.
const SHARE: usize = 1024;

/// A key, unwrapped.
pub(super) type OpenKey = Zeroizing<[u8; 32]>;

pub(super) struct Loaded {
    pub(super) header: Header,
    pub(super) batches: Batches,
    pub(super) length: u64,
}

impl Loaded {
    pub(super) fn read(disk: &dyn Disk, path: &Path) -> Result<Self, KeyError> {
        let bytes = read_file(disk, path).map_err(io(path))?;
        let damaged = || KeyError::Damaged { path: path.to_owned(), offset: 0 };
        let (head, rest) = bytes.split_at_checked(HEADER).ok_or_else(damaged)?;
        let (header, hash) = Header::decode(head).ok_or_else(damaged)?;
        let batches = file::decode_batches(rest, hash);
        Ok(Self { header, batches, length: bytes.len() as u64 })
    }

    /// What rewrites the file must have read all of it: what is not understood may be keys.
    pub(super) fn must_be_whole(&self, path: &Path) -> Result<(), KeyError> {
        let whole = (HEADER + self.batches.whole) as u64;
        if self.length == whole { Ok(()) } else { Err(KeyError::Damaged { path: path.to_owned(), offset: whole }) }
    }

    pub(super) fn wrapper(&self, path: &Path, master: &MasterKey) -> Result<Wrapper, KeyError> {
        if self.header.master_id != master.id() {
            return Err(KeyError::WrongMaster(path.to_owned()));
        }
        Wrapper::new(master, self.header.log_id).ok_or(KeyError::NoChance)
    }

    /// Every key, in the order of the entries; none, where it has been destroyed. A start waits for this: all the cores do it.
    pub(super) fn unwrap_all(&self, wrapper: &Wrapper, path: &Path) -> Result<Vec<Option<OpenKey>>, KeyError> {
        let entries = &self.batches.entries;
        let mut keys = vec![None; entries.len()];
        let shares = keys.chunks_mut(SHARE).zip(entries.chunks(SHARE)).enumerate();
        let unwrap = |(share, (keys, entries)): (usize, (&mut [Option<OpenKey>], &[Entry])), (): &mut ()| {
            for (at, (key, entry)) in keys.iter_mut().zip(entries).enumerate() {
                let offset = (HEADER + (share * SHARE + at) * file::ENTRY) as u64;
                *key = match entry.role {
                    EntryRole::Destroyed => None,
                    EntryRole::Data | EntryRole::Log | EntryRole::Fingerprint => {
                        let damaged = || KeyError::Damaged { path: path.to_owned(), offset };
                        Some(wrapper.unwrap(entry).ok_or_else(damaged)?)
                    }
                };
            }
            Ok(())
        };
        each(shares, || (), unwrap)?;
        Ok(keys)
    }
}
