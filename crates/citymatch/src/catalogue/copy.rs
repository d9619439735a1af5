//! A copy of a catalogue, sound also beside a writer.
//!
//! A folder that is copied file by file while a writer merges gets a list of segments whose files
//! were removed before their turn came. So all files are opened first, while the engine's lock for
//! readers holds the writer's clean-up back; an open file can be read to its end whatever becomes
//! of its name. Then they are written under another name, verified, and renamed into their place.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Cursor, ErrorKind as IoErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::{Directory, META_LOCK};

use super::builder::absolute;
use super::check::damaged_files;
use super::staged_folder::StagedFolder;
use super::{Catalogue, format, index_files};
use crate::engine::{FORMAT_FILE, MANAGED_FILE, META_FILE, STORE, SegmentList};
use crate::error::{Error, ErrorKind};
use crate::fs::{parent, sync_folder};
use crate::progress::Progress;

/// How many bytes are read at once.
const BLOCK: usize = 1 << 20;
/// How often files are opened anew that a writer has removed. It does so only where no lock could
/// be made, as in a folder that may only be read here and is written elsewhere.
const TRIES: usize = 5;

/// A file of the source that is open.
struct Source {
    name: PathBuf,
    bytes: u64,
    content: Box<dyn Read>,
}

/// All files of one commit.
struct Sources {
    files: Vec<Source>,
    /// The list of segments, which comes to the copy as it is.
    meta: Vec<u8>,
}

impl Catalogue {
    /// Copies the newest commit into a folder that does not exist yet: a backup, or a catalogue in
    /// memory put on the disk.
    ///
    /// The copy is sound whatever is committed and merged meanwhile, also by other processes, and a
    /// writer does not wait for it. Its files have been compared with their checksums. When this
    /// returns, it is on the disk. Cut short, it leaves nothing that looks like a catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::DestinationExists`] where there is something already, [`ErrorKind::Corrupt`]
    /// where a file of this catalogue is damaged, [`ErrorKind::Io`] where a file cannot be read or
    /// the disk refuses. Nothing is left at the destination then; where only the very last sync
    /// failed, the copy is there, and [`Error::committed`] is true.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let backup = folder.path().join("backup.cm");
    /// use citymatch::{Catalogue, Solution};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit()?;
    /// edit.put(Solution::new("s1", "Rain gardens"))?;
    /// edit.commit()?;
    /// catalogue.copy(&backup)?;
    /// assert_eq!(Catalogue::open(&backup)?.snapshot()?.solutions().len(), 1);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn copy(&self, destination: impl AsRef<Path>) -> Result<(), Error> {
        self.copy_unless_cancelled(destination, &Progress::default())
    }

    /// [`copy`](Self::copy), which another thread can stop. For the Python module.
    #[doc(hidden)]
    pub fn copy_unless_cancelled(
        &self,
        destination: impl AsRef<Path>,
        progress: &Progress,
    ) -> Result<(), Error> {
        let target = absolute(destination.as_ref())?;
        let staged = StagedFolder::begin(&target)?;
        let sources = self.open_files()?;
        let names = [MANAGED_FILE, META_FILE, FORMAT_FILE].map(PathBuf::from);
        let wanted = sources.files.iter().map(|file| file.bytes).sum::<u64>()
            + sources.meta.len() as u64 * names.len() as u64;
        let written = self.write_copy(&staged, sources, progress);
        let written = written.map_err(|error| staged.blame(error));
        let published = written.and_then(|()| {
            progress.commit()?;
            staged.publish()
        });
        // What was written in vain has been removed by now.
        published.map_err(|error| error.with_space(wanted, parent(&target)))
    }

    fn open_files(&self) -> Result<Sources, Error> {
        for _ in 1..TRIES {
            if let Some(sources) = self.try_to_open_files()? {
                return Ok(sources);
            }
        }
        let detail = "files that its list of segments names are missing";
        self.try_to_open_files()?.ok_or_else(|| self.inner.context.location.corrupt(detail))
    }

    /// Opens the files of the newest commit; none where a writer has removed one meanwhile.
    fn try_to_open_files(&self) -> Result<Option<Sources>, Error> {
        let context = &self.inner.context;
        let failed = |error: TantivyError| context.location.error("copying", error);
        let _opening =
            self.inner.files.acquire_lock(&META_LOCK).map_err(|error| failed(error.into()))?;
        let meta = super::read_meta(&self.inner.index, context)?;
        let list = SegmentList::read(&meta).map_err(|detail| context.location.corrupt(detail))?;
        let mut sources = Sources { files: Vec::new(), meta };
        for name in list.files() {
            let source = match context.location.folder() {
                Some(folder) => open(folder, &name).map_err(|error| self.unreadable(&name, error)),
                None => self.open_in_memory(&name),
            };
            sources.files.extend(source?);
        }
        let is_open = |name: PathBuf| sources.files.iter().any(|source| source.name == name);
        // That all the others are there is seen when the copy is opened.
        if !list.segments.iter().all(|segment| is_open(segment.file(STORE))) {
            return Ok(None);
        }
        if let Some(folder) = context.location.folder() {
            for name in index_files::of_segments(folder, &list) {
                let source = open(folder, &name).map_err(|error| self.unreadable(&name, error))?;
                sources.files.extend(source);
            }
        }
        Ok(Some(sources))
    }

    fn open_in_memory(&self, name: &Path) -> Result<Option<Source>, Error> {
        let context = &self.inner.context;
        let failed = |error: TantivyError| context.location.error("copying", error);
        let files = &self.inner.files;
        if !files.exists(name).map_err(|error| failed(error.into()))? {
            return Ok(None);
        }
        let file = files.open_read(name).map_err(|error| failed(error.into()))?;
        let bytes = file.read_bytes().map_err(|error| failed(error.into()))?;
        let (name, length) = (name.to_owned(), bytes.len() as u64);
        Ok(Some(Source { name, bytes: length, content: Box::new(Cursor::new(bytes)) }))
    }

    fn unreadable(&self, name: &Path, error: io::Error) -> Error {
        self.inner.context.location.file_error(name, error)
    }

    fn write_copy(
        &self,
        staged: &StagedFolder,
        sources: Sources,
        progress: &Progress,
    ) -> Result<(), Error> {
        let Sources { files, meta } = sources;
        let names: BTreeSet<PathBuf> = files
            .iter()
            .map(|source| source.name.clone())
            .filter(|name| !name.starts_with(index_files::FOLDER))
            .chain([PathBuf::from(META_FILE)])
            .collect();
        for mut source in files {
            self.write(staged, &mut source, progress)?;
        }
        let managed = serde_json::to_vec(&names).expect("names of segments are plain text");
        for (name, content) in [(MANAGED_FILE, managed), (META_FILE, meta)] {
            let (name, bytes) = (PathBuf::from(name), content.len() as u64);
            let content = Box::new(Cursor::new(content));
            self.write(staged, &mut Source { name, bytes, content }, progress)?;
        }
        format::write(staged.path(), &self.inner.context.format)?;
        let derived = staged.path().join(index_files::FOLDER);
        if derived.exists() {
            sync_folder(&derived).map_err(|source| Error::io(&derived, source))?;
        }
        self.verify(staged)
    }

    /// Writes a file of the copy, and waits until its bytes are on the disk.
    fn write(
        &self,
        staged: &StagedFolder,
        source: &mut Source,
        progress: &Progress,
    ) -> Result<(), Error> {
        let path = staged.path().join(&source.name);
        let failed = |error| Error::io(&path, error);
        fs::create_dir_all(parent(&path)).map_err(failed)?;
        let mut file = File::create_new(&path).map_err(failed)?;
        let mut block = vec![0; BLOCK.min(usize::try_from(source.bytes).unwrap_or(BLOCK) + 1)];
        loop {
            progress.check()?;
            match source.content.read(&mut block) {
                Ok(0) => break,
                Ok(read) => file.write_all(&block[..read]).map_err(failed)?,
                Err(error) if error.kind() == IoErrorKind::Interrupted => {}
                Err(error) => return Err(self.unreadable(&source.name, error)),
            }
        }
        file.sync_all().map_err(failed)
    }

    /// Opens the copy as its readers will, and compares its files with their checksums. What is
    /// wrong with it is wrong with this catalogue.
    fn verify(&self, staged: &StagedFolder) -> Result<(), Error> {
        let location = &self.inner.context.location;
        let blame = |error: Error| match error.kind() {
            ErrorKind::Corrupt { detail, .. } => location.corrupt(detail.clone()),
            _ => error,
        };
        let copy = Self::open(staged.path()).map_err(blame)?;
        let damaged = location.read("checking files", || damaged_files(&copy.inner.index))?;
        match damaged.into_iter().next() {
            Some(wrong) => Err(location.corrupt(wrong)),
            None => Ok(()),
        }
    }
}

/// A file of a folder; none where there is none of that name.
fn open(folder: &Path, name: &Path) -> io::Result<Option<Source>> {
    match File::open(folder.join(name)) {
        Ok(file) => {
            let bytes = file.metadata()?.len();
            Ok(Some(Source { name: name.to_owned(), bytes, content: Box::new(file) }))
        }
        Err(error) if error.kind() == IoErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
