//! Markup: HTML and Markdown become the text that a reader sees.
//!
//! * What a browser shows as a new line or a block (`<br>`, `<p>`, `<li>`, `<td>` …) sets apart, so
//!   it becomes a blank line; what it shows inside a line (`<b>`, `<a>` …) goes without a trace, so
//!   that `Ba<b>ños</b>` stays one word. Where there are blocks, line ends in the source are spaces.
//! * The contents of `script`, `style` and the like, comments and attributes are nothing to read.
//! * Character references (`&ntilde;`, `&#241;`) are decoded. Text that was escaped twice, as feeds
//!   do, is read again.
//! * Only the names of HTML's elements make tags, and a tag with attributes has a `=`: `a <b and c>
//!   d`, `R$ <5 mil` and `<name of the city>` are text.
//! * Markdown is read where something in the text can only be Markdown, or is nothing without it:
//!   emphasis, links, headings with `#`, fences, tables. Numbers and bullets of lists alone are not,
//!   because plain text has them too.

use std::borrow::Cow;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Span, Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What sets two parts of a text apart.
const BREAK: &str = "\n\n";

/// The most times that escaped markup is read.
const MOST_ROUNDS: usize = 3;

/// The elements that a browser sets apart from what is around them.
pub const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// The elements that stand inside a line.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "area", "audio", "b", "base", "bdi", "bdo", "big", "button", "cite",
    "code", "col", "colgroup", "data", "datalist", "del", "dfn", "em", "embed", "font", "i", "img",
    "input", "ins", "kbd", "label", "link", "map", "mark", "meta", "meter", "nobr", "output",
    "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "slot", "small", "source", "span",
    "strike", "strong", "sub", "sup", "time", "track", "tt", "u", "var", "video", "wbr",
];

/// The elements whose contents are nothing to read.
const UNREAD: &[&str] =
    &["canvas", "iframe", "math", "noscript", "object", "script", "style", "svg", "template"];

/// The text without markup.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_ROUNDS {
        if !may_be_html(&text) {
            break;
        }
        let stripped = without_html(&text);
        if stripped == *text {
            break;
        }
        text = Cow::Owned(stripped);
    }
    if is_markdown(&text) { Cow::Owned(without_markdown(&text)) } else { text }
}

/// Whether something in the text looks like a tag, a comment or a character reference.
fn may_be_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        match byte {
            b'<' => next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'),
            b'&' => {
                let name = bytes[at + 1..].iter().take(32);
                let mut name =
                    name.skip_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#');
                next != b';' && name.next() == Some(&b';')
            }
            _ => false,
        }
    })
}

/// What becomes of a tag.
enum Meaning {
    Block,
    Inline,
    Unread,
    /// It is no tag but text.
    Text,
}

fn meaning(name: &[u8], has_attributes: bool, source: &str) -> Meaning {
    let is_in = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if has_attributes && !source.contains('=') {
        Meaning::Text
    } else if is_in(BLOCKS) {
        Meaning::Block
    } else if is_in(UNREAD) {
        Meaning::Unread
    // Word processors add elements of their own, with a prefix: `<o:p>`.
    } else if is_in(INLINE)
        || name.contains(&b':') && !name.ends_with(b":") && !source.contains("://")
    {
        Meaning::Inline
    } else {
        Meaning::Text
    }
}

fn without_html(text: &str) -> String {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let (mut out, mut end, mut unread) = (String::with_capacity(text.len()), 0, 0_usize);
    let mut has_blocks = false;
    let source = |span: Span<usize>| text.get(span.start..span.end).unwrap_or_default();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        let (span, found) = match &token {
            Token::StartTag(tag) => {
                let found = meaning(&tag.name, !tag.attributes.is_empty(), source(tag.span));
                if matches!(found, Meaning::Unread) && !tag.self_closing {
                    unread += 1;
                }
                (tag.span, found)
            }
            Token::EndTag(tag) => {
                let found = meaning(&tag.name, false, source(tag.span));
                if matches!(found, Meaning::Unread) {
                    unread = unread.saturating_sub(1);
                }
                (tag.span, found)
            }
            Token::String(string) => {
                if unread == 0 {
                    out.push_str(&String::from_utf8_lossy(string));
                }
                end = string.span.end;
                continue;
            }
            Token::Comment(comment) => (comment.span, Meaning::Inline),
            Token::Doctype(doctype) => (doctype.span, Meaning::Block),
            Token::Error(_) => continue,
        };
        end = span.end;
        match found {
            Meaning::Block => {
                has_blocks = true;
                out.push_str(BLOCK_MARK);
            }
            Meaning::Text if unread == 0 => out.push_str(source(span)),
            Meaning::Text | Meaning::Inline | Meaning::Unread => {}
        }
    }
    // A tag that never ends is text: the tokenizer says nothing about it.
    if unread == 0 {
        out.push_str(text.get(end..).unwrap_or_default());
    }
    if has_blocks { with_breaks(&out) } else { out }
}

/// Stands for the edge of a block until line ends of the source have become spaces. The tokenizer
/// never emits it, because it is no character that text may have.
const BLOCK_MARK: &str = "\u{1}";

/// The text with its line ends as spaces, and a blank line at the edges of blocks.
fn with_breaks(text: &str) -> String {
    let parts = text.split(BLOCK_MARK).map(|part| part.split_whitespace().collect::<Vec<_>>());
    let parts: Vec<String> =
        parts.filter(|words| !words.is_empty()).map(|words| words.join(" ")).collect();
    parts.join(BREAK)
}

/// Whether something in the text is Markdown.
fn is_markdown(text: &str) -> bool {
    let has_emphasis = text.contains("**") || text.contains("__") || text.contains("~~") || {
        // `*word*` or `_word_`: a sign that opens, and later one that closes.
        let edges = |sign: char| {
            let opens = text.match_indices(sign).any(|(at, _)| {
                !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == sign)
                    && text[at + 1..].starts_with(char::is_alphanumeric)
            });
            opens
                && text.match_indices(sign).any(|(at, _)| {
                    text[..at].ends_with(char::is_alphanumeric)
                        && !text[at + 1..].starts_with(char::is_alphanumeric)
                })
        };
        edges('*') || edges('_')
    };
    let has_block = || {
        text.lines().any(|line| {
            let line = line.trim_start();
            let heading = line.trim_start_matches('#');
            (heading.len() < line.len()
                && heading.starts_with(' ')
                && line.len() - heading.len() <= 6)
                || line.starts_with("```")
                || line.starts_with("> ")
                || (line.starts_with('|') && line.contains("---"))
        })
    };
    has_emphasis || text.contains("](") || has_block()
}

fn without_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => out.push_str(&text),
            // A line end in the source: whether it sets apart is decided with those of plain text.
            Event::SoftBreak => out.push('\n'),
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::HardBreak | Event::Rule => out.push_str(BREAK),
            Event::Start(tag) if is_block(&tag) => out.push_str(BREAK),
            Event::End(tag) if is_block_end(tag) => out.push_str(BREAK),
            Event::Start(_)
            | Event::End(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    let parts: Vec<&str> =
        out.split(BREAK).map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(BREAK)
}

fn is_block(tag: &Tag<'_>) -> bool {
    is_block_end(tag.to_end())
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_reader_sees() {
        for (name, text, expected) in [
            ("plain", "Baños secos para barrios", "Baños secos para barrios"),
            ("entities", "Ba&ntilde;os, soluci&oacute;n &amp; m&aacute;s", "Baños, solución & más"),
            ("numbers_of_characters", "ni&#241;os y ni&#xF1;as", "niños y niñas"),
            ("ampersands_that_stand_alone", "AT&T, R&D; agua & luz", "AT&T, R&D; agua & luz"),
            ("inline", "Ba<b>ños</b> <em class=\"x\">secos</em>", "Baños secos"),
            ("blocks", "<p>Agua</p><p>Luz</p>", "Agua\n\nLuz"),
            ("lists", "<ul>\n<li>Agua</li>\n<li>Luz</li>\n</ul>", "Agua\n\nLuz"),
            ("line_ends_in_blocks_are_spaces", "<p>Agua\npotable</p>", "Agua potable"),
            ("break", "Agua<br>Luz<br/>Sol", "Agua\n\nLuz\n\nSol"),
            ("cells", "<table><tr><td>Agua</td><td>Luz</td></tr></table>", "Agua\n\nLuz"),
            (
                "script_and_style",
                "<style>p {color: red}</style>Agua<script>if (a<b) x()</script>",
                "Agua",
            ),
            ("comment", "Agua<!-- luz --> potable", "Agua potable"),
            ("less_than", "a < b, R$ <5 mil y x<3", "a < b, R$ <5 mil y x<3"),
            ("less_than_a_word", "si a <b and c> d", "si a <b and c> d"),
            (
                "names_in_angles",
                "la ciudad de <nombre de la ciudad>",
                "la ciudad de <nombre de la ciudad>",
            ),
            ("a_tag_that_never_ends", "Agua <b potable", "Agua <b potable"),
            ("word_processor", "Agua<o:p></o:p> potable", "Agua potable"),
            ("escaped_twice", "&lt;p&gt;Ba&amp;ntilde;os&lt;/p&gt;", "Baños"),
            ("emphasis", "Baños **secos** y _limpios_ *hoy*", "Baños secos y limpios hoy"),
            ("link", "Ver [el plan](https://example.org/plan) ya", "Ver el plan ya"),
            ("heading", "# Agua\nPara los barrios", "Agua\n\nPara los barrios"),
            ("list_with_emphasis", "- **Agua**\n- Luz", "Agua\n\nLuz"),
            ("list_alone_stays", "- Agua\n- Luz", "- Agua\n- Luz"),
            ("table", "| Meta | Año |\n|---|---|\n| Agua | 2030 |", "Meta Año\n\nAgua 2030"),
            ("multiplication", "5 * 3 * 2 y a_b", "5 * 3 * 2 y a_b"),
        ] {
            assert_eq!(strip(text), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn words_without_markup_stay(text in "[a-zñ0-9 .,;:()$%&<-]{0,80}") {
            let stripped = strip(&text);
            prop_assert!(stripped == text || text.contains('&') && text.contains(';'), "{text} became {stripped}");
        }

        #[test]
        fn nothing_panics(text in "[a-c<>/&;#!*_`|\\[\\]()\n\" -]{0,80}") {
            strip(&text);
        }
    }
}
