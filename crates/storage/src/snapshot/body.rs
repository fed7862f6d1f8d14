//! A snapshot's body: written and read as one long text, sealed and opened a chunk at a time.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use super::format::{Header, chunk_offset};
use super::{CHUNK, Why};
use crate::disk::DiskFile;
use crate::seal::ChunkSeal;

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

/// A snapshot's body, being read. Every byte that it gives has been authenticated; that the body goes on to its right end
/// is known at the end, so nothing read may be used before [`super::Snapshots::newest`] has given it back.
pub struct Body {
    file: Box<dyn DiskFile>,
    seal: ChunkSeal,
    /// The chunk that is open, with room for its tag.
    chunk: Zeroizing<Vec<u8>>,
    /// What of it has been given out, and how much of it there is.
    given: usize,
    open: usize,
    number: u64,
    chunks: u64,
    /// Bytes that have not been opened yet.
    left: u64,
    failed: Option<Why>,
}

impl Body {
    pub(super) fn new(file: Box<dyn DiskFile>, seal: ChunkSeal, header: &Header) -> Self {
        let most = usize::try_from(header.length).unwrap_or(CHUNK).min(CHUNK) + ChunkSeal::EXTRA;
        let (chunks, left) = (header.chunks(), header.length);
        let chunk = Zeroizing::new(vec![0; most]);
        Self { file, seal, chunk, given: 0, open: 0, number: 0, chunks, left, failed: None }
    }

    /// How many bytes are still to come.
    pub fn left(&self) -> u64 {
        self.left + (self.open - self.given) as u64
    }

    /// Makes sure that something is open unless the body is at its end.
    fn fill(&mut self) -> Result<(), Why> {
        while self.given == self.open && self.number < self.chunks {
            let plain = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
            let not_whole = || Why::Damaged("a chunk of it does not open");
            let sealed = self.chunk.get_mut(..plain + ChunkSeal::EXTRA).ok_or_else(not_whole)?;
            let read = self.file.read_exact_at(sealed, chunk_offset(self.number));
            read.map_err(|error| Why::Unreadable(error.to_string()))?;
            let last = self.number + 1 == self.chunks;
            let opened = self.seal.open(self.number, last, sealed).filter(|opened| *opened == plain);
            self.open = opened.ok_or_else(not_whole)?;
            self.given = 0;
            self.left -= plain as u64;
            self.number += 1;
        }
        Ok(())
    }

    /// Whether it was read to its end, every chunk of it; else why it cannot be used.
    pub(super) fn end(mut self) -> Result<(), Why> {
        if let Some(why) = self.failed.take() {
            return Err(why);
        }
        self.fill()?;
        if self.given < self.open {
            return Err(Why::NotUnderstood("it goes on where its end was expected".to_owned()));
        }
        Ok(())
    }

    /// Why reading failed, if it did.
    pub(super) fn failure(self) -> Option<Why> {
        self.failed
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed.is_none()
            && let Err(why) = self.fill()
        {
            (self.given, self.open) = (0, 0);
            self.failed = Some(why);
        }
        if let Some(why) = &self.failed {
            return Err(io::Error::new(io::ErrorKind::InvalidData, why.to_string()));
        }
        let count = buffer.len().min(self.open - self.given);
        let ready = self.chunk.get(self.given..self.given + count).unwrap_or_default();
        if let Some(place) = buffer.get_mut(..ready.len()) {
            place.copy_from_slice(ready);
        }
        self.given += count;
        Ok(count)
    }
}
