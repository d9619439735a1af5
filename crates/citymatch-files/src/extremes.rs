//! Files that nobody means to write, but that exist: cut off, very wide, very long, or next to empty.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use citymatch::{Catalogue, Error, Solution};

use crate::{COLUMN_LIMIT, ReadOptions, read, read_call};

/// A file of this content, in a folder that goes with it.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The solutions of a file, after a catalogue has taken them.
fn added(name: &str, bytes: &[u8]) -> Result<(Vec<Arc<Solution>>, u64), Error> {
    let (_folder, path) = file(name, bytes);
    let catalogue = Catalogue::in_memory()?;
    let report = catalogue.add(read::<Solution>(&path, &ReadOptions::default())?)?;
    let snapshot = catalogue.snapshot()?;
    let records = snapshot.solutions().records()?.map(|one| Arc::new(one.unwrap()));
    Ok((records.collect(), report.rejected.len() as u64))
}

#[test]
fn a_table_of_as_many_columns_as_a_sheet_has_is_read() {
    for (name, width, is_read) in
        [("as_wide_as_a_sheet", COLUMN_LIMIT, true), ("one_more", COLUMN_LIMIT + 1, false)]
    {
        let headers: Vec<String> = (3..=width).map(|number| format!("x{number}")).collect();
        let values = vec!["1"; width - 2];
        let text = format!("id,title,{}\ns1,Pozos,{}\n", headers.join(","), values.join(","));
        match added("wide.csv", text.as_bytes()) {
            Ok((found, 0)) if is_read => assert_eq!(found[0].extra.len(), width - 2, "{name}"),
            Err(error) if !is_read => {
                assert!(error.to_string().contains("at most 16,384"), "{name}: {error}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_line_of_a_megabyte_is_read_and_a_longer_text_is_rejected() {
    let words = |bytes: usize| "agua ".repeat(bytes / 5);
    for (name, ending, bytes, wanted) in [
        ("csv", "csv", 1_000_000, (1, 0)),
        ("jsonl", "jsonl", 1_000_000, (1, 0)),
        ("csv_over_the_limit", "csv", 1_000_005, (0, 1)),
        ("jsonl_over_the_limit", "jsonl", 1_000_005, (0, 1)),
    ] {
        let text = match ending {
            "csv" => format!("id,title,description\ns1,Pozos,{}\n", words(bytes)),
            _ => format!(
                "{{\"id\":\"s1\",\"title\":\"Pozos\",\"description\":\"{}\"}}\n",
                words(bytes)
            ),
        };
        let (found, rejected) = added(&format!("long.{ending}"), text.as_bytes()).unwrap();
        assert_eq!((found.len(), rejected), wanted, "{name}");
    }
}

#[test]
fn blank_cells_around_a_table_are_no_records() {
    let text = "\u{feff}id,title,,\n,,,\ns1,Pozos,,\n , ,\u{a0},\n,,,\n";
    let (found, rejected) = added("blank.csv", text.as_bytes()).unwrap();
    assert_eq!((found.len(), rejected), (1, 0));
}

/// A document of Word with one paragraph.
fn docx() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("word/document.xml", options).unwrap();
    let text = "¿Cómo evitar que la lluvia inunde las calles del barrio? ".repeat(200);
    let body = format!("<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>");
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    write!(archive, "<w:document xmlns:w=\"{space}\">{body}</w:document>").unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_document_cut_anywhere_is_an_error_that_says_so() {
    let whole = docx();
    let (_folder, path) = file("call.docx", &whole);
    assert!(read_call(&path).is_ok());
    for length in [4, 30, whole.len() / 2, whole.len() - 1] {
        let (_folder, path) = file("call.docx", &whole[..length]);
        let error = read_call(&path).unwrap_err().to_string();
        assert!(error.contains("`a damaged DOCX`"), "{length} bytes: {error}");
    }
}

#[test]
fn a_file_of_a_mark_alone_is_empty() {
    for name in ["a.csv", "a.jsonl", "a.json", "a.xlsx", "a.ods", "a.txt"] {
        let text = match added(name, b"\xEF\xBB\xBF") {
            Ok((found, rejected)) => format!("{} {rejected}", found.len()),
            Err(error) => error.to_string(),
        };
        let is_empty = text == "0 0" || text.contains("cannot be `empty`");
        assert!(is_empty, "{name}: {text}");
    }
    for name in ["a.txt", "a.md", "a.html", "a.docx", "a.pdf"] {
        let (_folder, path) = file(name, b"\xEF\xBB\xBF");
        let error = read_call(&path).unwrap_err().to_string();
        assert!(error.contains("the file is empty"), "{name}: {error}");
    }
}

#[test]
fn an_id_is_what_its_cell_shows() {
    use rust_xlsxwriter::{Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["Código", "Título", "Año"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_with_format(1, 0, 7, &Format::new().set_num_format("000")).unwrap();
    sheet.write_string(1, 1, "Pozos").unwrap();
    sheet.write_with_format(1, 2, 2019, &Format::new().set_num_format("0")).unwrap();
    let (found, rejected) = added("ids.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((found[0].id.as_str(), rejected), ("007", 0));
    assert_eq!(found[0].year.map(citymatch::record::Year::get), Some(2019));
}
