//! The power goes at any moment: of what was synced nothing is lost, and of the rest any part may be there. What was
//! acknowledged is there after, what was not is there whole or not at all, and the log is never refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use storage::disk::DiskCall;
use storage::journal::WriterOptions;
use storage::{Appended, Disk, EventLog, FaultDisk, JournalLog, Position, TraceNumber};
use support::mem_disk::MemDisk;
use support::{Chance, commit, event, open_in_memory, stream, trace, wait};

/// What a history was promised, over all its runs.
#[derive(Default)]
struct Promised {
    commits: BTreeMap<u64, Appended>,
    traces: u64,
    /// Events in each commit that was tried.
    tried: BTreeMap<u64, usize>,
}

const JOURNAL: WriterOptions = WriterOptions { file_size: 8 * 1024, reserve: 1024 };

/// Writes groups of commits and traces until the power goes, or there have been enough.
fn write(log: &JournalLog, promised: &mut Promised, chance: &mut Chance) {
    for _ in 0..chance.below(12) {
        let mut numbers = Vec::new();
        let mut waiting = Vec::new();
        for _ in 0..=chance.below(8) {
            let number = promised.tried.len() as u64 + 1;
            let events: Vec<_> = (0..=chance.below(3))
                .map(|index| {
                    let mut event = event(stream(u8::try_from(chance.below(40)).unwrap()), number * 8 + index);
                    event.open.resize(usize::try_from(chance.below(900)).unwrap(), b'.');
                    event
                })
                .collect();
            promised.tried.insert(number, events.len());
            numbers.push(number);
            waiting.push(log.append(commit(number, events, vec![])));
        }
        let traced = (chance.below(3) == 0).then(|| log.record_trace(trace(1)));
        let (answers, traced) = wait(async {
            futures::join!(join_all(waiting), async {
                match traced {
                    Some(traced) => traced.await.ok(),
                    None => None,
                }
            })
        });
        for (number, answer) in numbers.into_iter().zip(answers) {
            if let Ok(appended) = answer {
                promised.commits.insert(number, appended);
            }
        }
        if let Some(TraceNumber(number)) = traced {
            promised.traces = promised.traces.max(number);
        }
    }
}

fn keeps_its_word(log: &JournalLog, promised: &Promised, what: &str) {
    let events = wait(log.read_all(Position(0), 100_000)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let traces = wait(log.read_traces(TraceNumber(0), 100_000)).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((events.len() as u64, traces.len() as u64), (log.head().position.0, log.head().traces.0), "{what}");
    assert!(traces.len() as u64 >= promised.traces, "{what}: a trace was acknowledged and lost");
    for (number, count) in &promised.tried {
        let id = support::commit_id(*number);
        let there: Vec<_> = events.iter().filter(|event| event.commit == id).map(|event| event.position).collect();
        assert!(there.is_empty() || there.len() == *count, "{what}: commit {number} is there by half");
        if let Some(appended) = promised.commits.get(number) {
            assert_eq!(
                (there.first(), there.last()),
                (Some(&appended.first), Some(&appended.last)),
                "{what}: {number}"
            );
            let content = format!("content {number}");
            let again = log.committed(id, content.as_bytes()).unwrap();
            assert_eq!(again, Some(Appended { already: true, ..*appended }), "{what}: commit {number}");
        }
    }
}

/// Opens, writes and closes, as far as the disk lets it.
fn run(disk: Arc<dyn Disk>, promised: &mut Promised, chance: &mut Chance) {
    if let Ok(log) = open_in_memory(disk, JOURNAL) {
        write(&log, promised, chance);
        log.close();
    }
}

/// One log whose power goes several times, each time at a call that the seed chooses.
fn history(seed: u64) {
    let mut chance = Chance(seed);
    let mut disk = MemDisk::new();
    let mut promised = Promised::default();
    for cut in 1..=3 {
        if chance.below(2) == 0 {
            // A run that stops over a failure leaves things unsynced for the run whose power goes.
            let failing = FaultDisk::new(Arc::new(disk.clone()));
            let kind = DiskCall::ALL[usize::try_from(chance.below(5)).unwrap()];
            failing.fail_nth(kind, 1 + chance.below(12));
            run(Arc::new(failing), &mut promised, &mut chance);
        }
        disk.cut_at(1 + chance.below(120));
        run(Arc::new(disk.clone()), &mut promised, &mut chance);
        disk = disk.after_cut(&mut chance);
        let what = format!("history {seed}, cut {cut}");
        let looking = open_in_memory(Arc::new(disk.copy()), JOURNAL);
        let log = looking.unwrap_or_else(|error| panic!("{what}: refused: {error}"));
        keeps_its_word(&log, &promised, &what);
    }
}

#[test]
fn whenever_the_power_goes_the_log_keeps_its_word() {
    (0..400).for_each(history);
}
