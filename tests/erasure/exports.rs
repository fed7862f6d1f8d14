//! An export of everything, and everything about a guardian or a member of staff for the person, are on record before they are
//! written.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use api::InProcess;
use casework::Casework;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use storage::{EventLog, JournalLog};

use crate::archive::{Archive, Hands, SECRET};
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
