//! The credit cliff: what open incidents have cost by a policy, and when they cost more.

use crate::model::incident::Name;
use crate::model::money::{Currency, Money};
use crate::model::sla::Period;
use crate::model::time::{Instant, Span};
use serde::Serialize;

/// What a policy owes for a window, if the open incidents ended now, and when it owes more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreditCliff {
    /// The policy.
    pub policy: Name,
    /// The window.
    pub period: Period,
    /// The next moment at which it owes more; where it grows from minute to minute, an hour from now.
    pub at: Instant,
    /// How long until then.
    #[serde(rename = "left_seconds")]
    pub left: Span,
    /// Whether it grows from minute to minute.
    pub grows_steadily: bool,
    /// The sums by currency; empty where the table is too large to be summed at once.
    pub sums: Vec<CliffSum>,
    /// The customers who are owed more then, in the order of the table, the first of them alone.
    pub customers: Vec<String>,
    /// How many they are; null where the table is too large.
    pub customer_count: Option<usize>,
}

/// The sums of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CliffSum {
    /// The currency.
    pub currency: Currency,
    /// What is owed by now, claims that have not come included.
    pub owed: Money,
    /// What is owed more then.
    pub at_stake: Money,
}
