//! Markdown as a document.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::document::{BlockBuilder, BlockKind, Document};
use super::html;

/// The characters of a line that nobody wrapped.
const SHORT_LINE: usize = 60;

/// Reads `CommonMark` with tables. HTML inside is read as HTML.
pub(super) fn read(text: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut builder = BlockBuilder::default();
    let (mut bold, mut items, mut metadata) = (0_usize, 0_usize, false);
    let mut markup = String::new();
    let (mut line, mut after_break) = (0, false);
    for event in Parser::new_ext(text, options) {
        let paragraph = if items > 0 { BlockKind::Item } else { BlockKind::Paragraph };
        match event {
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            _ if metadata => {}
            Event::Text(text) | Event::Code(text) => {
                // Lines of a letterhead are short, and each is a line of its own.
                if std::mem::take(&mut after_break) {
                    if line < SHORT_LINE && text.starts_with(|c: char| !c.is_lowercase()) {
                        builder.end(paragraph);
                    } else {
                        builder.text(" ", bold > 0);
                    }
                    line = 0;
                }
                line += text.chars().count();
                builder.text(&text, bold > 0);
            }
            Event::SoftBreak => after_break = true,
            Event::InlineHtml(tag) if !tag.to_ascii_lowercase().starts_with("<br") => {}
            Event::HardBreak
            | Event::InlineHtml(_)
            | Event::End(TagEnd::Paragraph | TagEnd::CodeBlock)
            | Event::Start(Tag::HtmlBlock) => builder.end(paragraph),
            Event::Start(Tag::Strong) => bold += 1,
            Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
            Event::Start(Tag::Paragraph) => {
                builder.end(paragraph);
                line = 0;
            }
            Event::Start(Tag::Item) => {
                line = 0;
                builder.end(paragraph);
                items += 1;
            }
            Event::End(TagEnd::Item) => {
                builder.end(BlockKind::Item);
                items = items.saturating_sub(1);
            }
            Event::Start(Tag::Heading { .. } | Tag::CodeBlock(_)) => {
                builder.end(paragraph);
            }
            Event::End(TagEnd::Heading(level)) => builder.end(BlockKind::Heading(level as u8)),
            Event::Start(Tag::TableHead | Tag::TableRow) => builder.begin_row(),
            Event::End(TagEnd::TableCell) => builder.end_cell(),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => builder.end_row(),
            Event::Html(part) => markup.push_str(&part),
            Event::End(TagEnd::HtmlBlock) => {
                builder.document.blocks.extend(html::read(&std::mem::take(&mut markup)).blocks);
            }
            _ => {}
        }
    }
    builder.finish()
}
