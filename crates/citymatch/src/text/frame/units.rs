//! A call cut into headings and sentences, each with the section that it stands in.

use std::ops::Range;

use super::lexicon::{Lexicon, folded};
use crate::text::sentences::sentence_ends;

/// A heading has at most this many words,
const HEADING_WORDS: usize = 12;
/// and one that nothing but its words betrays, or that opens a line, this many.
const PLAIN_HEADING_WORDS: usize = 8;
/// A sentence of fewer words belongs to the one before it.
const MIN_WORDS: usize = 4;

/// What stands below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Ask,
    Frame,
    /// Below a heading that does not tell, or below none.
    Other,
}

/// A heading or a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) range: Range<usize>,
    /// The section that it stands in; of a heading, the one that it begins.
    pub(super) section: Section,
    pub(super) is_heading: bool,
}

/// The headings and sentences of a text, in their order.
pub(super) fn units(text: &str, lexicon: &Lexicon) -> Vec<Unit> {
    let (mut units, mut section, mut start) = (Vec::new(), Section::Other, 0);
    for line in text.split_inclusive('\n') {
        let at = start + (line.len() - line.trim_start().len());
        start += line.len();
        let line = line.trim();
        let mut of_line = section;
        let mut sentences = 0;
        if let Some(heading) = Heading::of(line, lexicon) {
            let range = at..at + heading.len;
            // A first heading is the title, which names the ask and does not begin it.
            let is_title = heading.section == Section::Ask && units.is_empty();
            of_line = if is_title { Section::Other } else { heading.section };
            if !heading.is_label {
                section = of_line;
            }
            units.push(Unit { range, section: of_line, is_heading: true });
            sentences = heading.len;
        }
        add_sentences(&mut units, &line[sentences..], at + sentences, of_line);
    }
    units
}

/// Adds the sentences of a line that begins at `at`.
fn add_sentences(units: &mut Vec<Unit>, line: &str, at: usize, section: Section) {
    let mut start = line.len() - line.trim_start().len();
    let number = numbering(&line[start..]).unwrap_or(0);
    let mut is_first = true;
    let first = start + number;
    for end in sentence_ends(line).filter(|end| *end > first).chain([line.len()]) {
        let sentence = line[start..end].trim();
        let is_short = sentence.split_whitespace().take(MIN_WORDS).count() < MIN_WORDS;
        match units.last_mut() {
            _ if sentence.is_empty() => {}
            Some(before) if is_short && !is_first => before.range.end = at + end,
            _ => {
                let range = at + start..at + end;
                units.push(Unit { range, section, is_heading: false });
                is_first = false;
            }
        }
        start = end + (line[end..].len() - line[end..].trim_start().len());
    }
}

/// A heading at the start of a line.
struct Heading {
    len: usize,
    section: Section,
    /// It opens a line, as in `Deadline: 30 April`, and says nothing about the lines below.
    is_label: bool,
}

impl Heading {
    fn of(line: &str, lexicon: &Lexicon) -> Option<Self> {
        if line.is_empty() || BULLETS.iter().any(|own| line.starts_with(own)) {
            return None;
        }
        let is_marked = line.starts_with('#') || line.starts_with("**");
        let body = line.trim_start_matches(['#', '*', ' ']);
        let number = numbering(body);
        let words = &body[number.unwrap_or(0)..];
        let is_sure = |words: &str| is_marked || is_in_capitals(words);
        let is_whole = sentence_ends(words).next().is_none()
            && !words.contains(": ")
            && (!words.ends_with(['.', ';', ',']) || number.is_some() || is_sure(words))
            && (1..=HEADING_WORDS).contains(&count(words));
        if is_whole && is_sure(words) {
            let section = lexicon.heading(words).unwrap_or(Section::Other);
            return Some(Self { len: line.len(), section, is_label: false });
        }
        let is_named = is_whole && (number.is_some() || count(words) <= PLAIN_HEADING_WORDS);
        let found = if is_named {
            let section = lexicon.heading(words)?;
            Self { len: line.len(), section, is_label: false }
        } else {
            let start = line.len() - words.len();
            Self::opening(words, start, number.is_some(), lexicon)?
        };
        (!lexicon.asks(&folded(words))).then_some(found)
    }

    /// The heading that opens a line, behind which a sentence follows; `start` is where it begins.
    fn opening(words: &str, start: usize, has_number: bool, lexicon: &Lexicon) -> Option<Self> {
        let opening = opening(words)?;
        let known = lexicon.heading(opening);
        let is_sure = is_in_capitals(opening);
        let is_label = words[opening.len()..].starts_with(':');
        let is_heading = is_sure || known.is_some() && (has_number || is_label);
        let len = start + opening.len() + 1;
        let section = known.unwrap_or(Section::Other);
        let is_label = !has_number && !is_sure;
        is_heading.then_some(Self { len, section, is_label })
    }
}

const BULLETS: [&str; 8] = ["- ", "* ", "• ", "· ", "– ", "— ", "▪ ", "● "];

/// The first words of a line, up to a colon, a full stop or a question mark before white space.
fn opening(line: &str) -> Option<&str> {
    let is_end = |(at, _): &(usize, &str)| line[at + 1..].starts_with(char::is_whitespace);
    let (end, _) = line.match_indices([':', '.', '?']).find(is_end)?;
    Some(&line[..end]).filter(|opening| (1..=PLAIN_HEADING_WORDS).contains(&count(opening)))
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether a text has at least four letters and none of them is small.
fn is_in_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 4 && !letters.clone().any(char::is_lowercase)
}

/// The length of the number that a line begins with, and of the white space behind it: `3.`, `2.1`,
/// `IV)`, `b)` or `Artículo 5.`
fn numbering(line: &str) -> Option<usize> {
    let (first, rest) = line.split_once(char::is_whitespace)?;
    let number = first.trim_end_matches(MARKS);
    let is_marked = number.len() < first.len();
    let counts = is_marked
        && (is_roman(number) || is_digits(number) || number.chars().count() == 1)
        || number.contains('.') && is_digits(number);
    if counts {
        return Some(line.len() - rest.trim_start().len());
    }
    let (second, rest) = rest.split_once(char::is_whitespace)?;
    let number = second.trim_end_matches(MARKS);
    let named = ARTICLES.contains(&first.to_lowercase().as_str());
    let counts = is_digits(number) || is_roman(number) || number.chars().count() == 1;
    (named && counts).then(|| line.len() - rest.trim_start().len())
}

const MARKS: [char; 8] = ['.', ')', '-', '–', '—', ':', 'º', '°'];

const ARTICLES: [&str; 17] = [
    "artículo",
    "articulo",
    "artigo",
    "article",
    "art.",
    "cláusula",
    "clause",
    "sección",
    "section",
    "seção",
    "capítulo",
    "chapter",
    "parte",
    "part",
    "anexo",
    "annex",
    "numeral",
];

fn is_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| "IVXLC".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Language;
    use Section::{Ask, Frame, Other};

    #[test]
    fn headings_and_sentences_with_their_sections() {
        let call = "DESAFÍO AGUA 2026\n\
            3. DESCRIPCIÓN DEL RETO.\n\
            ¿Cómo podemos ahorrar agua? Los pozos se secan, p. ej. el de abajo.\n\n\
            Fecha de cierre: 30 de abril a las doce\n\
            - Requisitos que cumplir\n\
            Un mercado en el centro\n\
            4. REQUISITOS. Las empresas adjuntan el acta de constitución.\n\
            a) Ser mayor de edad en el país\n\
            ## Antecedentes\n\
            Artículo 5. Premio: dos mil pesos por equipo, en un solo pago\n\
            \u{a0}\n\
            Quién puede participar:\n";
        let of = |unit: Unit| (call[unit.range].to_owned(), unit.section, unit.is_heading);
        let found: Vec<_> =
            units(call, Lexicon::of(Language::Spanish)).into_iter().map(of).collect();
        let expected = [
            ("DESAFÍO AGUA 2026", Other, true),
            ("3. DESCRIPCIÓN DEL RETO.", Ask, true),
            ("¿Cómo podemos ahorrar agua?", Ask, false),
            ("Los pozos se secan, p. ej. el de abajo.", Ask, false),
            ("Fecha de cierre:", Frame, true),
            ("30 de abril a las doce", Frame, false),
            ("- Requisitos que cumplir", Ask, false),
            ("Un mercado en el centro", Ask, false),
            ("4. REQUISITOS.", Frame, true),
            ("Las empresas adjuntan el acta de constitución.", Frame, false),
            ("a) Ser mayor de edad en el país", Frame, false),
            ("## Antecedentes", Other, true),
            ("Artículo 5. Premio:", Frame, true),
            ("dos mil pesos por equipo, en un solo pago", Frame, false),
            ("Quién puede participar:", Frame, true),
        ];
        let found: Vec<_> = found
            .iter()
            .map(|(text, section, heading)| (text.trim(), *section, *heading))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_numbers_a_line() {
        for (line, number) in [
            ("3. RETO", "3. "),
            ("3.1 Reto", "3.1 "),
            ("IV) Prazo", "IV) "),
            ("b) firma", "b) "),
            ("Artículo 5.º Plazo", "Artículo 5.º "),
            ("ANEXO F. Notas", "ANEXO F. "),
            ("3 de mayo", ""),
            ("1.200 hogares", "1.200 "),
            ("Part of it", ""),
            ("reto", ""),
        ] {
            assert_eq!(&line[..numbering(line).unwrap_or(0)], number, "{line}");
        }
    }
}
