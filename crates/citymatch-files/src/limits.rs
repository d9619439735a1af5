//! Limits for what people did not write by hand. A zip bomb of some kilobytes holds gigabytes, and a
//! damaged file may make a library panic. Reading a file takes 1 GB of memory at most.

use std::fs::File;
#[cfg(any(feature = "calls", feature = "xlsx"))]
use std::io;
use std::io::Read;
#[cfg(any(feature = "parquet", feature = "xlsx"))]
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use citymatch::Error;

use crate::invalid_file;

/// The most bytes of a file that is read as a whole.
const FILE_LIMIT: u64 = 256 << 20;

/// The most bytes of a JSON object: it takes up to sixteen times as many once it is read.
pub(crate) const OBJECT_LIMIT: usize = 16 << 20;

/// The most bytes that the parts of a file may unpack to together. A workbook of a million rows and
/// a document of ten thousand pages have less.
#[cfg(any(feature = "calls", feature = "parquet", feature = "xlsx"))]
pub(crate) const UNPACKED_LIMIT: u64 = 256 << 20;

/// What a library does with a file, with an error if it panics over a damaged one.
#[cfg(any(feature = "parquet", feature = "xlsx"))]
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("it is damaged".to_owned()))
}

/// The bytes of a file, if it is not too large.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let io = |err| Error::io(path, err);
    read_whole(path, &mut File::open(path).map_err(io)?)
}

/// The bytes of a file that is open, if they are not too many.
pub(crate) fn read_whole(path: &Path, file: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(|err| Error::io(path, err))?;
    if bytes.len() as u64 > FILE_LIMIT {
        let found = format!("more than {} MB", FILE_LIMIT >> 20);
        let expected = "a smaller file: divide it, or save it as JSONL, which is read line by line";
        return Err(invalid_file(path, None, "content", &found, expected));
    }
    Ok(bytes)
}

/// What a file may still unpack to.
#[cfg(any(feature = "calls", feature = "xlsx"))]
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
}

#[cfg(any(feature = "calls", feature = "xlsx"))]
impl Budget {
    pub(crate) fn new(limit: u64) -> Self {
        Self { left: limit }
    }

    /// Reads a part to its end; `None` if it is more than the file may still unpack to.
    #[cfg(feature = "calls")]
    pub(crate) fn read(&mut self, part: impl Read) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        // One byte more than is left tells a part that is too large from one that just fits.
        part.take(self.left.saturating_add(1)).read_to_end(&mut bytes)?;
        let length = bytes.len() as u64;
        Ok(self.spend(length).then_some(bytes))
    }

    /// Counts the bytes of a part without keeping them; false if they are too many.
    pub(crate) fn count(&mut self, part: impl Read) -> io::Result<bool> {
        let length = io::copy(&mut part.take(self.left.saturating_add(1)), &mut io::sink())?;
        Ok(self.spend(length))
    }

    fn spend(&mut self, length: u64) -> bool {
        let fits = length <= self.left;
        self.left = self.left.saturating_sub(length);
        fits
    }
}

#[cfg(all(test, any(feature = "calls", feature = "xlsx")))]
mod tests {
    use super::*;

    #[test]
    fn parts_together_may_not_exceed_the_limit() {
        let mut budget = Budget::new(5);
        assert!(budget.count(&b"abc"[..]).unwrap());
        assert!(budget.count(&b"de"[..]).unwrap());
        assert!(!budget.count(&b"f"[..]).unwrap());
        assert!(!Budget::new(2).count(io::repeat(0)).unwrap());
    }

    #[cfg(feature = "calls")]
    #[test]
    fn a_part_is_read_if_it_fits() {
        let mut budget = Budget::new(3);
        assert_eq!(budget.read(&b"abc"[..]).unwrap().as_deref(), Some(&b"abc"[..]));
        assert_eq!(budget.read(&b"d"[..]).unwrap(), None);
        assert_eq!(Budget::new(2).read(io::repeat(0)).unwrap(), None);
    }
}
