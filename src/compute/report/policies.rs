//! The report of policies: what each promises.

use super::VERSION;
use crate::model::diagnostic::Sourced;
use crate::model::sla::Policy;
use serde::Serialize;

/// The JSON of `sla list`.
#[derive(Clone, Debug, Serialize)]
pub struct PoliciesReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The policies, by id and the day from which on they are in force.
    pub policies: Vec<PolicyRow>,
}

/// One version of one policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PolicyRow {
    /// Its id.
    pub policy: String,
    /// The first day on which this version is in force; null means always.
    pub effective_from: Option<String>,
    /// What it is called.
    pub title: String,
    /// sla or goodwill.
    pub kind: &'static str,
    /// month, quarter or year.
    pub window: &'static str,
    /// The zone of its windows.
    pub timezone: &'static str,
    /// What is measured.
    pub measure: &'static str,
    /// What uptime is promised, such as `at_least 99.9`.
    pub commitment: String,
    /// The scheme by which a breach becomes a credit.
    pub credit: &'static str,
    /// The services that it is for; empty means whatever a subscription names.
    pub services: Vec<String>,
    /// The plans that it is for; empty means every one.
    pub plans: Vec<String>,
    /// What a subscription's row must say.
    pub requires: Vec<String>,
    /// The policy's file.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Returns the report of some policies.
pub fn policies(all: &[Sourced<Policy>]) -> PoliciesReport {
    let mut policies: Vec<_> = all.iter().map(row).collect();
    policies.sort();
    PoliciesReport { version: VERSION, policies }
}

fn row(file: &Sourced<Policy>) -> PolicyRow {
    let policy = &file.fact;
    let commitment = &policy.commitment.value;
    let sign = if commitment.above { "above" } else { "at_least" };
    PolicyRow {
        policy: policy.id.to_string(),
        effective_from: policy.effective_from.as_ref().map(|from| from.value.to_string()),
        title: policy.title.clone(),
        kind: policy.kind.as_str(),
        window: policy.window.as_str(),
        timezone: policy.zone.name(),
        measure: policy.measure.kind.as_str(),
        commitment: format!("{sign} {}", crate::model::money::exactly(&commitment.percent)),
        credit: policy.scheme.value.as_str(),
        services: policy.services.iter().map(|s| s.value.to_string()).collect(),
        plans: policy.plans.clone(),
        requires: policy.requires.iter().map(|r| r.value.to_string()).collect(),
        path: file.path.clone(),
        sha256: file.sha256.clone(),
    }
}
