//! What incidents cost in credits, by phase, for eyes.

use super::table::{TableStyle, lines};
use crate::compute::report::credits::cost::{CostReport, IncidentCost};
use comfy_table::{Cell, CellAlignment};

/// Renders what each incident cost, and the totals.
pub fn table(report: &CostReport, style: TableStyle) -> String {
    let heading = format!("What incidents cost in credits for {}", report.period);
    if report.incidents.is_empty() {
        return format!("{}\n\nNothing is owed.\n", style.bold(&heading));
    }
    let mut table = style.table();
    let right = |title: &str| Cell::new(title).set_alignment(CellAlignment::Right);
    let phases = ["Detection", "Diagnosis", "Repair", "Recovery", "Unknown", "Credit"];
    let titles = std::iter::once(Cell::new("Incident")).chain(phases.map(right));
    table.set_header(titles.chain([Cell::new("")]));
    for cost in &report.incidents {
        let name = cost.incident.as_ref().map_or("(by no incident's time)", |id| id.as_str());
        table.add_row(row(name, cost));
    }
    for total in &report.totals {
        table.add_row(row("Total", total));
    }
    format!("{}\n\n{}", style.bold(&heading), lines(table))
}

fn row(name: &str, cost: &IncidentCost) -> Vec<Cell> {
    let IncidentCost { currency, detection, diagnosis, repair, recovery, unknown, credit, .. } =
        cost;
    let money = [detection, diagnosis, repair, recovery, unknown, credit];
    let cells = money.map(|money| Cell::new(money).set_alignment(CellAlignment::Right));
    let name = std::iter::once(Cell::new(name));
    name.chain(cells).chain([Cell::new(currency.to_string())]).collect()
}
