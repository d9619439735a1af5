//! Ctrl-C while a catalogue is being changed: all of the change is in afterwards or nothing of it,
//! and the command says which.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use citymatch::{
    Catalogue, Edit, Error, ErrorKind,
    catalogue::{LockHolder, Progress},
};
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::messages;

/// The exit code of a command that Ctrl-C ended, as shells have it.
pub(crate) const EXIT_CODE: u8 = 130;
/// How long a command may take to end after Ctrl-C. Reading a large workbook cannot be stopped
/// half way; since nothing can be committed any more, the process just ends then.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether Ctrl-C has come.
const TICK: Duration = Duration::from_millis(25);

/// What is said of a change that was interrupted.
static NOTHING: OnceLock<&'static str> = OnceLock::new();

/// Begins a change of a catalogue, which Ctrl-C ends from then on: while it waits for its turn,
/// while rows are put, and in its commit as long as nothing of it is in.
pub(crate) fn edit(
    catalogue: &Catalogue,
    wait: Duration,
    nothing: &'static str,
) -> Result<Edit, Error> {
    let _ = NOTHING.set(nothing);
    let progress = Arc::new(Progress::default());
    let signalled = Arc::new(AtomicBool::new(false));
    // A second Ctrl-C ends the process at once; so does the first, where it cannot be taken.
    let second = Arc::clone(&signalled);
    if flag::register_conditional_shutdown(SIGINT, EXIT_CODE.into(), second).is_ok()
        && flag::register(SIGINT, Arc::clone(&signalled)).is_ok()
    {
        let cancelled = Arc::clone(&progress);
        let watch = move || cancel_when(&signalled, &cancelled);
        // Without this thread Ctrl-C only ends the process when it comes twice.
        let _ = thread::Builder::new().name("citymatch-interrupt".to_owned()).spawn(watch);
    }
    let until = Instant::now() + wait;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match catalogue.edit_within(left.min(TICK)) {
            Ok(edit) => return Ok(edit.progress(&progress)),
            Err(error) => {
                let waits = matches!(error.kind(), ErrorKind::Locked { holder, .. }
                    if *holder != LockHolder::ThisThread);
                if progress.is_cancelled() {
                    return Err(ErrorKind::Cancelled.into());
                }
                if !waits || left.is_zero() {
                    return Err(error);
                }
            }
        }
    }
}

/// Waits for Ctrl-C, and ends the change.
fn cancel_when(signalled: &AtomicBool, progress: &Progress) {
    while !signalled.load(Ordering::SeqCst) {
        thread::sleep(TICK);
    }
    // Past its point of no return the change is in in a moment, and the command says so.
    if progress.cancel() {
        thread::sleep(PATIENCE);
        crate::progress::clear();
        say();
        process::exit(EXIT_CODE.into());
    }
}

/// Says that the command was interrupted, and that nothing has changed.
pub(crate) fn say() {
    messages::interrupted(NOTHING.get().unwrap_or(&"nothing was changed"));
}
