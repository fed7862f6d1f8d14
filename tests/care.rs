//! Looking after a data folder with the program itself: verify, backup, restore, export, keys.
#![allow(clippy::expect_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Output, Stdio};

use support::{Load, mentorlog, parse_verified, verify};

fn run(arguments: &[&str], folders: &[(&str, &Path)]) -> Output {
    let mut command = mentorlog();
    command.args(arguments);
    for (name, folder) in folders {
        command.arg(name).arg(folder);
    }
    command.output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A data folder with some fifty events.
fn written(data: &Path) {
    let (_, well) = Load::start_counted(data, 2, 16, 50).finish();
    assert!(well);
}

#[test]
fn verify_says_what_is_wrong_and_ends_with_a_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    written(&data);
    let whole = verify(&data);
    let journal = data.join("journal/00000001.journal");
    let mut bytes = std::fs::read(&journal).expect("the journal");
    bytes[600] ^= 1;
    std::fs::write(&journal, bytes).expect("the journal");
    let output = run(&["verify"], &[("--data", &data)]);
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stdout);
    assert!(parse_verified(&said).count < whole.count && said.contains("fault: "), "{said}");
}

#[test]
fn verify_compares_a_copy_of_sled_when_asked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    written(&data);
    assert!(run(&["verify", "--sled"], &[("--data", &data)]).status.success());
}

#[test]
fn what_was_backed_up_and_restored_is_the_same_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    written(&at("data"));
    let before = verify(&at("data"));
    assert!(run(&["backup"], &[("--data", &at("data")), ("--to", &at("log"))]).status.success());
    assert!(run(&["backup", "--keys-only"], &[("--data", &at("data")), ("--to", &at("keys"))]).status.success());
    let restored = [("--from", at("log")), ("--keys-from", at("keys")), ("--data", at("new"))];
    let restored: Vec<(&str, &Path)> = restored.iter().map(|(name, path)| (*name, path.as_path())).collect();
    assert!(!run(&["restore"], &restored).status.success(), "without a word on what has been erased since");
    // With the keys missing it is said, and nothing is begun: the same folder is restored into.
    let none = [("--from", at("log")), ("--keys-from", at("no-keys")), ("--data", at("new"))];
    let none: Vec<(&str, &Path)> = none.iter().map(|(name, path)| (*name, path.as_path())).collect();
    assert_eq!(run(&["restore", "--nothing-erased"], &none).status.code(), Some(4));
    assert!(run(&["restore", "--nothing-erased"], &restored).status.success());
    // Nobody is written to from it, nor from the copy itself.
    assert!(["new", "log"].iter().all(|folder| at(folder).join("mails-held").exists()));
    assert_eq!(verify(&at("new")), before);
    assert!(
        !run(&["restore", "--nothing-erased"], &restored).status.success(),
        "a folder that holds something is refused"
    );
    let inside = at("log").join("keys");
    let refused = run(&["backup", "--keys-only"], &[("--data", &at("data")), ("--to", &inside)]);
    assert_eq!(refused.status.code(), Some(4), "keys may not lie in a backup of the log");
}

/// Keys may not be copied into a log's folder or a log's backup, by whatever name that goes.
#[test]
fn keys_are_not_copied_into_a_log_by_a_relative_path_or_a_link() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    written(&at("data"));
    assert!(run(&["backup"], &[("--data", &at("data")), ("--to", &at("log"))]).status.success());
    std::os::unix::fs::symlink(at("data"), at("link")).expect("a link");
    std::os::unix::fs::symlink(at("log"), at("log-link")).expect("a link");
    let copies = [
        (at("data/keys"), "kk", "data/keys/kk"),
        (at("data/keys"), "../../log/kk", "log/kk"),
        (at("link"), "kk", "data/kk"),
        (at("."), "link/kk", "data/kk"),
        (at("."), "log-link/new/kk", "log/new/kk"),
        (at("."), "new/../data/kk", "data/kk"),
    ];
    for (from, to, lands) in copies {
        let mut command = mentorlog();
        command.current_dir(&from).args(["backup", "--keys-only", "--to", to, "--data"]).arg(at("data"));
        let refused = command.output().expect("the program runs");
        assert_eq!(refused.status.code(), Some(4), "{} {to}: {}", from.display(), text(&refused.stderr));
        assert!(!at(lands).exists() && !at("data/key-copies").exists(), "{to}");
    }
    let mut command = mentorlog();
    command.current_dir(at(".")).args(["backup", "--keys-only", "--to", "elsewhere/kk", "--data"]).arg(at("data"));
    assert!(command.output().expect("the program runs").status.success(), "where no log is they may");
}

/// Also what sled writes by itself, whatever the mask of the one who starts the program.
#[test]
fn what_the_program_writes_is_its_owners_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "umask 000 && exec \"$0\" load --count 5 --data \"$1\""])
        .arg(mentorlog().get_program())
        .arg(&data);
    assert!(shell.output().expect("a shell").status.success());
    let mut open = vec![data];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        let known = std::fs::metadata(&path).expect("it is there");
        let mode = std::os::unix::fs::PermissionsExt::mode(&known.permissions());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        seen += 1;
        if known.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        }
    }
    assert!(seen > 8, "{seen}");
}

#[test]
fn an_export_has_a_line_for_each_event() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    written(&data);
    let output = run(&["export"], &[("--data", &data)]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = u64::try_from(text(&output.stdout).lines().count()).expect("a number");
    assert_eq!(lines, verify(&data).count + 1, "and one for the trace of the export itself");
}

#[test]
fn a_log_whose_anchor_was_taken_away_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    written(&at("data"));
    assert!(run(&["backup"], &[("--data", &at("data")), ("--to", &at("log"))]).status.success());
    let before = verify(&at("data"));
    std::fs::rename(at("data").join("journal/anchor"), at("anchor")).expect("the anchor");
    let verified = run(&["verify"], &[("--data", &at("data"))]);
    let exported = run(&["export"], &[("--data", &at("data"))]);
    let copied = run(&["backup"], &[("--data", &at("data")), ("--to", &at("second"))]);
    for (output, said) in [(&verified, &verified.stdout), (&exported, &exported.stderr), (&copied, &copied.stderr)] {
        let said = text(said);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("the anchor is missing") && said.contains("mentorlog restore"), "{said}");
    }
    std::fs::rename(at("anchor"), at("data").join("journal/anchor")).expect("the anchor");
    assert_eq!(verify(&at("data")), before, "put back it is the same log");
}

#[test]
fn a_master_key_is_changed_without_touching_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, new) = (folder.path().join("data"), folder.path().join("new.key"));
    written(&data);
    let before = verify(&data);
    std::fs::write(&new, "7c".repeat(32)).expect("a key file");
    let only_owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&new, only_owner).expect("permissions");
    let own = data.join("master.key");
    let keys = [("--data", data.as_path()), ("--master-key-file", &own), ("--new-master-key-file", &new)];
    assert!(run(&["keys", "rotate"], &keys).status.success());
    assert_eq!(run(&["export"], &[("--data", &data)]).status.code(), Some(4), "the old key opens nothing any more");
    let checked = run(&["verify"], &[("--data", &data), ("--master-key-file", &new)]);
    assert_eq!(parse_verified(&text(&checked.stdout)), before);
    let exported = run(&["export"], &[("--data", &data), ("--master-key-file", &new)]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let checked = run(&["verify"], &[("--data", &data), ("--master-key-file", &new)]);
    // The export has put itself on record: the chain has gone on, and no event was added.
    assert_eq!(parse_verified(&text(&checked.stdout)).count, before.count);
}

/// `mentorlog serve`, listening, and where.
fn serve(config: &Path, says: &Path) -> (Child, String) {
    let mut child = mentorlog()
        .args(["serve", "--config"])
        .arg(config)
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(says).expect("a file"))
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on http://").expect("it listens").to_owned();
    (child, address)
}

fn is_ready(address: &str) -> bool {
    let mut stream = TcpStream::connect(address).expect("it takes connections");
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.starts_with("HTTP/1.1 2")
}

/// An update as it is done: the next program builds what it knows beside the service, which goes on answering; then the restart,
/// here after a fall, begins with it and reads no more of the log than what came since.
#[test]
fn what_was_built_beside_a_running_service_is_what_the_restart_begins_with() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let (config, master, says) = (at("mentorlog.toml"), at("master.key"), at("says"));
    std::fs::write(&master, "5a".repeat(32)).expect("a key file");
    std::fs::set_permissions(&master, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("permissions");
    let settings = format!(
        "listen = \"127.0.0.1:0\"\norigin = \"https://mentor.example.se\"\ndata = \"{}\"\n\
         master_key_file = \"{}\"\n[sign_in]\nlocal_accounts = true\n",
        at("data").display(),
        master.display()
    );
    std::fs::write(&config, settings).expect("the configuration");
    let set_up = run(&["setup", "--name", "Berit Systemsson"], &[("--config", &config)]);
    assert!(set_up.status.success(), "{}", text(&set_up.stderr));

    let (mut before, address) = serve(&config, &says);
    std::fs::remove_dir_all(at("data").join("snapshots")).expect("what was kept before is thrown away");
    let built = run(&["snapshot"], &[("--data", &at("data")), ("--master-key-file", &master)]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let position: u64 =
        text(&built.stdout).trim().strip_prefix("snapshot ").and_then(|text| text.parse().ok()).expect("a position");
    assert!(position > 0);
    assert!(is_ready(&address), "it goes on answering");
    before.kill().expect("it can be killed");
    before.wait().expect("it ends");

    let (mut after, address) = serve(&config, &says);
    assert!(is_ready(&address));
    let said = std::fs::read_to_string(&says).expect("what it said");
    assert!(said.contains(&format!("resumed={position}")), "{said}");
    after.kill().expect("it can be killed");
    after.wait().expect("it ends");
}
