//! HTML as a document.

use citymatch::text::HTML_BLOCKS;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::document::{BlockBuilder, BlockKind, Document};

/// Reads HTML. The text of scripts, styles and menus is left out.
///
/// A tokenizer is enough, and it bounds memory: a tree of a page of 50 MB is many times its size.
pub(super) fn read(text: &str) -> Document {
    let mut emitter = DefaultEmitter::new_with_span();
    // Else the text of scripts would be read as tags.
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for Ok(token) in Tokenizer::<_, DefaultEmitter>::new_with_emitter(text, emitter) {
        match token {
            Token::String(text) => page.text(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) if !tag.self_closing || &**tag.name == b"br" => {
                page.tag(&String::from_utf8_lossy(&tag.name), true);
            }
            Token::EndTag(tag) => page.tag(&String::from_utf8_lossy(&tag.name), false),
            _ => {}
        }
    }
    let mut document = page.blocks.finish();
    document.title = Some(page.title).filter(|title| !title.trim().is_empty());
    document
}

/// The elements whose text is no text of the page.
const HIDDEN: &[&str] = &["script", "style", "noscript", "textarea", "iframe", "xmp", "noembed"];
/// The elements that are left out with what they contain, where they end: one that does not end
/// would take the rest of the page with it.
const ASIDE: &[&str] = &["nav", "button", "select", "svg", "template"];
#[derive(Default)]
struct Page {
    blocks: BlockBuilder,
    title: String,
    in_title: bool,
    /// The open element whose text is no text of the page.
    hidden: Option<String>,
    /// The open element that is left out, and the number of blocks before it.
    aside: Option<(String, usize)>,
    /// How many open elements make text bold.
    bold: usize,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        } else if self.hidden.is_none() {
            self.blocks.text(text, self.bold > 0);
        }
    }

    fn tag(&mut self, name: &str, starts: bool) {
        match name {
            name if HIDDEN.contains(&name) => self.hidden = starts.then(|| name.to_owned()),
            "title" => self.in_title = starts && self.title.is_empty(),
            name if ASIDE.contains(&name) => self.leave_out(name, starts),
            "b" | "strong" if starts => self.bold += 1,
            "b" | "strong" => self.bold = self.bold.saturating_sub(1),
            "tr" if starts => self.blocks.begin_row(),
            "tr" | "table" => self.blocks.end_row(),
            // The end of a cell or an item may be left out, so that the next one's start is one.
            "td" | "th" => self.blocks.end_cell(),
            "li" | "dd" => self.blocks.end(BlockKind::Item),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                // Bold inside a heading means nothing, and one that was left open ends here.
                self.bold = 0;
                let level = name.as_bytes()[1] - b'0';
                let kind = if starts { BlockKind::Paragraph } else { BlockKind::Heading(level) };
                self.blocks.end(kind);
            }
            // They stand between rows, which end by themselves.
            "tbody" | "thead" | "tfoot" => {}
            name if HTML_BLOCKS.contains(&name) => self.blocks.end(BlockKind::Paragraph),
            _ => {}
        }
    }

    fn leave_out(&mut self, name: &str, starts: bool) {
        self.blocks.end(BlockKind::Paragraph);
        let blocks = &mut self.blocks.document.blocks;
        match &self.aside {
            None if starts => self.aside = Some((name.to_owned(), blocks.len())),
            Some((open, before)) if !starts && open == name => {
                blocks.truncate(*before);
                self.aside = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_blocks() {
        for (name, page, expected) in [
            ("paragraphs", "<p>uno<p>dos", "P uno/P dos"),
            ("break", "uno<br>dos", "P uno/P dos"),
            ("heading", "<h2>El <b>reto</b></h2>texto", "H2 El reto/P texto"),
            ("bold", "<p><strong>Reto</strong></p>", "B Reto"),
            ("bold_start", "<p><b>Reto.</b> Las calles</p>", "S Reto. Las calles"),
            ("list", "Hay:<ul><li>uno<li>dos</ul>", "P Hay:/I uno/P dos"),
            ("closed_list", "<ul><li>uno</li><li>dos</li></ul>", "I uno/I dos"),
            ("table", "<table><tr><td>Cierre<td>30<p>de abril</table>", "R Cierre | 30 de abril"),
            ("cells", "<tr><th>a</th><td>b</td></tr><tr><td>c</td></tr>", "R a | b/R c"),
            ("script", "<script>if (a<b) {'</p>'}</script>x<style>p{}</style>", "P x"),
            ("menu", "<nav><a>Inicio</a></nav><p>x</p>", "P x"),
            ("open_menu", "<nav>Inicio<p>x</p>", "P Inicio/P x"),
            ("entities", "a &lt; b &amp; Bogot&aacute;", "P a < b & Bogotá"),
            ("less", "a < b y R$ <5 mil", "P a < b y R$ <5 mil"),
        ] {
            assert_eq!(crate::call::document::shown(&read(page)), expected, "{name}");
        }
        assert_eq!(read("<title>Reto &amp; agua</title>x").title.as_deref(), Some("Reto & agua"));
    }
}
