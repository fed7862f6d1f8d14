//! Projections change without stopping: what the next version knows is built beside the version that serves, from the same log,
//! while people go on working; and the restart takes it up.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use casework::{Casework, Clock, Place, build_snapshot};
use domain::Projections;
use domain::command::Command;
use domain::laid::{self, LAYOUT, LaidBytes, Layout};
use domain::spec::cast::{MENTOR, PRINCIPAL, PUPIL, a_pupil_with_a_mentor, as_staff, contact_to_log};
use domain::spec::noon;
use storage::{Disk, EventLog, JournalLog, KeyRing, MasterKey, RealDisk, SnapshotError, Snapshots, Vault};
use support::{Engine, House, SetClock, journal};
use tempfile::TempDir;

const WRITERS: u64 = 4;
const READERS: u64 = 2;
/// The program that comes next lays out otherwise: with how many cases there are before everything else.
const NEXT: Layout = Layout { version: laid::VERSION + 1, lay_out: next_lays_out, pick_up: next_picks_up };

fn cases(known: &Projections) -> [u8; 8] {
    u64::try_from(known.world.cases().count()).unwrap().to_le_bytes()
}

fn whole(bytes: Vec<u8>) -> LaidBytes {
    Arc::new(bytes)
}

fn next_lays_out(known: &Projections) -> Vec<u8> {
    [cases(known).as_slice(), &laid::lay_out(known)].concat()
}

fn next_picks_up(bytes: &LaidBytes) -> Option<Projections> {
    let (counted, rest) = (**bytes).as_ref().split_first_chunk()?;
    laid::pick_up(&whole(rest.to_vec())).filter(|known| cases(known) == *counted)
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

/// What opens records beside the service: it can make no keys.
fn beside(folder: &TempDir) -> (Arc<dyn Disk>, Vault) {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let master = MasterKey::from_hex(&"5a".repeat(32)).unwrap();
    let ring = KeyRing::open_read_only(&disk, &folder.path().join("keys"), &master).unwrap();
    (disk, Vault::new(ring).unwrap())
}

async fn open(folder: &TempDir, clock: &Arc<SetClock>, layout: Layout) -> (Arc<JournalLog>, Arc<Casework>) {
    let log = journal(folder);
    let snapshots = Arc::new(Snapshots::new(Arc::new(RealDisk), &data(folder), log.vault()));
    let clock: Arc<dyn Clock> = Arc::<SetClock>::clone(clock);
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open_as(as_log, [7; 32], clock, snapshots, layout).await.unwrap();
    (log, casework)
}

/// What is being asked for and answered, by everybody together.
#[derive(Default)]
struct Load {
    written: AtomicU64,
    read: AtomicU64,
    ended: AtomicBool,
}

impl Load {
    fn served(&self) -> (u64, u64) {
        (self.written.load(Ordering::SeqCst), self.read.load(Ordering::SeqCst))
    }

    /// Waits until so many more have written and read.
    async fn goes_on(&self, by: u64) {
        let (written, read) = self.served();
        while self.served().0 < written + by || self.served().1 < read + by {
            tokio::task::yield_now().await;
        }
    }
}

/// Writes, and reads what was written at once: every answer is right.
async fn write(casework: Arc<Casework>, clock: Arc<SetClock>, load: Arc<Load>, writer: u64) {
    for number in 0.. {
        if load.ended.load(Ordering::SeqCst) {
            return;
        }
        let id = support::command_id(clock.now(), writer << 32 | number);
        let command = Command::LogGuardianContact(contact_to_log());
        let receipt = casework.execute(as_staff(MENTOR), command, id).await.expect("it is recorded");
        let reader = casework.reader(as_staff(MENTOR), "test");
        let seen =
            reader.timeline_after(PUPIL, Place::after(receipt.position - 1)).await.unwrap().unwrap().into_inner();
        assert_eq!(seen.map(|(_, entry)| entry.position), Some(receipt.position), "who wrote, reads it");
        reader.finish().await.unwrap();
        load.written.fetch_add(1, Ordering::SeqCst);
    }
}

/// Reads: contacts are never fewer than before, and never fewer than were answered.
async fn read(casework: Arc<Casework>, load: Arc<Load>) {
    let mut before = 0;
    while !load.ended.load(Ordering::SeqCst) {
        let answered = load.written.load(Ordering::SeqCst);
        let page = casework::answer::PageRequest { first: 10, after: None };
        let reader = casework.reader(as_staff(PRINCIPAL), "test");
        let rows = reader.mentor_caseload(MENTOR, &page, reader.now()).unwrap().unwrap().into_inner();
        let contacts = u64::from(rows.items.first().map(|(_, row)| row.contacts).unwrap().unwrap());
        reader.finish().await.unwrap();
        assert!(contacts >= before.max(answered), "{contacts} after {before}, {answered} answered");
        before = contacts;
        load.read.fetch_add(1, Ordering::SeqCst);
    }
}

/// A service of this version with everybody at work.
async fn at_work(
    folder: &TempDir,
    clock: &Arc<SetClock>,
) -> (Arc<JournalLog>, Arc<Casework>, Arc<Load>, Vec<tokio::task::JoinHandle<()>>) {
    let (log, casework) = open(folder, clock, LAYOUT).await;
    let load = Arc::new(Load::default());
    let mut working = Vec::new();
    for writer in 0..WRITERS {
        working.push(tokio::spawn(write(Arc::clone(&casework), Arc::clone(clock), Arc::clone(&load), writer)));
    }
    for _ in 0..READERS {
        working.push(tokio::spawn(read(Arc::clone(&casework), Arc::clone(&load))));
    }
    (log, casework, load, working)
}

async fn new_folder() -> (TempDir, Arc<SetClock>) {
    let house = House::new(Engine::Journal, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let House { log, casework, clock, folder } = house;
    drop((log, casework));
    (folder.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_next_version_is_built_beside_the_one_that_serves_and_the_restart_takes_it_up() {
    let (folder, clock) = new_folder().await;
    let (log, casework, load, working) = at_work(&folder, &clock).await;
    load.goes_on(50).await;

    // From here to the restart both versions are there, and nobody waits.
    let (begun, head) = (load.served(), log.head().position.0);
    let mut built = 0;
    for _ in 0..5 {
        let (disk, vault) = beside(&folder);
        let data = data(&folder);
        built = tokio::task::spawn_blocking(move || build_snapshot(&disk, &data, &vault, NEXT)).await.unwrap().unwrap();
        // The version that serves goes on keeping snapshots of its own, which take the other's place not.
        casework.keep_snapshot().await.unwrap();
        load.goes_on(10).await;
    }
    let served = load.served();
    assert!(built >= head, "built up to {built}, and {head} stood there before");
    assert!(served.0 >= begun.0 + 50 && served.1 >= begun.1 + 50, "from {begun:?} to {served:?}");

    load.ended.store(true, Ordering::SeqCst);
    for one in working {
        one.await.unwrap();
    }
    casework.keep_snapshot().await.unwrap();
    let (before, end) = (support::told(&casework).await, log.head().position.0);
    let known = domain::spec::given(a_pupil_with_a_mentor()).story.known;
    assert!(next_picks_up(&whole(laid::lay_out(&known))).is_none(), "neither reads what the other has laid out");
    assert!(laid::pick_up(&whole(next_lays_out(&known))).is_none());
    assert_eq!(next_picks_up(&whole(next_lays_out(&known))).unwrap().position, known.position);
    drop(casework);
    log.close();
    drop(log);

    let (log, casework) = open(&folder, &clock, NEXT).await;
    assert_eq!(casework.resumed_at(), built, "from what was built beside, and what came since: {end}");
    assert_eq!(support::told(&casework).await, before);
    drop(casework);
    log.close();
    drop(log);

    // And back: what the version before has kept of its own is there still.
    let (log, casework) = open(&folder, &clock, LAYOUT).await;
    assert!(casework.resumed_at() >= built);
    assert_eq!(support::told(&casework).await, before);
    drop(casework);
    log.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn projections_built_anew_in_a_running_service_take_their_place_while_everybody_is_answered() {
    let (folder, clock) = new_folder().await;
    let (log, casework, load, working) = at_work(&folder, &clock).await;
    load.goes_on(50).await;
    let mut while_building = (0, 0);
    for _ in 0..10 {
        let begun = load.served();
        casework.rebuild().await.unwrap();
        let swapped = load.served();
        while_building.0 += swapped.0 - begun.0;
        while_building.1 += swapped.1 - begun.1;
        load.goes_on(5).await;
    }
    assert!(while_building.0 > 0 && while_building.1 > 0, "served between beginning and swap: {while_building:?}");
    load.ended.store(true, Ordering::SeqCst);
    for one in working {
        one.await.unwrap();
    }
    assert!(casework.follows());
    drop(casework);
    log.close();
}

/// Somebody has changed the layout and forgotten its number, or gone back to the program before: what cannot be read is passed
/// over for what can, and if that is nothing, for the log. Never is it half read.
#[tokio::test]
async fn a_body_laid_out_otherwise_under_ones_own_number_is_passed_over() {
    let (folder, clock) = new_folder().await;
    let (log, casework) = open(&folder, &clock, LAYOUT).await;
    let before = support::told(&casework).await;
    drop(casework);
    log.close();
    drop(log);
    for (written, read) in [(NEXT, LAYOUT), (LAYOUT, NEXT)] {
        let (disk, vault) = beside(&folder);
        let misnamed = Layout { version: read.version, ..written };
        let snapshots = Snapshots::new(Arc::clone(&disk), &data(&folder), &vault);
        build_snapshot(&disk, &data(&folder), &vault, misnamed).unwrap();
        let (log, casework) = open(&folder, &clock, read).await;
        assert_eq!(casework.resumed_at(), 0, "from the log's first event");
        assert_eq!(support::told(&casework).await, before);
        drop(casework);
        log.close();
        drop(log);

        snapshots.remove_all().unwrap();
        let built = build_snapshot(&disk, &data(&folder), &vault, read).unwrap();
        let (log, casework) = open(&folder, &clock, read).await;
        assert_eq!(casework.resumed_at(), built);
        assert_eq!(support::told(&casework).await, before);
        drop(casework);
        log.close();
        drop(log);
        snapshots.remove_all().unwrap();
    }
}

#[tokio::test]
async fn while_a_snapshot_is_built_beside_nothing_is_erased_and_not_the_other_way_round() {
    let (folder, clock) = new_folder().await;
    let (log, casework) = open(&folder, &clock, LAYOUT).await;
    let (disk, vault) = beside(&folder);
    let snapshots = Snapshots::new(Arc::clone(&disk), &data(&folder), &vault);
    let building = snapshots.lock().unwrap();
    let of_service = Snapshots::new(Arc::new(RealDisk), &data(&folder), log.vault());
    assert!(matches!(of_service.remove_all(), Err(SnapshotError::BeingBuilt(_))));
    assert!(build_snapshot(&disk, &data(&folder), &vault, NEXT).is_err(), "one at a time");
    drop(building);
    build_snapshot(&disk, &data(&folder), &vault, NEXT).unwrap();
    assert_eq!(of_service.remove_all(), Ok(1));
    drop(casework);
    log.close();
}
