//! The JSON Schemas of stored events: the schema of a version that has landed stays, and may only be loosened.

use std::fs;

use serde_json::Value;

use crate::schema::base::Base;
use crate::schema::json;
use crate::shell::Failure;
use crate::workspace::{Workspace, has_extension};

/// Folder of the schemas, from the root.
const FOLDER: &str = "schema/events";

/// Every schema in the base is there, and accepts what it accepted.
pub(crate) fn check(workspace: &Workspace, base: &Base) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for path in base.files(workspace, FOLDER)?.into_iter().filter(|path| has_extension(path, "json")) {
        let then = base.read(workspace, &path).unwrap_or_default();
        match fs::read_to_string(workspace.root.join(&path)) {
            Ok(now) if now == then => {}
            Ok(now) => complaints.extend(compare(&path, &then, &now)),
            Err(_) => complaints.push(format!("{path} has been removed: a kind and version that has landed stays")),
        }
    }
    Ok(complaints)
}

fn compare(path: &str, then: &str, now: &str) -> Vec<String> {
    let (Ok(then), Ok(now)) = (serde_json::from_str::<Value>(then), serde_json::from_str::<Value>(now)) else {
        return vec![format!("{path} is not JSON")];
    };
    let advice = "give the changed form a new version with an upgrade step";
    json::breaks(&then, &now).into_iter().map(|what| format!("{path}: {what}: {advice}")).collect()
}
