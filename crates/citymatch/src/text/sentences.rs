//! From text to sentences.

/// The fewest words of a sentence of its own; fewer join the sentence before.
const SHORTEST: usize = 4;
/// The most words of a sentence; a longer one is cut every so many.
const LONGEST: usize = 60;

/// The sentences of a text, their words joined by single spaces.
///
/// A sentence ends after `.`, `!`, `?` or `;` and white space, or at a line end. Fewer than 4 words
/// join the sentence before; more than 60 are cut every 60.
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
    for piece in pieces(text) {
        let (mut sentence, mut words) = (String::with_capacity(piece.len()), 0);
        for word in piece.split_whitespace() {
            if words > 0 && words % LONGEST == 0 {
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
            Some(before) if words < SHORTEST => before.extend([" ", &sentence]),
            _ => found.push(sentence),
        }
    }
    found
}

/// The text cut where a sentence may end.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let piece;
        (piece, rest) = first_piece(rest?);
        Some(piece)
    })
}

/// The text up to where a sentence may end, and what follows; nothing follows the last one.
fn first_piece(text: &str) -> (&str, Option<&str>) {
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
        ];
        for (name, text, lengths) in cases {
            let found: Vec<usize> =
                sentences(text).iter().map(|sentence| sentence.split(' ').count()).collect();
            assert_eq!(found, *lengths, "{name}");
        }
    }
}
