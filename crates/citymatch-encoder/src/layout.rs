//! How integer vectors lie in memory, for the kernels that read them and the [`Tiles`] that pack
//! them.
//!
//! [`Tiles`]: crate::Tiles

/// The number of rows in a tile.
pub(crate) const ROWS: usize = 16;

/// Four consecutive values of each row of a tile: what one instruction of the widest kernel reads.
pub(crate) type Panel = [i8; 4 * ROWS];

/// The number of values that a row of `size` values takes up in a tile, zeros at its end included.
pub(crate) const fn padded_dim(size: usize) -> usize {
    size.next_multiple_of(4)
}

/// Tiles whose rows are in runs of neighbours, of which only the highest products count.
#[derive(Clone, Copy)]
pub(crate) struct Runs<'a> {
    /// The values of whole tiles.
    pub(crate) tiles: &'a [i8],
    /// How many of them a row has.
    pub(crate) padded_dim: usize,
    /// The factor of each row's products.
    pub(crate) scales: &'a [f32],
    /// For each tile a bit for each of its rows, that of the first being the lowest, which is set
    /// where the row is the last one of its run.
    pub(crate) last: &'a [u16],
}
