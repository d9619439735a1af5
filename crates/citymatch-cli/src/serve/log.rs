//! The log: one line of JSON for each request, on stderr. It has the route and not the address, a
//! status and a time, and never a text, an id or a token.

use std::io;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use tracing::{Level, info};

/// Begins to write the log.
pub(super) fn begin() {
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_target(false);
    // A second service in the same process, as in tests, writes to the first one's.
    let _ = log.with_max_level(Level::INFO).with_writer(io::stderr).try_init();
}

/// Writes what became of a request.
pub(super) fn request(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let milliseconds = took.as_secs_f64() * 1e3;
    info!(method = %method, route, status = status.as_u16(), milliseconds, "request");
}
