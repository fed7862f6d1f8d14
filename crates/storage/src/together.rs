//! The same work for many things, on all the cores: for what a start waits for.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// Works on each of the things, in no order, on as many threads as there are cores. Each thread makes itself a `tool` that
/// it works with. The first that fails on a thread ends that thread's work, and is told.
///
/// Where no thread can be started the caller's own does all of it: each takes the next thing that nobody has taken.
pub(crate) fn each<I, S, E>(
    things: I,
    tool: impl Fn() -> S + Sync,
    work: impl Fn(I::Item, &mut S) -> Result<(), E> + Sync,
) -> Result<(), E>
where
    I: ExactSizeIterator + Send,
    E: Send,
{
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(things.len());
    let waiting = Mutex::new(things);
    let take_turns = || {
        let mut tool = tool();
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
            match next {
                Some(thing) => work(thing, &mut tool)?,
                None => return Ok(()),
            }
        }
    };
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().name("log-start".to_owned()).spawn_scoped(scope, take_turns).ok();
        let others: Vec<ScopedJoinHandle<'_, _>> = (1..threads).filter_map(start).collect();
        let own = take_turns();
        let told = others.into_iter().map(|other| other.join().unwrap_or_else(|panicked| resume_unwind(panicked)));
        told.fold(own, Result::and)
    })
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn each_thing_is_worked_on_once() {
        for count in [0, 1, 2, 1000] {
            let mut things = vec![0; count];
            let worked = each(
                things.iter_mut().enumerate(),
                || 1,
                |(at, thing), tool| {
                    *thing += at + *tool;
                    Ok::<_, ()>(())
                },
            );
            assert_eq!(worked, Ok(()));
            assert!(things.iter().enumerate().all(|(at, thing)| *thing == at + 1), "{count}");
        }
    }

    #[test]
    fn one_that_fails_is_told() {
        for failing in [0, 7, 99] {
            let worked = each(0..100, || (), |thing, ()| if thing == failing { Err(thing) } else { Ok(()) });
            assert_eq!(worked, Err(failing));
        }
    }
}
