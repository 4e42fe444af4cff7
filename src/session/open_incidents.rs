//! Which incidents are open.

use crate::io::git::{IndexChecksum, IndexTransition};
use crate::io::store::open_index::OpenIndex;
use crate::model::incident::IncidentId;
use crate::session::Session;

impl Session<'_> {
    /// Returns the ids of the open incidents, the latest first.
    ///
    /// Where one alone is open, few files are read to tell so; any other answer is taken from all of them.
    pub(crate) fn open_ids(&self) -> Vec<IncidentId> {
        if self.past.is_some() {
            let mut open: Vec<_> = self.ids().into_iter().filter(|id| self.is_open(id)).collect();
            open.reverse();
            return open;
        }
        let quick = self.with_spooled(self.look(|look| look.quick()));
        if quick.len() == 1 { quick } else { self.all_open_ids() }
    }

    /// Returns the ids of the open incidents, the latest first, and asks the file system for every file.
    pub(crate) fn all_open_ids(&self) -> Vec<IncidentId> {
        self.with_spooled(self.look(|look| look.whole()))
    }

    /// Has an incident looked at from now on, for it is about to be written.
    pub(crate) fn watch(&self, id: &IncidentId) {
        self.look(|look| look.watch(id));
    }

    /// Notes what a commit of ours made of git's index.
    pub(crate) fn advance(&self, index: &IndexTransition) {
        if let (Some(from), Some(to)) = (&index.before, &index.after) {
            self.look(|look| look.advance(from.as_str(), to.as_str()));
        }
    }

    fn look<T>(&self, at: impl FnOnce(&OpenIndex<'_>) -> T) -> T {
        let folder = self.repo.as_ref().map_or(self.state.clone(), |r| r.git_dir().join("recount"));
        let mark = self.repo.as_ref().and_then(|repo| repo.index_mark());
        let incidents = self.store.root().join("incidents");
        at(&OpenIndex {
            store: &self.store,
            folder: &folder,
            shared: &self.state,
            mark: mark.as_ref().map(IndexChecksum::as_str).map(str::to_owned),
            indexed: &|show| self.repo.as_ref().is_some_and(|repo| repo.indexed(&incidents, show)),
        })
    }

    /// Corrects what the files say by the events that wait in the spool.
    fn with_spooled(&self, mut open: Vec<IncidentId>) -> Vec<IncidentId> {
        let waiting = self.waiting();
        let mut ids: Vec<IncidentId> = waiting.into_iter().map(|it| it.incident).collect();
        ids.retain(|id| self.store.incident_path(id).is_file());
        ids.sort();
        ids.dedup();
        for id in ids {
            open.retain(|other| *other != id);
            if self.is_open(&id) {
                open.push(id);
            }
        }
        open.sort();
        open.reverse();
        open
    }

    fn is_open(&self, id: &IncidentId) -> bool {
        // What can't be read may well be open: better to ask than to pass it over.
        self.load(id).map_or(true, |loaded| self.timeline(&loaded.read.incident).is_open())
    }
}
