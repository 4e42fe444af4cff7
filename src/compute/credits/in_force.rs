//! Which version of each policy is in force.

use super::CreditInputs;
use crate::model::diagnostic::Sourced;
use crate::model::incident::Name;
use crate::model::sla::{Period, Policy};
use std::collections::BTreeMap;

/// The version of a policy that holds for a period, with its place among all policies.
#[derive(Clone, Copy)]
pub(super) struct PolicyInForce<'b> {
    pub(super) index: usize,
    pub(super) sourced: &'b Sourced<Policy>,
}

/// Returns the version of each policy that is in force at the beginning of a period, where its windows are
/// as long as the period.
///
/// A window has one version from its beginning to its end: terms that change halfway hold from the next on.
pub(super) fn in_force(inputs: &CreditInputs, period: Period) -> Vec<PolicyInForce<'_>> {
    let mut latest: BTreeMap<&Name, PolicyInForce<'_>> = BTreeMap::new();
    let from = |p: &Policy| p.effective_from.as_ref().map(|from| from.value);
    for (index, sourced) in inputs.policies.iter().enumerate() {
        if sourced.fact.has_begun(period) {
            let version = PolicyInForce { index, sourced };
            let slot = latest.entry(&sourced.fact.id).or_insert(version);
            if from(&sourced.fact) > from(&slot.sourced.fact) {
                *slot = version;
            }
        }
    }
    let all = latest.into_values();
    all.filter(|version| version.sourced.fact.window == period.window()).collect()
}
