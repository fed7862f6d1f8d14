//! A text that one language has and another lacks would be found by a guardian: the build fails instead.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use fluent_syntax::ast::Entry;

/// The names in a catalogue.
fn names(path: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let parsed = fluent_syntax::parser::parse(text).map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
    let entries = parsed.body.into_iter();
    Ok(entries
        .filter_map(|entry| if let Entry::Message(message) = entry { Some(message.id.name) } else { None })
        .collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    let root = Path::new("locales");
    let wanted = names(&root.join("sv/digest.ftl"))?;
    for folder in std::fs::read_dir(root)? {
        let path = folder?.path().join("digest.ftl");
        let held = names(&path)?;
        let apart: Vec<&String> = wanted.symmetric_difference(&held).collect();
        if !apart.is_empty() {
            return Err(format!("{}: not the same texts as in Swedish: {apart:?}", path.display()).into());
        }
    }
    Ok(())
}
