//! The command as its users meet it: each test starts the program.

mod adding;
mod assigning;
mod calls;
mod demo;
mod duplicates;
mod evaluating;
#[cfg(unix)]
mod failing;
mod matching;
mod precedents;
mod reading;
#[cfg(unix)]
mod readme;
#[cfg(unix)]
mod storage;
mod support;
mod usage;
