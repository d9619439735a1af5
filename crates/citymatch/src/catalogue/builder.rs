//! How catalogues are made and opened.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use citymatch_encoder::{Encoder, StaticEncoder};
use tantivy::directory::{Directory, MmapDirectory, RamDirectory};
use tantivy::{Index, IndexSettings};

use super::Catalogue;
use super::format::{self, EncoderName};
use super::snapshot::CatalogueContext;
use crate::engine::{Fields, Folder, Journal, JournalDirectory};
use crate::error::{Error, ErrorKind};

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
}

impl CatalogueBuilder {
    /// The encoder that makes vectors of texts. The default is the built-in one.
    #[must_use]
    pub fn encoder(mut self, encoder: Arc<dyn Encoder>) -> Self {
        self.encoder = Some(encoder);
        self
    }

    /// Makes a catalogue in a folder that does not exist yet, or is empty.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] where there is something already.
    pub fn create(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = path.as_ref();
        let occupied = match fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_some(),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => false,
            Err(_) if path.is_file() => true,
            Err(source) => return Err(Error::io(path, source)),
        };
        if occupied {
            return Err(ErrorKind::Exists { path: path.to_owned() }.into());
        }
        fs::create_dir_all(path).map_err(|source| Error::io(path, source))?;
        make_index(folder(path)?, Fields::new())?;
        format::write(path, &*self.encoder_or_builtin())?;
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
    /// [`ErrorKind::Encoder`] where it was made with another encoder than the given one.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = path.as_ref();
        let made_with = format::check(path)?;
        let encoder = if let Some(given) = self.encoder {
            let found = EncoderName::of(&*given);
            if made_with != found {
                let (expected, found) = (made_with.to_string(), found.to_string());
                let path = path.to_owned();
                return Err(ErrorKind::Encoder { path, found, expected }.into());
            }
            Some(given)
        } else {
            let builtin = StaticEncoder::builtin();
            (made_with == EncoderName::of(&builtin)).then(|| Arc::new(builtin) as Arc<dyn Encoder>)
        };
        let corrupt = |detail: String| ErrorKind::Corrupt { path: path.to_owned(), detail };
        let journal = Arc::default();
        let folder = JournalDirectory::new(folder(path)?, &journal);
        let index = Index::open(folder).map_err(|error| corrupt(error.to_string()))?;
        let fields = Fields::new();
        if index.schema() != fields.schema {
            return Err(corrupt("its fields are not those of its format".to_owned()).into());
        }
        Catalogue::with_index(
            index,
            CatalogueContext { path: Some(path.to_owned()), fields, encoder, journal },
        )
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
        let fields = Fields::new();
        let journal: Arc<Journal> = Arc::default();
        let directory = JournalDirectory::new(RamDirectory::create(), &journal);
        let index = make_index(directory, fields.clone())?;
        let encoder = Some(self.encoder_or_builtin());
        Catalogue::with_index(index, CatalogueContext { path: None, fields, encoder, journal })
    }

    fn encoder_or_builtin(&self) -> Arc<dyn Encoder> {
        self.encoder.clone().unwrap_or_else(|| Arc::new(StaticEncoder::builtin()))
    }
}

fn make_index(directory: impl Into<Box<dyn Directory>>, fields: Fields) -> Result<Index, Error> {
    // A small segment is not worth a thread.
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    Index::create(directory, fields.schema, settings)
        .map_err(|error| Error::engine("making a catalogue", error))
}

fn folder(path: &Path) -> Result<Folder, Error> {
    MmapDirectory::open(path).map(Folder).map_err(|error| Error::engine("opening a folder", error))
}
