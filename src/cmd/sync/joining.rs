//! The merge of two histories of a record into one commit.

use super::target::{file_name, is_of_record};
use crate::io::git::{Blob, CommitId, ConflictedFile, MergedTree, Repo, TreeMerge};
use crate::io::store::INBOX;
use crate::io::yaml;
use crate::model::digest;
use crate::session::Failure;
use crate::session::Session;
use crate::session::merge_driver;
use std::collections::BTreeMap;

/// What came of a merge.
pub(super) struct JoinedTree {
    pub(super) tree: MergedTree,
    /// What to tell of files of which both versions stay.
    pub(super) notes: Vec<String>,
}

/// Two commits of a record that are to become one.
pub(super) struct RecordMerge<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) repo: &'a Repo,
    /// What they have in common, where git is not to look for it.
    pub(super) base: Option<&'a CommitId>,
    pub(super) ours: &'a CommitId,
    /// The remote's.
    pub(super) theirs: &'a CommitId,
}

impl RecordMerge<'_> {
    /// Merges the trees; of a file that can't be merged the remote's stands, and ours is kept beside it.
    pub(super) fn join(&self) -> Result<JoinedTree, Failure> {
        let driver = merge_driver::strict_command();
        let merge = TreeMerge {
            base: self.base,
            ours: self.ours,
            theirs: self.theirs,
            driver: driver.as_deref(),
        };
        let tree = self.repo.merge_trees(&merge)?;
        if tree.conflicts.is_empty() {
            return Ok(JoinedTree { tree, notes: vec![] });
        }
        let (mut files, mut notes) = (BTreeMap::new(), vec![]);
        for (path, file) in &tree.conflicts {
            if !is_of_record(self.session, self.repo, path) {
                return Err(Failure::new(format!(
                    "{path} was changed here and there, and is no file of the record"
                ))
                .help("merge it yourself: git pull"));
            }
            notes.extend(self.settled(path, file, &mut files)?);
        }
        let tree = self.repo.settle(tree, &files)?;
        Ok(JoinedTree { tree, notes })
    }

    /// Settles one file, and returns what to tell of it.
    fn settled(
        &self,
        path: &str,
        file: &ConflictedFile,
        files: &mut BTreeMap<String, Option<Blob>>,
    ) -> Result<Option<String>, Failure> {
        let (ours, theirs) = match (&file.ours, &file.theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            // What one removed and the other changed stays.
            (one, other) => {
                files.insert(path.to_owned(), one.as_ref().or(other.as_ref()).cloned());
                return Ok(Some(format!(
                    "{path} was removed on one side and changed on the other: it stays"
                )));
            }
        };
        // An incident that can't be read stands nowhere that another version could.
        let (stands, beside) =
            if self.is_damaged(path, theirs)? { (ours, theirs) } else { (theirs, ours) };
        let hash = digest::sha256(self.repo.read(beside)?);
        let name = format!("{path}.ours-{}", hash.get(..8).unwrap_or(&hash));
        files.insert(path.to_owned(), Some(stands.clone()));
        files.insert(name.clone(), Some(beside.clone()));
        Ok(Some(format!("{path}: both sides changed the same; the other version is {name}")))
    }

    fn is_damaged(&self, path: &str, blob: &Blob) -> Result<bool, Failure> {
        if !["incident.yaml", INBOX].contains(&file_name(path)) {
            return Ok(false);
        }
        let text = String::from_utf8(self.repo.read(blob)?);
        Ok(text.map_or(true, |text| yaml::tree(&text).is_err()))
    }
}
