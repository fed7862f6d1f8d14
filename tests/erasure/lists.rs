//! Attacks by lists of what was erased: cut, forged, another log's, or lost on the way; and by folders in which a restore was stopped.

use std::path::Path;
use std::process::Output;

use crate::archive::{Archive, HELD, lines};
use crate::support::mentorlog;

/// An archive whose leavers are erased, with copies of log and keys from before, and the list of it.
async fn erased() -> (Archive, Vec<String>) {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "older-keys", true);
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let theirs = |line: &&String| archive.pupils[..HELD].iter().any(|pupil| line.contains(&pupil.to_string()));
    let approved: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
    std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
    std::fs::write(archive.at("older-list"), archive.says(&["erase", "done"], "data", "master", &[])).unwrap();
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    archive.says(&carry_out, "data", "master", &more);
    archive.copy("data", "keys", true);
    std::fs::write(archive.at("erased"), archive.says(&["erase", "done"], "data", "new-master", &[])).unwrap();
    (archive, approved)
}

fn restore(archive: &Archive, to: &str, options: &[(&str, &str)], flags: &[&str]) -> Output {
    let mut command = mentorlog();
    command.arg("restore").arg("--data").arg(archive.at(to)).args(flags);
    for (option, name) in options {
        command.arg(option).arg(archive.at(name));
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_with_the_keys_of_today_knows_of_every_erasure_and_so_does_its_own_list() {
    let (archive, approved) = erased().await;
    let today = [("--from", "backup"), ("--keys-from", "keys"), ("--erased", "erased")];
    assert!(restore(&archive, "restored", &today, &[]).status.success());
    let mut again = archive.done("restored", "new-master");
    let mut before = archive.done("data", "new-master");
    again.sort();
    before.sort();
    assert_eq!((again.len(), again), (approved.len(), before));
    // By the list of the restored log, the log of before and the keys of before are erased too.
    std::fs::write(archive.at("newest"), archive.says(&["erase", "done"], "restored", "new-master", &[])).unwrap();
    let older = [("--from", "backup"), ("--keys-from", "older-keys"), ("--erased", "newest")];
    assert!(restore(&archive, "once-more", &older, &[]).status.success());
    assert_eq!(archive.done("once-more", "master").len(), approved.len());
    let first = archive.pupils[0].to_string();
    archive.says(&["verify-erased", "--subject", &first], "once-more", "master", &[]);
    // The same, where the older keys are laid into the restored folder.
    std::fs::copy(archive.at("older-keys").join("keyring"), archive.at("restored").join("keys/keyring")).unwrap();
    archive.done("restored", "master");
    archive.says(&["verify-erased", "--subject", &first], "restored", "master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_empty_cut_changed_or_of_another_log_is_refused_before_anything_is_copied() {
    let (archive, _) = erased().await;
    let whole = std::fs::read_to_string(archive.at("erased")).unwrap();
    let told = lines(&whole);
    let (first, last) = (&told[0], &told[told.len() - 1]);
    let without =
        |at: usize| told.iter().enumerate().filter(move |(line, _)| *line != at).map(|(_, line)| line.clone());
    let foreign = whole.replacen("of log ", "of log 00", 1);
    let current = format!("{} attendance 2019 {} BUN 1", archive.pupils[12], archive.school);
    let forged = whole.replacen(&format!("{last}\n"), &format!("{current}\n{last}\n"), 1);
    let exchanged = whole.replacen(&told[1], &current, 1);
    let cases = [
        ("empty", String::new(), false),
        ("words", "# nothing was erased\n".to_owned(), false),
        ("without its first line", told[1..].join("\n"), false),
        ("without its last line", told[..told.len() - 1].join("\n"), false),
        ("cut inside a line", whole[..whole.len() / 2].to_owned(), false),
        ("cut inside a decision", format!("{first}\n{}", told[1].rsplit_once(' ').unwrap().0), false),
        ("without a line", without(2).collect::<Vec<_>>().join("\n"), false),
        ("of another log", foreign, false),
        ("with a line more", forged, false),
        ("with another line", exchanged, true),
        (
            "nothing under another's seal",
            format!("{}\n{last}\n", first.replace(&format!(", {} ", told.len() - 2), ", 0 ")),
            true,
        ),
    ];
    for (what, list, only_the_seal_tells) in cases {
        std::fs::write(archive.at("list"), list).unwrap();
        let older = [("--from", "backup"), ("--keys-from", "older-keys"), ("--erased", "list")];
        let with_master = [&older[..], &[("--master-key-file", "master")]].concat();
        let refused = restore(&archive, "restored", &with_master, &[]);
        let why = said(&refused);
        assert_eq!(refused.status.code(), Some(7), "{what}: {why}");
        assert!(why.contains(&archive.at("list").display().to_string()), "{what}: {why}");
        assert!(is_empty(&archive.at("restored")), "{what}");
        let without_master = restore(&archive, "restored", &older, &[]);
        if only_the_seal_tells {
            assert!(without_master.status.success(), "{what}: {}", said(&without_master));
            for command in [&["erase", "done"][..], &["export"]] {
                let start = archive.run(command, "restored", "master", &[]);
                let why = said(&start);
                assert_eq!(start.status.code(), Some(7), "{what}: {why}");
                assert!(why.contains("erased-since-the-backup") && why.contains("restore again"), "{what}: {why}");
            }
            std::fs::remove_dir_all(archive.at("restored")).unwrap();
        } else {
            assert_eq!(without_master.status.code(), Some(7), "{what}: {}", said(&without_master));
        }
    }
    // As it came by mail, with other ends of lines, it is the same.
    std::fs::write(archive.at("list"), whole.replace('\n', "\r\n")).unwrap();
    let older =
        [("--from", "backup"), ("--keys-from", "older-keys"), ("--erased", "list"), ("--master-key-file", "master")];
    assert!(restore(&archive, "restored", &older, &[]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_erased_is_a_list_too_and_of_whom_a_log_knows_nothing_is_said() {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "keys", true);
    std::fs::write(archive.at("none"), archive.says(&["erase", "done"], "data", "master", &[])).unwrap();
    let none = [("--from", "backup"), ("--keys-from", "keys"), ("--erased", "none"), ("--master-key-file", "master")];
    assert!(restore(&archive, "restored", &none, &[]).status.success());
    assert_eq!(archive.done("restored", "master"), [""; 0]);

    let stranger = domain::id::PupilId::from_bits([0xee; 16]).to_string();
    let line = format!("{stranger} note 2019 {} BUN 1", archive.school);
    archive.seal("later", std::slice::from_ref(&line));
    let later = [("--from", "backup"), ("--keys-from", "keys"), ("--erased", "later")];
    assert!(restore(&archive, "later-restored", &later, &[]).status.success());
    let start = archive.run(&["erase", "done"], "later-restored", "master", &[]);
    let why = said(&start);
    assert!(start.status.success() && why.contains("1 lines") && why.contains(&stranger), "{why}");
    assert_eq!(archive.done("later-restored", "master"), [line], "it is on record all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_not_carried_out_yet_is_in_no_copy_without_being_asked_for() {
    let (archive, approved) = erased().await;
    let older = [("--from", "backup"), ("--keys-from", "older-keys"), ("--erased", "erased")];
    assert!(restore(&archive, "restored", &older, &[]).status.success());
    let mut backup = mentorlog();
    let copied =
        backup.arg("backup").arg("--data").arg(archive.at("restored")).arg("--to").arg(archive.at("copy")).output();
    let copied = copied.unwrap();
    assert!(!copied.status.success() && said(&copied).contains("start the service once"), "{}", said(&copied));
    assert!(is_empty(&archive.at("copy")));
    // Copied by other means.
    let by_hand =
        std::process::Command::new("cp").arg("-r").arg(archive.at("restored")).arg(archive.at("copy")).status();
    assert!(by_hand.unwrap().success());
    let from_copy = [("--from", "copy"), ("--keys-from", "older-keys")];
    let nothing = restore(&archive, "again", &from_copy, &["--nothing-erased"]);
    assert_eq!(nothing.status.code(), Some(7), "{}", said(&nothing));
    let less = restore(&archive, "again", &[&from_copy[..], &[("--erased", "older-list")]].concat(), &[]);
    assert_eq!(less.status.code(), Some(7), "{}", said(&less));
    assert!(is_empty(&archive.at("again")));
    assert!(restore(&archive, "again", &[&from_copy[..], &[("--erased", "erased")]].concat(), &[]).status.success());
    assert_eq!(archive.done("again", "master").len(), approved.len());
    archive.copy("again", "copy-after", false);
    // A list from before what a log has on record is not the newest.
    let too_old = [("--from", "copy-after"), ("--keys-from", "keys"), ("--erased", "older-list")];
    assert!(restore(&archive, "too-old", &too_old, &[]).status.success());
    let start = archive.run(&["erase", "done"], "too-old", "new-master", &[]);
    let why = said(&start);
    assert!(start.status.code() == Some(7) && why.contains("older than the backup"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_which_a_restore_was_stopped_before_the_log_was_there_is_no_new_log() {
    let archive = Archive::new().await;
    archive.copy("data", "keys", true);
    for mark in ["mails-held", "mails-held.new", "erased-since-the-backup", "erased-since-the-backup.new"] {
        for journal in [false, true] {
            let stopped = archive.at("stopped");
            std::fs::create_dir(&stopped).unwrap();
            std::fs::write(stopped.join(mark), "").unwrap();
            if journal {
                // The log without its anchor, which is copied last.
                std::fs::create_dir(stopped.join("journal")).unwrap();
                std::fs::copy(archive.at("data/journal/00000001.journal"), stopped.join("journal/00000001.journal"))
                    .unwrap();
            }
            let commands: [&[&str]; 5] =
                [&["erase", "done"], &["export"], &["verify"], &["load", "--count", "1"], &["snapshot"]];
            for command in commands {
                let refused = archive.run(command, "stopped", "master", &[]);
                let why = said(&refused);
                assert_eq!(refused.status.code(), Some(3), "{mark} {command:?}: {why}");
                let way_out = if journal { "the anchor is missing" } else { "remove all that is in the folder" };
                assert!(why.contains(way_out) && why.contains("restore again"), "{mark} {command:?}: {why}");
            }
            assert!(!stopped.join("keys").exists() && !stopped.join("sled").exists());
            std::fs::remove_dir_all(stopped).unwrap();
        }
    }
}
