//! What holds for every text.

use citymatch_encoder::{Encoder, StaticEncoder, Vector};
use proptest::prelude::*;

fn vector(text: &str) -> Vector {
    StaticEncoder::builtin().encode(&[text]).expect("the built-in encoder cannot fail").remove(0)
}

fn is_direction(vector: &Vector) -> bool {
    let length = vector.values().iter().map(|&value| f64::from(value).powi(2)).sum::<f64>();
    vector.values().len() == StaticEncoder::builtin().size()
        && (vector.is_zero() || (length - 1.0).abs() < 1e-6)
}

proptest! {
    #[test]
    fn any_text_gives_a_direction(text in any::<String>()) {
        prop_assert!(is_direction(&vector(&text)), "{text:?}");
    }

    #[test]
    fn any_bytes_give_a_direction(bytes in any::<Vec<u8>>()) {
        prop_assert!(is_direction(&vector(&String::from_utf8_lossy(&bytes))), "{bytes:?}");
    }

    #[test]
    fn a_text_alone_and_among_others_is_the_same(texts in prop::collection::vec("[a-zçãéñ ]{0,40}", 0..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let together = StaticEncoder::builtin().encode(&texts).expect("the built-in encoder cannot fail");
        prop_assert_eq!(together, texts.into_iter().map(vector).collect::<Vec<_>>());
    }

    #[test]
    fn pieces_of_words_follow_each_other(left in "\\PC{0,20}", right in "[a-z]{1,20}") {
        let rows = |text: &str| StaticEncoder::builtin().rows(text);
        prop_assert_eq!(rows(&format!("{left} {right}")), [rows(&left), rows(&right)].concat());
    }

    #[test]
    fn white_space_only_parts(words in prop::collection::vec("[a-z]{1,8}", 0..8), space in "[ \t\r\n\u{a0}]{1,3}") {
        prop_assert_eq!(vector(&words.join(&space)), vector(&words.join(" ")));
    }

    #[test]
    fn the_order_of_words_hardly_counts(words in prop::collection::vec("[a-z]{1,8}", 1..20)) {
        let reversed: Vec<_> = words.iter().rev().cloned().collect();
        prop_assert!(vector(&words.join(" ")).cosine(&vector(&reversed.join(" "))) > 0.999_999);
    }
}

#[test]
fn texts_that_say_nothing_give_zero() {
    for (name, text) in [
        ("empty", ""),
        ("white_space", " \t\n\u{3000}"),
        ("another_script", "城市的水"),
        ("pictures", "🌧🏙"),
    ] {
        assert!(vector(text).is_zero(), "{name}");
    }
}

#[test]
fn a_long_text_without_a_space_is_read_in_no_time() {
    let long = "inundação".repeat(100_000);
    assert!(is_direction(&vector(&long)));
}

#[test]
fn what_means_the_same_is_near() {
    let cases = [
        (
            "english_spanish",
            "public transport is too expensive",
            "el transporte público es demasiado caro",
            "cómo cultivar tomates en casa",
        ),
        (
            "spanish_portuguese",
            "¿Cómo evitar que se inunden las calles?",
            "Como evitar alagamentos nas ruas?",
            "Um curso de música para crianças",
        ),
        (
            "portuguese_english",
            "coleta seletiva de lixo",
            "separate waste collection",
            "a bridge over the river",
        ),
    ];
    for (name, text, same, other) in cases {
        let [text, same, other] = [text, same, other].map(vector);
        assert!(
            text.cosine(&same) > text.cosine(&other) + 0.3,
            "{name}: {} and {}",
            text.cosine(&same),
            text.cosine(&other)
        );
    }
}
