//! What a catalogue says of itself: in a small file in its folder, and in each commit.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use citymatch_encoder::Encoder;
use serde::{Deserialize, Serialize};

use crate::engine::{FORMAT_FILE, META_FILE};
use crate::error::{Error, ErrorKind};
use crate::fs::AtomicFile;
use crate::subject::Subjects;
use crate::text::ANALYSER;

/// The oldest format that this version reads.
pub(crate) const OLDEST_READABLE: u32 = 4;
/// The format that this version writes.
pub(crate) const NEWEST: u32 = 5;
/// The first format whose records are stored with checksums. Records of an older catalogue are still
/// stored without, so that the version which made it goes on reading it.
const CHECKSUMS: u32 = 5;

/// The content of `citymatch.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Format {
    #[serde(rename = "format")]
    version: u32,
    /// What made the terms: for people; another analyzer is another format.
    #[serde(default)]
    analyzer: String,
    /// What the vectors were made with.
    pub(crate) encoder: EncoderName,
    /// The subjects that its user gave; `None` for the built-in list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subjects: Option<Subjects>,
}

impl Format {
    /// That of a catalogue which this version makes.
    pub(crate) fn new(encoder: &dyn Encoder, subjects: Option<Subjects>) -> Self {
        let (analyzer, encoder) = (ANALYSER.to_owned(), EncoderName::of(encoder));
        Self { version: NEWEST, analyzer, encoder, subjects }
    }

    /// Whether this version reads it.
    pub(crate) fn is_readable(&self) -> bool {
        (OLDEST_READABLE..=NEWEST).contains(&self.version)
    }

    /// Whether this version reads it, with the encoder of another.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        self.is_readable() && self.encoder == other.encoder
    }

    /// Whether records are stored with checksums.
    pub(crate) fn has_checksums(&self) -> bool {
        self.version >= CHECKSUMS
    }

    pub(crate) fn subjects(&self) -> Arc<Subjects> {
        self.subjects.clone().map_or_else(Subjects::builtin, Arc::new)
    }
}

/// What each commit says beside its segments.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CommitPayload {
    /// The content of `citymatch.json`, from which that file can be written again.
    #[serde(flatten)]
    pub(crate) format: Format,
    /// The segments of earlier commits that may still have index files: only these, and those of
    /// the commit itself, are ever cleared away.
    #[serde(default)]
    pub(crate) earlier_segments: Vec<String>,
}

/// What a catalogue remembers an encoder by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EncoderName {
    pub(crate) name: String,
    pub(crate) size: usize,
}

impl EncoderName {
    pub(crate) fn of(encoder: &dyn Encoder) -> Self {
        Self { name: encoder.name().to_owned(), size: encoder.size() }
    }
}

impl fmt::Display for EncoderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} values", self.name, self.size)
    }
}

impl CommitPayload {
    /// The payload of a commit, as it is written.
    pub(crate) fn text(format: &Format, earlier_segments: &[String]) -> String {
        let (format, earlier_segments) = (format.clone(), earlier_segments.to_vec());
        serde_json::to_string(&Self { format, earlier_segments })
            .expect("a struct of numbers and texts is written without an error")
    }
}

/// Makes a folder a catalogue: this file is written last. When this returns, it is on the disk.
pub(crate) fn write(folder: &Path, format: &Format) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(format)
        .expect("a struct of numbers and texts is written without an error");
    let target = folder.join(FORMAT_FILE);
    AtomicFile::create(&target)
        .and_then(|mut file| {
            writeln!(file, "{text}")?;
            file.commit()
        })
        .map_err(|source| Error::io(&target, source))
}

/// What the file in a folder says, whatever the newest commit does; `None` where it cannot be read.
pub(crate) fn in_file(folder: &Path) -> Option<Format> {
    serde_json::from_slice(&fs::read(folder.join(FORMAT_FILE)).ok()?).ok()
}

/// Writes the file again where it has been lost.
pub(crate) fn restore(folder: &Path, format: &Format) -> Result<(), Error> {
    match fs::metadata(folder.join(FORMAT_FILE)) {
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => write(folder, format),
        _ => Ok(()),
    }
}

/// What the newest commit in a folder says in place of a format file that has been lost; `None` where
/// no commit of a catalogue is there.
fn committed(folder: &Path) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Meta {
        payload: String,
    }
    let meta: Meta = serde_json::from_slice(&fs::read(folder.join(META_FILE)).ok()?).ok()?;
    let payload: serde_json::Value = serde_json::from_str(&meta.payload).ok()?;
    payload["format"].is_u64().then(|| meta.payload.into_bytes())
}

/// What the catalogue in a folder says of itself, where there is one that this version reads. Where
/// its format file has been lost, its newest commit says the same.
pub(crate) fn read(folder: &Path) -> Result<Format, Error> {
    let none = |detail: &str| {
        Error::from(ErrorKind::NoCatalogue { path: folder.to_owned(), detail: detail.to_owned() })
    };
    let metadata = match fs::metadata(folder) {
        Ok(metadata) => metadata,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(none("there is no such folder"));
        }
        Err(source) => return Err(Error::io(folder, source)),
    };
    if !metadata.is_dir() {
        return Err(none("it is a file, and a catalogue is a folder"));
    }
    let path = folder.join(FORMAT_FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            committed(folder).ok_or_else(|| none("the folder has no `citymatch.json`"))?
        }
        Err(source) => return Err(Error::io(&path, source)),
    };
    let damaged = |detail: &str| ErrorKind::Corrupt {
        path: folder.to_owned(),
        detail: format!("`{FORMAT_FILE}`: {detail}"),
    };
    let file: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| damaged(&error.to_string()))?;
    // The number before all else: in another format the rest may have another form.
    let found = file["format"]
        .as_u64()
        .and_then(|format| u32::try_from(format).ok())
        .ok_or_else(|| damaged("it has no `format`"))?;
    if !(OLDEST_READABLE..=NEWEST).contains(&found) {
        let hint = if found > NEWEST {
            ": upgrade citymatch to open it"
        } else {
            ": export its records with the version that wrote it"
        };
        let (path, hint) = (folder.to_owned(), hint.to_owned());
        return Err(ErrorKind::Format {
            path,
            found,
            oldest: OLDEST_READABLE,
            newest: NEWEST,
            hint,
        }
        .into());
    }
    let format: Format =
        serde_json::from_value(file).map_err(|error| damaged(&error.to_string()))?;
    let committed = committed(folder).and_then(|text| serde_json::from_slice(&text).ok());
    if committed.is_some_and(|committed: Format| committed != format) {
        let detail = "it is not what the newest commit says (`citymatch check --repair` mends it)";
        return Err(damaged(detail).into());
    }
    Ok(format)
}
