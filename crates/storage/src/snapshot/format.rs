//! The bytes of a snapshot file before its body: one sector. Described in `docs/formats.md`.

use super::{CHUNK, SnapshotPlace, Why};
use crate::bytes::{Put, Take};
use crate::journal::SECTOR;
use crate::log::Position;
use crate::seal::{ChunkSeal, Salt};

const MAGIC: &[u8; 8] = b"mlogsnap";
const FORMAT: u16 = 1;
/// Where the body begins, in bytes.
pub(super) const HEADER: usize = SECTOR;
/// What is known before the body is: every chunk is bound to it.
const BOUND: usize = 8 + 2 + 16 + 4 + 8 + 32 + 32;

/// What a snapshot file says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Header {
    pub(super) log_id: [u8; 16],
    pub(super) place: SnapshotPlace,
    pub(super) salt: Salt,
    /// Bytes of the body, before sealing.
    pub(super) length: u64,
}

impl Header {
    /// What every chunk is bound to.
    pub(super) fn bound(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.put(MAGIC);
        bytes.put_u16(FORMAT);
        bytes.put(&self.log_id);
        bytes.put_u32(self.place.version);
        bytes.put_u64(self.place.position.0);
        bytes.put(&self.place.chain);
        bytes.put(&self.salt);
        bytes
    }

    /// The first sector.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.bound();
        bytes.put_u64(self.length);
        let checksum = *blake3::hash(&bytes).as_bytes();
        bytes.put(&checksum);
        bytes.resize(HEADER, 0);
        bytes
    }

    /// Reads the first sector.
    pub(super) fn decode(sector: &[u8]) -> Result<Self, Why> {
        let damaged = || Why::Damaged("its header is not whole");
        let mut take = Take(sector);
        if take.array::<8>() != Some(*MAGIC) {
            return Err(Why::Damaged("it does not begin as a snapshot does"));
        }
        match take.u16() {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => return Err(Why::NewerFormat(newer)),
            Some(_) | None => return Err(damaged()),
        }
        Self::decode_rest(sector, take).ok_or_else(damaged)
    }

    fn decode_rest(sector: &[u8], mut take: Take<'_>) -> Option<Self> {
        let hashed = Take(sector).bytes(BOUND + 8)?;
        let log_id = take.array()?;
        let version = take.u32()?;
        let place = SnapshotPlace { version, position: Position(take.u64()?), chain: take.array()? };
        let header = Self { log_id, place, salt: take.array()?, length: take.u64()? };
        let whole = take.array::<32>()? == *blake3::hash(hashed).as_bytes() && take.0.iter().all(|byte| *byte == 0);
        whole.then_some(header)
    }

    /// How many chunks the body has. An empty body has one, which holds nothing and seals the header.
    pub(super) fn chunks(&self) -> u64 {
        self.length.div_ceil(CHUNK as u64).max(1)
    }

    /// How long the file is, in bytes; `None`: no file is.
    pub(super) fn file_length(&self) -> Option<u64> {
        let tags = self.chunks().checked_mul(ChunkSeal::EXTRA as u64)?;
        self.length.checked_add(tags)?.checked_add(HEADER as u64)
    }
}

/// Where a chunk begins in the file, in bytes.
pub(super) const fn chunk_offset(number: u64) -> u64 {
    HEADER as u64 + number * (CHUNK + ChunkSeal::EXTRA) as u64
}
