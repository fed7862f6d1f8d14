//! Whether a JSON Schema still accepts everything that another one accepted. What is not understood counts as a break:
//! the question is decided by a person then, not by luck.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Keywords that say something to people and nothing about data.
const REMARKS: &[&str] = &["$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated"];
/// Keywords that are compared by functions of their own.
const COMPARED: &[&str] = &[
    "$ref",
    "$defs",
    "definitions",
    "type",
    "const",
    "enum",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
];
/// Lower limits: may only sink.
const LOWER: &[&str] = &["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
/// Upper limits: may only rise.
const UPPER: &[&str] = &["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/// How deep references are followed.
const DEEPEST: usize = 64;

/// Everything that the new schema no longer accepts, or no longer describes.
pub(crate) fn breaks(then: &Value, now: &Value) -> Vec<String> {
    let walk = Walk { then, now };
    walk.compare("$", then, now, 0)
}

struct Walk<'a> {
    then: &'a Value,
    now: &'a Value,
}

impl Walk<'_> {
    fn compare(&self, at: &str, then: &Value, now: &Value, depth: usize) -> Vec<String> {
        let (then, now) = (resolve(self.then, then), resolve(self.now, now));
        if then == now && self.then == self.now || *now == Value::Bool(true) || *then == Value::Bool(false) {
            return Vec::new();
        }
        if depth > DEEPEST {
            return Vec::new();
        }
        let (Value::Object(then), Value::Object(now)) = (then, now) else {
            return vec![format!("{at} accepted something and accepts nothing now, or the other way round")];
        };
        let mut found = types(at, then, now);
        found.extend(values(at, then, now));
        found.extend(limits(at, then, now));
        found.extend(others(at, then, now));
        found.extend(self.object(at, then, now, depth + 1));
        found.extend(self.list(at, then, now, depth + 1));
        found.extend(self.choices(at, then, now, depth + 1));
        found
    }

    fn object(&self, at: &str, then: &Map<String, Value>, now: &Map<String, Value>, depth: usize) -> Vec<String> {
        let (was, is) = (names(then, "required"), names(now, "required"));
        let mut found: Vec<String> =
            is.difference(&was).map(|name| format!("{at}.{name} is required, and was not")).collect();
        let empty = Map::new();
        let (old, new) = (properties(then).unwrap_or(&empty), properties(now).unwrap_or(&empty));
        for (name, then) in old {
            match new.get(name) {
                Some(now) => found.extend(self.compare(&format!("{at}.{name}"), then, now, depth)),
                None => found.push(format!("{at}.{name} is no longer described")),
            }
        }
        found.extend(self.additional(at, then, now, depth));
        found
    }

    fn additional(&self, at: &str, then: &Map<String, Value>, now: &Map<String, Value>, depth: usize) -> Vec<String> {
        let anything = Value::Bool(true);
        let of = |schema: &Map<String, Value>| schema.get("additionalProperties").cloned().unwrap_or(anything.clone());
        let (was, is) = (of(then), of(now));
        if was == is { Vec::new() } else { self.compare(&format!("{at}.*"), &was, &is, depth) }
    }

    fn list(&self, at: &str, then: &Map<String, Value>, now: &Map<String, Value>, depth: usize) -> Vec<String> {
        let mut found = match (then.get("items"), now.get("items")) {
            (Some(was), Some(is)) => self.compare(&format!("{at}[]"), was, is, depth),
            (None, Some(_)) => vec![format!("{at}[] is restricted, and was not")],
            (_, None) => Vec::new(),
        };
        let (was, is) = (list(then, "prefixItems"), list(now, "prefixItems"));
        if was.len() != is.len() && !is.is_empty() {
            found.push(format!("{at} has {} first items, and had {}", is.len(), was.len()));
        }
        let pairs = was.iter().zip(is).enumerate();
        found.extend(pairs.flat_map(|(index, (was, is))| self.compare(&format!("{at}[{index}]"), was, is, depth)));
        found
    }

    /// Each choice that there was fits one of those that there are.
    fn choices(&self, at: &str, then: &Map<String, Value>, now: &Map<String, Value>, depth: usize) -> Vec<String> {
        let mut found = Vec::new();
        for keyword in ["anyOf", "oneOf"] {
            let (was, is) = (list(then, keyword), list(now, keyword));
            if is.is_empty() {
                continue;
            }
            if was.is_empty() {
                found.push(format!("{at} is restricted by {keyword}, and was not"));
            }
            let fits = |old: &&Value| is.iter().any(|new| self.compare(at, old, new, depth).is_empty());
            found.extend(
                was.iter().filter(|old| !fits(old)).map(|old| format!("{at} no longer accepts {}", short(old))),
            );
        }
        let (was, is) = (list(then, "allOf"), list(now, "allOf"));
        let held = |new: &&Value| was.iter().any(|old| self.compare(at, old, new, depth).is_empty());
        found.extend(is.iter().filter(|new| !held(new)).map(|new| format!("{at} demands {} too", short(new))));
        found
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut current = schema;
    for _ in 0..DEEPEST {
        let Some(pointer) = current.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) else {
            return current;
        };
        let Some(target) = root.pointer(pointer) else { return current };
        current = target;
    }
    current
}

fn types(at: &str, then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let (was, is) = (names(then, "type"), names(now, "type"));
    if is.is_empty() {
        return Vec::new();
    }
    if was.is_empty() && !now.contains_key("const") && !now.contains_key("enum") {
        return vec![format!("{at} is restricted to {is:?}, and was not")];
    }
    let fits = |name: &&String| is.contains(*name) || (name.as_str() == "integer" && is.contains("number"));
    was.iter().filter(|name| !fits(name)).map(|name| format!("{at} is no longer of type {name}")).collect()
}

fn values(at: &str, then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let of = |schema: &Map<String, Value>| match (schema.get("const"), schema.get("enum").and_then(Value::as_array)) {
        (Some(one), _) => Some(vec![one.clone()]),
        (None, Some(several)) => Some(several.clone()),
        (None, None) => None,
    };
    match (of(then), of(now)) {
        (_, None) => Vec::new(),
        (None, Some(_)) => vec![format!("{at} is restricted to certain values, and was not")],
        (Some(was), Some(is)) => {
            let gone = was.iter().filter(|value| !is.contains(value));
            gone.map(|value| format!("{at} no longer accepts {value}")).collect()
        }
    }
}

fn limits(at: &str, then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let number = |schema: &Map<String, Value>, keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let tighter = |keyword: &&&str| match (number(then, keyword), number(now, keyword)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(was), Some(is)) => {
            if LOWER.contains(*keyword) {
                is > was
            } else {
                is < was
            }
        }
    };
    let found = LOWER.iter().chain(UPPER).filter(tighter);
    found.map(|keyword| format!("{at}: {keyword} is stricter than it was")).collect()
}

/// Keywords that this file knows nothing of must not change, except by going away.
fn others(at: &str, then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let known = |keyword: &str| [REMARKS, COMPARED, LOWER, UPPER].iter().any(|list| list.contains(&keyword));
    let changed = now.iter().filter(|(keyword, value)| !known(keyword) && then.get(*keyword) != Some(*value));
    changed
        .map(|(keyword, _)| format!("{at}: {keyword} has changed, and this check does not know what that means"))
        .collect()
}

fn names(schema: &Map<String, Value>, keyword: &str) -> BTreeSet<String> {
    match schema.get(keyword) {
        Some(Value::String(one)) => BTreeSet::from([one.clone()]),
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

fn properties(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(120).collect()
}

#[cfg(test)]
mod tests;
