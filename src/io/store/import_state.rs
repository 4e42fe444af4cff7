//! What this user's last import wrote, so that it can be taken back.

use super::files::MOST_BYTES;
use super::{atomic, own};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// An import that was written on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastImport {
    /// The record's folder.
    pub record: PathBuf,
    /// The system that it came from.
    pub from: String,
    /// What it wrote.
    pub incidents: Vec<ImportedHere>,
}

/// What an import wrote to one incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedHere {
    /// The incident.
    pub incident: String,
    /// Whether the import made it.
    pub created: bool,
    /// The ids of the events that were new.
    pub new: Vec<String>,
    /// The ids of the events that were changed.
    pub updated: Vec<String>,
    /// The incident's text before, where events in it were changed.
    pub before: Option<String>,
}

/// Returns the file: others who share the repository take back their own.
fn path(state: &Path) -> PathBuf {
    state.join(format!("import-{}.json", own::user()))
}

/// Notes an import, in the place of the one before.
///
/// # Errors
/// What the file system says.
pub fn set_last_import(state: &Path, import: &LastImport) -> io::Result<()> {
    let json = serde_json::to_vec(import).map_err(io::Error::other)?;
    atomic::create_shared(state)?;
    // Not synced: after a crash there is less to take back, and nothing is lost.
    atomic::replace_unsynced(&path(state), &json)
}

/// Returns this user's last import; what can't be read is as good as absent.
pub fn last_import(state: &Path) -> Option<LastImport> {
    let path = path(state);
    let found = own::is_mine(&path).then(|| own::read(&path, MOST_BYTES).ok().flatten())??;
    serde_json::from_slice(&found.bytes).ok()
}

/// Forgets the last import, for it was taken back.
///
/// # Errors
/// What the file system says.
pub fn forget_last_import(state: &Path) -> io::Result<()> {
    atomic::remove(&path(state))
}
