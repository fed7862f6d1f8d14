//! The program's entry: everything else stands in the library, where tests reach it.

fn main() -> std::process::ExitCode {
    mentorlog::main()
}
