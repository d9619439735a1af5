//! What is attached to words, or stands inside them, and is no part of them.
//!
//! * The number of a footnote behind a word: `inundaciones[12]`, `inundaciones¹²`. Raised digits
//!   behind three letters or fewer stay, because they belong to a unit or a formula: `km²`, `CO₂`.
//! * The words of a hashtag are written together, each with a capital: `#AguaPotable` is two words.
//! * A line between words, in hashtags and names of files, is a space: `agua_potable`.
//! * Letters of the Cyrillic and Greek scripts that look as Latin ones do, in a word with Latin
//!   letters: keyboards, scanners and those who dodge a filter put them there. A word that has
//!   others beside them is of that script, and stays.
//!
//! In addresses nothing is attached: their signs are their own.

use std::borrow::Cow;

/// A unit or a formula has at most this many letters.
const MOST_LETTERS_OF_A_UNIT: usize = 3;
/// The number of a footnote has at most this many digits.
const MOST_DIGITS: usize = 3;

/// The text without what is attached to its words.
pub(super) fn detach(text: &str) -> Cow<'_, str> {
    let has_signs = text.contains(|c: char| {
        matches!(c, '#' | '_' | '[') || is_raised(c) || look_alike(c).is_some()
    });
    if !has_signs {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for token in text.split_inclusive(char::is_whitespace) {
        if token.contains(['/', '@', '=']) {
            out.push_str(token);
        } else {
            push_detached(&mut out, token);
        }
    }
    Cow::Owned(out)
}

/// Appends a token that is no address.
fn push_detached(out: &mut String, mut rest: &str) {
    while !rest.is_empty() {
        let end = rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
        let word;
        (word, rest) = rest.split_at(end);
        push_word(out, word);
        while let Some(length) = footnote(rest).filter(|_| !word.is_empty()) {
            rest = &rest[length..];
        }
        let Some(c) = rest.chars().next().filter(|c| !is_in_word(*c)) else { continue };
        // Signs in a row are taken at once: each on its own would look for the end of the row again.
        let signs = if c == '#' { rest.len() - rest.trim_start_matches('#').len() } else { 0 };
        let sign;
        (sign, rest) = rest.split_at(signs.max(c.len_utf8()));
        if c == '#' && rest.starts_with(char::is_alphabetic) {
            let end = rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
            push_word(out, &words_of_hashtag(&rest[..end]));
            rest = &rest[end..];
        } else {
            out.push_str(sign);
        }
    }
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Appends a word, without a footnote's raised digits, with spaces for lines, in one script.
fn push_word(out: &mut String, word: &str) {
    let bare = word.trim_end_matches(is_raised);
    let is_footnote = bare.chars().filter(|c| c.is_alphabetic()).count() > MOST_LETTERS_OF_A_UNIT;
    let word = if is_footnote { bare } else { word };
    let is_joined = word.split('_').filter(|part| part.contains(char::is_alphabetic)).count() > 1;
    let is_mixed = word.contains(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| !is_of_other_script(c) || look_alike(c).is_some());
    for c in word.chars() {
        match c {
            '_' if is_joined => out.push(' '),
            c if is_mixed => out.push(look_alike(c).unwrap_or(c)),
            c => out.push(c),
        }
    }
}

/// The length of a footnote's number in brackets with which a text begins.
fn footnote(text: &str) -> Option<usize> {
    let number = text.strip_prefix('[')?;
    // Not the next `]`: in a text of brackets that never close, each would look for it to the end.
    let digits = number.bytes().take(MOST_DIGITS + 1).take_while(u8::is_ascii_digit).count();
    let is_number = (1..=MOST_DIGITS).contains(&digits) && number[digits..].starts_with(']');
    is_number.then_some(digits + 2)
}

/// A hashtag with a space before each capital that begins a word: behind a small letter.
fn words_of_hashtag(tag: &str) -> String {
    let mut words = String::with_capacity(tag.len() + 4);
    let mut before = 'A';
    for c in tag.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.push(c);
        before = c;
    }
    words
}

/// Whether a character is a raised digit.
pub(super) fn is_raised(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹')
}

fn is_of_other_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}')
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn look_alike(c: char) -> Option<char> {
    const CYRILLIC: &str = "аАВсСеЕНһіІјЈКМоОрРѕЅТуУхХ";
    const AS_LATIN: &str = "aABcCeEHhiIjJKMoOpPsSTyYxX";
    const GREEK: &str = "ΑΒΕΖΗΙΚΜΝοΟΡΤΥΧν";
    const AS_LATIN_TOO: &str = "ABEZHIKMNoOPTYXv";
    if !is_of_other_script(c) {
        return None;
    }
    let mut pairs =
        CYRILLIC.chars().zip(AS_LATIN.chars()).chain(GREEK.chars().zip(AS_LATIN_TOO.chars()));
    pairs.find(|(other, _)| *other == c).map(|(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_stays() {
        for (name, text, expected) in [
            ("nothing_to_do", "agua potable", "agua potable"),
            ("footnote", "las inundaciones[12] de 2020", "las inundaciones de 2020"),
            ("raised_footnote", "las inundaciones¹² de", "las inundaciones de"),
            ("two_footnotes", "lluvia[1][2].", "lluvia."),
            ("units_and_formulas", "40 km², 3 m³, CO² y 10⁶", "40 km², 3 m³, CO² y 10⁶"),
            ("an_index", "[1] agua, véase [2] y lluvia [3]", "[1] agua, véase [2] y lluvia [3]"),
            ("no_number", "agua[a] y lluvia[2024]", "agua[a] y lluvia[2024]"),
            ("hashtag", "#AguaPotable para todos", "Agua Potable para todos"),
            ("hashtag_of_lines", "#agua_potable_ya", "agua potable ya"),
            ("hashtag_in_capitals", "#AGUA #COVID19 #CO2Cero", "AGUA COVID19 CO2Cero"),
            ("a_number_sign", "el # 4 y #4", "el # 4 y #4"),
            ("name_of_a_file", "plano_de_agua.pdf", "plano de agua.pdf"),
            (
                "an_address",
                "https://a.org/p_q?a_b=c_d#AguaPura",
                "https://a.org/p_q?a_b=c_d#AguaPura",
            ),
            ("an_address_of_mail", "agua_potable@a.org", "agua_potable@a.org"),
            ("signs_alone", "### a # 1 ##9 #a##Bc[", "### a # 1 ##9 aBc["),
            ("a_field", "agua _____ luz __init__", "agua _____ luz __init__"),
            ("look_alikes", "inundаcionеs y Нuertа", "inundaciones y Huerta"),
            ("greek", "Αgua y rίο", "Agua y rίο"),
            ("russian", "Строительство домов", "Строительство домов"),
            ("a_word_of_look_alikes", "сор", "сор"),
        ] {
            assert_eq!(detach(text), expected, "{name}");
        }
    }
}
