//! A text that one language has and another lacks, or one that drops a value (an address most of all), would be found by a
//! guardian: the build fails instead.

#[path = "build/texts.rs"]
mod texts;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use texts::{alike, texts};

/// The languages that guardians are written to in, by the names of their folders; a test holds the list against `Language::ALL`.
const LANGUAGES: [&str; 10] = ["ar", "ckb", "en", "fa", "kmr", "prs", "so", "sv", "ti", "uk"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let root = Path::new("locales");
    let wanted = texts(&root.join("sv/digest.ftl"))?;
    let folders = std::fs::read_dir(root)?.map(|folder| Ok(folder?.file_name().to_string_lossy().into_owned()));
    let folders = folders.collect::<Result<BTreeSet<String>, std::io::Error>>()?;
    if !folders.iter().map(String::as_str).eq(LANGUAGES) {
        return Err(format!("locales: {folders:?}, but the languages are {LANGUAGES:?}").into());
    }
    LANGUAGES.iter().try_for_each(|language| alike(&root.join(language).join("digest.ftl"), &wanted))
}
