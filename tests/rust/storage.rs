//! What a catalogue's folder survives: beginnings, links, damage, and its own loss.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use citymatch::{Catalogue, Challenge, Error, ErrorKind, Matcher, Solution};
use serde_json::Value as Json;
use tempfile::tempdir;

pub(crate) fn put(
    catalogue: &Catalogue,
    ids: impl IntoIterator<Item = usize>,
) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for id in ids {
        let text = "Retêm a água da chuva nas calçadas.";
        edit.put(Solution::new(format!("s{id}"), "Jardins de chuva").description(text))?;
    }
    edit.commit()
}

fn json(path: &Path) -> Json {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| entry.file_name().into_string().expect("a plain name")).collect()
}

/// A service's account reads what a nightly job's account wrote.
#[cfg(unix)]
#[test]
fn files_have_the_mode_that_the_umask_leaves() -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..10)?;
    catalogue.remove(["s1"])?;
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode();
    fs::write(folder.path().join("any"), "").expect("a file");
    let expected = mode(&folder.path().join("any"));
    for name in files(&path).iter().filter(|name| *name != "derived") {
        assert_eq!(mode(&path.join(name)), expected, "{name}");
    }
    for name in files(&path.join("derived")) {
        assert_eq!(mode(&path.join("derived").join(&name)), expected, "{name}");
    }
    Ok(())
}

#[test]
fn each_commit_says_what_the_format_file_says() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    // The tenth commit ends with a merge, which writes the list of segments once more.
    for commit in 0..10 {
        put(&catalogue, [commit])?;
        let payload = json(&path.join("meta.json"))["payload"].clone();
        let payload: Json =
            serde_json::from_str(payload.as_str().expect("a payload")).expect("JSON");
        let format = json(&path.join("citymatch.json"));
        let facts = format.as_object().expect("an object");
        assert!(["format", "analyzer", "encoder"].iter().all(|fact| facts.contains_key(*fact)));
        for (fact, value) in facts {
            assert_eq!(payload[fact], *value, "commit {commit}, {fact}");
        }
    }
    Ok(())
}

/// A name, files with their content, and whether a catalogue can be made beside them.
type Case = (&'static str, Vec<(&'static str, Vec<u8>)>, bool);

#[test]
fn a_catalogue_that_was_begun_is_finished_and_nothing_else_is_touched() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let (whole, full) = (folder.path().join("whole.cm"), folder.path().join("full.cm"));
    Catalogue::create(&whole)?;
    put(&Catalogue::create(&full)?, [1])?;
    let read = |path: PathBuf| fs::read(path).expect("a file");
    let (format, empty) = (read(whole.join("citymatch.json")), read(whole.join("meta.json")));
    let (meta, managed) = (read(full.join("meta.json")), read(whole.join(".managed.json")));
    let cut = &format[..format.len() / 2];
    let lock = (".tantivy-writer.lock", &b""[..]);
    let begun = [(".managed.json", &managed[..]), ("meta.json", &empty[..]), lock];
    let with = |files: &[(&'static str, Vec<u8>)]| {
        let begun = begun.iter().map(|(name, bytes)| (*name, bytes.to_vec()));
        begun.chain(files.iter().cloned()).collect::<Vec<_>>()
    };
    let cases: [Case; 11] = [
        ("only_a_lock", vec![(lock.0, Vec::new())], true),
        ("no_list_of_segments", vec![(".managed.json", managed.clone())], true),
        ("no_format_file", with(&[]), true),
        ("an_empty_format_file", with(&[("citymatch.json", Vec::new())]), true),
        ("half_a_format_file", with(&[("citymatch.json", cut.to_vec())]), true),
        ("a_temporary_file", with(&[(".citymatch.json.17-0.tmp", cut.to_vec())]), true),
        ("a_whole_catalogue", with(&[("citymatch.json", format.clone())]), false),
        ("a_foreign_file", with(&[("notes.txt", b"mine".to_vec())]), false),
        ("a_foreign_temporary_file", with(&[(".notes.txt.17-0.tmp", b"mine".to_vec())]), false),
        ("records_elsewhere", vec![("meta.json", meta.clone())], false),
        ("another_program's_file", vec![("citymatch.json", b"{\"name\": 1}".to_vec())], false),
    ];
    for (name, content, expected) in cases {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        for (file, bytes) in &content {
            fs::write(path.join(file), bytes).expect("a file");
        }
        match Catalogue::create(&path) {
            Ok(catalogue) => {
                assert!(expected, "{name}: it was made anew");
                put(&catalogue, [1])?;
                assert_eq!(Catalogue::open(&path)?.check()?, [] as [&str; 0], "{name}");
            }
            Err(error) => {
                assert!(!expected, "{name}: {error}");
                assert!(matches!(error.kind(), ErrorKind::Exists { .. }), "{name}: {error}");
                for (file, bytes) in &content {
                    assert_eq!(read(path.join(file)), *bytes, "{name}: {file}");
                }
                assert_eq!(files(&path).len(), content.len(), "{name}: nothing is added");
            }
        }
    }
    Ok(())
}

#[test]
fn a_catalogue_that_has_lost_its_format_file_goes_on() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    put(&Catalogue::create(&path)?, [1])?;
    let file = path.join("citymatch.json");
    let format = fs::read(&file).expect("the format file");
    let opened_before = Catalogue::open(&path)?;
    fs::remove_file(&file).expect("the format file");

    let error = Catalogue::create(&path).expect_err("records are there");
    assert!(matches!(error.kind(), ErrorKind::Exists { is_catalogue: true, .. }), "{error}");
    assert!(error.to_string().contains("it can be opened"), "{error}");
    let catalogue = Catalogue::open(&path)?;
    assert_eq!(catalogue.snapshot()?.solutions().len(), 1);
    assert_eq!(catalogue.check()?, [] as [&str; 0]);
    assert_eq!(Matcher::new(&catalogue)?.find(Challenge::from_text("água"))?.len(), 1);
    assert_eq!(Catalogue::builder().open_or_create(&path)?.snapshot()?.solutions().len(), 1);
    assert!(!file.exists(), "reading writes nothing");

    for (name, catalogue) in [("opened_after", catalogue), ("opened_before", opened_before)] {
        put(&catalogue, [2])?;
        assert_eq!(fs::read(&file).expect("it is written again"), format, "{name}");
        fs::remove_file(&file).expect("the format file");
    }

    // The commit's own words are held to the same rules.
    let meta = fs::read_to_string(path.join("meta.json")).expect("the list of segments");
    let newer = meta.replace("\\\"format\\\":5", "\\\"format\\\":99");
    assert_ne!(newer, meta);
    fs::write(path.join("meta.json"), newer).expect("the list of segments");
    let error = Catalogue::open(&path).expect_err("a newer version wrote it");
    assert!(matches!(error.kind(), ErrorKind::Format { found: 99, .. }), "{error}");
    fs::write(path.join("meta.json"), "{\"payload\": \"another program's\"}").expect("a file");
    let error = Catalogue::open(&path).expect_err("another program's folder");
    assert!(matches!(error.kind(), ErrorKind::NoCatalogue { .. }), "{error}");
    Ok(())
}

/// As in a backup that is mounted read-only.
#[cfg(unix)]
#[test]
fn a_catalogue_without_its_format_file_is_read_where_nothing_can_be_written() -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    put(&Catalogue::create(&path)?, [1])?;
    fs::remove_file(path.join("citymatch.json")).expect("the format file");
    let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode));
    set(0o555).expect("the folder is ours");
    let opened = Catalogue::open(&path).and_then(|catalogue| catalogue.snapshot());
    set(0o755).expect("the folder is ours");
    assert_eq!(opened?.solutions().len(), 1);
    Ok(())
}

#[test]
fn only_derived_files_of_own_segments_are_cleared_away() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let (path, other) = (folder.path().join("catalogue.cm"), folder.path().join("other.cm"));
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..20)?;
    put(&Catalogue::create(&other)?, 0..20)?;
    let derived = path.join("derived");
    let own = files(&derived);
    let bring = |name: &str, from: &Path| {
        fs::write(derived.join(name), fs::read(from).expect("a file")).expect("a copy");
    };
    let foreign = files(&other.join("derived"));
    for name in &foreign {
        bring(name, &other.join("derived").join(name));
    }
    fs::write(derived.join("notes.txt"), "mine").expect("a file");
    let kept: Vec<(String, Vec<u8>)> = own
        .iter()
        .map(|name| (name.clone(), fs::read(derived.join(name)).expect("a file")))
        .collect();
    // All records are replaced: the first segment goes.
    put(&catalogue, 0..20)?;
    assert!(own.is_disjoint(&files(&derived)), "files of the segment that has gone");
    // As if the commit had been killed before it cleared them away.
    for (name, bytes) in kept {
        fs::write(derived.join(&name), &bytes).expect("a file");
        fs::write(derived.join(format!(".{name}.17-0.tmp")), &bytes).expect("a file");
    }
    put(&catalogue, [50])?;
    let left = files(&derived);
    assert!(!left.iter().any(|name| own.iter().any(|own| name.contains(own))), "{left:?}");
    assert!(foreign.is_subset(&left) && left.contains("notes.txt"), "{left:?}");
    assert_eq!(left.len(), foreign.len() + 1 + 4, "and those of the two segments: {left:?}");
    Ok(())
}

/// A folder is often replaced by letting a link point to another one.
#[cfg(unix)]
#[test]
fn a_link_that_changes_leads_no_file_astray() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for name in ["a.cm", "b.cm"] {
        put(&Catalogue::create(at(name))?, 0..3)?;
    }
    std::os::unix::fs::symlink("a.cm", at("current.cm")).expect("a link");
    let catalogue = Catalogue::open(at("current.cm"))?;
    fs::remove_file(at("current.cm")).expect("the link");
    std::os::unix::fs::symlink("b.cm", at("current.cm")).expect("a link");
    let before = (files(&at("b.cm")), files(&at("b.cm/derived")));
    put(&catalogue, [7])?;
    assert_eq!((files(&at("b.cm")), files(&at("b.cm/derived"))), before);
    assert_eq!(Catalogue::open(at("a.cm"))?.snapshot()?.solutions().len(), 4);
    assert_eq!(files(&at("a.cm/derived")).len(), 4, "two segments have a file each of two kinds");
    Ok(())
}

#[test]
fn a_folder_that_has_gone_is_no_catalogue() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..3)?;
    let matcher = Matcher::new(&catalogue)?;
    let edit = catalogue.edit()?;
    fs::rename(&path, folder.path().join("moved.cm")).expect("the folder");
    let mut calls: Vec<(&str, Error)> = vec![
        ("snapshot", catalogue.snapshot().expect_err("snapshot")),
        ("refresh", matcher.refresh().expect_err("refresh")),
        ("check", catalogue.check().expect_err("check")),
    ];
    drop(edit);
    calls.push(("edit", catalogue.edit().expect_err("edit")));
    calls.push(("remove", catalogue.remove(["s1"]).expect_err("remove")));
    for (name, error) in calls {
        assert!(matches!(error.kind(), ErrorKind::NoCatalogue { .. }), "{name}: {error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{name}: {error}");
    }
    let question = citymatch::Challenge::from_text("água da chuva");
    assert_eq!(matcher.find(&question)?.len(), 3, "what is open goes on");
    fs::rename(folder.path().join("moved.cm"), &path).expect("the folder");
    assert_eq!(catalogue.snapshot()?.solutions().len(), 3, "it is back");
    Ok(())
}

/// What opening and checking say of a catalogue.
fn verdict(path: &Path) -> Result<Vec<String>, Error> {
    Catalogue::open(path)?.check()
}

#[test]
fn damage_of_any_file_is_damage_and_no_panic() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..6)?;
    catalogue.remove(["s1"])?;
    drop(catalogue);
    let mut kinds = BTreeSet::new();
    let names = files(&path).into_iter().map(PathBuf::from);
    let derived =
        files(&path.join("derived")).into_iter().map(|name| Path::new("derived").join(name));
    for name in names.chain(derived).filter(|name| path.join(name).is_file()) {
        let file = path.join(&name);
        let good = fs::read(&file).expect("a file");
        if good.is_empty() {
            continue; // a lock
        }
        let kind = name.extension().unwrap_or(name.as_os_str()).to_string_lossy().into_owned();
        let every_bit = matches!(&*kind, "fast" | "fieldnorm");
        let first = good.len().saturating_sub(if every_bit { 160 } else { 400 });
        let mut damages: Vec<(String, Vec<u8>)> = Vec::new();
        for at in first..good.len() {
            for bit in (0..8).filter(|bit| every_bit || *bit == at % 8) {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                damages.push((format!("bit {bit} of byte {at}"), bytes));
            }
        }
        for length in [0, 1, good.len() / 3, good.len().saturating_sub(9)] {
            damages.push((format!("cut to {length} bytes"), good[..length].to_vec()));
        }
        let mut found = 0;
        for (damage, bytes) in damages {
            fs::remove_file(&file)
                .and_then(|()| fs::write(&file, &bytes))
                .expect("the file is ours");
            match verdict(&path) {
                Ok(wrong) => found += usize::from(!wrong.is_empty()),
                Err(error) => {
                    let is_damage = matches!(
                        error.kind(),
                        ErrorKind::Corrupt { .. } | ErrorKind::Format { .. }
                    );
                    assert!(is_damage, "{}, {damage}: {error}", name.display());
                    let engine = error.to_string().replace(".tantivy-", "").contains("tantivy");
                    assert!(!engine, "{}, {damage}: {error}", name.display());
                    found += 1;
                }
            }
        }
        assert!(
            found > 0 || name.starts_with("derived"),
            "{}: no damage was found",
            name.display()
        );
        fs::remove_file(&file).and_then(|()| fs::write(&file, &good)).expect("the file is ours");
        kinds.insert(kind);
    }
    for kind in
        ["fast", "fieldnorm", "idx", "pos", "store", "term", "del", "json", "terms", "vectors"]
    {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
    assert_eq!(verdict(&path)?, [] as [&str; 0]);
    Ok(())
}

/// Each answer depends on the columns, so that they are compared before there is one.
#[test]
fn damaged_columns_are_refused_before_anything_is_answered() -> Result<(), Error> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("catalogue.cm");
    let catalogue = Catalogue::create(&path)?;
    put(&catalogue, 0..6)?;
    catalogue.remove(["s1"])?;
    drop(catalogue);
    let named = |ending: &str| files(&path).into_iter().find(|name| name.contains(ending));
    for name in [".fast", ".del"].map(|ending| named(ending).expect("a file")) {
        let (file, good) = (path.join(&name), fs::read(path.join(&name)).expect("a file"));
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::remove_file(&file).and_then(|()| fs::write(&file, &bytes)).expect("it is ours");
            match Catalogue::open(&path) {
                Err(error) => assert!(error.to_string().contains("is damaged"), "{name}: {error}"),
                // The engine's own version, which stands in the file too.
                Ok(catalogue) => {
                    assert_eq!(catalogue.snapshot()?.solutions().len(), 5, "{name}, {at}");
                }
            }
        }
        fs::remove_file(&file).and_then(|()| fs::write(&file, &good)).expect("it is ours");
    }
    assert_eq!(Catalogue::open(&path)?.check()?, [] as [&str; 0]);
    Ok(())
}
