//! Running other programs: their output is shown as it comes, and kept where it has to be read.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// Why a chore stopped: a sentence that says what to do.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure with its sentence.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a program ended.
pub(crate) struct Ended {
    /// Whether it says that it went well.
    pub(crate) well: bool,
    /// What it printed on both outputs, line by line in the order of arrival on each.
    pub(crate) text: String,
}

/// Cargo, as the one that started us.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program_in(root, program)
}

/// A program to be run in a folder.
pub(crate) fn program_in(folder: &Path, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Runs a program and shows what it prints.
pub(crate) fn show(command: &mut Command) -> Result<bool, Failure> {
    command.status().map(|status| status.success()).map_err(|why| cannot_start(command, &why))
}

/// Runs a program, shows what it prints as it comes, and keeps it too.
pub(crate) fn show_and_keep(command: &mut Command) -> Result<Ended, Failure> {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|why| cannot_start(command, &why))?;
    let errors = child.stderr.take().map(|pipe| thread::spawn(move || pass_on(pipe, std::io::stderr())));
    let mut text = child.stdout.take().map(|pipe| pass_on(pipe, std::io::stdout())).unwrap_or_default();
    text.push_str(&errors.and_then(|thread| thread.join().ok()).unwrap_or_default());
    let status = child.wait().map_err(|why| cannot_start(command, &why))?;
    Ok(Ended { well: status.success(), text })
}

/// Runs a program quietly and returns what it printed on its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|why| cannot_start(command, &why))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failure::new(format!("{} failed:\n{}", name(command), String::from_utf8_lossy(&output.stderr))))
}

/// Whether a program with this name can be started from here.
pub(crate) fn has_program(program: &str) -> bool {
    let in_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    in_path || ["/usr/sbin", "/sbin"].iter().any(|folder| Path::new(folder).join(program).is_file())
}

fn pass_on(pipe: impl Read, mut to: impl Write) -> String {
    let mut kept = String::new();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let _closed = to.write_all(&line);
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

fn cannot_start(command: &Command, why: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be started: {why}. Is it installed?", name(command)))
}

fn name(command: &Command) -> String {
    let arguments = command.get_args().map(|part| part.to_string_lossy().into_owned());
    std::iter::once(command.get_program().to_string_lossy().into_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}
