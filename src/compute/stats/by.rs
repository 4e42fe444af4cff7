//! What incidents are grouped by.

use super::IncidentEntry;
use crate::model::incident::Name;
use crate::model::incident::names::string_enum;
use crate::model::settings::Settings;
use crate::model::time::Zone;
use chrono::Datelike;
use std::collections::BTreeMap;

string_enum! {
    /// What incidents are grouped by.
    By, "grouping" {
        /// The month in which they began.
        Month = "month",
        /// The quarter in which they began.
        Quarter = "quarter",
        /// Their severity.
        Severity = "severity",
        /// Each service concerned; its own downtime counts.
        Service = "service",
        /// Each cause, by its text.
        Cause = "cause",
        /// Their class of failure.
        Class = "class",
    }
}

impl By {
    /// Returns the groups that an incident belongs to; none is the group of those that do not say.
    fn keys(self, entry: &IncidentEntry, zone: Zone) -> Vec<Option<String>> {
        let name = |name: &Option<Name>| vec![name.as_ref().map(ToString::to_string)];
        let date = entry.began.map(|at| at.local(zone).date_naive());
        let mut keys = match self {
            Self::Month => vec![date.map(|d| d.format("%Y-%m").to_string())],
            Self::Quarter => vec![date.map(|d| format!("{:04}-Q{}", d.year(), d.quarter()))],
            Self::Severity => name(&entry.severity),
            Self::Class => name(&entry.class),
            Self::Service => entry.services.iter().map(|(s, _)| Some(s.to_string())).collect(),
            Self::Cause => entry.causes.iter().cloned().map(Some).collect(),
        };
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() { vec![None] } else { keys }
    }
}

/// Some incidents and what they have in common; none for those that do not say.
pub type Members<'e> = (Option<String>, Vec<&'e IncidentEntry>);

/// Returns incidents in groups: months and quarters in order, severities from the worst on, all else by
/// name; those that do not say come last. Without a grouping, all of them are one group.
pub fn members<'e>(
    entries: &[&'e IncidentEntry],
    by: Option<By>,
    settings: &Settings,
) -> Vec<Members<'e>> {
    let Some(by) = by else { return vec![(None, entries.to_vec())] };
    let mut members: BTreeMap<Option<String>, Vec<&IncidentEntry>> = BTreeMap::new();
    for entry in entries {
        for key in by.keys(entry, settings.zone) {
            members.entry(key).or_default().push(entry);
        }
    }
    let rank = |key: &str| settings.severities.iter().position(|s| s.as_str() == key);
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_key(|(key, _)| {
        let severity = key.as_deref().filter(|_| by == By::Severity).and_then(rank);
        (key.is_none(), severity.unwrap_or(usize::MAX))
    });
    members
}
