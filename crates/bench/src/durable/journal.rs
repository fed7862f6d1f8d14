//! Our own log, as the service runs it: sealed, chained, checked for versions and command ids, sled filled behind it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use storage::{
    Commit, CommitId, Disk, EventLog, Expected, JournalLog, KeyRef, KeyRing, LogOptions, MasterKey, NewEvent, NewPart,
    RealDisk, RecordClass, StreamId,
};
use zeroize::Zeroizing;

use super::group::Record;
use crate::Failure;

pub(super) struct Journal {
    log: Arc<JournalLog>,
    commands: AtomicU64,
}

impl Journal {
    pub(super) fn create(folder: &Path) -> Result<Self, Failure> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let master = MasterKey::generate().ok_or("the system gives no random bytes")?;
        let keys = KeyRing::create(&disk, &folder.join("keys"), &master)?;
        let log = JournalLog::open(&LogOptions::new(folder.join("log")), keys)?;
        Ok(Self { log, commands: AtomicU64::new(1) })
    }

    /// The content is sealed as a pupil's would be, under a key of its writer's own.
    pub(super) async fn append(&self, record: Record) -> Result<(), Failure> {
        let number = self.commands.fetch_add(1, Ordering::Relaxed);
        let stream = StreamId { kind: 1, id: wide(record.stream.unsigned_abs()) };
        let part = NewPart {
            key: KeyRef { subject: stream.id, class: RecordClass(1), period: 2019 },
            plain: Zeroizing::new(record.bytes),
        };
        let event = NewEvent {
            stream,
            event_id: wide(number),
            kind: "measured".to_owned(),
            form: 1,
            open: Vec::new(),
            parts: vec![part],
        };
        let commit = Commit {
            id: CommitId(crate::http::ask::command_id(number).to_be_bytes()),
            content: Zeroizing::new(number.to_be_bytes().to_vec()),
            expected: vec![(stream, Expected::Version(record.version.unsigned_abs() - 1))],
            events: vec![event],
            recorded_micros: i64::try_from(crate::http::ask::millis_since_1970())? * 1_000,
        };
        self.log.append(commit).await?;
        Ok(())
    }

    pub(super) fn close(&self) {
        self.log.close();
    }
}

fn wide(number: u64) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}
