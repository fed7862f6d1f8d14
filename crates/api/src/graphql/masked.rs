//! What an error about a document may repeat: the schema's own words, and nothing that the client sent. A name or a note
//! that was put in the wrong place must not come up again in an error text, which people copy into tickets and logs.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Stands for what is not repeated.
const MASK: &str = "…";

/// What the library says about documents, as far as the schema does not say it too.
const SAID: &str = "unknown duplicate duplicated conflict conflicts cannot directive variable variables operation anonymous \
                    fragment fragments spread selection selections subselection leaf scalar nullable required provided \
                    enumeration unused undefined defined does contain expected found parse failed invalid oneof oneofs cycle itself";

/// Every word of the schema, its descriptions included, and the library's own.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let schema = super::sdl();
    words(&schema).chain(words(SAID)).map(str::to_lowercase).collect()
});

/// The schema's names, as they are spelled.
static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let text = super::sdl();
    let open = text.lines().filter(|line| !line.trim_start().starts_with('"'));
    open.flat_map(words).map(str::to_owned).collect()
});

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !is_of_word(letter)).filter(|word| !word.is_empty())
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The message without what the client sent. Of what stands between quotation marks only a name of the schema is left,
/// elsewhere only words of the schema and small numbers. A syntax error shows the document itself: of that only what was
/// expected is left, and the error's location says where.
pub(crate) fn masked(message: &str) -> String {
    let told = message.trim_end().rsplit('\n').next().unwrap_or_default();
    let mut out = String::with_capacity(told.len());
    for (number, part) in told.split('"').enumerate() {
        if number % 2 == 0 {
            spoken(part, &mut out);
        } else {
            out.push('"');
            out.push_str(if NAMES.contains(part) { part } else { MASK });
            out.push('"');
        }
    }
    out
}

fn spoken(mut text: &str, out: &mut String) {
    while let Some(begin) = text.find(is_of_word) {
        let (before, rest) = text.split_at(begin);
        let (word, after) = rest.split_at(rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len()));
        out.push_str(before);
        let small = word.len() <= 3 && word.bytes().all(|digit| digit.is_ascii_digit());
        out.push_str(if small || WORDS.contains(&word.to_lowercase()) { word } else { MASK });
        text = after;
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn names_of_the_schema_are_left_and_nothing_else_that_was_sent() {
        let said = "Invalid value for argument \"input\", unknown field \"Kim\" of type \"EnrolPupilInput\"";
        assert_eq!(
            masked(said),
            "Invalid value for argument \"input\", unknown field \"…\" of type \"EnrolPupilInput\""
        );
        assert_eq!(masked("enumeration type \"Role\" does not contain the value \"the pupil is ill\""), {
            "enumeration type \"Role\" does not contain the value \"…\""
        });
        assert_eq!(masked("value 8812319876 of Kim"), "value … of …");
    }

    #[test]
    fn of_a_syntax_error_only_what_was_expected_is_left() {
        let said = " --> 1:9\n  |\n1 | { pupil Kim\n  |         ^---\n  |\n  = expected selection_set";
        assert!(!masked(said).contains("Kim"));
    }

    #[test]
    fn quotation_marks_that_were_sent_do_not_open_the_mask() {
        let said = "the value \"a\" Kim Exempel \"b\"";
        assert!(!masked(said).contains("Exempel"));
    }
}
