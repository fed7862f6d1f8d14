//! Where sessions and accounts are kept between two starts. Not in the log: they are no facts about a pupil, and losing the
//! sessions only signs people out.

use std::io;
use std::sync::Arc;

/// A small file that is replaced whole. The program gives one that syncs.
pub trait Keep: Send + Sync + 'static {
    /// What stands in it; `None`: it is not there yet.
    fn read(&self) -> io::Result<Option<Vec<u8>>>;
    /// Replaces it: after a crash either the old bytes stand there, or the new ones.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;
    /// Something that differs after it has been replaced, by whomever. Cheap: it is asked at every request.
    fn stamp(&self) -> io::Result<u128>;
}

/// A file could not be read, understood or written.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The file system says no.
    #[error("the file of {what} cannot be used: {why}")]
    Io {
        /// Which file.
        what: &'static str,
        /// Why not.
        why: Arc<io::Error>,
    },
    /// What stands there is not what we wrote.
    #[error("the file of {0} is damaged or written by a later version")]
    Damaged(&'static str),
}

impl KeepError {
    pub(super) fn io(what: &'static str) -> impl Fn(io::Error) -> Self {
        move |why| Self::Io { what, why: Arc::new(why) }
    }
}
