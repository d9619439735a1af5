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
#[cfg(all(feature = "service", unix))]
mod mcp;
mod precedents;
mod reading;
#[cfg(unix)]
mod readme;
#[cfg(all(feature = "service", unix))]
mod serving;
#[cfg(unix)]
mod storage;
mod support;
mod usage;
