//! One write: the lock, the change, the file, the commit; or the spool, where that way is barred.

use crate::io::git::{CommitOutcome, CommitRequest, Committed, InProgress, NotCommitted, Repo};
use crate::io::store::edit::{EditableIncident, EditedIncident};
use crate::io::store::local_state::{self, UndoHistory};
use crate::io::store::{FileBatch, IncidentFile, RecordLock, SETTINGS, files, network, settings};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::overwritten::Overwritten;
use crate::session::written::{FileWrite, WrittenFiles};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

/// How long a verb waits for another that is writing.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How often to begin where git or an editor changes the record meanwhile.
const TRIES: usize = 5;
/// From how many new files on the disk is synced once for all of them.
const MANY: usize = 32;

/// The record, held for one write.
pub(crate) struct Transaction<'s, 'g> {
    session: &'s Session<'g>,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
    /// Let go of when the write is done.
    lock: RecordLock,
    /// The files of writes before this one that no commit has: those that waited, those that a process which
    /// was killed had written, and those of events from the spool.
    pub(super) waits: BTreeSet<PathBuf>,
    /// What git is in the middle of.
    pub(crate) in_progress: Option<InProgress>,
    /// What it has put on the disk.
    pub(super) written: WrittenFiles,
    /// The files that git is known not to be in the middle of.
    settled: BTreeSet<PathBuf>,
    /// The events of the spool that it found or put in the record, and the file that each is in.
    pub(super) folded: Vec<(Name, PathBuf)>,
    /// What `undo` would have taken back before this write.
    undo: Option<UndoHistory>,
}

/// A change of an incident: its text after it, what it is about, and what to answer with.
pub(crate) struct IncidentChange<T> {
    pub(crate) edited: EditedIncident,
    pub(crate) note: CommitNote,
    pub(crate) answer: T,
}

/// The files that a commit takes.
struct CommitFiles {
    /// Those of this write.
    own: BTreeSet<PathBuf>,
    /// Those of writes before it that could not be committed.
    waited: BTreeSet<PathBuf>,
}

/// What became of a write.
#[derive(Default)]
pub(crate) struct Saved {
    /// The commit that holds it; none where it waits for the next one.
    pub(crate) commit: Option<String>,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
    /// Whether it waits in the spool.
    pub(crate) spooled: bool,
}

impl<'g> Session<'g> {
    /// Writes under the lock, and begins again where git or an editor changed the record meanwhile: by what it says then.
    pub(crate) fn transact<T>(
        &self,
        mut write: impl FnMut(Transaction<'_, 'g>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        for _ in 1..TRIES {
            match Transaction::take(self).and_then(&mut write) {
                Err(failure) if failure.is_raced() => {}
                done => return done,
            }
        }
        Transaction::take(self).and_then(write)
    }

    /// Changes an incident: under the lock, by what its file says then; and commits it.
    pub(crate) fn change<T>(
        &self,
        id: &IncidentId,
        change: impl Fn(&EditableIncident<'_>) -> Result<IncidentChange<T>, Failure>,
    ) -> Result<(T, Saved), Failure> {
        self.transact(|mut transaction| {
            let file = transaction.read(id)?;
            let IncidentChange { edited, note, answer } = change(&self.open_file(&file)?)?;
            Ok((answer, transaction.save(&file, edited, note)?))
        })
    }

    /// Reads an incident's file, to change it.
    pub(crate) fn open_file<'f>(
        &'f self,
        file: &'f IncidentFile,
    ) -> Result<EditableIncident<'f>, Failure> {
        Ok(file.open(self.store.settings(), self.now)?)
    }
}

impl<'s, 'g> Transaction<'s, 'g> {
    /// Takes the lock, and folds in what waits in the spool.
    fn take(session: &'s Session<'g>) -> Result<Self, Failure> {
        let lock = RecordLock::take(&session.state, LOCK_TIMEOUT)?;
        session.mend_merge_driver();
        let written = WrittenFiles::begin(session);
        let asked = session.repo.as_ref().map(Repo::in_progress).transpose();
        // Taken for nothing, what can't be told would let go of copies that git may yet throw away.
        let in_progress = asked?.flatten();
        let mut transaction = Self {
            session,
            remarks: network_warning(session),
            lock,
            waits: local_state::waiting(&session.state),
            in_progress,
            written,
            settled: BTreeSet::new(),
            folded: vec![],
            undo: None,
        };
        transaction.take_over()?;
        if transaction.in_progress.is_none() {
            transaction.fold_spool(|_| true)?;
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
        self.waits.extend(left);
        Ok(())
    }

    /// Writes files, noted so that a process that is killed meanwhile leaves nothing behind unseen.
    pub(super) fn write(&mut self, files: &[FileWrite]) -> Result<(), Failure> {
        let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        self.lock.intend(&paths).map_err(|e| Failure::new(format!("cannot write: {e}")))?;
        let is_new = |file: &&FileWrite| file.before.is_none();
        let new: Vec<_> = files.iter().filter(is_new).cloned().collect();
        let is_batch = FileBatch::IS_TO_BE_HAD && new.len() >= MANY;
        if is_batch {
            let written = &mut self.written;
            FileWrite::create_all(&new, self.session, |file| written.note(file))?;
        }
        for file in files.iter().filter(|file| !is_batch || !is_new(file)) {
            let is_sure = file.before.is_none() || !self.settled.insert(file.path.clone());
            let settled =
                is_sure || !self.commits() || self.written.settle(self.session, &file.path);
            if !settled || !file.put(self.session)? {
                return Err(self.take_back());
            }
            self.written.note(file);
        }
        Ok(())
    }

    /// Returns whether what is written is to be committed.
    pub(super) fn commits(&self) -> bool {
        self.session.store.settings().commit && !self.session.global.no_commit
    }

    /// Takes back what was written, for somebody else changed the record meanwhile.
    fn take_back(&mut self) -> Failure {
        if let Err(failure) = self.written.take_back(self.session) {
            return failure;
        }
        // Without it there is less to undo; what the lock names the next try looks at, and no more.
        let _ = self.undo.take().map(|it| local_state::set_history(&self.session.state, &it));
        Failure::raced()
    }

    /// Refuses to change a file that would be in the way of what git is in the middle of.
    ///
    /// `git rebase --continue` and `git bisect` stop at it, and `git rebase --abort` would throw it away.
    pub(crate) fn may_change_files(&self) -> Result<(), Failure> {
        match &self.in_progress {
            Some(InProgress { what, end, needs_clean_files: true }) => {
                let why = format!("{what} is in progress, and a changed file could be in its way");
                Err(Failure::new(why).help(end))
            }
            _ => Ok(()),
        }
    }

    /// Returns the session that the record lies on.
    pub(crate) fn session(&self) -> &'s Session<'g> {
        self.session
    }

    /// Returns an incident's file under the lock, and brings back what an editor saved over.
    pub(crate) fn read(&mut self, id: &IncidentId) -> Result<IncidentFile, Failure> {
        if self.in_progress.is_some() {
            self.fold_spool(|waiting| waiting.incident == *id)?;
        }
        let (session, file) = (self.session, self.session.store.file(id)?);
        let committed = session.committed(&file.path);
        if committed.as_ref() == Some(&file.text) {
            self.settled.insert(file.path.clone());
        }
        if session.is_as_recorded(&file, committed) {
            return Ok(file);
        }
        let loaded = session.store.parse(id, file.path.clone(), file.text.clone())?;
        let Overwritten { overwritten, removed } = session.lost(&loaded);
        if !removed.is_empty() {
            let (count, ids) = (events(removed.len()), ids(&removed));
            let _ = writeln!(self.remarks, "removed, as is staged: {count} ({ids})");
        }
        if overwritten.is_empty() {
            return Ok(file);
        }
        for event in &overwritten {
            self.add(&session.store.file(id)?, event)?;
        }
        let _ = writeln!(
            self.remarks,
            "brought back {} that the file had lost: {}\n\
             to be rid of one, `recount retract` it, or stage its removal: git add",
            events(overwritten.len()),
            ids(&overwritten)
        );
        Ok(session.store.file(id)?)
    }

    /// Adds an event to an incident's file, to go into the next commit.
    fn add(&mut self, file: &IncidentFile, event: &Event) -> Result<(), Failure> {
        let edited = self.session.open_file(file)?.add_event(event)?;
        self.write(&[file.with(edited)])
    }

    /// Writes a changed incident, says what had to be rewritten, and commits it.
    pub(crate) fn save(
        mut self,
        file: &IncidentFile,
        edited: EditedIncident,
        note: CommitNote,
    ) -> Result<Saved, Failure> {
        let path = self.session.store.relative(&file.path).display();
        for place in &edited.rewrote {
            let _ = writeln!(
                self.remarks,
                "{path}:{place}: this node had to be written anew as a whole"
            );
        }
        let before = note.keeps_before.then_some(file);
        self.save_files(&[file.with(edited)], Some(&file.id), before, &note)
    }

    /// Has a file that lies there committed with what this transaction writes.
    pub(crate) fn commit_too(&mut self, path: PathBuf) {
        let head = self.session.repo.as_ref().and_then(|repo| Some((repo, repo.head().ok()??)));
        let is_in = head.is_some_and(|(repo, head)| repo.has_at(&head, &path).unwrap_or(false));
        if !is_in {
            self.waits.insert(path);
        }
    }

    /// Writes files, of one incident or of many, and commits them together; `before` is what `undo` restores.
    pub(crate) fn save_files(
        mut self,
        files: &[FileWrite],
        id: Option<&IncidentId>,
        before: Option<&IncidentFile>,
        note: &CommitNote,
    ) -> Result<Saved, Failure> {
        let mut files = files.to_vec();
        files.extend(self.raised_format(&files));
        self.write(&files)?;
        self.undo = Some(local_state::history(&self.session.state));
        note.leave(self.session, id, before);
        self.commit(files.iter().map(|file| file.path.clone()).collect(), &note.message(id))
    }

    /// Returns the settings to write, where files need a newer version of the files than they name.
    fn raised_format(&mut self, files: &[FileWrite]) -> Option<FileWrite> {
        let store = &self.session.store;
        let needed = files.iter().map(|file| file.format).max()?;
        if needed <= store.settings().format {
            return None;
        }
        let (path, before) = (store.root().join(SETTINGS), store.settings_text.clone());
        match settings::with_format(&before, needed) {
            Ok(text) => Some(FileWrite::plain(path, Some(before), text)),
            Err(why) => {
                let _ = writeln!(
                    self.remarks,
                    "warning: {SETTINGS} should say `format: {needed}`, for an older recount would miscount this \
                     record: {why}"
                );
                None
            }
        }
    }

    /// Commits files together with those that waited; what cannot be committed is said, and waits.
    pub(crate) fn commit(
        mut self,
        own: BTreeSet<PathBuf>,
        message: &str,
    ) -> Result<Saved, Failure> {
        let wanted = self.commits();
        let Some(repo) = self.session.repo.as_ref().filter(|_| wanted) else {
            self.keep_uncommitted(&own)?;
            if wanted && self.session.refused.is_some() {
                self.remarks.push_str("written, but not committed yet\n");
                self.waits.extend(own);
            }
            return Ok(self.saved(None, &BTreeSet::new()));
        };
        // Another record of this repository, or another work tree, commits its own.
        let (waited, elsewhere): (BTreeSet<_>, BTreeSet<_>) = std::mem::take(&mut self.waits)
            .into_iter()
            .partition(|path| files::is_within(self.session.store.root(), path));
        // What somebody has removed meanwhile is theirs to commit; what can't be looked at goes on waiting.
        let waited: BTreeSet<_> =
            waited.into_iter().filter(|path| files::exists(path).unwrap_or(true)).collect();
        if !waited.iter().all(|path| self.written.settle(self.session, path)) {
            return Err(self.take_back());
        }
        let files = CommitFiles { own, waited };
        let (outcome, left) = self.commit_with(repo, &files, message);
        let CommitFiles { own, waited } = files;
        let committed = &(&own | &waited) - &left;
        self.session.forget(&committed);
        let commit = match outcome {
            Ok(CommitOutcome::Committed(Committed { id, index })) => {
                self.session.advance(&index);
                Some(id.as_str().to_owned())
            }
            Ok(CommitOutcome::Unchanged) => None,
            Ok(CommitOutcome::Moved) => {
                self.waits = &waited | &elsewhere;
                return match self.written.committed_by_others(self.session) {
                    None => Err(self.take_back()),
                    commit => Ok(self.saved(commit, &own)),
                };
            }
            Err(reason) => {
                self.keep_uncommitted(&own)?;
                let _ = writeln!(self.remarks, "written, but not committed yet: {reason}");
                None
            }
        };
        self.waits = &left | &elsewhere;
        Ok(self.saved(commit, &committed))
    }

    /// Keeps copies of what was written and is in no commit, if it is still there.
    fn keep_uncommitted(&mut self, own: &BTreeSet<PathBuf>) -> Result<(), Failure> {
        if !self.written.stand(self.session) {
            return Err(self.take_back());
        }
        self.session.remember(own);
        Ok(())
    }

    /// Commits files and those that waited, or else the files alone; returns what waits from now on.
    fn commit_with(
        &self,
        repo: &Repo,
        CommitFiles { own, waited }: &CommitFiles,
        message: &str,
    ) -> (Result<CommitOutcome, NotCommitted>, BTreeSet<PathBuf>) {
        let attempt = |paths: &BTreeSet<PathBuf>| {
            repo.commit(&CommitRequest {
                paths: paths.iter().cloned().collect(),
                base: self.written.base()?,
                message: message.to_owned(),
                when: self.session.fixed_now(),
            })
        };
        let all = own | waited;
        match attempt(&all) {
            // What waits may be what can't be committed; it holds up nothing else.
            Err(reason) if all != *own && !reason.every => match attempt(own) {
                Err(reason) => (Err(reason), all),
                done => (done, waited - own),
            },
            Err(reason) => (Err(reason), all),
            Ok(CommitOutcome::Moved) => (Ok(CommitOutcome::Moved), all),
            done => (done, BTreeSet::new()),
        }
    }

    /// Lets go of the events of the spool that the record holds, and notes what waits for the next commit and that
    /// nothing else is left undone.
    pub(crate) fn saved(mut self, commit: Option<String>, committed: &BTreeSet<PathBuf>) -> Saved {
        self.let_go_of_folded(committed);
        let state = &self.session.state;
        let noted = match self.waits == local_state::waiting(state) {
            true => Ok(()),
            false => local_state::set_waiting(state, &self.waits),
        };
        // Where that can't be noted, as on a full disk, the lock goes on naming the files. One that still names
        // them makes the next verb look at them again, and no more.
        let _ = noted.and_then(|()| self.lock.done());
        if commit.is_some() {
            self.session.sync_behind();
        }
        Saved { commit, remarks: self.remarks, spooled: false }
    }
}

/// Warns of a record or a repository on a network file system.
fn network_warning(session: &Session<'_>) -> String {
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

fn events(count: usize) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{count} events") }
}

fn ids(events: &[Event]) -> String {
    events.iter().filter_map(|e| e.id.as_ref()).map(Name::to_string).collect::<Vec<_>>().join(", ")
}
