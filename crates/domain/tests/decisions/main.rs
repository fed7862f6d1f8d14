//! What follows from each command, and why it may be refused. Every refusal code that a decision gives stands here.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of the tests are the specification")]

mod addresses;
mod attendance;
mod caseload;
mod contact;
mod correction;
mod cover;
mod digest;
mod enrolment;
mod everyday;
mod guardians;
mod handing_on;
mod matter;
mod school;
mod staff;
mod teams;
mod work;
