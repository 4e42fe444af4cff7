//! Every incident of a record, read on all cores, in the order of their ids.

use crate::compute::report::completeness::UnreadablePart;
use crate::io::prompt;
use crate::io::spool::SpooledEvent;
use crate::io::store::{self, Incidents, LoadedIncident, Store, StoreError};
use crate::model::diagnostic::Level;
use crate::model::incident::IncidentId;
use crate::session::{Failure, Session, completeness, fold_in, problems};
use rayon::prelude::*;

/// How many incidents are read before what was kept of them is handed on: enough for all cores to be busy, and few
/// enough that memory doesn't grow with the record.
const AT_ONCE: usize = 512;

/// What was read of every incident.
pub(crate) struct LoadedAll<T> {
    /// What was kept of those that could be read, in the order of their ids.
    pub(crate) found: Vec<T>,
    /// What could not be read.
    pub(crate) unreadable: Vec<UnreadablePart>,
    /// What to tell the person about them.
    pub(crate) remarks: String,
}

/// What keeps an incident from being read.
struct NotRead {
    /// For the report.
    part: UnreadablePart,
    /// For the person.
    failure: Failure,
}

/// An incident that was read.
struct ReadIncident<T> {
    /// What was kept of it.
    kept: T,
    /// What in it can't be read.
    unreadable: Vec<UnreadablePart>,
    /// What to tell the person about it.
    remarks: String,
}

impl Session<'_> {
    /// Reads every incident; those that cannot be read are reported beside them.
    pub(crate) fn load_all(&self) -> Result<LoadedAll<LoadedIncident>, Failure> {
        self.read_all(|loaded| loaded)
    }

    /// Reads every incident on all cores, and keeps what `keep` makes of each, in the order of their ids;
    /// those that cannot be read are reported beside them, and so are folders.
    pub(crate) fn read_all<T: Send>(
        &self,
        keep: impl Fn(LoadedIncident) -> T + Sync,
    ) -> Result<LoadedAll<T>, Failure> {
        let mut found = vec![];
        let rest = self.read_in_parts(usize::MAX, keep, |kept| {
            found.push(kept);
            Ok(())
        })?;
        Ok(LoadedAll { found, unreadable: rest.unreadable, remarks: rest.remarks })
    }

    /// Reads every incident as [`Self::read_all`] does, and hands on what `keep` makes of each, in order, without
    /// holding more than some of them.
    pub(crate) fn read_each<T: Send>(
        &self,
        keep: impl Fn(LoadedIncident) -> T + Sync,
        take: impl FnMut(T) -> Result<(), Failure>,
    ) -> Result<LoadedAll<()>, Failure> {
        self.read_in_parts(AT_ONCE, keep, take)
    }

    fn read_in_parts<T: Send>(
        &self,
        most: usize,
        keep: impl Fn(LoadedIncident) -> T + Sync,
        mut take: impl FnMut(T) -> Result<(), Failure>,
    ) -> Result<LoadedAll<()>, Failure> {
        let (store, color) = (&self.store, self.terminal.color_err);
        let Incidents { ids, unreadable } = self.incidents()?;
        let bar = prompt::LongWork::of(ids.len(), !self.global.quiet);
        let kept = |loaded: LoadedIncident| {
            let remarks = problems(store, &loaded, Level::Error, color);
            let unreadable = completeness::parts(store, &loaded);
            bar.step();
            ReadIncident { kept: keep(loaded), unreadable, remarks }
        };
        let mut all = LoadedAll { found: vec![], unreadable: vec![], remarks: String::new() };
        for error in unreadable {
            all.add_unread(*not_read(store, error), color);
        }
        let waiting = if self.past.is_some() { vec![] } else { self.waiting() };
        for part in ids.chunks(most) {
            for one in self.read_part(part, &waiting, &kept) {
                match one {
                    Ok(read) => {
                        all.unreadable.extend(read.unreadable);
                        all.remarks += &read.remarks;
                        take(read.kept)?;
                    }
                    Err(not_read) => all.add_unread(*not_read, color),
                }
            }
        }
        Ok(all)
    }

    /// Reads some incidents: of files on all cores, of a commit one after another.
    fn read_part<T: Send>(
        &self,
        ids: &[IncidentId],
        waiting: &[SpooledEvent],
        kept: &(impl Fn(LoadedIncident) -> ReadIncident<T> + Sync),
    ) -> Vec<Result<ReadIncident<T>, Box<NotRead>>> {
        let store = &self.store;
        match &self.past {
            // A repository is read by one thread at a time.
            Some(commit) => {
                let read = |id| match self.read_at(commit, id) {
                    Ok(loaded) => loaded.map(kept).map_err(|error| not_read(store, error)),
                    Err(failure) => {
                        Err(Box::new(NotRead { part: self.unread(id, &failure), failure }))
                    }
                };
                ids.iter().map(read).collect()
            }
            None => {
                let read = |id: &IncidentId| {
                    let mut loaded = store.load(id).map_err(|error| not_read(store, error))?;
                    fold_in(store, waiting, &mut loaded);
                    Ok(kept(loaded))
                };
                store::ready_threads();
                ids.par_iter().map(read).collect()
            }
        }
    }
}

impl<T> LoadedAll<T> {
    fn add_unread(&mut self, not_read: NotRead, color: bool) {
        self.unreadable.push(not_read.part);
        self.remarks += &not_read.failure.render(color);
    }
}

fn not_read(store: &Store, error: StoreError) -> Box<NotRead> {
    Box::new(NotRead { part: completeness::unread(store, &error), failure: error.into() })
}
