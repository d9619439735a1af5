//! What the integration tests share: judged collections, measures, unrelated records, and a
//! brute-force twin of the ranking.

pub mod chance;
pub mod collection;
pub mod demo;
pub mod measure;
pub mod twin;
pub mod unrelated;

/// The README's Rust runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
