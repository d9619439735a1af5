//! Where pages are written to.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use citymatch::Error;
use citymatch::fs::AtomicFile;

use crate::{FOLDER, Report};

/// Writes a report of at most `limit` bytes a page, and returns the paths of its pages, the first
/// one first.
pub(crate) fn write(report: &Report<'_>, path: &Path, limit: usize) -> Result<Vec<PathBuf>, Error> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let folder = name.unwrap_or_default() + FOLDER;
    let pages = report.pages(&folder, limit)?;
    let mut written = vec![path.to_owned()];
    if !pages.others.is_empty() {
        let folder = path.with_file_name(folder);
        fs::create_dir_all(&folder).map_err(|error| Error::io(&folder, error))?;
        for (name, page) in &pages.others {
            let path = folder.join(name);
            replace(&path, page)?;
            written.push(path);
        }
    }
    // Last, so that its links lead somewhere.
    replace(path, &pages.first)?;
    Ok(written)
}

/// Replaces a file as a whole; a pipe or a device is written to.
fn replace(path: &Path, content: &str) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        // Of a link the target is replaced, so that the link stays.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => fs::write(&target, content),
            Ok(metadata) if metadata.permissions().readonly() => {
                Err(io::ErrorKind::PermissionDenied.into())
            }
            _ => {
                let mut file = AtomicFile::create(&target)?;
                file.write_all(content.as_bytes())?;
                file.commit()
            }
        }
    };
    write().map_err(|error| Error::io(path, error))
}

#[cfg(test)]
mod tests {
    use citymatch::{Catalogue, Challenge, Matcher, Search, Solution};

    use super::*;

    #[test]
    fn a_long_report_is_an_index_and_a_page_a_challenge() {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        edit.put(Solution::new("s1", "Rain gardens for every street")).unwrap();
        edit.commit().unwrap();
        let matcher = Matcher::new(&catalogue).unwrap();
        let mut report = Report::new(&matcher);
        for id in ["c1", "c2"] {
            let challenge = Challenge::new(id, format!("Rain in the street {id}"));
            let search = Search::new(&challenge);
            report.add(&search, &matcher.find(search.clone()).unwrap()).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my report.html");
        let one = write(&report, &path, usize::MAX).unwrap();
        assert_eq!(one, [path.as_path()]);
        let limit = fs::metadata(&path).unwrap().len() - 1;

        let pages = write(&report, &path, usize::try_from(limit).unwrap()).unwrap();
        let names = ["challenge-0001.html", "challenge-0002.html"];
        let others = names.map(|name| folder.path().join("my report.html.pages").join(name));
        assert_eq!(pages, [&[path.clone()][..], &others].concat());
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let index = read(&path);
        assert!(
            index.contains("href=\"my%20report.html.pages/challenge-0002.html#c.c2\""),
            "{index}"
        );
        assert!(!index.contains("Rain gardens"), "matches stand in the pages");
        for (page, own) in others.iter().zip(["c1", "c2"]) {
            let page = read(page);
            assert!(page.contains("href=\"../my%20report.html\""));
            assert!(page.contains(&format!("id=\"c.{own}\"")) && page.contains("id=\"s.s1\""));
        }
    }
}
