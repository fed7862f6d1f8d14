//! A snapshot's body: written as one long text, sealed and opened a chunk at a time.

use std::io::{self, Write};

use zeroize::Zeroizing;

use super::format::{Header, chunk_offset};
use super::{CHUNK, Why};
use crate::disk::DiskFile;
use crate::seal::ChunkSeal;
use crate::together::each;

/// Why a body was not written.
pub(super) enum WriteFailed {
    /// The file system refused.
    Io(io::Error),
    /// The cipher failed.
    Cipher,
    /// All snapshots were removed meanwhile.
    Removed,
}

/// Where a body is written to. It remembers its own failure, whatever the writer makes of it.
pub(super) struct BodyWriter<'a> {
    file: &'a dyn DiskFile,
    seal: ChunkSeal,
    removed: &'a dyn Fn() -> bool,
    chunk: Zeroizing<Vec<u8>>,
    number: u64,
    length: u64,
    failed: Option<WriteFailed>,
}

impl<'a> BodyWriter<'a> {
    /// An empty body. `removed` says whether it may still be written.
    pub(super) fn new(file: &'a dyn DiskFile, seal: ChunkSeal, removed: &'a dyn Fn() -> bool) -> Self {
        let chunk = Zeroizing::new(Vec::with_capacity(CHUNK + ChunkSeal::EXTRA));
        Self { file, seal, removed, chunk, number: 0, length: 0, failed: None }
    }

    /// Seals and writes what is left; how long the body is, in bytes.
    pub(super) fn finish(mut self) -> Result<u64, WriteFailed> {
        if self.failed.is_none() {
            self.put(true);
        }
        self.failed.map_or(Ok(self.length), Err)
    }

    /// Why it failed, if it did.
    pub(super) fn failure(self) -> Option<WriteFailed> {
        self.failed
    }

    fn put(&mut self, last: bool) {
        if (self.removed)() {
            self.failed = Some(WriteFailed::Removed);
            return;
        }
        self.length += self.chunk.len() as u64;
        if self.seal.seal(self.number, last, &mut self.chunk).is_none() {
            self.failed = Some(WriteFailed::Cipher);
            return;
        }
        if let Err(error) = self.file.write_all_at(&self.chunk, chunk_offset(self.number)) {
            self.failed = Some(WriteFailed::Io(error));
            return;
        }
        self.number += 1;
        self.chunk.clear();
    }
}

impl Write for BodyWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk is written when more follows: only then is it known not to be the last.
        if self.failed.is_none() && self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.put(false);
        }
        if self.failed.is_some() {
            return Err(io::Error::other("the snapshot cannot be written"));
        }
        let taken = bytes.get(..CHUNK - self.chunk.len()).unwrap_or(bytes);
        self.chunk.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A snapshot's body as it lies in its file.
pub(super) struct SealedBody {
    file: Box<dyn DiskFile>,
    seal: ChunkSeal,
    chunks: u64,
    length: u64,
}

impl SealedBody {
    pub(super) fn new(file: Box<dyn DiskFile>, seal: ChunkSeal, header: &Header) -> Self {
        Self { file, seal, chunks: header.chunks(), length: header.length }
    }

    /// All of it, on as many threads as there are cores: a start waits for this. Every byte has been authenticated.
    pub(super) fn open(&self) -> Result<Zeroizing<Vec<u8>>, Why> {
        let length = usize::try_from(self.length).map_err(|error| Why::Unreadable(error.to_string()))?;
        let mut whole = Zeroizing::new(vec![0; length]);
        let mut places: Vec<&mut [u8]> = whole.chunks_mut(CHUNK).collect();
        if places.is_empty() {
            places.push(&mut []);
        }
        let room = || Zeroizing::new(vec![0; length.min(CHUNK) + ChunkSeal::EXTRA]);
        let open = |(number, place): (usize, &mut [u8]), room: &mut _| self.open_chunk(number as u64, place, room);
        each(places.into_iter().enumerate(), room, open)?;
        Ok(whole)
    }

    /// Whether it opens with these keys, as its first chunk tells.
    pub(super) fn begins_to_open(&self) -> bool {
        let Ok(length) = usize::try_from(self.length.min(CHUNK as u64)) else { return false };
        let mut room = Zeroizing::new(vec![0; length + ChunkSeal::EXTRA]);
        self.open_chunk(0, Zeroizing::new(vec![0; length]).as_mut_slice(), &mut room).is_ok()
    }

    fn open_chunk(&self, number: u64, place: &mut [u8], room: &mut Zeroizing<Vec<u8>>) -> Result<(), Why> {
        let not_whole = || Why::Damaged("a chunk of it does not open");
        let sealed = room.get_mut(..place.len() + ChunkSeal::EXTRA).ok_or_else(not_whole)?;
        let read = self.file.read_exact_at(sealed, chunk_offset(number));
        read.map_err(|error| Why::Unreadable(error.to_string()))?;
        let last = number + 1 == self.chunks;
        let opened = self.seal.open(number, last, sealed).filter(|opened| *opened == place.len());
        let plain = opened.and_then(|opened| sealed.get(..opened)).ok_or_else(not_whole)?;
        place.copy_from_slice(plain);
        Ok(())
    }
}
