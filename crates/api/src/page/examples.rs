//! The examples on the page: each a name in the catalogue and an operation that runs as it stands.

/// An example.
pub(super) struct Example {
    /// Its name: `example-NAME` and `example-NAME-why` in the catalogue.
    pub(super) name: &'static str,
    /// The operation. `{command}`, `{pupil}` and `{guardian}` are filled in when it runs.
    pub(super) operation: &'static str,
}

/// Every example, in the order in which they tell the story.
pub(super) const EXAMPLES: [Example; 5] = [
    Example { name: "caseload", operation: include_str!("examples/caseload.graphql") },
    Example { name: "contact", operation: include_str!("examples/contact.graphql") },
    Example { name: "timeline", operation: include_str!("examples/timeline.graphql") },
    Example { name: "absence", operation: include_str!("examples/absence.graphql") },
    Example { name: "change", operation: include_str!("examples/change.graphql") },
];
