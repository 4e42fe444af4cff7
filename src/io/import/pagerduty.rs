//! PagerDuty: answers of its API (incidents, log entries, notes, alerts) and bodies of its webhooks, version 3.

mod entries;

use super::ImportOptions;
use super::file::ImportFile;
use super::json::{self, JsonNode};
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::{EventKind, Milestone};
use crate::model::time::{Instant, Span, Zone};
use entries::{DutyEntry, EntryOrigin};
use std::collections::{BTreeMap, BTreeSet};

/// Within which time two ways of telling it tell the same.
const SAME: Span = Span::seconds(60);

/// The keys under which an answer has lists, and single things.
const LISTS: &[&str] = &[
    "incidents",
    "log_entries",
    "notes",
    "alerts",
    "messages",
    "incident",
    "log_entry",
    "note",
    "alert",
    "event",
];

/// Reads answers and webhooks.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut reader = DutyReader {
        all: options.all,
        incidents: BTreeMap::new(),
        homeless: vec![],
        skipped: vec![],
    };
    for file in files {
        match json::parse(file) {
            Ok(value) => {
                let root = JsonNode::root(file, &value);
                if !reader.look(&root, None) {
                    reader
                        .skipped
                        .push(root.skip("there is no incident, log entry, note or webhook in it"));
                }
            }
            Err(skip) => reader.skipped.push(skip),
        }
    }
    reader.done()
}

/// An incident as it is being read.
struct DutyIncident {
    facts: ImportedIncident,
    entries: Vec<DutyEntry>,
}

struct DutyReader {
    /// Whether who was notified is taken too.
    all: bool,
    /// By id.
    incidents: BTreeMap<String, DutyIncident>,
    /// What names no incident, and the path of its file.
    homeless: Vec<(DutyEntry, String)>,
    skipped: Vec<SkippedPart>,
}

impl DutyReader {
    /// Reads whatever a node is, of the incident that it stands in; returns whether it is anything.
    fn look(&mut self, node: &JsonNode<'_>, of: Option<&str>) -> bool {
        if let Some(items) = node.items() {
            for item in items {
                if !self.look(&item, of) {
                    self.skipped.push(item.skip("this is no incident, log entry, note or webhook"));
                }
            }
            return true;
        }
        let kind = node.said("type").unwrap_or_default();
        let has = |key| node.get(key).is_some();
        if has("event_type") && has("occurred_at") {
            self.webhook(node);
        } else if kind.contains("log_entry") {
            self.take(entries::log_entry(node), node, of);
        } else if kind == "incident"
            || (has("id") && has("status") && (has("title") || has("incident_number")))
        {
            self.incident(node);
        } else if kind == "alert" || (has("id") && has("alert_key")) {
            self.take(entries::alert(node), node, of);
        } else if has("content") && has("created_at") {
            self.take(entries::note(node), node, of);
        } else {
            return self.below(node, of);
        }
        true
    }

    /// Reads what an answer holds under the keys that tell what it is.
    fn below(&mut self, node: &JsonNode<'_>, of: Option<&str>) -> bool {
        let inner: Vec<_> = LISTS.iter().filter_map(|key| Some((*key, node.get(key)?))).collect();
        // A webhook of version 2 has the incident beside its log entries.
        let beside = node.at(&["incident", "id"]).and_then(|id| id.text());
        let of = beside.as_deref().or(of);
        let mut found = false;
        for (key, inner) in inner {
            // Of one that is only named, nothing is told.
            let is_named = key == "incident"
                && inner.said("type").is_some_and(|kind| kind.ends_with("reference"));
            if is_named || !(inner.value.is_object() || inner.value.is_array()) {
                continue;
            }
            found = true;
            match (key, inner.value.is_array()) {
                ("incident" | "incidents" | "event" | "messages", _) => {
                    if !self.look(&inner, of) {
                        self.skipped
                            .push(inner.skip("this is no incident, log entry, note or webhook"));
                    }
                }
                (_, true) => self.list(key, Some(inner), of),
                (_, false) => self.single(key, &inner, of),
            }
        }
        found
    }

    /// Reads a list whose key says what is in it.
    fn list(&mut self, key: &str, list: Option<JsonNode<'_>>, of: Option<&str>) {
        for item in list.iter().flat_map(|list| list.items().into_iter().flatten()) {
            self.single(key, &item, of);
        }
    }

    /// Reads what its key says that it is.
    fn single(&mut self, key: &str, node: &JsonNode<'_>, of: Option<&str>) {
        let entry = match key {
            "log_entry" | "log_entries" => entries::log_entry(node),
            "note" | "notes" => entries::note(node),
            _ => entries::alert(node),
        };
        self.take(entry, node, of);
    }

    fn incident(&mut self, node: &JsonNode<'_>) {
        let Some(id) = node.said("id") else {
            return self.skipped.push(node.skip("an incident needs an `id`"));
        };
        let changed = ["updated_at", "last_status_change_at"]
            .into_iter()
            .find_map(|key| node.time(key).ok().flatten());
        self.facts(&id, node, changed.map(|time| time.instant()));
        for entry in entries::of_incident(node) {
            self.take(entry, node, Some(&id));
        }
        for key in ["log_entries", "notes", "alerts"] {
            self.list(key, node.get(key), Some(&id));
        }
    }

    /// Learns of an incident what a node tells, where it is the latest to do so.
    fn facts(&mut self, id: &str, node: &JsonNode<'_>, told: Option<Instant>) {
        let title = node.said("title").or_else(|| Some(without_number(&node.said("summary")?)));
        let known = self.home(id, node);
        let facts = &mut known.facts;
        let service = node.at(&["service", "summary"]).or_else(|| node.at(&["service", "name"]));
        let service = service.and_then(|name| name.text());
        facts.services.extend(service.filter(|name| !facts.services.contains(name)));
        let is_later = facts.revised.is_none_or(|known| told.is_some_and(|told| told >= known));
        if let Some(title) = title.filter(|_| is_later || facts.title == facts.key) {
            facts.title = title;
        }
        facts.url = node.said("html_url").or(facts.url.take());
        if is_later {
            facts.severity = priority(node).or(facts.severity.take());
            facts.revised = told.or(facts.revised);
        }
    }

    fn home(&mut self, id: &str, node: &JsonNode<'_>) -> &mut DutyIncident {
        self.incidents.entry(id.to_owned()).or_insert_with(|| DutyIncident {
            facts: ImportedIncident::new(id, id, node.place()),
            entries: vec![],
        })
    }

    /// Adds what a node tells to its incident: the one that it names, or that it stands in.
    fn take(
        &mut self,
        entry: Result<DutyEntry, SkippedPart>,
        node: &JsonNode<'_>,
        of: Option<&str>,
    ) {
        let entry = match entry {
            Ok(entry) if self.all || !entry.is_noise => entry,
            Ok(_) => return,
            Err(skip) => return self.skipped.push(skip),
        };
        let named = node.get("incident").filter(|it| it.get("id").is_some());
        let id = named.as_ref().and_then(|it| it.said("id")).or_else(|| of.map(str::to_owned));
        let Some(id) = id else {
            return self.homeless.push((entry, node.file.inner.clone()));
        };
        match named {
            Some(named) => self.facts(&id, &named, None),
            None => drop(self.home(&id, node)),
        }
        self.home(&id, node).entries.push(entry);
    }

    fn webhook(&mut self, node: &JsonNode<'_>) {
        let Some(data) = node.get("data") else { return };
        let incident = data
            .get("incident")
            .or_else(|| Some(data.clone()).filter(|it| it.get("status").is_some()));
        // A ping, and what is of a service, tell of no incident.
        let Some((incident, id)) = incident.and_then(|it| Some((it.clone(), it.said("id")?)))
        else {
            return;
        };
        match node.time("occurred_at") {
            Ok(told) => self.facts(&id, &incident, told.map(|time| time.instant())),
            Err(skip) => return self.skipped.push(skip),
        }
        self.take(entries::webhook(node, &data), node, Some(&id));
    }

    /// Finds the incident of what names none: the one whose id is a part of its file's path, or the only one.
    fn settle(&mut self) {
        for (entry, path) in std::mem::take(&mut self.homeless) {
            let parts: Vec<&str> = path.split(|c: char| !c.is_alphanumeric()).collect();
            let named = self.incidents.keys().find(|id| parts.contains(&id.as_str())).cloned();
            let only = self.incidents.keys().next().filter(|_| self.incidents.len() == 1).cloned();
            match named.or(only).and_then(|id| self.incidents.get_mut(&id)) {
                Some(home) => home.entries.push(entry),
                None => self.skipped.push(SkippedPart {
                    place: entry.event.place,
                    reason: "it names no incident: import it with the answer of its incident alone, or name its file by the incident's id".to_owned(),
                }),
            }
        }
    }

    fn done(mut self) -> ImportedIncidents {
        self.settle();
        let mut all = ImportedIncidents { skipped: self.skipped, ..ImportedIncidents::default() };
        for DutyIncident { mut facts, entries } in self.incidents.into_values() {
            facts.events = events(entries);
            if facts.events.is_empty() {
                let reason = "nothing with a time is told of it".to_owned();
                all.skipped.push(SkippedPart { place: facts.place, reason });
            } else {
                all.incidents.push(facts);
            }
        }
        all
    }
}

/// Returns each entry once, whichever ways it was told in, and marks the trigger that comes first.
fn events(mut entries: Vec<DutyEntry>) -> Vec<ImportedEvent> {
    entries.sort_by(|a, b| {
        (a.origin, a.order(), &a.event.key).cmp(&(b.origin, b.order(), &b.event.key))
    });
    let mut told = ToldSteps::default();
    entries.retain(|entry| told.is_new(entry));
    entries.sort_by(|a, b| (a.order(), &a.event.key).cmp(&(b.order(), &b.event.key)));
    let trigger = entries.iter_mut().find(|entry| entry.step == Some(Milestone::Started));
    if let Some(first) = trigger {
        first.event.marks = vec![Milestone::Started, Milestone::Detected];
    }
    entries.into_iter().map(|entry| entry.event).collect()
}

/// The steps that were told already, the fullest way of telling first.
#[derive(Default)]
struct ToldSteps {
    keys: BTreeSet<String>,
    /// In which ways, and when.
    steps: BTreeMap<StepIdentity, Vec<(EntryOrigin, Instant)>>,
}

/// What two ways of telling a step have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum StepIdentity {
    Step(Milestone),
    Note(String),
}

impl ToldSteps {
    /// Returns whether nothing tells yet what an entry tells, and takes note of it.
    fn is_new(&mut self, entry: &DutyEntry) -> bool {
        let identity = match &entry.step {
            Some(step) => StepIdentity::Step(step.clone()),
            None if entry.event.kind == EventKind::Note => {
                StepIdentity::Note(entry.event.text.clone())
            }
            None => return self.keys.insert(entry.event.key.clone()),
        };
        // An incident has one trigger and one end, whenever others say that they were.
        let is_whole = match entry.step {
            Some(Milestone::Started) => true,
            Some(Milestone::Resolved) => entry.origin == EntryOrigin::Incident,
            _ => false,
        };
        let at = entry.order().0;
        let told = self.steps.entry(identity).or_default();
        let is_same = |(origin, known): &(EntryOrigin, Instant)| {
            *origin != entry.origin && (is_whole || at.max(*known).since(at.min(*known)) <= SAME)
        };
        let is_told = told.iter().any(is_same);
        if is_told || !self.keys.insert(entry.event.key.clone()) {
            return false;
        }
        told.push((entry.origin, at));
        true
    }
}

impl DutyEntry {
    fn order(&self) -> (Instant, u32) {
        (self.event.at.order(Zone::UTC), self.event.rank)
    }
}

/// Returns the priority that an incident has.
fn priority(node: &JsonNode<'_>) -> Option<String> {
    let priority = node.get("priority")?;
    priority.said("summary").or_else(|| priority.said("name"))
}

/// Returns a summary without the incident's number: `[#1234] The server is on fire.`
fn without_number(summary: &str) -> String {
    let bare = summary.strip_prefix("[#").and_then(|rest| rest.split_once("] "));
    bare.map_or(summary, |(_, rest)| rest).to_owned()
}

#[cfg(test)]
mod tests;
