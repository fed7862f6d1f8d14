//! A right that ends, ends: whoever asks after the command that ended it was answered is refused, however close behind.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use casework::answer::PageRequest;
use casework::{Casework, Clock, Created, Place};
use chrono::{Duration, NaiveDate};
use domain::calendar::local_date;
use domain::command::{Command, WorkToLog};
use domain::event::Work;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind};
use domain::id::AssignmentId;
use domain::spec::cast::{ASSIGNMENT, MENTOR, PRINCIPAL, PUPIL, a_pupil_with_a_mentor, as_staff};
use domain::spec::{date, noon};
use domain::words::ProtectionLevel;
use support::{Engine, House};

/// How often the right ends while others ask: 10,000 times, on cases that are no longer than cases get.
const HOUSES: u64 = 10;
const RACES: u64 = 1_000;
/// How many ask all the time.
const ASKING: u64 = 3;

/// What has happened to the right, as the one who ends it knows: odd from the moment on at which its end was answered,
/// even from the moment on at which it is about to return.
struct Right(AtomicU64);

impl Right {
    fn ended(&self) -> Option<u64> {
        let now = self.0.load(Ordering::SeqCst);
        (!now.is_multiple_of(2)).then_some(now)
    }
}

async fn does(house: &House, number: &mut u64, command: Command) -> Vec<Created> {
    *number += 1;
    house.casework.execute(as_staff(PRINCIPAL), command, house.command_id(*number)).await.unwrap().created
}

fn work(work: Work) -> Command {
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None })
}

/// Asks in every way that shows the case; true when any of it was shown.
async fn sees(casework: &Arc<Casework>) -> bool {
    let page = PageRequest { first: 10, after: None };
    let reader = casework.reader(as_staff(MENTOR), "race");
    let now = reader.now();
    let listed = reader.mentor_caseload(MENTOR, &page, now).unwrap().is_some_and(|page| page.get().total > 0);
    let changes = reader.timeline_after(PUPIL, Place::after(u64::MAX)).await.unwrap();
    reader.pupil(PUPIL, now).is_some() || listed || changes.is_some()
}

/// What the askers are doing, as the one who ends the right sees it: so that each race is one.
#[derive(Default)]
struct Asking {
    /// Questions under way.
    under_way: AtomicU64,
    /// Questions that were begun behind an end and answered.
    behind: AtomicU64,
}

impl Asking {
    /// Waits until somebody is in the midst of asking.
    async fn in_the_midst(&self) {
        while self.under_way.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until somebody has asked behind an end once more.
    async fn once_more(&self, than: u64) {
        while self.behind.load(Ordering::SeqCst) <= than {
            tokio::task::yield_now().await;
        }
    }
}

/// Asks until all races are run: how often the answer was stale.
async fn asks(casework: Arc<Casework>, right: Arc<Right>, over: Arc<AtomicBool>, asking: Arc<Asking>) -> u64 {
    let mut stale = 0;
    while !over.load(Ordering::SeqCst) {
        asking.under_way.fetch_add(1, Ordering::SeqCst);
        let before = right.ended();
        tokio::task::yield_now().await;
        let seen = sees(&casework).await;
        // It counts when the right had ended before the question, whatever has happened since.
        if before.is_some() {
            let returned_meanwhile = right.ended() != before;
            stale += u64::from(seen && !returned_meanwhile);
            asking.behind.fetch_add(1, Ordering::SeqCst);
        }
        asking.under_way.fetch_sub(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
    stale
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_is_stale_in_ten_thousand_revocations() {
    let mut behind = 0;
    for _ in 0..HOUSES {
        behind += races().await;
    }
    assert!(behind >= HOUSES * RACES, "somebody asked behind each end: {behind}");
}

/// How often somebody asked behind an end.
async fn races() -> u64 {
    let house = House::new(Engine::Memory, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let (right, over) = (Arc::new(Right(AtomicU64::new(0))), Arc::new(AtomicBool::new(false)));
    let doing = Arc::new(Asking::default());
    let asking = || asks(Arc::clone(&house.casework), Arc::clone(&right), Arc::clone(&over), Arc::clone(&doing));
    let asking: Vec<_> = (0..ASKING).map(|_| tokio::spawn(asking())).collect();

    let (mut number, mut assignment) = (0, ASSIGNMENT);
    for race in 0..RACES {
        // One in ten ends the assignment, the others protect the pupil's identity: both take the case from the mentor.
        let ends_assignment = race.is_multiple_of(10);
        if ends_assignment {
            // An assignment has whole days: the next one begins where this one ends.
            house.clock.pass(Duration::days(1));
        }
        let today = local_date(house.clock.now());
        let end = if ends_assignment { end(assignment, today) } else { protect() };
        // The end overtakes a question that is under way, and a question is asked behind it, in each of the races.
        doing.in_the_midst().await;
        does(&house, &mut number, end).await;
        let behind = doing.behind.load(Ordering::SeqCst);
        right.0.fetch_add(1, Ordering::SeqCst);
        assert!(!sees(&house.casework).await, "race {race}: stale right behind the answer");
        doing.once_more(behind).await;
        right.0.fetch_add(1, Ordering::SeqCst);
        let created = does(&house, &mut number, if ends_assignment { assign(today) } else { unprotect() }).await;
        assignment = created.iter().find_map(assigned).unwrap_or(assignment);
        assert!(sees(&house.casework).await, "race {race}: who may see it again does");
    }
    over.store(true, Ordering::SeqCst);
    for asked in asking {
        let stale = asked.await.unwrap();
        assert_eq!(stale, 0, "an answer showed a case to whom it was closed before the question");
    }
    doing.behind.load(Ordering::SeqCst)
}

fn end(assignment: AssignmentId, today: NaiveDate) -> Command {
    let last_day = today.pred_opt().unwrap();
    let reason = AssignmentEndReason::NeedEnded;
    Command::EndAssignment { pupil: PUPIL, assignment, reason, last_day }
}

fn assign(today: NaiveDate) -> Command {
    let (mentor, kind, principal) = (MENTOR, AssignmentKind::Primary, PRINCIPAL);
    Command::AssignMentor { pupil: PUPIL, mentor, kind, principal, from: today }
}

fn protect() -> Command {
    work(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })
}

fn unprotect() -> Command {
    work(Work::IdentityProtectionEnded { on: date("2019-10-01") })
}

const fn assigned(created: &Created) -> Option<AssignmentId> {
    if let Created::Assignment(id) = created { Some(*id) } else { None }
}
