//! What belongs to one request: who asks, in which language, and the readers whose traces must be on disk before the
//! answer leaves.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Error};
use casework::{Casework, Reader};
use domain::actor::Actor;
use domain::refusal::{Code, Refusal};

use super::catalogue::Language;

/// One request, or one subscription.
pub(crate) struct Session {
    casework: Arc<Casework>,
    pub(crate) actor: Actor,
    pub(crate) language: Language,
    operation: &'static str,
    readers: Mutex<Readers>,
}

#[derive(Default)]
struct Readers {
    /// The view that questions are answered from now.
    current: Option<Arc<Reader>>,
    /// Views from before a command of this request.
    past: Vec<Arc<Reader>>,
}

impl Session {
    /// A session that has read nothing yet. `operation` names it in the trace.
    pub(crate) fn new(casework: Arc<Casework>, actor: Actor, language: Language, operation: &'static str) -> Self {
        Self { casework, actor, language, operation, readers: Mutex::default() }
    }

    /// The service.
    pub(crate) const fn casework(&self) -> &Arc<Casework> {
        &self.casework
    }

    /// The request's one view; made when first asked for.
    pub(crate) fn reader(&self) -> Arc<Reader> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let current = readers.current.get_or_insert_with(|| Arc::new(self.fresh_reader()));
        Arc::clone(current)
    }

    /// A view of its own, for one item of a subscription.
    pub(crate) fn fresh_reader(&self) -> Reader {
        self.casework.reader(self.actor, self.operation)
    }

    /// After a command: what is asked next sees what it wrote.
    pub(crate) fn renew(&self) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = readers.current.take() {
            readers.past.push(current);
        }
    }

    /// Puts every reading of the request on record. No answer leaves before this has returned `Ok`.
    pub(crate) async fn finish(&self) -> Result<(), Refusal> {
        let readers = std::mem::take(&mut *self.readers.lock().unwrap_or_else(PoisonError::into_inner));
        for reader in readers.past.into_iter().chain(readers.current) {
            let reader = Arc::into_inner(reader).ok_or(Refusal::new(Code::TraceNotRecorded))?;
            reader.finish().await.map_err(|_| Refusal::new(Code::TraceNotRecorded))?;
        }
        Ok(())
    }
}

/// The session that a resolver works in.
pub(crate) fn session<'a>(context: &Context<'a>) -> Result<&'a Arc<Session>, Error> {
    context.data::<Arc<Session>>()
}
