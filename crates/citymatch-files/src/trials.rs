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
                let is_blank = matches!(cell.trim(), "" | "[]");
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
