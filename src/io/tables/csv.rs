//! CSV as cells, each with its place: RFC 4180, and blanks around a cell are no part of it.
//!
//! Our own reader, because the `csv` crate knows the line of a row but not the column of a cell, and takes
//! a quote that is never closed for a cell that swallows every row after it.

use crate::model::diagnostic::{Diagnostic, Location};
use std::borrow::Cow;

impl CsvCell<'_> {
    /// Returns the same cell, with a text of its own.
    pub(super) fn into_owned(self) -> CsvCell<'static> {
        CsvCell { text: Cow::Owned(self.text.into_owned()), place: self.place }
    }
}

/// One cell, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CsvCell<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) place: Location,
}

/// One row, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CsvRow<'t> {
    pub(super) cells: Vec<CsvCell<'t>>,
    pub(super) place: Location,
}

/// Returns the sign that parts the cells of a text: of comma, semicolon and tab the one that its first line has most of.
pub(super) fn delimiter(text: &str) -> u8 {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = rest.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // What is quoted is text.
    let bare: String = header.split('"').step_by(2).collect();
    let count = |sign: u8| bare.bytes().filter(|byte| *byte == sign).count();
    let commas = count(b',');
    let most = [b';', b'\t'].into_iter().max_by_key(|sign| count(*sign));
    most.filter(|sign| count(*sign) > commas).unwrap_or(b',')
}

/// Returns the rows of a text; those that hold nothing at all are left out.
///
/// # Errors
/// The first quote that is out of place: what stands after it cannot be told.
pub(super) fn rows(text: &str) -> Result<Vec<CsvRow<'_>>, Diagnostic> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let delimiter = delimiter(text).into();
    let mut scanner = CsvReader { rest, delimiter, place: Location { line: 1, column: 1 } };
    let mut rows = vec![];
    while !scanner.rest.is_empty() {
        let row = scanner.row()?;
        if row.cells.iter().any(|cell| !cell.text.is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Returns the first row of a text that begins at a place, and how many bytes it takes.
///
/// # Errors
/// A quote that is out of place: what stands after it cannot be told.
pub(super) fn row_of(
    text: &str,
    delimiter: char,
    place: Location,
) -> Result<(CsvRow<'_>, usize), Diagnostic> {
    let mut scanner = CsvReader { rest: text, delimiter, place };
    let row = scanner.row()?;
    Ok((row, text.len().saturating_sub(scanner.rest.len())))
}

/// What is left of a text, and where that begins.
struct CsvReader<'t> {
    rest: &'t str,
    delimiter: char,
    place: Location,
}

impl<'t> CsvReader<'t> {
    fn row(&mut self) -> Result<CsvRow<'t>, Diagnostic> {
        let place = self.place;
        let mut cells = vec![self.cell()?];
        let delimiter = self.delimiter.to_string();
        while self.take(&delimiter).is_some() {
            cells.push(self.cell()?);
        }
        // After a cell stands the delimiter, the end of its line, or that of the text.
        let _ = self.take("\r\n").or_else(|| self.take("\n"));
        Ok(CsvRow { cells, place })
    }

    fn cell(&mut self) -> Result<CsvCell<'t>, Diagnostic> {
        self.blanks();
        let place = self.place;
        let text = if self.take("\"").is_some() {
            self.quoted(place)?
        } else {
            let end = self.rest.find([self.delimiter, '\n']).unwrap_or(self.rest.len());
            Cow::Borrowed(self.advance(end).trim_end())
        };
        Ok(CsvCell { text, place })
    }

    /// Reads what stands up to the closing quote, and the blanks behind it.
    fn quoted(&mut self, opened: Location) -> Result<Cow<'t, str>, Diagnostic> {
        let mut text = Cow::Borrowed("");
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(Diagnostic::error("csv", opened, "this quote is never closed")
                    .help("close it at the cell's end; a quote inside a cell is written twice"));
            };
            text += self.advance(end);
            self.take("\"");
            if self.take("\"").is_none() {
                break;
            }
            text += "\"";
        }
        self.blanks();
        if self.rest.is_empty()
            || self.rest.starts_with([self.delimiter, '\n'])
            || self.rest.starts_with("\r\n")
        {
            return Ok(text);
        }
        Err(Diagnostic::error("csv", self.place, "text stands behind a closing quote")
            .help("quote the whole cell; a quote inside it is written twice"))
    }

    fn blanks(&mut self) {
        let is_blank = |sign: char| matches!(sign, ' ' | '\t') && sign != self.delimiter;
        let blank = self.rest.trim_start_matches(is_blank).len();
        self.advance(self.rest.len().saturating_sub(blank));
    }

    fn take(&mut self, sign: &str) -> Option<()> {
        self.rest.starts_with(sign).then(|| {
            self.advance(sign.len());
        })
    }

    /// Goes on by so many bytes, and returns them.
    fn advance(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        match passed.rsplit_once('\n') {
            None => {
                self.place.column = self.place.column.saturating_add(count(passed.chars().count()))
            }
            Some((before, last)) => {
                let lines = before.matches('\n').count().saturating_add(1);
                self.place.line = self.place.line.saturating_add(count(lines));
                self.place.column = count(last.chars().count()).saturating_add(1);
            }
        }
        passed
    }
}
