//! The form in which words are compared with those of a table.

use unicode_normalization::UnicodeNormalization;

/// The key under which tables of words list a word: its letters and digits in lower case, without
/// accents (Unicode NFKD less combining marks); whatever else it has becomes single spaces.
#[must_use]
pub fn normalise_key(word: &str) -> String {
    let bare: String = word
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_neither_case_nor_accents_nor_marks() {
        for (name, word, key) in [
            ("accents", "Operação", "operacao"),
            ("decomposed", "Disen\u{303}o", "diseno"),
            ("marks", " in-operation!", "in operation"),
            ("ligature", "ﬁrm", "firm"),
            ("marks_alone", "…", ""),
        ] {
            assert_eq!(normalise_key(word), key, "{name}");
        }
    }
}
