//! The GraphQL schema against the one that has landed: nothing that a client may ask for or send goes away.
//! A field or an enum value that was marked deprecated may.

use std::collections::BTreeMap;
use std::fs;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, ConstDirective, EnumValueDefinition, FieldDefinition, InputValueDefinition, ServiceDocument, Type,
    TypeDefinition, TypeKind, TypeSystemDefinition,
};

use crate::schema::base::Base;
use crate::shell::Failure;
use crate::workspace::Workspace;

const PATH: &str = "schema/schema.graphql";

/// Compares the committed schema with the one in the base.
pub(crate) fn check(workspace: &Workspace, base: &Base) -> Result<Vec<String>, Failure> {
    let Some(then) = base.read(workspace, PATH).filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
    let now = fs::read_to_string(workspace.root.join(PATH)).unwrap_or_default();
    let found = breaks(&then, &now)?;
    Ok(found.into_iter().map(|what| format!("{PATH}: {what}: clients rely on it; deprecate first")).collect())
}

/// Everything that a client of the old schema would miss.
fn breaks(then: &str, now: &str) -> Result<Vec<String>, Failure> {
    let (then, now) = (types(then)?, types(now)?);
    let found = then.iter().flat_map(|(name, old)| match now.get(name) {
        None => vec![format!("type {name} is gone")],
        Some(new) => compare(name, old, new),
    });
    Ok(found.collect())
}

fn types(text: &str) -> Result<BTreeMap<String, TypeDefinition>, Failure> {
    let document: ServiceDocument =
        parse_schema(text).map_err(|why| Failure::new(format!("{PATH} cannot be read: {why}")))?;
    let named = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(found) => Some((found.node.name.node.to_string(), found.node)),
        TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
    });
    Ok(named.collect())
}

fn compare(name: &str, old: &TypeDefinition, new: &TypeDefinition) -> Vec<String> {
    match (&old.kind, &new.kind) {
        (TypeKind::Scalar, TypeKind::Scalar) => Vec::new(),
        (TypeKind::Object(old), TypeKind::Object(new)) => {
            let mut found = gone(name, "interface", &texts(&old.implements), &texts(&new.implements));
            found.extend(fields(name, &nodes(&old.fields), &nodes(&new.fields)));
            found
        }
        (TypeKind::Interface(old), TypeKind::Interface(new)) => fields(name, &nodes(&old.fields), &nodes(&new.fields)),
        (TypeKind::Union(old), TypeKind::Union(new)) => {
            gone(name, "member", &texts(&old.members), &texts(&new.members))
        }
        (TypeKind::Enum(old), TypeKind::Enum(new)) => values(name, &nodes(&old.values), &nodes(&new.values)),
        (TypeKind::InputObject(old), TypeKind::InputObject(new)) => {
            inputs(name, &nodes(&old.fields), &nodes(&new.fields))
        }
        _ => vec![format!("type {name} is of another kind")],
    }
}

fn fields(owner: &str, old: &[&FieldDefinition], new: &[&FieldDefinition]) -> Vec<String> {
    let found = old.iter().flat_map(|old| {
        let name = format!("{owner}.{}", old.name.node);
        match new.iter().find(|new| new.name.node == old.name.node) {
            None if is_deprecated(&nodes(&old.directives)) => Vec::new(),
            None => vec![format!("field {name} is gone")],
            Some(new) => field(&name, old, new),
        }
    });
    found.collect()
}

fn field(name: &str, old: &FieldDefinition, new: &FieldDefinition) -> Vec<String> {
    let mut found = inputs(name, &nodes(&old.arguments), &nodes(&new.arguments));
    if !answers(&old.ty.node, &new.ty.node) {
        found.push(format!("field {name} was {} and is {}", old.ty.node, new.ty.node));
    }
    found
}

/// Arguments of a field, or fields of an input.
fn inputs(owner: &str, old: &[&InputValueDefinition], new: &[&InputValueDefinition]) -> Vec<String> {
    let mut found = Vec::new();
    for before in old {
        let name = format!("{owner}({})", before.name.node);
        match new.iter().find(|after| after.name.node == before.name.node) {
            None => found.push(format!("input {name} is gone")),
            Some(after) if !answers(&after.ty.node, &before.ty.node) => {
                found.push(format!("input {name} was {} and is {}", before.ty.node, after.ty.node));
            }
            Some(_) => {}
        }
    }
    let added = new.iter().filter(|after| !old.iter().any(|before| before.name.node == after.name.node));
    let demanded = added.filter(|after| !after.ty.node.nullable && after.default_value.is_none());
    found.extend(demanded.map(|after| format!("input {owner}({}) is new and demanded", after.name.node)));
    found
}

fn values(owner: &str, old: &[&EnumValueDefinition], new: &[&EnumValueDefinition]) -> Vec<String> {
    let missing = old.iter().filter(|old| !new.iter().any(|new| new.value.node == old.value.node));
    let missing = missing.filter(|old| !is_deprecated(&nodes(&old.directives)));
    missing.map(|old| format!("value {owner}.{} is gone", old.value.node)).collect()
}

fn gone(owner: &str, what: &str, old: &[String], new: &[String]) -> Vec<String> {
    old.iter().filter(|name| !new.contains(name)).map(|name| format!("{what} {name} of {owner} is gone")).collect()
}

/// Whether who expects `old` can take `new`: the same, or never null where it could be.
fn answers(old: &Type, new: &Type) -> bool {
    let inner = match (&old.base, &new.base) {
        (BaseType::Named(old), BaseType::Named(new)) => old == new,
        (BaseType::List(old), BaseType::List(new)) => answers(old, new),
        _ => false,
    };
    inner && (old.nullable || !new.nullable)
}

fn is_deprecated(directives: &[&ConstDirective]) -> bool {
    directives.iter().any(|directive| directive.name.node == "deprecated")
}

fn nodes<T>(list: &[async_graphql_parser::Positioned<T>]) -> Vec<&T> {
    list.iter().map(|positioned| &positioned.node).collect()
}

fn texts<T: ToString>(list: &[async_graphql_parser::Positioned<T>]) -> Vec<String> {
    list.iter().map(|positioned| positioned.node.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANDED: &str = "
        type Query { pupil(id: ID!): Pupil old: Int @deprecated }
        type Pupil { name: String minutes: [Int!]! }
        input Contact { channel: Channel! note: String }
        enum Channel { PHONE VISIT }
    ";

    fn broken_by(from: &str, to: &str) -> Vec<String> {
        assert!(LANDED.contains(from), "the test changes something");
        breaks(LANDED, &LANDED.replace(from, to)).expect("valid SDL")
    }

    #[test]
    fn what_is_added_breaks_nothing() {
        assert_eq!(broken_by("{ name: String", "{ name: String class: String"), Vec::<String>::new());
        assert_eq!(broken_by("(id: ID!)", "(id: ID!, at: String)"), Vec::<String>::new());
        assert_eq!(broken_by("note: String", "note: String minutes: Int! = 5"), Vec::<String>::new());
        assert_eq!(broken_by("PHONE VISIT", "PHONE VISIT LETTER"), Vec::<String>::new());
    }

    #[test]
    fn what_goes_away_is_found() {
        assert_eq!(broken_by("name: String", "").len(), 1);
        assert_eq!(broken_by("(id: ID!)", "").len(), 1);
        assert_eq!(broken_by("PHONE VISIT", "PHONE").len(), 1);
        assert_eq!(broken_by("note: String", "").len(), 1);
        assert_eq!(broken_by("type Pupil {", "type Student {").len(), 1);
    }

    #[test]
    fn what_was_deprecated_may_go() {
        assert_eq!(broken_by("old: Int @deprecated", ""), Vec::<String>::new());
    }

    #[test]
    fn an_answer_may_become_surer_and_a_demand_milder() {
        assert_eq!(broken_by("name: String", "name: String!"), Vec::<String>::new());
        assert_eq!(broken_by("[Int!]!", "[Int]!").len(), 1);
        assert_eq!(broken_by("channel: Channel!", "channel: Channel"), Vec::<String>::new());
        assert_eq!(broken_by("note: String", "note: String!").len(), 1);
    }

    #[test]
    fn a_new_demand_is_found() {
        assert_eq!(broken_by("(id: ID!)", "(id: ID!, at: String!)").len(), 1);
        assert_eq!(broken_by("note: String", "note: String minutes: Int!").len(), 1);
    }
}
