//! Edits that fail, that are stopped, and that wait for their turn.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use citymatch::{
    Catalogue, Error, ErrorKind, Solution,
    catalogue::{LockHolder, Progress},
    encoder::{EncodeError, Encoder, Vector},
    ingest::{Row, RowLocation},
};
use tempfile::tempdir;

fn rows(count: u64) -> impl Iterator<Item = Row<Solution>> {
    (1..=count).map(|number| Row {
        location: RowLocation::in_list(number),
        record: Ok(Solution::new(format!("n{number}"), format!("Rain garden {number}"))),
    })
}

/// The engine's files of segments in a catalogue's folder.
fn segment_files(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| {
        entry.expect("an entry").file_name().into_string().expect("a name of ASCII letters")
    });
    names.filter(|name| name.find('.') == Some(32)).collect()
}

#[test]
fn an_edit_without_a_commit_leaves_no_file() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let catalogue = Catalogue::create(folder.path().join("c.cm"))?;
    let path = folder.path().join("c.cm");
    catalogue.add(rows(3))?;
    let before = segment_files(&path);
    let mut edit = catalogue.edit()?;
    edit.put_rows(rows(2_000))?;
    drop(edit);
    assert_eq!(segment_files(&path), before);
    assert_eq!(catalogue.check()?, [] as [&str; 0]);
    Ok(())
}

#[test]
fn an_edit_removes_what_a_dead_process_left() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("c.cm");
    let catalogue = Catalogue::create(&path)?;
    catalogue.add(rows(3))?;
    let before = segment_files(&path);
    let stray = "0123456789abcdef0123456789abcdef";
    let living = before.iter().next().expect("a file")[..32].to_owned();
    for name in [format!("{stray}.store"), format!("{stray}.5.del"), format!("{living}.99999.del")]
    {
        fs::write(path.join(name), "left by a process that died").expect("a file is written");
    }
    fs::write(path.join("notes.txt"), "a user's").expect("a file is written");
    // Another one, which knows nothing of those files.
    drop(Catalogue::open(&path)?.edit()?);
    assert_eq!(segment_files(&path), before);
    assert!(path.join("notes.txt").exists(), "what is not the engine's stays");
    Ok(())
}

#[test]
fn a_cancelled_edit_leaves_nothing() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("c.cm");
    let catalogue = Catalogue::create(&path)?;
    catalogue.add(rows(1))?;
    let before = segment_files(&path);
    // While rows are put, and when they have been.
    for (name, last) in [("at_the_first_row", 1), ("amid", 700), ("at_the_end", 3_000)] {
        let progress = Arc::new(Progress::default());
        let mut edit = catalogue.edit()?.progress(&progress);
        let put = edit.put_rows(rows(3_000).inspect(|row| {
            if row.location.row == last {
                assert!(progress.cancel());
            }
        }));
        let error = put.and_then(|_| edit.commit()).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Cancelled), "{name}: {error}");
        assert!(error.to_string().ends_with("; nothing was added") && !error.committed(), "{name}");
        assert_eq!(segment_files(&path), before, "{name}");
        assert_eq!(catalogue.snapshot()?.solutions().len(), 1, "{name}");
    }
    let progress = Arc::new(Progress::default());
    let mut edit = catalogue.edit()?.progress(&progress);
    edit.put_rows(rows(5))?;
    assert_eq!(progress.done(), 5);
    edit.commit()?;
    assert!(!progress.cancel(), "it is in");
    assert_eq!(catalogue.snapshot()?.solutions().len(), 5);
    Ok(())
}

/// Fails from a call on; `None` never.
#[derive(Debug, Default)]
struct Failing {
    calls: AtomicUsize,
    fails: std::sync::Mutex<Option<usize>>,
}

impl Encoder for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }

    fn size(&self) -> usize {
        2
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.fails.lock().expect("no panic").is_some_and(|first| call >= first) {
            return Err(EncodeError::Failed("no network".into()));
        }
        citymatch::encoder::vectors(texts.iter().map(|_| vec![1.0, 0.5]), texts.len(), 2)
    }
}

#[test]
fn records_are_in_though_the_encoder_fails() -> Result<(), Error> {
    // What is put twice is encoded after the commit, everything else before it.
    for (name, ids) in [("before_the_commit", &["s1", "s2"][..]), ("after_it", &["s1", "s1"])] {
        let encoder = Arc::new(Failing::default());
        let shared: Arc<dyn Encoder> = encoder.clone();
        let catalogue = Catalogue::builder().encoder(shared).in_memory()?;
        *encoder.fails.lock().expect("no panic") = Some(0);
        let mut edit = catalogue.edit()?;
        for id in ids {
            edit.put(Solution::new(*id, "Rain gardens"))?;
        }
        let error = edit.commit().expect_err(name);
        assert_eq!(error.to_string(), "encoding texts: no network; the change is in", "{name}");
        assert!(error.committed(), "{name}");
        assert!(catalogue.snapshot()?.get(&"s1".into())?.is_some(), "{name}");
        *encoder.fails.lock().expect("no panic") = None;
        let matcher = citymatch::Matcher::new(&catalogue)?;
        let challenge = citymatch::Challenge::new("c1", "rain");
        assert_eq!(matcher.find(&challenge)?[0].id().as_str(), "s1", "{name}");
    }
    Ok(())
}

#[test]
fn an_encoder_is_asked_in_parts_so_that_it_can_be_stopped() -> Result<(), Error> {
    let encoder = Arc::new(Failing::default());
    let shared: Arc<dyn Encoder> = encoder.clone();
    let catalogue = Catalogue::builder().encoder(shared).in_memory()?;
    catalogue.add(rows(2_000))?;
    assert!(encoder.calls.load(Ordering::SeqCst) > 4, "one call for all of them cannot be stopped");
    Ok(())
}

#[test]
fn threads_take_turns() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("c.cm");
    let catalogue = Catalogue::create(&path)?;
    thread::scope(|scope| {
        for writer in 0..4 {
            let catalogue = match writer % 2 {
                0 => catalogue.clone(),
                _ => Catalogue::open(&path).expect("it is there"),
            };
            scope.spawn(move || {
                for number in 0..5 {
                    let row = Row {
                        location: RowLocation::in_list(1),
                        record: Ok(Solution::new(format!("s{writer}-{number}"), "Rain gardens")),
                    };
                    catalogue.add([row]).expect("its turn comes");
                }
            });
        }
    });
    assert_eq!(catalogue.snapshot()?.solutions().len(), 20);
    Ok(())
}

#[test]
fn who_holds_the_lock_is_told_and_may_be_waited_for() -> Result<(), Error> {
    let holder = |result: Result<(), Error>| match result.expect_err("it is locked").kind() {
        ErrorKind::Locked { holder, .. } => *holder,
        other => panic!("{other}"),
    };
    for (name, path) in [("in_a_folder", Some(tempdir().expect("a folder"))), ("in_memory", None)] {
        let catalogue = match &path {
            Some(folder) => Catalogue::create(folder.path().join("c.cm"))?,
            None => Catalogue::in_memory()?,
        };
        let edit = catalogue.edit()?;
        let hour = Duration::from_secs(3_600);
        // A thread that has an edit would wait for itself.
        let this = LockHolder::ThisThread;
        assert_eq!(holder(catalogue.edit_within(hour).map(drop)), this, "{name}");
        assert_eq!(holder(catalogue.add(rows(1)).map(drop)), this, "{name}");
        assert_eq!(holder(catalogue.remove(["n1"]).map(drop)), this, "{name}");
        thread::scope(|scope| {
            let other = || holder(catalogue.edit().map(drop));
            let found = scope.spawn(other).join().expect("no panic");
            assert_eq!(found, LockHolder::ThisProcess, "{name}");
            let waiting = scope.spawn(|| catalogue.edit_within(hour).map(drop));
            drop(edit);
            waiting.join().expect("no panic").expect("its turn has come");
        });
        drop(catalogue.edit()?);
    }
    Ok(())
}
