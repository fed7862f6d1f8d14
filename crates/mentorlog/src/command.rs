//! The subcommands, one file each.

pub(crate) mod backup;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod digest;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod serve;
pub(crate) mod setup;
pub(crate) mod snapshot;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod verify_erased;
