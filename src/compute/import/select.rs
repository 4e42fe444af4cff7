//! What of an import is wanted, and several versions of the same made one.

use super::identity::rank_of_micros;
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents};
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};
use std::collections::BTreeMap;

/// What of an import is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImportSelection {
    /// Nothing before it.
    pub(crate) since: Option<Instant>,
    /// Nothing after it.
    pub(crate) until: Option<Instant>,
    /// Only what these people wrote; everybody where empty.
    pub(crate) users: Vec<String>,
    /// Only texts that have this in them, in whatever case.
    pub(crate) pattern: Option<String>,
    /// By how much the source's clock is fast.
    pub(crate) offset: Span,
    /// The record's zone.
    pub(crate) zone: Option<Zone>,
}

impl ImportSelection {
    /// Returns what is wanted of an import, its clock corrected, each incident and event once; by their keys.
    pub(crate) fn apply(&self, imported: ImportedIncidents) -> ImportedIncidents {
        let ImportedIncidents { incidents, mut skipped, notes, severities } = imported;
        let mut incidents = united(incidents);
        for incident in &mut incidents {
            let zone = incident.zone.or(self.zone).unwrap_or(Zone::UTC);
            incident.events.iter_mut().for_each(|event| self.correct(event));
            let all = incident.events.iter().map(|event| event.at.order(zone));
            let whole = all.clone().min().zip(all.max());
            incident.covers = self.covers(incident.covers.or(whole));
            incident.events.retain(|event| self.wants(event, zone));
        }
        incidents.retain(|incident| !incident.events.is_empty());
        skipped.sort();
        skipped.dedup();
        ImportedIncidents { incidents, skipped, notes, severities }
    }

    /// Returns the time of which all is told, once what isn't wanted is left out.
    fn covers(&self, whole: Option<(Instant, Instant)>) -> Option<(Instant, Instant)> {
        // Of some people's words or some words' texts, none can be said to be gone.
        if !self.users.is_empty() || self.pattern.is_some() {
            return None;
        }
        let (first, last) = whole?;
        Some((
            self.since.map_or(first, |since| since.max(first)),
            self.until.map_or(last, |until| until.min(last)),
        ))
    }

    fn wants(&self, event: &ImportedEvent, zone: Zone) -> bool {
        let moment = event.at.moment(zone);
        let in_time = self.since.is_none_or(|since| moment.latest() >= since)
            && self.until.is_none_or(|until| moment.earliest() <= until);
        let has = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
        let is = |by: &str, user: &str| by.eq_ignore_ascii_case(user.trim_start_matches('@'));
        in_time
            && (self.users.is_empty()
                || event
                    .by
                    .iter()
                    .chain(&event.aliases)
                    .any(|by| self.users.iter().any(|user| is(by, user))))
            && self.pattern.as_ref().is_none_or(|part| has(&event.text, part))
    }

    fn correct(&self, event: &mut ImportedEvent) {
        let back = |time: OffsetTime| {
            OffsetTime::at(time.instant().minus(self.offset), *time.local().offset())
        };
        event.at = match event.at {
            EventTime::At { time, within } => EventTime::At { time: back(time), within },
            EventTime::Between(a, b) => EventTime::Between(back(a), back(b)),
            whole => whole,
        };
        event.logged = event.logged.map(|at| at.minus(self.offset));
    }
}

/// Returns each incident once, in the order of their keys, with all events of its versions.
fn united(incidents: Vec<ImportedIncident>) -> Vec<ImportedIncident> {
    let mut all: BTreeMap<String, ImportedIncident> = BTreeMap::new();
    for incident in incidents {
        match all.remove(&incident.key) {
            Some(known) => all.insert(incident.key.clone(), joined(known, incident)),
            None => all.insert(incident.key.clone(), incident),
        };
    }
    all.into_values().map(with_events_once).collect()
}

/// Returns two versions of an incident as one: what is known of the whole is the later's.
fn joined(a: ImportedIncident, b: ImportedIncident) -> ImportedIncident {
    let weight = |it: &ImportedIncident| (it.revised, it.events.len(), it.title.clone());
    let (mut later, earlier) = if weight(&a) >= weight(&b) { (a, b) } else { (b, a) };
    let both = later.covers.zip(earlier.covers);
    later.covers = both.map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
    later.events.extend(earlier.events);
    let missing = |name: &String| !later.services.contains(name);
    let missing: Vec<_> = earlier.services.into_iter().filter(missing).collect();
    later.services.extend(missing);
    later
}

/// Leaves the last version of each event.
fn with_events_once(mut incident: ImportedIncident) -> ImportedIncident {
    let mut events: BTreeMap<String, ImportedEvent> = BTreeMap::new();
    for event in std::mem::take(&mut incident.events) {
        let weight = |it: &ImportedEvent| (it.revised, it.text.clone(), it.marks.clone());
        match events.get(&event.key) {
            Some(known) if weight(known) >= weight(&event) => {}
            _ => drop(events.insert(event.key.clone(), event)),
        }
    }
    incident.events = events.into_values().collect();
    incident
}

/// Returns a time of a source with its offset, and the rank of its part of a second.
pub fn exact_with_rank(at: chrono::DateTime<chrono::FixedOffset>) -> (EventTime, u32) {
    let time = OffsetTime::at(Instant::from(at), *at.offset());
    (EventTime::exact(time), rank_of_micros(at.timestamp_subsec_micros()))
}
