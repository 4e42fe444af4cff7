//! Events that a file has lost, for an editor saved an old copy over them.

use super::desk::Desk;
use crate::incident::{Event, IncidentId, Name};
use crate::store::journal::{self, Written};
use crate::store::{INBOX, INBOX_ID, Loaded};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl Desk<'_> {
    /// Returns the events that were recorded and that the file lacks.
    ///
    /// What was recorded is in the last commit, or in the copy of what a verb wrote since.
    pub(super) fn lost(&self, loaded: &Loaded) -> Vec<Event> {
        let id = &loaded.read.incident.id;
        let committed = self.committed(&loaded.path);
        let written = journal::written(&self.state, id.as_str());
        // A copy holds as long as git has what it had when it was made, and nothing else: once a person has
        // committed what was written, and checked out what was before, that is not to be undone.
        let taken = |text: &str| self.repo.as_ref().is_some_and(|repo| repo.keeps(text.as_bytes()));
        let written = written
            .filter(|w| w.path == loaded.path && w.committed == committed)
            .filter(|w| w.text == loaded.text || w.kept || !taken(&w.text));
        let recorded = written.map(|w| w.text).or(committed).filter(|text| *text != loaded.text);
        let Some(text) = recorded else { return vec![] };
        let Ok(old) = self.store.parse(id, loaded.path.clone(), text) else { return vec![] };
        let here =
            |id: &Name| loaded.read.incident.events.iter().any(|e| e.id.as_ref() == Some(id));
        let missing = old.read.incident.events.into_iter();
        missing
            .filter(|e| e.retracted.is_none() && e.id.as_ref().is_some_and(|id| !here(id)))
            .collect()
    }

    /// Keeps copies of incidents that were written and not committed.
    pub(super) fn remember(&self, files: &BTreeSet<PathBuf>) {
        for (id, path) in incidents(files) {
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let kept = self.repo.as_ref().is_some_and(|repo| repo.keeps(text.as_bytes()));
            let committed = self.committed(path);
            let written = Written { path: path.clone(), committed, text, kept };
            // Without a copy less can be brought back; the write itself is safe.
            let _ = journal::set_written(&self.state, id.as_str(), &written);
        }
    }

    /// Drops the copies of incidents that are committed now.
    pub(super) fn forget(&self, files: &BTreeSet<PathBuf>) {
        for (id, _) in incidents(files) {
            journal::forget_written(&self.state, id.as_str());
        }
    }

    /// Returns what the last commit has of a file.
    fn committed(&self, path: &Path) -> Option<String> {
        let repo = self.repo.as_ref()?;
        let head = repo.head().ok()??;
        String::from_utf8(repo.read_at(&head, path).ok()??).ok()
    }
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
