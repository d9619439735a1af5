//! The layout of the index's files: columns of fixed-size items, read in place.
//!
//! A file is a magic number, a checksum of everything after it, and columns, each preceded by its
//! length in bytes. It is not parsed into structures: a [`Column`] is a range of the file's bytes,
//! which are those of a memory-mapped file, and an item is decoded when it is read. So opening a
//! file allocates nothing however large it is, the operating system shares its pages among
//! processes, and pages that no query reads are dropped from memory first.
//!
//! Two things make that safe. Items are arrays of bytes, which have no alignment, and numbers are
//! made of them as little-endian, so any offset in the file and any processor will do. And a file
//! is checked once when it is opened, by the checksum here and by its structure in the types that
//! consist of columns, so that reads afterwards find every index in range. A damaged file is
//! refused as a whole, and the index is built again from the records.

use std::ops::Range;

use ownedbytes::OwnedBytes;

use crate::kernel::prefetch;

/// The first bytes of a file. A changed layout gets another number.
const MAGIC: &[u8; 8] = b"cmindexA";

/// The length of a checksum.
const CHECKSUM: usize = 4;

/// The length of the number before a column that says how many bytes the column has.
pub(super) const LENGTH: usize = 8;

/// Writes columns one after the other, each preceded by its length.
///
/// It holds the whole file, with room for the checksum in front, so that at the end nothing is copied.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        Self::for_columns(0)
    }

    /// A writer that has memory for columns of so many bytes, with the lengths before them.
    pub(super) fn for_columns(bytes: usize) -> Self {
        let mut file = Vec::with_capacity(MAGIC.len() + CHECKSUM + bytes);
        file.extend(MAGIC);
        file.extend([0; CHECKSUM]);
        Self(file)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.extend(bytes);
    }

    /// A column of so many integers, from its parts.
    pub(super) fn integers(&mut self, length: usize, parts: impl Iterator<Item = Vec<i8>>) {
        self.length(length);
        let end = self.0.len() + length;
        for part in parts {
            self.0.extend(part.iter().map(|integer| integer.cast_unsigned()));
        }
        debug_assert_eq!(self.0.len(), end, "the parts have the length of the column");
    }

    /// How many bytes the columns have so far, with the lengths before them.
    pub(super) fn columns(&self) -> usize {
        self.0.len() - MAGIC.len() - CHECKSUM
    }

    /// The length before a column.
    fn length(&mut self, bytes: usize) {
        self.0.extend((bytes as u64).to_le_bytes());
    }

    pub(super) fn shorts(&mut self, numbers: &[u16]) {
        self.array(numbers.iter().map(|number| number.to_le_bytes()));
    }

    pub(super) fn numbers(&mut self, numbers: &[u32]) {
        self.array(numbers.iter().map(|number| number.to_le_bytes()));
    }

    pub(super) fn floats(&mut self, floats: &[f32]) {
        self.array(floats.iter().map(|float| float.to_le_bytes()));
    }

    pub(super) fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let (mut start, mut all) = (vec![0], String::new());
        for text in texts {
            all.push_str(text);
            let end = u32::try_from(all.len());
            start.push(
                end.expect("the ids or the terms of one segment have less than 4 GiB of text"),
            );
        }
        self.numbers(&start);
        self.bytes(all.as_bytes());
    }

    pub(super) fn array<const SIZE: usize>(
        &mut self,
        items: impl ExactSizeIterator<Item = [u8; SIZE]>,
    ) {
        self.length(items.len() * SIZE);
        self.0.extend(items.flatten());
    }

    /// The file: the magic number, the checksum of the columns, and the columns.
    pub(super) fn into_file(mut self) -> OwnedBytes {
        let (head, columns) = self.0.split_at_mut(MAGIC.len() + CHECKSUM);
        head[MAGIC.len()..].copy_from_slice(&crc32fast::hash(columns).to_le_bytes());
        OwnedBytes::new(self.0)
    }
}

/// The file of some columns, each with its length before it.
#[cfg(test)]
pub(super) fn file_of(columns: &[u8]) -> OwnedBytes {
    let mut writer = Writer::new();
    writer.0.extend(columns);
    writer.into_file()
}

/// Reads columns in the order in which they were written. Each function returns `None` if too few
/// bytes are left.
pub(super) struct Reader(OwnedBytes);

impl Reader {
    /// A reader of the columns; `None` if the file has another layout or is damaged.
    pub(super) fn of_file(file: &OwnedBytes) -> Option<Self> {
        let rest = file.strip_prefix(MAGIC)?;
        let (checksum, rest) = rest.split_first_chunk::<CHECKSUM>()?;
        let whole = crc32fast::hash(rest).to_le_bytes() == *checksum;
        whole.then(|| Self(file.slice(MAGIC.len() + checksum.len()..file.len())))
    }

    pub(super) fn array<const SIZE: usize>(&mut self) -> Option<Column<SIZE>> {
        let (length, _) = self.0.split_first_chunk::<LENGTH>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let end = length
            .checked_add(LENGTH)
            .filter(|end| *end <= self.0.len() && length.is_multiple_of(SIZE))?;
        let array = Column(self.0.slice(LENGTH..end));
        self.0 = self.0.slice(end..self.0.len());
        Some(array)
    }

    pub(super) fn texts(&mut self) -> Option<StrColumn> {
        let found = StrColumn { starts: self.array()?, all: self.array()? };
        let whole = std::str::from_utf8(found.all.items().as_flattened()).ok()?;
        let ends = |end: usize| whole.is_char_boundary(end);
        let fits = found.starts.len() > 0
            && found.starts.is_sorted()
            && found.starts.iter().all(|end| ends(end as usize));
        fits.then_some(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Items of `SIZE` bytes each, in place.
#[derive(Clone)]
pub(crate) struct Column<const SIZE: usize>(OwnedBytes);

/// Numbers of four bytes: `u32`, or `f32` where they are read by [`float`](Column::float).
pub(crate) type U32Column = Column<4>;

impl<const SIZE: usize> Column<SIZE> {
    pub(crate) fn items(&self) -> &[[u8; SIZE]] {
        self.0.as_chunks().0
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len() / SIZE
    }
}

impl Column<4> {
    pub(crate) fn get(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.items()[at])
    }

    /// Prefetches a number.
    pub(super) fn prefetch(&self, at: usize) {
        prefetch::<_, 1>(&self.items()[at..]);
    }

    pub(crate) fn float(&self, at: usize) -> f32 {
        f32::from_le_bytes(self.items()[at])
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = u32> {
        self.items().iter().map(|item| u32::from_le_bytes(*item))
    }

    pub(super) fn iter_from(&self, first: usize) -> impl Iterator<Item = u32> {
        self.items()[first..].iter().map(|item| u32::from_le_bytes(*item))
    }

    /// The number of items at the front for which `is_first` holds. All of them must come before
    /// all others.
    pub(super) fn partition_point(&self, is_first: impl Fn(u32) -> bool) -> usize {
        self.partition_point_in(0..self.len(), is_first)
    }

    /// The same, where it is known to lie in a range.
    pub(super) fn partition_point_in(
        &self,
        range: Range<usize>,
        is_first: impl Fn(u32) -> bool,
    ) -> usize {
        let items = &self.items()[range.clone()];
        range.start + items.partition_point(|item| is_first(u32::from_le_bytes(*item)))
    }

    pub(super) fn is_sorted(&self) -> bool {
        self.iter().is_sorted()
    }

    /// The last number, if there is one.
    pub(super) fn last(&self) -> Option<usize> {
        self.len().checked_sub(1).map(|last| self.get(last) as usize)
    }
}

impl Column<1> {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn integers(&self) -> &[i8] {
        citymatch_encoder::signed(&self.0)
    }
}

/// Texts, stored one after the other in `all`. Text *i* is `starts[i]..starts[i + 1]`.
pub(crate) struct StrColumn {
    starts: U32Column,
    all: Column<1>,
}

impl StrColumn {
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        // The bytes were checked to be UTF-8 when the column was read.
        std::str::from_utf8(self.get_bytes(at)).unwrap_or_default()
    }

    /// Prefetches where a text is.
    pub(super) fn prefetch(&self, at: usize) {
        self.starts.prefetch(at);
    }

    /// Prefetches a text. Reads where it is, so call [`prefetch`](Self::prefetch) first.
    pub(super) fn prefetch_text(&self, at: usize) {
        prefetch::<_, 1>(self.get_bytes(at));
    }

    /// The place of a text. The texts must be sorted.
    pub(super) fn binary_search(&self, text: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.get_bytes(middle).cmp(text.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    pub(crate) fn get_bytes(&self, at: usize) -> &[u8] {
        &self.all.bytes()[self.starts.get(at) as usize..self.starts.get(at + 1) as usize]
    }
}
