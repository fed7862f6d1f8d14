//! The schema as the walk needs it: types with their fields, and what an argument or an input can be given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use domain::spec::cast::{ASSIGNMENT, GUARDIAN, MENTOR, OTHER_MENTOR, PRINCIPAL, PUPIL, SCHOOL};
use domain::spec::story_event;

use crate::everybody::{GONE, referral};

/// The schema, by the names of its types.
pub(crate) struct Schema(BTreeMap<String, TypeDefinition>);

pub(crate) fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(inner),
    }
}

impl Schema {
    pub(crate) fn read() -> Self {
        let document = parse_schema(api::sdl()).unwrap();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Self(types.collect())
    }

    /// What a type is.
    pub(crate) fn kind(&self, of: &str) -> Option<&TypeKind> {
        self.0.get(of).map(|definition| &definition.kind)
    }

    /// Every type, by name.
    pub(crate) fn types(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    pub(crate) fn fields(&self, of: &str) -> Vec<&FieldDefinition> {
        match &self.0[of].kind {
            TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
            _ => Vec::new(),
        }
    }

    /// A type's members, for a union or an interface.
    pub(crate) fn members(&self, of: &str) -> Vec<String> {
        match &self.0[of].kind {
            TypeKind::Union(union) => union.members.iter().map(|member| member.node.to_string()).collect(),
            _ => Vec::new(),
        }
    }

    fn is_composite(&self, name: &str) -> bool {
        let kind = self.0.get(name).map(|definition| &definition.kind);
        matches!(kind, Some(TypeKind::Object(_) | TypeKind::Union(_) | TypeKind::Interface(_)))
    }

    /// A field with its required arguments, and what is asked of it when it is no scalar.
    pub(crate) fn asked(&self, field: &FieldDefinition, rest: &str) -> String {
        let required =
            |argument: &&InputValueDefinition| !argument.ty.node.nullable && argument.default_value.is_none();
        let arguments: Vec<_> = field.arguments.iter().map(|argument| &argument.node).filter(required).collect();
        let given: Vec<String> =
            arguments.iter().map(|argument| format!("{}:{}", argument.name.node, self.value(argument, 0))).collect();
        // The case that was left is another pupil's.
        let subject = match field.name.node.as_str() {
            "formerCase" | "schoolReadings" | "schoolExtract" => GONE.to_string(),
            "guardian" => GUARDIAN.to_string(),
            _ => PUPIL.to_string(),
        };
        let given: Vec<String> = given.into_iter().map(|one| one.replace(&PUPIL.to_string(), &subject)).collect();
        let arguments = if given.is_empty() { String::new() } else { format!("({})", given.join(" ")) };
        let inner = match (rest, self.is_composite(named(&field.ty.node))) {
            ("", true) => "{__typename}".to_owned(),
            ("", false) => String::new(),
            (rest, _) => format!("{{{rest}}}"),
        };
        format!("{}{arguments}{inner}", field.name.node)
    }

    /// For each object type that an answer can hold, how it is reached: text around what is asked of it.
    pub(crate) fn ways(&self) -> BTreeMap<String, (String, String)> {
        let mut ways = BTreeMap::new();
        let mut waiting = VecDeque::new();
        let mut reach = |name: &str, before: String, after: String, waiting: &mut VecDeque<String>| {
            if !ways.contains_key(name) {
                ways.insert(name.to_owned(), (before, after));
                waiting.push_back(name.to_owned());
            }
            ways.clone()
        };
        reach("Query", "{".to_owned(), "}".to_owned(), &mut waiting);
        let pupil = format!("{{pupil(id:\"{PUPIL}\"){{");
        reach("Pupil", pupil.clone(), "}}".to_owned(), &mut waiting);
        reach("School", format!("{{node(id:\"{SCHOOL}\"){{...on School{{"), "}}}".to_owned(), &mut waiting);
        reach("Staff", format!("{{node(id:\"{MENTOR}\"){{...on Staff{{"), "}}}".to_owned(), &mut waiting);
        // What was corrected, and what corrected it, stands in the history alone.
        let history = format!("{pupil}history(first:100){{edges{{node{{content{{...on EntryCorrected{{");
        reach("EntryCorrected", history, "}}}}}}}".to_owned(), &mut waiting);
        let history = format!("{pupil}history(first:100){{edges{{node{{content{{...on PupilNameCorrected{{");
        reach("PupilNameCorrected", history, "}}}}}}}".to_owned(), &mut waiting);
        let history = format!("{pupil}history(first:100){{edges{{node{{content{{...on EnrolmentDaysCorrected{{");
        reach("EnrolmentDaysCorrected", history, "}}}}}}}".to_owned(), &mut waiting);
        // That a pupil left stands in the case that was left.
        let left = format!("{{formerCase(pupilId:\"{GONE}\" first:100){{edges{{node{{content{{...on PupilLeft{{");
        reach("PupilLeft", left, "}}}}}}".to_owned(), &mut waiting);
        let mut known = reach(
            "TimelineEntry",
            format!("{pupil}timeline(first:100){{edges{{node{{"),
            "}}}}}".to_owned(),
            &mut waiting,
        );
        let mut done = BTreeSet::new();
        while let Some(of) = waiting.pop_front() {
            if !done.insert(of.clone()) {
                continue;
            }
            let (before, after) = known[&of].clone();
            for field in self.fields(&of) {
                let target = named(&field.ty.node).to_owned();
                if !self.is_composite(&target) {
                    continue;
                }
                let text = self.asked(field, "HERE");
                let (head, tail) = text.split_once("HERE").unwrap();
                let members = self.members(&target);
                if members.is_empty() {
                    known = reach(&target, format!("{before}{head}"), format!("{tail}{after}"), &mut waiting);
                }
                for member in members {
                    let head = format!("{before}{head}...on {member}{{");
                    known = reach(&member, head, format!("}}{tail}{after}"), &mut waiting);
                }
            }
        }
        known
    }

    /// What an argument or a field of an input is given: something that its type allows.
    pub(crate) fn value(&self, of: &InputValueDefinition, variant: usize) -> String {
        let (name, kind) = (of.name.node.as_str(), &of.ty.node);
        let one = self.plain(name, named(kind), variant);
        if matches!(kind.base, BaseType::List(_)) { format!("[{one}]") } else { one }
    }

    /// What an input must hold, and which of several ways to name somebody.
    fn is_given(field: &InputValueDefinition) -> bool {
        let named = ["guardianId", "pupil"].contains(&field.name.node.as_str());
        (!field.ty.node.nullable && field.default_value.is_none()) || named
    }

    fn plain(&self, name: &str, kind: &str, variant: usize) -> String {
        match kind {
            "ID" => format!("\"{}\"", id(name)),
            "String" if name == "position" => format!("\"{}\"", referral()),
            "String" => format!("\"{}\"", text(name)),
            "Int" => match name {
                "startsIn" => "2020",
                "pupils" => "2",
                _ => "1",
            }
            .to_owned(),
            "Boolean" => "true".to_owned(),
            "NaiveDate" => "\"2019-10-01\"".to_owned(),
            "DateTime" => "\"2019-09-30T10:00:00Z\"".to_owned(),
            other => match &self.0[other].kind {
                TypeKind::Enum(words) => words.values[0].node.value.node.to_string(),
                TypeKind::InputObject(input) => {
                    let one_of = self.0[other].directives.iter().any(|directive| directive.node.name.node == "oneOf");
                    let fields: Vec<_> = input.fields.iter().map(|field| &field.node).collect();
                    let chosen: Vec<&&InputValueDefinition> = if one_of {
                        vec![&fields[variant]]
                    } else {
                        fields.iter().filter(|field| Self::is_given(field)).collect()
                    };
                    let given: Vec<String> = chosen
                        .iter()
                        .map(|field| format!("{}:{}", field.name.node, self.value(field, variant)))
                        .collect();
                    format!("{{{}}}", given.join(" "))
                }
                _ => panic!("nothing is known to give for {name}: {kind}"),
            },
        }
    }

    /// What exactly one of is given, by name; nothing when the input is no such choice.
    pub(crate) fn choices(&self, of: &InputValueDefinition) -> Vec<String> {
        let TypeKind::InputObject(input) = &self.0[named(&of.ty.node)].kind else { return Vec::new() };
        let one_of = |field: &InputValueDefinition| {
            let definition = self.0.get(named(&field.ty.node))?;
            let is = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
            let TypeKind::InputObject(input) = &definition.kind else { return None };
            is.then(|| input.fields.iter().map(|field| field.node.name.node.to_string()).collect())
        };
        input
            .fields
            .iter()
            .filter(|field| !field.node.ty.node.nullable)
            .find_map(|field| one_of(&field.node))
            .unwrap_or_default()
    }
}

fn id(name: &str) -> String {
    match name {
        "id" | "pupilId" | "pupil" => PUPIL.to_string(),
        "schoolId" | "school" => SCHOOL.to_string(),
        "guardianId" | "guardian" => GUARDIAN.to_string(),
        "assignmentId" => ASSIGNMENT.to_string(),
        "principalId" | "principal" => PRINCIPAL.to_string(),
        "deputyId" | "deputy" | "to" => OTHER_MENTOR.to_string(),
        "mentorId" | "mentor" | "staffId" | "staff" => MENTOR.to_string(),
        "of" | "letIn" | "heldBack" => story_event(1).to_string(),
        "commandId" => "016d86c2-3ea0-7000-8000-0000000000aa".to_owned(),
        _ => panic!("no id is known for {name}"),
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "term" | "to" => "ht19",
        "baseline" | "from" => "vt19",
        "zone" => "Europe/Stockholm",
        "week" => "2019-W36",
        "code" => "EXE",
        "committee" => "BIN",
        "className" | "class" => "7A",
        "programme" => "BA",
        "unitCode" => "12345678",
        "subject" => "Matematik",
        "reference" | "planItem" => "BOU 2019/1",
        "email" => "kim@example.invalid",
        "phone" => "+46700000000",
        _ => "Kim Exempel",
    }
}
