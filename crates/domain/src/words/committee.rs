//! A committee (nämnd) of the authority.

use std::fmt;

use super::Invalid;

/// Most bytes of a code.
const MOST: usize = 16;
/// Most characters of a code.
const MOST_CHARS: usize = 8;

/// A committee (nämnd), by its short code in everyday use, such as `BUN`: an authority of its own, with secrecy towards the
/// others of the same municipality. Written in capitals, however it was given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Committee {
    /// The letters, and nothing behind them.
    letters: [u8; MOST],
}

impl Committee {
    /// Accepts two to eight letters and digits.
    pub fn try_new(code: impl AsRef<str>) -> Result<Self, Invalid> {
        let invalid = |why| Invalid { what: "committee", why };
        let capitals: String = code.as_ref().trim().chars().flat_map(char::to_uppercase).collect();
        if !(2..=MOST_CHARS).contains(&capitals.chars().count()) {
            return Err(invalid("must be two to eight characters"));
        }
        if !capitals.chars().all(char::is_alphanumeric) {
            return Err(invalid("must be letters and digits"));
        }
        let mut letters = [0; MOST];
        letters.get_mut(..capitals.len()).ok_or(invalid("too long"))?.copy_from_slice(capitals.as_bytes());
        Ok(Self { letters })
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        let end = self.letters.iter().position(|byte| *byte == 0).unwrap_or(MOST);
        self.letters.get(..end).and_then(|letters| std::str::from_utf8(letters).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for Committee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_written() {
        assert_eq!(Committee::try_new(" bun ").unwrap(), Committee::try_new("BUN").unwrap());
        assert_eq!(Committee::try_new("bän").unwrap().as_str(), "BÄN");
        assert_eq!(Committee::try_new("ÅÄÖÅÄÖÅÄ").unwrap().as_str(), "ÅÄÖÅÄÖÅÄ");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "B", "BARN OCH", "BARNOCHUT", "B-N", "BU\u{0}", "字字字字字字"] {
            assert!(Committee::try_new(text).is_err(), "{text:?}");
        }
    }
}
