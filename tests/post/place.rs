//! A configuration, and a log with a family in it who is due a digest today.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use casework::{Casework, Clock};
use chrono::{DateTime, Timelike, Utc};
use domain::calendar::home_zone;
use storage::{Disk, EventLog, JournalLog, KeyRing, LogOptions, MasterKey, RealDisk};

use crate::family::{Family, recorded};
use crate::relay::Scripted;
use crate::support::mentorlog;

/// One moment.
struct Moment(DateTime<Utc>);

impl Clock for Moment {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

pub(crate) struct Place(tempfile::TempDir);

impl Place {
    /// Messages go by these lines of the configuration's `digest`.
    pub(crate) fn with(digest: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let key = place.at("master.key");
        fs::write(&key, "5a".repeat(32)).unwrap();
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        place.configure(digest);
        place
    }

    /// Messages go to this relay.
    pub(crate) fn handing_to(relay: &Scripted, most_a_minute: u32) -> Self {
        Self::with(&format!(
            "[digest]\nfrom = \"Skolan <no-reply@mentor.example>\"\nbounces_at = \"mentor.example\"\n\
             bounces = \"bounces\"\nmost_a_minute = {most_a_minute}\n\
             [digest.relay]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"on-this-machine\"\n",
            relay.port()
        ))
    }

    /// Paths in the text are those of this place.
    pub(crate) fn configure(&self, digest: &str) {
        let mut text = format!(
            "listen = \"127.0.0.1:0\"\norigin = \"https://mentor.example\"\ndata = \"data\"\n\
             master_key_file = \"master.key\"\n[sign_in]\nlocal_accounts = true\n{digest}"
        );
        for name in ["data", "master.key", "bounces", "mails"] {
            text = text.replace(&format!("= \"{name}\""), &format!("= \"{}\"", self.at(name).display()));
        }
        fs::write(self.at("mentorlog.toml"), text).unwrap();
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Records the family, as of now, into a new log, and closes it. What is due then is due on the family's day, also when midnight
    /// comes before it is asked for.
    pub(crate) async fn family(&self, addresses: &[&str]) -> Family {
        let now = Utc::now();
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let (data, master) = (self.at("data"), MasterKey::read_file(&self.at("master.key")).unwrap());
        let ring = KeyRing::create(&disk, &data.join("keys"), &master).unwrap();
        let log = JournalLog::open(&LogOptions::new(&data), ring).unwrap();
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, [7; 32], Arc::new(Moment(now))).await.unwrap();
        // Due at this minute: all of it is on record by then.
        let here = now.with_timezone(&home_zone());
        let due_at = u16::try_from(here.hour() * 60 + here.minute()).unwrap();
        let family = recorded(&casework, now, due_at, addresses).await;
        tokio::task::spawn_blocking(move || log.close()).await.unwrap();
        family
    }

    /// The log as the program left it, read from the journal alone, in this process and at a moment of the test's.
    pub(crate) async fn opened_at(&self, moment: DateTime<Utc>) -> (Arc<JournalLog>, Arc<Casework>) {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let (data, master) = (self.at("data"), MasterKey::read_file(&self.at("master.key")).unwrap());
        let ring = KeyRing::open(&disk, &data.join("keys"), &master).unwrap();
        let log = JournalLog::open(&LogOptions::new(&data), ring).unwrap();
        // As the program has it: what a message is called follows from it.
        let mut secret = [0; 32];
        let halves = ["id secret, first half", "id secret, second half"];
        let halves = halves.iter().flat_map(|half| log.vault().fingerprint(half.as_bytes()));
        secret.iter_mut().zip(halves).for_each(|(to, from)| *to = from);
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let casework = Casework::open(as_log, secret, Arc::new(Moment(moment))).await.unwrap();
        (log, casework)
    }

    /// Runs a command of the program on the configuration.
    pub(crate) fn run(&self, words: &[&str], more: &[&str]) -> Output {
        let mut command = mentorlog();
        command.args(words).arg("--config").arg(self.at("mentorlog.toml")).args(more);
        command.output().unwrap()
    }

    /// The same, which ends well; what it says.
    pub(crate) fn says(&self, words: &[&str], more: &[&str]) -> String {
        let output = self.run(words, more);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, which fails; its status, and why it says that it did.
    pub(crate) fn fails(&self, words: &[&str], more: &[&str]) -> (Option<i32>, String) {
        let output = self.run(words, more);
        assert!(!output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stdout));
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    /// How many messages `digest status` counts where one stands so.
    pub(crate) fn status(&self, standing: &str) -> usize {
        let said = self.says(&["digest", "status"], &[]);
        let count = said.lines().find_map(|line| line.strip_suffix(standing)?.trim().parse().ok());
        count.unwrap_or_else(|| panic!("`{standing}` is not counted: {said}"))
    }

    /// The number of events in the log.
    pub(crate) fn events(&self) -> u64 {
        crate::support::verify(&self.at("data")).count
    }

    /// Reads a message from a relay's pipe, as it came back.
    pub(crate) fn comes_back(&self, message: &str) -> Output {
        let mut child = mentorlog()
            .args(["digest", "bounce", "--config"])
            .arg(self.at("mentorlog.toml"))
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// The running service.
    pub(crate) fn serves(&self) -> Service {
        let mut command = mentorlog();
        command.args(["serve", "--config"]).arg(self.at("mentorlog.toml"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("it listens").to_owned();
        Service { child, address }
    }
}

/// The service, in a process of its own.
pub(crate) struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Asks it to stop, as systemd does.
    pub(crate) fn told_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits until it takes no requests any more.
    pub(crate) async fn takes_no_more(&self) {
        until(|| TcpStream::connect(&self.address).is_err().then_some(())).await;
    }

    /// Waits for its end, which is a good one.
    pub(crate) fn ends_well(mut self) {
        assert!(self.child.wait().unwrap().success());
    }

    /// Kills it, as a loss of power would: it is told nothing.
    pub(crate) fn gets_killed(mut self) {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
    }

    /// Stops it, and waits for its end.
    pub(crate) fn stops(self) {
        self.told_to_stop();
        self.ends_well();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Where a test has failed it would stay behind; else it has ended.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Asks again and again, for a limited time.
pub(crate) async fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        let mut again = tokio::time::interval(Duration::from_millis(10));
        loop {
            again.tick().await;
            if let Some(answer) = ask() {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), asking).await.expect("it happens")
}
