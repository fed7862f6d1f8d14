//! Every way to every type that an answer can hold, and what everybody is answered by it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use async_graphql_parser::types::TypeKind;
use domain::id::StaffId;
use domain::spec::cast::{MENTOR, PUPIL, SCHOOL};
use futures::future::join_all;
use serde_json::Value;

use crate::everybody::EVERYBODY;
use crate::schema::{Schema, named};
use crate::served::Served;
use crate::{another_question, head, holds_something, is_restricted, marks};

/// A way to a type: the fields that lead there.
#[derive(Clone)]
pub(crate) struct Way {
    /// The type that it leads to.
    pub(crate) of: String,
    /// The fields on the way, by name; with the type, where there is a choice.
    name: String,
    /// The same as an answer names them.
    keys: Vec<String>,
    before: String,
    after: String,
}

/// Who is answered, in the order of everybody.
type Cells = [bool; EVERYBODY.len()];

/// What is decided by whose it is, wherever it stands: what lies below is walked where it stands by itself, now and as of a day.
const BY_ITSELF: [(&str, [&str; 2]); 1] = [("Pupil", ["pupil", "asOf.pupil"])];

impl Way {
    fn begin() -> Self {
        let (of, before, after) = ("Query".to_owned(), "{".to_owned(), "}".to_owned());
        Self { of, name: String::new(), keys: Vec::new(), before, after }
    }

    /// The way on, by a field, to one of the types that it can lead to.
    fn on(&self, schema: &Schema, field: &async_graphql_parser::types::FieldDefinition, to: &str) -> Self {
        let name = field.name.node.as_str();
        let target = named(&field.ty.node);
        let is_choice = target != to;
        let mut text = schema.asked(field, "HERE");
        if ["timeline", "history"].contains(&name) {
            text = text.replacen(name, &format!("{name}(first:100)"), 1);
        }
        if name == "formerCase" {
            text = text.replacen(')', " first:100)", 1);
        }
        if name == "node" && is_choice {
            // Which kind of thing it is, its id says.
            let id = match to {
                "School" => SCHOOL.to_string(),
                "Staff" => MENTOR.to_string(),
                _ => PUPIL.to_string(),
            };
            text = text.replace(&PUPIL.to_string(), &id);
        }
        let (head, tail) = text.split_once("HERE").unwrap();
        let (open, close) = if is_choice { (format!("...on {to}{{"), "}") } else { (String::new(), "") };
        let called = if is_choice { format!("{name}[{to}]") } else { name.to_owned() };
        let dot = if self.name.is_empty() { "" } else { "." };
        Self {
            of: to.to_owned(),
            name: format!("{}{dot}{called}", self.name),
            keys: self.keys.iter().cloned().chain([name.to_owned()]).collect(),
            before: format!("{}{head}{open}", self.before),
            after: format!("{close}{tail}{}", self.after),
        }
    }

    /// How each rule of it ends.
    pub(crate) fn rule(&self) -> String {
        format!(" by {}", if self.name.is_empty() { "itself" } else { &self.name })
    }

    fn asks(&self, what: &str) -> String {
        format!("{}{what}{}", self.before, self.after)
    }

    /// What stands in an answer where the way leads to, of a field.
    fn holds(&self, answer: &Value, field: &str) -> bool {
        fn within(value: &Value, keys: &[String], field: &str) -> bool {
            match (value, keys) {
                (Value::Array(items), _) => items.iter().any(|item| within(item, keys, field)),
                (Value::Object(fields), [key, rest @ ..]) => {
                    fields.get(key).is_some_and(|value| within(value, rest, field))
                }
                (Value::Object(fields), []) => fields.get(field).is_some_and(holds_something),
                _ => false,
            }
        }
        within(&answer["data"], &self.keys, field)
    }
}

/// Every way to each type, none through the same type twice: the shortest first.
pub(crate) fn all_ways(schema: &Schema) -> Vec<Way> {
    let mut found = Vec::new();
    let mut edge = vec![(Way::begin(), BTreeSet::from(["Query".to_owned()]))];
    while !edge.is_empty() {
        let mut next = Vec::new();
        for (way, through) in edge {
            let ends = BY_ITSELF.iter().any(|(of, there)| *of == way.of && !there.contains(&way.name.as_str()));
            for field in schema.fields(&way.of).into_iter().filter(|_| !ends) {
                for to in schema.could_be(named(&field.ty.node)) {
                    let mut through = through.clone();
                    if through.insert(to.clone()) {
                        next.push((way.on(schema, field, &to), through));
                    }
                }
            }
            found.push(way);
        }
        edge = next;
    }
    found
}

impl Schema {
    /// The types of objects that a field of a type can lead to.
    fn could_be(&self, of: &str) -> Vec<String> {
        match self.kind(of) {
            Some(TypeKind::Object(_)) => vec![of.to_owned()],
            Some(TypeKind::Union(_)) => self.members(of),
            Some(TypeKind::Interface(_)) => self.types().into_iter().filter(|one| self.is_one(one, of)).collect(),
            _ => Vec::new(),
        }
    }

    fn is_one(&self, one: &str, of: &str) -> bool {
        matches!(self.kind(one), Some(TypeKind::Object(object)) if object.implements.iter().any(|held| held.node == of))
    }
}

/// What is asked by a way: fields that are asked together, and those that hold something by another question alone.
struct Asked {
    together: Vec<(String, String)>,
    alone: Vec<(String, String)>,
}

/// Who is answered what by a way: each field's cells.
async fn walked(served: &Served, schema: &Schema, way: &Way) -> BTreeMap<String, Cells> {
    let mut cells: BTreeMap<String, Cells> = BTreeMap::new();
    let mut asked = Asked { together: Vec::new(), alone: Vec::new() };
    for field in schema.fields(&way.of) {
        let (name, plainly) = (field.name.node.to_string(), schema.asked(field, ""));
        let plain = way.asks(&plainly);
        let query = another_question(&format!("{}.{name}", way.of), &plain);
        cells.insert(name.clone(), [false; EVERYBODY.len()]);
        if query == plain { asked.together.push((name, plainly)) } else { asked.alone.push((name, query)) }
    }
    let each = EVERYBODY.map(|(_, staff, _)| told(served, way, staff, &asked));
    for (number, seen) in join_all(each).await.into_iter().enumerate() {
        for name in seen {
            cells.get_mut(name).unwrap()[number] = true;
        }
    }
    cells
}

/// The fields that somebody is answered by a way.
async fn told<'a>(served: &Served, way: &Way, staff: StaffId, asked: &'a Asked) -> Vec<&'a str> {
    let Asked { together, alone } = asked;
    let all = together.iter().map(|(_, asked)| asked.as_str()).collect::<Vec<_>>().join(" ");
    // Of some things everything is asked otherwise.
    let answer = if together.is_empty() { Value::Null } else { served.ask(staff, &way.asks(&all)).await };
    let well = asked_well(&answer);
    let mut seen = Vec::new();
    for (name, field) in together {
        // One field that is refused takes what stands around it along.
        let apart = if well { None } else { Some(served.ask(staff, &way.asks(field)).await) };
        if way.holds(apart.as_ref().unwrap_or(&answer), name) {
            seen.push(name.as_str());
        }
    }
    for (name, query) in alone {
        let answer = served.ask(staff, query).await;
        // Another question may lead by another way.
        if way.holds(&answer, name) || (!query.starts_with(&way.before) && holds_something(&answer["data"])) {
            seen.push(name.as_str());
        }
    }
    seen
}

/// Whether everything that was asked was answered or refused by itself.
fn asked_well(answer: &Value) -> bool {
    let codes = answer["errors"].as_array().into_iter().flatten().map(|error| &error["extensions"]["code"]);
    for code in codes.clone() {
        let well = !["bad_request", "internal", "invalid_input"].contains(&code.as_str().unwrap());
        assert!(well, "{answer}");
    }
    codes.count() == 0
}

/// The table of all fields: a row for those of a type that the same people see, by the ways by which they do.
pub(crate) async fn walk_ways(schema: &Schema, table: &mut String) {
    let served = Served::start().await;
    let mut by_type: BTreeMap<String, BTreeMap<BTreeMap<String, Cells>, Vec<String>>> = BTreeMap::new();
    let mut nobody = Vec::new();
    for way in all_ways(schema) {
        let mut cells = walked(&served, schema, &way).await;
        for (field, cells) in &cells {
            let name = format!("{}.{field}", way.of);
            assert!(!is_restricted(&name) || cells.iter().all(|cell| !cell), "{name} is restricted");
        }
        if !way.name.is_empty() && cells.values().flatten().all(|cell| !cell) {
            nobody.push(format!("{} by {}", way.of, way.name));
            continue;
        }
        // What nobody is answered by this way may be there by another.
        cells.retain(|_, cells| cells.iter().any(|cell| *cell));
        let name = if way.name.is_empty() { "itself".to_owned() } else { way.name };
        by_type.entry(way.of).or_default().entry(cells).or_default().push(name);
    }
    writeln!(table, "\n## Fields\n").unwrap();
    writeln!(
        table,
        "Fields of a type, and after *by* the ways to it by which the same people are answered them. A field of a type that is not \
         named with a way holds nothing for anybody there. Below a pupil whom a list or another thing leads to, everything is as by \
         `pupil`: whose case it is decides. `(asOf.)` stands for two ways: as things are, and as of a past day.\n"
    )
    .unwrap();
    head(table, "fields");
    let mut empty = Vec::new();
    for (of, groups) in &by_type {
        for (fields, ways) in groups {
            let mut rows: Vec<(Cells, Vec<&str>)> = Vec::new();
            for field in
                schema.fields(of).into_iter().filter_map(|field| fields.get_key_value(field.name.node.as_str()))
            {
                match rows.iter_mut().find(|(cells, _)| cells == field.1) {
                    Some((_, names)) => names.push(field.0),
                    None => rows.push((*field.1, vec![field.0])),
                }
            }
            for (cells, names) in rows {
                writeln!(table, "| {of}: {} *by* {} | {} |", names.join(", "), shortened(ways), marks(&cells)).unwrap();
            }
        }
        let seen = |field: &str| groups.keys().any(|fields| fields.contains_key(field));
        let fields = schema.fields(of).into_iter().map(|field| field.name.node.to_string());
        empty.extend(fields.filter(|field| !seen(field)).map(|field| format!("{of}.{field}")));
    }
    empty.retain(|name| !is_restricted(name));
    assert_eq!(empty, Vec::<String>::new(), "nobody sees anything there: let it happen in the example");
    writeln!(table, "\n## Ways by which nobody is answered anything in the example\n").unwrap();
    for way in nobody {
        writeln!(table, "- {way}").unwrap();
    }
    writeln!(table, "\n## Notes that open by an act of their own, and stand in no answer\n").unwrap();
    for of in schema.types() {
        let fields = schema.fields(&of).into_iter().map(|field| format!("{of}.{}", field.name.node));
        for name in fields.filter(|name| is_restricted(name)) {
            writeln!(table, "- {name}").unwrap();
        }
    }
}

/// Ways, where one that leads there as of a past day too is written once.
fn shortened(ways: &[String]) -> String {
    let past = |way: &str| ways.iter().any(|other| other.strip_prefix("asOf.") == Some(way));
    let now = |way: &str| way.strip_prefix("asOf.").is_some_and(|way| ways.iter().any(|other| other == way));
    let both = |way: &String| if past(way) { format!("(asOf.){way}") } else { way.clone() };
    ways.iter().filter(|way| !now(way)).map(both).collect::<Vec<_>>().join(", ")
}

/// Each rule of a table by itself: a field of a type, by one way.
pub(crate) fn rules(table: &str) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for line in table.lines() {
        if let Some(way) = line.strip_prefix("- ") {
            rules.insert(way.to_owned());
            continue;
        }
        let Some(name) = line.strip_prefix("| ").and_then(|row| row.split(" | ").next()) else { continue };
        let Some(((of, fields), ways)) =
            name.split_once(" *by* ").and_then(|(fields, ways)| Some((fields.split_once(": ")?, ways)))
        else {
            rules.insert(name.to_owned());
            continue;
        };
        for field in fields.split(", ") {
            for way in ways.split(", ") {
                let both = way.strip_prefix("(asOf.)");
                rules.extend(both.map(|way| format!("{of}.{field} by asOf.{way}")));
                rules.insert(format!("{of}.{field} by {}", both.unwrap_or(way)));
            }
        }
    }
    rules
}
