//! A copy of the keys that is older than an erasure, and numbers that nobody ever had.

use domain::id::PupilId;

use crate::archive::{Archive, HELD, SECRET, lines};

/// Erases what belongs to those who left.
fn erase_the_leavers(archive: &Archive, proposed: &[String]) {
    let leavers: Vec<String> = archive.pupils[..HELD].iter().map(ToString::to_string).collect();
    let theirs = |line: &&String| leavers.iter().any(|pupil| line.contains(pupil));
    let approved: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
    std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    assert_eq!(lines(&archive.says(&carry_out, "data", "master", &more)).len(), approved.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_key_file_that_somebody_lays_into_the_folder_brings_nothing_back_that_was_erased() {
    let archive = Archive::new().await;
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    archive.copy("data", "older", true);
    erase_the_leavers(&archive, &proposed);
    let before = archive.figures("data", "new-master").await;
    let [first, held] = [0, HELD].map(|pupil| archive.pupils[pupil].to_string());
    let guardian = archive.guardians[0].to_string();
    let opens =
        |subject: &str| !archive.run(&["verify-erased", "--subject", subject], "data", "master", &[]).status.success();

    std::fs::copy(archive.at("older").join("keyring"), archive.at("data").join("keys/keyring")).unwrap();
    std::fs::remove_dir_all(archive.at("older")).unwrap();
    assert!(opens(&first) && opens(&guardian), "as the bytes lie there now, it would open");
    // Any start of the service, before it tells anything.
    archive.says(&["erase", "done"], "data", "master", &[]);

    assert!(!opens(&first) && !opens(&guardian));
    assert!(opens(&held), "what was not erased is there");
    assert_eq!(archive.figures("data", "master").await, before);
    let due_again = archive.says(&["erase", "propose"], "data", "master", &[]);
    assert!(!due_again.contains(&first), "{due_again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_with_an_older_key_file_writes_out_nothing_that_was_erased() {
    let archive = Archive::new().await;
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    archive.copy("data", "older", true);
    erase_the_leavers(&archive, &proposed);
    let written = |exported: &str| exported.matches(SECRET).count();
    let after = written(&archive.says(&["export"], "data", "new-master", &[]));

    std::fs::copy(archive.at("older").join("keyring"), archive.at("data").join("keys/keyring")).unwrap();
    let exported = archive.says(&["export"], "data", "master", &[]);

    assert_eq!(written(&exported), after);
    // The same folder, where the keys are said to lie elsewhere.
    let elsewhere = archive.run(&["export"], "data", "master", &[("--keys", "older")]);
    assert_eq!(written(&String::from_utf8_lossy(&elsewhere.stdout)), after, "{}", elsewhere.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_nobody_ever_had_is_no_proof_that_somebody_was_erased() {
    let archive = Archive::new().await;
    let mistyped = PupilId::from_bits([0xee; 16]).to_string();
    let proof = archive.run(&["verify-erased", "--subject", &mistyped], "data", "master", &[]);
    assert_eq!(proof.status.code(), Some(6));
    let said = String::from_utf8_lossy(&proof.stderr).into_owned();
    assert!(said.contains(&format!("{mistyped} never existed here")) && proof.stdout.is_empty(), "{said}");
}
