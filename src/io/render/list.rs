//! Many incidents as a table.

use super::table::{TableStyle, has_room, keep_whole, lines, widest};
use super::text::line;
use crate::compute::report::list::{ListReport, ListRow};
use comfy_table::{Attribute, Cell};

/// Renders many incidents, a row each.
pub fn list(report: &ListReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return "No incidents.\n".to_owned();
    }
    let began = |row: &ListRow| {
        let began = row.begin.map(|m| m.nominal().local(row.zone).format("%Y-%m-%d %H:%M"));
        began.map_or_else(|| "-".to_owned(), |began| began.to_string())
    };
    let severity = |row: &ListRow| line(row.severity.as_deref().unwrap_or("-"));
    let state = |row: &ListRow| line(row.state.as_deref().unwrap_or("-"));
    let widest =
        |of: &dyn Fn(&ListRow) -> String, name: &str| widest(report.incidents.iter().map(of), name);
    let others = [widest(&began, "Began"), widest(&severity, "Severity"), widest(&state, "State")];
    let whole = widest(&|row| row.incident.clone(), "Incident");
    let whole = has_room(style, others.into_iter().chain([whole]));
    let mut table = style.table();
    table.set_header(vec!["Began", "Severity", "State", "Incident", "Title"]);
    for row in &report.incidents {
        let state = Cell::new(state(row));
        let id = if whole { row.incident.as_str() } else { report.handles.name(&row.incident) };
        table.add_row(vec![
            Cell::new(began(row)),
            Cell::new(severity(row)),
            if row.open { state.add_attribute(Attribute::Bold) } else { state },
            Cell::new(line(id)),
            Cell::new(line(&row.title)),
        ]);
    }
    keep_whole(&mut table, 0..4);
    lines(&table)
}
