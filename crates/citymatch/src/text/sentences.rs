//! How a text is cut into sentences.

/// A sentence of fewer words is joined to the one before it.
const MIN_WORDS: usize = 4;
/// A sentence of more words is cut into parts of this length, the last one shorter.
const MAX_WORDS: usize = 60;

/// Cuts a text into sentences; the words of each are joined by single spaces.
///
/// A sentence ends after `.`, `!`, `?` or `;` where white space follows, and at the end of a line.
/// A sentence of fewer than 4 words is joined to the one before it; one of more than 60 is cut
/// after every 60 words.
///
/// Abbreviations are not recognised: the full stops of "Sr." and "p. ej." end a sentence if white
/// space follows them. That of "n.º 5" does not, as no white space follows it. So no language needs
/// a list of abbreviations; and as a sentence is only a unit for comparing meaning and for grouping
/// words that occur together, one that is cut in two still counts with both parts.
///
/// # Examples
/// ```
/// use citymatch::text::sentences;
/// assert_eq!(sentences("The river floods the market. Why?\nGardens hold the rain."),
///     ["The river floods the market. Why?", "Gardens hold the rain."]);
/// ```
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in parts(text) {
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
            b'.' | b'!' | b'?' | b';' if text[at + 1..].starts_with(char::is_whitespace) => {
                return (&text[..=at], Some(text[at + 1..].trim_start()));
            }
            _ => {}
        }
    }
    (text, None)
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
            ("abbreviation_ends_one", "La obra que dirige el Sr. Pérez para los barrios", &[6, 4]),
            ("ordinal_ends_none", "El decreto n.º 5 de la ciudad", &[7]),
            ("two_short_parts", "Gardens hold the rain, p. ej. the ones of Quito", &[6, 4]),
        ];
        for (name, text, lengths) in cases {
            let found: Vec<usize> =
                sentences(text).iter().map(|sentence| sentence.split(' ').count()).collect();
            assert_eq!(found, *lengths, "{name}");
        }
    }
}
