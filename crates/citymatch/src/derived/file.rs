//! Derived data as bytes: what is written can be read, and what is damaged is not taken for data.

/// What a file begins with; another layout begins with another number.
const MAGIC: &[u8; 8] = b"cmderiv2";

/// Bytes on their way into a file.
pub(super) struct Sink(Vec<u8>);

impl Sink {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn number(&mut self, number: usize) {
        let number = u32::try_from(number).expect("what a segment holds is counted in u32");
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend(text.as_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend(bytes);
    }

    pub(super) fn integers(&mut self, integers: &[i8]) {
        self.number(integers.len());
        self.0.extend(integers.iter().map(|integer| integer.cast_unsigned()));
    }

    pub(super) fn floats(&mut self, floats: &[f32]) {
        self.number(floats.len());
        self.0.extend(floats.iter().flat_map(|float| float.to_le_bytes()));
    }

    pub(super) fn numbers(&mut self, numbers: &[u32]) {
        self.number(numbers.len());
        self.0.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// The file: a beginning, a checksum of the rest, the rest.
    pub(super) fn into_file(self) -> Vec<u8> {
        let checksum = crc32fast::hash(&self.0).to_le_bytes();
        [&MAGIC[..], &checksum, &self.0].concat()
    }
}

/// Bytes on their way out of a file. Each step is `None` where the bytes run out.
pub(super) struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    /// The bytes behind the checksum; `None` where they are not what was written.
    pub(super) fn of_file(file: &'a [u8]) -> Option<Self> {
        let rest = file.strip_prefix(MAGIC)?;
        let (checksum, rest) = rest.split_first_chunk::<4>()?;
        (crc32fast::hash(rest).to_le_bytes() == *checksum).then_some(Self(rest))
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn bytes(&mut self) -> Option<Vec<u8>> {
        let count = self.number()?;
        Some(self.take(count)?.to_vec())
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let count = self.number()?;
        String::from_utf8(self.take(count)?.to_vec()).ok()
    }

    pub(super) fn integers(&mut self) -> Option<Vec<i8>> {
        let count = self.number()?;
        Some(citymatch_encoder::signed(self.take(count)?).to_vec())
    }

    pub(super) fn floats(&mut self) -> Option<Vec<f32>> {
        let count = self.number()?;
        let (chunks, _) = self.take(count.checked_mul(4)?)?.as_chunks::<4>();
        Some(chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect())
    }

    pub(super) fn numbers(&mut self) -> Option<Vec<u32>> {
        let count = self.number()?;
        let (chunks, _) = self.take(count.checked_mul(4)?)?.as_chunks::<4>();
        Some(chunks.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
