//! Events that wait in the spool go into the record with the next write, each once.

use crate::io::spool::SpooledEvent;
use crate::session::Failure;
use crate::session::spooled;
use crate::session::transaction::Transaction;
use crate::session::written::FileWrite;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

impl Transaction<'_, '_> {
    /// Puts what waits in the spool and is wanted into the record, each event once.
    pub(super) fn fold_spool(
        &mut self,
        wanted: impl Fn(&SpooledEvent) -> bool,
    ) -> Result<(), Failure> {
        let mut all = self.session().waiting();
        all.retain(wanted);
        for waiting in all {
            let SpooledEvent { id, incident, .. } = &waiting;
            let _ = match self.fold(&waiting) {
                Ok(true) => {
                    writeln!(self.remarks, "the event {id} that waited is in {incident} now")
                }
                Ok(false) => Ok(()),
                Err(failure) if failure.is_raced() => return Err(failure),
                Err(_) => writeln!(
                    self.remarks,
                    "the event {id} still waits for {incident}: `recount check` tells what is wrong there"
                ),
            };
        }
        Ok(())
    }

    fn fold(&mut self, waiting: &SpooledEvent) -> Result<bool, Failure> {
        let (path, is_new) = self.put_in(waiting)?;
        // What git may yet throw away is kept here until it is over.
        if self.in_progress.is_none() {
            self.folded.push((waiting.id.clone(), path));
        }
        Ok(is_new)
    }

    /// Lets go of the events of the spool that the record holds.
    pub(super) fn let_go_of_folded(&mut self, committed: &BTreeSet<PathBuf>) {
        let session = self.session();
        for (id, path) in std::mem::take(&mut self.folded) {
            // While no commit has it, git may yet throw it away.
            let is_held = match self.commits() && session.repo.is_some() {
                true => committed.contains(&path) || self.written.is_committed(session, &path),
                false => self.written.stands(session, &path),
            };
            let forgotten = if is_held { session.forget_waiting(&id) } else { Ok(()) };
            if let Err(error) = forgotten {
                let _ = writeln!(
                    self.remarks,
                    "the event {id} stays in the spool, and does no harm: {error}"
                );
            }
        }
    }

    /// Puts an event that waits into its incident, to go into the next commit; returns the file, and whether it was
    /// not there yet.
    pub(crate) fn put_in(&mut self, waiting: &SpooledEvent) -> Result<(PathBuf, bool), Failure> {
        let (id, session) = (&waiting.incident, self.session());
        // An incident that isn't here may be on another branch; the inbox is made where it is needed.
        let file = session.store.file_or_inbox(id)?;
        let incident = session.open_file(&file)?;
        if incident.facts.event(waiting.id.as_str()).is_some() {
            let (path, text) = (file.path.clone(), file.text.clone());
            self.written.note(&FileWrite::plain(path, Some(text.clone()), text));
            return Ok((file.path, false));
        }
        let unreadable = || Failure::new(format!("the event {} can't be read", waiting.id));
        let event = spooled::event(&session.store, waiting).ok_or_else(unreadable)?;
        self.write(&[file.with(incident.add_event(&event)?)])?;
        self.waits.insert(file.path.clone());
        for attachment in &event.attachments {
            self.commit_too(file.path.with_file_name(attachment.path.as_str()));
        }
        Ok((file.path, true))
    }
}
