//! What a test needs of the machine. Where it is missing the test fails, and says what to install: one that is passed over without a
//! word shows nothing, and nobody notices. Whoever has to do without says so: `MENTORLOG_WITHOUT=mail-server,power-cut`.
#![allow(unreachable_pub, reason = "a module of each test binary")]
#![allow(dead_code, reason = "the measurement uses none of it")]

/// Returns where it has been chosen to do without this, and fails otherwise.
pub fn is_missing(what: &str, needs: &str) {
    let chosen = std::env::var("MENTORLOG_WITHOUT").unwrap_or_default();
    assert!(
        chosen.split(',').any(|name| name.trim() == what),
        "this test needs {needs}. `cargo xtask test` as root on Debian installs it; `MENTORLOG_WITHOUT={what}` leaves the test out"
    );
    println!("left out by choice ({what}): it needs {needs}");
}
