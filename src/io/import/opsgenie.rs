//! Opsgenie: answers of its API: incidents, their timelines and notes, alerts, services.

mod told;

use super::ImportOptions;
use super::file::ImportFile;
use super::json::{self, JsonNode};
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::Milestone;
use crate::model::time::{Instant, Span, Zone};
use std::collections::{BTreeMap, BTreeSet};
use told::{GenieAlert, GenieIncident};

/// The keys under which answers have what they tell.
const WITHIN: &[&str] = &[
    "data",
    "entries",
    "incident",
    "incidents",
    "alert",
    "alerts",
    "timeline",
    "notes",
    "services",
];

/// Within which time an incident and its timeline tell the same.
const SAME: Span = Span::seconds(60);

/// Reads answers.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut reader = GenieReader { all: options.all, ..GenieReader::default() };
    for file in files {
        match json::parse(file) {
            Ok(value) => {
                let root = JsonNode::root(file, &value);
                if root.at(&["paging", "next"]).is_some() {
                    reader.notes.push(format!(
                        "{} is not all: its `paging.next` is where the rest is",
                        file.name
                    ));
                }
                reader.look(&root, None);
            }
            Err(skip) => reader.skipped.push(skip),
        }
    }
    reader.done()
}

/// What names no incident or alert of its own, and where it stands.
struct LooseEvents {
    events: Vec<ImportedEvent>,
    /// The alerts that belong to the incident.
    alerts: Vec<String>,
    path: String,
    place: String,
    /// The incident or alert that it stands in.
    of: Option<String>,
}

#[derive(Default)]
struct GenieReader {
    /// Whether what Opsgenie hides and whom it notified is taken too.
    all: bool,
    /// By id.
    incidents: BTreeMap<String, GenieIncident>,
    alerts: BTreeMap<String, GenieAlert>,
    loose: Vec<LooseEvents>,
    /// The names of services by their ids.
    services: BTreeMap<String, String>,
    skipped: Vec<SkippedPart>,
    notes: Vec<String>,
}

impl GenieReader {
    /// Reads whatever a node is, of the incident or alert that it stands in.
    fn look(&mut self, node: &JsonNode<'_>, of: Option<&str>) {
        let has = |key| node.get(key).is_some();
        if let Some(items) = node.items() {
            let items: Vec<_> = items.collect();
            if !items.is_empty() && items.iter().all(|item| item.value.is_string()) {
                let alerts = items.iter().filter_map(JsonNode::text).collect();
                return self.loose(node, vec![], alerts, of);
            }
            items.iter().for_each(|item| self.look(item, of));
        } else if has("eventTime") {
            self.told(told::timeline_entry(node), node, of);
        } else if has("createdAt") && (has("note") || has("log")) {
            self.told(told::note(node), node, of);
        } else if has("id") && (has("impactStartDate") || has("impactedServices")) {
            self.incident(node);
        } else if has("id") && has("message") {
            self.alert(node);
        } else if has("id") && has("name") {
            self.services.extend(node.said("id").zip(node.said("name")));
        } else {
            self.below(node, of);
        }
    }

    /// Reads what an answer holds.
    fn below(&mut self, node: &JsonNode<'_>, of: Option<&str>) {
        let inner: Vec<_> = WITHIN.iter().filter_map(|key| node.get(key)).collect();
        if inner.is_empty() || inner.iter().any(|it| !(it.value.is_object() || it.value.is_array()))
        {
            let reason = "there is no incident, alert, timeline entry, note or service in it";
            return self.skipped.push(node.skip(reason));
        }
        // In one object with its timeline, the incident is whose that is.
        let beside = ["incident", "alert"].iter().find_map(|key| node.at(&[key, "id"])?.text());
        let of = beside.as_deref().or(of);
        inner
            .iter()
            .filter(|it| it.value != &serde_json::json!({}))
            .for_each(|it| self.look(it, of));
    }

    /// Reads what stands in an incident or alert beside what it says of itself.
    fn inside(&mut self, node: &JsonNode<'_>, id: &str) {
        for inner in ["timeline", "entries", "notes", "logs"].iter().filter_map(|key| node.get(key))
        {
            if inner.value.is_array() || inner.value.is_object() {
                self.look(&inner, Some(id));
            }
        }
    }

    fn incident(&mut self, node: &JsonNode<'_>) {
        match GenieIncident::read(node, &mut self.skipped) {
            Ok(incident) => {
                let id = incident.facts.key.clone();
                self.inside(node, &id);
                let is_later =
                    |known: &GenieIncident| known.facts.revised <= incident.facts.revised;
                if self.incidents.get(&id).is_none_or(is_later) {
                    self.incidents.insert(id, incident);
                }
            }
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn alert(&mut self, node: &JsonNode<'_>) {
        match GenieAlert::read(node) {
            Ok(alert) => {
                let id = alert.facts.key.clone();
                self.inside(node, &id);
                let is_later = |known: &GenieAlert| known.facts.revised <= alert.facts.revised;
                if self.alerts.get(&id).is_none_or(is_later) {
                    self.alerts.insert(id, alert);
                }
            }
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn told(
        &mut self,
        told: Result<told::GenieEntry, SkippedPart>,
        node: &JsonNode<'_>,
        of: Option<&str>,
    ) {
        match told {
            Ok(entry) if self.all || !entry.is_noise => {
                self.loose(node, vec![entry.event], vec![], of)
            }
            Ok(_) => {}
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn loose(
        &mut self,
        node: &JsonNode<'_>,
        events: Vec<ImportedEvent>,
        alerts: Vec<String>,
        of: Option<&str>,
    ) {
        let (path, place) = (node.file.inner.clone(), node.place());
        self.loose.push(LooseEvents { events, alerts, path, place, of: of.map(str::to_owned) });
    }

    /// Finds whose each loose event is: of what it stands in, of what its file is named by, or of the only incident.
    fn settle(&mut self) -> BTreeMap<String, String> {
        let mut homes = BTreeMap::new();
        for loose in std::mem::take(&mut self.loose) {
            let mut ids = self.incidents.keys().chain(self.alerts.keys());
            let named = ids.find(|id| loose.path.contains(id.as_str())).cloned();
            let mut all = self.incidents.keys();
            let only = all.next().filter(|_| self.incidents.len() == 1).cloned();
            let mut alerts = self.alerts.keys();
            let only = only.or_else(|| {
                alerts
                    .next()
                    .filter(|_| self.alerts.len() == 1 && self.incidents.is_empty())
                    .cloned()
            });
            let Some(home) = loose.of.or(named).or(only) else {
                self.skipped.push(SkippedPart {
                    place: loose.place,
                    reason: "it names no incident: import it with the answer of its incident alone, or name its file by the incident's id".to_owned(),
                });
                continue;
            };
            if let Some(incident) = self.incidents.get_mut(&home) {
                homes.extend(loose.alerts.into_iter().map(|alert| (alert, home.clone())));
                incident.timeline.extend(loose.events);
            } else if let Some(alert) = self.alerts.get_mut(&home) {
                alert.facts.events.extend(loose.events);
            }
        }
        homes
    }

    fn done(mut self) -> ImportedIncidents {
        let homes = self.settle();
        let mut all = ImportedIncidents::default();
        for (id, alert) in std::mem::take(&mut self.alerts) {
            match homes.get(&id).and_then(|home| self.incidents.get_mut(home)) {
                Some(incident) => incident.facts.events.extend(alert.of_incident()),
                None => all.incidents.push(alert.facts),
            }
        }
        let mut unnamed = BTreeSet::new();
        let mut is_guessed = false;
        for incident in std::mem::take(&mut self.incidents).into_values() {
            let mut facts = incident.whole();
            is_guessed |= facts.events.iter().any(|event| !event.impact.is_empty());
            self.name_services(&mut facts, &mut unnamed);
            all.incidents.push(facts);
        }
        if is_guessed {
            self.notes.push("Opsgenie tells when an impact was, and not how bad: it was written as degraded; `recount amend` what was down".to_owned());
        }
        if !unnamed.is_empty() {
            self.notes.push(format!(
                "services of which no name is known: {}; import the answer of /v1/services with the rest, and they have one",
                unnamed.len()
            ));
        }
        ImportedIncidents { skipped: self.skipped, notes: self.notes, ..all }
    }

    fn name_services(&self, facts: &mut ImportedIncident, unnamed: &mut BTreeSet<String>) {
        let impacts =
            facts.events.iter_mut().flat_map(|event| &mut event.impact).map(|it| &mut it.service);
        for service in facts.services.iter_mut().chain(impacts) {
            match self.services.get(service) {
                Some(name) => name.clone_into(service),
                None => drop(unnamed.insert(service.clone())),
            }
        }
    }
}

impl GenieIncident {
    /// Returns it with its timeline; what both tell is told once.
    fn whole(self) -> ImportedIncident {
        let Self { mut facts, mut timeline } = self;
        let order = |event: &ImportedEvent| event.at.order(Zone::UTC);
        let near = |a: Instant, b: Instant| a.max(b).since(a.min(b)) <= SAME;
        let created =
            facts.events.iter().find(|event| event.marks == [Milestone::Declared]).map(order);
        timeline.retain(|event| {
            event.marks != [Milestone::Declared]
                || created.is_none_or(|created| !near(created, order(event)))
        });
        let resolves = |event: &ImportedEvent| event.marks == [Milestone::Resolved];
        let last =
            timeline.iter_mut().filter(|event| resolves(event)).max_by_key(|event| order(event));
        if let Some(last) = last {
            // The timeline knows the time that the incident itself only bounds.
            facts.events.retain(|event| !resolves(event));
            told::RESOLVED.clone_into(&mut last.key);
        }
        facts.events.extend(timeline);
        facts
    }
}

#[cfg(test)]
mod tests;
