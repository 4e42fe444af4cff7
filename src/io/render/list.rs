//! Many incidents as a table.

use super::completeness::{none, notes};
use super::table::{TableStyle, has_room, keep_whole, lines, widest};
use super::text::{line, or};
use crate::compute::report::list::{ListReport, ListRow};
use crate::model::time::format as times;
use comfy_table::{Attribute, Cell};

/// Renders many incidents, a row each.
pub fn list(report: &ListReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return none(&report.completeness, "No incidents") + &notes(&report.completeness);
    }
    let mixed = mixes_zones(report);
    let began = |row: &ListRow| began(row, mixed);
    let severity = |row: &ListRow| or(row.heading.severity.as_ref(), "-");
    let state = |row: &ListRow| or(row.heading.state.as_ref(), "-");
    let widest =
        |of: &dyn Fn(&ListRow) -> String, name: &str| widest(report.incidents.iter().map(of), name);
    let others = [widest(&began, "Began"), widest(&severity, "Severity"), widest(&state, "State")];
    let whole = widest(&|row| row.heading.incident.to_string(), "Incident");
    let whole = has_room(style, others.into_iter().chain([whole]));
    let mut table = style.table();
    table.set_header(vec!["Began", "Severity", "State", "Incident", "Title"]);
    for row in &report.incidents {
        let state = Cell::new(state(row));
        let id = row.heading.incident.as_str();
        let id = if whole { id } else { report.handles.name(id) };
        table.add_row(vec![
            Cell::new(began(row)),
            Cell::new(severity(row)),
            if row.open { state.add_attribute(Attribute::Bold) } else { state },
            Cell::new(line(id)),
            Cell::new(line(&row.heading.title)),
        ]);
    }
    keep_whole(&mut table, 0..4);
    lines(&table) + &notes(&report.completeness)
}

/// Returns whether the incidents are told in several zones, so that each has to name its own.
pub(super) fn mixes_zones(report: &ListReport) -> bool {
    let mut zones = report.incidents.iter().map(|row| row.zone);
    let first = zones.next();
    zones.any(|zone| Some(zone) != first)
}

/// Returns when an incident began, no more precise than that is known.
pub(super) fn began(row: &ListRow, name_zone: bool) -> String {
    let Some(stamp) = row.began_as_told else { return "-".to_owned() };
    let shown = times::brief(stamp, row.zone);
    match times::brief_zone(stamp, row.zone).filter(|_| name_zone) {
        Some(zone) => format!("{shown} {zone}"),
        None => shown,
    }
}
