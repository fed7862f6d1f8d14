//! One operation, from its text to its answer: limits first, then resolving within the time, then the trace, and only
//! then the answer.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{ErrorExtensionValues, Request, Response, ServerError, Value, Variables};
use casework::Casework;
use domain::actor::Actor;
use domain::refusal::{Code, Refusal};
use futures::stream::{BoxStream, StreamExt};
use serde::Deserialize;

use super::catalogue::Language;
use super::documents::Documents;
use super::error::message;
use super::masked::masked;
use super::session::Session;
use super::types::plain::AtOnce;
use super::{MentorlogSchema, limits, written};
use crate::letters::Letters;

/// Longest time that one operation may take.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(10);

/// A request as a client sends it. Keys that are not known are let be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    /// The document.
    pub(crate) query: String,
    /// Which of its operations.
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
    /// Values of its variables.
    #[serde(default)]
    pub(crate) variables: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Who asks, and how they want to be spoken to.
#[derive(Clone)]
pub(crate) struct Asker {
    /// Who.
    pub(crate) actor: Actor,
    /// In which language.
    pub(crate) language: Language,
    /// The request's name in the service's own log.
    pub(crate) request_id: String,
}

/// Of what is wrong with a document so much is told: a document that is all wrong has no answer several times as long.
const MOST_WRONG: usize = 20;

/// An answer: data, or errors, or both.
pub(crate) struct Answer {
    data: Option<Value>,
    errors: Vec<ServerError>,
    /// The refusal of the whole request, when it came to nothing.
    pub(crate) refused: Option<Code>,
}

impl Answer {
    /// The whole request refused.
    pub(crate) fn refusal(code: Code, asker: &Asker) -> Self {
        Self { data: None, errors: vec![refusal_error(code, asker)], refused: Some(code) }
    }

    /// The answer as JSON.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        out.push(b'{');
        if let Some(data) = &self.data {
            out.extend_from_slice(b"\"data\":");
            written::write(data, &mut out);
        }
        if !self.errors.is_empty() {
            out.extend_from_slice(if self.data.is_some() { b",\"errors\":" } else { b"\"errors\":" });
            written::scalar(&self.errors, &mut out);
        }
        out.push(b'}');
        out
    }

    /// The errors alone, as a subscription tells why it could not begin.
    pub(crate) fn errors(&self) -> &[ServerError] {
        &self.errors
    }
}

fn refusal_error(code: Code, asker: &Asker) -> ServerError {
    let mut error = ServerError::new(message(Refusal::new(code), asker.language), None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.name());
    extensions.set("requestId", asker.request_id.as_str());
    error.extensions = Some(extensions);
    error
}

/// The schema and the service that it asks.
#[derive(Clone)]
pub(crate) struct Executor {
    schema: MentorlogSchema,
    casework: Arc<Casework>,
    letters: Arc<Letters>,
    documents: Arc<Documents>,
    #[cfg(feature = "testing")]
    pub(crate) field_by_field: bool,
}

impl Executor {
    /// An executor for this service.
    pub(crate) fn new(casework: Arc<Casework>) -> Self {
        Self {
            schema: super::schema(),
            casework,
            letters: Arc::default(),
            documents: Arc::default(),
            #[cfg(feature = "testing")]
            field_by_field: false,
        }
    }

    /// The same, where guardians are written to like this.
    #[must_use]
    pub(crate) fn writing(self, letters: Letters) -> Self {
        Self { letters: Arc::new(letters), ..self }
    }

    /// How guardians are written to.
    pub(crate) fn letters(&self) -> &Letters {
        &self.letters
    }

    /// The service that is asked.
    pub(crate) const fn casework(&self) -> &Arc<Casework> {
        &self.casework
    }

    /// What time it is, by the service's clock.
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.casework.now()
    }

    /// Answers a query or carries out a mutation.
    pub(crate) async fn answer(&self, incoming: Asked, asker: &Asker) -> Answer {
        let Prepared { request, kind, at_once, .. } = match self.prepare(incoming, asker) {
            Ok(prepared) => prepared,
            Err(answer) => return answer,
        };
        let operation = match kind {
            Some(OperationType::Query) => "query",
            Some(OperationType::Mutation) => "mutation",
            Some(OperationType::Subscription) | None => return Answer::refusal(Code::BadRequest, asker),
        };
        let session = Arc::new(Session::new(Arc::clone(&self.casework), asker.actor, asker.language, operation));
        #[cfg(feature = "testing")]
        let at_once = at_once && !self.field_by_field;
        let request = if at_once { request.data(AtOnce) } else { request };
        let request = request.data(Arc::clone(&session)).data(Arc::clone(&self.letters));
        let executed = tokio::time::timeout(MAX_TIME, self.schema.execute(request)).await;
        if session.finish().await.is_err() {
            return Answer::refusal(Code::TraceNotRecorded, asker);
        }
        executed.map_or_else(|_| Answer::refusal(Code::TimedOut, asker), |response| told(response, asker))
    }

    /// Begins a subscription; queries and mutations are refused here.
    pub(crate) fn follow(&self, incoming: Asked, asker: &Asker) -> Result<BoxStream<'static, Response>, Answer> {
        let Prepared { request, kind, one_root, .. } = self.prepare(incoming, asker)?;
        if kind != Some(OperationType::Subscription) || !one_root {
            return Err(Answer::refusal(Code::BadRequest, asker));
        }
        let session = Arc::new(Session::new(Arc::clone(&self.casework), asker.actor, asker.language, "subscription"));
        let items = self.schema.execute_stream(request.data(Arc::clone(&session)).data(Arc::clone(&self.letters)));
        let asker = asker.clone();
        // What an item was read by is on record, and let go of, before it leaves: the next is read by today's rights.
        let on_record = move |item| {
            let (session, asker) = (Arc::clone(&session), asker.clone());
            async move {
                match session.finish().await {
                    Ok(()) => item,
                    Err(refusal) => Response::from_errors(vec![refusal_error(refusal.code, &asker)]),
                }
            }
        };
        Ok(items.then(on_record).boxed())
    }

    /// Reads and weighs the request before anything is resolved.
    fn prepare(&self, incoming: Asked, asker: &Asker) -> Result<Prepared, Answer> {
        if limits::nests_too_deep(&incoming.query) {
            return Err(Answer::refusal(Code::TooComplex, asker));
        }
        let known = self.documents.read(&incoming.query);
        let known = known.map_err(|error| told(Response::from_errors(vec![error.into()]), asker))?;
        let document = &known.document;
        let variables = Variables::from_json(serde_json::Value::Object(incoming.variables.unwrap_or_default()));
        limits::check(document, &variables).map_err(|limits::TooComplex| Answer::refusal(Code::TooComplex, asker))?;
        let operation = chosen(document, incoming.operation_name.as_deref());
        let kind = operation.map(|operation| operation.ty);
        let one_root = operation.is_some_and(|operation| operation.selection_set.node.items.len() == 1);
        let mut request = Request::new(incoming.query).variables(variables);
        request.operation_name = incoming.operation_name;
        request.set_parsed_query(document.clone());
        Ok(Prepared { request, kind, at_once: known.asks_once, one_root })
    }
}

/// A request that may be carried out.
struct Prepared {
    request: Request,
    kind: Option<OperationType>,
    /// Whether rows can be told at once.
    at_once: bool,
    /// Whether one field is asked for at the root: several streams in one would wait for each other's traces.
    one_root: bool,
}

/// The operation that is to be executed.
fn chosen<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    let mut operations = document.operations.iter();
    match name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None => operations.next().filter(|_| operations.next().is_none()),
    }
    .map(|(_, operation)| &operation.node)
}

/// The answer as it leaves: every error carries a code, and none from inside its cause.
pub(crate) fn told(response: Response, asker: &Asker) -> Answer {
    let executed = response.errors.is_empty()
        || response.data != Value::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    let told = if executed { usize::MAX } else { MOST_WRONG };
    let errors: Vec<_> = response.errors.into_iter().take(told).map(|error| with_code(error, asker)).collect();
    Answer { data: executed.then_some(response.data), errors, refused: (!executed).then_some(Code::BadRequest) }
}

/// An error as it leaves. What a resolver refused has its code; what the document got wrong is a bad request; anything
/// else came from inside and is masked.
pub(crate) fn with_code(mut error: ServerError, asker: &Asker) -> ServerError {
    if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
        return error;
    }
    let from_inside = error.source.is_some();
    if from_inside {
        tracing::error!(request = %asker.request_id, "a resolver failed");
        let masked = refusal_error(Code::Internal, asker);
        return ServerError { locations: error.locations, path: error.path, ..masked };
    }
    error.message = masked(&error.message);
    error.extensions.get_or_insert_default().set("code", Code::BadRequest.name());
    error
}
