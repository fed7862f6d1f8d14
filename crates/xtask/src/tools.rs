//! What the checks need besides the toolchain: what is missing is installed where that can be done, with a word.

use std::path::PathBuf;

use crate::shell::{Failure, cargo, has_program, output, program_in, show};
use crate::workspace::Workspace;

/// Programs that the power-cut test needs, and the Debian package that each comes with.
const SYSTEM_PROGRAMS: &[(&str, &str)] =
    &[("mkfs.ext4", "e2fsprogs"), ("losetup", "util-linux"), ("mount", "mount"), ("perl", "perl-base")];

/// The mail server that digests are sent to in tests, and what makes its certificates. The tests run it on ports and files of
/// their own.
const MAIL_SERVER: &[(&str, &str)] = &[("postfix", "postfix"), ("openssl", "openssl")];
/// What lets it say a password to the server that it passes on to: a library, in the folder of the machine's kind.
const SAYS_PASSWORD: (&str, &str) = ("sasl2/libplain.so", "libsasl2-modules");
/// Installed as it comes, Debian's own instance would be set up and started, and take mail for this machine: it is not.
const NO_MAIL_OF_OUR_OWN: &str = "postfix postfix/main_mailer_type select No configuration";

/// Toolchain components, the program that shows that each is there, and its name for rustup.
const COMPONENTS: &[(&str, &str)] = &[("fmt", "rustfmt"), ("clippy", "clippy")];

/// Installs what is missing and can be installed; says what is left out.
pub(crate) fn prepare(workspace: &Workspace) -> Result<(), Failure> {
    components(workspace)?;
    system_programs(workspace, lacking(SYSTEM_PROGRAMS), "the power-cut test");
    mail_server(workspace);
    provider(workspace)
}

/// The OpenID provider that the sign-in tests run, from npm.
fn provider(workspace: &Workspace) -> Result<(), Failure> {
    let folder = workspace.root.join("tests").join("provider");
    if !has_program("npm") && has_program("apt-get") && is_root(workspace) {
        println!("installing nodejs npm with apt-get");
        apt_install(workspace, &["nodejs", "npm"]);
    }
    if !has_program("npm") {
        return Err(Failure::new("npm is missing: install Node.js (20 or later) with npm, then run this again"));
    }
    println!("installing the tests' OpenID provider with npm");
    if show(program_in(&folder, "npm").args(["ci", "--silent"]))? {
        return Ok(());
    }
    Err(Failure::new("npm could not install the tests' OpenID provider: run `npm ci` in tests/provider"))
}

fn components(workspace: &Workspace) -> Result<(), Failure> {
    for (program, component) in COMPONENTS {
        if output(cargo(&workspace.root).args([program, "--version"])).is_ok() {
            continue;
        }
        println!("installing {component} with rustup");
        let mut rustup = program_in(&workspace.root, "rustup");
        if !show(rustup.args(["component", "add", component]))? {
            return Err(Failure::new(format!("{component} is missing: install it, then run this again")));
        }
    }
    Ok(())
}

/// The mail server, where it can be had.
fn mail_server(workspace: &Workspace) {
    if !has_program("postfix") && has_program("debconf-set-selections") && is_root(workspace) {
        let setting = format!("echo '{NO_MAIL_OF_OUR_OWN}' | debconf-set-selections");
        if !show(program_in(&workspace.root, "sh").args(["-c", &setting])).unwrap_or(false) {
            println!("the mail server could not be told to stay off: the tests against a mail server will fail");
            return;
        }
    }
    let mut missing = lacking(MAIL_SERVER);
    let (library, package) = SAYS_PASSWORD;
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    if !folders.into_iter().any(|folder| folder.path().join(library).exists()) {
        missing.push(package);
    }
    system_programs(workspace, missing, "the tests against a mail server");
}

/// The packages of the programs that are not there.
fn lacking(needed: &[(&str, &'static str)]) -> Vec<&'static str> {
    needed.iter().filter(|(program, _)| !has_program(program)).map(|(_, package)| *package).collect()
}

/// The tests that need them fail and say what they lack, unless they are left out by choice (`MENTORLOG_WITHOUT`).
fn system_programs(workspace: &Workspace, mut missing: Vec<&'static str>, by: &str) {
    missing.dedup();
    if missing.is_empty() {
        return;
    }
    let list = missing.join(" ");
    if !has_program("apt-get") || !is_root(workspace) {
        println!("missing: {list}. Without them fails: {by}. Install them, or leave it out (CONTRIBUTING.md).");
        return;
    }
    println!("installing {list} with apt-get");
    if !apt_install(workspace, &missing) {
        println!("apt-get could not install {list}. Without them fails: {by}");
    }
}

/// Whether Debian's packages could be installed.
fn apt_install(workspace: &Workspace, packages: &[&str]) -> bool {
    let apt = |arguments: &[&str]| {
        let mut command = program_in(&workspace.root, "apt-get");
        show(command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments)).unwrap_or(false)
    };
    let install: Vec<&str> =
        ["install", "--yes", "--no-install-recommends"].into_iter().chain(packages.iter().copied()).collect();
    apt(&install) || apt(&["update"]) && apt(&install)
}

fn is_root(workspace: &Workspace) -> bool {
    output(program_in(&workspace.root, "id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// cargo-deny, which the checks need.
pub(crate) fn cargo_deny(workspace: &Workspace) -> Result<PathBuf, Failure> {
    installed(workspace, "cargo-deny")
}

/// A program of cargo's: from the path, or installed once with cargo into the target folder.
pub(crate) fn installed(workspace: &Workspace, name: &str) -> Result<PathBuf, Failure> {
    if has_program(name) {
        return Ok(PathBuf::from(name));
    }
    let folder = workspace.target.join("tools");
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    println!("installing {name} with cargo into {} (once, takes some minutes)", folder.display());
    let mut install = cargo(&workspace.root);
    install.args(["install", "--quiet", "--locked", name, "--root"]).arg(&folder);
    if show(&mut install)? && program.is_file() {
        return Ok(program);
    }
    Err(Failure::new(format!("{name} could not be installed: run `cargo install {name} --locked`, then this again")))
}
