//! Writers of one process take turns: who wants to edit a catalogue can wait until another thread's
//! edit has ended.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::Instant;

use crate::error::LockHolder;

/// Whose turn it is to edit a catalogue, among the threads of this process.
#[derive(Debug, Default)]
pub(super) struct Turns {
    holder: Mutex<Option<Holder>>,
    ended: Condvar,
}

/// Who edits. The process is kept too: a process that was forked while a thread was editing has that
/// memory, but not the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holder {
    process: u32,
    /// The thread that began the edit; none where it has given the edit away.
    thread: Option<ThreadId>,
}

/// The turns of each folder, as long as a catalogue of it is open.
static FOLDERS: Mutex<Option<HashMap<PathBuf, Weak<Turns>>>> = Mutex::new(None);

impl Turns {
    /// Those of a folder, which all catalogues share that were opened in it.
    pub(super) fn in_folder(folder: &Path) -> Arc<Self> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = folders.get_or_insert_default();
        folders.retain(|_, turns| turns.strong_count() > 0);
        if let Some(turns) = folders.get(&folder).and_then(Weak::upgrade) {
            return turns;
        }
        let turns = Arc::new(Self::default());
        folders.insert(folder, Arc::downgrade(&turns));
        turns
    }

    fn holder(&self) -> MutexGuard<'_, Option<Holder>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the turn, as soon as no other thread has it. Until then it waits, without an end where
    /// there is none; only a thread that has it already is refused at once, since it would wait for
    /// itself.
    pub(super) fn take(self: &Arc<Self>, until: Option<Instant>) -> Result<Turn, LockHolder> {
        let me = Holder { process: process::id(), thread: Some(thread::current().id()) };
        let mut holder = self.holder();
        while let Some(other) = holder.filter(|other| other.process == me.process) {
            if other == me {
                return Err(LockHolder::ThisThread);
            }
            holder = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self.ended.wait(holder).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return Err(LockHolder::ThisProcess),
                Some(left) => {
                    let waited = self.ended.wait_timeout(holder, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        *holder = Some(me);
        Ok(Turn(Arc::clone(self)))
    }
}

/// A turn that was taken. It ends when this is dropped, by whatever thread.
#[derive(Debug)]
pub(super) struct Turn(Arc<Turns>);

impl Turn {
    /// Lets another thread end the edit, so that this one can wait for that.
    pub(super) fn give_away(&self) {
        if let Some(holder) = &mut *self.0.holder() {
            holder.thread = None;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.holder() = None;
        self.0.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_thread_waits_for_an_edit_that_it_has_given_away_and_not_for_its_own() {
        let turns: Arc<Turns> = Arc::default();
        let turn = turns.take(None).unwrap();
        let soon = || Some(Instant::now() + Duration::from_secs(60));
        assert_eq!(turns.take(soon()).unwrap_err(), LockHolder::ThisThread);
        turn.give_away();
        let now = Some(Instant::now());
        assert_eq!(turns.take(now).unwrap_err(), LockHolder::ThisProcess);
        let late = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            drop(turn);
        });
        let again = turns.take(soon()).unwrap();
        assert_eq!(turns.take(soon()).unwrap_err(), LockHolder::ThisThread);
        drop(again);
        late.join().unwrap();
    }
}
