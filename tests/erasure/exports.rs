//! An export of everything is on record before it is written.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use api::InProcess;
use casework::Casework;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use storage::{EventLog, JournalLog};

use crate::archive::{Archive, Hands};

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
