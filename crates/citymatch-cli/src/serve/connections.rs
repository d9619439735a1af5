//! The loop over connections: it counts them, closes those that take too long, and is never stopped
//! by what clients do.
//!
//! A connection that has sent nothing, or half a request, costs its client nothing, so a thousand of
//! them must not keep others out. Where there are as many as are allowed, the one that has been
//! without a whole request for longest makes room for the next one; a new one is refused only where
//! all are being served.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task;
use tokio::time::{self, Instant};

use super::metrics::Metrics;

/// How long to wait where no connection can be accepted, as all files that may be open are.
const BACK_OFF: Duration = Duration::from_millis(50);
/// How long a connection without a request stays when the service ends: a request may be on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(100);
/// How many connections are refused politely at once, and how long that may take.
const REFUSED_AT_ONCE: usize = 32;
const REFUSAL_TIME: Duration = Duration::from_millis(100);
/// The answer to a connection for which there is no room.
const NO_ROOM: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n\
    content-type: application/json\r\ncontent-length: 88\r\nconnection: close\r\n\r\n\
    {\"kind\":\"too_many\",\"message\":\"too many connections at once: try again\",\"retry_after\":1}\n";

/// How long a connection may take for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the head of a request, its first byte included.
    pub(super) header: Duration,
    /// Between two requests.
    pub(super) idle: Duration,
    /// For one request, from its head to the last byte of the answer.
    pub(super) request: Duration,
}

/// The connections that are open.
pub(super) struct Connections {
    most: usize,
    most_per_address: usize,
    patience: Patience,
    metrics: Metrics,
    /// Places for connections that are told that there is no room.
    refusing: Arc<Semaphore>,
    open: Mutex<Open>,
}

/// They are numbered in the order in which they came.
#[derive(Default)]
struct Open {
    next: u64,
    all: BTreeMap<u64, Arc<Connection>>,
}

/// One connection.
struct Connection {
    address: IpAddr,
    state: Mutex<State>,
    /// Tells it to close.
    close: Notify,
}

#[derive(Clone, Copy)]
struct State {
    doing: Doing,
    since: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// It has not sent its first request.
    Opening,
    /// It has begun a request whose body is not there yet.
    Receiving,
    Serving,
    /// It has been served, and may send another request.
    Idle,
}

impl Connections {
    pub(super) fn new(
        most: usize,
        most_per_address: usize,
        patience: Patience,
        metrics: Metrics,
    ) -> Self {
        let refusing = Arc::new(Semaphore::new(REFUSED_AT_ONCE));
        Self { most, most_per_address, patience, metrics, refusing, open: Mutex::default() }
    }

    /// Serves until `ended`, and then for so long at most as requests that have begun take.
    pub(super) async fn serve(
        self,
        listener: TcpListener,
        routes: Router,
        ended: impl Future<Output = ()>,
        grace: Duration,
    ) {
        let connections = Arc::new(self);
        let (end, ending) = watch::channel(false);
        let mut ended = pin!(ended);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut ended => break,
            };
            if let Ok((stream, peer)) = accepted {
                let Some((number, own)) = connections.admit(peer.ip()) else {
                    connections.refuse(stream);
                    continue;
                };
                let (all, routes) = (Arc::clone(&connections), routes.clone());
                let ending = ending.clone();
                task::spawn(async move {
                    all.attend(stream, &own, routes, ending).await;
                    all.lock().all.remove(&number);
                    all.metrics.open_connections(-1);
                });
            } else {
                // Too many open files, mostly: one that waits makes room, and then it goes on.
                close_oldest(connections.lock().all.values());
                time::sleep(BACK_OFF).await;
            }
        }
        drop(listener);
        end.send_replace(true);
        let given_up = Instant::now() + grace;
        while !connections.lock().all.is_empty() && Instant::now() < given_up {
            time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Makes room for a connection; none where all that could make room for it are being served.
    fn admit(&self, address: IpAddr) -> Option<(u64, Arc<Connection>)> {
        let address = network(address);
        let mut open = self.lock();
        let of_address = || open.all.values().filter(|own| own.address == address);
        let has_room = if of_address().count() >= self.most_per_address {
            close_oldest(of_address())
        } else if open.all.len() >= self.most {
            close_oldest(open.all.values())
        } else {
            true
        };
        if !has_room {
            self.metrics.refused_connection();
            return None;
        }
        let state = Mutex::new(State { doing: Doing::Opening, since: Instant::now() });
        let own = Arc::new(Connection { address, state, close: Notify::new() });
        let number = open.next;
        open.next += 1;
        open.all.insert(number, Arc::clone(&own));
        self.metrics.open_connections(1);
        Some((number, own))
    }

    /// Serves the requests of a connection until it ends, takes too long, or has to make room.
    async fn attend(
        &self,
        stream: TcpStream,
        own: &Arc<Connection>,
        routes: Router,
        mut ending: watch::Receiver<bool>,
    ) {
        // Answers are written in one piece.
        let _ = stream.set_nodelay(true);
        let routes = TowerToHyperService::new(routes);
        let served = Arc::clone(own);
        let service = service_fn(move |request: Request<Incoming>| {
            let during = During::new(&served);
            let of = Arc::clone(&served);
            let answer = routes.call(request.map(|body| Received::new(body, of)));
            async move {
                let answer: Result<Response<Body>, Infallible> = answer.await;
                drop(during);
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.patience.header)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        loop {
            let until = own.until(&self.patience, *ending.borrow());
            tokio::select! {
                _ = &mut connection => return,
                () = own.close.notified() => return,
                () = time::sleep_until(until) => {
                    if own.until(&self.patience, *ending.borrow()) <= Instant::now() {
                        return;
                    }
                }
                Ok(()) = ending.changed() => {
                    connection.as_mut().graceful_shutdown();
                    own.state().since = Instant::now();
                }
            }
        }
    }

    /// Says that there is no room. What the client has sent is read and forgotten for a moment, as
    /// else the system would cut the connection before the answer has arrived; where many are refused,
    /// nobody waits for that.
    fn refuse(&self, mut stream: TcpStream) {
        let Ok(place) = Arc::clone(&self.refusing).try_acquire_owned() else {
            let _ = stream.try_write(NO_ROOM);
            return;
        };
        task::spawn(async move {
            let _place = place;
            let said = async {
                stream.write_all(NO_ROOM).await?;
                stream.shutdown().await?;
                let mut forgotten = [0; 1024];
                while stream.read(&mut forgotten).await? > 0 {}
                std::io::Result::Ok(())
            };
            let _ = time::timeout(REFUSAL_TIME, said).await;
        });
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when it may go on as it does.
    fn until(&self, patience: &Patience, is_ending: bool) -> Instant {
        let state = *self.state();
        state.since
            + match state.doing {
                Doing::Receiving | Doing::Serving => patience.request,
                _ if is_ending => ON_ITS_WAY,
                Doing::Opening => patience.header,
                Doing::Idle => patience.idle,
            }
    }
}

/// While a request is being served.
struct During(Arc<Connection>);

impl During {
    fn new(connection: &Arc<Connection>) -> Self {
        *connection.state() = State { doing: Doing::Receiving, since: Instant::now() };
        Self(Arc::clone(connection))
    }
}

impl Drop for During {
    fn drop(&mut self) {
        *self.0.state() = State { doing: Doing::Idle, since: Instant::now() };
    }
}

/// The body of a request. It tells when it has come to its end: until then its connection may have to
/// make room, as one that sends a byte a second costs its client nothing.
struct Received {
    body: Incoming,
    of: Arc<Connection>,
}

impl Received {
    fn new(body: Incoming, of: Arc<Connection>) -> Self {
        let own = Self { body, of };
        own.look();
        own
    }

    fn look(&self) {
        if self.body.is_end_stream() {
            self.of.state().doing = Doing::Serving;
        }
    }
}

impl HttpBody for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let own = self.get_mut();
        let polled = Pin::new(&mut own.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) {
            own.of.state().doing = Doing::Serving;
        }
        own.look();
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Closes the connection that has been without a whole request for longest; false if all have one.
fn close_oldest<'c>(all: impl Iterator<Item = &'c Arc<Connection>>) -> bool {
    let waiting = all.filter_map(|own| {
        let state = *own.state();
        (state.doing != Doing::Serving).then_some((own, state.since))
    });
    let Some((oldest, _)) = waiting.min_by_key(|(_, since)| *since) else { return false };
    // It is gone in a moment. Until then it counts as served, so that it makes room for one alone.
    oldest.state().doing = Doing::Serving;
    oldest.close.notify_one();
    true
}

/// The network that counts as one address: of version 6, where everybody has many, its first half.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let text = std::str::from_utf8(NO_ROOM).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }

    #[test]
    fn a_network_of_version_6_counts_as_one_address() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
    }
}
