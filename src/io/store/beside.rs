//! Versions of files that a merge left beside them, for a person to choose from.

use super::{Store, files};
use std::path::{Path, PathBuf};

/// The folders of a record in which there may be such files, its own first; those of incidents aside.
const FOLDERS: [&str; 6] = ["", "sla", "credits", "measurements", "reports", "templates"];
/// What stands between a file's name and the beginning of the hash of the other version.
const MARK: &str = ".ours-";

/// A file, and another version of it beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionBeside {
    /// The file.
    pub file: PathBuf,
    /// The other version.
    pub other: PathBuf,
}

impl Store {
    /// Returns what merges left beside the files of the record.
    pub fn versions_beside(&self) -> Vec<VersionBeside> {
        let own = FOLDERS.iter().map(|folder| self.root.join(folder));
        let incidents = self.folders().0.into_iter().map(|(_, folder)| folder);
        // What can't be listed is told where it is read.
        let inside = |folder: PathBuf| files::list(&self.root, &folder).unwrap_or_default();
        own.chain(incidents).flat_map(inside).filter_map(beside).collect()
    }
}

fn beside(other: PathBuf) -> Option<VersionBeside> {
    let name = other.file_name()?.to_str()?;
    let (file, hash) = name.rsplit_once(MARK)?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let file = other.parent().unwrap_or(Path::new("")).join(file);
    is_hash.then(|| VersionBeside { file, other: other.clone() })
}
