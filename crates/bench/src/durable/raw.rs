//! The limit: a file filled with zeros beforehand, one write and one fdatasync for a group, and nothing else.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::group::{Record, Store};
use crate::Failure;

/// Length of the file; at its end writing goes on from the beginning, over bytes that are there.
const LENGTH: u64 = 64 << 20;

pub(super) struct Raw {
    file: File,
    at: u64,
    buffer: Vec<u8>,
}

impl Raw {
    pub(super) fn create(folder: &Path) -> Result<Self, Failure> {
        let file = File::create(folder.join("raw"))?;
        let zeros = vec![0; 1 << 20];
        for at in (0..LENGTH).step_by(zeros.len()) {
            file.write_all_at(&zeros, at)?;
        }
        file.sync_all()?;
        Ok(Self { file, at: 0, buffer: Vec::new() })
    }
}

impl Store for Raw {
    fn commit(&mut self, group: &[Record]) -> Result<(), Failure> {
        self.buffer.clear();
        for record in group {
            self.buffer.extend_from_slice(&record.bytes);
        }
        let length = u64::try_from(self.buffer.len())?;
        if self.at + length > LENGTH {
            self.at = 0;
        }
        self.file.write_all_at(&self.buffer, self.at)?;
        self.at += length;
        self.file.sync_data()?;
        Ok(())
    }
}
