//! What the service counts and times, for Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use citymatch::Error;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::{info, warn};

use crate::service::Service;

/// The upper ends of the classes of times, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// What is counted.
#[derive(Clone)]
pub(super) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Outcome, Counter>,
    seconds: Family<Route, Histogram>,
    connections: Gauge,
    refused: Counter,
    solutions: Gauge,
    challenges: Gauge,
    commits: Counter,
    is_fresh: Gauge<f64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Metrics {
    pub(super) fn new(service: &Service) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut own = Self {
            registry: Arc::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            connections: Gauge::default(),
            refused: Counter::default(),
            solutions: Gauge::default(),
            challenges: Gauge::default(),
            commits: Counter::default(),
            is_fresh: Gauge::default(),
        };
        let mut registry = Registry::with_prefix("citymatch");
        registry.register("requests", "Requests by route and status", own.requests.clone());
        registry.register("request_seconds", "Time of a request", own.seconds.clone());
        registry.register("connections", "Open connections", own.connections.clone());
        registry.register("connections_refused", "Connections refused", own.refused.clone());
        registry.register("solutions", "Solutions in the catalogue", own.solutions.clone());
        registry.register("challenges", "Challenges in the catalogue", own.challenges.clone());
        registry.register("commits", "Commits that were taken in", own.commits.clone());
        let help = "1 if the newest commit could be read, else 0";
        registry.register("fresh", help, own.is_fresh.clone());
        own.registry = Arc::new(registry);
        own.count_records(service);
        own.is_fresh.set(1.0);
        own
    }

    /// All of it, as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Whether the newest commit could be read.
    pub(super) fn is_fresh(&self) -> bool {
        self.is_fresh.get() > 0.5
    }

    pub(super) fn request(&self, route: &str, status: StatusCode, took: Duration) {
        let (route, status) = (route.to_owned(), status.as_u16());
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Outcome { route, status }).inc();
    }

    pub(super) fn open_connections(&self, more: i64) {
        self.connections.inc_by(more);
    }

    pub(super) fn refused_connection(&self) {
        self.refused.inc();
    }

    /// The newest commit was looked for.
    pub(super) fn refreshed(&self, service: &Service, is_newer: bool) {
        self.is_fresh.set(1.0);
        if is_newer {
            self.commits.inc();
            self.count_records(service);
            info!(solutions = self.solutions.get(), "took in a newer commit");
        }
    }

    /// The newest commit could not be read. The log says so once, until it can be read again.
    pub(super) fn not_refreshed(&self, error: &Error) {
        if self.is_fresh() {
            warn!(%error, "the newest commit cannot be read: answers are those of an older one");
        }
        self.is_fresh.set(0.0);
    }

    fn count_records(&self, service: &Service) {
        let snapshot = service.matcher().snapshot();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.solutions.set(count(snapshot.solutions().len()));
        self.challenges.set(count(snapshot.challenges().len()));
    }
}
