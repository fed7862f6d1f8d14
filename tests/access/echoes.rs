//! Nothing that is sent in the wrong place comes back: a name where a number should stand, a note where a word should.

use async_graphql_parser::types::{InputValueDefinition, TypeKind};
use domain::spec::cast::PRINCIPAL;
use serde_json::json;
use std::sync::Arc;
use storage::MemoryLog;

use crate::everybody::tell;
use crate::house::House;
use crate::schema::{Schema, named};

/// What is sent; nothing that the program writes by itself has it.
const MARKER: &str = "Kvastmarkor";

/// The marker as whatever a client may write in the place of a value.
const WRITTEN: [&str; 4] = ["\"Kvastmarkor\"", "Kvastmarkor", "[\"Kvastmarkor\"]", "{Kvastmarkor:\"Kvastmarkor\"}"];

/// An argument in each way that it can be wrong: documents, with variables.
fn wrong(before: &str, argument: &InputValueDefinition, after: &str) -> Vec<serde_json::Value> {
    let (name, kind) = (&argument.name.node, &argument.ty.node);
    let literal = |value: &str| json!({ "query": format!("{before}{name}:{value}{after}") });
    let mut all: Vec<_> = WRITTEN.iter().map(|value| literal(value)).collect();
    let (of, rest) = if before.starts_with('{') {
        ("query", before)
    } else {
        before.split_once('{').map_or(("query", before), |(of, _)| (of, &before[of.len()..]))
    };
    let declared = [kind.to_string(), "String".to_owned(), MARKER.to_owned()];
    for (declared, value) in declared.into_iter().zip([json!(MARKER), json!([MARKER]), json!({ MARKER: MARKER })]) {
        let query = format!("{of}($sent:{declared}){rest}{name}:$sent{after}");
        all.push(json!({ "query": query, "variables": { "sent": value } }));
    }
    all
}

fn in_questions(schema: &Schema) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    for (of, (before, after)) in schema.ways() {
        for field in schema.fields(&of) {
            for argument in &field.arguments {
                all.extend(wrong(
                    &format!("{before}{}(", field.name.node),
                    &argument.node,
                    &format!("){{__typename}}{after}"),
                ));
                all.extend(wrong(&format!("{before}{}(", field.name.node), &argument.node, &format!("){after}")));
            }
        }
    }
    all
}

/// Every field of every input, wherever it stands: as the field of the input itself, and within.
fn in_commands(schema: &Schema) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    for field in schema.fields("Mutation").into_iter().chain(schema.fields("Subscription")) {
        let kind = if schema.fields("Subscription").iter().any(|one| one.name == field.name) {
            "subscription"
        } else {
            "mutation"
        };
        for argument in &field.arguments {
            let end = if kind == "mutation" { "){userErrors{message}}}" } else { "){__typename}}" };
            all.extend(wrong(&format!("{kind}{{{}(", field.name.node), &argument.node, end));
            within(
                schema,
                named(&argument.node.ty.node),
                (&format!("{kind}{{{}({}:{{", field.name.node, argument.node.name.node), &format!("}}{end}")),
                0,
                &mut all,
            );
        }
    }
    all
}

fn within(schema: &Schema, of: &str, (before, after): (&str, &str), depth: usize, all: &mut Vec<serde_json::Value>) {
    let Some(TypeKind::InputObject(input)) = schema.kind(of) else { return };
    for field in &input.fields {
        all.extend(wrong(before, &field.node, after));
        if depth < 2 {
            let inner = (format!("{before}{}:{{", field.node.name.node), format!("}}{after}"));
            within(schema, named(&field.node.ty.node), (&inner.0, &inner.1), depth + 1, all);
        }
    }
}

#[tokio::test]
async fn no_error_repeats_what_was_sent_in_the_place_of_whatever_argument() {
    let schema = Schema::read();
    let log = Arc::new(MemoryLog::new().unwrap());
    tell(&*log).await;
    let house = House::open(log).await;
    let (questions, commands) = (in_questions(&schema), in_commands(&schema));
    assert!(questions.len() > 500 && commands.len() > 2_000, "{} {}", questions.len(), commands.len());
    let mut wrong = 0;
    for body in questions.iter().chain(&commands) {
        let answer = house.answers(PRINCIPAL, body).await;
        wrong += usize::from(answer.contains("\"errors\""));
        assert!(!answer.to_lowercase().contains(&MARKER.to_lowercase()), "{body}: {answer}");
    }
    assert!(wrong > 2_000, "{wrong} of them are wrong");
}
