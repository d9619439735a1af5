//! What a catalogue's folder survives: beginnings, links, damage, and its own loss.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use citymatch::{Catalogue, Error, Solution};
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
