//! What rivals need of the built-in encoder, for `benches/speed`.
//!
//! `whole_texts RECORDS.jsonl FIELD,FIELD [VECTORS.f32]` prints how many sentences the fields have,
//! and writes the vectors of whole texts.

use std::error::Error;
use std::fs;
use std::io::{Write, stdout};

use citymatch::text::sentences;
use citymatch_benches::{rows, whole_text_vectors};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [records, fields, out @ ..] = arguments.as_slice() else {
        return Err("expected RECORDS.jsonl FIELD,FIELD [VECTORS.f32]".into());
    };
    let (records, fields) = (rows(records)?, fields.split(',').collect::<Vec<_>>());
    let texts =
        records.iter().flat_map(|row| fields.iter().filter_map(|field| row[*field].as_str()));
    writeln!(stdout(), "{}", texts.map(|text| sentences(text).len()).sum::<usize>())?;
    if let [path] = out {
        fs::write(path, whole_text_vectors(&records, &fields)?)?;
    }
    Ok(())
}
