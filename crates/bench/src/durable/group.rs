//! Group commit for the limit and for the rivals: one thread takes what waits, commits it at once, and answers.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::Failure;

/// As many as the log takes at most.
const MOST: usize = 1_024;

/// One record to append.
pub(crate) struct Record {
    /// Which stream: the writer's own.
    pub(crate) stream: i64,
    /// Which version it is to have.
    pub(crate) version: i64,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}

/// Something that makes a group durable.
pub(crate) trait Store: Send + 'static {
    /// Returns when the whole group is on disk.
    fn commit(&mut self, group: &[Record]) -> Result<(), Failure>;
}

type Waiting = (Record, oneshot::Sender<bool>);

/// A store behind its committer's thread.
pub(crate) struct Grouped {
    requests: Sender<Waiting>,
    thread: JoinHandle<()>,
}

impl Grouped {
    /// Starts the thread.
    pub(crate) fn new(store: impl Store) -> Self {
        let (requests, waiting) = channel();
        Self { requests, thread: std::thread::spawn(move || run(store, &waiting)) }
    }

    /// Appends a record; returns when it is on disk.
    pub(crate) async fn append(&self, record: Record) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        self.requests.send((record, reply))?;
        if answer.await? { Ok(()) } else { Err("the store did not commit".into()) }
    }

    /// Ends the thread.
    pub(crate) fn close(self) {
        drop(self.requests);
        let _ended = self.thread.join();
    }
}

fn run(mut store: impl Store, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let more = std::iter::from_fn(|| waiting.try_recv().ok()).take(MOST - 1);
        let (records, replies): (Vec<_>, Vec<_>) = std::iter::once(first).chain(more).unzip();
        let went = store.commit(&records);
        if let Err(why) = &went {
            println!("a store failed: {why}");
        }
        for reply in replies {
            let _nobody_waits = reply.send(went.is_ok());
        }
    }
}
