//! What customers are owed for one incident, over all periods that it reaches into; for people inside alone.

use super::credits::{self, CurrencyTotal, sums};
use crate::model::incident::IncidentId;
use crate::model::money::{Currency, Exact, signed_decimal};
use crate::model::sla::Period;
use num_traits::Zero;
use serde::Serialize;

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
    pub period: String,
    /// The line; its `incidents` are all that count in it.
    #[serde(flatten)]
    pub line: credits::CreditLineReport,
}

impl IncidentCredits {
    /// Returns what is owed for an incident by the lines of the periods that it reaches into.
    pub fn of<'l>(
        id: &IncidentId,
        periods: impl Iterator<Item = (Period, &'l [credits::CreditLineReport])>,
    ) -> Self {
        let own =
            |line: &&credits::CreditLineReport| line.incidents.iter().any(|i| i == id.as_str());
        let of_period = |(period, lines): (Period, &'l [credits::CreditLineReport])| {
            let own = lines.iter().filter(own);
            own.map(move |line| PeriodLine { period: period.to_string(), line: line.clone() })
        };
        let all = periods.flat_map(of_period);
        let (mut lines, harmless): (Vec<_>, Vec<_>) = all.partition(|l| !l.is_harmless());
        lines.sort_by_cached_key(|l| (l.line.currency, std::cmp::Reverse(l.amount())));
        Self::Told(ComputedCredits { totals: totals(&lines), harmless: harmless.len(), lines })
    }
}

impl PeriodLine {
    fn is_harmless(&self) -> bool {
        matches!(self.line.status, "no-breach" | "ineligible")
    }

    fn amount(&self) -> Exact {
        signed_decimal(&self.line.credit).unwrap_or_else(|_| Exact::zero())
    }
}

fn totals(lines: &[PeriodLine]) -> Vec<CurrencyTotal> {
    let amount = |l: &PeriodLine| {
        let currency = l.line.currency.parse::<Currency>().ok()?;
        Some((currency, l.amount(), l.line.status == "claim-pending"))
    };
    sums(lines.iter().filter_map(amount))
}
