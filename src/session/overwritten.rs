//! Events that were recorded and that a file lacks, for an editor saved an old copy over them.

use crate::io::git::{Blob, CommitId};
use crate::io::store::local_state::{self, UncommittedCopy};
use crate::io::store::{INBOX, INBOX_ID, IncidentFile, LoadedIncident};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Session;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Events that were recorded and that a file lacks.
#[derive(Default)]
pub(crate) struct Overwritten {
    /// Those that an editor saved an old copy over.
    pub(crate) overwritten: Vec<Event>,
    /// Those whose removal somebody has staged, and so meant.
    pub(crate) removed: Vec<Event>,
}

/// What names the last commit gives the bytes of incidents, read at once for many.
pub(crate) struct CommittedBlobs(HashMap<PathBuf, Blob>);

impl CommittedBlobs {
    /// Returns whether the last commit has just this text of a file.
    pub(crate) fn has(&self, path: &Path, text: &str) -> bool {
        self.0.get(path).is_some_and(|blob| blob.is_of(text.as_bytes()))
    }
}

impl Session<'_> {
    /// Returns what names the last commit gives the bytes of incidents; none where that can't be read.
    pub(crate) fn committed_blobs(&self) -> CommittedBlobs {
        let listed = || {
            let repo = self.repo.as_ref()?;
            let listed = repo.list_at(&repo.head().ok()??, &self.store.root().join("incidents"));
            // The record's root is without symbolic links; so must be what it is compared with.
            let top = repo.workdir().canonicalize().ok()?;
            Some(listed.ok()?.into_iter().map(|it| (top.join(it.path), it.blob)).collect())
        };
        CommittedBlobs(listed().unwrap_or_default())
    }

    /// Returns the events that were recorded and that the file lacks; one that was moved to another incident
    /// isn't lost.
    ///
    /// What was recorded is in the last commit, or in the copy of what a verb wrote since.
    pub(crate) fn lost(&self, loaded: &LoadedIncident) -> Overwritten {
        let committed = self.committed(&loaded.path);
        let home = &loaded.read.incident.id;
        let copy = self.copied(home, &loaded.path, &loaded.text, &committed);
        let recorded = copy.or_else(|| committed.clone());
        let recorded = recorded.filter(|text| *text != loaded.text);
        let mut lost = recorded.map_or(vec![], |text| self.events_of(loaded, text));
        let here = ids(&loaded.read.incident.events);
        lost.retain(|event| event.stands() && !has(&here, event));
        if lost.is_empty() {
            return Overwritten::default();
        }
        lost.retain(|event| event.id.as_ref().is_some_and(|id| !self.is_elsewhere(home, id)));
        let staged = || self.repo.as_ref()?.read_staged(&loaded.path).ok()?;
        let Some(staged) = staged().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return Overwritten { overwritten: lost, removed: vec![] };
        };
        let committed = committed.map_or(vec![], |text| self.events_of(loaded, text));
        let staged = self.events_of(loaded, staged);
        let (committed, staged) = (ids(&committed), ids(&staged));
        let is_removed = |event: &Event| has(&committed, event) && !has(&staged, event);
        let (removed, overwritten) = lost.into_iter().partition(is_removed);
        Overwritten { overwritten, removed }
    }

    /// Returns whether a file says just what was recorded, or nothing was, so that it lacks no event; `committed` is
    /// what the last commit has of it.
    pub(crate) fn is_as_recorded(&self, file: &IncidentFile, committed: Option<String>) -> bool {
        let copy = self.copied(&file.id, &file.path, &file.text, &committed);
        copy.or(committed).is_none_or(|recorded| recorded == file.text)
    }

    /// Returns the copy of what a verb wrote and did not commit.
    ///
    /// It holds as long as git has what it had when the copy was made, and nothing else: once a person has
    /// committed what was written, and checked out what was before, that is not to be undone.
    fn copied(
        &self,
        id: &IncidentId,
        path: &Path,
        text: &str,
        committed: &Option<String>,
    ) -> Option<String> {
        let written = local_state::written(&self.state, id)?;
        let taken = |text: &str| self.repo.as_ref().is_some_and(|repo| repo.keeps(text.as_bytes()));
        let holds = written.path == path
            && written.committed == *committed
            && (written.text == text || written.kept || !taken(&written.text));
        holds.then_some(written.text)
    }

    /// Keeps copies of incidents that were written and not committed.
    pub(crate) fn remember(&self, files: &BTreeSet<PathBuf>) {
        for (id, path) in incidents(files) {
            let Ok(Some(text)) = self.store.text(path) else { continue };
            let kept = self.repo.as_ref().is_some_and(|repo| repo.keeps(text.as_bytes()));
            let committed = self.committed(path);
            let written = UncommittedCopy { path: path.clone(), committed, text, kept };
            // Without a copy less can be brought back; the write itself is safe.
            let _ = local_state::set_written(&self.state, &id, &written);
        }
    }

    /// Drops the copies of incidents that are committed now.
    pub(crate) fn forget(&self, files: &BTreeSet<PathBuf>) {
        for (id, _) in incidents(files) {
            local_state::forget_written(&self.state, &id);
        }
    }

    /// Returns what the last commit has of a file.
    pub(crate) fn committed(&self, path: &Path) -> Option<String> {
        self.committed_at(&self.repo.as_ref()?.head().ok()??, path)
    }

    /// Returns what a commit has of a file.
    pub(crate) fn committed_at(&self, commit: &CommitId, path: &Path) -> Option<String> {
        String::from_utf8(self.repo.as_ref()?.read_at(commit, path).ok()??).ok()
    }

    /// Returns the events of another text of an incident; none where it can't be read.
    fn events_of(&self, loaded: &LoadedIncident, text: String) -> Vec<Event> {
        let id = loaded.read.incident.id.clone();
        let other = self.store.parse(&id, loaded.path.clone(), text);
        other.map_or(vec![], |other| other.read.incident.events)
    }

    /// Returns whether another incident has an event of that id, or the inbox.
    pub(crate) fn is_elsewhere(&self, home: &IncidentId, id: &Name) -> bool {
        let ids = INBOX_ID.parse().into_iter().chain(self.store.incidents().ids);
        ids.filter(|other| other != home).any(|other| {
            let path = self.store.incident_path(&other);
            let text = self.store.text(&path).ok().flatten();
            let Some(text) = text.filter(|text| text.contains(id.as_str())) else {
                return false;
            };
            let read = self.store.parse(&other, path, text);
            read.is_ok_and(|it| it.read.incident.event(id.as_str()).is_some())
        })
    }
}

fn ids(events: &[Event]) -> HashSet<&Name> {
    events.iter().filter_map(|event| event.id.as_ref()).collect()
}

fn has(ids: &HashSet<&Name>, event: &Event) -> bool {
    event.id.as_ref().is_some_and(|id| ids.contains(id))
}

/// Returns the incidents among some files.
fn incidents(files: &BTreeSet<PathBuf>) -> impl Iterator<Item = (IncidentId, &PathBuf)> {
    files.iter().filter_map(|path| Some((id(path)?, path)))
}

/// Returns the incident that a file is the file of.
fn id(path: &Path) -> Option<IncidentId> {
    let name = match path.file_name()?.to_str()? {
        INBOX => INBOX_ID,
        "incident.yaml" => path.parent()?.file_name()?.to_str()?,
        _ => return None,
    };
    name.parse().ok()
}
