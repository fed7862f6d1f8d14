//! Makes the next folder: invented people, every kind of event, through the service as far as that goes. Not what an old
//! folder is checked by: what is changed here changes no folder that is there.

use std::path::Path;
use std::sync::Arc;

use casework::stored::{classes, encode, stream_id};
use casework::{Casework, Created, Receipt};
use chrono::Duration;
use domain::StreamRef;
use domain::actor::{Grant, Role};
use domain::command::{Command, ContactToLog, GuardianChoice};
use domain::decide::Decided;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, Guardianship, PupilEvent};
use domain::event::school::SchoolEvent;
use domain::event::staff::RoleWithdrawn;
use domain::event::{Event, EventKind, GuardianEvent, StaffEvent};
use domain::id::{AssignmentId, GuardianId, PupilId};
use domain::personal::{Erasable, Personal};
use domain::recorded::{Body, Recorded};
use domain::spec::cast::{
    ADMINISTRATOR, GUARDIAN, MENTOR, OTHER_MENTOR, PRINCIPAL, PUPIL, SCHOOL, a_pupil_with_a_mentor, as_staff, assigned,
    attended, contact_to_log, contacted, corrected, day, ended, guardian_corrected, guardian_registered, left, linked,
    moved, of_pupil, personal, placed,
};
use domain::spec::digests::{every_digest_matter, of_guardian};
use domain::spec::everyday::{
    cover, cover_ended, days_corrected, entry_corrected, every_school_matter, every_staff_matter, handed_over,
    incomparable, mission, model, name_corrected, of_mentor, of_school, task_taken_over, time_logged, working_time,
};
use domain::spec::works::{every_work, worked};
use domain::spec::{Happened, date, given, noon};
use domain::words::{ContactDetail, Note};
use futures::future::join_all;
use storage::journal::WriterOptions;
use storage::{Commit, CommitId, EventLog, Expected, JournalLog, KeyRing, LogOptions, MasterKey, care};
use zeroize::Zeroizing;

use super::support::{self, SetClock, command_id};
use super::{disk, folders, listing, packing};

/// Plainly keys for tests: the first is exchanged for the second on the way.
const MASTERS: [&str; 2] = ["a1", "b2"];

/// Writes the folder that `MENTORLOG_WRITE_FOLDER` names, unless it is there: an old one is never edited.
pub(crate) async fn make_if_asked() {
    let Some(name) = std::env::var_os("MENTORLOG_WRITE_FOLDER") else { return };
    let fixture = folders().join(name);
    assert!(!fixture.exists(), "{} is there: an old folder is never edited", fixture.display());
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path();
    let [first, second] = MASTERS.map(|digits| MasterKey::from_hex(&digits.repeat(32)).unwrap());
    KeyRing::create(&disk(), &care::keys_of(data), &first).unwrap();

    with_log(data, &first, async |log| {
        record(&*log, &given(everything()).story.log).await;
        days_of_work(&log, "2019-10-01", 4, 1_000).await;
    })
    .await;
    KeyRing::rotate(&disk(), &care::keys_of(data), &first, &second).unwrap();
    with_log(data, &second, async |log| days_of_work(&log, "2020-02-03", 2, 2_000).await).await;
    with_log(data, &second, async |log| {
        let erased = |key: storage::KeyRef| {
            let guardian = key.subject == GUARDIAN.bits() && key.class == classes::GUARDIAN;
            let notes = key.subject == PUPIL.bits() && key.class == classes::NOTE;
            guardian || notes || key.class == classes::LADDER
        };
        assert!(log.vault().ring().destroy(erased).unwrap() >= 3);
        days_of_work(&log, "2020-03-02", 2, 3_000).await;
    })
    .await;

    let lines = with_log(data, &second, async |log| listing(&*log).await).await;
    packing::pack(data, &fixture.join("data"));
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    std::fs::write(fixture.join("listing.jsonl"), lines.join("\n") + "\n").unwrap();
    for (file, digits) in ["test-older-master.key", "test-master.key"].into_iter().zip(MASTERS) {
        std::fs::write(fixture.join(file), digits.repeat(32) + "\n").unwrap();
    }
}

/// Opens the log, with small files so that there are several, and closes it in an orderly way.
async fn with_log<T>(data: &Path, master: &MasterKey, work: impl AsyncFnOnce(Arc<JournalLog>) -> T) -> T {
    let keys = KeyRing::open(&disk(), &care::keys_of(data), master).unwrap();
    let mut options = LogOptions::new(data);
    options.journal = WriterOptions { file_size: 48 * 1024, reserve: 4 * 1024 };
    let log = JournalLog::open(&options, keys).unwrap();
    let done = work(Arc::clone(&log)).await;
    log.close();
    done
}

/// Every kind of event, in an order that makes sense.
fn everything() -> Vec<Happened> {
    let detail = |text: &str| Some(Personal::new(ContactDetail::try_new(text).unwrap()));
    let mut past = a_pupil_with_a_mentor();
    for (_, event) in &mut past {
        if let Event::Guardian(GuardianEvent::Registered(guardian)) = event {
            (guardian.phone, guardian.email) = (detail("013-000 00 00"), detail("alex@example.org"));
        }
    }
    let other_guardian = GuardianId::from_bits([5; 16]);
    past.extend([guardian_registered(other_guardian), linked(other_guardian)]);
    past.extend([
        of_school(SchoolEvent::MissionAdopted(mission())),
        of_school(SchoolEvent::MentoringModelChosen(model())),
        of_school(SchoolEvent::TermMarkedNotComparable(incomparable())),
        of_mentor(StaffEvent::WorkingTimeSet(working_time())),
        of_mentor(StaffEvent::TimeLogged(time_logged())),
        of_mentor(StaffEvent::TaskTakenOver(task_taken_over())),
        attended(vec![day(date("2019-09-02"), 60, 0), day(date("2019-09-03"), 0, 120)]),
        corrected(day(date("2019-09-03"), 120, 0)),
    ]);
    for words in ["Talade om morgnarna.\nRinger igen på fredag.", "Åter i skolan: läget är bättre."] {
        let (stream, mut event) = contacted();
        if let Event::Pupil(PupilEvent::GuardianContacted(contact)) = &mut event {
            contact.note = Some(Erasable::Present(Personal::new(Note::try_new(words).unwrap())));
        }
        past.push((stream, event));
    }
    past.extend(every_work().into_iter().map(worked));
    // Among that the guardian was unlinked.
    past.push(linked(GUARDIAN));
    let to = AssignmentId::from_bits([6; 16]);
    past.extend([
        of_pupil(PupilEvent::CoverStarted(cover())),
        of_pupil(PupilEvent::CoverEnded(cover_ended())),
        of_pupil(PupilEvent::AssignmentHandedOver(handed_over(to))),
        moved("8A", "2020-08-18"),
    ]);
    let beside = AssignmentId::from_bits([7; 16]);
    past.extend([
        assigned(beside, OTHER_MENTOR, AssignmentKind::Additional, "2019-09-02"),
        ended(beside, AssignmentEndReason::NeedEnded, "2019-12-19"),
        left("2020-06-11"),
    ]);
    past.extend(every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(matter))));
    past.push(of_pupil(PupilEvent::EntryCorrected(entry_corrected())));
    past.push(of_pupil(PupilEvent::NameCorrected(name_corrected())));
    past.push(of_pupil(PupilEvent::DaysCorrected(days_corrected())));
    past.push(guardian_corrected());
    past.extend(every_digest_matter().into_iter().map(of_guardian));
    past.extend(every_staff_matter().into_iter().map(|matter| of_mentor(StaffEvent::Arranged(matter))));
    let grant = Grant { role: Role::Administrator, school: None, committee: None };
    past.push((StreamRef::Staff(ADMINISTRATOR), Event::Staff(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant }))));
    for kind in EventKind::ALL {
        assert!(past.iter().any(|(_, event)| event.kind() == *kind), "{} is missing", kind.name());
    }
    past
}

/// Puts a story on record, several events in each group.
async fn record(log: &dyn EventLog, story: &[Recorded]) {
    let commit = |recorded: &Recorded| {
        let Body::Known(event) = recorded.body.clone() else { panic!("a story is not erased") };
        let occurred = recorded.occurred.unwrap();
        let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event };
        Commit {
            id: CommitId(recorded.command.bits()),
            content: Zeroizing::new(recorded.command.bits().to_vec()),
            expected: vec![(stream_id(recorded.stream), Expected::Version(recorded.version - 1))],
            events: vec![encode(&decided, recorded.actor, recorded.role).unwrap()],
            recorded_micros: recorded.recorded.timestamp_micros(),
        }
    };
    for group in story.chunks(8) {
        let appended = join_all(group.iter().map(|recorded| log.append(commit(recorded)))).await;
        assert!(appended.iter().all(Result::is_ok));
    }
}

/// Some days with some new pupils each, through the service: each gets a guardian and a mentor, who calls and then reads.
async fn days_of_work(log: &Arc<JournalLog>, first: &str, days: i64, numbers: u64) {
    let clock = SetClock::at(noon(first));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(log);
    let service = support::open(&as_log, &clock).await;
    let mut numbers = numbers..;
    let mut next = || numbers.next().unwrap();
    let new = async |command, n| {
        let receipt = service.execute(domain::actor::Actor::Setup, command, command_id(clock_now(&clock), n)).await;
        receipt.unwrap().created
    };
    for nth in 0..days {
        clock.pass(Duration::days(nth.min(1)));
        let (name, from) = (personal(&format!("Elev Påhittad {nth}")), domain::calendar::local_date(clock_now(&clock)));
        let enrol =
            Command::EnrolPupil { pupil: None, school: SCHOOL, name, placement: placed("7B"), from, protection: None };
        let pupil = which(&new(enrol, next()).await, |one| if let Created::Pupil(id) = one { Some(id) } else { None });
        let guardian = GuardianChoice::New { name: personal("Vuxen Påhittad"), phone: None, email: None };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        let made = new(link, next()).await;
        let guardian = which(&made, |one| if let Created::Guardian(id) = one { Some(id) } else { None });
        let kind = AssignmentKind::Primary;
        new(Command::AssignMentor { pupil, mentor: MENTOR, kind, principal: PRINCIPAL, from }, next()).await;
        let calls = (0..6).map(|call| contact(&service, &clock, (pupil, guardian), call, next()));
        join_all(calls.collect::<Vec<_>>()).await;
        let reader = service.reader(as_staff(MENTOR), "making");
        assert!(reader.pupil(pupil, reader.now()).is_some());
        reader.finish().await.unwrap();
        let refused = service.reader(as_staff(OTHER_MENTOR), "making");
        assert!(refused.pupil(pupil, refused.now()).is_none());
        refused.finish().await.unwrap();
    }
}

fn clock_now(clock: &SetClock) -> chrono::DateTime<chrono::Utc> {
    casework::Clock::now(clock)
}

fn which<T>(created: &[Created], which: impl Fn(Created) -> Option<T>) -> T {
    created.iter().copied().find_map(which).unwrap()
}

async fn contact(
    service: &Casework,
    clock: &SetClock,
    (pupil, guardian): (PupilId, GuardianId),
    call: usize,
    number: u64,
) -> Receipt {
    let note =
        call.is_multiple_of(2).then(|| Personal::new(Note::try_new(format!("Samtal {call}: påhittat.")).unwrap()));
    let contact = ContactToLog { pupil, guardian, note, ..contact_to_log() };
    let id = command_id(clock_now(clock), number);
    service.execute(as_staff(MENTOR), Command::LogGuardianContact(contact), id).await.unwrap()
}

/// One more call, about the pupil whom every folder has.
pub(crate) async fn one_more_contact(service: &Casework, clock: &SetClock) -> Receipt {
    contact(service, clock, (PUPIL, GUARDIAN), 0, 9_000).await
}
