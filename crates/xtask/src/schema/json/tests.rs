use super::breaks;
use serde_json::{Value, json};

fn contact(channel: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["channel"],
        "properties": { "channel": channel, "minutes": { "type": "integer", "minimum": 0 } },
        "$defs": { "Channel": { "enum": ["phone", "visit"] } },
    })
}

fn referring() -> Value {
    contact(&json!({ "$ref": "#/$defs/Channel" }))
}

/// Whether a change of the contact's schema breaks anything.
fn is_broken(change: impl Fn(&mut Value)) -> bool {
    let then = referring();
    let mut now = then.clone();
    change(&mut now);
    !breaks(&then, &now).is_empty()
}

#[test]
fn a_schema_accepts_what_it_accepts() {
    assert!(!is_broken(|_same| {}));
}

#[test]
fn words_for_people_may_change() {
    assert!(!is_broken(|now| now["properties"]["minutes"]["description"] = json!("how long it took")));
}

#[test]
fn a_new_field_may_come_but_not_be_demanded() {
    assert!(!is_broken(|now| now["properties"]["note"] = json!({ "type": "string" })));
    assert!(is_broken(|now| {
        now["properties"]["note"] = json!({ "type": "string" });
        now["required"] = json!(["channel", "note"]);
    }));
}

#[test]
fn a_field_may_be_freed_but_not_demanded_or_removed() {
    assert!(!is_broken(|now| now["required"] = json!([])));
    assert!(is_broken(|now| now["required"] = json!(["channel", "minutes"])));
    assert!(is_broken(|now| {
        now["properties"].as_object_mut().expect("an object").remove("minutes");
    }));
}

#[test]
fn a_type_may_widen_but_not_change() {
    assert!(!is_broken(|now| now["properties"]["minutes"]["type"] = json!(["integer", "null"])));
    assert!(!is_broken(|now| now["properties"]["minutes"]["type"] = json!("number")));
    assert!(is_broken(|now| now["properties"]["minutes"]["type"] = json!("string")));
}

#[test]
fn values_may_be_added_but_not_taken_away_behind_a_reference_too() {
    assert!(!is_broken(|now| now["$defs"]["Channel"]["enum"] = json!(["phone", "visit", "letter"])));
    assert!(is_broken(|now| now["$defs"]["Channel"]["enum"] = json!(["phone"])));
}

#[test]
fn a_reference_may_be_written_out() {
    let written_out = contact(&json!({ "enum": ["phone", "visit"] }));
    assert_eq!(breaks(&referring(), &written_out), Vec::<String>::new());
}

#[test]
fn limits_may_loosen_but_not_tighten() {
    assert!(!is_broken(|now| now["properties"]["minutes"] = json!({ "type": "integer", "minimum": -5 })));
    assert!(is_broken(|now| now["properties"]["minutes"]["minimum"] = json!(1)));
    assert!(is_broken(|now| now["properties"]["minutes"]["maximum"] = json!(480)));
}

#[test]
fn what_is_closed_may_be_opened_but_not_the_other_way_round() {
    assert!(is_broken(|now| now["additionalProperties"] = json!(false)));
    let (mut closed, open) = (referring(), referring());
    closed["additionalProperties"] = json!(false);
    assert_eq!(breaks(&closed, &open), Vec::<String>::new());
}

#[test]
fn a_choice_may_be_added_but_not_taken_away() {
    let (one, other) = (json!({ "const": "a" }), json!({ "type": "object", "required": ["b"] }));
    let (few, many) = (json!({ "oneOf": [one] }), json!({ "oneOf": [other, one] }));
    assert_eq!(breaks(&few, &many), Vec::<String>::new());
    assert!(!breaks(&many, &few).is_empty());
}

#[test]
fn items_are_looked_into() {
    let list = |of: &str| json!({ "type": "array", "items": { "type": of } });
    assert_eq!(breaks(&list("integer"), &list("number")), Vec::<String>::new());
    assert!(!breaks(&list("string"), &list("number")).is_empty());
}

#[test]
fn what_the_check_does_not_know_counts_as_a_break() {
    assert!(is_broken(|now| now["properties"]["minutes"]["multipleOf"] = json!(5)));
}
