//! Fuzz targets of texts and records: bytes from anywhere, and what holds of whatever they are.
//!
//! In the ordinary tests a target runs over the inputs in `__fuzz__/NAME/`, and over some that are
//! generated: `corpus` has those that libFuzzer begins with, `crashes` those that once failed.
//! `tests/fuzz.py` runs each target millions of times.

use bolero::check;
use serde_json::Value as Json;

use crate::record::{Language, TEXT_LIMIT};
use crate::text::{LanguageSource, clean, language_of, matched_sentences, sentences, terms};
use crate::{Challenge, Record, Solution};

/// How many inputs are generated for a target in the ordinary tests.
const GENERATED: usize = 100;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A record that was read is read again from what it writes, and writes the same.
fn comes_back<R: Record>(json: &Json) {
    let Ok(record) = R::read(json.clone()) else { return };
    let written = record.to_json();
    let again = R::read(written.clone().into()).expect("what was written is read");
    assert_eq!(again.to_json(), written);
    if let Ok(strict) = R::from_json(json.clone()) {
        assert_eq!(R::from_json(strict.to_json().into()).as_ref(), Ok(&strict));
    }
    let _ = (record.check(TEXT_LIMIT), record.warnings());
    for sentence in matched_sentences(&record) {
        assert!(!sentence.words.is_empty(), "{sentence:?}");
    }
}

#[test]
fn record_json() {
    check!(name = "record_json").with_iterations(GENERATED).for_each(|bytes| {
        if let Ok(json) = serde_json::from_slice(bytes) {
            comes_back::<Solution>(&json);
            comes_back::<Challenge>(&json);
        }
    });
}

#[test]
fn cleaning() {
    check!(name = "cleaning").with_iterations(GENERATED).for_each(|bytes| {
        let text = text(bytes);
        let once = clean(&text);
        assert_eq!(clean(&once), once, "{text:?}");
    });
}

#[test]
fn sentence_splitting() {
    check!(name = "sentence_splitting").with_iterations(GENERATED).for_each(|bytes| {
        let text = text(bytes);
        let found = sentences(&text);
        assert!(found.iter().all(|sentence| !sentence.is_empty() && !sentence.contains('\n')));
        let words = found.iter().flat_map(|sentence| sentence.split_whitespace());
        assert!(words.eq(text.split_whitespace()), "{text:?}");
    });
}

#[test]
fn language_detection() {
    check!(name = "language_detection").with_iterations(GENERATED).for_each(|bytes| {
        let text = text(bytes);
        let challenge = Challenge::from_text(text.as_str());
        let found = language_of(&challenge);
        let cleaned = Challenge::from_text(clean(&text));
        assert_eq!(language_of(&cleaned), found, "{text:?}");
        let declared = challenge.language(Language::Spanish);
        let expected = Some((Language::Spanish, LanguageSource::Declared));
        assert_eq!(language_of(&declared), expected);
    });
}

#[test]
fn words() {
    check!(name = "words").with_iterations(GENERATED).for_each(|bytes| {
        let text = text(bytes);
        for language in
            [None, Some(Language::Spanish), Some(Language::Portuguese), Some(Language::English)]
        {
            for term in terms(&text, language) {
                let fits = |word: &str| {
                    (1..=255).contains(&word.len()) && !word.contains(char::is_whitespace)
                };
                assert!(fits(&term.text) && fits(&term.form), "{term:?}");
            }
        }
    });
}

/// What is quick for a line is quick for as many as a record may have: libFuzzer's own limit of a
/// second for each input would not show on short ones that the time grows with the square.
#[test]
fn long_text() {
    const LENGTH: usize = 100_000;
    check!(name = "long_text").with_iterations(4).with_max_len(64).for_each(|bytes| {
        let line = text(&bytes[..bytes.len().min(64)]);
        let challenge = Challenge::from_text(line.repeat(LENGTH / line.len().max(1)));
        let _ = (language_of(&challenge), matched_sentences(&challenge));
    });
}
