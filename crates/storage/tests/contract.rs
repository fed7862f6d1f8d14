//! What every engine keeps to. Each sentence is run on the log in memory and on the log on disk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::sync::Arc;

use futures::future::join_all;
use storage::{AppendError, Appended, EventLog, Expected, LogError, MemoryLog, Position, TraceNumber};
use support::{addition, commit, contents, event, stream, trace, wait};

/// Runs a sentence on every engine.
fn on_every_engine(sentence: impl Fn(Arc<dyn EventLog>)) {
    sentence(Arc::new(MemoryLog::new().unwrap()));
    let folder = tempfile::tempdir().unwrap();
    sentence(support::open(folder.path()).unwrap());
}

fn appended(first: u64, last: u64, already: bool) -> Appended {
    Appended { first: Position(first), last: Position(last), already }
}

#[test]
fn positions_are_counted_from_one_without_gaps() {
    on_every_engine(|log| {
        assert_eq!(log.head().position, Position(0));
        assert_eq!(wait(log.append(addition(1, stream(1)))), Ok(appended(1, 1, false)));
        let two = commit(2, vec![event(stream(1), 2), event(stream(2), 3)], vec![]);
        assert_eq!(wait(log.append(two)), Ok(appended(2, 3, false)));
        assert_eq!(log.head().position, Position(3));
    });
}

#[test]
fn what_was_appended_is_read_back_the_same() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(1)))).unwrap();
        let read = wait(log.read_all(Position(0), 10)).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].version, read[0].kind.as_str(), read[0].form), (1, "guardian-contacted", 1));
        assert_eq!((read[0].commit, read[0].recorded_micros), (support::commit_id(1), 1_000));
        assert_eq!(contents(&*log).0, ["1 1 1 open 1 [\"sealed 1\"]"]);
    });
}

#[test]
fn a_writer_who_knew_an_older_version_conflicts_and_nothing_is_written() {
    on_every_engine(|log| {
        let expecting = |number, version| {
            commit(number, vec![event(stream(1), number)], vec![(stream(1), Expected::Version(version))])
        };
        wait(log.append(expecting(1, 0))).unwrap();
        let head = Position(1);
        let conflict = AppendError::Conflict { stream: stream(1), expected: 0, actual: 1, head };
        assert_eq!(wait(log.append(expecting(2, 0))), Err(conflict));
        assert_eq!(log.head().position, head);
        assert_eq!(wait(log.append(expecting(3, 1))), Ok(appended(2, 2, false)));
    });
}

#[test]
fn a_commit_to_several_streams_is_written_whole_or_not_at_all() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(2)))).unwrap();
        let expected = vec![(stream(1), Expected::Version(0)), (stream(2), Expected::Version(0))];
        let both = commit(2, vec![event(stream(1), 2), event(stream(2), 3)], expected);
        assert!(matches!(wait(log.append(both)), Err(AppendError::Conflict { .. })));
        assert!(wait(log.read_stream(stream(1), 0, 10)).unwrap().is_empty());
    });
}

#[test]
fn a_stream_that_is_only_looked_at_conflicts_too() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(2)))).unwrap();
        let looking = commit(2, vec![event(stream(1), 2)], vec![(stream(2), Expected::Version(0))]);
        assert!(matches!(wait(log.append(looking)), Err(AppendError::Conflict { .. })));
    });
}

#[test]
fn the_same_commit_again_gets_the_first_answer() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(1)))).unwrap();
        wait(log.append(addition(2, stream(1)))).unwrap();
        assert_eq!(wait(log.append(addition(1, stream(1)))), Ok(appended(1, 1, true)));
        assert_eq!(log.committed(support::commit_id(1), b"content 1"), Ok(Some(appended(1, 1, true))));
        assert_eq!(log.committed(support::commit_id(3), b"content 3"), Ok(None));
        assert_eq!(log.head().position, Position(2));
    });
}

#[test]
fn the_same_name_for_another_content_is_refused() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(1)))).unwrap();
        let mut other = addition(1, stream(1));
        other.content.push(b'!');
        assert_eq!(wait(log.append(other)), Err(AppendError::CommitIdReused));
        assert_eq!(log.committed(support::commit_id(1), b"other"), Err(AppendError::CommitIdReused));
    });
}

#[test]
fn recorded_time_never_goes_backwards() {
    on_every_engine(|log| {
        wait(log.append(addition(9, stream(1)))).unwrap();
        wait(log.append(addition(2, stream(1)))).unwrap();
        let read = wait(log.read_all(Position(0), 10)).unwrap();
        assert_eq!(read[1].recorded_micros, read[0].recorded_micros);
    });
}

#[test]
fn reading_keeps_to_its_limits_and_never_takes_missing_for_empty() {
    on_every_engine(|log| {
        for number in 1..=5 {
            wait(log.append(addition(number, stream(1)))).unwrap();
        }
        let numbers =
            |events: Vec<storage::OpenedEvent>| events.iter().map(|event| event.position.0).collect::<Vec<_>>();
        assert_eq!(numbers(wait(log.read_all(Position(1), 2)).unwrap()), [2, 3]);
        assert_eq!(numbers(wait(log.read_stream(stream(1), 3, 9)).unwrap()), [4, 5]);
        assert_eq!(numbers(wait(log.read_at(vec![Position(4), Position(2)])).unwrap()), [4, 2]);
        assert!(wait(log.read_stream(stream(9), 0, 9)).unwrap().is_empty());
        assert!(matches!(wait(log.read_at(vec![Position(6)])), Err(LogError::Damaged { .. })));
    });
}

#[test]
fn traces_have_numbers_of_their_own() {
    on_every_engine(|log| {
        assert_eq!(wait(log.record_trace(trace(1))), Ok(TraceNumber(1)));
        wait(log.append(addition(1, stream(1)))).unwrap();
        assert_eq!(wait(log.record_trace(trace(2))), Ok(TraceNumber(2)));
        assert_eq!((log.head().position, log.head().traces), (Position(1), TraceNumber(2)));
        let read = wait(log.read_traces(TraceNumber(1), 9)).unwrap();
        assert_eq!(read.iter().map(|trace| trace.open.clone()).collect::<Vec<_>>(), [b"trace 2"]);
    });
}

#[test]
fn the_chain_has_a_hash_at_every_position_that_stays_and_tells_histories_apart() {
    on_every_engine(|log| {
        let at = |position| wait(log.chain_at(Position(position)));
        assert_eq!(at(0), Ok([0; 32]));
        wait(log.append(addition(1, stream(1)))).unwrap();
        assert_eq!(at(1), Ok(log.head().hash));
        wait(log.append(commit(2, vec![event(stream(1), 2), event(stream(2), 3)], vec![]))).unwrap();
        let before = [at(0), at(1), at(3)];
        assert_eq!(before[2], Ok(log.head().hash), "of a commit all events are in the hash at each of them");
        assert_eq!(at(2), at(3));
        wait(log.record_trace(trace(1))).unwrap();
        support::cached::add(&*log, 4..=199);
        assert_eq!([at(0), at(1), at(3)], before);
        let mut all: Vec<_> = (2..=199).map(|position| at(position).unwrap()).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 197, "two events of one commit share theirs");
        assert!(matches!(at(200), Err(LogError::Damaged { .. })), "the log does not reach so far");
    });
}

#[test]
fn who_waits_for_a_position_is_woken_when_it_is_reached() {
    on_every_engine(|log| {
        wait(async {
            let waiting = log.wait_for(Position(1));
            let (waited, written) = futures::join!(waiting, log.append(addition(1, stream(1))));
            waited.unwrap();
            written.unwrap();
            assert_eq!(log.subscribe().borrow().position, Position(1));
        });
    });
}

#[test]
fn many_writers_at_once_leave_no_gap_in_any_stream() {
    on_every_engine(|log| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let writers = (0..32_u64).map(|writer| {
            let log = Arc::clone(&log);
            runtime.spawn(async move {
                for turn in 0..8_u64 {
                    let number = writer * 8 + turn + 1;
                    log.append(addition(number, stream(u8::try_from(number % 5).unwrap()))).await.unwrap();
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        runtime.block_on(join_all(writers)).into_iter().for_each(Result::unwrap);
        assert_eq!(log.head().position, Position(256));
        for number in 0..5 {
            let events = wait(log.read_stream(stream(number), 0, 999)).unwrap();
            assert!(events.iter().map(|event| event.version).eq(1..=events.len() as u64));
        }
    });
}

#[test]
fn too_much_is_refused_with_a_word() {
    on_every_engine(|log| {
        let mut large = addition(1, stream(1));
        large.events[0].open = vec![0; 64 * 1024];
        assert!(matches!(wait(log.append(large)), Err(AppendError::TooLarge { .. })));
        assert!(matches!(wait(log.append(commit(2, vec![], vec![]))), Err(AppendError::TooLarge { .. })));
        assert_eq!(log.head().position, Position(0));
    });
}

#[test]
fn a_log_on_disk_holds_the_same_after_it_has_been_closed() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    for number in 1..=300 {
        wait(log.append(addition(number, stream(u8::try_from(number % 7).unwrap())))).unwrap();
    }
    wait(log.record_trace(trace(1))).unwrap();
    let (before, head) = (contents(&*log), log.head());
    log.close();
    drop(log);
    let again = support::open(folder.path()).unwrap();
    assert_eq!((contents(&*again), again.head()), (before, head));
    assert_eq!(wait(again.append(addition(7, stream(0)))), Ok(appended(7, 7, true)));
    assert_eq!(wait(again.append(addition(301, stream(0)))), Ok(appended(301, 301, false)));
    assert_eq!(again.fallbacks(), 0, "sled had everything");
}

#[test]
fn two_processes_cannot_open_the_same_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = support::open(folder.path()).unwrap();
    let refused = support::open(folder.path());
    assert!(matches!(refused, Err(storage::OpenError::Keys(storage::KeyError::InUse(_)))));
}

/// Tasks that still hold on to a log when it has been closed end by themselves, some time.
#[test]
fn a_folder_whose_log_was_closed_is_free_also_while_somebody_holds_on_to_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let closed = support::open(folder.path()).unwrap();
    wait(closed.append(addition(1, stream(1)))).unwrap();
    closed.close();
    let next = support::open(folder.path()).unwrap();
    assert!(matches!(wait(closed.append(addition(2, stream(1)))), Err(AppendError::Stopped { .. })));
    assert_eq!(wait(next.append(addition(2, stream(1)))), Ok(appended(2, 2, false)));
}

#[test]
fn a_missing_journal_is_never_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(1)))).unwrap();
    drop(log);
    std::fs::remove_dir_all(folder.path().join("journal")).unwrap();
    assert!(matches!(support::open(folder.path()), Err(storage::OpenError::JournalMissing(_))));
    std::fs::remove_dir_all(folder.path().join("sled")).unwrap();
    assert!(matches!(support::open(folder.path()), Err(storage::OpenError::JournalMissing(_))), "the keys tell too");
}

#[test]
fn asking_for_what_lies_past_every_end_is_answered_with_nothing() {
    on_every_engine(|log| {
        wait(log.append(addition(1, stream(1)))).unwrap();
        assert!(wait(log.read_all(Position(u64::MAX), 9)).unwrap().is_empty());
        assert!(wait(log.read_traces(TraceNumber(u64::MAX), 9)).unwrap().is_empty());
    });
}
