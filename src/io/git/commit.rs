//! One commit for one change: its own paths alone, on HEAD's tree.

use super::error::{GitError, NotCommitted};
use super::files::{self};
use super::identity::Identity;
use super::index::IndexChange;
use super::index_checksum::IndexTransition;
use super::lock;
use super::lock::FileLock;
use super::object::CommitId;
use super::object::{LooseObjects, ObjectId, ObjectKind};
use super::pending::ReadyCommit;
use super::position::CommitBase;
use super::refs::{Head, RefChange, RefUpdate};
use super::repo::{Engine, Repo};
use super::staged::{self, StagedFiles};
use super::sync_pool::SyncPool;
use super::tree;
use super::{index, paths};
use crate::model::time::Instant;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often to begin again where someone else's commit came first.
const TRIES: usize = 20;

/// How long a signature may take.
const SIGNING: Duration = Duration::from_secs(5);

/// What to commit.
#[derive(Clone, Debug)]
pub(crate) struct CommitRequest {
    /// Files, absolute or relative to the working tree's top: those that exist are
    /// written as they are now, those that don't are removed.
    pub(crate) paths: Vec<PathBuf>,
    /// What the files were made from: nothing is committed where git or the files have moved since, and a file
    /// that is gone is left alone. Without it, the files go onto whatever HEAD is.
    pub(crate) base: Option<CommitBase>,
    /// The whole message, its subject on the first line.
    pub(crate) message: String,
    /// The time that the commit states; git's own idea of now if absent.
    pub(crate) when: Option<Instant>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Committed {
    /// Its name.
    pub(crate) id: CommitId,
    /// What it made of the index.
    pub(crate) index: IndexTransition,
}

/// What became of a change that git took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommitOutcome {
    /// It is in this commit, and HEAD is there.
    Committed(Committed),
    /// HEAD had all of it already.
    Unchanged,
    /// Nothing was committed: HEAD, the index or a file is not what it was when the change was made.
    Moved,
}

impl Repo {
    /// Commits the paths of a change, and nothing else.
    ///
    /// What is staged stays staged, and what is dirty stays dirty. No hook is run.
    /// When this returns a commit, it and all that it needs are synced to the disk.
    ///
    /// # Errors
    /// Says why the change was not committed: a merge in progress, a lock, a missing
    /// identity, a signature that failed.
    pub(crate) fn commit(&self, change: &CommitRequest) -> Result<CommitOutcome, NotCommitted> {
        let paths = paths::inside(self, &change.paths)?;
        self.at_rest()?;
        for _ in 0..TRIES {
            match self.attempt(&paths, change)? {
                CommitOutcome::Moved if change.base.is_none() => {}
                outcome => return Ok(outcome),
            }
        }
        Err(NotCommitted::new(format!("others committed {TRIES} times while this was tried"))
            .next("run the command again when it is quieter"))
    }

    /// Removes what a commit that was cut short left in the git folder.
    ///
    /// Nobody else may be committing through recount meanwhile.
    pub(crate) fn tidy(&self) {
        lock::remove_unused_locks(self.index_folder());
        lock::remove_unused_locks(&self.git_dir);
    }

    /// Tries once.
    fn attempt(
        &self,
        paths: &[Vec<u8>],
        change: &CommitRequest,
    ) -> Result<CommitOutcome, NotCommitted> {
        // Git's own lock. The index is replaced before the ref is moved: a crash
        // in between leaves a staged change and no more.
        let lock = FileLock::take(&self.index_file, self.index_folder(), self.patience)?;
        let head = self.head_now()?;
        let base = change.base.as_ref();
        if base.is_some_and(|base| !self.is_at(&base.position, &head)) {
            return Ok(CommitOutcome::Moved);
        }
        let pool = SyncPool::default();
        let loose = self.loose(&pool)?;
        let written = base.map(|base| base.written(self)).transpose()?;
        let staged = staged::read_files(self, loose.as_ref(), paths, written.as_ref())?;
        let Some(staged) = staged else {
            return Ok(CommitOutcome::Moved);
        };
        let new = self.write_trees(loose.as_ref(), &head, &staged)?;
        let unchanged = new.tree == head.tree;
        let id = match unchanged {
            true => None,
            false => Some(self.write_commit(loose.as_ref(), &new.tree, &head, change)?),
        };
        let of_index = IndexChange { staged: &staged, folders: &new.folders };
        let prepared = index::prepare(self, &lock, &pool, of_index)?;
        let index = prepared.change;
        let ready = ReadyCommit { pool: &pool, loose: loose.as_ref(), index: prepared.draft };
        let Some(id) = id else {
            ready.flush(self)?.put(self)?;
            return Ok(CommitOutcome::Unchanged);
        };
        let subject = change.message.lines().next().unwrap_or_default();
        let update = RefChange { head: &head, new: &id, subject, when: change.when };
        Ok(match self.advance(&update, ready)? {
            RefUpdate::Moved => CommitOutcome::Committed(Committed { id: CommitId(id), index }),
            RefUpdate::Raced => CommitOutcome::Moved,
        })
    }

    /// Returns the folder of the index.
    pub(super) fn index_folder(&self) -> &Path {
        self.index_file.parent().unwrap_or(&self.git_dir)
    }

    /// Opens the loose objects, where they are not left to the `git` program.
    pub(super) fn loose<'a>(
        &'a self,
        pool: &'a SyncPool,
    ) -> Result<Option<LooseObjects<'a>>, NotCommitted> {
        let Engine::Library(library) = &self.engine else { return Ok(None) };
        Ok(Some(LooseObjects::open(library, &self.objects_dir, self.settings.shared(), pool)?))
    }

    /// Writes the trees that hold the change.
    fn write_trees(
        &self,
        loose: Option<&LooseObjects<'_>>,
        head: &Head,
        staged: &StagedFiles,
    ) -> Result<NewTree, NotCommitted> {
        let leaves = staged.leaves();
        match loose {
            Some(loose) => {
                let root = head.tree.as_ref().map(ObjectId::oid).transpose()?;
                let (tree, folders) = tree::edit(loose, root, &leaves)?;
                Ok(NewTree { tree: tree.map(ObjectId::from), folders })
            }
            None => Ok(NewTree {
                tree: tree::edit_by_program(self, head, &leaves)?,
                folders: Vec::new(),
            }),
        }
    }

    fn write_commit(
        &self,
        loose: Option<&LooseObjects<'_>>,
        tree: &Option<ObjectId>,
        head: &Head,
        change: &CommitRequest,
    ) -> Result<ObjectId, NotCommitted> {
        let identity = Identity::of(self, change.when)?;
        let message = message(&change.message);
        match loose {
            Some(loose) if !self.settings.signs() => {
                let tree = match tree {
                    Some(tree) => tree.clone(),
                    None => loose.write(ObjectKind::Tree, b"")?.into(),
                };
                let parent =
                    head.commit.as_ref().map_or(String::new(), |id| format!("parent {id}\n"));
                let Identity { author, committer } = identity;
                let text = format!(
                    "tree {tree}\n{parent}author {author}\ncommitter {committer}\n\n{message}"
                );
                Ok(loose.write(ObjectKind::Commit, text.as_bytes())?.into())
            }
            _ => {
                if let Some(loose) = loose {
                    loose.flush()?;
                }
                self.write_commit_by_program(tree, head, change.when, message)
            }
        }
    }

    /// Has git write the commit, and sign it where that is asked for.
    fn write_commit_by_program(
        &self,
        tree: &Option<ObjectId>,
        head: &Head,
        when: Option<Instant>,
        message: String,
    ) -> Result<ObjectId, NotCommitted> {
        let tree = match tree {
            Some(tree) => tree.to_string(),
            None => self
                .git("hash-object")
                .line(["-w", "-t", "tree", "--stdin"])
                .map_err(NotCommitted::from)?,
        };
        let parent = head.commit.as_ref().map(ObjectId::to_string);
        let mut args = vec!["-F", "-", "--no-gpg-sign", tree.as_str()];
        if let Some(parent) = &parent {
            args.extend(["-p", parent]);
        }
        let mut git = self.git("commit-tree").config("i18n.commitEncoding=UTF-8").input(message);
        if let Some(at) = when {
            let date = format!("@{} +0000", at.epoch());
            git = git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        }
        let printed = if self.settings.signs() {
            args.retain(|arg| *arg != "--no-gpg-sign");
            args.insert(0, "-S");
            git.limit(SIGNING).line(args).map_err(|error| unsigned(&error))?
        } else {
            git.line(args)?
        };
        let id = ObjectId::parse(&printed).ok_or_else(|| {
            NotCommitted::new(format!("git commit-tree printed no commit: {printed}"))
        })?;
        files::sync_below(&self.objects_dir)
            .map_err(|error| NotCommitted::at(&self.objects_dir, &error))?;
        Ok(id)
    }
}

/// The tree of the commit to come; none where it is empty and so was HEAD's.
struct NewTree {
    tree: Option<ObjectId>,
    folders: Vec<tree::TreeFolder>,
}

/// Returns the message as git stores it: no NUL, and one line end at its end.
fn message(text: &str) -> String {
    format!("{}\n", text.replace('\0', "").trim_end())
}

fn unsigned(error: &GitError) -> NotCommitted {
    NotCommitted::new(format!("the commit could not be signed: {}", error.why))
        .next(
            "see that your signing key is unlocked and try again, or turn signing off here: \
         git config commit.gpgsign false",
        )
        .every()
}
