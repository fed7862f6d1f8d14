//! Every way to something about a pupil, and which trace it leaves.

use std::collections::BTreeMap;

use async_graphql_parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};

use crate::schema::{Schema, named};

/// How much of a case a reading shows, by its trace: the most of it, when one request shows several things of a pupil.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Shows {
    /// Nothing of any case: no trace.
    Nothing,
    /// A line in a list.
    Listed,
    /// The case, or a part of it.
    Opened,
    /// Everything, as an extract.
    Extracted,
}

use Shows::{Extracted, Listed, Nothing, Opened};

/// What a trace tells: how much was shown, and whether restricted notes were opened.
pub(crate) type Trace = (Shows, bool);

const fn plain(shows: Shows) -> Trace {
    (shows, false)
}

/// The specification. A door is a field of a type that is more than a value: one of whose fields takes an argument, which
/// the walk finds in the schema. One without a line here fails: say which trace it leaves before it lands.
const DOORS: &[(&str, Trace)] = &[
    ("Query.asOf", plain(Nothing)),
    ("Query.node", plain(Opened)),
    ("Query.viewer", plain(Nothing)),
    ("Query.schools", plain(Nothing)),
    ("Query.school", plain(Nothing)),
    ("Query.formerCase", plain(Opened)),
    ("Query.schoolReadings", plain(Opened)),
    ("Query.schoolExtract", plain(Extracted)),
    ("Query.guardian", plain(Opened)),
    ("Query.pupil", plain(Opened)),
    ("Past.day", plain(Nothing)),
    ("Past.knownOn", plain(Nothing)),
    ("Past.node", plain(Opened)),
    ("Past.viewer", plain(Nothing)),
    ("Past.caseload", plain(Listed)),
    ("Past.schools", plain(Nothing)),
    ("Past.school", plain(Nothing)),
    ("Past.formerCase", plain(Opened)),
    ("Past.guardian", plain(Opened)),
    ("Past.pupil", plain(Opened)),
    ("Viewer.id", plain(Nothing)),
    ("Viewer.name", plain(Nothing)),
    ("Viewer.roles", plain(Nothing)),
    ("Viewer.caseload", plain(Listed)),
    ("Viewer.unreachableGuardians", plain(Listed)),
    ("Viewer.guardiansToPhone", plain(Listed)),
    ("School.id", plain(Nothing)),
    ("School.code", plain(Nothing)),
    ("School.name", plain(Nothing)),
    ("School.form", plain(Nothing)),
    ("School.committee", plain(Nothing)),
    ("School.terms", plain(Nothing)),
    // Numbers of a school and of its groups are no case.
    ("School.mentorLoads", plain(Nothing)),
    ("School.pupilsOfPrincipal", plain(Listed)),
    ("School.pupils", plain(Listed)),
    // The reason is a note that opens with the list.
    ("School.emergencyAccesses", (Listed, true)),
    // It does not say whose they are, but each is of one pupil, and its number finds it.
    ("School.duties", plain(Listed)),
    ("School.unassigned", plain(Listed)),
    ("School.notTalkedWith", plain(Listed)),
    ("School.takenOver", plain(Nothing)),
    ("School.mission", plain(Nothing)),
    ("School.mentoringModel", plain(Nothing)),
    ("School.notComparable", plain(Nothing)),
    ("School.attendanceSender", plain(Nothing)),
    ("School.delegations", plain(Nothing)),
    ("School.ladderPolicies", plain(Nothing)),
    ("School.publishedTerms", plain(Nothing)),
    ("School.publicationDays", plain(Nothing)),
    ("School.absence", plain(Nothing)),
    ("School.absenceChange", plain(Nothing)),
    ("School.absenceEvidence", plain(Nothing)),
    // Two of a class have a mentor: what is told of fewer than five is told of each of them.
    ("School.absenceByClass", plain(Opened)),
    ("Staff.id", plain(Nothing)),
    ("Staff.name", plain(Nothing)),
    ("Staff.away", plain(Nothing)),
    ("Staff.standingDeputyId", plain(Nothing)),
    ("Staff.shares", plain(Nothing)),
    ("Staff.workload", plain(Nothing)),
    ("Staff.caseload", plain(Listed)),
    // What stands in a row of a list already leaves no more than the list does: whoever led to the pupil is in the trace.
    ("Pupil.id", plain(Nothing)),
    ("Pupil.name", plain(Nothing)),
    ("Pupil.school", plain(Nothing)),
    ("Pupil.placement", plain(Nothing)),
    ("Pupil.mentors", plain(Opened)),
    ("Pupil.guardians", plain(Opened)),
    ("Pupil.timeline", plain(Opened)),
    ("Pupil.history", plain(Opened)),
    // Who has read the case is asked on record too.
    ("Pupil.readings", plain(Opened)),
    ("Pupil.extract", plain(Extracted)),
    ("Pupil.identityProtected", plain(Nothing)),
    ("Pupil.absence", plain(Opened)),
    ("Guardian.id", plain(Nothing)),
    ("Guardian.name", plain(Nothing)),
    ("Guardian.hasAddress", plain(Nothing)),
    ("Guardian.addressConfirmed", plain(Nothing)),
    ("Guardian.addressBounced", plain(Nothing)),
    ("Guardian.stopped", plain(Nothing)),
    ("Guardian.frequency", plain(Nothing)),
    ("Guardian.language", plain(Nothing)),
    ("Guardian.plainText", plain(Nothing)),
    ("Guardian.messages", plain(Nothing)),
    ("Guardian.passedOver", plain(Nothing)),
    ("Guardian.corrections", plain(Opened)),
    ("Guardian.preview", plain(Opened)),
    ("Subscription.pupilTimeline", plain(Opened)),
    ("Subscription.mentorCaseload", plain(Listed)),
    ("Subscription.mentorWorkload", plain(Nothing)),
    ("Mutation.openNote", (Opened, true)),
];

/// The specification, by the door's name.
pub(crate) fn doors() -> BTreeMap<&'static str, Trace> {
    let doors: BTreeMap<_, _> = DOORS.iter().copied().collect();
    assert_eq!(doors.len(), DOORS.len(), "a door stands there twice");
    doors
}

/// The doors that the schema has: fields of each type of which one takes an argument, and every mutation that is no command.
pub(crate) fn doors_of_the_schema(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for of in schema.types() {
        let fields = schema.fields(&of);
        let no_command = |field: &&async_graphql_parser::types::FieldDefinition| {
            field.arguments.iter().all(|argument| argument.node.name.node != "input")
        };
        if of == "Mutation" {
            let acts = fields.iter().filter(|field| no_command(field));
            found.extend(acts.map(|field| format!("{of}.{}", field.name.node)));
        } else if of == "Query" || of == "Subscription" || fields.iter().any(|field| !field.arguments.is_empty()) {
            found.extend(fields.iter().map(|field| format!("{of}.{}", field.name.node)));
        }
    }
    found
}

/// The doors that a question goes through.
pub(crate) fn passed(schema: &Schema, query: &str) -> Vec<String> {
    let document: ExecutableDocument = async_graphql_parser::parse_query(query).unwrap();
    let operation = match &document.operations {
        DocumentOperations::Single(operation) => &operation.node,
        DocumentOperations::Multiple(_) => panic!("one operation"),
    };
    let root = match operation.ty {
        async_graphql_parser::types::OperationType::Query => "Query",
        async_graphql_parser::types::OperationType::Mutation => "Mutation",
        async_graphql_parser::types::OperationType::Subscription => "Subscription",
    };
    let mut found = Vec::new();
    walk(schema, root, &operation.selection_set.node, &mut found);
    found
}

fn walk(schema: &Schema, of: &str, asked: &SelectionSet, found: &mut Vec<String>) {
    for selection in &asked.items {
        match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                let Some(known) = schema.fields(of).into_iter().find(|known| known.name.node == name) else { continue };
                found.push(format!("{of}.{name}"));
                walk(schema, named(&known.ty.node), &field.node.selection_set.node, found);
            }
            Selection::InlineFragment(fragment) => {
                let within = fragment.node.type_condition.as_ref().map_or(of, |on| on.node.on.node.as_str());
                walk(schema, within, &fragment.node.selection_set.node, found);
            }
            Selection::FragmentSpread(_) => panic!("the walk asks in no fragments"),
        }
    }
}

/// Which trace a question leaves, by the doors that it goes through.
pub(crate) fn left_by(schema: &Schema, query: &str) -> Trace {
    let doors = doors();
    // A node may be a school or a member of staff.
    let of_a_pupil =
        |door: &&String| !["Query.node", "Past.node"].contains(&door.as_str()) || query.contains("node(id:\"pupil_");
    let passed = passed(schema, query);
    let through: Vec<Trace> =
        passed.iter().filter(of_a_pupil).filter_map(|door| doors.get(door.as_str()).copied()).collect();
    let shows = through.iter().map(|(shows, _)| *shows).max().unwrap_or(Nothing);
    (shows, through.iter().any(|(_, notes)| *notes))
}
