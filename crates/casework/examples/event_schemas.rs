//! Writes what is promised of the log to a folder: the JSON Schema of each stored form, and the list of error codes.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use casework::traces::{SubjectsV1, TraceV1};
use domain::refusal::Code;
use schemars::schema_for;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: event_schemas FOLDER")?);
    let events = folder.join("events");
    fs::create_dir_all(&events)?;
    for (name, schema) in casework::stored::schemas() {
        fs::write(events.join(name), pretty(&schema)?)?;
    }
    fs::write(events.join("trace.v1.json"), pretty(&trace())?)?;
    fs::write(folder.join("codes.md"), codes())?;
    Ok(())
}

fn pretty(schema: &Value) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(schema).map(|text| text + "\n")
}

/// Not an event: what is put on record of a reading.
fn trace() -> Value {
    let parts = [schema_for!(SubjectsV1).to_value()];
    json!({ "kind": "trace", "version": 1, "open": schema_for!(TraceV1).to_value(), "parts": parts })
}

fn codes() -> String {
    let mut text = String::from(
        "# Error codes\n\nEvery code that a command or a question can be refused with. The names are stable; the texts for \
         people are in the catalogue.\n\n| code | what it means |\n| --- | --- |\n",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "| `{}` | {} |", code.name(), code.meaning().trim().replace('|', "\\|"));
    }
    text
}
