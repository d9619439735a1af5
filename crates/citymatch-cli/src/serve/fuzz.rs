//! Fuzz target of what reads and answers requests, without a socket: the first byte chooses the
//! address, the rest is the body.

use std::panic::AssertUnwindSafe;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use bolero::check;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::Value as Json;
use tokio::runtime::Builder;

use super::metrics::Metrics;
use super::routes::routes;
use crate::service::fuzz::service;

const ADDRESSES: [&str; 4] = ["match", "explain", "similar", "find-challenges"];

#[test]
fn http_bodies() {
    let service = service();
    let metrics = Metrics::new(&service);
    let routes = TowerToHyperService::new(routes(service, metrics, None, 1 << 20));
    // A panic ends the run, so that nothing is used that it left half done.
    let routes = AssertUnwindSafe(routes);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = AssertUnwindSafe(runtime);
    check!(name = "http_bodies").with_iterations(30).for_each(|bytes| {
        let Some((first, body)) = bytes.split_first() else { return };
        let address = ADDRESSES[usize::from(*first) % ADDRESSES.len()];
        let request = Request::post(format!("/v1/{address}")).body(Body::from(body.to_vec()));
        runtime.block_on(async {
            let answer = routes.call(request.unwrap()).await.unwrap();
            let status = answer.status();
            let answer = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let answer: Json = serde_json::from_slice(&answer).unwrap();
            assert!(answer.is_object() && !status.is_server_error(), "{status}: {answer}");
            assert_eq!(status.is_success(), answer.get("kind").is_none(), "{status}: {answer}");
        });
    });
}
