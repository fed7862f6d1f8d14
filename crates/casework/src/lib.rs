//! The running service: commands are executed, questions are answered, and nobody sees a case except through one access
//! decision. Knows nothing of HTTP, GraphQL, HTML or mail.

pub mod answer;
mod canonical;
pub mod erasure;
mod ids;
pub mod post;
pub mod reader;
pub mod service;
pub mod stored;
pub mod traces;

pub use reader::{Place, Reader, Review, Seen};
pub use service::{BuildError, Casework, Clock, Created, LeftOut, OpenError, Receipt, SignInTrace, build_snapshot};
