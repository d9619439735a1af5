//! Files as offices have them, each with the values that a person reads in it; and properties of all
//! tables together: no row and no value is lost without a word.

use citymatch::ingest::{Row, RowLocation};
use citymatch::{Catalogue, Challenge, Record, Solution};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::{FileFormat, Output, ReadOptions, read, write_records};

fn rows<R: Record>(text: &str, options: &ReadOptions) -> Vec<Row<R>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f.csv");
    std::fs::write(&path, text).unwrap();
    read(&path, options).unwrap().collect()
}

fn records<R: Record>(text: &str) -> Vec<R> {
    rows(text, &ReadOptions::default()).into_iter().map(|row| row.record.unwrap()).collect()
}

/// A table of one column of values, each with an id and a title.
fn column(header: &str, values: &[&str]) -> String {
    let quoted = values
        .iter()
        .enumerate()
        .map(|(index, value)| format!("s{index},Uno,\"{}\"\n", value.replace('"', "\"\"")));
    format!("id,title,{header}\n{}", quoted.collect::<String>())
}

/// What a field is for each value of a column, and what is kept of it.
fn check(header: &str, field: &str, cases: &[(&str, Json)]) {
    let values: Vec<&str> = cases.iter().map(|(value, _)| *value).collect();
    let found: Vec<Solution> = records(&column(header, &values));
    for (solution, (value, expected)) in found.iter().zip(cases) {
        let typed = match field {
            "sdgs" => {
                json!(solution.sdgs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
            }
            "country" => json!(solution.country.map(citymatch::Country::name)),
            "stage" => json!(solution.stage.map(citymatch::Stage::name)),
            "year" => json!(solution.year.map(citymatch::record::Year::get)),
            "organisation_type" => {
                json!(solution.organisation_type.map(citymatch::record::OrganisationType::name))
            }
            "language" => json!(solution.language.map(citymatch::Language::name)),
            other => panic!("{other}"),
        };
        assert_eq!(typed, *expected, "{field}: {value}");
        let is_unknown = typed.is_null() || typed == json!("");
        let is_empty = citymatch::record::is_placeholder(value);
        assert_eq!(solution.unclear().is_empty(), !is_unknown || is_empty, "{field}: {value}");
        if is_unknown && !is_empty {
            assert_eq!(solution.extra[header], json!(value), "{field}: {value}");
        }
    }
}

#[test]
fn columns_of_forms_are_read_where_they_are_clear() {
    check(
        "ODS",
        "sdgs",
        &[
            ("6, 11, 13", json!("6 11 13")),
            ("ODS 3; ODS 6", json!("3 6")),
            ("SDG 11: Sustainable Cities and Communities", json!("11")),
            ("11 - Ciudades y comunidades sostenibles", json!("11")),
            ("Ods 12", json!("12")),
            ("Objetivo 4", json!("4")),
            ("6 y 13", json!("6 13")),
            ("SDG7", json!("7")),
            ("Agua", json!("")),
            ("No aplica", json!("")),
        ],
    );
    check(
        "País",
        "country",
        &[
            ("Chile, Perú", json!(null)),
            ("Brasil/Uruguay", json!(null)),
            ("América Latina", json!(null)),
            ("MÉXICO", json!("MX")),
            ("República de Colombia", json!("CO")),
            ("República Federativa do Brasil", json!("BR")),
            ("República Dominicana", json!("DO")),
            ("Estado Plurinacional de Bolivia", json!("BO")),
            ("Brasil (São Paulo)", json!("BR")),
            ("EE.UU.", json!("US")),
            ("EE. UU.", json!("US")),
            ("Estados Unidos de América", json!("US")),
            ("CHL", json!("CL")),
            ("Perú ", json!("PE")),
            ("Bogotá, Colombia", json!("CO")),
            ("Chile y otros países", json!(null)),
            ("Republic of Korea", json!("KR")),
            ("República Democrática del Congo", json!("CD")),
            ("N/A", json!(null)),
        ],
    );
    check(
        "etapa",
        "stage",
        &[
            ("Piloto (probado en una ciudad)", json!("pilot")),
            ("TRL 7", json!("pilot")),
            ("TRL 9", json!("implemented")),
            ("Prototype: building and testing the product", json!("prototype")),
            ("Growth", json!("scaling")),
            ("En implementación", json!("implemented")),
            ("Operando", json!("implemented")),
            ("Escalamiento / réplica", json!("scaling")),
            ("Ejecutado", json!("closed")),
            ("3. Piloto", json!("pilot")),
            ("No implementado", json!(null)),
            ("Piloto / Idea", json!(null)),
            ("pilto", json!(null)),
        ],
    );
    check(
        "Año",
        "year",
        &[
            ("2019-2021", json!(2019)),
            ("desde 2018", json!(2018)),
            ("marzo de 2018", json!(2018)),
            ("31/12/2018", json!(2018)),
            ("hasta 2018", json!(null)),
            ("s/d", json!(null)),
        ],
    );
    check(
        "Tipo de organización",
        "organisation_type",
        &[
            ("Empresa (S.A.)", json!("company")),
            ("ONG / OSC", json!("ngo")),
            ("Organización de la sociedad civil", json!("ngo")),
            ("Empresa, ONG", json!(null)),
        ],
    );
    check(
        "Idioma",
        "language",
        &[
            ("Español (Chile)", json!("es")),
            ("pt-BR", json!("pt")),
            ("Español y portugués", json!(null)),
            ("Francés", json!(null)),
        ],
    );
}

#[test]
fn costs_are_read_where_they_are_clear() {
    let text = "id;title;Costo;Moneda\ns1;Uno;$ 1.200.000;COP\ns2;Dos;R$ 50.000,00;BRL\n\
        s3;Tres;USD 25,000;USD\ns4;Cuatro;1.200,50;USD\ns5;Cinco;12.000;USD\ns6;Seis;Por definir;USD\n\
        s7;Siete;25 mil;USD\ns8;Ocho;0;US$\ns9;Nueve;1500;Pesos colombianos\ns10;Diez;1500;doblones\n";
    let found: Vec<Solution> = records(text);
    let costs: Vec<_> = found
        .iter()
        .map(|solution| solution.cost.map(|cost| cost.to_string()).unwrap_or_default())
        .collect();
    assert_eq!(
        costs,
        [
            "1200000 COP",
            "50000 BRL",
            "",
            "1200.5 USD",
            "",
            "",
            "25000 USD",
            "0 USD",
            "1500 COP",
            "1500"
        ]
    );
    let kept: Vec<_> = found.iter().map(|solution| json!(solution.extra)).collect();
    assert_eq!(kept[2], json!({"Costo": "USD 25,000", "Moneda": "USD"}));
    assert_eq!(kept[4], json!({"Costo": "12.000", "Moneda": "USD"}));
    assert_eq!(kept[5], json!({"Moneda": "USD"}));
    assert_eq!(kept[9], json!({"Moneda": "doblones"}));
    assert!(found[5].unclear().is_empty());
}

#[test]
fn a_form_is_read_with_its_columns_chosen() {
    let text = "\"Marca temporal\",\"¿Cuál es el nombre de su solución?\",\"Describa su solución\",\"¿En qué etapa se encuentra?\",\"¿A qué temas responde?\",\"¿A qué ODS contribuye?\",\"País\",\"Costo estimado\"\n\
        \"2025/03/12 9:14:22 a. m. GMT-5\",\"Jardines de lluvia\",\"Retienen el agua de lluvia en las aceras.\",\"Piloto (probado en una ciudad)\",\"Agua, Clima, Espacio público\",\"ODS 6: Agua limpia y saneamiento, ODS 11: Ciudades y comunidades sostenibles\",\"Colombia\",\"$ 12.000.000 COP\"\n\
        \"2025/03/12 10:02:51 a. m. GMT-5\",\"Baños secos\",\"No necesitan agua ni alcantarillado.\",\"Implementado\",\"Agua, Salud\",\"ODS 3: Salud y bienestar\",\"Perú\",\"USD 4,500\"\n";
    let columns = [
        ("¿Cuál es el nombre de su solución?", "title"),
        ("Describa su solución", "description"),
        ("¿En qué etapa se encuentra?", "stage"),
        ("¿A qué temas responde?", "themes"),
        ("¿A qué ODS contribuye?", "sdgs"),
        ("Costo estimado", "cost.amount"),
    ];
    let with_id =
        ReadOptions::default().columns(columns.into_iter().chain([("Marca temporal", "id")]));
    let numbered = ReadOptions::default().columns(columns).row_ids(true);
    for (name, options) in [("id", with_id), ("numbered", numbered)] {
        let found: Vec<Solution> =
            rows(text, &options).into_iter().map(|row| row.record.unwrap()).collect();
        assert_eq!(found.len(), 2, "{name}");
        assert_eq!(found[0].stage.unwrap().name(), "pilot", "{name}");
        assert_eq!(found[0].themes, ["Agua", "Clima", "Espacio público"], "{name}");
        assert_eq!(found[0].sdgs.len(), 2, "{name}");
        assert_eq!(found[0].cost.unwrap().to_string(), "12000000 COP", "{name}");
        assert_eq!(found[1].extra["Costo estimado"], "USD 4,500", "{name}");
        assert!(found.iter().all(|record| record.check(1000).is_ok()), "{name}");
    }
}

#[test]
fn placeholders_are_empty_and_stay_as_they_came() {
    let text = "id,title,problem,description,country,year,etapa\n\
        s1,Jardines,No aplica,Retienen el agua.,N/A,-,No aplica\ns3,Huertas,N/A,Cultivos.,nan,,\n\
        s4,Bicis,s/d,-,s/d,s/d,s/d\ns5,No aplica,-,N/A,,,\n";
    let found: Vec<Solution> = records(text);
    let first = &found[0];
    assert_eq!((first.country, first.year, first.stage), (None, None, None));
    assert_eq!(first.texts(), [("title", "Jardines"), ("description", "Retienen el agua.")]);
    assert!(found.iter().all(|record| record.unclear().is_empty() && record.extra.is_empty()));
    assert_eq!(Json::Object(first.to_json())["country"], "N/A");
    let problem = found[3].check(1000).unwrap_err().to_string();
    assert!(problem.starts_with("`title` cannot be `No aplica` (expected a text"), "{problem}");
}

#[test]
fn ids_lose_white_space_at_both_ends() {
    let catalogue = Catalogue::in_memory().unwrap();
    let add = |text: &str| catalogue.add(rows::<Solution>(text, &ReadOptions::default())).unwrap();
    assert_eq!(add("id,title\nS-01,Jardines\nS-02,Baños\n").added, 2);
    let report = add("id,title\nS-01 ,Jardines\n\u{a0}S-02\u{200b},Baños\nS-02,Otra\n");
    assert_eq!((report.added, report.replaced, report.trimmed_ids), (0, 2, 2));
    assert_eq!(
        report.rejected[0].error.to_string(),
        "`id` cannot be `S-02` (expected an id that is not in row 3 already)"
    );
}

#[test]
fn dates_are_read_in_the_order_of_their_column() {
    let text = "id,Pregunta,Fecha límite\nc1,¿?a,03/04/2026\nc2,b,31/03/2026\nc3,c,marzo de 2026\nc4,d,pronto\n";
    let found: Vec<Challenge> = records(text);
    let dates: Vec<_> = found
        .iter()
        .map(|challenge| challenge.deadline.map(|date| date.to_string()).unwrap_or_default())
        .collect();
    assert_eq!(dates, ["2026-04-03", "2026-03-31", "2026-03-31", ""]);
    assert_eq!(found[0].extra["Fecha límite (as written)"], "03/04/2026");
    assert_eq!(found[1].written("deadline").unwrap(), "31/03/2026");
    assert_eq!(found[3].extra["Fecha límite"], "pronto");
}

#[test]
fn a_rule_that_is_not_understood_rejects_its_challenge() {
    let text = "id,title,eligibility.countries,eligibility.stages\nc1,a,\"Chile, Perú\",piloto\nc2,b,Atlantis,pilto\n";
    let found: Vec<_> = rows::<Challenge>(text, &ReadOptions::default());
    let countries = &found[0].record.as_ref().unwrap().eligibility.countries;
    assert_eq!(countries.iter().map(|country| country.name()).collect::<Vec<_>>(), ["CL", "PE"]);
    let problem = found[1].record.as_ref().unwrap_err();
    let fields: Vec<_> = problem.all().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["eligibility.countries[0]", "eligibility.stages[0]"]);
}

#[test]
fn a_strict_edit_tells_every_wrong_value_of_a_row() {
    let catalogue = Catalogue::in_memory().unwrap();
    let text = "id,title,stage,country,year\ns1,a,pilto,Atlantis,soon\ns2,b,pilot,CL,2019\n";
    let mut edit = catalogue.edit().unwrap().strict(true);
    let report = edit.put_rows(rows::<Solution>(text, &ReadOptions::default())).unwrap();
    assert_eq!((report.added, report.rejected.len(), report.unclear.len()), (1, 1, 0));
    let fields: Vec<_> =
        report.rejected[0].error.all().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["country", "stage", "year"]);
}

#[test]
fn exact_copies_are_counted() {
    let text = "id,title,city\ns1,Jardines,Quito\ns2,Jardines,Lima\ns3,Baños,Lima\ns1b,Jardines,\n";
    let catalogue = Catalogue::in_memory().unwrap();
    let report = catalogue.add(rows::<Solution>(text, &ReadOptions::default())).unwrap();
    assert_eq!((report.added, report.copies), (4, 2));
}

/// What a file adds to an empty catalogue.
#[cfg(feature = "xlsx")]
struct Added {
    records: Vec<serde_json::Map<String, Json>>,
    /// The rows that are rejected.
    rejected: Vec<u64>,
    /// The notes, without the file's name.
    notes: Vec<String>,
}

/// The title of what is in a catalogue before a file is added.
#[cfg(feature = "xlsx")]
const BEFORE: &str = "Antes";

#[cfg(feature = "xlsx")]
fn added(name: &str, bytes: &[u8]) -> Result<Added, citymatch::Error> {
    added_to(&[], name, bytes)
}

/// What comes of a file that is added to a catalogue with solutions of these ids.
#[cfg(feature = "xlsx")]
fn added_to(ids: &[String], name: &str, bytes: &[u8]) -> Result<Added, citymatch::Error> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let reading = read::<Solution>(&path, &ReadOptions::default())?;
    let prefix = format!("`{}`: ", path.display());
    let notes = reading.notes().iter().map(|note| note.replace(&prefix, "")).collect();
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for id in ids {
        edit.put(Solution::new(id.as_str(), BEFORE))?;
    }
    edit.commit()?;
    let report = catalogue.add(reading)?;
    let snapshot = catalogue.snapshot()?;
    let record = |record: Solution| {
        let mut json = record.to_json();
        // The id as it is looked up, not as it was written.
        json.insert("id".to_owned(), record.id.as_str().into());
        json
    };
    let records = snapshot.solutions().records()?;
    let mut records: Vec<_> = records.map(|one| record(one.unwrap())).collect();
    records.retain(|record| record.get("title").is_none_or(|title| *title != BEFORE));
    assert_eq!(report.added + report.replaced, records.len() as u64, "{name}");
    assert_eq!(snapshot.solutions().len() as u64, ids.len() as u64 + report.added, "{name}");
    let rejected = report.rejected.iter().map(|rejected| rejected.location.row).collect();
    Ok(Added { records, rejected, notes })
}

/// A workbook of sheets with their rows, and cells that are merged: the first row, the column and the
/// last row.
#[cfg(feature = "xlsx")]
fn workbook(sheets: &[(&str, Vec<Vec<String>>)], merged: &[(u32, u16, u32)]) -> Vec<u8> {
    use rust_xlsxwriter::{Format, Workbook};
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for &(first, column, last) in merged {
            let text = &rows[first as usize][usize::from(column)];
            sheet.merge_range(first, column, last, column, text, &Format::new()).unwrap();
        }
        for (number, row) in (0..).zip(rows) {
            let is_merged = |column: u16| {
                merged
                    .iter()
                    .any(|(first, at, last)| *at == column && (*first..=*last).contains(&number))
            };
            for (column, cell) in (0..).zip(row) {
                if !is_merged(column) && !cell.is_empty() {
                    sheet.write_string(number, column, cell).unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Rows of cells with bars between them.
#[cfg(feature = "xlsx")]
fn cells(rows: &[&str]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect()
}

#[cfg(feature = "xlsx")]
#[test]
fn files_are_read_as_a_person_reads_them() {
    let titled = [
        "Alcaldía de Santa Rosa|",
        "",
        "Código|Nombre|Etapa",
        "a1|Ciclovía|Piloto",
        "a2|Compost|Idea",
        "Total: 2|",
    ];
    let csv = |rows: &[&str]| rows.join("\n").replace('|', ";").into_bytes();
    for (name, file, bytes, records, rejected) in [
        ("title_above", "f.csv", csv(&titled), json!([{"id": "a1", "title": "Ciclovía", "stage": "Piloto"}, {"id": "a2", "title": "Compost", "stage": "Idea"}]), &[6][..]),
        ("title_above_in_a_workbook", "f.xlsx", workbook(&[("Hoja", cells(&titled))], &[]), json!([{"id": "a1", "title": "Ciclovía", "stage": "Piloto"}, {"id": "a2", "title": "Compost", "stage": "Idea"}]), &[6]),
        (
            "headers_over_two_rows",
            "f.xlsx",
            workbook(&[("Hoja", cells(&["Bases 2026", "id|Proyecto||Entidad|", "|Título|Resumen|Nome|País", "a1|Ciclovía|Carril aparte.|Sol|Perú"]))], &[]),
            json!([{"id": "a1", "title": "Ciclovía", "summary": "Carril aparte.", "organisation": "Sol", "country": "Perú"}]),
            &[],
        ),
        (
            "stray_quote",
            "f.csv",
            b"id,title,description\na1,Tubos,\"8 pulgadas\na2,Compost,Abono\na3,Bicis,\"Con candado\"\n".to_vec(),
            json!([{"id": "a1", "title": "Tubos", "description": "\"8 pulgadas"}, {"id": "a2", "title": "Compost", "description": "Abono"}, {"id": "a3", "title": "Bicis", "description": "Con candado"}]),
            &[],
        ),
        (
            "bars",
            "f.txt",
            "id|Nombre|Descripción, breve\na1|Ciclovía; larga|Carril, aparte\n".into(),
            json!([{"id": "a1", "title": "Ciclovía; larga", "summary": "Carril, aparte"}]),
            &[],
        ),
        (
            "sheets_with_the_same_headers",
            "f.xlsx",
            workbook(&[("Norte", cells(&["id|Nombre", "a1|Ciclovía"])), ("Sur", cells(&["ID|nombre", "a2|Compost"]))], &[]),
            json!([{"id": "a1", "title": "Ciclovía"}, {"id": "a2", "title": "Compost"}]),
            &[],
        ),
        (
            "merged_downwards",
            "f.xlsx",
            workbook(&[("Hoja", cells(&["id|Nombre|País", "a1|Ciclovía|Chile", "a2|Compost|", "a3|Bicis|"]))], &[(1, 2, 2)]),
            json!([{"id": "a1", "title": "Ciclovía", "country": "Chile"}, {"id": "a2", "title": "Compost", "country": "Chile"}, {"id": "a3", "title": "Bicis"}]),
            &[],
        ),
        (
            "answer_of_a_service",
            "f.json",
            r#"{"records": [{"id": "a1", "fields": {"Nombre": "Ciclovía"}}], "offset": "x"}"#.into(),
            json!([{"id": "a1", "title": "Ciclovía"}]),
            &[],
        ),
        (
            "standard_of_grants",
            "f.json",
            r#"{"version": "1.1", "grants": [{"id": 7, "title": "Compost", "amountAwarded": 5}]}"#.into(),
            json!([{"id": "7", "title": "Compost", "amountAwarded": 5}]),
            &[],
        ),
        (
            "white_space_around_ids",
            "f.csv",
            "id,title\n\u{a0}a1 ,Ciclovía\na2\u{200b},Compost\na2,Otra\n".into(),
            json!([{"id": "a1", "title": "Ciclovía"}, {"id": "a2", "title": "Compost"}]),
            &[4],
        ),
        (
            "one_line_in_another_encoding",
            "f.csv",
            ["id,title\na1,Ciclovía\n".as_bytes(), b"a2,Vi\xF1edo\n"].concat(),
            json!([{"id": "a1", "title": "Ciclovía"}, {"id": "a2", "title": "Viñedo"}]),
            &[],
        ),
    ] {
        let Added { records: found, rejected: wrong, .. } = added(file, &bytes).unwrap();
        assert_eq!(json!(found), records, "{name}");
        assert_eq!(wrong, rejected, "{name}");
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn files_that_are_something_else_are_named_for_what_they_are() {
    let html = b"<html><body><table><tr><td>id</td></tr></table></body></html>";
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (name, file, bytes, message) in [
        (
            "html_as_xls",
            "f.xls",
            &html[..],
            "`content` cannot be `an HTML page` (expected a workbook: open it in Excel",
        ),
        (
            "html_as_xlsx",
            "f.xlsx",
            html,
            "`content` cannot be `an HTML page` (expected a workbook: open it in Excel",
        ),
        (
            "html_as_csv",
            "f.csv",
            html,
            "`content` cannot be `an HTML page` (expected text with a delimiter",
        ),
        ("lock_file", "~$f.xlsx", b"\x05Ana", "this is the lock file of one that is open in Excel"),
        ("a_mark_alone", "f.csv", b"\xEF\xBB\xBF", "`content` cannot be `empty`"),
        ("a_mark_alone_as_a_workbook", "f.ods", b"\xEF\xBB\xBF", "`content` cannot be `empty`"),
    ] {
        let error =
            added(file, bytes).err().unwrap_or_else(|| panic!("{name} is read")).to_string();
        assert!(error.contains(message), "{name}: {error}");
    }
    let found = added("f.json", deep.as_bytes()).unwrap();
    assert_eq!((found.records.len(), found.rejected), (0, vec![1]));
    let line = format!(
        "{{\"id\":\"a1\",\"title\":\"a\",\"x\":{deep}}}\n{{\"id\":\"a2\",\"title\":\"b\"}}\n"
    );
    let found = added("f.jsonl", line.as_bytes()).unwrap();
    assert_eq!((found.records.len(), found.rejected), (1, vec![1]));
}

#[test]
fn a_value_kept_under_its_header_is_no_slip_of_a_field() {
    let found: Vec<Solution> = records("id;title;Costo;Sumary\na1;Ciclovía;12.000;b\n");
    assert_eq!(found[0].extra["Costo"], "12.000");
    let warnings: Vec<_> = found[0].warnings().into_iter().map(|one| one.field).collect();
    assert_eq!(warnings, ["Sumary"]);
}

#[test]
fn what_a_file_was_found_to_be_is_said() {
    let dir = tempfile::tempdir().unwrap();
    for (file, bytes, summary) in [
        (
            "a.csv",
            "Lista\nid;title\na1;Ciclovía\n".as_bytes(),
            "csv, UTF-8, delimiter `;`, headers in row 2",
        ),
        (
            "b.csv",
            b"id\ttitle\na1,V\xEDa\tb\n",
            "csv, windows-1252, delimiter tab, headers in row 1",
        ),
        (
            "c.csv",
            b"\xFF\xFEi\0d\0,\0t\0i\0t\0l\0e\0\n\0",
            "csv, utf-16le, delimiter `,`, headers in row 1",
        ),
        ("d.jsonl", b"{\"id\":1,\"title\":\"a\"}", "jsonl, UTF-8"),
        ("e.json", b"[{\"id\":1,\"title\":\"a\"}]", "jsonl, UTF-8"),
    ] {
        let path = dir.path().join(file);
        std::fs::write(&path, bytes).unwrap();
        let source = read::<Solution>(&path, &ReadOptions::default()).unwrap().source().summary();
        assert!(source.ends_with(&format!(": {summary}")), "{file}: {source}");
    }
}

/// A text in a cell, with what makes cells hard to read: `§` stands for the file's delimiter.
#[cfg(feature = "xlsx")]
fn cell_text() -> impl Strategy<Value = String> {
    let pieces =
        vec!["agua", "Ñandú", "ação", " ", "§", "\"", "12", "\n", "N/A", "Chile", "=", "'", "#"];
    prop::collection::vec(prop::sample::select(pieces), 0..4).prop_map(|pieces| pieces.concat())
}

#[cfg(feature = "xlsx")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn rows_and_values_of_any_file_are_added_rejected_or_told(
        above in prop::collection::vec("[A-Z][a-z]{3,8} de [a-z]{3,8}", 0..3),
        sheets in prop::collection::vec(prop::collection::vec((0..12_u8, prop::collection::vec(cell_text(), 0..5)), 0..5), 1..3),
        before in prop::collection::btree_set(0..10_u8, 0..4),
        names in (prop::sample::select(vec!["id", "Código", "ID"]), prop::sample::select(vec!["title", "NOMBRE", "Título"]), prop::sample::select(vec!["Descripción", "descrição"]), prop::sample::select(vec!["País", "Country"])),
        (blank, windows_lines, is_workbook) in any::<(bool, bool, bool)>(),
        delimiter in prop::sample::select(vec![",", ";", "\t", "|"]),
        encoding in 0..4_u8,
    ) {
        let header: Vec<String> = [names.0, names.1, names.2, names.3, "Anexo"].map(str::to_owned).into();
        let row = |(id, cells): &(u8, Vec<String>)| -> Vec<String> {
            // The last ids are blank.
            let id = if *id < 10 { format!("s{id}") } else { String::new() };
            std::iter::once(id).chain(cells.iter().map(|cell| cell.replace('§', delimiter))).collect()
        };
        let sheets: Vec<Vec<Vec<String>>> = sheets.iter().map(|rows| rows.iter().map(row).collect()).collect();
        let table = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
            let above = above.iter().map(|text| vec![text.clone()]);
            let gap = blank.then(Vec::new);
            above.chain(gap.clone()).chain([header.clone()]).chain(gap).chain(rows.iter().cloned()).collect()
        };
        let (name, bytes, rows) = if is_workbook {
            let named: Vec<_> = ["Uno", "Dos"].into_iter().zip(sheets.iter().map(|rows| table(rows))).collect();
            ("f.xlsx", workbook(&named, &[]), sheets.concat())
        } else {
            let end = if windows_lines { "\r\n" } else { "\n" };
            let cell = |cell: &String| if cell.contains(['"', '\n', ',', ';', '\t', '|']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() };
            let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(delimiter) + end;
            let text: String = table(&sheets[0]).iter().map(line).collect();
            let bytes = match encoding {
                0 => text.into_bytes(),
                1 => format!("\u{feff}{text}").into_bytes(),
                2 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
                _ => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            };
            ("f.csv", bytes, sheets[0].clone())
        };
        let rows: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        let before: Vec<String> = before.iter().map(|id| format!("s{id}")).collect();
        let Added { records: found, rejected, notes } = added_to(&before, name, &bytes).unwrap();
        prop_assert_eq!(found.len() + rejected.len(), rows.len(), "{:?} {:?}", rows, notes);
        prop_assert!(above.is_empty() || notes.iter().any(|note| note.contains("above them")), "{notes:?}");
        for record in &found {
            // Of rows with one id, the first that is a record counts.
            let is_kept = |row: &&Vec<String>| row[0] == record["id"] && row[1..].iter().all(|cell| {
                // In a text file an apostrophe before a formula is the writer's mark, not text.
                let cell = if is_workbook { cell.clone() } else { crate::formula::armed(cell.clone()) };
                cell.trim().is_empty() || record.values().any(|value| value.as_str().is_some_and(|text| text.trim() == cell.trim()))
            });
            prop_assert!(rows.iter().any(|row| is_kept(&row)), "{record:?} {rows:?}");
        }
    }
}

/// A value as people write it, clear or not.
fn value() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "6",
        "11.5",
        "ODS",
        ",",
        ";",
        " ",
        " y ",
        "Piloto",
        "(",
        ")",
        "Chile",
        "Perú",
        "2019",
        "-",
        "R$",
        "1.200",
        ",50",
        "USD",
        "mil",
        "31/03/2026",
        "03/04/2026",
        "N/A",
        "s/d",
        "marzo",
        "de",
        "ñ",
        "\"",
        "{",
        "[",
        "]",
        "\u{a0}",
        "no",
        ":",
        "Agua limpia y saneamiento",
        "#N/A",
        "0",
    ]);
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_row_and_no_value_is_lost_without_a_word(table in prop::collection::vec(prop::collection::vec(value(), 9), 1..6)) {
        let header = "id,title,ODS,País,etapa,Costo,Moneda,Año,Temas,Notas\n";
        let fields = ["sdgs", "country", "stage", "cost", "cost", "year", "themes", ""];
        let headers: Vec<&str> = header.trim().split(',').skip(2).collect();
        let mut text = header.to_owned();
        for (number, cells) in table.iter().enumerate() {
            let quoted: Vec<_> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.extend(["s", &number.to_string(), ",", &quoted.join(","), "\n"]);
        }
        let found: Vec<Row<Solution>> = rows(&text, &ReadOptions::default());
        prop_assert_eq!(found.len(), table.len());
        for (row, cells) in found.iter().zip(&table) {
            let record = row.record.as_ref().unwrap();
            let json = record.to_json();
            prop_assert_eq!(&record.title, &cells[0]);
            for ((header, field), cell) in headers.iter().zip(fields).zip(&cells[1..]) {
                let is_kept = record.extra.get(*header) == Some(&json!(cell));
                let is_read = json.contains_key(field);
                let is_empty_list = serde_json::from_str::<Vec<Json>>(cell).is_ok_and(|list| list.is_empty());
                let is_blank = cell.trim().is_empty() || is_empty_list;
                prop_assert!(is_blank || is_read || is_kept || citymatch::record::is_placeholder(cell), "{header}: {cell:?} {json:?}");
                let is_told = record.unclear().iter().any(|problem| problem.field.starts_with(field));
                prop_assert!(!is_kept || is_told || *header == "Notas" || *header == "Moneda", "{header}: {cell:?}");
            }
            // What is stored is read as the same record, with all that was kept.
            let again = Solution::read(Json::Object(json.clone())).unwrap();
            prop_assert_eq!(Json::Object(again.to_json()), Json::Object(json));
            prop_assert_eq!(&again, record);
        }
        let catalogue = Catalogue::in_memory().unwrap();
        let report = catalogue.add(found).unwrap();
        prop_assert_eq!(report.rows(), table.len() as u64);
        let stored: Vec<Solution> = catalogue.snapshot().unwrap().solutions().records().unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(stored.len() as u64, report.added);
    }

    #[test]
    fn what_is_exported_comes_back(values in prop::collection::vec(value(), 6)) {
        let text = format!("id,title,ODS,País,etapa,Costo,Moneda,Año\ns1,Uno{}\n", values.iter().flat_map(|value| [",\"".to_owned(), value.replace('"', "\"\""), "\"".to_owned()]).collect::<String>());
        let record = rows::<Solution>(&text, &ReadOptions::default()).remove(0).record.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.jsonl");
        write_records([Ok(record.clone())], FileFormat::Jsonl, Output::Path(&path)).unwrap();
        let again = read::<Solution>(&path, &ReadOptions::default()).unwrap().next().unwrap();
        prop_assert_eq!(again.location, RowLocation::in_file(path.display().to_string(), 1));
        prop_assert_eq!(again.record.unwrap(), record);
    }
}
