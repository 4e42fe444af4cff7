//! `credits/PERIOD.csv`: the lines of a closed period.

use super::TableRead;
use super::table::{HeaderTable, TableColumns, TableRow};
use crate::compute::credits::{ClosedLine, ClosedSum, LineKind, Status};
use crate::model::diagnostic::{Diagnostic, Level};
use crate::model::incident::UnknownValue;
use crate::model::line_name::LineName;
use crate::model::money::{Currency, Exact};
use crate::model::sla::Period;
use crate::model::time::{Zone, read_instant};
use num_traits::Zero;

const FORM: TableColumns = TableColumns {
    what: "the lines of a closed period",
    needed: &[
        "kind",
        "line",
        "corrects",
        "status",
        "corrected_status",
        "window_start",
        "window_end",
        "fee",
        "currency",
        "credit",
        "pending",
        "extend_days",
    ],
    allowed: &[],
    open: true,
};

/// Reads the lines of a closed period.
pub fn read(file: &str) -> TableRead<Vec<ClosedLine>> {
    let mut problems = vec![];
    let sheet = HeaderTable::read(file, &FORM, &mut problems);
    // The other columns are the table's own.
    problems.retain(|problem| problem.level == Level::Error);
    let rows = sheet.iter().flat_map(HeaderTable::rows);
    let lines = rows.filter_map(|row| line(row, &mut problems)).collect();
    TableRead::new(lines, problems)
}

fn line(row: TableRow<'_, '_>, problems: &mut Vec<Diagnostic>) -> Option<ClosedLine> {
    let kind = row.need("kind", problems, str::parse::<LineKind>);
    let name = row.need("line", problems, str::parse::<LineName>);
    let corrects = row.take("corrects", problems, str::parse::<Period>);
    let status = row.need("status", problems, str::parse::<Status>);
    let corrected = row.take("corrected_status", problems, str::parse::<Status>);
    let instant = |text: &str| read_instant(text, Zone::UTC);
    let start = row.need("window_start", problems, instant);
    let end = row.need("window_end", problems, instant);
    let fee = row.take("fee", problems, |text| row.signed_decimal(text));
    let currency = row.need("currency", problems, str::parse::<Currency>);
    let credit = row.need("credit", problems, |text| row.signed_decimal(text));
    let pending = row.need("pending", problems, |text| row.signed_decimal(text));
    let extend_days = row.need("extend_days", problems, |text| {
        text.parse().map_err(|_| UnknownValue(format!("`{text}` is no number of days")))
    });
    let status = status?;
    let waits = status == Status::ClaimPending;
    Some(ClosedLine {
        name: name?,
        kind: kind?,
        corrects,
        status: corrected.unwrap_or(status),
        window: (start?, end?),
        fee,
        currency: currency?,
        sum: ClosedSum {
            credit: credit.map(|credit| if waits { Exact::zero() } else { credit })?,
            pending: pending?,
            extend_days: extend_days?,
        },
    })
}

/// The columns that say nothing of what is owed: the commit and the policy's file as they were read.
const NO_FACTS: [&str; 2] = ["commit", "policy_sha256"];

/// Returns whether two files have the same lines of their own, whatever they correct of other periods; a column that one
/// of them lacks is passed over.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let read = |text| HeaderTable::read(text, &FORM, &mut vec![]);
    let (Some(one), Some(other)) = (read(one), read(other)) else { return false };
    let common: Vec<_> = one
        .columns()
        .filter(|name| !NO_FACTS.contains(name) && other.columns().any(|known| known == *name))
        .collect();
    let own = |table: &HeaderTable<'_>| -> Vec<Vec<Option<String>>> {
        let rows = table.rows().filter(|row| row.text("corrects").is_none());
        rows.map(|row| common.iter().map(|column| row.text(column)).collect()).collect()
    };
    own(&one) == own(&other)
}
