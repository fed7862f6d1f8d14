//! Debian's mail server (Postfix) as a process of a test: ports, configuration, queue, mailboxes and certificates are its own, and
//! nothing of the machine's is read or written.
//!
//! It has to begin as root, because it gives its parts to a user of its own. Where that or the program cannot be had, the
//! test fails and says so, or has been left out by choice (`needs`).
#![allow(unreachable_pub, reason = "a module of each test binary")]
#![allow(dead_code, reason = "each test uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod needs;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where its parts lie.
pub const PROGRAMS: &str = "/usr/lib/postfix/sbin";
/// Its parts, as Debian starts them, but for who takes messages and who delivers them.
pub const PARTS: &str = "cleanup unix n - n - 0 cleanup
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
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";
/// What is said to do without it.
const MAIL_SERVER: &str = "mail-server";
/// How long is waited for what a server does by itself.
const PATIENCE: Duration = Duration::from_mins(2);
/// Whose name a server has in its certificate.
pub const NAME: &str = "localhost";
/// Who may hand over messages where a password is asked for, with PLAIN: what is said to the server, in base64.
pub const ACCOUNT: (&str, &str) = ("mentorlog", "a long password");
const ACCOUNT_SAID: &str = "AG1lbnRvcmxvZwBhIGxvbmcgcGFzc3dvcmQ=";

/// Who a server's parts belong to: a user's number and that of the group.
pub type Ids = (u32, u32);

/// A running server.
pub struct Postfix {
    process: Child,
}

impl Postfix {
    /// Whose the parts of a test's server are; `None` where it has been chosen to do without one.
    pub fn needed() -> Option<Ids> {
        let ids = Self::can_be_had();
        if ids.is_none() {
            needs::is_missing(MAIL_SERVER, "a mail server: root, and Debian's postfix (apt-get install postfix)");
        }
        ids
    }

    /// Whether it has the library with which it says a password; `false` where it has been chosen to do without.
    pub fn can_say_a_password() -> bool {
        let mut libraries = std::fs::read_dir("/usr/lib").unwrap().flatten();
        let can = libraries.any(|folder| folder.path().join("sasl2/libplain.so").exists());
        if !can {
            needs::is_missing(MAIL_SERVER, "what Postfix says a password with (apt-get install libsasl2-modules)");
        }
        can
    }

    /// Whether there can be one, and whose its parts are then.
    pub fn can_be_had() -> Option<Ids> {
        let root = said(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
        user("postfix").filter(|_| root && Path::new(PROGRAMS).is_dir())
    }

    /// Starts one on a folder of its own, with what stands in its two files, and waits until it listens.
    pub async fn start(folder: &Path, main: &str, master: &str, ports: &[u16]) -> Self {
        std::fs::write(folder.join("etc/main.cf"), main).unwrap();
        std::fs::write(folder.join("etc/master.cf"), master).unwrap();
        let program = Path::new(PROGRAMS).join("master");
        let mut master = Command::new(program);
        master.arg("-c").arg(folder.join("etc")).arg("-d").process_group(0);
        let process = master.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { process };
        for port in ports {
            until(|| std::net::TcpStream::connect(("127.0.0.1", *port)).ok()).await;
        }
        server
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Asked to end, it ends its own parts; killed, it would leave them behind.
        let _asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let _ended = self.process.wait();
    }
}

/// Where the parts of one server are, and where it writes what it does. What is written at the end holds in any case.
pub fn own_places(folder: &Path) -> String {
    let here = folder.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
daemon_directory = {PROGRAMS}
maillog_file = {here}/log
maillog_file_prefixes = {here}
inet_protocols = ipv4
"
    )
}

/// Ports that nobody else gets while they are held: let them go when the server is about to start, and no sooner.
pub fn free_ports<const COUNT: usize>() -> ([TcpListener; COUNT], [u16; COUNT]) {
    let held = [(); COUNT].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let ports = held.each_ref().map(|listener| listener.local_addr().unwrap().port());
    (held, ports)
}

/// Asks again and again, for a limited time.
pub async fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
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

/// Waits until so many messages lie in a folder of the form Maildir, and reads them.
pub async fn delivered(maildir: &Path, count: usize) -> Vec<String> {
    let new = maildir.join("new");
    until(|| {
        let files = std::fs::read_dir(&new).ok()?.map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = files.collect();
        files.sort_unstable();
        (files.len() >= count).then(|| files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect())
    })
    .await
}

/// What a program says, when it ends well.
pub fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A user's number and that of the group.
pub fn user(name: &str) -> Option<Ids> {
    let number = |which: &str| said(Command::new("id").args([which, name]))?.parse().ok();
    Some((number("-u")?, number("-g")?))
}

/// Sets what may be done with a file.
pub fn open(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The folders that the server finds made when it comes as a package.
pub fn furnish(folder: &Path, (uid, gid): Ids) {
    open(folder, 0o755);
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

/// Runs openssl in a folder.
pub fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(done.unwrap().success(), "openssl {arguments:?}");
}

/// An authority of its own.
pub fn vouch(folder: &Path, name: &str) {
    let (key, certificate, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN=Test {name}"));
    let kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    openssl(folder, &[&kind[..], &["-subj", &subject, "-keyout", &key, "-out", &certificate]].concat());
}

/// The server's certificate, vouched for by the authority.
pub fn certify(folder: &Path) {
    let kind = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"];
    openssl(folder, &[&kind[..], &["-keyout", "server.key", "-out", "server.req"]].concat());
    std::fs::write(folder.join("names"), format!("subjectAltName=DNS:{NAME}\n")).unwrap();
    let by =
        ["x509", "-req", "-in", "server.req", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"];
    openssl(folder, &[&by[..], &["-days", "2", "-extfile", "names", "-out", "server.pem"]].concat());
}

/// Who may hand over is asked at a socket, in the way that Dovecot answers.
pub fn keep_accounts(folder: &Path) {
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
