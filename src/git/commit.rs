//! One commit for one change: its own paths alone, on HEAD's tree.

use super::crew::Crew;
use super::disk::{self, Lock};
use super::index::{self, Staged};
use super::mark::Reindexed;
use super::object::{Id, Kind, Loose};
use super::program::Git;
use super::refs::{Head, Moved};
use super::settings::Identity;
use super::tree::{self, Leaf};
use super::{CommitId, Engine, Kept, Repo, Trouble};
use crate::time::Instant;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempPath;

/// How often to begin again where someone else's commit came first.
const TRIES: usize = 20;

/// How long a signature may take.
const SIGNING: Duration = Duration::from_secs(5);

/// What to commit.
#[derive(Clone, Debug)]
pub struct Change {
    /// Files, absolute or relative to the working tree's top: those that exist are
    /// written as they are now, those that don't are removed.
    pub paths: Vec<PathBuf>,
    /// The whole message, its subject on the first line.
    pub message: String,
    /// The time that the commit states; git's own idea of now if absent.
    pub when: Option<Instant>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its name.
    pub id: CommitId,
    /// What it made of the index.
    pub index: Reindexed,
}

/// What became of a change that git took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in this commit, and HEAD is there.
    Committed(Committed),
    /// HEAD had all of it already.
    Unchanged,
}

/// The files of a change by their path in the repository; absent where they are to be removed.
pub(super) type Leaves = BTreeMap<Vec<u8>, Option<Leaf>>;

impl Repo {
    /// Commits the paths of a change, and nothing else.
    ///
    /// What is staged stays staged, and what is dirty stays dirty. No hook is run.
    /// When this returns a commit, it and all that it needs are synced to the disk.
    ///
    /// # Errors
    /// Says why the change was not committed: a merge in progress, a lock, a missing
    /// identity, a signature that failed.
    pub fn commit(&self, change: &Change) -> Result<Outcome, Kept> {
        let paths = index::inside(self, &change.paths)?;
        self.at_rest()?;
        for _ in 0..TRIES {
            if let Some(outcome) = self.attempt(&paths, change)? {
                return Ok(outcome);
            }
        }
        Err(Kept::new(format!("others committed {TRIES} times while this was tried"))
            .next("run the command again when it is quieter"))
    }

    /// Removes what a commit that was cut short left in the git folder.
    ///
    /// Nobody else may be committing through this door meanwhile.
    pub fn tidy(&self) {
        disk::remove_unused_locks(self.index_folder());
        disk::remove_unused_locks(&self.git_dir);
    }

    /// Tries once; none where HEAD moved in the meantime.
    fn attempt(&self, paths: &[Vec<u8>], change: &Change) -> Result<Option<Outcome>, Kept> {
        // Git's own lock. The index is replaced before the ref is moved: a crash
        // in between leaves a staged change and no more.
        let lock = Lock::take(&self.index_file, self.index_folder(), self.patience)?;
        let head = self.head_now()?;
        let crew = Crew::default();
        let loose = self.loose(&crew)?;
        let staged = index::read_files(self, loose.as_ref(), paths)?;
        let grown = self.grow(loose.as_ref(), &head, &staged)?;
        let unchanged = grown.tree == head.tree;
        let id = match unchanged {
            true => None,
            false => Some(self.write_commit(loose.as_ref(), &grown.tree, &head, change)?),
        };
        let prepared = index::prepare(self, (&lock, &crew), &staged, &grown.folders)?;
        let index = prepared.change;
        let ready = Ready { crew: &crew, loose: loose.as_ref(), index: prepared.draft };
        let Some(id) = id else {
            ready.settle(self)?.put(self)?;
            return Ok(Some(Outcome::Unchanged));
        };
        let subject = change.message.lines().next().unwrap_or_default();
        let moved = self.advance(&head, &id, (subject, change.when), ready)?;
        Ok(match moved {
            Moved::Here => Some(Outcome::Committed(Committed { id: CommitId(id), index })),
            Moved::Beaten => None,
        })
    }

    /// Returns the folder of the index.
    pub(super) fn index_folder(&self) -> &Path {
        self.index_file.parent().unwrap_or(&self.git_dir)
    }

    /// Opens the loose objects, where they are not left to the `git` program.
    pub(super) fn loose<'a>(&'a self, crew: &'a Crew) -> Result<Option<Loose<'a>>, Kept> {
        let Engine::Library(library) = &self.engine else { return Ok(None) };
        Ok(Some(Loose::open(library, &self.objects_dir, self.settings.shared(), crew)?))
    }

    /// Writes the trees that hold the change.
    fn grow(&self, loose: Option<&Loose<'_>>, head: &Head, staged: &Staged) -> Result<Grown, Kept> {
        let leaves = staged.leaves();
        match loose {
            Some(loose) => {
                let root = head.tree.as_ref().map(Id::oid).transpose()?;
                let (tree, folders) = tree::graft(loose, root, &leaves)?;
                Ok(Grown { tree: tree.map(Id::from), folders })
            }
            None => Ok(Grown {
                tree: tree::graft_by_program(self, head, &leaves)?,
                folders: Vec::new(),
            }),
        }
    }

    fn write_commit(
        &self,
        loose: Option<&Loose<'_>>,
        tree: &Option<Id>,
        head: &Head,
        change: &Change,
    ) -> Result<Id, Kept> {
        let identity = Identity::of(self, change.when)?;
        let message = message(&change.message);
        match loose {
            Some(loose) if !self.settings.signs() => {
                let tree = match tree {
                    Some(tree) => tree.clone(),
                    None => loose.write(Kind::Tree, b"")?.into(),
                };
                let parent =
                    head.commit.as_ref().map_or(String::new(), |id| format!("parent {id}\n"));
                let Identity { author, committer } = identity;
                let text = format!(
                    "tree {tree}\n{parent}author {author}\ncommitter {committer}\n\n{message}"
                );
                Ok(loose.write(Kind::Commit, text.as_bytes())?.into())
            }
            _ => {
                if let Some(loose) = loose {
                    loose.settle()?;
                }
                self.write_commit_by_program(tree, head, change.when, message)
            }
        }
    }

    /// Has git write the commit, and sign it where that is asked for.
    fn write_commit_by_program(
        &self,
        tree: &Option<Id>,
        head: &Head,
        when: Option<Instant>,
        message: String,
    ) -> Result<Id, Kept> {
        let tree = match tree {
            Some(tree) => tree.to_string(),
            None => Git::within(self, "hash-object")
                .line(["-w", "-t", "tree", "--stdin"])
                .map_err(Kept::from)?,
        };
        let parent = head.commit.as_ref().map(Id::to_string);
        let mut args = vec!["-F", "-", "--no-gpg-sign", tree.as_str()];
        if let Some(parent) = &parent {
            args.extend(["-p", parent]);
        }
        let mut git =
            Git::within(self, "commit-tree").config("i18n.commitEncoding=UTF-8").input(message);
        if let Some(at) = when {
            let date = format!("@{} +0000", at.epoch());
            git = git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        }
        let printed = if self.settings.signs() {
            args.retain(|arg| *arg != "--no-gpg-sign");
            args.insert(0, "-S");
            git.limit(SIGNING).line(args).map_err(|trouble| unsigned(&trouble))?
        } else {
            git.line(args)?
        };
        let id = Id::parse(&printed)
            .ok_or_else(|| Kept::new(format!("git commit-tree printed no commit: {printed}")))?;
        disk::sync_below(&self.objects_dir).map_err(|error| Kept::at(&self.objects_dir, &error))?;
        Ok(id)
    }
}

/// What is written and waits for the ref to be moved.
pub(super) struct Ready<'a> {
    /// Who syncs it.
    pub(super) crew: &'a Crew,
    loose: Option<&'a Loose<'a>>,
    /// The index to come; none where it is the index as it was.
    index: Option<TempPath>,
}

/// What is on the disk, all but the index in its place.
pub(super) struct Settled(Option<TempPath>);

impl Ready<'_> {
    /// Waits for the disk, and gives the objects their names.
    pub(super) fn settle(self, repo: &Repo) -> Result<Settled, Kept> {
        match self.loose {
            Some(loose) => loose.settle()?,
            None => self.crew.wait().map_err(|error| Kept::at(&repo.index_file, &error))?,
        }
        Ok(Settled(self.index))
    }
}

impl Settled {
    /// Puts the index into its place; its folder is yet to be synced.
    pub(super) fn put(self, repo: &Repo) -> Result<(), Kept> {
        let put = self.0.map_or(Ok(()), |draft| draft.persist(&repo.index_file));
        put.map_err(|error| Kept::at(&repo.index_file, &error.error))
    }
}

/// The tree of the commit to come; none where it is empty and so was HEAD's.
struct Grown {
    tree: Option<Id>,
    folders: Vec<tree::Folder>,
}

/// Returns the message as git stores it: no NUL, and one line end at its end.
fn message(text: &str) -> String {
    format!("{}\n", text.replace('\0', "").trim_end())
}

fn unsigned(trouble: &Trouble) -> Kept {
    Kept::new(format!("the commit could not be signed: {}", trouble.why))
        .next(
            "see that your signing key is unlocked and try again, or turn signing off here: \
         git config commit.gpgsign false",
        )
        .every()
}
