//! A limit on what compressed files unpack to: a zip bomb of some kilobytes holds gigabytes.

use std::io::{self, Read};

/// The most bytes that the parts of a file may unpack to together. A workbook of a million rows and
/// a document of ten thousand pages have less.
pub(crate) const UNPACKED_LIMIT: u64 = 256 << 20;

/// What a file may still unpack to.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
}

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

#[cfg(test)]
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
