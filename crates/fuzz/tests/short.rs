//! Every target on its seeds and on some thousand seeded changes of them: the part of fuzzing that CI runs.
#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fuzz::mutate::{Chance, changed};
use fuzz::{TARGETS, Target, seeds};

/// Runs an input; when it fails, the input is shown so that it can become a seed.
fn run(target: Target, input: &[u8], what: &str) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(input))) {
        let shown = input.escape_ascii().to_string();
        println!("{}, {what}: {} bytes: b\"{shown}\"", target.name, input.len());
        std::panic::resume_unwind(panic);
    }
}

fn seeds_and_changes_of_them(name: &str, changes: u64) {
    let target = TARGETS.into_iter().find(|target| target.name == name);
    let Some(target) = target else { panic!("no target {name}") };
    let mut inputs = Vec::new();
    for (name, input) in seeds::of(name) {
        run(target, &input, &name);
        inputs.push(input);
    }
    assert!(!inputs.is_empty(), "no seeds");
    run(target, &[], "nothing");
    let words = seeds::words(name);
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    for number in 0..changes {
        let input = changed(&inputs, &words, &mut Chance(number));
        run(target, &input, &format!("change {number}"));
    }
}

#[test]
fn any_command_line_is_a_command_or_a_clear_error() {
    seeds_and_changes_of_them("arguments", 20_000);
}

#[test]
fn any_graphql_request_is_answered_in_good_form() {
    seeds_and_changes_of_them("graphql", 15_000);
}

#[test]
fn any_bytes_of_a_journal_are_read_whole_or_refused() {
    seeds_and_changes_of_them("journal", 20_000);
}

#[test]
fn any_stored_event_is_read_or_refused_and_means_the_same_when_written_again() {
    seeds_and_changes_of_them("stored", 40_000);
}

/// What can be asked for and what can be typed begin somewhere: a door without a seed is found by chance only.
#[test]
fn every_mutation_every_kind_of_work_and_every_command_has_a_seed() {
    let camel = |name: &str| {
        let mut words = name.split('-');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |text, word| {
            let (letter, rest) = word.split_at(1);
            text + &letter.to_uppercase() + rest
        })
    };
    let asked: Vec<String> =
        seeds::of("graphql").into_iter().map(|(_, seed)| String::from_utf8_lossy(&seed).into_owned()).collect();
    let works = domain::event::EventKind::WORK.iter().map(|kind| format!("work:{{{}:", camel(kind.name())));
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/schema.graphql"));
    let Ok(schema) = schema else { panic!("the schema is not there") };
    let mutations = schema.split_once("\ntype Mutation {").and_then(|(_, rest)| rest.split_once("\n}"));
    let Some((mutations, _)) = mutations else { panic!("the schema has no mutations") };
    let mutations: Vec<String> =
        mutations.lines().filter_map(|line| line.trim().strip_suffix('(')).map(|name| format!("{name}(")).collect();
    assert!(mutations.len() > 30, "{mutations:?}");
    let missing: Vec<String> =
        works.chain(mutations).filter(|word| !asked.iter().any(|seed| seed.contains(word.as_str()))).collect();
    assert!(missing.is_empty(), "no seed for {missing:?}");

    let Err(help) = mentorlog::read_arguments(["mentorlog", "--help"].map(OsString::from)) else {
        panic!("help is no command")
    };
    let help = help.to_string();
    let commands = help.split_once("Commands:\n").and_then(|(_, rest)| rest.split_once("\n\n"));
    let Some((commands, _)) = commands else { panic!("no commands in {help}") };
    let commands = commands.lines().filter_map(|line| line.split_whitespace().next());
    let typed: Vec<String> =
        seeds::of("arguments").into_iter().map(|(_, seed)| String::from_utf8_lossy(&seed).into_owned()).collect();
    let missing: Vec<&str> = commands
        .filter(|command| *command != "help" && !typed.iter().any(|seed| seed.lines().next() == Some(*command)))
        .collect();
    assert!(missing.is_empty(), "no seed for {missing:?}");
}

/// Seeds that are refused at the door would test the door only.
#[test]
fn the_seeds_reach_what_they_are_for() {
    for (name, input) in seeds::of("stored") {
        let example = name.contains(".present.") || name.contains(".erased.");
        assert_eq!(fuzz::stored::read(&input).is_some(), example || name == "first-part-erased", "{name}");
    }
    for (name, input) in seeds::of("journal") {
        let head = fuzz::journal::head(&input);
        let Some(head) = head else { panic!("{name} is refused") };
        let reached = format!("{}-{}-", head.position.0, head.traces.0);
        assert!(name.starts_with(&reached) || name.starts_with("torn"), "{name} reaches {reached}");
    }
    for (name, input) in seeds::of("graphql") {
        let answers = fuzz::graphql::answers(&input);
        // A subscription is refused over HTTP, and then followed.
        let answer = String::from_utf8_lossy(answers.last().map_or(&[], Vec::as_slice));
        let done = !answer.contains("\"errors\"") && !answer.contains("userErrors\":[{");
        assert!(done != name.starts_with("refused-"), "{name}: {answer}");
    }
}
