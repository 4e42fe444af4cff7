//! Tables for a terminal: they fit its width and read well without colour.

use super::text::{joined, line, or};
use crate::compute::report::heading::IncidentHeading;
use crate::model::incident::{Kind, State};
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

pub(super) fn state_cell(state: Option<State>) -> Cell {
    let color = match state {
        Some(State::Down) => Color::Red,
        Some(State::Degraded) => Color::Yellow,
        Some(State::Up) => Color::Green,
        Some(State::Maintenance) | None => Color::Reset,
    };
    Cell::new(or(state.as_ref(), "unknown")).fg(color)
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

/// Renders what an incident is, and how far.
pub(super) fn headline(
    heading: &IncidentHeading,
    kind: Option<Kind>,
    more: Option<String>,
    style: TableStyle,
) -> String {
    let facts = [
        Some(heading.incident.to_string()),
        heading.severity.as_ref().map(ToString::to_string),
        kind.map(|kind| kind.to_string()),
        Some(or(heading.state.as_ref(), "no milestone yet")),
        more,
    ];
    let facts = joined(facts.into_iter().flatten(), " · ");
    format!("{}\n{facts}\n", style.bold(&line(&heading.title)))
}
