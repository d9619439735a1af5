//! Lines: a text that was copied from a page has line ends where the page had no room.
//!
//! * A word that was cut at a line's end (`inun-⏎dación`) becomes one again. A compound keeps its
//!   hyphen: see [`is_compound`].
//! * A line end inside a sentence is a space. The line before it does not end a sentence, and one of
//!   these shows that the next goes on with it: it ends with a comma or a stop word; the next
//!   begins in lower case, and its first word would hardly have fitted; or the lines are as full as
//!   those of a page, and its first word would not have fitted.
//! * All other line ends stay, and set apart: before an item of a list, after a heading, between
//!   paragraphs.
//! * Numbers of pages go (`Página 3 de 8`): alone on a line, and behind the words of one, where a
//!   header has them.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashSet;

use super::super::sentences::ends_with_abbreviation;
use super::super::stop::stop_words;
use crate::record::Language;

/// Lines of a page have at most this many characters. Longer ones are paragraphs.
const PAGE_WIDTH: usize = 130;

/// The text with the lines of a page joined.
#[must_use]
pub fn join(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.lines().map(without_page_number).collect();
    let page = Page::new(&lines);
    let mut out = String::with_capacity(text.len());
    // Lines of which the number of a page is all do not end a sentence: they stand inside one.
    let lines =
        text.lines().zip(lines).filter(|(line, rest)| line.trim().is_empty() || !rest.is_empty());
    let vocabulary = LazyCell::new(|| vocabulary(text));
    // Whether the line before is a page's header, behind which its number stood.
    let mut is_header = false;
    for (source, line) in lines {
        let before = out.rsplit('\n').next().unwrap_or_default();
        if let Some(cut) = CutWord::at(before, line) {
            if !cut.is_compound(&vocabulary) {
                out.pop();
            }
        } else if !is_header && page.goes_on(before, line) {
            out.push(' ');
        } else if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        is_header = source.trim().len() != line.len();
    }
    // Nothing is to be set apart from what does not follow.
    out.truncate(out.trim_end_matches('\n').len());
    Cow::Owned(out)
}

/// A line, trimmed, without the number of a page at its end.
fn without_page_number(line: &str) -> &str {
    let line = line.trim();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words: Vec<&str> = line.split_whitespace().collect();
    // `8` of `página 3 de 8`, `3/8` or `3`, from behind.
    let Some(last) = words.pop() else { return line };
    let last = last.trim_end_matches(['.', '|']);
    let mut parts = last.split('/');
    let is_last = (is_number(last) && last.len() <= 4)
        || (parts.clone().count() == 2 && parts.all(is_number));
    if !is_last {
        return line;
    }
    if let [.., number, of] = words[..]
        && is_number(number)
        && matches!(of.to_lowercase().as_str(), "de" | "of" | "/")
    {
        words.truncate(words.len() - 2);
    }
    let word = words.last().map(|word| word.trim_end_matches('.').to_lowercase());
    if !matches!(word.as_deref(), Some("página" | "pagina" | "page" | "pág" | "pag" | "pg")) {
        return line;
    }
    let word = words.pop().unwrap_or_default();
    let start = word.as_ptr() as usize - line.as_ptr() as usize;
    line[..start].trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '·' | '•')
    })
}

/// A word that a line's end cuts after a hyphen.
struct CutWord<'t> {
    left: &'t str,
    right: &'t str,
}

impl<'t> CutWord<'t> {
    /// The word at the end of a line and the start of the next, if it goes on there.
    fn at(before: &'t str, next: &'t str) -> Option<Self> {
        let left = before.strip_suffix(['-', '\u{2010}'])?;
        let left = &left
            [left.rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| at + char_len(left, at))..];
        let right = &next[..next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len())];
        let is_lower = right.starts_with(char::is_lowercase);
        let is_upper = left.chars().count() > 1
            && left.chars().all(char::is_uppercase)
            && right.chars().all(char::is_uppercase);
        (!left.is_empty() && !right.is_empty() && (is_lower || is_upper))
            .then_some(Self { left, right })
    }

    /// Whether the hyphen belongs to the word.
    ///
    /// What the text has elsewhere decides, the whole word or the compound. Else it does where a
    /// writer puts one: after a single letter (`e-mail`); after the few words that begin compounds
    /// in each language and end no syllable of a longer word; after a whole word that is
    /// stressed before its last syllables (`público-privada`); and before a pronoun of Portuguese
    /// (`fazê-lo`, `trata-se`).
    fn is_compound(&self, vocabulary: &HashSet<String>) -> bool {
        let (left, right) = (self.left.to_lowercase(), self.right.to_lowercase());
        if vocabulary.contains(&format!("{left}-{right}")) {
            return true;
        }
        if vocabulary.contains(&format!("{left}{right}")) {
            return false;
        }
        left.chars().count() == 1
            || FIRST_PARTS.contains(&left.as_str())
            || PRONOUNS.contains(&right.as_str())
            || is_whole_adjective(&left)
    }
}

/// The words of a text, in lower case, and its compounds with their hyphens.
fn vocabulary(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphabetic() && c != '-');
    words.map(str::to_lowercase).collect()
}

/// First parts of compounds that keep their hyphen.
const FIRST_PARTS: [&str; 23] = [
    "bem", "água", "decreto", "guarda", "high", "long", "low", "médio", "meio", "mid", "one",
    "pós", "pré", "pró", "recém", "self", "short", "small", "segunda", "two", "well", "wi", "zero",
];

/// Pronouns that Portuguese writes behind a verb.
const PRONOUNS: [&str; 13] =
    ["la", "las", "lha", "lhe", "lhes", "lo", "los", "me", "na", "nas", "no", "nos", "se"];

/// Whether a word ends in `o` and is stressed three syllables or more before its end, with a letter
/// between: `público`, `técnico`, `económico`.
fn is_whole_adjective(word: &str) -> bool {
    let after = word.char_indices().rfind(|(_, c)| "áéíóúâêô".contains(*c));
    after.is_some_and(|(at, _)| word.ends_with('o') && word[at..].chars().count() >= 4)
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// How full the lines of a text are.
struct Page {
    /// The characters of the longest line.
    width: usize,
    /// Whether its lines are as full as a page's: of three lines or more all but a third have no
    /// room for the next one's first word.
    is_full: bool,
}

impl Page {
    fn new(lines: &[&str]) -> Self {
        let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let (mut full, mut all) = (0, 0);
        for pair in lines.windows(2) {
            if !pair[0].is_empty() && !pair[1].is_empty() {
                all += 1;
                full += usize::from(has_no_room(pair[0], pair[1], width, 0.85));
            }
        }
        Self { width, is_full: width <= PAGE_WIDTH && all >= 2 && full * 3 >= all * 2 }
    }

    /// Whether a line goes on with the sentence of the one before.
    fn goes_on(&self, before: &str, next: &str) -> bool {
        if before.is_empty() || next.is_empty() || is_item(next) || ends_sentence(before, next) {
            return false;
        }
        if before.ends_with([',', '.']) || ends_with_stop_word(before) {
            // A full stop here is that of an abbreviation.
            return true;
        }
        let first = next.trim_start_matches(['(', '"', '“', '«', '\'', '[']).chars().next();
        let begins_low = first.is_some_and(char::is_lowercase)
            || (!has_lower(before) && !has_lower(next) && first.is_some_and(char::is_alphabetic));
        if begins_low {
            return has_no_room(before, next, self.width, 0.7);
        }
        self.is_full
            && first.is_some_and(char::is_alphanumeric)
            && has_no_room(before, next, self.width, 0.9)
    }
}

/// Whether the first word of a line would have made the line before longer than a share of the
/// width.
fn has_no_room(before: &str, next: &str, width: usize, share: f64) -> bool {
    let word = next.split_whitespace().next().unwrap_or_default();
    (before.chars().count() + 1 + word.chars().count()) as f64 > share * width as f64
}

fn has_lower(line: &str) -> bool {
    line.chars().any(char::is_lowercase)
}

/// Whether a line ends a sentence, or announces what follows.
fn ends_sentence(line: &str, next: &str) -> bool {
    let line = line.trim_end_matches(['"', '”', '»', '\'', ')', ']']);
    line.ends_with(['.', '!', '?', ';', ':', '…']) && !ends_with_abbreviation(line, next)
}

fn ends_with_stop_word(line: &str) -> bool {
    let last =
        line.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    !last.is_empty() && Language::ALL.iter().any(|language| stop_words(*language).contains(&last))
}

/// Whether a line is an item of a list: it begins with a bullet, or with a number or a letter and a
/// full stop or bracket.
fn is_item(line: &str) -> bool {
    let Some((mark, rest)) = line.split_once(char::is_whitespace) else { return false };
    if rest.trim().is_empty() {
        return false;
    }
    let mut chars = mark.chars();
    if let (Some(bullet), None) = (chars.next(), chars.next())
        && matches!(bullet, '-' | '*' | '+' | '–' | '—' | '>' | '•'..='‣' | '·' | '▪'..='◦' | '☐'..='☒' | '✓'..='✗' | '➔'..='➾' | '→' | '\u{f0a7}' | '\u{f0b7}')
    {
        return true;
    }
    let Some(name) =
        mark.strip_suffix(['.', ')', '°', 'º', '-']).map(|name| name.trim_start_matches('('))
    else {
        return false;
    };
    let name = name.trim_end_matches('.');
    let is_number = name.split('.').all(|part| {
        !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_letter = name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_roman = name.len() <= 5 && name.bytes().all(|byte| b"ivxIVX".contains(&byte));
    !name.is_empty() && (is_number || is_letter || is_roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_lines_are_joined() {
        for (name, text, expected) in [
            ("one_line", "Agua potable", "Agua potable"),
            (
                "inside_a_sentence",
                "evitar que la\nlluvia inunde las calles\ny las aceras",
                "evitar que la lluvia inunde las calles y las aceras",
            ),
            (
                "after_a_sentence",
                "El río crece.\nlas calles se inundan",
                "El río crece.\nlas calles se inundan",
            ),
            ("question", "¿Qué pasa?\ncon el agua", "¿Qué pasa?\ncon el agua"),
            ("blank_line", "El agua\n\npotable", "El agua\n\npotable"),
            ("line_ends_at_the_end", "El agua\n\n\n", "El agua"),
            (
                "title_and_text",
                "Agua potable\nLos barrios no la tienen",
                "Agua potable\nLos barrios no la tienen",
            ),
            (
                "name_after_a_stop_word",
                "en la ciudad de\nBuenos Aires",
                "en la ciudad de Buenos Aires",
            ),
            ("after_a_comma", "agua, luz,\nGas", "agua, luz, Gas"),
            ("abbreviation", "la obra del Sr.\nPérez sigue", "la obra del Sr. Pérez sigue"),
            ("items", "Temas\n- agua\n- luz", "Temas\n- agua\n- luz"),
            ("numbered_items", "Temas\n1. agua\n2) luz\na) sol", "Temas\n1. agua\n2) luz\na) sol"),
            (
                "short_lines_are_a_list",
                "baños secos\nhuertas\njardines de lluvia en las escuelas del barrio",
                "baños secos\nhuertas\njardines de lluvia en las escuelas del barrio",
            ),
            ("cut_spanish", "la inun-\ndación crece", "la inundación crece"),
            ("cut_portuguese", "a inunda-\nção cresce", "a inundação cresce"),
            ("cut_english", "the commu-\nnity grows", "the community grows"),
            ("cut_in_capitals", "LA INUN-\nDACIÓN CRECE", "LA INUNDACIÓN CRECE"),
            ("compound_with_a_capital", "la red Wi-\nFi del barrio", "la red Wi-\nFi del barrio"),
            (
                "compound_of_the_text",
                "low-cost, so low-\ncost homes",
                "low-cost, so low-cost homes",
            ),
            ("compound_by_its_first_part", "a long-\nterm plan", "a long-term plan"),
            ("single_letter", "send an e-\nmail now", "send an e-mail now"),
            ("pronoun", "para fazê-\nlo melhor", "para fazê-lo melhor"),
            ("two_adjectives", "alianza público-\nprivada nueva", "alianza público-privada nueva"),
            ("whole_word_of_the_text", "mercado; el mer-\ncado crece", "mercado; el mercado crece"),
            (
                "page_number_alone",
                "el agua de las calles\nPágina 3 de 8\nno se va",
                "el agua de las calles no se va",
            ),
            (
                "page_number_behind_a_header",
                "Agua para todos – página 3 de 8\nFin",
                "Agua para todos\nFin",
            ),
            ("number_that_is_no_page", "los barrios son 12\nFin", "los barrios son 12\nFin"),
            ("windows_line_ends", "evitar que la\r\nlluvia inunde", "evitar que la lluvia inunde"),
        ] {
            assert_eq!(join(text), expected, "{name}");
        }
    }

    #[test]
    fn names_at_the_start_of_full_lines_go_on() {
        let text = "Las familias que viven junto al río Reconquista\nPiden desde hace años obras que el municipio San\nMartín no pudo hacer todavía con el presupuesto";
        assert!(!join(text).contains("San\n"), "{}", join(text));
    }
}
