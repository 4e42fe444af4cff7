//! Policies as a table.

use super::table::{TableStyle, lines};
use super::text::line;
use crate::compute::report::policies::{PoliciesReport, PolicyRow};
use comfy_table::{Cell, ColumnConstraint};

/// Renders policies, a row each.
pub fn table(report: &PoliciesReport, style: TableStyle) -> String {
    if report.policies.is_empty() {
        return "No policies: write one into sla/, such as sla/premium.yaml.\n".to_owned();
    }
    let mut table = style.table();
    table.set_header(vec!["Policy", "Promise", "Window", "Credit", "For", "Title"]);
    for row in &report.policies {
        let from = row.effective_from.as_deref().map(|f| format!(" from {f}")).unwrap_or_default();
        table.add_row([
            Cell::new(line(&format!("{}{from}", row.policy))),
            Cell::new(format!(
                "{} %",
                row.commitment.replace("at_least", "≥").replace("above", ">")
            )),
            Cell::new(format!("{} in {}", row.window, row.timezone)),
            Cell::new(kind(row)),
            Cell::new(line(&whom(row))),
            Cell::new(line(&row.title)),
        ]);
    }
    for index in [1, 3] {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    lines(&table)
}

fn kind(row: &PolicyRow) -> String {
    match row.kind {
        "goodwill" => format!("{}, goodwill", row.credit),
        _ => row.credit.to_owned(),
    }
}

/// Returns for whom a policy is, in words.
fn whom(row: &PolicyRow) -> String {
    let mut parts = vec![];
    parts.extend((!row.services.is_empty()).then(|| row.services.join(", ")));
    parts.extend((!row.plans.is_empty()).then(|| format!("plan {}", row.plans.join(" or "))));
    parts.extend((!row.requires.is_empty()).then(|| row.requires.join(" and ")));
    if parts.is_empty() { "all".to_owned() } else { parts.join("; ") }
}
