//! One write: the lock, the change, the file, the commit; or the spool, where that way is barred.

use crate::io::git::{CommitOutcome, CommitRequest, Committed, InProgress, NotCommitted, Repo};
use crate::io::spool::SpooledEvent;
use crate::io::store::edit::{self, EditedIncident};
use crate::io::store::local_state::{self, UndoEntry, UndoTarget};
use crate::io::store::{LoadedIncident, RecordLock, StoreError, atomic, files, network};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::overwritten::Overwritten;
use crate::session::spooled;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a verb waits for another that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// The record, held for one write.
pub(crate) struct Transaction<'d, 'g> {
    session: &'d Session<'g>,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
    /// Let go of when the write is done.
    lock: RecordLock,
    /// What git is in the middle of.
    pub(crate) underway: Option<InProgress>,
}

/// A file to write, and its whole text.
pub(crate) struct FileWrite {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// Whether there was no such file when the text was made; then it takes the place of none.
    pub(crate) is_new: bool,
}

/// What became of a write.
pub(crate) struct Saved {
    /// The commit that holds it; none where it waits for the next one.
    pub(crate) commit: Option<String>,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
}

impl<'d, 'g> Transaction<'d, 'g> {
    /// Takes the lock, and folds in what waits in the spool.
    pub(crate) fn take(session: &'d Session<'g>) -> Result<Self, Failure> {
        let lock = RecordLock::take(&session.state, PATIENCE)?;
        let asked = session.repo.as_ref().map(Repo::underway).transpose();
        // Taken for nothing, what can't be told would let go of copies that git may yet throw away.
        let underway = asked?.flatten();
        let mut transaction = Self { session, remarks: unsupported(session), lock, underway };
        transaction.take_over()?;
        if transaction.underway.is_none() {
            transaction.fold_spool(|_| true);
        }
        Ok(transaction)
    }

    /// Commits with this write what a process that was killed had written and not committed.
    fn take_over(&mut self) -> Result<(), Failure> {
        let root = self.session.store.root();
        let left =
            self.lock.left_undone(root).map_err(|e| Failure::new(format!("the lock: {e}")))?;
        if left.is_empty() {
            return Ok(());
        }
        if let Some(repo) = &self.session.repo {
            repo.tidy();
        }
        let mut waiting = local_state::waiting(&self.session.state);
        waiting.extend(left);
        let noted = local_state::set_waiting(&self.session.state, &waiting);
        noted.and_then(|()| self.lock.done()).map_err(|e| Failure::new(e.to_string()))
    }

    /// Writes files, noted so that a process that is killed meanwhile leaves nothing behind unseen.
    fn write(&mut self, files: &[FileWrite]) -> Result<(), Failure> {
        let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        self.lock.intend(&paths).map_err(|e| Failure::new(format!("cannot write: {e}")))?;
        files.iter().try_for_each(|file| write(self.session, file))
    }

    /// Writes a changed incident.
    fn rewrite(
        &mut self,
        loaded: &LoadedIncident,
        revised: &EditedIncident,
    ) -> Result<(), Failure> {
        let (path, text) = (loaded.path.clone(), revised.text.clone());
        self.write(&[FileWrite { path, text, is_new: loaded.is_new }])
    }

    /// Returns the session that the record lies on.
    pub(crate) fn session(&self) -> &'d Session<'g> {
        self.session
    }

    /// Reads an incident under the lock, and brings back what an editor saved over.
    pub(crate) fn load(&mut self, id: &IncidentId) -> Result<LoadedIncident, Failure> {
        if self.underway.is_some() {
            self.fold_spool(|waiting| waiting.incident == *id);
        }
        let loaded = self.session.store.load(id)?;
        let Overwritten { overwritten: lost, removed } = self.session.lost(&loaded);
        if !removed.is_empty() {
            let removed = (events(removed.len()), ids(&removed));
            let _ = writeln!(self.remarks, "removed, as is staged: {} ({})", removed.0, removed.1);
        }
        if lost.is_empty() {
            return Ok(loaded);
        }
        for event in &lost {
            let current = self.session.store.load(id)?;
            let revised = add(self.session, &current, event)?;
            self.rewrite(&current, &revised)?;
        }
        let _ = writeln!(
            self.remarks,
            "brought back {} that the file had lost: {}\n\
             to be rid of one, `recount retract` it, or stage its removal: git add",
            events(lost.len()),
            ids(&lost)
        );
        Ok(self.session.store.load(id)?)
    }

    /// Writes a changed incident, says what had to be rewritten, and commits it.
    pub(crate) fn save(
        mut self,
        loaded: &LoadedIncident,
        revised: &EditedIncident,
        note: CommitNote<'_>,
    ) -> Result<Saved, Failure> {
        self.rewrite(loaded, revised)?;
        for place in &revised.rewrote {
            let path = self.session.store.relative(&loaded.path).display();
            let _ = writeln!(
                self.remarks,
                "{path}:{place}: this node had to be written anew as a whole"
            );
        }
        let id = Some(&loaded.read.incident.id);
        note.leave(self.session, id, note.keeps_before.then_some(loaded));
        self.commit(vec![loaded.path.clone()], &note.message(id))
    }

    /// Writes a new file, and commits it.
    pub(crate) fn create(
        mut self,
        id: &IncidentId,
        path: PathBuf,
        text: String,
        note: CommitNote<'_>,
    ) -> Result<Saved, Failure> {
        self.write(&[FileWrite { path: path.clone(), text, is_new: true }])?;
        note.leave(self.session, Some(id), None);
        self.commit(vec![path], &note.message(Some(id)))
    }

    /// Writes the files between which an event moves away from an incident, and commits them together.
    pub(crate) fn save_move(
        mut self,
        files: &[FileWrite],
        from: &LoadedIncident,
        id: &IncidentId,
        note: CommitNote<'_>,
    ) -> Result<Saved, Failure> {
        self.write(files)?;
        note.leave(self.session, Some(id), Some(from));
        self.commit(files.iter().map(|file| file.path.clone()).collect(), &note.message(Some(id)))
    }

    /// Writes documents, of one incident or of many, and commits them together.
    pub(crate) fn save_documents(
        mut self,
        files: &[FileWrite],
        id: Option<&IncidentId>,
        (verb, subject): (&'static str, &str),
    ) -> Result<Saved, Failure> {
        self.write(files)?;
        let note = CommitNote { verb, subject, wrote: UndoTarget::Documents, keeps_before: false };
        note.leave(self.session, id, None);
        self.commit(files.iter().map(|file| file.path.clone()).collect(), &note.message(id))
    }

    /// Commits files together with those that waited; what cannot be committed is said, and waits.
    pub(crate) fn commit(mut self, files: Vec<PathBuf>, message: &str) -> Result<Saved, Failure> {
        let state = &self.session.state;
        let own: BTreeSet<_> = files.into_iter().collect();
        let wanted = self.session.store.settings().commit && !self.session.global.no_commit;
        let Some(repo) = self.session.repo.as_ref().filter(|_| wanted) else {
            self.session.remember(&own);
            if wanted && self.session.refused {
                self.remarks.push_str("written, but not committed yet\n");
                let _ = local_state::set_waiting(state, &(&local_state::waiting(state) | &own));
            }
            return Ok(self.saved(None));
        };
        // Another record of this repository, or another work tree, commits its own.
        let (waited, elsewhere): (BTreeSet<_>, BTreeSet<_>) = local_state::waiting(state)
            .into_iter()
            .partition(|path| files::is_within(self.session.store.root(), path));
        // What somebody has removed meanwhile is theirs to commit; what can't be looked at goes on waiting.
        let waited =
            waited.into_iter().filter(|path| files::exists(path).unwrap_or(true)).collect();
        let (outcome, left) = self.commit_with(repo, (&own, &waited), message);
        self.session.forget(&(&(&own | &waited) - &left));
        let commit = match outcome {
            Ok(CommitOutcome::Committed(Committed { id, index })) => {
                self.session.advance(&index);
                Some(id.as_str().to_owned())
            }
            Ok(CommitOutcome::Unchanged) => None,
            Err(kept) => {
                self.session.remember(&own);
                let _ = writeln!(self.remarks, "written, but not committed yet: {kept}");
                None
            }
        };
        if left != waited
            && let Err(error) = local_state::set_waiting(state, &(&left | &elsewhere))
        {
            let _ = writeln!(self.remarks, "cannot note what waits for a commit: {error}");
        }
        Ok(self.saved(commit))
    }

    /// Commits files and those that waited, or else the files alone; returns what waits from now on.
    fn commit_with(
        &self,
        repo: &Repo,
        (own, waited): (&BTreeSet<PathBuf>, &BTreeSet<PathBuf>),
        message: &str,
    ) -> (Result<CommitOutcome, NotCommitted>, BTreeSet<PathBuf>) {
        let attempt = |paths: &BTreeSet<PathBuf>| {
            let paths = paths.iter().cloned().collect();
            repo.commit(&CommitRequest {
                paths,
                message: message.to_owned(),
                when: self.session.fixed_now(),
            })
        };
        let all = own | waited;
        match attempt(&all) {
            // What waits may be what can't be committed; it holds up nothing else.
            Err(kept) if all != *own && !kept.every => match attempt(own) {
                Err(kept) => (Err(kept), all),
                done => (done, waited - own),
            },
            Err(kept) => (Err(kept), all),
            done => (done, BTreeSet::new()),
        }
    }

    /// Notes that nothing is left undone.
    pub(crate) fn saved(mut self, commit: Option<String>) -> Saved {
        // A lock that still names the files makes the next verb look at them again, and no more.
        let _ = self.lock.done();
        Saved { commit, remarks: self.remarks }
    }

    /// Puts what waits in the spool and is wanted into the record, each event once.
    fn fold_spool(&mut self, wanted: impl Fn(&SpooledEvent) -> bool) {
        let mut all = self.session.waiting();
        all.retain(wanted);
        for waiting in all {
            match self.fold(&waiting) {
                Ok(true) => {
                    let _ = writeln!(
                        self.remarks,
                        "the event {} that waited is in {} now",
                        waiting.id, waiting.incident
                    );
                }
                Ok(false) => {}
                Err(_) => {
                    let _ = writeln!(
                        self.remarks,
                        "the event {} still waits for {}: `recount check` tells what is wrong there",
                        waiting.id, waiting.incident
                    );
                }
            }
        }
    }

    fn fold(&mut self, waiting: &SpooledEvent) -> Result<bool, Failure> {
        let folded = self.put_in(waiting)?;
        // What git may yet throw away is kept here until it is over.
        if self.underway.is_none() {
            let forgotten = self.session.forget_waiting(&waiting.id);
            forgotten.map_err(|e| Failure::new(e.to_string()))?;
        }
        Ok(folded)
    }

    /// Puts an event that waits into its incident, to go into the next commit; returns whether it was not there yet.
    pub(crate) fn put_in(&mut self, waiting: &SpooledEvent) -> Result<bool, Failure> {
        let (id, session) = (&waiting.incident, self.session);
        // An incident that isn't here may be on another branch; the inbox is made where it is needed.
        let loaded = session.store.load_or_inbox(id)?;
        if loaded.read.incident.event(waiting.id.as_str()).is_some() {
            return Ok(false);
        }
        let unreadable = || Failure::new(format!("the event {} can't be read", waiting.id));
        let event = spooled::event(&session.store, waiting).ok_or_else(unreadable)?;
        let revised = add(session, &loaded, &event)?;
        self.rewrite(&loaded, &revised)?;
        let mut files = local_state::waiting(&session.state);
        files.insert(loaded.path.clone());
        local_state::set_waiting(&session.state, &files)
            .map_err(|e| Failure::new(e.to_string()))?;
        Ok(true)
    }
}

/// Warns of a record or a repository on a network file system.
fn unsupported(session: &Session<'_>) -> String {
    let folders = [session.store.root(), session.state.as_path()];
    let found = folders.into_iter().find_map(|folder| Some((folder, network::kind(folder)?)));
    found.map_or(String::new(), |(folder, kind)| {
        format!(
            "warning: {} is on a network file system ({kind}), where two writers may not see each other: \
             keep the record in a clone on this machine's own disk\n",
            folder.display()
        )
    })
}

/// What a write is about: for its commit message and for `undo`.
#[derive(Clone, Debug)]
pub(crate) struct CommitNote<'t> {
    pub(crate) verb: &'static str,
    /// What the commit's subject says behind the verb.
    pub(crate) subject: &'t str,
    pub(crate) wrote: UndoTarget,
    /// Whether something that was there was changed, so that `undo` needs the text before.
    pub(crate) keeps_before: bool,
}

impl CommitNote<'_> {
    /// Leaves word of a write for `undo`.
    pub(crate) fn leave(
        &self,
        session: &Session<'_>,
        id: Option<&IncidentId>,
        before: Option<&LoadedIncident>,
    ) {
        let from = before.map(|before| &before.read.incident.id).filter(|from| Some(*from) != id);
        let last = UndoEntry {
            record: session.store.root().to_owned(),
            verb: self.verb.to_owned(),
            incident: id.map(ToString::to_string).unwrap_or_default(),
            wrote: self.wrote.clone(),
            before: before.map(|before| before.text.clone()),
            from: from.map(ToString::to_string),
        };
        // Without it there is no undo; the write itself is safe.
        let _ = local_state::note(&session.state, &last);
    }

    /// Returns a commit message: a subject that reads well in one line, and trailers for programs.
    pub(crate) fn message(&self, incident: Option<&IncidentId>) -> String {
        const WIDTH: usize = 72;
        let line = crate::io::render::text::line(self.subject);
        let subject = format!("{}: {line}", self.verb);
        let cut: String = subject.chars().take(WIDTH - 1).collect();
        let subject = if subject.chars().count() > WIDTH {
            format!("{}…", cut.trim_end())
        } else {
            subject
        };
        let mut message = format!("{subject}\n\n");
        if let Some(id) = incident {
            let _ = writeln!(message, "Incident: {id}");
        }
        match &self.wrote {
            UndoTarget::Event(id) => {
                let _ = writeln!(message, "Event: {id}");
            }
            UndoTarget::Action(id) => {
                let _ = writeln!(message, "Action: {id}");
            }
            UndoTarget::Incident | UndoTarget::Documents => {}
        }
        message
    }
}

/// Returns the text of an incident with one event more.
pub(crate) fn add(
    session: &Session<'_>,
    loaded: &LoadedIncident,
    event: &Event,
) -> Result<EditedIncident, Failure> {
    edit::add_event(loaded, event, session.store.settings())
        .map_err(|e| cannot(&loaded.path, &e.to_string()))
}

/// Returns the failure of a change that the editor could not make.
pub(crate) fn cannot(path: &Path, why: &str) -> Failure {
    Failure::new(format!("{} cannot be changed: {why}", path.display()))
        .help("nothing was written; `recount check` shows what stands in the way")
}

/// Replaces or creates a file of the record; an incident is looked at again from now on.
fn write(session: &Session<'_>, file: &FileWrite) -> Result<(), Failure> {
    let (path, bytes) = (file.path.as_path(), file.text.as_bytes());
    let folder = path.parent().filter(|_| path.ends_with("incident.yaml"));
    if let Some(id) = folder.and_then(|folder| folder.file_name()?.to_str()?.parse().ok()) {
        session.watch(&id);
    }
    let failed = |error| StoreError::Io { doing: "write", path: path.to_owned(), error };
    files::may_write(session.store.root(), path).map_err(failed)?;
    if !file.is_new {
        return Ok(atomic::replace(path, bytes).map_err(failed)?);
    }
    match atomic::create(path, bytes) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let why = format!("{} came to be at this very moment", path.display());
            Err(Failure::new(why).help("it is as it was; run the command again"))
        }
        created => Ok(created.map_err(failed)?),
    }
}

fn events(count: usize) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{count} events") }
}

fn ids(events: &[Event]) -> String {
    events.iter().filter_map(|e| e.id.as_ref()).map(Name::to_string).collect::<Vec<_>>().join(", ")
}
