//! Rows that money hangs on and that meet nothing: most often a slip in a name or a currency.

use super::{CreditInputs, InputFault};
use crate::model::customer::Subscription;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::names::nearest;
use crate::model::sla::Period;

/// Returns the claims and adjustments of a period that fit no subscription.
pub fn unused_rows(inputs: &CreditInputs, period: Period) -> Vec<InputFault> {
    let claims = inputs.claims.iter().flat_map(|file| {
        let own = file.fact.iter().filter(|c| c.period == period);
        let unused = own.filter_map(|c| claim(inputs, &c.customer, &c.service, c.place));
        unused.map(|problem| InputFault { path: file.path.clone(), problem })
    });
    let adjustments = inputs.adjustments.iter().flat_map(|file| {
        let own = file.fact.iter().filter(|a| a.period == period);
        let unused =
            own.filter_map(|a| adjustment(inputs, &a.customer, a.currency.code(), a.place));
        unused.map(|problem| InputFault { path: file.path.clone(), problem })
    });
    claims.chain(adjustments).collect()
}

fn claim(
    inputs: &CreditInputs,
    customer: &str,
    service: &str,
    place: Location,
) -> Option<Diagnostic> {
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == customer);
    let own: Vec<_> = rows.map(Subscription::service_text).collect();
    if own.is_empty() {
        return Some(stranger(inputs, customer, place));
    }
    (!own.contains(&service)).then(|| {
        let message = format!("`{customer}` claims for `{service}`, but has no such subscription");
        Diagnostic::warning("no-subscription", place, message)
            .help(format!("the subscriptions are for {}", own.join(", ")))
    })
}

fn adjustment(
    inputs: &CreditInputs,
    customer: &str,
    currency: &str,
    place: Location,
) -> Option<Diagnostic> {
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == customer);
    let mut own: Vec<_> = rows.map(|row| row.currency.code()).collect();
    own.sort_unstable();
    own.dedup();
    if own.is_empty() {
        return Some(stranger(inputs, customer, place));
    }
    (!own.contains(&currency)).then(|| {
        let message = format!("this is in {currency}, but `{customer}` pays in {}", own.join(", "));
        Diagnostic::warning("other-currency", place, message)
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
