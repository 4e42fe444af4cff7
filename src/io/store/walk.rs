//! All files in a record's folder, whoever put them there.

use super::layout::{BASIS_OF_CREDITS, SETTINGS};
use super::{Store, StoreError, failed, files};
use std::path::{Path, PathBuf};

/// The folders that are git's and the tool's own.
const NOT_THE_RECORDS: [&str; 2] = [".git", ".recount"];

impl Store {
    /// Returns the ordinary files in the record's folder and below, in the order of their paths; no link is followed.
    ///
    /// # Errors
    /// A folder that can't be read.
    pub fn all_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let (mut folders, mut found) = (vec![self.root.clone()], vec![]);
        while let Some(folder) = folders.pop() {
            for path in files::list(&self.root, &folder).map_err(failed(&folder))? {
                let meta = path.symlink_metadata().map_err(failed(&path))?;
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if meta.is_file() {
                    found.push(path);
                } else if meta.is_dir() && !NOT_THE_RECORDS.contains(&name) {
                    folders.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Returns whether money or a hash hangs on each byte of a file, by its path in the record: such a file a person changes.
pub fn is_settled(inner: &Path) -> bool {
    let top = inner.iter().next().and_then(|top| top.to_str()).unwrap_or_default();
    let basis = BASIS_OF_CREDITS.iter().filter(|name| **name != "incidents");
    let is_attached = inner.iter().nth(3).is_some_and(|name| name == "files");
    [SETTINGS, "credits"].iter().chain(basis).any(|name| *name == top) || is_attached
}
