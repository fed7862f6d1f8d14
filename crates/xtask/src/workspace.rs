//! Where things are: the root, the one target folder, our packages and what they depend on.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell::{Failure, cargo, output, program_in};

/// The workspace, as cargo knows it.
pub(crate) struct Workspace {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The target folder, shared by everything that is built.
    pub(crate) target: PathBuf,
    /// Our own packages.
    pub(crate) packages: Vec<Package>,
}

/// One of our packages.
pub(crate) struct Package {
    /// Name.
    pub(crate) name: String,
    /// What it depends on.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One dependency of one of our packages.
pub(crate) struct Dependency {
    /// The package's name, whatever it is called in the code.
    pub(crate) name: String,
    /// Whether only tests, examples and benchmarks have it.
    pub(crate) only_in_tests: bool,
}

impl Workspace {
    /// Finds the workspace that this program was built in.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let from = if here.is_dir() { here.to_path_buf() } else { PathBuf::from(".") };
        let text = output(cargo(&from).args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&text)
            .map_err(|why| Failure::new(format!("cargo metadata gave something else than JSON: {why}")))?;
        Ok(Self {
            root: folder(&metadata, "workspace_root")?,
            target: folder(&metadata, "target_directory")?,
            packages: array(&metadata, "packages").map(package).collect(),
        })
    }

    /// The files of the repository, committed or about to be, as paths from the root. Ignored files are left out.
    pub(crate) fn files(&self) -> Result<Vec<String>, Failure> {
        let mut git = program_in(&self.root, "git");
        let listed = output(git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
        let mut files: Vec<String> =
            listed.split('\0').filter(|path| self.root.join(path).is_file()).map(str::to_owned).collect();
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }
}

/// Whether a path ends in an extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn folder(metadata: &Value, key: &str) -> Result<PathBuf, Failure> {
    let text = metadata.get(key).and_then(Value::as_str);
    text.map(PathBuf::from).ok_or_else(|| Failure::new(format!("cargo metadata does not say its {key}")))
}

fn package(value: &Value) -> Package {
    Package { name: text(value, "name"), dependencies: array(value, "dependencies").map(dependency).collect() }
}

fn dependency(value: &Value) -> Dependency {
    Dependency { name: text(value, "name"), only_in_tests: value.get("kind").and_then(Value::as_str) == Some("dev") }
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
