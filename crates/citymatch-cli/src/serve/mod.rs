//! `citymatch serve`: a catalogue over HTTP. It is also the worked example of embedding the crate in
//! a service.
//!
//! [`connections`] accepts connections and closes those that take too long, [`routes`] says what
//! stands where, and the work itself is done by [`service`](crate::service), which assistants share.

mod connections;
#[cfg(test)]
mod fuzz;
mod log;
mod metrics;
mod page;
mod routes;
mod token;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use citymatch::Catalogue;
use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::task;
use tokio::time;

use crate::arguments::{positive, seconds};
use crate::failure::Failure;
use crate::messages;
use crate::service::{LimitArgs, Limits, Service};
use connections::{Connections, Patience};
use metrics::Metrics;
use token::Token;

/// Serves a catalogue over HTTP: JSON for programs, one page for people.
///
/// POST /v1/match, /v1/explain, /v1/similar and /v1/find-challenges take JSON, GET /v1/records/{id}
/// gives a record, GET /openapi.json says what they take and give, /health and /ready whether it
/// runs, /metrics what it has done, and / is a page to try it by hand. Nothing is changed unless
/// --writable is given. New commits, those of other processes too, are taken in within a second. One
/// line of JSON a request goes to stderr, without any text of it. Ctrl-C or SIGTERM ends it: requests
/// that have begun are answered first.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch serve catalogue.cm
  citymatch serve catalogue.cm --port 8080 --max-limit 100 --deadline 2
  citymatch serve catalogue.cm --writable --token-file token.txt

  curl -s localhost:7878/v1/match -d '{\"text\": \"calles que se inundan\", \"limit\": 3}'")]
pub(crate) struct Serve {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The address to listen at; 0.0.0.0 or :: for every network of this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen at; 0 for any that is free
    #[arg(long, value_name = "N", default_value = "7878")]
    port: u16,
    /// Let those who know the token add and remove records
    #[arg(long)]
    writable: bool,
    /// The file with the token, of 16 characters or more [default: the environment's
    /// `CITYMATCH_TOKEN`]
    #[arg(long, value_name = "FILE", requires = "writable")]
    token_file: Option<PathBuf>,
    /// How often to look for a new commit, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "0.25", value_parser = seconds)]
    refresh: Duration,
    #[command(flatten)]
    limits: LimitArgs,
    /// The most bytes of a request's body
    #[arg(long, value_name = "BYTES", default_value = "1000000", value_parser = positive)]
    max_body: usize,
    /// The most connections at once
    #[arg(long, value_name = "N", default_value = "1024", value_parser = positive)]
    max_connections: usize,
    /// The most connections at once from one address
    #[arg(long, value_name = "N", default_value = "256", value_parser = positive)]
    max_per_address: usize,
    /// How long a connection may take to send the head of a request, also its first one
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    header_time: Duration,
    /// How long a connection may wait between two requests
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    idle_time: Duration,
}

/// How long requests that have begun may take when the service ends.
const GRACE: Duration = Duration::from_secs(10);

impl Serve {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let token = Token::of(self.writable, self.token_file.as_deref())?;
        let limits = Limits::from(&self.limits);
        let catalogue = Catalogue::open(&self.catalogue)?;
        log::begin();
        let service = Service::new(catalogue, limits.clone())?;
        // Work is done in threads for blocking work: as many as are admitted to work at once, and a
        // few for commits and for taking them in.
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(limits.workers.min(4))
            .max_blocking_threads(limits.workers + 4)
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(format!("no threads for the service: {error}")))?;
        let served = runtime.block_on(self.serve(service, token));
        // Work that was given up goes on until it notices; nobody waits for it.
        runtime.shutdown_background();
        served
    }

    async fn serve(self, service: Service, token: Option<Token>) -> Result<(), Failure> {
        let address = SocketAddr::new(self.host, self.port);
        let cannot = |error| Failure::failed(format!("cannot listen at {address}: {error}"));
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        let own = listener.local_addr().map_err(cannot)?;
        let ended = end().map_err(|error| Failure::failed(format!("no signals: {error}")))?;
        let metrics = Metrics::new(&service);
        task::spawn(take_in_commits(service.clone(), metrics.clone(), self.refresh));
        let routes = routes::routes(service, metrics.clone(), token, self.max_body);
        let patience = Patience {
            header: self.header_time,
            idle: self.idle_time,
            request: self.header_time + Limits::from(&self.limits).deadline + GRACE,
        };
        let connections =
            Connections::new(self.max_connections, self.max_per_address, patience, metrics);
        messages::done(format_args!("serving `{}` at http://{own}", self.catalogue.display()));
        connections.serve(listener, routes, ended, GRACE).await;
        messages::done("ended");
        Ok(())
    }
}

/// Takes in new commits for ever. Where the folder cannot be read, the old ones stay, and the log and
/// the metrics tell.
async fn take_in_commits(service: Service, metrics: Metrics, every: Duration) {
    let mut tick = time::interval(every.max(Duration::from_millis(10)));
    tick.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let own = service.clone();
        match task::spawn_blocking(move || own.refresh()).await {
            Ok(Ok(newer)) => metrics.refreshed(&service, newer),
            Ok(Err(error)) => metrics.not_refreshed(&error),
            Err(_) => return,
        }
    }
}

/// Ends with the first Ctrl-C or, on Unix, SIGTERM.
fn end() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
