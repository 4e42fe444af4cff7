//! Changes of an incident's text that touch only the lines that they mean to.
//!
//! A fact is changed by the difference of its keys before and after. What comes out is read again
//! and must say what was meant, else nothing is written.

use super::files::MOST_BYTES;
use super::settled::UnsettledFields;
use super::{IncidentFile, StoreError, ids};
use crate::compute::timeline::Timeline;
use crate::io::yaml;
use crate::io::yaml::edit::{self, Edit, PathStep};
use crate::io::yaml::emit::{self, Keys};
use crate::io::yaml::incident::MOST_EVENTS;
use crate::io::yaml::node::{Node, NodeKind};
use crate::io::yaml::write::{self, YamlValue};
use crate::model::diagnostic::Location;
use crate::model::incident::{Action, Cause, Edits, Event, Incident};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Zone};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;

/// The comment by which an editor finds the schema of an incident in `incidents/<year>/<id>/`.
pub const SCHEMA: &str = "yaml-language-server: $schema=../../../.recount/incident.schema.json";

/// The long lists, which stand last in an incident's file.
const LISTS: &[&str] = &["actions", "events"];

/// A text after a change.
#[derive(Clone, Debug)]
pub struct EditedIncident {
    /// The whole new text.
    pub text: String,
    /// The nodes that had to be written anew as a whole.
    pub rewrote: Vec<Location>,
    /// The version of the files that a reader must know to count what was written.
    pub format: u32,
}

/// Why a file could not be changed as was meant.
#[derive(Clone, Debug)]
pub struct CannotEdit {
    path: PathBuf,
    why: String,
}

impl fmt::Display for CannotEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be changed: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for CannotEdit {}

/// An incident that is to be changed: its file, what that says, and the tree that the edits are made to.
#[derive(Debug)]
pub struct EditableIncident<'t> {
    /// The file as it is before.
    pub file: &'t IncidentFile,
    /// What it says.
    pub facts: Incident,
    root: Node<'t>,
    settings: &'t Settings,
    now: Instant,
}

impl IncidentFile {
    /// Reads the incident, to change it now.
    ///
    /// # Errors
    /// A text that cannot be read as an incident at all.
    pub fn open<'t>(
        &'t self,
        settings: &'t Settings,
        now: Instant,
    ) -> Result<EditableIncident<'t>, StoreError> {
        let read = || {
            let root = yaml::tree(&self.text)?;
            let facts = yaml::incident::read_tree(self.id.clone(), &root, settings)?.incident;
            Ok(EditableIncident { file: self, facts, root, settings, now })
        };
        read().map_err(|problem| StoreError::Unreadable {
            path: self.path.clone(),
            text: self.text.clone(),
            problem: Box::new(problem),
        })
    }
}

/// Returns the text of a new incident with its events.
pub fn new_incident(incident: &Incident) -> String {
    let mut keys = owned(emit::incident(incident));
    let maps = |all: Vec<Keys>| {
        YamlValue::List(all.into_iter().map(|keys| YamlValue::Map(owned(keys))).collect())
    };
    if !incident.claims.is_empty() {
        keys.push(("claims".to_owned(), emit::claims(&incident.claims)));
    }
    if !incident.links.is_empty() {
        keys.push(("links".to_owned(), emit::link_list(&incident.links)));
    }
    if !incident.events.is_empty() {
        keys.push(("events".to_owned(), maps(incident.events.iter().map(emit::event).collect())));
    }
    write::document(&YamlValue::Map(keys), Some(SCHEMA))
}

/// Returns the text of an event alone, as the record would hold it.
pub fn event_text(event: &Event) -> String {
    write::document(&YamlValue::Map(owned(emit::event(event))), None)
}

// Each of these fails where the text cannot be changed without touching more.
impl EditableIncident<'_> {
    /// Returns the zone of its bare times and for display.
    pub(crate) fn zone(&self) -> Zone {
        self.facts.zone.unwrap_or(self.settings.zone)
    }

    /// Returns the time of the change.
    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// Gives ids to the events and actions that people wrote without.
    pub(crate) fn name_all(&self) -> Result<EditedIncident, CannotEdit> {
        self.apply(&self.missing_ids())
    }

    /// Adds an event at its place in time.
    pub(crate) fn add_event(&self, event: &Event) -> Result<EditedIncident, CannotEdit> {
        let mut edits = self.missing_ids();
        let value = YamlValue::Map(owned(emit::event(event)));
        edits.push(Edit::Insert { path: path("events"), index: self.place_in_time(event), value });
        self.apply(&edits)
    }

    /// Changes what is known of the incident as a whole, changes events into others, and adds some at their places in
    /// time: all in one go, for there may be thousands.
    pub(crate) fn merge_events(
        &self,
        facts: &Incident,
        changed: &[(Event, Event)],
        new: &[Event],
    ) -> Result<EditedIncident, CannotEdit> {
        let mut edits = self.missing_ids();
        edits.extend(self.fact_edits(facts));
        for (old, new) in changed {
            let path = self.item("events", old.place)?;
            let fields = self.edits(&old.edits, &emit::event(old), &emit::event(new));
            let new = Event { edits: fields, ..new.clone() };
            edits.extend(difference(&path, &emit::event(old), &emit::event(&new)));
        }
        // The last first, so that no index of another moves.
        let places = self.places_in_time();
        let mut placed: Vec<_> =
            new.iter().map(|event| (after(&places, event.at.order(self.zone())), event)).collect();
        placed.sort_by_key(|(index, event)| (*index, event.at.order(self.zone())));
        let insert = |(index, event): &(usize, &Event)| {
            let value = YamlValue::Map(owned(emit::event(event)));
            Edit::Insert { path: path("events"), index: *index, value }
        };
        edits.extend(placed.iter().rev().map(insert));
        self.apply(&edits)
    }

    /// Adds an action after the others.
    pub(crate) fn add_action(&self, action: &Action) -> Result<EditedIncident, CannotEdit> {
        let mut edits = self.missing_ids();
        edits.push(self.append("actions", &["events"], emit::action(action)));
        self.apply(&edits)
    }

    /// Adds a cause after the others.
    pub(crate) fn add_cause(&self, cause: &Cause) -> Result<EditedIncident, CannotEdit> {
        let before = &["actions", "claims", "public", "links", "events"];
        self.apply(&[self.append("causes", before, emit::cause(cause))])
    }

    /// Sets one of the texts that customers may read: the public `title` or `summary`.
    pub(crate) fn set_public(&self, key: &str, text: &str) -> Result<EditedIncident, CannotEdit> {
        let mut path = path("public");
        let value = YamlValue::text(text);
        self.apply(&[match self.root.get("public").map(|n| &n.what) {
            Some(NodeKind::Map(_)) => {
                path.push(key.into());
                Edit::Set { path, value }
            }
            _ => Edit::Add {
                path,
                before: &["links", "events"],
                value: YamlValue::Map(vec![(key.to_owned(), value)]),
            },
        }])
    }

    /// Changes an event into `new`, key by key.
    pub(crate) fn change_event(
        &self,
        old: &Event,
        new: &Event,
    ) -> Result<EditedIncident, CannotEdit> {
        let path = self.item("events", old.place)?;
        let edits = self.edits(&old.edits, &emit::event(old), &emit::event(new));
        let left = UnsettledFields { before: &old.unsettled, after: &new.unsettled };
        let settled = left.settled(&path, &emit::event(old), &emit::event(new));
        let new = Event { edits, ..new.clone() };
        self.change_item(settled, difference(&path, &emit::event(old), &emit::event(&new)))
    }

    /// Changes an event into `new`, and takes away what else a merge left of it.
    pub(crate) fn redact_event(
        &self,
        old: &Event,
        new: &Event,
    ) -> Result<EditedIncident, CannotEdit> {
        let path = self.item("events", old.place)?;
        let changed = self.edits(&old.edits, &emit::event(old), &emit::event(new));
        let new = Event { edits: changed, ..new.clone() };
        // Nothing else is touched, for the text may be one that a commit has.
        let mut edits = difference(&path, &emit::event(old), &emit::event(&new));
        let node = self.items("events").iter().find(|node| node.place == old.place);
        if node.is_some_and(|node| node.get("was").is_some()) {
            let was = path.iter().cloned().chain(["was".into()]);
            edits.push(Edit::Remove { path: was.collect() });
        }
        self.apply(&edits)
    }

    /// Changes an action into `new`, key by key.
    pub(crate) fn change_action(
        &self,
        old: &Action,
        new: &Action,
    ) -> Result<EditedIncident, CannotEdit> {
        let path = self.item("actions", old.place)?;
        let edits = self.edits(&old.edits, &emit::action(old), &emit::action(new));
        let left = UnsettledFields { before: &old.unsettled, after: &new.unsettled };
        let settled = left.settled(&path, &emit::action(old), &emit::action(new));
        let new = Action { edits, ..new.clone() };
        self.change_item(settled, difference(&path, &emit::action(old), &emit::action(&new)))
    }

    /// Changes what is known of the incident as a whole, key by key.
    pub(crate) fn change_facts(&self, new: &Incident) -> Result<EditedIncident, CannotEdit> {
        self.apply(&self.fact_edits(new))
    }

    fn fact_edits(&self, new: &Incident) -> Vec<Edit> {
        let old = emit::incident(&self.facts);
        let edits = self.edits(&self.facts.edits, &old, &emit::incident(new));
        let left = UnsettledFields { before: &self.facts.unsettled, after: &new.unsettled };
        let mut changes = left.settled(&[], &old, &emit::incident(new));
        let new = Incident { edits, ..new.clone() };
        changes.extend(difference(&[], &old, &emit::incident(&new)));
        changes
    }

    /// Returns the times at which fields were last changed, where some keys become others now.
    fn edits(&self, before: &Edits, old: &Keys, new: &Keys) -> Edits {
        let mut edits = before.clone();
        let changed = old.iter().filter(|pair| !new.contains(pair));
        let changed = changed.chain(new.iter().filter(|pair| !old.contains(pair)));
        let fields: BTreeSet<&str> = changed.map(|(key, _)| field(key)).collect();
        fields
            .into_iter()
            .filter(|field| *field != "edited")
            .for_each(|f| edits.record(f, self.now));
        edits
    }

    fn change_item(
        &self,
        settled: Vec<Edit>,
        changed: Vec<Edit>,
    ) -> Result<EditedIncident, CannotEdit> {
        let mut edits = self.missing_ids();
        edits.extend(settled);
        edits.extend(changed);
        self.apply(&edits)
    }

    /// Returns the edit that puts an item last in a list, which is made before some keys where it is missing.
    fn append(&self, list: &str, before: &'static [&'static str], keys: Keys) -> Edit {
        let (path, value) = (path(list), YamlValue::Map(owned(keys)));
        match self.items(list).len() {
            0 => Edit::Add { path, before, value: YamlValue::List(vec![value]) },
            index => Edit::Insert { path, index, value },
        }
    }

    fn items(&self, list: &str) -> &[Node<'_>] {
        match self.root.get(list).map(|n| &n.what) {
            Some(NodeKind::List(items)) => items,
            _ => &[],
        }
    }

    /// Returns the way to the item of a list that stands at a place of the file.
    fn item(&self, list: &str, place: Location) -> Result<Vec<PathStep>, CannotEdit> {
        let found = self.items(list).iter().position(|n| n.place == place);
        let gone = || self.cannot(format!("what stood at {place} is no longer there"));
        Ok(vec![list.into(), found.ok_or_else(gone)?.into()])
    }

    /// Returns the place of a new event in the file: after the last one that is not later.
    fn place_in_time(&self, event: &Event) -> usize {
        after(&self.places_in_time(), event.at.order(self.zone()))
    }

    /// Returns for each time at which an event stands the last place in the file of those up to then, in order.
    fn places_in_time(&self) -> Vec<(Instant, usize)> {
        let places = self.items("events").iter().enumerate().map(|(index, n)| (n.place, index));
        let places: HashMap<Location, usize> = places.collect();
        let all = Timeline::all(&self.facts, self.settings).into_iter();
        let placed = all.filter_map(|t| Some((t.order, *places.get(&t.event.place)?)));
        let mut last = 0;
        let mut latest = |(order, index): (Instant, usize)| {
            last = last.max(index);
            (order, last)
        };
        placed.map(&mut latest).collect()
    }

    /// Returns the edits that give ids to events and actions that people wrote without.
    fn missing_ids(&self) -> Vec<Edit> {
        let mut edits = vec![];
        for list in ["events", "actions"] {
            let items = (0..).zip(self.items(list));
            let without = items
                .filter(|(_, n)| matches!(n.what, NodeKind::Map(_)) && n.get("id").is_none())
                .map(|(index, _): (usize, _)| index)
                .collect::<Vec<_>>();
            let fresh = ids::fresh(without.len());
            edits.extend(without.into_iter().zip(fresh).map(|(index, id)| Edit::Set {
                path: vec![list.into(), index.into(), "id".into()],
                value: YamlValue::text(id.as_str()),
            }));
        }
        edits
    }

    fn apply(&self, edits: &[Edit]) -> Result<EditedIncident, CannotEdit> {
        let done = edit::apply(&self.file.text, &self.root, edits);
        let done = done.map_err(|error| self.cannot(error.to_string()))?;
        self.can_be_read(edits, &done.text)?;
        let format = if edits.iter().any(needs_newer) { 2 } else { 1 };
        Ok(EditedIncident { text: done.text, rewrote: done.rewrote, format })
    }

    /// Refuses to make a file larger than files are read: all that is in it would be out of every number.
    fn can_be_read(&self, edits: &[Edit], new: &str) -> Result<(), CannotEdit> {
        let is_event = |edit: &&Edit| matches!(edit, Edit::Insert { path: list, .. } if *list == path("events"));
        let events = self.items("events").len() + edits.iter().filter(is_event).count();
        if events > MOST_EVENTS {
            return Err(self.cannot(format!(
                "it has {MOST_EVENTS} events, and more are not read: go on in another incident, which `related` names"
            )));
        }
        match u64::try_from(new.len()).is_ok_and(|bytes| bytes <= MOST_BYTES) {
            true => Ok(()),
            false => Err(self.cannot(format!(
                "it would be larger than the {} MB that are read: go on in another incident",
                MOST_BYTES >> 20
            ))),
        }
    }

    fn cannot(&self, why: String) -> CannotEdit {
        CannotEdit { path: self.file.path.clone(), why }
    }
}

/// Returns the place behind the last event that is not later than a time.
fn after(places: &[(Instant, usize)], time: Instant) -> usize {
    let earlier = places.partition_point(|(known, _)| *known <= time);
    earlier.checked_sub(1).and_then(|last| places.get(last)).map_or(0, |(_, at)| at + 1)
}

/// The keys on which numbers hang and that a reader of the first format doesn't know.
const SINCE_FORMAT_2: [&str; 3] = ["canceled", "moved", "unaffected"];

/// Returns whether an edit writes what a reader of the first format would count wrong.
fn needs_newer(edit: &Edit) -> bool {
    let is_newer = |key: &str, value: &YamlValue| {
        let several = key == "mark" && matches!(value, YamlValue::FlowList(_));
        several || SINCE_FORMAT_2.contains(&key)
    };
    match edit {
        Edit::Set { path, value } | Edit::Add { path, value, .. } => match path.last() {
            Some(PathStep::Key(key)) => is_newer(key, value),
            _ => false,
        },
        Edit::Insert { value: YamlValue::Map(keys), .. } => {
            keys.iter().any(|(key, value)| is_newer(key, value))
        }
        Edit::Insert { .. } | Edit::Remove { .. } => false,
    }
}

/// Returns the field that a key of a file belongs to: three of them tell one time.
fn field(key: &'static str) -> &'static str {
    match key {
        "within" | "between" => "at",
        key => key,
    }
}

fn path(key: &str) -> Vec<PathStep> {
    vec![key.into()]
}

/// Returns the edits that turn some keys into others below `path`.
fn difference(path: &[PathStep], old: &Keys, new: &Keys) -> Vec<Edit> {
    // What is known of the whole stands above the long lists, and an event's text stands last.
    let before: &[_] = if path.is_empty() { LISTS } else { &["text"] };
    let at = |key: &str| path.iter().cloned().chain([key.into()]).collect::<Vec<_>>();
    let gone = old.iter().filter(|(key, _)| !new.iter().any(|(k, _)| k == key));
    let gone = gone.map(|(key, _)| Edit::Remove { path: at(key) });
    let set = new.iter().filter(|pair| !old.contains(pair));
    let set = set.map(|(key, value)| Edit::Add { path: at(key), before, value: value.clone() });
    gone.chain(set).collect()
}

fn owned(keys: Keys) -> Vec<(String, YamlValue)> {
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{EventTime, OffsetTime};

    fn file(events: usize) -> IncidentFile {
        let text = format!("title: X\nevents:\n{}", "  - {id: a, at: 2026-06-10}\n".repeat(events));
        IncidentFile { id: "2026-06-10-x".parse().unwrap(), path: "x".into(), text, is_new: false }
    }

    #[test]
    fn a_file_never_grows_beyond_what_is_read() {
        let (settings, now) = (Settings::default(), Instant::saturating(0));
        let event = Event::blank(EventTime::exact(OffsetTime::in_zone(now, Zone::UTC)));
        let (small, full) = (file(1), file(MOST_EVENTS));
        let small = small.open(&settings, now).unwrap();
        assert!(small.add_event(&event).is_ok());
        let refused = full.open(&settings, now).unwrap().add_event(&event).unwrap_err();
        assert!(refused.to_string().contains("go on in another incident"), "{refused}");
        let most = usize::try_from(MOST_BYTES).unwrap();
        assert!(small.can_be_read(&[], &"x".repeat(most)).is_ok());
        assert!(small.can_be_read(&[], &"x".repeat(most + 1)).is_err());
    }
}
