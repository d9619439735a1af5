//! A document as a reader of calls needs it: its blocks of text in order, whatever its format was.

/// What a format's reader makes of a file.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The title that the file declares beside its text, such as HTML's `<title>`.
    pub(super) title: Option<String>,
    /// The text, from top to bottom.
    pub(super) blocks: Vec<Block>,
}

/// A piece of text that stands by itself: a heading, a paragraph, an item of a list or a row of a
/// table. It has no line breaks, and white space is single spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) text: String,
}

/// What a block is, as far as its format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// A heading of a level, 1 or more; a document's title has level 1 too.
    Heading(u8),
    /// A whole paragraph in bold, which authors use for headings.
    Bold,
    /// A paragraph that begins in bold: the number of bytes of that beginning.
    BoldStart(usize),
    Paragraph,
    Item,
    /// A row of a table: its cells, joined as [`CELL_MARK`] says.
    Row,
}

/// What stands between a row's cells.
pub(super) const CELL_MARK: &str = " | ";

impl Document {
    /// Adds a block, unless its text is blank.
    pub(super) fn push(&mut self, kind: BlockKind, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.blocks.push(Block { kind, text });
        }
    }

    /// The bytes of its text.
    pub(super) fn length(&self) -> usize {
        self.blocks.iter().map(|block| block.text.len()).sum()
    }

    /// Adds a row of a table, unless all its cells are blank.
    pub(super) fn push_row(&mut self, cells: &[String]) {
        let cells = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        self.push(BlockKind::Row, &cells.collect::<Vec<_>>().join(CELL_MARK));
    }
}

/// Builds blocks from the events of a markup language: text comes in pieces, some of them bold.
#[derive(Debug, Default)]
pub(super) struct BlockBuilder {
    pub(super) document: Document,
    text: String,
    /// The number of bytes at the text's start that are bold.
    bold: usize,
    cells: Option<Vec<String>>,
}

impl BlockBuilder {
    /// Adds text to the current block.
    pub(super) fn text(&mut self, text: &str, bold: bool) {
        if self.text.trim().is_empty() {
            self.text.clear();
            self.bold = 0;
        }
        let all_bold = self.bold == self.text.len();
        self.text.push_str(text);
        if all_bold && (bold || text.trim().is_empty()) {
            self.bold = self.text.len();
        }
    }

    /// Ends the current block, if there is one. In a row this is a space between the cell's parts.
    pub(super) fn end(&mut self, kind: BlockKind) {
        if self.cells.is_some() {
            self.text.push(' ');
            return;
        }
        let (text, bold) = (std::mem::take(&mut self.text), std::mem::take(&mut self.bold));
        let kind = match kind {
            BlockKind::Paragraph | BlockKind::Item if bold > 0 => {
                let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                match (words(&text[..bold]).len(), words(&text).len()) {
                    (bold, all) if bold == all => BlockKind::Bold,
                    (0, _) => kind,
                    (bold, _) => BlockKind::BoldStart(bold),
                }
            }
            kind => kind,
        };
        self.document.push(kind, &text);
    }

    /// Begins a row of a table.
    pub(super) fn begin_row(&mut self) {
        self.end_row();
        self.end(BlockKind::Paragraph);
        self.cells = Some(Vec::new());
    }

    /// Ends a cell.
    pub(super) fn end_cell(&mut self) {
        if let Some(cells) = &mut self.cells {
            cells.push(std::mem::take(&mut self.text));
            self.bold = 0;
        }
    }

    /// Ends a row, with the cell that was begun.
    pub(super) fn end_row(&mut self) {
        self.end_cell();
        if let Some(cells) = self.cells.take() {
            self.document.push_row(&cells);
        }
    }

    /// The document, with what was begun.
    pub(super) fn finish(mut self) -> Document {
        self.end_row();
        self.end(BlockKind::Paragraph);
        self.document
    }
}

/// A document in short, for tests.
#[cfg(test)]
pub(super) fn shown(document: &Document) -> String {
    let block = |block: &Block| {
        let kind = match block.kind {
            BlockKind::Heading(level) => format!("H{level}"),
            BlockKind::Bold => "B".to_owned(),
            BlockKind::BoldStart(_) => "S".to_owned(),
            BlockKind::Paragraph => "P".to_owned(),
            BlockKind::Item => "I".to_owned(),
            BlockKind::Row => "R".to_owned(),
        };
        format!("{kind} {}", block.text)
    };
    document.blocks.iter().map(block).collect::<Vec<_>>().join("/")
}
