//! Opening: the journal is read whole, sled is compared with it and mended from it, and only then does anything start.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, mpsc};

use tokio::sync::watch;

use super::committer::Committer;
use super::filler::{self, Filling};
use super::index::{SledFailed, SledIndex, block_records};
use super::length::{Anchoring, check_anchor, check_sled, is_further};
use super::old_files::{self, OldFiles};
use super::tail::{Tail, number_of};
use super::{JournalLog, LogOptions, OpenError, Shared, checkpoint};
use crate::disk::{Disk, OpenMode, make_folder};
use crate::engine::ledger::{Ledger, Pending};
use crate::journal::{
    self, FileHeader, Frame, FrameKind, JournalError, JournalReader, JournalWriter, Resume, SECTOR, Scan,
};
use crate::keys::KeyRing;
use crate::log::{Head, LogError, Position, TraceNumber};
use crate::seal::Vault;
use crate::snapshot::Snapshots;

/// The journal's folder in a data folder.
pub(crate) fn journal_folder(data: &Path) -> std::path::PathBuf {
    data.join("journal")
}

pub(super) fn open(options: &LogOptions, keys: KeyRing) -> Result<Arc<JournalLog>, OpenError> {
    let disk = Arc::clone(&options.disk);
    let io = |what: &Path| {
        let what = what.display().to_string();
        move |error: std::io::Error| OpenError::Io { what, why: error.to_string() }
    };
    make_folder(disk.as_ref(), &options.folder).map_err(io(&options.folder))?;
    let lock = disk.lock(&options.folder.join("lock")).map_err(|error| match error.kind() {
        std::io::ErrorKind::WouldBlock => OpenError::InUse(options.folder.clone()),
        _ => io(&options.folder)(error),
    })?;
    let folder = journal_folder(&options.folder);
    let vault = Arc::new(Vault::new(keys)?);
    if is_new(disk.as_ref(), &folder)? {
        let sled = disk.exists(&options.folder.join("sled")).map_err(io(&options.folder))?;
        if sled || !vault.ring().is_unused() {
            return Err(OpenError::JournalMissing(options.folder.clone()));
        }
        journal::create(disk.as_ref(), &folder, vault.log_id(), &options.journal).map_err(io(&folder))?;
    }
    check_log_id(disk.as_ref(), &folder, &vault)?;
    let reader = JournalReader::new(Arc::clone(&disk), folder.clone());
    let checkpoints = Snapshots::of_ledger(Arc::clone(&disk), &options.folder, &vault);
    let found = checkpoint::newest(&checkpoints, disk.as_ref(), &folder, &vault, &reader);
    let (scan, ledger, resume) = read_journal(disk.as_ref(), &folder, &vault, &reader, found.known)?;
    if is_further(&found.furthest, &scan.head) {
        let path = options.folder.join("checkpoints");
        return Err(JournalError::shortened(&path, &found.furthest, &scan.head).into());
    }
    let writer = JournalWriter::open(Arc::clone(&disk), &folder, &scan, options.journal).map_err(io(&folder))?;
    let index = SledIndex::new(options);
    let compared = resume.map(|resume| resume.head).unwrap_or_default();
    // After a checkpoint sled is opened and mended beside the work, which the journal serves until then.
    let usable = match resume {
        None => is_mended(mend_index(&index, &options.folder, &reader, &vault, (&compared, &scan.head)))?,
        Some(_) => false,
    };
    let anchoring = Anchoring::new(&disk, &folder, &vault, options.anchor_every, scan.head);
    anchoring.begin(scan.anchor).map_err(io(&folder))?;
    let shared = Arc::new(Shared {
        vault,
        ledger: RwLock::new(ledger),
        tail: Tail::default(),
        journal: reader,
        index,
        head: watch::channel(scan.head).0,
        stopped: Mutex::default(),
        index_failed: AtomicBool::new(!usable),
        fallbacks: AtomicU64::new(0),
        checkpoints,
        checkpointed: AtomicU64::new(compared.position.0 + compared.traces.0),
        checkpoint_every: options.checkpoint_every,
        old_files: OldFiles::new(if resume.is_some() { 2 } else { 0 }),
        resumed_at: compared.position,
    });
    start(options, shared, writer, lock, anchoring, (scan.head, resume))
}

fn start(
    options: &LogOptions,
    shared: Arc<Shared>,
    writer: JournalWriter,
    lock: Box<dyn Send + Sync>,
    anchoring: Anchoring,
    (head, resume): (Head, Option<Resume>),
) -> Result<Arc<JournalLog>, OpenError> {
    let thread = |name: &str, work: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|error| OpenError::Io { what: format!("starting the thread {name}"), why: error.to_string() })
    };
    let (send, receive) = mpsc::channel();
    let committer = Committer { shared: Arc::clone(&shared), writer, most: options.group.max(1) };
    let committing = thread("log-committer", Box::new(move || committer.run(&receive)))?;
    let mut threads = vec![committing];
    if let Some(resume) = resume {
        let (reading, disk) = (Arc::clone(&shared), Arc::clone(&options.disk));
        let folder = journal_folder(&options.folder);
        let work = move || old_files::read(&reading, disk.as_ref(), &folder, &resume);
        threads.push(thread("log-old-files", Box::new(work))?);
    }
    let (filling, data) = (Arc::clone(&shared), options.folder.clone());
    let fill = move || {
        if let Some(resume) = resume {
            let heads = (&resume.head, &head);
            let mended = is_mended(mend_index(&filling.index, &data, &filling.journal, &filling.vault, heads));
            filling.index_failed.store(!matches!(mended, Ok(true)), Ordering::Relaxed);
            if let Err(error) = mended {
                filling.stop(&error.to_string());
            }
            filling.old_files.done();
        }
        filler::run(&filling, anchoring, head);
    };
    threads.push(thread("log-filler", Box::new(fill))?);
    Ok(Arc::new(JournalLog {
        shared,
        requests: Mutex::new(Some(send)),
        threads: Mutex::new(threads),
        lock: Mutex::new(Some(lock)),
    }))
}

/// Whether there is no journal yet: no folder, or one in which not even the first file was finished.
fn is_new(disk: &dyn Disk, folder: &Path) -> Result<bool, OpenError> {
    let io = |error: std::io::Error| OpenError::Io { what: folder.display().to_string(), why: error.to_string() };
    if !disk.exists(folder).map_err(io)? {
        return Ok(true);
    }
    let files = disk.list(folder).map_err(io)?;
    let used = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".journal") || name == "anchor"
    };
    Ok(!files.iter().any(used))
}

fn read_journal(
    disk: &dyn Disk,
    folder: &Path,
    vault: &Vault,
    reader: &JournalReader,
    known: Option<(Ledger, Resume)>,
) -> Result<(Scan, Ledger, Option<Resume>), OpenError> {
    let (mut ledger, resume) = known.map_or_else(Default::default, |(ledger, resume)| (ledger, Some(resume)));
    let mut unreadable = None;
    let scanned = journal::scan_from(disk, folder, resume.as_ref(), &mut |place, frame| {
        reader.note(&frame.before, place.file, place.offset);
        let entered = enter_frame(frame, vault, &mut ledger);
        ledger.enter_end(&place, frame.after);
        entered.map_err(|error| {
            let path = journal::file_path(folder, place.file);
            let damaged = JournalError::damaged(&path, place.offset, frame.before, error.to_string());
            unreadable = Some(error);
            damaged
        })
    });
    match (scanned, unreadable) {
        (_, Some(error)) => Err(error.into()),
        (scanned, None) => {
            ledger.forget_old_names();
            let scan = scanned?;
            // Who kept a checkpoint of this version had sealed an anchor before.
            let scan = Scan { anchored: scan.anchored || resume.is_some(), ..scan };
            check_anchor(folder, &scan, vault)?;
            Ok((scan, ledger, resume))
        }
    }
}

fn enter_frame(frame: &Frame<'_>, vault: &Vault, ledger: &mut Ledger) -> Result<(), LogError> {
    for record in frame.records() {
        match record.kind {
            FrameKind::Event => {
                let position = Position(record.number);
                let header = vault.open_header(position, record.sealed)?;
                vault.adopt(&header)?;
                if header.version != ledger.version(header.stream, &Pending::default()) + 1 {
                    return Err(LogError::Damaged {
                        place: format!("position {}", record.number),
                        what: "the stream's versions have a gap".to_owned(),
                    });
                }
                ledger.enter(&header, position);
            }
            FrameKind::Trace => {
                let micros = vault.adopt_trace(TraceNumber(record.number), record.sealed)?;
                ledger.enter_time(micros);
            }
        }
    }
    Ok(())
}

/// Keys of another log would make every record look damaged: that is said first, and plainly.
fn check_log_id(disk: &dyn Disk, folder: &Path, vault: &Vault) -> Result<(), OpenError> {
    let path = journal::file_path(folder, 1);
    let io = |error: std::io::Error| OpenError::Io { what: path.display().to_string(), why: error.to_string() };
    if !disk.exists(&path).map_err(io)? {
        return Ok(());
    }
    let mut sector = vec![0; SECTOR];
    let file = disk.open(&path, OpenMode::Read).map_err(io)?;
    if file.len().map_err(io)? < SECTOR as u64 {
        return Ok(());
    }
    file.read_exact_at(&mut sector, 0).map_err(io)?;
    match FileHeader::decode(&sector) {
        Some(header) if header.log_id != vault.log_id() => Err(OpenError::OtherKeys),
        Some(_) | None => Ok(()),
    }
}

/// Why sled is not in use.
enum NotMended {
    /// It failed: the service does without until the next start.
    Failed,
    /// It holds what the journal does not have any more. It is left as it is.
    Further(JournalError),
}

impl From<SledFailed> for NotMended {
    fn from(SledFailed: SledFailed) -> Self {
        Self::Failed
    }
}

fn is_mended(mended: Result<(), NotMended>) -> Result<bool, JournalError> {
    match mended {
        Ok(()) => Ok(true),
        Err(NotMended::Failed) => Ok(false),
        Err(NotMended::Further(error)) => Err(error),
    }
}

/// Opens sled, compares all of it from a head on with the journal, and fills what is missing; begins anew when it is not as it
/// should be, unless it is further than the journal. What is before that head has been compared at an earlier start, and is authenticated whenever it is read.
fn mend_index(
    index: &SledIndex,
    data: &Path,
    journal: &JournalReader,
    vault: &Vault,
    (compared, head): (&Head, &Head),
) -> Result<(), NotMended> {
    let log_id = vault.log_id();
    let opened = index.open();
    check_sled(index, data, vault, head).map_err(NotMended::Further)?;
    let kept = opened.ok().and_then(|()| compare(index, journal, &log_id, (compared, head)));
    let filled = if let Some(filled) = kept {
        filled
    } else {
        index.rebuild()?;
        Head::default()
    };
    fill_from_journal(index, journal, &filled, head)?;
    Ok(index.set_filled(&log_id, head)?)
}

/// How far sled agrees with the journal in every record after a head; `None`: it does not agree with itself.
pub(super) fn compare(
    index: &SledIndex,
    journal: &JournalReader,
    log_id: &[u8; 16],
    (compared, head): (&Head, &Head),
) -> Option<Head> {
    let filled = index.filled(log_id)?;
    if filled.position > head.position || filled.traces > head.traces {
        return None;
    }
    for kind in [FrameKind::Event, FrameKind::Trace] {
        if !agrees(index, journal, kind, (number_of(kind, compared), number_of(kind, &filled))) {
            return None;
        }
    }
    Some(filled)
}

fn agrees(index: &SledIndex, journal: &JournalReader, kind: FrameKind, (after, until): (u64, u64)) -> bool {
    let mut block: Option<(u64, sled::IVec)> = None;
    let mut offset_of_next = (0_u64, 0_usize);
    let mut same = true;
    let mut seen = 0;
    if until <= after {
        return true;
    }
    // From the beginning of a block on.
    let Some((first, _)) = index.block_with(kind, after + 1) else { return false };
    let read = journal.read_from(kind, first, |number, sealed| {
        if number != offset_of_next.0 {
            block = index.block_with(kind, number).filter(|(first, _)| *first == number);
            offset_of_next = (number, 0);
        }
        let rest = block.as_ref().and_then(|(_, bytes)| bytes.get(offset_of_next.1..));
        same = rest.and_then(|rest| block_records(rest).next()) == Some(sealed);
        let at = offset_of_next.1 + 4 + sealed.len();
        let block_ended = block.as_ref().is_none_or(|(_, bytes)| at >= bytes.len());
        offset_of_next = if block_ended { (0, 0) } else { (number + 1, at) };
        seen = number;
        same && number < until
    });
    read.is_ok() && same && seen >= until
}

fn fill_from_journal(index: &SledIndex, journal: &JournalReader, filled: &Head, head: &Head) -> Result<(), SledFailed> {
    let mut filling = Filling::new(index, filled);
    for kind in [FrameKind::Event, FrameKind::Trace] {
        let (from, to) = (number_of(kind, filled) + 1, number_of(kind, head));
        if from > to {
            continue;
        }
        let mut outcome = Ok(());
        let read: Result<(), JournalError> = journal.read_from(kind, from, |number, sealed| {
            outcome = filling.put(kind, sealed);
            outcome.is_ok() && number < to
        });
        outcome?;
        read.map_err(|_| SledFailed)?;
    }
    filling.finish()
}
