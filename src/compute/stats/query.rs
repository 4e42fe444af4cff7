//! Which incidents count, and in which time.

use super::{AffectedService, IncidentEntry};
use crate::compute::downtime::IntervalSet;
use crate::model::incident::{IncidentId, Kind, Name, UnknownValue};
use crate::model::time::Instant;
use crate::model::time::period::TimeRange;
use serde::Serialize;
use std::slice;
use std::str::FromStr;

/// A kind of incident that counts, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFilter {
    /// Every kind.
    All,
    /// This one.
    One(Kind),
}

impl KindFilter {
    /// Returns the kinds that pass.
    pub fn kinds(&self) -> &[Kind] {
        match self {
            Self::All => Kind::ALL,
            Self::One(kind) => slice::from_ref(kind),
        }
    }
}

impl FromStr for KindFilter {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text == "all" { Ok(Self::All) } else { text.parse().map(Self::One) }
    }
}

/// Which incidents count.
#[derive(Clone, Debug, Serialize)]
pub struct StatsQuery {
    /// The kinds that count; incidents alone by default.
    pub kinds: Vec<Kind>,
    /// The first instant at which they may begin.
    pub since: Option<Instant>,
    /// The instant before which they begin.
    pub until: Option<Instant>,
    /// The only one that may count; none for any.
    pub incident: Option<IncidentId>,
    /// The severities that count; all where there is none.
    pub severities: Vec<Name>,
    /// The services of which one must be concerned; any where there is none.
    pub services: Vec<Name>,
    /// The classes that count; all where there is none.
    pub classes: Vec<Name>,
    /// The choices that they must have in fields of the record's own.
    pub fields: Vec<FieldFilter>,
    /// Whether they must be open, or over; none for either.
    pub open: Option<bool>,
}

/// A choice that an incident must have in a field of the record's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFilter {
    /// The field.
    pub field: Name,
    /// The choice.
    pub value: String,
}

impl Default for StatsQuery {
    fn default() -> Self {
        Self {
            kinds: vec![Kind::Incident],
            since: None,
            until: None,
            incident: None,
            severities: vec![],
            services: vec![],
            classes: vec![],
            fields: vec![],
            open: None,
        }
    }
}

impl StatsQuery {
    /// Returns whether an incident counts; a duplicate never does.
    pub fn takes(&self, entry: &IncidentEntry) -> bool {
        entry.duplicate_of.is_none()
            && !entry.canceled
            && self.kinds.contains(&entry.kind)
            && self.chooses(entry)
            && self.holds(entry.began)
    }

    /// Returns whether an incident is one of those asked for, whenever it began and of whichever kind.
    pub fn chooses(&self, entry: &IncidentEntry) -> bool {
        let among = |wanted: &[Name], value: Option<&Name>| {
            wanted.is_empty() || value.is_some_and(|v| wanted.contains(v))
        };
        let concerned = |i: &AffectedService| self.services.contains(&i.service);
        self.incident.as_ref().is_none_or(|id| *id == entry.incident)
            && among(&self.severities, entry.severity.as_ref())
            && among(&self.classes, entry.class.as_ref())
            && self.fields.iter().all(|f| entry.choice(&f.field) == Some(f.value.as_str()))
            && (self.services.is_empty() || entry.services.iter().any(concerned))
            && self.open.is_none_or(|open| open == entry.open)
    }

    /// Returns whether what began then may count.
    pub fn holds(&self, began: Option<Instant>) -> bool {
        let fits = |fits: &dyn Fn(Instant) -> bool| began.is_some_and(fits);
        self.since.is_none_or(|since| fits(&|at| since <= at))
            && self.until.is_none_or(|until| fits(&|at| at < until))
    }

    /// Returns whether the time asked for has a beginning or an end.
    pub fn is_bounded(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }
}

/// An incident that was chosen.
#[derive(Clone, Copy, Debug)]
pub struct SelectedIncident<'e> {
    /// The incident.
    pub entry: &'e IncidentEntry,
    /// Whether it began in the time asked for, so that its durations count; else some of its downtime lies there.
    pub began_within: bool,
}

/// Incidents that were chosen, and the time in which their downtime counts.
#[derive(Clone, Debug, Default)]
pub struct IncidentSelection<'e> {
    /// The incidents.
    pub incidents: Vec<SelectedIncident<'e>>,
    /// The time asked for.
    pub within: IntervalSet,
    /// The services whose downtime counts; all where there is none.
    pub services: Vec<Name>,
}

impl<'e> IncidentSelection<'e> {
    /// Returns the incidents that count, and those of the period that they are held against, which do not count on
    /// both sides.
    pub fn of(
        entries: &'e [IncidentEntry],
        query: &StatsQuery,
        against: Option<TimeRange>,
    ) -> (Self, Vec<&'e IncidentEntry>) {
        let asked = (query.since.unwrap_or(Instant::MIN), query.until.unwrap_or(Instant::MAX));
        let other = IntervalSet::union(against.map(|p| (p.from(), p.to())));
        let within = IntervalSet::union([asked]).without(&other);
        let mut selection = Self { incidents: vec![], within, services: query.services.clone() };
        let anytime = StatsQuery { since: None, until: None, ..query.clone() };
        let mut before = vec![];
        for entry in entries.iter().filter(|e| anytime.takes(e)) {
            let is_before = against.is_some_and(|p| entry.began.is_some_and(|at| p.holds(at)));
            if is_before {
                before.push(entry);
            }
            let began_within = !is_before && query.holds(entry.began);
            if began_within || selection.touches(entry) {
                selection.incidents.push(SelectedIncident { entry, began_within });
            }
        }
        (selection, before)
    }

    /// Returns the incidents that began in the time asked for.
    pub fn begun(&self) -> Vec<&'e IncidentEntry> {
        self.incidents.iter().filter(|s| s.began_within).map(|s| s.entry).collect()
    }

    /// Returns what those services of an incident went through that count.
    pub fn impacts<'i>(
        &self,
        entry: &'i IncidentEntry,
    ) -> impl Iterator<Item = &'i AffectedService> {
        let counts =
            |i: &&AffectedService| self.services.is_empty() || self.services.contains(&i.service);
        entry.services.iter().filter(counts)
    }

    /// Returns whether an incident may have downtime in the time asked for.
    pub fn touches(&self, entry: &IncidentEntry) -> bool {
        self.impacts(entry).any(|impact| impact.touches(&self.within))
    }

    /// Returns those of the incidents that concern a service, of which its own downtime counts.
    #[must_use]
    pub fn of_service(&self, service: &Name) -> Self {
        let concerns = |s: &&SelectedIncident<'_>| {
            s.entry.services.iter().any(|impact| impact.service == *service)
        };
        Self {
            incidents: self.incidents.iter().filter(concerns).copied().collect(),
            within: self.within.clone(),
            services: vec![service.clone()],
        }
    }
}
