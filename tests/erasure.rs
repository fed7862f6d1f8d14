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

use api::InProcess;
use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::pupil::{AssignmentKind, ContactTopic, Guardianship, LeavingReason, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId, StaffId};
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
    /// The principal, the mentor and the authority's officer.
    staff: Vec<StaffId>,
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

/// Who is under a legal hold.
const HELD: usize = 11;

const SECRET: &str = "MARKER-som-ingen-annan-skriver";

impl Archive {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Twenty-four pupils, half of them with a mentor; twelve left long ago, the last of these under a legal hold. The year's figures
    /// are published.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["master", "new-master"] {
            MasterKey::generate_file(&RealDisk, &folder.path().join(key)).unwrap();
        }
        let mut archive = Self {
            folder,
            pupils: Vec::new(),
            guardians: Vec::new(),
            school: SchoolId::from_bits([0; 16]),
            staff: Vec::new(),
        };
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
        self.open_with(data, "master")
    }

    fn open_with(&self, data: &str, master: &str) -> Arc<JournalLog> {
        let master = MasterKey::read_file(&self.at(master)).unwrap();
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
        for role in [Role::Principal, Role::Mentor, Role::Authority] {
            let id = created!(writer.does(Command::JoinStaff { name: name("Kim Testsson") }).await, Staff);
            writer.does(Command::GrantRole { staff: id, grant: Grant::at(role, school) }).await;
            self.staff.push(id);
        }
        let (principal, mentor, from) = (self.staff[0], self.staff[1], day("2019-08-20"));
        let responsibility = Responsibility::Unit;
        writer.does(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }).await;
        for number in 0..24_u16 {
            let placement = Placement { class: ClassName::try_new("7A").unwrap(), grade, programme: None };
            let enrol =
                Command::EnrolPupil { pupil: None, school, name: name(SECRET), placement, from, protection: None };
            let pupil = created!(writer.does(enrol).await, Pupil);
            if number % 2 == 0 {
                let kind = AssignmentKind::Primary;
                writer.does(Command::AssignMentor { pupil, mentor, kind, principal, from }).await;
            }
            for (month, notified) in [("2019-09", 10 + number), ("2020-03", 20 + 2 * number)] {
                let days = (2..14).map(|day| attended(&format!("{month}-{day:02}"), notified)).collect();
                writer.does(Command::RegisterAttendance { pupil, days }).await;
            }
            let note = Some(Personal::new(Note::try_new(SECRET).unwrap()));
            let work = Work::PupilTalkedWith { topic: ContactTopic::Absence };
            let with = Vec::new();
            writer.does(Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note })).await;
            self.link(writer, pupil, number).await;
            if number < 12 {
                let (reason, last_day) = (LeavingReason::Completed, day("2020-06-11"));
                writer.does(Command::PupilLeaves { pupil, reason, last_day, destination: None }).await;
            }
            self.pupils.push(pupil);
        }
        for class in RetentionClass::ALL {
            let plan_item = Reference::try_new("3.2 Elevakt").unwrap();
            let first_day = day("2019-08-12");
            writer.settles(school, SchoolMatter::RetentionAdopted { class, months: 12, plan_item, first_day }).await;
        }
        let reference = Reference::try_new("BUN 2026-1").unwrap();
        writer.settles(school, SchoolMatter::LegalHoldPlaced { pupil: self.pupils[HELD], reference }).await;
        let terms = ["ht19", "vt20"].map(|term| term.parse().unwrap());
        for term in terms {
            writer.settles(school, SchoolMatter::PublicationDayAdopted { term, on: day("2020-07-01") }).await;
        }
        let on_the_day = "2020-07-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap();
        writer.hands.0.store(on_the_day.timestamp_millis(), Ordering::Relaxed);
        for term in terms {
            writer.settles(school, SchoolMatter::FiguresPublished { term }).await;
        }
    }

    /// The first two are siblings; the one who is held and one who stays have another guardian.
    async fn link(&mut self, writer: &Writer, pupil: PupilId, number: u16) {
        let guardian = match (number, self.guardians.as_slice()) {
            (0 | 11, _) => GuardianChoice::New { name: name(SECRET), phone: None, email: None },
            (1, [known]) | (12, [_, known]) => GuardianChoice::Known(*known),
            _ => return,
        };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        if matches!(number, 0 | 11) {
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
        let output = command.output().unwrap();
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        assert!(
            arguments == ["export"] || !String::from_utf8_lossy(&said).contains(SECRET),
            "{arguments:?} names somebody"
        );
        output
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

    /// Everything that is told of the school outside it, as the service tells it over its API.
    async fn figures(&self, data: &str, master: &str) -> serde_json::Value {
        let figures = "notifiedMinutes days pupils";
        let parts = format!("all {{ {figures} }} withMentor {{ {figures} }} withoutMentor {{ {figures} }}");
        let change = format!("pupils meanPoints lowPoints highPoints before {{ {figures} }} after {{ {figures} }}");
        let query = format!(
            "{{ school(code: \"LJU\") {{ publishedTerms \
               autumn: absence(term: \"ht19\") {{ {parts} }} spring: absence(term: \"vt20\") {{ {parts} }} \
               seventh: absence(term: \"ht19\", grade: 7) {{ {parts} }} \
               absenceChange(from: \"ht19\", to: \"vt20\") {{ all {{ totalPoints }} }} \
               absenceEvidence(baseline: \"ht19\", term: \"vt20\") {{ withMentor {{ {change} }} withoutMentor {{ {change} }} mentorBefore {{ {change} }} }} \
               mentorLoads {{ forOtherPrincipals }} }} }}"
        );
        let log = self.open_with(data, master);
        let clock = Arc::new(Hands(AtomicI64::new(Utc::now().timestamp_millis())));
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, [7; 32], clock).await.unwrap();
        let told = InProcess::new(casework).ask(&query, Actor::Staff(self.staff[2])).await;
        log.close();
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
        assert!(told.get("errors").is_none(), "{told:#}");
        told["data"]["school"].clone()
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
            assert!(!path.to_string_lossy().contains(text), "a file's name: {}", path.display());
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
    let before = archive.figures("data", "master").await;
    assert_eq!(before["autumn"]["all"]["pupils"], 24, "{before:#}");
    assert_eq!(before["absenceEvidence"]["mentorBefore"]["pupils"], 12, "{before:#}");
    assert_eq!(before["mentorLoads"], serde_json::json!([{ "forOtherPrincipals": 6 }]), "{before:#}");

    // The plan proposes; a pupil under a legal hold is not in it, nor who and where those still at the school are.
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let of = |pupil: usize| proposed.iter().filter(|line| line.starts_with(&archive.pupils[pupil].to_string())).count();
    assert_eq!((of(0), of(1), of(HELD), of(12)), (6, 5, 0, 3), "{proposed:#?}");

    // A person approves what belongs to the leavers, by a decision. What belongs to two of them alone waits: the difference to
    // what was published would tell of the two.
    let approve = |pupils: &[PupilId]| {
        let theirs = |line: &&String| pupils.iter().any(|pupil| line.contains(&pupil.to_string()));
        let approved: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
        std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
        approved
    };
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17"];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    approve(&archive.pupils[..2]);
    let waits = archive.run(&carry_out, "data", "master", &more);
    let why = String::from_utf8_lossy(&waits.stderr).into_owned();
    assert!(!waits.status.success() && why.contains("LJU ht19, grade 7"), "{why}");
    assert_eq!(archive.says(&["erase", "done"], "data", "master", &[]), "", "nothing was erased");
    let approved = approve(&archive.pupils[..HELD]);
    let done = archive.says(&carry_out, "data", "master", &more);
    assert_eq!(lines(&done).len(), approved.len());

    assert_eq!(archive.figures("data", "new-master").await, before);

    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    let said = archive.says(&proof, "data", "new-master", &[]);
    assert!(lines(&said).iter().all(|line| line.starts_with("erased ")) && !said.is_empty(), "{said}");
    let named = archive.run(&proof, "data", "new-master", &[("--key-backup", "key-backup")]);
    assert!(!named.status.success(), "{}", String::from_utf8_lossy(&named.stdout));
    assert!(String::from_utf8_lossy(&named.stdout).contains("6 of 6 keys are in the copy"));
    let held = archive.pupils[HELD].to_string();
    assert!(!archive.run(&["verify-erased", "--subject", &held], "data", "new-master", &[]).status.success());
    let output = mentorlog().arg("verify").arg("--data").arg(archive.at("data")).output().unwrap();
    assert!(output.status.success(), "the chain over sealed bytes is whole");

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

    // A backup from before is restored, with its keys: the list is carried out before anything else.
    std::fs::write(archive.at("erased"), archive.says(&["erase", "done"], "data", "new-master", &[])).unwrap();
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("key-backup"));
    let restored = restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased")).output();
    assert!(restored.unwrap().status.success());
    let again = archive.says(&["erase", "done"], "restored", "master", &[]);
    assert_eq!(lines(&again).len(), approved.len());
    archive.says(&proof, "restored", "master", &[]);
    assert!(run(proof_of(0), "restored").status.success());
    assert_eq!(archive.figures("restored", "master").await, before);
    assert!(!archive.at("restored").join("erased-since-the-backup").exists());

    for folder in ["data", "restored", "backup"] {
        assert!(!stands_in(&archive.at(folder), SECRET), "{folder}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_due_or_not_there_is_refused_and_nothing_is_erased() {
    let archive = Archive::new().await;
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17"];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    for (pupil, rest) in [(HELD, "note 2019"), (12, "enrolment 0"), (0, "note 1999"), (0, "note")] {
        std::fs::write(archive.at("approved"), format!("{} {rest}\n", archive.pupils[pupil])).unwrap();
        let refused = archive.run(&carry_out, "data", "master", &more);
        assert_eq!(refused.status.code(), Some(1), "{pupil} {rest}");
    }
    assert_eq!(archive.says(&["erase", "done"], "data", "master", &[]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_off_is_finished_at_the_next_start() {
    let archive = Archive::new().await;
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
    casework.begin_erasure(&of_first, (&Reference::try_new("BUN 2026-17").unwrap(), false), &mut ids).await.unwrap();
    log.close();
    drop((casework, log));

    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    assert!(!archive.run(&proof, "data", "master", &[]).status.success(), "its keys are still there");
    assert_eq!(lines(&archive.says(&["erase", "done"], "data", "master", &[])).len(), of_first.len());
    archive.says(&proof, "data", "master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_after_a_hold_was_lifted_is_erased_again_where_the_backup_knows_of_the_hold() {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "key-backup", true);
    let held = archive.pupils[HELD].to_string();
    std::fs::write(archive.at("erased"), format!("{held} note 2019 BUN 2026-18\n")).unwrap();
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("key-backup"));
    restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased"));
    assert!(restore.output().unwrap().status.success());
    assert_eq!(archive.says(&["erase", "done"], "restored", "master", &[]), format!("{held} note 2019 BUN 2026-18\n"));
    let proof = archive.run(&["verify-erased", "--subject", &held], "restored", "master", &[]);
    assert!(String::from_utf8_lossy(&proof.stdout).contains("erased class 5 period 2019"), "{proof:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_copy_of_keys_that_could_still_open_is_named() {
    let archive = Archive::new().await;
    archive.copy("data", "key-backup", true);
    archive.copy("data", "key-backup-of-may", true);
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let leavers: Vec<String> = archive.pupils[..HELD].iter().map(ToString::to_string).collect();
    let theirs = |line: &&String| leavers.iter().any(|pupil| line.starts_with(pupil));
    std::fs::write(archive.at("approved"), proposed.iter().filter(theirs).cloned().collect::<Vec<_>>().join("\n"))
        .unwrap();
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    archive.says(&["erase", "carry-out", "--decision", "BUN 2026-17"], "data", "master", &more);
    archive.copy("data", "key-backup-after", true);
    let copies = ["key-backup", "key-backup-of-may", "key-backup-after"].map(|copy| ("--key-backup", copy));
    let named = archive.run(&["verify-erased", "--subject", &leavers[0]], "data", "new-master", &copies);
    let said = String::from_utf8_lossy(&named.stdout).into_owned();
    assert_eq!(named.status.code(), Some(1), "{said}");
    for (copy, count) in [("key-backup", 6), ("key-backup-of-may", 6), ("key-backup-after", 0)] {
        let line = format!("{count} of 6 keys are in the copy {}", archive.at(copy).display());
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_on_record_before_it_is_written_and_names_nothing_by_itself() {
    let archive = Archive::new().await;
    let exported = archive.says(&["export"], "data", "master", &[]);
    let traces: Vec<serde_json::Value> = exported
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line.get("trace").is_some())
        .collect();
    assert_eq!(traces.len(), 1, "{traces:#?}");
    assert_eq!(traces[0]["open"]["operation"], "export");
    assert_eq!(traces[0]["subjects"]["content"]["everything"], true);
    let log = archive.open("data");
    let clock =
        Arc::new(Hands(AtomicI64::new("2020-06-12T10:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_millis())));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], clock).await.unwrap();
    let query = format!(
        "{{ pupil(id: \"{}\") {{ readings(first: 5) {{ edges {{ node {{ how operation }} }} }} }} }}",
        archive.pupils[0]
    );
    let told = InProcess::new(casework).ask(&query, Actor::Staff(archive.staff[0])).await;
    log.close();
    let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
    let node = &told["data"]["pupil"]["readings"]["edges"][0]["node"];
    assert_eq!(node, &serde_json::json!({ "how": "EXPORTED", "operation": "export" }), "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_exported_while_the_export_cannot_be_put_on_record() {
    let archive = Archive::new().await;
    let log = archive.open("data");
    let refused = archive.run(&["export"], "data", "master", &[]);
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    log.close();
}
