use super::key::normalise_key;

/// What people write where there is nothing to write, in Spanish, Portuguese and English, each as
/// [`normalise_key`] makes it: `n a` stands for `N/A`, `n.a.` and `#N/A`.
///
/// A word that also names a thing is not here: `pendiente` is *pending*, and a slope.
const WORDS: &[&str] = &[
    "a confirmar",
    "a definir",
    "blank",
    "desconhecido",
    "desconocido",
    "em branco",
    "en blanco",
    "n a",
    "n d",
    "n i",
    "na",
    "nan",
    "nao aplica",
    "nao aplicavel",
    "nao disponivel",
    "nao especificado",
    "nao informado",
    "nao se aplica",
    "nat",
    "nd",
    "nenhum",
    "nenhuma",
    "nil",
    "ninguna",
    "ninguno",
    "no aplica",
    "no aplicable",
    "no corresponde",
    "no disponible",
    "no especifica",
    "no especificado",
    "no informa",
    "no informado",
    "no se aplica",
    "none",
    "not applicable",
    "not available",
    "not specified",
    "null",
    "por confirmar",
    "por definir",
    "s d",
    "s i",
    "sem dado",
    "sem dados",
    "sem informacao",
    "sin dato",
    "sin datos",
    "sin definir",
    "sin especificar",
    "sin informacion",
    "tba",
    "tbc",
    "tbd",
    "to be announced",
    "to be confirmed",
    "to be defined",
    "to be determined",
    "undefined",
    "unknown",
    "unspecified",
];

/// The errors that spreadsheets leave in cells when they are saved as text.
const CELL_ERRORS: &[&str] = &[
    "#¡DIV/0!",
    "#¡NULO!",
    "#¡NUM!",
    "#¡REF!",
    "#¡VALOR!",
    "#¿NOMBRE?",
    "#DIV/0!",
    "#NAME?",
    "#NOME?",
    "#NULL!",
    "#NULO!",
    "#NUM!",
    "#N/D",
    "#REF!",
    "#VALOR!",
    "#VALUE!",
];

/// The most bytes of a placeholder with what is around its words, and the most letters of a word of
/// [`WORDS`]: a longer text costs nothing.
const LONGEST: usize = 40;
const MOST_LETTERS: usize = 15;

/// Whether a whole value only says that there is none: `No aplica`, `N/A`, `s/d`, `-`, `nan`. Case,
/// accents and white space around it do not matter; an empty value is one.
///
/// # Examples
/// ```
/// use citymatch::record::is_placeholder;
/// assert!(is_placeholder("Não se aplica.") && is_placeholder(" -- "));
/// assert!(!is_placeholder("La ley no se aplica"));
/// ```
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim_matches(is_blank);
    if value.len() > LONGEST {
        return false;
    }
    value.chars().all(|c| is_blank(c) || ".…-‐‑‒–—―_*/\\|,;:".contains(c))
        || CELL_ERRORS.contains(&value)
        || has_few_letters(value) && WORDS.binary_search(&normalise_key(value).as_str()).is_ok()
}

/// Whether a text has so few letters that its key may be one of [`WORDS`]. A key has at least as
/// many.
fn has_few_letters(value: &str) -> bool {
    value.chars().filter(|c| c.is_alphanumeric()).nth(MOST_LETTERS).is_none()
}

/// Whether a character shows nothing: white space, the zero-width characters, or a byte-order mark.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_keys_in_order() {
        assert!(WORDS.is_sorted_by(|a, b| a < b));
        for word in WORDS {
            assert_eq!(normalise_key(word), *word);
            assert!(word.len() <= LONGEST && has_few_letters(word), "{word}");
        }
    }

    #[test]
    fn only_whole_values_are_placeholders() {
        for value in [
            "",
            " ",
            "\u{a0}",
            "\u{200b}",
            "-",
            "--",
            "—",
            " . ",
            "...",
            "…",
            "/",
            "N/A",
            "n.a.",
            "NA",
            "#N/A",
            "#REF!",
            "#¡VALOR!",
            "s/d",
            "S/D.",
            "n/d",
            "nan",
            "NaN",
            "NaT",
            "null",
            "None",
            "TBD",
            "No aplica",
            "NO APLICA.",
            "No aplica ",
            "Não se aplica",
            "nao se aplica",
            "Por definir",
            "a definir",
            "Ninguno",
            "ninguna",
            "Nenhum",
            "Sin información",
            "Sin dato",
            "sem informação",
            "(en blanco)",
            "Not available",
        ] {
            assert!(is_placeholder(value), "{value:?}");
        }
        for value in [
            "0",
            "No",
            "Sí",
            "si",
            "x",
            "?",
            "¿?",
            "n",
            "NASA",
            "Nando",
            "La ley no se aplica",
            "No aplica pesticidas",
            "Pendiente",
            "Sin agua",
            "N/A y más",
            "C",
            "+",
            "#agua",
            "SD",
        ] {
            assert!(!is_placeholder(value), "{value:?}");
        }
    }
}
