//! Which incidents are open.

use crate::io::git::{IndexChecksum, IndexTransition};
use crate::io::store::open_index::OpenIndex;
use crate::io::store::{Incidents, StoreError, files};
use crate::model::incident::IncidentId;
use crate::session::Failure;
use crate::session::missing::beside;
use crate::session::{Session, listed};

impl Session<'_> {
    /// Returns the open incidents, the latest first.
    ///
    /// Where one alone is open, few files are read to tell so; any other answer is taken from all of them.
    ///
    /// # Errors
    /// A commit that can't be read, where the session is at one.
    pub(crate) fn open_incidents(&self) -> Result<Incidents, Failure> {
        if self.past.is_some() {
            let all = self.incidents()?;
            let mut ids: Vec<_> = all.ids.into_iter().filter(|id| self.is_open(id)).collect();
            ids.reverse();
            return Ok(Incidents { ids, ..all });
        }
        let quick = self.with_spooled(self.look(|look| look.quick()));
        Ok(if quick.ids.len() == 1 { quick } else { self.all_open_incidents() })
    }

    /// Returns the open incidents, the latest first, and asks the file system for every file.
    pub(crate) fn all_open_incidents(&self) -> Incidents {
        self.with_spooled(self.look(|look| look.whole()))
    }

    /// Asks for one of the open incidents where others may be open, or lists them.
    pub(crate) fn perhaps_open(
        &self,
        open: &[&IncidentId],
        unreadable: &[StoreError],
    ) -> Result<IncidentId, Failure> {
        if self.terminal.can_ask && !open.is_empty() {
            return self.ask(open);
        }
        let message = "it can't be told which incidents are open: name one with `-i`";
        Err(beside(unreadable, listed(message, open)))
    }

    /// Asks for one of the incidents that are over, or lists the latest.
    pub(crate) fn closed_ones(&self) -> Result<IncidentId, Failure> {
        let mut ids = self.incidents()?.ids;
        ids.reverse();
        let ids: Vec<_> = ids.iter().collect();
        match ids.as_slice() {
            [] => Err(self.not_found(
                Failure::new("there is no incident yet")
                    .help("open one with `recount declare \"What is broken\"`"),
                &[],
            )),
            all if self.terminal.can_ask => self.ask(all),
            all => {
                let failure = listed("no incident is open: name one, as in `-i INCIDENT`", all);
                Err(self.not_found(failure, &[]))
            }
        }
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
    fn with_spooled(&self, found: Incidents) -> Incidents {
        let mut open = found.ids;
        let waiting = self.waiting();
        let mut ids: Vec<IncidentId> = waiting.into_iter().map(|it| it.incident).collect();
        ids.retain(|id| files::exists(&self.store.incident_path(id)).unwrap_or(true));
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
        Incidents { ids: open, ..found }
    }

    fn is_open(&self, id: &IncidentId) -> bool {
        // What can't be read may well be open: better to ask than to pass it over.
        self.load(id).map_or(true, |loaded| self.timeline(&loaded.read.incident).is_open())
    }
}
