//! What crosses the boundaries of a crate, one module a subject.

mod calibrate;
mod catalogue;
mod explanations;
mod order;
mod quality;
mod silence;
mod twin;
mod vectors;
