//! The credit cliff, in a line a policy.

use super::text::line;
use crate::compute::report::cliff::{CliffSum, CreditCliff};
use crate::model::time::{Zone, duration, format as times};

/// Renders what open incidents cost by each policy, and when they cost more.
pub(super) fn cliffs(cliffs: &[CreditCliff], zone: Zone) -> String {
    cliffs.iter().map(|cliff| line(&one(cliff, zone)) + "\n").collect()
}

fn one(cliff: &CreditCliff, zone: Zone) -> String {
    let CreditCliff { policy, period, at, left, .. } = cliff;
    let when = format!("in {} ({})", duration::words(*left), times::time_of_day(*at, zone));
    if cliff.sums.is_empty() {
        let grows = if cliff.grows_steadily { "more each minute" } else { &format!("more {when}") };
        return format!(
            "Credits by {policy} for {period}: {grows}; `recount credits` has the sums."
        );
    }
    let sum = |CliffSum { currency, owed, at_stake }: &CliffSum| {
        format!("{owed} {currency} by now, {at_stake} more")
    };
    let sums: Vec<_> = cliff.sums.iter().map(sum).collect();
    let steadily = if cliff.grows_steadily { "growing each minute, " } else { "" };
    format!(
        "Credits by {policy} for {period}: {} {steadily}{when}{}.",
        sums.join("; "),
        customers(cliff)
    )
}

fn customers(cliff: &CreditCliff) -> String {
    let Some(count) = cliff.customer_count else { return String::new() };
    let others = count.saturating_sub(cliff.customers.len());
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    format!(", for {}{others}", cliff.customers.join(", "))
}
