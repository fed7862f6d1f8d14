//! The command line: any list of arguments is read as a command, or refused with a sentence and the status for it.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use clap::error::ErrorKind;

/// Status of a command line that is wrong, as `--help` shows it.
const WRONG: i32 = 2;

/// Takes an input: one argument a line, in whatever bytes. Nothing is carried out.
pub fn run(input: &[u8]) {
    let arguments = input.split(|byte| *byte == b'\n').filter(|argument| !argument.contains(&0));
    let arguments = arguments.map(|argument| OsString::from_vec(argument.to_vec()));
    let program = OsString::from("mentorlog");
    let Err(error) = mentorlog::read_arguments(std::iter::once(program).chain(arguments)) else { return };
    let said = error.to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            assert_eq!(error.exit_code(), 0, "help is no failure");
            assert!(said.contains("mentorlog"), "{said}");
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            assert_eq!(error.exit_code(), WRONG);
            assert!(said.contains("Usage:"), "{said}");
        }
        _ => {
            assert_eq!(error.exit_code(), WRONG, "{said}");
            assert!(said.starts_with("error: "), "{said}");
            assert!(said.contains("--help") || said.contains("Usage:"), "no way out: {said}");
        }
    }
}
