//! A snapshot of one solution alone.

use super::builder::CatalogueBuilder;
use super::snapshot::Snapshot;
use crate::error::Error;
use crate::record::Solution;

impl Snapshot {
    /// A snapshot of one solution alone, which is analysed and encoded as this catalogue does it.
    /// It is scored as in this snapshot where it is given its statistics.
    pub(crate) fn of_one(&self, solution: &Solution) -> Result<Self, Error> {
        let catalogue = CatalogueBuilder::in_memory_like(self)?;
        let mut edit = catalogue.edit()?;
        edit.put(solution.clone())?;
        edit.commit()?;
        catalogue.snapshot()
    }
}
