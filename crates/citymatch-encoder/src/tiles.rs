use crate::kernel::Kernel;
use crate::layout::{ROWS, Runs, padded_dim};

/// Many integer vectors, packed so that one instruction multiplies values of sixteen of them: for a
/// search that compares a query with everything.
///
/// Sixteen rows make a tile; rows that are missing in the last one are zero. A tile holds values
/// 0-3 of its first row, of its second, … of its sixteenth, then values 4-7 of each, and so on;
/// rows whose size is not a multiple of 4 end in zeros. The layout is the same on every machine, so
/// that it can be kept in a file.
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
/// assert_eq!(products[..2], [6, 0]);        // the first query with both rows
/// assert_eq!(products[16..18], [2, -2]);    // the second
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tiles<'a> {
    values: &'a [i8],
    size: usize,
}

impl<'a> Tiles<'a> {
    /// The number of rows in a tile.
    pub const ROWS: usize = ROWS;

    /// Packs rows of `size` values each.
    ///
    /// # Panics
    /// When a row has another size, or the size is 0.
    #[must_use]
    pub fn pack<'r>(rows: impl IntoIterator<Item = &'r [i8]>, size: usize) -> Vec<i8> {
        assert!(size > 0, "rows of no values");
        let tile = ROWS * padded_dim(size);
        let mut packed = Vec::new();
        for (i, row) in rows.into_iter().enumerate() {
            assert_eq!(row.len(), size, "row {i} has another size");
            let (lane, start) = (i % ROWS, i / ROWS * tile);
            packed.resize(start + tile, 0);
            for (panel, four) in packed[start..].chunks_exact_mut(4 * ROWS).zip(row.chunks(4)) {
                panel[4 * lane..4 * lane + four.len()].copy_from_slice(four);
            }
        }
        packed
    }

    /// The tiles in `packed`, whose rows have `size` values.
    ///
    /// # Panics
    /// When `packed` does not hold whole tiles, or the size is 0.
    #[must_use]
    pub fn new(packed: &'a [i8], size: usize) -> Self {
        assert!(
            size > 0 && packed.len().is_multiple_of(ROWS * padded_dim(size)),
            "expected whole tiles of rows of {size} values"
        );
        Self { values: packed, size }
    }

    /// The number of packed values of `rows` rows of `size` values, zeros included.
    #[must_use]
    pub const fn length(rows: usize, size: usize) -> usize {
        rows.next_multiple_of(ROWS) * padded_dim(size)
    }

    /// The number of rows, those of zeros in the last tile included: a multiple of 16.
    #[must_use]
    pub fn rows(self) -> usize {
        self.values.len() / padded_dim(self.size)
    }

    /// One row's values.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(self, row: usize) -> Vec<i8> {
        let tile = ROWS * padded_dim(self.size);
        let start = row / ROWS * tile;
        let panels = self.values[start..start + tile].chunks_exact(4 * ROWS);
        panels.flat_map(|panel| &panel[row % ROWS * 4..][..4]).take(self.size).copied().collect()
    }

    /// The same tiles in blocks of `rows` rows, rounded up to whole tiles. A block that fits the
    /// processor's cache (256 rows do) is read from memory once for all queries.
    ///
    /// # Panics
    /// When `rows` is 0.
    pub fn blocks(self, rows: usize) -> impl Iterator<Item = Self> {
        self.values
            .chunks(rows.div_ceil(ROWS) * ROWS * padded_dim(self.size))
            .map(move |values| Self { values, ..self })
    }

    /// The dot products of every query with every row, query by query: `products[query * rows +
    /// row]`. Earlier contents of `products` are replaced.
    ///
    /// # Panics
    /// When a query has another size than the rows.
    pub fn dots(self, queries: &[&[i8]], products: &mut Vec<i32>) {
        self.dots_on(Kernel::best(), queries, products);
    }

    /// [`dots`](Self::dots) with a kernel of the caller's choice, for tests and benchmarks.
    ///
    /// # Panics
    /// As `dots`.
    #[doc(hidden)]
    pub fn dots_on(self, kernel: Kernel, queries: &[&[i8]], products: &mut Vec<i32>) {
        products.resize(queries.len() * self.rows(), 0);
        kernel.dots(&self.padded(queries), self.values, padded_dim(self.size), products);
    }

    /// Queries one after the other, each with zeros at its end as rows have them.
    fn padded(self, queries: &[&[i8]]) -> Vec<i8> {
        let padded_dim = padded_dim(self.size);
        let mut padded = vec![0; queries.len() * padded_dim];
        for (padded, query) in padded.chunks_exact_mut(padded_dim).zip(queries) {
            assert_eq!(query.len(), self.size, "a query has another size than the rows");
            padded[..self.size].copy_from_slice(query);
        }
        padded
    }

    /// For every query and every run of neighbouring rows, the highest product of the query with a
    /// row of the run, times that row's scale (rounded once): for each query, the maxima of the
    /// runs in their order. This is the inner loop of `MaxSim`; the products are not kept.
    ///
    /// `scales` has a number for each row, those of zeros in the last tile included. `last` has a
    /// number for each tile: a bit for each of its rows, that of the first being the lowest, which
    /// is set where the row is the last one of a run. The next row begins the next run, also in the
    /// next tile; rows behind the last run belong to none. Earlier contents of `maxima` are
    /// replaced.
    ///
    /// # Panics
    /// When a query has another size than the rows, or `scales` or `last` another length.
    ///
    /// # Examples
    /// ```
    /// use citymatch_encoder::Tiles;
    /// let packed = Tiles::pack([&[1, 2][..], &[3, 4], &[5, 0]], 2);
    /// // Two rows in the first run, one in the second.
    /// let mut maxima = Vec::new();
    /// let mut found = Tiles::new(&packed, 2).max_per_run(&[&[1, 1]], &[0.5; 16], &[0b110], &mut maxima);
    /// assert_eq!(found.next().unwrap(), [3.5, 2.5]);
    /// assert!(found.next().is_none());
    /// ```
    pub fn max_per_run<'m>(
        self,
        queries: &[&[i8]],
        scales: &[f32],
        last: &[u16],
        maxima: &'m mut Vec<f32>,
    ) -> impl Iterator<Item = &'m [f32]> + use<'m> {
        self.max_per_run_on(Kernel::best(), queries, scales, last, maxima)
    }

    /// [`max_per_run`](Self::max_per_run) with a kernel of the caller's choice, for tests and
    /// benchmarks.
    ///
    /// # Panics
    /// As `max_per_run`.
    #[doc(hidden)]
    pub fn max_per_run_on<'m>(
        self,
        kernel: Kernel,
        queries: &[&[i8]],
        scales: &[f32],
        last: &[u16],
        maxima: &'m mut Vec<f32>,
    ) -> impl Iterator<Item = &'m [f32]> + use<'m> {
        let count: usize = last.iter().map(|last| last.count_ones() as usize).sum();
        // The kernel writes whole tiles.
        let stride = count + ROWS;
        maxima.resize(queries.len() * stride, 0.0);
        let padded_dim = padded_dim(self.size);
        let runs = Runs { tiles: self.values, padded_dim, scales, last };
        kernel.max_per_run(&self.padded(queries), runs, maxima);
        maxima.chunks_exact(stride).map(move |maxima| &maxima[..count])
    }
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
            ("size_not_a_multiple_of_4", 20, 7),
            ("one_tile", 16, 192),
            ("a_row_more", 17, 192),
            ("wide", 50, 256),
        ];
        for (name, count, size) in cases {
            let (rows, queries) = (rows(count, size), rows(9, size));
            let packed = Tiles::pack(rows.iter().map(Vec::as_slice), size);
            let tiles = Tiles::new(&packed, size);
            assert_eq!(tiles.rows(), count.next_multiple_of(16), "{name}");
            let queries: Vec<&[i8]> = queries.iter().map(Vec::as_slice).collect();
            for kernel in Kernel::all() {
                let mut products = vec![7; 3];
                tiles.dots_on(kernel, &queries, &mut products);
                for (a, query) in queries.iter().enumerate() {
                    let found = &products[a * tiles.rows()..][..tiles.rows()];
                    let expected = rows
                        .iter()
                        .map(|row| kernel.dot(query, row))
                        .chain(std::iter::repeat_n(0, tiles.rows() - count));
                    assert!(
                        found.iter().copied().eq(expected),
                        "{name}, {}, query {a}",
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
