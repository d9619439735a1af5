//! A damaged catalogue: what is wrong is said, and what can be saved is.

use std::fs;
use std::path::{Path, PathBuf};

use citymatch::{
    Catalogue, Challenge, Error, ErrorKind, Solution,
    catalogue::Repair,
    encoder::{Encoder, StaticEncoder},
};
use tempfile::{TempDir, tempdir};

/// Two segments with dead records in the first; the second has a newer `s1`.
struct Damaged {
    folder: TempDir,
    /// The files of the first segment and those of the second.
    segments: [String; 2],
}

fn stores(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("a folder").flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "store")).collect()
}

impl Damaged {
    fn new() -> Result<Self, Error> {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("c.cm");
        let catalogue = Catalogue::create(&path)?;
        let mut edit = catalogue.edit()?;
        for id in 0..20 {
            let text = "Retêm a água da chuva nas calçadas.";
            edit.put(Solution::new(format!("s{id}"), "Jardins de chuva").description(text))?;
        }
        edit.put(Challenge::new("c1", "Lluvia").question("¿Cómo retener la lluvia?"))?;
        edit.commit()?;
        let first = stores(&path).pop().expect("stored records");
        let mut edit = catalogue.edit()?;
        edit.put(Solution::new("s1", "Jardins de chuva, segunda edição"))?;
        edit.remove("s2")?;
        edit.commit()?;
        let second = stores(&path).into_iter().find(|path| *path != first);
        let name = |path: PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        Ok(Self { folder, segments: [name(first), name(second.expect("a second segment"))] })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("c.cm")
    }

    fn saved(&self) -> PathBuf {
        self.folder.path().join("saved.cm")
    }

    /// The file of a segment with an ending.
    fn file(&self, segment: usize, ending: &str) -> PathBuf {
        let entries = fs::read_dir(self.path()).expect("a folder").flatten();
        let file = entries.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.starts_with(&self.segments[segment]) && name.ends_with(ending)
        });
        file.unwrap_or_else(|| panic!("no {ending} of {segment}"))
    }

    fn repair(&self) -> Result<Repair, Error> {
        Catalogue::builder().repair(self.path(), self.saved())
    }
}

/// Writes a file anew with other bytes; it may be mapped.
fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("a file");
    change(&mut bytes);
    fs::remove_file(file).and_then(|()| fs::write(file, bytes)).expect("the file is ours");
}

fn flip(bytes: &mut [u8]) {
    let at = bytes.len() / 3;
    bytes[at] ^= 0x10;
}

/// A name, the damage, the solutions afterwards, and parts of what is said to be lost.
type Case = (&'static str, fn(&Damaged), usize, &'static [&'static str]);

#[test]
fn all_that_can_be_read_is_saved_and_the_rest_is_named() -> Result<(), Error> {
    const CASES: &[Case] = &[
        ("an_index", |d| change(&d.file(0, ".idx"), |b| flip(b)), 19, &[]),
        ("terms", |d| change(&d.file(1, ".term"), Vec::clear), 19, &[]),
        ("a_missing_index", |d| fs::remove_file(d.file(0, ".pos")).expect("a file"), 19, &[]),
        (
            "columns",
            |d| change(&d.file(0, ".fast"), |b| flip(b)),
            19,
            &["which of its records are challenges"],
        ),
        (
            "missing_records",
            |d| fs::remove_file(d.file(0, ".store")).expect("a file"),
            1,
            &["19 records are lost"],
        ),
        (
            "cut_records",
            |d| change(&d.file(1, ".store"), |b| b.truncate(9)),
            18,
            &["1 records are lost"],
        ),
        (
            "the_dead",
            |d| change(&d.file(0, ".del"), |b| flip(b)),
            20,
            &["some of them may be back"],
        ),
        (
            "the_list",
            |d| change(&d.path().join("meta.json"), |b| b.truncate(40)),
            19,
            &["all records that are there were taken"],
        ),
        (
            "what_the_commit_says_of_the_encoder",
            |d| {
                change(&d.path().join("meta.json"), |bytes| {
                    let encoder = StaticEncoder::builtin();
                    let name = encoder.name().as_bytes();
                    let at = bytes.windows(name.len()).position(|part| part == name);
                    bytes[at.expect("the encoder's name")] ^= 1;
                });
            },
            19,
            &["the file is taken, as its encoder is at hand"],
        ),
        (
            "no_list",
            |d| fs::remove_file(d.path().join("meta.json")).expect("a file"),
            19,
            &["`meta.json` is missing"],
        ),
    ];
    for (name, damage, solutions, said) in CASES {
        let damaged = Damaged::new()?;
        damage(&damaged);
        let before = Catalogue::open(damaged.path()).and_then(|catalogue| catalogue.check());
        match before {
            Ok(wrong) => assert!(!wrong.is_empty(), "{name}: it is found"),
            Err(error) => assert!(error.to_string().contains("c.cm"), "{name}: {error}"),
        }
        let repair = damaged.repair()?;
        assert_eq!(repair.saved_into.as_deref(), Some(&*damaged.saved()), "{name}");
        assert_eq!(
            (repair.solutions, repair.challenges),
            (*solutions, usize::from(*solutions > 1)),
            "{name}: {repair:?}"
        );
        assert_eq!(repair.lost.len(), said.len(), "{name}: {:?}", repair.lost);
        for (lost, said) in repair.lost.iter().zip(*said) {
            assert!(lost.contains(said), "{name}: {lost}");
        }
        let saved = Catalogue::open(damaged.saved())?;
        assert_eq!(saved.check()?, [] as [&str; 0], "{name}");
        let newer = saved.snapshot()?.get(&"s1".into())?;
        let is_newer = newer.map(|solution| solution.title.contains("segunda"));
        // What was replaced stays away also where what replaced it is lost.
        assert_eq!(is_newer, (*name != "cut_records").then_some(true), "{name}");
        let again = damaged.repair().expect_err(name);
        assert!(matches!(again.kind(), ErrorKind::DestinationExists { .. }), "{name}: {again}");
    }
    Ok(())
}

#[test]
fn records_that_do_not_match_their_checksum_are_named() -> Result<(), Error> {
    let damaged = Damaged::new()?;
    // A letter of a title; the only block is hardly compressed.
    change(&damaged.file(1, ".store"), |bytes| {
        let at = bytes.windows(7).position(|word| word == b"segunda").expect("the title");
        bytes[at] = b'x';
    });
    let repair = damaged.repair()?;
    assert_eq!(repair.solutions, 19);
    assert!(repair.lost[0].contains("look over those that were saved: `s1`"), "{repair:?}");
    Ok(())
}

#[test]
fn what_follows_from_the_rest_is_written_again_in_place() -> Result<(), Error> {
    type Damage = fn(&Path);
    const CASES: &[(&str, &str, Damage)] = &[
        ("no_format_file", "citymatch.json", |file| fs::remove_file(file).expect("a file")),
        ("half_a_format_file", "citymatch.json", |file| change(file, |bytes| bytes.truncate(20))),
        ("another_format", "citymatch.json", |file| {
            change(file, |bytes| {
                let at = bytes.iter().position(|byte| *byte == b'4').expect("the format");
                bytes[at] = b'6';
            });
        }),
        ("another_encoder", "citymatch.json", |file| {
            change(file, |bytes| {
                let at = bytes.windows(6).position(|word| word == b"\"name\"").expect("a name");
                bytes[at + 10] ^= 1;
            });
        }),
        ("the_engines_list", ".managed.json", |file| change(file, |bytes| bytes.truncate(20))),
    ];
    for (name, file, damage) in CASES {
        let damaged = Damaged::new()?;
        let good = fs::read(damaged.path().join(file)).expect("a file");
        damage(&damaged.path().join(file));
        let repair = damaged.repair()?;
        assert_eq!((repair.solutions, repair.challenges), (19, 1), "{name}");
        assert_eq!((repair.saved_into, repair.lost), (None, Vec::new()), "{name}");
        assert!(repair.mended.len() == 1 && repair.mended[0].contains(file), "{name}");
        let mended = fs::read(damaged.path().join(file)).expect("a file");
        assert!(*file != "citymatch.json" || mended == good, "{name}");
        assert_eq!(Catalogue::open(damaged.path())?.check()?, [] as [&str; 0], "{name}");
        assert_eq!(damaged.repair()?.mended, [] as [&str; 0], "{name}: a second time does nothing");
    }
    Ok(())
}

#[test]
fn where_nothing_can_be_saved_nothing_is_made() -> Result<(), Error> {
    let damaged = Damaged::new()?;
    for segment in 0..2 {
        fs::remove_file(damaged.file(segment, ".store")).expect("a file");
    }
    let error = damaged.repair().expect_err("there is nothing");
    assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}");
    let none = damaged.folder.path().join("none.cm");
    let error = Catalogue::builder().repair(none, damaged.saved()).expect_err("no folder");
    assert!(matches!(error.kind(), ErrorKind::NoCatalogue { .. }), "{error}");
    assert_eq!(fs::read_dir(damaged.folder.path()).expect("a folder").count(), 1);
    let sound = Damaged::new()?;
    let catalogue = Catalogue::open(sound.path())?;
    let edit = catalogue.edit()?;
    let error = sound.repair().expect_err("a writer is at work");
    assert!(matches!(error.kind(), ErrorKind::Locked { .. }), "{error}");
    drop(edit);
    assert_eq!(sound.repair()?.solutions, 19);
    Ok(())
}
