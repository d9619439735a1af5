//! What crosses the boundaries of a crate, one module a subject.

mod accents;
mod calibrate;
mod catalogue;
mod cleaning;
mod compounds;
mod copies;
mod diversity;
mod drift;
mod edits;
mod eligibility;
mod explanations;
mod frames;
mod languages;
mod order;
mod quality;
mod rescore;
mod reverse;
mod segments;
mod shards;
mod silence;
mod similar;
mod storage;
mod twin;
mod vectors;
