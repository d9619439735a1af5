//! The version of a catalogue's format, in a small file that stands in its folder.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use citymatch_encoder::Encoder;
use serde::{Deserialize, Serialize};

use crate::engine::FORMAT_FILE;
use crate::error::{Error, ErrorKind};
use crate::fs::AtomicFile;
use crate::text::ANALYSER;

/// The oldest format that this version reads.
pub(crate) const OLDEST_READABLE: u32 = 1;
/// The format that this version writes.
pub(crate) const NEWEST: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct FormatFile {
    format: u32,
    /// What made the terms: for people; another analyzer is another format.
    #[serde(default)]
    analyzer: String,
    /// What the vectors were made with.
    encoder: EncoderName,
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

/// Makes a folder a catalogue: this file is written last. When this returns, it is on the disk.
pub(crate) fn write(folder: &Path, encoder: &dyn Encoder) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(&FormatFile {
        format: NEWEST,
        analyzer: ANALYSER.to_owned(),
        encoder: EncoderName::of(encoder),
    })
    .expect("a struct of a number and a text is written without an error");
    let target = folder.join(FORMAT_FILE);
    AtomicFile::create(&target)
        .and_then(|mut file| {
            writeln!(file, "{text}")?;
            file.commit()
        })
        .map_err(|source| Error::io(&target, source))
}

/// Whether the folder is a catalogue that this version reads, and with which encoder it was made.
pub(crate) fn check(folder: &Path) -> Result<EncoderName, Error> {
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
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(none("the folder has no `citymatch.json`"));
        }
        Err(source) => return Err(Error::io(&path, source)),
    };
    let damaged = |detail: &str| ErrorKind::Corrupt {
        path: folder.to_owned(),
        detail: format!("`{FORMAT_FILE}`: {detail}"),
    };
    let file: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| damaged(&error.to_string()))?;
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
    let file: FormatFile =
        serde_json::from_value(file).map_err(|error| damaged(&error.to_string()))?;
    Ok(file.encoder)
}
