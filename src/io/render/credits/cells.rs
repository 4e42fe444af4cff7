//! The typed cells of a line, in the CSV and in the workbook.

use crate::compute::report::credits::{CreditLineReport, CreditsHeading};
use crate::compute::report::export::CREDIT_COLUMNS;
use crate::io::render::text::cell;
use crate::model::incident::names::{self, UnknownValue};
use crate::model::money::Money;
use crate::model::time::Instant;
use chrono::NaiveDate;
use std::fmt;

/// What stands in a cell.
pub(in crate::io::render) enum CellValue {
    Nothing,
    /// Text that no spreadsheet runs.
    Text(String),
    /// An exact decimal, and how a spreadsheet should show it.
    Number(String, &'static str),
    /// An exact ratio of whole numbers.
    Ratio(String),
    /// A time, in UTC.
    Time(Instant),
    Day(NaiveDate),
    Truth(bool),
}

impl fmt::Display for CellValue {
    /// Writes the cell of a CSV.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Text(text) | Self::Number(text, _) | Self::Ratio(text) => f.write_str(text),
            Self::Time(at) => f.write_str(&at.rfc3339()),
            Self::Day(day) => day.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
        }
    }
}

/// Columns that were chosen of those of a line, by their places.
#[derive(Clone, Debug)]
pub struct ChosenColumns(Vec<usize>);

impl ChosenColumns {
    /// Returns the columns of some names, in their order; all of them where none is named.
    ///
    /// # Errors
    /// A name that no column has.
    pub fn named(names: &[String]) -> Result<Self, UnknownValue> {
        let known: Vec<_> = CREDIT_COLUMNS.iter().map(|column| column.name).collect();
        if names.is_empty() {
            return Ok(Self((0..known.len()).collect()));
        }
        let place = |name: &String| {
            let place = known.iter().position(|column| column == name);
            place.ok_or_else(|| UnknownValue(names::unknown("column", name, &known)))
        };
        names.iter().map(place).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the chosen columns, each with its cell among those of a line.
    pub(super) fn of<'c>(
        &self,
        cells: &'c [CellValue],
    ) -> impl Iterator<Item = (&'static str, &'c CellValue)> {
        self.0.iter().filter_map(|at| Some((CREDIT_COLUMNS.get(*at)?.name, cells.get(*at)?)))
    }

    /// Returns the names of the chosen columns.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.iter().filter_map(|at| Some(CREDIT_COLUMNS.get(*at)?.name)).collect()
    }
}

/// Returns the cells of a line.
pub(in crate::io::render) fn line(
    heading: &CreditsHeading,
    l: &CreditLineReport,
) -> Vec<CellValue> {
    vec![
        text(&l.kind),
        text(&l.customer),
        text(&l.service),
        maybe(l.plan.as_ref(), text),
        maybe(l.region.as_ref(), text),
        maybe(l.resource.as_ref(), text),
        maybe(l.policy.as_ref(), text),
        maybe(l.policy_sha256.as_ref(), text),
        CellValue::Time(l.window.start),
        CellValue::Time(l.window.end),
        maybe(l.uptime_percent.as_ref(), |p| number(p, "0.000000")),
        maybe(l.uptime_exact.as_ref(), |r| CellValue::Ratio(r.to_string())),
        maybe(l.counted_seconds.as_ref(), |s| number(s, "0")),
        maybe(l.excluded_seconds.as_ref(), |s| number(s, "0")),
        text(&l.status),
        maybe(l.band.as_ref(), text),
        maybe(l.percent.as_ref(), |p| number(p, "0.000000")),
        maybe(l.fee.as_ref(), money),
        text(&l.currency),
        money(&l.credit),
        CellValue::Truth(l.uncertain),
        money(&l.credit_min),
        money(&l.credit_max),
        number(l.extend_days, "0"),
        maybe(l.claim_by, CellValue::Day),
        text(&l.incidents.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ")),
        maybe(l.reason.as_ref(), text),
        maybe(l.approved_by.as_ref(), text),
        maybe(heading.record.commit.as_ref(), text),
        money(&l.pending),
        CellValue::Truth(l.uncertain_review),
        text(&l.rights.join(", ")),
        maybe(l.incidents_held, |n| number(n, "0")),
        maybe(l.incidents_in_breach, |n| number(n, "0")),
        maybe(l.share_percent.as_ref(), |p| number(p, "0.000000")),
        text(&l.line),
        maybe(l.corrects.as_ref(), text),
        maybe(l.corrected_status.as_ref(), text),
    ]
}

pub(in crate::io::render) fn text(value: &impl ToString) -> CellValue {
    CellValue::Text(cell(&value.to_string()))
}

pub(in crate::io::render) fn maybe<T>(
    value: Option<T>,
    show: impl Fn(T) -> CellValue,
) -> CellValue {
    value.map_or(CellValue::Nothing, show)
}

pub(in crate::io::render) fn number(value: impl ToString, shown: &'static str) -> CellValue {
    CellValue::Number(value.to_string(), shown)
}

/// Returns an amount, shown with as many places as it has.
pub(in crate::io::render) fn money(money: &Money) -> CellValue {
    let amount = money.to_string();
    let places = amount.split_once('.').map_or(0, |(_, places)| places.len());
    let shown = match places {
        0 => "#,##0",
        2 => "#,##0.00",
        3 => "#,##0.000",
        4 => "#,##0.0000",
        _ => "General",
    };
    CellValue::Number(amount, shown)
}
