//! The relay of `deploy/README.md`, as it is written there: Debian's Postfix with those very lines, in front of a server that wants
//! TLS and a password; the program as a service behind it; and mail that comes back through the pipe. Only what the guide asks a
//! reader to fill in is filled in: names, ports, folders, certificates.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/postfix.rs"]
mod postfix;
mod support;

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::calendar::{home_zone, local_date};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::{AssignmentKind, Guardianship, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, StaffId};
use domain::personal::Personal;
use domain::words::{
    ChosenBy, ClassName, ClockTime, ContactDetail, DateSpan, DayOfWeek, DigestRhythm, Grade, Minutes, Name, PortalUrl,
    SchoolCode, SchoolForm, SchoolUnitCode, ZoneName,
};
use storage::{EventLog, JournalLog, KeyRing, LogOptions, MasterKey, RealDisk};

use postfix::{ACCOUNT, NAME, Postfix, certify, delivered, free_ports, furnish, keep_accounts, own_places, vouch};
use support::mentorlog;

/// Who the pipe's program runs as: the service's user, in the guide.
const USER: &str = "nobody";

/// What the guide has for a file: the lines of its blocks that begin with the file's name, each block by itself.
fn guide(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/README.md")).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    let mut found = Vec::new();
    for block in blocks {
        let mut inside = false;
        let mut lines = String::new();
        for line in block.lines() {
            if let Some(name) = line.strip_prefix("# /etc/") {
                inside = name.split([':', ',', ' ']).next() == Some(file);
            } else if inside {
                lines.push_str(line);
                lines.push('\n');
            }
        }
        found.extend((!lines.is_empty()).then_some(lines));
    }
    assert!(!found.is_empty(), "the guide has {file}");
    found
}

/// The authority's server, the machine with the guide's Postfix, and where everything lies.
struct Town {
    // Ended before their folders are removed.
    _servers: [Postfix; 2],
    relay: tempfile::TempDir,
    machine: tempfile::TempDir,
    ports: [u16; 2],
}

/// How the service is told to hand over.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// To Postfix on this machine, which passes on.
    ByTheMachine,
    /// To the authority's server.
    Directly,
}

impl Town {
    /// `None` where it has been chosen to do without.
    async fn start() -> Option<Self> {
        let ids = Postfix::needed()?;
        if !Postfix::can_say_a_password() {
            return None;
        }
        let (relay, machine) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ([held, held_too], [submission, port]) = free_ports();
        for folder in [&relay, &machine] {
            furnish(folder.path(), ids);
        }
        vouch(relay.path(), "authority");
        certify(relay.path());
        keep_accounts(relay.path());
        let (main, master) = relays(relay.path(), ids, submission, port);
        drop(held);
        let server = Postfix::start(relay.path(), &main, &master, &[submission]).await;
        let town_ports = [submission, port];
        let (main, master) = of_the_guide(machine.path(), relay.path(), town_ports);
        drop(held_too);
        let edge = Postfix::start(machine.path(), &main, &master, &[port]).await;
        Some(Self { _servers: [server, edge], relay, machine, ports: town_ports })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.machine.path().join(name)
    }

    /// A configuration of the guide's, for a data folder of its own.
    fn configures(&self, way: Way, file: &str) -> Place {
        let mut found = guide("mentorlog/mentorlog.toml").into_iter();
        let (by_the_machine, directly) = (found.next().unwrap(), found.next().unwrap());
        let mut digest = by_the_machine;
        if let Way::Directly = way {
            digest.truncate(digest.find("[digest.relay]").unwrap());
            digest.push_str(&directly);
            // Who vouches for the server is nobody whom the machine knows.
            let authority = self.relay.path().join("authority.pem");
            digest.push_str("authority_file = \"");
            digest.push_str(&authority.display().to_string());
            digest.push_str("\"\n");
        }
        let [submission, port] = self.ports;
        let digest = digest
            .replace("port = 25", &format!("port = {port}"))
            .replace("port = 587", &format!("port = {submission}"))
            .replace("relay.example.se", NAME)
            .replace("/etc/mentorlog/relay-password", &self.at("password").display().to_string())
            .replace("/var/lib/mentorlog-bounces", &self.at("bounces").display().to_string());
        let place = Place { config: self.at(file), data: self.at(&format!("{way:?}")), master: self.at("master.key") };
        let settings = format!(
            "listen = \"127.0.0.1:0\"\norigin = \"https://mentor.example.se\"\ndata = \"{}\"\nmaster_key_file = \"{}\"\n\
             [sign_in]\nlocal_accounts = true\n{digest}",
            place.data.display(),
            place.master.display()
        );
        std::fs::write(&place.config, settings).unwrap();
        place
    }
}

/// The authority's server: who hands over must encrypt and say the password. There is a mailbox for `alex`; for anybody else at
/// `home.example` it takes the message, and then reports that nobody is there.
fn relays(folder: &Path, (uid, gid): postfix::Ids, submission: u16, machine: u16) -> (String, String) {
    let (here, own) = (folder.display(), own_places(folder));
    let main = format!(
        "{own}myhostname = relay.example.se
mydestination =
alias_maps =
alias_database =
inet_interfaces = loopback-only
mynetworks =
virtual_mailbox_domains = home.example
virtual_mailbox_base = {here}/mail
virtual_mailbox_maps = inline:{{ alex@home.example=alex/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_tls_cert_file = {here}/server.pem
smtpd_tls_key_file = {here}/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = {here}/accounts
transport_maps = inline:{{ mentor.example.se=smtp:[127.0.0.1]:{machine} }}
"
    );
    let submission = format!(
        "127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"
    );
    (main, debians(None) + &submission)
}

/// Debian's own `master.cf`, without what needs a root folder of its own; its door at this port, or none.
fn debians(port: Option<u16>) -> String {
    let text = std::fs::read_to_string("/usr/share/postfix/master.cf.dist").unwrap();
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut fields: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if line.starts_with(' ') || fields.len() < 8 {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        if fields[1] == "inet" {
            let Some(port) = port else { continue };
            fields[0] = format!("127.0.0.1:{port}");
        }
        "n".clone_into(&mut fields[4]);
        out.push_str(&(fields.join(" ") + "\n"));
    }
    out
}

/// The machine's Postfix: the guide's lines.
fn of_the_guide(folder: &Path, relay: &Path, [submission, port]: [u16; 2]) -> (String, String) {
    let here = folder.display().to_string();
    // The program where its user may run it.
    let program = folder.join("mentorlog");
    std::fs::copy(env!("CARGO_BIN_EXE_mentorlog"), &program).unwrap();
    let filled_in = |text: String| {
        text.replace("[relay.example.se]:587", &format!("[{NAME}]:{submission}"))
            .replace("/etc/ssl/certs/ca-certificates.crt", &relay.join("authority.pem").display().to_string())
            .replace("inet_interfaces = all", "inet_interfaces = loopback-only")
            .replace("user=mentorlog", &format!("user={USER}"))
            .replace("/usr/local/bin/mentorlog", &program.display().to_string())
            .replace("/etc/mentorlog/mentorlog.toml", &format!("{here}/mentorlog.toml"))
            .replace("/etc/postfix", &format!("{here}/etc"))
            .replace("PASSWORD", ACCOUNT.1)
    };
    let of = |file: &str| filled_in(guide(&format!("postfix/{file}")).concat());
    // The one line that the guide has not: the relay's name is looked up on this machine.
    let main = own_places(folder) + &of("main.cf") + "smtp_host_lookup = native\nalias_maps =\nalias_database =\n";
    let master = debians(Some(port)) + &of("master.cf");
    for table in ["relay-password", "bounces"] {
        std::fs::write(folder.join("etc").join(table), of(table)).unwrap();
    }
    std::fs::write(folder.join("etc/main.cf"), &main).unwrap();
    let mut postmap = Program::new("postmap");
    postmap.arg("-c").arg(folder.join("etc")).arg(format!("hash:{here}/etc/relay-password"));
    assert!(postmap.status().unwrap().success(), "postmap");
    let (uid, gid) = postfix::user(USER).unwrap();
    let bounces = folder.join("bounces");
    std::fs::create_dir(&bounces).unwrap();
    postfix::open(&bounces, 0o700);
    let password = folder.join("password");
    std::fs::write(&password, ACCOUNT.1).unwrap();
    postfix::open(&password, 0o400);
    for own in [&bounces, &password] {
        chown(own, Some(uid), Some(gid)).unwrap();
    }
    MasterKey::generate_file(&RealDisk, &folder.join("master.key")).unwrap();
    (main, master)
}

/// A configured service's files.
struct Place {
    config: PathBuf,
    data: PathBuf,
    master: PathBuf,
}

struct Now;

impl Clock for Now {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The log of a place, opened in process while the program does not run.
struct Writer {
    casework: Arc<Casework>,
    log: Arc<JournalLog>,
    next: AtomicU64,
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

impl Writer {
    /// Lets go of the log, so that the program can have it.
    fn closes(self) {
        drop(self.casework);
        self.log.close();
    }

    async fn does(&self, command: Command) -> Receipt {
        let millis = u64::try_from(Utc::now().timestamp_millis()).unwrap();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id: CommandId = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.casework.execute(Actor::Setup, command, id).await.unwrap()
    }

    /// A pupil with a mentor and two guardians, one of whom can be written to; absent today, on a day on which digests are due.
    async fn settles(&self) -> (StaffId, GuardianId) {
        let today = local_date(Utc::now());
        let from = today - chrono::Days::new(60);
        let grade = Grade::try_new(7).unwrap();
        let registered = SchoolRegistered {
            code: SchoolCode::try_new("LJU").unwrap(),
            unit_code: SchoolUnitCode::try_new("12345678").unwrap(),
            name: Name::try_new("Skolan").unwrap(),
            form: SchoolForm::Compulsory,
            grades: (grade, Grade::try_new(9).unwrap()),
        };
        let school = created!(self.does(Command::RegisterSchool(registered)).await, School);
        let starts_in = if today.month() >= 7 { today.year() } else { today.year() - 1 };
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let span = |first, last| DateSpan::try_new(first, last).unwrap();
        let year = SchoolYearSet {
            starts_in: u16::try_from(starts_in).unwrap(),
            autumn: span(day(starts_in, 7, 1), day(starts_in, 12, 31)),
            spring: span(day(starts_in + 1, 1, 1), day(starts_in + 1, 6, 30)),
            breaks: vec![],
        };
        self.does(Command::SetSchoolYear { school, year }).await;
        let mut staff = Vec::new();
        for role in [Role::Principal, Role::Mentor] {
            let id = created!(self.does(Command::JoinStaff { name: name("Kim Testsson") }).await, Staff);
            self.does(Command::GrantRole { staff: id, grant: Grant::at(role, school) }).await;
            staff.push(id);
        }
        let [principal, mentor] = staff[..] else { panic!("two") };
        let responsibility = Responsibility::Unit;
        self.does(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }).await;
        let placement = Placement { class: ClassName::try_new("7A").unwrap(), grade, programme: None };
        let enrol =
            Command::EnrolPupil { pupil: None, school, name: name("Kim Exempel"), placement, from, protection: None };
        let pupil = created!(self.does(enrol).await, Pupil);
        self.does(Command::AssignMentor { pupil, mentor, kind: AssignmentKind::Primary, principal, from }).await;
        let work = Work::BirthDateRecorded { born: today - chrono::Days::new(14 * 365) };
        let logged = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note: None };
        self.does(Command::LogWork(logged)).await;
        let mut guardians = Vec::new();
        for address in ["alex@home.example", "gone@home.example"] {
            let email = Some(Personal::new(ContactDetail::try_new(address).unwrap()));
            let guardian = GuardianChoice::New { name: name("Alex Exempel"), phone: None, email };
            let link =
                Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
            let guardian = created!(self.does(link).await, Guardian);
            let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
            self.does(Command::Digest { guardian, act }).await;
            guardians.push(guardian);
        }
        let minutes =
            DayMinutes { offered: Minutes(360), unnotified: Minutes(60), lessons: 6, ..DayMinutes::default() };
        let days = vec![DayAttendance::try_new(today, minutes).unwrap()];
        self.does(Command::RegisterAttendance { pupil, days }).await;
        // Digests are due at this minute: all of it is on record by then.
        let here = Utc::now().with_timezone(&home_zone());
        let matter = SchoolMatter::DigestScheduleSet {
            first_day: from,
            rhythm: DigestRhythm::Weekly,
            weekday: DayOfWeek::try_new(u8::try_from(today.weekday().number_from_monday()).unwrap()).unwrap(),
            at: ClockTime::try_new(u16::try_from(here.hour() * 60 + here.minute()).unwrap()).unwrap(),
            zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
            portal: Some(PortalUrl::try_new("https://portal.example/hem").unwrap()),
        };
        self.does(Command::SettleSchool { school, matter }).await;
        (mentor, guardians[1])
    }
}

impl Place {
    async fn opened(&self) -> Writer {
        let master = MasterKey::read_file(&self.master).unwrap();
        let disk: Arc<dyn storage::Disk> = Arc::new(RealDisk);
        let keys = self.data.join("keys");
        let ring = if KeyRing::exists(&RealDisk, &keys).unwrap() {
            KeyRing::open(&disk, &keys, &master).unwrap()
        } else {
            KeyRing::create(&disk, &keys, &master).unwrap()
        };
        let log = JournalLog::open(&LogOptions::new(&self.data), ring).unwrap();
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, [7; 32], Arc::new(Now)).await.unwrap();
        Writer { casework, log, next: AtomicU64::new(1) }
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = mentorlog().args(arguments).arg("--config").arg(&self.config).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }
}

/// The example file with everything in it that is switched off switched on.
fn whole_example(folder: &Path) -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/mentorlog.toml")).unwrap();
    let is_setting = |line: &str| {
        let key = line.split(" = ").next().unwrap_or_default();
        line.starts_with('[')
            || line.contains(" = ") && key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    };
    let switched_on = |line: &str| {
        let bare = line.strip_prefix("# ").filter(|bare| is_setting(bare)).unwrap_or(line);
        // The one that stands for another.
        if bare.starts_with("folder = ") { String::new() } else { bare.to_owned() + "\n" }
    };
    let text: String = text.lines().map(switched_on).collect();
    text.replace("/etc/mentorlog", &folder.display().to_string())
}

#[test]
fn every_setting_of_the_example_file_is_one_that_the_program_takes() {
    if postfix::said(Program::new("openssl").arg("version")).is_none() {
        println!("skipped: without openssl there is no certificate");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    vouch(folder.path(), "relay-ca");
    MasterKey::generate_file(&RealDisk, &at("master.key")).unwrap();
    // 32 bytes in base64: a key that signs.
    for (file, held) in [("provider-secret", "x"), ("relay-password", "x"), ("dkim.key", &("A".repeat(43) + "="))] {
        std::fs::write(at(file), held).unwrap();
    }
    let text = whole_example(folder.path());
    for setting in ["[digest]", "[digest.relay]", "[digest.dkim]", "languages = ", "authority_file = ", "audience = "] {
        assert!(text.lines().any(|line| line.starts_with(setting)), "{setting}: {text}");
    }
    std::fs::write(at("mentorlog.toml"), &text).unwrap();
    let checked = mentorlog().args(["config", "check", "--config"]).arg(at("mentorlog.toml")).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_guide_says_of_a_relay_sends_encrypted_and_known_and_takes_back_what_found_nobody() {
    let Some(town) = Town::start().await else { return };
    for (number, way) in [Way::ByTheMachine, Way::Directly].into_iter().enumerate() {
        // given a school's log, and the guide's configuration
        let file = if number == 0 { "mentorlog.toml" } else { "directly.toml" };
        let place = town.configures(way, file);
        place.says(&["config", "check"]);
        let writer = place.opened().await;
        let (mentor, gone) = writer.settles().await;
        writer.closes();

        // when the service is started, and stopped when mail has come back
        let mut service = mentorlog();
        service.args(["serve", "--config"]).arg(&place.config).stdout(Stdio::null()).stderr(Stdio::null());
        let mut service = service.spawn().unwrap();
        let told = delivered(&town.relay.path().join("mail/alex"), number + 1).await;
        let back = delivered(&town.at("bounces"), 1).await;
        assert!(Program::new("kill").args(["-TERM", &service.id().to_string()]).status().unwrap().success());
        assert!(service.wait().unwrap().success(), "{way:?}");

        // then one has the message, which came to the relay encrypted, and from whom it knows
        let told = &told[number];
        assert!(told.contains("with ESMTPSA"), "{way:?}: {told}");
        let sent_by = told.lines().find(|line| line.starts_with("Return-Path: <bounce+")).unwrap();
        assert!(sent_by.ends_with("@mentor.example.se>"), "{way:?}: {sent_by}");
        assert!(told.contains("List-Unsubscribe: <https://mentor.example.se/stop/"), "{way:?}: {told}");
        // and what came back says which message it was
        assert!(back[0].contains("Delivered-To: bounce+") && back[0].contains("gone@home.example"), "{}", back[0]);

        // and at the next round it is on record, and with the mentor
        let round = place.says(&["digest", "run"]);
        assert!(round.contains(" 0 sent"), "{way:?}: {round}");
        let status = place.says(&["digest", "status"]);
        assert!(
            ["1 came back: the address takes no mail", "1 sent"]
                .iter()
                .all(|line| status.lines().any(|said| said == *line)),
            "{way:?}: {status}"
        );
        assert_eq!(std::fs::read_dir(town.at("bounces/new")).unwrap().count(), 0, "it has been moved aside");
        let writer = place.opened().await;
        assert!(writer.casework.post().facts().outbox(gone).unwrap().bounced);
        let reader = writer.casework.reader(Actor::Staff(mentor), "test");
        let unreachable: Vec<GuardianId> =
            reader.unreachable_guardians().get().iter().map(|found| found.guardian.id).collect();
        let to_phone: Vec<GuardianId> = reader.to_be_phoned().get().iter().map(|found| found.guardian.id).collect();
        assert_eq!((unreachable, to_phone), (vec![gone], vec![gone]), "{way:?}");
        reader.finish().await.unwrap();
        writer.closes();
    }
    let log = std::fs::read_to_string(town.at("log")).unwrap();
    assert!(!["warning:", "error:", "fatal:"].iter().any(|word| log.contains(word)), "nothing in it is amiss: {log}");
}
