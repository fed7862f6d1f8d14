//! The questions that are measured, with the ids of the demo's people.

use serde_json::{Value, json};

use super::ask::{command_id_text, graphql, once};
use super::service::Service;
use crate::Failure;

/// A question.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    token: String,
    document: &'static str,
    variables: Value,
    /// Pupils and guardians that contacts are spread over; empty for a question that only reads.
    contacts: Vec<(Value, Value)>,
}

const CONTACT: &str = "mutation($command: ID!, $pupil: ID!, $guardian: ID!) { logGuardianContact(input: { \
    commandId: $command pupilId: $pupil guardianId: $guardian channel: PHONE direction: OUTGOING outcome: REACHED \
    topic: ABSENCE minutes: 10 note: \"Kommer i morgon.\" }) { receipt { position } userErrors { code } } }";

/// 100 pupils with six fields each.
const CASELOAD: &str = "query($code: String!) { school(code: $code) { pupilsOfPrincipal(first: 100) { edges { node { \
    pupil { id name placement { className grade } } lastReachedAt contacts } } } } }";

const TIMELINE: &str = "query($pupil: ID!) { pupil(id: $pupil) { timeline(first: 20) { totalCount edges { node { id kind \
    occurredAt recordedAt content { ... on GuardianContacted { channel outcome topic minutes note } \
    ... on AttendanceRegistered { days { date offeredMinutes notifiedMinutes unnotifiedMinutes } } } } } } } }";

const ABSENCE: &str = "query($code: String!) { school(code: $code) { absence(term: \"ht19\") { \
    all { totalPercent notifiedPercent unnotifiedPercent basis offeredMinutes registrationRate } \
    withMentor { totalPercent basis offeredMinutes } withoutMentor { totalPercent basis offeredMinutes } } } }";

const OWN_PUPILS: &str = "{ viewer { caseload(first: 100) { edges { node { pupil { id guardians { id } } } } } } }";

/// Every question, with somebody who may ask it.
pub(crate) async fn all(service: &Service) -> Result<Vec<Case>, Failure> {
    let (school, principal) = largest_school(service).await?;
    let mentor = service.token("mentor")?;
    let contacts = own_pupils(service, &mentor).await?;
    let pupil = contacts.first().map(|(pupil, _)| pupil.clone()).ok_or("the first mentor has no pupils")?;
    let read = Case::reading;
    let code = json!({ "code": school });
    Ok(vec![
        Case { contacts, ..read("a contact is logged (durable)", &mentor, CONTACT, Value::Null) },
        read("a caseload: 100 pupils, 6 fields each", &principal, CASELOAD, code.clone()),
        read("a timeline page of 20", &mentor, TIMELINE, json!({ "pupil": pupil })),
        read("a school's absence in a term", &principal, ABSENCE, code),
    ])
}

/// The first principal who answers for at least 100 pupils.
async fn largest_school(service: &Service) -> Result<(String, String), Failure> {
    for (role, token) in &service.tokens {
        let Some(code) = role.strip_prefix("principal.").and_then(|rest| rest.split('.').next()) else { continue };
        let request = graphql(token, CASELOAD, &json!({ "code": code }));
        let answer: Value = serde_json::from_slice(&once(service.address, &request).await?)?;
        let edges = answer.pointer("/data/school/pupilsOfPrincipal/edges").and_then(Value::as_array);
        if edges.is_some_and(|edges| edges.len() == 100) {
            return Ok((code.to_owned(), token.clone()));
        }
    }
    Err("no principal of the demo answers for 100 pupils".into())
}

async fn own_pupils(service: &Service, mentor: &str) -> Result<Vec<(Value, Value)>, Failure> {
    let answer = once(service.address, &graphql(mentor, OWN_PUPILS, &Value::Null)).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let edges = answer.pointer("/data/viewer/caseload/edges").and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |edge: &Value| {
        let id = edge.pointer("/node/pupil/id")?.clone();
        Some((id, edge.pointer("/node/pupil/guardians/0/id")?.clone()))
    };
    Ok(edges.iter().filter_map(pair).collect())
}

impl Case {
    /// One question, asked again and again.
    pub(crate) fn reading(name: &'static str, token: &str, document: &'static str, variables: Value) -> Self {
        Self { name, token: token.to_owned(), document, variables, contacts: Vec::new() }
    }

    /// Whether each request has to be another one.
    pub(crate) fn is_fresh_each_time(&self) -> bool {
        !self.contacts.is_empty()
    }

    /// The request of one client.
    pub(crate) fn request(&self, client: usize) -> Vec<u8> {
        let spread = self.contacts.get(client % self.contacts.len().max(1));
        let variables = spread.map(|(pupil, guardian)| {
            json!({ "command": command_id_text(u64::try_from(client).unwrap_or(0)), "pupil": pupil, "guardian": guardian })
        });
        graphql(&self.token, self.document, variables.as_ref().unwrap_or(&self.variables))
    }
}

/// An answer with errors is quick and worth nothing.
pub(crate) fn no_errors(name: &str, answer: &[u8]) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(answer);
    let refused = text.contains("\"errors\":[{") || text.contains("\"userErrors\":[{") || !text.contains("\"data\":{");
    if refused { Err(format!("{name}: {}", text.chars().take(400).collect::<String>()).into()) } else { Ok(()) }
}
