//! A catalogue on the disk: its writer, its readers, its snapshots, its files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use citymatch::{
    Catalogue, Challenge, Error, ErrorKind, Matcher, Matches, Solution, SolutionId,
    ingest::{PutOutcome, Row, RowLocation},
};
use tempfile::tempdir;

fn put(catalogue: &Catalogue, solutions: impl IntoIterator<Item = Solution>) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for solution in solutions {
        edit.put(solution)?;
    }
    edit.commit()
}

fn title(catalogue: &Catalogue, id: &str) -> Result<Option<String>, Error> {
    Ok(catalogue.snapshot()?.get(&SolutionId::from(id))?.map(|solution| solution.title))
}

#[test]
fn records_are_put_replaced_removed_and_kept() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, [Solution::new("s1", "Rain gardens"), Solution::new("s2", "Dry toilets")])?;
    let mut edit = catalogue.edit()?;
    assert_eq!(edit.put(Solution::new("s1", "Rain gardens, better"))?, PutOutcome::Replaced);
    assert_eq!(edit.put(Challenge::new("c1", "Floods"))?, PutOutcome::Added);
    assert!(edit.remove("s2")?);
    assert!(!edit.remove("s2")?, "it is gone in this edit already");
    assert_eq!(edit.put(Solution::new("s3", "Food bank"))?, PutOutcome::Added);
    assert_eq!(
        edit.put(Solution::new("s3", "Food banks"))?,
        PutOutcome::Replaced,
        "twice in one edit"
    );
    assert_eq!(
        title(&catalogue, "s1")?.as_deref(),
        Some("Rain gardens"),
        "nothing is seen before the commit"
    );
    edit.commit()?;
    drop(catalogue);
    let reopened = Catalogue::open(&path)?;
    assert_eq!(title(&reopened, "s1")?.as_deref(), Some("Rain gardens, better"));
    let snapshot = reopened.snapshot()?;
    assert_eq!(snapshot.solutions().ids()?, ["s1".into(), "s3".into()] as [SolutionId; 2]);
    assert_eq!(title(&reopened, "s3")?.as_deref(), Some("Food banks"));
    assert_eq!(
        snapshot.challenges().get("c1")?.map(|challenge| challenge.title).as_deref(),
        Some("Floods")
    );
    assert!(!snapshot.solutions().contains("c1")?, "a challenge is no solution");
    assert_eq!(reopened.check()?, [] as [&str; 0]);
    Ok(())
}

#[test]
fn an_edit_that_is_dropped_did_nothing() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let catalogue = Catalogue::create(folder.path().join("catalogue.cm"))?;
    put(&catalogue, [Solution::new("s1", "Rain gardens")])?;
    let mut edit = catalogue.edit()?;
    edit.put(Solution::new("s2", "Dry toilets"))?;
    edit.remove("s1")?;
    drop(edit);
    assert_eq!(catalogue.snapshot()?.solutions().ids()?, [SolutionId::from("s1")]);
    put(&catalogue, [Solution::new("s3", "Food banks")])?;
    assert_eq!(catalogue.snapshot()?.solutions().len(), 2);
    Ok(())
}

#[test]
fn there_is_one_writer_and_the_lock_ends_with_it() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    let other = Catalogue::open(&path)?;
    let edit = catalogue.edit()?;
    for second in [&catalogue, &other] {
        let error = second.edit().expect_err("a second writer");
        assert!(matches!(error.kind(), ErrorKind::Locked { .. }), "{error}");
        assert!(error.to_string().contains("catalogue.cm"), "{error}");
    }
    assert_eq!(other.snapshot()?.solutions().len(), 0, "readers do not wait");
    drop(edit);
    put(&other, [Solution::new("s1", "Rain gardens")])?;
    assert_eq!(catalogue.snapshot()?.solutions().len(), 1, "another handle's commit is seen");
    Ok(())
}

#[test]
fn a_matcher_keeps_its_snapshot_until_it_is_refreshed() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, (0..200).map(|i| Solution::new(format!("s{i:03}"), "Rain gardens")))?;
    let matcher = Matcher::new(&catalogue)?;
    let writer = Catalogue::open(&path)?;
    // Many commits, so that segments are merged and their files taken away under the reader.
    for i in 0..20 {
        put(
            &writer,
            [
                Solution::new(format!("s{i:03}"), "Dry toilets"),
                Solution::new(format!("t{i:03}"), "Rain gardens for rain"),
            ],
        )?;
    }
    let challenge = Challenge::from_text("gardens for the rain");
    let stale = matcher.find(&challenge)?;
    assert_eq!(stale[0].id().as_str(), "s000");
    assert_eq!(matcher.snapshot().solutions().len(), 200);
    matcher.refresh()?;
    assert_eq!(matcher.find(&challenge)?[0].id().as_str(), "t000");
    assert_eq!(matcher.snapshot().solutions().len(), 220);
    Ok(())
}

/// Each commit replaces the ten solutions of one generation by those of the next, with other ids, so
/// that a result in which generations or ids and solutions do not agree has come from two snapshots.
#[test]
fn threads_share_a_matcher_that_one_of_them_refreshes() -> Result<(), Error> {
    const GENERATIONS: usize = 100;
    let id = |generation, i| format!("{generation}-{i}");
    let replace = |catalogue: &Catalogue, generation: usize| -> Result<(), Error> {
        let mut edit = catalogue.edit()?;
        for i in 0..10 {
            if generation > 0 {
                edit.remove(id(generation - 1, i))?;
            }
            edit.put(Solution::new(id(generation, i), "Rain gardens"))?;
        }
        edit.commit()
    };
    let catalogue = Catalogue::in_memory()?;
    replace(&catalogue, 0)?;
    let matcher = Matcher::new(&catalogue)?;
    let challenge = Challenge::from_text("gardens for the rain");
    let mut begun = matcher.find_each([&challenge, &challenge]);
    let generation = |matches: &Matches| -> Result<usize, Error> {
        let mut generations = BTreeSet::new();
        for found in matches {
            assert_eq!(&found.solution()?.id, found.id(), "ids and solutions have one snapshot");
            let number = found.id().as_str().split('-').next().expect("a generation");
            generations.insert(number.parse::<usize>().expect("a number"));
        }
        assert_eq!((matches.len(), generations.len()), (10, 1), "a result has one snapshot");
        Ok(generations.pop_first().unwrap_or_default())
    };
    let is_over = AtomicBool::new(false);
    let find_until_over = || -> Result<usize, Error> {
        loop {
            let is_last = is_over.load(Ordering::Acquire);
            let seen = generation(&matcher.find(&challenge)?)?;
            if is_last {
                return Ok(seen);
            }
        }
    };
    let last_seen = thread::scope(|scope| {
        let finder = scope.spawn(find_until_over);
        let refreshed = (1..=GENERATIONS).try_for_each(|number| {
            replace(&catalogue, number)?;
            matcher.refresh().map(drop)
        });
        is_over.store(true, Ordering::Release);
        let last_seen = finder.join().expect("the thread that finds does not panic");
        refreshed.and(last_seen)
    })?;
    assert_eq!(last_seen, GENERATIONS, "threads that share a matcher see its refresh");
    for matches in &mut begun {
        assert_eq!(generation(&matches?)?, 0, "a batch keeps the snapshot that it began with");
    }
    Ok(())
}

#[test]
fn what_cannot_be_opened_or_made_says_why() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "no catalogue").expect("a file");
    fs::create_dir(at("empty")).expect("a folder");
    fs::create_dir(at("full")).expect("a folder");
    fs::write(at("full/notes.txt"), "mine").expect("a file");
    Catalogue::create(at("newer"))?;
    let format = fs::read_to_string(at("newer/citymatch.json")).expect("the format file");
    fs::write(at("newer/citymatch.json"), format.replace("\"format\": 5", "\"format\": 99"))
        .expect("the format file");
    Catalogue::create(at("newest"))?;
    fs::write(at("newest/citymatch.json"), "{\"format\": 100, \"all\": \"else is new\"}")
        .expect("the format file");
    Catalogue::create(at("unnumbered"))?;
    fs::write(at("unnumbered/citymatch.json"), "{}").expect("the format file");
    Catalogue::create(at("broken"))?;
    fs::write(at("broken/meta.json"), "{").expect("the engine's file");
    Catalogue::create(at("there"))?;
    let opening: [(&str, &str); 7] = [
        ("missing", "no such folder"),
        ("file", "it is a file"),
        ("empty", "no `citymatch.json`"),
        ("newer", "has format 99, and this version reads 4 to 5: upgrade"),
        ("newest", "has format 100, and this version reads 4 to 5: upgrade"),
        ("unnumbered", "it has no `format`"),
        ("broken", "is damaged"),
    ];
    for (name, expected) in opening {
        let error = Catalogue::open(at(name)).expect_err(name).to_string();
        assert!(error.contains(expected) && error.contains(name), "{name}: {error}");
    }
    for name in ["file", "full", "there"] {
        let error = Catalogue::create(at(name)).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Exists { .. }), "{name}: {error}");
    }
    assert_eq!(fs::read_to_string(at("full/notes.txt")).expect("it is still there"), "mine");
    Catalogue::create(at("empty"))?;
    Ok(())
}

/// As on a read-only mount: no lock file can be made.
#[test]
fn a_folder_without_a_lock_file_can_be_read() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    put(&Catalogue::create(&path)?, [Solution::new("s1", "Rain gardens")])?;
    let lock = path.join(".tantivy-meta.lock");
    if lock.exists() {
        fs::remove_file(&lock).expect("the lock file");
    }
    fs::create_dir(&lock).expect("something in the way of the lock file");
    let matcher = Matcher::new(&Catalogue::open(&path)?)?;
    assert_eq!(matcher.find(Challenge::from_text("rain"))?.len(), 1);
    Ok(())
}

#[test]
fn damage_is_found() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, (0..50).map(|i| Solution::new(format!("s{i}"), "Rain gardens")))?;
    assert_eq!(catalogue.check()?, [] as [&str; 0]);
    drop(catalogue);
    let store = fs::read_dir(&path)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|extension| extension == "store"))
        .expect("the engine's store of records");
    let mut bytes = fs::read(&store).expect("the store");
    bytes[10] ^= 0xFF;
    write_over(&store, &bytes);
    let found = Catalogue::open(&path)?.check()?;
    assert!(found.len() == 1 && found[0].contains("checksum"), "{found:?}");
    Ok(())
}

#[test]
fn derived_terms_of_other_records_are_found() -> Result<(), Error> {
    for (name, title, sound) in [
        ("the_same", "Rain gardens", true),
        ("other_words", "Dry toilets", false),
        ("the_same_words_more_often", "Rain gardens, rain", false),
    ] {
        let folder = tempdir().expect("a folder");
        let (path, other) = (folder.path().join("catalogue.cm"), folder.path().join("other.cm"));
        put(&Catalogue::create(&path)?, [Solution::new("s1", "Rain gardens")])?;
        put(&Catalogue::create(&other)?, [Solution::new("s1", title)])?;
        write_over(&terms_file(&path), &fs::read(terms_file(&other)).expect("the other's terms"));
        let found = Catalogue::open(&path)?.check()?;
        assert_eq!(found.is_empty(), sound, "{name}: {found:?}");
        assert!(
            found.iter().all(|wrong| wrong.contains("not that of its records")),
            "{name}: {found:?}"
        );
    }
    Ok(())
}

/// The file of terms of a catalogue with one segment.
fn terms_file(catalogue: &Path) -> PathBuf {
    let files = fs::read_dir(catalogue.join("derived")).expect("the folder of derived data");
    let mut files = files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "terms"));
    files.next().expect("a file of terms")
}

fn write_over(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).and_then(|()| fs::write(path, bytes)).expect("the file is ours");
}

/// The field that is wrong, and a part of what was expected there.
type Expected = Option<(&'static str, &'static str)>;

#[test]
fn rows_that_are_wrong_lose_nothing_of_the_others() -> Result<(), Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    edit.put(Challenge::new("c1", "Floods"))?;
    edit.commit()?;
    let long = "x".repeat(1_000_001);
    let cases: [(&str, serde_json::Value, Expected); 18] = [
        ("good", serde_json::json!({"id": "s1", "title": "Rain gardens"}), None),
        (
            "duplicate_id",
            serde_json::json!({"id": "s1", "title": "Other"}),
            Some(("id", "an id that is not in row 1 already")),
        ),
        (
            "id_of_a_challenge",
            serde_json::json!({"id": "c1", "title": "x"}),
            Some(("id", "an id that no challenge has")),
        ),
        (
            "empty_id",
            serde_json::json!({"id": "", "title": "x"}),
            Some(("id", "1 to 200 characters")),
        ),
        ("no_id", serde_json::json!({"title": "x"}), Some(("id", "1 to 200 characters"))),
        (
            "no_text",
            serde_json::json!({"id": "s2", "title": " ", "city": "Quito"}),
            Some(("title", "a text in at least one of")),
        ),
        (
            "too_long",
            serde_json::json!({"id": "s3", "description": long}),
            Some(("description", "at most 1000000 bytes")),
        ),
        (
            "nul",
            serde_json::json!({"id": "s4", "title": "a\u{0}b"}),
            Some(("title", "text without control characters")),
        ),
        (
            "control_in_a_list",
            serde_json::json!({"id": "s5", "title": "x", "themes": ["ok", "a\u{7}"]}),
            Some(("themes[1]", "control")),
        ),
        (
            "control_in_extra",
            serde_json::json!({"id": "s6", "title": "x", "note": {"a": "\u{1b}"}}),
            Some(("note.a", "control")),
        ),
        (
            "language",
            serde_json::json!({"id": "s7", "title": "x", "language": "fr"}),
            Some(("language", "one of `en`, `es`, `pt`")),
        ),
        (
            "country",
            serde_json::json!({"id": "s8", "title": "x", "country": "XX"}),
            Some(("country", "ISO 3166-1")),
        ),
        (
            "stage",
            serde_json::json!({"id": "s9", "title": "x", "stage": "pilto"}),
            Some(("stage", "`pilot`")),
        ),
        (
            "sdg",
            serde_json::json!({"id": "s10", "title": "x", "sdgs": [1, 18]}),
            Some(("sdgs[1]", "1 to 17")),
        ),
        (
            "currency",
            serde_json::json!({"id": "s11", "title": "x", "cost": {"amount": 1, "currency": "XXX"}}),
            Some(("cost.currency", "ISO 4217")),
        ),
        (
            "year",
            serde_json::json!({"id": "s12", "title": "x", "year": 20177}),
            Some(("year", "1 to 9999")),
        ),
        ("no_object", serde_json::json!("s13"), Some(("record", "a JSON object"))),
        ("tab_and_line_ends", serde_json::json!({"id": "s14", "title": "a\tb\r\nc"}), None),
    ];
    let rows = cases.iter().zip(1..).map(|((_, json, _), row)| Row {
        location: RowLocation::in_file("solutions.jsonl", row),
        record: Solution::from_json(json.clone()),
    });
    let report = catalogue.add(rows)?;
    let mut rejected = report.rejected.iter();
    for ((name, _, expected), row) in cases.iter().zip(1..) {
        if let Some((field, part)) = expected {
            let found = rejected.next().unwrap_or_else(|| panic!("{name} is rejected"));
            assert_eq!(found.location, RowLocation::in_file("solutions.jsonl", row), "{name}");
            assert!(
                found.error.field == *field && found.error.expected.contains(part),
                "{name}: {found}"
            );
            assert!(
                found.to_string().starts_with(&format!("`solutions.jsonl`, row {row}: ")),
                "{name}: {found}"
            );
        }
    }
    assert_eq!(rejected.next(), None);
    assert_eq!((report.added, report.replaced), (2, 0));
    assert_eq!(title(&catalogue, "s1")?.as_deref(), Some("Rain gardens"));
    Ok(())
}
