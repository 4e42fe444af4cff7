//! Changes of an incident's text that touch only the lines that they mean to.
//!
//! A fact is changed by the difference of its keys before and after. What comes out is read again
//! and must say what was meant, else nothing is written.

use super::{LoadedIncident, ids};
use crate::compute::timeline::Timeline;
use crate::io::yaml;
use crate::io::yaml::edit::{self, Edit, PathStep};
use crate::io::yaml::emit::{self, Keys};
use crate::io::yaml::node::{Node, NodeKind};
use crate::io::yaml::write::{self, YamlValue};
use crate::model::diagnostic::Location;
use crate::model::incident::{Action, Cause, Event, Incident};
use crate::model::settings::Settings;
use std::fmt;

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
}

/// Why a text could not be changed as was meant.
#[derive(Clone, Debug)]
pub struct CannotEdit(String);

impl fmt::Display for CannotEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotEdit {}

/// Returns the text of a new incident with its events.
pub fn new_incident(incident: &Incident) -> String {
    let mut keys = owned(emit::incident(incident));
    let maps = |all: Vec<Keys>| {
        YamlValue::List(all.into_iter().map(|keys| YamlValue::Map(owned(keys))).collect())
    };
    if !incident.events.is_empty() {
        keys.push(("events".to_owned(), maps(incident.events.iter().map(emit::event).collect())));
    }
    write::document(&YamlValue::Map(keys), Some(SCHEMA))
}

/// Returns the text of an event alone, as the record would hold it.
pub fn event_text(event: &Event) -> String {
    write::document(&YamlValue::Map(owned(emit::event(event))), None)
}

/// Adds an event at its place in time.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn add_event(
    loaded: &LoadedIncident,
    event: &Event,
    settings: &Settings,
) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let mut edits = missing_ids(&root);
    let index = place_in_time(&root, &loaded.read.incident, event, settings);
    let value = YamlValue::Map(owned(emit::event(event)));
    edits.push(Edit::Insert { path: vec![PathStep::Key("events".to_owned())], index, value });
    finish(loaded, &edits)
}

/// Adds an action after the others.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn add_action(loaded: &LoadedIncident, action: &Action) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let mut edits = missing_ids(&root);
    let index = items(&root, "actions").len();
    let value = YamlValue::Map(owned(emit::action(action)));
    let path = vec![PathStep::Key("actions".to_owned())];
    edits.push(match index {
        0 => Edit::Add { path, before: &["events"], value: YamlValue::List(vec![value]) },
        _ => Edit::Insert { path, index, value },
    });
    finish(loaded, &edits)
}

/// Adds a cause after the others.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn add_cause(loaded: &LoadedIncident, cause: &Cause) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let index = items(&root, "causes").len();
    let value = YamlValue::Map(owned(emit::cause(cause)));
    let path = vec![PathStep::Key("causes".to_owned())];
    let edit = match index {
        0 => Edit::Add {
            path,
            before: &["actions", "claims", "public", "links", "events"],
            value: YamlValue::List(vec![value]),
        },
        _ => Edit::Insert { path, index, value },
    };
    finish(loaded, &[edit])
}

/// Sets one of the texts that customers may read: the public `title` or `summary`.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn set_public(
    loaded: &LoadedIncident,
    key: &str,
    text: &str,
) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let public = PathStep::Key("public".to_owned());
    let edit = match root.get("public").map(|n| &n.what) {
        Some(NodeKind::Map(_)) => Edit::Set {
            path: vec![public, PathStep::Key(key.to_owned())],
            value: YamlValue::text(text),
        },
        _ => Edit::Add {
            path: vec![public],
            before: &["links", "events"],
            value: YamlValue::Map(vec![(key.to_owned(), YamlValue::text(text))]),
        },
    };
    finish(loaded, &[edit])
}

/// Changes the event of that id into `new`, key by key.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn change_event(
    loaded: &LoadedIncident,
    old: &Event,
    new: &Event,
) -> Result<EditedIncident, CannotEdit> {
    change_item(loaded, "events", old.place, (emit::event(old), emit::event(new)))
}

/// Changes the action of that id into `new`, key by key.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn change_action(
    loaded: &LoadedIncident,
    old: &Action,
    new: &Action,
) -> Result<EditedIncident, CannotEdit> {
    change_item(loaded, "actions", old.place, (emit::action(old), emit::action(new)))
}

/// Changes what is known of the incident as a whole, key by key.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn change_incident(
    loaded: &LoadedIncident,
    new: &Incident,
) -> Result<EditedIncident, CannotEdit> {
    let edits = difference(&[], &emit::incident(&loaded.read.incident), &emit::incident(new));
    finish(loaded, &edits)
}

/// Takes an event out of the text, for it goes into another.
///
/// # Errors
/// A text that the editor cannot change without touching more.
pub fn remove_event(loaded: &LoadedIncident, old: &Event) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let index = index_of(&root, "events", old.place)?;
    finish(
        loaded,
        &[Edit::Remove { path: vec![PathStep::Key("events".to_owned()), PathStep::Index(index)] }],
    )
}

fn change_item(
    loaded: &LoadedIncident,
    list: &str,
    place: Location,
    (old, new): (Keys, Keys),
) -> Result<EditedIncident, CannotEdit> {
    let root = tree(loaded)?;
    let index = index_of(&root, list, place)?;
    let mut edits = missing_ids(&root);
    edits.extend(difference(&[PathStep::Key(list.to_owned()), PathStep::Index(index)], &old, &new));
    finish(loaded, &edits)
}

/// Returns the edits that turn some keys into others below `path`.
fn difference(path: &[PathStep], old: &Keys, new: &Keys) -> Vec<Edit> {
    // What is known of the whole stands above the long lists, and an event's text stands last.
    let before: &[_] = if path.is_empty() { LISTS } else { &["text"] };
    let at =
        |key: &str| path.iter().cloned().chain([PathStep::Key(key.to_owned())]).collect::<Vec<_>>();
    let gone = old.iter().filter(|(key, _)| !new.iter().any(|(k, _)| k == key));
    let gone = gone.map(|(key, _)| Edit::Remove { path: at(key) });
    let set = new.iter().filter(|pair| !old.contains(pair));
    let set = set.map(|(key, value)| Edit::Add { path: at(key), before, value: value.clone() });
    gone.chain(set).collect()
}

fn owned(keys: Keys) -> Vec<(String, YamlValue)> {
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn tree(loaded: &LoadedIncident) -> Result<Node<'_>, CannotEdit> {
    yaml::tree(&loaded.text).map_err(|p| CannotEdit(format!("{}: {}", p.place, p.message)))
}

fn items<'n, 't>(root: &'n Node<'t>, list: &str) -> &'n [Node<'t>] {
    match root.get(list).map(|n| &n.what) {
        Some(NodeKind::List(items)) => items,
        _ => &[],
    }
}

fn index_of(root: &Node<'_>, list: &str, place: Location) -> Result<usize, CannotEdit> {
    let found = items(root, list).iter().position(|n| n.place == place);
    found.ok_or_else(|| CannotEdit(format!("what stood at {place} is no longer there")))
}

/// Returns the place of a new event in the file: after the last one that is not later.
fn place_in_time(
    root: &Node<'_>,
    incident: &Incident,
    event: &Event,
    settings: &Settings,
) -> usize {
    let items = items(root, "events");
    let zone = incident.zone.unwrap_or(settings.zone);
    let order = event.at.order(zone);
    let earlier = Timeline::all(incident, settings).into_iter().filter(|t| t.order <= order);
    let index = |t: crate::compute::timeline::TimedEvent<'_>| {
        items.iter().position(|n| n.place == t.event.place)
    };
    earlier.filter_map(index).max().map_or(0, |last| last + 1)
}

/// Returns the edits that give ids to events and actions that people wrote without.
fn missing_ids(root: &Node<'_>) -> Vec<Edit> {
    let mut edits = vec![];
    for list in ["events", "actions"] {
        let without: Vec<usize> = items(root, list)
            .iter()
            .enumerate()
            .filter(|(_, n)| matches!(n.what, NodeKind::Map(_)) && n.get("id").is_none())
            .map(|(index, _)| index)
            .collect();
        let fresh = ids::fresh(without.len());
        edits.extend(without.into_iter().zip(fresh).map(|(index, id)| Edit::Set {
            path: vec![
                PathStep::Key(list.to_owned()),
                PathStep::Index(index),
                PathStep::Key("id".to_owned()),
            ],
            value: YamlValue::text(id.as_str()),
        }));
    }
    edits
}

fn finish(loaded: &LoadedIncident, edits: &[Edit]) -> Result<EditedIncident, CannotEdit> {
    let done = edit::apply(&loaded.text, edits).map_err(|e| CannotEdit(e.to_string()))?;
    Ok(EditedIncident { text: done.text, rewrote: done.rewrote })
}
