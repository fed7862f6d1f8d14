//! Asking without a network: a body goes in, an answer comes out, as through the endpoint and as over a WebSocket.

use std::sync::Arc;

use casework::Casework;
use domain::actor::Actor;
use domain::refusal::Code;
use futures::{FutureExt, StreamExt};

use crate::graphql::catalogue::Language;
use crate::graphql::execute::{Answer, Asked, Asker, Executor, told};
use crate::http::{MAX_BODY, asked};
use crate::letters::Letters;

/// Most items of a subscription that are waited for.
const MOST_ITEMS: usize = 8;

/// The schema, its limits and a service, without HTTP.
pub struct InProcess {
    executor: Executor,
}

impl InProcess {
    /// In front of this service.
    pub fn new(casework: Arc<Casework>) -> Self {
        Self { executor: Executor::new(casework) }
    }

    /// The same, telling no rows at once: to see that both ways give the same answer, and what the one costs.
    pub fn field_by_field(casework: Arc<Casework>) -> Self {
        let mut executor = Executor::new(casework);
        executor.field_by_field = true;
        Self { executor }
    }

    /// The same, with somebody who writes letters out.
    #[must_use]
    pub fn writing(mut self, letters: Letters) -> Self {
        self.executor = self.executor.writing(letters);
        self
    }

    /// The body that answers a query.
    pub async fn ask(&self, query: &str, actor: Actor) -> Vec<u8> {
        let asker = Asker { actor, language: Language::from_accept(None), request_id: "in-process".to_owned() };
        let query = Asked { query: query.to_owned(), operation_name: None, variables: None };
        self.executor.answer(query, &asker).await.to_json()
    }

    /// The bodies that answer a request's body: one as over HTTP, and one for each item that a subscription has at once.
    /// `language` is an `Accept-Language` header.
    pub async fn answer(&self, body: &[u8], actor: Actor, language: &str) -> Vec<Vec<u8>> {
        let language = Language::from_accept(Some(language));
        let asker = Asker { actor, language, request_id: "in-process".to_owned() };
        if body.len() > MAX_BODY {
            return written([Answer::refusal(Code::TooComplex, &asker)]);
        }
        let (Some(over_http), Some(over_socket)) = (asked(body), asked(body)) else {
            return written([Answer::refusal(Code::BadRequest, &asker)]);
        };
        let mut answers = vec![self.executor.answer(over_http, &asker).await];
        if let Ok(mut items) = self.executor.follow(over_socket, &asker) {
            while answers.len() < MOST_ITEMS
                && let Some(Some(item)) = items.next().now_or_never()
            {
                answers.push(told(item, &asker));
            }
        }
        written(answers)
    }
}

fn written(answers: impl IntoIterator<Item = Answer>) -> Vec<Vec<u8>> {
    answers.into_iter().map(|answer| answer.to_json()).collect()
}
