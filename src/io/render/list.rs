//! Many incidents as a table.

use super::completeness::{none, notes};
use super::table::{Naming, TableStyle, keep_whole, lines_named};
use super::text::{line, or};
use crate::compute::report::list::{ListReport, ListRow};
use crate::model::time::format as times;
use comfy_table::{Attribute, Cell, Table};

/// Renders many incidents, a row each.
pub fn list(report: &ListReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return none(&report.completeness, "No incidents") + &notes(&report.completeness);
    }
    let mixed = mixes_zones(report);
    lines_named(|naming| table(report, mixed, naming, style)) + &notes(&report.completeness)
}

fn table(report: &ListReport, mixed: bool, naming: Naming, style: TableStyle) -> Table {
    let mut table = style.table();
    let mut header = vec!["Began", "Severity", "State", "Incident"];
    header.extend((naming != Naming::Together).then_some("Title"));
    let kept = if naming == Naming::Together { 3 } else { 4 };
    table.set_header(header);
    for row in &report.incidents {
        let state = match row.canceled {
            true => Cell::new("canceled"),
            false => Cell::new(or(row.heading.state.as_ref(), "-")),
        };
        let (id, title) = (row.heading.incident.as_str(), line(&row.heading.title));
        let mut cells = vec![
            Cell::new(began(row, mixed)),
            Cell::new(or(row.heading.severity.as_ref(), "-")),
            if row.open { state.add_attribute(Attribute::Bold) } else { state },
        ];
        cells.extend(match naming {
            Naming::Whole => vec![Cell::new(line(id)), Cell::new(title)],
            Naming::Short => vec![Cell::new(line(report.handles.name(id))), Cell::new(title)],
            Naming::Together => vec![Cell::new(format!("{}\n{title}", line(id)))],
        });
        table.add_row(cells);
    }
    keep_whole(&mut table, 0..kept);
    table
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
