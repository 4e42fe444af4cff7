//! HEAD and the branch that it is on: reading them, and moving them once.

use super::error::{GitError, NotCommitted};
use super::files::{self, SharedMode};
use super::identity::{PersonRole, ident};
use super::lock::{FileLock, Replacement};
use super::object::ObjectId;
use super::pending::ReadyCommit;
use super::repo::{Engine, Repo};
use crate::model::time::Instant;
use git2::{ErrorCode, ReferenceType, Repository};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The names of the empty tree, which is as good as none.
const EMPTY_TREES: [&str; 2] = [
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];

/// Where HEAD is.
pub(super) struct Head {
    /// The branch; none where HEAD is detached.
    pub(super) branch: Option<String>,
    /// The commit; none on a branch that has none yet.
    pub(super) commit: Option<ObjectId>,
    /// The commit's tree; none where that is empty.
    pub(super) tree: Option<ObjectId>,
}

/// What HEAD's branch, or a detached HEAD, is to become.
pub(super) struct RefChange<'a> {
    /// Where it is moved from.
    pub(super) head: &'a Head,
    pub(super) new: &'a ObjectId,
    /// The first line of the commit's message, for the log.
    pub(super) subject: &'a str,
    pub(super) when: Option<Instant>,
}

impl RefChange<'_> {
    /// Returns the commit that the ref must still be at, as git writes it.
    fn old(&self) -> String {
        self.head.commit.as_ref().map_or_else(|| self.new.zero(), ObjectId::to_string)
    }

    /// Returns what the log says of it.
    fn message(&self) -> String {
        let verb = if self.head.commit.is_some() { "commit" } else { "commit (initial)" };
        format!("{verb}: {}", self.subject)
    }
}

/// Whether a ref was moved.
pub(super) enum RefUpdate {
    /// It was.
    Moved,
    /// Someone else moved it first.
    Raced,
}

impl Repo {
    /// Returns where HEAD is now.
    pub(super) fn head_now(&self) -> Result<Head, GitError> {
        let (branch, commit) = self.head_ref()?;
        let tree = match (&commit, &self.engine) {
            (None, _) => None,
            (Some(id), Engine::Library(library)) => {
                Some(library.find_commit(id.oid()?)?.tree_id().into())
            }
            (Some(id), Engine::Program) => self.name_of(&format!("{id}^{{tree}}"))?,
        };
        let tree = tree.filter(|id: &ObjectId| !EMPTY_TREES.contains(&id.as_str()));
        Ok(Head { branch, commit, tree })
    }

    /// Returns the branch that HEAD is on, none where it is detached, and the commit that it is at, if there is one.
    pub(super) fn head_ref(&self) -> Result<(Option<String>, Option<ObjectId>), GitError> {
        match &self.engine {
            Engine::Library(library) => {
                let branch = branch(library)?;
                let commit = commit_of(library, branch.as_deref().unwrap_or("HEAD"))?;
                Ok((branch, commit))
            }
            Engine::Program => {
                let symbolic = self.git("symbolic-ref").ask(["-q", "HEAD"])?;
                let branch = symbolic.ok.then(|| symbolic.stdout()).transpose()?;
                let branch = branch.map(|name| String::from_utf8_lossy(&name).trim().to_owned());
                let commit = format!("{}^{{commit}}", branch.as_deref().unwrap_or("HEAD"));
                let commit = self.name_of(&commit)?;
                Ok((branch, commit))
            }
        }
    }

    /// Asks the program for the name of an object; none where there is none.
    fn name_of(&self, rev: &str) -> Result<Option<ObjectId>, GitError> {
        let answer = self.git("rev-parse").ask(["-q", "--verify", rev])?;
        if !answer.ok {
            return Ok(None);
        }
        Ok(ObjectId::parse(String::from_utf8_lossy(&answer.stdout()?).trim()))
    }

    /// Moves HEAD's branch, or a detached HEAD, if it is still where it was.
    pub(super) fn advance(
        &self,
        change: &RefChange<'_>,
        ready: ReadyCommit<'_>,
    ) -> Result<RefUpdate, NotCommitted> {
        if let Engine::Library(library) = &self.engine
            && let Some(name) = ordinary(library, change.head)
        {
            let place = match change.head.branch {
                Some(_) => self.common_dir.join(name),
                None => self.git_dir.join(name),
            };
            if !place.is_dir() {
                return self.advance_file(library, &place, change, ready);
            }
        }
        ready.flush(self)?.put(self)?;
        self.advance_by_program(change)
    }

    /// Moves a ref that lies in a file of its own, or among the packed ones.
    fn advance_file(
        &self,
        library: &Repository,
        place: &Path,
        change: &RefChange<'_>,
        ready: ReadyCommit<'_>,
    ) -> Result<RefUpdate, NotCommitted> {
        let RefChange { head, new, when, .. } = *change;
        let shared = self.settings.shared();
        let at_place = |error: io::Error| NotCommitted::at(place, &error);
        create_above(place, shared).map_err(at_place)?;
        let _lock = FileLock::take(place, &self.git_dir, self.patience)?;
        if branch(library)? != head.branch
            || commit_of(library, head.branch.as_deref().unwrap_or("HEAD"))? != head.commit
        {
            return Ok(RefUpdate::Raced);
        }
        let who = ident(self, PersonRole::Committer, when)?;
        // A message of more than a line would break the log.
        let message = change.message().replace(['\n', '\r'], " ");
        let line = format!("{} {new} {who}\t{}\n", change.old(), message.trim_end());
        let text = format!("{new}\n");
        let draft = Replacement {
            path: &self.git_dir.join("recount-ref"),
            bytes: text.as_bytes(),
            shared,
            time: None,
        };
        let pool = ready.pool;
        let draft = draft.write(pool).map_err(at_place)?;
        let flushed = ready.flush(self)?;
        let mut logs = vec![self.git_dir.join("logs/HEAD")];
        logs.extend(head.branch.as_ref().map(|branch| self.common_dir.join("logs").join(branch)));
        self.log(&logs, &line)?;
        flushed.put(self)?;
        draft.persist(place).map_err(|error| at_place(error.error))?;
        for folder in place.parent().into_iter().chain([self.index_folder()]) {
            pool.sync(File::open(folder).map_err(at_place)?);
        }
        pool.wait().map_err(at_place)?;
        Ok(RefUpdate::Moved)
    }

    /// Adds a line to the logs of refs that are to have one: to all of them, or to none.
    fn log(&self, logs: &[PathBuf], line: &str) -> Result<(), NotCommitted> {
        let mut begun: Vec<(File, u64)> = Vec::new();
        for log in logs {
            let written = self.open_log(log).and_then(|file| {
                let Some(mut file) = file else { return Ok(()) };
                begun.push((file.try_clone()?, file.metadata()?.len()));
                file.write_all(line.as_bytes())
            });
            if let Err(error) = written {
                // Half a line, or a move that never was, would break the log; a disk may be full.
                for (file, length) in begun {
                    let _ = file.set_len(length);
                }
                return Err(NotCommitted::at(log, &error));
            }
        }
        Ok(())
    }

    /// Opens the log of a ref to write at its end; none where there is to be none.
    fn open_log(&self, log: &Path) -> io::Result<Option<File>> {
        let create = self.settings.logs_refs();
        if !create && !files::exists(log)? {
            return Ok(None);
        }
        create_above(log, self.settings.shared())?;
        OpenOptions::new().append(true).create(create).open(log).map(Some)
    }

    fn advance_by_program(&self, change: &RefChange<'_>) -> Result<RefUpdate, NotCommitted> {
        let mut git = self.git("update-ref");
        if let Some(at) = change.when {
            git = git.env("GIT_COMMITTER_DATE", format!("@{} +0000", at.epoch()));
        }
        // The branch by its name, and not whichever HEAD may be on by then.
        let name = change.head.branch.as_deref().unwrap_or("HEAD");
        let answer =
            git.ask(["-m", &change.message(), name, change.new.as_str(), &change.old()])?;
        if answer.ok {
            return Ok(RefUpdate::Moved);
        }
        let (branch, commit) = self.head_ref()?;
        let raced = branch != change.head.branch || commit != change.head.commit;
        if raced { Ok(RefUpdate::Raced) } else { Err(answer.error().into()) }
    }
}

/// Returns the branch that HEAD is on.
fn branch(library: &Repository) -> Result<Option<String>, GitError> {
    let head = library.find_reference("HEAD")?;
    match head.kind() {
        Some(ReferenceType::Symbolic) => Ok(head.symbolic_target()?.map(str::to_owned)),
        _ => Ok(None),
    }
}

fn commit_of(library: &Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    match library.refname_to_id(name) {
        Ok(oid) => Ok(Some(oid.into())),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Returns the name of the ref to move, if it is a plain one in the folder where they lie.
fn ordinary<'a>(library: &Repository, head: &'a Head) -> Option<&'a str> {
    let Some(branch) = &head.branch else { return Some("HEAD") };
    let plain = match library.find_reference(branch) {
        Ok(found) => found.kind() == Some(ReferenceType::Direct),
        Err(error) => error.code() == ErrorCode::NotFound,
    };
    (plain && branch.starts_with("refs/heads/")).then_some(branch)
}

fn create_above(path: &Path, shared: SharedMode) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    if files::exists(folder)? {
        return Ok(());
    }
    create_above(folder, shared)?;
    files::create_folder(folder, shared)?;
    folder.parent().map_or(Ok(()), files::sync_folder)
}
