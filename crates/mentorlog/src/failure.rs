//! Why the program ends with a fault: one sentence for people on stderr, and an exit status for scripts.

use std::fmt;

use casework::OpenError;
use domain::refusal::{Code, Refusal};
use storage::LogError;

use crate::chance::NoChance;

/// The exit statuses, as `--help` shows them.
pub(crate) const EXIT_STATUSES: &str = "\
Exit status:
  0  done
  1  could not be done: the message says why
  2  the command line is wrong
  3  the log is damaged or incomplete, or `verify` found a fault
  4  a key or the master key is missing, wrong, or lies where it must not
  5  the log has stopped writing, or the disk is full
  6  `verify-erased` found nobody of that number: it never existed here
  7  a list of what was erased is another log's, not whole, or was changed since it was written
  75 `digest bounce` could not take the message in: the relay is to try again later";

/// The sort of failure, by its exit status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Could not be done.
    Failed = 1,
    /// The log is damaged.
    Damaged = 3,
    /// Something about keys.
    Keys = 4,
    /// Writing has stopped.
    Stopped = 5,
    /// Who was asked about never existed here.
    NeverHere = 6,
    /// A list of what was erased is not to be believed.
    List = 7,
    /// Whoever asked is to ask again later (`EX_TEMPFAIL`, which a relay knows).
    Later = 75,
}

/// Why the program ends.
#[derive(Debug)]
pub(crate) struct Failure {
    /// With which status.
    pub(crate) exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with what is wrong and what to do about it.
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string() }
    }

    /// The same, with another way out after it.
    #[must_use]
    pub(crate) fn or(self, what_to_do: impl fmt::Display) -> Self {
        Self { message: format!("{}; {what_to_do}", self.message), ..self }
    }

    /// What could not be done, before why.
    #[must_use]
    pub(crate) fn while_doing(self, what: impl fmt::Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<tokio::task::JoinError> for Failure {
    /// Its own text would repeat what a panic said.
    fn from(_: tokio::task::JoinError) -> Self {
        Self::new(Exit::Failed, "the program is wrong with itself: its log says where")
    }
}

impl From<NoChance> for Failure {
    fn from(error: NoChance) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<domain::words::Invalid> for Failure {
    fn from(error: domain::words::Invalid) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        let exit = match error {
            LogError::Damaged { .. } => Exit::Damaged,
            LogError::KeyMissing => Exit::Keys,
            LogError::Io { .. } | LogError::Closed => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Log(error) => error.into(),
            OpenError::Event { .. } | OpenError::Shortened { .. } => Self::new(Exit::Damaged, error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let exit = if matches!(refusal.code, Code::LogStopped | Code::DiskFull) { Exit::Stopped } else { Exit::Failed };
        Self::new(exit, format!("{refusal}: {}", refusal.code.meaning().trim()))
    }
}
