//! Ids that come from a command's id: the same command asked twice makes the same things, and nobody can guess them.

use domain::id::{CommandId, FreshIds};

/// Makes ids from a command id, under a secret of the log's.
pub(crate) struct CommandIds<'a> {
    secret: &'a [u8; 32],
    command: CommandId,
    count: u64,
}

impl<'a> CommandIds<'a> {
    pub(crate) const fn new(secret: &'a [u8; 32], command: CommandId) -> Self {
        Self { secret, command, count: 0 }
    }
}

impl FreshIds for CommandIds<'_> {
    fn next_bits(&mut self) -> [u8; 16] {
        self.count += 1;
        let mut hasher = blake3::Hasher::new_keyed(self.secret);
        hasher.update(b"id").update(&self.command.bits()).update(&self.count.to_le_bytes());
        first_sixteen(&hasher.finalize())
    }
}

/// The first 128 bits of a hash.
pub(crate) fn first_sixteen(hash: &blake3::Hash) -> [u8; 16] {
    hash.as_bytes().first_chunk().copied().unwrap_or([0; 16])
}
