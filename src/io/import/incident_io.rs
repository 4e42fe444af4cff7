//! incident.io: answers of its API (incidents, their updates, severities) and bodies of its webhooks.

mod stamps;

use super::file::ImportFile;
use super::json::{self, JsonNode};
use crate::compute::import::are_ordered;
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::Kind;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The keys under which answers and webhooks have what they tell.
const WITHIN: &[&str] =
    &["incidents", "incident", "incident_updates", "incident_update", "severities"];

/// Reads answers and webhooks.
pub(super) fn read(files: &[ImportFile]) -> ImportedIncidents {
    let mut reader = IncidentIoReader::default();
    for file in files {
        match json::parse(file) {
            Ok(value) => {
                let root = JsonNode::root(file, &value);
                reader.look(&root);
                if root.at(&["pagination_meta", "after"]).is_some() {
                    let after =
                        root.at(&["pagination_meta", "after"]).and_then(|after| after.text());
                    let after: String = after.unwrap_or_default().chars().take(40).collect();
                    reader.notes.push(format!(
                        "{} may not be all: ask for the rest with `after={after}`",
                        file.name
                    ));
                }
            }
            Err(skip) => reader.skipped.push(skip),
        }
    }
    reader.done()
}

#[derive(Default)]
struct IncidentIoReader {
    incidents: Vec<ImportedIncident>,
    /// Updates, with the id of their incident and where they stand.
    updates: Vec<(String, ImportedEvent)>,
    /// The ranks of severities by their names: the higher, the worse.
    ranks: BTreeMap<String, i64>,
    skipped: Vec<SkippedPart>,
    notes: Vec<String>,
}

impl IncidentIoReader {
    /// Reads whatever a node is.
    fn look(&mut self, node: &JsonNode<'_>) {
        let has = |key| node.get(key).is_some();
        if let Some(items) = node.items() {
            items.for_each(|item| self.look(&item));
        } else if has("id")
            && (has("incident_timestamp_values")
                || has("timestamps")
                || has("mode")
                || has("incident_status"))
        {
            self.incident(node);
        } else if has("id") && has("incident_id") {
            self.update(node);
        } else if has("rank") && has("name") {
            self.severity(node);
        } else {
            self.below(node);
        }
    }

    fn below(&mut self, node: &JsonNode<'_>) {
        // A webhook has what it tells under the name of what it is.
        let hook = node.said("event_type").and_then(|kind| node.get(&kind));
        let inner: Vec<_> = WITHIN.iter().filter_map(|key| node.get(key)).chain(hook).collect();
        if inner.is_empty() || inner.iter().any(|it| !(it.value.is_object() || it.value.is_array()))
        {
            return self.skipped.push(node.skip("there is no incident, update or severity in it"));
        }
        inner.iter().for_each(|it| self.look(it));
    }

    fn severity(&mut self, node: &JsonNode<'_>) {
        let rank = node.said("rank").and_then(|rank| rank.parse().ok());
        self.ranks.extend(node.said("name").zip(rank));
    }

    fn incident(&mut self, node: &JsonNode<'_>) {
        if let Some(severity) = node.get("severity") {
            self.severity(&severity);
        }
        match self.read_incident(node) {
            Ok(incident) => self.incidents.push(incident),
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn read_incident(&mut self, node: &JsonNode<'_>) -> Result<ImportedIncident, SkippedPart> {
        let id = node.said("id").ok_or_else(|| node.skip("an incident needs an `id`"))?;
        let title =
            node.said("name").or_else(|| node.said("reference")).unwrap_or_else(|| id.clone());
        let mode = node.said("mode").unwrap_or_default();
        let category = node.at(&["incident_status", "category"]).or_else(|| node.get("status"));
        let category = category.and_then(|category| category.text()).unwrap_or_default();
        if ["canceled", "declined", "merged"].contains(&category.as_str()) {
            let name = node.said("reference").unwrap_or_else(|| id.clone());
            self.notes.push(format!("{name} is {category} at incident.io: `recount cancel` or `recount set duplicate_of=...` says so here"));
        }
        let events = stamps::events(node, &mode, &mut self.skipped)?;
        if events.is_empty() {
            return Err(node.skip("no time is told of this incident"));
        }
        let is_drill = mode == "test" || mode == "tutorial";
        Ok(ImportedIncident {
            url: node.said("permalink"),
            kind: if is_drill { Kind::Drill } else { Kind::Incident },
            severity: node.at(&["severity", "name"]).and_then(|name| name.text()),
            services: services(node),
            summary: node.said("summary"),
            revised: node.time("updated_at")?.map(|time| time.instant()),
            events,
            ..ImportedIncident::new(id, title, node.place())
        })
    }

    fn update(&mut self, node: &JsonNode<'_>) {
        if let Some(severity) = node.get("new_severity") {
            self.severity(&severity);
        }
        match stamps::update(node) {
            Ok(event) => self.updates.extend(node.said("incident_id").map(|id| (id, event))),
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn done(mut self) -> ImportedIncidents {
        // Of several versions of an incident any may have an update: they are made one.
        let places = self.incidents.iter().enumerate().map(|(at, it)| (it.key.clone(), at));
        let places: BTreeMap<String, usize> = places.collect();
        for (id, event) in std::mem::take(&mut self.updates) {
            match places.get(&id).and_then(|at| self.incidents.get_mut(*at)) {
                Some(incident) => incident.events.push(event),
                None => self.skipped.push(SkippedPart {
                    place: event.place,
                    reason: "its incident is not among what was named: import them together"
                        .to_owned(),
                }),
            }
        }
        let mut ranks: Vec<_> = self.ranks.into_iter().collect();
        ranks.sort_by_key(|(name, rank)| (Reverse(*rank), name.clone()));
        let severities: Vec<String> = ranks.into_iter().map(|(name, _)| name).collect();
        ImportedIncidents {
            incidents: self.incidents,
            skipped: self.skipped,
            notes: self.notes,
            // Words that everybody ranks so hold for a part of the severities too, where a rank among a part would not.
            severities: if are_ordered(&severities) { vec![] } else { severities },
        }
    }
}

/// Returns the services that a custom field names.
fn services(node: &JsonNode<'_>) -> Vec<String> {
    let mut found = vec![];
    let fields = node.get("custom_field_entries");
    for entry in fields.iter().flat_map(|all| all.items().into_iter().flatten()) {
        let name =
            entry.at(&["custom_field", "name"]).and_then(|name| name.text()).unwrap_or_default();
        let name = name.to_lowercase();
        if !(name.contains("service") || name.contains("component")) {
            continue;
        }
        for value in entry.get("values").iter().flat_map(|all| all.items().into_iter().flatten()) {
            let word = value
                .at(&["value_catalog_entry", "name"])
                .or_else(|| value.at(&["value_option", "value"]));
            found.extend(word.or_else(|| value.get("value_text")).and_then(|word| word.text()));
        }
    }
    found.dedup();
    found
}

#[cfg(test)]
mod tests;
