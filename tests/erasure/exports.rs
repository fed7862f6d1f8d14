//! An export of everything, and everything about a guardian or a member of staff for the person, are on record before they are
//! written.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use api::InProcess;
use casework::Casework;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::Work;
use domain::event::pupil::Guardianship;
use domain::words::ProtectionLevel;
use storage::{EventLog, JournalLog};

use crate::archive::{Archive, Hands, SECRET, created};
use crate::others::{Others, others};

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_on_record_before_it_is_written_and_names_nothing_by_itself() {
    let archive = Archive::new().await;
    let exported = archive.says(&["export"], "data", "master", &[]);
    let traces: Vec<serde_json::Value> = exported
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line.get("trace").is_some())
        .collect();
    assert_eq!(traces.len(), 1, "{traces:#?}");
    assert_eq!(traces[0]["open"]["operation"], "export");
    assert_eq!(traces[0]["subjects"]["content"]["everything"], true);
    let log = archive.open("data");
    let clock =
        Arc::new(Hands(AtomicI64::new("2020-06-12T10:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_millis())));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], clock).await.unwrap();
    let query = format!(
        "{{ pupil(id: \"{}\") {{ readings(first: 5) {{ edges {{ node {{ how operation }} }} }} }} }}",
        archive.pupils[0]
    );
    let told = InProcess::new(casework).ask(&query, Actor::Staff(archive.staff[0])).await;
    log.close();
    let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
    let node = &told["data"]["pupil"]["readings"]["edges"][0]["node"];
    assert_eq!(node, &serde_json::json!({ "how": "EXPORTED", "operation": "export" }), "{told:#}");
}

/// A name that stands nowhere but with who is protected.
const HIDDEN: &str = "SKYDDAD-som-ingen-annan-heter";

/// One pupil is protected, with a guardian who lives where they live; another pupil's guardian is protected.
async fn protects(archive: &Archive) -> [String; 3] {
    let (writer, log) = archive.written_at("2020-06-12T11:00:00Z").await;
    let (pupil, sibling, guardian) = (archive.pupils[13], archive.pupils[12], archive.guardians[1]);
    let hidden = || crate::archive::name(HIDDEN);
    writer.does(Command::CorrectPupilName { pupil, school: None, name: hidden() }).await;
    let new = GuardianChoice::New { name: hidden(), phone: None, email: None };
    let guardianship = Guardianship::Custodian;
    let link = Command::LinkGuardian { pupil, guardian: new, guardianship, household: None };
    let theirs = created!(writer.does(link).await, Guardian);
    writer.does(Command::CorrectGuardian { guardian, name: Some(hidden()), phone: None }).await;
    let does = async |pupil, work| {
        let with = Vec::new();
        writer.does(Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None })).await
    };
    does(pupil, Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }).await;
    does(sibling, Work::GuardianProtected { guardian }).await;
    log.close();
    [pupil.to_string(), theirs.to_string(), guardian.to_string()]
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_protected_is_in_an_export_only_where_it_is_asked_for() {
    let archive = Archive::new().await;
    let before = archive.says(&["export"], "data", "master", &[]).lines().count();
    let hidden = protects(&archive).await;
    let digits = hidden.map(|id| id.split_once('_').unwrap().1.to_owned());
    let named = |exported: &str| exported.contains(HIDDEN) || digits.iter().any(|id| exported.contains(id));

    let output = archive.run(&["export"], "data", "master", &[]);
    let (told, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success() && !named(&told), "{told}");
    let line: Vec<&str> = said.lines().filter(|line| line.contains("--with-protected")).collect();
    assert_eq!(line.len(), 1, "{said}");
    assert!(told.contains(&archive.pupils[14].to_string()) || told.contains(SECRET), "the others are in it");

    let all = archive.says(&["export", "--with-protected"], "data", "master", &[]);
    assert!(named(&all) && digits.iter().all(|id| all.contains(id)), "{all}");
    // Two exports were put on record meanwhile.
    let left_out = all.lines().count() - 1 - told.lines().count();
    let mut of_events = all.lines().filter(|line| line.contains("\"position\"") && named(line));
    let events = of_events.by_ref().count();
    assert!(line[0].contains(&format!("left out {events} events and {} traces", left_out - events)), "{said}");
    assert!(told.lines().count() < before + 5, "what they were before is left out too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_to_erase_is_on_record_with_every_pupil_whom_it_tells_of() {
    let archive = Archive::new().await;
    let proposed = archive.says(&["erase", "propose"], "data", "master", &[]);
    let exported = archive.says(&["export"], "data", "master", &[]);
    let traces = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let told: Vec<_> = traces.filter(|line| line["open"]["operation"] == "erase propose").collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    let named = |line: &&str| line.starts_with("pupil_") && !line.starts_with(&format!("pupil_{}", "0".repeat(32)));
    let mut pupils: Vec<&str> = proposed.lines().filter(named).map(|line| line.split(' ').next().unwrap()).collect();
    pupils.sort_unstable();
    pupils.dedup();
    let listed = &told[0]["subjects"]["content"]["listed"];
    assert_eq!(listed, &serde_json::json!(pupils));
    assert!(pupils.len() > 10, "{proposed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_exported_while_the_export_cannot_be_put_on_record() {
    let archive = Archive::new().await;
    let log = archive.open("data");
    let refused = archive.run(&["export"], "data", "master", &[]);
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    log.close();
}

fn extract(archive: &Archive, subject: &str) -> serde_json::Value {
    let out = format!("extract-{subject}.json");
    assert_eq!(archive.says(&["extract", "--subject", subject], "data", "master", &[("--out", &out)]), "");
    serde_json::from_slice(&std::fs::read(archive.at(&out)).unwrap()).unwrap()
}

fn of_kind<'a>(extract: &'a serde_json::Value, kind: &str) -> Vec<&'a serde_json::Value> {
    extract["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).collect()
}

/// No id of anybody stands in it but the person's own, at its head.
fn names_nobody_else(extract: &serde_json::Value) -> bool {
    let entries = extract["entries"].to_string();
    ["staff_", "guardian_", "pupil_", "enrolment_", "assignment_", "school_", "event_"]
        .iter()
        .all(|id| !entries.contains(id))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_about_a_guardian_or_a_member_of_staff_is_written_out_for_the_person_and_is_on_record() {
    let archive = Archive::new().await;
    let Others { sent, unlinked, staff } = others(&archive).await;
    let link = ["user", "link", "--name", SECRET, "--issuer", "https://id.example.org", "--subject", SECRET];
    let mut account = crate::support::mentorlog();
    account.args(link).arg("--staff").arg(staff.to_string()).arg("--data").arg(archive.at("data"));
    assert!(account.output().unwrap().status.success());

    let of_sent = extract(&archive, &sent.to_string());
    assert!(names_nobody_else(&of_sent), "{of_sent:#}");
    assert_eq!(of_kind(&of_sent, "guardian-registered")[0]["content"]["name"], SECRET);
    assert_eq!(of_kind(&of_sent, "guardian-address-set")[0]["content"]["email"], "kim.markor@example.org");
    assert_eq!(of_kind(&of_sent, "digest-prepared")[0]["own"], true);
    let linked = of_kind(&of_sent, "guardian-linked");
    assert_eq!(linked.len(), 2, "as whose guardian stands in the cases of both: {of_sent:#}");
    assert!(linked.iter().all(|entry| entry["school"] == "LJU" && entry["own"] == false && entry["heldBack"] == false));

    let of_unlinked = extract(&archive, &unlinked.to_string());
    assert_eq!(of_kind(&of_unlinked, "guardian-unlinked").len(), 1, "{of_unlinked:#}");
    let notes = of_kind(&of_unlinked, "guardian-unlinked")[0].to_string();
    assert!(!notes.contains(SECRET), "what was noted is reviewed in the case");

    let of_staff = extract(&archive, &staff.to_string());
    assert!(names_nobody_else(&of_staff), "{of_staff:#}");
    for kind in ["staff-joined", "role-granted", "role-withdrawn", "time-logged"] {
        assert_eq!(of_kind(&of_staff, kind).len(), 1, "{kind}: {of_staff:#}");
    }
    assert_eq!(of_kind(&of_staff, "time-logged")[0]["content"]["minutes"], 45);
    assert_eq!(of_staff["accounts"], serde_json::json!([SECRET]));
    let principal = extract(&archive, &archive.staff[0].to_string());
    assert_eq!(of_kind(&principal, "principal-made-responsible").len(), 1, "{principal:#}");

    // Of a pupil the principal makes it, in the service.
    let pupil = archive.pupils[0].to_string();
    assert!(!archive.run(&["extract", "--subject", &pupil], "data", "master", &[]).status.success());
    let exported = archive.says(&["export"], "data", "master", &[]);
    for subject in [sent.to_string(), unlinked.to_string(), staff.to_string()] {
        let on_record = exported.lines().any(|line| line.contains("\"extract\"") && line.contains(&subject));
        assert!(on_record, "{subject}");
    }
}
