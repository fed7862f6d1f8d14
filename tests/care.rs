//! Looking after a data folder with the program itself: verify, backup, restore, export, keys.
#![allow(clippy::expect_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::process::Output;

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
    assert!(run(&["restore", "--nothing-erased"], &restored).status.success());
    assert_eq!(verify(&at("new")), before);
    assert!(
        !run(&["restore", "--nothing-erased"], &restored).status.success(),
        "a folder that holds something is refused"
    );
    let inside = at("log").join("keys");
    let refused = run(&["backup", "--keys-only"], &[("--data", &at("data")), ("--to", &inside)]);
    assert_eq!(refused.status.code(), Some(4), "keys may not lie in a backup of the log");
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
