//! Spanish.

use super::Definition;

pub(super) const SPANISH: Definition = Definition {
    code: "es",
    other_names: &[
        "spanish",
        "espanol",
        "castellano",
        "espanhol",
        "spa",
        "es es",
        "es 419",
        "es ar",
        "es bo",
        "es cl",
        "es co",
        "es cr",
        "es cu",
        "es do",
        "es ec",
        "es gt",
        "es hn",
        "es mx",
        "es ni",
        "es pa",
        "es pe",
        "es pr",
        "es py",
        "es sv",
        "es us",
        "es uy",
        "es ve",
    ],
    stop_words: include_str!("stop/es.txt"),
    question_words: &[
        "cómo", "cuál", "cuáles", "cuándo", "cuánta", "cuántas", "cuánto", "cuántos", "dónde",
        "adónde", "quién", "quiénes",
    ],
    stemmer: frostem::Algorithm::Spanish,
    detected_as: whichlang::Lang::Spa,
    storage_code: 2,
    countries: &[
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA",
        "PE", "PR", "PY", "SV", "UY", "VE",
    ],
};
