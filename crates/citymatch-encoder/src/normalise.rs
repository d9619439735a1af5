use crate::trie::Trie;

/// sentencepiece's text normalisation, `nmt_nfkc`: compatibility forms composed, white space
/// joined.
///
/// The file is sentencepiece's own: the length of a [`Trie`] in bytes (`u32`), the trie, whose
/// numbers are places among the replacements, then the replacements, each ended by a 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normaliser {
    map: Trie,
    replacements: &'static [u8],
}

impl Normaliser {
    /// Reads the file where it lies.
    ///
    /// # Panics
    /// When it is shorter than it says: it is embedded, so this does not compile.
    pub(crate) const fn new(file: &'static [u8]) -> Self {
        let (length, rest) = file.split_first_chunk().expect("the file begins with a length");
        let (map, replacements) = rest.split_at(u32::from_le_bytes(*length) as usize);
        Self { map: Trie::new(map), replacements }
    }

    /// Writes the words of `text` to `out` (cleared first), each with one space in front.
    pub(crate) fn words_into(self, text: &str, out: &mut String) {
        out.clear();
        let mut opens = true; // what comes next, if it is no space, opens a word
        let mut push = |part: &str, ends: bool| {
            if !part.is_empty() {
                if opens {
                    out.push(' ');
                }
                out.push_str(part);
                opens = false;
            }
            opens |= ends;
        };
        let mut rest = text;
        while !rest.is_empty() {
            let plain = plain_start(rest.as_bytes());
            push(&rest[..plain], false);
            rest = &rest[plain..];
            if is_plain_space(rest.as_bytes()) {
                push("", true);
                rest = &rest[1..];
                continue;
            }
            let (length, replacement) = self.first(rest);
            for part in replacement.split_inclusive(' ') {
                let word = part.strip_suffix(' ');
                push(word.unwrap_or(part), word.is_some());
            }
            rest = &rest[length..];
        }
    }

    /// How much of `text` its longest key takes, and what stands in its place; without a key the
    /// first character stays.
    fn first(self, text: &str) -> (usize, &str) {
        if let Some((length, place)) = self.map.prefixes(text.as_bytes()).last() {
            return (length, self.replacement(place as usize));
        }
        let length = text.chars().next().map_or(0, char::len_utf8);
        (length, &text[..length])
    }

    fn replacement(self, place: usize) -> &'static str {
        let replacement =
            self.replacements.get(place..).and_then(|from| from.split(|&byte| byte == 0).next());
        std::str::from_utf8(replacement.unwrap_or_default()).unwrap_or_default()
    }
}

/// How many bytes at the start of `text` the map leaves alone: visible ASCII, but for a last one
/// that something else may combine with.
fn plain_start(text: &[u8]) -> usize {
    let visible = text.iter().take_while(|byte| byte.is_ascii_graphic()).count();
    if text.get(visible).is_none_or(u8::is_ascii) { visible } else { visible.saturating_sub(1) }
}

/// Whether `text` begins with a space that nothing can combine with.
fn is_plain_space(text: &[u8]) -> bool {
    text.first() == Some(&b' ') && text.get(1).is_none_or(u8::is_ascii)
}

#[cfg(test)]
mod tests {
    use crate::model::MODEL;

    fn words(text: &str) -> String {
        let mut out = String::from("what was here before");
        MODEL.normaliser.words_into(text, &mut out);
        out
    }

    #[test]
    fn words_are_normalised() {
        let cases = [
            ("nothing", "", ""),
            ("white_space", " \t\n\u{a0}\u{3000}", ""),
            ("words", "  rain\tgardens \n", " rain gardens"),
            ("accents_stay", "inundações água", " inundações água"),
            ("accents_are_composed", "inundac\u{327}o\u{303}es", " inundações"),
            ("an_accent_alone_after_a_space", "a \u{301}b", " a \u{301}b"),
            ("full_width_and_ligatures", "Ｃｉｔｙ ﬁne", " City fine"),
            ("a_spacing_accent_ends_a_word", "a\u{a8}b", " a \u{308}b"),
            ("a_space_of_no_width", "a\u{200b}b\u{feff}", " a b"),
            ("a_literal_mark_is_a_space", "\u{2581}\u{2581}a \u{2581}", " a"),
            ("other_scripts_stay", "城市 🌧", " 城市 🌧"),
        ];
        for (name, text, expected) in cases {
            assert_eq!(words(text), expected, "{name}");
        }
    }

    #[test]
    fn the_map_leaves_ascii_alone() {
        for first in '!'..='~' {
            for second in '\0'..='\x7F' {
                let text = [first, second].iter().collect::<String>();
                assert!(
                    MODEL.normaliser.map.prefixes(text.as_bytes()).next().is_none(),
                    "{text:?}"
                );
            }
        }
        for second in '\0'..='\x7F' {
            let text = [' ', second].iter().collect::<String>();
            let replaced: Vec<_> = MODEL
                .normaliser
                .map
                .prefixes(text.as_bytes())
                .map(|(_, at)| MODEL.normaliser.replacement(at as usize))
                .collect();
            assert!(replaced.is_empty() || replaced == [" "], "{text:?}: {replaced:?}");
        }
    }
}
