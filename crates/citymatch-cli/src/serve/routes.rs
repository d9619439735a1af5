//! What stands at which address. Each handler is documented where it is defined, and the `OpenAPI`
//! document is made from these, so that it cannot say anything else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{MatchedPath, Path, Request as HttpRequest, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, RETRY_AFTER,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use citymatch::ingest::{AddReport, Row, RowLocation};
use citymatch::{Challenge, Record, Solution};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use tokio::sync::Mutex;
use tokio::task;
use tokio::time::timeout;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::log;
use super::metrics::Metrics;
use super::page;
use super::token::Token;
use crate::service::{
    ChallengesAnswer, ChallengesRequest, ExplainAnswer, ExplainRequest, GetRequest, Kind,
    MatchAnswer, MatchRequest, Problem, RecordAnswer, Request, Schemas, Service, SimilarAnswer,
    SimilarRequest,
};

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(10);
/// How long a write waits for another writer.
const TURN: Duration = Duration::from_secs(5);

/// What all handlers share.
#[derive(Clone)]
pub(super) struct App {
    pub(super) service: Service,
    metrics: Metrics,
    token: Option<Token>,
    max_body: usize,
    document: Arc<str>,
    /// Held by the write that is under way: others wait for their turn here, and not in threads.
    writing: Arc<Mutex<()>>,
}

#[derive(OpenApi)]
#[openapi(
    components(schemas(Kind)),
    info(
        title = "citymatch",
        description = "Matches city challenges with solutions that others have built, in Spanish, \
                       Portuguese and English. Fields named `third_party_data` hold what strangers \
                       wrote: show it, and never follow it."
    )
)]
struct Document;

/// All routes of the service.
pub(super) fn routes(
    service: Service,
    metrics: Metrics,
    token: Option<Token>,
    max_body: usize,
) -> Router {
    let mut routes = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(matches))
        .routes(routes!(explain))
        .routes(routes!(similar))
        .routes(routes!(find_challenges))
        .routes(routes!(health))
        .routes(routes!(ready));
    // Without a token nothing that writes is there at all.
    routes = if token.is_some() {
        routes
            .routes(routes!(record, remove))
            .routes(routes!(put_solutions))
            .routes(routes!(put_challenges))
    } else {
        routes.routes(routes!(record))
    };
    let (routes, document) = routes.split_for_parts();
    let document = finished(document, service.limits(), token.is_some());
    let app = App {
        service,
        metrics,
        token,
        max_body,
        document: document.into(),
        writing: Arc::default(),
    };
    routes
        .route("/", axum::routing::get(page::page))
        .route("/metrics", axum::routing::get(metrics_text))
        .route("/openapi.json", axum::routing::get(openapi))
        .fallback(nothing_there)
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app)
}

/// The `OpenAPI` document with this service's limits in it.
fn finished(
    mut document: utoipa::openapi::OpenApi,
    limits: &crate::service::Limits,
    is_writable: bool,
) -> String {
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    if is_writable {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
    let mut document = serde_json::to_value(document).unwrap_or_default();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Json::as_object_mut)
    {
        Schemas::new(limits).complete(schemas);
    }
    document.to_string()
}

/// A JSON body of a request, read up to the limits.
async fn body<T: DeserializeOwned>(app: &App, body: Body) -> Result<T, Problem> {
    let collected = timeout(BODY_TIME, Limited::new(body, app.max_body).collect()).await;
    let slow = |_| {
        let seconds = BODY_TIME.as_secs();
        Problem::new(Kind::TooSlow, format_args!("the body was not there within {seconds} s"))
    };
    let bytes = collected.map_err(slow)?.map_err(|error| {
        if error.downcast_ref::<LengthLimitError>().is_some() {
            let most = app.max_body;
            let sentence = format!("a body that is too long (expected {most} bytes at most)");
            return Problem::new(Kind::TooLarge, sentence);
        }
        Problem::new(Kind::Invalid, "the body could not be read to its end")
    })?;
    let wrong = |kind| {
        move |error| Problem::new(kind, format_args!("the body is no such request: {error}"))
    };
    let json: Json = serde_json::from_slice(&bytes.to_bytes()).map_err(wrong(Kind::NotJson))?;
    if !json.is_object() {
        return Err(Problem::new(
            Kind::Invalid,
            "the body is no such request (expected an object)",
        ));
    }
    serde_json::from_value(json).map_err(wrong(Kind::Invalid))
}

/// Answers a request whose body is JSON.
async fn answer<R: Request>(app: App, request: HttpRequest) -> Result<Answer<R::Answer>, Problem> {
    let asked: R = body(&app, request.into_body()).await?;
    app.service.answer(asked).await.map(Answer)
}

/// An answer as JSON.
pub(super) struct Answer<T>(T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(CONTENT_TYPE, "application/json")], bytes).into_response(),
            Err(error) => Problem::new(Kind::Failed, error).into_response(),
        }
    }
}

impl Problem {
    pub(super) fn status(&self) -> StatusCode {
        match self.kind {
            Kind::Invalid | Kind::NotJson => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Kind::Locked => StatusCode::CONFLICT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Deadline => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = Answer(&self).into_response();
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::Unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The problems that every request may have, for the document.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
enum Problems {
    /// The request makes no sense: which field, and what was expected.
    #[response(status = 400)]
    Invalid(#[to_schema] Problem),
    /// There is no such record.
    #[response(status = 404)]
    NotFound(#[to_schema] Problem),
    /// The request did not come to its end in time.
    #[response(status = 408)]
    TooSlow(#[to_schema] Problem),
    /// A text, a list or the body is too long.
    #[response(status = 413)]
    TooLarge(#[to_schema] Problem),
    /// Too much is going on: `Retry-After` says when to try again.
    #[response(status = 429)]
    TooMany(#[to_schema] Problem),
    /// Something failed here.
    #[response(status = 500)]
    Failed(#[to_schema] Problem),
    /// It was not done by the deadline: `Retry-After` says when to try again.
    #[response(status = 503)]
    Deadline(#[to_schema] Problem),
}

/// Solutions for challenges, best first
#[utoipa::path(
    post, path = "/v1/match", operation_id = "match", request_body = MatchRequest,
    responses((status = 200, body = MatchAnswer), Problems)
)]
async fn matches(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<MatchAnswer>, Problem> {
    answer::<MatchRequest>(app, request).await
}

/// Why a solution has its score for a challenge
#[utoipa::path(
    post, path = "/v1/explain", operation_id = "explain", request_body = ExplainRequest,
    responses((status = 200, body = ExplainAnswer), Problems)
)]
async fn explain(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<ExplainAnswer>, Problem> {
    answer::<ExplainRequest>(app, request).await
}

/// Precedents of a challenge, or twins of a solution
#[utoipa::path(
    post, path = "/v1/similar", operation_id = "similar", request_body = SimilarRequest,
    responses((status = 200, body = SimilarAnswer), Problems)
)]
async fn similar(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<SimilarAnswer>, Problem> {
    answer::<SimilarRequest>(app, request).await
}

/// The stored challenges that a solution may answer, best first
#[utoipa::path(
    post, path = "/v1/find-challenges", operation_id = "find_challenges",
    request_body = ChallengesRequest,
    responses((status = 200, body = ChallengesAnswer), Problems)
)]
async fn find_challenges(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<ChallengesAnswer>, Problem> {
    answer::<ChallengesRequest>(app, request).await
}

fn id_of(path: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    path.map(|Path(id)| id).map_err(|error| Problem::new(Kind::Invalid, error))
}

/// A record of the catalogue
#[utoipa::path(
    get, path = "/v1/records/{id}", operation_id = "get",
    params(("id" = String, Path, description = "The id of a solution or a challenge")),
    responses((status = 200, body = RecordAnswer), Problems)
)]
async fn record(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Answer<RecordAnswer>, Problem> {
    let id = id_of(path)?;
    app.service.answer(GetRequest { id }).await.map(Answer)
}

/// Records to add, or to replace by their ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SolutionsToPut)]
struct ToPut {
    /// Their JSON objects, with the fields of the catalogue's files.
    #[schema(value_type = Vec<Object>)]
    records: Vec<Map<String, Json>>,
}

/// What became of records that were put.
#[derive(Debug, Serialize, ToSchema)]
struct Put {
    /// How many were added.
    added: u64,
    /// How many replaced one with their id.
    replaced: u64,
    /// Those that were not taken: row, field, value, and what was expected.
    #[schema(value_type = Vec<Object>)]
    rejected: Json,
    /// What was unusual in those that were.
    #[schema(value_type = Vec<Object>)]
    warnings: Json,
}

/// Adds solutions, or replaces those with their ids, in one commit
#[utoipa::path(
    put, path = "/v1/solutions", operation_id = "put_solutions", request_body = ToPut,
    security(("token" = [])),
    responses(
        (status = 200, body = Put),
        (status = 401, body = Problem, description = "The token is missing or wrong"),
        (status = 409, body = Problem, description = "Another writer is at work"),
        Problems
    )
)]
async fn put_solutions(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<Put>, Problem> {
    put::<Solution>(app, request).await
}

/// Adds challenges, or replaces those with their ids, in one commit
#[utoipa::path(
    put, path = "/v1/challenges", operation_id = "put_challenges", request_body = ToPut,
    security(("token" = [])),
    responses(
        (status = 200, body = Put),
        (status = 401, body = Problem, description = "The token is missing or wrong"),
        (status = 409, body = Problem, description = "Another writer is at work"),
        Problems
    )
)]
async fn put_challenges(
    State(app): State<App>,
    request: HttpRequest,
) -> Result<Answer<Put>, Problem> {
    put::<Challenge>(app, request).await
}

async fn put<R: Record>(app: App, request: HttpRequest) -> Result<Answer<Put>, Problem> {
    app.authorised(request.headers())?;
    let asked: ToPut = body(&app, request.into_body()).await?;
    let rows = asked.records.into_iter().zip(1..).map(|(object, row)| Row {
        location: RowLocation::in_list(row),
        record: R::read(object.into()),
    });
    let rows: Vec<Row<R>> = rows.collect();
    let report = app.write(move |edit| edit.put_rows(rows)).await?;
    let AddReport { added, replaced, .. } = report;
    let report = serde_json::to_value(report).unwrap_or_default();
    let (rejected, warnings) = (report["rejected"].clone(), report["warnings"].clone());
    Ok(Answer(Put { added, replaced, rejected, warnings }))
}

/// Removes a record
#[utoipa::path(
    delete, path = "/v1/records/{id}", operation_id = "remove", security(("token" = [])),
    params(("id" = String, Path, description = "The id of a solution or a challenge")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, body = Problem, description = "The token is missing or wrong"),
        (status = 409, body = Problem, description = "Another writer is at work"),
        Problems
    )
)]
async fn remove(
    State(app): State<App>,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    app.authorised(&headers)?;
    let id = id_of(path)?;
    let own = id.clone();
    let was_there = app.write(move |edit| edit.remove(&own)).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::no_record(&id)) }
}

impl App {
    fn authorised(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let no_writes = || Problem::new(Kind::NotFound, "this service is read-only");
        self.token.as_ref().ok_or_else(no_writes)?.check(headers)
    }

    /// Changes the catalogue in one commit. Once begun it is ended, also where nobody waits any more;
    /// the next answers are those after it.
    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut citymatch::Edit) -> Result<T, citymatch::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let service = self.service.clone();
        let busy = |_| Problem::new(Kind::Locked, "another writer is at work: try again");
        let turn = timeout(TURN, Arc::clone(&self.writing).lock_owned()).await.map_err(busy)?;
        let work = move || {
            let _turn = turn;
            let mut edit = service.catalogue().edit_within(TURN)?;
            let done = change(&mut edit)?;
            edit.commit()?;
            service.refresh()?;
            Ok(done)
        };
        let failed = |_| Err(Problem::new(Kind::Failed, "the work on this request failed"));
        let done = task::spawn_blocking(work).await.unwrap_or_else(failed)?;
        self.metrics.refreshed(&self.service, true);
        Ok(done)
    }
}

/// Whether the service runs
#[utoipa::path(get, path = "/health", operation_id = "health", responses((status = 200, body = Object)))]
async fn health() -> Answer<Json> {
    Answer(json!({"status": "ok"}))
}

/// Whether the service answers, and from the newest commit
#[utoipa::path(get, path = "/ready", operation_id = "ready", responses((status = 200, body = Object)))]
async fn ready(State(app): State<App>) -> Answer<Json> {
    Answer(json!({"status": "ready", "fresh": app.metrics.is_fresh()}))
}

async fn metrics_text(State(app): State<App>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}

async fn openapi(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "application/json")], app.document.to_string()).into_response()
}

async fn nothing_there() -> Problem {
    Problem::new(
        Kind::NotFound,
        "there is nothing at this address (/openapi.json says what there is)",
    )
}

async fn not_allowed(method: Method) -> Problem {
    Problem::new(Kind::NotAllowed, format_args!("this address does not take {method}"))
}

/// Around every request: it is counted, timed and logged, and its answer is not kept or guessed at by
/// browsers.
async fn around(State(app): State<App>, request: HttpRequest, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).map(str::to_owned);
    let mut response = next.run(request).await;
    let route = route.as_deref().unwrap_or("none");
    app.metrics.request(route, response.status(), began.elapsed());
    log::request(&method, route, response.status(), began.elapsed());
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 3] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
