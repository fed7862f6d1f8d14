//! Rows that are told at once are told as they are field by field: the same answer to any question, whoever asks.

use domain::spec::cast::{MENTOR, SCHOOL};
use proptest::prelude::*;
use proptest::sample::select;

use crate::everybody::{EVERYBODY, Service};

/// Something that can be asked of a pupil, of a row or of an edge: plain fields, aliases, the same field twice, fragments,
/// directives, fields with arguments, fields that are not told at once.
fn fields(
    kind: &'static str,
    plain: &'static [&'static str],
    inner: BoxedStrategy<String>,
    key: &'static str,
) -> BoxedStrategy<String> {
    let one = prop_oneof![
        6 => select(plain).prop_map(str::to_owned),
        1 => select(plain).prop_map(|field| if field.contains('{') { field.to_owned() } else { format!("other: {field}") }),
        1 => (select(plain), any::<bool>()).prop_map(|(field, skipped)| match field.split_once('{') {
            Some((name, rest)) => format!("{name} @skip(if: {skipped}) {{{rest}"),
            None => format!("{field} @include(if: {skipped})"),
        }),
        1 => select(plain).prop_map(move |field| format!("... on {kind} {{ {field} }}")),
        1 => Just("__typename".to_owned()),
        3 => inner.prop_map(move |inner| if key.is_empty() { "__typename".to_owned() } else { format!("{key} {{ {inner} }}") }),
    ];
    proptest::collection::vec(one, 1..5).prop_map(|all| all.join(" ")).boxed()
}

const PUPIL: &[&str] = &[
    "id",
    "name",
    "identityProtected",
    "placement { className grade programme }",
    "placement { c: className className __typename }",
    "mentors { since mentor { name } }",
    "guardians { id guardianship }",
    "absence(term: \"ht19\") { all { offeredMinutes } }",
    "school { code }",
];
const ROW: &[&str] = &["kind", "since", "lastReachedAt", "contacts"];

fn caseload() -> BoxedStrategy<String> {
    let nothing = Just(String::new()).boxed();
    let pupil = fields("Pupil", PUPIL, nothing, "");
    let row = fields("CaseloadEntry", ROW, pupil, "pupil");
    let edge = fields("CaseloadEdge", &["cursor"], row, "node");
    let list = prop_oneof![
        Just(format!("node(id: \"{SCHOOL}\") {{ ... on School {{ pupils(first: 100) {{ edges {{ EDGE }} }} }} }}")),
        Just(format!("node(id: \"{MENTOR}\") {{ ... on Staff {{ caseload(first: 100) {{ edges {{ EDGE }} }} }} }}")),
        Just("viewer { caseload(first: 100) { totalCount edges { EDGE } } }".to_owned()),
        // The same list twice: two answers are merged into one.
        Just("viewer { caseload(first: 100) { edges { cursor } ...rest } } } fragment rest on CaseloadConnection { edges { EDGE }".to_owned()),
        Just("viewer { caseload(first: 100) { edges { node { contacts } } } caseload(first: 100) { edges { EDGE } } }".to_owned()),
    ];
    (list, edge).prop_map(|(list, edge)| format!("{{ {} }}", list.replace("EDGE", &edge))).boxed()
}

#[test]
fn both_ways_give_the_same_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let [at_once, field_by_field] = runtime.block_on(Service::both());
    let somebody = select(EVERYBODY.map(|(_, staff, _)| staff).to_vec());
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let told = std::cell::Cell::new(0);
    runner
        .run(&(somebody, caseload()), |(staff, query)| {
            // Some are no questions at all, as when two fields are asked for under one name.
            let [one, other] =
                [&at_once, &field_by_field].map(|service| runtime.block_on(service.ask_whatever(staff, &query)));
            prop_assert_eq!(&one, &other, "{}", query);
            told.set(told.get() + u32::from(one["errors"].is_null()));
            Ok(())
        })
        .unwrap();
    assert!(told.get() > 300, "most questions are answered: {}", told.get());
}
