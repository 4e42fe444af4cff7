//! What incidents are grouped by.

use super::{IncidentEntry, IncidentSelection, SelectedIncident};
use crate::compute::downtime::IntervalSet;
use crate::model::incident::names;
use crate::model::incident::{Name, UnknownValue};
use crate::model::settings::Settings;
use crate::model::time::parse::ParseContext;
use crate::model::time::period::{self, TimeRange};
use crate::model::time::{Instant, Zone};
use chrono::Datelike;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What stands before the name of a field of the record's own.
const FIELD: &str = "fields.";

/// What incidents are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The month in which they began; downtime counts in the month in which it was.
    Month,
    /// The quarter in which they began; downtime counts in the quarter in which it was.
    Quarter,
    /// Their severity.
    Severity,
    /// Each service concerned; its own downtime counts.
    Service,
    /// Each cause, by its text.
    Cause,
    /// Their class of failure.
    Class,
    /// A field of the record's own.
    Field(Name),
}

impl By {
    const WORDS: [(&'static str, Self); 6] = [
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("severity", Self::Severity),
        ("service", Self::Service),
        ("cause", Self::Cause),
        ("class", Self::Class),
    ];
}

impl FromStr for By {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if let Some(field) = text.strip_prefix(FIELD) {
            return field.parse().map(Self::Field);
        }
        let found = Self::WORDS.into_iter().find(|(word, _)| *word == text);
        found.map(|(_, by)| by).ok_or_else(|| {
            let known = Self::WORDS.map(|(word, _)| word);
            let message = names::unknown("grouping", text, &known);
            UnknownValue(format!("{message}; fields.NAME groups by a choice of the record's own"))
        })
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Field(name) = self {
            return f.pad(&format!("{FIELD}{name}"));
        }
        let word = Self::WORDS.iter().find(|(_, by)| by == self).map_or("", |(word, _)| *word);
        f.pad(word)
    }
}

impl Serialize for By {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl By {
    /// Returns the groups that an incident belongs to; none is the group of those that do not say.
    fn keys(&self, entry: &IncidentEntry, zone: Zone) -> Vec<Option<String>> {
        let name = |name: &Option<Name>| vec![name.as_ref().map(ToString::to_string)];
        let mut keys = match self {
            Self::Month | Self::Quarter => vec![entry.began.map(|at| self.key_at(at, zone))],
            Self::Severity => name(&entry.severity),
            Self::Class => name(&entry.class),
            Self::Service => entry.services.iter().map(|i| Some(i.service.to_string())).collect(),
            Self::Cause => entry.causes.iter().cloned().map(Some).collect(),
            Self::Field(field) => vec![entry.choice(field).map(str::to_owned)],
        };
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() { vec![None] } else { keys }
    }

    /// Returns the month or the quarter of an instant.
    fn key_at(&self, at: Instant, zone: Zone) -> String {
        let date = at.local(zone).date_naive();
        match self {
            Self::Quarter => format!("{:04}-Q{}", date.year(), date.quarter()),
            _ => date.format("%Y-%m").to_string(),
        }
    }

    fn is_of_time(&self) -> bool {
        matches!(self, Self::Month | Self::Quarter)
    }
}

/// Some incidents and what they have in common; none for those that do not say.
pub type Members<'e> = (Option<String>, IncidentSelection<'e>);

/// Returns incidents in groups: months and quarters in order, severities from the worst on, all else by
/// name; those that do not say come last. Without a grouping, all of them are one group.
pub fn members<'e>(
    selection: &IncidentSelection<'e>,
    by: Option<&By>,
    settings: &Settings,
) -> Vec<Members<'e>> {
    let Some(by) = by else { return vec![(None, selection.clone())] };
    let mut periods = KnownPeriods { by, zone: settings.zone, known: BTreeMap::new() };
    let groups = keyed(selection, &mut periods);
    let asked = |key: &Option<String>| {
        let listed = |k: &String| selection.services.iter().any(|s| s.as_str() == k);
        *by != By::Service || selection.services.is_empty() || key.as_ref().is_some_and(listed)
    };
    let own = |(key, incidents): (Option<String>, _)| {
        let (within, services) = (selection.within.clone(), selection.services.clone());
        let mut group = IncidentSelection { incidents, within, services };
        if by.is_of_time() {
            let period = key.as_ref().and_then(|key| periods.range(key));
            let period = IntervalSet::union(period.map(|p| (p.from(), p.to())));
            group.within = group.within.common(&period);
        }
        if *by == By::Service {
            group.services = key.iter().filter_map(|k| k.parse().ok()).collect();
        }
        (key, group)
    };
    let mut members: Vec<_> = groups.into_iter().filter(|(key, _)| asked(key)).map(own).collect();
    let rank = |key: &str| settings.severities.iter().position(|s| s.as_str() == key);
    members.sort_by_key(|(key, _)| {
        let severity = key.as_deref().filter(|_| *by == By::Severity).and_then(rank);
        (key.is_none(), severity.unwrap_or(usize::MAX))
    });
    members
}

/// Returns the incidents of each group: in months and quarters also those of which some downtime lies there.
fn keyed<'e>(
    selection: &IncidentSelection<'e>,
    periods: &mut KnownPeriods<'_>,
) -> BTreeMap<Option<String>, Vec<SelectedIncident<'e>>> {
    let (by, zone) = (periods.by, periods.zone);
    let mut groups: BTreeMap<Option<String>, Vec<SelectedIncident<'e>>> = BTreeMap::new();
    for selected in &selection.incidents {
        let outside_alone = by.is_of_time() && !selected.began_within;
        let keys = if outside_alone { vec![] } else { by.keys(selected.entry, zone) };
        if by.is_of_time() {
            let outside = SelectedIncident { began_within: false, ..*selected };
            for key in periods.touched(selection, selected.entry).into_iter().map(Some) {
                if keys.first() != Some(&key) {
                    groups.entry(key).or_default().push(outside);
                }
            }
        }
        for key in keys {
            groups.entry(key).or_default().push(*selected);
        }
    }
    groups
}

/// Months or quarters that were met, each read once.
struct KnownPeriods<'b> {
    by: &'b By,
    zone: Zone,
    known: BTreeMap<String, Option<TimeRange>>,
}

impl KnownPeriods<'_> {
    fn range(&mut self, key: &str) -> Option<TimeRange> {
        if let Some(known) = self.known.get(key) {
            return *known;
        }
        let read = period::read(key, &ParseContext::file(self.zone)).ok();
        self.known.insert(key.to_owned(), read);
        read
    }

    /// Returns the months or quarters in which an incident may have downtime.
    fn touched(&mut self, selection: &IncidentSelection<'_>, entry: &IncidentEntry) -> Vec<String> {
        let mut found = vec![];
        for impact in selection.impacts(entry) {
            for (from, to) in impact.times.affected.possibly().common(&selection.within).parts() {
                let mut at = *from;
                while at < *to {
                    let key = self.by.key_at(at, self.zone);
                    let Some(range) = self.range(&key).filter(|range| at < range.to()) else {
                        break;
                    };
                    at = range.to();
                    found.push(key);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
