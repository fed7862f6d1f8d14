//! Each of the pilot's six schools works in its own way. Each way is told here as a day or a term in it, over HTTP, from
//! the first call to what the principal sees, in the order in which the pilot's report speaks of the schools.
//!
//! People and pupils are invented; what they do is what the schools said that their mentors do.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

mod anders_ljungstedt;
mod anestadsskolan;
mod arenaskolan;
mod attacks;
mod birgittaskolan;
mod changing;
mod committees;
mod covering;
mod decisions;
mod elsa_brandstrom;
mod ending;
mod everything;
mod letters;
mod ljungsbro;
mod loads;
mod never_came;
mod past;
mod reports;
mod rights;
mod secrecy;
mod stage;
