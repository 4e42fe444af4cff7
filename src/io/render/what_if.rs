//! What would have been owed beside what is, for eyes and as CSV.

use super::table::{TableStyle, lines};
use super::text::line as one_line;
use crate::compute::report::credits::what_if::{LineSubject, WhatIfLine, WhatIfReport};
use comfy_table::{Cell, CellAlignment};
use std::fmt::Write;

/// Renders the lines that would be others, and the totals.
pub fn table(report: &WhatIfReport, style: TableStyle) -> String {
    let what: Vec<_> = report.what_if.iter().map(|it| one_line(it)).collect();
    let heading = format!("Credits for {}, had it been {}", report.period, what.join(", "));
    let mut out = format!("{}\n\n", style.bold(&heading));
    if report.lines.is_empty() {
        out.push_str("No line would be another one.\n");
    } else {
        let mut table = style.table();
        table.set_header([
            "Customer", "Service", "Policy", "Is", "Credit", "Would be", "Credit", "",
        ]);
        for line in &report.lines {
            table.add_row(row(line));
        }
        out += &lines(table);
    }
    let same = report.unchanged;
    let _ = writeln!(
        out,
        "\n{} the same.",
        if same == 1 { "1 line stays".to_owned() } else { format!("{same} lines stay") }
    );
    for total in &report.totals {
        let (is, would, currency) = (&total.credit, &total.what_if_credit, total.currency);
        let _ = writeln!(
            out,
            "Total {currency}: {is} is owed, {would} would be: {}",
            signed(&total.difference)
        );
        if total.pending != total.what_if_pending {
            let (is, would) = (&total.pending, &total.what_if_pending);
            let _ = writeln!(out, "  waiting for a claim: {is}, and {would} would be");
        }
    }
    out
}

fn signed(money: &crate::model::money::Money) -> String {
    let text = money.to_string();
    if text.starts_with('-') { text } else { format!("+{text}") }
}

fn row(line: &WhatIfLine) -> Vec<Cell> {
    let LineSubject { customer, service, policy, plan, region, resource, .. } = &line.subject;
    let scope = [plan, region, resource].into_iter().flatten().cloned();
    let service: Vec<_> = std::iter::once(service.clone()).chain(scope).collect();
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    vec![
        Cell::new(one_line(customer)),
        Cell::new(one_line(&service.join(" "))),
        Cell::new(policy.as_ref().map_or("-", |policy| policy.as_str())),
        Cell::new(or_dash(line.status.map(|it| it.to_string()))),
        right(or_dash(line.credit.as_ref().map(ToString::to_string))),
        Cell::new(or_dash(line.what_if_status.map(|it| it.to_string()))),
        right(or_dash(line.what_if_credit.as_ref().map(ToString::to_string))),
        Cell::new(line.currency.to_string()),
    ]
}
