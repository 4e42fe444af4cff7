//! Policies as a table.

use super::table::{TableStyle, keep_whole, lines};
use super::text::{joined, line};
use crate::compute::report::policies::{PoliciesReport, PolicyRow};
use crate::model::sla::{Policy, PolicyKind};
use comfy_table::Cell;

/// Renders policies, a row each.
pub fn table(report: &PoliciesReport, style: TableStyle) -> String {
    if report.policies.is_empty() {
        return "No policies: write one into sla/, such as sla/premium.yaml.\n".to_owned();
    }
    let mut table = style.table();
    table.set_header(vec!["Policy", "Promise", "Window", "Credit", "For", "Title"]);
    for row in &report.policies {
        let policy = &row.0.fact;
        let from = policy.effective_from.as_ref().map(|f| format!(" from {}", f.value));
        table.add_row([
            Cell::new(line(&format!("{}{}", policy.id, from.unwrap_or_default()))),
            Cell::new(promise(row)),
            Cell::new(format!("{} in {}", policy.window, policy.zone.name())),
            Cell::new(kind(policy)),
            Cell::new(line(&whom(policy))),
            Cell::new(line(&policy.title)),
        ]);
    }
    keep_whole(&mut table, [1, 3]);
    lines(table)
}

fn promise(row: &PolicyRow) -> String {
    let promised = row.commitment(">", "≥");
    match row.0.fact.measure.kind.duration() {
        None => format!("{promised} %"),
        Some(_) => line(&promised.replacen(" with", " % with", 1)),
    }
}

fn kind(policy: &Policy) -> String {
    let scheme = policy.scheme.value.as_str();
    match policy.kind {
        PolicyKind::Goodwill => format!("{scheme}, goodwill"),
        PolicyKind::Sla => scheme.to_owned(),
    }
}

/// Returns for whom a policy is, in words.
fn whom(policy: &Policy) -> String {
    let services = joined(policy.services.iter().map(|s| &s.value), ", ");
    let requires = joined(policy.requires.iter().map(|r| &r.value), " and ");
    let plans = joined(&policy.plans, " or ");
    let plans = if plans.is_empty() { plans } else { format!("plan {plans}") };
    let parts = [services, plans, requires].into_iter().filter(|part| !part.is_empty());
    let said = joined(parts, "; ");
    if said.is_empty() { "all".to_owned() } else { said }
}
