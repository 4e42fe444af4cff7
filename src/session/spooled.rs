//! The spool as the verbs see it: beside the git directory, or in the record where that can't be written.

use crate::io::spool::{self, SpooledEvent};
use crate::io::store::{SETTINGS, edit};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use std::io;
use std::path::PathBuf;

/// The folder in the record that stands in for the one beside the git directory.
pub(crate) const SPARE: &str = ".recount";

impl Session<'_> {
    /// Returns the record's events that wait in the spool.
    pub(crate) fn waiting(&self) -> Vec<SpooledEvent> {
        let folders = self.spools().into_iter();
        folders
            .flat_map(|folder| spool::waiting(&folder, |waiting| self.is_ours(waiting)))
            .collect()
    }

    /// Forgets an event that the record holds by now.
    pub(crate) fn forget_waiting(&self, id: &str) -> io::Result<()> {
        self.spools().iter().try_for_each(|folder| spool::forget(folder, id))
    }

    /// Returns the folders in which events may wait, the usual one first.
    fn spools(&self) -> Vec<PathBuf> {
        let spare = self.store.root().join(SPARE);
        if spare == self.state { vec![spare] } else { vec![self.state.clone(), spare] }
    }

    /// Returns whether an event waits for this record: by its folder or, where the whole repository was
    /// moved since, by its folder in the repository.
    fn is_ours(&self, waiting: &SpooledEvent) -> bool {
        waiting.record == self.store.root()
            || waiting.within == self.within() && !waiting.record.join(SETTINGS).exists()
    }

    /// Returns the record's folder in its repository.
    fn within(&self) -> PathBuf {
        let top = self.repo.as_ref().and_then(|repo| repo.workdir().canonicalize().ok());
        let within =
            top.and_then(|top| self.store.root().strip_prefix(top).ok().map(PathBuf::from));
        within.unwrap_or_default()
    }
}

/// Keeps an event in the spool because the record could not take it; returns what to tell the person.
pub(crate) fn keep(
    session: &Session<'_>,
    id: &IncidentId,
    event: &Event,
    why: &Failure,
) -> Result<String, Failure> {
    let waiting = waiting(session, id, event);
    let why = why.render(session.terminal.color_err);
    let mut failed = None;
    for folder in session.spools() {
        match spool::keep(&folder, &waiting) {
            Ok(()) => {
                let place = folder.join("spool");
                let next = "the next verb that writes puts it into the record";
                return Ok(format!("{why}The event is safe in {}; {next}.\n", place.display()));
            }
            Err(error) => failed = failed.or(Some((folder, error))),
        }
    }
    let said = failed.map(|(folder, error)| format!(": {}: {error}", folder.display()));
    let said = said.unwrap_or_default();
    Err(Failure::new(format!("the event could not be kept anywhere{said}"))
        .help("write it down elsewhere; then free the disk, or name another folder with `-C DIR`"))
}

/// Keeps a copy of an event that is about to be written, for what git is in the middle of may throw it away.
pub(crate) fn copy(session: &Session<'_>, id: &IncidentId, event: &Event) {
    let waiting = waiting(session, id, event);
    // Without a copy less can be brought back; the write itself is safe.
    session.spools().iter().any(|folder| spool::keep(folder, &waiting).is_ok());
}

fn waiting(session: &Session<'_>, id: &IncidentId, event: &Event) -> SpooledEvent {
    SpooledEvent {
        record: session.store.root().to_owned(),
        within: session.within(),
        incident: id.to_string(),
        id: event.id.as_ref().map(Name::to_string).unwrap_or_default(),
        typed: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        event: edit::event_text(event),
    }
}
