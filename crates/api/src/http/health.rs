//! Whether the service lives, and whether it is ready to serve.

use domain::refusal::Code;
use poem::Response;
use poem::http::StatusCode;

/// Tells whether the service is ready: projections are open and the log is writing.
pub trait Readiness: Send + Sync + 'static {
    /// Ready, or why not.
    fn check(&self) -> Result<(), Code>;
}

impl<F: Fn() -> Result<(), Code> + Send + Sync + 'static> Readiness for F {
    fn check(&self) -> Result<(), Code> {
        self()
    }
}

/// `/livez`: the process answers.
pub(super) fn livez() -> Response {
    Response::builder().content_type("application/json").body(r#"{"status":"live"}"#)
}

/// `/readyz`: 503 with a code while the service should be given no work.
pub(super) fn readyz(readiness: &dyn Readiness) -> Response {
    match readiness.check() {
        Ok(()) => Response::builder().content_type("application/json").body(r#"{"status":"ready"}"#),
        Err(code) => Response::builder()
            .status(StatusCode::SERVICE_UNAVAILABLE)
            .content_type("application/json")
            .body(format!(r#"{{"status":"not ready","code":"{}"}}"#, code.name())),
    }
}
