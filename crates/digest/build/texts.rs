//! Reads catalogues while building, for each crate that has some.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The texts of a catalogue, each with the values that stand in it: in each of its forms, and only those that choose a form in
/// none.
pub(crate) type Texts = BTreeMap<String, BTreeSet<String>>;

/// Reads a catalogue.
pub(crate) fn texts(path: &Path) -> Result<Texts, Box<dyn Error>> {
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

/// A catalogue holds the same texts with the same values as another one.
pub(crate) fn alike(path: &Path, wanted: &Texts) -> Result<(), Box<dyn Error>> {
    let held = texts(path)?;
    let names = wanted.keys().chain(held.keys()).collect::<BTreeSet<_>>();
    let apart: Vec<&&String> = names.iter().filter(|name| wanted.get(**name) != held.get(**name)).collect();
    if apart.is_empty() {
        return Ok(());
    }
    Err(format!("{}: not the same texts with the same values as in Swedish: {apart:?}", path.display()).into())
}
