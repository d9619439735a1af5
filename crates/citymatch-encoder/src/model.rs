use crate::kernel::signed;
use crate::normalise::Normaliser;
use crate::vocabulary::Vocabulary;

/// How many values a vector of the built-in encoder has.
pub(crate) const SIZE: usize = 192;

/// The built-in model. It is part of the program and is read in place, without a copy: loading it
/// costs nothing at run time.
pub(crate) static MODEL: Model = Model::new(&TABLE.0, &PIECES.0, &NORMALISER.0);

static TABLE: Aligned<[u8; include_bytes!("../model/table.int8").len()]> =
    Aligned(*include_bytes!("../model/table.int8"));
static PIECES: Aligned<[u8; include_bytes!("../model/pieces.bin").len()]> =
    Aligned(*include_bytes!("../model/pieces.bin"));
static NORMALISER: Aligned<[u8; include_bytes!("../model/normaliser.bin").len()]> =
    Aligned(*include_bytes!("../model/normaliser.bin"));

/// Begins at a cache line, so that a row of 192 values takes up three lines of 64 bytes and not
/// parts of four.
#[repr(C, align(64))]
struct Aligned<T>(T);

/// From text to the rows of its pieces, and from there to the values that are added up.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) normaliser: Normaliser,
    pub(crate) vocabulary: Vocabulary,
    /// The first values of the file: a little-endian `f32` a row.
    scales: &'static [[u8; 4]],
    /// The rest of the file: [`SIZE`] integers a row; the value that is meant is the integer times
    /// its row's scale.
    rows: &'static [[i8; SIZE]],
}

impl Model {
    const fn new(table: &'static [u8], pieces: &'static [u8], normaliser: &'static [u8]) -> Self {
        let count = table.len() / (4 + SIZE);
        let (scales, rows) = table.split_at(4 * count);
        let (rows, rest) = signed(rows).as_chunks();
        assert!(rest.is_empty(), "the table has rows of another size");
        Self {
            normaliser: Normaliser::new(normaliser),
            vocabulary: Vocabulary::new(pieces, count),
            scales: scales.as_chunks().0,
            rows,
        }
    }

    /// The integers of a row and its scale.
    #[inline]
    pub(crate) fn row(&self, row: u32) -> (&[i8; SIZE], f32) {
        (&self.rows[row as usize], f32::from_le_bytes(self.scales[row as usize]))
    }
}
