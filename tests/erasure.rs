//! Erasing (gallring) with the program itself: proposed by the plan, approved by a decision, gone from every stored byte,
//! and gone again after a backup from before is restored. Published figures stay as they were.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::pupil::{AssignmentKind, ContactTopic, Guardianship, LeavingReason, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId};
use domain::personal::Personal;
use domain::words::{
    ClassName, DateSpan, Grade, Minutes, Name, Note, Reference, RetentionClass, SchoolCode, SchoolForm, SchoolUnitCode,
};
use storage::{EventLog, JournalLog, KeyRing, LogOptions, MasterKey, RealDisk};
use support::mentorlog;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

/// A folder with a log of a school year long ago, written in process, and looked after with the program.
struct Archive {
    folder: tempfile::TempDir,
    pupils: Vec<PupilId>,
    guardians: Vec<GuardianId>,
    school: SchoolId,
}

struct Writer {
    casework: Arc<Casework>,
    hands: Arc<Hands>,
    next: AtomicU64,
}

impl Writer {
    async fn does(&self, command: Command) -> Receipt {
        let millis = u64::try_from(self.hands.now().timestamp_millis()).unwrap();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id: CommandId = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.casework.execute(Actor::Setup, command, id).await.unwrap()
    }

    async fn settles(&self, school: SchoolId, matter: SchoolMatter) {
        self.does(Command::SettleSchool { school, matter }).await;
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(first: &str, last: &str) -> DateSpan {
    DateSpan::try_new(day(first), day(last)).unwrap()
}

fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

fn attended(on: &str, notified: u16) -> DayAttendance {
    let minutes =
        DayMinutes { offered: Minutes(360), notified: Minutes(notified), lessons: 6, ..DayMinutes::default() };
    DayAttendance::try_new(day(on), minutes).unwrap()
}

const SECRET: &str = "MARKER-som-ingen-annan-skriver";

impl Archive {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Six pupils, three of whom left long ago; the autumn's figures are published.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["master", "new-master"] {
            MasterKey::generate_file(&RealDisk, &folder.path().join(key)).unwrap();
        }
        let mut archive =
            Self { folder, pupils: Vec::new(), guardians: Vec::new(), school: SchoolId::from_bits([0; 16]) };
        let log = archive.open("data");
        let hands = Arc::new(Hands(AtomicI64::new(
            "2020-06-12T10:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_millis(),
        )));
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
        let writer = Writer { casework, hands, next: AtomicU64::new(1) };
        archive.school(&writer).await;
        log.close();
        archive
    }

    fn open(&self, data: &str) -> Arc<JournalLog> {
        let master = MasterKey::read_file(&self.at("master")).unwrap();
        let disk: Arc<dyn storage::Disk> = Arc::new(RealDisk);
        let keys = self.at(data).join("keys");
        let ring = if KeyRing::exists(&RealDisk, &keys).unwrap() {
            KeyRing::open(&disk, &keys, &master).unwrap()
        } else {
            KeyRing::create(&disk, &keys, &master).unwrap()
        };
        JournalLog::open(&LogOptions::new(self.at(data)), ring).unwrap()
    }

    async fn school(&mut self, writer: &Writer) {
        let grade = Grade::try_new(7).unwrap();
        let registered = SchoolRegistered {
            code: SchoolCode::try_new("LJU").unwrap(),
            unit_code: SchoolUnitCode::try_new("12345678").unwrap(),
            name: Name::try_new("Skolan").unwrap(),
            form: SchoolForm::Compulsory,
            grades: (grade, Grade::try_new(9).unwrap()),
        };
        let school = created!(writer.does(Command::RegisterSchool(registered)).await, School);
        self.school = school;
        let (autumn, spring) = (span("2019-08-20", "2019-12-19"), span("2020-01-08", "2020-06-11"));
        writer
            .does(Command::SetSchoolYear {
                school,
                year: SchoolYearSet { starts_in: 2019, autumn, spring, breaks: vec![] },
            })
            .await;
        let mut staff = Vec::new();
        for role in [Role::Principal, Role::Mentor] {
            let id = created!(writer.does(Command::JoinStaff { name: name("Kim Testsson") }).await, Staff);
            writer.does(Command::GrantRole { staff: id, grant: Grant { role, school: Some(school) } }).await;
            staff.push(id);
        }
        let (principal, mentor, from) = (staff[0], staff[1], day("2019-08-20"));
        let responsibility = Responsibility::Unit;
        writer.does(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }).await;
        for number in 0..6_u16 {
            let placement = Placement { class: ClassName::try_new("7A").unwrap(), grade, programme: None };
            let enrol =
                Command::EnrolPupil { pupil: None, school, name: name(SECRET), placement, from, protection: None };
            let pupil = created!(writer.does(enrol).await, Pupil);
            if number % 2 == 0 {
                let kind = AssignmentKind::Primary;
                writer.does(Command::AssignMentor { pupil, mentor, kind, principal, from }).await;
            }
            let days = [attended("2019-09-02", 10 + number), attended("2020-03-02", 20 + number)];
            writer.does(Command::RegisterAttendance { pupil, days: vec![days[0]] }).await;
            writer.does(Command::RegisterAttendance { pupil, days: vec![days[1]] }).await;
            let note = Some(Personal::new(Note::try_new(SECRET).unwrap()));
            let work = Work::PupilTalkedWith { topic: ContactTopic::Absence };
            let with = Vec::new();
            writer.does(Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note })).await;
            self.link(writer, pupil, number).await;
            if number < 3 {
                let (reason, last_day) = (LeavingReason::Completed, day("2020-06-11"));
                writer.does(Command::PupilLeaves { pupil, reason, last_day }).await;
            }
            self.pupils.push(pupil);
        }
        writer.settles(school, SchoolMatter::FiguresPublished { term: "ht19".parse().unwrap() }).await;
        for class in RetentionClass::ALL {
            let plan_item = Reference::try_new("3.2 Elevakt").unwrap();
            let first_day = day("2019-08-12");
            writer.settles(school, SchoolMatter::RetentionAdopted { class, months: 12, plan_item, first_day }).await;
        }
        let reference = Reference::try_new("BUN 2026-1").unwrap();
        writer.settles(school, SchoolMatter::LegalHoldPlaced { pupil: self.pupils[2], reference }).await;
    }

    /// The first two are siblings; the third and the fourth have another guardian, and only the third leaves.
    async fn link(&mut self, writer: &Writer, pupil: PupilId, number: u16) {
        let guardian = match (number, self.guardians.get(usize::from(number / 2))) {
            (0 | 2, _) => GuardianChoice::New { name: name(SECRET), phone: None, email: None },
            (1 | 3, Some(known)) => GuardianChoice::Known(*known),
            _ => return,
        };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian };
        if number.is_multiple_of(2) {
            self.guardians.push(created!(writer.does(link).await, Guardian));
        } else {
            writer.does(link).await;
        }
    }

    /// The program, on a data folder, with the master key that opens it.
    fn run(&self, arguments: &[&str], data: &str, master: &str, more: &[(&str, &str)]) -> Output {
        let mut command = mentorlog();
        command.args(arguments).arg("--data").arg(self.at(data)).arg("--master-key-file").arg(self.at(master));
        for (option, name) in more {
            command.arg(option).arg(self.at(name));
        }
        command.output().unwrap()
    }

    fn says(&self, arguments: &[&str], data: &str, master: &str, more: &[(&str, &str)]) -> String {
        let output = self.run(arguments, data, master, more);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn copy(&self, from: &str, to: &str, keys: bool) {
        let mut command = mentorlog();
        command.arg("backup").arg("--data").arg(self.at(from)).arg("--to").arg(self.at(to));
        if keys {
            command.arg("--keys-only");
        }
        assert!(command.output().unwrap().status.success());
    }

    /// The figures of a term, all and by grade, with and without a mentor, as the export's reader would add them up: asked of
    /// the projections that a start builds.
    fn figures(&self, data: &str, master: &str, term: &str) -> String {
        let exported = self.says(&["export"], data, master, &[]);
        let mut projections = Projected::default();
        exported.lines().for_each(|line| projections.take(line));
        projections.told(term)
    }
}

/// What the exported log says of absence: days that can be read, and remainders.
#[derive(Default)]
struct Projected {
    begun: Vec<(String, u64)>,
    days: Vec<(String, String, u64)>,
    remainders: Vec<(String, u64, u64)>,
}

impl Projected {
    fn take(&mut self, line: &str) {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let body = &event["open"]["body"];
        match event["kind"].as_str() {
            Some("attendance-registered") => {
                for day in event["parts"][0]["content"]["body"]["days"].as_array().into_iter().flatten() {
                    let date = day["date"].as_str().unwrap().to_owned();
                    let notified = day["notified"].as_u64().unwrap_or(0);
                    self.days.push((event["stream"]["id"].as_str().unwrap().to_owned(), date, notified));
                }
            }
            Some("remainder-kept") if body["grade"].is_null() && body["part"] == "all" => {
                let sums = &body["sums"];
                let figures = (sums["days"].as_u64().unwrap(), sums["notified"].as_u64().unwrap());
                self.remainders.push((body["term"].as_str().unwrap().to_owned(), figures.0, figures.1));
            }
            Some("erasure-begun") if body["class"] == "attendance" => {
                self.begun.push((body["pupil"].as_str().unwrap().to_owned(), body["period"].as_u64().unwrap()));
            }
            _ => {}
        }
    }

    fn told(&self, term: &str) -> String {
        let within = |date: &str| if term == "ht19" { date.starts_with("2019") } else { date.starts_with("2020") };
        let days: Vec<u64> =
            self.days.iter().filter(|(_, date, _)| within(date)).map(|(.., notified)| *notified).collect();
        let kept = self.remainders.iter().filter(|(of, ..)| of == term);
        let (mut count, mut minutes) = (days.len() as u64, days.iter().sum::<u64>());
        for (_, days, notified) in kept {
            count += days;
            minutes += notified;
        }
        format!("{count} days, {minutes} minutes notified")
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Whether a text stands anywhere in a folder's files, as it is.
fn stands_in(folder: &Path, text: &str) -> bool {
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if std::fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
                return true;
            }
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_says_is_erased_by_a_decision_from_every_byte_and_again_after_a_restore() {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "key-backup", true);
    let before = archive.figures("data", "master", "ht19");

    // The plan proposes; a pupil under a legal hold is not in it, nor who and where the three still at the school are.
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let of = |pupil: usize| proposed.iter().filter(|line| line.starts_with(&archive.pupils[pupil].to_string())).count();
    assert_eq!((of(0), of(1), of(2), of(3)), (6, 5, 0, 3), "{proposed:#?}");

    // A person approves what belongs to the first two, by a decision.
    let approved: Vec<&String> = proposed
        .iter()
        .filter(|line| archive.pupils[..2].iter().any(|pupil| line.contains(&pupil.to_string())))
        .collect();
    let text = approved.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
    std::fs::write(archive.at("approved"), &text).unwrap();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17"];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    let done = archive.says(&carry_out, "data", "master", &more);
    assert_eq!(lines(&done).len(), approved.len());

    // The published term is as it was; the other has lost the days.
    assert_eq!(archive.figures("data", "new-master", "ht19"), before);
    assert_eq!(archive.figures("data", "new-master", "vt20"), "4 days, 94 minutes notified");

    // Proved from the stored bytes, and the copy of the keys from before is named.
    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    let said = archive.says(&proof, "data", "new-master", &[]);
    assert!(lines(&said).iter().all(|line| line.starts_with("erased ")) && !said.is_empty(), "{said}");
    let named = archive.run(&proof, "data", "new-master", &[("--key-backup", "key-backup")]);
    assert!(!named.status.success(), "{}", String::from_utf8_lossy(&named.stdout));
    assert!(String::from_utf8_lossy(&named.stdout).contains("6 of 6 keys are in the copy"));
    let held = archive.pupils[2].to_string();
    assert!(!archive.run(&["verify-erased", "--subject", &held], "data", "new-master", &[]).status.success());
    let output = mentorlog().arg("verify").arg("--data").arg(archive.at("data")).output().unwrap();
    assert!(output.status.success(), "the chain over sealed bytes is whole");

    // So is the guardian whose only pupils they were; another's is kept.
    let proof_of =
        |guardian: usize| ["verify-erased", "--subject", &archive.guardians[guardian].to_string()].map(str::to_owned);
    let run = |proof: [String; 3], data| {
        archive.run(
            &proof.each_ref().map(String::as_str),
            data,
            if data == "data" { "new-master" } else { "master" },
            &[],
        )
    };
    let proved = run(proof_of(0), "data");
    assert!(proved.status.success(), "{proved:?} {approved:#?}");
    assert!(!run(proof_of(1), "data").status.success());

    // A backup from before is restored, with its keys: the list of what was erased is carried out before anything else.
    std::fs::write(archive.at("erased"), archive.says(&["erase", "done"], "data", "new-master", &[])).unwrap();
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("key-backup"));
    let restored = restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased")).output();
    assert!(restored.unwrap().status.success());
    let again = archive.says(&["erase", "done"], "restored", "master", &[]);
    assert_eq!(lines(&again).len(), approved.len());
    archive.says(&proof, "restored", "master", &[]);
    assert!(run(proof_of(0), "restored").status.success());
    assert_eq!(archive.figures("restored", "master", "ht19"), before);
    assert!(!archive.at("restored").join("erased-since-the-backup").exists());

    // Nothing personal stands open in any file, erased or not.
    for folder in ["data", "restored", "backup"] {
        assert!(!stands_in(&archive.at(folder), SECRET), "{folder}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_due_or_not_there_is_refused_and_nothing_is_erased() {
    let archive = Archive::new().await;
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17"];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    for (pupil, rest) in [(2, "note 2019"), (3, "enrolment 0"), (0, "note 1999"), (0, "note")] {
        std::fs::write(archive.at("approved"), format!("{} {rest}\n", archive.pupils[pupil])).unwrap();
        let refused = archive.run(&carry_out, "data", "master", &more);
        assert_eq!(refused.status.code(), Some(1), "{pupil} {rest}");
    }
    assert_eq!(archive.says(&["erase", "done"], "data", "master", &[]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_off_is_finished_at_the_next_start() {
    let archive = Archive::new().await;
    let proposed = archive.says(&["erase", "propose"], "data", "master", &[]);
    assert!(!proposed.is_empty());
    // Begun, and cut off before the keys were destroyed.
    let log = archive.open("data");
    let hands = Arc::new(Hands(AtomicI64::new(Utc::now().timestamp_millis())));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
    let due: Vec<_> = casework.due(&log.vault().ring().in_use());
    let of_first: Vec<_> = due.into_iter().filter(|due| due.records.pupil == archive.pupils[0]).collect();
    let mut number = 0_u64;
    let mut ids = || {
        number += 1;
        format!("{:012x}70009000{number:012x}", hands.now().timestamp_millis()).parse().ok()
    };
    casework.begin_erasure(&of_first, &Reference::try_new("BUN 2026-17").unwrap(), &mut ids).await.unwrap();
    log.close();
    drop((casework, log));

    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    assert!(!archive.run(&proof, "data", "master", &[]).status.success(), "its keys are still there");
    assert_eq!(lines(&archive.says(&["erase", "done"], "data", "master", &[])).len(), of_first.len());
    archive.says(&proof, "data", "master", &[]);
}
