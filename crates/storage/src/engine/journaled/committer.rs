//! The committer: one thread that takes what waits, judges it, seals it, writes one frame, syncs once, and answers.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};

use tokio::sync::oneshot;

use super::Shared;
use super::tail::TailFrame;
use crate::engine::ledger::{Accepted, Pending};
use crate::journal::{FrameBuilder, FrameKind, FramePlace, JournalWriter, WriteError};
use crate::log::{AppendError, Appended, Commit, CommitId, Expected, Head, Position, StreamId, TraceNumber};
use crate::seal::{PreparedEvent, PreparedTrace, SealPlace, Vault};

type Reply<T> = oneshot::Sender<Result<T, AppendError>>;

/// What the committer is asked for.
pub(super) enum Request {
    /// Append a commit.
    Append(Box<AppendRequest>),
    /// Record a trace.
    Trace { prepared: PreparedTrace, reply: Reply<TraceNumber> },
}

/// A commit whose parts are sealed.
pub(super) struct AppendRequest {
    id: CommitId,
    fingerprint: [u8; 16],
    expected: Vec<(StreamId, Expected)>,
    events: Vec<PreparedEvent>,
    recorded_micros: i64,
    reply: Reply<Appended>,
}

impl Request {
    /// Prepares a commit in the caller's own thread: sealing parts is work that need not wait in line.
    pub(super) fn append(vault: &Vault, commit: &Commit, reply: Reply<Appended>) -> Result<Self, AppendError> {
        crate::engine::memory::event_count(commit)?;
        let events = commit.events.iter().map(|event| vault.prepare(event)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::Append(Box::new(AppendRequest {
            id: commit.id,
            fingerprint: vault.fingerprint(&commit.content),
            expected: commit.expected.clone(),
            events,
            recorded_micros: commit.recorded_micros,
            reply,
        })))
    }

    fn size(&self) -> (usize, usize) {
        match self {
            Self::Append(append) => (append.events.iter().map(PreparedEvent::sealed_len).sum(), append.events.len()),
            Self::Trace { prepared, .. } => (prepared.sealed_len(), 1),
        }
    }

    fn refuse(self, error: AppendError) {
        match self {
            Self::Append(append) => drop(append.reply.send(Err(error))),
            Self::Trace { reply, .. } => drop(reply.send(Err(error))),
        }
    }
}

/// An answer that is given when the group is on disk.
enum Answer {
    Append(Reply<Appended>, Appended),
    Trace(Reply<TraceNumber>, TraceNumber),
}

impl Answer {
    fn give(self) {
        match self {
            Self::Append(reply, appended) => drop(reply.send(Ok(appended))),
            Self::Trace(reply, number) => drop(reply.send(Ok(number))),
        }
    }

    fn refuse(self, error: AppendError) {
        match self {
            Self::Append(reply, _) => drop(reply.send(Err(error))),
            Self::Trace(reply, _) => drop(reply.send(Err(error))),
        }
    }
}

/// One group, being put together.
struct Group {
    frame: FrameBuilder,
    pending: Pending,
    accepted: Vec<Accepted>,
    streams: Vec<StreamId>,
    events: Vec<(u32, u32)>,
    traces: Vec<(u32, u32)>,
    latest_micros: i64,
    answers: Vec<Answer>,
    head: Head,
}

/// The committer's state.
pub(super) struct Committer {
    pub(super) shared: Arc<Shared>,
    pub(super) writer: JournalWriter,
    pub(super) most: usize,
}

impl Committer {
    /// The committer's thread: until nobody can ask any more.
    pub(super) fn run(mut self, requests: &Receiver<Request>) {
        let _no_more = NoMore(Arc::clone(&self.shared));
        let mut carried = None;
        loop {
            let first = match carried.take() {
                Some(request) => request,
                None => match requests.recv() {
                    Ok(request) => request,
                    Err(_) => break,
                },
            };
            carried = self.commit_group(first, requests);
        }
    }

    /// Commits what waits, up to the limits; returns a request that did not fit.
    fn commit_group(&mut self, first: Request, requests: &Receiver<Request>) -> Option<Request> {
        let mut group = self.begin();
        let mut next = Some(first);
        let mut left_over = None;
        while let Some(request) = next.take() {
            let (bytes, records) = request.size();
            let length = group.frame.length_with(bytes + records * FrameBuilder::cost(0));
            if length > self.writer.max_frame() {
                if group.answers.is_empty() {
                    request.refuse(AppendError::TooLarge { what: "a commit" });
                } else {
                    left_over = Some(request);
                    break;
                }
            } else {
                self.take(&mut group, request, length);
            }
            if group.answers.len() >= self.most {
                break;
            }
            next = requests.try_recv().ok();
        }
        self.finish(group);
        left_over
    }

    fn begin(&self) -> Group {
        Group {
            frame: FrameBuilder::default(),
            pending: Pending::default(),
            accepted: Vec::new(),
            streams: Vec::new(),
            events: Vec::new(),
            traces: Vec::new(),
            latest_micros: i64::MIN,
            answers: Vec::new(),
            head: *self.shared.head.borrow(),
        }
    }

    fn take(&mut self, group: &mut Group, request: Request, length: usize) {
        match request {
            Request::Append(append) => match self.judge(group, &append, length) {
                Ok(appended) => group.answers.push(Answer::Append(append.reply, appended)),
                Err(error) => drop(append.reply.send(Err(error))),
            },
            Request::Trace { prepared, reply } => {
                let number = TraceNumber(group.head.traces.0 + 1);
                match self.put_trace(group, &prepared, number, length) {
                    Ok(()) => group.answers.push(Answer::Trace(reply, number)),
                    Err(error) => drop(reply.send(Err(error))),
                }
            }
        }
    }

    fn judge(&mut self, group: &mut Group, append: &AppendRequest, length: usize) -> Result<Appended, AppendError> {
        let ledger = self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(appended) = ledger.find(append.id, append.fingerprint)? {
            return Ok(appended);
        }
        if self.shared.is_stopped() {
            return Err(self.shared.stopped_error());
        }
        if let Some(appended) = group.pending.find(append.id, append.fingerprint)? {
            return Ok(appended);
        }
        self.writer.admit(length, false).map_err(not_written)?;
        ledger.check(&append.expected, &group.pending, group.head.position)?;
        let recorded_micros = ledger.clamp(append.recorded_micros).max(group.latest_micros);
        let of = u16::try_from(append.events.len()).unwrap_or(u16::MAX);
        let (mark, first) = (group.frame.mark(), group.head.position.0 + 1);
        for (index, event) in (0..of).zip(&append.events) {
            let stream = event.stream();
            let version = ledger.version(stream, &group.pending) + 1;
            let position = Position(first + u64::from(index));
            let (commit, fingerprint) = (append.id, append.fingerprint);
            let place = SealPlace { position, version, commit, fingerprint, recorded_micros, index, of };
            let start = group.frame.mark().0;
            let put = group.frame.push(FrameKind::Event, |out| self.shared.vault.seal_event(event, &place, out));
            if let Err(error) = put {
                // A cipher that fails once cannot be trusted: what stands in the group is written, nothing more.
                group.frame.back_to(mark);
                group.events.truncate(group.events.len() - usize::from(index));
                group.streams.truncate(group.streams.len() - usize::from(index));
                self.shared.stop("sealing failed");
                return Err(error);
            }
            group.events.push(record_place(start, group.frame.mark().0));
            group.pending.set_version(stream, version);
            group.streams.push(stream);
        }
        group.head.position = Position(first + u64::from(of) - 1);
        group.latest_micros = recorded_micros;
        let appended = Appended { first: Position(first), last: group.head.position, already: false };
        let accepted = Accepted { id: append.id, fingerprint: append.fingerprint, appended, recorded_micros };
        group.pending.accept(accepted);
        group.accepted.push(accepted);
        Ok(appended)
    }

    fn put_trace(
        &mut self,
        group: &mut Group,
        trace: &PreparedTrace,
        number: TraceNumber,
        length: usize,
    ) -> Result<(), AppendError> {
        if self.shared.is_stopped() {
            return Err(self.shared.stopped_error());
        }
        let recorded_micros = {
            let ledger = self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner);
            ledger.clamp(trace.recorded_micros).max(group.latest_micros)
        };
        self.writer.admit(length, true).map_err(not_written)?;
        let start = group.frame.mark().0;
        group.frame.push(FrameKind::Trace, |out| self.shared.vault.seal_trace(trace, number, recorded_micros, out))?;
        group.traces.push(record_place(start, group.frame.mark().0));
        group.head.traces = number;
        group.latest_micros = recorded_micros;
        Ok(())
    }

    /// Writes and syncs the group; only then are its answers given, and only then does anybody see it.
    fn finish(&mut self, mut group: Group) {
        if group.frame.is_empty() {
            // Every answer is about something that was on disk before.
            group.answers.into_iter().for_each(Answer::give);
            return;
        }
        let before = *self.shared.head.borrow();
        let mut frame = std::mem::take(&mut group.frame);
        match self.writer.write(&mut frame) {
            Ok((place, after)) => {
                self.shared.journal.note(&before, place.file, place.offset);
                let first = before.position.0 + 1;
                self.shared.tail.push(TailFrame::new(
                    (before, after),
                    frame.into_bytes(),
                    std::mem::take(&mut group.events),
                    std::mem::take(&mut group.traces),
                ));
                self.enter(&group, first, &place, after);
                self.shared.head.send_replace(after);
                group.answers.into_iter().for_each(Answer::give);
            }
            Err(WriteError::Full) => group.answers.into_iter().for_each(|answer| answer.refuse(AppendError::DiskFull)),
            Err(WriteError::Failed(why)) => {
                self.shared.stop(&why);
                let error = self.shared.stopped_error();
                group.answers.into_iter().for_each(|answer| answer.refuse(error.clone()));
            }
        }
    }

    fn enter(&self, group: &Group, first: u64, place: &FramePlace, after: Head) {
        let mut ledger = self.shared.ledger.write().unwrap_or_else(PoisonError::into_inner);
        for (position, stream) in (first..).zip(&group.streams) {
            ledger.enter_place(*stream, Position(position));
        }
        for accepted in &group.accepted {
            ledger.enter_name(accepted);
        }
        ledger.enter_time(group.latest_micros);
        ledger.enter_end(place, after);
    }
}

/// Where the sealed bytes of a record lie in a frame's bytes.
fn record_place(start: usize, end: usize) -> (u32, u32) {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (place(start + 5), place(end))
}

/// Why nothing was written before anything was tried.
fn not_written(error: WriteError) -> AppendError {
    match error {
        WriteError::Full => AppendError::DiskFull,
        WriteError::Failed(reason) => AppendError::Stopped { reason },
    }
}

/// Whatever ends the committer, the filler is told that no more will come.
struct NoMore(Arc<Shared>);

impl Drop for NoMore {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop("the committer failed");
        }
        self.0.tail.close();
    }
}

impl Shared {
    pub(super) fn stop(&self, why: &str) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.get_or_insert_with(|| why.to_owned());
    }

    fn is_stopped(&self) -> bool {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}
