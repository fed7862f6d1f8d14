//! Which tokens have come already: that somebody came with one is on record once, and not at each request.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Most tokens that are remembered. When there are more, all are forgotten, and the next time of each is on record again.
const MOST: usize = 10_000;

/// Tokens that are on record as having come, as hashes.
#[derive(Default)]
pub(super) struct SeenTokens(Mutex<HashSet<[u8; 32]>>);

impl SeenTokens {
    /// Whether this one is.
    pub(super) fn has(&self, token: &blake3::Hash) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(token.as_bytes())
    }

    /// It is from now on.
    pub(super) fn keep(&self, token: blake3::Hash) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(*token.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, SeenTokens};

    #[test]
    fn a_token_is_known_until_there_are_too_many() {
        let seen = SeenTokens::default();
        let token = |number: usize| blake3::hash(&number.to_le_bytes());
        assert!(!seen.has(&token(0)));
        for number in 0..MOST {
            seen.keep(token(number));
        }
        assert!(seen.has(&token(0)) && seen.has(&token(MOST - 1)));
        seen.keep(token(MOST));
        assert!(!seen.has(&token(0)) && seen.has(&token(MOST)));
    }
}
