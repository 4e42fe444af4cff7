//! Events that the last commit has and a file lacks.

use super::desk::Desk;
use crate::incident::{Event, IncidentId, Name};
use crate::store::{INBOX_ID, Loaded, read_text};

/// Events that the last commit has and a file lacks.
#[derive(Default)]
pub(super) struct Lost {
    /// Those that an editor saved an old copy over.
    pub(super) overwritten: Vec<Event>,
    /// Those whose removal somebody has staged, and so meant.
    pub(super) removed: Vec<Event>,
}

impl Desk<'_> {
    /// Returns the events that the last commit has and the file lacks; one that was moved to another incident
    /// isn't lost.
    pub(super) fn lost(&self, loaded: &Loaded) -> Lost {
        let committed = || {
            let repo = self.repo.as_ref()?;
            let head = repo.head().ok()??;
            let bytes = repo.read_at(&head, &loaded.path).ok()??;
            (bytes != loaded.text.as_bytes()).then_some(bytes)
        };
        let mut lost = self.events_of(loaded, committed()).unwrap_or_default();
        lost.retain(|event| event.retracted.is_none() && !has(&loaded.read.incident.events, event));
        if lost.is_empty() {
            return Lost::default();
        }
        let home = &loaded.read.incident.id;
        lost.retain(|event| event.id.as_ref().is_some_and(|id| !self.is_elsewhere(home, id)));
        let staged = || self.repo.as_ref()?.read_staged(&loaded.path).ok()?;
        let Some(staged) = self.events_of(loaded, staged()) else {
            return Lost { overwritten: lost, removed: vec![] };
        };
        let (overwritten, removed) = lost.into_iter().partition(|event| has(&staged, event));
        Lost { overwritten, removed }
    }

    /// Returns the events of another text of an incident; none where it can't be read.
    fn events_of(&self, loaded: &Loaded, bytes: Option<Vec<u8>>) -> Option<Vec<Event>> {
        let text = String::from_utf8(bytes?).ok()?;
        let id = loaded.read.incident.id.clone();
        let other = self.store.parse(&id, loaded.path.clone(), text).ok()?;
        Some(other.read.incident.events)
    }

    /// Returns whether another incident has an event of that id, or the inbox.
    fn is_elsewhere(&self, home: &IncidentId, id: &Name) -> bool {
        let ids = INBOX_ID.parse().into_iter().chain(self.store.ids());
        ids.filter(|other| other != home).any(|other| {
            let path = self.store.incident_path(&other);
            let Some(text) = read_text(&path).ok().filter(|text| text.contains(id.as_str())) else {
                return false;
            };
            let read = self.store.parse(&other, path, text);
            read.is_ok_and(|it| it.read.incident.events.iter().any(|e| e.id.as_ref() == Some(id)))
        })
    }
}

fn has(events: &[Event], event: &Event) -> bool {
    event.id.is_some() && events.iter().any(|other| other.id == event.id)
}
