//! How a text is cut into sentences.

use crate::record::Language;

/// A sentence of fewer words is joined to the one before it.
const MIN_WORDS: usize = 4;
/// A sentence of more words is cut into parts of this length, the last one shorter.
const MAX_WORDS: usize = 60;
/// No abbreviation is longer, in bytes.
const LONGEST_ABBREVIATION: usize = 8;

/// Cuts a text into sentences; the words of each are joined by single spaces.
///
/// A sentence ends after `.`, `!`, `?` or `;` where white space follows, and at the end of a line.
/// The full stop of an abbreviation ends none: `Sr.`, `EE. UU.`, `p. ej.`, `e.g.`, `art. 5`, an
/// initial, or a number at the start (`1. Agua`). Capitals are no sign of a new sentence, so that a
/// text in capitals has the same ones. A sentence of fewer than 4 words is joined to the one before
/// it; one of more than 60 is cut after every 60 words.
///
/// # Examples
/// ```
/// use citymatch::text::sentences;
/// assert_eq!(sentences("The river floods the market. Why?\nGardens hold the rain."),
///     ["The river floods the market. Why?", "Gardens hold the rain."]);
/// assert_eq!(sentences("La obra que dirige el Sr. Pérez").len(), 1);
/// ```
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    sentences_if(text, |_| true)
}

/// Cuts a text into sentences, of the parts between the places where one ends that pass a test.
pub(super) fn sentences_if(text: &str, mut test: impl FnMut(&str) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in parts(text).filter(|part| test(part)) {
        let (mut sentence, mut words) = (String::with_capacity(part.len()), 0);
        for word in part.split_whitespace() {
            if words > 0 && words % MAX_WORDS == 0 {
                found.push(std::mem::take(&mut sentence));
            }
            if !sentence.is_empty() {
                sentence.push(' ');
            }
            sentence.push_str(word);
            words += 1;
        }
        match found.last_mut() {
            _ if words == 0 => {}
            Some(before) if words < MIN_WORDS => before.extend([" ", &sentence]),
            _ => found.push(sentence),
        }
    }
    found
}

/// The parts of a text between the places where a sentence ends, of any number of words.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let part;
        (part, rest) = split_first(rest?);
        Some(part)
    })
}

/// The text up to where its first sentence ends, and what follows, if anything does.
fn split_first(text: &str) -> (&str, Option<&str>) {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => return (&text[..at], Some(text[at..].trim_start_matches('\n'))),
            b'.' | b'!' | b'?' | b';' if is_end(text, at) => {
                return (&text[..=at], Some(text[at + 1..].trim_start()));
            }
            _ => {}
        }
    }
    (text, None)
}

/// Where the sentences of a line end: behind their marks.
pub(super) fn sentence_ends(line: &str) -> impl Iterator<Item = usize> {
    let marks = line.match_indices(['.', '!', '?', ';']);
    marks.filter(|(at, _)| is_end(line, *at)).map(|(at, _)| at + 1)
}

/// Whether a sentence ends with the mark at a place of a text.
fn is_end(text: &str, at: usize) -> bool {
    let (sentence, rest) = text.split_at(at + 1);
    rest.starts_with(char::is_whitespace) && !ends_with_abbreviation(sentence, rest.trim_start())
}

/// Whether the full stop at the end of a text is that of an abbreviation, or of a number with which
/// the text begins; `next` is what follows.
#[must_use]
pub fn ends_with_abbreviation(text: &str, next: &str) -> bool {
    let Some(text) = text.strip_suffix('.') else { return false };
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_all = word.len() == text.trim_start().len();
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return is_all && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    }
    // `J.`, `e.g.`, `p.ej.`, `EE.UU.`
    let mut parts = word.split('.').map(|part| part.chars().count());
    if word.chars().count() == 1
        || (word.contains('.') && parts.all(|length| (1..3).contains(&length)))
    {
        return true;
    }
    if word.len() > LONGEST_ABBREVIATION {
        return false;
    }
    let word = word.to_lowercase();
    Language::ALL.iter().map(|language| language.definition()).any(|language| {
        language.abbreviations.contains(&word.as_str())
            || (next.starts_with(|c: char| c.is_ascii_digit())
                && language.abbreviations_before_numbers.contains(&word.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_sentences_end() {
        let long = "word ".repeat(130);
        let cases: &[(&str, &str, &[usize])] = &[
            ("nothing", "", &[]),
            ("white_space", " \n ", &[]),
            ("one", "Rain gardens hold the rain", &[5]),
            ("full_stops", "Rain gardens hold rain. Dry toilets need no water.", &[4, 5]),
            ("no_space_after_the_stop", "Version 1.2 of the plan.Next one", &[6]),
            (
                "semicolon_and_question",
                "What floods the market here? The river does that; the drain helps too.",
                &[5, 4, 4],
            ),
            ("lines", "one two three four\n\nfive six seven eight", &[4, 4]),
            ("short_joins_before", "one two three four. Five!", &[5]),
            ("short_first_stays", "Water. one two three four", &[1, 4]),
            ("long_is_cut", &long, &[60, 60, 10]),
            ("abbreviation", "La obra que dirige el Sr. Pérez para los barrios", &[10]),
            ("abbreviation_in_capitals", "LA OBRA QUE DIRIGE EL SR. PÉREZ PARA LOS BARRIOS", &[10]),
            ("country", "Una red de ciudades de EE. UU. y de México", &[10]),
            ("before_a_number", "Según lo que dice el art. 5 de la ley", &[10]),
            ("a_word_like_it", "We love public street art. The murals of our city", &[5, 5]),
            ("initials", "La plaza lleva el nombre de J. M. Gutiérrez", &[9]),
            ("for_example", "Gardens that hold the rain, e.g. those of Quito", &[9]),
            ("number_of_an_item", "1. Agua para todos los barrios", &[6]),
            ("number_at_the_end", "Así fue desde 2019. Después cambió la ley", &[4, 4]),
            ("ordinal_ends_none", "El decreto n.º 5 de la ciudad", &[7]),
            ("por_ejemplo", "Gardens hold the rain, p. ej. the ones of Quito", &[10]),
        ];
        for (name, text, lengths) in cases {
            let found: Vec<usize> =
                sentences(text).iter().map(|sentence| sentence.split(' ').count()).collect();
            assert_eq!(found, *lengths, "{name}");
        }
    }
}
