//! A snapshot of one solution alone.

use std::sync::Arc;

use tantivy::directory::RamDirectory;
use tantivy::{Index, Searcher, TantivyError};

use super::snapshot::{CatalogueContext, Snapshot};
use crate::engine::{Fields, Location};
use crate::error::{Error, ErrorKind};
use crate::record::{Record, Solution, TEXT_LIMIT};
use crate::text::{AnalysedRecord, Analyser, RecordText};

/// How much memory the engine's writer is told to plan with: enough for a hash table of a thousand
/// terms, which grows where it has to. Clearing the table that it makes for an ordinary budget takes
/// longer than all the rest.
const WRITER_MEMORY: usize = 100_000;

impl Snapshot {
    /// A snapshot of one solution alone, which is analysed and encoded as this catalogue does it.
    /// It is scored as in this snapshot where it is given its statistics.
    ///
    /// It is made without an [`Edit`](crate::Edit), which starts threads and waits for them.
    pub(crate) fn of_one(&self, solution: &Solution) -> Result<Self, Error> {
        solution.check(TEXT_LIMIT).map_err(|problem| ErrorKind::InvalidRecord {
            kind: Solution::KIND.name(),
            id: solution.id.to_string(),
            problem,
        })?;
        let text = RecordText::new(solution);
        let language = text.language(solution).map(|(language, _)| language);
        let analysed = AnalysedRecord::new(solution, text, language, &mut Analyser::default());
        let fields = Fields::new(false);
        let document = fields.document(solution, &analysed);
        let searcher = || -> Result<Searcher, TantivyError> {
            let builder = Index::builder().schema(fields.schema.clone());
            let mut writer =
                builder.single_segment_index_writer(RamDirectory::create(), WRITER_MEMORY)?;
            writer.add_document(document)?;
            Ok(writer.finalize()?.reader()?.searcher())
        };
        let location = Location::in_memory();
        let searcher = location.read("indexing a solution", searcher)?;
        let CatalogueContext { format, encoding, .. } = self.context();
        let (format, encoding, journal) = (format.clone(), encoding.clone(), Arc::default());
        let context = CatalogueContext { location, format, fields, encoding, journal };
        Self::new(&searcher, &Arc::new(context), None)
    }
}
