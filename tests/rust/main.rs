//! What crosses the boundaries of a crate, one module a subject.

mod catalogue;
mod explanations;
mod order;
mod quality;
mod silence;
mod twin;
mod vectors;
