//! What an answer lacks because it could not be read, and what it has from outside of the record.

use crate::compute::report::completeness::{Completeness, UnreadablePart, WaitingEvent};
use crate::io::store::{LoadedIncident, Store, StoreError};
use crate::model::incident::IncidentId;
use crate::session::missing::{MissingFiles, Needed};
use crate::session::spooled::{Spooled, Standing};
use crate::session::{Failure, Session};

impl Session<'_> {
    /// Returns what an answer about one incident lacks, and which of its events wait in the spool.
    pub(crate) fn completeness_of(&self, loaded: &LoadedIncident) -> Completeness {
        let waiting = self.waiting_events(Some(&loaded.read.incident.id));
        Completeness { unreadable: parts(&self.store, loaded), spooled: waiting }
    }

    /// Returns what an answer about all incidents lacks, what could not be read of them and what the working tree
    /// lacks, with the warning of the latter.
    pub(crate) fn completeness(
        &self,
        mut unreadable: Vec<UnreadablePart>,
    ) -> (Completeness, String) {
        let warning = match MissingFiles::of(self, Needed::Facts) {
            Ok(missing) => {
                unreadable.extend(missing.incidents().map(|path| UnreadablePart {
                    path,
                    place: None,
                    reason: "the last commit has it, and it is missing here".to_owned(),
                    whole: true,
                }));
                missing.warning()
            }
            Err(failure) => failure.render(self.terminal.color_err),
        };
        (Completeness { unreadable, spooled: self.waiting_events(None) }, warning)
    }

    /// Returns the events that wait in the spool: of one incident, or all.
    pub(crate) fn waiting_events(&self, of: Option<&IncidentId>) -> Vec<WaitingEvent> {
        // What waits is in no commit.
        if self.past.is_some() {
            return vec![];
        }
        let wanted = self.spooled().events.into_iter();
        let wanted = wanted.filter(|it| of.is_none_or(|of| it.waiting.incident == *of));
        wanted.filter_map(|it| self.waiting_event(it)).collect()
    }

    /// Returns that an event waits; none where the record has it already.
    fn waiting_event(&self, it: Spooled) -> Option<WaitingEvent> {
        let loaded = self.store.load(&it.waiting.incident);
        let loaded = loaded.as_ref().map(|loaded| &loaded.read.incident);
        if loaded.is_ok_and(|incident| incident.event(it.waiting.id.as_str()).is_some()) {
            return None;
        }
        let counted = it.standing == Standing::Counts && loaded.is_ok();
        Some(WaitingEvent { incident: it.waiting.incident, event: it.waiting.id, counted })
    }

    /// Returns that an incident could not be read, as its failure tells.
    pub(crate) fn unread(&self, id: &IncidentId, failure: &Failure) -> UnreadablePart {
        let path = self.store.incident_path(id);
        let (place, reason) = failure.reason();
        let path = self.store.relative(&path).display().to_string();
        UnreadablePart { path, place, reason, whole: true }
    }
}

/// Returns that a file or folder could not be read.
pub(crate) fn unread(store: &Store, error: &StoreError) -> UnreadablePart {
    let path = error.path().unwrap_or(store.root());
    let (place, reason) = match error {
        StoreError::Unreadable { problem, .. } => (Some(problem.place), problem.message.clone()),
        StoreError::Io { doing, error, .. } => (None, format!("cannot {doing} it: {error}")),
        other => (None, other.to_string()),
    };
    let path = store.relative(path).display().to_string();
    UnreadablePart { path, place, reason, whole: true }
}

/// Returns what could not be read in an incident's file, so that its numbers are not known.
pub(crate) fn parts(store: &Store, loaded: &LoadedIncident) -> Vec<UnreadablePart> {
    let path = store.relative(&loaded.path).display().to_string();
    let part = |(place, reason): (_, &String)| UnreadablePart {
        path: path.clone(),
        place: Some(place),
        reason: reason.clone(),
        whole: false,
    };
    loaded.read.incident.unreadable.iter().map(|it| part((it.place, &it.value))).collect()
}
