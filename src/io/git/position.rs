//! Where HEAD and the index are, by which it shows whether git was at work in between.

use super::error::GitError;
use super::index_checksum::IndexChecksum;
use super::object::{CommitId, ObjectId};
use super::refs::Head;
use super::repo::Repo;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// Where HEAD and the index are.
///
/// `git checkout` writes the files first, the index next and HEAD last, and holds the index's lock until the
/// index is written: whoever holds that lock and finds all as it was has been alone since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepoPosition {
    /// The branch; none where HEAD is detached.
    branch: Option<String>,
    commit: Option<ObjectId>,
    index: Option<IndexChecksum>,
}

impl RepoPosition {
    /// Returns the commit that HEAD is at; none before the first.
    pub(crate) fn commit(&self) -> Option<CommitId> {
        self.commit.clone().map(CommitId)
    }
}

/// What a change was made from, and the files that it wrote.
#[derive(Clone, Debug)]
pub(crate) struct CommitBase {
    /// Where HEAD and the index were before the files were read.
    pub(crate) position: RepoPosition,
    /// The text that each file got.
    pub(crate) written: BTreeMap<PathBuf, String>,
}

impl CommitBase {
    /// Returns the bytes that were written, by the paths that git has.
    pub(super) fn written(&self, repo: &Repo) -> Result<HashMap<Vec<u8>, &[u8]>, GitError> {
        let relative = |path| super::paths::relative(repo, path);
        self.written.iter().map(|(path, text)| Ok((relative(path)?, text.as_bytes()))).collect()
    }
}

impl Repo {
    /// Returns where HEAD and the index are now.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn position(&self) -> Result<RepoPosition, GitError> {
        let (branch, commit) = self.head_ref()?;
        Ok(RepoPosition { branch, commit, index: self.index_mark() })
    }

    /// Returns whether HEAD, as it was just read, and the index are where they were.
    pub(super) fn is_at(&self, position: &RepoPosition, head: &Head) -> bool {
        head.branch == position.branch
            && head.commit == position.commit
            && self.index_mark() == position.index
    }
}
