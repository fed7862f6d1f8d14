//! What is said when the program is wrong with itself: where, and never with what. The message of a panic often repeats the
//! value that was not as expected, and in this program values are about children.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

/// From now on a panic is told of by its place in the code alone.
pub(crate) fn say_only_where() {
    std::panic::set_hook(Box::new(|info| {
        let (thread, code) = (std::thread::current(), domain::refusal::Code::Internal.name());
        tracing::error!(code, thread = thread.name().unwrap_or("without a name"), "{}", said(info));
        // Names of functions, when they are asked for with RUST_BACKTRACE: no values.
        let way = Backtrace::capture();
        if way.status() == BacktraceStatus::Captured {
            tracing::error!(code, %way, "the way there");
        }
    }));
}

fn said(info: &PanicHookInfo<'_>) -> String {
    info.location().map_or_else(
        || "the program is wrong with itself".to_owned(),
        |place| format!("the program is wrong with itself at {}:{}:{}", place.file(), place.line(), place.column()),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    /// Everything that is logged.
    #[derive(Clone, Default)]
    struct Logged(Arc<Mutex<Vec<u8>>>);

    impl Write for Logged {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().map_err(|_| io::Error::other("poisoned"))?.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_told_of_by_its_place_and_never_by_the_value_that_it_names() {
        let logged = Logged::default();
        let writer = logged.clone();
        let listening = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .with_max_level(tracing::Level::TRACE);
        let before = std::panic::take_hook();
        super::say_only_where();
        tracing::subscriber::with_default(listening.finish(), || {
            let name = String::from("Örjan Kvastmarkor");
            let cut = std::panic::catch_unwind(|| name.split_at(1).0.to_owned());
            let number = || name.parse::<u8>().map_err(|_| name.clone()).expect("a number");
            let wanted = std::panic::catch_unwind(number);
            assert!(cut.is_err() && wanted.is_err());
        });
        std::panic::set_hook(before);
        let said = String::from_utf8(logged.0.lock().expect("nobody else writes").clone()).expect("text");
        let places: Vec<_> = said.lines().filter(|line| line.contains("wrong with itself at ")).collect();
        assert!(places.len() == 2 && places.iter().all(|line| line.contains("internal")), "{said}");
        assert!(places.iter().any(|line| line.contains("panics.rs:")), "{said}");
        assert!(!said.contains("Kvastmarkor") && !said.contains("Örjan"), "{said}");
    }
}
