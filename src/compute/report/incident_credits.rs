//! What customers are owed for one incident, over all periods that it reaches into; for people inside alone.

use super::credits::{CreditLineReport, CurrencyTotal, MoneySums};
use crate::model::incident::IncidentId;
use crate::model::sla::Period;
use serde::Serialize;
use std::cmp::Reverse;

/// What customers are owed for an incident, or why that is not known.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum IncidentCredits {
    /// The record has no policy.
    NoPolicy,
    /// The record has no customers.
    NoCustomers,
    /// Something in the files that credits are computed from is wrong.
    Unknown,
    /// What was computed.
    Told(ComputedCredits),
}

/// The lines in which an incident counts.
#[derive(Clone, Debug, Serialize)]
pub struct ComputedCredits {
    /// Those in which a promise was broken, or may have been, and those that were given by hand: the largest first.
    pub lines: Vec<PeriodLine>,
    /// How many lines there are beside these: the promise was kept, or none was made.
    pub harmless: usize,
    /// The sums of the lines, by currency.
    pub totals: Vec<CurrencyTotal>,
}

/// A line, and the period that it belongs to.
#[derive(Clone, Debug, Serialize)]
pub struct PeriodLine {
    /// The period, such as `2019-01`.
    pub period: Period,
    /// The line; its `incidents` are all that count in it.
    #[serde(flatten)]
    pub line: CreditLineReport,
}

impl IncidentCredits {
    /// Returns what is owed for an incident by the lines of the periods that it reaches into.
    pub fn of<'l>(
        id: &IncidentId,
        periods: impl Iterator<Item = (Period, &'l [CreditLineReport])>,
    ) -> Self {
        let of_period = |(period, lines): (Period, &'l [CreditLineReport])| {
            let own = lines.iter().filter(|line| line.incidents.contains(id));
            own.map(move |line| PeriodLine { period, line: line.clone() })
        };
        let all = periods.flat_map(of_period);
        let (mut lines, harmless): (Vec<_>, Vec<_>) = all.partition(|l| l.line.status.is_breach());
        lines.sort_by_cached_key(|PeriodLine { line, .. }| {
            (line.currency, Reverse(line.credit.amount.clone()))
        });
        let totals = lines.iter().map(|line| &line.line).collect::<MoneySums>().totals();
        Self::Told(ComputedCredits { totals, harmless: harmless.len(), lines })
    }
}
