//! How far long work has come, on stderr, where a person sees it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// The bar on the screen, for whoever ends the process.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Takes the bar off the screen.
pub(crate) fn clear() {
    if let Some(bar) = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take() {
        bar.finish_and_clear();
    }
}

/// A count of things done. It shows itself on a terminal only, when the work takes long, and leaves
/// nothing behind.
pub(crate) struct Progress {
    bar: ProgressBar,
    since: Instant,
    shown: bool,
}

impl Progress {
    /// Counts `things`, of a total if it is known.
    pub(crate) fn new(things: &'static str, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = if total.is_some() {
            "{bar:30} {pos}/{len} {msg}, {eta} left"
        } else {
            "{spinner} {pos} {msg}"
        };
        // OK because the templates above are well formed; the default would do as well.
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(things);
        Self { bar, since: Instant::now(), shown: false }
    }

    /// Nothing to show: the output itself shows how far the work is.
    pub(crate) fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), since: Instant::now(), shown: true }
    }

    /// One more is done.
    pub(crate) fn step(&mut self) {
        self.bar.inc(1);
        if !self.shown && self.since.elapsed() > PATIENCE {
            self.shown = true;
            // It draws nothing where stderr is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.bar.clone());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
