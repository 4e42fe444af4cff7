//! What a write has put on the disk: whether it stands there, and taking it back where git or an editor was at work
//! meanwhile.

use crate::io::git::{CommitBase, GitError, RepoPosition};
use crate::io::store::edit::EditedIncident;
use crate::io::store::{BatchError, FileBatch, IncidentFile, StoreError, atomic, files};
use crate::session::Failure;
use crate::session::Session;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How long git may take from writing its index to moving HEAD; what is staged for longer, somebody staged.
const SETTLING: Duration = Duration::from_millis(200);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// A file to write, and its whole text.
#[derive(Clone)]
pub(crate) struct FileWrite {
    pub(crate) path: PathBuf,
    /// The text that it was made from, which it still must have; none where there was no such file, and then it takes
    /// the place of none.
    pub(crate) before: Option<String>,
    pub(crate) text: String,
    /// The version of the files that a reader must know to count what it says.
    pub(crate) format: u32,
}

/// What a write has put on the disk, and where git was before.
pub(crate) struct WrittenFiles {
    /// Where HEAD and the index were before anything was read; none without git.
    position: Result<Option<RepoPosition>, GitError>,
    /// In the order in which they were written.
    files: Vec<FileWrite>,
}

impl WrittenFiles {
    /// Looks where git is, before anything is read.
    pub(crate) fn begin(session: &Session<'_>) -> Self {
        let position = session.repo.as_ref().map(|repo| repo.position()).transpose();
        Self { position, files: vec![] }
    }

    /// Notes a file that was written, or seen as it is to be.
    pub(crate) fn note(&mut self, file: &FileWrite) {
        match self.files.iter_mut().find(|known| known.path == file.path) {
            Some(known) => known.text.clone_from(&file.text),
            None => self.files.push(file.clone()),
        }
    }

    /// Returns what a commit of the files must find as it is.
    pub(crate) fn base(&self) -> Result<Option<CommitBase>, GitError> {
        let files = self.files.iter();
        let written = || files.map(|file| (file.path.clone(), file.text.clone())).collect();
        let position = self.position.clone()?;
        Ok(position.map(|position| CommitBase { position, written: written() }))
    }

    /// Returns whether all files are on the disk as they were written, and git is where it was.
    pub(crate) fn stand(&self, session: &Session<'_>) -> bool {
        self.is_where_it_was(session) && self.files.iter().all(|file| file.is_on_disk(session))
    }

    /// Returns whether a file is on the disk as it was written.
    pub(crate) fn stands(&self, session: &Session<'_>, path: &Path) -> bool {
        self.files.iter().any(|file| file.path == path && file.is_on_disk(session))
    }

    /// Returns whether the last commit has a file as it was written.
    pub(crate) fn is_committed(&self, session: &Session<'_>, path: &Path) -> bool {
        let is_in = |file: &FileWrite| session.committed(path).as_ref() == Some(&file.text);
        self.files.iter().any(|file| file.path == path && is_in(file))
    }

    fn is_where_it_was(&self, session: &Session<'_>) -> bool {
        match (&session.repo, &self.position) {
            (Some(repo), Ok(Some(position))) => repo.position().is_ok_and(|now| now == *position),
            // What git could not tell before, it can't be held against.
            _ => true,
        }
    }

    /// Returns the commit that HEAD is at, if it has all files as they were written: somebody else committed them.
    pub(crate) fn committed_by_others(&self, session: &Session<'_>) -> Option<String> {
        let head = session.repo.as_ref()?.head().ok()??;
        let is_in = |file: &FileWrite| self.is_committed(session, &file.path);
        self.files.iter().all(is_in).then(|| head.as_str().to_owned())
    }

    /// Waits while git may be about to move HEAD: it has written the file and its index, and HEAD has another text.
    ///
    /// What is staged for longer was staged by somebody. Returns whether git is still where it was.
    pub(crate) fn settle(&self, session: &Session<'_>, path: &Path) -> bool {
        let Some(repo) = &session.repo else { return true };
        let is_staged = || {
            let staged = repo.read_staged(path).ok().flatten();
            staged != session.committed(path).map(String::into_bytes)
        };
        let mut waited = Duration::ZERO;
        while waited < SETTLING && is_staged() {
            thread::sleep(PAUSE);
            waited += PAUSE;
        }
        self.is_where_it_was(session)
    }

    /// Makes the files what they would be without this write, the last first.
    pub(crate) fn take_back(&self, session: &Session<'_>) -> Result<(), Failure> {
        self.files.iter().rev().try_for_each(|file| {
            let failed =
                |error| StoreError::Io { doing: "restore", path: file.path.clone(), error };
            // What somebody else has put there meanwhile is theirs.
            match self.text_without(session, file) {
                Some(text) if text == file.text => {}
                Some(text) => {
                    let (old, new) = (file.text.as_bytes(), text.as_bytes());
                    atomic::exchange(&file.path, old, new).map_err(failed)?;
                }
                None if file.is_on_disk(session) => {
                    atomic::remove(&file.path).map_err(failed)?;
                    // As git does it: a folder without files is none. One with others stays.
                    let _ = file.path.parent().map(fs::remove_dir);
                }
                None => {}
            }
            Ok(())
        })
    }

    /// Returns the text that a file would have: what was HEAD's then is HEAD's now.
    fn text_without(&self, session: &Session<'_>, file: &FileWrite) -> Option<String> {
        let position = self.position.as_ref().ok().and_then(Option::as_ref);
        let then = position.and_then(RepoPosition::commit);
        let then = then.and_then(|commit| session.committed_at(&commit, &file.path));
        match position.is_some() && file.before == then {
            true => session.committed(&file.path),
            false => file.before.clone(),
        }
    }
}

impl FileWrite {
    /// Returns a file that any reader counts, or that none does.
    pub(crate) fn plain(path: PathBuf, before: Option<String>, text: String) -> Self {
        Self { path, before, text, format: 1 }
    }

    /// Has an incident looked at again from now on, and refuses where nothing may be written.
    fn prepare(&self, session: &Session<'_>) -> Result<(), Failure> {
        let path = self.path.as_path();
        let folder = path.parent().filter(|_| path.ends_with("incident.yaml"));
        if let Some(id) = folder.and_then(|folder| folder.file_name()?.to_str()?.parse().ok()) {
            session.watch(&id);
        }
        let failed = |error| StoreError::Io { doing: "write", path: path.to_owned(), error };
        Ok(files::may_write(session.store.root(), path).map_err(failed)?)
    }

    /// Creates many files with one sync of the disk, and tells of each that has its name.
    pub(crate) fn create_all(
        new: &[Self],
        session: &Session<'_>,
        mut told: impl FnMut(&Self),
    ) -> Result<(), Failure> {
        let mut batch = FileBatch::default();
        for file in new {
            file.prepare(session)?;
            let failed = |error| StoreError::Io { doing: "write", path: file.path.clone(), error };
            batch.add(&file.path, file.text.as_bytes()).map_err(failed)?;
        }
        let put = batch.put(|index| new.get(index).into_iter().for_each(&mut told));
        put.map_err(|BatchError { path, error }| match error.kind() {
            ErrorKind::AlreadyExists => already_there(&path),
            _ => StoreError::Io { doing: "write", path, error }.into(),
        })
    }

    /// Replaces or creates the file; an incident is looked at again from now on. Returns false where the file is not
    /// what the text was made from.
    pub(crate) fn put(&self, session: &Session<'_>) -> Result<bool, Failure> {
        let (path, bytes) = (self.path.as_path(), self.text.as_bytes());
        self.prepare(session)?;
        let failed = |error| StoreError::Io { doing: "write", path: path.to_owned(), error };
        if let Some(before) = &self.before {
            return Ok(atomic::exchange(path, before.as_bytes(), bytes).map_err(failed)?);
        }
        match atomic::create(path, bytes) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(already_there(path)),
            created => Ok(created.map(|()| true).map_err(failed)?),
        }
    }

    fn is_on_disk(&self, session: &Session<'_>) -> bool {
        session.store.text(&self.path).is_ok_and(|text| text.as_ref() == Some(&self.text))
    }
}

fn already_there(path: &Path) -> Failure {
    let why = format!("{} came to be at this very moment", path.display());
    Failure::new(why).help("it is as it was; run the command again")
}

impl IncidentFile {
    /// Returns the file to write after a change.
    pub(crate) fn with(&self, edited: EditedIncident) -> FileWrite {
        let before = (!self.is_new).then(|| self.text.clone());
        FileWrite { path: self.path.clone(), before, text: edited.text, format: edited.format }
    }
}
