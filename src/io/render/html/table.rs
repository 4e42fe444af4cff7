//! The tables of a document.

use super::escape::escaped;
use pulldown_cmark::Alignment;
use std::fmt::Write;

/// How a table begins: it scrolls sideways by itself where the page is too narrow.
pub(super) const OPEN: &str =
    "<div class=\"wide\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>\n";

/// How a table ends.
pub(super) const CLOSE: &str = "</tbody></table></div>\n";

/// The states of actions and of services, which are shown as badges.
const STATES: [&str; 9] =
    ["open", "doing", "done", "dropped", "up", "maintenance", "degraded", "down", "overdue"];

/// A table that is being written.
pub(super) struct TableWriter {
    alignments: Vec<Alignment>,
    /// Which column tells a state.
    states: Vec<usize>,
    head: bool,
    column: usize,
}

impl TableWriter {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, states: vec![], head: true, column: 0 }
    }

    pub(super) fn is_head(&self) -> bool {
        self.head
    }

    pub(super) fn is_first(&self) -> bool {
        self.column == 0
    }

    pub(super) fn end_head(&mut self) {
        self.head = false;
        self.column = 0;
    }

    pub(super) fn end_row(&mut self) {
        self.column = 0;
    }

    /// Returns a state as a badge, with what is said behind it, where the column tells states.
    pub(super) fn badge(&self, plain: &str) -> Option<String> {
        let plain = plain.trim();
        let (state, rest) = plain.split_at_checked(plain.find(' ').unwrap_or(plain.len()))?;
        let told = self.states.contains(&self.column) && STATES.contains(&state);
        told.then(|| format!("{}{}", badge(state), escaped(rest)))
    }

    /// Writes a cell and goes on to the next.
    pub(super) fn write_cell(&mut self, out: &mut String, html: &str, plain: &str) {
        let date = plain.len() == 10 && plain.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"center\"",
            _ if date => " class=\"date\"",
            _ => "",
        };
        let heads = ["status", "state"];
        if self.head && heads.contains(&plain.trim().to_lowercase().as_str()) {
            self.states.push(self.column);
        }
        let _ = match (self.head, html.is_empty()) {
            (true, false) => write!(out, "<th scope=\"col\"{class}>{html}</th>"),
            (_, _) => write!(out, "<td{class}>{html}</td>"),
        };
        self.column += 1;
    }
}

/// Returns a state as a badge: a word of [`STATES`].
fn badge(state: &str) -> String {
    let state = escaped(state);
    format!("<span class=\"badge {state}\">{state}</span>")
}
