//! The record as git objects have it: at one revision, and from one to the next.

use crate::cli::AsOfArgs;
use crate::cli::Global;
use crate::compute::redaction::{MARK, RedactedSince};
use crate::io::clock;
use crate::io::git::{CommitId, GitError, Repo};
use crate::io::store::{self, LoadedIncident, SETTINGS, Store, StoreError, files};
use crate::model::incident::IncidentId;
use crate::session::Failure;
use crate::session::Session;
use crate::session::found_record;
use std::path::{Path, PathBuf};

impl<'g> Session<'g> {
    /// Opens the record as it is or, where a revision is asked for, as it was there; then its verbs read it
    /// from git objects alone, and what was still running runs to the time of that commit.
    ///
    /// # Errors
    /// A revision that git does not know, or at which there was no record here.
    pub(crate) fn open_at(global: &'g Global, as_of: &AsOfArgs) -> Result<Self, Failure> {
        let Some(rev) = &as_of.rev else { return Self::open(global) };
        let start = found_record::start(global);
        let failed = |error| StoreError::Io { doing: "open", path: start.clone(), error };
        let from = start.canonicalize().map_err(failed)?;
        let repo = Repo::find(&from)?.ok_or_else(|| no_repository(&from))?;
        let commit = repo.resolve(rev)?;
        let root = root_at(&repo, &commit, &from)?.ok_or(StoreError::NoRecord { from })?;
        store::named(&root)?;
        let path = root.join(SETTINGS);
        let bytes = repo.read_at(&commit, &path)?.ok_or_else(|| {
            Failure::new(format!("there was no {SETTINGS} at {rev}"))
                .help("name a commit since the record was made: see `git log recount.yaml`")
        })?;
        let store = Store::with_settings(&root, store::utf8(&path, bytes)?);
        let session = Self::at(global, clock::now().map_err(Failure::new)?, store)?;
        Ok(Self {
            now: repo.when(&commit)?,
            past: Some(commit),
            // What waits is in no commit.
            remarks: session
                .remarks
                .strip_suffix(&session.uncounted)
                .unwrap_or_default()
                .to_owned(),
            uncounted: String::new(),
            ..session
        })
    }

    /// Returns the repository that the record lies in.
    pub(crate) fn git(&self) -> Result<&Repo, Failure> {
        let why = || {
            let none = || no_repository(self.store.root());
            self.refused.clone().map_or_else(none, Failure::from)
        };
        self.repo.as_ref().ok_or_else(why)
    }

    /// Returns the ids of all incidents that a commit has, in order.
    pub(crate) fn ids_at(&self, commit: &CommitId) -> Result<Vec<IncidentId>, Failure> {
        let mut ids: Vec<_> = self.incidents_at(commit)?.into_iter().map(|(id, _)| id).collect();
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// Reads an incident as a commit has it, or returns what is wrong with its file.
    pub(crate) fn read_at(
        &self,
        commit: &CommitId,
        id: &IncidentId,
    ) -> Result<Result<LoadedIncident, StoreError>, Failure> {
        let path = self.store.usual_path(id);
        if let Some(text) = self.text_at(commit, path.clone())? {
            return self.parse_past(id, path, text);
        }
        // It may have lain in the folder of another year then.
        let mut files = self.incidents_at(commit)?.into_iter();
        let path = files.find(|(known, _)| known == id).map(|(_, path)| path);
        let text = match &path {
            Some(path) => self.text_at(commit, path.clone())?,
            None => None,
        };
        let (Some(path), Some(text)) = (path, text) else {
            let short = commit.short();
            return Err(Failure::new(format!("there was no incident {id} at {short}")));
        };
        self.parse_past(id, path, text)
    }

    /// Reads an incident as it was, but for the words that were redacted since.
    fn parse_past(
        &self,
        id: &IncidentId,
        path: PathBuf,
        text: String,
    ) -> Result<Result<LoadedIncident, StoreError>, Failure> {
        let mut loaded = match self.store.parse(id, path, text) {
            Ok(loaded) => loaded,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(since) = self.redacted_since(id)? {
            since.hide_in(&mut loaded.read.incident);
            // Its lines are not to be shown either.
            loaded.text = String::new();
        }
        Ok(Ok(loaded))
    }

    /// Returns what is redacted in an incident by now, with all that it ever said, and what was masked in it with the
    /// words of another; none where nothing is.
    pub(super) fn redacted_since(&self, id: &IncidentId) -> Result<Option<RedactedSince>, Failure> {
        let Ok(file) = self.store.file_or_inbox(id) else { return Ok(None) };
        let marks = file.text.matches(MARK).count();
        if marks == 0 {
            return Ok(None);
        }
        let mut since = self.redacted_in(id)?;
        if marks > since.count() {
            // Others are read only where more is masked here than this one's own events.
            for other in self.store.incidents().ids.iter().filter(|other| *other != id) {
                since.learn_from(self.redacted_in(other)?);
            }
        }
        Ok(Some(since))
    }

    /// Returns what is redacted in an incident itself.
    fn redacted_in(&self, id: &IncidentId) -> Result<RedactedSince, Failure> {
        let file = self.store.file_or_inbox(id).ok().filter(|file| file.text.contains(MARK));
        let now = file.and_then(|file| self.store.parse(id, file.path, file.text).ok());
        let Some(now) = now else { return Ok(RedactedSince::default()) };
        let mut since = RedactedSince::in_incident(&now.read.incident);
        if since.count() > 0 {
            for revision in self.revisions_as_written(id)? {
                since.learn(&revision.incident);
            }
        }
        Ok(since)
    }

    /// Returns the incidents that a commit has, and their files, in the order of their paths.
    pub(crate) fn incidents_at(
        &self,
        commit: &CommitId,
    ) -> Result<Vec<(IncidentId, PathBuf)>, Failure> {
        let git = self.git()?;
        let top = git.workdir().canonicalize().unwrap_or_else(|_| git.workdir().to_owned());
        let incidents = self.store.root().join("incidents");
        let files = git.list_at(commit, &incidents)?.into_iter();
        let files = files.map(|listed| top.join(listed.path));
        let named = |path: PathBuf| {
            let folder = path.parent().filter(|_| path.ends_with("incident.yaml"))?;
            // As on the disk: in the folder of a year.
            folder.parent()?.parent().filter(|above| *above == incidents)?;
            Some((folder.file_name()?.to_str()?.parse().ok()?, path))
        };
        Ok(files.filter_map(named).collect())
    }

    /// Returns a file's text: as it was where the session is at a revision, else as it is; none where it is absent.
    pub(crate) fn text(&self, path: &Path) -> Result<Option<String>, Failure> {
        match &self.past {
            Some(commit) => self.text_at(commit, path.to_owned()),
            None => Ok(self.store.text(path)?),
        }
    }

    /// Returns the files of a folder of the record, in order: as they were, or as they are.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<PathBuf>, Failure> {
        let Some(commit) = &self.past else { return Ok(self.store.files(folder)?) };
        let git = self.git()?;
        let folder = self.store.root().join(folder);
        // The record's root is without symbolic links; so must be what it is compared with.
        let top = git.workdir().canonicalize().unwrap_or_else(|_| git.workdir().to_owned());
        let files = git.list_at(commit, &folder)?.into_iter().map(|f| top.join(f.path));
        Ok(files.filter(|path| path.parent() == Some(&folder)).collect())
    }

    pub(crate) fn text_at(
        &self,
        commit: &CommitId,
        path: PathBuf,
    ) -> Result<Option<String>, Failure> {
        let Some(bytes) = self.git()?.read_at(commit, &path)? else { return Ok(None) };
        Ok(Some(store::utf8(&path, bytes)?))
    }
}

/// Returns the record's root where a verb stands: the nearest folder above that has a `recount.yaml` at a commit
/// or on the disk, for there it may be left out, or not be readable.
fn root_at(repo: &Repo, commit: &CommitId, from: &Path) -> Result<Option<PathBuf>, Failure> {
    let top = repo.workdir().canonicalize().unwrap_or_else(|_| repo.workdir().to_owned());
    let on_disk = store::root_above(from).ok().flatten();
    for folder in from.ancestors().take_while(|folder| folder.starts_with(&top)) {
        if on_disk == Some(folder) || repo.read_at(commit, &folder.join(SETTINGS))?.is_some() {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(on_disk.map(Path::to_owned))
}

/// Returns that a folder is in no repository, or in one that git doesn't take for one: then another is no help.
fn no_repository(folder: &Path) -> Failure {
    let broken = folder.ancestors().map(|folder| folder.join(".git"));
    let broken = broken.into_iter().find(|path| files::exists(path).unwrap_or(true));
    match broken {
        Some(path) => Failure::new(format!("git takes {} for no repository", path.display()))
            .help("ask git what is wrong with it: git status"),
        None => Failure::new("this record is in no git repository that can be read")
            .help("make one around it with `recount init`"),
    }
}

impl From<GitError> for Failure {
    fn from(trouble: GitError) -> Self {
        trouble.next.into_iter().fold(Self::new(trouble.why), Self::help)
    }
}
