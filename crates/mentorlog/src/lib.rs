//! The program: command line, wiring and the demo. Holds no rules of the domain.

mod chance;
mod clock;
mod demo;
mod failure;
mod signals;
