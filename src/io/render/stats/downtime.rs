//! Downtime over many incidents as tables for a terminal.

use super::{MOST, numbers_right};
use crate::compute::report::stats::{DowntimeCounts, DowntimeSum, ServiceSum};
use crate::io::render::table::{TableStyle, lines};
use crate::io::render::text::line;
use crate::model::time::{Span, SpanBounds, duration};
use comfy_table::Cell;
use std::cmp::Reverse;
use std::fmt::Write;

/// Names the columns of [`row`].
pub(super) const HEADER: [&str; 6] =
    ["Service", "Affected", "Down", "Degraded", "Unknown", "Unsure"];

/// Renders the downtime of each service, the longest first, and their sum.
pub(super) fn whole(sum: &DowntimeSum, style: TableStyle) -> String {
    let mut out = String::new();
    if sum.services.len() > 1 {
        let mut services: Vec<&ServiceSum> = sum.services.iter().collect();
        services.sort_by_key(|s| Reverse(s.total.map(|t| t.affected.nominal_or_most())));
        let mut table = style.table();
        table.set_header(HEADER);
        for service in services.iter().take(MOST) {
            table.add_row(row(service).map(Cell::new));
        }
        numbers_right(&mut table, [4, 5]);
        out.push_str(&lines(table));
        let rest = services.len().saturating_sub(MOST);
        if rest > 0 {
            let _ = writeln!(out, " and {rest} more: --format csv lists them");
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", said(sum));
    out
}

/// Returns how long a service was affected, a text for each column.
pub(super) fn row(service: &ServiceSum) -> [String; 6] {
    let part = |length: Option<SpanBounds>| length.map_or("-".to_owned(), |l| l.to_string());
    let total = service.total;
    [
        line(service.service.as_str()),
        part(total.map(|t| t.affected)),
        part(total.map(|t| t.down)),
        part(total.map(|t| t.degraded)),
        service.counts.missing.to_string(),
        service.counts.unsure.to_string(),
    ]
}

/// Says how long the services were down and degraded, and of how many incidents that is.
pub(super) fn said(sum: &DowntimeSum) -> String {
    let DowntimeCounts { n, missing, unsure, unsure_highest, began_outside, running } = sum.counts;
    let Some(total) = sum.total.filter(|_| n + unsure + began_outside > 0 || missing == 0) else {
        return "Downtime: unknown for all.".to_owned();
    };
    let whose = match sum.services.as_slice() {
        [] => "Downtime".to_owned(),
        [one] => format!("Downtime of {}", line(one.service.as_str())),
        several => format!("Downtime, the sum over {} services", several.len()),
    };
    let of_counts = [
        (began_outside, "that began at another time"),
        (running, "still running"),
        (unsure, "unsure"),
        (missing, "unknown"),
    ];
    let more = of_counts.iter().filter(|(n, _)| *n > 0);
    let more: String = more.map(|(n, what)| format!("; {n} {what}")).collect();
    let at_most = (unsure_highest > Span::ZERO && n > 0).then(|| {
        format!("; what is unsure adds {}", duration::about(None, Span::ZERO, unsure_highest))
    });
    let more = more + &at_most.unwrap_or_default();
    let begun = n + missing + unsure;
    format!("{whose}: {} down and {} degraded, over {begun}{more}.", total.down, total.degraded)
}
