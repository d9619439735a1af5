//! The pipeline's pieces and vectors (`train/install.py` wrote them) and the crate's are the same:
//! on the fixed texts, on texts that are hard to normalise, and on a thousand lines that are in the
//! public domain or CC0 (see `train/TEXT.md`).

use citymatch_encoder::{Encoder, StaticEncoder};

/// Each text with the rows of its pieces, and all their vectors.
fn expected() -> (Vec<(String, Vec<u32>)>, Vec<f32>) {
    let texts = include_str!("data/agreement.jsonl").lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).expect("the file is JSON");
        let rows = line["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| u32::try_from(row.as_u64().expect("a number")).expect("a row"));
        (line["text"].as_str().expect("a text").to_owned(), rows.collect())
    });
    let vectors = include_bytes!("data/agreement.f32")
        .as_chunks()
        .0
        .iter()
        .map(|&value| f32::from_le_bytes(value));
    (texts.collect(), vectors.collect())
}

#[test]
fn pieces_are_sentencepieces() {
    let (texts, _) = expected();
    assert!(texts.len() > 1000);
    for (text, rows) in texts {
        assert_eq!(StaticEncoder::builtin().rows(&text), rows, "{text:?}");
    }
}

#[test]
fn vectors_agree_to_a_hundred_thousandth() {
    let (texts, vectors) = expected();
    let encoder = StaticEncoder::builtin();
    assert_eq!(vectors.len(), texts.len() * encoder.size());
    let found = encoder
        .encode(&texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>())
        .expect("the built-in encoder cannot fail");
    for ((vector, expected), (text, _)) in
        found.iter().zip(vectors.chunks_exact(encoder.size())).zip(&texts)
    {
        let difference =
            vector.values().iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference < 1e-5, "{difference} for {text:?}");
    }
}

/// Every processor must find these bytes. When a new table changes them, the encoder needs a new
/// name: catalogues keep vectors of the old one.
#[test]
fn vectors_have_the_same_bytes_everywhere() {
    let encoder = StaticEncoder::builtin();
    let (texts, _) = expected();
    let mut hash = 0xCBF2_9CE4_8422_2325_u64; // FNV-1a
    for vector in encoder
        .encode(&texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>())
        .expect("the built-in encoder cannot fail")
    {
        for byte in vector.values().iter().flat_map(|value| value.to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    assert_eq!(
        (encoder.name(), format!("{hash:016x}").as_str()),
        ("citymatch-static-1", "64cf1da68e24ac82")
    );
}
