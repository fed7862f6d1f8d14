//! The schema as others rely on it.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use domain::refusal::Code;

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let committed = include_str!("../../../schema/schema.graphql");
    assert!(api::sdl() == committed, "run `cargo xtask schema` and commit schema/schema.graphql");
}

#[test]
fn everything_in_the_schema_is_described() {
    let sdl = api::sdl();
    let document = parse_schema(&sdl).unwrap();
    let mut bare = Vec::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.as_str();
        let mut look = |described: bool, what: String| {
            if !described {
                bare.push(what);
            }
        };
        look(definition.node.description.is_some(), name.to_owned());
        let fields = match &definition.node.kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            TypeKind::InputObject(input) => {
                for field in &input.fields {
                    look(field.node.description.is_some(), format!("{name}.{}", field.node.name.node));
                }
                continue;
            }
            TypeKind::Enum(values) => {
                for value in &values.values {
                    look(value.node.description.is_some(), format!("{name}.{}", value.node.value.node));
                }
                continue;
            }
            TypeKind::Scalar | TypeKind::Union(_) => continue,
        };
        for field in fields {
            let field_name = &field.node.name.node;
            look(field.node.description.is_some(), format!("{name}.{field_name}"));
            for argument in &field.node.arguments {
                let described = argument.node.description.is_some();
                look(described, format!("{name}.{field_name}({})", argument.node.name.node));
            }
        }
    }
    assert!(bare.is_empty(), "not described: {bare:?}");
}

#[test]
fn the_schema_knows_every_code_by_its_stable_name() {
    let sdl = api::sdl();
    let values = sdl.split("enum ErrorCode {").nth(1).unwrap().split('}').next().unwrap();
    let listed: Vec<_> =
        values.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('"')).collect();
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(listed, codes);
}

/// What a question may be narrowed by: whose it is, where, when, which page. Nothing of what is sensitive about a person: no
/// reason of absence, no health, no language, no support, no protection (26 a kap. skollagen, 3 kap. 3 § dataskyddslagen).
const NARROWED_BY: [&str; 24] = [
    "after: String",
    "at: NaiveDate",
    "baseline: String",
    "className: String",
    "code: String",
    "day: NaiveDate",
    "first: Int",
    "firstDay: NaiveDate",
    "from: String",
    "grade: Int",
    "holdBack: ID",
    "id: ID",
    "knownOn: NaiveDate",
    "lastDay: NaiveDate",
    "letIn: ID",
    "mentorId: ID",
    "principal: ID",
    "pupilId: ID",
    "reviewed: Boolean",
    "schoolId: ID",
    "term: String",
    "to: String",
    "week: String",
    "weeks: Int",
];

#[test]
fn no_question_searches_or_selects_by_anything_sensitive() {
    let sdl = api::sdl();
    let document = parse_schema(&sdl).unwrap();
    let mut found = std::collections::BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        // A command says what happened: it selects nobody.
        if definition.node.name.node == "Mutation" {
            continue;
        }
        for argument in object.fields.iter().flat_map(|field| &field.node.arguments) {
            let kind = argument.node.ty.node.to_string().replace(['[', ']', '!'], "");
            found.insert(format!("{}: {kind}", argument.node.name.node));
        }
    }
    let known: std::collections::BTreeSet<String> = NARROWED_BY.map(str::to_owned).into();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "is it sensitive what these select by? {new:?}");
    assert_eq!(found.len(), known.len(), "these are gone: {:?}", known.difference(&found));
}

#[test]
fn every_mutation_takes_one_input_with_a_command_id() {
    let sdl = api::sdl();
    let parts: String = ["WorkInput", "StaffMatterInput", "SchoolMatterInput"]
        .iter()
        .map(|one| sdl.split(&format!("input {one} @oneOf {{")).nth(1).unwrap().split('}').next().unwrap())
        .collect();
    for input in sdl
        .split("input ")
        .skip(1)
        .filter(|text| text.split('{').next().is_some_and(|name| name.trim_end().ends_with("Input")))
    {
        let name = input.split('{').next().unwrap().trim();
        let part_of_another = ["AttendanceDayInput", "DateSpanInput", "NewGuardianInput", "NextPlacementInput"]
            .contains(&name)
            || name.ends_with("@oneOf")
            || ["WorkInput", "StaffMatterInput", "SchoolMatterInput"].iter().any(|one| name.starts_with(one))
            || parts.contains(&format!(": {name}\n"));
        let fields = input.split('}').next().unwrap();
        assert!(part_of_another || fields.contains("commandId: ID!"), "{name}");
    }
}
