//! A text that one language has and another lacks would be found by whoever reads it: the build fails instead. Every text is in
//! Swedish and English; what a guardian reaches by a link is in each language that they are written to in, too.

#[path = "../digest/build/texts.rs"]
mod texts;

use std::error::Error;
use std::path::Path;

use texts::{alike, texts};

/// What everybody reads.
const IN_BOTH: [&str; 5] = ["errors.ftl", "links.ftl", "mail.ftl", "page.ftl", "sign-in.ftl"];
/// What guardians read.
const LINKS: &str = "links.ftl";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../digest/build/texts.rs");
    let root = Path::new("locales");
    for file in IN_BOTH {
        alike(&root.join("en").join(file), &texts(&root.join("sv").join(file))?)?;
    }
    let links = texts(&root.join("sv").join(LINKS))?;
    for folder in std::fs::read_dir(root)? {
        alike(&folder?.path().join(LINKS), &links)?;
    }
    Ok(())
}
