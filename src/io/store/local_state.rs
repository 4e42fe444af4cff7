//! What the last verb wrote, so that it can be undone; what still waits for a commit; and copies of what was
//! written and is in no commit, so that it can be brought back.

use super::atomic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the last verb wrote on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoEntry {
    /// The record's folder.
    pub record: PathBuf,
    /// The verb.
    pub verb: String,
    /// The incident that it wrote to.
    pub incident: String,
    /// What it wrote.
    pub wrote: UndoTarget,
    /// The incident's text before, where something that was there was changed.
    pub before: Option<String>,
    /// The incident that an event was moved from; then the text before is that one's.
    #[serde(default)]
    pub from: Option<String>,
}

/// What a verb wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UndoTarget {
    /// The event of that id.
    Event(String),
    /// The action of that id.
    Action(String),
    /// The incident's own keys.
    Incident,
    /// Documents or templates, which git takes back.
    Documents,
}

/// Notes what a verb wrote, for `undo`.
///
/// # Errors
/// What the file system says; the write itself is safe by then.
pub fn note(state: &Path, last: &UndoEntry) -> io::Result<()> {
    let json = serde_json::to_vec(last).map_err(io::Error::other)?;
    atomic::create_shared(state)?;
    // Not synced: after a crash there is less to undo, and nothing is lost. For this person alone: others who
    // share the repository do not undo it.
    atomic::replace_unsynced(&state.join("last.json"), &json)
}

/// Returns what the last verb wrote, where that is known.
pub fn last(state: &Path) -> Option<UndoEntry> {
    serde_json::from_slice(&fs::read(state.join("last.json")).ok()?).ok()
}

/// Returns the files that were written and could not be committed yet.
pub fn waiting(state: &Path) -> BTreeSet<PathBuf> {
    let read = fs::read(state.join("waiting.json")).ok();
    read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Replaces the list of files that wait for the next commit.
///
/// # Errors
/// What the file system says.
pub fn set_waiting(state: &Path, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    let path = state.join("waiting.json");
    if files.is_empty() {
        return atomic::remove(&path);
    }
    atomic::replace(&path, &serde_json::to_vec(files).map_err(io::Error::other)?)
}

/// An incident's file as a verb wrote it, while no commit has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UncommittedCopy {
    /// The file.
    pub path: PathBuf,
    /// What the last commit had of it then.
    pub committed: Option<String>,
    /// What was written.
    pub text: String,
    /// Whether git kept a file of that text by then, as it does where a commit failed late.
    pub kept: bool,
}

/// Keeps a copy of an incident's file.
///
/// # Errors
/// What the file system says; the write itself is safe by then.
pub fn set_written(state: &Path, id: &str, written: &UncommittedCopy) -> io::Result<()> {
    let path = written_path(state, id);
    atomic::create_shared(path.parent().unwrap_or(state))?;
    // Not synced: an editor that saves an old copy does so while the machine runs.
    atomic::replace_unsynced(&path, &serde_json::to_vec(written).map_err(io::Error::other)?)?;
    let folder = path.parent().unwrap_or(state);
    fs::set_permissions(&path, atomic::default_permissions(folder)?)
}

/// Returns the copy of an incident's file, where there is one.
pub fn written(state: &Path, id: &str) -> Option<UncommittedCopy> {
    serde_json::from_slice(&fs::read(written_path(state, id)).ok()?).ok()
}

/// Drops the copy of an incident's file; one that stays does no harm, for the last commit is another.
pub fn forget_written(state: &Path, id: &str) {
    let _ = fs::remove_file(written_path(state, id));
}

fn written_path(state: &Path, id: &str) -> PathBuf {
    state.join("written").join(format!("{id}.json"))
}
