//! An imported incident is held against the record's: what is new, the same, updated, kept, gone.

use super::identity::fields_hash;
use super::resolve::ResolvedIncident;
use super::undo::UNDONE;
use crate::model::incident::{Event, EventSource, Incident, Name};
use crate::model::time::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// What an import changes in an incident.
#[derive(Debug, Default)]
pub(crate) struct IncidentChanges {
    /// Events that the record lacks.
    pub(crate) new: Vec<Event>,
    /// Events that were changed at the source and by nobody here: as they are and as they will be.
    pub(crate) updated: Vec<(Event, Event)>,
    /// How many are as they were imported.
    pub(crate) unchanged: usize,
    /// Events that were changed at the source and here: they stay as they are here.
    pub(crate) kept: Vec<Name>,
    /// Events that the source no longer has.
    pub(crate) gone: Vec<GoneEvent>,
}

/// An event that the source no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoneEvent {
    pub(crate) event: Name,
    /// Its id at the source.
    pub(crate) source: String,
}

impl IncidentChanges {
    /// Holds an imported incident against one of the record.
    pub(crate) fn of(known: &Incident, imported: &ResolvedIncident, zone: Zone) -> Self {
        let by_source = by_source(known);
        let mut taken: BTreeSet<&Name> =
            known.events.iter().filter_map(|event| event.id.as_ref()).collect();
        let mut changes = Self::default();
        let mut seen = BTreeSet::new();
        for event in &imported.events {
            let key = event.source.as_ref().and_then(source_key);
            let old = key.and_then(|key| by_source.get(&key).copied());
            seen.extend(key);
            match old {
                Some(old) => changes.hold(old, event),
                // Another event goes by that id: of a person, or of another source.
                None if event.id.as_ref().is_some_and(|id| taken.contains(id)) => {
                    changes.new.push(Event { id: free(event, &taken), ..event.clone() });
                }
                None => changes.new.push(event.clone()),
            }
            taken.extend(event.id.as_ref());
        }
        changes.gone = gone(known, imported, zone, &seen);
        changes
    }

    /// Holds an event against what the record has of it.
    fn hold(&mut self, old: &Event, event: &Event) {
        let hash = |event: &Event| event.source.as_ref().and_then(|source| source.hash.clone());
        let (imported, then) = (hash(event), hash(old));
        let now = Some(fields_hash(old));
        if old.retracted.as_deref() == Some(UNDONE) && now == then && old.redacted.is_none() {
            self.updated.push((old.clone(), Event { retracted: None, ..updated(old, event) }));
            return;
        }
        // Without a hash it was logged from the same source by hand, or its words were taken out.
        if then.is_none() || imported == then || imported == now {
            self.unchanged += 1;
        } else if now == then && old.stands() && old.redacted.is_none() {
            self.updated.push((old.clone(), updated(old, event)));
        } else {
            self.kept.extend(old.id.clone());
        }
    }
}

/// Returns the event as it is at the source now; what no import sets stays.
fn updated(old: &Event, new: &Event) -> Event {
    Event {
        at: new.at,
        lasting: new.lasting,
        logged: new.logged.or(old.logged),
        text: new.text.clone(),
        kind: new.kind.clone(),
        marks: new.marks.clone(),
        impact: new.impact.clone(),
        severity: new.severity.clone(),
        by: new.by.clone(),
        audience: new.audience,
        links: new.links.clone(),
        source: new.source.clone(),
        ..old.clone()
    }
}

/// Returns an id for an event whose own is taken.
fn free(event: &Event, taken: &BTreeSet<&Name>) -> Option<Name> {
    let source = event.source.as_ref()?;
    let key = source.id.as_deref()?;
    (1..=u32::from(u8::MAX)).find_map(|n| {
        let id = super::identity::event_id(
            &source.from,
            &format!("{key}{}", "'".repeat(usize::try_from(n).ok()?)),
            0,
        )?;
        (!taken.contains(&id)).then_some(id)
    })
}

/// What tells one imported event from another: the system and the id there.
type SourceKeyOf<'e> = (&'e str, &'e str);

fn source_key(source: &EventSource) -> Option<SourceKeyOf<'_>> {
    Some((source.from.as_str(), source.id.as_deref()?))
}

fn by_source<'e>(known: &'e Incident) -> BTreeMap<SourceKeyOf<'e>, &'e Event> {
    let key = |event: &'e Event| event.source.as_ref().and_then(source_key);
    known.events.iter().filter_map(|event| Some((key(event)?, event))).collect()
}

/// Returns the events of the same incident there that the source would still tell of, and doesn't.
fn gone(
    known: &Incident,
    imported: &ResolvedIncident,
    zone: Zone,
    seen: &BTreeSet<SourceKeyOf<'_>>,
) -> Vec<GoneEvent> {
    let Some((first, last)) = imported.covers else { return vec![] };
    let from = imported.events.iter().find_map(|event| Some(event.source.as_ref()?.from.as_str()));
    let prefix = format!("{}/", imported.key);
    let is_gone = |event: &&Event| {
        let key = event.source.as_ref().and_then(source_key);
        let at = event.at.moment(zone);
        key.is_some_and(|key| {
            Some(key.0) == from && key.1.starts_with(&prefix) && !seen.contains(&key)
        }) && event.stands()
            && at.earliest() >= first
            && at.latest() <= last
    };
    let gone = known.events.iter().filter(is_gone);
    gone.filter_map(|event| {
        let source = event.source.as_ref()?.id.clone()?;
        Some(GoneEvent { event: event.id.clone()?, source })
    })
    .collect()
}
