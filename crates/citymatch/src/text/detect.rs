//! Which language a record is written in.

use std::fmt;

use whichlang::Lang;

use super::stop::language_by_stop_words;
use crate::record::{Country, Language, Record};

/// How much of a text the detector reads, in characters.
const DETECTED_CHARACTERS: usize = 2_000;

/// How a record's language was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageSource {
    /// The record says it.
    Declared,
    /// The detector says it.
    Detected,
    /// Its stop words say it.
    StopWords,
    /// Its country says it.
    Country,
    /// The catalogue's commonest language: what a challenge takes whose own is not declared, and
    /// not found or too short to tell.
    Commonest,
}

impl LanguageSource {
    /// `declared`, `detected`, `stop words`, `country` or `commonest`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Detected => "detected",
            Self::StopWords => "stop words",
            Self::Country => "country",
            Self::Commonest => "commonest",
        }
    }
}

impl fmt::Display for LanguageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for LanguageSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The language of a record, and how it was found: declared; else the detector's, when that is one
/// of the three; else the one whose stop words the texts have most of; else the country's; else
/// none.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, Language, text::{LanguageSource, language_of}};
/// let challenge = Challenge::new("c1", "¿Cómo evitar que se inunden las calles?");
/// assert_eq!(language_of(&challenge), Some((Language::Spanish, LanguageSource::Detected)));
/// ```
#[must_use]
pub fn language_of<R: Record>(record: &R) -> Option<(Language, LanguageSource)> {
    if let Some(declared) = record.declared_language() {
        return Some((declared, LanguageSource::Declared));
    }
    let text = record.texts().iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
    let text: String = text.chars().take(DETECTED_CHARACTERS).collect();
    let detected = detect(&text).map(|language| (language, LanguageSource::Detected));
    detected
        .or_else(|| {
            language_by_stop_words(&text).map(|language| (language, LanguageSource::StopWords))
        })
        .or_else(|| {
            record
                .home()
                .and_then(language_of_country)
                .map(|language| (language, LanguageSource::Country))
        })
}

/// The detector knows 16 languages; an answer outside the three means that it does not know.
fn detect(text: &str) -> Option<Language> {
    match whichlang::detect_language(text) {
        Lang::Eng => Some(Language::English),
        Lang::Spa => Some(Language::Spanish),
        Lang::Por => Some(Language::Portuguese),
        _ => None,
    }
}

/// The language of a country's offices, for countries that use one of the three.
fn language_of_country(country: Country) -> Option<Language> {
    match country.name() {
        "AR" | "BO" | "CL" | "CO" | "CR" | "CU" | "DO" | "EC" | "ES" | "GQ" | "GT" | "HN"
        | "MX" | "NI" | "PA" | "PE" | "PR" | "PY" | "SV" | "UY" | "VE" => Some(Language::Spanish),
        "AO" | "BR" | "CV" | "GW" | "MZ" | "PT" | "ST" | "TL" => Some(Language::Portuguese),
        "AG" | "AU" | "BB" | "BS" | "BZ" | "CA" | "DM" | "FJ" | "GB" | "GD" | "GH" | "GM"
        | "GY" | "IE" | "IN" | "JM" | "KE" | "KN" | "LC" | "LR" | "MT" | "MW" | "NA" | "NG"
        | "NZ" | "PG" | "PH" | "PK" | "SG" | "SL" | "TT" | "TZ" | "UG" | "US" | "VC" | "ZA"
        | "ZM" | "ZW" => Some(Language::English),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;

    #[test]
    fn the_chain() {
        let record = |title: &str| Solution::new("s", title);
        let brazil = "BR".parse::<Country>().ok();
        for (name, record, expected) in [
            (
                "declared",
                record("the river").language(Language::Portuguese),
                Some((Language::Portuguese, LanguageSource::Declared)),
            ),
            (
                "detected",
                record("jardines que retienen el agua de lluvia en las aceras"),
                Some((Language::Spanish, LanguageSource::Detected)),
            ),
            ("another_language_is_unknown", record("Строительство домов"), None),
            (
                "country",
                record("Строительство").country(brazil),
                Some((Language::Portuguese, LanguageSource::Country)),
            ),
            (
                "stop_words",
                record("雨の庭 não 雨の庭が都市を洪水から守る"),
                Some((Language::Portuguese, LanguageSource::StopWords)),
            ),
        ] {
            assert_eq!(language_of(&record), expected, "{name}");
        }
    }
}
