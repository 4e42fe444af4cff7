//! What merges left out: files of which a merge has not what one of its parents had.

use super::error::GitError;
use super::object::{CommitId, ObjectId};
use super::paths::relative;
use super::read::Blob;
use super::repo::Repo;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

/// How long git may take to walk all merges that there ever were.
const WALK: Duration = Duration::from_secs(300);

/// A file of which a merge has another version than one of its parents, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileOfMerge {
    pub(crate) merge: CommitId,
    pub(crate) parents: Vec<CommitId>,
    /// From the top of the work tree on.
    pub(crate) path: String,
    /// What the parent had.
    pub(crate) before: Blob,
    /// What the merge has.
    pub(crate) after: Option<Blob>,
}

impl Repo {
    /// Returns the files below a folder of which some merge in the past of HEAD has not what a parent had.
    ///
    /// # Errors
    /// Where the history can't be read.
    pub(crate) fn merged_files(&self, below: &Path) -> Result<Vec<FileOfMerge>, GitError> {
        if self.head()?.is_none() {
            return Ok(vec![]);
        }
        let below = relative(self, below)?;
        let below = if below.is_empty() { b".".as_slice() } else { &below };
        let flags =
            ["--no-mailmap", "-m", "--merges", "--full-history", "--raw", "-z", "--no-abbrev"];
        let mut args: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
        // Git would read `.mailmap` in the work tree, which may be a pipe that nobody writes to.
        args.extend(["--no-mailmap", "--no-renames", "--format=%x01%H %P"].map(OsStr::new));
        args.extend(["HEAD", "--"].map(OsStr::new));
        args.push(OsStr::from_bytes(below));
        let printed = self.git("log").limit(WALK).run(args)?;
        let printed = String::from_utf8_lossy(&printed);
        Ok(printed.split('\u{1}').skip(1).flat_map(files).collect())
    }
}

/// Reads the files of one merge and one of its parents.
fn files(text: &str) -> Vec<FileOfMerge> {
    let mut words = text.split('\0').map(|word| word.trim_start_matches('\n'));
    let names = words.next().unwrap_or_default();
    let mut names = names.split_whitespace().filter_map(ObjectId::parse).map(CommitId);
    let Some(merge) = names.next() else { return vec![] };
    let parents: Vec<_> = names.collect();
    let mut found = vec![];
    while let (Some(facts), Some(path)) = (words.next(), words.next()) {
        let mut facts = facts.split(' ').skip(2);
        let mut blob = || ObjectId::parse(facts.next()?).filter(|id| id.zero() != id.as_str());
        let (before, after) = (blob(), blob());
        if let Some(before) = before {
            let (merge, parents, path) = (merge.clone(), parents.clone(), path.to_owned());
            let (before, after) = (Blob(before), after.map(Blob));
            found.push(FileOfMerge { merge, parents, path, before, after });
        }
    }
    found
}
