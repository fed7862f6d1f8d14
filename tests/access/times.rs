//! Both time axes, walked: every field that stands below a day that is past is another when the day is another, or refuses to be asked
//! of it, or stands here with the reason why it is the same on every day. One that passes the day over in silence fails.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql_parser::types::{FieldDefinition, TypeKind};
use domain::id::StaffId;
use domain::spec::cast::{GUARDIAN, MENTOR, PRINCIPAL, PUPIL};
use serde_json::Value;

use crate::everybody::Service;
use crate::schema::{Schema, named};

/// Days that are past, on which different things had happened.
const DAYS: [&str; 9] = [
    "2019-08-20",
    "2019-08-21",
    "2019-08-25",
    "2019-08-27",
    "2019-09-01",
    "2019-09-02",
    "2019-09-03",
    "2019-09-25",
    "2019-09-30",
];

/// What is not asked of a day that is past, and says so.
const REFUSED: [&str; 5] =
    ["Guardian.preview", "Pupil.extract", "Pupil.readings", "Viewer.guardiansToPhone", "Viewer.unreachableGuardians"];

/// What is asked of today alone: it does not stand below a day.
const OF_TODAY: [(&str, &str); 3] = [
    ("asOf", "the door to the days"),
    ("schoolReadings", "each reading says when it was"),
    ("schoolExtract", "it is of all that is on record"),
];

/// What is the same on every day, and why; and what is shown elsewhere to be another.
const SAME: &[(&str, &str)] = &[
    ("School.id", "it names what it is of"),
    ("School.code", "it names what it is of"),
    ("Staff.id", "it names what it is of"),
    ("Pupil.id", "it names what it is of"),
    ("Guardian.id", "it names what it is of"),
    ("Viewer.id", "it names what it is of"),
    ("School.name", "names are today's"),
    ("Staff.name", "names are today's"),
    ("Pupil.name", "what puts a name right does so of every day; another by what was known: tests/schools/rights.rs"),
    (
        "Guardian.name",
        "what puts a name right does so of every day; another by what was known: tests/schools/rights.rs",
    ),
    ("Guardian.corrections", "they are of every day; others by what was known: tests/schools/rights.rs"),
    ("Viewer.name", "names are today's"),
    ("School.form", "what a school is from its first day on"),
    ("Viewer.roles", "today's rights decide what may be seen"),
    ("School.pupilsOfPrincipal", "everybody of the story begins on the first of these days"),
    ("School.pupils", "everybody of the story begins on the first of these days"),
    ("School.terms", "settled before these days; another: tests/schools/past.rs"),
    ("School.mission", "settled before these days; another: tests/schools/past.rs"),
    ("School.attendanceSender", "settled before these days; another: tests/schools/past.rs"),
    ("School.delegations", "settled before these days; another: tests/schools/past.rs"),
    ("School.ladderPolicies", "settled before these days; another: tests/schools/past.rs"),
    ("School.mentoringModel", "settled before these days"),
    ("Staff.standingDeputyId", "settled before these days"),
    ("Staff.shares", "settled before these days"),
    ("School.duties", "none in the story's period; another: tests/schools/past.rs"),
    ("Pupil.identityProtected", "nothing protects the pupil in the story"),
    ("Pupil.guardians", "linked before these days; another: tests/schools/decisions.rs"),
    ("Guardian.hasAddress", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    (
        "Guardian.addressConfirmed",
        "the story writes to the guardian before these days; another: tests/schools/letters.rs",
    ),
    (
        "Guardian.addressBounced",
        "the story writes to the guardian before these days; another: tests/schools/letters.rs",
    ),
    ("Guardian.stopped", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    ("Guardian.frequency", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    ("Guardian.language", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    ("Guardian.plainText", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    ("Guardian.messages", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
    ("Guardian.passedOver", "the story writes to the guardian before these days; another: tests/schools/letters.rs"),
];

/// Where each type that is told of a day stands below it, who asks, and by which ids.
fn standing() -> [(&'static str, StaffId, String); 5] {
    [
        ("School", PRINCIPAL, "school(code:\"EXE\"){id HERE}".to_owned()),
        ("Staff", PRINCIPAL, format!("node(id:\"{MENTOR}\"){{id ...on Staff{{HERE}}}}")),
        ("Pupil", PRINCIPAL, format!("pupil(id:\"{PUPIL}\"){{id HERE}}")),
        ("Guardian", PRINCIPAL, format!("guardian(id:\"{GUARDIAN}\"){{id HERE}}")),
        ("Viewer", MENTOR, "viewer{id HERE}".to_owned()),
    ]
}

/// Everything that can be asked of a type without an argument, so deep.
fn everything(schema: &Schema, of: &str, depth: usize) -> String {
    let fields = schema.fields(of);
    if fields.iter().any(|field| field.name.node == "totalCount") {
        return "totalCount".to_owned();
    }
    let plain = |field: &&&FieldDefinition| {
        field.arguments.iter().all(|argument| argument.node.ty.node.nullable || argument.node.default_value.is_some())
    };
    let asked = fields.iter().filter(plain).filter_map(|field| {
        let to = named(&field.ty.node);
        match schema.kind(to) {
            None | Some(TypeKind::Scalar | TypeKind::Enum(_)) => Some(field.name.node.to_string()),
            Some(TypeKind::Object(_)) if depth > 0 => {
                Some(format!("{}{{{}}}", field.name.node, everything(schema, to, depth - 1)))
            }
            Some(_) => None,
        }
    });
    ["__typename".to_owned()].into_iter().chain(asked).collect::<Vec<_>>().join(" ")
}

/// What a field is on the days on which what it is of was there; and the code with which it is refused.
async fn told(service: &Service, asker: StaffId, (around, fields): (&str, &str)) -> (BTreeSet<String>, Option<Value>) {
    let (mut told, mut refused) = (BTreeSet::new(), None);
    for day in DAYS {
        let query = format!("{{asOf(day:\"{day}\"){{{}}}}}", around.replace("HERE", fields));
        let answer = service.ask(asker, &query).await;
        let error = &answer["errors"][0]["extensions"];
        if error["code"] == "in_the_future" {
            told.insert(error.to_string());
            continue;
        }
        if !error.is_null() {
            assert_eq!(
                (&error["code"], &error["field"]),
                (&"invalid_input".into(), &"asOf".into()),
                "{query}: {answer}"
            );
            refused = Some(error["code"].clone());
            continue;
        }
        let there = answer["data"]["asOf"].as_object().unwrap_or_else(|| panic!("{query}: {answer}"));
        told.extend(there.values().filter(|found| !found.is_null()).map(ToString::to_string));
    }
    (told, refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_of_the_day_or_refuses_it_or_is_the_same_on_every_day_for_a_reason() {
    let (schema, service) = (Schema::read(), Service::start().await);
    let doors: BTreeSet<String> = schema.fields("Past").iter().map(|field| field.name.node.to_string()).collect();
    for field in schema.fields("Query") {
        let name = field.name.node.as_str();
        let today = OF_TODAY.iter().any(|(known, _)| *known == name);
        assert!(today != doors.contains(name), "Query.{name} is asked of a day that is past too, or says why not");
    }

    let reasons: BTreeMap<&str, &str> = SAME.iter().copied().collect();
    let (mut wrong, mut refusing) = (Vec::new(), Vec::new());
    for (of, asker, around) in standing() {
        for field in schema.fields(of) {
            let name = format!("{of}.{}", field.name.node);
            let to = named(&field.ty.node);
            let inner = matches!(schema.kind(to), Some(TypeKind::Object(_))).then(|| everything(&schema, to, 1));
            let asked = schema.asked(field, inner.as_deref().unwrap_or_default());
            let (told, refused) = told(&service, asker, (&around, &asked)).await;
            if refused.is_some() {
                refusing.push(name);
            } else if (told.len() > 1) == reasons.contains_key(name.as_str()) {
                wrong.push(format!("{name}: {} answers: {:?}", told.len(), told.first()));
            }
        }
    }
    refusing.sort();
    assert!(wrong.is_empty(), "the same on every day without a reason, or another with one:\n{}", wrong.join("\n"));
    assert_eq!(refusing, REFUSED);
}
