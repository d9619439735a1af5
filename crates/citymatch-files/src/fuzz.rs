//! Fuzz targets of the readers of every format: bytes from anywhere, and what holds of whatever they are.
//!
//! In the ordinary tests a target runs over the inputs in `__fuzz__/NAME/`, and over some that are
//! generated: `corpus` has those that libFuzzer begins with, `crashes` those that once failed.
//! `tests/fuzz.py` runs each target millions of times.
//!
//! Archives have checksums, which hide what is behind them. So besides whole files there are targets
//! whose inputs are the parts of an archive, with [`NEXT_PART`] between them.

use std::fs;
use std::io::{Cursor, Write as _};
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use bolero::check;
use citymatch::ingest::{Rejected, Row};
use citymatch::record::TEXT_LIMIT;
use citymatch::{Record, Solution};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{
    FileFormat, MatchRow, Output, ReadOptions, RunFormat, read, read_call, read_call_text,
    read_qrels, read_ranked_lists, read_thesaurus, write_records, write_rejects, write_run,
};

/// How many inputs are generated for a target in the ordinary tests.
const GENERATED: usize = 30;

/// The most bytes of an input. Without it an input is cut after four kilobytes, and a file that ends
/// with its table of contents is then no file.
const LENGTH: usize = 1 << 16;

/// What stands between the parts of an archive.
const NEXT_PART: &[u8] = b"\n----\n";

/// A folder with a file of any content.
struct Case {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Case {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        Self { folder, path }
    }

    fn write(&self, bytes: &[u8]) -> &Path {
        note_own_panics();
        fs::write(&self.path, bytes).unwrap();
        &self.path
    }

    /// Reads a table of these bytes. Its rows are numbered in order, those that are no records are
    /// all among its rejects, and its records are the same once they are written and read.
    fn table(&self, bytes: &[u8]) {
        let path = self.write(bytes);
        let options = ReadOptions::default();
        let rows: Vec<Row<Solution>> = match read(path, &options) {
            Ok(rows) => rows.collect(),
            Err(_) => Vec::new(),
        };
        let in_one_sheet = rows.iter().all(|row| row.location.sheet.is_none());
        assert!(
            !in_one_sheet || rows.is_sorted_by(|one, next| one.location.row < next.location.row)
        );
        let mut records = Vec::new();
        let mut rejected = Vec::new();
        for Row { location, record } in rows {
            match record {
                Ok(record) => records.push(record),
                Err(error) => rejected.push(Rejected::new(location, error)),
            }
        }
        if !rejected.is_empty() {
            let ending = path.extension().unwrap().to_str().unwrap();
            // All workbooks are written as `.xlsx`.
            let ending = if ["xls", "xlsb", "ods"].contains(&ending) { "xlsx" } else { ending };
            let copy = self.folder.path().join("rejects").with_extension(ending);
            let written = write_rejects::<Solution>(&[path], &options, &rejected, &copy);
            assert!(written.unwrap() <= rejected.len() as u64);
        }
        // A record without an id is refused only when it is added.
        records.retain(|record| record.check(TEXT_LIMIT).is_ok());
        come_back(&records, &self.folder.path().join("again.jsonl"));
        assert_no_own_panic();
    }

    /// Reads a call of these bytes. Its challenge is the same once it is written and read.
    fn call(&self, bytes: &[u8]) {
        if let Ok(call) = read_call(self.write(bytes)) {
            come_back(&[call.challenge], &self.folder.path().join("again.jsonl"));
        }
        assert_no_own_panic();
    }
}

/// Asserts that records are the same once they are written and read.
fn come_back<R: Record>(records: &[R], path: &Path) {
    if records.is_empty() {
        return;
    }
    let mut text = Vec::new();
    let written = records.iter().cloned().map(Ok);
    write_records(written, FileFormat::Jsonl, Output::Writer(&mut text)).unwrap();
    fs::write(path, text).unwrap();
    let again: Vec<Row<R>> = read(path, &ReadOptions::default()).unwrap().collect();
    let again: Vec<_> = again.into_iter().map(|row| row.record.unwrap().to_json()).collect();
    let expected: Vec<_> = records.iter().map(Record::to_json).collect();
    assert_eq!(again, expected);
}

/// Whether this crate's own code has panicked, in whatever thread.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// A library's panic over a damaged file is an error. A panic of our own may be taken for one: so it
/// is noted where it happened. This comes after the first input is made, as what makes them keeps
/// panics from those who asked to be told before.
fn note_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_own = |file: &str| file.starts_with("crates") && !file.ends_with("fuzz.rs");
            if panic.location().is_some_and(|location| is_own(location.file())) {
                PANICKED.store(true, Ordering::Relaxed);
            }
            before(panic);
        }));
    });
}

fn assert_no_own_panic() {
    assert!(!PANICKED.swap(false, Ordering::Relaxed), "a panic that was taken for damage");
}

/// An archive of parts. Those that the input lacks are as they are in `parts`.
fn archive(parts: &[(&str, &str)], input: &[u8]) -> Vec<u8> {
    let mut given = split(input);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, usual) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(given.next().unwrap_or(usual.as_bytes())).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The parts of an input.
fn split(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let own = rest?;
        let end = own.windows(NEXT_PART.len()).position(|bytes| bytes == NEXT_PART);
        rest = end.map(|end| &own[end + NEXT_PART.len()..]);
        Some(&own[..end.unwrap_or(own.len())])
    })
}

/// Targets whose inputs are whole tables, or whole calls.
macro_rules! targets {
    ($($name:ident: $read:ident($file:literal, $($made:tt)+);)*) => {
        $(
            #[test]
            fn $name() {
                let case = Case::new($file);
                check!(name = stringify!($name))
                    .with_iterations(GENERATED)
                    .with_max_len(LENGTH)
                    .for_each(|bytes| case.$read(&$($made)+(bytes)));
            }
        )*
    };
}

fn whole(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

targets! {
    csv: table("a.csv", whole);
    tsv: table("a.tsv", whole);
    jsonl: table("a.jsonl", whole);
    json: table("a.json", whole);
    xlsx_file: table("a.xlsx", whole);
    xlsx_parts: table("a.xlsx", xlsx);
    xlsb_parts: table("a.xlsb", xlsb);
    xls_file: table("a.xls", whole);
    xls_stream: table("a.xls", xls);
    ods_content: table("a.ods", ods);
    parquet: table("a.parquet", whole);
    call_text: call("a.txt", whole);
    call_markdown: call("a.md", whole);
    call_html: call("a.html", whole);
    call_docx_file: call("a.docx", whole);
    call_docx_parts: call("a.docx", docx);
    call_pdf: call("a.pdf", whole);
}

/// The sheet, the shared texts, the styles and the list of sheets.
fn xlsx(input: &[u8]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |pairs: &[(&str, &str)]| {
        let one = |(number, (kind, target)): (usize, &(&str, &str))| {
            format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"
            )
        };
        let all: String = (1..).zip(pairs).map(one).collect();
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
        )
    };
    let workbook = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let of_workbook = relations(&[
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    ]);
    archive(
        &[
            ("xl/worksheets/sheet1.xml", ""),
            ("xl/sharedStrings.xml", "<sst/>"),
            ("xl/styles.xml", "<styleSheet/>"),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", &of_workbook),
            ("_rels/.rels", &relations(&[("officeDocument", "xl/workbook.xml")])),
        ],
        input,
    )
}

/// The sheet, the shared texts, the list of sheets and the styles.
fn xlsb(input: &[u8]) -> Vec<u8> {
    let relations = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    archive(
        &[
            ("xl/worksheets/sheet1.bin", ""),
            ("xl/sharedStrings.bin", ""),
            ("xl/workbook.bin", ""),
            ("xl/styles.bin", ""),
            ("xl/_rels/workbook.bin.rels", relations),
        ],
        input,
    )
}

/// The stream of a workbook of Excel 97.
fn xls(input: &[u8]) -> Vec<u8> {
    let empty = Cursor::new(Vec::new());
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, empty).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(input).unwrap();
    file.into_inner().into_inner()
}

/// The content.
fn ods(input: &[u8]) -> Vec<u8> {
    archive(
        &[
            ("content.xml", ""),
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ],
        input,
    )
}

/// The document and its styles.
fn docx(input: &[u8]) -> Vec<u8> {
    archive(&[("word/document.xml", ""), ("word/styles.xml", "")], input)
}

/// What is quick for a line is quick for a call of many pages: libFuzzer's own limit of a second for
/// each input would not show on short ones that the time grows with the square.
#[test]
fn long_call() {
    const CHARACTERS: usize = 100_000;
    check!(name = "long_call").with_iterations(2).with_max_len(64).for_each(|bytes| {
        note_own_panics();
        let line = String::from_utf8_lossy(&bytes[..bytes.len().min(64)]);
        let _ = read_call_text("c", &line.repeat(CHARACTERS / line.len().max(1)));
    });
}

/// A run that was read is the same once it is written and read.
#[test]
fn trec_run() {
    let case = Case::new("run");
    check!(name = "trec_run").with_iterations(GENERATED).for_each(|bytes| {
        let Ok(lists) = read_ranked_lists(case.write(bytes)) else { return };
        let rows = lists.iter().flat_map(|(challenge, solutions)| {
            (1..).zip(solutions).map(|(rank, solution)| {
                let score = -f64::from(u32::try_from(rank).unwrap());
                Ok(MatchRow::new(challenge.to_string(), solution.to_string(), rank, score))
            })
        });
        let mut text = Vec::new();
        write_run(rows, RunFormat::Trec, Output::Writer(&mut text)).unwrap();
        assert_eq!(read_ranked_lists(case.write(&text)).unwrap(), lists);
    });
}

#[test]
fn qrels() {
    let case = Case::new("qrels");
    check!(name = "qrels").with_iterations(GENERATED).for_each(|bytes| {
        let Ok(judgements) = read_qrels(case.write(bytes)) else { return };
        assert!(!judgements.is_empty());
        let pairs = judgements.iter().map(|(_, solutions)| solutions.len()).sum::<usize>();
        assert_eq!(pairs, judgements.len());
    });
}

#[test]
fn thesaurus() {
    let case = Case::new("themes.csv");
    check!(name = "thesaurus").with_iterations(GENERATED).for_each(|bytes| {
        let _ = read_thesaurus(case.write(bytes));
    });
}
