//! Tables for a terminal: they fit its width and read well without colour.

mod fit;

pub(super) use fit::first_that_fits;

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

/// Returns a table's lines without blanks at their ends: its rows as blocks where the columns have no room side by side.
pub(super) fn lines(table: Table) -> String {
    first_that_fits([table])
}

/// Returns a table's lines with the first columns unwrapped, where that leaves room for those after them.
pub(super) fn lines_kept_first(table: Table, columns: usize) -> String {
    let mut kept = table.clone();
    keep_whole(&mut kept, 0..columns);
    first_that_fits([kept, table])
}

/// How a table names incidents beside a text of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// By their ids, in a column.
    Whole,
    /// By the shortest names that no other answers to, in a column.
    Short,
    /// By their ids, in one column with the text.
    Together,
}

/// Returns the lines of a table that names incidents, in the first way for which there is room.
pub(super) fn lines_named(table: impl Fn(Naming) -> Table) -> String {
    let ways = [Naming::Whole, Naming::Short, Naming::Together, Naming::Whole];
    first_that_fits(ways.into_iter().map(table))
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
