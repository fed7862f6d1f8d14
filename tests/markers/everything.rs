//! Every mutation that the committed schema has, with the marker in every text of its input: derived from the schema, so that a new
//! field is sown as well.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::MARKER;

/// What a mutation may be asked with.
pub(crate) struct Ids {
    pub(crate) school: String,
    pub(crate) pupil: String,
    pub(crate) guardian: String,
    pub(crate) staff: String,
    pub(crate) assignment: String,
}

/// A schema's inputs and enums, by name.
#[derive(Default)]
pub(crate) struct Schema {
    /// Fields with their types; and whether exactly one of them is given.
    inputs: BTreeMap<String, (Vec<(String, String)>, bool)>,
    enums: BTreeMap<String, String>,
    /// Mutations with the types of their inputs.
    mutations: Vec<(String, String)>,
    /// Texts in which the marker was sown: input and field.
    sown_in: RefCell<BTreeSet<(String, String)>>,
}

/// Fields of text in which the marker is not sown, and why not.
const NOT_SOWN: [(&str, &str); 2] = [
    (
        "term",
        "a term is written in one way; another text is refused before anything is done, as `term` of a question is",
    ),
    ("zone", "a time zone is one of a list; another text is refused before anything is done"),
];

impl Schema {
    /// Reads the schema's text: descriptions stand in lines of their own, in one or between two marks.
    pub(crate) fn read(text: &str) -> Self {
        let mut schema = Self::default();
        let (mut within, mut mutation) = (String::new(), String::new());
        let mut described = false;
        for line in text.lines().map(str::trim) {
            if line == "\"\"\"" {
                described = !described;
            }
            if described || line.starts_with('"') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [kind @ ("input" | "enum" | "type"), name, ..] => {
                    within = format!("{kind} {name}");
                    if *kind == "input" {
                        let one = line.contains("@oneOf");
                        schema.inputs.insert((*name).to_owned(), (Vec::new(), one));
                    }
                }
                ["}"] => within.clear(),
                _ => schema.line(&within, &mut mutation, line),
            }
        }
        schema
    }

    fn line(&mut self, within: &str, mutation: &mut String, line: &str) {
        if let Some(input) = within.strip_prefix("input ") {
            if let (Some((name, of)), Some((fields, _))) = (line.split_once(": "), self.inputs.get_mut(input)) {
                fields.push((name.to_owned(), of.split(" =").next().unwrap().to_owned()));
            }
        } else if let Some(name) = within.strip_prefix("enum ") {
            self.enums.entry(name.to_owned()).or_insert_with(|| line.to_owned());
        } else if within == "type Mutation" {
            if let Some(name) = line.strip_suffix('(') {
                name.clone_into(mutation);
            } else if let Some(of) = line.strip_prefix("input: ") {
                self.mutations.push((mutation.clone(), of.to_owned()));
            }
        }
    }

    /// Each mutation with the fields of its input but the command's name, once for each variant that it may hold.
    pub(crate) fn sown(&self, ids: &Ids) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (mutation, input) in &self.mutations {
            let (fields, _) = &self.inputs[bare(input)];
            let variants = fields.iter().filter_map(|(_, of)| self.inputs.get(bare(of)));
            let count = variants.filter(|(_, one)| *one).map(|(fields, _)| fields.len()).max().unwrap_or(1);
            for choice in 0..count {
                let told = fields.iter().filter(|(name, _)| name != "commandId");
                let told: Vec<String> = told
                    .map(|(name, of)| format!("{name}:{}", self.value((bare(input), name), of, ids, choice)))
                    .collect();
                all.push((mutation.clone(), told.join(" ")));
            }
        }
        all
    }

    /// Fields of text that a mutation can hold, in whatever depth, and in which nothing was sown though nothing says why not.
    pub(crate) fn forgotten(&self) -> Vec<(String, String)> {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = self.mutations.iter().map(|(_, of)| bare(of)).collect();
        let mut texts = BTreeSet::new();
        while let Some(input) = open.pop() {
            let Some((fields, _)) = self.inputs.get(input).filter(|_| reached.insert(input)) else { continue };
            open.extend(fields.iter().map(|(_, of)| bare(of)));
            let of_text = fields.iter().filter(|(name, of)| bare(of) == "String" && name != "commandId");
            texts.extend(of_text.map(|(name, _)| (input.to_owned(), name.clone())));
        }
        let excused = |name: &str| NOT_SOWN.iter().any(|(field, _)| *field == name);
        let sown = self.sown_in.borrow();
        assert!(texts.len() > 40, "{texts:?}");
        for (field, _) in NOT_SOWN {
            assert!(texts.iter().any(|(_, name)| name == field), "{field} is excused, and is not there");
        }
        texts.into_iter().filter(|one| !sown.contains(one) && !excused(&one.1)).collect()
    }

    fn value(&self, (within, name): (&str, &str), of: &str, ids: &Ids, choice: usize) -> String {
        if of.starts_with('[') {
            return format!("[{}]", self.value((within, name), bare(of), ids, choice));
        }
        match bare(of) {
            "String" => {
                let text = text(name);
                if text.contains(MARKER) {
                    self.sown_in.borrow_mut().insert((within.to_owned(), name.to_owned()));
                }
                text
            }
            "ID" => format!("\"{}\"", id(name, ids)),
            "Boolean" => "true".to_owned(),
            "Date" | "NaiveDate" => "\"2019-09-02\"".to_owned(),
            "DateTime" => "\"2019-09-02T10:00:00Z\"".to_owned(),
            of => match (self.inputs.get(of), self.enums.get(of)) {
                (Some((fields, one)), _) => {
                    let chosen = if *one { choice % fields.len() } else { 0 };
                    // Somebody who is named in one of several ways is named in the first.
                    let ways = ["pupil", "guardian", "staff"];
                    let named = |way: &str| fields.iter().any(|(name, of)| name == way && !of.ends_with('!'));
                    let several = ways.iter().all(|way| named(way));
                    let other = |name: &str| several && ways[1..].contains(&name);
                    let given = fields.iter().enumerate().filter(|(at, _)| !one || *at == chosen);
                    let given = given.filter(|(_, (name, _))| !other(name));
                    let given: Vec<String> = given
                        .map(|(_, (name, inner))| format!("{name}:{}", self.value((of, name), inner, ids, choice)))
                        .collect();
                    format!("{{{}}}", given.join(" "))
                }
                (None, Some(first)) => first.clone(),
                (None, None) => "1".to_owned(),
            },
        }
    }
}

/// A type without what is around its name.
fn bare(of: &str) -> &str {
    of.trim_matches(['[', ']', '!'])
}

/// The marker, in the form that the field asks for where a command would not come further without.
fn text(name: &str) -> String {
    match name {
        "email" | "address" => format!("\"{MARKER}@example.invalid\""),
        "phone" => format!("\"+46 70 {MARKER}\""),
        "term" => "\"ht19\"".to_owned(),
        "zone" => "\"Europe/Stockholm\"".to_owned(),
        "portal" => format!("\"https://{MARKER}.invalid/\""),
        _ => format!("\"{MARKER}\""),
    }
}

fn id<'a>(name: &str, ids: &'a Ids) -> &'a str {
    let name = name.to_lowercase();
    let named = |part: &str| name.contains(part);
    if named("pupil") {
        &ids.pupil
    } else if named("guardian") {
        &ids.guardian
    } else if named("school") {
        &ids.school
    } else if named("assignment") {
        &ids.assignment
    } else if ["staff", "mentor", "deputy", "principal", "to"].iter().any(|part| named(part)) {
        &ids.staff
    } else {
        MARKER
    }
}
