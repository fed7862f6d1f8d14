//! Making checksums right after bytes were changed, by the layout in `docs/formats.md`.

use storage::journal::SECTOR;

const FILE_BODY: usize = 90;
const FRAME_BODY: usize = 76;
const FRAME_HEADER: usize = FRAME_BODY + 16;
const HASH: usize = 32;
const END: &[u8; 4] = b"ENDF";

/// What stands before a frame.
#[derive(Default)]
struct Before {
    position: u64,
    traces: u64,
    hash: [u8; HASH],
}

/// Makes checksums right, and on request all that ties a file or a frame to the one before.
pub(super) fn repair(files: &mut [Vec<u8>], seal: bool, chain: bool) {
    let mut before = Before::default();
    if !(seal || chain) {
        return;
    }
    for (bytes, number) in files.iter_mut().zip(1_u64..) {
        if chain {
            let size = bytes.len() as u64;
            put(bytes, 26, &number.to_le_bytes());
            put(bytes, 34, &size.to_le_bytes());
            put_head(bytes, 42, &before);
        }
        seal_range(bytes, 0..FILE_BODY, FILE_BODY, HASH);
        let mut offset = SECTOR;
        while let Some(length) = frame(bytes, offset, number, chain, &mut before) {
            offset += length;
        }
    }
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + new.len()) {
        place.copy_from_slice(new);
    }
}

fn put_head(bytes: &mut [u8], at: usize, before: &Before) {
    put(bytes, at, &before.position.to_le_bytes());
    put(bytes, at + 8, &before.traces.to_le_bytes());
    put(bytes, at + 16, &before.hash);
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let mut wide = [0; 8];
    wide[..N].copy_from_slice(bytes.get(at..at + N)?);
    Some(u64::from_le_bytes(wide))
}

/// Writes the first bytes of a range's hash at a place.
fn seal_range(bytes: &mut [u8], range: std::ops::Range<usize>, at: usize, length: usize) -> Option<[u8; HASH]> {
    let hash = *blake3::hash(bytes.get(range)?).as_bytes();
    put(bytes, at, &hash[..length]);
    Some(hash)
}

/// Repairs the frame at an offset and moves `before` behind it; its length, unless none stands there.
fn frame(bytes: &mut [u8], offset: usize, file: u64, chain: bool, before: &mut Before) -> Option<usize> {
    if bytes.get(offset..offset + 4)? != b"FRAM" {
        return None;
    }
    let payload = usize::try_from(number::<4>(bytes, offset + 8)?).ok()?;
    let payload_at = offset + FRAME_HEADER;
    let (events, traces) = records(bytes.get(payload_at..payload_at.checked_add(payload)?)?);
    let whole = (payload + FRAME_HEADER + HASH + END.len()).next_multiple_of(SECTOR);
    if chain {
        put(bytes, offset + 4, &u32::try_from(whole).ok()?.to_le_bytes());
        put(bytes, offset + 12, &file.to_le_bytes());
        put(bytes, offset + 20, &before.position.to_le_bytes());
        put(bytes, offset + 28, &events.to_le_bytes());
        put(bytes, offset + 32, &before.traces.to_le_bytes());
        put(bytes, offset + 40, &traces.to_le_bytes());
        put(bytes, offset + 44, &before.hash);
        put(bytes, offset + whole - END.len(), END);
    }
    seal_range(bytes, offset..offset + FRAME_BODY, offset + FRAME_BODY, 16);
    let hash = seal_range(bytes, offset..payload_at + payload, payload_at + payload, HASH)?;
    let (events, traces) = (number::<4>(bytes, offset + 28)?, number::<4>(bytes, offset + 40)?);
    before.position = before.position.wrapping_add(events);
    before.traces = before.traces.wrapping_add(traces);
    before.hash = hash;
    Some(whole)
}

/// How many events and traces a payload holds.
fn records(payload: &[u8]) -> (u32, u32) {
    let (mut events, mut traces, mut at) = (0, 0, 0);
    while let (Some(kind), Some(length)) = (payload.get(at), number::<4>(payload, at + 1)) {
        match kind {
            1 => events += 1,
            _ => traces += 1,
        }
        at = usize::try_from(length).map_or(payload.len(), |length| at.saturating_add(5).saturating_add(length));
    }
    (events, traces)
}
