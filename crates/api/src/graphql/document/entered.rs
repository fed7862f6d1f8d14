//! What people wrote, as it stands in a document of ours: set apart, so that none of it can be taken for a heading or an entry, and
//! no line begins as a formula of a spreadsheet does.

use std::fmt::Write;

/// Stands before each line that somebody wrote, and before no other.
pub(super) const MARK: char = '│';
/// Longest line of a note, in characters: a reader's window that breaks a longer one would begin the rest without a mark.
const LONGEST: usize = 100;

/// Whether people, or programs that read lines, take it for the end of a line.
const fn ends_a_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether it has what stands beside it read in another order than it is written.
const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text that stands behind a label of ours, on the same line: what would leave the line, or turn it, is shown as `�`.
pub(super) fn in_a_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() || ends_a_line(c) || turns(c) { '\u{fffd}' } else { c };
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).map(shown).collect()
}

/// Text of one line or more, each set apart by the mark.
pub(super) fn set_apart(text: &str, indent: &str, out: &mut String) {
    for line in text.replace("\r\n", "\n").split(ends_a_line) {
        let mut rest = in_a_line(line);
        loop {
            let next = rest.split_off(broken_at(&rest));
            // Writing to a text never fails.
            let _ = writeln!(out, "{}", format!("{indent}{MARK} {rest}").trim_end());
            if next.is_empty() {
                break;
            }
            rest = next;
        }
    }
}

/// Where a line that is too long is broken: behind a space, when there is one.
fn broken_at(line: &str) -> usize {
    let Some((longest, _)) = line.char_indices().nth(LONGEST) else { return line.len() };
    let space = line.char_indices().take(LONGEST).filter(|(_, c)| *c == ' ').last();
    space.map_or(longest, |(at, space)| at + space.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, in_a_line, set_apart};

    fn told(text: &str) -> String {
        let mut out = String::new();
        set_apart(text, "  ", &mut out);
        out
    }

    #[test]
    fn every_line_is_set_apart_whatever_ends_it() {
        for end in
            ["\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{1d}", "\u{1e}", "\u{85}", "\u{2028}", "\u{2029}"]
        {
            assert_eq!(told(&format!("a{end}=1+1{end}{end}b")), "  │ a\n  │ =1+1\n  │\n  │ b\n", "{end:?}");
        }
    }

    #[test]
    fn what_turns_a_line_or_leaves_it_is_shown() {
        assert_eq!(told("\u{202e}neliX\u{2066}\u{200f}\u{7}\tx"), "  │ �neliX��� x\n");
        assert_eq!(in_a_line("Kim\nNamn: Falsk\u{2028}=1\u{85}"), "Kim�Namn: Falsk�=1�");
    }

    #[test]
    fn a_long_line_is_broken_with_the_mark_before_each_part_and_nothing_is_lost() {
        for text in ["å".repeat(350), "ord om åtta ".repeat(60), format!("a {}", "å".repeat(150)), " ".repeat(250)] {
            let told = told(&text);
            assert!(told.lines().all(|line| line.starts_with("  │") && line.chars().count() <= LONGEST + 4), "{told}");
            let letters = |text: &str| text.chars().filter(|c| !" \n│".contains(*c)).collect::<String>();
            assert_eq!(letters(&told), letters(&text));
        }
    }
}
