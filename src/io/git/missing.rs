//! What HEAD has and the working tree lacks, though nobody staged its removal.
//!
//! `git status` doesn't tell of what a sparse checkout left out, so that the names are compared here: those
//! of the index, where a staged removal shows, with the disk, and what is absent there with HEAD.

use super::error::GitError;
use super::index_patch;
use super::object::CommitId;
use super::paths::relative;
use super::repo::{Engine, Repo};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

impl Repo {
    /// Returns which of these files, and of those below these folders, HEAD has and the working tree lacks, though
    /// their removal is not staged, sorted by path from the top of the working tree; what can't be looked at is not
    /// among them.
    ///
    /// # Errors
    /// Where a path lies outside of the repository, or the repository can't be read.
    pub(crate) fn missing(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, GitError> {
        let within =
            paths.iter().map(|path| relative(self, path)).collect::<Result<Vec<_>, _>>()?;
        let mut missing = self.absent(&within)?;
        let Some(head) = self.head()?.filter(|_| !missing.is_empty()) else { return Ok(vec![]) };
        let committed = self.committed(&head, paths)?;
        missing.retain(|path| committed.contains(path));
        missing.sort();
        missing.dedup();
        Ok(missing)
    }

    /// Returns which files a commit has of these, and below these folders.
    fn committed(
        &self,
        commit: &CommitId,
        paths: &[PathBuf],
    ) -> Result<HashSet<PathBuf>, GitError> {
        let mut committed = HashSet::new();
        for path in paths {
            let inner = relative(self, path)?;
            if self.leaf_at(commit, &inner)?.is_some() {
                committed.insert(PathBuf::from(OsStr::from_bytes(&inner)));
            }
            committed.extend(self.list_at(commit, path)?.into_iter().map(|listed| listed.path));
        }
        Ok(committed)
    }

    /// Returns the files that the index has and the disk lacks.
    fn absent(&self, within: &[Vec<u8>]) -> Result<Vec<PathBuf>, GitError> {
        let mut absent = Vec::new();
        let is_at = |name: &[u8], path: &[u8]| {
            let rest = name.strip_prefix(path);
            rest.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with(b"/"))
        };
        let mut look = |name: &[u8]| {
            if within.iter().any(|path| is_at(name, path)) && is_absent(&self.full(name)) {
                absent.push(PathBuf::from(OsStr::from_bytes(name)));
            }
        };
        let index = match fs::read(&self.index_file) {
            Ok(index) => index,
            // Without an index everything is as good as staged for removal.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(absent),
            Err(error) => return Err(GitError::at(&self.index_file, &error)),
        };
        let known =
            matches!(self.engine, Engine::Library(_)) && index_patch::names(&index, &mut look);
        if !known {
            let printed = self.git("ls-files").run(["-z"])?;
            printed.split(|c| *c == 0).filter(|name| !name.is_empty()).for_each(look);
        }
        Ok(absent)
    }
}

/// Returns whether there is no file at a path; a folder in its place is none.
fn is_absent(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(meta) => meta.is_dir(),
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}
