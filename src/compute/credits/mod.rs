//! What is owed for breaches of SLAs, exact until one rounding.
//!
//! A line is computed in eight steps, in an order that decides money:
//!
//! 1. the impact on the subscription's service, as its region and customer saw it, while the attribution
//!    is not an excluded one (`impact`);
//! 2. without what lies before the milestone from which on time counts;
//! 3. united across incidents, each instant with the heaviest weight (`segment`);
//! 4. without excused maintenance (`maintenance`) and time outside the service hours;
//! 5. without intervals that are too short, before they are cut at the window's edge;
//! 6. clipped to the window and the subscription (`subscription_history`);
//! 7. summed by the policy's granularity, and held against the denominator (`tally`, `requests`);
//! 8. compared, looked up, capped, and rounded once (`scheme`, `decision`).

mod accounts;
mod calculator;
mod caps;
mod claim;
mod cliff;
mod contradictions;
mod counted_incident;
mod coverage;
mod decision;
mod duration;
mod earlier;
mod fee_rule;
mod group;
mod impact;
mod in_force;
mod maintenance;
mod measured_rows;
mod measurement;
mod periods;
mod requests;
mod review;
mod row_views;
mod scheme;
mod scope_names;
mod segment;
mod service_hours;
mod service_names;
mod starts_at;
mod subject;
mod subscription_history;
mod tally;
mod terms;
mod time_choice;
mod uncertain;
mod unmatched;
mod validate;
mod verdict;
mod what_if;

#[cfg(test)]
mod tests;

pub use accounts::{AccountCalculator, account_by_account};
pub use cliff::{EndSupposed, OwedMore};
pub use contradictions::subscription_twice;
pub use earlier::EarlierWindow;
pub use fee_rule::{FeeAmount, FeeRule, ShortDecimal};
pub use maintenance::{NotExcused, UnexcusedWork, unexcused};
pub use periods::periods;
pub use review::ReviewReason;
pub use row_views::ScopeDoubt;
pub use scope_names::{ScopeNames, ScopePart, UnmatchedName};
pub use segment::{Disposition, ImpactSegment};
pub use subscription_history::ChargedRow;
pub use tally::{HeldDuration, Tally};
pub use unmatched::{UnmatchedKind, UnmatchedThing, scope_problems, unmatched};
pub use validate::validate;
pub use verdict::{Status, StepKind, Verdict, VerdictStep};
pub use what_if::{SupposedMilestone, SupposedTime};

use crate::model::customer::{
    Adjustment, CreditClaim, Customers, Maintenance, MeasurementRow, SubscriptionKey,
};
use crate::model::diagnostic::{Diagnostic, Location, Sourced};
use crate::model::incident::{Impact, Incident, Name};
use crate::model::money::{Currency, Exact};
use crate::model::settings::Settings;
use crate::model::sla::{Period, Policy};
use crate::model::time::Instant;
use subscription_history::SubscriptionHistory;

/// Everything that a credit is computed from.
#[derive(Clone, Debug)]
pub struct CreditInputs {
    /// The settings of the record.
    pub settings: Settings,
    /// Every incident.
    pub incidents: Vec<Sourced<Incident>>,
    /// Every version of every policy.
    pub policies: Vec<Sourced<Policy>>,
    /// Who pays what.
    pub customers: Sourced<Customers>,
    /// What was measured.
    pub measurements: Vec<Sourced<Vec<MeasurementRow>>>,
    /// What was planned; none where there is no such file.
    pub maintenance: Option<Sourced<Vec<Maintenance>>>,
    /// What was claimed.
    pub claims: Option<Sourced<Vec<CreditClaim>>>,
    /// Goodwill and corrections by hand.
    pub adjustments: Option<Sourced<Vec<Adjustment>>>,
}

/// What keeps credits from being computed: a problem and the file that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFault {
    /// The file, relative to the record.
    pub path: String,
    /// What is wrong in it.
    pub problem: Diagnostic,
}

/// The lines of a period.
#[derive(Clone, Debug)]
pub struct PeriodCredits<'b> {
    /// The period.
    pub period: Period,
    /// The lines, in the order of the table's rows, then policy.
    pub lines: Vec<CreditLine<'b>>,
    /// The adjustments booked in the period, in the order of their file.
    pub adjustments: Vec<&'b Adjustment>,
    /// The names and rows that meet nothing.
    pub unmatched: Vec<UnmatchedThing>,
}

/// One line: a subscription, a policy and a window.
#[derive(Clone, Debug)]
pub struct CreditLine<'b> {
    /// The subscription.
    pub key: SubscriptionKey,
    /// The policy.
    pub policy: &'b Sourced<Policy>,
    /// The window's bounds.
    pub window: (Instant, Instant),
    /// The rows of the subscription that are in force within the window.
    pub rows: Vec<Location>,
    /// The window's fee.
    pub fee: Exact,
    /// The currency of the fee.
    pub currency: Currency,
    /// What was counted.
    pub tally: Tally,
    /// The parts of impact, and what became of each.
    pub segments: Vec<ImpactSegment<'b>>,
    /// The impact in the window that is for other regions, resources or customers, each with its incident's place
    /// in the inputs.
    pub out_of_scope: Vec<(usize, &'b Impact)>,
    /// What is owed, and how that was found.
    pub verdict: Verdict,
    /// What it could be at other times within the bounds; none where it would be the same.
    pub uncertain: Option<CreditRange>,
    /// What waits for a claim: the credit of a line that does, or what the best such line of its group would bring on top.
    pub pending: Exact,
    /// The other policies of the group, and the credits by them.
    pub lesser: Vec<(Name, Exact)>,
}

/// The least and the most that a credit can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditRange {
    /// The least.
    pub least: Exact,
    /// The most.
    pub most: Exact,
    /// Whether at some times the policy has no outcome; `least` and `most` leave these out.
    pub review: bool,
    /// The other statuses that it can have.
    pub statuses: Vec<Status>,
}

/// Returns the lines of a period.
///
/// # Errors
/// What in the inputs contradicts itself, so that no line could be right: all of it at once.
pub fn compute(
    inputs: &CreditInputs,
    period: Period,
) -> Result<PeriodCredits<'_>, Vec<InputFault>> {
    let accounts = SubscriptionHistory::all(&inputs.customers.fact.rows);
    let mut faults = contradictions::subscriptions_twice(inputs, &accounts);
    faults.extend(contradictions::contradictions(inputs, period));
    if !faults.is_empty() {
        return Err(faults);
    }
    let lines = accounts::with_calculator(inputs, period, |calculator| {
        accounts.iter().flat_map(|account| calculator.of_account(account)).collect()
    });
    let adjustments = inputs.adjustments.iter().flat_map(|f| &f.fact);
    let adjustments = adjustments.filter(|a| a.period == period).collect();
    let unmatched = unmatched(inputs, period);
    Ok(PeriodCredits { period, lines, adjustments, unmatched })
}
