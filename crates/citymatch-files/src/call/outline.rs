//! A document as sentences, each with what the section is about in which it stands.

use std::sync::LazyLock;

use citymatch::text::ends_with_abbreviation;
use regex::Regex;

use super::document::{Block, BlockKind, CELL_MARK, Document};
use super::lines::is_capitals;
use super::phrases::Words;
use super::section_number::NUMBER;
use super::title::Title;
use super::topic::Topic;

/// A sentence of a document. A heading and a row of a table are one each.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) words: Words,
    /// What its section is about, if a heading says so.
    pub(super) topic: Option<Topic>,
    pub(super) is_heading: bool,
    /// The number of its block.
    pub(super) block: usize,
}

/// What a paragraph begins with that may be its heading.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([^.:?!|]{3,80})(?:[.:]|\s[–—-])\s+(\S.*)$").expect("a fixed pattern compiles")
});

/// The most words of a heading that only its form tells.
const HEADING_WORDS: usize = 14;
/// The level of headings that only their form tells, in a document that has marked ones.
const FORM_LEVEL: usize = 7;
/// The level of a label that is the heading of its own paragraph alone.
const LABEL_LEVEL: usize = 20;

/// How a block begins or is a heading.
enum Form<'b> {
    Text,
    Whole { level: usize },
    Lead { level: usize, heading: &'b str, rest: &'b str },
}

/// The sentences of a document. The block of its title says nothing about what follows.
pub(super) fn sentences(document: &Document, title: &Title) -> Vec<Sentence> {
    let is_marked =
        document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))).count()
            > 2;
    let mut open: Vec<(usize, Option<Topic>)> = Vec::new();
    let mut sentences = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        let mut push = |text: &str, topic: Option<Topic>, is_heading: bool| {
            let (text, words) = (text.trim().to_owned(), Words::of(text));
            if words.count() > 0 {
                let block = number;
                sentences.push(Sentence { text, words, topic, is_heading, block });
            }
        };
        // A label counts for its own block.
        open.retain(|(level, _)| *level < LABEL_LEVEL);
        if title.block == Some(number) {
            push(&block.text, None, true);
            continue;
        }
        match form(block, is_marked) {
            Form::Whole { level } => {
                let topic = enter(&mut open, level, &block.text);
                push(&block.text, topic, true);
            }
            Form::Lead { level, heading, rest } => {
                let topic = enter(&mut open, level, heading);
                // What a label says belongs to the date or the sum behind it.
                let keep_label = topic.is_some_and(Topic::is_procedure);
                if !keep_label {
                    push(heading, topic, true);
                }
                for sentence in split(if keep_label { &block.text } else { rest }) {
                    push(sentence, topic, false);
                }
            }
            Form::Text => {
                let topic = open.last().and_then(|(_, topic)| *topic);
                if block.kind == BlockKind::Row {
                    push(&block.text.replacen(CELL_MARK, ": ", 1), topic, false);
                } else {
                    for sentence in split(without_number(&block.text)) {
                        push(sentence, topic, false);
                    }
                }
            }
        }
    }
    sentences
}

/// A paragraph without the number of its clause.
fn without_number(text: &str) -> &str {
    let number = NUMBER.find(text).filter(|found| {
        // Without a mark it is a number of something.
        found.as_str().contains(['.', ')', 'º', '°', '–', '—', '-'])
    });
    number.map_or(text, |found| &text[found.end()..])
}

/// Enters a section: a heading without a topic of its own goes on with that of the section around.
fn enter(open: &mut Vec<(usize, Option<Topic>)>, level: usize, heading: &str) -> Option<Topic> {
    open.retain(|(outer, _)| *outer < level);
    let topic = Topic::of_heading(heading).or_else(|| open.last().and_then(|(_, topic)| *topic));
    open.push((level, topic));
    topic
}

fn form(block: &Block, is_marked: bool) -> Form<'_> {
    let text = block.text.as_str();
    let words = text.split(' ').count();
    let number = NUMBER.captures(text);
    let body = number.as_ref().map_or(text, |found| &text[found[0].len()..]);
    let depth = number
        .as_ref()
        .and_then(|found| found.name("digits"))
        .map_or(1, |digits| digits.as_str().split('.').count());
    let level = if is_marked { FORM_LEVEL + depth } else { depth };
    let topic = Topic::of_heading(body);
    match block.kind {
        BlockKind::Heading(level) if words <= 40 => return Form::Whole { level: level.into() },
        BlockKind::Heading(_) => return Form::Text,
        BlockKind::Row => {
            return match text.split_once(CELL_MARK) {
                Some((heading, rest))
                    if is_label(heading)
                        && Topic::of_heading(heading).is_some_and(|it| !it.is_procedure())
                        && rest.split(' ').count() > 3 =>
                {
                    Form::Lead { level: LABEL_LEVEL, heading, rest }
                }
                _ => Form::Text,
            };
        }
        BlockKind::Bold
            if words <= HEADING_WORDS
                && !text.ends_with('.')
                && (topic.is_some() || !text.ends_with('?')) =>
        {
            return Form::Whole { level };
        }
        BlockKind::BoldStart(end) => {
            let heading = text[..end].trim_end_matches([' ', '.', ':', '–', '—', '-']);
            let rest = text[end..].trim_start_matches([' ', '.', ':', '–', '—', '-']);
            if heading.split(' ').count() <= HEADING_WORDS && Topic::of_heading(heading).is_some() {
                let level = if number.is_some() { level } else { LABEL_LEVEL };
                return Form::Lead { level, heading, rest };
            }
        }
        _ => {}
    }
    let ends_open = !text.ends_with(['.', ';', ',', '!']);
    if words <= HEADING_WORDS && ends_open {
        let is_question = text.ends_with('?');
        let by_form = (number.is_some() && body.starts_with(char::is_uppercase))
            || is_shouted(body) && words > 1
            || is_label(body);
        if by_form && !is_question || is_question && topic.is_some_and(Topic::is_procedure) {
            return Form::Whole { level };
        }
    }
    if let Some(found) = LEAD.captures(body) {
        let (heading, rest) = (found.get(1), found.get(2));
        let (heading, rest) =
            (heading.map_or("", |found| found.as_str()), rest.map_or("", |found| found.as_str()));
        let known = Topic::of_heading(heading).is_some();
        let short = heading.split(' ').count() <= HEADING_WORDS;
        if short && (is_shouted(heading) && (number.is_some() || known))
            || number.is_some() && known && heading.split(' ').count() <= 7
        {
            return Form::Lead { level, heading, rest };
        }
        if is_label(heading) {
            return Form::Lead { level: LABEL_LEVEL, heading, rest };
        }
    }
    Form::Text
}

/// Whether a text is a known heading and hardly anything else.
fn is_label(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || "¿¡".contains(c))
        && Topic::of_label(&Words::of(text)).is_some()
}

/// Whether a text is in capitals, and is words.
fn is_shouted(text: &str) -> bool {
    is_capitals(text)
        && text.split(' ').any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 3)
}

/// Cuts a block into sentences.
fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let chars = text.char_indices().peekable();
    for (at, c) in chars {
        if !matches!(c, '.' | '?' | '!' | '…') {
            continue;
        }
        let rest = &text[at + c.len_utf8()..];
        let after = rest.trim_start_matches(['"', '”', '»', ')', '’', '\'']);
        let begins = after.trim_start().chars().next();
        let is_end = after.starts_with(' ')
            && begins.is_some_and(|c| !c.is_lowercase() || c == '¿')
            && (c != '.' || !ends_with_abbreviation(&text[start..=at], after.trim_start()));
        if is_end {
            let end = text.len() - after.len();
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlined(blocks: &[(BlockKind, &str)]) -> Vec<(String, Option<Topic>, bool)> {
        let mut document = Document::default();
        for (kind, text) in blocks {
            document.push(*kind, text);
        }
        sentences(&document, &Title::default())
            .into_iter()
            .map(|sentence| (sentence.text, sentence.topic, sentence.is_heading))
            .collect()
    }

    #[test]
    fn sentences_end_where_readers_see_it() {
        for (name, text, count) in [
            ("two", "Las calles se inundan. El agua entra.", 2),
            ("abbreviation", "El Sr. Pérez y la Dra. Ruiz viven en EE. UU. desde ayer.", 1),
            ("number", "La Ley N.º 5 y el art. 3 rigen.", 1),
            ("question", "¿Cómo evitarlo? ¿Con qué?", 2),
            ("quoted", "Dijo: “No.” Y calló.", 2),
            ("time", "Cierra a las 5 p.m. (hora de Lima) del viernes.", 1),
            ("amount", "Son 1.200.000 pesos. Se pagan ya.", 2),
        ] {
            assert_eq!(split(text).len(), count, "{name}: {:?}", split(text));
        }
    }

    #[test]
    fn sections_give_their_topic() {
        use BlockKind::{Bold, BoldStart, Heading, Item, Paragraph, Row};
        let challenge = Some(Topic::Challenge);
        for (name, blocks, expected) in [
            (
                "marked",
                vec![(Heading(2), "El reto"), (Paragraph, "Las calles se inundan.")],
                vec![("El reto", challenge, true), ("Las calles se inundan.", challenge, false)],
            ),
            (
                "inherited",
                vec![(Item, "3. EL RETO"), (Item, "3.1 Barrio Belén"), (Paragraph, "Se inunda.")],
                vec![
                    ("3. EL RETO", challenge, true),
                    ("3.1 Barrio Belén", challenge, true),
                    ("Se inunda.", challenge, false),
                ],
            ),
            (
                "run_in",
                vec![
                    (Paragraph, "3. DESCRIPCIÓN DEL RETO. Se inunda. Mucho."),
                    (Paragraph, "Y más."),
                ],
                vec![
                    ("DESCRIPCIÓN DEL RETO", challenge, true),
                    ("Se inunda.", challenge, false),
                    ("Mucho.", challenge, false),
                    ("Y más.", challenge, false),
                ],
            ),
            (
                "label_of_one_block",
                vec![(Paragraph, "Reto: Se inunda."), (Paragraph, "Y más.")],
                vec![
                    ("Reto", challenge, true),
                    ("Se inunda.", challenge, false),
                    ("Y más.", None, false),
                ],
            ),
            (
                "bold",
                vec![(Bold, "El reto"), (BoldStart(20), "Población objetivo: mujeres del barrio.")],
                vec![
                    ("El reto", challenge, true),
                    ("Población objetivo", Some(Topic::Beneficiaries), true),
                    ("mujeres del barrio.", Some(Topic::Beneficiaries), false),
                ],
            ),
            (
                "row",
                vec![(Row, "Cierre | 30 de abril"), (Row, "Reto | Las calles se inundan mucho")],
                vec![
                    ("Cierre: 30 de abril", None, false),
                    ("Reto", challenge, true),
                    ("Las calles se inundan mucho", challenge, false),
                ],
            ),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(text, topic, is_heading)| (text.to_owned(), topic, is_heading))
                .collect();
            assert_eq!(outlined(&blocks), expected, "{name}");
        }
    }
}
