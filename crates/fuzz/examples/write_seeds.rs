//! Writes every seed of a target into a folder, for libFuzzer to begin with: `write_seeds TARGET FOLDER`.
//!
//! With `journal-anew` as the target, logs are written with new keys: into `seeds/journal/` and `seeds/journal.keyring`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a chore fails by panicking")]

use std::fs;
use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().expect("a target");
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    fs::create_dir_all(&folder).unwrap();
    let seeds = if target == "journal-anew" {
        let (seeds, keys) = fuzz::journal::seeds();
        fs::write(folder.with_extension("keyring"), keys).unwrap();
        seeds
    } else {
        fuzz::seeds::of(&target)
    };
    for (name, input) in seeds {
        fs::write(folder.join(name), input).unwrap();
    }
}
