//! English.

use super::Definition;

pub(super) const ENGLISH: Definition = Definition {
    code: "en",
    other_names: &["english", "ingles", "eng", "en us", "en gb", "en ca", "en au", "en in"],
    stop_words: include_str!("stop/en.txt"),
    call_phrases: include_str!("calls/en.txt"),
    call_words: include_str!("calls/en.words.txt"),
    question_words: &[],
    stemmer: frostem::Algorithm::English,
    detected_as: whichlang::Lang::Eng,
    storage_code: 1,
    countries: &[
        "AG", "AU", "BB", "BS", "BZ", "CA", "DM", "FJ", "GB", "GD", "GH", "GM", "GY", "IE", "IN",
        "JM", "KE", "KN", "LC", "LR", "MT", "MW", "NA", "NG", "NZ", "PG", "PH", "PK", "SG", "SL",
        "TT", "TZ", "UG", "US", "VC", "ZA", "ZM", "ZW",
    ],
};
