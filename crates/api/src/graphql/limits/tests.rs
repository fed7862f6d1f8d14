//! What one request may ask for.

use async_graphql::Variables;
use async_graphql::parser::parse_query;

use super::{MAX_ALIASES, MAX_DEPTH, MAX_DIRECTIVES, MAX_FIELDS, TooComplex, check, nests_too_deep};

fn weighed(query: &str) -> Result<(), TooComplex> {
    check(&parse_query(query).unwrap(), &Variables::default())
}

fn deep(depth: u32) -> String {
    let depth = depth as usize;
    format!("{}leaf{}", "{a".repeat(depth - 1) + "{", "}".repeat(depth))
}

#[test]
fn depth_is_taken_up_to_its_limit_and_no_further() {
    assert_eq!(weighed(&deep(MAX_DEPTH)), Ok(()));
    assert_eq!(weighed(&deep(MAX_DEPTH + 1)), Err(TooComplex));
}

#[test]
fn aliases_are_taken_up_to_their_limit_and_no_further() {
    let aliases =
        |count: u32| format!("{{{}}}", (0..count).map(|n| format!("a{n}: viewer{{id}} ")).collect::<Vec<_>>().concat());
    assert_eq!(weighed(&aliases(MAX_ALIASES)), Ok(()));
    assert_eq!(weighed(&aliases(MAX_ALIASES + 1)), Err(TooComplex));
}

#[test]
fn fields_are_taken_up_to_their_limit_and_no_further() {
    let fields = |count: u32| format!("{{{}}}", "viewer ".repeat(count as usize));
    assert_eq!(weighed(&fields(MAX_FIELDS)), Ok(()));
    assert_eq!(weighed(&fields(MAX_FIELDS + 1)), Err(TooComplex));
}

#[test]
fn directives_are_taken_up_to_their_limit_and_no_further() {
    let directives = |count: u32| format!("{{viewer {}}}", "@a ".repeat(count as usize));
    assert_eq!(weighed(&directives(MAX_DIRECTIVES)), Ok(()));
    assert_eq!(weighed(&directives(MAX_DIRECTIVES + 1)), Err(TooComplex));
}

#[test]
fn fragments_count_as_often_as_they_are_spread() {
    let spread = |times: usize| format!("{{{}}} fragment F on Q {{a b c d e f g h}}", "...F ".repeat(times));
    assert_eq!(weighed(&spread(50)), Ok(()));
    assert_eq!(weighed(&spread(51)), Err(TooComplex));
}

#[test]
fn a_fragment_bomb_is_refused_without_being_expanded() {
    let link = |n: u32| format!("fragment F{n} on Q {{{}}} ", format!("...F{} ", n + 1).repeat(40));
    let chain = (0..35).map(link).collect::<Vec<_>>().concat();
    assert_eq!(weighed(&format!("{{...F0}} {chain} fragment F35 on Q {{a}}")), Err(TooComplex));
}

#[test]
fn fragments_that_contain_each_other_are_refused() {
    assert_eq!(weighed("{...A} fragment A on Q {a{...B}} fragment B on Q {b{...A}}"), Err(TooComplex));
    assert_eq!(weighed("{a} fragment A on Q {a{...A}}"), Err(TooComplex));
}

#[test]
fn lists_within_lists_cost_what_they_may_give() {
    assert_eq!(weighed("{viewer{caseload(first:100){edges{node{pupil{id name}}}}}}"), Ok(()));
    let product = "{viewer{caseload(first:100){edges{node{pupil{timeline(first:100){edges{node{id}}}}}}}}}";
    assert_eq!(weighed(product), Err(TooComplex));
}

#[test]
fn every_list_with_pages_in_the_schema_counts_as_one() {
    let schema = crate::graphql::sdl();
    let (mut field, mut with_pages) = ("", std::collections::BTreeSet::new());
    for line in schema.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix('(') {
            field = name;
        } else if line.starts_with("first: Int") {
            with_pages.insert(field);
        }
    }
    for known in ["pupils", "history", "readings", "formerCase", "timeline"] {
        assert!(with_pages.contains(known), "{with_pages:?}");
    }
    for name in with_pages {
        let page = |inside: &str| format!("{name}{{edges{{node{{{inside}}}}}}}");
        let product = format!("{{{}}}", page(&page(&page("id"))));
        assert_eq!(weighed(&product), Err(TooComplex), "{name}");
    }
}

#[test]
fn a_school_within_a_school_is_refused() {
    let inner = "pupils(first:100){edges{node{pupil{school{pupils(first:100){edges{node{pupil{id}}}}}}}}}";
    assert_eq!(weighed(&format!("{{schools(first:1){{edges{{node{{{inner}}}}}}}}}")), Err(TooComplex));
    let unsaid = "{school(code:\"LJU\"){pupils{edges{node{pupil{school{pupils{edges{node{pupil{history{edges{node{id}}}}}}}}}}}}}}";
    assert_eq!(weighed(unsaid), Err(TooComplex));
}

#[test]
fn a_length_that_cannot_be_told_counts_as_the_longest() {
    let query = "query($n:Int){viewer{caseload(first:$n){edges{node{pupil{timeline(first:$n){edges{node{id}}}}}}}}}";
    assert_eq!(weighed(query), Err(TooComplex));
    let said = Variables::from_json(serde_json::json!({ "n": 10 }));
    assert_eq!(check(&parse_query(query).unwrap(), &said), Ok(()));
}

#[test]
fn the_usual_introspection_query_is_let_through() {
    let of_type = "ofType{kind name ".repeat(9) + &"}".repeat(9);
    let query = format!(
        "query{{__schema{{queryType{{name}} types{{...T}} directives{{name description locations args{{...I}}}}}}}}
         fragment T on __Type{{kind name description fields(includeDeprecated:true){{name description args{{...I}}
         type{{...R}} isDeprecated deprecationReason}} inputFields{{...I}} interfaces{{...R}}
         enumValues(includeDeprecated:true){{name description isDeprecated deprecationReason}} possibleTypes{{...R}}}}
         fragment I on __InputValue{{name description type{{...R}} defaultValue}}
         fragment R on __Type{{kind name {of_type}}}"
    );
    assert_eq!(weighed(&query), Ok(()));
}

#[test]
fn a_query_that_goes_from_type_to_type_is_refused() {
    let from_to = "__schema{types{fields{type{fields{type{name}}}}}}";
    assert_eq!(weighed(&format!("{{{from_to}}}")), Err(TooComplex));
    let arguments = "__schema{types{fields{args{type{inputFields{type{name}}}}}}}";
    assert_eq!(weighed(&format!("{{{arguments}}}")), Err(TooComplex));
    let twice = "a:__schema{types{fields{type{fields{name}}}}} b:__schema{types{fields{type{fields{name}}}}}";
    assert_eq!(weighed(&format!("{{{twice}}}")), Err(TooComplex));
}

#[test]
fn brackets_are_counted_before_anything_is_parsed() {
    assert!(nests_too_deep(&"{".repeat(60_000)));
    assert!(nests_too_deep(&format!("{{a(x:{}", "[".repeat(60_000))));
    assert!(!nests_too_deep(&deep(MAX_DEPTH)));
}

#[test]
fn brackets_in_strings_and_comments_are_not_counted() {
    let many = "[".repeat(100);
    assert!(!nests_too_deep(&format!("{{a(x:\"{many}\")}}")));
    assert!(!nests_too_deep(&format!("{{a(x:\"\"\"{many}\"\"\")}}")));
    assert!(!nests_too_deep(&format!("{{a}} # {many}")));
    assert!(nests_too_deep(&format!("{{a(x:\"\\\"\") # x\n {many}")));
}

#[test]
fn unfinished_strings_end_the_count_without_harm() {
    for text in ["\"", "\"\"\"", "\"\\", "\"\"\"\\", "#", "{\"ö", ""] {
        assert!(!nests_too_deep(text));
    }
}
