//! What a bug report needs, a line each.

use super::text::line;
use crate::compute::report::doctor::DoctorReport;

/// Renders the facts, their names in a column.
pub fn doctor(report: &DoctorReport) -> String {
    let widest = report.facts.iter().map(|fact| fact.name.len()).max().unwrap_or(0);
    let one = |fact: &crate::compute::report::doctor::Fact| {
        format!("{:widest$}  {}\n", fact.name.replace('_', " "), line(&fact.value))
    };
    report.facts.iter().map(one).collect()
}
