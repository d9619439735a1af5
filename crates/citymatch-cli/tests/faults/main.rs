//! What goes wrong outside of the program: processes that are killed, system calls that fail, bits
//! that flip. Whatever happens, a catalogue holds what was there before a change or after it.
//!
//! In a normal run each test tries a sample. `CITYMATCH_FAULTS=long cargo test -p citymatch-cli --test
//! faults -- --nocapture` tries 1,000 kills, each call that fails (some 9,000), and 10,000 bits, which
//! takes most of an hour; a number in its place tries as many of each.

#![cfg(unix)]
#![allow(clippy::print_stdout)] // how much was tried is a figure to report

mod bits;
#[cfg(target_os = "linux")]
mod injected;
mod kills;
mod workload;
