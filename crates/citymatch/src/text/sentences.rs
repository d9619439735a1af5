//! From text to sentences.

/// The fewest words of a sentence of its own; fewer join the sentence before.
const SHORTEST: usize = 4;
/// The most words of a sentence; a longer one is cut every so many.
const LONGEST: usize = 60;

/// The sentences of a text, their words joined by single spaces.
///
/// A sentence ends after `.`, `!`, `?` or `;` and white space, or at a line end. Fewer than 4 words join the sentence before; more than 60
/// are cut every 60.
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
        let words: Vec<&str> = piece.split_whitespace().collect();
        match found.last_mut() {
            Some(before) if words.len() < SHORTEST => {
                for word in words {
                    before.push(' ');
                    before.push_str(word);
                }
            }
            _ => found.extend(words.chunks(LONGEST).map(|words| words.join(" "))),
        }
    }
    found
}

/// The text cut where a sentence may end.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut before) = (0, ' ');
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let ends = if c == '\n' { Some(is_line_end as fn(char) -> bool) } else { None };
        let ends = if c.is_whitespace() && ".!?;".contains(before) { Some(char::is_whitespace as fn(char) -> bool) } else { ends };
        before = c;
        let Some(belongs) = ends else { continue };
        pieces.push(&text[start..at]);
        while let Some((_, c)) = rest.next_if(|(_, c)| belongs(*c)) {
            before = c;
        }
        start = rest.peek().map_or(text.len(), |(at, _)| *at);
    }
    pieces.push(&text[start..]);
    pieces
}

fn is_line_end(c: char) -> bool {
    c == '\n'
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
            ("semicolon_and_question", "What floods the market here? The river does that; the drain helps too.", &[5, 4, 4]),
            ("lines", "one two three four\n\nfive six seven eight", &[4, 4]),
            ("short_joins_before", "one two three four. Five!", &[5]),
            ("short_first_stays", "Water. one two three four", &[1, 4]),
            ("long_is_cut", &long, &[60, 60, 10]),
        ];
        for (name, text, lengths) in cases {
            let found: Vec<usize> = sentences(text).iter().map(|sentence| sentence.split(' ').count()).collect();
            assert_eq!(found, *lengths, "{name}");
        }
    }
}
