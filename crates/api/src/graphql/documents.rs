//! Documents that are asked again and again, read once: a page asks the same of the service each time, with other variables.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{ExecutableDocument, OperationType};

use super::written;

/// How many are kept. When there are more, all are let go: a client's own are soon there again.
const MOST: usize = 256;
/// The longest text that is kept, in bytes.
const LONGEST: usize = 4_096;

/// A document that has been read.
pub(crate) struct Known {
    /// What it says.
    pub(crate) document: ExecutableDocument,
    /// Whether every field of an answer is asked for once.
    pub(crate) asks_once: bool,
}

/// Those that have been read.
#[derive(Default)]
pub(crate) struct Documents(Mutex<HashMap<String, Arc<Known>>>);

impl Documents {
    /// What a text says.
    pub(crate) fn read(&self, text: &str) -> Result<Arc<Known>, async_graphql::parser::Error> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(Arc::clone(known));
        }
        let document = async_graphql::parser::parse_query(text)?;
        let asks_once = written::asks_once(&document);
        let known = Arc::new(Known { document, asks_once });
        if text.len() <= LONGEST && only_asks(&known.document) {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MOST {
                all.clear();
            }
            all.insert(text.to_owned(), Arc::clone(&known));
        }
        Ok(known)
    }
}

/// Whether nothing is done by it: what is to be done may be written out in a text, names and notes too, and none of that is kept.
fn only_asks(document: &ExecutableDocument) -> bool {
    document.operations.iter().all(|(_, operation)| operation.node.ty != OperationType::Mutation)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Documents, LONGEST, MOST};

    #[test]
    fn a_question_is_read_once_and_what_is_to_be_done_is_not_kept() {
        let documents = Documents::default();
        let again = |text: &str| {
            let (one, other) = (documents.read(text).unwrap(), documents.read(text).unwrap());
            Arc::ptr_eq(&one, &other)
        };
        assert!(again("{ viewer { id } }"));
        assert!(again("subscription { caseload { id } }"));
        assert!(!again("mutation { enrolPupil(name: \"Kim\") { id } }"));
        assert!(!again(&format!("{{ viewer {{ id }} }} {}", " ".repeat(LONGEST))));
        assert!(documents.read("{ viewer {").is_err());
    }

    #[test]
    fn however_many_different_ones_are_asked_few_are_kept() {
        let documents = Documents::default();
        for number in 0..=(MOST * 2) {
            documents.read(&format!("{{ viewer {{ a{number}: id }} }}")).unwrap();
        }
        assert!((1..=MOST).contains(&documents.0.lock().unwrap().len()));
    }
}
