//! A command is carried out once, for whoever may, on what is true then; and whoever wrote reads their own write.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use casework::Receipt;
use casework::answer::PageRequest;
use chrono::Duration;
use domain::command::{Command, ContactToLog};
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, ContactTopic};
use domain::event::staff::TimeLogged;
use domain::id::PupilId;
use domain::personal::Personal;
use domain::refusal::{Code, Refusal};
use domain::spec::cast::{
    ADMINISTRATOR, ASSIGNMENT, MENTOR, OTHER_MENTOR, OTHER_PRINCIPAL, PRINCIPAL, PUPIL, SCHOOL, a_pupil,
    a_pupil_with_a_mentor, as_staff, contact_to_log, log_contact, personal, school_details,
};
use domain::spec::everyday::time_logged;
use domain::spec::{date, noon};
use domain::words::Note;
use support::{Engine, House, command_id, journal, open};

const ALL: PageRequest = PageRequest { first: 100, after: None };

fn assign(mentor: domain::id::StaffId) -> Command {
    Command::AssignMentor {
        pupil: PUPIL,
        mentor,
        kind: AssignmentKind::Primary,
        principal: PRINCIPAL,
        from: date("2019-10-01"),
    }
}

fn end() -> Command {
    Command::EndAssignment {
        pupil: PUPIL,
        assignment: ASSIGNMENT,
        reason: AssignmentEndReason::HandedOver,
        last_day: date("2019-09-30"),
    }
}

#[tokio::test]
async fn the_first_answer_is_given_again_even_when_the_command_could_not_be_carried_out_any_more() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        let (contact, other) = (house.command_id(1), house.command_id(2));
        let first = house.casework.execute(as_staff(MENTOR), log_contact(), contact).await.unwrap();
        house.casework.execute(as_staff(PRINCIPAL), end(), other).await.unwrap();

        house.clock.pass(Duration::days(3));
        let again = house.casework.execute(as_staff(MENTOR), log_contact(), contact).await.unwrap();
        assert_eq!(again, Receipt { already: true, ..first });
        let anew = house.casework.execute(as_staff(MENTOR), log_contact(), house.command_id(3)).await;
        assert_eq!(anew, Err(Refusal::at(Code::NotFound, "pupil")));
    }
}

#[tokio::test]
async fn the_same_name_for_another_content_or_by_another_person_is_a_conflict_and_writes_nothing() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        let id = house.command_id(1);
        house.casework.execute(as_staff(MENTOR), log_contact(), id).await.unwrap();
        let head = house.log.head();

        let note = Some(Personal::new(Note::try_new("Ringer igen.").unwrap()));
        let others = [
            ContactToLog { note, ..contact_to_log() },
            ContactToLog { topic: ContactTopic::Other, ..contact_to_log() },
            ContactToLog { occurred: Some(noon("2019-10-01")), ..contact_to_log() },
            ContactToLog { minutes: None, ..contact_to_log() },
        ];
        for other in others {
            let refused = house.casework.execute(as_staff(MENTOR), Command::LogGuardianContact(other), id).await;
            assert_eq!(refused.unwrap_err().code, Code::CommandConflict);
        }
        let refused = house.casework.execute(as_staff(PRINCIPAL), log_contact(), id).await;
        assert_eq!(refused.unwrap_err().code, Code::CommandConflict);
        assert_eq!(house.log.head(), head);
    }
}

#[tokio::test]
async fn a_name_from_the_future_or_one_that_may_be_forgotten_is_never_run() {
    let house = House::new(Engine::Memory, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let now = noon("2019-10-01");
    let head = house.log.head();
    for (made, code) in [
        (now + Duration::minutes(6), Code::CommandIdInFuture),
        (now - Duration::days(91), Code::CommandIdTooOld),
        (now - Duration::days(90) - Duration::seconds(1), Code::CommandIdTooOld),
    ] {
        let refused = house.casework.execute(as_staff(MENTOR), log_contact(), command_id(made, 1)).await;
        assert_eq!(refused.unwrap_err().code, code);
    }
    assert_eq!(house.log.head(), head);
    for (n, made) in [(2, now + Duration::minutes(4)), (3, now - Duration::days(89))] {
        assert!(house.casework.execute(as_staff(MENTOR), log_contact(), command_id(made, n)).await.is_ok());
    }
}

#[tokio::test]
async fn a_name_made_by_a_clock_that_was_ahead_is_refused_before_it_is_forgotten() {
    let now = noon("2019-10-01");
    let house = House::new(Engine::Journal, a_pupil_with_a_mentor(), now).await;
    let ahead = command_id(now + Duration::minutes(4), 1);
    house.casework.execute(as_staff(MENTOR), log_contact(), ahead).await.unwrap();
    house.clock.pass(Duration::days(90) + Duration::minutes(2));
    house.casework.execute(as_staff(MENTOR), log_contact(), house.command_id(2)).await.unwrap();
    let House { log, casework, clock, folder } = house;
    drop((log, casework));
    let folder = folder.unwrap();

    let log: Arc<dyn storage::EventLog> = reopened(&folder).await;
    let head = log.head().position;
    let again = open(&log, &clock).await.execute(as_staff(MENTOR), log_contact(), ahead).await;
    assert!(again.is_err() || again.is_ok_and(|receipt| receipt.already), "it was run twice");
    assert_eq!(log.head().position, head);
}

/// The log, opened again. The service that had it goes when its projector has seen that it is dropped.
async fn reopened(folder: &tempfile::TempDir) -> Arc<storage::JournalLog> {
    tokio::task::yield_now().await;
    journal(folder)
}

#[tokio::test]
async fn what_the_actor_has_nothing_to_do_with_is_refused_as_what_is_not_there() {
    let house = House::new(Engine::Memory, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let nobody = PupilId::from_bits([9; 16]);
    let absent = Command::LogGuardianContact(ContactToLog { pupil: nobody, ..contact_to_log() });
    let head = house.log.head().position;
    for other in [OTHER_MENTOR, OTHER_PRINCIPAL] {
        let theirs = house.casework.execute(as_staff(other), log_contact(), house.command_id(1)).await;
        let missing = house.casework.execute(as_staff(other), absent.clone(), house.command_id(2)).await;
        assert_eq!(theirs.clone().unwrap_err().code, Code::NotFound);
        assert_eq!(theirs, missing);
    }
    assert_eq!(house.log.head().position, head, "nothing happened");
    assert_eq!(house.traces().await.len(), 4, "and that it was asked for is on record");
}

#[tokio::test]
async fn who_wrote_reads_their_own_write() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        for n in 1..=20 {
            let id = house.command_id(n);
            let receipt = house.casework.execute(as_staff(MENTOR), log_contact(), id).await.unwrap();
            assert!(*house.casework.subscribe().borrow() >= receipt.position);
            let reader = house.casework.reader(as_staff(MENTOR), "test");
            let seen = reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
            assert!(seen.items.iter().any(|(_, entry)| entry.id == receipt.events[0]));
            let caseload = reader.mentor_caseload(MENTOR, &ALL, reader.now()).unwrap().unwrap().into_inner();
            assert_eq!(caseload.items[0].1.contacts.map(u64::from), Some(n));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_mentors_add_at_once_and_nothing_is_lost() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        let before = house.log.head().position.0;
        let writers: Vec<_> = (0..64)
            .map(|n| {
                let (casework, id) = (Arc::clone(&house.casework), house.command_id(n));
                tokio::spawn(async move { casework.execute(as_staff(MENTOR), log_contact(), id).await })
            })
            .collect();
        let mut positions = Vec::new();
        for writer in writers {
            positions.push(writer.await.unwrap().expect("a pure addition does not conflict").position);
        }
        positions.sort_unstable();
        assert_eq!(positions, (before + 1..=before + 64).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_on_the_same_thing_one_decides_and_the_other_is_told() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil(), noon("2019-10-01")).await;
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let mentor = if n % 2 == 0 { MENTOR } else { OTHER_MENTOR };
                let (casework, id) = (Arc::clone(&house.casework), house.command_id(n));
                tokio::spawn(async move { casework.execute(as_staff(PRINCIPAL), assign(mentor), id).await })
            })
            .collect();
        let mut carried_out = 0;
        for writer in writers {
            match writer.await.unwrap() {
                Ok(_) => carried_out += 1,
                Err(refusal) => {
                    assert!(
                        matches!(refusal.code, Code::PrimaryMentorExists | Code::MentorAlreadyAssigned),
                        "{refusal}"
                    );
                }
            }
        }
        assert_eq!(carried_out, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_from_many_sides_at_once_happens_once() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        let (before, id) = (house.log.head().position.0, house.command_id(1));
        let senders: Vec<_> = (0..16)
            .map(|_| {
                let casework = Arc::clone(&house.casework);
                tokio::spawn(async move { casework.execute(as_staff(MENTOR), log_contact(), id).await })
            })
            .collect();
        let mut first = 0;
        for sender in senders {
            let receipt = sender.await.unwrap().unwrap();
            assert_eq!(receipt.position, before + 1);
            first += usize::from(!receipt.already);
        }
        assert_eq!((house.log.head().position.0, first), (before + 1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schools_never_get_the_same_code() {
    let house = House::new(Engine::Journal, a_pupil(), noon("2019-10-01")).await;
    let senders: Vec<_> = (0..8)
        .map(|n| {
            let (casework, id) = (Arc::clone(&house.casework), house.command_id(n));
            let register = Command::RegisterSchool(school_details("NYA"));
            tokio::spawn(async move { casework.execute(as_staff(ADMINISTRATOR), register, id).await })
        })
        .collect();
    let mut registered = 0;
    for sender in senders {
        registered += usize::from(sender.await.unwrap().is_ok());
    }
    assert_eq!(registered, 1);
}

#[tokio::test]
async fn a_service_opened_again_on_the_same_log_shows_the_same_and_remembers_commands() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
        let id = house.command_id(1);
        let first = house.casework.execute(as_staff(MENTOR), log_contact(), id).await.unwrap();
        let again = open(&house.log, &house.clock).await;
        let seen = |casework: &Arc<casework::Casework>| {
            let page = casework.reader(as_staff(PRINCIPAL), "test");
            let page = page.principal_caseload(PRINCIPAL, SCHOOL, &ALL, page.now());
            format!("{:?}", page.unwrap().unwrap().get().items)
        };
        assert_eq!(seen(&again), seen(&house.casework));
        let known = again.execute(as_staff(MENTOR), log_contact(), id).await.unwrap();
        assert_eq!(known, Receipt { already: true, ..first });
    }
}

#[tokio::test]
async fn what_is_made_has_ids_that_nobody_can_guess_without_the_secret() {
    let join = || Command::JoinStaff { name: personal("Lo Exempel") };
    let house = House::new(Engine::Memory, a_pupil(), noon("2019-10-01")).await;
    let id = house.command_id(1);
    let one = house.casework.execute(as_staff(ADMINISTRATOR), join(), id).await.unwrap();
    let elsewhere = House::new(Engine::Memory, a_pupil(), noon("2019-10-01")).await;
    let same = elsewhere.casework.execute(as_staff(ADMINISTRATOR), join(), id).await.unwrap();
    assert_eq!(one.created, same.created, "the same secret and command make the same ids");
    let other = house.casework.execute(as_staff(ADMINISTRATOR), join(), house.command_id(2)).await.unwrap();
    assert_ne!(one.created, other.created);
}

/// One sampled week is left of the term, and two are begun at the same time: one passes, the other is told why not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_sampled_weeks_that_are_begun_at_once_only_as_many_pass_as_the_term_has() {
    for engine in Engine::ALL {
        let house = House::new(engine, a_pupil_with_a_mentor(), noon("2019-12-19")).await;
        let time = |day: &str| {
            let time = TimeLogged { on: date(day), sampled: true, ..time_logged() };
            Command::LogTime { staff: MENTOR, time }
        };
        house.casework.execute(as_staff(MENTOR), time("2019-09-02"), house.command_id(1)).await.unwrap();
        let mut begun = Vec::new();
        for (n, day) in (2..).zip(["2019-09-09", "2019-09-16", "2019-09-23", "2019-09-30"]) {
            let (casework, id, command) = (Arc::clone(&house.casework), house.command_id(n), time(day));
            begun.push(tokio::spawn(async move { casework.execute(as_staff(MENTOR), command, id).await }));
        }
        let mut passed = 0;
        for one in begun {
            match one.await.unwrap() {
                Ok(_) => passed += 1,
                Err(refused) => assert_eq!(refused, Refusal::at(Code::SampledWeeksFull, "sampled")),
            }
        }
        assert_eq!(passed, 1);
    }
}
