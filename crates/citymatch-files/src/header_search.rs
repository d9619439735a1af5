//! Finds the headers of a table. Offices put titles and notes above them, and head groups of columns
//! in a row of their own, so the first rows are tried, one by one and in pairs.

use citymatch::Error;

use crate::columns::Columns;
use crate::headers::join_header_rows;
use crate::notes::{listed, numbers};
use crate::table_format::ColumnFinder;

/// How many rows, without blank ones, are tried as headers.
const HEADER_ROWS: usize = 20;

/// How many rows a search has to be given: the second row of a pair may be one more.
pub(crate) const SEARCHED_ROWS: usize = HEADER_ROWS + 1;

/// A row at the start of a table that is not blank.
pub(crate) struct HeadRow {
    /// The row's number in the file, from 1.
    pub(crate) number: u64,
    pub(crate) cells: Vec<String>,
}

/// The headers of a table.
pub(crate) struct Headers {
    pub(crate) columns: Columns,
    pub(crate) names: Vec<String>,
    /// The number of their (first) row in the file, from 1.
    pub(crate) row: u64,
    /// The position of the first row below them among the rows that were searched.
    pub(crate) below: usize,
    /// How many fields they mean.
    pub(crate) known: usize,
    /// What a person should know about where they were found.
    pub(crate) note: Option<String>,
}

/// Finds the headers among the first rows of a table. If there are none, the error is that of the
/// row with the most headers that mean a field; `None` if there is no row.
pub(crate) fn find_headers(
    rows: &[HeadRow],
    finder: &ColumnFinder<'_>,
) -> Result<Headers, Option<Error>> {
    let mut best: Option<Candidate> = None;
    let mut problem: Option<(usize, Error)> = None;
    for first in 0..rows.len().min(HEADER_ROWS) {
        let single = Candidate::new(rows, first, 1, finder);
        let next = rows.get(first + 1).map(|_| Candidate::new(rows, first + 1, 1, finder));
        let pair = Candidate::pair(rows, first, next.as_ref(), finder);
        for candidate in std::iter::once(single).chain(pair) {
            match &candidate.columns {
                Ok(_) if best.as_ref().is_none_or(|best| candidate.known > best.known) => {
                    best = Some(candidate);
                }
                Err(_) if problem.as_ref().is_none_or(|(known, _)| candidate.known > *known) => {
                    problem = candidate.columns.err().map(|error| (candidate.known, error));
                }
                _ => {}
            }
        }
        // One word may be chance, two are headers.
        if best.as_ref().is_some_and(|best| best.known >= 2) {
            break;
        }
    }
    let Some(best) = best else { return Err(problem.map(|(_, error)| error)) };
    Ok(Headers {
        note: note(&rows[..best.first], &rows[best.first..best.first + best.length]),
        row: rows[best.first].number,
        below: best.first + best.length,
        known: best.known,
        names: best.names,
        columns: best.columns.map_err(Some)?,
    })
}

/// One row or two that may be headers.
struct Candidate {
    first: usize,
    length: usize,
    names: Vec<String>,
    /// How many fields its headers mean.
    known: usize,
    columns: Result<Columns, Error>,
}

impl Candidate {
    fn new(rows: &[HeadRow], first: usize, length: usize, finder: &ColumnFinder<'_>) -> Self {
        let names = match &rows[first..first + length] {
            [groups, names] => join_header_rows(&groups.cells, &names.cells),
            rows => rows[0].cells.clone(),
        };
        let known = (finder.known)(&names);
        let columns = (finder.columns)(rows[first].number, &names);
        Self { first, length, names, known, columns }
    }

    /// A row and the one below it, if that one looks like headers but is none by itself.
    fn pair(
        rows: &[HeadRow],
        first: usize,
        next: Option<&Self>,
        finder: &ColumnFinder<'_>,
    ) -> Option<Self> {
        let next = next.filter(|next| next.known >= 2)?;
        let pair = Self::new(rows, first, 2, finder);
        (next.columns.is_err() || pair.known > next.known).then_some(pair)
    }
}

fn note(above: &[HeadRow], headers: &[HeadRow]) -> Option<String> {
    let place = match headers {
        [_] if above.is_empty() => return None,
        headers => numbers("row", &headers.iter().map(|row| row.number).collect::<Vec<_>>()),
    };
    if above.is_empty() {
        return Some(format!("the headers are in {place}"));
    }
    let texts = above.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        format!("`{}`", cells.collect::<Vec<_>>().join(" "))
    });
    let texts = listed(&texts.collect::<Vec<_>>());
    Some(format!("the headers are in {place}; above them, and no records: {texts}"))
}

#[cfg(test)]
mod tests {
    use crate::{ReadOptions, read};
    use citymatch::{Catalogue, Solution};
    use proptest::prelude::*;

    /// The ids that a CSV file adds, the rows that it does not, and what is noted.
    fn added(text: &str) -> (Vec<String>, Vec<u64>, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.csv");
        std::fs::write(&path, text).unwrap();
        let catalogue = Catalogue::in_memory().unwrap();
        let reading = read::<Solution>(&path, &ReadOptions::default()).unwrap();
        let prefix = format!("`{}`: ", path.display());
        let notes = reading.notes().iter().map(|note| note.replace(&prefix, "")).collect();
        let report = catalogue.add(reading).unwrap();
        let snapshot = catalogue.snapshot().unwrap();
        let ids = snapshot.solutions().ids().unwrap().iter().map(ToString::to_string).collect();
        (ids, report.rejected.iter().map(|rejected| rejected.location.row).collect(), notes)
    }

    #[test]
    fn tables_are_read_as_offices_have_them() {
        for (name, text, ids, rejected, notes) in [
            (
                "title_above_and_notes_below",
                "Municipalidad;;\nListado - 03/2025;;\n;;\nCódigo;Nombre;Etapa\ns1;Jardines;Piloto\nTotal: 1;;\nFuente: X;;\n",
                &["s1"][..],
                &[6, 7][..],
                &[
                    "the headers are in row 4; above them, and no records: `Municipalidad`, `Listado - 03/2025`",
                ][..],
            ),
            (
                "title_with_commas",
                "Listado, de Quito, al 3 de mayo\nid;title\ns1;Jardines\n",
                &["s1"],
                &[],
                &[
                    "the headers are in row 2; above them, and no records: `Listado, de Quito, al 3 de mayo`",
                ],
            ),
            (
                "bars",
                "id|Nombre|Descripción, larga\ns1|Jardines, de lluvia|a\n",
                &["s1"],
                &[],
                &["kept but not used for matching: `Descripción, larga`"],
            ),
            (
                "two_rows_of_headers",
                "id;Solución;;Organización\n;Nombre;Descripción;Nombre\ns1;Jardines;a;Aurora\n",
                &["s1"],
                &[],
                &["the headers are in rows 1, 2"],
            ),
            ("brackets", "id,Nombre (corto),Resumen [máx. 50]\ns1,Jardines,a\n", &["s1"], &[], &[]),
            (
                "brackets_beside_the_field",
                "id,Nombre (corto),Nombre\ns1,J,Jardines\n",
                &["s1"],
                &[],
                &["kept but not used for matching: `Nombre (corto)`"],
            ),
            (
                "stray_quote",
                "id,title,description\ns1,a,\"12 pulgadas\ns2,b,c\ns3,d,\"e\"\ns4,f,g\n",
                &["s1", "s2", "s3", "s4"],
                &[],
                &["row 2: a quote that nothing closes is read as text"],
            ),
            (
                "columns_without_a_header",
                "id,title\ns1,a,x\ns2,b,y\ns3,c,z\ns4,d\n",
                &["s1", "s2", "s3", "s4"],
                &[],
                &["kept but not used for matching: `column 3`"],
            ),
            ("one_cell_too_many", "id,title\ns1,a,x\ns2,b\ns3,c\n", &["s2", "s3"], &[2], &[]),
        ] {
            let (found, wrong, noted) = added(text);
            assert_eq!(found, ids, "{name}");
            assert_eq!(wrong, rejected, "{name}");
            assert_eq!(noted, notes, "{name}");
        }
    }

    #[test]
    fn the_currency_of_a_header_is_that_of_its_amounts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.csv");
        std::fs::write(&path, "id,title,Costo [USD]\ns1,a,1200\ns2,b,\n").unwrap();
        let costs: Vec<_> = read::<Solution>(&path, &ReadOptions::default())
            .unwrap()
            .map(|row| row.record.unwrap().cost.map(|cost| cost.to_string()))
            .collect();
        assert_eq!(costs, [Some("1200 USD".to_owned()), None]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_row_is_lost_without_a_word(
            above in prop::collection::vec("[A-Z][a-z ]{0,8}", 0..3),
            rows in prop::collection::vec(prop::collection::vec("[a-z]{1,4}( [a-z]{1,4})?", 1..5), 0..8),
            stray in prop::option::of(any::<prop::sample::Index>()),
            delimiter in prop::sample::select(vec![",", ";", "\t", "|"]),
        ) {
            let mut rows = rows;
            if let Some(stray) = stray.filter(|_| !rows.is_empty()) {
                // Rows that are as wide as the headers are the sign that a quote is a stray one.
                for row in &mut rows {
                    row.resize(3, "x".to_owned());
                }
                let row = stray.index(rows.len());
                rows[row][2].insert(0, '"');
            }
            let lines: Vec<String> = rows.iter().map(|row| row.join(delimiter)).collect();
            let header = ["id", "title", "summary"].join(delimiter);
            let text = [above.clone(), vec![header], lines.clone()].concat().join("\n");
            let (ids, rejected, notes) = added(&text);
            prop_assert_eq!(ids.len() + rejected.len(), lines.len(), "{}: {:?}", text, notes);
            prop_assert!(above.is_empty() || notes[0].contains("above them"), "{:?}", notes);
        }
    }
}
