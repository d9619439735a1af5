//! Repairs a catalogue: what can be written again is, and else every record that can still be read
//! is put into a new one.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK};

use super::CatalogueBuilder;
use super::builder::{absolute, folder, make_in};
use super::format::{self, CommitPayload, Format};
use super::salvage::{self, Salvage, Saved};
use super::staged_folder::StagedFolder;
use crate::engine::{FORMAT_FILE, Location, MANAGED_FILE, META_FILE, SegmentList};
use crate::error::{Error, ErrorKind, LockHolder};
use crate::fs::AtomicFile;
use crate::record::Record;

/// What a repair has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// The new folder with all records that could be saved; `None` where the catalogue itself is
    /// sound now.
    pub saved_into: Option<PathBuf>,
    /// How many solutions there are now, in the catalogue or in the new one.
    pub solutions: usize,
    /// How many challenges there are now.
    pub challenges: usize,
    /// What was written again in the catalogue's own folder, one sentence each.
    pub mended: Vec<String>,
    /// What could not be saved, and what was saved but has to be looked over, one sentence each.
    pub lost: Vec<String>,
}

impl CatalogueBuilder {
    /// Repairs a catalogue that [`check`](super::Catalogue::check) finds wrong, or that cannot be
    /// opened.
    ///
    /// Small files that follow from others are written again where they are. Where more is wrong,
    /// the folder is left as it is, and all records that can be read are put into a new catalogue at
    /// `into`, where there must be nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::NoCatalogue`] where there is nothing to repair, [`ErrorKind::Locked`] while
    /// another writer is at work, [`ErrorKind::DestinationExists`], and [`ErrorKind::Corrupt`] where
    /// no record can be read.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let (path, into) = (folder.path().join("c.cm"), folder.path().join("saved.cm"));
    /// use citymatch::{Catalogue, Solution};
    /// let mut edit = Catalogue::create(&path)?.edit()?;
    /// edit.put(Solution::new("s1", "Rain gardens"))?;
    /// edit.commit()?;
    /// std::fs::remove_file(path.join("citymatch.json")).unwrap();
    /// let repair = Catalogue::builder().repair(&path, &into)?;
    /// assert_eq!((repair.solutions, repair.mended.len(), repair.saved_into), (1, 1, None));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn repair(self, path: impl AsRef<Path>, into: impl AsRef<Path>) -> Result<Repair, Error> {
        let (path, into) = (absolute(path.as_ref())?, absolute(into.as_ref())?);
        let mut repair = Repair::default();
        if !path.is_dir() {
            // It says what is there instead.
            format::read(&path)?;
        }
        let (directory, location) = folder(&path)?;
        let lock = lock(&directory, &location)?;
        let list = list(&path)?;
        if let (Ok(list), Some(_)) = (&list, &lock) {
            repair.mended = mend(&path, list, &self.format())?;
        }
        if let Some(sound) = self.sound(&path)? {
            return Ok(Repair { mended: repair.mended, ..sound });
        }
        let format = match format::read(&path) {
            Ok(format) => format,
            Err(error) if matches!(error.kind(), ErrorKind::Format { .. }) => return Err(error),
            Err(error) if salvage::has_segments(&path) => {
                let file = format::in_file(&path).filter(|file| file.fits(&self.format()));
                let taken = if file.is_some() {
                    "the file is taken, as its encoder is at hand"
                } else {
                    "what its encoder and subjects were is lost, and the built-in ones are taken"
                };
                repair.lost.push(format!("{error}: {taken}"));
                file.unwrap_or_else(|| self.format())
            }
            Err(error) => return Err(error),
        };
        self.save(&format, &path, list, &into, &mut repair)?;
        Ok(repair)
    }

    /// What there is in the catalogue, where it is sound.
    fn sound(&self, path: &Path) -> Result<Option<Repair>, Error> {
        let opened = self.clone().open(path).and_then(|catalogue| {
            let snapshot = catalogue.snapshot()?;
            let found = Repair {
                solutions: snapshot.solutions().len(),
                challenges: snapshot.challenges().len(),
                ..Repair::default()
            };
            Ok((catalogue.check()?.is_empty(), found))
        });
        match opened {
            Ok((true, found)) => Ok(Some(found)),
            Ok((false, _)) => Ok(None),
            Err(error) => match error.kind() {
                ErrorKind::Corrupt { .. } | ErrorKind::NoCatalogue { .. } => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Puts what can be read into a new catalogue.
    fn save(
        self,
        format: &Format,
        path: &Path,
        list: Result<SegmentList, String>,
        into: &Path,
        repair: &mut Repair,
    ) -> Result<(), Error> {
        let mut found = Salvage::open(path, list)?;
        repair.lost.extend(found.problems());
        let staged = StagedFolder::begin(into)?;
        let filled = self.fill(staged.path(), format, &mut found, repair);
        filled.map_err(|error| staged.blame(error))?;
        repair.lost.extend(found.lost());
        if repair.solutions + repair.challenges == 0 {
            let detail = format!("no record of it could be saved: {}", repair.lost.join("; "));
            return Err(ErrorKind::Corrupt { path: path.to_owned(), detail }.into());
        }
        staged.publish()?;
        repair.saved_into = Some(into.to_owned());
        Ok(())
    }

    /// Makes a catalogue of the records that can be read.
    fn fill(
        self,
        folder: &Path,
        format: &Format,
        found: &mut Salvage,
        repair: &mut Repair,
    ) -> Result<(), Error> {
        make_in(folder, format)?;
        let saved = self.open(folder)?;
        let mut edit = saved.edit()?.text_limit(usize::MAX);
        let mut seen = HashSet::new();
        found.each(|record| {
            // Those that are certain come first: they are newer than what was replaced by them.
            if !seen.insert(record.id().to_owned()) {
                return Ok(());
            }
            let put = match record {
                Saved::Solution(solution) => put(&mut edit, *solution),
                Saved::Challenge(challenge) => put(&mut edit, *challenge),
            };
            repair.lost.extend(put?);
            Ok(())
        })?;
        edit.commit()?;
        let snapshot = saved.snapshot()?;
        (repair.solutions, repair.challenges) =
            (snapshot.solutions().len(), snapshot.challenges().len());
        Ok(())
    }
}

/// Puts a record; a sentence where it may not go in.
fn put<R: Record>(edit: &mut super::Edit, record: R) -> Result<Option<String>, Error> {
    match edit.put(record) {
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::InvalidRecord { .. }) => {
            Ok(Some(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The writer's lock; none where nothing can be written, as in a backup that is mounted read-only.
fn lock(directory: &impl Directory, location: &Location) -> Result<Option<DirectoryLock>, Error> {
    match directory.acquire_lock(&INDEX_WRITER_LOCK) {
        Ok(lock) => Ok(Some(lock)),
        Err(LockError::LockBusy) => {
            Err(ErrorKind::Locked { path: location.name(), holder: LockHolder::OtherProcess }
                .into())
        }
        Err(_) => Ok(None),
    }
}

/// The list of segments, or what is wrong with it.
fn list(path: &Path) -> Result<Result<SegmentList, String>, Error> {
    match fs::read(path.join(META_FILE)) {
        Ok(bytes) => Ok(SegmentList::read(&bytes)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            Ok(Err(format!("`{META_FILE}` is missing")))
        }
        Err(source) => Err(Error::io(path.join(META_FILE), source)),
    }
}

/// Writes the small files again that follow from the list of segments. `own` is what this builder
/// makes: where the file fits that and the commit does not, it is the commit that is damaged.
fn mend(path: &Path, list: &SegmentList, own: &Format) -> Result<Vec<String>, Error> {
    let mut mended = Vec::new();
    let (payload, file) = (list.payload.as_deref(), format::in_file(path));
    if let Some(payload) = payload.and_then(|text| serde_json::from_str::<CommitPayload>(text).ok())
        && payload.format.is_readable()
        && file.as_ref() != Some(&payload.format)
        && (payload.format.fits(own) || !file.is_some_and(|file| file.fits(own)))
    {
        format::write(path, &payload.format)?;
        mended.push(format!("`{FORMAT_FILE}` was written again, as the newest commit has it"));
    }
    let managed = path.join(MANAGED_FILE);
    let is_sound = match fs::read(&managed) {
        Ok(bytes) => serde_json::from_slice::<Vec<PathBuf>>(&bytes).is_ok(),
        // The engine does without.
        Err(source) => source.kind() == io::ErrorKind::NotFound,
    };
    if !is_sound {
        let files: Vec<PathBuf> = list.files().filter(|file| path.join(file).exists()).collect();
        write_managed(&managed, &files).map_err(|source| Error::io(&managed, source))?;
        mended.push(format!("`{MANAGED_FILE}` was written again"));
    }
    Ok(mended)
}

fn write_managed(path: &Path, files: &[PathBuf]) -> io::Result<()> {
    use std::io::Write;
    let mut file = AtomicFile::create(path)?;
    file.write_all(&serde_json::to_vec(files)?)?;
    file.commit()
}
