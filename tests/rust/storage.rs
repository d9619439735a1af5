//! What a catalogue's folder survives: beginnings, links, damage, and its own loss.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use citymatch::{Catalogue, Error, ErrorKind, Matcher, Solution};
use tempfile::tempdir;

fn put(catalogue: &Catalogue, ids: impl IntoIterator<Item = usize>) -> Result<(), Error> {
    let mut edit = catalogue.edit()?;
    for id in ids {
        let text = "Retêm a água da chuva nas calçadas.";
        edit.put(Solution::new(format!("s{id}"), "Jardins de chuva").description(text))?;
    }
    edit.commit()
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
    let mut matcher = Matcher::new(&catalogue)?;
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
