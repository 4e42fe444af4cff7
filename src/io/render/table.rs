//! Tables for a terminal: they fit its width and read well without colour.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, presets};

/// How wide the terminal is, and whether it shows colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether to use colour.
    pub color: bool,
}

impl TableStyle {
    /// Returns an empty table of at most the terminal's width, without borders.
    pub(super) fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.width);
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    pub(super) fn bold(self, text: &str) -> String {
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

pub(super) fn dim(text: impl ToString) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

pub(super) fn state_cell(state: &str) -> Cell {
    let color = match state {
        "down" => Color::Red,
        "degraded" => Color::Yellow,
        "up" => Color::Green,
        _ => Color::Reset,
    };
    Cell::new(state).fg(color)
}

/// Returns a table's lines without blanks at their ends.
pub(super) fn lines(table: &Table) -> String {
    table.lines().map(|l| format!("{}\n", l.trim_end())).collect()
}

/// How much room a title needs beside an incident's id; where there is less, incidents go by shorter names.
const TITLE: usize = 24;

/// Returns whether columns so wide leave room for a title.
pub(super) fn has_room(style: TableStyle, columns: impl Iterator<Item = usize>) -> bool {
    columns.map(|wide| wide + 2).sum::<usize>() + TITLE <= usize::from(style.width)
}

/// Returns how wide a column is.
pub(super) fn widest(cells: impl Iterator<Item = String>, name: &str) -> usize {
    let cells = cells.map(|cell| cell.chars().count());
    cells.chain([name.len()]).max().unwrap_or(0)
}

/// Keeps columns from being wrapped: an id is for copying.
pub(super) fn keep_whole(table: &mut Table, columns: impl IntoIterator<Item = usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}
