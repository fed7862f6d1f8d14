//! What an engine must know to judge a commit: stream versions and the names of commits. The same for every engine.

pub(super) mod laid;
mod places;

use std::collections::HashMap;

use self::places::Places;
use crate::journal::{Ends, FramePlace};
use crate::log::{AppendError, Appended, CommitId, Expected, Head, Position, StreamId};
use crate::seal::RecordHeader;

/// How long the names of commits are remembered, in microseconds: 90 days.
const REMEMBERED: i64 = 90 * 24 * 3600 * 1_000_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Name {
    fingerprint: [u8; 16],
    first: u64,
    last: u64,
    recorded_micros: i64,
}

/// Stream versions and commit names.
#[derive(Default)]
pub(super) struct Ledger {
    streams: HashMap<StreamId, Places>,
    names: HashMap<CommitId, Name>,
    latest_micros: i64,
    /// Up to where in the journal all this is.
    ends: Ends,
    /// Where the next frame would begin in the last file.
    offset: u64,
}

/// A commit that has been judged good and is not yet on disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    pub(super) id: CommitId,
    pub(super) fingerprint: [u8; 16],
    pub(super) appended: Appended,
    pub(super) recorded_micros: i64,
}

/// What a group of commits adds before it is on disk.
#[derive(Default)]
pub(super) struct Pending {
    versions: HashMap<StreamId, u64>,
    names: HashMap<CommitId, Accepted>,
}

impl Ledger {
    /// When the latest record was recorded: time never goes backwards.
    pub(super) fn clamp(&self, micros: i64) -> i64 {
        micros.max(self.latest_micros)
    }

    /// Whether a commit is known by its name.
    pub(super) fn find(&self, id: CommitId, fingerprint: [u8; 16]) -> Result<Option<Appended>, AppendError> {
        match self.names.get(&id) {
            None => Ok(None),
            Some(name) if name.fingerprint == fingerprint => {
                Ok(Some(Appended { first: Position(name.first), last: Position(name.last), already: true }))
            }
            Some(_) => Err(AppendError::CommitIdReused),
        }
    }

    /// The version that a stream has, with what is pending.
    pub(super) fn version(&self, stream: StreamId, pending: &Pending) -> u64 {
        let stored = || self.streams.get(&stream).map_or(0, Places::count);
        pending.versions.get(&stream).copied().unwrap_or_else(stored)
    }

    /// Whether the streams are as the writer expected. `head` is where the log will be after what is pending.
    pub(super) fn check(
        &self,
        expected: &[(StreamId, Expected)],
        pending: &Pending,
        head: Position,
    ) -> Result<(), AppendError> {
        for (stream, expectation) in expected {
            let Expected::Version(version) = *expectation else { continue };
            let actual = self.version(*stream, pending);
            if actual != version {
                return Err(AppendError::Conflict { stream: *stream, expected: version, actual, head });
            }
        }
        Ok(())
    }

    /// Enters a record that is on disk.
    pub(super) fn enter(&mut self, header: &RecordHeader, position: Position) {
        self.enter_place(header.stream, position);
        self.enter_time(header.recorded_micros);
        let first = position.0.saturating_sub(u64::from(header.index));
        let last = first + u64::from(header.of.max(1)) - 1;
        let name = Name { fingerprint: header.fingerprint, first, last, recorded_micros: header.recorded_micros };
        self.names.insert(header.commit, name);
    }

    /// Enters one event's place in its stream.
    pub(super) fn enter_place(&mut self, stream: StreamId, position: Position) {
        self.streams.entry(stream).or_default().push(position.0);
    }

    /// Enters when something was recorded.
    pub(super) fn enter_time(&mut self, micros: i64) {
        self.latest_micros = self.latest_micros.max(micros);
    }

    /// Enters a commit that is on disk.
    pub(super) fn enter_name(&mut self, accepted: &Accepted) {
        let Accepted { id, fingerprint, appended, recorded_micros } = *accepted;
        let name = Name { fingerprint, first: appended.first.0, last: appended.last.0, recorded_micros };
        self.names.insert(id, name);
        self.enter_time(recorded_micros);
    }

    /// Forgets names that are older than anybody may ask for.
    pub(super) fn forget_old_names(&mut self) {
        let oldest = self.latest_micros.saturating_sub(REMEMBERED);
        self.names.retain(|_, name| name.recorded_micros >= oldest);
    }

    /// The positions of a stream's events after a version, at most `limit`.
    pub(super) fn positions(&self, stream: StreamId, after: u64, limit: usize) -> Vec<u64> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        self.streams.get(&stream).map_or_else(Vec::new, |positions| positions.iter().skip(after).take(limit).collect())
    }

    /// Everything in a frame that is on disk has been entered.
    pub(super) fn enter_end(&mut self, place: &FramePlace, after: Head) {
        let file = usize::try_from(place.file).unwrap_or(usize::MAX);
        if file > self.ends.last_frames.len() {
            self.ends.last_frames.push(place.offset);
        } else if let Some(last) = self.ends.last_frames.last_mut() {
            *last = place.offset;
        }
        self.ends.head = after;
        self.offset = place.offset + place.length as u64;
    }

    /// Up to where in the journal everything has been entered.
    pub(super) fn ends(&self) -> (&Ends, u64) {
        (&self.ends, self.offset)
    }
}

impl Pending {
    /// Whether the commit stands in the same group already.
    pub(super) fn find(&self, id: CommitId, fingerprint: [u8; 16]) -> Result<Option<Appended>, AppendError> {
        match self.names.get(&id) {
            None => Ok(None),
            Some(accepted) if accepted.fingerprint == fingerprint => {
                Ok(Some(Appended { already: true, ..accepted.appended }))
            }
            Some(_) => Err(AppendError::CommitIdReused),
        }
    }

    /// Sets the version that a stream will have.
    pub(super) fn set_version(&mut self, stream: StreamId, version: u64) {
        self.versions.insert(stream, version);
    }

    /// Remembers an accepted commit.
    pub(super) fn accept(&mut self, accepted: Accepted) {
        self.names.insert(accepted.id, accepted);
    }
}
