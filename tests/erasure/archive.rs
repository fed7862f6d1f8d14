//! A school year long ago, in a folder that is looked after with the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::support::mentorlog;
use api::InProcess;
use casework::{Casework, Clock, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::pupil::{AssignmentKind, ContactTopic, Guardianship, LeavingReason, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::retention::Subject;
use domain::words::{
    ClassName, DateSpan, Grade, Minutes, Name, Note, Reference, RetentionClass, SchoolCode, SchoolForm, SchoolUnitCode,
};
use storage::{EventLog, JournalLog, KeyRing, LogOptions, MasterKey, RealDisk, Vault};

pub(crate) struct Hands(pub(crate) AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt
            .created
            .iter()
            .find_map(|c| if let casework::Created::$kind(id) = c { Some(*id) } else { None })
            .unwrap()
    };
}

pub(crate) use created;

/// A folder with a log of a school year long ago, written in process, and looked after with the program.
pub(crate) struct Archive {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) pupils: Vec<PupilId>,
    pub(crate) guardians: Vec<GuardianId>,
    pub(crate) school: SchoolId,
    /// The principal, the mentor and the authority's officer.
    pub(crate) staff: Vec<StaffId>,
}

pub(crate) struct Writer {
    pub(crate) casework: Arc<Casework>,
    pub(crate) hands: Arc<Hands>,
    pub(crate) next: AtomicU64,
}

impl Writer {
    pub(crate) async fn does(&self, command: Command) -> Receipt {
        let millis = u64::try_from(self.hands.now().timestamp_millis()).unwrap();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id: CommandId = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.casework.execute(Actor::Setup, command, id).await.unwrap()
    }

    pub(crate) async fn settles(&self, school: SchoolId, matter: SchoolMatter) {
        self.does(Command::SettleSchool { school, matter }).await;
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn span(first: &str, last: &str) -> DateSpan {
    DateSpan::try_new(day(first), day(last)).unwrap()
}

pub(crate) fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

pub(crate) fn attended(on: &str, notified: u16) -> DayAttendance {
    let minutes =
        DayMinutes { offered: Minutes(360), notified: Minutes(notified), lessons: 6, ..DayMinutes::default() };
    DayAttendance::try_new(day(on), minutes).unwrap()
}

/// Who is under a legal hold.
pub(crate) const HELD: usize = 11;

pub(crate) const SECRET: &str = "MARKER-som-ingen-annan-skriver";

impl Archive {
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Twenty-four pupils, half of them with a mentor; twelve left long ago, the last of these under a legal hold. The year's figures
    /// are published.
    pub(crate) async fn new() -> Self {
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

    /// Somebody writes on in the archive's log, later.
    pub(crate) async fn written_at(&self, at: &str) -> (Writer, Arc<JournalLog>) {
        let log = self.open("data");
        let hands = Arc::new(Hands(AtomicI64::new(at.parse::<DateTime<Utc>>().unwrap().timestamp_millis())));
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
        (Writer { casework, hands, next: AtomicU64::new(1) }, log)
    }

    pub(crate) fn open(&self, data: &str) -> Arc<JournalLog> {
        self.open_with(data, "master")
    }

    pub(crate) fn open_with(&self, data: &str, master: &str) -> Arc<JournalLog> {
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

    pub(crate) async fn school(&mut self, writer: &Writer) {
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
            writer
                .does(Command::GrantRole { staff: id, grant: Grant { role, school: Some(school), committee: None } })
                .await;
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
            if number == 0 {
                // Both spellings go with the rest.
                writer
                    .does(Command::CorrectPupilName { pupil, school: None, name: name(&format!("{SECRET} Rättad")) })
                    .await;
            }
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
        writer
            .settles(school, SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(self.pupils[HELD]), reference })
            .await;
        // Adopted in advance, and four weeks apart.
        let days = [("ht19", "2020-07-01"), ("vt20", "2020-07-29")].map(|(term, on)| (term.parse().unwrap(), on));
        for (term, on) in days {
            writer.settles(school, SchoolMatter::PublicationDayAdopted { term, on: day(on) }).await;
        }
        for (term, on) in days {
            let on_the_day = format!("{on}T10:00:00Z").parse::<DateTime<Utc>>().unwrap();
            writer.hands.0.store(on_the_day.timestamp_millis(), Ordering::Relaxed);
            writer.settles(school, SchoolMatter::FiguresPublished { term }).await;
        }
    }

    /// The first two are siblings; the one who is held and one who stays have another guardian.
    pub(crate) async fn link(&mut self, writer: &Writer, pupil: PupilId, number: u16) {
        let guardian = match (number, self.guardians.as_slice()) {
            (0 | 11, _) => GuardianChoice::New { name: name(SECRET), phone: None, email: None },
            (1, [known]) | (12, [_, known]) => GuardianChoice::Known(*known),
            _ => return,
        };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        if matches!(number, 0 | 11) {
            let guardian = created!(writer.does(link).await, Guardian);
            // What stood before it was put right goes with the rest.
            let name = Some(name(&format!("{SECRET} Rättad")));
            writer.does(Command::CorrectGuardian { guardian, name, phone: None }).await;
            self.guardians.push(guardian);
        } else {
            writer.does(link).await;
        }
    }

    /// The program, on a data folder, with the master key that opens it.
    pub(crate) fn run(&self, arguments: &[&str], data: &str, master: &str, more: &[(&str, &str)]) -> Output {
        let mut command = mentorlog();
        command.args(arguments).arg("--data").arg(self.at(data)).arg("--master-key-file").arg(self.at(master));
        for (option, name) in more {
            command.arg(option).arg(self.at(name));
        }
        let output = command.output().unwrap();
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        assert!(
            arguments.first() == Some(&"export") || !String::from_utf8_lossy(&said).contains(SECRET),
            "{arguments:?} names somebody"
        );
        output
    }

    pub(crate) fn says(&self, arguments: &[&str], data: &str, master: &str, more: &[(&str, &str)]) -> String {
        let output = self.run(arguments, data, master, more);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The lines of `erase done`, without the first and the last, which seal them.
    pub(crate) fn done(&self, data: &str, master: &str) -> Vec<String> {
        let list = self.says(&["erase", "done"], data, master, &[]);
        list.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    }

    /// Writes a list of erasures as the log itself would, under its seal.
    pub(crate) fn seal(&self, name: &str, erased: &[String]) {
        let disk: Arc<dyn storage::Disk> = Arc::new(RealDisk);
        let master = MasterKey::read_file(&self.at("master")).unwrap();
        let vault =
            Vault::new(KeyRing::open_read_only(&disk, &self.at("data").join("keys"), &master).unwrap()).unwrap();
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            })
        };
        let first = format!("# mentorlog erasures of log {}, {} lines", hex(&vault.log_id()), erased.len());
        let list = [&[first], erased].concat().join("\n");
        let seal = hex(&vault.erasures_key().seal(list.as_bytes()));
        std::fs::write(self.at(name), format!("{list}\n# seal {seal}\n")).unwrap();
    }

    pub(crate) fn copy(&self, from: &str, to: &str, keys: bool) {
        let mut command = mentorlog();
        command.arg("backup").arg("--data").arg(self.at(from)).arg("--to").arg(self.at(to));
        if keys {
            command.arg("--keys-only");
        }
        assert!(command.output().unwrap().status.success());
    }

    /// Everything that is told of the school outside it, as the service tells it over its API.
    pub(crate) async fn figures(&self, data: &str, master: &str) -> serde_json::Value {
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

pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Whether a text stands anywhere in a folder's files, as it is.
pub(crate) fn stands_in(folder: &Path, text: &str) -> bool {
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
