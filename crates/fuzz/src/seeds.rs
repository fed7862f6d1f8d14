//! What the targets begin with: committed inputs under `seeds/`, and what is made from the committed examples of stored
//! events.

use std::fs;
use std::path::{Path, PathBuf};

use crate::stored;

/// The folder of a target's committed seeds.
fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target)
}

/// The committed examples of stored events.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/stored")
}

/// A file with its name.
type Named = (String, Vec<u8>);

/// The seeds of a target with their names, in the order of the names.
pub fn of(target: &str) -> Vec<Named> {
    let mut seeds = files(&folder(target));
    if target == "stored" {
        let made = files(&examples()).into_iter().filter_map(|(name, text)| Some((name, stored::input(&text)?)));
        seeds.extend(made);
    }
    seeds
}

/// Words that mean something to a target, in the form that libFuzzer reads too: one a line, in quotes.
pub fn words(target: &str) -> Vec<Vec<u8>> {
    let path = folder(target).with_extension("dict");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let quoted = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    quoted.map(unescaped).collect()
}

/// `\\`, `\"` and `\xAB`, as libFuzzer has them.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'\\', [b'x', high, low, after @ ..]) => (hex(*high) * 16 + hex(*low), after),
            (b'\\', [escaped, after @ ..]) => (*escaped, after),
            _ => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).expect("a hexadecimal digit")
}

fn files(folder: &Path) -> Vec<Named> {
    let listed = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, fs::read(path).unwrap())
    };
    paths.into_iter().map(named).collect()
}
