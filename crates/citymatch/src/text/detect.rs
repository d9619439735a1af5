//! How the language of a record is found.

use std::fmt;

use super::record_text::RecordText;
use super::stop::{has_most_stop_words, language_by_stop_words};
use crate::record::{Country, Language, Record};

/// The detector and the count of stop words read a text up to this many characters: enough to tell,
/// and a bound on the time that a long record takes.
const MAX_CHARACTERS: usize = 2_000;
/// On fewer words than this a detector is often wrong, so that one sign of a language is not enough.
const DETECTABLE_WORDS: usize = 5;

/// How a record's language was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageSource {
    /// The record declares it.
    Declared,
    /// The detector (whichlang) found it in the record's texts.
    Detected,
    /// More of the texts' words are stop words of this language than of any other.
    StopWords,
    /// It is the language of the record's country.
    Country,
    /// It is the commonest language of the catalogue's solutions. A challenge gets it if its own
    /// language is not declared and cannot be found.
    Commonest,
    /// It is the language of each solution: a challenge of fewer than 5 words, whose language is
    /// neither declared nor sure, is read in all of them.
    Each,
}

impl LanguageSource {
    /// Its name in results: `declared`, `detected`, `stop words`, `country`, `commonest` or `each`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Detected => "detected",
            Self::StopWords => "stop words",
            Self::Country => "country",
            Self::Commonest => "commonest",
            Self::Each => "each",
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

/// The language of a record, and how it was found.
///
/// A declared language counts before all else. Otherwise it is the one that the detector finds in
/// the first 2,000 characters of the record's texts, if it is a [`Language`]; else the one whose
/// stop words occur most often there; else that of the record's country. `None` if none of them
/// tells: such a record is matched too, but its words are neither stemmed nor freed of stop words.
///
/// The texts are read as they are matched: cleaned, in lower case, without addresses and numbers.
/// On fewer than 5 words a detector is often wrong, so there two of the three must agree, or the
/// country alone tell.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, Language, text::{LanguageSource, language_of}};
/// let challenge = Challenge::new("c1", "¿Cómo evitar que se inunden las calles?");
/// assert_eq!(language_of(&challenge), Some((Language::Spanish, LanguageSource::Detected)));
/// ```
#[must_use]
pub fn language_of<R: Record>(record: &R) -> Option<(Language, LanguageSource)> {
    RecordText::new(record).language(record)
}

impl RecordText {
    /// Whether it has so few words that one sign of a language is not enough.
    pub(crate) fn is_short(&self) -> bool {
        let words = self.words().flat_map(str::split_whitespace);
        words.take(DETECTABLE_WORDS).count() < DETECTABLE_WORDS
    }

    /// [`language_of`] the record whose text this is.
    pub(crate) fn language<R: Record>(&self, record: &R) -> Option<(Language, LanguageSource)> {
        if let Some(declared) = record.declared_language() {
            return Some((declared, LanguageSource::Declared));
        }
        let text = self.words().collect::<Vec<_>>().join("\n");
        let text: String = text.chars().take(MAX_CHARACTERS).collect();
        let detected = || detect(&text).map(|language| (language, LanguageSource::Detected));
        let voted =
            || language_by_stop_words(&text).map(|language| (language, LanguageSource::StopWords));
        let country = record.home().and_then(language_of_country);
        let country = country.map(|language| (language, LanguageSource::Country));
        if !self.is_short() {
            return detected().or_else(voted).or(country);
        }
        let first = detected().or_else(voted).or(country)?;
        let is_sure = match first {
            (language, LanguageSource::Detected) => {
                has_most_stop_words(&text, language) || country.is_some_and(|own| own.0 == language)
            }
            (language, LanguageSource::StopWords) => country.is_some_and(|own| own.0 == language),
            _ => true,
        };
        is_sure.then_some(first)
    }
}

/// The language that the detector finds. It tells 16 apart; one that citymatch does not analyse
/// means that the text's language is not known.
fn detect(text: &str) -> Option<Language> {
    let found = whichlang::detect_language(text);
    Language::find(|language| language.detected_as == found)
}

/// The language of a country's administration, if citymatch analyses it.
fn language_of_country(country: Country) -> Option<Language> {
    Language::find(|language| language.countries.contains(&country.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;

    #[test]
    fn what_is_declared_counts_first_then_the_text_then_the_country() {
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
                record("雨の庭 não 雨の庭が 都市を 洪水から 守る"),
                Some((Language::Portuguese, LanguageSource::StopWords)),
            ),
            ("few_words_and_one_sign", record("reciclaje textil"), None),
            (
                "few_words_and_two_signs",
                record("agua para los barrios"),
                Some((Language::Spanish, LanguageSource::Detected)),
            ),
            (
                "few_words_of_a_country",
                record("reciclagem têxtil").country(brazil),
                Some((Language::Portuguese, LanguageSource::Detected)),
            ),
            (
                "capitals",
                record("JARDINES QUE RETIENEN EL AGUA DE LLUVIA"),
                Some((Language::Spanish, LanguageSource::Detected)),
            ),
            (
                "markup",
                record("<p>Jardins que ret&ecirc;m a &aacute;gua da chuva</p>"),
                Some((Language::Portuguese, LanguageSource::Detected)),
            ),
        ] {
            assert_eq!(language_of(&record), expected, "{name}");
        }
    }
}
