//! The page to try the service by hand, in Spanish, Portuguese or English: a form, and what was found
//! with its reasons. It is made here and has no script.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse, Response};
use citymatch::{Challenge, Language, Matcher, Search};
use citymatch_report::Report;
use serde::Deserialize;

use super::routes::App;
use crate::service::{MatchRequest, Problem, Request};

/// How many solutions the page shows.
const SHOWN: usize = 10;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    text: String,
    lang: Option<Language>,
}

/// The page, with what was found if something was asked.
pub(super) async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Ok(Query(asked)) = asked else {
        return Err(Problem::field("lang", "that", "`es`, `pt` or `en`"));
    };
    let language = asked.lang.unwrap_or_else(|| preferred(&headers));
    let text = asked.text.trim().to_owned();
    // The form asks for no more than a program may, and is counted in the same way.
    let request = MatchRequest {
        text: Some(text.clone()),
        challenge_id: None,
        challenges: None,
        limit: SHOWN.min(app.service.limits().limit),
        at_least: None,
        why: true,
    };
    let problem = app.service.limits().check(&request.size()).err();
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let html = app
        .service
        .run(move |matcher| Ok(html(matcher, language, &text, request.limit, problem.as_ref())?));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                  form-action 'self'; frame-ancestors 'none'";
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy)];
    Ok((status, headers, html.await?).into_response())
}

fn html(
    matcher: &Matcher,
    language: Language,
    text: &str,
    limit: usize,
    problem: Option<&Problem>,
) -> Result<String, citymatch::Error> {
    let mut report = Report::new(matcher).language(language);
    if problem.is_none() && !text.is_empty() {
        let challenge = Challenge::from_text(text);
        let search = Search::new(&challenge).limit(limit);
        report.add(&search, &matcher.find(search.clone())?)?;
    }
    report.form(text, problem.map_or("", |own| own.message.as_str()))
}

/// The first language of a browser's that the page is written in; else English.
fn preferred(headers: &HeaderMap) -> Language {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut names = accepted.unwrap_or_default().split(',').filter_map(|part| part.trim().get(..2));
    names.find_map(|name| name.to_ascii_lowercase().parse().ok()).unwrap_or(Language::English)
}
