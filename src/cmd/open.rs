//! Which incidents are open: remembered beside the git directory, so that a large record costs no more.

use super::desk::{Desk, fold_in};
use crate::incident::IncidentId;
use crate::spool::{self, Waiting};
use crate::store::{Key, Lookup, Store};
use crate::timeline::Timeline;
use std::path::PathBuf;

impl Desk<'_> {
    /// Returns the ids of the open incidents, the latest first; one that can't be read may well be open.
    pub(super) fn open_ids(&self) -> Vec<IncidentId> {
        if self.past.is_some() {
            return self.read_open();
        }
        let Some((_, mut open)) = self.remembered() else { return self.read_open() };
        let waiting = spool::waiting(&self.state, self.store.root());
        open.extend(waiting.iter().filter_map(|w| w.incident.parse().ok()));
        open.sort();
        open.dedup();
        open.retain(|id| {
            self.store.incident_path(id).exists() && is_open(&self.store, &waiting, id)
        });
        open.reverse();
        open
    }

    /// Returns the ids of the open incidents, the latest first, whatever a hand did to any file.
    pub(super) fn read_open(&self) -> Vec<IncidentId> {
        let (store, waiting) = (&self.store, spool::waiting(&self.state, self.store.root()));
        let mut open = match (&self.past, self.key()) {
            (Some(_), _) => {
                let told = |id: &IncidentId| {
                    self.load(id).is_ok_and(|l| self.timeline(&l.read.incident).is_open())
                };
                self.ids().into_iter().filter(told).collect()
            }
            (None, Some(key)) => {
                Lookup::new(store, &self.state).read(&key, |id| is_open(store, &waiting, id))
            }
            (None, None) => {
                self.ids().into_iter().filter(|id| is_open(store, &waiting, id)).collect::<Vec<_>>()
            }
        };
        open.reverse();
        open
    }

    /// Returns the incidents that are remembered as open, where the memory holds.
    pub(super) fn remembered(&self) -> Option<(Key, Vec<IncidentId>)> {
        let key = self.key()?;
        let open = Lookup::new(&self.store, &self.state).remembered(&key)?;
        Some((key, open))
    }

    /// Remembers what is open after a write of `files`, where nobody else changed the record meanwhile.
    pub(super) fn remember(
        &self,
        before: &Key,
        mut open: Vec<IncidentId>,
        commit: Option<&str>,
        files: &[PathBuf],
    ) {
        let git = self.repo.as_ref();
        let parent = commit.and_then(|c| git?.resolve(&format!("{c}^")).ok());
        if commit.is_some() && parent.is_none_or(|parent| parent.as_str() != before.head()) {
            return;
        }
        for file in files {
            let name = file.parent().and_then(|folder| folder.file_name()).and_then(|n| n.to_str());
            let Some(id) = name.and_then(|n| n.parse().ok()) else { continue };
            open.retain(|known| *known != id);
            if file.ends_with("incident.yaml") && is_open(&self.store, &[], &id) {
                open.push(id);
            }
        }
        if let Some(key) = self.key() {
            // A memory that can't be kept costs time alone.
            let _ = Lookup::new(&self.store, &self.state).remember(&key, &open);
        }
    }

    /// Returns what tells that the record is as it was; none without git.
    fn key(&self) -> Option<Key> {
        let git = self.repo.as_ref()?;
        let head = git.head().ok()?.map(|id| id.as_str().to_owned()).unwrap_or_default();
        Some(Lookup::new(&self.store, &self.state).key(&head, &git.git_dir().join("index")))
    }
}

fn is_open(store: &Store, waiting: &[Waiting], id: &IncidentId) -> bool {
    let Ok(mut loaded) = store.load(id) else { return true };
    fold_in(store, waiting, &mut loaded);
    Timeline::of(&loaded.read.incident, store.settings()).is_open()
}
