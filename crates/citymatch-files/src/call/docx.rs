//! DOCX (Office Open XML) as a document.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Unreadable;
use super::document::{BlockBuilder, BlockKind, Document};
use crate::limits::{Budget, UNPACKED_LIMIT};

/// Where the text lies, and the styles of its paragraphs.
const TEXT: &str = "word/document.xml";
const STYLES: &str = "word/styles.xml";
/// The most styles that a style is based on, one on the other.
const STYLE_DEPTH: usize = 10;

/// Reads a DOCX file. Deleted text, notes, headers and footers are left out.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    let damaged =
        |_| Unreadable::new("a damaged DOCX", "a whole file: this one is cut off or broken");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut budget = Budget::new(UNPACKED_LIMIT);
    let styles = part(&mut archive, STYLES, &mut budget)?;
    let Some(text) = part(&mut archive, TEXT, &mut budget)? else {
        let found = "a zip archive without a document";
        return Err(Unreadable::new(found, "a document saved as .docx"));
    };
    let styles = styles.map(|styles| Styles::read(&styles)).unwrap_or_default();
    blocks(&text, &styles)
        .map_err(|_| Unreadable::new("a damaged DOCX", "well-formed XML in its document"))
}

/// A part of the archive; `None` if it has none of the name.
fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    budget: &mut Budget,
) -> Result<Option<Vec<u8>>, Unreadable> {
    if archive.index_for_name(name).is_none() {
        return Ok(None);
    }
    let damaged = Unreadable::new("a damaged DOCX", "a whole file: this one is cut off or broken");
    let Ok(file) = archive.by_name(name) else { return Err(damaged) };
    // An archive that says that it holds too much needs no unpacking. Others may say too little.
    let read = if file.size() > UNPACKED_LIMIT { Ok(None) } else { budget.read(file) };
    match read {
        Ok(Some(bytes)) => Ok(Some(bytes)),
        Ok(None) => Err(Unreadable::new(
            "a DOCX that unpacks to too much",
            format!("at most {} MB unpacked", UNPACKED_LIMIT >> 20),
        )),
        Err(_) => Err(damaged),
    }
}

/// The styles of paragraphs.
#[derive(Default)]
struct Styles(BTreeMap<String, Style>);

#[derive(Default)]
struct Style {
    /// The level of the heading that the style is, 1 or more.
    level: Option<u8>,
    base: Option<String>,
}

impl Styles {
    /// What cannot be read of the styles only costs headings.
    fn read(xml: &[u8]) -> Self {
        let mut styles = Self::default();
        let mut reader = Reader::from_reader(xml);
        let mut buffer = Vec::new();
        let mut open: Option<(String, Style)> = None;
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) if tag.local_name().as_ref() == "style" => {
                    open = attribute(&tag, "w:styleId").map(|id| (id, Style::default()));
                }
                Ok(Event::Start(tag) | Event::Empty(tag)) => {
                    let Some((_, style)) = &mut open else { continue };
                    match (tag.local_name().as_ref(), attribute(&tag, "w:val")) {
                        ("name", Some(name)) => style.level = style.level.or(level_of_name(&name)),
                        ("basedOn", Some(base)) => style.base = Some(base),
                        ("outlineLvl", Some(level)) => style.level = outline_level(&level),
                        _ => {}
                    }
                }
                Ok(Event::End(tag)) if tag.local_name().as_ref() == "style" => {
                    styles.0.extend(open.take());
                }
                Ok(Event::Eof) | Err(_) => return styles,
                Ok(_) => {}
            }
        }
    }

    /// The level of the heading that a style, or one that it is based on, is.
    fn level(&self, id: &str) -> Option<u8> {
        let mut id = id;
        for _ in 0..STYLE_DEPTH {
            let style = self.0.get(id)?;
            if style.level.is_some() {
                return style.level;
            }
            id = style.base.as_deref()?;
        }
        None
    }
}

/// Styles keep their English names inside the file whatever Word's language is.
fn level_of_name(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name == "title" {
        return Some(1);
    }
    name.strip_prefix("heading ")?.parse().ok()
}

/// Levels of outlines count from 0, and 9 is body text.
fn outline_level(level: &str) -> Option<u8> {
    level.parse().ok().filter(|level| *level < 9).map(|level: u8| level + 1)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(tag.try_get_attribute(name).ok()??.value.into_owned())
}

/// What is known of the paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    level: Option<u8>,
    is_item: bool,
    bold: bool,
}

fn blocks(xml: &[u8], styles: &Styles) -> Result<Document, quick_xml::Error> {
    let mut reader = Reader::from_reader(BufReader::new(xml));
    let mut buffer = Vec::new();
    let mut builder = BlockBuilder::default();
    let mut paragraph = Paragraph::default();
    let (mut in_text, mut in_fallback) = (false, false);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            // A fallback says again what newer programs read before it.
            Event::Start(tag) if tag.local_name().as_ref() == "Fallback" => in_fallback = true,
            Event::End(tag) if tag.local_name().as_ref() == "Fallback" => in_fallback = false,
            Event::Eof => return Ok(builder.finish()),
            _ if in_fallback => {}
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "p" if !is_empty => paragraph = Paragraph::default(),
                "pStyle" => {
                    let id = attribute(&tag, "w:val").unwrap_or_default();
                    paragraph.level = paragraph.level.or(styles.level(&id));
                }
                "outlineLvl" => {
                    let level = attribute(&tag, "w:val").unwrap_or_default();
                    paragraph.level = paragraph.level.or(outline_level(&level));
                }
                "numPr" => paragraph.is_item = true,
                "r" => paragraph.bold = false,
                "b" => {
                    let value = attribute(&tag, "w:val");
                    paragraph.bold = !matches!(value.as_deref(), Some("0" | "false" | "off"));
                }
                "t" => in_text = !is_empty,
                "tab" | "noBreakHyphen" => {
                    let text = if tag.local_name().as_ref() == "tab" { " " } else { "-" };
                    builder.text(text, paragraph.bold);
                }
                "br" | "cr" => builder.end(kind(&paragraph)),
                "tr" if !is_empty => builder.begin_row(),
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => builder.end(kind(&paragraph)),
                "tc" => builder.end_cell(),
                "tr" => builder.end_row(),
                _ => {}
            },
            Event::Text(text) if in_text => builder.text(&text.xml10_content(), paragraph.bold),
            Event::GeneralRef(reference) if in_text => {
                let character = match reference.resolve_char_ref()? {
                    Some(character) => character.to_string(),
                    None => {
                        quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                            .unwrap_or_default()
                            .to_owned()
                    }
                };
                builder.text(&character, paragraph.bold);
            }
            _ => {}
        }
    }
}

fn kind(paragraph: &Paragraph) -> BlockKind {
    match paragraph.level {
        Some(level) => BlockKind::Heading(level),
        None if paragraph.is_item => BlockKind::Item,
        None => BlockKind::Paragraph,
    }
}
