//! Rows that money hangs on and that meet nothing: most often a slip in a name or a currency.

use super::{CreditInputs, InputFault};
use crate::model::customer::{Adjustment, CreditClaim, Subscription};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::names::nearest;
use crate::model::sla::Period;
use std::collections::BTreeSet;

/// Returns the claims and adjustments of a period that fit no subscription.
pub fn unused_rows(inputs: &CreditInputs, period: Period) -> Vec<InputFault> {
    let claims = inputs.claims.iter().flat_map(|file| {
        let own = file.fact.iter().filter(|c| c.period == period);
        let unused = own.filter_map(|c| claim(inputs, c));
        unused.map(|problem| InputFault { path: file.path.clone(), problem })
    });
    let adjustments = inputs.adjustments.iter().flat_map(|file| {
        let own = file.fact.iter().filter(|a| a.period == period);
        let unused = own.filter_map(|a| adjustment(inputs, a));
        unused.map(|problem| InputFault { path: file.path.clone(), problem })
    });
    claims.chain(adjustments).collect()
}

fn claim(inputs: &CreditInputs, claim: &CreditClaim) -> Option<Diagnostic> {
    let CreditClaim { customer, service, place, .. } = claim;
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == *customer);
    let own: Vec<_> = rows.map(Subscription::service_text).collect();
    if own.is_empty() {
        return Some(stranger(inputs, customer, *place));
    }
    (!own.contains(&service.as_str())).then(|| {
        let message = format!("`{customer}` claims for `{service}`, but has no such subscription");
        Diagnostic::warning("no-subscription", *place, message)
            .help(format!("the subscriptions are for {}", own.join(", ")))
    })
}

fn adjustment(inputs: &CreditInputs, adjustment: &Adjustment) -> Option<Diagnostic> {
    let Adjustment { customer, currency, place, .. } = adjustment;
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == *customer);
    let own: BTreeSet<_> = rows.map(|row| row.currency).collect();
    if own.is_empty() {
        return Some(stranger(inputs, customer, *place));
    }
    (!own.contains(currency)).then(|| {
        let own: Vec<_> = own.iter().map(|c| c.code()).collect();
        let message = format!("this is in {currency}, but `{customer}` pays in {}", own.join(", "));
        Diagnostic::warning("other-currency", *place, message)
            .help("amounts of different currencies are never added up")
    })
}

fn stranger(inputs: &CreditInputs, customer: &str, place: Location) -> Diagnostic {
    let known = inputs.customers.fact.rows.iter().map(|row| row.customer.as_str());
    let message = format!("{} has no customer `{customer}`", inputs.customers.path);
    let problem = Diagnostic::warning("no-customer", place, message);
    match nearest(customer, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("it counts for nobody who is there"),
    }
}
