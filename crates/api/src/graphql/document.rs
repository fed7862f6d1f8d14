//! The readable document of an extract: Swedish, as an authority writes (språklagen), from the catalogue.

mod entered;

use std::collections::BTreeSet;
use std::fmt::Write;

use casework::answer::{Extract, ExtractEntry};
use domain::calendar::local_date;
use domain::event::EventKind;
use serde_json::{Map, Value};

use self::entered::{in_a_line, set_apart};
use super::catalogue::{Language, text as catalogue, text_with};
use super::types::{shown, shown_note};

fn word(group: &str, name: &str) -> String {
    catalogue(Language::Swedish, &format!("{group}-{name}")).unwrap_or_else(|| name.to_owned())
}

fn said(name: &str, value: &str) -> String {
    text_with(Language::Swedish, name, "value", &in_a_line(value)).unwrap_or_default()
}

/// Whether an entry is told of: what is held back whole is not, not even that it is there.
pub(super) fn is_in(entry: &ExtractEntry) -> bool {
    entry.held_whole().is_none()
}

/// The document. What somebody wrote stands behind a label of ours, or behind a mark on each line: it can be taken for no heading and no
/// entry, and no line begins as a formula does. Writing to a text never fails.
pub(super) fn text(extract: &Extract, reviewed: bool) -> String {
    let mut out = String::new();
    let heading = if reviewed { "extract-heading" } else { "extract-heading-draft" };
    let _ = writeln!(out, "{}\n", word("extract", heading.trim_start_matches("extract-")));
    let pupil = &extract.pupil;
    let name = pupil.name.as_ref().map(shown).unwrap_or_default();
    let _ = writeln!(out, "{}", said("extract-name", &name));
    let _ = writeln!(out, "{}", said("extract-school", extract.school.as_ref().map_or("", |school| school.as_str())));
    let _ = writeln!(out, "{}", said("extract-class", pupil.placement.class.as_str()));
    let _ = writeln!(out, "{}\n", said("extract-made", &extract.day.to_string()));
    let _ = writeln!(out, "{}\n", word("extract", "entries"));
    for entry in extract.entries.iter().filter(|entry| is_in(entry)) {
        tell(entry, &mut out);
    }
    for elsewhere in &extract.elsewhere {
        let _ = writeln!(out, "{} {}\n", word("extract", "elsewhere"), in_a_line(elsewhere.as_str()));
    }
    let _ = writeln!(out, "{}\n", word("extract", "readings"));
    for reading in &extract.readings {
        let roles: Vec<String> = reading.roles.iter().map(|role| word("value", role.name())).collect();
        let how = word("read", super::types::reading::how(reading.how));
        let _ = writeln!(out, "{} {} ({how})", local_date(reading.at), roles.join(", "));
    }
    out
}

fn tell(entry: &ExtractEntry, out: &mut String) {
    let day = local_date(entry.occurred.unwrap_or(entry.recorded));
    let _ = write!(out, "{day} {}", word("kind", entry.kind.name()));
    if let Some(role) = entry.role {
        let _ = write!(out, " ({})", word("value", role.name()));
    }
    out.push('\n');
    if entry.corrected {
        let _ = writeln!(out, "  {}", word("extract", "corrected"));
    }
    if let Some(day) = entry.right_day {
        let _ = writeln!(out, "  {}", said("extract-right-day", &day.to_string()));
    }
    if entry.erased {
        let _ = writeln!(out, "  {}", word("extract", "erased"));
    }
    fields((&entry.content, &entry.entered), "  ", out);
    // Where other days were put in the place of the wrong ones, they stand there.
    if entry.kind == EventKind::EnrolmentDaysCorrected && !entry.erased && !entry.content.contains_key("days") {
        let _ = writeln!(out, "  {}", word("extract", "never-came"));
    }
    if let Some(note) = &entry.note {
        let _ = writeln!(out, "  {}", word("extract", "note"));
        set_apart(&shown_note(note), "    ", out);
    }
    out.push('\n');
}

fn fields((content, entered): (&Map<String, Value>, &BTreeSet<String>), indent: &str, out: &mut String) {
    let told = |name: &String, value: &Value| if entered.contains(name) { as_entered(value) } else { ours(value) };
    for (name, value) in content {
        let label = word("field", name);
        match value {
            Value::Object(inner) => {
                let _ = writeln!(out, "{indent}{label}:");
                fields((inner, entered), &format!("{indent}  "), out);
            }
            Value::Array(items) => {
                let _ = writeln!(out, "{indent}{label}:");
                for inner in items.iter().filter_map(Value::as_object) {
                    let line: Vec<String> = inner
                        .iter()
                        .map(|(name, value)| format!("{} {}", word("field", name), told(name, value)))
                        .collect();
                    let _ = writeln!(out, "{indent}  {}", line.join(", "));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let _ = writeln!(out, "{indent}{label}: {}", told(name, value));
            }
        }
    }
}

/// What somebody entered, in one line: it is no word of ours, whatever it looks like.
fn as_entered(value: &Value) -> String {
    value.as_str().map_or_else(|| ours(value), in_a_line)
}

/// A word of ours in Swedish; a date or a number as it is.
fn ours(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') => {
            word("value", text)
        }
        Value::String(text) => in_a_line(text),
        Value::Bool(true) => word("value", "true"),
        Value::Bool(false) => word("value", "false"),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => in_a_line(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use domain::access::part;
    use domain::event::EventKind;

    use super::{Language, catalogue};

    #[test]
    fn every_kind_of_entry_has_a_swedish_name() {
        for kind in EventKind::ALL.iter().filter(|kind| part(**kind).is_some()) {
            assert!(catalogue(Language::Swedish, &format!("kind-{}", kind.name())).is_some(), "{}", kind.name());
        }
    }

    /// What is told beside the case: messages to guardians, legal holds and erasures.
    #[test]
    fn what_stands_beside_the_case_has_a_swedish_name() {
        let kinds = EventKind::ALL.iter().map(|kind| kind.name());
        let beside = kinds.filter(|kind| {
            ["digest-claimed", "digest-refused", "digest-sent", "digest-failed", "digest-given-up", "digest-bounced"]
                .contains(kind)
                || kind.starts_with("legal-hold")
                || kind.starts_with("erasure-")
                || *kind == "digest-acknowledged"
        });
        for kind in beside {
            assert!(catalogue(Language::Swedish, &format!("kind-{kind}")).is_some(), "{kind}");
        }
        for how in ["listed", "opened", "extracted", "exported"] {
            assert!(catalogue(Language::Swedish, &format!("read-{how}")).is_some(), "{how}");
        }
    }

    /// Every field and every word of the stored forms of entries, as their committed schemas have them.
    #[test]
    fn every_field_and_word_of_an_entry_has_a_swedish_name() {
        let schemas = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/events");
        for kind in EventKind::ALL.iter().filter(|kind| part(**kind).is_some()) {
            let path = |version: u32| format!("{schemas}/{}.v{version}.json", kind.name());
            let versions: Vec<String> =
                (1..).map_while(|version| std::fs::read_to_string(path(version)).ok()).collect();
            assert!(!versions.is_empty(), "{}", kind.name());
            for schema in versions {
                check(&serde_json::from_str(&schema).unwrap(), kind.name());
            }
        }
    }

    /// What only a program reads, or what names others, is left out of the document.
    const NOT_TOLD: [&str; 22] = [
        "actor",
        "body",
        "occurredMicros",
        "role",
        "enrolment",
        "of",
        "text",
        "assignment",
        "to",
        "mentor",
        "guardian",
        "deputy",
        "staff",
        "author",
        "kind",
        "position",
        "principal",
        "school",
        "form",
        "account",
        "letIn",
        "heldBack",
    ];

    fn check(schema: &serde_json::Value, kind: &str) {
        match schema {
            serde_json::Value::Object(fields) => {
                for name in fields.get("properties").and_then(serde_json::Value::as_object).into_iter().flatten() {
                    let known = catalogue(Language::Swedish, &format!("field-{}", name.0)).is_some();
                    assert!(known || NOT_TOLD.contains(&name.0.as_str()), "{kind}: field-{}", name.0);
                }
                let words = fields.get("enum").and_then(serde_json::Value::as_array).into_iter().flatten();
                for word in words.chain(fields.get("const")).filter_map(serde_json::Value::as_str) {
                    assert!(catalogue(Language::Swedish, &format!("value-{word}")).is_some(), "{kind}: value-{word}");
                }
                fields.values().for_each(|inner| check(inner, kind));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|inner| check(inner, kind)),
            _ => {}
        }
    }
}
