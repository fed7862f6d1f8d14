//! Whether a test asked for something that there is: one that asks for a field that there is not is answered nothing, and could
//! never fail.

use serde_json::Value;

/// Fails when an answer says that the request was no good one: not GraphQL, not by the schema, or what broke the service.
#[track_caller]
pub(crate) fn asked_well(query: &str, answer: &Value) {
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().unwrap_or("no code");
        let well = !["bad_request", "internal", "no code"].contains(&code);
        assert!(well, "the test asks amiss: {}\n{answer}", query.get(..2_000).unwrap_or(query));
    }
}
