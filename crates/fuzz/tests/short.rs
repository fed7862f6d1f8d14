//! Every target on its seeds and on some thousand seeded changes of them: the part of fuzzing that CI runs.
#![allow(clippy::panic, reason = "a test fails by panicking")]

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

/// Seeds that are refused at the door would test the door only.
#[test]
fn the_seeds_reach_what_they_are_for() {
    for (name, input) in seeds::of("stored") {
        let example = name.contains(".v1.");
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
