//! Compounds that are written with a hyphen and without: `Wi-Fi` and `wifi`, `micro-crédito` and
//! `microcrédito`. Both are matched as one word, without the hyphen.
//!
//! Not every pair with a hyphen is one word: `costo-beneficio` has to be found by `costo`. A pair is
//! where its first part is a prefix, which says little by itself and which each of the three
//! languages mostly writes without a hyphen; and where it is one of a few borrowed words.

use std::borrow::Cow;

/// The text, in lower case, with its compounds as one word each.
pub(super) fn join(text: &str) -> Cow<'_, str> {
    // Bytes are looked at sooner than characters. Hyphens beyond ASCII begin with this one.
    if !text.bytes().any(|byte| matches!(byte, b'-' | 0xE2)) || !text.contains(is_hyphen) {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    for token in text.split_inclusive(char::is_whitespace) {
        push_joined(&mut joined, token);
    }
    Cow::Owned(joined)
}

/// Appends a token, without the hyphen behind its first word where that is part of the word.
fn push_joined(joined: &mut String, token: &str) {
    let start = token.find(char::is_alphanumeric).unwrap_or(0);
    let parts = token[start..].split_once(is_hyphen);
    match parts.filter(|(first, second)| is_one_word(first, second)) {
        Some((first, second)) => joined.extend([&token[..start], first, second]),
        None => joined.push_str(token),
    }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// Whether two parts around a hyphen are one word.
fn is_one_word(first: &str, second: &str) -> bool {
    let end = second.find(|c: char| !c.is_alphanumeric()).unwrap_or(second.len());
    let (second, rest) = second.split_at(end);
    if !second.starts_with(char::is_alphabetic) || second.chars().nth(1).is_none() {
        return false;
    }
    PREFIXES.binary_search(&first).is_ok()
        || (!rest.starts_with(is_hyphen) && PAIRS.contains(&(first, second.trim_end_matches('s'))))
}

/// What begins words, in the order of the alphabet. Not among them are words of their own
/// (`centro-oeste`, `radio-taxi`), what is also a name (`UN-Habitat`), and what leaves the second
/// word its meaning (`anti-ruido`, `pré-escola`, `sub-sector`), by which it is looked for.
const PREFIXES: [&str; 41] = [
    "aero", "afro", "agro", "bio", "ciber", "ciclo", "co", "cyber", "e", "eco", "electro",
    "eletro", "etno", "geo", "hidro", "hiper", "hydro", "hyper", "infra", "inter", "intra",
    "macro", "micro", "mono", "multi", "nano", "neo", "neuro", "petro", "pluri", "poli", "poly",
    "psico", "re", "socio", "sócio", "tele", "termo", "thermo", "trans", "ultra",
];

/// Borrowed words of two parts, in the singular.
const PAIRS: [(&str, &str); 14] = [
    ("back", "up"),
    ("check", "up"),
    ("feed", "back"),
    ("follow", "up"),
    ("hi", "fi"),
    ("know", "how"),
    ("lock", "down"),
    ("off", "line"),
    ("on", "line"),
    ("spin", "off"),
    ("start", "up"),
    ("web", "site"),
    ("wi", "fi"),
    ("work", "shop"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_compounds_are_one_word() {
        for (name, text, expected) in [
            ("borrowed", "red wi-fi, on-line; dos start-ups", "red wifi, online; dos startups"),
            ("a_letter", "por e-mail y e-commerce", "por email y ecommerce"),
            ("spanish", "micro-crédito de la co-operativa", "microcrédito de la cooperativa"),
            (
                "portuguese",
                "(sócio-ambiental) e agro-indústria",
                "(sócioambiental) e agroindústria",
            ),
            ("english", "“co-design”: re-use", "“codesign”: reuse"),
            ("meaning_of_its_own", "anti-ruido, pré-escola", "anti-ruido, pré-escola"),
            ("a_region", "centro-oeste", "centro-oeste"),
            ("hyphens_of_unicode", "wi\u{2011}fi e\u{2010}mail", "wifi email"),
            ("more_follows", "e-mail-based", "email-based"),
            ("two_words", "costo-beneficio, rural-urbano", "costo-beneficio, rural-urbano"),
            ("three_words", "on-line-chat y on-the-job", "on-line-chat y on-the-job"),
            ("a_name", "un-habitat", "un-habitat"),
            ("numbers", "pre-2020 covid-19", "pre-2020 covid-19"),
            ("a_dash", "e - mail, e- mail, anti-", "e - mail, e- mail, anti-"),
            ("a_single_letter", "anti-x", "anti-x"),
        ] {
            assert_eq!(join(text), expected, "{name}");
        }
    }

    #[test]
    fn prefixes_are_sorted() {
        assert!(PREFIXES.is_sorted());
    }
}
