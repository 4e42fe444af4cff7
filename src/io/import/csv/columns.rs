//! Which column of a table tells what: by its header, or by what people say of it.

use super::super::prose::{ProseZone, zone_said};
use crate::io::tables::PlainTableRow;
use crate::model::imported::{ImportColumn, ImportField};
use crate::model::time::Zone;
use std::collections::BTreeMap;

/// The headers that are taken for a field, in lower case and without signs; an earlier one before a later.
const HEADERS: &[(ImportField, &[&str])] = &[
    (
        ImportField::Time,
        &[
            "at",
            "timestamp",
            "datetime",
            "date time",
            "date and time",
            "when",
            "time",
            "occurred at",
            "occurred",
            "event time",
            "created at",
            "created",
            "start",
            "clock",
        ],
    ),
    (ImportField::Date, &["date", "day"]),
    (ImportField::Zone, &["zone", "timezone", "time zone", "tz"]),
    (
        ImportField::Text,
        &[
            "text",
            "event",
            "what happened",
            "what",
            "message",
            "description",
            "note",
            "notes",
            "comment",
            "entry",
            "details",
            "summary",
            "action",
        ],
    ),
    (
        ImportField::By,
        &["by", "author", "who", "user", "actor", "person", "reported by", "responder", "name"],
    ),
    (ImportField::Id, &["id", "event id", "entry id"]),
    (
        ImportField::Incident,
        &["incident", "incident id", "incident key", "incident number", "ticket"],
    ),
    (ImportField::Title, &["title", "incident title", "incident name"]),
    (ImportField::Kind, &["kind", "type", "event type", "category"]),
    (ImportField::Mark, &["mark", "marks", "milestone", "milestones", "phase"]),
    (ImportField::Impact, &["impact"]),
    (ImportField::Service, &["service", "component", "system"]),
    (ImportField::State, &["state", "service state"]),
    (ImportField::Severity, &["severity", "sev", "priority"]),
    (ImportField::Audience, &["audience", "visibility"]),
    (ImportField::Url, &["url", "link", "permalink"]),
];

/// Which column of a table tells what.
pub(super) struct TableColumnsFound {
    columns: BTreeMap<ImportField, usize>,
    /// Whether the first row is a header.
    pub(super) has_header: bool,
    /// What the header of the times says of their zone.
    pub(super) zone: ProseZone,
}

impl TableColumnsFound {
    /// Finds the columns by the first row and what people say of them; columns that they number need no header, and there
    /// is none where the first row tells a time.
    ///
    /// # Errors
    /// What is lacking, and what there is.
    pub(super) fn find(
        first: &PlainTableRow,
        said: &[ImportColumn],
        zone: Zone,
        is_time: &dyn Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let numbered = |column: &ImportColumn| {
            let number = column.header.parse::<usize>().ok()?.checked_sub(1)?;
            Some((column.field, number))
        };
        let all: Option<BTreeMap<_, _>> = said.iter().map(numbered).collect();
        let all = all.filter(|all| !all.is_empty());
        let time = all.as_ref().and_then(|all| all.get(&ImportField::Time));
        let has_header =
            !time.is_some_and(|at| first.cells.get(*at).is_some_and(|cell| is_time(cell)));
        let named = if has_header { by_header(&first.cells) } else { BTreeMap::new() };
        let mut found = Self { columns: named, has_header, zone: ProseZone::new(zone) };
        for column in said {
            let is = |header: &String| plain(header) == plain(&column.header);
            let named = first.cells.iter().position(is).filter(|_| has_header);
            let at =
                named.or(numbered(column).map(|(_, at)| at).filter(|at| *at < first.cells.len()));
            let at = at.ok_or_else(|| {
                format!("there is no column `{}`: {}", column.header, shown(&first.cells))
            })?;
            // What people say of a column is all that it tells.
            found.columns.retain(|_, other| {
                *other != at
                    || said.iter().any(|it| it.header == column.header && it.field != column.field)
            });
            found.columns.insert(column.field, at);
        }
        found.check(&first.cells)?;
        if let Some(header) =
            found.of(ImportField::Time).filter(|_| has_header).and_then(|at| first.cells.get(at))
        {
            let said = zone_said(header, &found.zone).map(|(zone, _)| zone);
            found.zone = said.unwrap_or(found.zone);
        }
        Ok(found)
    }

    fn check(&mut self, cells: &[String]) -> Result<(), String> {
        if !self.columns.contains_key(&ImportField::Time) {
            // A date alone may hold its clock too.
            let date = self.columns.remove(&ImportField::Date);
            self.columns.extend(date.map(|at| (ImportField::Time, at)));
        }
        for needed in [ImportField::Time, ImportField::Text] {
            if !self.columns.contains_key(&needed) {
                return Err(format!(
                    "no column is the {needed}: say which with `--columns {needed}=HEADER`; {}",
                    shown(cells)
                ));
            }
        }
        Ok(())
    }

    /// Returns the column that tells something.
    pub(super) fn of(&self, field: ImportField) -> Option<usize> {
        self.columns.get(&field).copied()
    }

    /// Returns what a row says of something; none where it says nothing.
    pub(super) fn cell<'r>(&self, row: &'r PlainTableRow, field: ImportField) -> Option<&'r str> {
        let cell = row.cells.get(self.of(field)?)?.as_str();
        Some(cell).filter(|cell| !cell.trim().is_empty())
    }
}

fn by_header(cells: &[String]) -> BTreeMap<ImportField, usize> {
    let headers: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let find = |names: &[&str]| {
        names.iter().find_map(|name| headers.iter().position(|header| header == name))
    };
    let mut found: BTreeMap<_, _> =
        HEADERS.iter().filter_map(|(field, names)| Some((*field, find(names)?))).collect();
    // The headers of our own tables: `event` is the id there, beside `text`.
    let event = headers.iter().position(|header| header == "event");
    if let Some(at) =
        event.filter(|at| found.get(&ImportField::Text).is_some_and(|text| text != at))
    {
        found.entry(ImportField::Id).or_insert(at);
    }
    found
}

/// Returns the words of a header, without what stands in brackets behind them.
fn plain(header: &str) -> String {
    let bare = header.split(['(', '[']).next().unwrap_or(header);
    let words: String = bare.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(cells: &[String]) -> String {
    let names: Vec<String> = cells
        .iter()
        .take(30)
        .map(|cell| cell.chars().take(40).flat_map(char::escape_debug).collect())
        .collect();
    format!("the first row is `{}`", names.join("`, `"))
}
