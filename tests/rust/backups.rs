//! Copies of a catalogue: sound beside a writer, whole or not there at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use citymatch::{Catalogue, Challenge, Error, ErrorKind, Matcher, Search};
use tempfile::tempdir;

use crate::storage::put;

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| entry.file_name().into_string().expect("a plain name")).collect()
}

/// The ids and the bits of the scores that a question finds.
fn found(catalogue: &Catalogue) -> Result<Vec<(String, u64)>, Error> {
    let question = Challenge::from_text("¿Cómo retener el agua de la lluvia?");
    let matches = Matcher::new(catalogue)?.find(Search::new(&question).limit(1_000))?;
    Ok(matches.iter().map(|one| (one.id().to_string(), one.score().to_bits())).collect())
}

#[test]
fn a_copy_is_the_catalogue() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for (name, catalogue) in
        [("memory", Catalogue::in_memory()?), ("folder", Catalogue::create(at("c.cm"))?)]
    {
        let empty = at(&format!("{name}-empty.cm"));
        catalogue.copy(&empty)?;
        assert_eq!(Catalogue::open(&empty)?.check()?, [] as [&str; 0], "{name}");
        for part in 0..10 {
            put(&catalogue, part * 7..part * 7 + 10)?;
        }
        catalogue.remove(["s3", "s60"])?;
        let path = at(&format!("a/b/{name}.cm"));
        catalogue.copy(&path)?;
        let copy = Catalogue::open(&path)?;
        assert_eq!(copy.check()?, [] as [&str; 0], "{name}");
        assert_eq!(found(&copy)?, found(&catalogue)?, "{name}");
        assert!(found(&copy)?.len() > 50, "{name}");
        put(&copy, [500])?;
        assert_eq!(copy.snapshot()?.solutions().len(), catalogue.snapshot()?.solutions().len() + 1);
        assert_eq!(copy.check()?, [] as [&str; 0], "{name}");
        if name == "folder" {
            assert_eq!(
                names(&at("a/b/folder.cm/derived")).len(),
                names(&path.join("derived")).len()
            );
        }
        assert_eq!(names(&at("a/b")).len(), 1 + usize::from(name == "folder"));
    }
    Ok(())
}

#[test]
fn a_copy_beside_a_writer_is_sound() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("c.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..20)?;
    let done = AtomicBool::new(false);
    thread::scope(|scope| -> Result<(), Error> {
        let writer = scope.spawn(|| -> Result<usize, Error> {
            let mut commits = 0;
            while !done.load(Ordering::Relaxed) {
                // Each replaces what an earlier one put, so that segments come and go.
                put(&catalogue, (commits % 5) * 4..(commits % 5) * 4 + 4)?;
                commits += 1;
            }
            Ok(commits)
        });
        let copies = || -> Result<(), Error> {
            // Opened anew, as another process has it.
            let other = Catalogue::open(&path)?;
            for number in 0..25 {
                let copy = folder.path().join(format!("copy-{number}.cm"));
                other.copy(&copy)?;
                let copy = Catalogue::open(&copy)?;
                assert_eq!(copy.check()?, [] as [&str; 0]);
                assert_eq!(copy.snapshot()?.solutions().len(), 20);
            }
            Ok(())
        };
        let copied = copies();
        done.store(true, Ordering::Relaxed);
        let commits = writer.join().expect("the writer does not panic")?;
        assert!(commits > 3, "it wrote meanwhile: {commits} commits");
        copied
    })
}

#[test]
fn what_cannot_be_copied_leaves_nothing() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let catalogue = Catalogue::create(at("c.cm"))?;
    put(&catalogue, 0..20)?;
    fs::create_dir(at("empty")).expect("a folder");
    fs::write(at("file"), "mine").expect("a file");
    for name in ["c.cm", "empty", "file"] {
        let error = catalogue.copy(at(name)).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::DestinationExists { .. }), "{name}: {error}");
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
    let error = catalogue.copy(at("file/copy.cm")).expect_err("a file is no folder");
    assert!(matches!(error.kind(), ErrorKind::Io { .. }), "{error}");

    let store = names(&at("c.cm")).into_iter().find(|name| name.contains(".store"));
    let store = at("c.cm").join(store.expect("stored records"));
    let good = fs::read(&store).expect("a file");
    let mut bad = good.clone();
    bad[good.len() / 3] ^= 4;
    for (name, bytes) in [("damaged", &bad[..]), ("cut", &good[..good.len() / 2])] {
        fs::remove_file(&store).and_then(|()| fs::write(&store, bytes)).expect("the file is ours");
        let error = catalogue.copy(at("copy.cm")).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{name}: {error}");
        assert!(error.to_string().contains("c.cm` is damaged"), "{name}: {error}");
    }
    fs::remove_file(&store).expect("the file is ours");
    let error = catalogue.copy(at("copy.cm")).expect_err("a file is missing");
    assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}");
    fs::write(&store, good).expect("the file is ours");
    assert_eq!(names(folder.path()), ["c.cm", "empty", "file"].map(String::from).into());
    catalogue.copy(at("copy.cm"))?;
    Ok(())
}
