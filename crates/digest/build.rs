//! A text that one language has and another lacks, or one that drops a value (an address most of all), would be found by a
//! guardian: the build fails instead.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The languages that guardians are written to in, by the names of their folders; a test holds the list against `Language::ALL`.
const LANGUAGES: [&str; 10] = ["ar", "ckb", "en", "fa", "kmr", "prs", "so", "sv", "ti", "uk"];

/// The texts of a catalogue, each with the values that stand in it: in each of its forms, and only those that choose a form in
/// none.
type Texts = BTreeMap<String, BTreeSet<String>>;

fn texts(path: &Path) -> Result<Texts, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parsed = fluent_syntax::parser::parse(text).map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
    let mut texts = Texts::new();
    for entry in parsed.body {
        if let Entry::Message(message) = entry {
            let name = message.id.name;
            let said = message.value.ok_or_else(|| format!("{}: {name} says nothing", path.display()))?;
            let held = values(&said).ok_or_else(|| format!("{}: {name}: a form lacks a value", path.display()))?;
            texts.insert(name, held);
        }
    }
    Ok(texts)
}

/// The values in a text; `None`: its forms do not hold the same ones, `count` apart, which a form may say in a word.
fn values(pattern: &Pattern<String>) -> Option<BTreeSet<String>> {
    let mut held = BTreeSet::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. }
            | PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { .. }) } => {}
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                held.insert(id.name.clone());
            }
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                let forms = variants.iter().map(|variant| values(&variant.value)).collect::<Option<Vec<_>>>()?;
                let without = |form: &BTreeSet<String>| form.iter().filter(|name| *name != "count").cloned().collect();
                let plain: Vec<BTreeSet<String>> = forms.iter().map(without).collect();
                let first = plain.first()?;
                if plain.iter().any(|form| form != first) {
                    return None;
                }
                held.extend(forms.into_iter().flatten());
            }
            PatternElement::Placeable { expression: Expression::Inline(_) } => return None,
        }
    }
    Some(held)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    let root = Path::new("locales");
    let wanted = texts(&root.join("sv/digest.ftl"))?;
    let folders = std::fs::read_dir(root)?.map(|folder| Ok(folder?.file_name().to_string_lossy().into_owned()));
    let folders = folders.collect::<Result<BTreeSet<String>, std::io::Error>>()?;
    if !folders.iter().map(String::as_str).eq(LANGUAGES) {
        return Err(format!("locales: {folders:?}, but the languages are {LANGUAGES:?}").into());
    }
    for language in LANGUAGES {
        let path = root.join(language).join("digest.ftl");
        let held = texts(&path)?;
        let names = wanted.keys().chain(held.keys()).collect::<BTreeSet<_>>();
        let apart: Vec<&&String> = names.iter().filter(|name| wanted.get(**name) != held.get(**name)).collect();
        if !apart.is_empty() {
            return Err(format!(
                "{}: not the same texts with the same values as in Swedish: {apart:?}",
                path.display()
            )
            .into());
        }
    }
    Ok(())
}
