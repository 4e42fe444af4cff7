//! Lines subscription by subscription, for tables that are never held whole.

use super::calculator::{Calculator, KnownScopes};
use super::counted_incident::CountedIncident;
use super::fee_rule::FeeRule;
use super::subscription_history::{ChargedRow, SubscriptionHistory};
use super::{CreditInputs, CreditLine, InputFault, contradictions, group};
use crate::compute::timeline::Timeline;
use crate::model::sla::Period;

/// Computes the lines of subscriptions, one after another; what several of them share is measured once.
pub struct AccountCalculator<'x, 'b> {
    calculator: Calculator<'x, 'b>,
    known: KnownScopes<'x, 'b>,
}

impl<'b> AccountCalculator<'_, 'b> {
    /// Returns the lines of the subscription that some rows tell of, by policy.
    pub fn lines(&mut self, rows: Vec<ChargedRow<'b>>) -> Vec<CreditLine<'b>> {
        let account = SubscriptionHistory::of_rows(rows);
        account.map_or(vec![], |account| self.of_account(&account))
    }

    /// Returns how each of these lines follows from the fee of the one row that tells of the subscription, in the order
    /// of [`Self::lines`]; none where some line hangs on the fee in another way.
    pub fn fee_rules(&mut self, row: ChargedRow<'b>) -> Option<Vec<FeeRule>> {
        let account = SubscriptionHistory::of_rows(vec![row])?;
        let mut rules = self.calculator.fee_rules(&account, &mut self.known)?;
        rules.sort_by_key(|(policy, _)| *policy);
        Some(rules.into_iter().map(|(_, rule)| rule).collect())
    }

    pub(super) fn of_account(&mut self, account: &SubscriptionHistory<'b>) -> Vec<CreditLine<'b>> {
        let mut lines = group::settle(self.calculator.lines(account, &mut self.known));
        lines.sort_by(|a, b| a.policy.fact.id.cmp(&b.policy.fact.id));
        lines
    }
}

/// Goes through subscriptions that are not among the rows of the inputs' table: there it is enough that each kind of
/// row stands once.
///
/// # Errors
/// What in the inputs contradicts itself, so that no line could be right: all of it at once.
pub fn account_by_account<'b, R>(
    inputs: &'b CreditInputs,
    period: Period,
    go: impl FnOnce(&mut AccountCalculator<'_, 'b>) -> R,
) -> Result<R, Vec<InputFault>> {
    let faults = contradictions::contradictions(inputs, period);
    if faults.is_empty() { Ok(with_calculator(inputs, period, go)) } else { Err(faults) }
}

pub(super) fn with_calculator<'b, R>(
    inputs: &'b CreditInputs,
    period: Period,
    go: impl FnOnce(&mut AccountCalculator<'_, 'b>) -> R,
) -> R {
    let timelines = inputs.incidents.iter().map(|i| Timeline::of(&i.fact, &inputs.settings));
    let incidents = timelines.enumerate().filter_map(|(index, t)| CountedIncident::of(index, t));
    let incidents: Vec<_> = incidents.collect();
    let calculator = Calculator::of(inputs, period, &incidents);
    go(&mut AccountCalculator { calculator, known: KnownScopes::new() })
}
