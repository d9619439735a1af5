//! The words of a sentence as it was written: with capitals and figures.

use crate::record::key::normalise_key;

/// A word of a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token<'t> {
    /// Without the punctuation around it.
    pub(super) text: &'t str,
    pub(super) form: Form,
    /// Whether a common word may have a capital here too: at the beginning of a sentence, behind a
    /// colon or a quotation mark, in a title in which most words have one.
    pub(super) has_free_capital: bool,
    /// Whether it stands where a sentence begins.
    pub(super) begins: bool,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// It has a digit.
    Number,
    /// It begins with a capital.
    Capital,
    Lower,
}

impl Token<'_> {
    /// In lower case, without accents and the genitive.
    pub(super) fn key(&self) -> String {
        let bare = self.text.strip_suffix("'s").or_else(|| self.text.strip_suffix("’s"));
        normalise_key(bare.unwrap_or(self.text))
    }
}

/// The words of a sentence, in order.
pub(super) fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let (mut found, mut begins) = (Vec::new(), true);
    for raw in sentence.split_whitespace() {
        let text = raw.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = text.chars().next() else { continue };
        let form = match first {
            _ if text.contains(|c: char| c.is_ascii_digit()) => Form::Number,
            first if first.is_uppercase() && text.chars().nth(1).is_some() => Form::Capital,
            _ => Form::Lower,
        };
        let has_free_capital = begins || raw.starts_with(['"', '“', '«', '¿', '¡', '‘', '\'']);
        found.push(Token { text, form, has_free_capital, begins });
        begins = raw.ends_with(['.', ':', '!', '?', ';', '…', '•', '–', '—']);
    }
    if is_title(&found) {
        for token in &mut found {
            token.has_free_capital = true;
        }
    }
    found
}

/// Whether most of the words have a capital, as in English titles.
fn is_title(tokens: &[Token<'_>]) -> bool {
    let words = tokens.iter().filter(|token| token.form != Form::Number).count();
    let capitals = tokens.iter().filter(|token| token.form == Form::Capital).count();
    capitals > 1 && 2 * capitals > words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_words_are_written() {
        let shown = |sentence| -> Vec<String> {
            let one = |token: &Token<'_>| {
                let form = match token.form {
                    Form::Number => '1',
                    Form::Capital => 'A',
                    Form::Lower => 'a',
                };
                format!("{form}{}{}", if token.has_free_capital { "^" } else { "" }, token.key())
            };
            tokens(sentence).iter().map(one).collect()
        };
        for (name, sentence, expected) in [
            ("nothing", " – ", &[][..]),
            (
                "a_name",
                "The rain of Quito's plaza.",
                &["A^the", "arain", "aof", "Aquito", "aplaza"],
            ),
            ("numbers", "In 2019, 35 % more", &["A^in", "12019", "135", "amore"]),
            (
                "behind_a_colon",
                "the plan: Gardens for all",
                &["a^the", "aplan", "A^gardens", "afor", "aall"],
            ),
            ("a_title", "Rain Gardens in Quito", &["A^rain", "A^gardens", "a^in", "A^quito"]),
            ("a_single_letter", "the plan A of it", &["a^the", "aplan", "aa", "aof", "ait"]),
        ] {
            assert_eq!(shown(sentence), expected, "{name}");
        }
    }
}
