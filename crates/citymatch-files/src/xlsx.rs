//! Excel workbooks, in and out.

#[cfg(feature = "xlsx")]
mod reader;
#[cfg(feature = "xlsx")]
mod writer;

#[cfg(feature = "xlsx")]
pub(crate) use {reader::open, writer::write};

/// The most characters (UTF-16 units) that a cell holds.
pub(crate) const CELL_LIMIT: usize = 32_767;

/// What stands in for the feature `xlsx`.
#[cfg(not(feature = "xlsx"))]
mod missing {
    use citymatch::{Error, Record};

    use crate::cells::Cell;
    use crate::columns::Columns;
    use crate::options::ReadOptions;
    use crate::output::Output;
    use crate::table::Table;

    fn missing() -> Error {
        Error::option("format", "xlsx", "another format: this was built without the feature `xlsx`")
    }

    #[allow(clippy::extra_unused_type_parameters)] // the kind of record is asked of both
    pub(crate) fn open<R: Record>(
        _: &std::path::Path,
        _: &ReadOptions,
    ) -> Result<(Table, Columns), Error> {
        Err(missing())
    }

    pub(crate) fn write(
        _: &[String],
        _: impl Iterator<Item = Result<Vec<Cell>, Error>>,
        _: &Output<'_>,
    ) -> Result<u64, Error> {
        Err(missing())
    }
}
#[cfg(not(feature = "xlsx"))]
pub(crate) use missing::{open, write};
