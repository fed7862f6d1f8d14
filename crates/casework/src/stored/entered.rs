//! Which fields of an event's stored form hold text that somebody entered. It is known from the kind and the field, never from what the
//! text looks like: it may look like an id of ours, or like one of our words.

use std::collections::BTreeSet;

use domain::event::EventKind;

use super::forms::{digest, matter, work};

/// Those fields of a kind, by their names in the stored form of any version; the names that are sealed apart too, where they are told
/// with the rest.
pub(crate) fn entered(kind: EventKind) -> BTreeSet<String> {
    let settled = matter::staff::entered(kind).into_iter().chain(matter::school::entered(kind));
    let done = work::entered(kind).into_iter().chain(digest::guardian::entered(kind));
    settled.chain(done).chain(by_hand(kind).iter().map(|field| (*field).to_owned())).collect()
}

/// Of the forms that are written out field by field.
const fn by_hand(kind: EventKind) -> &'static [&'static str] {
    if matches!(kind, EventKind::PupilEnrolled) {
        &["name", "class", "programme"]
    } else if matches!(kind, EventKind::PupilMovedClass | EventKind::PrincipalMadeResponsible) {
        &["class", "programme"]
    } else if matches!(kind, EventKind::PupilNameCorrected) {
        &["name", "insteadOf"]
    } else if matches!(kind, EventKind::PupilLeft) {
        &["destination"]
    } else if matches!(kind, EventKind::GuardianRegistered | EventKind::GuardianCorrected) {
        &["name", "phone", "email"]
    } else if matches!(kind, EventKind::StaffJoined) {
        &["name"]
    } else if matches!(kind, EventKind::SchoolRegistered) {
        &["code", "unitCode", "name"]
    } else if matches!(kind, EventKind::RoleGranted | EventKind::RoleWithdrawn) {
        &["committee"]
    } else {
        &[]
    }
}

/// A field's name as it stands in the stored form.
pub(crate) fn stored_name(field: &str) -> String {
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
        name + &capital.into_iter().chain(letters).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use domain::event::EventKind;
    use serde_json::Value;

    use super::entered;
    use crate::stored::schemas;

    /// Fields that are text and that nobody entered: ids, and what a program wrote.
    const OURS: [&str; 27] = [
        "actor",
        "enrolment",
        "assignment",
        "guardian",
        "mentor",
        "principal",
        "deputy",
        "staff",
        "school",
        "of",
        "author",
        "to",
        "from",
        "by",
        "report",
        "pupil",
        "subject",
        "approvedBy",
        "term",
        "baseline",
        "kind",
        "zone",
        "letIn",
        "heldBack",
        "pupils",
        "text",
        "role",
    ];

    /// A new field that holds text must be said to be entered, or to be ours.
    #[test]
    fn every_field_that_holds_text_is_entered_or_ours() {
        let mut texts = 0;
        for (file, schema) in schemas() {
            let kind = EventKind::ALL.iter().find(|kind| file.starts_with(&format!("{}.v", kind.name()))).unwrap();
            let entered = entered(*kind);
            let mut found = Vec::new();
            fields(&schema, &mut found);
            for field in found {
                texts += 1;
                assert!(entered.contains(&field) || OURS.contains(&field.as_str()), "{file}: {field}");
            }
        }
        assert!(texts > 100, "{texts}");
    }

    #[test]
    fn what_is_entered_is_known_by_its_kind() {
        let of = |kind| entered(kind).into_iter().collect::<Vec<_>>();
        assert_eq!(of(EventKind::ErasureBegun), ["decision", "planItem"]);
        assert_eq!(of(EventKind::LegalHoldPlaced), ["reference"], "the subject is an id");
        assert_eq!(of(EventKind::SubjectAtRisk), ["subject"], "here it is a school subject");
        assert_eq!(of(EventKind::ObligationMetElsewhere), ["reference", "system"]);
        assert_eq!(of(EventKind::PupilLeft), ["destination"]);
    }

    /// The names of fields that hold any text: no date, and none of some words.
    fn fields(schema: &Value, found: &mut Vec<String>) {
        let Some(object) = schema.as_object() else {
            schema.as_array().into_iter().flatten().for_each(|inner| fields(inner, found));
            return;
        };
        for (name, field) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let of = |text: &str| match &field["type"] {
                Value::Array(types) => types.iter().any(|one| one == text),
                one => one == text,
            };
            let items = &field["items"];
            let text = of("string") || of("array") && items["type"] == "string" && items["enum"].is_null();
            if text && field["format"].is_null() && field["enum"].is_null() && field["const"].is_null() {
                found.push(name.clone());
            }
        }
        object.values().for_each(|inner| fields(inner, found));
    }
}
