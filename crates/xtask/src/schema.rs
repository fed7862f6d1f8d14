//! What is generated and promised to others: the GraphQL schema, a JSON Schema for each stored event, the error codes.
//! `--check` says what differs from the code, and what would break those who rely on what stands on the main branch.

mod base;
mod forms;
mod graphql;
mod json;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, cargo, output, program_in, show};
use crate::workspace::Workspace;

/// How to treat what is generated.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Change nothing: say what differs, and what would break others.
    #[arg(long)]
    check: bool,
}

impl Options {
    /// Only check.
    pub(crate) const fn check() -> Self {
        Self { check: true }
    }
}

/// A program of ours that prints or writes what is promised.
struct Generator {
    example: &'static str,
    /// Where its standard output goes, below `schema/`; `None`: it is given the folder and writes files itself.
    prints: Option<&'static str>,
}

const GENERATORS: &[Generator] = &[
    Generator { example: "sdl", prints: Some("schema.graphql") },
    Generator { example: "event_schemas", prints: None },
];

/// Folder of what is generated, from the root.
const PROMISED: &str = "schema";

/// In that folder, but neither written nor compared here: the test that walks each cell of it against a running service
/// (`tests/access`) compares it, and writes it when told to (`MENTORLOG_WRITE_ACCESS=1`).
const WALKED: &str = "access.md";

/// Regenerates, or checks.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let fresh = workspace.target.join("fresh-schema");
    generate(workspace, &fresh)?;
    let promised = workspace.root.join(PROMISED);
    if !options.check {
        return replace(&fresh, &promised);
    }
    let mut complaints = differences(&fresh, &promised)?;
    for base in base::find(workspace)? {
        println!("compared with {base}");
        complaints.extend(stored::check(workspace, &base)?);
        complaints.extend(forms::check(workspace, &base)?);
        complaints.extend(graphql::check(workspace, &base)?);
    }
    complaints.extend(stored::check_versions(workspace)?);
    report(&complaints)
}

fn report(complaints: &[String]) -> Result<(), Failure> {
    for complaint in complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() {
        println!("generated files: as the code has them, and nothing that others rely on is broken");
        return Ok(());
    }
    Err(Failure::new(format!("generated files: {} found", complaints.len())))
}

fn generate(workspace: &Workspace, fresh: &Path) -> Result<(), Failure> {
    if fresh.exists() {
        fs::remove_dir_all(fresh).map_err(|why| cannot("clear", fresh, &why))?;
    }
    fs::create_dir_all(fresh.join("events")).map_err(|why| cannot("create", fresh, &why))?;
    let mut build = cargo(&workspace.root);
    if !show(build.args(["build", "--quiet", "--locked", "--workspace", "--examples"]))? {
        return Err(Failure::new("what generates the schema does not compile: see above"));
    }
    for generator in GENERATORS {
        run_generator(workspace, generator, fresh)?;
    }
    Ok(())
}

fn run_generator(workspace: &Workspace, generator: &Generator, fresh: &Path) -> Result<(), Failure> {
    let program = workspace.target.join("debug").join("examples").join(generator.example);
    let mut command = program_in(&workspace.root, program);
    let Some(file) = generator.prints else { return output(command.arg(fresh)).map(|_said| ()) };
    let path = fresh.join(file);
    fs::write(&path, output(&mut command)?).map_err(|why| cannot("write", &path, &why))
}

fn replace(fresh: &Path, promised: &Path) -> Result<(), Failure> {
    for path in promises_below(promised)? {
        if !fresh.join(&path).exists() {
            let path = promised.join(&path);
            fs::remove_file(&path).map_err(|why| cannot("remove", &path, &why))?;
            println!("removed {}", path.display());
        }
    }
    for path in files_below(fresh)? {
        let (from, to) = (fresh.join(&path), promised.join(&path));
        if fs::read(&from).ok() != fs::read(&to).ok() {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|why| cannot("create", folder, &why))?;
            }
            fs::copy(&from, &to).map_err(|why| cannot("write", &to, &why))?;
            println!("wrote {}", to.display());
        }
    }
    Ok(())
}

fn differences(fresh: &Path, promised: &Path) -> Result<Vec<String>, Failure> {
    let (new, old) = (files_below(fresh)?, promises_below(promised)?);
    let mut all: Vec<&PathBuf> = new.iter().chain(&old).collect();
    all.sort_unstable();
    all.dedup();
    let differ = all.into_iter().filter(|path| fs::read(fresh.join(path)).ok() != fs::read(promised.join(path)).ok());
    let say = |path: &PathBuf| {
        format!(
            "{PROMISED}/{} is not what the code generates: run `cargo xtask schema`, read the change, commit it",
            path.display()
        )
    };
    Ok(differ.map(say).collect())
}

/// The promised files that the generators answer for.
fn promises_below(promised: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = files_below(promised)?;
    files.retain(|path| path != Path::new(WALKED));
    Ok(files)
}

/// The files below a folder, as paths from it, in order.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.map_err(|why| cannot("read", &next, &why))?.path();
            match path.strip_prefix(folder) {
                _ if path.is_dir() => open.push(path),
                Ok(below) => files.push(below.to_path_buf()),
                Err(_) => {}
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// A file that could not be reached.
pub(crate) fn cannot(what: &str, path: &Path, why: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {what} {}: {why}", path.display()))
}
