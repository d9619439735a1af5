//! Properties of all formats together: records that are exported come back when they are read, and
//! no bytes make a reader panic.

use citymatch::{Challenge, Record, Solution};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::{FileFormat, Output, ReadOptions, read, write_records};

/// Writes records in a format and reads them again.
fn again<R: Record>(records: &[R], format: FileFormat) -> Vec<R> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(format!("records.{format}"));
    let written =
        write_records(records.iter().cloned().map(Ok), format, Output::Path(&path)).unwrap();
    assert_eq!(written, records.len() as u64);
    read(&path, &ReadOptions::default()).unwrap().map(|row| row.record.unwrap()).collect()
}

fn formats() -> impl Iterator<Item = FileFormat> {
    FileFormat::ALL
        .iter()
        .copied()
        .filter(|format| cfg!(feature = "xlsx") || *format != FileFormat::Xlsx)
        .filter(|format| cfg!(feature = "parquet") || *format != FileFormat::Parquet)
}

/// Asserts that fields have the same values. The words of their source may differ.
macro_rules! same {
    ($case:expr, $a:expr, $b:expr; $($field:ident)*) => {
        $(prop_assert_eq!(&$a.$field, &$b.$field, "{}: {}", $case, stringify!($field));)*
    };
}

/// Texts made of the pieces that tables, spreadsheets and encodings treat specially.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "ñ",
        "水",
        " ",
        "\n",
        "\r\n",
        "\r",
        "\t",
        ",",
        ";",
        "|",
        "\"",
        "'",
        "=",
        "+1",
        "#N/A",
        "[",
        "]",
        "{}",
        "1.234",
        "0012",
        "_x000D_",
        "\u{feff}",
        "\u{a0}",
        "&amp;",
        "<b>",
        "null",
        "true",
        "2024-01-31",
        "sep=;",
    ]);
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = Json> {
    prop_oneof![
        prop::collection::vec(text(), 0..4).prop_map(Json::from),
        text().prop_map(Json::from)
    ]
}

fn amount() -> impl Strategy<Value = Json> {
    let number = prop_oneof![(0_u32..3_000_000).prop_map(|n| f64::from(n) / 1000.0), 0.0..1e18_f64];
    number.prop_flat_map(|number| {
        prop_oneof![Just(json!(number)), Just(json!(citymatch::record::number::write(number)))]
    })
}

/// Unknown fields, some with names that look like known ones.
fn extra() -> impl Strategy<Value = Map<String, Json>> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "nombre",
            "Teléfono",
            "cost.amount",
            "costo",
            "extra.a",
            "",
            " ",
            "Código",
            "a\nb",
            "x,y",
            "reject_rows"
        ])
        .prop_map(str::to_owned),
        text()
    ];
    prop::collection::vec(
        (name, text().prop_filter("empty ones are absent", |text| !text.is_empty())),
        0..4,
    )
    .prop_map(|fields| fields.into_iter().map(|(name, value)| (name, Json::from(value))).collect())
}

fn object(known: Json, extra: Map<String, Json>) -> Json {
    let Json::Object(mut fields) = known else { unreachable!("the strategies make objects") };
    for (name, value) in extra {
        fields.entry(name).or_insert(value);
    }
    Json::Object(fields)
}

prop_compose! {
    fn solution()(
        (id, title, summary, city) in ("[a-z]{1,3}[;= ñ]?", text(), text(), text()),
        (themes, requirements, links) in (texts(), texts(), texts()),
        sdgs in prop::sample::subsequence(vec![json!(6), json!(11), json!("11.5"), json!("ODS 3"), json!("17.10")], 0..4),
        (stage, country) in (prop::sample::select(vec![json!("pilot"), json!("Em operação"), json!(null)]), prop::sample::select(vec!["BR", "Perú", ""])),
        (amount, currency) in (amount(), prop::sample::select(vec!["USD", "brl"])),
        year in prop::sample::select(vec![json!(2017), json!("2017"), json!(null)]),
        deployments in prop::sample::select(vec![json!([]), json!([{"city": "Quito; \"centro\"", "year": 2020, "note": 1}, {"country": "BR"}])]),
        extra in extra(),
    ) -> Json {
        object(json!({"id": id, "title": title, "summary": summary, "city": city, "themes": themes, "requirements": requirements, "links": links,
            "sdgs": sdgs, "stage": stage, "country": country, "cost": {"amount": amount, "currency": currency}, "year": year,
            "deployments": deployments}), extra)
    }
}

prop_compose! {
    fn challenge()(
        (id, question, context) in ("[a-z]{1,3}", text(), text()),
        (excluded, required) in (prop::collection::vec(text(), 0..3), texts()),
        (amount, weight) in (amount(), amount()),
        criterion in "[a-zÑ. ]{0,6}",
        extra in extra(),
    ) -> Json {
        object(json!({"id": id, "question": question, "context": context, "criteria": {"impact": 0.5, criterion: weight}, "winners": 3,
            "deadline": "2026-03-31", "eligibility": {"countries": ["BR", "Perú"], "stages": "piloto", "max_cost": {"amount": amount, "currency": "USD"},
            "max_age_years": 5, "excluded": excluded, "required_themes": required, "unknown": "bar", "Countries": "x"}}), extra)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn solutions_come_back(json in prop::collection::vec(solution(), 1..3)) {
        let records: Vec<_> = json.into_iter().map(|json| Solution::from_json(json).unwrap()).collect();
        for format in formats() {
            let found = again(&records, format);
            prop_assert_eq!(found.len(), records.len());
            for (found, record) in found.iter().zip(&records) {
                same!(format, found, record; id title summary city themes requirements links sdgs stage country cost year deployments extra);
            }
        }
        prop_assert_eq!(again(&records, FileFormat::Jsonl), records);
    }

    #[test]
    fn challenges_come_back(json in prop::collection::vec(challenge(), 1..3)) {
        let records: Vec<_> = json.into_iter().map(|json| Challenge::from_json(json).unwrap()).collect();
        for format in formats() {
            for (found, record) in again(&records, format).iter().zip(&records) {
                same!(format, found, record; id question context winners deadline eligibility extra);
                let sorted = |record: &Challenge| {
                    let mut weights: Vec<_> = record.criteria.iter().map(|(name, weight)| (name.to_owned(), weight)).collect();
                    weights.sort_by(|a, b| a.0.cmp(&b.0));
                    weights
                };
                prop_assert_eq!(sorted(found), sorted(record));
            }
        }
        prop_assert_eq!(again(&records, FileFormat::Jsonl), records);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>, start in prop::sample::select(vec!["", "id,title\n", "\u{feff}id;title\r\n1;\"", "PK\u{3}\u{4}", "sep=;\n"])) {
        let dir = tempfile::tempdir().unwrap();
        for ending in ["csv", "jsonl", "json", "xlsx"] {
            let path = dir.path().join(format!("any.{ending}"));
            std::fs::write(&path, [start.as_bytes(), &bytes].concat()).unwrap();
            if let Ok(rows) = read::<Solution>(&path, &ReadOptions::default()) {
                rows.for_each(drop);
            }
        }
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn no_damage_makes_a_workbook_panic(at in 0.0..1.0_f64, bytes in prop::collection::vec(any::<u8>(), 1..8)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("damaged.xlsx");
        let record = Solution::new("s1", "Rain gardens");
        write_records([Ok(record)], FileFormat::Xlsx, Output::Path(&path)).unwrap();
        let mut workbook = std::fs::read(&path).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below the length
        let at = (workbook.len() as f64 * at) as usize;
        workbook.truncate(at.max(workbook.len().saturating_sub(at)));
        let end = (at + bytes.len()).min(workbook.len());
        if at < end {
            workbook.splice(at..end, bytes);
        }
        std::fs::write(&path, workbook).unwrap();
        if let Ok(rows) = read::<Solution>(&path, &ReadOptions::default()) {
            rows.for_each(drop);
        }
    }
}
