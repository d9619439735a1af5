//! What goes wrong with a request: one sentence, and a kind that programs can go by.

use std::fmt::Display;

use citymatch::record::FieldError;
use citymatch::{Error, ErrorKind};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem, for programs.
    pub(crate) kind: Kind,
    /// What is wrong and what was expected, for people.
    pub(crate) message: String,
    /// After how many seconds it is worth trying again; only of kinds that pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u64>,
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The request makes no sense: a field, its value, or the whole of it.
    Invalid,
    /// A write without the token, or with a wrong one.
    Unauthorized,
    /// There is no such record, or no such address.
    NotFound,
    /// The address does not take this method.
    NotAllowed,
    /// The request did not come to its end in time.
    TooSlow,
    /// Another writer is at work.
    Locked,
    /// A text, a body or a list is longer than is allowed.
    TooLarge,
    /// The body is not JSON.
    NotJson,
    /// Too much is going on: try again.
    TooMany,
    /// The work was not done by the deadline: try again, or ask for less.
    Deadline,
    /// Something failed here.
    Failed,
}

impl Problem {
    pub(crate) fn new(kind: Kind, message: impl Display) -> Self {
        let retry_after = match kind {
            Kind::Locked | Kind::TooMany | Kind::Deadline => Some(1),
            _ => None,
        };
        Self { kind, message: message.to_string(), retry_after }
    }

    /// A field with a wrong value.
    pub(crate) fn field(name: &str, value: impl Display, expected: &str) -> Self {
        Self::new(Kind::Invalid, format_args!("`{name}` cannot be `{value}` (expected {expected})"))
    }

    pub(crate) fn no_record(id: &str) -> Self {
        Self::new(Kind::NotFound, format_args!("no record `{id}` in the catalogue"))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::InvalidRecord { .. }
            | ErrorKind::InvalidOption { .. }
            | ErrorKind::InvalidTable { .. } => Kind::Invalid,
            ErrorKind::UnknownSolution { .. } | ErrorKind::UnknownChallenge { .. } => {
                Kind::NotFound
            }
            ErrorKind::Locked { .. } => Kind::Locked,
            ErrorKind::Cancelled => Kind::Deadline,
            _ => Kind::Failed,
        };
        Self::new(kind, error)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::new(Kind::Invalid, error)
    }
}
