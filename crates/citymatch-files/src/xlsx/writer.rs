//! Writes a table as a sheet of a workbook.

use citymatch::Error;
use rust_xlsxwriter::{
    ConditionalFormatDataBar, ConditionalFormatType, DocProperties, ExcelDateTime, Format, Formula,
    Url, Workbook, Worksheet, XlsxError,
};
use serde_json::Value as Json;

use super::CELL_LIMIT;
use crate::cells::Cell;
use crate::output::Output;
use crate::table_format::CellRows;

/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 60);
/// The most links that Excel opens in a sheet, and the most characters of one.
const LINKS: (usize, usize) = (65_530, 2_079);
/// The colour of the bars of scores: pale enough for the number on it to be read.
const BAR: u32 = 0x9C_C3_D5;

/// Writes a table as a workbook of one sheet. Texts stay texts, even if they look like formulas or
/// numbers. The workbook is built in memory and written at its end.
///
/// The header stays in sight and has filters, columns are as wide as their texts up to a limit, an
/// address of the web is a link, and a column of scores has bars from 0 to 1. On paper it is as wide
/// as the page, and each page has the header.
pub(super) fn write(table: CellRows<'_>, out: &Output<'_>) -> Result<u64, Error> {
    let Output::Path(path) = *out else {
        return Err(Error::option("out", "a stream", "the path of a file, for a workbook"));
    };
    let failed = |err: XlsxError| match err {
        XlsxError::RowColumnLimitError => Error::option(
            "format",
            "xlsx",
            "csv or jsonl: a sheet has 1,048,576 rows of 16,384 cells",
        ),
        XlsxError::MaxStringLengthExceeded => Error::option(
            "format",
            "xlsx",
            &format!(
                "csv or jsonl: a text is longer than a cell, which holds {CELL_LIMIT} characters"
            ),
        ),
        err => Error::io(path, std::io::Error::other(err)),
    };
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties().map_err(failed)?);
    let mut sheet = Sheet::new(workbook.add_worksheet(), table.score);
    sheet.header(table.header).map_err(failed)?;
    for row in table.rows {
        sheet.row(row?).map_err(failed)?;
    }
    let written = sheet.finish().map_err(failed)?;
    let bytes = workbook.save_to_buffer().map_err(failed)?;
    Output::Path(path).write(|sink| sink.write(&bytes))?;
    Ok(u64::from(written))
}

/// What a workbook says of itself. It would have the time of writing, and the same table would give
/// other bytes each time.
fn properties() -> Result<DocProperties, XlsxError> {
    let none = ExcelDateTime::from_ymd(1980, 1, 1)?;
    Ok(DocProperties::new().set_creation_datetime(&none))
}

/// A sheet that is being written.
struct Sheet<'a> {
    worksheet: &'a mut Worksheet,
    /// The column of scores.
    score: Option<u16>,
    /// How many rows are written, the header too.
    rows: u32,
    links: usize,
    /// The most characters of each column so far.
    widths: Vec<usize>,
}

impl<'a> Sheet<'a> {
    fn new(worksheet: &'a mut Worksheet, score: Option<u16>) -> Self {
        Self { worksheet, score, rows: 0, links: 0, widths: Vec::new() }
    }

    fn header(&mut self, names: &[String]) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        for (column, name) in (0..).zip(names) {
            self.worksheet.write_string_with_format(0, column, name, &bold)?;
            // The button of the filter covers some of the name.
            self.widths.push(name.chars().count() + 3);
        }
        self.rows = 1;
        Ok(())
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<(), XlsxError> {
        for (column, cell) in cells.into_iter().enumerate() {
            let index = u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?;
            let width = match &cell {
                Cell::Text(text) | Cell::Typed(Json::String(text)) => {
                    text.lines().map(|line| line.chars().count() + 1).max().unwrap_or(0)
                }
                _ => 0,
            };
            if let Some(widest) = self.widths.get_mut(column) {
                *widest = width.max(*widest);
            }
            self.cell(index, cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) | Cell::Typed(Json::String(text)) => self.text(column, text)?,
            Cell::Number(number) if self.score == Some(column) => {
                let three = Format::new().set_num_format("0.000");
                self.worksheet.write_number_with_format(self.rows, column, number, &three)?;
            }
            Cell::Number(number) => {
                self.worksheet.write_number(self.rows, column, number)?;
            }
            Cell::Typed(Json::Number(number)) if number.as_f64().is_some() => {
                let number = number.as_f64().unwrap_or_default();
                self.worksheet.write_number(self.rows, column, number)?;
            }
            Cell::Typed(Json::Bool(value)) => {
                self.worksheet.write_boolean(self.rows, column, value)?;
            }
            Cell::Typed(value) => self.text(column, value.to_string())?,
            Cell::Error(error) => {
                let formula = Formula::new(format!("={error}")).set_result(error);
                self.worksheet.write_formula(self.rows, column, formula)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, column: u16, text: String) -> Result<(), XlsxError> {
        if self.links < LINKS.0 && is_address(&text) {
            self.links += 1;
            let link = Url::new(&text).set_text(&text);
            self.worksheet.write_url(self.rows, column, link)?;
        } else {
            self.worksheet.write_string(self.rows, column, text)?;
        }
        Ok(())
    }

    /// Sets what concerns whole columns, and returns how many rows there are below the header.
    fn finish(self) -> Result<u32, XlsxError> {
        let last = self.rows - 1;
        self.worksheet.set_freeze_panes(1, 0)?;
        // On paper all columns are on one page, and each page has the header.
        self.worksheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        for (column, width) in (0..).zip(&self.widths) {
            self.worksheet.set_column_width(column, (*width).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
        }
        if let Some(end) = self.widths.len().checked_sub(1) {
            self.worksheet.autofilter(0, 0, last, u16::try_from(end).unwrap_or(u16::MAX))?;
        }
        if let Some(column) = self.score.filter(|_| last > 0) {
            let bars = ConditionalFormatDataBar::new()
                .set_minimum(ConditionalFormatType::Number, 0)
                .set_maximum(ConditionalFormatType::Number, 1)
                .set_fill_color(BAR)
                .set_solid_fill(true);
            self.worksheet.add_conditional_format(1, column, last, column, &bars)?;
        }
        Ok(last)
    }
}

/// Whether a text is one address of the web and nothing else.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && text.len() <= LINKS.1
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && !text.contains([';', '|', '"', '<', '>'])
}
