//! Why a journal cannot be used, with the place and the way out.

use std::io;
use std::path::{Path, PathBuf};

use crate::log::Head;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// What is stored is not what was written.
    #[error(
        "{path}, offset {offset}, after position {position} and trace {trace}: {what}. Nothing was changed; restore the log \
         from a backup",
        path = path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes.
        offset: u64,
        /// The last good event before.
        position: u64,
        /// The last good trace before.
        trace: u64,
        /// What is wrong.
        what: String,
    },
    /// There was more than there is now, or nothing shows that there was not.
    #[error(
        "{path}: {what}. Somebody or something may have made the log shorter, so it is not opened: if the folder was put \
         together by hand, put back the whole of it as it was, the journal with its anchor; otherwise restore the newest \
         backup into an empty folder (mentorlog restore)",
        path = path.display()
    )]
    Shortened {
        /// What shows it, or should be there.
        path: PathBuf,
        /// What it says.
        what: String,
    },
    /// The file system refused.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl JournalError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// `path` tells that there were these many events and traces, and the journal ends before.
    pub(crate) fn shortened(path: &Path, known: &Head, head: &Head) -> Self {
        let what = format!(
            "it knows of {} events and {} traces, and the journal ends after {} events and {} traces",
            known.position.0, known.traces.0, head.position.0, head.traces.0
        );
        Self::Shortened { path: path.to_owned(), what }
    }

    pub(crate) fn damaged(path: &Path, offset: u64, head: Head, what: impl Into<String>) -> Self {
        let (position, trace) = (head.position.0, head.traces.0);
        Self::Damaged { path: path.to_owned(), offset, position, trace, what: what.into() }
    }
}
