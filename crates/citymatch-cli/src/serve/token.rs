//! The token that lets someone write.

use std::path::Path;
use std::{env, fs};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::failure::Failure;
use crate::service::{Kind, Problem};

/// The variable of the environment that has the token.
const VARIABLE: &str = "CITYMATCH_TOKEN";
/// The fewest characters of a token.
const SHORTEST: usize = 16;

/// A token, of which only the hash is kept: so it is in no log, no message and no dump.
#[derive(Clone)]
pub(super) struct Token([u8; 32]);

impl Token {
    /// The token of a service that may be written to; none for one that may not.
    pub(super) fn of(writable: bool, file: Option<&Path>) -> Result<Option<Self>, Failure> {
        if !writable {
            return Ok(None);
        }
        let text = match file {
            Some(file) => fs::read_to_string(file).map_err(|error| Failure::file(file, error))?,
            None => env::var(VARIABLE).map_err(|_| {
                Failure::usage(format!(
                    "--writable needs a token (expected --token-file FILE, or {VARIABLE} in the \
                     environment)"
                ))
            })?,
        };
        let token = text.trim();
        if token.chars().count() < SHORTEST {
            return Err(Failure::usage(format!(
                "the token is too short (expected {SHORTEST} characters or more)"
            )));
        }
        Ok(Some(Self::hashed(token)))
    }

    fn hashed(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether a request has the token: `Authorization: Bearer TOKEN`. How long the comparison takes
    /// says nothing about the token, as hashes are compared, and all bytes of them.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.split_once(' '));
        let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let same =
            given.is_some_and(|(_, token)| bool::from(Self::hashed(token.trim()).0.ct_eq(&self.0)));
        if same {
            return Ok(());
        }
        let expected = "writing needs the token (expected `Authorization: Bearer …` with it)";
        Err(Problem::new(Kind::Unauthorized, expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_the_token() {
        let token = Token::hashed("0123456789abcdef");
        for (name, header, expected) in [
            ("the_token", Some("Bearer 0123456789abcdef"), true),
            ("another_case_of_the_scheme", Some("bearer 0123456789abcdef"), true),
            ("a_part_of_it", Some("Bearer 0123456789abcde"), false),
            ("more_than_it", Some("Bearer 0123456789abcdef0"), false),
            ("another_scheme", Some("Basic 0123456789abcdef"), false),
            ("no_scheme", Some("0123456789abcdef"), false),
            ("empty", Some("Bearer "), false),
            ("none", None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(AUTHORIZATION, header.parse().unwrap());
            }
            assert_eq!(token.check(&headers).is_ok(), expected, "{name}");
        }
    }
}
