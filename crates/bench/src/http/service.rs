//! The service under measurement: the program itself, as a user starts it, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::Failure;

/// A process that is ended with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// The demo.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    /// Role and token, in the order in which they were printed.
    pub(crate) tokens: Vec<(String, String)>,
    process: Running,
    _folder: TempDir,
}

impl Service {
    /// Starts the demo in a folder of its own and waits until it listens.
    pub(crate) async fn start(below: &Path) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("demo").tempdir_in(below)?;
        let program = std::env::current_exe()?.with_file_name("mentorlog");
        if !program.is_file() {
            return Err(format!("{} is not there: run `cargo xtask bench`, which builds it", program.display()).into());
        }
        let mut command = Command::new(program);
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
        command.env("RUST_LOG", "warn");
        let (process, address, lines) = tokio::task::spawn_blocking(move || start(command)).await??;
        let token = |line: &String| {
            let (role, value) = line.strip_prefix("token ")?.split_once(' ')?;
            Some((role.to_owned(), value.to_owned()))
        };
        Ok(Self { address, tokens: lines.iter().filter_map(token).collect(), process, _folder: folder })
    }

    /// The process, to ask how much it has worked.
    pub(crate) fn process(&self) -> u32 {
        self.process.0.id()
    }

    /// The token of a role.
    pub(crate) fn token(&self, role: &str) -> Result<String, Failure> {
        let found = self.tokens.iter().find(|(name, _)| name == role);
        found.map(|(_, token)| token.clone()).ok_or_else(|| format!("the demo printed no token for {role}").into())
    }
}

/// The same bytes without any work.
pub(crate) struct Fixed {
    pub(crate) address: SocketAddr,
    process: Running,
    _folder: TempDir,
}

impl Fixed {
    /// Starts this program again, as the server of these bytes.
    pub(crate) async fn start(below: &Path, answer: &[u8]) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("static").tempdir_in(below)?;
        let file = folder.path().join("answer");
        std::fs::write(&file, answer)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--serve-static").arg(file);
        let (process, address, _) = tokio::task::spawn_blocking(move || start(command)).await??;
        Ok(Self { address, process, _folder: folder })
    }

    /// The process, to ask how much it has worked.
    pub(crate) fn process(&self) -> u32 {
        self.process.0.id()
    }
}

/// Starts a server and reads what it prints until it says where it listens.
fn start(mut command: Command) -> Result<(Running, SocketAddr, Vec<String>), Failure> {
    let mut process = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?);
    let stdout = process.0.stdout.take().ok_or("the server has no output")?;
    let mut before = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Ok((process, address.trim_end_matches('/').parse()?, before));
        }
        before.push(line);
    }
    Err("the server ended before it listened".into())
}
