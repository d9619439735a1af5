use crate::kernel::Kernel;

/// How many rows a tile has.
pub(crate) const ROWS: usize = 16;
/// Four values of each row of a tile.
pub(crate) type Slice = [i8; 4 * ROWS];

/// What [`Tiles::highest`] is to know of a row.
#[derive(Clone, Copy, Debug)]
pub struct Scaled {
    /// What its products are multiplied with.
    pub scale: f32,
    /// The line that it stands for: rows of one line are alternatives.
    pub line: usize,
}

/// Many integer vectors, laid out so that one instruction meets sixteen of them: for a search that
/// compares everything.
///
/// Sixteen rows are a tile; what is missing in the last one is zero. A tile holds values 0-3 of its
/// first row, of its second, … of its sixteenth, then values 4-7 of each, and so on; rows whose
/// size is no multiple of 4 end in zeros. The layout is the same on every machine and can be kept
/// in a file ([`signed`](crate::signed) reads its bytes).
///
/// # Examples
/// ```
/// use citymatch_encoder::Tiles;
/// let rows: [&[i8]; 2] = [&[1, 2, 3], &[-1, 0, 1]];
/// let packed = Tiles::pack(rows, 3);
/// let tiles = Tiles::new(&packed, 3);
/// let mut products = Vec::new();
/// tiles.dots(&[&[1, 1, 1], &[2, 0, 0]], &mut products);
/// assert_eq!(tiles.rows(), 16);
/// assert_eq!(products[..2], [6, 0]);        // the first ask with both rows
/// assert_eq!(products[16..18], [2, -2]);    // the second
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tiles<'a> {
    values: &'a [i8],
    size: usize,
}

impl<'a> Tiles<'a> {
    /// How many rows a tile has.
    pub const ROWS: usize = ROWS;

    /// Lays out rows of `size` values each.
    ///
    /// # Panics
    /// When a row has another size, or the size is 0.
    pub fn pack<'r>(rows: impl IntoIterator<Item = &'r [i8]>, size: usize) -> Vec<i8> {
        assert!(size > 0, "rows of no values");
        let tile = ROWS * depth(size);
        let mut packed = Vec::new();
        for (i, row) in rows.into_iter().enumerate() {
            assert_eq!(row.len(), size, "row {i} has another size");
            let (lane, start) = (i % ROWS, i / ROWS * tile);
            packed.resize(start + tile, 0);
            for (slice, four) in packed[start..].chunks_exact_mut(4 * ROWS).zip(row.chunks(4)) {
                slice[4 * lane..4 * lane + four.len()].copy_from_slice(four);
            }
        }
        packed
    }

    /// The tiles in `packed`, whose rows have `size` values.
    ///
    /// # Panics
    /// When they are no whole tiles, or the size is 0.
    pub fn new(packed: &'a [i8], size: usize) -> Self {
        assert!(
            size > 0 && packed.len().is_multiple_of(ROWS * depth(size)),
            "no whole tiles of rows of {size} values"
        );
        Self { values: packed, size }
    }

    /// How many values so many rows of `size` values are laid out in.
    pub const fn length(rows: usize, size: usize) -> usize {
        rows.next_multiple_of(ROWS) * depth(size)
    }

    /// How many rows there are, the zeros in the last tile included: a multiple of 16.
    pub fn rows(self) -> usize {
        self.values.len() / depth(self.size)
    }

    /// One row's values.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(self, row: usize) -> Vec<i8> {
        let tile = ROWS * depth(self.size);
        let start = row / ROWS * tile;
        let slices = self.values[start..start + tile].chunks_exact(4 * ROWS);
        slices.flat_map(|slice| &slice[row % ROWS * 4..][..4]).take(self.size).copied().collect()
    }

    /// The same tiles in blocks of so many rows, rounded up to whole tiles. A block that fits the
    /// cache (256 rows do) is read from memory once for all asks.
    ///
    /// # Panics
    /// When `rows` is 0.
    pub fn blocks(self, rows: usize) -> impl Iterator<Item = Self> {
        self.values
            .chunks(rows.div_ceil(ROWS) * ROWS * depth(self.size))
            .map(move |values| Self { values, ..self })
    }

    /// The products of every ask with every row, ask by ask: `products[ask * rows + row]`. What was
    /// in `products` goes.
    ///
    /// # Panics
    /// When an ask has another size than the rows.
    pub fn dots(self, asks: &[&[i8]], products: &mut Vec<i32>) {
        self.dots_on(Kernel::best(), asks, products);
    }

    /// [`dots`](Self::dots) with the instructions of one's choice.
    ///
    /// # Panics
    /// As `dots`.
    pub fn dots_on(self, kernel: Kernel, asks: &[&[i8]], products: &mut Vec<i32>) {
        products.resize(asks.len() * self.rows(), 0);
        let depth = depth(self.size);
        let mut lines = vec![0; asks.len() * depth];
        for (line, ask) in lines.chunks_exact_mut(depth).zip(asks) {
            assert_eq!(ask.len(), self.size, "an ask of another size");
            line[..self.size].copy_from_slice(ask);
        }
        kernel.dots(&lines, self.values, depth, products);
    }

    /// Raises each of `best` to the highest product of an ask with a row, times the row's scale
    /// (rounded once), among the rows of a line: `best[line * asks.rows() + ask]`. Nothing of the
    /// products is kept.
    ///
    /// # Panics
    /// When the asks have another size than the rows, `rows` does not have one entry for each row,
    /// the zeros of the last tile included, or `best` no place for a line.
    ///
    /// # Examples
    /// ```
    /// use citymatch_encoder::{Scaled, Tiles};
    /// let (rows, asks): ([&[i8]; 3], [&[i8]; 1]) = ([&[1, 2], &[3, 4], &[5, 0]], [&[1, 1]]);
    /// let (rows, asks) = (Tiles::pack(rows, 2), Tiles::pack(asks, 2));
    /// // Two rows for the first line, one for the second; what fills the tile goes to a third.
    /// let mut of = [Scaled { scale: 0.5, line: 2 }; 16];
    /// (of[0].line, of[1].line, of[2].line) = (0, 0, 1);
    /// let mut best = [f32::NEG_INFINITY; 3 * 16];
    /// Tiles::new(&rows, 2).highest(Tiles::new(&asks, 2), &of, &mut best);
    /// assert_eq!((best[0], best[16]), (3.5, 2.5));
    /// ```
    pub fn highest(self, asks: Tiles<'_>, rows: &[Scaled], best: &mut [f32]) {
        self.highest_on(Kernel::best(), asks, rows, best);
    }

    /// [`highest`](Self::highest) with the instructions of one's choice.
    ///
    /// # Panics
    /// As `highest`.
    pub fn highest_on(self, kernel: Kernel, asks: Tiles<'_>, rows: &[Scaled], best: &mut [f32]) {
        assert_eq!(asks.size, self.size, "asks of another size");
        kernel.highest(asks.values, self.values, depth(self.size), rows, best);
    }
}

/// The size of a row in a tile.
const fn depth(size: usize) -> usize {
    size.next_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, size: usize) -> Vec<Vec<i8>> {
        let value = |i: usize| i8::try_from((i * 37 + 11) % 255).unwrap_or(-128);
        (0..count).map(|row| (0..size).map(|i| value(row * size + i)).collect()).collect()
    }

    #[test]
    fn products_are_those_of_the_rows() {
        let cases = [
            ("empty", 0, 4),
            ("one_value", 1, 1),
            ("no_whole_slice", 20, 7),
            ("one_tile", 16, 192),
            ("a_row_more", 17, 192),
            ("wide", 50, 256),
        ];
        for (name, count, size) in cases {
            let (rows, asks) = (rows(count, size), rows(9, size));
            let packed = Tiles::pack(rows.iter().map(Vec::as_slice), size);
            let tiles = Tiles::new(&packed, size);
            assert_eq!(tiles.rows(), count.next_multiple_of(16), "{name}");
            let asks: Vec<&[i8]> = asks.iter().map(Vec::as_slice).collect();
            for kernel in Kernel::all() {
                let mut products = vec![7; 3];
                tiles.dots_on(kernel, &asks, &mut products);
                for (a, ask) in asks.iter().enumerate() {
                    let found = &products[a * tiles.rows()..][..tiles.rows()];
                    let expected = rows
                        .iter()
                        .map(|row| kernel.dot(ask, row))
                        .chain(std::iter::repeat_n(0, tiles.rows() - count));
                    assert!(
                        found.iter().copied().eq(expected),
                        "{name}, {}, ask {a}",
                        kernel.name()
                    );
                }
            }
            for (i, row) in rows.iter().enumerate() {
                assert_eq!(&tiles.row(i), row, "{name}");
            }
        }
    }

    #[test]
    fn blocks_are_the_whole_in_order() {
        let rows = rows(100, 8);
        let packed = Tiles::pack(rows.iter().map(Vec::as_slice), 8);
        let mut found = Vec::new();
        for block in Tiles::new(&packed, 8).blocks(30) {
            assert!(block.rows() <= 32);
            found.extend((0..block.rows()).map(|row| block.row(row)));
        }
        assert_eq!(found[..100], rows);
        assert_eq!(found.len(), 112);
    }
}
