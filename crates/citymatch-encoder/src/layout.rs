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

/// The scale of a row of [`Tiles`](crate::Tiles), and the group of rows that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupedRow {
    /// The factor of the row's products.
    pub scale: f32,
    /// The number of the row's group, from 0. Of the rows of one group only the highest product
    /// counts.
    pub group: usize,
}
