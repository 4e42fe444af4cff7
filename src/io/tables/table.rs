//! A table with a header: its cells by the names of their columns.

use super::csv::{self, CsvCell};
use crate::model::diagnostic::{Diagnostic, Level, Location};
use crate::model::incident::UnknownValue;
use crate::model::incident::names::nearest;
use crate::model::money::{self, Exact};
use std::collections::HashSet;
use std::fmt::Display;

/// The columns that a table can have.
pub(super) struct TableColumns {
    /// What the table is, for people.
    pub(super) what: &'static str,
    /// The columns that must be there.
    pub(super) needed: &'static [&'static str],
    /// The columns that may be there.
    pub(super) allowed: &'static [&'static str],
    /// Whether columns of other names are attributes.
    pub(super) open: bool,
}

impl TableColumns {
    fn known(&self) -> impl Iterator<Item = &'static str> {
        self.needed.iter().chain(self.allowed).copied()
    }
}

/// The header of a table.
#[derive(Debug)]
pub(super) struct TableHeader {
    columns: Vec<CsvCell<'static>>,
    /// The sign between cells, which is ASCII.
    pub(super) delimiter: u8,
    /// Whether columns without a name stand behind the others: spreadsheets leave them behind.
    pub(super) has_spare: bool,
}

impl TableHeader {
    /// Reads the text of a header, which begins on a line; none where it doesn't fit the form, which is reported.
    pub(super) fn read(
        text: &str,
        line: u32,
        form: &TableColumns,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let place = Location { line, column: 1 };
        let delimiter = csv::delimiter(text);
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        match csv::row_of(bare, delimiter.into(), place) {
            Ok((row, _)) if row.cells.iter().any(|cell| !cell.text.is_empty()) => {
                Self::of(row, delimiter, form, problems)
            }
            Ok(_) => {
                let message = format!("{} needs a header", form.what);
                let help = format!("begin the file with `{}`", form.needed.join(","));
                let place = Location { line: 1, column: 1 };
                problems.push(Diagnostic::error("csv", place, message).help(help));
                None
            }
            Err(problem) => {
                problems.push(problem);
                None
            }
        }
    }

    fn of(
        row: csv::CsvRow<'_>,
        delimiter: u8,
        form: &TableColumns,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut columns: Vec<_> = row.cells.into_iter().map(CsvCell::into_owned).collect();
        let named = columns.iter().rposition(|c| !c.text.is_empty()).map_or(0, |last| last + 1);
        let has_spare = columns.len() > named;
        columns.truncate(named);
        let before = problems.len();
        check_separator(&columns, problems);
        if problems.len() == before {
            check_columns(&columns, form, problems);
        }
        // Cells cannot be told apart under a header that is wrong.
        let wrong = problems.iter().skip(before).any(|p| p.level == Level::Error);
        (!wrong).then_some(Self { columns, delimiter, has_spare })
    }

    /// Returns the names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.text.as_ref())
    }

    /// Takes the empty cells off a row that stand under columns without a name. A row that ends in more of them than its
    /// header may have its cells in the wrong places.
    pub(super) fn trim(&self, row: &mut csv::CsvRow<'_>) {
        let named = self.columns.len();
        while self.has_spare
            && row.cells.len() > named
            && row.cells.last().is_some_and(|c| c.text.is_empty())
        {
            row.cells.pop();
        }
    }
}

/// A table with a header.
#[derive(Debug)]
pub(super) struct HeaderTable<'t> {
    header: TableHeader,
    rows: Vec<csv::CsvRow<'t>>,
}

impl<'t> HeaderTable<'t> {
    /// Reads a text into a table of that form; what does not fit it is reported.
    pub(super) fn read(
        text: &'t str,
        form: &TableColumns,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut rows = match csv::rows(text) {
            Ok(rows) => rows.into_iter(),
            Err(problem) => {
                problems.push(problem);
                return None;
            }
        };
        let Some(first) = rows.next() else {
            return TableHeader::read("", 1, form, problems)
                .map(|header| Self { header, rows: vec![] });
        };
        let header = TableHeader::of(first, csv::delimiter(text), form, problems)?;
        let mut rows = rows.collect::<Vec<_>>();
        rows.iter_mut().for_each(|row| header.trim(row));
        for row in rows.iter().filter(|row| row.cells.len() != header.columns.len()) {
            problems.push(uneven(row, header.columns.len()));
        }
        Some(Self { header, rows })
    }

    /// Returns the names of the columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.names()
    }

    /// Returns the rows that have a cell for each column; the others were reported.
    pub(super) fn rows(&self) -> impl Iterator<Item = TableRow<'_, 't>> {
        let even = self.rows.iter().filter(|row| row.cells.len() == self.header.columns.len());
        even.map(|row| TableRow::of(&self.header, row))
    }
}

fn check_separator(columns: &[CsvCell<'_>], problems: &mut Vec<Diagnostic>) {
    let [only] = columns else { return };
    if let Some(other) = only.text.chars().find(|c| matches!(c, '|')) {
        let message = format!("the columns are separated by `{}`", other.escape_debug());
        problems.push(
            Diagnostic::error("csv", only.place, message)
                .help("separate them with commas, semicolons or tabs"),
        );
    }
}

fn check_columns(columns: &[CsvCell<'_>], form: &TableColumns, problems: &mut Vec<Diagnostic>) {
    let has = |name: &str| columns.iter().any(|c| c.text == name);
    let missing: Vec<_> = form.known().filter(|known| !has(known)).collect();
    let mut before = HashSet::new();
    for (index, column) in columns.iter().enumerate() {
        if column.text.is_empty() {
            let message = format!("column {} has no name", index.saturating_add(1));
            problems.push(
                Diagnostic::error("unknown-column", column.place, message)
                    .help("name it, or take it away with its cells"),
            );
        } else if !before.insert(&column.text) {
            let message = format!("the column `{}` stands twice", shown(&column.text));
            problems
                .push(Diagnostic::error("column-twice", column.place, message).help("keep one"));
        } else if !form.known().any(|known| known == column.text) {
            let near = nearest(&column.text, missing.iter().copied());
            problems.extend(unknown(column, near, form));
        }
    }
    let place = columns.first().map_or(Location { line: 1, column: 1 }, |c| c.place);
    for name in form.needed.iter().filter(|name| !has(name)) {
        let others =
            columns.iter().map(|c| c.text.as_ref()).filter(|c| !form.known().any(|k| k == *c));
        let message = format!("{} needs a column `{name}`", form.what);
        let problem = Diagnostic::error("missing-column", place, message);
        problems.push(match nearest(name, others) {
            Some(near) => problem.help(format!("did you mean `{name}` by `{}`?", shown(near))),
            None => problem.help(format!("the columns are {}", form.needed.join(", "))),
        });
    }
}

/// Returns what to say of a column that the form does not name.
fn unknown(column: &CsvCell<'_>, near: Option<&str>, form: &TableColumns) -> Option<Diagnostic> {
    let name = shown(&column.text);
    match (form.open, near) {
        // That a needed column is missing is said where it is missed.
        (true, Some(near)) if form.needed.contains(&near) => None,
        (true, Some(near)) => {
            let message = format!("the column `{name}` is an attribute of your own");
            let problem = Diagnostic::warning("spare-column", column.place, message);
            Some(problem.help(format!("did you mean `{near}`?")))
        }
        (true, None) => None,
        (false, near) => {
            let message = format!("unknown column `{name}` in {}", form.what);
            let known =
                || format!("the columns are {}", form.known().collect::<Vec<_>>().join(", "));
            let help = near.map_or_else(known, |near| format!("did you mean `{near}`?"));
            Some(Diagnostic::error("unknown-column", column.place, message).help(help))
        }
    }
}

/// Returns what is wrong with a row that has more or fewer cells than its header.
pub(super) fn uneven(row: &csv::CsvRow<'_>, columns: usize) -> Diagnostic {
    let cells = row.cells.len();
    let message = format!("this row has {cells} cells, and the header has {columns} columns");
    let help = if cells < columns {
        "an empty cell still has its comma"
    } else {
        "put a cell that holds a comma into quotes"
    };
    Diagnostic::error("row", row.place, message).help(help)
}

/// Returns a text for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).collect()
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableRow<'s, 't> {
    columns: &'s [CsvCell<'static>],
    cells: &'s [CsvCell<'t>],
    /// Where the row begins.
    pub(super) place: Location,
    delimiter: u8,
}

impl<'s, 't> TableRow<'s, 't> {
    /// Returns a row under its header, which has a cell for each of its columns.
    pub(super) fn of(header: &'s TableHeader, row: &'s csv::CsvRow<'t>) -> Self {
        let TableHeader { columns, delimiter, .. } = header;
        Self { columns, cells: &row.cells, place: row.place, delimiter: *delimiter }
    }

    /// Returns the cells that hold something, by the names of their columns.
    pub(super) fn cells(self) -> impl Iterator<Item = (&'s str, &'s CsvCell<'t>)> {
        let all = self.columns.iter().zip(self.cells);
        all.map(|(column, cell)| (column.text.as_ref(), cell)).filter(|(_, c)| !c.text.is_empty())
    }

    /// Returns whether the table has a column.
    pub(super) fn has(self, column: &str) -> bool {
        self.columns.iter().any(|c| c.text == column)
    }

    /// Returns the cell of a column, where it holds something.
    pub(super) fn cell(self, column: &str) -> Option<&'s CsvCell<'t>> {
        self.cells().find(|(name, _)| *name == column).map(|(_, cell)| cell)
    }

    /// Reads the cell of a column, where it holds something.
    pub(super) fn take<T, E: Display>(
        self,
        column: &str,
        problems: &mut Vec<Diagnostic>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let cell = self.cell(column)?;
        match read(&cell.text) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = format!("{column}: {error}");
                problems.push(Diagnostic::error("value", cell.place, message));
                None
            }
        }
    }

    /// Reads the cell of a column, which must hold something.
    pub(super) fn need<T, E: Display>(
        self,
        column: &str,
        problems: &mut Vec<Diagnostic>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.cell(column).is_none() {
            let own = self.columns.iter().zip(self.cells).find(|(c, _)| c.text == column);
            let place = own.map_or(self.place, |(_, cell)| cell.place);
            let message = format!("this row has no `{column}`");
            problems
                .push(Diagnostic::error("missing-cell", place, message).help("fill the cell in"));
        }
        self.take(column, problems, read)
    }

    /// Reads a decimal; where semicolons part the cells, one with a comma too.
    pub(super) fn decimal(self, text: &str) -> Result<Exact, UnknownValue> {
        money::decimal(&self.with_point(text))
    }

    /// Reads a decimal that may be negative, likewise.
    pub(super) fn signed_decimal(self, text: &str) -> Result<Exact, UnknownValue> {
        money::signed_decimal(&self.with_point(text))
    }

    /// Returns a number with a point for its comma, where that can be nothing else.
    pub(super) fn with_point(self, text: &str) -> String {
        let is_decimal = self.delimiter == b';' && !text.contains('.');
        if is_decimal { text.replacen(',', ".", 1) } else { text.to_owned() }
    }

    /// Reads the text of a column, where it holds something.
    pub(super) fn text(self, column: &str) -> Option<String> {
        self.cell(column).map(|cell| cell.text.to_string())
    }
}

/// Reads any text.
pub(super) fn text(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.to_owned())
}
