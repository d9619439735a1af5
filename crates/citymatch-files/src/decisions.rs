//! Decisions as a file of JSON lines.

use citymatch::Error;
use citymatch::decisions::Decision;

use crate::output::Output;

/// Writes decisions, one JSON object a line, and returns how many there are. A file is replaced as
/// a whole, or not at all.
///
/// # Errors
/// [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the output cannot be written.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Matcher, Search, Solution};
/// use citymatch_files::{Output, write_decisions};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s1", "Jardines de lluvia"))?;
/// edit.commit()?;
/// let matcher = Matcher::new(&catalogue)?;
/// let challenge = Challenge::new("c1", "¿Cómo retener la lluvia?");
/// let search = Search::new(&challenge);
/// let matches = matcher.find(search.clone())?;
/// let decisions = matcher.decisions()?.of_matches(&search, &matches)?;
/// let mut written = Vec::new();
/// assert_eq!(write_decisions(&decisions, Output::Writer(&mut written))?, 1);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_decisions(decisions: &[Decision], output: Output<'_>) -> Result<usize, Error> {
    output.write(|sink| {
        for decision in decisions {
            sink.write(format!("{}\n", decision.to_line()).as_bytes())?;
        }
        Ok(decisions.len())
    })
}
