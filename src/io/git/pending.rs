//! What is written for a commit, and what of it is on the disk, before the ref is moved.

use super::error::NotCommitted;
use super::object::LooseObjects;
use super::repo::Repo;
use super::sync_pool::SyncPool;
use tempfile::TempPath;

/// What is written and waits for the ref to be moved.
pub(super) struct ReadyCommit<'a> {
    /// Who syncs it.
    pub(super) pool: &'a SyncPool,
    pub(super) loose: Option<&'a LooseObjects<'a>>,
    /// The index to come; none where it is the index as it was.
    pub(super) index: Option<TempPath>,
}

/// What is on the disk, all but the index in its place.
pub(super) struct FlushedIndex(Option<TempPath>);

impl ReadyCommit<'_> {
    /// Waits for the disk, and gives the objects their names.
    pub(super) fn flush(self, repo: &Repo) -> Result<FlushedIndex, NotCommitted> {
        match self.loose {
            Some(loose) => loose.flush()?,
            None => self.pool.wait().map_err(|error| NotCommitted::at(&repo.index_file, &error))?,
        }
        Ok(FlushedIndex(self.index))
    }
}

impl FlushedIndex {
    /// Puts the index into its place; its folder is yet to be synced.
    pub(super) fn put(self, repo: &Repo) -> Result<(), NotCommitted> {
        let put = self.0.map_or(Ok(()), |draft| draft.persist(&repo.index_file));
        put.map_err(|error| NotCommitted::at(&repo.index_file, &error.error))
    }
}
