//! A mail server as it comes with Debian (Postfix), as a process of the test: ports, configuration, queue, mailboxes and
//! certificates are its own, and nothing of the machine's is read or written.
//!
//! It has to begin as root, because it gives its parts to a user of its own. Where that or the program cannot be had, the
//! test says so and is skipped.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use digest::{Relay, RelaySettings, Security};

const PROGRAMS: &str = "/usr/lib/postfix/sbin";
/// How long is waited for what the server does by itself.
const PATIENCE: Duration = Duration::from_mins(2);

/// Whose name the server has in its certificate.
const NAME: &str = "localhost";
/// Who may hand over messages where a password is asked for, with PLAIN: what is said to the server, in base64.
pub(crate) const ACCOUNT: (&str, &str) = ("mentorlog", "a long password");
const ACCOUNT_SAID: &str = "AG1lbnRvcmxvZwBhIGxvbmcgcGFzc3dvcmQ=";

/// The server.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    process: Child,
    ports: Ports,
}

#[derive(Clone, Copy)]
struct Ports {
    starttls: u16,
    tls: u16,
    open: u16,
}

/// One of the server's doors.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// TLS after a greeting, and nothing without it.
    StartTls,
    /// TLS from the first byte, and a password.
    Tls,
    /// No TLS is offered.
    Open,
}

impl Server {
    /// `None`, with a word, where there can be none. It takes mail for anybody at `home.example`; there are mailboxes for `alex`
    /// and `sam`, and what is sent to anybody else there comes back.
    pub(crate) async fn start() -> Option<Self> {
        let root = said(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
        let Some(ids) = user("postfix").filter(|_| root && Path::new(PROGRAMS).is_dir()) else {
            println!("skipped: a mail server needs root, and Debian's postfix");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        open(folder.path(), 0o755);
        let free = || TcpListener::bind("127.0.0.1:0").unwrap();
        let held = [free(), free(), free()];
        let [starttls, tls, open] = held.each_ref().map(|listener| listener.local_addr().unwrap().port());
        let ports = Ports { starttls, tls, open };
        furnish(folder.path(), ids);
        vouch(folder.path(), "authority");
        vouch(folder.path(), "stranger");
        certify(folder.path());
        keep_accounts(folder.path());
        configure(folder.path(), ids, ports);
        drop(held);
        let program = Path::new(PROGRAMS).join("master");
        let mut master = Command::new(program);
        master.arg("-c").arg(folder.path().join("etc")).arg("-d").process_group(0);
        let process = master.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { folder, process, ports };
        for port in [starttls, tls, open] {
            until(|| std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
        }
        Some(server)
    }

    /// A courier through a door, who believes this authority; `None`: those whom the machine believes.
    pub(crate) fn courier(&self, door: Door, host: &str, authority: Option<&str>) -> Relay {
        self.courier_of(door, host, authority, ACCOUNT.1)
    }

    /// The same, with another password.
    pub(crate) fn courier_of(&self, door: Door, host: &str, authority: Option<&str>, password: &str) -> Relay {
        let (port, security, asked) = match door {
            Door::StartTls => (self.ports.starttls, Security::StartTls, false),
            Door::Tls => (self.ports.tls, Security::Tls, true),
            Door::Open => (self.ports.open, Security::StartTls, false),
        };
        let pem = |name| std::fs::read(self.folder.path().join(format!("{name}.pem"))).unwrap();
        let settings = RelaySettings {
            host: host.to_owned(),
            port,
            security,
            patience: Duration::from_secs(30),
            authority: authority.map(pem),
            credentials: asked.then(|| (ACCOUNT.0.to_owned(), password.to_owned())),
        };
        Relay::new(&settings).unwrap()
    }

    /// A courier as it should be.
    pub(crate) fn good_courier(&self, door: Door) -> Relay {
        self.courier(door, NAME, Some("authority"))
    }

    /// Waits until so many messages lie in a mailbox, and reads them.
    pub(crate) async fn delivered(&self, mailbox: &str, count: usize) -> Vec<String> {
        let new = self.folder.path().join("mail").join(mailbox).join("new");
        until(|| {
            let files = std::fs::read_dir(&new).ok()?.map(|entry| entry.unwrap().path());
            let mut files: Vec<PathBuf> = files.collect();
            files.sort_unstable();
            (files.len() >= count).then(|| files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect())
        })
        .await
    }

    /// How many messages the server has taken in, by its own log, those that came back included.
    pub(crate) fn taken(&self) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().filter(|line| line.contains("postfix/cleanup") && line.contains("message-id=")).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to end, it ends its own parts; killed, it would leave them behind.
        let _asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let _ended = self.process.wait();
    }
}

/// Asks again and again, for a limited time.
async fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        let mut again = tokio::time::interval(Duration::from_millis(20));
        loop {
            again.tick().await;
            if let Some(answer) = ask() {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("the server does what it is there for")
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A user's number and that of the group.
fn user(name: &str) -> Option<(u32, u32)> {
    let number = |which: &str| said(Command::new("id").args([which, name]))?.parse().ok();
    Some((number("-u")?, number("-g")?))
}

fn open(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The folders that the server finds made when it comes as a package.
fn furnish(folder: &Path, (uid, gid): (u32, u32)) {
    let make = |name: &str, mode, (uid, gid)| {
        let path = folder.join(name);
        std::fs::create_dir_all(&path).unwrap();
        chown(&path, Some(uid), Some(gid)).unwrap();
        open(&path, mode);
    };
    for own in ["etc", "queue", "queue/pid"] {
        make(own, 0o755, (0, 0));
    }
    for theirs in
        ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"]
    {
        make(&format!("queue/{theirs}"), 0o700, (uid, gid));
    }
    let handing_in = said(Command::new("getent").args(["group", "postdrop"])).unwrap();
    let handing_in = handing_in.split(':').nth(2).unwrap().parse().unwrap();
    make("queue/public", 0o710, (uid, handing_in));
    make("queue/maildrop", 0o730, (uid, handing_in));
    make("data", 0o700, (uid, gid));
    make("mail", 0o755, (uid, gid));
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl").args(arguments).current_dir(folder).stderr(Stdio::null()).status();
    assert!(done.unwrap().success(), "openssl {arguments:?}");
}

/// An authority of its own.
fn vouch(folder: &Path, name: &str) {
    let (key, certificate, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN=Test {name}"));
    let kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    openssl(folder, &[&kind[..], &["-subj", &subject, "-keyout", &key, "-out", &certificate]].concat());
}

/// The server's certificate, vouched for by the authority.
fn certify(folder: &Path) {
    let kind = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"];
    openssl(folder, &[&kind[..], &["-keyout", "server.key", "-out", "server.req"]].concat());
    std::fs::write(folder.join("names"), format!("subjectAltName=DNS:{NAME}\n")).unwrap();
    let by =
        ["x509", "-req", "-in", "server.req", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"];
    openssl(folder, &[&by[..], &["-days", "2", "-extfile", "names", "-out", "server.pem"]].concat());
}

/// Who may hand over is asked at a socket, in the way that Dovecot answers.
fn keep_accounts(folder: &Path) {
    let path = folder.join("accounts");
    let listener = UnixListener::bind(&path).unwrap();
    open(&path, 0o666);
    std::thread::spawn(move || {
        for asking in listener.incoming() {
            let mut asking = asking.unwrap();
            std::thread::spawn(move || {
                let greeting = "VERSION\t1\t0\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0\nDONE\n";
                asking.write_all(greeting.as_bytes()).ok()?;
                let asked = BufReader::new(asking.try_clone().ok()?);
                for line in asked.lines() {
                    let line = line.ok()?;
                    let Some(id) = line.strip_prefix("AUTH\t").and_then(|rest| rest.split('\t').next()) else {
                        continue;
                    };
                    let known = line.ends_with(&format!("\tresp={ACCOUNT_SAID}"));
                    let answer =
                        if known { format!("OK\t{id}\tuser={}\n", ACCOUNT.0) } else { format!("FAIL\t{id}\n") };
                    asking.write_all(answer.as_bytes()).ok()?;
                }
                Some(())
            });
        }
    });
}

fn configure(folder: &Path, (uid, gid): (u32, u32), ports: Ports) {
    let here = folder.display();
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
daemon_directory = {PROGRAMS}
maillog_file = {here}/log
maillog_file_prefixes = {here}
myhostname = relay.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = home.example, mentor.example
virtual_mailbox_base = {here}/mail
virtual_mailbox_maps = inline:{{ alex@home.example=alex/ sam@home.example=sam/ bounce@mentor.example=bounces/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {here}/server.pem
smtpd_tls_key_file = {here}/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = {here}/accounts
"
    );
    std::fs::write(folder.join("etc/main.cf"), main).unwrap();
    let Ports { starttls, tls, open } = ports;
    let master = format!(
        "127.0.0.1:{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{open} inet n - n - - smtpd -o smtpd_tls_security_level=none
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
    );
    std::fs::write(folder.join("etc/master.cf"), master).unwrap();
}
