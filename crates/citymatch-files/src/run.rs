//! Writes the matches of challenges.

use citymatch::Error;
use serde_json::{Map, Value as Json, json};

use crate::format::RunFormat;
use crate::match_row::MatchRow;
use crate::output::Output;
use crate::table_format::{CellRows, Codec};
use crate::trec::TrecWriter;

const COLUMNS: [&str; 4] = ["challenge_id", "solution_id", "rank", "score"];

/// Writes matches in the order they come, and returns how many.
///
/// JSONL, CSV and TREC are written match by match; a workbook is built in memory and written at its
/// end. In TREC files scores are `f32`, and within a challenge they fall strictly: a score that is
/// not below the one of the line before becomes the next smaller `f32`, so that every evaluator
/// keeps the order of the matches. In their ids `%` and white space are percent-encoded.
///
/// # Errors
/// * The first error among the matches;
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if writing fails;
/// * [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) for a workbook that has no
///   path, or has more than 1,048,575 matches.
///
/// # Examples
/// ```
/// use citymatch_files::{MatchRow, Output, RunFormat, write_run};
/// let mut out = Vec::new();
/// let run = [MatchRow::new("c1", "rain garden", 1, 0.83), MatchRow::new("c1", "s2", 2, 0.5)];
/// write_run(run.into_iter().map(Ok), RunFormat::Trec, Output::Writer(&mut out))?;
/// let lines = "c1 Q0 rain%20garden 1 0.83 citymatch\nc1 Q0 s2 2 0.5 citymatch\n";
/// assert_eq!(String::from_utf8_lossy(&out), lines);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_run(
    matches: impl IntoIterator<Item = Result<MatchRow, Error>>,
    format: RunFormat,
    out: Output<'_>,
) -> Result<u64, Error> {
    let mut matches = matches.into_iter();
    match format.file_format().map(|format| &format.table_format().codec) {
        None => write_trec(&mut matches, out),
        Some(Codec::Objects(codec)) => codec.write(&mut matches.map(|row| Ok(object(&row?))), out),
        Some(Codec::Cells(codec)) => {
            let header = COLUMNS.map(str::to_owned);
            let mut rows = matches.map(|row| row.map(MatchRow::into_cells));
            codec.write(CellRows { header: &header, rows: &mut rows, delimiter: b',' }, out)
        }
    }
}

fn object(row: &MatchRow) -> Map<String, Json> {
    let values =
        [json!(row.challenge_id), json!(row.solution_id), json!(row.rank), json!(row.score)];
    COLUMNS.map(str::to_owned).into_iter().zip(values).collect()
}

fn write_trec(
    matches: &mut dyn Iterator<Item = Result<MatchRow, Error>>,
    out: Output<'_>,
) -> Result<u64, Error> {
    let mut trec = TrecWriter::default();
    out.write(|sink| {
        let mut written = 0;
        for row in matches {
            sink.write(trec.line(&row?).as_bytes())?;
            written += 1;
        }
        Ok(written)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Vec<MatchRow> {
        vec![MatchRow::new("c 1", "=s,1", 1, 0.1 + 0.2), MatchRow::new("c 1", "0012", 2, 1e-9)]
    }

    #[test]
    fn each_format_has_its_lines() -> Result<(), Error> {
        let cases = [
            (
                RunFormat::Jsonl,
                "{\"challenge_id\":\"c 1\",\"solution_id\":\"=s,1\",\"rank\":1,\"score\":0.30000000000000004}\n\
                 {\"challenge_id\":\"c 1\",\"solution_id\":\"0012\",\"rank\":2,\"score\":1e-9}\n",
            ),
            (
                RunFormat::Csv,
                "challenge_id,solution_id,rank,score\nc 1,\"=s,1\",1,0.30000000000000004\nc 1,0012,2,0.000000001\n",
            ),
            (
                RunFormat::Trec,
                "c%201 Q0 =s,1 1 0.3 citymatch\nc%201 Q0 0012 2 0.000000001 citymatch\n",
            ),
        ];
        for (format, expected) in cases {
            let mut out = Vec::new();
            assert_eq!(write_run(run().into_iter().map(Ok), format, Output::Writer(&mut out))?, 2);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{format}");
        }
        Ok(())
    }

    #[test]
    fn an_error_among_the_matches_ends_it() {
        let mut out = Vec::new();
        let rows = [Ok(run().remove(0)), Err(Error::option("limit", 0, "1 or more"))];
        let error = write_run(rows, RunFormat::Csv, Output::Writer(&mut out)).unwrap_err();
        assert_eq!(error.to_string(), "`limit` cannot be `0` (expected 1 or more)");
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn a_workbook_has_ids_as_text_and_needs_a_path() -> Result<(), Error> {
        use calamine::{Data, Reader as _};
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.xlsx");
        assert_eq!(write_run(run().into_iter().map(Ok), RunFormat::Xlsx, Output::Path(&path))?, 2);
        let sheet = calamine::open_workbook::<calamine::Xlsx<_>, _>(&path)
            .unwrap()
            .worksheet_range_at(0)
            .unwrap()
            .unwrap();
        let rows: Vec<_> = sheet.rows().collect();
        assert_eq!(rows[0], COLUMNS.map(|name| Data::String(name.to_owned())));
        assert_eq!(rows[1][1], Data::String("=s,1".to_owned()));
        assert_eq!(rows[1][3], Data::Float(0.1 + 0.2));
        assert_eq!(
            rows[2][..3],
            [Data::String("c 1".to_owned()), Data::String("0012".to_owned()), Data::Float(2.0)]
        );

        let error =
            write_run(run().into_iter().map(Ok), RunFormat::Xlsx, Output::Writer(&mut Vec::new()))
                .unwrap_err();
        assert_eq!(
            error.to_string(),
            "`out` cannot be `a stream` (expected the path of a file, for a workbook)"
        );
        Ok(())
    }
}
