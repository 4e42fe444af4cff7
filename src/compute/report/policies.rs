//! The report of policies: what each promises.

use super::VERSION;
use crate::model::diagnostic::Sourced;
use crate::model::money::exactly;
use crate::model::sla::Policy;
use crate::model::time::duration;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The JSON of `sla list`.
#[derive(Clone, Debug, Serialize)]
pub struct PoliciesReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The policies, by id and the day from which on they are in force.
    pub policies: Vec<PolicyRow>,
}

/// One version of one policy.
#[derive(Clone, Debug)]
pub struct PolicyRow(pub Sourced<Policy>);

impl PolicyRow {
    /// Returns what uptime is promised, behind the sign for "above" or the one for "at least".
    pub fn commitment(&self, above: &str, at_least: &str) -> String {
        let commitment = &self.0.fact.commitment.value;
        let sign = if commitment.above { above } else { at_least };
        let percent = exactly(&commitment.percent);
        match self.0.fact.measure.kind.duration() {
            None => format!("{sign} {percent}"),
            Some(promise) => {
                let (name, most) = (&promise.name.value, duration::compact(promise.at_most));
                format!("{sign} {percent} with {name} of at most {most}")
            }
        }
    }
}

impl Serialize for PolicyRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Sourced { fact: policy, path, sha256 } = &self.0;
        let requires: Vec<_> = policy.requires.iter().map(|r| r.value.to_string()).collect();
        let mut fields = serializer.serialize_struct("PolicyRow", 14)?;
        fields.serialize_field("policy", &policy.id)?;
        fields.serialize_field("effective_from", &policy.effective_from)?;
        fields.serialize_field("title", &policy.title)?;
        fields.serialize_field("kind", &policy.kind)?;
        fields.serialize_field("window", &policy.window)?;
        fields.serialize_field("timezone", policy.zone.name())?;
        fields.serialize_field("measure", policy.measure.kind.as_str())?;
        fields.serialize_field("commitment", &self.commitment("above", "at_least"))?;
        fields.serialize_field("credit", policy.scheme.value.as_str())?;
        fields.serialize_field("services", &policy.services)?;
        fields.serialize_field("plans", &policy.plans)?;
        fields.serialize_field("requires", &requires)?;
        fields.serialize_field("path", path)?;
        fields.serialize_field("sha256", sha256)?;
        fields.end()
    }
}

/// Returns the report of some policies.
pub fn policies(all: &[Sourced<Policy>]) -> PoliciesReport {
    let mut policies: Vec<_> = all.iter().cloned().map(PolicyRow).collect();
    policies.sort_by(|PolicyRow(a), PolicyRow(b)| {
        let from = |p: &Policy| p.effective_from.as_ref().map(|from| from.value);
        let (one, other) = (&a.fact, &b.fact);
        (&one.id, from(one), &one.title, &a.path).cmp(&(
            &other.id,
            from(other),
            &other.title,
            &b.path,
        ))
    });
    PoliciesReport { version: VERSION, policies }
}
