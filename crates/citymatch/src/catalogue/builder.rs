//! How catalogues are made and opened.

use std::fmt;
use std::fs;
use std::io;
use std::path::{self, Path, PathBuf};
use std::sync::Arc;

use citymatch_encoder::{Encoder, StaticEncoder};
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, META_LOCK, RamDirectory};
use tantivy::{Index, IndexSettings, TantivyError};

use super::Catalogue;
use super::format::{self, EncoderName, Format};
use super::snapshot::CatalogueContext;
use crate::encoding::Encoding;
use crate::engine::{
    FORMAT_FILE, Fields, Folder, Journal, JournalDirectory, Location, MANAGED_FILE, META_FILE,
};
use crate::error::{Error, ErrorKind};
use crate::fs::{create_folder, is_temporary};
use crate::subject::Subjects;

/// Makes and opens catalogues. Made by [`Catalogue::builder`].
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use citymatch::{Catalogue, encoder::StaticEncoder};
/// let catalogue = Catalogue::builder().encoder(Arc::new(StaticEncoder::builtin())).in_memory()?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct CatalogueBuilder {
    /// `None`: the built-in one.
    encoder: Option<Arc<dyn Encoder>>,
    /// `None`: the built-in ones.
    subjects: Option<Arc<Subjects>>,
}

impl fmt::Debug for CatalogueBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoder = self.encoder.as_ref().map(|encoder| encoder.name());
        let subjects = self.subjects.as_ref().map(|subjects| subjects.name());
        let mut debug = f.debug_struct("CatalogueBuilder");
        debug.field("encoder", &encoder).field("subjects", &subjects).finish()
    }
}

impl CatalogueBuilder {
    /// The encoder that makes vectors of texts. The default is the built-in one.
    #[must_use]
    pub fn encoder(mut self, encoder: Arc<dyn Encoder>) -> Self {
        self.encoder = Some(encoder);
        self
    }

    /// The subjects by which the signal `subject` compares texts. The default is the built-in list
    /// or, for a catalogue that exists, the list that it was made with.
    #[must_use]
    pub fn subjects(mut self, subjects: Subjects) -> Self {
        self.subjects = Some(Arc::new(subjects));
        self
    }

    /// Makes a catalogue in a folder that does not exist yet, or is empty. When this returns, the
    /// catalogue is on the disk.
    ///
    /// A folder that holds nothing but what an earlier call left, which was killed before it was
    /// done, counts as empty.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] where there is something already, [`ErrorKind::Locked`] while another
    /// process makes a catalogue there.
    pub fn create(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = absolute(path.as_ref())?;
        make_in(&path, &self.format())?;
        self.open(path)
    }

    /// Opens a catalogue.
    ///
    /// Reading needs no right to write. Without an [`encoder`](Self::encoder) a catalogue that was
    /// made with another one than the built-in is opened all the same, and solutions are then
    /// ranked by `words` alone.
    ///
    /// # Errors
    /// [`ErrorKind::NoCatalogue`] where there is none, [`ErrorKind::Format`] where a newer version
    /// wrote it, [`ErrorKind::Corrupt`] where its files contradict each other,
    /// [`ErrorKind::Encoder`] where it was made with another encoder than the given one,
    /// [`ErrorKind::InvalidOption`] where it was made with other subjects than the given ones.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = absolute(path.as_ref())?;
        let format = format::read(&path)?;
        let made_with = &format.encoder;
        let encoder = if let Some(given) = self.encoder {
            let found = EncoderName::of(&*given);
            if *made_with != found {
                let (expected, found) = (made_with.to_string(), found.to_string());
                return Err(ErrorKind::Encoder { path, found, expected }.into());
            }
            Some(given)
        } else {
            let builtin = StaticEncoder::builtin();
            (*made_with == EncoderName::of(&builtin)).then(|| Arc::new(builtin) as Arc<dyn Encoder>)
        };
        let subjects = format.subjects();
        if let Some(given) = self.subjects.filter(|given| *given != subjects) {
            let expected =
                format!("`{}`, as in the catalogue at {}", subjects.name(), path.display());
            return Err(Error::option("subjects", given.name(), &expected));
        }
        let encoding = encoder.map(|encoder| Arc::new(Encoding::new(encoder, subjects)));
        let (folder, location) = folder(&path)?;
        let journal = Arc::default();
        let files = JournalDirectory::new(folder, &journal);
        let index = location.read("opening a catalogue", || Index::open(files.clone()))?;
        let fields = Fields::new(format.has_checksums());
        if index.schema() != fields.schema {
            return Err(location.corrupt("its fields are not those of its format"));
        }
        let context = CatalogueContext { location, format, fields, encoding, journal };
        Catalogue::with_index(index, files, context)
    }

    /// Opens the catalogue of a folder, or makes one where the folder does not exist or is empty.
    ///
    /// # Errors
    /// Those of [`create`](Self::create) and [`open`](Self::open), save [`ErrorKind::Exists`].
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("catalogue.cm");
    /// use citymatch::Catalogue;
    /// let made = Catalogue::builder().open_or_create(&path)?;
    /// let opened = Catalogue::builder().open_or_create(&path)?;
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn open_or_create(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        match self.clone().create(path.as_ref()) {
            Err(error) if matches!(error.kind(), ErrorKind::Exists { .. }) => self.open(path),
            made => made,
        }
    }

    /// A catalogue in memory, gone with its last clone.
    ///
    /// # Errors
    /// None that a caller can bring about.
    pub fn in_memory(self) -> Result<Catalogue, Error> {
        let format = self.format();
        let fields = Fields::new(format.has_checksums());
        let location = Location::in_memory();
        let journal: Arc<Journal> = Arc::default();
        let files = JournalDirectory::new(RamDirectory::create(), &journal);
        let index = make_index(files.clone(), fields.clone())
            .map_err(|error| location.error("making a catalogue", error))?;
        let encoding = Encoding::new(self.encoder_or_builtin(), format.subjects());
        let encoding = Some(Arc::new(encoding));
        let context = CatalogueContext { location, format, fields, encoding, journal };
        Catalogue::with_index(index, files, context)
    }

    /// What a catalogue that is made now says of itself.
    pub(super) fn format(&self) -> Format {
        let subjects = self.subjects.as_deref().cloned();
        Format::new(&*self.encoder_or_builtin(), subjects)
    }

    fn encoder_or_builtin(&self) -> Arc<dyn Encoder> {
        self.encoder.clone().unwrap_or_else(|| Arc::new(StaticEncoder::builtin()))
    }
}

/// Makes an empty catalogue that says this of itself.
pub(super) fn make_in(path: &Path, format: &Format) -> Result<(), Error> {
    let vacant = || match is_vacant(path) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let is_catalogue = format::read(path).is_ok();
            Err(Error::from(ErrorKind::Exists { path: path.to_owned(), is_catalogue }))
        }
        Err(error) => Err(error),
    };
    vacant()?;
    create_folder(path).map_err(|source| Error::io(path, source))?;
    let (folder, location) = folder(path)?;
    let lock = folder.acquire_lock(&INDEX_WRITER_LOCK);
    let lock = lock.map_err(|error| location.error("making a catalogue", error))?;
    // Another process may have made one before this one had the lock.
    vacant()?;
    make_index(folder, Fields::new(format.has_checksums()))
        .map_err(|error| location.error("making a catalogue", error))?;
    format::write(path, format)?;
    drop(lock);
    Ok(())
}

fn make_index(
    directory: impl Into<Box<dyn Directory>>,
    fields: Fields,
) -> Result<Index, TantivyError> {
    // A small segment is not worth a thread.
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    Index::create(directory, fields.schema, settings)
}

/// A path that stays the same place whatever becomes of the working directory.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    path::absolute(path).map_err(|source| Error::io(path, source))
}

pub(super) fn folder(path: &Path) -> Result<(Folder, Location), Error> {
    let folder = Folder::open(path)
        .map_err(|error| Location::in_folder(path, path).error("opening a folder", error))?;
    let location = Location::in_folder(path, folder.root());
    Ok((folder, location))
}

/// Whether a catalogue can be made at a path: there is no folder, or an empty one, or one with
/// nothing but the beginnings of a catalogue.
fn is_vacant(path: &Path) -> Result<bool, Error> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(_) if path.is_file() => return Ok(false),
        Err(source) => return Err(Error::io(path, source)),
    };
    for entry in entries {
        let entry = entry.map_err(|source| Error::io(path, source))?;
        if !is_beginning(&entry.path())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a file is one that making a catalogue leaves when it is cut short: a lock, a temporary
/// file, the engine's list of no segment, or a format file that is not whole.
fn is_beginning(file: &Path) -> Result<bool, Error> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let locks = [&INDEX_WRITER_LOCK.filepath, &META_LOCK.filepath];
    let is_known = name == MANAGED_FILE || locks.iter().any(|lock| **lock == *Path::new(name));
    let written = [FORMAT_FILE, META_FILE, MANAGED_FILE];
    if is_known || written.iter().any(|target| is_temporary(name, target)) {
        return Ok(file.is_file());
    }
    if !file.is_file() || !written.contains(&name) {
        return Ok(false);
    }
    let text = fs::read(file).map_err(|source| Error::io(file, source))?;
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(&text) else {
        // Cut short by a power cut.
        return Ok(true);
    };
    Ok(name == META_FILE && json["segments"].as_array().is_some_and(Vec::is_empty))
}
