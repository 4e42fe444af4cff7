//! Files of which a merge left several versions, and what can be told of them.

use super::attributes;
use super::error::GitError;
use super::join::{ConflictedFile, conflicted};
use super::object::{CommitId, ObjectId};
use super::paths::relative;
use super::repo::Repo;
use crate::model::time::Instant;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many merges of one file are looked at.
const MOST_MERGES: usize = 8;

/// Two commits that were merged into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MergedPair {
    pub(crate) ours: CommitId,
    pub(crate) theirs: CommitId,
}

impl Repo {
    /// Returns the files that the index has in several versions, by path from the top of the work tree on.
    ///
    /// # Errors
    /// Where the index can't be read.
    pub(crate) fn unmerged(&self) -> Result<BTreeMap<String, ConflictedFile>, GitError> {
        let printed = self.git("ls-files").run(["-u", "-z", "--full-name"])?;
        let printed = String::from_utf8_lossy(&printed);
        let mut files = BTreeMap::new();
        for (path, stage, blob) in printed.split('\0').filter_map(conflicted) {
            let file: &mut ConflictedFile = files.entry(path).or_default();
            file.put(stage, blob);
        }
        Ok(files)
    }

    /// Returns what was merged where a file may have got both its versions: the merge that is under way, and those of
    /// the past that changed it, the latest first.
    ///
    /// # Errors
    /// Where the history can't be read.
    pub(crate) fn merges_of(&self, path: &Path) -> Result<Vec<MergedPair>, GitError> {
        let mut pairs = vec![];
        if let (Some(theirs), Some(ours)) = (self.commit_at("MERGE_HEAD")?, self.head()?) {
            pairs.push(MergedPair { ours, theirs });
        }
        let most = format!("-n{MOST_MERGES}");
        // A `.mailmap` of the work tree is not to be opened: it may be a pipe.
        let args =
            ["--no-mailmap", "--merges", "--full-history", &most, "--format=%P", "HEAD", "--"];
        let args: Vec<PathBuf> = args.iter().map(PathBuf::from).chain([path.to_owned()]).collect();
        let printed = self.git("log").run(args)?;
        for line in String::from_utf8_lossy(&printed).lines() {
            let mut parents = line.split(' ').filter_map(ObjectId::parse).map(CommitId);
            if let (Some(ours), Some(theirs)) = (parents.next(), parents.next()) {
                pairs.push(MergedPair { ours, theirs });
            }
        }
        Ok(pairs)
    }

    /// Stages files as they are on the disk, so that they are in no conflict any more.
    ///
    /// # Errors
    /// Where the index can't be written.
    pub(crate) fn stage(&self, paths: &[PathBuf]) -> Result<(), GitError> {
        let names: Vec<_> = paths.iter().map(|it| relative(self, it)).collect::<Result<_, _>>()?;
        attributes::passable(self, &names)?;
        let paths = [PathBuf::from("--")].into_iter().chain(paths.iter().cloned());
        self.git("add").run(paths)?;
        Ok(())
    }

    /// Commits a merge whose conflicts are settled.
    ///
    /// # Errors
    /// Where git can't write or sign it.
    pub(crate) fn conclude_merge(&self, when: Option<Instant>) -> Result<(), GitError> {
        let mut call = self.git("commit").env("GIT_EDITOR", "true");
        if let Some(at) = when {
            let date = format!("@{} +0000", at.epoch());
            call = call.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        }
        call.run(["-q", "--no-edit"])?;
        Ok(())
    }
}
