//! What can happen in a full-time mentor's (heltidsmentor) work, and what follows from it.
//!
//! Everything here is pure: no I/O, no clock, no chance, nothing asynchronous. Time and fresh ids are parameters. The
//! folder tells the story: [`event`] is what happened, [`command`] is what somebody asks for, [`mod@decide`] turns the one
//! into the other, [`state`] is what decisions need to know, [`access`] says who may see and do what, and
//! [`projection`] holds the folds that questions are answered from.

pub mod access;
pub mod actor;
pub mod attendance;
pub mod calendar;
pub mod command;
pub mod decide;
pub mod digest;
pub mod disclosure;
pub mod event;
pub mod id;
pub mod laid;
pub mod personal;
pub mod projection;
pub mod reach;
pub mod recorded;
pub mod refusal;
pub mod retention;
#[cfg(feature = "testing")]
pub mod spec;
pub mod state;
pub mod words;

pub use actor::{Actor, Role};
pub use command::Command;
pub use decide::{Decided, Decision, Expectation, decide};
pub use event::{Event, EventKind};
pub use personal::{Erasable, Personal};
pub use projection::Projections;
pub use recorded::{Body, Recorded, StreamRef};
pub use refusal::{Code, Refusal};
pub use state::World;
