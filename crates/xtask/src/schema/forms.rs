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
    breaks(&then, &now).into_iter().map(|what| format!("{path}: {what}: {advice}")).collect()
}

/// A stored form is its kind and version, a schema of its open content, and one of each sealed part, in order.
fn breaks(then: &Value, now: &Value) -> Vec<String> {
    let same = |key: &&&str| then.get(**key) != now.get(**key);
    let mut found: Vec<String> =
        ["kind", "version"].iter().filter(same).map(|key| format!("its {key} has changed")).collect();
    let none = Value::Null;
    let open = |form: &Value| form.get("open").unwrap_or(&none).clone();
    found.extend(json::breaks(&open(then), &open(now)).into_iter().map(|what| format!("open: {what}")));
    let (was, is) = (parts(then), parts(now));
    if was.len() != is.len() {
        found.push(format!("it has {} parts, and had {}", is.len(), was.len()));
    }
    for (number, (was, is)) in was.iter().zip(is).enumerate() {
        found.extend(json::breaks(was, is).into_iter().map(|what| format!("part {number}: {what}")));
    }
    found
}

fn parts(form: &Value) -> &[Value] {
    form.get("parts").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(version: u32, parts: &[Value]) -> Value {
        json!({ "kind": "pupil-left", "version": version, "open": { "type": "object" }, "parts": parts })
    }

    #[test]
    fn a_form_is_compared_part_by_part() {
        let part = |of: &str| json!({ "type": of });
        let then = form(1, &[part("integer")]);
        assert_eq!(breaks(&then, &then), Vec::<String>::new());
        assert_eq!(breaks(&then, &form(1, &[part("number")])), Vec::<String>::new());
        assert_eq!(breaks(&then, &form(1, &[part("string")])).len(), 1);
        assert_eq!(breaks(&then, &form(1, &[])).len(), 1);
        assert_eq!(breaks(&then, &form(2, &[part("integer")])).len(), 1);
    }
}
