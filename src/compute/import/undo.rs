//! What an import wrote is taken back: nothing is deleted, and what a person changed since stays.

use super::identity::fields_hash;
use crate::model::incident::{Cancellation, Event, Incident, Name};
use crate::model::time::Instant;

/// The reason of what was taken back with an import; the next import of the same lifts it.
pub(crate) const UNDONE: &str = "undone: import";

/// What an import wrote to an incident, by the ids of its events.
#[derive(Debug, Default)]
pub(crate) struct WrittenByImport<'i> {
    /// Whether it made the incident.
    pub(crate) created: bool,
    pub(crate) new: &'i [String],
    pub(crate) updated: &'i [String],
    /// The incident as it was before.
    pub(crate) before: Option<&'i Incident>,
}

/// What changes in an incident when an import is taken back.
#[derive(Debug, Default)]
pub(crate) struct ImportReversal {
    /// Set where the incident holds nothing but what was imported.
    pub(crate) canceled: Option<Cancellation>,
    /// Events that are retracted: as they are and as they will be.
    pub(crate) retracted: Vec<(Event, Event)>,
    /// Events that are again what they were before.
    pub(crate) restored: Vec<(Event, Event)>,
    /// Events that a person changed since.
    pub(crate) kept: Vec<Name>,
}

impl ImportReversal {
    /// Returns what takes an import back, at a time.
    pub(crate) fn of(now: &Incident, written: &WrittenByImport<'_>, at: Instant) -> Self {
        let mut reversal = Self::default();
        let is_new = |event: &Event| {
            event.id.as_ref().is_some_and(|id| written.new.iter().any(|new| new == id.as_str()))
        };
        let is_whole = now.standing().all(|event| is_new(event) && is_as_imported(event));
        if written.created && is_whole && now.canceled.is_none() {
            reversal.canceled = Some(Cancellation { reason: UNDONE.to_owned(), at: Some(at) });
            return reversal;
        }
        for event in now.standing().filter(|event| is_new(event)) {
            let retracted = Some(UNDONE.to_owned());
            let gone = Event { retracted, ..event.clone() };
            reversal.take(event, Some(gone), false);
        }
        for id in written.updated {
            let Some(event) = now.event(id) else { continue };
            let old = written.before.and_then(|before| before.event(id)).cloned();
            reversal.take(event, old, true);
        }
        reversal
    }

    fn take(&mut self, event: &Event, wanted: Option<Event>, is_restored: bool) {
        match wanted.filter(|_| is_as_imported(event)) {
            Some(wanted) if is_restored => self.restored.push((event.clone(), wanted)),
            Some(wanted) => self.retracted.push((event.clone(), wanted)),
            None => self.kept.extend(event.id.clone()),
        }
    }

    /// Returns whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.canceled.is_none() && self.retracted.is_empty() && self.restored.is_empty()
    }
}

/// Returns whether nobody changed an event since it was imported.
fn is_as_imported(event: &Event) -> bool {
    let hash = event.source.as_ref().and_then(|source| source.hash.as_ref());
    hash == Some(&fields_hash(event)) && event.redacted.is_none()
}
