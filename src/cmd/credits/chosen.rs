//! Which lines were asked for.

use crate::cli;
use crate::compute::credits::CreditInputs;
use crate::compute::report::credits::CreditLineReport;
use crate::model::customer::Adjustment;
use crate::model::incident::names::nearest;
use crate::session::Failure;
use std::collections::BTreeSet;

/// How many names an error lists.
const MOST_LISTED: usize = 10;

/// The customers, policies and services whose lines were asked for; of a sort without any, all.
#[derive(Default)]
pub(super) struct Chosen {
    customers: Vec<String>,
    policies: Vec<String>,
    services: Vec<String>,
}

impl Chosen {
    pub(super) fn of(args: &cli::CreditsArgs) -> Self {
        Self {
            customers: args.explain.iter().chain(&args.only_customers).cloned().collect(),
            policies: args.policies.clone(),
            services: args.services.clone(),
        }
    }

    /// Returns the customers that were named.
    pub(super) fn customers(&self) -> &[String] {
        &self.customers
    }

    /// Refuses a word that no line can have.
    pub(super) fn check(
        &self,
        inputs: &CreditInputs,
        names: impl FnOnce() -> Result<BTreeSet<String>, Failure>,
    ) -> Result<(), Failure> {
        let adjustments = inputs.adjustments.iter().flat_map(|f| &f.fact);
        let kept = inputs.customers.fact.rows.iter().map(|row| row.customer.as_str());
        let known: BTreeSet<_> = kept.chain(adjustments.map(|a| a.customer.as_str())).collect();
        if self.customers.iter().any(|asked| !known.contains(asked.as_str())) {
            // Of customers with rows of one kind, the first alone was kept.
            let names = names()?;
            let known = known.into_iter().chain(names.iter().map(String::as_str)).collect();
            all_known("customer", &self.customers, known)?;
        }
        let known = inputs.policies.iter().map(|p| p.fact.id.as_str()).collect();
        all_known("policy", &self.policies, known)?;
        let known = inputs.customers.fact.rows.iter().map(|row| row.service_text()).collect();
        all_known("service", &self.services, known)
    }

    /// Returns whether lines of a customer were asked for.
    pub(super) fn customer(&self, customer: &str) -> bool {
        is(&self.customers, customer)
    }

    /// Returns whether a line of a customer that was asked for was so too.
    pub(super) fn line(&self, line: &CreditLineReport) -> bool {
        let policy = line.policy.as_ref().map(|policy| policy.as_str());
        is(&self.policies, policy.unwrap_or_default()) && is(&self.services, &line.service)
    }

    /// Returns whether what was booked by hand was asked for.
    pub(super) fn adjustment(&self, adjustment: &Adjustment) -> bool {
        is(&self.customers, &adjustment.customer)
            && self.policies.is_empty()
            && is(&self.services, adjustment.service.as_deref().unwrap_or_default())
    }
}

fn is(asked: &[String], text: &str) -> bool {
    asked.is_empty() || asked.iter().any(|a| a == text)
}

fn all_known(what: &str, asked: &[String], known: BTreeSet<&str>) -> Result<(), Failure> {
    let Some(strange) = asked.iter().find(|a| !known.contains(a.as_str())) else { return Ok(()) };
    let failure = Failure::new(format!("no line can be of the {what} `{strange}`"));
    let few: Vec<_> = known.iter().copied().take(MOST_LISTED).collect();
    Err(match nearest(strange, known.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if known.len() > MOST_LISTED => failure,
        None => failure.help(format!("there is {}", few.join(", "))),
    })
}
