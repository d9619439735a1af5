//! Portuguese.

use super::Definition;

pub(super) const PORTUGUESE: Definition = Definition {
    code: "pt",
    other_names: &["portuguese", "portugues", "por", "pt br", "pt pt", "pt ao", "pt mz", "pt cv"],
    stop_words: include_str!("stop/pt.txt"),
    call_phrases: include_str!("calls/pt.txt"),
    call_words: include_str!("calls/pt.words.txt"),
    question_words: &["onde", "quais", "qual", "quanta", "quantas", "quanto", "quantos", "quê"],
    stemmer: frostem::Algorithm::Portuguese,
    detected_as: whichlang::Lang::Por,
    storage_code: 3,
    countries: &["AO", "BR", "CV", "GW", "MZ", "PT", "ST", "TL"],
};
