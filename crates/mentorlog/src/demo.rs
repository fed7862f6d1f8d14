//! The demo: the Linköping pilot's six schools with invented people, whose published absence comes out of recorded
//! minutes. `plan` says who there is, `script` in which order it is recorded, `seed` records it.

mod arrangements;
mod attendance;
mod calendar;
mod caseload;
mod clock;
mod commands;
mod contacts;
mod dice;
mod letters;
mod people;
mod plan;
mod schools;
mod script;
mod seed;
mod spread;
mod start;
mod targets;
#[cfg(test)]
mod tests;
mod tokens;
mod works;
mod wrong;

pub(crate) use seed::{Digests, SeedError, seed};
pub(crate) use start::{Living, start};
pub(crate) use tokens::issue;

/// Who holds which post.
pub(crate) type People = Vec<(plan::Post, domain::actor::Actor)>;
